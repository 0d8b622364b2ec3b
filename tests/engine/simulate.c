/* The simulator: people edit both sides, stores lie, fail and crash us, and after every quiet
 * moment the invariants hold. An oracle knows which items must exist: each has a name no other has,
 * and an item may vanish only if somebody deleted it and nobody edited it on the other side since
 * the last sync. It also knows three members of each item: what one side wrote there must be on
 * both sides, and where both sides wrote, one of the two values must be; the third member may be
 * one that the right side cannot hold.
 *
 *   simulate [SCHEDULES [SEED [ask]]]     default 300 from seed 1; "ask": the links ask in conflicts
 *
 * A schedule is 30 random steps. A failing one prints its seed, and `simulate 1 SEED` repeats it.
 */
#include "client/base/buf.h"
#include "client/state/backup.h"
#include "client/state/conflict.h"
#include "tests/engine/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STEPS     30
#define NAMES_MAX 64
#define MEMBERS   3

struct oracle {
    struct world w;
    struct check *c;
    int names;              /* items ever made: "Name 0" ... */
    bool gone[NAMES_MAX];   /* deleted by somebody since the last sync */
    bool edited[NAMES_MAX]; /* edited, or made, by somebody since the last sync */
    bool dead[NAMES_MAX];   /* gone for good */
    bool maybe[NAMES_MAX];  /* deleted while a sync was cut off: may be either */
    long values;            /* each value written is unique */
    bool telling;           /* print each step */
    bool ask;               /* the policy of the link */
    bool restored; /* the state went back and no whole run has been since: a deletion has no base to
                      be seen against */
    bool calm;     /* nothing was added or deleted since the copy of the state file */
    char *copy;    /* owned; its path, NULL: there is none */
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
    o->calm = false;
}

static const char *const member_paths[MEMBERS] = {"x.example:a", "x.example:b", "x.example:c"};

static bool holds(const struct oracle *o, enum side s, const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(o->w.opt[s].drops) && o->w.opt[s].drops[i]; i++) {
        if (str_eq(o->w.opt[s].drops[i], path)) {
            return false;
        }
    }
    return true;
}

static void do_edit(struct oracle *o)
{
    static const char *const paths[] = {"x.example:a", "x.example:b", "x.example:c",
        "notes/n1/note", "phones/p1/number", "phones/p2/number", "emails/e1/address"};
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
        if (path < MEMBERS && holds(o, s, paths[path])) {
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
        o->calm = false;
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

static const char *any_id(struct oracle *o, enum side s)
{
    size_t n = world_count(&o->w, s);
    return n ? memory_id_at(o->w.store[s], FOLDER, world_random(&o->w) % n) : NULL;
}

static enum rc any_rc(struct oracle *o, const enum rc *codes, size_t count)
{
    return codes[world_random(&o->w) % count];
}

static void cut_sync(struct oracle *o)
{
    (void)!world_sync(&o->w);
    after_cut(o);
}

/* A whole call fails: 429, 5xx, the password, the right to write; or only its answer is lost; or it
 * is sent twice. */
static void do_fail(struct oracle *o)
{
    static const enum rc codes[] = {RC_OFFLINE, RC_SERVER, RC_AUTH, RC_BUSY, RC_READONLY};
    enum side s = any_side(o);
    memory_fail_call(o->w.store[s], (enum memory_call)(world_random(&o->w) % MEMORY_FIND_STAMP),
        (long)(1 + world_random(&o->w) % 3), any_rc(o, codes, ARRAY_LEN(codes)));
    if (world_random(&o->w) % 3 == 0) {
        memory_lose_answer(o->w.store[s]);
    }
    cut_sync(o);
}

static void do_send_twice(struct oracle *o)
{
    struct store *store = o->w.store[any_side(o)];
    memory_send_twice(store);
    cut_sync(o);
    memory_clear_faults(store);
}

/* One item cannot be read or written: 409, 412, 413, 5xx. */
static void do_fail_item(struct oracle *o)
{
    static const enum rc codes[] = {
        RC_CONFLICT, RC_SERVER, RC_REFUSED, RC_TOO_BIG, RC_READONLY, RC_INVALID};
    enum side s = any_side(o);
    CLEANUP(mem_free) char *id = mem_strdup(any_id(o, s));
    if (id) {
        memory_fail_item(
            o->w.store[s], id, any_rc(o, codes, ARRAY_LEN(codes)), world_random(&o->w) % 2);
        cut_sync(o);
        memory_fail_item(o->w.store[s], id, RC_OK, false);
    }
}

static void do_refuse_creates(struct oracle *o)
{
    static const enum rc codes[] = {RC_READONLY, RC_REFUSED, RC_SERVER, RC_CONFLICT};
    struct store *store = o->w.store[any_side(o)];
    memory_fail_creates(store, any_rc(o, codes, ARRAY_LEN(codes)));
    cut_sync(o);
    memory_fail_creates(store, RC_OK);
}

/* A listing that calls itself complete lacks an item, or all of them. Its token must not cover
 * them: nobody could ever learn of a new one then. */
static void do_short_listing(struct oracle *o)
{
    enum side s = any_side(o);
    CLEANUP(mem_free) char *id = mem_strdup(any_id(o, s));
    bool all = world_random(&o->w) % 3 == 0;
    if (id) {
        memory_hide(o->w.store[s], id, true);
        memory_list_nothing(o->w.store[s], all);
        memory_forget_tokens(o->w.store[s]);
        cut_sync(o);
        memory_list_nothing(o->w.store[s], false);
        memory_hide(o->w.store[s], id, false);
        memory_forget_tokens(o->w.store[s]);
    }
}

static void edit_meanwhile(struct store *s, void *user)
{
    (void)s;
    do_edit(user);
}

/* Another client writes between our reading and our writing, or right after it. Not the latter
 * where the store does not tell the version it made of our write: within a member it may be its own
 * normal form as well. */
static void do_race(struct oracle *o)
{
    enum side s = any_side(o);
    if (o->w.opt[s].silent || world_random(&o->w) % 2) {
        memory_before_commit(o->w.store[s], edit_meanwhile, o);
    } else {
        memory_after_commit(o->w.store[s], edit_meanwhile, o);
    }
    cut_sync(o);
    memory_clear_faults(o->w.store[s]);
}

static void do_clock_jump(struct oracle *o)
{
    o->w.clock += (int64_t)(world_random(&o->w) % 2000000) - 1000000;
}

/* The state file goes back to a copy of the last quiet moment. Not if items have come or gone
 * since: what nothing tells apart becomes two then (see older.c). Which side's value of a member is
 * the later is not known any more. */
static void do_go_back(struct oracle *o)
{
    struct world *w = &o->w;
    if (!o->copy || !o->calm) {
        return;
    }
    CLEANUP(mem_free) char *log = str_printf("%s-wal", w->path);
    state_close(w->state);
    w->state = NULL;
    unlink(log);
    check_int(o->c, rename(o->copy, w->path), 0);
    free(o->copy);
    o->copy = NULL;
    check_ok(o->c, state_open(w->path, NULL, &w->state, &w->err), &w->err);
    check_ok(o->c, state_distrust(w->state, &w->err), &w->err);
    memset(o->wrote, 0, sizeof o->wrote);
    o->restored = true;
    after_cut(o);
}

static void keep_copy(struct oracle *o)
{
    if (!o->copy) {
        o->copy = str_printf("%s.copy", o->w.path);
    }
    unlink(o->copy);
    check_ok(o->c, state_copy(o->w.state, o->copy, &o->w.err), &o->w.err);
    o->calm = true;
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
        enum side s = holds(o, SIDE_LEFT, member_paths[m]) ? SIDE_LEFT : SIDE_RIGHT;
        const char *text = world_text(&o->w, s, name, member_paths[m]);
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
    if (left && o->gone[i] && !o->edited[i] && !o->maybe[i] && !o->restored) {
        check_fail(c, "%s was deleted on one side and is still there", name);
    }
    if (left && !may_vanish && !o->restored) {
        check_values(o, i, name); /* who deletes an item deletes what was written into it there */
    }
    memset(o->wrote[i], 0, sizeof o->wrote[i]);
    o->dead[i] = !left;
    o->gone[i] = o->edited[i] = o->maybe[i] = false;
}

/* Somebody chooses in every conflict that waits: before that the sides are not to agree. */
static void choose_all(struct oracle *o)
{
    struct state_conflicts list CLEANUP_FINI(state_conflicts_fini) = {0};
    struct world *w = &o->w;
    check_ok(o->c, state_conflicts_load(w->state, w->link, &list, &w->err), &w->err);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].winner < 0) {
            check_ok(o->c,
                state_conflict_choose(w->state, list.items[i].id, (int)any_side(o), false, &w->err),
                &w->err);
        }
    }
    check_ok(o->c, world_sync(w), &w->err);
    check_int(o->c, w->report.undecided, 0);
}

static void check_quiet_moment(struct oracle *o)
{
    memory_clear_faults(o->w.store[SIDE_LEFT]);
    memory_clear_faults(o->w.store[SIDE_RIGHT]);
    o->w.options.retry_now = true;
    o->w.options.release_deletes = true;
    check_ok(o->c, world_sync(&o->w), &o->w.err);
    if (o->ask) {
        choose_all(o);
    }
    world_check_quiet(o->c, &o->w);
    world_check_settled(o->c, &o->w);
    world_check_converged(o->c, &o->w);
    for (int i = 0; i < o->names; i++) {
        check_item(o, i);
    }
    o->restored = false;
    if (world_random(&o->w) % 4 == 0) {
        keep_copy(o);
    }
}

static void tell(const struct oracle *o, const char *what)
{
    if (o->telling) {
        printf("    %-16s run: %s\n", what, o->w.report.text ? o->w.report.text : "");
    }
}

/* How often each step comes is how often it is here. */
static const struct {
    const char *name;
    void (*act)(struct oracle *o);
} steps[] = {
    {"add", do_add},
    {"add", do_add},
    {"edit", do_edit},
    {"edit", do_edit},
    {"edit", do_edit},
    {"edit", do_edit},
    {"delete", do_delete},
    {"touch", do_touch},
    {"touch", do_touch},
    {"forget tokens", do_forget_tokens},
    {"fail", do_fail},
    {"fail", do_fail},
    {"crash", do_crash},
    {"crash", do_crash},
    {"fail item", do_fail_item},
    {"refuse creates", do_refuse_creates},
    {"short listing", do_short_listing},
    {"race", do_race},
    {"race", do_race},
    {"send twice", do_send_twice},
    {"clock jump", do_clock_jump},
    {"go back", do_go_back},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
};

static void step(struct oracle *o)
{
    uint64_t n = world_random(&o->w) % ARRAY_LEN(steps);
    steps[n].act(o);
    tell(o, steps[n].name);
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
        .own_ids = r & 16,
        .own_uids = r & 128,
        .drops = {r & 256 ? "x.example:c" : NULL}};
    w->policy = (enum link_policy)(r >> 5) % 3;
}

static bool run_schedule(struct check *c, uint64_t seed, bool ask, bool telling)
{
    struct oracle o = {.w = {.seed = seed}, .c = c, .telling = telling, .ask = ask};
    int failed = c->failed;
    choose_stores(&o.w);
    o.w.policy = ask ? LINK_ASK : o.w.policy;
    world_open(&o.w);
    for (int i = 0; i < STEPS && c->failed == failed; i++) {
        step(&o);
    }
    if (c->failed == failed) {
        check_quiet_moment(&o);
    }
    if (o.copy) {
        unlink(o.copy);
    }
    free(o.copy);
    world_close(&o.w);
    if (c->failed != failed) {
        printf(
            "note: repeat with: simulate 1 %llu%s\n", (unsigned long long)seed, ask ? " ask" : "");
    }
    return c->failed == failed;
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, 1, argv);
    long schedules = argc > 1 ? atol(argv[1]) : 300;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    bool ask = argc > 3 && str_eq(argv[3], "ask");
    /* Schedules that found something once. A change of the table of steps gives them another
     * meaning; they stay cheap reminders. */
    static const uint64_t once_failed[] = {89, 175, 1171, 22825, 23492};
    if (schedules > 1 && check_case(&c, "simulate/once-failed")) {
        for (size_t i = 0; i < ARRAY_LEN(once_failed); i++) {
            (void)!run_schedule(&c, once_failed[i], ask, false);
        }
    }
    if (check_case(&c, "simulate/schedules")) {
        struct timespec begin, end;
        long done = 0;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        while (done < schedules && run_schedule(&c, seed + (uint64_t)done, ask, schedules == 1)) {
            done++;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        double seconds =
            (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
        printf("note: %ld schedules of %d steps from seed %llu, %.0f a second\n", done, STEPS,
            (unsigned long long)seed, (double)done / seconds);
    }
    return check_end(&c);
}
