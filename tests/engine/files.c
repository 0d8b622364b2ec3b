/* Files attached to events: what stores do to them (recode, drop, refuse), the limit, undo, conflicts,
 * and that a file the other side never had is never removed from there. Each side is a memory store
 * behind one with habits, behind client/large. */
#include "client/base/buf.h"
#include "client/item/file.h"
#include "client/large/large.h"
#include "client/state/blob.h"
#include "tests/engine/picky.h"
#include "tests/engine/world.h"

#include <stdlib.h>
#include <string.h>

#define L      SIDE_LEFT
#define R      SIDE_RIGHT
#define EVENTS MEMORY_EVENTS

struct scene {
    struct world w;
    struct picky picky[2];
    size_t limit;
};

static void scene_open(struct check *c, struct scene *s, enum habit right, bool silent)
{
    *s = (struct scene){.limit = (size_t)LARGE_FILE_KB << 10};
    s->w.opt[R].chosen_ids = true;
    s->w.opt[R].silent = silent;
    world_open(&s->w);
    struct state_link link = {.name = (char[]){"dated"},
        .kind = ITEM_EVENT,
        .side = {{1, mem_strdup(EVENTS), NULL, NULL}, {1, mem_strdup(EVENTS), NULL, NULL}},
        .enabled = true};
    check_ok(c, state_link_save(s->w.state, &link, &s->w.err), &s->w.err);
    s->w.link = link.id;
    free(link.side[L].folder);
    free(link.side[R].folder);
    picky_init(&s->picky[L], s->w.store[L], KEEPS);
    picky_init(&s->picky[R], s->w.store[R], right);
}

static enum rc scene_run(struct scene *s, const struct sync_undo *undo)
{
    struct world *w = &s->w;
    struct store *large[2];
    sync_report_fini(&w->report);
    sync_report_init(&w->report);
    err_fini(&w->err);
    w->clock += 300;
    for (int i = 0; i < 2; i++) {
        struct large_options o = {w->state, (enum side)i, s->limit, w->options.preview};
        large[i] = large_store_new(&s->picky[i].base, &o);
    }
    enum rc rc =
        undo ? sync_undo(
                   w->state, w->link, large[L], large[R], undo, &w->options, &w->report, &w->err)
             : sync_run(w->state, w->link, large[L], large[R], &w->options, &w->report, &w->err);
    store_free(large[L]);
    store_free(large[R]);
    return rc;
}

static void run(struct check *c, struct scene *s)
{
    check_int(c, scene_run(s, NULL), RC_OK);
    check_int(c, s->w.report.failed, 0);
}

static const char *first_id(struct scene *s, enum side side)
{
    return memory_id_at(s->w.store[side], EVENTS, 0);
}

/* A run changes nothing, and neither does a look at everything. */
static void quiet(struct check *c, struct scene *s)
{
    for (int i = 0; i < 2; i++) {
        run(c, s);
        check_true(c, !s->w.report.wrote_anything);
        check_int(c, s->w.report.conflicts, 0);
        memory_touch(s->w.store[L], EVENTS, first_id(s, L));
        memory_touch(s->w.store[R], EVENTS, first_id(s, R));
    }
    run(c, s);
    check_true(c, !s->w.report.wrote_anything);
}

static void add_event(struct scene *s, enum side side)
{
    struct json *doc = json_object();
    json_set_str(doc, "@type", "Event");
    json_set_str(doc, "uid", "one");
    json_set_str(doc, "title", "Talk");
    json_set_str(doc, "start", "2026-12-01T10:00:00");
    json_set_str(doc, "timeZone", "Europe/Berlin");
    memory_add(s->w.store[side], EVENTS, NULL, doc);
}

static char *uri_of(size_t size, unsigned seed)
{
    CLEANUP(mem_free) unsigned char *data = mem_alloc(size + 1);
    for (size_t i = 0; i < size; i++) {
        data[i] = (unsigned char)((i * 2654435761u + seed) >> 9);
    }
    return file_uri(data, size);
}

static const struct json *links(struct scene *s, enum side side)
{
    return json_get(memory_doc(s->w.store[side], EVENTS, first_id(s, side)), "links");
}

/* Attaches a file as a person does, or (size 0) takes away those of that name. */
static void attach(struct scene *s, enum side side, const char *name, size_t size, unsigned seed)
{
    struct json *map = links(s, side) ? json_dup(links(s, side)) : json_object();
    CLEANUP(mem_free) char *id = str_printf("x%u-%zu", seed, size);
    CLEANUP(mem_free) char *uri = size ? uri_of(size, seed) : NULL;
    for (const struct json *e = json_first(map), *next; e && !size; e = next) {
        next = json_next(e);
        if (str_eq(json_get_str(e, "title"), name)) {
            json_remove(map, json_key(e));
        }
    }
    if (size) {
        json_set(map, id, file_entry(uri, name, NULL));
    }
    memory_set(s->w.store[side], EVENTS, first_id(s, side), "links", map);
}

/* Somebody saves another version of the file of that name. */
static void save(struct scene *s, enum side side, const char *name, size_t size, unsigned seed)
{
    struct json *map = json_dup(links(s, side));
    CLEANUP(mem_free) char *uri = uri_of(size, seed);
    for (struct json *e = json_first(map); e; e = json_next(e)) {
        if (str_eq(json_get_str(e, "title"), name)) {
            json_set_str(e, "href", uri);
        }
    }
    memory_set(s->w.store[side], EVENTS, first_id(s, side), "links", map);
}

static int has(struct scene *s, enum side side, const char *name, size_t size, unsigned seed)
{
    int n = 0;
    CLEANUP(mem_free) char *uri = uri_of(size, seed);
    for (const struct json *e = json_first(links(s, side)); e; e = json_next(e)) {
        n += str_eq(json_get_str(e, "title"), name) && str_eq(json_get_str(e, "href"), uri);
    }
    return n;
}

static int count(struct scene *s, enum side side)
{
    return (int)json_count(links(s, side));
}

static void retitle(struct scene *s, enum side side, const char *title)
{
    memory_set(s->w.store[side], EVENTS, first_id(s, side), "title", json_str(title));
}

static const char *title_of(struct scene *s, enum side side)
{
    return json_get_str(memory_doc(s->w.store[side], EVENTS, first_id(s, side)), "title");
}

static int told(const struct scene *s, const char *part)
{
    int n = 0;
    for (size_t i = 0; i < s->w.report.message_count; i++) {
        n += strstr(s->w.report.messages[i].text, part) != NULL;
    }
    return n;
}

static void undo(struct check *c, struct scene *s, int64_t run_id)
{
    struct sync_undo what = {.run = run_id};
    check_int(c, scene_run(s, &what), RC_OK);
    check_int(c, s->w.report.failed, 0);
}

/* ---- cases ---- */
static void test_travel(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    add_event(&s, L);
    attach(&s, L, "agenda.pdf", 30000, 1);
    attach(&s, L, "agenda.pdf", 20000, 2); /* one name, two files */
    run(c, &s);
    check_int(c, count(&s, R), 2);
    check_true(c, has(&s, R, "agenda.pdf", 30000, 1) && has(&s, R, "agenda.pdf", 20000, 2));
    quiet(c, &s);
    attach(&s, R, "map.png", 500, 3); /* each side gets one more, at once */
    attach(&s, L, "list.txt", 600, 4);
    run(c, &s);
    for (int i = 0; i < 2; i++) {
        check_int(c, count(&s, (enum side)i), 4);
        check_int(c, has(&s, (enum side)i, "map.png", 500, 3), 1);
        check_int(c, has(&s, (enum side)i, "list.txt", 600, 4), 1);
    }
    quiet(c, &s);
    save(&s, R, "map.png", 510, 5);
    run(c, &s);
    check_int(c, has(&s, L, "map.png", 510, 5), 1);
    check_int(c, count(&s, L), 4);
    int64_t changed = s.w.report.run;
    quiet(c, &s);
    attach(&s, R, "list.txt", 0, 0);
    run(c, &s);
    check_int(c, count(&s, L), 3);
    check_int(c, has(&s, L, "list.txt", 600, 4), 0);
    int64_t removed = s.w.report.run;
    quiet(c, &s);
    undo(c, &s, removed);
    undo(c, &s, changed);
    for (int i = 0; i < 2; i++) {
        check_int(c, count(&s, (enum side)i), 4);
        check_int(c, has(&s, (enum side)i, "list.txt", 600, 4), 1);
        check_int(c, has(&s, (enum side)i, "map.png", 500, 3), 1);
    }
    quiet(c, &s);
    world_close(&s.w);
}

/* What the server never had, an edit there does not remove; what it has, it may. */
static void test_drops(struct check *c)
{
    struct scene s;
    scene_open(c, &s, DROPS, false);
    add_event(&s, L);
    attach(&s, L, "agenda.pdf", 30000, 1);
    run(c, &s);
    check_int(c, count(&s, R), 0);
    quiet(c, &s);
    retitle(&s, R, "Longer talk");
    run(c, &s);
    check_str(c, title_of(&s, L), "Longer talk");
    check_int(c, has(&s, L, "agenda.pdf", 30000, 1), 1);
    s.picky[R].habit = KEEPS;
    attach(&s, R, "map.png", 500, 2); /* nor does a file of its own */
    run(c, &s);
    check_int(c, has(&s, L, "agenda.pdf", 30000, 1) + has(&s, L, "map.png", 500, 2), 2);
    attach(&s, R, "map.png", 0, 0);
    run(c, &s);
    check_int(c, count(&s, L), 1);
    check_int(c, has(&s, L, "agenda.pdf", 30000, 1), 1);
    quiet(c, &s);
    world_close(&s.w);
}

/* A server that makes another file of it has that one, and Outlook its own. */
static void test_recodes(struct check *c, bool silent)
{
    struct scene s;
    scene_open(c, &s, RECODES, silent);
    add_event(&s, L);
    attach(&s, L, "agenda.pdf", 30000, 1);
    run(c, &s);
    check_int(c, count(&s, R), 1);
    quiet(c, &s);
    retitle(&s, L, "Longer talk");
    run(c, &s);
    check_int(c, has(&s, L, "agenda.pdf", 30000, 1), 1);
    check_int(c, count(&s, L), 1);
    quiet(c, &s);
    world_close(&s.w);
}

/* A file never fails the appointment. */
static void test_refuses(struct check *c)
{
    struct scene s;
    scene_open(c, &s, REFUSES, false);
    add_event(&s, L);
    attach(&s, L, "small.txt", 100, 1);
    run(c, &s);
    check_int(c, has(&s, R, "small.txt", 100, 1), 1);
    attach(&s, L, "agenda.pdf", 30000, 2);
    retitle(&s, L, "Longer talk");
    run(c, &s);
    check_str(c, title_of(&s, R), "Longer talk");
    check_int(c, told(&s, "its attached files were left out"), 1);
    check_int(c, count(&s, R), 1);
    check_int(c, has(&s, R, "small.txt", 100, 1), 1);
    quiet(c, &s);
    retitle(&s, L, "Short talk"); /* told once */
    run(c, &s);
    check_str(c, title_of(&s, R), "Short talk");
    check_int(c, told(&s, "its attached files were left out"), 0);
    retitle(&s, R, "Talk");
    run(c, &s);
    check_str(c, title_of(&s, L), "Talk");
    check_int(c, has(&s, L, "agenda.pdf", 30000, 2) + has(&s, L, "small.txt", 100, 1), 2);
    quiet(c, &s);
    world_close(&s.w);
}

/* Over the limit: not copied, not removed, not replaced, on either side. */
static void test_limit(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    s.limit = 10000;
    add_event(&s, L);
    attach(&s, L, "film.mp4", 30000, 1);
    attach(&s, L, "note.txt", 100, 2);
    run(c, &s);
    check_int(c, count(&s, R), 1);
    check_int(
        c, told(&s, "its attached file \"film.mp4\" (30 KB) is larger than this link lets"), 1);
    quiet(c, &s);
    retitle(&s, R, "Longer talk");
    run(c, &s);
    check_int(c, told(&s, "larger than this link"), 0);
    check_int(c, has(&s, L, "film.mp4", 30000, 1), 1);
    save(
        &s, L, "note.txt", 20000, 3); /* a small one becomes a large one: the other side keeps it */
    run(c, &s);
    check_int(c, has(&s, R, "note.txt", 100, 2), 1);
    quiet(c, &s);
    attach(&s, R, "note.txt", 0, 0); /* what goes there is the old one */
    run(c, &s);
    check_int(c, has(&s, L, "note.txt", 20000, 3), 1);
    quiet(c, &s);
    s.limit = 50000;
    check_ok(c, state_look_again(s.w.state, s.w.link, FILE_KEPT, &s.w.err), &s.w.err);
    run(c, &s);
    check_int(c, has(&s, R, "film.mp4", 30000, 1), 1);
    quiet(c, &s);
    attach(&s, L, "film.mp4", 0, 0);
    run(c, &s);
    check_int(c, has(&s, R, "film.mp4", 30000, 1), 0);
    world_close(&s.w);
}

/* The other side's edit of the small version does not take the place of the large one. */
static void test_limit_keeps(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    s.limit = 10000;
    add_event(&s, L);
    attach(&s, L, "note.txt", 100, 2);
    run(c, &s);
    save(&s, L, "note.txt", 20000, 3);
    run(c, &s);
    save(&s, R, "note.txt", 200, 4);
    run(c, &s);
    check_int(c, has(&s, L, "note.txt", 20000, 3), 1);
    check_int(c, has(&s, L, "note.txt", 200, 4), 1);
    check_int(c, count(&s, R), 1);
    quiet(c, &s);
    world_close(&s.w);
}

/* With a limit of 0 files are left alone, also those that both sides have. */
static void test_none(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    add_event(&s, L);
    attach(&s, L, "note.txt", 100, 2);
    run(c, &s);
    s.limit = 0;
    attach(&s, R, "note.txt", 0, 0);
    attach(&s, R, "map.png", 300, 5);
    retitle(&s, R, "Longer talk");
    run(c, &s);
    check_str(c, title_of(&s, L), "Longer talk");
    check_int(c, count(&s, L), 1);
    check_int(c, has(&s, L, "note.txt", 100, 2), 1);
    check_int(c, has(&s, R, "map.png", 300, 5), 1);
    quiet(c, &s);
    world_close(&s.w);
}

/* Both have it already, under whatever name; two others have one name. */
static void test_union(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    add_event(&s, L);
    add_event(&s, R);
    attach(&s, L, "agenda.pdf", 30000, 1);
    attach(&s, R, "agenda.pdf", 30000, 1);
    attach(&s, L, "notes.txt", 100, 2);
    attach(&s, R, "notes.txt", 200, 3);
    run(c, &s);
    for (int i = 0; i < 2; i++) {
        check_int(c, count(&s, (enum side)i), 3);
        check_int(c, has(&s, (enum side)i, "agenda.pdf", 30000, 1), 1);
        check_int(c, has(&s, (enum side)i, "notes.txt", 100, 2), 1);
        check_int(c, has(&s, (enum side)i, "notes.txt", 200, 3), 1);
    }
    quiet(c, &s);
    world_close(&s.w);
}

/* Both have one that is over the limit: raising it does not double it. */
static void test_union_large(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    s.limit = 10000;
    add_event(&s, L);
    add_event(&s, R);
    attach(&s, L, "film.mp4", 30000, 1);
    attach(&s, R, "film.mp4", 30000, 1);
    run(c, &s);
    quiet(c, &s);
    s.limit = 50000;
    check_ok(c, state_look_again(s.w.state, s.w.link, FILE_KEPT, &s.w.err), &s.w.err);
    run(c, &s);
    check_true(c, !s.w.report.wrote_anything);
    check_int(c, count(&s, L) + count(&s, R), 2);
    world_close(&s.w);
}

/* Two people save two versions: one wins, the other is kept and is no third file. */
static void test_conflict(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    add_event(&s, L);
    attach(&s, L, "note.txt", 100, 1);
    run(c, &s);
    save(&s, L, "note.txt", 110, 2);
    save(&s, R, "note.txt", 120, 3);
    run(c, &s);
    check_int(c, s.w.report.conflicts, 1);
    check_int(c, count(&s, L) + count(&s, R), 2);
    check_int(c,
        has(&s, L, "note.txt", 110, 2) + has(&s, R, "note.txt", 110, 2) +
            has(&s, L, "note.txt", 120, 3) + has(&s, R, "note.txt", 120, 3),
        2);
    quiet(c, &s);
    world_close(&s.w);
}

/* An edit of the one file, and the other side took it away: the edit wins. */
static void test_edit_beats_removal(struct check *c)
{
    struct scene s;
    scene_open(c, &s, KEEPS, false);
    add_event(&s, L);
    attach(&s, L, "note.txt", 100, 1);
    run(c, &s);
    save(&s, L, "note.txt", 110, 2);
    attach(&s, R, "note.txt", 0, 0);
    run(c, &s);
    check_int(c, has(&s, L, "note.txt", 110, 2) + has(&s, R, "note.txt", 110, 2), 2);
    quiet(c, &s);
    world_close(&s.w);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct check *c);
    } CASES[] = {
        {"files/travel-and-undo", test_travel},
        {"files/server-drops", test_drops},
        {"files/server-refuses", test_refuses},
        {"files/limit", test_limit},
        {"files/limit/large-is-not-replaced", test_limit_keeps},
        {"files/limit/none", test_none},
        {"files/first-sync", test_union},
        {"files/first-sync/over-the-limit", test_union_large},
        {"files/conflict", test_conflict},
        {"files/edit-beats-removal", test_edit_beats_removal},
    };
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(&c, CASES[i].name)) {
            CASES[i].run(&c);
        }
    }
    if (check_case(&c, "files/server-recodes")) {
        test_recodes(&c, false);
    }
    if (check_case(&c, "files/server-recodes-and-does-not-tell")) {
        test_recodes(&c, true);
    }
    return check_end(&c);
}
