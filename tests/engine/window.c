/* The time window of a link (client/sync/window.c): it limits what is fetched first, and it neither
 * deletes, nor doubles, nor stops what is paired. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "tests/engine/world.h"

#include <stdlib.h>

#define L      SIDE_LEFT
#define R      SIDE_RIGHT
#define EVENTS MEMORY_EVENTS
#define DAY    ((int64_t)86400)

/* The linker sends the engine's calls here: a run that rests makes none (as in rest.c). */
static long pairs_loads;
enum rc __real_state_pairs_load(
    struct state *s, int64_t link, struct state_pairs *ret, struct err *err);
enum rc __wrap_state_pairs_load(
    struct state *s, int64_t link, struct state_pairs *ret, struct err *err);
enum rc __wrap_state_pairs_load(
    struct state *s, int64_t link, struct state_pairs *ret, struct err *err)
{
    pairs_loads++;
    return __real_state_pairs_load(s, link, ret, err);
}

static const struct state_window QUARTER = {90, 30};

/* Outlook on the left, a server on the right, a link for events, and a window. */
static void open_kind(struct check *c, struct world *w, enum item_kind kind, const char *folder,
    const struct state_window *window, bool tokens)
{
    *w = (struct world){
        .opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = tokens, .unique_uids = true}}};
    w->clock = date_days(2026, 11, 28) * DAY + 30000;
    world_open(w);
    struct state_link link = {.name = (char[]){"dated"},
        .kind = kind,
        .side = {{1, mem_strdup(folder), NULL, NULL}, {1, mem_strdup(folder), NULL, NULL}},
        .enabled = true};
    check_ok(c, state_link_save(w->state, &link, &w->err), &w->err);
    w->link = link.id;
    free(link.side[L].folder);
    free(link.side[R].folder);
    w->options.window = window;
}

static void open_world(struct check *c, struct world *w, const struct state_window *window)
{
    open_kind(c, w, ITEM_EVENT, EVENTS, window, true);
}

static struct json *event(const char *title, const char *start)
{
    struct json *doc = json_object();
    json_set_str(doc, "@type", "Event");
    json_set_str(doc, "title", title);
    json_set_str(doc, "start", start);
    json_set_str(doc, "timeZone", "Europe/Berlin");
    json_set_str(doc, "duration", "PT1H");
    return doc;
}

/* On the right an item has its title as its uid. */
static void add(struct world *w, enum side s, struct json *doc /* taken over */)
{
    CLEANUP(mem_free) char *uid = mem_strdup(json_get_str(doc, "title"));
    CLEANUP(mem_free) char *id = str_printf("%s.ics", uid);
    json_set_str(doc, "uid", s == R ? uid : NULL);
    memory_add(w->store[s], EVENTS, s == R ? id : NULL, doc);
}

static long titled(struct world *w, enum side s, const char *title)
{
    long n = 0;
    for (size_t i = 0; i < memory_count(w->store[s], EVENTS); i++) {
        const char *id = memory_id_at(w->store[s], EVENTS, i);
        n += str_eq(json_get_str(memory_doc(w->store[s], EVENTS, id), "title"), title);
    }
    return n;
}

static const char *id_of(struct world *w, enum side s, const char *title)
{
    for (size_t i = 0; i < memory_count(w->store[s], EVENTS); i++) {
        const char *id = memory_id_at(w->store[s], EVENTS, i);
        if (str_eq(json_get_str(memory_doc(w->store[s], EVENTS, id), "title"), title)) {
            return id;
        }
    }
    return NULL;
}

static void sync_counts(
    struct check *c, struct world *w, long created_left, long created_right, long older, long later)
{
    check_ok(c, world_sync(w), &w->err);
    check_int(c, w->report.side[L].created, created_left);
    check_int(c, w->report.side[R].created, created_right);
    check_int(c, w->report.side[L].deleted + w->report.side[R].deleted, 0);
    check_int(c, w->report.older, older);
    check_int(c, w->report.later, later);
    check_int(c, w->report.failed + w->report.held + w->report.doubted, 0);
}

static void check_rests(struct check *c, struct world *w, long older, long later)
{
    long before = pairs_loads;
    sync_counts(c, w, 0, 0, older, later);
    check_true(c, !w->report.wrote_anything);
    check_int(c, pairs_loads, before);
}

static void add_four(struct world *w)
{
    struct json *daily = event("daily", "2015-03-02T09:00:00");
    struct json *rule = json_object();
    json_set_str(rule, "frequency", "daily");
    struct json *rules = json_array();
    json_append(rules, rule);
    json_set(daily, "recurrenceRules", rules);
    add(w, R, daily);
    add(w, R, event("old", "2020-05-05T10:00:00"));
    add(w, R, event("now", "2026-12-01T10:00:00"));
    add(w, R, event("future", "2027-06-01T10:00:00"));
}

static void test_waits(struct check *c)
{
    for (int tokens = 0; tokens < 2; tokens++) {
        if (!check_case(c, tokens ? "window/waits/tokens" : "window/waits/listing")) {
            continue;
        }
        struct world w;
        open_kind(c, &w, ITEM_EVENT, EVENTS, &QUARTER, tokens);
        add_four(&w);
        add(&w, L, event("older here", "2019-05-05T10:00:00"));
        sync_counts(c, &w, 2, 0, 2, 1);
        check_int(c, titled(&w, L, "now") + titled(&w, L, "daily"), 2);
        check_true(c, strstr(w.report.text, "2 older outside of the time window") != NULL);
        check_rests(c, &w, 2, 1);
        world_reopen(&w);
        check_rests(c, &w, 2, 1);
        w.options.window = NULL; /* as wide as can be */
        sync_counts(c, &w, 2, 1, 0, 0);
        w.options.window = &QUARTER; /* and back: what is paired stays */
        sync_counts(c, &w, 0, 0, 0, 0);
        check_int(c, (long)memory_count(w.store[L], EVENTS), 5);
        check_int(c, (long)memory_count(w.store[R], EVENTS), 5);
        world_check_quiet(c, &w);
        world_close(&w);
    }
}

static void test_day_comes(struct check *c)
{
    if (check_case(c, "window/day-comes")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add_four(&w);
        sync_counts(c, &w, 2, 0, 1, 1);
        w.clock += 150 * DAY;
        check_rests(c, &w, 1, 1); /* the end of April: June is not yet within 30 days */
        w.clock += 10 * DAY;
        sync_counts(c, &w, 1, 0, 1, 0);
        check_int(c, titled(&w, L, "future"), 1);
        w.clock += 2000 * DAY; /* now everything is over, and stays */
        check_rests(c, &w, 1, 0);
        world_close(&w);
    }
}

/* The 90th day before today and the 30th after it are the last that are inside. */
static void test_edges(struct check *c)
{
    if (check_case(c, "window/edges")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add(&w, R, event("91 days ago", "2026-08-29T10:00:00"));
        add(&w, R, event("90 days ago", "2026-08-30T10:00:00"));
        add(&w, R, event("in 30 days", "2026-12-28T10:00:00"));
        add(&w, R, event("in 31 days", "2026-12-29T10:00:00"));
        sync_counts(c, &w, 2, 0, 1, 1);
        check_int(c, titled(&w, L, "90 days ago") + titled(&w, L, "in 30 days"), 2);
        w.clock += DAY;
        sync_counts(c, &w, 1, 0, 1, 0);
        check_int(c, titled(&w, L, "in 31 days"), 1);
        world_close(&w);
    }
}

/* One uid or one title and time: the two are one, though neither is inside. */
static void test_paired_outside(struct check *c)
{
    for (int later = 0; later < 2; later++) {
        if (!check_case(c, later ? "window/paired/later" : "window/paired/first-sync")) {
            continue;
        }
        struct world w;
        open_world(c, &w, &QUARTER);
        add(&w, R, event("old", "2020-05-05T10:00:00"));
        if (later) {
            sync_counts(c, &w, 0, 0, 1, 0);
        }
        add(&w, L, event("old", "2020-05-05T10:00:00"));
        sync_counts(c, &w, 0, 0, 0, 0);
        check_int(c, w.report.paired, 1);
        w.options.window = NULL;
        sync_counts(c, &w, 0, 0, 0, 0);
        check_int(c, titled(&w, L, "old") + titled(&w, R, "old"), 2);
        world_close(&w);
    }
}

/* The copy comes while the original waits, and is moved inside: by its uid it is the same. */
static void test_same_uid_inside(struct check *c)
{
    if (check_case(c, "window/paired/same-uid-inside")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        w.opt[L] = (struct memory_options){0};
        store_free(w.store[L]);
        w.store[L] = memory_store_new(&w.opt[L]);
        add(&w, R, event("old", "2020-05-05T10:00:00"));
        sync_counts(c, &w, 0, 0, 1, 0);
        struct json *copy = event("moved", "2026-11-30T10:00:00");
        json_set_str(copy, "uid", "old");
        memory_add(w.store[L], EVENTS, NULL, copy);
        sync_counts(c, &w, 0, 0, 0, 0);
        check_int(c, w.report.paired, 1);
        check_int(c, (long)memory_count(w.store[L], EVENTS), 1);
        check_int(c, (long)memory_count(w.store[R], EVENTS), 1);
        world_close(&w);
    }
}

/* Edits and deletes of what is paired travel whatever the window. */
static void test_leaves(struct check *c)
{
    if (check_case(c, "window/leaves")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add(&w, R, event("one", "2026-12-01T10:00:00"));
        add(&w, R, event("two", "2026-12-02T10:00:00"));
        sync_counts(c, &w, 2, 0, 0, 0);
        memory_set(w.store[R], EVENTS, "one.ics", "start", json_str("2012-01-01T10:00:00"));
        sync_counts(c, &w, 0, 0, 0, 0);
        check_int(c, w.report.side[L].updated, 1);
        w.clock += 1000 * DAY;
        memory_set(w.store[L], EVENTS, id_of(&w, L, "two"), "priority", json_int(1));
        sync_counts(c, &w, 0, 0, 0, 0);
        check_int(c, w.report.side[R].updated, 1);
        memory_remove(w.store[R], EVENTS, "one.ics");
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.side[L].deleted, 1);
        check_int(c, titled(&w, L, "two") + titled(&w, R, "two"), 2);
        world_check_quiet(c, &w);
        world_close(&w);
    }
}

/* A full listing in which a waiting item is missing forgets it and deletes nothing. */
static void test_waiting_edited(struct check *c)
{
    if (check_case(c, "window/waiting/edited-and-deleted")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add_four(&w);
        sync_counts(c, &w, 2, 0, 1, 1);
        memory_set(w.store[R], EVENTS, "old.ics", "title", json_str("renamed"));
        sync_counts(c, &w, 0, 0, 1, 1);
        memory_set(w.store[R], EVENTS, "old.ics", "start", json_str("2026-11-30T10:00:00"));
        sync_counts(c, &w, 1, 0, 0, 1);
        check_int(c, titled(&w, L, "renamed"), 1);
        memory_remove(w.store[R], EVENTS, "future.ics");
        sync_counts(c, &w, 0, 0, 0, 0);
        world_close(&w);
    }
}

/* What waits is neither missing on the other side nor too much on its own. */
static void test_repair(struct check *c)
{
    for (int right = 0; right < 2; right++) {
        if (!check_case(c, right ? "window/repair/right" : "window/repair/left")) {
            continue;
        }
        struct world w;
        open_world(c, &w, &QUARTER);
        add_four(&w);
        sync_counts(c, &w, 2, 0, 1, 1);
        struct sync_repair what = {.right = (enum side)right, .deletes = SYNC_ANY_DELETES};
        for (int seen = 1; seen >= 0; seen--) { /* and likewise of what no run has judged yet */
            if (!seen) {
                add(&w, L, event("old too", "2018-05-05T10:00:00"));
                add(&w, R, event("old as well", "2018-06-05T10:00:00"));
            }
            sync_report_fini(&w.report);
            check_ok(c,
                sync_repair(
                    w.state, w.link, w.store[L], w.store[R], &what, &w.options, &w.report, &w.err),
                &w.err);
            check_true(c, !w.report.wrote_anything);
        }
        check_int(c, (long)memory_count(w.store[L], EVENTS), 3);
        check_int(c, (long)memory_count(w.store[R], EVENTS), 5);
        world_check_quiet(c, &w);
        world_close(&w);
    }
}

/* The copies go, the originals rest; what waited goes on waiting. */
static void test_undo(struct check *c)
{
    if (check_case(c, "window/undo")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add_four(&w);
        sync_counts(c, &w, 2, 0, 1, 1);
        struct sync_undo what = {.run = w.report.run};
        sync_report_fini(&w.report);
        w.clock += 300;
        check_ok(c,
            sync_undo(
                w.state, w.link, w.store[L], w.store[R], &what, &w.options, &w.report, &w.err),
            &w.err);
        check_int(c, (long)memory_count(w.store[L], EVENTS), 0);
        check_int(c, (long)memory_count(w.store[R], EVENTS), 4);
        sync_counts(c, &w, 0, 0, 1, 1);
        /* Edited while outside, and inside again once the window is gone. */
        memory_set(w.store[R], EVENTS, "now.ics", "start", json_str("2012-01-01T10:00:00"));
        sync_counts(c, &w, 0, 0, 2, 1);
        w.options.window = NULL;
        sync_counts(c, &w, 3, 0, 0, 0);
        check_int(c, titled(&w, L, "now"), 1);
        world_close(&w);
    }
}

/* A thousand old items in a link that has long been in step are no thousand creates. */
static void test_guard(struct check *c)
{
    if (check_case(c, "window/guard")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add_four(&w);
        sync_counts(c, &w, 2, 0, 1, 1);
        for (int i = 0; i < 500; i++) {
            CLEANUP(mem_free) char *title = str_printf("archive %d", i);
            add(&w, R, event(title, "2011-05-05T10:00:00"));
        }
        sync_counts(c, &w, 0, 0, 501, 1);
        check_rests(c, &w, 501, 1);
        world_close(&w);
    }
}

static void test_preview(struct check *c)
{
    if (check_case(c, "window/preview")) {
        struct world w;
        open_world(c, &w, &QUARTER);
        add_four(&w);
        w.options.preview = true;
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, (long)w.report.planned_count, 2);
        check_int(c, w.report.older + w.report.later, 2);
        w.options.preview = false;
        sync_counts(c, &w, 2, 0, 1, 1);
        world_close(&w);
    }
}

/* Contacts have no days. */
static void test_contacts(struct check *c)
{
    if (check_case(c, "window/contacts")) {
        struct world w = {.opt = {{0}, {.chosen_ids = true}}};
        static const struct state_window none = {0, 0};
        world_open(&w);
        w.options.window = &none;
        memory_add(w.store[L], FOLDER, NULL, world_contact("u", "Ada"));
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.side[R].created, 1);
        world_close(&w);
    }
}

/* ---- whatever happens, in whatever order ---- */

enum { ITEMS = 12 };

/* Item n is at home on one side, and nobody deletes it. */
static char *wild_title(int n)
{
    return str_printf("item %d", n);
}

static char *wild_start(struct world *w)
{
    struct civil at = civil_from_seconds(
        w->clock + ((int64_t)(world_random(w) % 400) - 200) * DAY - w->clock % 3600);
    char text[CIVIL_TEXT_SIZE];
    civil_format_iso(&at, false, text);
    return mem_strdup(text);
}

/* Made by two people on one day, as it were: nobody edits the one before they have met. */
static void wild_make(struct check *c, struct world *w, enum side s, const char *title)
{
    CLEANUP(mem_free) char *start = wild_start(w);
    add(w, s, event(title, start));
    if (world_random(w) % 3 == 0) {
        add(w, side_other(s), event(title, start));
        check_ok(c, world_sync(w), &w->err);
    }
}

static void wild_step(struct check *c, struct world *w, bool made[ITEMS])
{
    static const struct state_window WINDOWS[] = {{90, 30}, {0, 0}, {10, -1}, {-1, 10}, {-1, -1}};
    int n = (int)(world_random(w) % ITEMS);
    enum side s = world_random(w) % 2 ? R : L;
    CLEANUP(mem_free) char *title = wild_title(n);
    CLEANUP(mem_free) char *start = wild_start(w);
    if (!made[n]) {
        made[n] = true;
        wild_make(c, w, s, title);
    } else if (world_random(w) % 4 == 0) {
        w->options.window = &WINDOWS[world_random(w) % ARRAY_LEN(WINDOWS)];
    } else if (world_random(w) % 4 == 0) {
        w->clock += (int64_t)(world_random(w) % 60) * DAY;
    } else if (id_of(w, s, title)) {
        memory_set(w->store[s], EVENTS, id_of(w, s, title), "start", json_str(start));
    }
}

static void test_wild(struct check *c)
{
    if (!check_case(c, "window/whatever")) {
        return;
    }
    for (uint64_t seed = 1; seed <= 300 && c->failed == c->failed_before; seed++) {
        struct world w;
        bool made[ITEMS] = {false};
        open_kind(c, &w, ITEM_EVENT, EVENTS, &QUARTER, seed % 2);
        w.seed = seed;
        for (int i = 0; i < 40; i++) {
            wild_step(c, &w, made);
            if (world_random(&w) % 2) {
                check_ok(c, world_sync(&w), &w.err);
                check_int(c, w.report.side[L].deleted + w.report.side[R].deleted, 0);
            }
        }
        w.options.window = NULL;
        check_ok(c, world_sync(&w), &w.err);
        for (int n = 0; n < ITEMS; n++) {
            CLEANUP(mem_free) char *title = wild_title(n);
            check_int(c, titled(&w, L, title), made[n]);
            check_int(c, titled(&w, R, title), made[n]);
        }
        world_check_quiet(c, &w);
        if (c->failed != c->failed_before) {
            printf("note: window/whatever with seed %llu\n", (unsigned long long)seed);
        }
        world_close(&w);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_waits(&c);
    test_day_comes(&c);
    test_edges(&c);
    test_paired_outside(&c);
    test_same_uid_inside(&c);
    test_leaves(&c);
    test_waiting_edited(&c);
    test_repair(&c);
    test_undo(&c);
    test_guard(&c);
    test_preview(&c);
    test_contacts(&c);
    test_wild(&c);
    return check_end(&c);
}
