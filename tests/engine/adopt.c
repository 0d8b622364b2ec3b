/* First syncs of two folders that both hold items: another tool filled one of them. None is
 * multiplied, none is joined with a stranger, and what is doubtful waits for a person. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/zone.h"
#include "client/state/review.h"
#include "tests/engine/world.h"

#include <stdio.h>
#include <stdlib.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

#define TRUTH "x.example:truth" /* who an item really is; the engine does not look at it */

static void open_world(struct world *w, uint64_t seed)
{
    *w = (struct world){.seed = seed,
        .opt = {{.drops = {"uid"}},
            {.chosen_ids = true, .tokens = true, .unique_uids = true, .own_ids = true}}};
    world_open(w);
}

/* Another link over the same two stores, for another kind of item. */
static void use_events(struct check *c, struct world *w)
{
    struct state_link link = {.name = (char[]){"events"},
        .kind = ITEM_EVENT,
        .side = {{1, (char[]){MEMORY_EVENTS}, NULL, NULL},
            {1, (char[]){MEMORY_EVENTS}, NULL, NULL}},
        .enabled = true};
    check_ok(c, state_link_save(w->state, &link, &w->err), &w->err);
    w->link = link.id;
}

static void put_entry(
    struct json *doc, const char *map, const char *id, const char *member, char *value /* owned */)
{
    json_set_str(json_need_object(json_need_object(doc, map), id), member, value);
    free(value);
}

/* ---- contacts in two tools' words ---- */

static const char *const GIVEN[] = {
    "Ada", "Bob", "Carla", "Dora", "Emil", "Finn", "Grete", "Hugo", "Ida", "Jan"};
static const char *const FAMILY[] = {"King", "M\xc3\xbcller", "Byron", "Smith", "Berg", "Wolf"};

/* Person n as the left tool writes it. There are many namesakes; e-mail or number tell them. */
static struct json *left_person(int n)
{
    CLEANUP(mem_free) char *name = str_printf("%s %s", GIVEN[n % 10], FAMILY[n / 10 % 6]);
    struct json *doc = world_contact(NULL, name);
    json_set_int(doc, TRUTH, n);
    if (n % 3) {
        put_entry(doc, "emails", "e1", "address", str_printf("p%d@example.org", n));
    }
    if (n % 3 != 1) {
        put_entry(doc, "phones", "p1", "number", str_printf("+49 30 55%05d", n));
    }
    if (n % 7 == 0) {
        put_entry(doc, "organizations", "o1", "name", mem_strdup("Engines Ltd"));
    }
    return doc;
}

/* The same person as another tool wrote it down: other uid, order, spelling, more or less of it. */
static struct json *right_person(struct world *w, int n)
{
    CLEANUP(mem_free) char *uid = str_printf("other-tool-%d", n);
    CLEANUP(mem_free)
    char *name =
        str_printf(world_random(w) % 3 ? "%s %s" : "%s  %s ", GIVEN[n % 10], FAMILY[n / 10 % 6]);
    struct json *doc = json_object();
    json_set_int(doc, TRUTH, n);
    if (n % 3 != 1) {
        put_entry(doc, "phones", "x", "number",
            str_printf(world_random(w) % 2 ? "(030) 55%05d" : "0049-30-55%05d", n));
    }
    if (n % 3) {
        put_entry(doc, "emails", "y", "address",
            str_printf(world_random(w) % 2 ? "P%d@EXAMPLE.org" : "p%d@example.org", n));
    }
    if (world_random(w) % 4 == 0) {
        put_entry(doc, "notes", "n", "note", str_printf("note %d", n));
    }
    json_set_str(json_need_object(doc, "name"), "full", name);
    json_set_str(doc, "uid", uid);
    json_set_str(doc, "version", "1.0");
    json_set_str(doc, "@type", "Card");
    return doc;
}

/* Every pair joins two items that really are one. */
static void check_truth(struct check *c, struct world *w, const char *folder, size_t want)
{
    struct state_pairs pairs = {0};
    size_t full = 0;
    check_ok(c, state_pairs_load(w->state, w->link, &pairs, &w->err), &w->err);
    for (size_t i = 0; i < pairs.count; i++) {
        const struct state_pair *p = &pairs.items[i];
        if (p->side[L].id && p->side[R].id) {
            const struct json *l = memory_doc(w->store[L], folder, p->side[L].id);
            const struct json *r = memory_doc(w->store[R], folder, p->side[R].id);
            check_int(c, json_get_int(l, TRUTH, -1), json_get_int(r, TRUTH, -2));
            full++;
        }
    }
    state_pairs_fini(&pairs);
    check_int(c, full, want);
}

static void check_contacts(struct check *c)
{
    struct world w;
    const char *given = getenv("ADOPT_SEED");
    open_world(&w, given ? strtoull(given, NULL, 10) : 20261123);
    printf("note: adopt/contacts with seed %llu\n", (unsigned long long)w.seed);
    enum { BOTH = 500, ALONE = 30 };
    for (int n = 0; n < BOTH + ALONE; n++) {
        memory_add(w.store[L], FOLDER, NULL, left_person(n));
    }
    for (int n = BOTH - 1; n >= -ALONE; n--) { /* in another order */
        CLEANUP(mem_free) char *id = str_printf("n%d.item", n + 1000);
        memory_add(w.store[R], FOLDER, id, right_person(&w, n < 0 ? BOTH + ALONE - n : n));
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired, BOTH);
    check_int(c, w.report.doubted, 0);
    check_int(c, w.report.side[L].created, ALONE);
    check_int(c, w.report.side[R].created, ALONE);
    check_int(c, w.report.side[L].deleted + w.report.side[R].deleted, 0);
    check_int(c, world_count(&w, L), BOTH + 2 * ALONE);
    check_int(c, world_count(&w, R), BOTH + 2 * ALONE);
    check_truth(c, &w, FOLDER, BOTH + 2 * ALONE);
    world_check_settled(c, &w);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* ---- events ---- */

static struct json *event(int n, const char *zone)
{
    struct json *doc = json_object();
    char start[CIVIL_TEXT_SIZE];
    const struct zone *z = zone_by_iana(zone);
    int64_t utc = 1767600000 + (int64_t)n * 5400; /* from 2026-01-05 on, across both changes */
    struct civil wall = civil_from_seconds(zone_to_wall(&z->rule, utc));
    civil_format_iso(&wall, false, start);
    CLEANUP(mem_free) char *title = str_printf("Meeting %d", n % 40);
    json_set_str(doc, "@type", "Event");
    json_set_str(doc, "title", title);
    json_set_str(doc, "start", start);
    json_set_str(doc, "timeZone", zone);
    json_set_str(doc, "duration", "PT1H");
    json_set_int(doc, TRUTH, n);
    return doc;
}

static void check_events(struct check *c)
{
    struct world w;
    open_world(&w, 1);
    use_events(c, &w);
    enum { COUNT = 2000 };
    for (int n = 0; n < COUNT; n++) {
        memory_add(w.store[L], MEMORY_EVENTS, NULL, event(n, "Europe/Berlin"));
        int m = COUNT - 1 - n;
        CLEANUP(mem_free) char *id = str_printf("e%d.item", m);
        struct json *doc = event(m, m % 2 ? "Etc/UTC" : "America/New_York");
        json_set_str(doc, "uid", id);
        memory_add(w.store[R], MEMORY_EVENTS, id, doc);
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired, COUNT);
    check_int(c, w.report.doubted, 0);
    check_true(c, !w.report.wrote_anything); /* one instant in another zone needs no write */
    check_truth(c, &w, MEMORY_EVENTS, COUNT);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* At a first sync one may be the other, moved; later, two calls on one day are two. */
static void check_two_calls(struct check *c, bool later)
{
    struct world w;
    open_world(&w, 1);
    use_events(c, &w);
    if (later) {
        memory_add(w.store[L], MEMORY_EVENTS, NULL, event(100, "Europe/Berlin"));
        check_ok(c, world_sync(&w), &w.err);
    }
    struct json *moved = event(0, "Europe/Berlin");
    json_set_str(moved, "start", "2026-01-05T15:00:00");
    json_set_str(moved, "uid", "moved");
    memory_add(w.store[L], MEMORY_EVENTS, NULL, event(0, "Europe/Berlin"));
    memory_add(w.store[R], MEMORY_EVENTS, "moved.item", moved);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, later ? 0 : 2);
    check_int(c, memory_count(w.store[L], MEMORY_EVENTS), later ? 3 : 1);
    check_int(c, memory_count(w.store[R], MEMORY_EVENTS), later ? 3 : 1);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* ---- doubt ---- */

static struct json *person(const char *uid, const char *name, const char *phone)
{
    struct json *doc = world_contact(uid, name);
    if (phone) {
        struct json *p = json_need_object(json_need_object(doc, "phones"), "p1");
        json_set_str(p, "number", phone);
        json_set_bool(json_need_object(p, "contexts"), "work", true);
    }
    return doc;
}

/* One doubtful pair: the same name and nothing else. */
static void open_doubt(struct check *c, struct world *w)
{
    open_world(w, 1);
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora Wolf", NULL));
    memory_add(w->store[R], FOLDER, "dora.item", person("dora", "Dora Wolf", "030 5550001"));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Emil Berg", "030 5550002"));
    check_ok(c, world_sync(w), &w->err);
    check_int(c, w->report.doubted, 2);
    check_int(c, w->report.side[R].created, 1); /* nobody else waits */
    check_int(c, world_count(w, L), 2);
    check_int(c, world_count(w, R), 2);
    world_check_quiet(c, w);
    check_int(c, w->report.doubted, 2);
}

static int64_t only_review(struct check *c, struct world *w)
{
    struct state_reviews list = {0};
    check_ok(c, state_reviews_load(w->state, w->link, &list, &w->err), &w->err);
    check_int(c, list.count, 1);
    int64_t id = list.count ? list.items[0].id : 0;
    check_str(c, list.count ? list.items[0].reasons : "", "same name");
    check_str(c, list.count ? list.items[0].text[R] : "", "Dora Wolf, 030 5550001");
    state_reviews_fini(&list);
    return id;
}

static void check_no_review(struct check *c, struct world *w)
{
    struct state_reviews list = {0};
    check_ok(c, state_reviews_load(w->state, 0, &list, &w->err), &w->err);
    check_int(c, list.count, 0);
    state_reviews_fini(&list);
}

static void check_decision(struct check *c, enum review_decision decision, size_t count)
{
    struct world w;
    open_doubt(c, &w);
    int64_t id = only_review(c, &w);
    check_ok(c, state_review_decide(w.state, id, decision, &w.err), &w.err);
    check_int(c, state_review_decide(w.state, id + 1, decision, NULL), RC_NOT_FOUND);
    world_reopen(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, 0);
    check_int(c, w.report.paired, decision == REVIEW_SAME);
    check_int(c, world_count(&w, L), count);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    world_check_quiet(c, &w);
    check_no_review(c, &w);
    world_close(&w);
}

/* Decided to be different, but one of the two could not be created yet: they are not joined. */
static void check_remembered(struct check *c)
{
    struct world w;
    open_doubt(c, &w);
    check_ok(c, state_review_decide(w.state, only_review(c, &w), REVIEW_DIFFERENT, &w.err), &w.err);
    memory_fail_creates(w.store[L], RC_REFUSED);
    memory_fail_creates(w.store[R], RC_REFUSED);
    check_ok(c, world_sync(&w), &w.err);
    world_reopen(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired + w.report.doubted, 0);
    memory_fail_creates(w.store[L], RC_OK);
    memory_fail_creates(w.store[R], RC_OK);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, L), 3);
    world_check_converged(c, &w);
    world_check_quiet(c, &w);
    check_no_review(c, &w);
    world_close(&w);
}

static void check_expiry(struct check *c)
{
    struct world w;
    open_doubt(c, &w);
    w.clock += (int64_t)13 * 86400;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, 2);
    w.clock += (int64_t)86400;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, 0);
    check_int(c, world_count(&w, L), 3);
    world_check_converged(c, &w);
    world_check_quiet(c, &w);
    check_no_review(c, &w);
    world_close(&w);
}

/* An edit that tells them to be the same settles it; so does one that tells them apart. */
static void check_edit(struct check *c, bool same)
{
    struct world w;
    open_doubt(c, &w);
    if (same) {
        const char *id = world_find(&w, L, "Dora Wolf");
        struct json *phones = json_object();
        json_set_str(json_need_object(phones, "q"), "number", "+49 30 5550001");
        check_true(c, memory_set(w.store[L], FOLDER, id, "phones", phones));
    } else {
        world_set(&w, L, "Dora Wolf", "name/full", "Ida King");
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, 0);
    check_int(c, w.report.paired, same);
    check_int(c, world_count(&w, L), same ? 2 : 3);
    check_int(c, world_count(&w, R), same ? 2 : 3);
    world_check_quiet(c, &w);
    check_no_review(c, &w);
    world_close(&w);
}

static void check_deleted(struct check *c)
{
    struct world w;
    open_doubt(c, &w);
    world_remove(&w, L, "Dora Wolf");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, 0);
    check_int(c, world_count(&w, L), 2);
    world_check_converged(c, &w);
    check_no_review(c, &w);
    world_close(&w);
}

/* A preview tells of the doubt and keeps no note of it. */
static void check_preview(struct check *c)
{
    struct world w;
    open_world(&w, 1);
    memory_add(w.store[L], FOLDER, NULL, person(NULL, "Dora Wolf", NULL));
    memory_add(w.store[R], FOLDER, "dora.item", person("dora", "Dora Wolf", "030 5550001"));
    w.options.preview = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.doubted, 2);
    check_int(c, w.report.planned_count, 0);
    check_no_review(c, &w);
    world_close(&w);
}

/* ---- who is not joined, and what joining keeps ---- */

static void check_strangers(struct check *c)
{
    struct world w;
    open_world(&w, 1);
    memory_add(w.store[L], FOLDER, NULL, person(NULL, "", NULL));
    memory_add(w.store[R], FOLDER, "empty.item", person("empty", "", NULL));
    struct json *l = person(NULL, "Peter M", "030 5550001"), *r = person("p", "Peter M", "040 777");
    put_entry(l, "emails", "e", "address", mem_strdup("p1@x"));
    put_entry(r, "emails", "e", "address", mem_strdup("p2@x"));
    memory_add(w.store[L], FOLDER, NULL, l);
    memory_add(w.store[R], FOLDER, "p.item", r);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired + w.report.doubted, 0);
    check_int(c, world_count(&w, L), 4);
    check_int(c, world_count(&w, R), 4);
    world_check_quiet(c, &w);
    world_close(&w);
}

static void check_union(struct check *c)
{
    struct world w;
    open_world(&w, 1);
    struct json *l = person(NULL, "Dora Wolf", "030 5550001");
    struct json *r = person("dora", "Dora Wolf", "030 5550009");
    put_entry(l, "emails", "e", "address", mem_strdup("dora@x"));
    put_entry(r, "emails", "e", "address", mem_strdup("DORA@x"));
    put_entry(r, "emails", "f", "address", mem_strdup("wolf@x"));
    memory_add(w.store[L], FOLDER, NULL, l);
    memory_add(w.store[R], FOLDER, "dora.item", r);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired, 1);
    check_int(c, w.report.conflicts, 0);
    for (int s = 0; s < 2; s++) {
        const struct json *doc =
            memory_doc(w.store[s], FOLDER, memory_id_at(w.store[s], FOLDER, 0));
        check_int(c, json_count(json_get(doc, "phones")), 2);
        check_int(c, json_count(json_get(doc, "emails")), 2);
    }
    world_check_quiet(c, &w);
    world_close(&w);
}

/* What becomes of the notes of one contact when one text and two meet. Outlook (left) has one text. */
static const struct {
    const char *name, *left, *right[2];
    const char *want_left, *want_right[3]; /* the latter in any order */
    bool quiet;                            /* nothing needs writing */
} NOTES[] = {
    {"adopt/notes/one-of-two", "one\r\n\r\ntwo\r\n", {"one", "two"}, "one\r\n\r\ntwo\r\n",
        {"one", "two"}, true},
    {"adopt/notes/other-blanks", "one\r\ntwo", {"one\ntwo\n"}, "one\r\ntwo", {"one\ntwo\n"}, true},
    {"adopt/notes/left-says-more", "one\r\n\r\ntwo", {"two"}, "one\r\n\r\ntwo", {"one\r\n\r\ntwo"},
        false},
    {"adopt/notes/right-says-more", "one", {"one\ntwo"}, "one\ntwo", {"one\ntwo"}, false},
    {"adopt/notes/each-says-more", "one\r\n\r\ntwo", {"two", "three"},
        "one\r\n\r\ntwo\r\n\r\nthree", {"one\r\n\r\ntwo", "three"}, false},
    {"adopt/notes/two-texts", "one", {"two"}, "one\r\n\r\ntwo", {"one", "two"}, false},
};

static bool has_note(const struct json *doc, const char *text)
{
    for (const struct json *e = json_first(json_get(doc, "notes")); e; e = json_next(e)) {
        if (str_eq(json_get_str(e, "note"), text)) {
            return true;
        }
    }
    return false;
}

static const struct json *only_doc(struct world *w, enum side s)
{
    return memory_doc(w->store[s], FOLDER, memory_id_at(w->store[s], FOLDER, 0));
}

static void check_notes(struct check *c, size_t i)
{
    struct world w = {.seed = 1,
        .opt = {{.drops = {"uid"}, .joins = true}, {.chosen_ids = true, .tokens = true}}};
    world_open(&w);
    struct json *l = person(NULL, "Dora Wolf", "030 5550001");
    struct json *r = person("dora", "Dora Wolf", "030 5550001");
    put_entry(l, "notes", "n1", "note", mem_strdup(NOTES[i].left));
    put_entry(r, "notes", "1", "note", mem_strdup(NOTES[i].right[0]));
    if (NOTES[i].right[1]) {
        put_entry(r, "notes", "2", "note", mem_strdup(NOTES[i].right[1]));
    }
    memory_add(w.store[L], FOLDER, NULL, l);
    memory_add(w.store[R], FOLDER, "dora.item", r);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired, 1);
    check_int(c, w.report.conflicts, 0);
    check_int(c, w.report.wrote_anything, !NOTES[i].quiet);
    check_int(c, json_count(json_get(only_doc(&w, L), "notes")), 1);
    check_true(c, has_note(only_doc(&w, L), NOTES[i].want_left));
    size_t count = 0;
    for (; count < 3 && NOTES[i].want_right[count]; count++) {
        check_true(c, has_note(only_doc(&w, R), NOTES[i].want_right[count]));
    }
    check_int(c, json_count(json_get(only_doc(&w, R), "notes")), count);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* A copy in Outlook of a contact with two notes had just been made when the program ended. */
static void check_notes_crash(struct check *c)
{
    struct world w = {.seed = 1,
        .opt = {{.drops = {"uid"}, .joins = true}, {.chosen_ids = true, .tokens = true}}};
    world_open(&w);
    struct json *r = person("dora", "Dora Wolf", NULL);
    put_entry(r, "notes", "1", "note", mem_strdup("one"));
    put_entry(r, "notes", "2", "note", mem_strdup("two"));
    memory_add(w.store[R], FOLDER, "dora.item", r);
    memory_lose_answer(w.store[L]);
    check_true(c, world_sync(&w) != RC_OK || w.report.failed);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, L), 1);
    check_true(c, has_note(only_doc(&w, L), "one\r\n\r\ntwo"));
    check_int(c, json_count(json_get(only_doc(&w, R), "notes")), 2);
    world_check_quiet(c, &w);
    world_close(&w);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "adopt/contacts")) {
        check_contacts(&c);
    }
    if (check_case(&c, "adopt/events")) {
        check_events(&c);
    }
    if (check_case(&c, "adopt/two-calls/first-sync")) {
        check_two_calls(&c, false);
    }
    if (check_case(&c, "adopt/two-calls/later")) {
        check_two_calls(&c, true);
    }
    if (check_case(&c, "adopt/strangers")) {
        check_strangers(&c);
    }
    if (check_case(&c, "adopt/union")) {
        check_union(&c);
    }
    for (size_t i = 0; i < ARRAY_LEN(NOTES); i++) {
        if (check_case(&c, NOTES[i].name)) {
            check_notes(&c, i);
        }
    }
    if (check_case(&c, "adopt/notes/after-a-crash")) {
        check_notes_crash(&c);
    }
    if (check_case(&c, "review/same")) {
        check_decision(&c, REVIEW_SAME, 2);
    }
    if (check_case(&c, "review/different")) {
        check_decision(&c, REVIEW_DIFFERENT, 3);
    }
    if (check_case(&c, "review/remembered")) {
        check_remembered(&c);
    }
    if (check_case(&c, "review/expires")) {
        check_expiry(&c);
    }
    if (check_case(&c, "review/edited-to-be-the-same")) {
        check_edit(&c, true);
    }
    if (check_case(&c, "review/edited-to-differ")) {
        check_edit(&c, false);
    }
    if (check_case(&c, "review/deleted")) {
        check_deleted(&c);
    }
    if (check_case(&c, "review/preview")) {
        check_preview(&c);
    }
    return check_end(&c);
}
