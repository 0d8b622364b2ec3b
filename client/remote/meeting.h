/* Meetings that somebody else organizes: what of ours goes into the copy that a server keeps for us. */
#ifndef LOCKSTEP_REMOTE_MEETING_H
#define LOCKSTEP_REMOTE_MEETING_H

#include "client/base/json.h"

#include <stdbool.h>

/* Is it a meeting whose organizer is none of the addresses `own`? False where we do not know who we
 * are (`own` NULL or empty), and of what is no event. */
bool meeting_is_theirs(const struct json *doc, const struct json *own);

/* `now` with what of `want` is ours to say: our reply, reminders, categories, whether the time is
 * taken, and notes. All else is the organizer's. *ret_less: `want` differs in more than that. Caller
 * frees. */
struct json *meeting_own_part(
    const struct json *now, const struct json *want, const struct json *own, bool *ret_less);

#endif
