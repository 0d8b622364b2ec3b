/* Settings of this user: settings.json in the data folder. Members that this version does not know
 * are kept. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/net/proxy.h"
#include "client/oauth/oauth.h"
#include "client/platform/platform.h"

#include <stdio.h>
#include <string.h>

#define SETTINGS_MAX ((size_t)1 << 20)

/* Settings that are numbers; what the file has outside of the limits was edited by hand, and counts
 * for nothing. */
static const struct number {
    const char *name;
    long min, max, normal;
    size_t member;
} numbers[] = {
    {"interval_minutes", APP_EVERY_MIN, APP_EVERY_MAX, 15,
        offsetof(struct app_settings, interval_minutes)},
    {"history_days", 0, 36500, 90, offsetof(struct app_settings, history_days)},
    {"history_mb", 0, 1000000, 200, offsetof(struct app_settings, history_mb)},
    {"backup_keep", 1, 1000, 5, offsetof(struct app_settings, backup_keep)},
    {"guard_deletes", 0, 100000, 0, offsetof(struct app_settings, guard_deletes)},
    {"guard_percent", 0, 100, 0, offsetof(struct app_settings, guard_percent)},
    {"guard_creates", 0, 100000, 0, offsetof(struct app_settings, guard_creates)},
    {"guard_updates", 0, 100000, 0, offsetof(struct app_settings, guard_updates)},
};

static long *number_of(struct app_settings *s, const struct number *n)
{
    return (long *)(void *)((char *)s + n->member);
}

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

static void overlay(struct json *v, const struct json *with)
{
    for (const struct json *m = json_first(with); m; m = json_next(m)) {
        json_set(v, json_key(m), json_dup(m));
    }
}

enum rc app_settings_proxy(struct app_settings *s, const char *text, struct err *err)
{
    CLEANUP(mem_free) char *proxy = NULL;
    enum rc rc = RC_OK;
    if (!text || str_ieq(text, "system") || str_ieq(text, "none")) {
        proxy = str_lower(text ? text : "system");
    } else {
        rc = proxy_parse(text, &proxy, err);
    }
    if (rc == RC_OK && strlen(proxy) >= sizeof s->proxy) {
        rc = err_set(err, RC_INVALID, 0, "the name of the proxy is too long");
    }
    if (rc == RC_OK) {
        snprintf(s->proxy, sizeof s->proxy, "%s", proxy);
    }
    return rc;
}

static enum rc read_clients(const char *text, struct app_settings *s, struct err *err)
{
    enum rc rc = oauth_clients_check(text, err);
    if (rc == RC_OK && text && strlen(text) >= sizeof s->oauth_clients) {
        rc = err_set(err, RC_INVALID, 0, "these are too many clients");
    }
    if (rc == RC_OK) {
        snprintf(s->oauth_clients, sizeof s->oauth_clients, "%s", text ? text : "");
    }
    return rc;
}

struct app_settings app_settings_get(const struct app *app)
{
    CLEANUP(json_free) struct json *all = json_dup(app->defaults);
    overlay(all, app->settings);
    overlay(all, app->enforced);
    struct app_settings s = {
        .debug_logging = json_get_bool(all, "debug_logging", false),
        .paused = json_get_bool(all, "paused", false),
        .paused_until = json_get_int(all, "paused_until", 0),
        .first_sync_backup = json_get_bool(all, "first_sync_backup", true),
        .outlook_apart = json_get_bool(all, "outlook_apart", false),
        .event_log = json_get_bool(all, "event_log", true),
        .language = LANGUAGE_AUTO,
    };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct number *n = &numbers[i];
        int64_t value = json_get_int(all, n->name, n->normal);
        *number_of(&s, n) = value < n->min || value > n->max ? n->normal : (long)value;
    }
    language_of_code(json_get_str(all, "language"), &s.language);
    if (app_settings_proxy(&s, json_get_str(all, "proxy"), NULL) != RC_OK) {
        snprintf(s.proxy, sizeof s.proxy, "system");
    }
    if (read_clients(json_get_str(all, "oauth_clients"), &s, NULL) != RC_OK) {
        s.oauth_clients[0] = '\0';
    }
    return s;
}

const char *app_proxy(const struct app_settings *s)
{
    return str_eq(s->proxy, "system") ? NULL : str_eq(s->proxy, "none") ? "" : s->proxy;
}

bool app_setting_range(const char *name, long *ret_min, long *ret_max)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (str_eq(numbers[i].name, name)) {
            *ret_min = numbers[i].min;
            *ret_max = numbers[i].max;
            return true;
        }
    }
    return false;
}

static enum rc check_numbers(struct app_settings s, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct number *n = &numbers[i];
        if (*number_of(&s, n) < n->min || *number_of(&s, n) > n->max) {
            return err_set(
                err, RC_INVALID, 0, "%s must be from %ld to %ld", n->name, n->min, n->max);
        }
    }
    return RC_OK;
}

/* Caller frees. */
static struct json *settings_json(struct app_settings s)
{
    struct json *v = json_object();
    json_set_bool(v, "debug_logging", s.debug_logging);
    json_set_bool(v, "paused", s.paused);
    json_set(v, "paused_until", s.paused && s.paused_until ? json_int(s.paused_until) : NULL);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        json_set_int(v, numbers[i].name, *number_of(&s, &numbers[i]));
    }
    json_set_bool(v, "first_sync_backup", s.first_sync_backup);
    json_set_bool(v, "outlook_apart", s.outlook_apart);
    json_set_bool(v, "event_log", s.event_log);
    json_set_str(v, "language", language_code(s.language));
    json_set_str(v, "proxy", s.proxy);
    json_set_str(v, "oauth_clients", s.oauth_clients);
    return v;
}

bool app_setting_enforced(const struct app *app, const char *name)
{
    return json_get(app->enforced, name) != NULL;
}

/* What the file is to have: members of other versions, and of ours what the user has changed, now or
 * before. The rest stays out of it, so that an administrator can still change it. Caller frees. */
static enum rc file_json(
    const struct app *app, const struct app_settings *settings, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = json_dup(app->settings);
    CLEANUP(json_free) struct json *wanted = settings_json(*settings);
    CLEANUP(json_free) struct json *now = settings_json(app_settings_get(app));
    for (const struct json *m = json_first(wanted); m; m = json_next(m)) {
        const char *name = json_key(m);
        bool same = json_equal(m, json_get(now, name));
        if (!same && app_setting_enforced(app, name)) {
            return err_set(err, RC_READONLY, 0, "%s is set by your administrator", name);
        }
        if (!same || (json_get(v, name) && !app_setting_enforced(app, name))) {
            json_set(v, name, json_dup(m));
        }
    }
    if (!json_get(wanted, "paused_until")) {
        json_remove(v, "paused_until");
    }
    *ret = TAKE(v);
    return RC_OK;
}

enum rc app_settings_set(struct app *app, const struct app_settings *settings, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    enum rc rc = check_numbers(*settings, err);
    if (rc == RC_OK) {
        rc = file_json(app, settings, &v, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(mem_free) char *text = json_print_pretty(v);
    CLEANUP(mem_free) char *path = platform_path_join(app->home, "settings.json");
    rc = platform_file_write(path, text, strlen(text), err);
    if (rc == RC_OK) {
        json_free(app->settings);
        app->settings = TAKE(v);
        logfile_set_level(app->log, settings->debug_logging ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    }
    return rc;
}

/* ---- by name ---- */

struct json *app_settings_list(const struct app *app)
{
    struct json *v = json_object(), *all = settings_json(app_settings_get(app));
    struct json *enforced = json_array();
    for (const struct json *m = json_first(app->enforced); m; m = json_next(m)) {
        json_append(enforced, json_str(json_key(m)));
    }
    json_remove(all, "paused"); /* what the tray is doing, no setting */
    json_remove(all, "paused_until");
    json_set(v, "settings", all);
    json_set(v, "enforced", enforced);
    return v;
}

static enum rc set_flag(const char *name, const char *value, bool *flag, struct err *err)
{
    if (!str_eq(value, "on") && !str_eq(value, "off")) {
        return err_set(err, RC_INVALID, 0, "%s is \"on\" or \"off\", not \"%s\"", name, value);
    }
    *flag = str_eq(value, "on");
    return RC_OK;
}

static enum rc set_number(
    struct app_settings *s, const char *name, const char *value, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct number *n = &numbers[i];
        char *end;
        if (str_eq(n->name, name)) {
            long number = strtol(value, &end, 10);
            *number_of(s, n) = *value && !*end ? number : n->min - 1;
            return check_numbers(*s, err);
        }
    }
    return err_set(err, RC_NOT_FOUND, 0,
        "there is no setting '%s': 'lockstep settings' lists those there are", name);
}

enum rc app_settings_change(struct app *app, const char *name, const char *value, struct err *err)
{
    struct app_settings s = app_settings_get(app);
    enum rc rc = RC_OK;
    if (str_eq(name, "language")) {
        rc = language_of_code(value, &s.language)
                 ? RC_OK
                 : err_set(err, RC_INVALID, 0,
                       "the language is auto, en, de, fr, es or ja, not '%s'", value);
    } else if (str_eq(name, "proxy")) {
        rc = app_settings_proxy(&s, value, err);
    } else if (str_eq(name, "oauth_clients")) {
        rc = read_clients(value, &s, err);
    } else if (str_eq(name, "debug_logging")) {
        rc = set_flag(name, value, &s.debug_logging, err);
    } else if (str_eq(name, "first_sync_backup")) {
        rc = set_flag(name, value, &s.first_sync_backup, err);
    } else if (str_eq(name, "outlook_apart")) {
        rc = set_flag(name, value, &s.outlook_apart, err);
    } else if (str_eq(name, "event_log")) {
        rc = set_flag(name, value, &s.event_log, err);
    } else {
        rc = set_number(&s, name, value, err);
    }
    return rc == RC_OK ? app_settings_set(app, &s, err) : rc;
}
