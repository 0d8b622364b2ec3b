/* A random state machine: people edit both sides, stores fail and crash, and after every quiet
 * moment the invariants hold. An oracle knows which items must exist: each has a name no other has,
 * and an item may vanish only if somebody deleted it and nobody edited it on the other side since
 * the last sync. It also knows two members of each item: what one side wrote there must be on both
 * sides, and where both sides wrote, one of the two values must be. random [SEQUENCES [SEED]]
 * default 300 from seed 1; a failing sequence prints its seed, and `random 1 SEED` repeats it. */
#include "client/base/buf.h"
#include "tests/engine/world.h"

#include <stdlib.h>
#include <string.h>

#define STEPS     30
#define NAMES_MAX 64
#define MEMBERS   2

struct oracle {
    struct world w;
    struct check *c;
    int names;              /* items ever made: "Name 0" ... */
    bool gone[NAMES_MAX];   /* deleted by somebody since the last sync */
    bool edited[NAMES_MAX]; /* edited, or made, by somebody since the last sync */
    bool dead[NAMES_MAX];   /* gone for good */
    bool maybe[NAMES_MAX];  /* deleted while a sync was cut off: may be either */
    long values;            /* each value written is unique */
    long wrote[NAMES_MAX][MEMBERS]
              [2]; /* the last value each side wrote since the last sync; 0 = none */
};

static char *name_of(int i)
{
    return str_printf("Name %d", i);
}

static const enum side sides[] = {SIDE_LEFT, SIDE_RIGHT};

static enum side any_side(struct oracle *o)
{
    return sides[world_random(&o->w) % 2];
}

/* ---- what people do ---- */

static void do_add(struct oracle *o)
{
    if (o->names == NAMES_MAX) {
        return;
    }
    enum side s = any_side(o);
    CLEANUP(mem_free) char *name = name_of(o->names);
    CLEANUP(mem_free) char *uid = str_printf("uid-%d", o->names);
    struct json *doc = world_contact(o->w.opt[s].chosen_ids ? uid : NULL, name);
    CLEANUP(mem_free) char *id = o->w.opt[s].chosen_ids ? str_printf("%s.item", uid) : NULL;
    memory_add(o->w.store[s], FOLDER, id, doc);
    o->edited[o->names++] = true;
}

static const char *const member_paths[MEMBERS] = {"x.example:a", "x.example:b"};

static void do_edit(struct oracle *o)
{
    static const char *const paths[] = {"x.example:a", "x.example:b", "notes/n1/note",
        "phones/p1/number", "phones/p2/number", "emails/e1/address"};
    if (!o->names) {
        return;
    }
    int i = (int)(world_random(&o->w) % (uint64_t)o->names);
    enum side s = any_side(o);
    CLEANUP(mem_free) char *name = name_of(i);
    const char *id = world_find(&o->w, s, name);
    if (id) {
        CLEANUP(mem_free) char *value = str_printf("value-%ld", ++o->values);
        size_t path = world_random(&o->w) % ARRAY_LEN(paths);
        memory_set(o->w.store[s], FOLDER, id, paths[path], json_str(value));
        o->edited[i] = true;
        if (path < MEMBERS) {
            o->wrote[i][path][s] = o->values;
        }
    }
}

static void do_delete(struct oracle *o)
{
    if (!o->names) {
        return;
    }
    int i = (int)(world_random(&o->w) % (uint64_t)o->names);
    CLEANUP(mem_free) char *name = name_of(i);
    if (world_remove(&o->w, any_side(o), name)) {
        o->gone[i] = true;
    }
}

static void do_touch(struct oracle *o)
{
    enum side s = any_side(o);
    size_t n = world_count(&o->w, s);
    if (n) {
        memory_touch(
            o->w.store[s], FOLDER, memory_id_at(o->w.store[s], FOLDER, world_random(&o->w) % n));
    }
}

/* ---- what goes wrong ---- */

static void do_forget_tokens(struct oracle *o)
{
    memory_forget_tokens(o->w.store[any_side(o)]);
}

/* The outcome of a cut-off run is open for what was pending; the next whole run settles it. */
static void after_cut(struct oracle *o)
{
    for (int i = 0; i < o->names; i++) {
        o->maybe[i] |= o->gone[i];
    }
}

static void do_fail(struct oracle *o)
{
    static const enum rc codes[] = {RC_OFFLINE, RC_SERVER, RC_AUTH};
    enum side s = any_side(o);
    memory_fail_call(o->w.store[s], (enum memory_call)(world_random(&o->w) % MEMORY_FIND_STAMP),
        (long)(1 + world_random(&o->w) % 3), codes[world_random(&o->w) % ARRAY_LEN(codes)]);
    if (world_random(&o->w) % 3 == 0) {
        memory_lose_answer(o->w.store[s]);
    }
    (void)!world_sync(&o->w);
    after_cut(o);
}

static void do_crash(struct oracle *o)
{
    world_crash(&o->w, (long)(1 + world_random(&o->w) % 12), world_random(&o->w) % 2);
    after_cut(o);
}

/* ---- the quiet moment ---- */

static int copies(struct oracle *o, enum side s, const char *name)
{
    int n = 0;
    const char *id;
    for (size_t i = 0; (id = memory_id_at(o->w.store[s], FOLDER, i)); i++) {
        const struct json *doc = memory_doc(o->w.store[s], FOLDER, id);
        n += str_eq(json_get_str(json_get(doc, "name"), "full"), name);
    }
    return n;
}

static void check_values(struct oracle *o, int i, const char *name)
{
    for (int m = 0; m < MEMBERS; m++) {
        const long *wrote = o->wrote[i][m];
        if (!wrote[0] && !wrote[1]) {
            continue;
        }
        const char *text = world_text(&o->w, SIDE_LEFT, name, member_paths[m]);
        long value = 0;
        if (!text || sscanf(text, "value-%ld", &value) != 1 ||
            (value != wrote[0] && value != wrote[1])) {
            check_fail(o->c, "%s: %s is %s, written were %ld on the left and %ld on the right",
                name, member_paths[m], text ? text : "(nothing)", wrote[0], wrote[1]);
        }
    }
}

static void check_item(struct oracle *o, int i)
{
    struct check *c = o->c;
    CLEANUP(mem_free) char *name = name_of(i);
    int left = copies(o, SIDE_LEFT, name), right = copies(o, SIDE_RIGHT, name);
    check_int(c, left, right);
    if (left > 1) {
        check_fail(c, "%s is there %d times", name, left);
    }
    bool may_vanish = o->gone[i] || o->maybe[i];
    if (!left && !o->dead[i] && !may_vanish) {
        check_fail(c, "%s was lost", name);
    }
    if (left && o->dead[i]) {
        check_fail(c, "%s came back", name);
    }
    if (left && o->gone[i] && !o->edited[i] && !o->maybe[i]) {
        check_fail(c, "%s was deleted on one side and is still there", name);
    }
    if (left && !may_vanish) {
        check_values(o, i, name); /* who deletes an item deletes what was written into it there */
    }
    memset(o->wrote[i], 0, sizeof o->wrote[i]);
    o->dead[i] = !left;
    o->gone[i] = o->edited[i] = o->maybe[i] = false;
}

static void check_quiet_moment(struct oracle *o)
{
    memory_clear_faults(o->w.store[SIDE_LEFT]);
    memory_clear_faults(o->w.store[SIDE_RIGHT]);
    o->w.options.retry_now = true;
    o->w.options.release_deletes = true;
    check_ok(o->c, world_sync(&o->w), &o->w.err);
    world_check_quiet(o->c, &o->w);
    world_check_settled(o->c, &o->w);
    world_check_converged(o->c, &o->w);
    for (int i = 0; i < o->names; i++) {
        check_item(o, i);
    }
}

static void step(struct oracle *o)
{
    static void (*const acts[])(struct oracle *) = {do_add, do_add, do_edit, do_edit, do_edit,
        do_edit, do_delete, do_touch, do_touch, do_forget_tokens, do_fail, do_crash};
    uint64_t n = world_random(&o->w) % (ARRAY_LEN(acts) + 3);
    if (n < ARRAY_LEN(acts)) {
        acts[n](o);
    } else {
        check_quiet_moment(o);
    }
}

/* Which kinds of store meet: varied with the seed. */
static void choose_stores(struct world *w)
{
    uint64_t r = w->seed * 2654435761u;
    w->opt[SIDE_LEFT] =
        (struct memory_options){.drops = {"uid"}, .tokens = r & 1, .own_ids = r & 2};
    w->opt[SIDE_RIGHT] = (struct memory_options){.chosen_ids = true,
        .tokens = !(r & 4),
        .unique_uids = true,
        .silent = r & 8,
        .own_ids = r & 16};
    w->policy = (enum link_policy)(r >> 5) % 3;
}

static bool run_sequence(struct check *c, uint64_t seed)
{
    struct oracle o = {.w = {.seed = seed}, .c = c};
    int failed = c->failed;
    choose_stores(&o.w);
    world_open(&o.w);
    for (int i = 0; i < STEPS && c->failed == failed; i++) {
        step(&o);
    }
    if (c->failed == failed) {
        check_quiet_moment(&o);
    }
    world_close(&o.w);
    if (c->failed != failed) {
        printf("note: repeat with: random 1 %llu\n", (unsigned long long)seed);
    }
    return c->failed == failed;
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, 1, argv);
    long sequences = argc > 1 ? atol(argv[1]) : 300;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    if (check_case(&c, "random/state-machine")) {
        printf("note: %ld sequences of %d steps from seed %llu\n", sequences, STEPS,
            (unsigned long long)seed);
        for (long i = 0; i < sequences; i++) {
            if (!run_sequence(&c, seed + (uint64_t)i)) {
                break;
            }
        }
    }
    return check_end(&c);
}
