/* The filter of a link (client/sync/window.c, client/item/filter.h): it keeps new items of one side
 * waiting, and it neither deletes, nor doubles, nor stops what is paired. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "tests/engine/world.h"

#include <stdlib.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

#define ONLY_WORK  "{\"categories\":[\"Work\"]}"
#define NOT_WORK   "{\"not_categories\":[\"work\"]}"
#define NO_PRIVATE "{\"private\":\"skip\"}"

static const struct kind_folder {
    enum item_kind kind;
    const char *folder, *type, *title, *privacy;
} KINDS[] = {
    {ITEM_CONTACT, MEMORY_CONTACTS, "Card", "name/full", DOC_EXT "privacy"},
    {ITEM_EVENT, MEMORY_EVENTS, "Event", "title", "privacy"},
    {ITEM_TASK, MEMORY_TASKS, "Task", "title", "privacy"},
    {ITEM_NOTE, MEMORY_NOTES, DOC_NOTE, "title", "privacy"},
};

struct scene {
    struct world w;
    const struct kind_folder *kind;
    struct json *filter; /* owned; what the options name */
};

static void set_filter(struct scene *s, const char *text)
{
    json_free(s->filter);
    s->filter = NULL;
    s->w.options.filter = NULL;
    if (text) {
        struct err err = ERR_INIT;
        if (json_parse(text, strlen(text), &s->filter, &err) != RC_OK) {
            abort();
        }
        s->w.options.filter = s->filter;
    }
}

/* Outlook on the left, a server on the right. */
static void scene_open(
    struct check *c, struct scene *s, enum item_kind kind, const char *filter, bool tokens)
{
    *s = (struct scene){.kind = &KINDS[0]};
    while (s->kind->kind != kind) {
        s->kind++;
    }
    struct world *w = &s->w;
    w->opt[R] = (struct memory_options){.chosen_ids = true, .tokens = tokens, .unique_uids = true};
    w->opt[L] = (struct memory_options){.drops = {"uid"}, .members_by_id = true};
    world_open(w);
    if (kind != ITEM_CONTACT) {
        struct state_link link = {.name = (char[]){"filtered"},
            .kind = kind,
            .side = {{1, mem_strdup(s->kind->folder), NULL, NULL},
                {1, mem_strdup(s->kind->folder), NULL, NULL}},
            .enabled = true};
        check_ok(c, state_link_save(w->state, &link, &w->err), &w->err);
        w->link = link.id;
        free(link.side[L].folder);
        free(link.side[R].folder);
    }
    set_filter(s, filter);
}

static void scene_close(struct scene *s)
{
    json_free(s->filter);
    world_close(&s->w);
}

/* `category`, `privacy`: NULL for none. On the right an item has its title as its uid. */
static void add(
    struct scene *s, enum side side, const char *title, const char *category, const char *privacy)
{
    struct json *doc = json_object();
    json_set_str(doc, "@type", s->kind->type);
    if (s->kind->kind == ITEM_CONTACT) {
        json_set_str(json_need_object(doc, "name"), "full", title);
        CLEANUP(mem_free) char *address = str_printf("%s@example.com", title);
        json_set_str(json_need_object(json_need_object(doc, "emails"), "e1"), "address", address);
    } else {
        json_set_str(doc, "title", title);
        json_set_str(doc, "start", s->kind->kind == ITEM_EVENT ? "2026-12-01T10:00:00" : NULL);
        json_set_str(doc, "description", s->kind->kind == ITEM_NOTE ? title : NULL);
    }
    if (category) {
        json_set_bool(json_need_object(doc, "keywords"), category, true);
    }
    json_set_str(doc, s->kind->privacy, privacy);
    json_set_str(doc, "uid", side == R ? title : NULL);
    CLEANUP(mem_free) char *id = str_printf("%s.item", title);
    memory_add(s->w.store[side], s->kind->folder, side == R ? id : NULL, doc);
}

static const char *title_of(const struct scene *s, const struct json *doc)
{
    return s->kind->kind == ITEM_CONTACT ? json_get_str(json_get(doc, "name"), "full")
                                         : json_get_str(doc, "title");
}

/* How many have the title; the id of the last. */
static long titled(struct scene *s, enum side side, const char *title, const char **ret_id)
{
    long n = 0;
    for (size_t i = 0; i < memory_count(s->w.store[side], s->kind->folder); i++) {
        const char *id = memory_id_at(s->w.store[side], s->kind->folder, i);
        if (str_eq(title_of(s, memory_doc(s->w.store[side], s->kind->folder, id)), title)) {
            n++;
            *ret_id = id;
        }
    }
    return n;
}

/* As somebody else; a member at `path`, NULL removes. */
static void edit(
    struct scene *s, enum side side, const char *title, const char *path, struct json *value)
{
    const char *id = NULL;
    if (titled(s, side, title, &id)) {
        memory_set(s->w.store[side], s->kind->folder, id, path, value);
    } else {
        json_free(value);
    }
}

static void set_category(
    struct scene *s, enum side side, const char *title, const char *category, bool on)
{
    CLEANUP(mem_free) char *path = str_printf("keywords/%s", category);
    edit(s, side, title, path, on ? json_bool(true) : NULL);
}

static void check_there(struct check *c, struct scene *s, const char *title, long left, long right)
{
    const char *id;
    check_int(c, titled(s, L, title, &id), left);
    check_int(c, titled(s, R, title, &id), right);
}

static void sync_counts(
    struct check *c, struct scene *s, long created_left, long created_right, long filtered)
{
    struct world *w = &s->w;
    check_ok(c, world_sync(w), &w->err);
    check_int(c, w->report.side[L].created, created_left);
    check_int(c, w->report.side[R].created, created_right);
    check_int(c, w->report.side[L].deleted + w->report.side[R].deleted, 0);
    check_int(c, w->report.filtered, filtered);
    check_int(c, w->report.failed + w->report.held + w->report.doubted, 0);
}

/* What the filter does not take waits, in every kind, from either side; and comes with another. */
static void test_waits(struct check *c)
{
    for (int i = 0; i < 2 * (int)ARRAY_LEN(KINDS); i++) {
        static const char *const NAMES[] = {"filter/waits/contact/listing",
            "filter/waits/contact/tokens", "filter/waits/event/listing",
            "filter/waits/event/tokens", "filter/waits/task/listing", "filter/waits/task/tokens",
            "filter/waits/note/listing", "filter/waits/note/tokens"};
        const struct kind_folder *kind = &KINDS[i / 2];
        if (!check_case(c, NAMES[i])) {
            continue;
        }
        struct scene s;
        scene_open(c, &s, kind->kind, ONLY_WORK, i % 2);
        add(&s, R, "one", "wORK", NULL); /* case does not count */
        add(&s, R, "two", "Home", NULL);
        add(&s, L, "three", NULL, NULL);
        add(&s, L, "four", "Work", "private");
        sync_counts(c, &s, 1, 1, 2);
        check_true(c, strstr(s.w.report.text, "2 left out by the filter") != NULL);
        world_check_quiet(c, &s.w);
        world_reopen(&s.w);
        world_check_quiet(c, &s.w);
        set_filter(&s, NOT_WORK); /* those two instead: what is paired stays */
        sync_counts(c, &s, 1, 1, 0);
        set_filter(&s, ONLY_WORK);
        sync_counts(c, &s, 0, 0, 0);
        set_filter(&s, NULL);
        sync_counts(c, &s, 0, 0, 0);
        check_int(c, (long)memory_count(s.w.store[L], kind->folder), 4);
        check_int(c, (long)memory_count(s.w.store[R], kind->folder), 4);
        world_check_quiet(c, &s.w);
        scene_close(&s);
    }
}

static void test_private(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        static const char *const NAMES[] = {"filter/private/contact", "filter/private/event",
            "filter/private/task", "filter/private/note"};
        if (!check_case(c, NAMES[i])) {
            continue;
        }
        struct scene s;
        scene_open(c, &s, KINDS[i].kind, NO_PRIVATE, true);
        add(&s, L, "open", NULL, NULL);
        add(&s, L, "private", NULL, "private");
        add(&s, L, "secret", NULL, "secret");
        add(&s, R, "private there", NULL, "private");
        sync_counts(c, &s, 0, 1, 3);
        edit(&s, L, "private", s.kind->privacy, NULL); /* made public: it comes */
        sync_counts(c, &s, 0, 1, 2);
        check_there(c, &s, "secret", 1, 0);
        check_there(c, &s, "private there", 0, 1);
        world_check_quiet(c, &s.w);
        scene_close(&s);
    }
}

/* Edits and deletes of what is paired travel, also of what the filter would not take now. */
static void test_leaves(struct check *c)
{
    if (check_case(c, "filter/leaves")) {
        struct scene s;
        scene_open(c, &s, ITEM_EVENT, "{\"categories\":[\"Work\"],\"private\":\"skip\"}", true);
        add(&s, L, "one", "Work", NULL);
        add(&s, L, "two", "Work", NULL);
        sync_counts(c, &s, 0, 2, 0);
        edit(&s, L, "one", "privacy", json_str("private"));
        set_category(&s, R, "two", "Work", false);
        sync_counts(c, &s, 0, 0, 0);
        check_int(c, s.w.report.side[L].updated + s.w.report.side[R].updated, 2);
        edit(&s, R, "one", "priority", json_int(1));
        edit(&s, L, "two", "priority", json_int(1));
        sync_counts(c, &s, 0, 0, 0);
        check_int(c, s.w.report.side[L].updated + s.w.report.side[R].updated, 2);
        check_there(c, &s, "one", 1, 1);
        check_there(c, &s, "two", 1, 1);
        const char *id;
        titled(&s, L, "one", &id);
        memory_remove(s.w.store[L], s.kind->folder, id); /* a delete is a delete */
        check_ok(c, world_sync(&s.w), &s.w.err);
        check_there(c, &s, "one", 0, 0);
        check_there(c, &s, "two", 1, 1);
        world_check_quiet(c, &s.w);
        scene_close(&s);
    }
}

/* Judged anew when it is edited; forgotten, and nothing written, when it goes. */
static void test_waiting_edited(struct check *c)
{
    if (check_case(c, "filter/waiting/edited-and-deleted")) {
        struct scene s;
        scene_open(c, &s, ITEM_TASK, ONLY_WORK, false);
        add(&s, L, "here", NULL, NULL);
        add(&s, R, "there", NULL, NULL);
        sync_counts(c, &s, 0, 0, 2);
        edit(&s, L, "here", "priority", json_int(5));
        sync_counts(c, &s, 0, 0, 2);
        set_category(&s, L, "here", "Work", true);
        sync_counts(c, &s, 0, 1, 1);
        memory_remove(s.w.store[R], s.kind->folder, "there.item");
        sync_counts(c, &s, 0, 0, 0);
        check_there(c, &s, "here", 1, 1);
        world_check_quiet(c, &s.w);
        scene_close(&s);
    }
}

/* What waits and what comes on the other side are one by what they hold, and never two; only what
 * is kept of the waiting one is compared, so in every kind. */
static void test_paired(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        static const char *const NAMES[] = {"filter/paired/contact", "filter/paired/event",
            "filter/paired/task", "filter/paired/note"};
        if (!check_case(c, NAMES[i])) {
            continue;
        }
        struct scene s;
        scene_open(c, &s, KINDS[i].kind, NO_PRIVATE, true);
        add(&s, L, "dentist", NULL, "private");
        sync_counts(c, &s, 0, 0, 1);
        add(&s, R, "dentist", NULL, NULL);
        sync_counts(c, &s, 0, 0, 0);
        check_int(c, s.w.report.paired, 1);
        set_filter(&s, NULL);
        sync_counts(c, &s, 0, 0, 0);
        check_there(c, &s, "dentist", 1, 1);
        world_check_quiet(c, &s.w);
        scene_close(&s);
    }
}

/* A list travels without the member that waits, and gets it when that comes. */
static void test_group(struct check *c)
{
    if (check_case(c, "filter/group")) {
        struct scene s;
        scene_open(c, &s, ITEM_CONTACT, NO_PRIVATE, true);
        add(&s, R, "ada", NULL, NULL);
        add(&s, R, "bob", NULL, "private");
        struct json *list = world_contact("team", "team");
        json_set_str(list, "kind", "group");
        json_set_bool(json_need_object(list, "members"), "ada", true);
        json_set_bool(json_need_object(list, "members"), "bob", true);
        memory_add(s.w.store[R], FOLDER, "team.item", list);
        sync_counts(c, &s, 2, 0, 1);
        const char *id;
        check_int(c, titled(&s, L, "team", &id), 1);
        check_int(
            c, (long)json_count(json_get(memory_doc(s.w.store[L], FOLDER, id), "members")), 1);
        check_ok(c, world_sync(&s.w), &s.w.err);
        check_true(c, !s.w.report.wrote_anything);
        set_filter(&s, NULL);
        sync_counts(c, &s, 1, 0, 0);
        check_int(c, titled(&s, L, "team", &id), 1);
        check_int(
            c, (long)json_count(json_get(memory_doc(s.w.store[L], FOLDER, id), "members")), 2);
        check_int(c,
            (long)json_count(json_get(memory_doc(s.w.store[R], FOLDER, "team.item"), "members")),
            2);
        scene_close(&s);
    }
}

/* What waits is neither missing on the other side nor too much on its own; an undo of the copy
 * leaves the original. */
static void test_repair_and_undo(struct check *c)
{
    for (int right = 0; right < 2; right++) {
        if (!check_case(c, right ? "filter/repair/right" : "filter/repair/left")) {
            continue;
        }
        struct scene s;
        struct world *w = &s.w;
        scene_open(c, &s, ITEM_EVENT, ONLY_WORK, true);
        add(&s, L, "copied", "Work", NULL);
        add(&s, L, "here", NULL, NULL);
        add(&s, R, "there", NULL, NULL);
        sync_counts(c, &s, 0, 1, 2);
        struct sync_undo undo = {.run = w->report.run};
        struct sync_repair what = {.right = (enum side)right, .deletes = SYNC_ANY_DELETES};
        sync_report_fini(&w->report);
        check_ok(c,
            sync_repair(w->state, w->link, w->store[L], w->store[R], &what, &w->options, &w->report,
                &w->err),
            &w->err);
        check_true(c, !w->report.wrote_anything);
        sync_report_fini(&w->report);
        w->clock += 300;
        check_ok(c,
            sync_undo(w->state, w->link, w->store[L], w->store[R], &undo, &w->options, &w->report,
                &w->err),
            &w->err);
        check_there(c, &s, "copied", 1, 0);
        check_there(c, &s, "here", 1, 0);
        check_there(c, &s, "there", 0, 1);
        sync_counts(c, &s, 0, 0, 2);
        check_there(c, &s, "copied", 1, 0);
        scene_close(&s);
    }
}

/* ---- whatever happens, in whatever order ---- */

enum { ITEMS = 10 };

static void wild_make(struct check *c, struct scene *s, enum side side, const char *title)
{
    struct world *w = &s->w;
    add(s, side, title, world_random(w) % 2 ? "Work" : NULL,
        world_random(w) % 3 ? NULL : "private");
    if (world_random(w) % 3 == 0) { /* made by two people: nobody edits the one before they met */
        add(s, side_other(side), title, NULL, NULL);
        check_ok(c, world_sync(w), &w->err);
    }
}

static void wild_step(struct check *c, struct scene *s, bool made[ITEMS])
{
    static const char *const FILTERS[] = {NULL, ONLY_WORK, NOT_WORK, NO_PRIVATE};
    struct world *w = &s->w;
    int n = (int)(world_random(w) % ITEMS);
    enum side side = world_random(w) % 2 ? R : L;
    CLEANUP(mem_free) char *title = str_printf("item%d", n);
    if (!made[n]) {
        made[n] = true;
        wild_make(c, s, side, title);
    } else if (world_random(w) % 4 == 0) {
        set_filter(s, FILTERS[world_random(w) % ARRAY_LEN(FILTERS)]);
    } else if (world_random(w) % 2) {
        set_category(s, side, title, "Work", world_random(w) % 2);
    } else {
        edit(s, side, title, s->kind->privacy, world_random(w) % 2 ? json_str("private") : NULL);
    }
}

static void test_wild(struct check *c)
{
    if (!check_case(c, "filter/whatever")) {
        return;
    }
    for (uint64_t seed = 1; seed <= 120 && c->failed == c->failed_before; seed++) {
        struct scene s;
        bool made[ITEMS] = {false};
        scene_open(c, &s, KINDS[seed % ARRAY_LEN(KINDS)].kind, ONLY_WORK, seed / 4 % 2);
        s.w.seed = seed;
        for (int i = 0; i < 40; i++) {
            wild_step(c, &s, made);
            if (world_random(&s.w) % 2) {
                check_ok(c, world_sync(&s.w), &s.w.err);
                check_int(c, s.w.report.side[L].deleted + s.w.report.side[R].deleted, 0);
            }
        }
        set_filter(&s, NULL);
        check_ok(c, world_sync(&s.w), &s.w.err);
        for (int n = 0; n < ITEMS; n++) {
            CLEANUP(mem_free) char *title = str_printf("item%d", n);
            check_there(c, &s, title, made[n], made[n]);
        }
        world_check_quiet(c, &s.w);
        if (c->failed != c->failed_before) {
            printf("note: filter/whatever with seed %llu\n", (unsigned long long)seed);
        }
        scene_close(&s);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_waits(&c);
    test_private(&c);
    test_leaves(&c);
    test_waiting_edited(&c);
    test_paired(&c);
    test_group(&c);
    test_repair_and_undo(&c);
    test_wild(&c);
    return check_end(&c);
}
