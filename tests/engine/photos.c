/* Photos: what stores do to them (shrink, recode, drop, refuse), limits, undo, and how much of them
 * is in memory and in the state file at once. Each side is a memory store behind one with habits
 * (as a lens would: "lockstep.kept:" leaves what is there), behind client/large. */
#include "client/base/buf.h"
#include "client/item/media.h"
#include "client/large/large.h"
#include "tests/engine/picky.h"
#include "tests/engine/world.h"

#include <stdlib.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

/* ---- a world with them ---- */
struct scene {
    struct world w;
    struct picky picky[2];
    size_t limit;
};

static void scene_open(struct scene *s, enum habit right, bool silent)
{
    *s = (struct scene){.limit = (size_t)LARGE_LIMIT_KB << 10};
    s->w.opt[R].chosen_ids = true;
    s->w.opt[R].silent = silent;
    world_open(&s->w);
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

/* A run changes nothing, and neither does a look at everything. */
static void quiet(struct check *c, struct scene *s)
{
    run(c, s);
    check_true(c, !s->w.report.wrote_anything);
    memory_touch(s->w.store[L], FOLDER, memory_id_at(s->w.store[L], FOLDER, 0));
    memory_touch(s->w.store[R], FOLDER, memory_id_at(s->w.store[R], FOLDER, 0));
    run(c, s);
    check_true(c, !s->w.report.wrote_anything);
}

static char *photo_uri(size_t size, unsigned seed)
{
    CLEANUP(mem_free) unsigned char *data = mem_alloc(size);
    for (size_t i = 0; i < size; i++) {
        data[i] = (unsigned char)((i * 2654435761u + seed) >> 9);
    }
    memcpy(data, "\xff\xd8\xff", 3);
    return media_uri(data, size, NULL);
}

static void add(struct scene *s, enum side side, const char *name, size_t size, unsigned seed)
{
    struct json *doc = world_contact(name, name);
    CLEANUP(mem_free) char *uri = photo_uri(size, seed);
    json_set(json_need_object(doc, "media"), "p", media_photo(uri));
    memory_add(s->w.store[side], FOLDER, NULL, doc);
}

static const char *first_id(struct scene *s, enum side side)
{
    return memory_id_at(s->w.store[side], FOLDER, 0);
}

/* The bytes of the first item's photo, 0 if it has none. */
static size_t size_of(struct scene *s, enum side side)
{
    size_t len = 0;
    const struct json *e =
        json_first(json_get(memory_doc(s->w.store[side], FOLDER, first_id(s, side)), "media"));
    const char *uri = json_get_str(e, "uri");
    CLEANUP(mem_free) unsigned char *data = uri ? media_bytes(uri, &len, NULL) : NULL;
    return len;
}

static bool is_photo(struct scene *s, enum side side, size_t size, unsigned seed)
{
    CLEANUP(mem_free) char *want = photo_uri(size, seed);
    const struct json *e =
        json_first(json_get(memory_doc(s->w.store[side], FOLDER, first_id(s, side)), "media"));
    return str_eq(json_get_str(e, "uri"), want);
}

static void set_photo(struct scene *s, enum side side, size_t size, unsigned seed)
{
    struct json *media = NULL;
    if (size) {
        CLEANUP(mem_free) char *uri = photo_uri(size, seed);
        media = json_object();
        json_set(media, "p", media_photo(uri));
    }
    memory_set(s->w.store[side], FOLDER, first_id(s, side), "media", media);
}

static void rename_first(struct scene *s, enum side side, const char *name)
{
    memory_set(s->w.store[side], FOLDER, first_id(s, side), "name/full", json_str(name));
}

static const char *name_of(struct scene *s, enum side side)
{
    return json_get_str(
        json_get(memory_doc(s->w.store[side], FOLDER, first_id(s, side)), "name"), "full");
}

static bool told(const struct scene *s, const char *part)
{
    for (size_t i = 0; i < s->w.report.message_count; i++) {
        if (strstr(s->w.report.messages[i].text, part)) {
            return true;
        }
    }
    return false;
}

/* ---- cases ---- */
static void test_travels(struct check *c)
{
    struct scene s;
    scene_open(&s, KEEPS, false);
    add(&s, L, "Ada", 30000, 1);
    run(c, &s);
    check_true(c, is_photo(&s, R, 30000, 1));
    quiet(c, &s);
    set_photo(&s, R, 20000, 2);
    run(c, &s);
    check_true(c, is_photo(&s, L, 20000, 2));
    int64_t changed = s.w.report.run;
    quiet(c, &s);
    set_photo(&s, L, 0, 0);
    run(c, &s);
    check_int(c, (int)size_of(&s, R), 0);
    int64_t removed = s.w.report.run;
    quiet(c, &s);
    struct sync_undo what = {.run = removed};
    check_int(c, scene_run(&s, &what), RC_OK);
    check_true(c, is_photo(&s, L, 20000, 2) && is_photo(&s, R, 20000, 2));
    what.run = changed;
    check_int(c, scene_run(&s, &what), RC_OK);
    check_true(c, is_photo(&s, L, 30000, 1) && is_photo(&s, R, 30000, 1));
    quiet(c, &s);
    world_close(&s.w);
}

/* Outlook keeps its original; what the server made of it is the server's base. */
static void test_shrinks(struct check *c, enum habit habit, bool silent)
{
    struct scene s;
    scene_open(&s, habit, silent);
    add(&s, L, "Ada", 30000, 1);
    run(c, &s);
    check_true(c, size_of(&s, R) && size_of(&s, R) < 30000 && is_photo(&s, L, 30000, 1));
    quiet(c, &s);
    for (int i = 0; i < 3; i++) {
        rename_first(&s, L, i % 2 ? "Ada Lovelace" : "Ada King");
        run(c, &s);
        check_str(c, name_of(&s, R), i % 2 ? "Ada Lovelace" : "Ada King");
        check_true(c, is_photo(&s, L, 30000, 1));
        quiet(c, &s);
    }
    check_true(c, is_photo(&s, L, 30000, 1));
    set_photo(&s, R, 900, 7); /* a person's new photo travels all the same */
    run(c, &s);
    check_true(c, is_photo(&s, L, 900, 7));
    set_photo(&s, L, 5000, 8);
    run(c, &s);
    check_true(c, is_photo(&s, L, 5000, 8) && size_of(&s, R) && size_of(&s, R) < 5000);
    quiet(c, &s);
    world_close(&s.w);
}

/* Absent over there is a deletion only if that side had one. */
static void test_drops(struct check *c)
{
    struct scene s;
    scene_open(&s, DROPS, false);
    add(&s, L, "Ada", 30000, 1);
    run(c, &s);
    check_int(c, (int)size_of(&s, R), 0);
    quiet(c, &s);
    rename_first(&s, R, "Ada King");
    run(c, &s);
    check_str(c, name_of(&s, L), "Ada King");
    check_true(c, is_photo(&s, L, 30000, 1));
    s.picky[R].habit = KEEPS;
    set_photo(&s, L, 2000, 3);
    run(c, &s);
    check_true(c, is_photo(&s, R, 2000, 3));
    set_photo(&s, R, 0, 0);
    run(c, &s);
    check_int(c, (int)size_of(&s, L), 0);
    world_close(&s.w);
}

/* A photo never fails the contact. */
static void test_refuses(struct check *c)
{
    struct scene s;
    scene_open(&s, REFUSES, false);
    add(&s, L, "Ada", 30000, 1);
    run(c, &s);
    check_str(c, name_of(&s, R), "Ada");
    check_int(c, (int)size_of(&s, R), 0);
    check_true(c, told(&s, "its photo was left out"));
    quiet(c, &s);
    rename_first(&s, L, "Ada King");
    run(c, &s);
    check_str(c, name_of(&s, R), "Ada King");
    s.picky[R].habit = KEEPS;
    set_photo(&s, L, 2000, 3);
    run(c, &s);
    s.picky[R].habit = REFUSES;
    set_photo(&s, L, 3000, 4); /* an update that is refused leaves what is there */
    rename_first(&s, L, "Ada Byron");
    run(c, &s);
    check_true(c, told(&s, "its photo was left out"));
    check_str(c, name_of(&s, R), "Ada Byron");
    check_true(c, is_photo(&s, R, 2000, 3) && is_photo(&s, L, 3000, 4));
    quiet(c, &s);
    world_close(&s.w);
}

/* Larger than the link lets pass: neither copied nor deleted, in either direction. */
static void test_limit(struct check *c)
{
    struct scene s;
    scene_open(&s, KEEPS, false);
    s.limit = 10000;
    add(&s, L, "Ada", 30000, 1);
    run(c, &s);
    check_int(c, (int)size_of(&s, R), 0);
    check_true(c, told(&s, "stays on the other side"));
    quiet(c, &s);
    set_photo(&s, L, 5000, 2);
    run(c, &s);
    check_true(c, is_photo(&s, R, 5000, 2));
    set_photo(&s, L, 40000, 3); /* a small one becomes a large one */
    run(c, &s);
    check_true(c, is_photo(&s, R, 5000, 2) && is_photo(&s, L, 40000, 3));
    quiet(c, &s);
    set_photo(&s, R, 6000, 4); /* over there a small one becomes another: it travels */
    run(c, &s);
    check_true(c, is_photo(&s, L, 6000, 4));
    struct sync_undo what = {.run = s.w.report.run};
    check_int(c, scene_run(&s, &what), RC_OK); /* and undo brings the large one back */
    check_true(c, is_photo(&s, L, 40000, 3) && is_photo(&s, R, 5000, 2));
    quiet(c, &s);
    s.limit = 50000;
    check_ok(c, state_look_again(s.w.state, s.w.link, MEDIA_KEPT, &s.w.err), &s.w.err);
    run(c, &s);
    check_true(c, is_photo(&s, R, 40000, 3));
    quiet(c, &s);
    s.limit = 0; /* from now on none travels: what is there stays on both sides */
    set_photo(&s, R, 100, 5);
    run(c, &s);
    check_true(c, is_photo(&s, L, 40000, 3) && is_photo(&s, R, 100, 5));
    run(c, &s);
    check_true(c, is_photo(&s, L, 40000, 3) && is_photo(&s, R, 100, 5));
    world_close(&s.w);
}

/* One portion in memory at a time, and each photo once in the state file. */
static void test_portions(struct check *c)
{
    enum { COUNT = 60, SIZE = 300000 };
    struct scene s;
    scene_open(&s, KEEPS, false);
    for (int i = 0; i < COUNT; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        add(&s, L, name, SIZE, (unsigned)i * 77777u);
    }
    run(c, &s);
    check_int(c, (int)world_count(&s.w, R), COUNT);
    for (int i = 0; i < 2; i++) {
        check_true(c, s.picky[i].largest < LARGE_PORTION + SIZE * 2);
    }
    for (int64_t pair = 1; pair <= COUNT; pair++) {
        struct state_body body = {0};
        check_ok(c, state_body_load(s.w.state, pair, &body, &s.w.err), &s.w.err);
        check_true(c, body.doc[L] && strlen(body.doc[L]) < 1000 && strlen(body.doc[R]) < 1000);
        state_body_fini(&body);
    }
    long gone = 0;
    check_ok(c, state_blobs_prune(s.w.state, &gone, &s.w.err), &s.w.err);
    check_int(c, (int)gone, 0);
    check_ok(c, state_link_delete(s.w.state, s.w.link, &s.w.err), &s.w.err);
    check_ok(c, state_blobs_prune(s.w.state, &gone, &s.w.err), &s.w.err);
    /* One each for the documents of both sides and every other place that names it; and one for the
     * form that the right side keeps as it is. */
    check_int(c, (int)gone, COUNT * 2);
    world_close(&s.w);
}

/* A preview keeps nothing. */
static void test_preview(struct check *c)
{
    struct scene s;
    scene_open(&s, KEEPS, false);
    add(&s, L, "Ada", 30000, 1);
    s.w.options.preview = true;
    run(c, &s);
    check_int(c, (int)s.w.report.planned_count, 1);
    s.w.options.preview = false;
    run(c, &s);
    check_true(c, is_photo(&s, R, 30000, 1));
    world_close(&s.w);
}

/* A store that learns from what it reads how it knows other items, as dav does of SOGo. */
static enum rc learning_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    (void)folder, (void)kind, (void)token, (void)ret, (void)err;
    s->members_by_id = true;
    return RC_OK;
}

static enum rc learning_fetch(struct store *s, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    (void)folder, (void)kind, (void)err;
    s->members_by_id = false;
    for (size_t i = 0; i < count; i++) {
        store_items_add(ret, ids[i])->rc = RC_NOT_FOUND;
    }
    return RC_OK;
}

/* What the engine asks of a store must not be hidden by what is around it. */
static void test_learns(struct check *c)
{
    const struct store_vtbl vtbl = {
        .name = "inner", .changes = learning_changes, .fetch = learning_fetch};
    struct store inner = {.vtbl = &vtbl};
    struct large_options options = {.side = SIDE_LEFT, .preview = true};
    CLEANUP(store_free) struct store *large = large_store_new(&inner, &options);
    struct store_changes changes = {0};
    struct store_items items CLEANUP_FINI(store_items_fini) = {0};
    const char *id = "a";
    struct err err = ERR_INIT;
    check_true(c, !large->members_by_id);
    check_ok(c, large->vtbl->changes(large, "f", ITEM_CONTACT, NULL, &changes, &err), &err);
    check_true(c, large->members_by_id);
    check_ok(c, large->vtbl->fetch(large, "f", ITEM_CONTACT, &id, 1, &items, &err), &err);
    check_true(c, !large->members_by_id);
}

static void test_abilities(struct check *c)
{
    const struct store_vtbl vtbl = {.name = "inner"};
    struct store inner = {.vtbl = &vtbl, .members_by_id = true, .batch = 7};
    struct large_options options = {.side = SIDE_LEFT};
    CLEANUP(store_free) struct store *large = large_store_new(&inner, &options);
    check_true(c, large->members_by_id);
    check_int(c, (long)large->batch, 7);
    check_str(c, large->vtbl->name, "inner");
    check_true(c, !large->vtbl->choose_id && !large->vtbl->find_stamp);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "photos/travel-and-undo")) {
        test_travels(&c);
    }
    static const struct {
        const char *name;
        enum habit habit;
        bool silent;
    } MADE_OVER[] = {
        {"photos/server-shrinks", SHRINKS, false},
        {"photos/server-shrinks-and-does-not-tell", SHRINKS, true},
        {"photos/server-recodes", RECODES, false},
        {"photos/server-recodes-and-does-not-tell", RECODES, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(MADE_OVER); i++) {
        if (check_case(&c, MADE_OVER[i].name)) {
            test_shrinks(&c, MADE_OVER[i].habit, MADE_OVER[i].silent);
        }
    }
    if (check_case(&c, "photos/server-drops")) {
        test_drops(&c);
    }
    if (check_case(&c, "photos/server-refuses")) {
        test_refuses(&c);
    }
    if (check_case(&c, "photos/limit")) {
        test_limit(&c);
    }
    if (check_case(&c, "photos/portions")) {
        test_portions(&c);
    }
    if (check_case(&c, "photos/same-abilities")) {
        test_abilities(&c);
        test_learns(&c);
    }
    if (check_case(&c, "photos/preview")) {
        test_preview(&c);
    }
    return check_end(&c);
}
