/* Opening and closing: the data folder, its settings, log and state. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

/* So long another Lockstep, or a listener of our own, may be at the state file before we say so. */
#define BUSY_MS 2000
#define LOOK_MS 50

enum rc app_open(const char *home, struct app **ret, struct err *err)
{
    struct app *app = NEW(struct app);
    app->home = home ? platform_path_absolute(home) : platform_data_dir();
    app->log_dir = platform_path_join(app->home, "log");
    enum rc rc = platform_dir_make(app->log_dir, err);
    if (rc == RC_OK) {
        rc = settings_load(app->home, &app->settings, err);
    }
    if (rc == RC_OK) {
        app->enforced = policy_settings(true);
        app->defaults = policy_settings(false);
        bool debug = app_settings_get(app).debug_logging;
        rc = logfile_open(app->log_dir, debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, &app->log, err);
    }
    if (rc != RC_OK) {
        app_close(app);
        return rc;
    }
    *ret = app;
    return RC_OK;
}

void app_close(struct app *app)
{
    if (app) {
        state_close(app->state);
        logfile_close(app->log);
        json_free(app->settings);
        json_free(app->enforced);
        json_free(app->defaults);
        token_sources_free(app->tokens);
        free(app->copy_trouble);
        free(app->log_dir);
        free(app->home);
        free(app);
    }
}

/* A log left beside the state file tells that the process which had it open did not close it. */
static enum rc state_open_checked(struct app *app, const char *path, struct err *err)
{
    CLEANUP(mem_free) char *log = str_printf("%s-wal", path);
    CLEANUP(state_close) struct state *state = NULL;
    bool unclean = platform_file_exists(log);
    enum rc rc = backup_before_conversion(app, path, err);
    if (rc == RC_OK) {
        rc = state_open(path, app_log(app), &state, err);
    }
    if (rc == RC_OK && unclean) {
        log_line(app_log(app), LOG_LEVEL_INFO, "app", "checking the state file after a crash");
        rc = state_check(state, err);
    }
    if (rc == RC_OK) {
        app->state = TAKE(state);
    }
    return rc;
}

/* Most of those who have it open look something up and are gone again; a pass that gave way to them
 * would come a minute later (SCHEDULE_BUSY). */
static enum rc state_open_soon(struct app *app, const char *path, struct err *err)
{
    int64_t begun = platform_ticks_ms();
    enum rc rc = state_open_checked(app, path, err);
    while (rc == RC_BUSY && platform_ticks_ms() - begun < BUSY_MS) {
        platform_sleep_ms(LOOK_MS);
        rc = state_open_checked(app, path, err);
    }
    return rc;
}

enum rc app_state(struct app *app, struct state **ret, struct err *err)
{
    if (!app->state) {
        CLEANUP(mem_free) char *path = platform_path_join(app->home, "lockstep.db");
        enum rc rc = state_open_soon(app, path, err);
        if (rc == RC_BUSY) {
            return err_set(err, RC_BUSY, 0,
                "Lockstep is already at work on this data: try again when it has finished");
        }
        if (rc != RC_OK) {
            events_data(app, err);
            return rc;
        }
    }
    *ret = app->state;
    return RC_OK;
}

void known_fini(struct known *k)
{
    state_accounts_fini(&k->accounts);
    state_links_fini(&k->links);
}

enum rc known_load(struct app *app, struct known *ret, struct err *err)
{
    enum rc rc = app_state(app, &ret->state, err);
    if (rc == RC_OK) {
        rc = state_accounts_load(ret->state, &ret->accounts, err);
    }
    return rc == RC_OK ? state_links_load(ret->state, &ret->links, err) : rc;
}

const char *app_home(const struct app *app)
{
    return app->home;
}

const char *app_log_dir(const struct app *app)
{
    return app->log_dir;
}

const char *app_log_trouble(const struct app *app)
{
    return logfile_trouble(app->log);
}

const char *app_copy_trouble(const struct app *app)
{
    return app->copy_trouble;
}

const struct log *app_log(const struct app *app)
{
    return logfile_log(app->log);
}
