/* Kill at every step: each scenario is run with a crash at its first, second, third ... call or op,
 * before and after it takes effect, until it gets through undisturbed. After each crash a fresh run
 * must end where the undisturbed one did (invariants I1, I2, I5), and a further run must write
 * nothing (I3). A crash keeps exactly what the state file held on disk at that moment. */
#include "client/base/buf.h"
#include "tests/engine/scenario.h"

#include <stdlib.h>

/* Before and after each step; a run with more steps than this would be an endless loop. */
#define STEPS_MAX 400

static char *undisturbed(struct check *c, const struct scenario *s, size_t ret_count[2])
{
    struct world w;
    scenario_open(c, &w, s);
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    char *content = world_content(&w, SIDE_LEFT);
    ret_count[0] = world_count(&w, SIDE_LEFT);
    ret_count[1] = world_count(&w, SIDE_RIGHT);
    world_close(&w);
    return content;
}

/* True if the crash took place. */
static bool killed_at(struct check *c, const struct scenario *s, long step, bool after,
    const char *want, const size_t count[2])
{
    struct world w;
    scenario_open(c, &w, s);
    s->edit(&w);
    bool crashed = world_crash(&w, step, after);
    int failed = c->failed;
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    check_int(c, world_count(&w, SIDE_LEFT), count[0]);
    check_int(c, world_count(&w, SIDE_RIGHT), count[1]);
    if (!s->apart) {
        world_check_converged(c, &w);
    }
    CLEANUP(mem_free) char *got = world_content(&w, SIDE_LEFT);
    check_str(c, got, want);
    if (c->failed != failed) {
        printf("note: killed %s step %ld\n", after ? "after" : "before", step);
    }
    world_close(&w);
    return crashed;
}

static long kill_scenario(struct check *c, const struct scenario *s)
{
    size_t count[2];
    CLEANUP(mem_free) char *want = undisturbed(c, s, count);
    long kills = 0;
    for (int after = 0; after < 2; after++) {
        long step = 1;
        while (step < STEPS_MAX && killed_at(c, s, step, after, want, count)) {
            step++;
            kills++;
        }
        check_true(c, step < STEPS_MAX);
    }
    return kills;
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    long kills = 0;
    for (size_t i = 0; i < scenario_total(); i++) {
        char name[128];
        const struct scenario *s = scenario_at(i);
        snprintf(name, sizeof name, "kill/%s", s->name);
        if (!s->no_crash && check_case(&c, name)) {
            kills += kill_scenario(&c, s);
            check_close_case(&c);
        }
    }
    printf("note: %ld crashes\n", kills);
    return check_end(&c);
}
