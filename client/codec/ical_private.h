/* What the iCalendar files share: one object being read or edited, times and zones, and the rows.
 */
#ifndef LOCKSTEP_CODEC_ICAL_PRIVATE_H
#define LOCKSTEP_CODEC_ICAL_PRIVATE_H

#include "client/base/date.h"
#include "client/base/json.h"
#include "client/base/zone.h"
#include "client/codec/ical.h"
#include "client/codec/lines.h"

struct ical {
    struct lines *lines;    /* owned */
    struct lines_comp *cal; /* VCALENDAR */
    enum item_kind kind;
    const char *name; /* "VEVENT" or "VTODO" */
    bool rescheduled; /* set by writers: start, duration, due date or recurrence of the component
                         changed */
};

/* Opens the object with the one item of the kind (ical.c); ret->lines is the caller's to free, also on
 * failure. Errors as ical_read. */
enum rc ical_open(const char *text, size_t len, enum item_kind kind, struct ical *ret,
    struct err *err) WARN_UNUSED;

/* ---- zones (ical_zone.c) ---- */
struct ical_zone {
    char *name; /* owned; IANA name, "/TZID" for one that cannot be mapped, NULL: floating */
    char *tzid; /* owned; what stands in TZID; NULL for UTC and floating */
    const struct zone *zone; /* if it is one of the table */
    struct zone_rule rule;   /* else, if known: of the VTIMEZONE */
    bool known;              /* one of the two is there; never for floating */
};
void ical_zone_fini(struct ical_zone *z);
bool ical_zone_is_utc(const struct ical_zone *z);
/* Wall seconds -> UTC and back, for known zones. */
int64_t ical_zone_utc(const struct ical_zone *z, int64_t wall);
int64_t ical_zone_wall(const struct ical_zone *z, int64_t utc);
void ical_zone_copy(const struct ical_zone *from, struct ical_zone *to);
/* The zone a TZID stands for: by its name, by the VTIMEZONE's location name, by the VTIMEZONE's
 * rule. */
void ical_zone_of_tzid(const struct ical *ic, const char *tzid, struct ical_zone *ret);
/* The zone a document names. RC_UNSUPPORTED if neither the name nor a "timeZones" member nor the
 * object knows it. */
enum rc ical_zone_of_doc(const struct ical *ic, const struct json *doc, const char *name,
    struct ical_zone *ret, struct err *err) WARN_UNUSED;
/* The VTIMEZONE of this TZID; NULL if there is none. */
struct lines_comp *ical_zone_definition(const struct ical *ic, const char *tzid);
/* Puts a VTIMEZONE for each TZID in use that has none and is a known IANA name
 * (ical_zone_define.c). */
void ical_zone_define_all(const struct ical *ic);

/* ---- times (ical_time.c) ---- */
struct ical_time {
    struct civil at;
    bool date_only;
    struct ical_zone zone; /* floating for a date */
};
void ical_time_fini(struct ical_time *t);
/* False if the text is no date or date-time. */
bool ical_time_parse(
    const struct ical *ic, const struct line *line, const char *text, struct ical_time *ret);
/* The same instant on the clock of another zone; unchanged where a zone is floating or unknown. */
struct civil ical_time_in(const struct ical_time *t, const struct ical_zone *zone);
/* The clock time in `from` as clock time in `to`. */
struct civil ical_civil_convert(
    const struct civil *c, const struct ical_zone *from, const struct ical_zone *to);
/* One value in the form of the zone: "20260101", "20260101T100000" or "20260101T090000Z". */
void ical_time_format(
    const struct civil *c, bool date_only, const struct ical_zone *zone, char out[CIVIL_TEXT_SIZE]);
/* Makes VALUE and TZID fit. */
void ical_time_params(struct line *line, bool date_only, const struct ical_zone *zone);
/* "2026-01-01T10:00:00" */
char *ical_iso(const struct civil *c);
/* "20260101T090000Z" <-> "2026-01-01T09:00:00Z". NULL if it is none. Caller frees. */
char *ical_utc_to_iso(const char *s);
char *ical_utc_from_iso(const char *s);
/* Duration text in normal form, NULL if it is none. Caller frees. */
char *ical_duration_normal(const char *s);

/* Fills start, due, duration, timeZone, showWithoutTime. `home`: for an override the zone of its
 * master (a start in UTC is then told in that zone); NULL for a master. *ret_zone is the zone the
 * document's local times are in. RC_INVALID if a time does not parse or an event has no start. */
enum rc ical_times_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *home, struct json *doc, struct ical_zone *ret_zone, struct err *err)
    WARN_UNUSED;
enum rc ical_times_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, struct err *err) WARN_UNUSED;

/* ---- recurrence (ical_rrule.c, ical_recur.c) ---- */
/* Values of RRULE <-> a RecurrenceRule. `zone` is the event's, for UNTIL. NULL if there is no
 * usable FREQ. */
struct json *ical_rule_read(const char *value, const struct ical_zone *zone);
/* Parts of `old_value` (may be NULL) that we do not know are kept. Caller frees; NULL if the rule
 * has no known frequency. */
char *ical_rule_format(
    const struct json *rule, bool date_only, const struct ical_zone *zone, const char *old_value);
enum rc ical_rules_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *zone, struct json *doc, struct err *err) WARN_UNUSED;
enum rc ical_rules_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, struct err *err) WARN_UNUSED;
/* EXDATE and RDATE as overrides {"excluded":true} and {}. */
void ical_dates_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *zone, struct json *doc);
enum rc ical_dates_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, struct err *err) WARN_UNUSED;
/* The key in recurrenceOverrides for a time: clock time in the series' zone; a mere date takes the
 * series' time of day. Caller frees. */
char *ical_override_key(
    const struct ical_time *t, const struct ical_zone *zone, const struct json *doc);

/* ---- alarms (ical_alarm.c) ---- */
void ical_alarms_read(const struct ical *ic, const struct lines_comp *comp, struct json *doc);
void ical_alarms_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc);

/* ---- organizer and attendees of an event (ical_people.c) ---- */
void ical_people_read(const struct lines_comp *comp, struct json *doc);
void ical_people_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc);

/* ---- files of a series or single item (ical_attach.c) ---- */
void ical_files_read(const struct lines_comp *comp, struct json *doc);
void ical_files_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc);
/* Removes those whose bytes stand in the text. */
void ical_files_drop(struct ical *ic, struct lines_comp *comp);

/* ---- HTML beside the plain description (ical_styled.c) ---- */
void ical_styled_read(const struct lines_comp *comp, struct json *doc);
void ical_styled_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc);

/* ---- links to online meetings (ical_conference.c) ---- */
void ical_conferences_read(const struct lines_comp *comp, struct json *doc);
void ical_conferences_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc);

/* ---- all other members (ical_rows.c) ---- */
/* Is there a row for the property? */
bool ical_row_reads(enum item_kind kind, const char *property);
void ical_rows_read(const struct ical *ic, const struct lines_comp *comp, struct json *doc);
void ical_rows_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc);

/* ---- small helpers (ical_rows.c) ---- */
/* The first line of a name made to say `value`; NULL removes all of that name. */
void ical_put(struct ical *ic, struct lines_comp *comp, const char *name, const char *value);
/* A new line at the end of a component's own lines (before its sub-components and END). */
struct line *ical_add(
    struct ical *ic, struct lines_comp *comp, const char *name, const char *value);

#endif
