/* The short cut of a run without changes (client/sync/rest.c): what keeps it from being taken. A run
 * that took it wrongly would leave an item unsynchronized without a word. */
#include "client/state/internal.h"
#include "tests/engine/world.h"

#include <stdio.h>

/* The linker sends the engine's calls of state_pairs_load here (meson.build): a run that rests makes
 * none. */
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

static const char *const names[] = {"Ada", "Bob", "Cyd"};

/* Three items in step, and nothing to do. */
static void settle(struct check *c, struct world *w, bool tokens)
{
    w->opt[SIDE_LEFT] = (struct memory_options){.tokens = tokens};
    w->opt[SIDE_RIGHT] = (struct memory_options){.tokens = tokens, .chosen_ids = true};
    world_open(w);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CLEANUP(mem_free) char *uid = str_printf("uid-%zu", i);
        memory_add(w->store[SIDE_LEFT], FOLDER, NULL, world_contact(uid, names[i]));
    }
    check_ok(c, world_sync(w), &w->err);
    check_ok(c, world_sync(w), &w->err);
}

static bool rests(struct check *c, struct world *w)
{
    bool yes = false;
    check_ok(c, state_link_rests(w->state, w->link, &STATE_WINDOW_ALL, w->clock, &yes, &w->err), &w->err);
    return yes;
}

/* Each is one thing left to do in the first pair of link 1. */
static const struct unrest {
    const char *name, *sql;
} unrests[] = {
    {"left-marked", "UPDATE pair SET left_look=1 WHERE id=1"},
    {"right-missing", "UPDATE pair SET right_look=2 WHERE id=1"},
    {"no-base", "UPDATE pair SET has_base=0 WHERE id=1"},
    {"left-absent", "UPDATE pair SET left_id=NULL WHERE id=1"},
    {"right-absent", "UPDATE pair SET right_id=NULL WHERE id=1"},
    {"intent", "INSERT INTO intent(link, run, pair, side, op) VALUES(1, 1, 1, 0, 1)"},
    {"problem", "INSERT INTO problem(pair, link, side, action, rc, held, since, last)"
                " VALUES(1, 1, 0, 'read', 'invalid', 0, 1, 1)"},
    {"loop", "INSERT INTO churn(pair, link, run, runs, contents) VALUES(1, 1, 1, 3, 'a b a')"},
    {"doubt", "INSERT INTO review(link, left_item, right_item, score, decision, since)"
              " VALUES(1, 'a', 'b', 40, 0, 1)"},
    {"waiting-group", "INSERT INTO waits(pair, members) VALUES(1, '{\"x\":true}')"},
    {"open-conflict",
        "INSERT INTO conflict(link, pair, run, time, path, left_value, right_value, winner, why,"
        " choice, force) VALUES(1, 1, 1, 1, 'title', '{}', '{}', -1, 'ask', -1, 0)"},
    {"choice",
        "INSERT INTO conflict(link, pair, run, time, path, left_value, right_value, winner, why,"
        " choice, force) VALUES(1, 1, 1, 1, 'title', '{}', '{}', 0, 'policy', 0, 0)"},
    {"never-in-step", "DELETE FROM link_started"},
};

static void test_unrest(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(unrests); i++) {
        CLEANUP(mem_free) char *name = str_printf("rest/not/%s", unrests[i].name);
        if (!check_case(c, name)) {
            continue;
        }
        struct world w = {0};
        settle(c, &w, true);
        check_int(c, w.link, 1);
        check_true(c, rests(c, &w));
        check_ok(c, db_exec(w.state->db, unrests[i].sql, &w.err), &w.err);
        check_true(c, !rests(c, &w));
        world_close(&w);
        check_close_case(c); /* while its name lives */
    }
}

/* A settled conflict is history: it keeps nobody busy. */
static void test_settled_conflict(struct check *c)
{
    if (check_case(c, "rest/settled-conflict")) {
        struct world w = {0};
        settle(c, &w, true);
        check_ok(c,
            db_exec(w.state->db,
                "INSERT INTO conflict(link, pair, run, time, path, left_value, right_value,"
                " winner, why, choice, force) VALUES(1, 1, 1, 1, 'title', '{}', '{}', 0, 'policy',"
                " -1, 0)",
                &w.err),
            &w.err);
        check_true(c, rests(c, &w));
        world_close(&w);
    }
}

/* ---- complete listings that are not quite the same ---- */

static void version_moves(struct world *w, enum side s)
{
    world_set(w, s, "Bob", "notes", "changed");
}

static void one_goes(struct world *w, enum side s)
{
    world_remove(w, s, "Bob");
}

static void one_comes(struct world *w, enum side s)
{
    memory_add(w->store[s], FOLDER, s ? "new.vcf" : NULL, world_contact("uid-new", "Dan"));
}

/* As many as before. */
static void one_for_another(struct world *w, enum side s)
{
    one_goes(w, s);
    one_comes(w, s);
}

static const struct event {
    const char *name;
    void (*happens)(struct world *w, enum side s);
} events[] = {
    {"version-moves", version_moves},
    {"one-goes", one_goes},
    {"one-comes", one_comes},
    {"one-for-another", one_for_another},
};

static void test_listing(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(events) * 4; i++) {
        const struct event *e = &events[i / 4];
        enum side s = i & 1 ? SIDE_RIGHT : SIDE_LEFT;
        bool tokens = i & 2;
        CLEANUP(mem_free)
        char *name = str_printf(
            "rest/%s/%s/%s", tokens ? "tokens" : "listing", e->name, s ? "right" : "left");
        if (!check_case(c, name)) {
            continue;
        }
        struct world w = {0};
        settle(c, &w, tokens);
        check_true(c, rests(c, &w));
        e->happens(&w, s);
        check_ok(c, world_sync(&w), &w.err);
        check_true(c, w.report.wrote_anything);
        world_check_converged(c, &w);
        world_check_quiet(c, &w);
        world_close(&w);
        check_close_case(c);
    }
}

/* What the short cut is for: the pairs are not read into memory. */
static void test_reads_no_pairs(struct check *c)
{
    for (int tokens = 0; tokens < 2; tokens++) {
        if (!check_case(c, tokens ? "rest/reads-no-pairs/tokens" : "rest/reads-no-pairs/listing")) {
            continue;
        }
        struct world w = {0};
        settle(c, &w, tokens);
        long before = pairs_loads;
        world_check_quiet(c, &w);
        check_int(c, pairs_loads, before);
        version_moves(&w, SIDE_LEFT);
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, pairs_loads, before + 1); /* so the counting works */
        world_close(&w);
    }
}

/* The store gives another token though nothing changed in this folder: it is taken, or the store would
 * be asked from the old one for ever. */
static void test_new_token(struct check *c)
{
    if (check_case(c, "rest/new-token-is-stored")) {
        struct world w = {0};
        settle(c, &w, true);
        struct state_link before = {0}, after = {0};
        check_ok(c, state_link_get(w.state, w.link, &before, &w.err), &w.err);
        memory_add(w.store[SIDE_LEFT], MEMORY_EVENTS, NULL, world_contact("uid-e", "Other"));
        check_ok(c, world_sync(&w), &w.err);
        check_ok(c, state_link_get(w.state, w.link, &after, &w.err), &w.err);
        check_true(c, after.side[SIDE_LEFT].token != NULL);
        check_true(c, !str_eq(before.side[SIDE_LEFT].token, after.side[SIDE_LEFT].token));
        state_link_fini(&before);
        state_link_fini(&after);
        world_close(&w);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_unrest(&c);
    test_settled_conflict(&c);
    test_listing(&c);
    test_reads_no_pairs(&c);
    test_new_token(&c);
    return check_end(&c);
}
