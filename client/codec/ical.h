/* iCalendar <-> JSCalendar Event and Task. Pure; two functions that form a lens (README.md says how
 * it works). */
#ifndef LOCKSTEP_CODEC_ICAL_H
#define LOCKSTEP_CODEC_ICAL_H

#include "client/base/json.h"
#include "client/item/kind.h"

/* "VEVENT", "VTODO", "VJOURNAL"; NULL for contacts. */
const char *ical_component(enum item_kind kind);

/* Reads the one item of `kind` in an iCalendar object into a
 * JSCalendar 1.0 document (RFC 8984) in iCalendar's normal form: the master component with its
 * overrides (RECURRENCE-ID) as "recurrenceOverrides", defaults left out (a floating time has no
 * "timeZone" member). A TZID becomes the IANA zone it names or whose rule its VTIMEZONE has; one
 * that cannot be mapped is never guessed: it is kept as "/TZID" with a member of "timeZones" (RFC
 * 8984 section 4.7.2). RC_INVALID names what is wrong: malformed lines (with the line's number),
 * several UIDs, no such component. RC_UNSUPPORTED: overrides for "this and future" occurrences,
 * several lone occurrences of one series. RC_TOO_BIG over the limits of lines.h. Caller frees
 * *ret_doc. */
enum rc ical_read(const char *text, size_t len, enum item_kind kind, struct json **ret_doc,
    struct err *err) WARN_UNUSED;

/* What the object holds that is in no document of ical_read and stays where it is, each sort once:
 * [{"property","what","line","count"}]. "what" is the sort in words, if there are any; "line" the first of
 * them, unfolded, left out where no single line says it (the guests of an occurrence that are not those
 * of its series). Not listed: what stands inside alarms and time zones, and second copies that Exchange
 * makes (X-MICROSOFT-CDO-...). Errors as ical_read. Caller frees *ret_list. */
enum rc ical_kept(const char *text, size_t len, enum item_kind kind, struct json **ret_list,
    struct err *err) WARN_UNUSED;

/* Puts `doc` into iCalendar text. `native` is the object as it is now, or NULL for a new one.
 *
 * With native, only lines of members that differ from what ical_read makes of it are changed,
 * removed or added; every other byte stays (VTIMEZONE, X- properties, VALARM details,
 * order, folding). If nothing differs the result is byte-identical. What iCalendar
 * cannot express is left out. In components that change, DTSTAMP and LAST-MODIFIED follow the
 * document's "updated" when it is newer, and SEQUENCE goes up by one when start, duration, due date
 * or recurrence changed. A new object is complete: VERSION, PRODID, a VTIMEZONE for a zone other
 * than UTC, UID, and DTSTAMP from "updated" (else "created", else 1970-01-01), so that the result
 * depends on nothing but the arguments. RC_INVALID if native does not read or the document has no
 * usable start (event). Caller frees *ret_text. */
enum rc ical_write(const char *native, enum item_kind kind, const struct json *doc, char **ret_text,
    struct err *err) WARN_UNUSED;

#endif
