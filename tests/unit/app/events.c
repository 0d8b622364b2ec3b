/* What the system's log is told: changes, each once, and nothing that goes by itself. */
#include "tests/unit/app/scene.h"

#include "client/app/events.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <stdlib.h>
#include <string.h>

static void check_text(struct check *c, char *text /* owned */, const char *want)
{
    check_str(c, text ? text : "", want);
    free(text);
}

static void test_texts(struct check *c)
{
    const struct standing well = {0}, auth = {.rc = RC_AUTH}, away = {.rc = RC_OFFLINE};
    const struct standing held = {.held = 3, .failed = 1}, more = {.held = 3, .doubtful = 1};
    if (check_case(c, "app/events/fails")) {
        check_text(c, event_text_fails("Work", RC_OK, &auth),
            "The link 'Work' cannot be synced: the password was rejected (auth).");
        check_text(c, event_text_fails("Work", RC_AUTH, &auth), "");
        check_text(c, event_text_fails("Work", RC_SERVER, &away), "");
        check_text(c, event_text_fails("Work", RC_SERVER, &well), "");
    }
    if (check_case(c, "app/events/works")) {
        check_text(c, event_text_works("Work", RC_AUTH, &well), "The link 'Work' is synced again.");
        check_text(c, event_text_works("Work", RC_OK, &well), "");
        check_text(c, event_text_works("Work", RC_AUTH, &away), "");
    }
    if (check_case(c, "app/events/waits")) {
        check_text(c, event_text_waits("Work", &well, &held),
            "The link 'Work' needs its user: 3 held, 0 doubtful, 0 in conflict, 1 failed.");
        check_text(c, event_text_waits("Work", &held, &held), "");
        check_text(c, event_text_waits("Work", &held, &well), "");
        check_text(c, event_text_waits("Work", &held, &more),
            "The link 'Work' needs its user: 3 held, 1 doubtful, 0 in conflict, 0 failed.");
    }
    if (check_case(c, "app/events/passing")) {
        check_true(c, !event_is_trouble(RC_OFFLINE) && !event_is_trouble(RC_BUSY));
        check_true(c, !event_is_trouble(RC_CANCELLED) && event_is_trouble(RC_TLS));
    }
}

/* ---- by passes ---- */

static void scene_people(struct scene *s)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_init(s);
    scene_vdir(s, "left");
    scene_vdir(s, "right");
    scene_contact(s, "left/contacts", "u1", "Anna Muster");
    const struct app_link link = {
        .left = "left:contacts", .right = "right:contacts", .name = "people", .kind = "contact"};
    if (app_link_add(s->app, &link, &v, &err) != RC_OK) {
        printf("FAIL scene: %s\n", err_text(&err));
        exit(1);
    }
}

static void rename_within(struct check *c, struct scene *s, const char *from, const char *to)
{
    CLEANUP(mem_free) char *a = platform_path_join(s->root, from);
    CLEANUP(mem_free) char *b = platform_path_join(s->root, to);
    check_int(c, rename(a, b), 0);
}

/* The numbers of the events told so far, as the log has them: "100 101 ". */
static void check_told(struct check *c, struct scene *s, const char *want)
{
    CLEANUP(mem_free) char *log = scene_read(s, "home/log/lockstep.log");
    struct buf told = BUF_INIT(10000);
    for (const char *at = log; (at = strstr(at, " event ")); at++) {
        buf_addf(&told, "%ld ", strtol(at + strlen(" event "), NULL, 10));
    }
    check_str(c, told.len ? told.data : "", want);
    buf_fini(&told);
}

static void sync_people(struct scene *s)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_reopen(s); /* what was told is known after a restart too */
    enum rc rc = app_sync_run(s->app, &(struct app_sync){0}, &v, &err);
    (void)rc; /* some are to fail */
    err_fini(&err);
}

static void test_passes(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_people(&s);
    sync_people(&s);
    check_told(c, &s, "");
    rename_within(c, &s, "right/contacts", "right/elsewhere");
    sync_people(&s);
    sync_people(&s);
    check_told(c, &s, "100 ");
    rename_within(c, &s, "right/elsewhere", "right/contacts");
    sync_people(&s);
    sync_people(&s);
    check_told(c, &s, "100 101 ");
    scene_write(&s, "right/contacts/broken.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN");
    sync_people(&s);
    sync_people(&s);
    check_told(c, &s, "100 101 102 ");
    CLEANUP(mem_free) char *log = scene_read(&s, "home/log/lockstep.log");
    check_true(
        c, strstr(log, "The link 'people' needs its user: 0 held, 0 doubtful, 0 in conflict, "
                       "1 failed.") != NULL);
}

static void test_off(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_people(&s);
    check_ok(c, app_settings_change(s.app, "event_log", "off", &err), &err);
    rename_within(c, &s, "right/contacts", "right/elsewhere");
    sync_people(&s);
    check_told(c, &s, "");
}

static void test_data(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_people(&s);
    app_close(s.app);
    s.app = NULL;
    scene_write(&s, "home/lockstep.db", "this is no database, and long enough to be looked at");
    sync_people(&s);
    check_told(c, &s, "200 ");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct check *c);
    } cases[] = {
        {"app/events/passes", test_passes},
        {"app/events/off", test_off},
        {"app/events/data", test_data},
    };
    struct check c;
    check_init(&c, argc, argv);
    test_texts(&c);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (check_case(&c, cases[i].name)) {
            cases[i].run(&c);
        }
    }
    return check_end(&c);
}
