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

static const struct standing WELL = {0}, AUTH = {.rc = RC_AUTH}, AWAY = {.rc = RC_OFFLINE};
static const struct standing HELD = {.held = 3, .failed = 1}, MORE = {.held = 3, .doubtful = 1};

static void test_fails(struct check *c)
{
    check_text(c, event_text_fails("Work", RC_OK, &AUTH),
        "The link 'Work' cannot be synced: the sign-in was rejected (auth).");
    check_text(c, event_text_fails("Work", RC_AUTH, &AUTH), "");
    check_text(c, event_text_fails("Work", RC_SERVER, &AWAY), "");
    check_text(c, event_text_fails("Work", RC_SERVER, &WELL), "");
}

static void test_works(struct check *c)
{
    check_text(c, event_text_works("Work", RC_AUTH, &WELL), "The link 'Work' is synced again.");
    check_text(c, event_text_works("Work", RC_OK, &WELL), "");
    check_text(c, event_text_works("Work", RC_AUTH, &AWAY), "");
}

static void test_waits(struct check *c)
{
    check_text(c, event_text_waits("Work", &WELL, &HELD),
        "The link 'Work' needs its user: 3 held, 0 doubtful, 0 in conflict, 1 failed.");
    check_text(c, event_text_waits("Work", &HELD, &HELD), "");
    check_text(c, event_text_waits("Work", &HELD, &WELL), "");
    check_text(c, event_text_waits("Work", &HELD, &MORE),
        "The link 'Work' needs its user: 3 held, 1 doubtful, 0 in conflict, 0 failed.");
}

static void test_passing(struct check *c)
{
    check_true(c, !event_is_trouble(RC_OFFLINE) && !event_is_trouble(RC_BUSY));
    check_true(c, !event_is_trouble(RC_CANCELLED) && event_is_trouble(RC_TLS));
}

/* ---- by passes ---- */

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
    static const struct check_entry cases[] = {
        {"app/events/fails", test_fails},
        {"app/events/works", test_works},
        {"app/events/waits", test_waits},
        {"app/events/passing", test_passing},
        {"app/events/passes", test_passes},
        {"app/events/off", test_off},
        {"app/events/data", test_data},
    };
    return check_main(argc, argv, cases, ARRAY_LEN(cases));
}
