/* The occurrences of a recurrence rule (RFC 8984 section 4.3.3), as local date-times. recur.c is
 * the one file that sees libical; overrides and exclusions are left to the caller. */
#ifndef LOCKSTEP_ITEM_RECUR_H
#define LOCKSTEP_ITEM_RECUR_H

#include "client/base/date.h"
#include "client/base/json.h"

struct recur;

/* Starts walking `rule` (a JSCalendar RecurrenceRule) from `start`. The first occurrence is the
 * first one the rule gives at or after `start`, which is not `start` itself if the rule does not
 * fit it. RC_INVALID: not a rule. RC_UNSUPPORTED: calendars other than the Gregorian one, or "skip"
 * in a form we cannot expand. */
enum rc recur_new(const struct json *rule, const struct civil *start, struct recur **ret,
    struct err *err) WARN_UNUSED;
void recur_free(struct recur *r);
DEFINE_CLEANUP(struct recur *, recur_free);

/* The next occurrence; false after the last. An endless rule goes on for centuries: the caller sets
 * the limit. */
bool recur_next(struct recur *r, struct civil *ret);

#endif
