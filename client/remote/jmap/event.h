/* A CalendarEvent (JMAP Calendars) <-> document: a lens as that of cards is. Both are JSCalendar Events;
 * documents are of version 1.0 (RFC 8984) in the normal form of the iCalendar lens, servers speak 1.0
 * (Cyrus 3.10 to 3.12) or 2.0 (draft-ietf-calext-jscalendarbis): what differs is spelling. Pure.
 *
 * The document has what the other stores know: members of the table in event.c, our own (DOC_EXT),
 * entries under the server's ids. Defaults are left out. All else (relations, coordinates, who is to
 * reply, alerts by a calendar's default, members of other vendors ...) is in no document and stays. */
#ifndef LOCKSTEP_REMOTE_JMAP_EVENT_H
#define LOCKSTEP_REMOTE_JMAP_EVENT_H

#include "client/base/json.h"

enum event_dialect { EVENT_DIALECT_UNKNOWN, EVENT_JSCALENDAR_1, EVENT_JSCALENDAR_2 };

/* What a server was seen to refuse, and is left out of what goes there. */
#define EVENT_LEAVE_VENDOR 1u /* our own members */
#define EVENT_LEAVE_BUSY                                                                           \
    2u /* "tentative" and "unavailable" as "freeBusyStatus"; they become "busy" */

/* How the server spells it. */
struct event_how {
    enum event_dialect dialect;
    unsigned leave;               /* of EVENT_LEAVE_... */
    const struct json *calendars; /* {id: Calendar}, for default alerts; may be NULL */
};

/* The dialect that an event is in, as far as it says. */
enum event_dialect event_dialect_of(const struct json *event);

/* RC_INVALID: no Event, members of wrong types, or an occurrence that does not fit its series. An event
 * that uses the default alerts has those of its calendar in `calendars`. A file that is a blob says which
 * (MEMBERS_BLOB). Caller frees. */
enum rc event_read(const struct json *event, const struct json *calendars, struct json **ret_doc,
    struct err *err) WARN_UNUSED;

/* What the event becomes when `now`, its document, becomes `want`, which has been rekeyed to `now`
 * (doc_rekey): only what differs between the two changes. RC_UNSUPPORTED: the dialect has no words for
 * it. Caller frees. */
enum rc event_apply(const struct json *event, const struct json *now, const struct json *want,
    const struct event_how *how, struct json **ret_then, struct err *err) WARN_UNUSED;

/* The PatchObject (RFC 8620 section 5.3) from `event` to `then`: every path leads through objects that
 * are there, none is the beginning of another, and an occurrence is always given whole, as a null within
 * it would mean another thing. Caller frees. */
struct json *event_patch(const struct json *event, const struct json *then);

/* Replaces what the patch says about the member by the whole of it, as `then` has it. */
void event_say_whole(struct json *patch, const struct json *then, const char *member);

/* An event to be made: of the document, on top of `native` where it is one made again (may be NULL).
 * Nobody is to be written to about it (RFC 8984 section 4.4.6, scheduleAgent). Caller frees. */
enum rc event_new(const struct json *native, const struct json *want, const struct event_how *how,
    struct json **ret, struct err *err) WARN_UNUSED;

/* What of the event is in no document, though somebody put it there: {"relatedTo": value,
 * "locations/ID": value}. What servers add themselves is not among it. Caller frees. */
struct json *event_unread(const struct json *event);

#endif
