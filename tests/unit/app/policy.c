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

/* ---- what users may not do ---- */

static void check_refused(struct check *c, enum rc rc, struct err *err, const char *want)
{
    check_int(c, rc, RC_READONLY);
    check_str(c, err_text(err), want);
    err_fini(err);
}

static void test_forbidden(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    begin(&s, "{\"enforced\":{\"Forbidden\":\"links, export\"}}", NULL);
    scene_vdir(&s, "left"); /* adding accounts is allowed */
    scene_vdir(&s, "right");
    const struct app_link link = {.left = "left:contacts", .right = "right:contacts"};
    check_refused(c, app_link_add(s.app, &link, &v, &err), &err,
        "your administrator does not allow links to be made, changed or removed");
    check_refused(c, app_link_set(s.app, "any", &(struct app_link_change){0}, &v, &err), &err,
        "your administrator does not allow links to be made, changed or removed");
    check_refused(c, app_link_remove(s.app, "any", false, &v, &err), &err,
        "your administrator does not allow links to be made, changed or removed");
    check_refused(c, app_export(s.app, "nowhere.json", &v, &err), &err,
        "your administrator does not allow settings to be exported");
    check_ok(c, app_account_remove(s.app, "left", &err), &err);
}

static void test_forbidden_more(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    begin(&s, "{\"enforced\":{\"Forbidden\":\"accounts,release,http\"}}", NULL);
    struct app_account account = {.name = "far",
        .type = "dav",
        .url = "http://127.0.0.1:9/",
        .user = "anna",
        .password = "x",
        .allow_http = true};
    check_refused(c, app_account_add(s.app, &account, &v, &err), &err,
        "your administrator does not allow accounts to be added or removed");
    check_refused(c, app_account_remove(s.app, "far", &err), &err,
        "your administrator does not allow accounts to be added or removed");
    check_refused(c, app_sync_run(s.app, &(struct app_sync){.release_deletes = true}, &v, &err),
        &err, "your administrator does not allow what is held to be carried out");
    check_ok(c, app_sync_run(s.app, &(struct app_sync){0}, &v, &err), &err);
    scene_write(&s, "policy.json", "{\"enforced\":{\"Forbidden\":\"http\"}}");
    scene_reopen(&s);
    check_int(c, app_account_add(s.app, &account, &v, &err), RC_TLS); /* nothing is sent */
    err_fini(&err);
    /* Whoever presets defaults takes nothing away. */
    scene_write(&s, "policy.json", "{\"defaults\":{\"Forbidden\":\"http,accounts\"}}");
    scene_reopen(&s);
    check_int(c, app_account_add(s.app, &account, &v, &err), RC_OFFLINE);
    err_fini(&err);
}

/* ---- the limits of the guards ---- */

static long held(struct check *c, struct scene *s)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    check_ok(c, app_sync_run(s->app, &(struct app_sync){0}, &v, &err), &err);
    return (long)json_get_int(json_first(json_get(v, "links")), "held", -1);
}

static void remove_card(struct check *c, struct scene *s, int number)
{
    CLEANUP(mem_free) char *path = str_printf("%s/left/contacts/u%d.vcf", s->root, number);
    check_int(c, remove(path), 0);
}

static void test_guards(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    begin(&s, "{}", NULL);
    scene_vdir(&s, "left");
    scene_vdir(&s, "right");
    for (int i = 0; i < 20; i++) {
        CLEANUP(mem_free) char *uid = str_printf("u%d", i);
        CLEANUP(mem_free) char *name = str_printf("Person %c. Muster", 'A' + i);
        scene_contact(&s, "left/contacts", uid, name);
    }
    const struct app_link link = {
        .left = "left:contacts", .right = "right:contacts", .name = "people", .kind = "contact"};
    check_ok(c, app_link_add(s.app, &link, &v, &err), &err);
    check_int(c, held(c, &s), 0);
    remove_card(c, &s, 0);
    remove_card(c, &s, 1);
    check_int(c, held(c, &s), 0); /* as usual ten go */
    scene_write(&s, "policy.json", "{\"enforced\":{\"GuardDeletes\":2,\"GuardPercent\":1}}");
    scene_reopen(&s);
    remove_card(c, &s, 2);
    remove_card(c, &s, 3);
    check_int(c, held(c, &s), 0);
    remove_card(c, &s, 4);
    remove_card(c, &s, 5);
    remove_card(c, &s, 6);
    check_int(c, held(c, &s), 3);
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
    if (check_case(&c, "policy/forbidden")) {
        test_forbidden(&c);
    }
    if (check_case(&c, "policy/forbidden-more")) {
        test_forbidden_more(&c);
    }
    if (check_case(&c, "policy/guards")) {
        test_guards(&c);
    }
    return check_end(&c);
}
