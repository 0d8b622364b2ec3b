/* The simulator: people edit both sides, stores lie, fail and crash us, and after every quiet
 * moment the invariants hold. What must hold is in oracle.h.
 *
 *   simulate [SCHEDULES [SEED [PROCESSES [ask]]]]     default 300 from seed 1, one process
 *
 * With "ask" the links ask a person in conflicts.
 * A schedule is 30 random steps. A failing one prints its seed, and `simulate 1 SEED` repeats it and
 * tells each step. Everything is in memory, the state file included (disk.h).
 */
#include "client/base/buf.h"
#include "client/state/backup.h"
#include "client/state/change.h"
#include "client/state/conflict.h"
#include "tests/engine/oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEPS 30

/* What is out of the ordinary. */
enum mode {
    MODE_PLAIN,
    MODE_ASK,   /* the link asks in conflicts */
    MODE_JOINED /* the left side has all notes in one text, like Outlook */
};
static const char *const MODES[] = {"", " ask", " joined"};

struct schedule {
    struct oracle o;
    bool telling; /* print each step */
    enum mode mode;
    bool calm;  /* nothing was added or deleted since the copy of the state file */
    char *copy; /* owned; its path, NULL: there is none */
};

/* The steps get the oracle, which is the first member. */
static struct schedule *schedule_of(struct oracle *o)
{
    return (struct schedule *)(void *)o;
}

static uint64_t any(struct oracle *o, uint64_t below)
{
    return world_random(&o->w) % below;
}

static enum side any_side(struct oracle *o)
{
    return any(o, 2) ? SIDE_RIGHT : SIDE_LEFT;
}

static void say(struct oracle *o, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void say(struct oracle *o, const char *fmt, ...)
{
    if (schedule_of(o)->telling) {
        va_list args;
        va_start(args, fmt);
        printf("      ");
        vprintf(fmt, args);
        printf("\n");
        va_end(args);
    }
}

static void say_line(void *user, enum log_level level, const char *area, const char *line)
{
    (void)level;
    (void)area;
    say(user, "engine: %s", line);
}

/* ---- what people do ---- */

/* Two, which are one text on the other side. */
static void add_notes(struct oracle *o, struct json *doc)
{
    static const char *const paths[] = {"notes/n1/note", "notes/n2/note"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        CLEANUP(mem_free) char *text = str_printf("value-%ld", ++o->values);
        (void)!json_pointer_set(doc, paths[i], json_str(text), NULL);
    }
}

static void do_add(struct oracle *o)
{
    enum side s = any_side(o);
    int i = oracle_add(o);
    if (i < 0) {
        return;
    }
    CLEANUP(mem_free) char *name = oracle_name(i);
    CLEANUP(mem_free) char *uid = str_printf("uid-%d", i);
    struct json *doc = world_contact(o->w.opt[s].chosen_ids ? uid : NULL, name);
    if (schedule_of(o)->mode == MODE_JOINED && s == SIDE_RIGHT && any(o, 2)) {
        add_notes(o, doc);
    }
    CLEANUP(mem_free) char *id = o->w.opt[s].chosen_ids ? str_printf("%s.item", uid) : NULL;
    memory_add(o->w.store[s], FOLDER, id, doc);
    say(o, "%s: somebody adds %s", side_name(s), name);
    schedule_of(o)->calm = false;
}

/* Outlook's user writes below what is there, or something else; others have several notes, and edit each, or write
 * one instead of another. Nothing is only removed: undone by that, an edit would be none. */
static void edit_notes(struct oracle *o, int i, enum side s, const char *id)
{
    static const char *const entries[] = {"n1", "n2", "n3"};
    uint64_t which = any(o, ARRAY_LEN(entries)), instead = any(o, 4 * ARRAY_LEN(entries));
    const char *entry = entries[s == SIDE_LEFT ? 0 : which];
    CLEANUP(mem_free) char *path = str_printf("notes/%s/note", entry);
    CLEANUP(mem_free) char *name = oracle_name(i);
    const struct json *doc = memory_doc(o->w.store[s], FOLDER, id);
    const char *there = json_str_value(json_pointer(doc, path));
    long value = ++o->values;
    oracle_edit(o, i, s, -1, value);
    CLEANUP(mem_free)
    char *text = there && s == SIDE_LEFT && instead ? str_printf("%s\r\nvalue-%ld", there, value)
                                                    : str_printf("value-%ld", value);
    say(o, "%s: somebody sets %s of %s to %s", side_name(s), path, name, text);
    memory_set(o->w.store[s], FOLDER, id, path, json_str(text));
    if (s == SIDE_RIGHT && instead < ARRAY_LEN(entries) && instead != which) {
        CLEANUP(mem_free) char *old = str_printf("notes/%s", entries[instead]);
        say(o, "%s: and removes %s", side_name(s), old);
        memory_set(o->w.store[s], FOLDER, id, old, NULL);
    }
}

static void do_edit(struct oracle *o)
{
    static const char *const others[] = {
        "notes/n1/note", "phones/p1/number", "phones/p2/number", "emails/e1/address"};
    if (!o->count) {
        return;
    }
    int i = (int)any(o, (uint64_t)o->count);
    enum side s = any_side(o);
    CLEANUP(mem_free) char *name = oracle_name(i);
    const char *id = world_find(&o->w, s, name);
    if (id) {
        int which = (int)any(o, ORACLE_MEMBERS + ARRAY_LEN(others));
        int member = which < ORACLE_MEMBERS ? which : -1;
        const char *path = member >= 0 ? oracle_path(member) : others[which - ORACLE_MEMBERS];
        if (schedule_of(o)->mode == MODE_JOINED && path == others[0]) {
            edit_notes(o, i, s, id);
            return;
        }
        CLEANUP(mem_free) char *value = str_printf("value-%ld", ++o->values);
        say(o, "%s: somebody sets %s of %s to %s", side_name(s), path, name, value);
        oracle_edit(o, i, s, member, o->values);
        memory_set(o->w.store[s], FOLDER, id, path, json_str(value));
    }
}

static void do_delete(struct oracle *o)
{
    if (!o->count) {
        return;
    }
    int i = (int)any(o, (uint64_t)o->count);
    enum side s = any_side(o);
    CLEANUP(mem_free) char *name = oracle_name(i);
    if (world_find(&o->w, s, name)) {
        oracle_delete(o, i, s);
        say(o, "%s: somebody deletes %s", side_name(s), name);
        world_remove(&o->w, s, name);
        schedule_of(o)->calm = false;
    }
}

static const char *any_id(struct oracle *o, enum side s)
{
    size_t n = world_count(&o->w, s);
    return n ? memory_id_at(o->w.store[s], FOLDER, any(o, n)) : NULL;
}

static void do_touch(struct oracle *o)
{
    enum side s = any_side(o);
    const char *id = any_id(o, s);
    if (id) {
        memory_touch(o->w.store[s], FOLDER, id);
    }
}

/* ---- what goes wrong ---- */

static void cut_sync(struct oracle *o)
{
    (void)!world_sync(&o->w);
    oracle_unsure(o);
}

static void do_forget_tokens(struct oracle *o)
{
    memory_forget_tokens(o->w.store[any_side(o)]);
}

/* Until the next quiet moment. */
static void do_lag(struct oracle *o)
{
    memory_lag(o->w.store[any_side(o)], true);
}

static enum rc any_rc(struct oracle *o, const enum rc *codes, size_t count)
{
    return codes[any(o, count)];
}

/* A whole call fails: 429, 5xx, the password, the right to write; or only its answer is lost. */
static void do_fail(struct oracle *o)
{
    static const enum rc codes[] = {RC_OFFLINE, RC_SERVER, RC_AUTH, RC_BUSY, RC_READONLY};
    enum side s = any_side(o);
    memory_fail_call(o->w.store[s], (enum memory_call)any(o, MEMORY_FIND_STAMP),
        (long)(1 + any(o, 3)), any_rc(o, codes, ARRAY_LEN(codes)));
    if (any(o, 3) == 0) {
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
        bool writes_only = any(o, 2);
        enum rc rc = any_rc(o, codes, ARRAY_LEN(codes));
        /* Refused in the same way as "refused", so that it can stand for a wrong "no such item". Said
         * of a read, too, that would be all the proof there is. */
        rc = rc == RC_TOO_BIG && writes_only ? RC_NOT_FOUND : rc;
        say(o, "%s: %s answers %s%s", side_name(s), id, rc_name(rc),
            writes_only ? " to writes" : "");
        memory_fail_item(o->w.store[s], id, rc, writes_only);
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

/* The right to write is gone, and known to be. */
static void do_readonly(struct oracle *o)
{
    enum side s = any_side(o);
    o->w.options.readonly[s] = true;
    cut_sync(o);
    o->w.options.readonly[s] = false;
}

/* A listing that calls itself complete lacks an item, or all of them. Its token must not cover
 * them: nobody could ever learn of a new one then. */
static void do_short_listing(struct oracle *o)
{
    enum side s = any_side(o);
    CLEANUP(mem_free) char *id = mem_strdup(any_id(o, s));
    bool all = any(o, 3) == 0;
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
 * where the store does not tell the version it made of our write: see "Limits" in
 * client/sync/README.md and readback/silent-race. */
static void do_race(struct oracle *o)
{
    enum side s = any_side(o);
    if (o->w.opt[s].silent || any(o, 2)) {
        memory_before_commit(o->w.store[s], edit_meanwhile, o);
    } else {
        memory_after_commit(o->w.store[s], edit_meanwhile, o);
    }
    cut_sync(o);
    memory_clear_faults(o->w.store[s]);
}

static void do_clock_jump(struct oracle *o)
{
    o->w.clock += (int64_t)any(o, 2000000) - 1000000;
}

/* ---- the program's own end of it ---- */

static void do_crash(struct oracle *o)
{
    world_set_restarts(&o->w, any(o, 16) == 0);
    if (any(o, 3) == 0) {
        enum disk_moment moment = (enum disk_moment)any(o, DISK_MOMENTS);
        world_crash_commit(&o->w, (long)(1 + any(o, 6)), moment);
    } else {
        world_crash(&o->w, (long)(1 + any(o, 12)), any(o, 2));
    }
    oracle_unsure(o);
}

/* The state file cannot be written from some commit on; the program lives. */
static void do_full_disk(struct oracle *o)
{
    disk_stop_in(
        o->w.disk, (long)(1 + any(o, 6)), (enum disk_moment)any(o, DISK_AFTER), NULL, NULL);
    cut_sync(o);
    disk_go_on(o->w.disk);
}

static long writes(const struct oracle *o)
{
    long n = 0;
    for (int s = 0; s < 2; s++) {
        struct memory_counts c = memory_counts(o->w.store[s]);
        n += c.creates + c.updates + c.deletes;
    }
    return n;
}

static void do_preview(struct oracle *o)
{
    long before = writes(o);
    o->w.options.preview = true;
    (void)!world_sync(&o->w);
    o->w.options.preview = false;
    check_int(o->c, writes(o), before);
}

/* A patch without what it says of notes, and the texts of these as those of one contact. */
static void split_notes(const char *text, struct json **ret_rest, struct json **ret_notes)
{
    CLEANUP(json_free) struct json *patch = NULL;
    *ret_rest = json_object();
    *ret_notes = json_object();
    if (!text || json_parse(text, strlen(text), &patch, NULL) != RC_OK) {
        return;
    }
    for (const struct json *m = json_first(patch); m; m = json_next(m)) {
        if (!str_starts(json_key(m), "notes/")) {
            json_set(*ret_rest, json_key(m), json_dup(m));
        } else if (!json_is_null(m)) {
            struct json *entry = json_is_object(m) ? json_dup(m) : json_object();
            if (!json_is_object(m)) {
                json_set(entry, "note", json_dup(m));
            }
            json_set(json_need_object(*ret_notes, "notes"), json_key(m), entry);
        }
    }
}

/* The same of both sides, be it in one text or in several. */
static bool same_but_joined(const char *left, const char *right)
{
    struct json *rest[2], *notes[2];
    if (!left != !right) {
        return false;
    }
    split_notes(left, &rest[0], &notes[0]);
    split_notes(right, &rest[1], &notes[1]);
    CLEANUP(mem_free) char *a = world_note_lines(notes[0]);
    CLEANUP(mem_free) char *b = world_note_lines(notes[1]);
    bool same = json_equal(rest[0], rest[1]) && str_eq(a, b);
    for (int s = 0; s < 2; s++) {
        json_free(rest[s]);
        json_free(notes[s]);
    }
    return same;
}

/* A run that made or deleted items, or united two that had met for the first time: undoing it leaves
 * the sides apart. */
static bool run_parts(struct oracle *o, int64_t run)
{
    struct state_changes changes = {0};
    bool parts = false;
    check_ok(o->c, state_changes_load(o->w.state, run, 0, &changes, &o->w.err), &o->w.err);
    for (size_t i = 0; i < changes.count; i++) {
        const struct state_change_side *side = changes.items[i].side;
        bool same = str_eq(side[SIDE_LEFT].forth, side[SIDE_RIGHT].forth);
        bool joined = !same && schedule_of(o)->mode == MODE_JOINED &&
                      same_but_joined(side[SIDE_LEFT].forth, side[SIDE_RIGHT].forth) &&
                      same_but_joined(side[SIDE_LEFT].back, side[SIDE_RIGHT].back);
        parts |= !same && !joined;
        for (int s = 0; s < 2; s++) {
            int op = side[s].op;
            parts |= op == STATE_CREATE || op == STATE_DELETE;
        }
    }
    state_changes_fini(&changes);
    return parts;
}

/* One of the last runs is undone, perhaps cut off. Only in preview if its undo parts the sides, or if
 * it may be that what it left is known as it was meant, not as the store made it: it did not come to
 * an end, or the store has words of its own. */
static void do_undo(struct oracle *o)
{
    struct state_runs runs = {0};
    check_ok(o->c, state_runs_load(o->w.state, o->w.link, 3, &runs, &o->w.err), &o->w.err);
    if (runs.count) {
        const struct state_run *run = &runs.items[any(o, runs.count)];
        struct sync_undo what = {.run = run->id, .force = any(o, 4) == 0};
        o->w.options.undo = &what;
        say(o, "undo of run %lld%s", (long long)what.run, what.force ? ", forced" : "");
        if (!run->end || run->rc != RC_OK || o->w.opt[SIDE_RIGHT].recodes ||
            run_parts(o, what.run)) {
            do_preview(o);
        } else if (any(o, 3) == 0) {
            world_crash(&o->w, (long)(1 + any(o, 12)), any(o, 2));
            oracle_undone(o, false);
        } else {
            bool whole = world_sync(&o->w) == RC_OK;
            oracle_undone(o, whole);
        }
        o->w.options.undo = NULL;
        oracle_unsure(o);
    }
    state_runs_fini(&runs);
}

static void drop_copy(struct oracle *o)
{
    struct schedule *s = schedule_of(o);
    if (s->copy) {
        disk_remove(o->w.disk, s->copy);
        free(s->copy);
        s->copy = NULL;
    }
}

static void keep_copy(struct oracle *o)
{
    struct schedule *s = schedule_of(o);
    drop_copy(o);
    s->copy = str_printf("%s.copy", o->w.path);
    if (any(o, 32) == 0) {
        check_ok(o->c, state_copy(o->w.state, s->copy, &o->w.err), &o->w.err);
    } else {
        world_copy_state(&o->w, s->copy);
    }
    s->calm = true;
}

/* The state file goes back to a copy of the last quiet moment. Not if items have come or gone
 * since: what nothing tells apart becomes two then (see older.c). */
static void do_go_back(struct oracle *o)
{
    struct world *w = &o->w;
    if (!schedule_of(o)->copy || !schedule_of(o)->calm) {
        return;
    }
    CLEANUP(mem_free) char *log = str_printf("%s-wal", w->path);
    state_close(w->state);
    w->state = NULL;
    disk_remove(w->disk, log);
    disk_copy(w->disk, schedule_of(o)->copy, w->path);
    drop_copy(o);
    check_ok(o->c, state_open(w->path, NULL, &w->state, &w->err), &w->err);
    check_ok(o->c, state_distrust(w->state, &w->err), &w->err);
    oracle_restore(o);
}

/* ---- the quiet moment ---- */

/* Somebody chooses in every conflict that waits: before that the sides are not to agree. */
static void choose_all(struct oracle *o)
{
    struct state_conflicts list CLEANUP_FINI(state_conflicts_fini) = {0};
    struct world *w = &o->w;
    check_ok(o->c, state_conflicts_load(w->state, w->link, &list, &w->err), &w->err);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].winner < 0) {
            enum side s = any_side(o);
            oracle_choose(o, &list.items[i], s);
            check_ok(o->c,
                state_conflict_choose(w->state, list.items[i].id, (int)s, false, &w->err), &w->err);
        }
    }
    check_ok(o->c, world_sync(w), &w->err);
    check_int(o->c, w->report.undecided, 0);
}

/* Every line of a note was written by one person, once. */
static void check_lines_once(struct oracle *o)
{
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < world_count(&o->w, (enum side)s); i++) {
            const char *id = memory_id_at(o->w.store[s], FOLDER, i);
            CLEANUP(mem_free)
            char *lines = world_note_lines(memory_doc(o->w.store[s], FOLDER, id));
            for (char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1) {
                char *next = end + 1;
                size_t length = (size_t)(next - line);
                if (strncmp(line, next, length) == 0) {
                    check_fail(o->c, "the %s side has a line of a note twice:\n%s",
                        side_name((enum side)s), lines);
                    return;
                }
            }
        }
    }
}

static void check_quiet_moment(struct oracle *o)
{
    for (int s = 0; s < 2; s++) {
        memory_clear_faults(o->w.store[s]);
        memory_lag(o->w.store[s], false);
    }
    o->w.options.retry_now = o->w.options.release_deletes = true;
    check_ok(o->c, world_sync(&o->w), &o->w.err);
    oracle_after_run(o);
    if (o->w.report.held) { /* it was right: creates, among the deletes of another folder's */
        o->w.options.release = true;
        check_ok(o->c, world_sync(&o->w), &o->w.err);
        o->w.options.release = false;
        oracle_after_run(o);
    }
    if (schedule_of(o)->mode == MODE_ASK) {
        choose_all(o);
        oracle_after_run(o);
    }
    world_check_quiet(o->c, &o->w);
    if (schedule_of(o)->mode == MODE_JOINED) {
        check_lines_once(o);
    }
    o->w.options.retry_now = o->w.options.release_deletes = false;
    oracle_check_quiet(o);
    if (any(o, 4) == 0) {
        keep_copy(o);
    }
}

static void tell(struct oracle *o, const char *what)
{
    CLEANUP(mem_free) char *left = world_content(&o->w, SIDE_LEFT);
    CLEANUP(mem_free) char *right = world_content(&o->w, SIDE_RIGHT);
    printf("    %-16s run: %s\n", what, o->w.report.text ? o->w.report.text : "");
    printf("left:\n%sright:\n%s", left, right);
    for (int i = 0; i < o->count; i++) {
        long(*there)[2] = o->items[i].there;
        printf("Name %d: a %ld/%ld, b %ld/%ld, c %ld/%ld\n", i, there[0][0], there[0][1],
            there[1][0], there[1][1], there[2][0], there[2][1]);
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
    {"forget tokens", do_forget_tokens},
    {"lag", do_lag},
    {"fail", do_fail},
    {"fail", do_fail},
    {"crash", do_crash},
    {"crash", do_crash},
    {"full disk", do_full_disk},
    {"fail item", do_fail_item},
    {"refuse creates", do_refuse_creates},
    {"read-only", do_readonly},
    {"short listing", do_short_listing},
    {"race", do_race},
    {"race", do_race},
    {"send twice", do_send_twice},
    {"clock jump", do_clock_jump},
    {"preview", do_preview},
    {"undo", do_undo},
    {"go back", do_go_back},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
    {"quiet moment", check_quiet_moment},
};

static void step(struct schedule *s)
{
    uint64_t n = any(&s->o, ARRAY_LEN(steps));
    steps[n].act(&s->o);
    oracle_after_run(&s->o);
    if (s->telling) {
        tell(&s->o, steps[n].name);
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
        .own_ids = r & 16,
        .own_uids = r & 128,
        .recodes = r & 0x1000 ? "x.example:b" : NULL,
        .drops = {r & 256 ? "x.example:c" : NULL}};
    w->policy = (enum link_policy)(r >> 5) % 3;
}

/* The state file is handed on from one schedule to the next: making one costs more than the rest. */
static bool run_schedule(struct check *c, struct disk *disk, struct state **state, uint64_t seed,
    enum mode mode, bool telling)
{
    struct schedule s = {.o = {.w = {.seed = seed, .disk = disk, .spare = *state}, .c = c},
        .telling = telling,
        .mode = mode};
    int failed = c->failed;
    choose_stores(&s.o.w);
    s.o.w.policy = mode == MODE_ASK ? LINK_ASK : s.o.w.policy;
    s.o.w.opt[SIDE_LEFT].joins = mode == MODE_JOINED;
    world_open(&s.o.w);
    struct log log = {.sink = say_line, .user = &s.o, .level = LOG_LEVEL_DEBUG};
    if (telling) {
        s.o.w.options.log = &log;
        memory_tell(s.o.w.store[SIDE_LEFT], side_name(SIDE_LEFT));
        memory_tell(s.o.w.store[SIDE_RIGHT], side_name(SIDE_RIGHT));
    }
    for (int i = 0; i < STEPS && c->failed == failed; i++) {
        step(&s);
    }
    if (c->failed == failed) {
        check_quiet_moment(&s.o);
    }
    drop_copy(&s.o);
    *state = world_close_but_state(&s.o.w);
    if (c->failed != failed) {
        printf(
            "note: repeat with: tests/simulate 1 %llu%s\n", (unsigned long long)seed, MODES[mode]);
    }
    return c->failed == failed;
}

/* ---- many ---- */

#define FAILURES_MAX 5 /* that one process looks for before it gives up */

struct batch {
    uint64_t seed, step; /* seed, seed + step, ... */
    long count;
    enum mode mode;
    bool telling;
};

static long run_batch(struct check *c, const struct batch *b)
{
    struct disk *disk = disk_install();
    struct state *state = NULL;
    long done = 0;
    for (int failures = 0; done < b->count && failures < FAILURES_MAX; done++) {
        failures +=
            !run_schedule(c, disk, &state, b->seed + b->step * (uint64_t)done, b->mode, b->telling);
    }
    state_close(state);
    disk_free(disk);
    return done;
}

/* Each process takes every n-th seed; its last words are how many it has done. */
static long run_processes(
    struct check *c, long schedules, uint64_t seed, long processes, enum mode mode)
{
    int results[2];
    long done = 0, one;
    if (pipe(results) != 0) {
        check_fail(c, "no pipe");
        return 0;
    }
    fflush(stdout);
    for (long p = 0; p < processes; p++) {
        pid_t child = fork();
        if (child < 0) {
            check_fail(c, "no process");
        } else if (child == 0) {
            struct batch b = {seed + (uint64_t)p, (uint64_t)processes,
                (schedules - p + processes - 1) / processes, mode, false};
            long n = run_batch(c, &b);
            bool told = write(results[1], &n, sizeof n) == (ssize_t)sizeof n;
            fflush(stdout);
            exit(!told || c->failed ? 1 : 0); /* not _exit: leaks are looked for */
        }
    }
    close(results[1]);
    while (read(results[0], &one, sizeof one) == (ssize_t)sizeof one) {
        done += one;
    }
    close(results[0]);
    for (int status; wait(&status) > 0;) {
        if (status != 0) {
            check_fail(c, "a process failed");
        }
    }
    return done;
}

static double seconds_of(const struct timespec *t)
{
    return (double)t->tv_sec + (double)t->tv_nsec / 1e9;
}

static void check_schedules(
    struct check *c, long schedules, uint64_t seed, long processes, enum mode mode)
{
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    long done = processes > 1
                    ? run_processes(c, schedules, seed, processes, mode)
                    : run_batch(c, &(struct batch){seed, 1, schedules, mode, schedules == 1});
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = seconds_of(&end) - seconds_of(&begin);
    double cpu = (double)clock() / CLOCKS_PER_SEC;
    printf(
        "note: %ld schedules of %d steps from seed %llu in %.1f s: %.0f a second by %ld process%s",
        done, STEPS, (unsigned long long)seed, seconds, (double)done / seconds, processes,
        processes > 1 ? "es\n" : "");
    if (processes <= 1) {
        printf(", %.0f a second of processor time\n", (double)done / cpu);
    }
    check_int(c, done, schedules);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, 1, argv);
    long schedules = argc > 1 ? atol(argv[1]) : 300;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    long processes = argc > 3 ? atol(argv[3]) : 1;
    const char *named = argc > 4 ? argv[4] : "";
    enum mode mode = str_eq(named, "ask")      ? MODE_ASK
                     : str_eq(named, "joined") ? MODE_JOINED
                                               : MODE_PLAIN;
    /* Schedules that found something once. A change of the table of steps gives them another
     * meaning; they stay cheap reminders. */
    static const uint64_t once_failed[] = {89, 175, 1171, 2975, 3730, 8402, 13918, 14357, 22825,
        23492, 40357, 54801, 1012190, 1012859, 1015328, 1027096, 1033330, 2000116577, 2000156550,
        2000182701, 2000225334, 2000361774, 2000386682, 2000476637, 2000490321, 2000595045,
        2000686340, 8000179116, 9000037801, 9000124096, 9000295138, 11000487980, 11000584212,
        12000165008, 13000113365, 14000029430, 16000268473, 16000358671, 16000786650, 16001097354,
        16001359909, 16002119308, 21000216919};
    static const uint64_t once_failed_joined[] = {11732, 11798, 12529, 45484, 56889, 339955,
        1017759, 2187764, 3586498, 600525184, 600957180, 600387473, 600400440};
    if (schedules > 1 && check_case(&c, "simulate/once-failed")) {
        for (size_t i = 0; i < ARRAY_LEN(once_failed); i++) {
            run_batch(&c, &(struct batch){once_failed[i], 1, 1, mode, false});
        }
        for (size_t i = 0; mode == MODE_JOINED && i < ARRAY_LEN(once_failed_joined); i++) {
            run_batch(&c, &(struct batch){once_failed_joined[i], 1, 1, mode, false});
        }
    }
    if (check_case(&c, "simulate/schedules")) {
        check_schedules(&c, schedules, seed, processes, mode);
    }
    return check_end(&c);
}
