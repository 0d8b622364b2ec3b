/* A state file from the past (`lockstep state restore`): each scenario is run through, then the
 * state file goes back to a copy made before the edits. The next run must find everything in its
 * place: nothing lost, nothing twice, nothing deleted (I1, I2, I6), and a further one writes
 * nothing (I3). */
#include "client/base/buf.h"
#include "client/state/backup.h"
#include "tests/engine/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *copy_path(const struct world *w)
{
    return str_printf("%s.copy", w->path);
}

static void keep_copy(struct check *c, struct world *w)
{
    CLEANUP(mem_free) char *copy = copy_path(w);
    unlink(copy);
    check_ok(c, state_copy(w->state, copy, &w->err), &w->err);
}

static void go_back(struct check *c, struct world *w)
{
    CLEANUP(mem_free) char *copy = copy_path(w);
    CLEANUP(mem_free) char *log = str_printf("%s-wal", w->path);
    state_close(w->state);
    w->state = NULL;
    unlink(log);
    check_int(c, rename(copy, w->path), 0);
    check_ok(c, state_open(w->path, NULL, &w->state, &w->err), &w->err);
    check_ok(c, state_check(w->state, &w->err), &w->err);
    check_ok(c, state_distrust(w->state, &w->err), &w->err);
}

static void check_same(struct check *c, struct world *w, const char *left, const char *right)
{
    CLEANUP(mem_free) char *left_now = world_content(w, SIDE_LEFT);
    CLEANUP(mem_free) char *right_now = world_content(w, SIDE_RIGHT);
    check_str(c, left_now, left);
    check_str(c, right_now, right);
}

/* All that was done before going back had reached both sides: not a byte may change. */
static void check_scenario(struct check *c, const struct scenario *s)
{
    struct world w;
    scenario_open(c, &w, s);
    keep_copy(c, &w);
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    CLEANUP(mem_free) char *left = world_content(&w, SIDE_LEFT);
    CLEANUP(mem_free) char *right = world_content(&w, SIDE_RIGHT);
    go_back(c, &w);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.side[SIDE_LEFT].deleted + w.report.side[SIDE_RIGHT].deleted, 0);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    check_same(c, &w, left, right);
    if (!s->apart) {
        world_check_converged(c, &w);
    }
    world_close(&w);
}

static void add_ada(struct world *w, const char *uid)
{
    CLEANUP(mem_free) char *id = str_printf("%s.item", uid);
    memory_add(w->store[SIDE_RIGHT], FOLDER, id, world_contact(uid, "Ada"));
    world_set(w, SIDE_RIGHT, "Ada", "emails/e1/address", "ada@example.test");
}

/* Another program puts an item of another name in the place of one: the copy knows the old one
 * only. `synced`: that was synced before going back. */
static void check_replaced(struct check *c, bool synced)
{
    struct world w;
    static const struct scenario none;
    scenario_open(c, &w, &none);
    add_ada(&w, "a");
    check_ok(c, world_sync(&w), &w.err);
    keep_copy(c, &w);
    world_remove(&w, SIDE_RIGHT, "Ada");
    add_ada(&w, "b");
    w.options.release_deletes = true;
    if (synced) {
        check_ok(c, world_sync(&w), &w.err);
        world_check_quiet(c, &w);
    }
    go_back(c, &w);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    check_int(c, world_count(&w, SIDE_LEFT), 1);
    check_int(c, world_count(&w, SIDE_RIGHT), 1);
    world_check_converged(c, &w);
    world_close(&w);
}

/* Deleted on one side after the last sync: the copy is no proof that it may go on the other. */
static void check_pending_delete(struct check *c)
{
    struct world w;
    static const struct scenario none;
    scenario_open(c, &w, &none);
    memory_add(w.store[SIDE_RIGHT], FOLDER, "a.item", world_contact("a", "Ada"));
    memory_add(w.store[SIDE_RIGHT], FOLDER, "b.item", world_contact("b", "Bob"));
    check_ok(c, world_sync(&w), &w.err);
    keep_copy(c, &w);
    world_remove(&w, SIDE_LEFT, "Ada");
    go_back(c, &w);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.side[SIDE_RIGHT].deleted, 0);
    world_check_quiet(c, &w);
    check_int(c, world_count(&w, SIDE_LEFT), 2);
    world_check_converged(c, &w);
    world_close(&w);
}

/* Made after the copy, and nothing tells them from others of their side, or nothing says that the
 * two are one: as at a first sync they become two (client/sync/README.md, "Limits"). */
/* What a run did is undone after that, too: entries have other ids since, and are found by what they are. */
static void check_undo(struct check *c, bool force)
{
    struct world w = {.seed = 1, .opt = {{.own_ids = true}, {.chosen_ids = true, .tokens = true}}};
    world_open(&w);
    memory_add(w.store[SIDE_RIGHT], FOLDER, NULL, world_contact("ada", "Ada"));
    world_set(&w, SIDE_RIGHT, "Ada", "phones/a/number", "+43 1 1");
    world_set(&w, SIDE_RIGHT, "Ada", "phones/b/number", "+43 1 2");
    check_ok(c, world_sync(&w), &w.err);
    world_set(&w, SIDE_RIGHT, "Ada", "phones/b/number", "+43 1 3");
    check_ok(c, world_sync(&w), &w.err);
    struct sync_undo what = {.run = w.report.run, .force = force};
    keep_copy(c, &w);
    go_back(c, &w);
    check_ok(c, world_sync(&w), &w.err);
    sync_report_fini(&w.report);
    check_ok(c,
        sync_undo(w.state, w.link, w.store[SIDE_LEFT], w.store[SIDE_RIGHT], &what, &w.options,
            &w.report, &w.err),
        &w.err);
    check_int(c, w.report.failed, 0);
    world_check_quiet(c, &w);
    CLEANUP(mem_free) char *right = world_content(&w, SIDE_RIGHT);
    check_str(c, right,
        "{\"@type\":\"Card\",\"name\":{\"full\":\"Ada\"},"
        "\"phones\":\"{\\\"number\\\":\\\"+43 1 1\\\"}\\n{\\\"number\\\":\\\"+43 1 2\\\"}\\n\"}\n");
    world_check_converged(c, &w);
    world_close(&w);
}

static bool cannot_be_matched(const char *name)
{
    static const char *const names[] = {"first-sync/both-filled", "cut-short/new"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(names[i], name)) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < scenario_total(); i++) {
        char name[128];
        snprintf(name, sizeof name, "older/%s", scenario_at(i)->name);
        if (!scenario_at(i)->no_crash && !cannot_be_matched(scenario_at(i)->name) &&
            check_case(&c, name)) {
            check_scenario(&c, scenario_at(i));
            check_close_case(&c);
        }
    }
    if (check_case(&c, "older/replaced-item")) {
        check_replaced(&c, true);
    }
    if (check_case(&c, "older/replaced-item/not-synced")) {
        check_replaced(&c, false);
    }
    if (check_case(&c, "older/pending-delete")) {
        check_pending_delete(&c);
    }
    for (int force = 0; force < 2; force++) {
        if (check_case(&c, force ? "older/undo/forced" : "older/undo")) {
            check_undo(&c, force);
        }
        check_close_case(&c);
    }
    return check_end(&c);
}
