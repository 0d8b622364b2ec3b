/* When an item takes place, for a time window. Pure. */
#ifndef LOCKSTEP_ITEM_SPAN_H
#define LOCKSTEP_ITEM_SPAN_H

#include "client/base/json.h"
#include "client/item/kind.h"

#include <stdint.h>

#define SPAN_NEVER INT64_MAX

/* Does any of the item take place in [from, until), both UTC seconds? An event does by any of its
 * occurrences, moved ones where they were moved to. A task does if it is not done or has no dates;
 * else by the time from its first to its last date (start, due, done). What cannot be worked out (no
 * start, a rule nobody can expand) does, as does every other kind. Local times without a zone count
 * as UTC. If it does not, *ret_next is when the first of what is at or after `until` begins,
 * SPAN_NEVER if nothing is. */
bool span_meets(
    enum item_kind kind, const struct json *doc, int64_t from, int64_t until, int64_t *ret_next);

#endif
