/* A server where we choose the name of a new item, and where another item has that name: it is neither
 * written over nor taken for ours, and ours gets another name. */
#include "tests/engine/world.h"

#define L SIDE_LEFT
#define R SIDE_RIGHT

static const char NAME[] = "ada.item"; /* what the memory store makes of the uid */

static void begin(struct check *c, struct world *w)
{
    w->opt[R].chosen_ids = w->opt[R].tokens = true;
    w->seed = 1;
    world_open(w);
    memory_add(w->store[R], FOLDER, NULL, world_contact("zoe", "Zoe"));
    check_ok(c, world_sync(w), &w->err);
}

static void end(struct check *c, struct world *w)
{
    check_ok(c, world_sync(w), &w->err);
    for (int s = 0; s < 2; s++) {
        check_int(c, (int)world_count(w, (enum side)s), 3);
        check_true(c, world_find(w, (enum side)s, "Ada") && world_find(w, (enum side)s, "Bert"));
    }
    check_str(c, world_find(w, R, "Bert"), NAME);
    check_str(c, world_text(w, R, "Ada", "uid"), "ada");
    world_check_converged(c, w);
    world_check_quiet(c, w);
    world_check_settled(c, w);
    world_close(w);
}

static void take_name(struct store *s, void *user)
{
    (void)user;
    memory_add(s, FOLDER, NAME, world_contact("bert", "Bert"));
}

/* It was there before, and the listing says so. */
static void test_listed(struct check *c)
{
    struct world w = {.seed = 0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact("ada", "Ada"));
    take_name(w.store[R], NULL);
    check_ok(c, world_sync(&w), &w.err);
    end(c, &w);
}

/* Somebody is faster by a moment. */
static void test_last_moment(struct check *c)
{
    struct world w = {.seed = 0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact("ada", "Ada"));
    memory_before_commit(w.store[R], take_name, NULL);
    (void)world_sync(&w);
    end(c, &w);
}

/* We crash at any step, and somebody is there before us. */
static void test_crash(struct check *c)
{
    for (long step = 1; step < 40; step++) {
        struct world w = {.seed = 0};
        begin(c, &w);
        memory_add(w.store[L], FOLDER, NULL, world_contact("ada", "Ada"));
        bool crashed = world_crash(&w, step, false);
        if (crashed && !world_find(&w, R, "Ada")) {
            take_name(w.store[R], NULL);
            end(c, &w);
        } else {
            world_close(&w);
        }
    }
}

/* Made again by an undo. */
static void test_undo(struct check *c)
{
    struct world w = {.seed = 0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact("ada", "Ada"));
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, world_remove(&w, L, "Ada"));
    check_ok(c, world_sync(&w), &w.err);
    struct sync_undo what = {.run = w.report.run};
    take_name(w.store[R], NULL);
    check_ok(c, world_sync(&w), &w.err);
    sync_report_fini(&w.report);
    w.clock += 300;
    check_ok(c,
        sync_undo(w.state, w.link, w.store[L], w.store[R], &what, &w.options, &w.report, &w.err),
        &w.err);
    end(c, &w);
}

int main(int argc, char **argv)
{
    static const struct check_entry CASES[] = {
        {"names/listed", test_listed},
        {"names/last-moment", test_last_moment},
        {"names/crash", test_crash},
        {"names/undo", test_undo},
    };
    return check_main(argc, argv, CASES, ARRAY_LEN(CASES));
}
