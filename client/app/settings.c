/* Settings of this user: settings.json in the data folder. Members that this version does not know
 * are kept. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

#define SETTINGS_MAX     ((size_t)1 << 20)
#define INTERVAL_DEFAULT 15
#define HISTORY_DAYS     90
#define HISTORY_MB       200
#define BACKUP_KEEP      5
#define BACKUP_KEEP_MAX  1000

enum rc settings_load(const char *home, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(home, "settings.json");
    CLEANUP(mem_free) char *text = NULL;
    size_t len;
    if (!platform_file_exists(path)) {
        *ret = json_object();
        return RC_OK;
    }
    enum rc rc = platform_file_read(path, SETTINGS_MAX, &text, &len, err);
    struct json *v;
    if (rc != RC_OK) {
        return rc;
    }
    rc = json_parse(text, len, &v, err);
    if (rc != RC_OK) {
        err_prefix(err, "the settings in %s", path);
        return RC_IO;
    }
    if (!json_is_object(v)) {
        json_free(v);
        return err_set(err, RC_IO, 0, "the settings in %s are no JSON object", path);
    }
    *ret = v;
    return RC_OK;
}

struct app_settings app_settings_get(const struct app *app)
{
    struct app_settings s = {
        .debug_logging = json_get_bool(app->settings, "debug_logging", false),
        .paused = json_get_bool(app->settings, "paused", false),
        .paused_until = json_get_int(app->settings, "paused_until", 0),
        .interval_minutes = (long)json_get_int(app->settings, "interval_minutes", INTERVAL_DEFAULT),
    };
    s.history_days = (long)json_get_int(app->settings, "history_days", HISTORY_DAYS);
    s.history_mb = (long)json_get_int(app->settings, "history_mb", HISTORY_MB);
    s.history_days = s.history_days < 0 || s.history_days > 36500 ? HISTORY_DAYS : s.history_days;
    s.history_mb = s.history_mb < 0 || s.history_mb > 1000000 ? HISTORY_MB : s.history_mb;
    s.first_sync_backup = json_get_bool(app->settings, "first_sync_backup", true);
    s.backup_keep = (long)json_get_int(app->settings, "backup_keep", BACKUP_KEEP);
    s.backup_keep =
        s.backup_keep < 1 || s.backup_keep > BACKUP_KEEP_MAX ? BACKUP_KEEP : s.backup_keep;
    if (s.interval_minutes < APP_EVERY_MIN || s.interval_minutes > APP_EVERY_MAX) {
        s.interval_minutes = INTERVAL_DEFAULT; /* edited by hand */
    }
    return s;
}

enum rc app_settings_set(struct app *app, const struct app_settings *settings, struct err *err)
{
    if (settings->interval_minutes < APP_EVERY_MIN || settings->interval_minutes > APP_EVERY_MAX) {
        return err_set(err, RC_INVALID, 0, "the interval must be %d to %d minutes", APP_EVERY_MIN,
            APP_EVERY_MAX);
    }
    if (settings->backup_keep < 1 || settings->backup_keep > BACKUP_KEEP_MAX) {
        return err_set(err, RC_INVALID, 0, "1 to %d backups can be kept", BACKUP_KEEP_MAX);
    }
    CLEANUP(json_free) struct json *v = json_dup(app->settings);
    json_set_bool(v, "debug_logging", settings->debug_logging);
    json_set_bool(v, "paused", settings->paused);
    json_set(v, "paused_until",
        settings->paused && settings->paused_until ? json_int(settings->paused_until) : NULL);
    json_set_int(v, "interval_minutes", settings->interval_minutes);
    json_set_int(v, "history_days", settings->history_days);
    json_set_int(v, "history_mb", settings->history_mb);
    json_set_bool(v, "first_sync_backup", settings->first_sync_backup);
    json_set_int(v, "backup_keep", settings->backup_keep);
    CLEANUP(mem_free) char *text = json_print_pretty(v);
    CLEANUP(mem_free) char *path = platform_path_join(app->home, "settings.json");
    enum rc rc = platform_file_write(path, text, strlen(text), err);
    if (rc == RC_OK) {
        json_free(app->settings);
        app->settings = TAKE(v);
        logfile_set_level(app->log, settings->debug_logging ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    }
    return rc;
}
