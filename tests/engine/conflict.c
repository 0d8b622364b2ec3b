/* Conflicts (I15): what loses is kept, through crashes and refusals, and can be chosen later; under
 * the policy "ask" both sides keep their own until a person chooses; whatever is chosen is on both
 * sides after the next run, unless somebody has edited it since. */
#include "client/base/buf.h"
#include "client/state/change.h"
#include "client/state/conflict.h"
#include "tests/engine/scenario.h"

#include <stdlib.h>

#define L    SIDE_LEFT
#define R    SIDE_RIGHT
#define ROOM "x.example:room"

static const struct scenario *named(const char *name)
{
    for (size_t i = 0; i < scenario_count; i++) {
        if (strcmp(scenario_list[i].name, name) == 0) {
            return &scenario_list[i];
        }
    }
    printf("FAIL conflict: no scenario %s\n", name);
    exit(1);
}

/* Three contacts in step; Ada's room edited differently on both sides; nothing synced since. */
static void begin(struct check *c, struct world *w, enum link_policy policy)
{
    struct scenario s = *named("ask");
    s.policy = policy;
    scenario_open(c, w, &s);
    s.edit(w);
}

static void begin_synced(struct check *c, struct world *w, enum link_policy policy)
{
    begin(c, w, policy);
    check_ok(c, world_sync(w), &w->err);
}

static void check_rooms(struct check *c, struct world *w, const char *left, const char *right)
{
    check_str(c, world_text(w, L, "Ada", ROOM), left);
    check_str(c, world_text(w, R, "Ada", ROOM), right);
}

/* The only conflict there is. */
static struct state_conflict the_conflict(struct check *c, struct world *w)
{
    struct state_conflicts list = {0};
    struct state_conflict only = {0};
    check_ok(c, state_conflicts_load(w->state, w->link, &list, &w->err), &w->err);
    check_int(c, (long)list.count, 1);
    if (list.count) {
        only = list.items[0];
        list.items[0] = (struct state_conflict){0};
    }
    state_conflicts_fini(&list);
    return only;
}

static long conflict_count(struct check *c, struct world *w)
{
    struct state_conflicts list CLEANUP_FINI(state_conflicts_fini) = {0};
    check_ok(c, state_conflicts_load(w->state, w->link, &list, &w->err), &w->err);
    return (long)list.count;
}

static void check_conflict(
    struct check *c, struct world *w, int winner, const char *why, const char *path)
{
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, w);
    check_int(c, k.winner, winner);
    check_str(c, k.why, why);
    check_str(c, k.path, path);
}

static void choose(struct check *c, struct world *w, enum conflict_choice choice, bool force)
{
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, w);
    check_ok(c, state_conflict_choose(w->state, k.id, choice, force, &w->err), &w->err);
}

/* A run for the choice alone. */
static void carry_out(struct check *c, struct world *w)
{
    w->options.choices = true;
    check_ok(c, world_sync(w), &w->err);
    w->options.choices = false;
}

static void check_at_rest(struct check *c, struct world *w)
{
    world_check_quiet(c, w);
    world_check_converged(c, w);
    world_check_settled(c, w);
}

static void undo(struct check *c, struct world *w, int64_t run)
{
    struct sync_undo what = {.run = run};
    w->options.undo = &what;
    check_ok(c, world_sync(w), &w->err);
    w->options.undo = NULL;
}

/* ---- what loses is kept ---- */

static void check_kept(struct check *c, enum link_policy policy, enum side winner, const char *why)
{
    struct world w;
    begin(c, &w, policy);
    if (policy == LINK_NEWEST_WINS && winner == R) {
        world_set(&w, L, "Ada", "updated", "2026-01-01T00:00:00Z");
        world_set(&w, R, "Ada", "updated", "2026-01-02T00:00:00Z");
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 1);
    int64_t run = w.report.run;
    const char *won = winner == L ? "left" : "right";
    check_rooms(c, &w, won, won);
    check_at_rest(c, &w);
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, &w);
    check_int(c, k.winner, (int)winner);
    check_str(c, k.why, why);
    check_str(c, k.path, ROOM);
    check_str(c, k.title, "Ada");
    check_str(c, k.base, "{\"x.example:room\":null}");
    check_str(c, k.value[L], "{\"x.example:room\":\"left\"}");
    check_str(c, k.value[R], "{\"x.example:room\":\"right\"}");
    check_true(c, k.run == run && k.time > 0 && k.choice < 0);
    world_close(&w);
}

/* An edit outlives a deletion, and so does what had lost before. */
static void check_made_again(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    world_remove(&w, L, "Ada");
    world_set(&w, R, "Ada", "x.example:team", "blue");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, L, "Ada", "x.example:team"), "blue");
    check_int(c, conflict_count(c, &w), 1);
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "right", "right");
    check_at_rest(c, &w);
    world_close(&w);
}

/* The loser on both sides, by a run of its own or by the next one; and back by an undo. */
static void check_choose_loser(struct check *c, bool alone)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    world_set(&w, L, "Bob", ROOM, "Bob's");
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    if (alone) {
        carry_out(c, &w);
    } else {
        check_ok(c, world_sync(&w), &w.err);
    }
    check_int(c, w.report.failed, 0);
    int64_t run = w.report.run;
    check_rooms(c, &w, "right", "right");
    check_str(c, world_text(&w, R, "Bob", ROOM), alone ? NULL : "Bob's");
    check_int(c, conflict_count(c, &w), 0);
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, R, "Bob", ROOM), "Bob's");
    check_at_rest(c, &w);
    undo(c, &w, run);
    check_rooms(c, &w, "left", "left");
    check_at_rest(c, &w);
    world_close(&w);
}

static void check_leave(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    choose(c, &w, CONFLICT_LEAVE, false);
    carry_out(c, &w);
    check_true(c, !w.report.wrote_anything);
    check_int(c, conflict_count(c, &w), 0);
    check_rooms(c, &w, "left", "left");
    check_at_rest(c, &w);
    world_close(&w);
}

/* An edit made since is not overwritten but by force; synced or not. */
static void check_edited_since(struct check *c, bool synced, bool force)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    world_set(&w, R, "Ada", ROOM, "third");
    if (synced) {
        check_ok(c, world_sync(&w), &w.err);
    }
    choose(c, &w, CONFLICT_TAKE_RIGHT, force);
    carry_out(c, &w);
    check_int(c, w.report.failed, !force);
    if (!force) {
        check_true(c, w.report.message_count == 1 && str_eq(w.report.messages[0].title, "Ada"));
        check_rooms(c, &w, "third", "third");
        check_conflict(c, &w, L, "left", ROOM);
    } else {
        check_rooms(c, &w, "right", "right");
        check_int(c, conflict_count(c, &w), 0);
    }
    check_at_rest(c, &w);
    world_close(&w);
}

/* Nothing is left to choose: a person set the loser's value, or the item is gone. */
static void check_moot(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    world_set(&w, L, "Ada", ROOM, "right");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, conflict_count(c, &w), 0);
    world_close(&w);
    begin_synced(c, &w, LINK_LEFT_WINS);
    world_remove(&w, L, "Ada");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, conflict_count(c, &w), 0);
    check_at_rest(c, &w);
    world_close(&w);
}

static void fill_server_form(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, world_contact(NULL, "Ada"));
    world_set(w, L, "Ada", "x.example:role", "a");
}

/* The losing side holds the winner in a form of its own: that is no edit since. */
static void check_own_form(struct check *c)
{
    struct world w;
    struct scenario s = {.name = "",
        .setup = fill_server_form,
        .policy = LINK_LEFT_WINS,
        .opt = {{.drops = {"uid"}},
            {.chosen_ids = true, .tokens = true, .unique_uids = true, .short_text = 6}}};
    scenario_open(c, &w, &s);
    world_set(&w, L, "Ada", "name/full", "Ada Lovelace");
    world_set(&w, R, "Ada", "name/full", "Ada K");
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, world_find(&w, R, "Ada Lo") != NULL);
    check_conflict(c, &w, L, "left", "name");
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    carry_out(c, &w);
    check_int(c, w.report.failed, 0);
    check_true(c, world_find(&w, L, "Ada K") && world_find(&w, R, "Ada K"));
    check_at_rest(c, &w);
    world_close(&w);
}

/* ---- crashes and refusals ---- */

/* Whenever a run that settles a conflict is cut off, the loser is kept if it is gone. */
static bool crash_settling(struct check *c, enum link_policy policy, long at, bool after)
{
    struct world w;
    begin(c, &w, policy);
    bool crashed = world_crash(&w, at, after);
    check_ok(c, world_sync(&w), &w.err);
    const char *won = policy == LINK_RIGHT_WINS ? "right" : "left";
    check_rooms(c, &w, won, won);
    check_conflict(c, &w, policy == LINK_RIGHT_WINS ? R : L, link_policy_name(policy), ROOM);
    check_at_rest(c, &w);
    world_close(&w);
    return crashed;
}

/* A choice, once noted, is carried out whatever cuts the run off. */
static bool crash_choosing(
    struct check *c, enum link_policy policy, bool alone, long at, bool after)
{
    struct world w;
    begin_synced(c, &w, policy);
    world_set(&w, L, "Ada", "notes/n1/note", "on the way");
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    w.options.choices = alone;
    bool crashed = world_crash(&w, at, after);
    w.options.choices = false;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.failed, 0);
    check_rooms(c, &w, "right", "right");
    check_str(c, world_text(&w, R, "Ada", "notes/n1/note"), "on the way");
    check_at_rest(c, &w);
    if (policy == LINK_ASK) {
        check_conflict(c, &w, R, "choice", ROOM);
    } else {
        check_int(c, conflict_count(c, &w), 0);
    }
    world_close(&w);
    return crashed;
}

static void check_crashes(struct check *c)
{
    long kills = 0;
    for (int after = 0; after < 2; after++) {
        for (long at = 1; at < 100 && crash_settling(c, LINK_LEFT_WINS, at, after); at++) {
            kills++;
        }
        for (long at = 1; at < 100 && crash_settling(c, LINK_RIGHT_WINS, at, after); at++) {
            kills++;
        }
        for (int k = 0; k < 4; k++) {
            enum link_policy policy = k & 1 ? LINK_ASK : LINK_LEFT_WINS;
            for (long at = 1; at < 100 && crash_choosing(c, policy, k & 2, at, after); at++) {
                kills++;
            }
        }
    }
    check_true(c, kills >= 40);
    printf("note: %ld crashes\n", kills);
}

/* A choice that is cut off with the store making another form of it, and edited before the next
 * run: the edit is not lost, and the sides do not part. */
/* What is to be overwritten could pass for what a store keeps of the new value: nothing was written as long
 * as the item is of the version that the write began with. */
static bool check_crash_before_a_form(struct check *c, long step, bool after)
{
    struct world w = {.seed = 0};
    begin(c, &w, LINK_LEFT_WINS);
    world_set(&w, L, "Ada", ROOM, "up the stairs, second door");
    world_set(&w, R, "Ada", ROOM, "up the stairs");
    bool crashed = world_crash(&w, step, after);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "up the stairs, second door", "up the stairs, second door");
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
    return crashed;
}

static void check_crashes_before_a_form(struct check *c)
{
    for (int after = 0; after < 2; after++) {
        for (long step = 1; check_crash_before_a_form(c, step, after); step++) {
        }
    }
}

static void check_crash_then_edit(struct check *c)
{
    for (long at = 1; at < 12; at++) {
        struct world w;
        begin_synced(c, &w, LINK_LEFT_WINS);
        choose(c, &w, CONFLICT_TAKE_RIGHT, false);
        world_crash(&w, at, true);
        world_set(&w, R, "Ada", ROOM, "third");
        check_ok(c, world_sync(&w), &w.err);
        check_rooms(c, &w, "third", "third");
        check_at_rest(c, &w);
        world_close(&w);
    }
}

/* A choice that reached one side only, looked into by a run that then ended; now the item is deleted
 * there. The other side holds what it held when the sides were in step: nobody has edited it, and the
 * deletion is carried out. What a choice writes is no side's change, so that recovery must not make it
 * the base. */
static void check_half_chosen_deleted(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_rooms(c, &w, "left", "right");
    memory_fail_call(w.store[L], MEMORY_CHANGES, 1, RC_OFFLINE);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_remove(&w, R, "Ada");
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !world_find(&w, L, "Ada") && !world_find(&w, R, "Ada"));
    check_at_rest(c, &w);
    world_close(&w);
}

/* The side that loses refuses the write for a while, with the loser on it edited meanwhile or not:
 * every value that a write of ours took away is kept. */
static void check_refused(struct check *c, bool ask)
{
    struct world w;
    begin(c, &w, ask ? LINK_ASK : LINK_RIGHT_WINS);
    world_set(&w, R, "Ada", "notes/n1/note", "also");
    const char *id = world_find(&w, L, "Ada");
    memory_fail_item(w.store[L], id, RC_REFUSED, true);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.failed, 1);
    check_rooms(c, &w, "left", "right");
    memory_touch(w.store[L], FOLDER, id);
    memory_fail_item(w.store[L], id, RC_OK, true);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, ask ? "left" : "right", "right");
    check_str(c, world_text(&w, L, "Ada", "notes/n1/note"), "also");
    check_conflict(c, &w, ask ? -1 : R, ask ? "ask" : "right", ROOM);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* A choice that one side refuses is carried out when it no longer does. */
static void check_choice_refused(struct check *c, enum link_policy policy, enum side side)
{
    struct world w;
    begin_synced(c, &w, policy);
    choose(c, &w, side == L ? CONFLICT_TAKE_RIGHT : CONFLICT_TAKE_LEFT, false);
    const char *id = world_find(&w, side, "Ada");
    memory_fail_item(w.store[side], id, RC_REFUSED, true);
    carry_out(c, &w);
    memory_fail_item(w.store[side], id, RC_OK, true);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.failed, 0);
    const char *want = side == L ? "right" : "left";
    check_rooms(c, &w, want, want);
    check_at_rest(c, &w);
    world_close(&w);
}

static void third_on_the_right(struct store *s, void *user)
{
    (void)s;
    world_set(user, R, "Ada", ROOM, "third");
}

/* Somebody is faster than the choice: the edit is kept. */
static void check_overtaken(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    memory_before_commit(w.store[R], third_on_the_right, &w);
    carry_out(c, &w);
    check_true(c, w.report.failed > 0);
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, R, "Ada", ROOM), "third");
    check_at_rest(c, &w);
    check_conflict(c, &w, L, "left", ROOM);
    world_close(&w);
}

/* ---- the policy "ask" ---- */

static void check_ask_choose(struct check *c, enum conflict_choice choice, bool alone)
{
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    check_int(c, w.report.undecided, 1);
    check_true(c, w.report.message_count == 1 && w.report.messages[0].held);
    check_int(c, w.report.conflicts, 0);
    for (int i = 0; i < 2; i++) {
        world_check_quiet(c, &w);
        check_int(c, (long)w.report.message_count, 0);
        check_int(c, w.report.undecided, 1);
    }
    choose(c, &w, choice, false);
    if (alone) {
        carry_out(c, &w);
    } else {
        check_ok(c, world_sync(&w), &w.err);
    }
    check_int(c, w.report.undecided, 0);
    if (choice == CONFLICT_LEAVE) {
        check_rooms(c, &w, "left", "right");
        check_int(c, conflict_count(c, &w), 0);
        world_check_quiet(c, &w);
        world_set(&w, R, "Ada", ROOM, "third");
        check_ok(c, world_sync(&w), &w.err);
        check_rooms(c, &w, "third", "third");
        check_at_rest(c, &w);
        world_close(&w);
        return;
    }
    const char *won = conflict_choice_name((int)choice);
    check_rooms(c, &w, won, won);
    check_at_rest(c, &w);
    /* What lost by the choice is kept, and can be chosen after all. */
    check_conflict(c, &w, (int)choice, "choice", ROOM);
    choose(c, &w, choice == CONFLICT_TAKE_LEFT ? CONFLICT_TAKE_RIGHT : CONFLICT_TAKE_LEFT, false);
    carry_out(c, &w);
    won = choice == CONFLICT_TAKE_LEFT ? "right" : "left";
    check_rooms(c, &w, won, won);
    check_int(c, conflict_count(c, &w), 0);
    check_at_rest(c, &w);
    world_close(&w);
}

/* ---- something else than either value ---- */

#define OWN "{\"x.example:room\":\"own\"}"

static void choose_own(struct check *c, struct world *w, bool force)
{
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, w);
    check_ok(c, state_conflict_choose_own(w->state, k.id, OWN, force, &w->err), &w->err);
}

/* On both sides, both values are kept and can be chosen after all, and an undo leads back to them. */
static void check_own(struct check *c, enum link_policy policy, bool alone)
{
    struct world w;
    begin_synced(c, &w, policy);
    choose_own(c, &w, false);
    if (alone) {
        carry_out(c, &w);
    } else {
        check_ok(c, world_sync(&w), &w.err);
    }
    int64_t run = w.report.run;
    check_int(c, w.report.failed + w.report.undecided, 0);
    check_rooms(c, &w, "own", "own");
    check_at_rest(c, &w);
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, &w);
    check_true(c, k.winner >= 0 && k.choice < 0 && !k.own && k.run == run);
    check_str(c, k.why, "own");
    check_str(c, k.value[L], "{\"x.example:room\":\"left\"}");
    check_str(c, k.value[R], "{\"x.example:room\":\"right\"}");
    if (alone) {
        undo(c, &w, run);
        const char *was = policy == LINK_ASK ? NULL : "left"; /* asked: before both edits */
        check_rooms(c, &w, was, was);
        check_at_rest(c, &w);
        choose(c, &w, CONFLICT_TAKE_RIGHT, true);
        carry_out(c, &w);
        check_rooms(c, &w, "right", "right");
        check_at_rest(c, &w);
        world_close(&w);
        return;
    }
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    carry_out(c, &w);
    check_rooms(c, &w, "right", "right");
    check_int(c, conflict_count(c, &w), 0);
    check_at_rest(c, &w);
    world_close(&w);
}

/* An edit made since stays, but for force; one side that refuses gets it later. */
static void check_own_late(struct check *c)
{
    for (int force = 0; force < 2; force++) {
        struct world w;
        begin_synced(c, &w, LINK_ASK);
        world_set(&w, R, "Ada", ROOM, "third");
        choose_own(c, &w, force);
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.failed, !force);
        check_rooms(c, &w, force ? "own" : "left", force ? "own" : "third");
        world_check_quiet(c, &w);
        world_close(&w);
    }
    for (int s = 0; s < 2; s++) {
        struct world w;
        begin_synced(c, &w, LINK_ASK);
        choose_own(c, &w, false);
        const char *id = world_find(&w, (enum side)s, "Ada");
        memory_fail_item(w.store[s], id, RC_REFUSED, true);
        carry_out(c, &w);
        check_rooms(c, &w, s == L ? "left" : "own", s == R ? "right" : "own");
        memory_fail_item(w.store[s], id, RC_OK, true);
        w.options.retry_now = true;
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.failed, 0);
        check_rooms(c, &w, "own", "own");
        check_at_rest(c, &w);
        world_close(&w);
    }
}

/* A crash anywhere: the choice is noted until both have it. */
static void check_own_crash(struct check *c)
{
    for (int alone = 0; alone < 2; alone++) {
        bool crashed = true;
        for (long at = 1; crashed && c->failed == c->failed_before; at++) {
            for (int later = 0; later < 2 && crashed; later++) {
                struct world w;
                begin_synced(c, &w, at % 2 ? LINK_ASK : LINK_LEFT_WINS);
                choose_own(c, &w, false);
                w.options.choices = alone;
                crashed = world_crash(&w, at, later);
                w.options.choices = false;
                w.options.retry_now = true;
                check_ok(c, world_sync(&w), &w.err);
                check_ok(c, world_sync(&w), &w.err);
                check_rooms(c, &w, "own", "own");
                check_at_rest(c, &w);
                check_conflict(c, &w, L, "own", ROOM);
                world_close(&w);
            }
        }
    }
}

static void check_own_one_way(struct check *c)
{
    struct world w;
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    begin_synced(c, &w, LINK_LEFT_WINS);
    check_ok(c, state_link_get(w.state, w.link, &link, &w.err), &w.err);
    link.direction = LINK_LEFT_TO_RIGHT;
    check_ok(c, state_link_save(w.state, &link, &w.err), &w.err);
    choose_own(c, &w, false);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "left", "left");
    world_close(&w);
}

/* What neither side had is not written to one side only. */
static void check_own_readonly(struct check *c)
{
    check_own_one_way(c);
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    w.options.readonly[R] = true;
    choose_own(c, &w, false);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "left", "right");
    w.options.readonly[R] = false;
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "own", "own");
    check_at_rest(c, &w);
    world_close(&w);
}

/* Edited again: alike ends it, other values stay one conflict that is not told anew, and the other
 * members travel all the time. */
static void check_ask_edited(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    for (int s = 0; s < 2; s++) {
        world_set(&w, (enum side)s, "Ada", ROOM, s ? "right again" : "left again");
        world_set(&w, (enum side)s, "Ada", "notes/n1/note", s ? "from right" : "from left");
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, (long)w.report.message_count, 0);
        check_int(c, w.report.undecided, 1);
        check_str(c, world_text(&w, side_other((enum side)s), "Ada", "notes/n1/note"),
            s ? "from right" : "from left");
        world_check_quiet(c, &w);
    }
    check_rooms(c, &w, "left again", "right again");
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, &w);
    check_str(c, k.value[L], "{\"x.example:room\":\"left again\"}");
    check_str(c, k.value[R], "{\"x.example:room\":\"right again\"}");
    world_set(&w, L, "Ada", ROOM, "right again");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, conflict_count(c, &w), 0);
    check_int(c, w.report.undecided, 0);
    check_at_rest(c, &w);
    world_close(&w);
}

/* Chosen, and then edited before it was carried out: it stays open, with the new value. */
static void check_ask_edited_since(struct check *c, bool force)
{
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    choose(c, &w, CONFLICT_TAKE_LEFT, force);
    world_set(&w, R, "Ada", ROOM, "third");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.failed, !force);
    check_int(c, w.report.undecided, !force);
    check_rooms(c, &w, "left", force ? "left" : "third");
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    check_int(c, (long)w.report.message_count, 0);
    world_close(&w);
}

/* Edit beats delete here, too: what the other side still has comes back with its own value. */
static void check_ask_deleted(struct check *c, enum side gone)
{
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    world_remove(&w, gone, "Ada");
    check_ok(c, world_sync(&w), &w.err);
    const char *value = gone == L ? "right" : "left";
    check_rooms(c, &w, value, value);
    check_int(c, conflict_count(c, &w), 0);
    check_at_rest(c, &w);
    world_close(&w);
}

/* Undoing a run does nothing to what it left open; undoing the choice takes both values back to
 * what was before, and they are kept. */
static void check_ask_undo(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("ask/other-members-travel"));
    named("ask/other-members-travel")->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    undo(c, &w, w.report.run);
    check_int(c, w.report.failed, 0);
    check_rooms(c, &w, "left", "right");
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "1");
    world_check_quiet(c, &w);
    check_int(c, (long)w.report.message_count, 0);
    check_conflict(c, &w, -1, "ask", ROOM);
    choose(c, &w, CONFLICT_TAKE_LEFT, false);
    carry_out(c, &w);
    int64_t run = w.report.run;
    check_rooms(c, &w, "left", "left");
    undo(c, &w, run);
    check_rooms(c, &w, NULL, NULL);
    check_at_rest(c, &w);
    choose(c, &w, CONFLICT_TAKE_RIGHT, true);
    carry_out(c, &w);
    check_rooms(c, &w, "right", "right");
    check_at_rest(c, &w);
    world_close(&w);
}

static void set_policy(struct check *c, struct world *w, enum link_policy policy)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    check_ok(c, state_link_get(w->state, w->link, &link, &w->err), &w->err);
    link.policy = policy;
    check_ok(c, state_link_save(w->state, &link, &w->err), &w->err);
}

/* The link gets another policy: it settles what was open. */
static void check_ask_no_more(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    set_policy(c, &w, LINK_RIGHT_WINS);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "right", "right");
    check_conflict(c, &w, R, "right", ROOM);
    check_at_rest(c, &w);
    world_close(&w);
}

/* A folder that may not be written for a while: nothing is settled, nothing asked, nothing lost. */
static void check_readonly(struct check *c, enum link_policy policy)
{
    struct world w;
    begin(c, &w, policy);
    w.options.readonly[R] = true;
    for (int i = 0; i < 3; i++) {
        check_ok(c, world_sync(&w), &w.err);
        check_true(c, !w.report.wrote_anything);
        check_int(c, w.report.conflicts, 0);
        check_rooms(c, &w, "left", "right");
    }
    w.options.readonly[R] = false;
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    bool ask = policy == LINK_ASK;
    check_conflict(c, &w, ask ? -1 : L, ask ? "ask" : "left", ROOM);
    check_rooms(c, &w, "left", ask ? "right" : "left");
    world_check_quiet(c, &w);
    world_close(&w);
}

/* A choice towards a folder that may not be written waits for that. */
static void check_choice_readonly(struct check *c, enum link_policy policy)
{
    struct world w;
    begin_synced(c, &w, policy);
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    w.options.readonly[L] = true;
    carry_out(c, &w);
    check_int(c, w.report.failed, 1);
    check_true(c, !w.report.wrote_anything);
    w.options.readonly[L] = false;
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "right", "right");
    check_at_rest(c, &w);
    world_close(&w);
}

/* The state file is lost while a conflict is open: it is found again. */
static void check_ask_lost_state(struct check *c)
{
    struct world w, fresh;
    begin_synced(c, &w, LINK_ASK);
    fresh = (struct world){.opt = {w.opt[0], w.opt[1]}, .policy = LINK_ASK, .seed = 2};
    world_open(&fresh);
    for (int s = 0; s < 2; s++) {
        struct store *swap = fresh.store[s];
        fresh.store[s] = w.store[s];
        w.store[s] = swap;
    }
    world_check_quiet(c, &fresh);
    check_rooms(c, &fresh, "left", "right");
    check_conflict(c, &fresh, -1, "ask", ROOM);
    choose(c, &fresh, CONFLICT_TAKE_RIGHT, false);
    carry_out(c, &fresh);
    check_rooms(c, &fresh, "right", "right");
    check_at_rest(c, &fresh);
    world_close(&fresh);
    world_close(&w);
}

/* After a restart, and with the listings made in full again, it is still the same one. */
static void check_ask_reopened(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_ASK);
    struct state_conflict k CLEANUP_FINI(state_conflict_fini) = the_conflict(c, &w);
    world_reopen(&w);
    memory_forget_tokens(w.store[R]);
    memory_touch(w.store[L], FOLDER, world_find(&w, L, "Ada"));
    world_check_quiet(c, &w);
    check_int(c, (long)w.report.message_count, 0);
    struct state_conflict later CLEANUP_FINI(state_conflict_fini) = the_conflict(c, &w);
    check_true(c, k.id == later.id && k.time == later.time);
    world_close(&w);
}

/* Nothing of a preview stays, and it says what would be. */
static void check_preview(struct check *c)
{
    struct world w;
    begin(c, &w, LINK_ASK);
    w.options.preview = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.undecided, 1);
    check_int(c, conflict_count(c, &w), 0);
    w.options.preview = false;
    check_ok(c, world_sync(&w), &w.err);
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    w.options.preview = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, (long)w.report.planned_count, 1);
    check_int(c, w.report.undecided, 0);
    w.options.preview = false;
    check_rooms(c, &w, "left", "right");
    check_conflict(c, &w, -1, "ask", ROOM);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "right", "right");
    world_close(&w);
}

/* ---- the rest ---- */

static void check_one_way(struct check *c)
{
    struct world w;
    struct scenario s = *named("ask");
    s.direction = LINK_LEFT_TO_RIGHT;
    scenario_open(c, &w, &s);
    memory_add(w.store[R], FOLDER, "z.item", world_contact("z", "Zoe"));
    s.edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_rooms(c, &w, "left", "right"); /* what was edited there is left alone */
    check_int(c, conflict_count(c, &w), 0);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* A choice about an item that is no longer there is told, and goes with the item. */
static void check_gone(struct check *c)
{
    struct world w;
    begin_synced(c, &w, LINK_LEFT_WINS);
    choose(c, &w, CONFLICT_TAKE_RIGHT, false);
    world_remove(&w, R, "Ada");
    carry_out(c, &w);
    check_int(c, w.report.failed, 1);
    check_true(c, w.report.message_count && str_eq(w.report.messages[0].title, "Ada"));
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !world_find(&w, L, "Ada"));
    check_int(c, conflict_count(c, &w), 0);
    world_close(&w);
}

/* An entry that was removed since is not made again out of half of it, not even by force. */
static void check_entry_gone(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("both-edit-same-field/left"));
    named("both-edit-same-field/left")->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    memory_set(w.store[L], FOLDER, world_find(&w, L, "Ada"), "phones/p1", NULL);
    check_ok(c, world_sync(&w), &w.err);
    choose(c, &w, CONFLICT_TAKE_RIGHT, true);
    carry_out(c, &w);
    check_int(c, w.report.failed, 1);
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), NULL);
    world_check_quiet(c, &w);
    world_close(&w);
}

static void check_retention(struct check *c)
{
    struct world w;
    long items = 0;
    begin_synced(c, &w, LINK_LEFT_WINS);
    set_policy(c, &w, LINK_ASK);
    world_set(&w, L, "Bob", ROOM, "left");
    world_set(&w, R, "Bob", ROOM, "right");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, conflict_count(c, &w), 2);
    w.clock += 100 * 86400;
    check_ok(c, state_history_prune(w.state, w.clock, 200, 0, &items, &w.err), &w.err);
    check_int(c, conflict_count(c, &w), 2);
    check_ok(c, state_history_prune(w.state, w.clock, 90, 0, &items, &w.err), &w.err);
    check_conflict(c, &w, -1, "ask", ROOM); /* the open one stays */
    world_close(&w);
}

/* What makes sense only together is one conflict. */
static void check_together(struct check *c)
{
    struct world w;
    begin(c, &w, LINK_ASK);
    world_set(&w, L, "Ada", ROOM, NULL);
    world_set(&w, R, "Ada", ROOM, NULL);
    for (int s = 0; s < 2; s++) {
        const char *id = world_find(&w, (enum side)s, "Bob");
        memory_set(w.store[s], FOLDER, id, "start", json_str(s ? "2026-01-02" : "2026-01-01"));
        memory_set(w.store[s], FOLDER, id, "timeZone", json_str(s ? "Europe/Rome" : "Asia/Tokyo"));
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.undecided, 1);
    check_conflict(c, &w, -1, "ask", "start");
    choose(c, &w, CONFLICT_TAKE_LEFT, false);
    carry_out(c, &w);
    check_str(c, world_text(&w, R, "Bob", "start"), "2026-01-01");
    check_str(c, world_text(&w, R, "Bob", "timeZone"), "Asia/Tokyo");
    check_at_rest(c, &w);
    world_close(&w);
}

struct simple {
    const char *name;
    void (*run)(struct check *c);
};

static void run_simple(struct check *c)
{
    static const struct simple cases[] = {
        {"conflict/leave", check_leave},
        {"conflict/made-again", check_made_again},
        {"conflict/moot", check_moot},
        {"conflict/own-form", check_own_form},
        {"conflict/crashes", check_crashes},
        {"conflict/crash-before-a-form", check_crashes_before_a_form},
        {"conflict/crash-then-edit", check_crash_then_edit},
        {"conflict/half-chosen-and-deleted", check_half_chosen_deleted},
        {"conflict/overtaken", check_overtaken},
        {"conflict/one-way", check_one_way},
        {"conflict/gone", check_gone},
        {"conflict/entry-gone", check_entry_gone},
        {"conflict/retention", check_retention},
        {"conflict/together", check_together},
        {"conflict/ask/edited", check_ask_edited},
        {"conflict/ask/undo", check_ask_undo},
        {"conflict/ask/another-policy", check_ask_no_more},
        {"conflict/ask/lost-state-file", check_ask_lost_state},
        {"conflict/ask/reopened", check_ask_reopened},
        {"conflict/preview", check_preview},
        {"conflict/own/late", check_own_late},
        {"conflict/own/crash", check_own_crash},
        {"conflict/own/readonly", check_own_readonly},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (check_case(c, cases[i].name)) {
            cases[i].run(c);
        }
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "conflict/kept")) {
        check_kept(&c, LINK_NEWEST_WINS, R, "newest");
        check_kept(&c, LINK_NEWEST_WINS, L, "undated");
        check_kept(&c, LINK_LEFT_WINS, L, "left");
        check_kept(&c, LINK_RIGHT_WINS, R, "right");
    }
    if (check_case(&c, "conflict/choose-the-loser")) {
        check_choose_loser(&c, true);
        check_choose_loser(&c, false);
    }
    if (check_case(&c, "conflict/edited-since")) {
        check_edited_since(&c, false, false);
        check_edited_since(&c, true, false);
        check_edited_since(&c, false, true);
        check_edited_since(&c, true, true);
    }
    if (check_case(&c, "conflict/refused")) {
        check_refused(&c, false);
        check_refused(&c, true);
    }
    if (check_case(&c, "conflict/choice-refused")) {
        for (int s = 0; s < 2; s++) {
            check_choice_refused(&c, LINK_ASK, (enum side)s);
        }
        check_choice_refused(&c, LINK_LEFT_WINS, L);
        check_choice_refused(&c, LINK_RIGHT_WINS, R);
    }
    if (check_case(&c, "conflict/readonly")) {
        check_readonly(&c, LINK_LEFT_WINS);
        check_readonly(&c, LINK_ASK);
        check_choice_readonly(&c, LINK_LEFT_WINS);
        check_choice_readonly(&c, LINK_ASK);
    }
    if (check_case(&c, "conflict/ask/choose")) {
        for (int k = CONFLICT_TAKE_LEFT; k <= CONFLICT_LEAVE; k++) {
            check_ask_choose(&c, (enum conflict_choice)k, true);
            check_ask_choose(&c, (enum conflict_choice)k, false);
        }
    }
    if (check_case(&c, "conflict/ask/edited-since")) {
        check_ask_edited_since(&c, false);
        check_ask_edited_since(&c, true);
    }
    if (check_case(&c, "conflict/ask/deleted")) {
        check_ask_deleted(&c, L);
        check_ask_deleted(&c, R);
    }
    if (check_case(&c, "conflict/own")) {
        check_own(&c, LINK_ASK, true);
        check_own(&c, LINK_ASK, false);
        check_own(&c, LINK_LEFT_WINS, true);
        check_own(&c, LINK_LEFT_WINS, false);
    }
    run_simple(&c);
    return check_end(&c);
}
