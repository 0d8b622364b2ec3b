/* The parts of the appointment map: when it is, how it recurs, when it reminds. */
#ifndef LOCKSTEP_MAPI_MAP_EVENT_H
#define LOCKSTEP_MAPI_MAP_EVENT_H

#include "client/base/zone.h"
#include "mapi/map/blob_recur.h"
#include "mapi/map/common.h"

#define DAY_SECONDS INT64_C(86400)
#define DAY_MINUTES 1440

/* When an appointment is. Wall seconds are local time as if it were UTC. */
struct event_time {
    const struct zone *zone; /* the IANA zone of the document; set also when floating */
    const struct zone
        *end_zone;         /* the other one that a single appointment ends in; NULL: the same */
    bool by_rule;          /* `rule` converts between wall and UTC here, not the zone's history */
    struct zone_rule rule; /* as in the item's blob where it has one, else the zone's */
    int64_t start_wall, start_utc, end_utc;
    int64_t days, seconds; /* duration: nominal days and exact seconds after them */
    bool all_day, floating;
};

/* From the item. `recur`: its recurrence, or NULL. RC_INVALID names what is missing. */
enum rc event_time_read(const struct props *item, const struct map_env *env,
    const struct recur_blob *recur, struct event_time *ret, struct err *err) WARN_UNUSED;
/* Into the document: "start", "timeZone", "endTimeZone", "duration", "showWithoutTime". */
void event_time_show(const struct event_time *t, struct json *doc);
/* From the document wanted. ret_keep_zone: the item's zone blob of the start fits already. */
enum rc event_time_want(const struct writer *w, struct event_time *ret, bool *ret_keep_zone,
    struct err *err) WARN_UNUSED;
/* Start, end, duration and all copies; ClipStart and ClipEnd as of a single appointment. */
void event_time_put(struct writer *w, const struct event_time *t, bool keep_zone);
/* The Windows name that goes with a zone's rule in blobs; the IANA name where Windows has none. */
const char *event_zone_key(const struct zone *zone);

/* The recurrence of an item: RC_NOT_FOUND (without message) if it has none. */
enum rc event_recur_get(const struct props *item, struct recur_blob *ret, struct err *err)
    WARN_UNUSED;
/* Into the document: "recurrenceRules", "recurrenceOverrides". */
enum rc event_recur_show(const struct props *item, const struct recur_blob *recur,
    const struct event_time *t, struct json *doc, struct err *err) WARN_UNUSED;
/* Rule and exclusions wanted into the blob and what depends on it. */
enum rc event_recur_write(
    struct writer *w, const struct event_time *t, bool keep_zone, struct err *err) WARN_UNUSED;

/* A blob's pattern as a JSCalendar rule, and back; appointments and tasks. `start`: local start of
 * the series. */
enum rc rule_from_blob(const struct recur_blob *recur, const struct civil *start, struct json **ret,
    struct err *err) WARN_UNUSED;
/* RC_UNSUPPORTED says what Outlook cannot express. Fills the pattern; dates of occurrences are left
 * alone. */
enum rc rule_to_blob(const struct json *rule, const struct civil *start, struct recur_blob *ret,
    struct err *err) WARN_UNUSED;
/* An English description for PidLidRecurrencePattern. Caller frees. */
char *rule_text(const struct recur_blob *recur, const struct civil *start);

/* Reminder flag, minutes and the time it next fires, for the start wanted. */
void event_reminder_put(struct writer *w, const struct event_time *t);
enum rc event_alerts_read(struct reader *r, struct err *err);
enum rc event_alerts_write(struct writer *w, struct err *err);
/* One alert `minutes` before the start; caller owns. */
struct json *event_alert(int64_t minutes);
/* Minutes of a stored delta; the "default" value becomes what Outlook's default is. */
int64_t event_reminder_minutes(int64_t delta, bool all_day);

#endif
