/* Copies of the state file in the data folder: backup/lockstep.1.db is the newest of at most
 * BACKUPS. One is made before the first pass of a day and before a newer Lockstep converts the
 * file. Also what a person does about a damaged state: look (app_state_check) and go back
 * (app_state_restore). */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/folder.h"
#include "client/platform/platform.h"
#include "client/state/backup.h"

#define BACKUPS      5
#define BACKUP_EVERY ((int64_t)24 * 60 * 60)

static char *state_path(const struct app *app)
{
    return platform_path_join(app->home, "lockstep.db");
}

static char *backup_path(const struct app *app, const char *name)
{
    CLEANUP(mem_free) char *dir = platform_path_join(app->home, "backup");
    return platform_path_join(dir, name);
}

static char *numbered_path(const struct app *app, int n)
{
    CLEANUP(mem_free) char *name = str_printf("lockstep.%d.db", n);
    return backup_path(app, name);
}

/* 0 if there is no such copy. */
static int64_t backup_time(const struct app *app, int n, int64_t *ret_size)
{
    CLEANUP(mem_free) char *path = numbered_path(app, n);
    struct file_info info = {0};
    if (file_stat(path, &info, NULL) != RC_OK) {
        return 0;
    }
    if (ret_size) {
        *ret_size = info.size;
    }
    return info.mtime_ns / 1000000000;
}

/* ---- making one ---- */

/* An empty place for a new copy; what an interrupted one left there goes. */
static enum rc place_prepare(const struct app *app, char **ret, struct err *err)
{
    CLEANUP(mem_free) char *dir = platform_path_join(app->home, "backup");
    CLEANUP(mem_free) char *path = backup_path(app, "new.db");
    enum rc rc = platform_dir_make(dir, err);
    if (rc == RC_OK) {
        rc = platform_file_remove(path, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(path);
    }
    return rc;
}

/* The whole new copy becomes number 1. A crash in between leaves a gap in the numbers, which the
 * next rotation closes. */
static enum rc rotate(const struct app *app, const char *made, struct err *err)
{
    int last = 1;
    while (last < BACKUPS && backup_time(app, last, NULL)) {
        last++;
    }
    enum rc rc = RC_OK;
    for (int n = last; n > 1 && rc == RC_OK; n--) {
        CLEANUP(mem_free) char *from = numbered_path(app, n - 1);
        CLEANUP(mem_free) char *to = numbered_path(app, n);
        rc = platform_file_rename(from, to, err);
    }
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *first = numbered_path(app, 1);
        rc = platform_file_rename(made, first, err);
    }
    return rc;
}

void backup_daily(struct app *app)
{
    int64_t newest = backup_time(app, 1, NULL), now = platform_now();
    if (newest && newest <= now && now - newest < BACKUP_EVERY) {
        return;
    }
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *path = NULL;
    enum rc rc = place_prepare(app, &path, &err);
    if (rc == RC_OK) {
        rc = state_copy(app->state, path, &err);
    }
    if (rc == RC_OK) {
        rc = rotate(app, path, &err);
    } else if (path && platform_file_remove(path, NULL) != RC_OK) {
        log_line(app_log(app), LOG_LEVEL_WARN, "app", "a partial copy stays in %s", path);
    }
    if (rc != RC_OK) {
        log_line(
            app_log(app), LOG_LEVEL_WARN, "app", "no copy of the state file: %s", err_text(&err));
        str_replace(&app->copy_trouble, err_text(&err));
    }
    err_fini(&err);
}

enum rc backup_before_conversion(struct app *app, const char *path, struct err *err)
{
    CLEANUP(mem_free) char *copy = NULL;
    bool older = false;
    enum rc rc = state_file_older(path, &older, err);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !older)) {
        return RC_OK;
    }
    if (rc == RC_OK) {
        rc = place_prepare(app, &copy, err);
    }
    if (rc == RC_OK) {
        rc = state_copy_file(path, copy, err);
    }
    return rc == RC_OK ? rotate(app, copy, err) : rc;
}

/* ---- looking ---- */

static struct json *copies_json(const struct app *app)
{
    struct json *list = json_array();
    for (int n = 1; n <= BACKUPS; n++) {
        int64_t size = 0, time = backup_time(app, n, &size);
        if (time) {
            struct json *v = json_object();
            json_set_int(v, "number", n);
            json_set_int(v, "time", time);
            json_set_int(v, "bytes", size);
            json_append(list, v);
        }
    }
    return list;
}

static struct json *totals_json(const struct state_totals *t)
{
    struct json *v = json_object();
    json_set_int(v, "accounts", t->accounts);
    json_set_int(v, "links", t->links);
    json_set_int(v, "pairs", t->pairs);
    return v;
}

enum rc app_state_check(struct app *app, struct json **ret, struct err *err)
{
    struct state *state;
    struct state_totals totals;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_check(state, err);
    }
    if (rc == RC_OK) {
        rc = state_totals_load(state, &totals, err);
    }
    if (rc == RC_OK) {
        *ret = totals_json(&totals);
        json_set(*ret, "copies", copies_json(app));
    }
    return rc;
}

/* ---- going back ---- */

/* Copies number n to `to` and makes it fit for use; `to` is whole when this returns RC_OK. */
static enum rc copy_out(
    const struct app *app, int n, const char *to, struct state_totals *ret, struct err *err)
{
    CLEANUP(mem_free) char *from = numbered_path(app, n);
    CLEANUP(state_close) struct state *copy = NULL;
    enum rc rc = platform_file_remove(to, err);
    if (rc == RC_OK) {
        rc = state_copy_file(from, to, err);
    }
    if (rc == RC_OK) {
        rc = state_open(to, app_log(app), &copy, err);
    }
    if (rc == RC_OK) {
        rc = state_check(copy, err);
    }
    if (rc == RC_OK) {
        rc = state_distrust(copy, err);
    }
    return rc == RC_OK ? state_totals_load(copy, ret, err) : rc;
}

/* What is written beside the file belongs to it: left behind, it would be played into another. */
static enum rc move_with_log(const char *from, const char *to, struct err *err)
{
    static const char *const tails[] = {"-shm", "-wal", ""};
    enum rc rc = RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(tails) && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *a = str_printf("%s%s", from, tails[i]);
        CLEANUP(mem_free) char *b = str_printf("%s%s", to, tails[i]);
        rc = platform_file_remove(b, err);
        if (rc == RC_OK && platform_file_exists(a)) {
            rc = platform_file_rename(a, b, err);
        }
    }
    return rc;
}

/* Not while another process is at work on it. A file that cannot be opened at all has no lock. */
static enum rc check_idle(const char *path, struct err *err)
{
    struct state *now = NULL;
    struct err why = ERR_INIT;
    enum rc rc = platform_file_exists(path) ? state_open(path, NULL, &now, &why) : RC_OK;
    state_close(now);
    err_fini(&why);
    return rc == RC_BUSY ? err_set(err, RC_BUSY, 0,
                               "Lockstep is at work on this data: try again when it has finished")
                         : RC_OK;
}

enum rc app_state_restore(struct app *app, int number, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *path = state_path(app);
    CLEANUP(mem_free) char *fresh = backup_path(app, "restored.db");
    CLEANUP(mem_free) char *replaced = backup_path(app, "replaced.db");
    struct state_totals totals;
    int64_t time = number >= 1 && number <= BACKUPS ? backup_time(app, number, NULL) : 0;
    if (!time) {
        return err_set(err, RC_NOT_FOUND, 0,
            "there is no copy number %d of the state file in %s; 'lockstep state copies' lists "
            "them. Without one, move lockstep.db away: items are then matched again, not copied",
            number, app->home);
    }
    state_close(app->state);
    app->state = NULL;
    enum rc rc = check_idle(path, err);
    if (rc == RC_OK) {
        rc = copy_out(app, number, fresh, &totals, err);
    }
    if (rc == RC_OK) {
        rc = move_with_log(path, replaced, err);
    }
    if (rc == RC_OK) {
        rc = platform_file_rename(fresh, path, err);
    }
    if (rc == RC_OK) {
        *ret = totals_json(&totals);
        json_set_int(*ret, "time", time);
        json_set_str(*ret, "replaced", replaced);
    }
    return rc;
}

enum rc app_state_copies(struct app *app, struct json **ret, struct err *err)
{
    (void)err;
    *ret = json_object();
    json_set(*ret, "copies", copies_json(app));
    return RC_OK;
}
