/* The plan as a pure function: the whole state table, every access, and the guard's limits. */
#include "client/sync/plan.h"
#include "tests/unit/check.h"

static const enum plan_access both_writable[2] = {PLAN_WRITABLE, PLAN_WRITABLE};

static void check_step(struct check *c, enum plan_state l, enum plan_state r,
    enum plan_action action, enum side target)
{
    const enum plan_state state[2] = {l, r};
    struct plan_step step = plan_pair(state, both_writable);
    if (step.action != action ||
        ((action == PLAN_CREATE || action == PLAN_DELETE) && step.target != target)) {
        check_fail(c, "%s/%s -> %s in %s", plan_state_name(l), plan_state_name(r),
            plan_action_name(step.action), side_name(step.target));
    }
}

/* Properties that hold for every combination, so that a wrong row in the table cannot hide. */
static void check_properties(struct check *c)
{
    for (int l = 0; l < PLAN_STATES; l++) {
        for (int r = 0; r < PLAN_STATES; r++) {
            const enum plan_state state[2] = {(enum plan_state)l, (enum plan_state)r},
                                  swapped[2] = {state[1], state[0]};
            struct plan_step a = plan_pair(state, both_writable),
                             b = plan_pair(swapped, both_writable);
            bool targeted = a.action == PLAN_CREATE || a.action == PLAN_DELETE;
            check_int(c, a.action, b.action);
            check_true(c, !targeted || a.target == side_other(b.target));
            if (a.action == PLAN_DELETE) {
                check_int(c, state[a.target], PLAN_SAME);
                check_int(c, state[side_other(a.target)], PLAN_GONE);
            }
            if (a.action == PLAN_CREATE) {
                check_true(c, state[a.target] == PLAN_ABSENT || state[a.target] == PLAN_GONE);
            }
            if (l == PLAN_UNREADABLE || r == PLAN_UNREADABLE) {
                check_int(c, a.action, PLAN_WAIT);
            }
        }
    }
}

static void check_access(struct check *c, enum plan_access access)
{
    const enum plan_access right[2] = {PLAN_WRITABLE, access};
    for (int l = 0; l < PLAN_STATES; l++) {
        for (int r = 0; r < PLAN_STATES; r++) {
            const enum plan_state state[2] = {(enum plan_state)l, (enum plan_state)r};
            struct plan_step step = plan_pair(state, right);
            bool writes = step.action == PLAN_CREATE || step.action == PLAN_DELETE;
            check_true(c, !writes || step.target == SIDE_LEFT);
            check_true(c, access == PLAN_READONLY || step.action != PLAN_BLOCKED);
        }
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "plan/table")) {
        check_step(&c, PLAN_SAME, PLAN_SAME, PLAN_ACCEPT, SIDE_LEFT);
        check_step(&c, PLAN_CHANGED, PLAN_SAME, PLAN_MERGE, SIDE_LEFT);
        check_step(&c, PLAN_CHANGED, PLAN_CHANGED, PLAN_MERGE, SIDE_LEFT);
        check_step(&c, PLAN_NEW, PLAN_ABSENT, PLAN_CREATE, SIDE_RIGHT);
        check_step(&c, PLAN_ABSENT, PLAN_NEW, PLAN_CREATE, SIDE_LEFT);
        check_step(&c, PLAN_NEW, PLAN_NEW, PLAN_MERGE, SIDE_LEFT);
        check_step(&c, PLAN_GONE, PLAN_SAME, PLAN_DELETE, SIDE_RIGHT);
        check_step(&c, PLAN_SAME, PLAN_GONE, PLAN_DELETE, SIDE_LEFT);
        check_step(&c, PLAN_GONE, PLAN_CHANGED, PLAN_CREATE, SIDE_LEFT);
        check_step(&c, PLAN_CHANGED, PLAN_GONE, PLAN_CREATE, SIDE_RIGHT);
        check_step(&c, PLAN_GONE, PLAN_GONE, PLAN_FORGET, SIDE_LEFT);
        check_step(&c, PLAN_UNREADABLE, PLAN_GONE, PLAN_WAIT, SIDE_LEFT);
    }
    if (check_case(&c, "plan/properties")) {
        check_properties(&c);
    }
    if (check_case(&c, "plan/one-way")) {
        check_access(&c, PLAN_ONE_WAY);
    }
    if (check_case(&c, "plan/read-only")) {
        check_access(&c, PLAN_READONLY);
    }
    if (check_case(&c, "guard/limits")) {
        check_true(&c, !guard_holds(0, 100, true, 10, 30));
        check_true(&c, !guard_holds(10, 10, false, 10, 30));
        check_true(&c, guard_holds(11, 20, false, 10, 30));
        check_true(&c, !guard_holds(30, 100, false, 10, 30));
        check_true(&c, guard_holds(31, 100, false, 10, 30));
        check_true(&c, guard_holds(1, 100, true, 10, 30));
    }
    return check_end(&c);
}
