/* Groups that wait for members: what one side names and the other cannot, because the item is not
 * there (yet). */
#ifndef LOCKSTEP_STATE_WAIT_H
#define LOCKSTEP_STATE_WAIT_H

#include "client/base/json.h"
#include "client/state/state.h"

struct state_wait {
    int64_t pair;
    struct json *members; /* owned; a set, as in a group's document */
};
struct state_waits {
    struct state_wait *items; /* owned */
    size_t count, cap;
};
void state_waits_fini(struct state_waits *list);
/* In order of pair. */
enum rc state_waits_load(struct state *s, int64_t link, struct state_waits *ret, struct err *err)
    WARN_UNUSED;
/* Replaces what the pair waits for; NULL or an empty set: nothing. */
enum rc state_wait_set(struct state *s, int64_t pair, const struct json *members, struct err *err)
    WARN_UNUSED;

#endif
