/* The parts of the appointment map: when it is, how it recurs, when it reminds. */
#ifndef LOCKSTEP_MAPI_MAP_EVENT_H
#define LOCKSTEP_MAPI_MAP_EVENT_H

#include "client/base/zone.h"
#include "mapi/map/blob_recur.h"
#include "mapi/map/common.h"

#define DAY_SECONDS INT64_C(86400)
#define DAY_MINUTES 1440

/* PidLidAppointmentStateFlags, [MS-OXOCAL] section 2.2.1.10. */
#define STATE_MEETING  1
#define STATE_RECEIVED 2
#define STATE_CANCELED 4

#define EVENT_MEMBER_BUSY DOC_EXT "busyStatus" /* JSCalendar has no word for "working elsewhere" */
#define EVENT_BUSY_LAST   4
/* PidLidBusyStatus of a document, and into one; a status beyond EVENT_BUSY_LAST says nothing. */
int64_t event_busy_of(const struct json *doc);
void event_busy_show(int64_t status, struct json *doc);
/* The one place Outlook has: that of the slot "l1", else the first with a name; NULL: none. */
const char *event_place_of(const struct json *doc);
void event_place_show(const char *name, struct json *doc);
/* "status" of a document as the bit STATE_CANCELED, and of a state into one: Outlook knows of meetings
 * that they are cancelled, and nothing else. */
int64_t event_canceled_of(const struct json *doc);
void event_canceled_show(int64_t state, struct json *doc);
/* Nominal days and exact seconds after them; false unless both are from 0 to 10,000 days. NULL is
 * 0. */
bool event_duration_parse(const char *text, int64_t *ret_days, int64_t *ret_seconds);

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
/* Into the document: "recurrenceRules". */
enum rc event_recur_show(const struct recur_blob *recur, const struct event_time *t,
    struct json *doc, struct err *err) WARN_UNUSED;
/* Into the document that holds everything else: "recurrenceOverrides". */
enum rc event_overrides_read(struct reader *r, struct err *err) WARN_UNUSED;
/* Rule and overrides wanted into the blob, its sub-items and what depends on them. */
enum rc event_recur_write(
    struct writer *w, const struct event_time *t, bool keep_zone, struct err *err) WARN_UNUSED;
/* The same where only what occurrences inherit from the series changed. */
enum rc event_recur_inherit(struct writer *w, const struct event_time *t, struct err *err)
    WARN_UNUSED;

/* The parts of event_recur_write that depend on the finished blob. event_pattern.c. */
void event_pattern_put(struct writer *w, const struct recur_blob *r, const struct event_time *t,
    bool keep_zone, bool new_pattern);
void event_pattern_remove(struct writer *w);
/* The blob alone. */
void event_blob_put(struct writer *w, const struct recur_blob *r);

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
/* Minutes before the start of the alert that Outlook would hold: that of the slot "a1", else the
 * first that fits; -1: none. */
int64_t event_reminder_of(const struct json *alerts, const struct event_time *t);
/* One alert `minutes` before the start; caller owns. */
struct json *event_alert(int64_t minutes);
/* Minutes of a stored delta; the "default" value becomes what Outlook's default is. */
int64_t event_reminder_minutes(int64_t delta, bool all_day);

/* ---- organizer and guests: event_people.c ---- */
enum rc event_people_read(struct reader *r, struct err *err) WARN_UNUSED;
enum rc event_people_write(struct writer *w, struct err *err) WARN_UNUSED;

#endif
