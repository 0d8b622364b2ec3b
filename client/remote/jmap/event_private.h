/* What the files of the event lens share. */
#ifndef LOCKSTEP_REMOTE_JMAP_EVENT_PRIVATE_H
#define LOCKSTEP_REMOTE_JMAP_EVENT_PRIVATE_H

#include "client/remote/jmap/event.h"

/* ---- event.c ---- */
/* The document of one event or occurrence, without what it says of its series. */
enum rc event_plain(const struct json *event, const struct json *calendars, struct json **ret_doc,
    struct err *err) WARN_UNUSED;
/* Changes one event or occurrence by the difference of the two documents, but for recurrence. */
void event_put(struct json *event, const struct json *now, const struct json *want,
    enum event_dialect dialect);

/* ---- event_entries.c: entries of maps, rules ---- */
/* Makes the member what documents have of it; it may go. */
void event_entries_read(struct json *doc, const struct json *event, const char *member);
bool event_entry_is_read(const char *member, const struct json *entry);
/* After the lines of a change are in the event: a file that was a blob (in `was`, the links of before)
 * is that blob still where its bytes stay, and none where there are others. */
void event_put_files(
    struct json *event, const struct json *was, const struct json *now, const struct json *want);
/* The zone that the event ends in, of a place where it does; and puts it there. NULL: none. */
const char *event_end_zone(const struct json *event);
void event_put_end_zone(struct json *event, const char *zone, enum event_dialect dialect);
/* "recurrenceRules" of the event, in whatever dialect, for its document. */
void event_rules_read(const struct json *event, struct json *doc);
enum rc event_rules_put(struct json *event, const struct json *now, const struct json *want,
    enum event_dialect dialect, struct err *err) WARN_UNUSED;

/* ---- event_people.c ---- */
void event_people_read(const struct json *event, struct json *doc);
void event_people_put(struct json *event, const struct json *now, const struct json *want,
    enum event_dialect dialect);
bool event_person_is_read(const struct json *participant);

/* ---- event_series.c: occurrences ---- */
enum rc event_series_read(const struct json *event, const struct json *calendars, struct json *doc,
    struct err *err) WARN_UNUSED;
/* `then`: the event, changed already but for its occurrences; `event`: as it was. */
enum rc event_series_put(struct json *then, const struct json *event, const struct json *now,
    const struct json *want, const struct event_how *how, struct err *err) WARN_UNUSED;

/* ---- event_patch.c ---- */
/* The lines from one to the other. Caller frees. */
struct json *event_lines(const struct json *was, const struct json *then);

#endif
