/* Which of the administrator's, the user's and the built-in settings holds, and what of it is written. */
#include "tests/unit/app/scene.h"

#include "client/app/app.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <stdlib.h>
#include <string.h>

/* As after the program was started anew under these policies and with this file of the user's. */
static void begin(struct scene *s, const char *policy, const char *file)
{
    scene_init(s);
    scene_write(s, "policy.json", policy);
    CLEANUP(mem_free) char *path = str_printf("%s/policy.json", s->root);
    setenv("LOCKSTEP_POLICY", path, 1);
    if (file) {
        CLEANUP(mem_free) char *settings = platform_path_join(app_home(s->app), "settings.json");
        struct err err = ERR_INIT;
        if (platform_file_write(settings, file, strlen(file), &err) != RC_OK) {
            abort();
        }
    }
    scene_reopen(s);
}

static char *file_of(const struct scene *s)
{
    CLEANUP(mem_free) char *path = platform_path_join(app_home(s->app), "settings.json");
    char *text = NULL;
    size_t len;
    struct err err = ERR_INIT;
    if (!platform_file_exists(path) ||
        platform_file_read(path, 10000, &text, &len, &err) != RC_OK) {
        err_fini(&err);
        return NULL;
    }
    CLEANUP(json_free) struct json *v = NULL;
    CLEANUP(mem_free) char *pretty = text;
    return json_parse(pretty, len, &v, NULL) == RC_OK ? json_print(v) : NULL;
}

static void check_interval(
    struct check *c, const char *policy, const char *file, long want, bool enforced)
{
    struct scene s CLEANUP_FINI(scene_fini);
    begin(&s, policy, file);
    check_int(c, app_settings_get(s.app).interval_minutes, want);
    check_int(c, app_setting_enforced(s.app, "interval_minutes"), enforced);
}

#define DEFAULT(n)  "{\"defaults\":{\"IntervalMinutes\":" #n "}}"
#define ENFORCED(n) "{\"enforced\":{\"IntervalMinutes\":" #n "}}"
#define USER(n)     "{\"interval_minutes\":" #n "}"

static void test_precedence(struct check *c)
{
    check_interval(c, "{}", NULL, 15, false);
    check_interval(c, "{}", USER(20), 20, false);
    check_interval(c, DEFAULT(30), NULL, 30, false);
    check_interval(c, DEFAULT(30), USER(20), 20, false);
    check_interval(c, DEFAULT("30"), NULL, 30, false); /* as an MSI writes it */
    check_interval(c, DEFAULT("thirty"), NULL, 15, false);
    check_interval(c, ENFORCED(40), USER(20), 40, true);
    check_interval(c,
        "{\"enforced\":{\"IntervalMinutes\":40},\"defaults\":{\"IntervalMinutes\":30}}", NULL, 40,
        true);
    check_interval(
        c, ENFORCED(4000), USER(20), 15, true); /* makes no sense: as if there were none */
}

/* What an administrator has set is not changed; the rest is, beside it, and none of the
 * administrator's goes into the user's file. */
static void test_enforced(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    begin(&s,
        "{\"enforced\":{\"IntervalMinutes\":40,\"DebugLogging\":\"1\",\"Language\":\"de\"},"
        "\"defaults\":{\"BackupKeep\":9}}",
        USER(20));
    struct app_settings now = app_settings_get(s.app);
    check_true(c, now.debug_logging);
    check_int(c, now.language, LANGUAGE_DE);
    check_int(c, now.backup_keep, 9);
    check_int(c, app_settings_change(s.app, "interval_minutes", "25", &err), RC_READONLY);
    check_str(c, err_text(&err), "interval_minutes is set by your administrator");
    err_fini(&err);
    check_int(c, app_settings_change(s.app, "debug_logging", "off", &err), RC_READONLY);
    err_fini(&err);
    check_ok(c, app_settings_change(s.app, "history_days", "7", &err), &err);
    CLEANUP(mem_free) char *file = file_of(&s);
    check_str(c, file, "{\"interval_minutes\":20,\"history_days\":7}");
    CLEANUP(json_free) struct json *all = app_settings_list(s.app);
    check_int(c, json_count(json_get(all, "enforced")), 3);
    check_int(c, json_get_int(json_get(all, "settings"), "interval_minutes", 0), 40);
    err_fini(&err);
}

/* A user who has chosen what is the default now keeps it when the default changes. */
static void test_chosen(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    begin(&s, DEFAULT(30), USER(20));
    check_ok(c, app_settings_change(s.app, "interval_minutes", "30", &err), &err);
    CLEANUP(mem_free) char *file = file_of(&s);
    check_str(c, file, "{\"interval_minutes\":30}");
    struct app_settings paused = app_settings_get(s.app);
    paused.paused = true;
    paused.paused_until = 1000;
    check_ok(c, app_settings_set(s.app, &paused, &err), &err);
    paused.paused = false;
    check_ok(c, app_settings_set(s.app, &paused, &err), &err);
    CLEANUP(mem_free) char *after = file_of(&s);
    check_str(c, after, "{\"interval_minutes\":30,\"paused\":false}");
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "policy/precedence")) {
        test_precedence(&c);
    }
    if (check_case(&c, "policy/enforced")) {
        test_enforced(&c);
    }
    if (check_case(&c, "policy/chosen")) {
        test_chosen(&c);
    }
    return check_end(&c);
}
