/* The state table of a pair and the mass-delete guard. The table is also in README.md;
 * tests/engine/plan.c walks all of it. */
#include "client/sync/plan.h"

/* clang-format off */
#define L SIDE_LEFT
#define R SIDE_RIGHT
#define FORGET {PLAN_FORGET, L}
#define WAIT {PLAN_WAIT, L}
#define ACCEPT {PLAN_ACCEPT, L}
#define MERGE {PLAN_MERGE, L}
#define CREATE(side) {PLAN_CREATE, side}
#define DELETE(side) {PLAN_DELETE, side}

/* Two-way. Edit beats delete (I8): a changed or new item is made again where it was deleted. Only
 * an item that is exactly as it was after the last sync is deleted because the other side is gone.
 */
static const struct plan_step plan_table[PLAN_STATES][PLAN_STATES] = {
    /* left \ right       ABSENT     SAME       CHANGED    NEW        GONE       UNREADABLE */
    [PLAN_ABSENT]     = {FORGET,    CREATE(L), CREATE(L), CREATE(L), FORGET,    WAIT},
    [PLAN_SAME]       = {CREATE(R), ACCEPT,    MERGE,     MERGE,     DELETE(L), WAIT},
    [PLAN_CHANGED]    = {CREATE(R), MERGE,     MERGE,     MERGE,     CREATE(R), WAIT},
    [PLAN_NEW]        = {CREATE(R), MERGE,     MERGE,     MERGE,     CREATE(R), WAIT},
    [PLAN_GONE]       = {FORGET,    DELETE(R), CREATE(L), CREATE(L), FORGET,    WAIT},
    [PLAN_UNREADABLE] = {WAIT,      WAIT,      WAIT,      WAIT,      WAIT,      WAIT},
};
/* clang-format on */

#undef L
#undef R
#undef FORGET
#undef WAIT
#undef ACCEPT
#undef MERGE
#undef CREATE
#undef DELETE

struct plan_step plan_pair(const enum plan_state state[2], const enum plan_access access[2])
{
    struct plan_step step = plan_table[state[SIDE_LEFT]][state[SIDE_RIGHT]];
    bool writes = step.action == PLAN_CREATE || step.action == PLAN_DELETE;
    if (writes && access[step.target] == PLAN_READONLY) {
        step.action = PLAN_BLOCKED;
    } else if (writes && access[step.target] == PLAN_ONE_WAY) {
        step.action = step.action == PLAN_CREATE ? PLAN_ACCEPT : PLAN_NOTHING;
    }
    return step;
}

const char *plan_state_name(enum plan_state s)
{
    static const char *const names[] = {"absent", "same", "changed", "new", "gone", "unreadable"};
    return names[s];
}

const char *plan_action_name(enum plan_action a)
{
    static const char *const names[] = {
        "nothing", "wait", "accept", "merge", "create", "delete", "forget", "blocked"};
    return names[a];
}

bool guard_holds(long deletes, long pairs, bool listing_empty, long limit_count, long limit_percent)
{
    if (deletes <= 0) {
        return false;
    }
    if (listing_empty) {
        return true;
    }
    long share = pairs * limit_percent / 100;
    return deletes > (limit_count > share ? limit_count : share);
}
