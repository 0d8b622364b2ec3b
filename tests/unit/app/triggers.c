/* When links are synced by themselves: each rule of client/app/schedule.h with a clock of our own, and
 * what the app layer knows of it: settings of a link, rejected passwords, the plan. */
#include "tests/unit/app/scene.h"

#include "client/app/private.h"
#include "client/app/schedule.h"
#include "client/base/buf.h"
#include "tests/unit/check.h"

static const struct schedule_facts CALM = {.idle_seconds = 3600};

static struct json *parse(const char *text)
{
    struct json *v = NULL;
    return json_parse(text, strlen(text), &v, NULL) == RC_OK ? v : NULL;
}

/* A plan of links, each written as members. */
static void plan(struct schedule *s, int64_t now, const char *links)
{
    CLEANUP(mem_free) char *text = str_printf("{\"interval_minutes\":15,\"links\":[%s]}", links);
    CLEANUP(json_free) struct json *v = parse(text);
    schedule_plan(s, now, v);
}

#define PEOPLE                                                                                     \
    "{\"name\":\"people\",\"every\":\"default\",\"network\":true,\"watched\":\"left\",\"on_"       \
    "change\":true}"
#define DAYS                                                                                       \
    "{\"name\":\"days\",\"every\":\"60\",\"network\":true,\"watched\":\"left\",\"on_change\":"     \
    "true}"

/* "people,days" of what is due; "" for nothing. Static text. */
static const char *due_with(struct schedule *s, int64_t now, struct schedule_facts facts)
{
    static char out[200];
    CLEANUP(json_free) struct json *names = schedule_due(s, now, &facts);
    out[0] = '\0';
    for (const struct json *n = json_first(names); n; n = json_next(n)) {
        strcat(out, out[0] ? "," : "");
        strcat(out, json_str_value(n));
    }
    return out;
}

static const char *due(struct schedule *s, int64_t now)
{
    return due_with(s, now, CALM);
}

/* The first second from `from` on in which something is due; -1: none for a month. */
static int64_t first_due(struct schedule *s, int64_t from)
{
    enum schedule_why why;
    for (int64_t t = from; t < from + 31 * 86400; t++) {
        if (due(s, t)[0]) {
            return t;
        }
        int64_t next = schedule_next(s, NULL, &CALM, &why);
        t = next > t + 120 ? next - 100 : t; /* nothing can come before it by itself */
        if (!next) {
            return -1;
        }
    }
    return -1;
}

/* A pass over all that is due at `now`, which ends `seconds` later with this of each link. */
static void pass(struct schedule *s, int64_t now, int seconds, const char *of_each)
{
    CLEANUP(json_free) struct json *names = schedule_due(s, now, &CALM);
    CLEANUP(json_free) struct json *report = json_object();
    struct json *list = json_array();
    json_set(report, "links", list);
    for (const struct json *n = json_first(names); n; n = json_next(n)) {
        struct json *v = parse(of_each);
        json_set_str(v, "name", json_str_value(n));
        json_append(list, v);
    }
    json_set_int(report, "milliseconds", seconds * 1000);
    schedule_started(s, names);
    schedule_ended(s, now + seconds, app_exit_of_sync(report), report);
}

#define FINE    "{\"rc\":\"ok\"}"
#define AWAY    "{\"rc\":\"offline\"}"
#define WROTE   "{\"rc\":\"ok\",\"left\":{\"updated\":1},\"right\":{\"updated\":0}}"
#define WROTE_R "{\"rc\":\"ok\",\"left\":{\"updated\":0},\"right\":{\"updated\":1}}"

static void start(struct schedule *s, const char *links)
{
    schedule_init(s, 1000000, false, 0, 15, 7);
    plan(s, 1000000, links);
}

/* Past the first pass; returns when it ended. */
static int64_t settle(struct schedule *s)
{
    int64_t t = first_due(s, 1000000);
    pass(s, t, 0, FINE);
    return t;
}

static bool is_within(int64_t value, int64_t low, int64_t high)
{
    return value >= low && value <= high;
}

static void test_clock(struct check *c)
{
    struct schedule s CLEANUP_FINI(schedule_fini) = {0};
    if (check_case(c, "triggers/start-is-spread")) {
        int64_t low = INT64_MAX, high = 0;
        for (uint64_t seed = 0; seed < 200; seed++) {
            schedule_init(&s, 1000000, false, 0, 15, seed);
            plan(&s, 1000000, PEOPLE "," DAYS);
            int64_t t = first_due(&s, 1000000) - 1000000;
            low = t < low ? t : low;
            high = t > high ? t : high;
            check_true(c,
                is_within(t, SCHEDULE_START_DELAY, SCHEDULE_START_DELAY + SCHEDULE_START_SPREAD));
            check_str(c, due(&s, 1000000 + t), "people,days");
            schedule_fini(&s);
        }
        check_true(c, high - low > SCHEDULE_START_SPREAD * 3 / 4);
    }
    if (check_case(c, "triggers/start-known-late")) { /* a slow computer, a busy state file */
        schedule_init(&s, 1000000, false, 0, 15, 7);
        plan(&s, 1000000 + 300, PEOPLE);
        check_str(c, due(&s, 1000000 + 300), "people");
        pass(&s, 1000000 + 300, 0, FINE);
        plan(&s, 1000000 + 310, PEOPLE "," DAYS); /* what is linked later was synced then */
        check_str(c, due(&s, 1000000 + 310), "");
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/interval-is-spread")) {
        int64_t low = INT64_MAX, high = 0;
        for (uint64_t seed = 1; seed < 200; seed++) {
            schedule_init(&s, 1000000, false, 0, 15, seed);
            plan(&s, 1000000, PEOPLE);
            int64_t t = first_due(&s, 1000000);
            pass(&s, t, 10, FINE);
            int64_t next = first_due(&s, t + 10) - (t + 10);
            low = next < low ? next : low;
            high = next > high ? next : high;
            schedule_fini(&s);
        }
        check_true(c, is_within(low, 810, 840));
        check_true(c, is_within(high, 960, 990));
    }
    if (check_case(c, "triggers/each-link-its-own")) {
        start(&s, PEOPLE "," DAYS);
        int64_t t = settle(&s);
        int people = 0, days = 0;
        for (int64_t end = t + 8 * 3600; (t = first_due(&s, t)) < end;) {
            people += strstr(due(&s, t), "people") != NULL;
            days += strstr(due(&s, t), "days") != NULL;
            pass(&s, t, 0, FINE);
        }
        check_true(c, is_within(people, 29, 36));
        check_true(c, is_within(days, 7, 9));
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/by-hand-and-off")) {
        enum schedule_why why;
        start(&s, "{\"name\":\"hand\",\"every\":\"hand\",\"watched\":\"left\"},"
                  "{\"name\":\"off\",\"enabled\":false,\"watched\":\"left\"}");
        schedule_changed(&s, 1000000, "hand");
        schedule_changed(&s, 1000000, "off");
        schedule_wake(&s, 1000000);
        check_int(c, first_due(&s, 1000000), -1);
        check_int(c, schedule_next(&s, "hand", &CALM, &why), 0);
        check_int(c, why, SCHEDULE_BY_HAND);
        check_int(c, schedule_next(&s, "off", &CALM, &why), 0);
        check_int(c, why, SCHEDULE_OFF);
        plan(&s, 1000100, "{\"name\":\"hand\",\"every\":\"30\"}"); /* from now on by itself: soon */
        check_true(c, is_within(first_due(&s, 1000100), 1000103, 1000120));
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/another-interval")) {
        start(&s, PEOPLE);
        int64_t t = settle(&s);
        plan(&s, t + 60, "{\"name\":\"people\",\"every\":\"120\"}");
        check_true(
            c, is_within(first_due(&s, t + 60), t + 6480, t + 7920)); /* counted from the last */
        plan(&s, t + 1000, "{\"name\":\"people\",\"every\":\"5\"}");  /* that is over: soon */
        check_true(c, is_within(first_due(&s, t + 1000), t + 1003, t + 1020));
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/pause")) {
        schedule_init(&s, 1000000, true, 0, 15, 1);
        plan(&s, 1000000, PEOPLE);
        check_str(c, due(&s, 2000000), "");
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_PAUSED);
        schedule_pause(&s, 2000000, false, 0);
        check_str(c, due(&s, 2000000), "people");
        schedule_pause(&s, 2000000, true, 0);
        check_str(c, due(&s, 2000000), "");
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/pause-ends")) {
        start(&s, PEOPLE);
        schedule_pause(&s, 1000000, true, 1003600);
        check_str(c, due(&s, 1003599), "");
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_PAUSED);
        check_str(c, due(&s, 1003600), "people");
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_IDLE);
        schedule_fini(&s);
        schedule_init(
            &s, 1005000, true, 1004600, 15, 1); /* it ended while the program was not running */
        plan(&s, 1005000, PEOPLE);
        check_str(c, due(&s, 1005140), "people");
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/clock-set-back")) {
        start(&s, PEOPLE);
        settle(&s);
        check_str(c, due(&s, 5000), ""); /* the clock went back eleven days */
        check_str(c, due(&s, 5000 + 990), "people");
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/nothing-twice")) {
        start(&s, PEOPLE);
        CLEANUP(json_free) struct json *names = schedule_due(&s, 1000140, &CALM);
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_IDLE);
        schedule_started(&s, names);
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_SYNCING);
        check_str(c, due(&s, 2000000), "");
        schedule_fini(&s);
    }
}

static void test_change(struct check *c)
{
    struct schedule s CLEANUP_FINI(schedule_fini) = {0};
    start(&s, PEOPLE "," DAYS);
    int64_t t = settle(&s) + 100;
    if (check_case(c, "triggers/change/soon-and-only-its-link")) {
        schedule_changed(&s, t, "people");
        check_str(c, due(&s, t + SCHEDULE_QUIET - 1), "");
        check_true(c, schedule_hurries(&s, t));
        check_str(c, due(&s, t + SCHEDULE_QUIET), "people");
        pass(&s, t + SCHEDULE_QUIET, 1, WROTE_R);
        check_str(c, due(&s, t + 60), ""); /* once */
        check_true(c, !schedule_hurries(&s, t + 60));
    }
    if (check_case(c, "triggers/change/debounced")) {
        t += 100;
        for (int i = 0; i < 7; i++) {
            schedule_changed(&s, t + i, "people");
            check_str(c, due(&s, t + i), "");
        }
        check_str(c, due(&s, t + 7), "");
        schedule_changed(&s, t + 7, "people");
        check_str(c, due(&s, t + SCHEDULE_QUIET_MOST),
            "people"); /* who goes on typing is not put off for ever */
        pass(&s, t + SCHEDULE_QUIET_MOST, 0, WROTE_R);
    }
    if (check_case(c, "triggers/change/during-a-pass-that-wrote-elsewhere")) {
        t += 100;
        CLEANUP(json_free) struct json *names = parse("[\"people\"]");
        CLEANUP(json_free)
        struct json *report =
            parse("{\"links\":[{\"name\":\"people\",\"rc\":\"ok\",\"right\":{\"updated\":1}}]}");
        schedule_started(&s, names);
        schedule_changed(&s, t + 1, "people");
        schedule_ended(&s, t + 2, APP_EXIT_OK, report);
        check_str(c, due(&s, t + 3), "people"); /* somebody went on editing */
        pass(&s, t + 3, 0, FINE);
    }
    if (check_case(c, "triggers/change/own-writes-come-back-once")) {
        t += 100;
        schedule_changed(&s, t, "people");
        pass(&s, t + 2, 1, WROTE); /* we wrote to Outlook, which tells us so */
        schedule_changed(&s, t + 4, "people");
        check_str(c, due(&s, t + 10), "");
        check_str(
            c, due(&s, t + 3 + SCHEDULE_ECHO_DELAY), "people"); /* an edit may be among them */
        pass(&s, t + 3 + SCHEDULE_ECHO_DELAY, 1, FINE);
        check_true(c, first_due(&s, t + 30) > t + 300);
    }
    if (check_case(c, "triggers/change/edit-after-an-own-write-is-quick")) {
        t += 200;
        schedule_changed(&s, t, "people");
        pass(&s, t + 2, 1, WROTE);
        schedule_changed(&s, t + 3 + SCHEDULE_ECHO + 1, "people");
        check_str(c, due(&s, t + 3 + SCHEDULE_ECHO + 1 + SCHEDULE_QUIET), "people");
        pass(&s, t + 9, 0, FINE);
    }
    if (check_case(c, "triggers/change/never-in-circles")) {
        t += 1000;
        int passes = 0;
        int64_t end = t + 3600;
        schedule_changed(&s, t, "people");
        for (int64_t at = t; (at = first_due(&s, at)) < end && passes < 1000; passes++) {
            pass(&s, at, 1, WROTE); /* a server that gives back something else each time */
            schedule_changed(&s, at + 1 + 4 * (passes % 2), "people"); /* told at once, or late */
        }
        check_true(c, passes < 16); /* an hour has four passes anyway */
    }
    if (check_case(c, "triggers/change/switched-off")) {
        plan(&s, t + 4000,
            "{\"name\":\"people\",\"every\":\"1440\",\"watched\":\"left\",\"on_change\":false}");
        pass(&s, first_due(&s, t + 4000), 0, FINE);
        schedule_changed(&s, t + 9000, "people");
        check_str(c, due(&s, t + 9100), "");
        schedule_fini(&s);
    }
}

#define TOLD                                                                                       \
    "{\"name\":\"people\",\"network\":true,\"watched\":\"left\",\"pushed\":[\"right\"],\"on_"      \
    "change\":true}"

/* "people,days" of what is listened to. Static text. */
static const char *listens(struct schedule *s, int64_t now, struct schedule_facts facts)
{
    static char out[200];
    CLEANUP(json_free) struct json *names = schedule_listens(s, now, &facts);
    out[0] = '\0';
    for (const struct json *n = json_first(names); n; n = json_next(n)) {
        strcat(out, out[0] ? "," : "");
        strcat(out, json_str_value(n));
    }
    return out;
}

static void test_told(struct check *c)
{
    struct schedule s CLEANUP_FINI(schedule_fini) = {0};
    start(&s, TOLD "," DAYS);
    if (check_case(c, "triggers/told/not-before-the-first-pass")) {
        check_str(c, listens(&s, 1000000, CALM), "");
    }
    int64_t t = settle(&s) + 100;
    if (check_case(c, "triggers/told/soon-and-only-its-link")) {
        schedule_told(&s, t, "people");
        check_true(c, schedule_hurries(&s, t));
        check_str(c, due(&s, t), "");
        check_str(c, due(&s, t + SCHEDULE_TOLD), "people");
        pass(&s, t + SCHEDULE_TOLD, 0, WROTE);
        check_str(c, due(&s, t + 10), "");
        schedule_told(&s, t + 10, "days");     /* no server of it tells */
        check_str(c, due(&s, t + 15), "days"); /* but by what is in Outlook it is on change */
        pass(&s, t + 15, 0, FINE);
    }
    if (check_case(c, "triggers/told/is-not-put-off-by-more-of-it")) {
        t += 100;
        for (int i = 0; i <= SCHEDULE_TOLD; i++) {
            schedule_told(&s, t + i, "people");
        }
        check_str(c, due(&s, t + SCHEDULE_TOLD), "people");
        pass(&s, t + SCHEDULE_TOLD, 0, WROTE);
    }
    if (check_case(c, "triggers/told/own-writes-come-back-once")) {
        t += 100;
        schedule_changed(&s, t, "people");
        pass(&s, t + 2, 1, WROTE_R); /* we wrote to the server, which tells us so */
        schedule_told(&s, t + 4, "people");
        check_str(c, due(&s, t + 10), "");
        check_str(
            c, due(&s, t + 3 + SCHEDULE_ECHO_DELAY), "people"); /* an edit may be among them */
        pass(&s, t + 3 + SCHEDULE_ECHO_DELAY, 1, FINE);
        check_true(c, first_due(&s, t + 30) > t + 300);
    }
    if (check_case(c, "triggers/told/edit-after-an-own-write-is-quick")) {
        t += 200;
        schedule_changed(&s, t, "people");
        pass(&s, t + 2, 1, WROTE_R);
        schedule_told(&s, t + 3 + SCHEDULE_ECHO + 1, "people");
        check_str(c, due(&s, t + 3 + SCHEDULE_ECHO + 1 + SCHEDULE_TOLD), "people");
        pass(&s, t + 3 + SCHEDULE_ECHO + 1 + SCHEDULE_TOLD, 0, FINE);
    }
    if (check_case(c, "triggers/told/never-in-circles")) {
        t += 1000;
        int passes = 0;
        int64_t end = t + 3600;
        schedule_told(&s, t, "people");
        for (int64_t at = t; (at = first_due(&s, at)) < end && passes < 1000; passes++) {
            pass(&s, at, 1, WROTE_R); /* a server that gives back something else each time */
            schedule_told(&s, at + 1 + 4 * (passes % 2), "people"); /* told at once, or late */
        }
        check_true(c, passes < 16); /* an hour has four passes anyway */
    }
    if (check_case(c, "triggers/told/half-of-the-time-at-most")) {
        t += 8000;
        int seconds = 0;
        for (int64_t at = t; at < t + 600; at++) {
            schedule_told(&s, at, "people"); /* somebody imports a whole calendar there */
            if (strstr(due(&s, at), "people")) {
                pass(&s, at, 5, "{\"rc\":\"ok\",\"left\":{\"created\":50}}");
                at += 5;
                seconds += 5;
            }
        }
        check_true(c, is_within(seconds, 200, 310));
        pass(&s, first_due(&s, t + 600), 0, FINE);
    }
    if (check_case(c, "triggers/told/listens-where-it-may-sync")) {
        struct schedule_facts f = CALM;
        t += 9000;
        check_str(c, listens(&s, t, f), "people");
        f.presenting = true; /* it is short, and there is much to do afterwards */
        check_str(c, listens(&s, t, f), "people");
        f = CALM;
        f.no_network = true;
        check_str(c, listens(&s, t, f), "");
        f = CALM;
        f.metered = true;
        check_str(c, listens(&s, t, f), "people");
        plan(&s, t, "{\"name\":\"people\",\"pushed\":[\"left\"],\"on_metered\":false}");
        check_str(c, listens(&s, t, f), "");
        check_str(c, listens(&s, t, CALM), "people");
        plan(&s, t, "{\"name\":\"people\",\"pushed\":[\"left\"],\"on_change\":false}");
        check_str(c, listens(&s, t, CALM), "");
        plan(&s, t, "{\"name\":\"people\",\"pushed\":[\"left\"],\"every\":\"hand\"}");
        check_str(c, listens(&s, t, CALM), "");
        plan(&s, t, "{\"name\":\"people\",\"pushed\":[\"left\"],\"password_wanted\":[\"server\"]}");
        check_str(c, listens(&s, t, CALM), ""); /* S5 */
        plan(&s, t, TOLD);
        schedule_network(&s, t); /* a whole house may have it back in the same second */
        check_str(c, listens(&s, t + SCHEDULE_SOON_DELAY - 1, CALM), "");
        check_str(
            c, listens(&s, t + SCHEDULE_SOON_DELAY + SCHEDULE_NETWORK_SPREAD, CALM), "people");
        t += 1000;
        schedule_pause(&s, t, true, 0);
        check_str(c, listens(&s, t, CALM), "");
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/told/clock-set-back")) {
        start(&s, TOLD);
        settle(&s);
        schedule_told(&s, 2000000, "people");
        check_true(c, is_within(first_due(&s, 5000), 5000, 5000 + SCHEDULE_TOLD));
        check_str(c, listens(&s, 5000, CALM), "people");
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/told/waits-as-the-server-asked")) {
        start(&s, TOLD);
        int64_t at = first_due(&s, 1000000);
        pass(&s, at, 0, AWAY);
        schedule_told(&s, at + 1, "people");
        check_true(c, first_due(&s, at) >= at + 90); /* S4 */
        schedule_fini(&s);
    }
}

static void test_errors(struct check *c)
{
    struct schedule s CLEANUP_FINI(schedule_fini) = {0};
    if (check_case(c, "triggers/errors/doubling-to-an-hour")) {
        static const int64_t MINUTES[] = {2, 4, 8, 16, 32, 60, 60, 60};
        start(&s, PEOPLE);
        int64_t t = first_due(&s, 1000000);
        for (size_t i = 0; i < ARRAY_LEN(MINUTES); i++) {
            pass(&s, t, 0, AWAY);
            int64_t next = first_due(&s, t);
            check_true(c, is_within(next - t, MINUTES[i] * 45, MINUTES[i] * 75));
            t = next;
        }
        pass(&s, t, 0, FINE); /* success begins anew */
        t = first_due(&s, t);
        pass(&s, t, 0, AWAY);
        check_true(c, is_within(first_due(&s, t) - t, 90, 150));
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/errors/retry-after")) {
        start(&s, PEOPLE);
        int64_t t = first_due(&s, 1000000);
        CLEANUP(mem_free)
        char *asked = str_printf("{\"rc\":\"server\",\"not_before\":%lld}", (long long)t + 7200);
        pass(&s, t, 0, asked);
        check_true(c, is_within(first_due(&s, t), t + 7200, t + 7200 + SCHEDULE_ASKED_SPREAD));
        schedule_wake(&s, t + 60); /* waking up is no reason to disturb it, nor is a new network */
        check_true(c, is_within(first_due(&s, t), t + 7200, t + 7200 + SCHEDULE_ASKED_SPREAD));
        schedule_network(&s, t + 60 + SCHEDULE_SOON_REST);
        schedule_changed(&s, t + 120, "people");
        check_true(c, is_within(first_due(&s, t), t + 7200, t + 7200 + SCHEDULE_ASKED_SPREAD));
        schedule_fini(&s);
        start(&s, PEOPLE);
        CLEANUP(mem_free)
        char *year =
            str_printf("{\"rc\":\"server\",\"not_before\":%lld}", (long long)t + 365 * 86400);
        pass(&s, t, 0, year);
        check_true(c, first_due(&s, t) <= t + SCHEDULE_ASKED_MOST + 120);
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/errors/links-of-one-server-stay-together")) {
        start(&s, PEOPLE ",{\"name\":\"more\",\"every\":\"default\"}");
        int64_t t = first_due(&s, 1000000);
        for (int i = 0; i < 5; i++) {
            check_str(c, due(&s, t), "people,more");
            pass(&s, t, 0, AWAY);
            t = first_due(&s, t);
        }
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/errors/a-change-waits-too")) {
        start(&s, PEOPLE);
        int64_t t = first_due(&s, 1000000);
        pass(&s, t, 0, AWAY);
        schedule_changed(&s, t + 1, "people");
        check_true(c, first_due(&s, t) >= t + 90);
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/errors/one-more-password-then-none")) {
        enum schedule_why why;
        int tries = 0;
        start(&s, PEOPLE);
        for (int64_t t = first_due(&s, 1000000); t > 0; t = first_due(&s, t), tries++) {
            pass(&s, t, 0, "{\"rc\":\"auth\"}");
            plan(&s, t,
                tries
                    ? "{\"name\":\"people\",\"watched\":\"left\",\"password_wanted\":[\"server\"]}"
                    : PEOPLE);
        }
        check_int(c, tries, 2);
        schedule_changed(&s, 2000000, "people");
        schedule_wake(&s, 2000000);
        check_int(c, first_due(&s, 2000000), -1);
        check_int(c, schedule_next(&s, NULL, &CALM, &why), 0);
        check_int(c, why, SCHEDULE_WANTS_PASSWORD);
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_ATTENTION);
        plan(&s, 3000000, PEOPLE); /* there is a new one */
        check_true(c, is_within(first_due(&s, 3000000), 3000003, 3000020));
        schedule_fini(&s);
    }
    if (check_case(c, "triggers/errors/busy-and-stopped")) {
        start(&s, PEOPLE);
        int64_t t = first_due(&s, 1000000);
        CLEANUP(json_free) struct json *names = schedule_due(&s, t, &CALM);
        schedule_started(&s, names);
        schedule_ended(&s, t, APP_EXIT_BUSY, NULL);
        check_true(c, is_within(first_due(&s, t), t + 54, t + 66));
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_IDLE);
        t = first_due(&s, t);
        schedule_started(&s, names);
        schedule_ended(&s, t, APP_EXIT_CANCELLED, NULL);
        check_true(c, first_due(&s, t) > t + 800);
        schedule_fini(&s);
    }
}

static void test_surroundings(struct check *c)
{
    struct schedule s CLEANUP_FINI(schedule_fini) = {0};
    enum schedule_why why;
    struct schedule_facts f = CALM;
    start(&s, PEOPLE
        ",{\"name\":\"here\",\"every\":\"default\",\"on_battery\":false,\"on_metered\":false}");
    int64_t t = 1000000 + SCHEDULE_START_DELAY + SCHEDULE_START_SPREAD;
    if (check_case(c, "triggers/no-network")) {
        f.no_network = true;
        check_str(c, due_with(&s, t, f), "here"); /* needs none */
        check_int(c, schedule_look(&s, &f), SCHEDULE_OFFLINE);
        check_true(c, schedule_next(&s, "people", &f, &why) > 0);
        check_int(c, why, SCHEDULE_NO_NETWORK);
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_IDLE);
        f = CALM;
    }
    if (check_case(c, "triggers/presenting")) {
        f.presenting = true;
        check_str(c, due_with(&s, t, f), "");
        schedule_next(&s, NULL, &f, &why);
        check_int(c, why, SCHEDULE_PRESENTING);
        f = CALM;
    }
    if (check_case(c, "triggers/battery-and-metered")) {
        f.battery = true;
        check_str(c, due_with(&s, t, f), "people");
        schedule_next(&s, "here", &f, &why);
        check_int(c, why, SCHEDULE_ON_BATTERY);
        f = CALM;
        f.metered = true;
        check_str(c, due_with(&s, t, f), "people");
        schedule_next(&s, "here", &f, &why);
        check_int(c, why, SCHEDULE_ON_METERED);
        schedule_next(&s, NULL, &f, &why); /* something is synced: that is what is told */
        check_int(c, why, SCHEDULE_AT_TIME);
        check_str(c, due(&s, t), "people,here");
    }
    if (check_case(c, "triggers/background")) {
        f = CALM;
        f.idle_seconds = 3;
        check_true(c, schedule_in_background(false, &f));
        check_true(c, !schedule_in_background(true, &f)); /* somebody waits for it */
        f.idle_seconds = SCHEDULE_TYPING;
        check_true(c, !schedule_in_background(false, &f));
    }
    if (check_case(c, "triggers/wake")) {
        pass(&s, t, 0, FINE);
        schedule_wake(&s, t + 100);
        int64_t then = first_due(&s, t + 100);
        check_true(c, is_within(then, t + 103, t + 120));
        check_str(c, due(&s, then), "people,here");
        pass(&s, then, 0, FINE);
        schedule_wake(&s, then + 1); /* networks change in bursts */
        check_true(c, first_due(&s, then) > then + 600);
        schedule_wake(&s, then + 100);
        check_true(c, first_due(&s, then + 100) <= then + 120);
    }
    if (check_case(c, "triggers/network")) {
        t = first_due(&s, t);
        pass(&s, t, 0, FINE);
        int64_t planned = schedule_next(&s, NULL, &CALM, &why);
        schedule_network(&s, t + 60); /* nothing was missed: no reason to knock */
        check_int(c, schedule_next(&s, NULL, &CALM, &why), planned);
        schedule_network(&s, planned + 500); /* overdue: without a network nothing could be done */
        int64_t then = first_due(&s, planned + 500);
        check_true(c, is_within(then, planned + 503, planned + 503 + SCHEDULE_NETWORK_SPREAD));
        check_str(c, due(&s, then), "people,here");
        pass(&s, then, 0, AWAY);
        for (int i = 0; i < 6; i++) {
            then = first_due(&s, then);
            pass(&s, then, 0, AWAY);
        }
        schedule_network(&s, then + 100); /* a reason to try again */
        check_true(c,
            is_within(first_due(&s, then + 100), then + 103, then + 103 + SCHEDULE_NETWORK_SPREAD));
        t = first_due(&s, then + 100);
    }
    if (check_case(c, "triggers/wake-ends-a-long-retry")) {
        for (int i = 0; i < 6; i++) {
            t = first_due(&s, t);
            pass(&s, t, 0, AWAY);
        }
        schedule_wake(&s, t + 100);
        check_true(c, is_within(first_due(&s, t + 100), t + 103, t + 120));
    }
}

static void test_results(struct check *c)
{
    struct schedule s CLEANUP_FINI(schedule_fini) = {0};
    start(&s, PEOPLE "," DAYS);
    int64_t t = first_due(&s, 1000000);
    if (check_case(c, "triggers/trouble-of-one-link-is-not-hidden-by-another")) {
        pass(&s, t, 0, "{\"rc\":\"ok\",\"held\":3}");
        check_int(c, schedule_result(&s), APP_EXIT_HELD);
        schedule_changed(&s, t + 10, "people");
        pass(&s, t + 12, 0, FINE);
        check_int(c, schedule_result(&s), APP_EXIT_HELD); /* of "days" */
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_ATTENTION);
        plan(&s, t + 20, PEOPLE);
        check_int(c, schedule_result(&s), APP_EXIT_OK);
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_IDLE);
    }
    if (check_case(c, "triggers/out-of-reach-is-not-attention")) {
        t = first_due(&s, t + 20);
        pass(&s, t, 0, AWAY);
        check_int(c, schedule_look(&s, &CALM), SCHEDULE_OFFLINE);
        check_true(c, !schedule_needs_user(APP_EXIT_SERVER));
        check_true(c, !schedule_needs_user(APP_EXIT_BUSY));
        check_true(c, schedule_needs_user(APP_EXIT_AUTH));
        check_true(c, schedule_needs_user(APP_EXIT_HELD));
    }
    if (check_case(c, "triggers/next")) {
        enum schedule_why why;
        struct schedule fresh CLEANUP_FINI(schedule_fini) = {0};
        schedule_init(&fresh, 1000000, false, 0, 15, 7);
        int64_t first = schedule_next(&fresh, NULL, &CALM, &why); /* before the links are known */
        check_true(c, first > 1000000);
        check_int(c, why, SCHEDULE_AT_TIME);
        plan(&fresh, 1000000, "");
        check_int(c, schedule_next(&fresh, NULL, &CALM, &why), 0);
        check_int(c, why, SCHEDULE_NO_LINKS);
        plan(&fresh, 1000000, PEOPLE ",{\"name\":\"hand\",\"every\":\"hand\"}");
        check_int(c, schedule_next(&fresh, NULL, &CALM, &why), first);
        check_int(c, why, SCHEDULE_AT_TIME);
        schedule_pause(&fresh, 1000000, true, 0);
        check_int(c, schedule_next(&fresh, NULL, &CALM, &why), 0);
        check_int(c, why, SCHEDULE_IS_PAUSED);
    }
}

/* ---- the app layer ---- */

static const struct json *first_link(const struct json *v)
{
    return json_first(json_get(v, "links"));
}

static void test_settings(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *made = NULL;
    scene_init(&s);
    scene_vdir(&s, "a");
    scene_vdir(&s, "b");
    struct app_link link = {
        .left = "a:contacts", .right = "b:contacts", .name = "l", .kind = "contact"};
    check_ok(c, app_link_add(s.app, &link, &made, &err), &err);
    if (check_case(c, "triggers/link/defaults")) {
        check_str(c, json_get_str(made, "every"), "default");
        check_true(c, !json_get(made, "on_change")); /* nothing tells of changes in files */
        check_true(c, json_get_bool(made, "on_battery", false));
        check_true(c, json_get_bool(made, "on_metered", false));
        check_true(c, !json_get(made, "password_wanted"));
    }
    if (check_case(c, "triggers/link/set")) {
        struct app_link_change change = {.when = {.every = "45", .on_battery = "no"}};
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_link_set(s.app, "l", &change, &v, &err), &err);
        scene_reopen(&s);
        CLEANUP(json_free) struct json *again = NULL;
        check_ok(c, app_schedule_plan(s.app, &again, &err), &err);
        check_str(c, json_get_str(first_link(again), "every"), "45");
        check_true(c, !json_get_bool(first_link(again), "on_battery", true));
        check_true(c, json_get_bool(first_link(again), "on_metered", false));
        check_true(c, !json_get_bool(first_link(again), "network", true));
        struct app_link_change back = {.when = {.every = "default", .on_battery = "yes"}};
        CLEANUP(json_free) struct json *third = NULL;
        check_ok(c, app_link_set(s.app, "l", &back, &third, &err), &err);
        check_str(c, json_get_str(third, "every"), "default");
        check_true(c, json_get_bool(third, "on_battery", false));
    }
    if (check_case(c, "triggers/link/refused")) {
        static const struct app_when BAD[] = {{.every = "4"}, {.every = "1441"}, {.every = "10m"},
            {.every = ""}, {.every = "-1"}, {.every = "often"}, {.on_battery = "maybe"},
            {.on_change = "yes"} /* neither side can tell */};
        for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
            struct app_link_change change = {.when = BAD[i]};
            struct json *v = NULL;
            check_int(c, app_link_set(s.app, "l", &change, &v, &err), RC_INVALID);
        }
    }
    err_fini(&err);
}

/* A server whose password is not there counts like one that rejects it, and needs no network. */
static void test_rejected(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    struct state *state;
    scene_init(&s);
    scene_vdir(&s, "a");
    struct app_account dav = {.name = "office",
        .type = "dav",
        .url = "https://dav.example.com/",
        .user = "anna",
        .unchecked = true};
    CLEANUP(json_free) struct json *found = NULL;
    check_ok(c, app_account_add(s.app, &dav, &found, &err), &err);
    check_ok(c, app_state(s.app, &state, &err), &err);
    struct state_account a CLEANUP_FINI(state_account_fini) = {0},
                           b CLEANUP_FINI(state_account_fini) = {0};
    check_ok(c, app_account_find(s.app, "a", &a, &err), &err);
    check_ok(c, app_account_find(s.app, "office", &b, &err), &err);
    struct state_link link CLEANUP_FINI(state_link_fini) = {
        .name = mem_strdup("l"), .kind = ITEM_CONTACT, .enabled = true};
    link.side[SIDE_LEFT] = (struct state_link_side){
        .account = a.id, .folder = mem_strdup("contacts"), .folder_name = mem_strdup("contacts")};
    link.side[SIDE_RIGHT] = (struct state_link_side){
        .account = b.id, .folder = mem_strdup("/x/"), .folder_name = mem_strdup("x")};
    check_ok(c, state_link_save(state, &link, &err), &err);
    const char *names[] = {"l", "a link that is gone"};
    struct app_sync request = {.links = names, .link_count = 2, .scheduled = true};
    for (int i = 1; i <= 4; i++) {
        CLEANUP(json_free) struct json *report = NULL, *after = NULL;
        scene_reopen(&s); /* a restart does not begin anew */
        check_ok(c, app_sync_run(s.app, &request, &report, &err), &err);
        check_ok(c, app_schedule_plan(s.app, &after, &err), &err);
        const char *error = json_get_str(first_link(report), "error");
        if (check_case(c, i == 1   ? "triggers/rejected/first"
                          : i == 2 ? "triggers/rejected/once-more"
                          : i == 3 ? "triggers/rejected/never-again"
                                   : "triggers/rejected/not-even-later")) {
            check_str(c, json_get_str(first_link(report), "rc"), "auth");
            check_true(c, (strstr(error, "rejected twice") != NULL) == (i > 2));
            check_true(c, (json_get(first_link(after), "password_wanted") != NULL) == (i >= 2));
            check_true(c, json_get_bool(first_link(after), "network", false));
        }
    }
    if (check_case(c, "triggers/rejected/not-for-a-list-of-all-folders")) {
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_folder_list(s.app, NULL, &v, &err), &err);
        const char *error = json_get_str(json_first(json_get(v, "failed")), "error");
        check_true(c, error && strstr(error, "rejected twice"));
        struct json *one = NULL;
        check_int(c, app_folder_list(s.app, "office", &one, &err), RC_AUTH);
        check_true(c, !strstr(err_text(&err), "rejected twice")); /* somebody asked for this one */
    }
    if (check_case(c, "triggers/rejected/a-person-is-obeyed")) {
        CLEANUP(json_free) struct json *report = NULL;
        struct app_sync asked = {.links = names, .link_count = 1};
        check_ok(c, app_sync_run(s.app, &asked, &report, &err), &err);
        check_true(c, !strstr(json_get_str(first_link(report), "error"), "rejected twice"));
    }
    if (check_case(c, "triggers/rejected/a-new-password")) {
        CLEANUP(json_free) struct json *after = NULL;
        check_ok(c, app_account_set_password(s.app, "office", "new", &err), &err);
        check_ok(c, app_schedule_plan(s.app, &after, &err), &err);
        check_true(c, !json_get(first_link(after), "password_wanted"));
    }
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_clock(&c);
    test_change(&c);
    test_told(&c);
    test_errors(&c);
    test_surroundings(&c);
    test_results(&c);
    test_settings(&c);
    test_rejected(&c);
    return check_end(&c);
}
