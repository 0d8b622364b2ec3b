/* The parts of the task map. */
#ifndef LOCKSTEP_MAPI_MAP_TASK_H
#define LOCKSTEP_MAPI_MAP_TASK_H

#include "client/base/date.h"
#include "client/item/doc.h"
#include "mapi/map/common.h"

/* A task that comes again some time after it is done, which neither JSCalendar nor iCalendar has a
 * word for: a duration, "P3D", "P1W", "P2M" or "P1Y". */
#define MEMBER_REGENERATE DOC_EXT "regenerateAfter"

/* Into the document: "recurrenceRules" or MEMBER_REGENERATE. `date`: of the occurrence the item
 * stands for, or NULL if it has neither start nor due date. The rule counts from there on. */
enum rc task_recur_read(struct reader *r, const struct civil *date, struct err *err) WARN_UNUSED;

/* Servers keep done and excluded occurrences as overrides, Outlook stands for the first that is
 * open. ret_done: how many come before that; ret_days: how far it is from the date wanted. Both are
 * 0 for a task without such overrides, and for one whose occurrences are all done. */
void task_recur_open(const struct writer *w, uint32_t *ret_done, int64_t *ret_days);

/* Rule wanted into the pattern and what depends on it. RC_UNSUPPORTED says what Outlook cannot
 * express. */
enum rc task_recur_write(struct writer *w, struct err *err) WARN_UNUSED;

/* PidLidTaskDeadOccurrence: a recurring task that is done as a whole brings no further ones. */
void task_recur_done(struct writer *w, bool done);

#endif
