/* A program that has learnt to read more meets the bases of one that had not: a member is in the
 * items, perhaps for years, and in no base. Nothing may be taken for news that would do harm: what
 * both sides have is left alone, what one has travels when the item does, and where the two differ
 * neither is overwritten without being kept (I1, I15). (Versions of the state file itself:
 * migrate.c.) */
#include "client/base/buf.h"
#include "client/state/conflict.h"
#include "client/state/db.h"
#include "tests/engine/world.h"

#include <stdio.h>
#include <string.h>

#define LEARNT "nickNames" /* what the older program did not read */
#define OTHER  "organizations/o1/name"

static const char *learnt(struct world *w, enum side s)
{
    return world_text(w, s, "Ada", LEARNT "/k1/name");
}

static void learn(struct check *c, struct world *w, enum side s, const char *value)
{
    struct json *name = json_object(), *names = json_object();
    json_set_str(name, "name", value);
    json_set(names, "k1", name);
    check_true(c, memory_learn(w->store[s], FOLDER, world_find(w, s, "Ada"), LEARNT, names));
}

/* The bases as those of an older program: none of its tables knew of a reading. */
static void make_older(struct check *c, struct world *w)
{
    struct db *db = NULL;
    state_close(w->state);
    w->state = NULL;
    check_ok(c, db_open(w->path, false, &db, &w->err), &w->err);
    check_ok(c, db_exec(db, "UPDATE body SET reading=0", &w->err), &w->err);
    db_close(db);
    check_ok(c, state_open(w->path, NULL, &w->state, &w->err), &w->err);
}

/* Ada, in step by the older program; then the newer one sees the member where it is (NULL: not). */
static void start(
    struct check *c, struct world *w, enum link_policy policy, const char *left, const char *right)
{
    *w = (struct world){.seed = 1, .policy = policy};
    w->opt[SIDE_RIGHT].chosen_ids = true;
    w->opt[SIDE_LEFT].tokens = w->opt[SIDE_RIGHT].tokens = true;
    world_open(w);
    struct json *ada = world_contact("ada", "Ada");
    struct json *orgs = json_object(), *org = json_object();
    json_set_str(org, "name", "Old");
    json_set(orgs, "o1", org);
    json_set(ada, "organizations", orgs);
    memory_add(w->store[SIDE_LEFT], FOLDER, NULL, ada);
    check_ok(c, world_sync(w), &w->err);
    world_check_quiet(c, w);
    make_older(c, w);
    if (left) {
        learn(c, w, SIDE_LEFT, left);
    }
    if (right) {
        learn(c, w, SIDE_RIGHT, right);
    }
    world_check_quiet(c, w); /* nobody has touched the item */
    check_str(c, learnt(w, SIDE_LEFT), left);
    check_str(c, learnt(w, SIDE_RIGHT), right);
}

/* Another member is edited on that side and synced; both sides have it then. */
static void edit(struct check *c, struct world *w, enum side s)
{
    world_set(w, s, "Ada", OTHER, "New");
    check_ok(c, world_sync(w), &w->err);
    check_str(c, world_text(w, SIDE_LEFT, "Ada", OTHER), "New");
    check_str(c, world_text(w, SIDE_RIGHT, "Ada", OTHER), "New");
    world_check_quiet(c, w);
    world_check_settled(c, w);
}

static void check_same(struct check *c, enum side s)
{
    struct world w;
    start(c, &w, LINK_NEWEST_WINS, "Lovelace", "Lovelace");
    edit(c, &w, s);
    check_str(c, learnt(&w, SIDE_LEFT), "Lovelace");
    check_str(c, learnt(&w, SIDE_RIGHT), "Lovelace");
    check_int(c, w.report.conflicts, 0);
    world_close(&w);
}

/* It travels with an edit of the item that has it, as if it were part of it, and else stays. */
static void check_one_side(struct check *c, enum side has, enum side edited)
{
    struct world w;
    start(c, &w, LINK_NEWEST_WINS, has == SIDE_LEFT ? "Lovelace" : NULL,
        has == SIDE_RIGHT ? "Lovelace" : NULL);
    edit(c, &w, edited);
    check_str(c, learnt(&w, has), "Lovelace");
    check_str(c, learnt(&w, side_other(has)), has == edited ? "Lovelace" : NULL);
    world_close(&w);
}

/* Each side keeps its own until somebody edits that member. */
static void check_apart(struct check *c, enum link_policy policy, enum side edited)
{
    struct world w;
    start(c, &w, policy, "of the left", "of the right");
    edit(c, &w, edited);
    check_str(c, learnt(&w, SIDE_LEFT), "of the left");
    check_str(c, learnt(&w, SIDE_RIGHT), "of the right");
    check_int(c, w.report.conflicts, 0);
    world_set(&w, edited, "Ada", LEARNT "/k1/name", "chosen");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, learnt(&w, SIDE_LEFT), "chosen");
    check_str(c, learnt(&w, SIDE_RIGHT), "chosen");
    world_check_quiet(c, &w);
    world_close(&w);
}

/* Both were edited: nobody can tell any more, and the one that loses is kept. */
static void check_both_edited(struct check *c, enum link_policy policy)
{
    struct world w;
    struct state_conflicts conflicts CLEANUP_FINI(state_conflicts_fini) = {0};
    start(c, &w, policy, "of the left", "of the right");
    world_set(&w, SIDE_RIGHT, "Ada", "notes/n1/note", "hello");
    edit(c, &w, SIDE_LEFT);
    check_ok(c, state_conflicts_load(w.state, w.link, &conflicts, &w.err), &w.err);
    check_true(c, conflicts.count == 1 &&
                      strstr(conflicts.items[0].value[SIDE_LEFT], "of the left") &&
                      strstr(conflicts.items[0].value[SIDE_RIGHT], "of the right"));
    world_close(&w);
}

static void check_delete(struct check *c, enum side deleted)
{
    struct world w;
    start(c, &w, LINK_NEWEST_WINS, "of the left", "of the right");
    world_remove(&w, deleted, "Ada");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, SIDE_LEFT), 0); /* the member is no edit: it was there before */
    check_int(c, world_count(&w, SIDE_RIGHT), 0);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* An edit of the item after the upgrade can be undone, and what was learnt meanwhile is not lost. */
static void check_undo(struct check *c, enum side edited)
{
    struct world w;
    struct sync_undo undo = {0};
    start(c, &w, LINK_NEWEST_WINS, "Lovelace", "Lovelace");
    world_set(&w, edited, "Ada", OTHER, "New");
    check_ok(c, world_sync(&w), &w.err);
    undo.run = w.report.run;
    w.options.undo = &undo;
    check_ok(c, world_sync(&w), &w.err);
    w.options.undo = NULL;
    for (int s = 0; s < 2; s++) {
        check_str(c, world_text(&w, (enum side)s, "Ada", OTHER), "Old");
        check_str(c, learnt(&w, (enum side)s), "Lovelace");
    }
    world_check_quiet(c, &w);
    world_close(&w);
}

typedef void check_side(struct check *c, enum side s);

static void each_side(struct check *c, const char *name, check_side *f)
{
    for (int s = 0; s < 2; s++) {
        char full[128];
        snprintf(full, sizeof full, "upgrade/%s/%s", name, side_name((enum side)s));
        if (check_case(c, full)) {
            f(c, (enum side)s);
            check_close_case(c);
        }
    }
}

static void on_left(struct check *c, enum side edited)
{
    check_one_side(c, SIDE_LEFT, edited);
}

static void on_right(struct check *c, enum side edited)
{
    check_one_side(c, SIDE_RIGHT, edited);
}

static void apart(struct check *c, enum side edited)
{
    check_apart(c, LINK_NEWEST_WINS, edited);
    check_apart(c, LINK_LEFT_WINS, edited);
    check_apart(c, LINK_RIGHT_WINS, edited);
    check_apart(c, LINK_ASK, edited);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    each_side(&c, "on-both/edited", check_same);
    each_side(&c, "on-the-left/edited", on_left);
    each_side(&c, "on-the-right/edited", on_right);
    each_side(&c, "apart/edited", apart);
    each_side(&c, "apart/deleted", check_delete);
    each_side(&c, "undo/edited", check_undo);
    if (check_case(&c, "upgrade/apart/both-edited")) {
        check_both_edited(&c, LINK_NEWEST_WINS);
        check_both_edited(&c, LINK_LEFT_WINS);
        check_both_edited(&c, LINK_RIGHT_WINS);
        check_both_edited(&c, LINK_ASK);
    }
    return check_end(&c);
}
