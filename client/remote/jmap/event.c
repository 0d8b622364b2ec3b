/* Reading a CalendarEvent, and putting a document into one; see event.h. */
#include "client/remote/jmap/event_private.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/mem.h"
#include "client/item/doc.h"
#include "client/item/html.h"
#include "client/item/shape.h"
#include "client/remote/jmap/members.h"

#include <string.h>

/* What documents have of an event, but for what is said in other words (endTimeZone, recurrence). */
static const char *const MEMBERS[] = {"uid", "prodId", "created", "updated", "sequence", "title",
    "description", "color", "keywords", "status", "privacy", "priority", "freeBusyStatus", "start",
    "timeZone", "timeZones", "duration", "showWithoutTime", "locations", "virtualLocations",
    "participants", "links", "alerts", "recurrenceId", "recurrenceIdTimeZone"};

static bool is_listed(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_read(const char *name)
{
    return is_listed(name, MEMBERS, ARRAY_LEN(MEMBERS)) || members_is_ours(name);
}

/* ---- members that are one of some words, with a default that documents leave out ---- */
static const struct words {
    const char *member, *usual;
    const char *others[4];
} WORDS[] = {
    {"status", "confirmed", {"tentative", "cancelled"}},
    {"privacy", "public", {"private", "secret"}},
    {"freeBusyStatus", "busy", {"free", "tentative", "unavailable"}},
};

static const struct words *words_of(const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (str_eq(WORDS[i].member, member)) {
            return &WORDS[i];
        }
    }
    return NULL;
}

static void plain_words(struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        const char *word = json_get_str(doc, WORDS[i].member);
        bool known = false;
        for (size_t k = 0; WORDS[i].others[k]; k++) {
            known = known || str_eq(WORDS[i].others[k], word);
        }
        if (word && !known) {
            json_remove(doc, WORDS[i].member);
        }
    }
}

/* ---- time ---- */
static void plain_times(struct json *doc)
{
    int64_t seconds = 0;
    char text[DURATION_TEXT_SIZE];
    bool some = duration_parse(json_get_str(doc, "duration"), &seconds) && seconds > 0;
    bool all_day = json_get_bool(doc, "showWithoutTime", false);
    if (!all_day) {
        json_remove(doc, "showWithoutTime");
    }
    duration_format(seconds, text);
    /* A whole day has a length, as in iCalendar (RFC 5545 section 3.6.1). */
    json_set_str(doc, "duration", some ? text : all_day ? "P1D" : NULL);
    const char *zone = json_get_str(doc, "timeZone");
    CLEANUP(json_free) struct json *zones = json_detach(doc, "timeZones");
    const struct json *own = zone && *zone == '/' ? json_get(zones, zone) : NULL;
    if (own) { /* only which one it is: its rules stay there */
        struct json *entry = json_need_object(json_need_object(doc, "timeZones"), zone);
        json_set_str(entry, "@type", "TimeZone");
        json_set_str(entry, "tzId", json_get_str(own, "tzId"));
    }
}

/* ---- text ---- */
static bool is_html(const struct json *event)
{
    return str_istarts(json_get_str(event, "descriptionContentType"), "text/html");
}

static void plain_text(struct json *doc, const struct json *event)
{
    static const char *const TEXTS[] = {"title", "description", "color"};
    CLEANUP(mem_free) char *styled = mem_strdup(json_get_str(doc, DOC_STYLED));
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        if (json_get(doc, TEXTS[i]) && str_empty(json_get_str(doc, TEXTS[i]))) {
            json_remove(doc, TEXTS[i]);
        }
    }
    json_remove(doc, DOC_STYLED);
    if (is_html(event)) {
        str_replace(&styled, json_get_str(doc, "description"));
        CLEANUP(mem_free) char *text = styled ? html_text(styled) : NULL;
        json_set_str(doc, "description", str_empty(text) ? NULL : text);
    }
    if (styled) {
        html_put(doc, styled);
    }
}

static void plain_keywords(struct json *doc)
{
    struct json *keywords = json_get(doc, "keywords");
    for (struct json *k = json_first(keywords), *next; k; k = next) {
        next = json_next(k);
        if (!json_bool_value(k, false)) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(k));
            json_remove(keywords, key);
        }
    }
}

/* ---- alerts ---- */
/* Those of the calendar, where the event says that it uses them. NULL: they are not known. */
static const struct json *default_alerts(const struct json *event, const struct json *calendars)
{
    const char *member = json_get_bool(event, "showWithoutTime", false) ? "defaultAlertsWithoutTime"
                                                                        : "defaultAlertsWithTime";
    for (const struct json *id = json_first(json_get(event, "calendarIds")); id;
         id = json_next(id)) {
        const struct json *calendar = json_get(calendars, json_key(id));
        if (calendar) {
            return json_get(calendar, member);
        }
    }
    return NULL;
}

static bool uses_defaults(const struct json *event)
{
    return json_get_bool(event, "useDefaultAlerts", false);
}

static void take_default_alerts(
    struct json *doc, const struct json *event, const struct json *calendars)
{
    if (uses_defaults(event) && calendars) {
        const struct json *alerts = default_alerts(event, calendars);
        json_remove(doc, "alerts");
        if (json_is_object(alerts)) {
            json_set(doc, "alerts", json_dup(alerts));
        }
    }
}

/* ---- reading ---- */
static void drop_empty(struct json *doc)
{
    for (struct json *m = json_first(doc), *next; m; m = next) {
        next = json_next(m);
        if ((json_is_object(m) || json_is_array(m)) && !json_count(m)) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(doc, key);
        }
    }
}

enum rc event_plain(
    const struct json *event, const struct json *calendars, struct json **ret_doc, struct err *err)
{
    static const char *const ENTRIES[] = {"locations", "virtualLocations", "links", "alerts"};
    CLEANUP(json_free) struct json *doc = json_object();
    json_set_str(doc, "@type", "Event");
    for (const struct json *m = json_first(event); m; m = json_next(m)) {
        if (is_read(json_key(m)) && !json_is_null(m)) {
            json_set(doc, json_key(m), json_dup(m));
        }
    }
    take_default_alerts(doc, event, calendars);
    enum rc rc = doc_check(ITEM_EVENT, doc, err); /* before anything walks it */
    if (rc != RC_OK) {
        return rc;
    }
    plain_words(doc);
    plain_times(doc);
    plain_text(doc, event);
    plain_keywords(doc);
    if (json_get(doc, "priority") && json_get_int(doc, "priority", 0) <= 0) {
        json_remove(doc, "priority");
    }
    json_set_str(doc, "endTimeZone", event_end_zone(event));
    for (size_t i = 0; i < ARRAY_LEN(ENTRIES); i++) {
        event_entries_read(doc, doc, ENTRIES[i]);
    }
    event_people_read(event, doc);
    drop_empty(doc);
    *ret_doc = TAKE(doc);
    return RC_OK;
}

enum event_dialect event_dialect_of(const struct json *event)
{
    static const char *const NEW[] = {"version", "recurrenceRule", "organizerCalendarAddress"};
    static const char *const OLD[] = {
        "recurrenceRules", "excludedRecurrenceRules", "replyTo", "descriptionContentType"};
    for (size_t i = 0; i < ARRAY_LEN(NEW); i++) {
        if (json_get(event, NEW[i])) {
            return str_eq(json_get_str(event, "version"), "1.0") ? EVENT_JSCALENDAR_1
                                                                 : EVENT_JSCALENDAR_2;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(OLD); i++) {
        if (json_get(event, OLD[i])) {
            return EVENT_JSCALENDAR_1;
        }
    }
    return EVENT_DIALECT_UNKNOWN;
}

enum rc event_read(
    const struct json *event, const struct json *calendars, struct json **ret_doc, struct err *err)
{
    CLEANUP(json_free) struct json *doc = NULL;
    if (members_twin(event)) {
        return err_set(err, RC_INVALID, 0, "\"%.60s\" is there twice", members_twin(event));
    }
    if (!str_eq(json_get_str(event, "@type"), "Event")) {
        return err_set(err, RC_INVALID, 0, "it is no event");
    }
    enum rc rc = event_plain(event, calendars, &doc, err);
    if (rc == RC_OK) {
        event_rules_read(event, doc);
        rc = event_series_read(event, calendars, doc, err);
    }
    if (rc == RC_OK) {
        rc = doc_check(ITEM_EVENT, doc, err);
    }
    if (rc == RC_OK) {
        *ret_doc = TAKE(doc);
    }
    return rc;
}

/* ---- putting a document in ---- */
/* The formatted text where the description is one, else the plain one; ours beside it. */
static void put_description(struct json *event, const struct json *want)
{
    const char *text = json_get_str(want, "description"), *styled = json_get_str(want, DOC_STYLED);
    if (!is_html(event)) {
        json_set_str(event, "description", text ? text : "");
        json_set_str(event, DOC_STYLED, styled);
    } else if (styled) {
        json_set_str(event, "description", styled);
    } else {
        const char *html = json_get_str(event, "description");
        CLEANUP(mem_free) char *edited = text && html ? html_edit(html, text) : NULL;
        json_set_str(event, "description", edited ? edited : text ? text : "");
        json_set_str(event, "descriptionContentType", edited ? "text/html" : "text/plain");
    }
}

/* An edit of alerts makes those of the calendar the event's own. */
static void put_alert(struct json *event, const struct json *line, const struct json *now)
{
    if (uses_defaults(event)) {
        const struct json *defaults = json_get(now, "alerts");
        json_remove(event, "alerts");
        if (defaults) {
            json_set(event, "alerts", json_dup(defaults));
        }
        json_set_bool(event, "useDefaultAlerts", false);
    }
    enum rc rc =
        json_pointer_set(event, json_key(line), json_is_null(line) ? NULL : json_dup(line), NULL);
    (void)rc; /* the way leads through objects: doc_check */
}

/* What takes the place of a member that documents leave out. Caller owns; NULL: it goes. */
static struct json *usual_value(const char *member)
{
    const struct words *words = words_of(member);
    return words                               ? json_str(words->usual)
           : str_eq(member, "priority")        ? json_int(0)
           : str_eq(member, "showWithoutTime") ? json_bool(false)
           : str_eq(member, "duration")        ? json_str("PT0S")
           : str_eq(member, "title")           ? json_str("")
                                               : NULL;
}

static bool is_elsewhere(const char *top)
{
    static const char *const ELSEWHERE[] = {"participants", "recurrenceRules",
        "excludedRecurrenceRules", "recurrenceOverrides", "timeZones"};
    return is_listed(top, ELSEWHERE, ARRAY_LEN(ELSEWHERE));
}

static void put_line(struct json *event, const struct json *line, const struct json *now,
    const struct json *want, enum event_dialect dialect)
{
    const char *path = json_key(line);
    CLEANUP(mem_free) char *first = mem_strndup(path, strcspn(path, "/"));
    CLEANUP(mem_free) char *top = json_pointer_unescape(first);
    if (is_elsewhere(top)) {
        return;
    }
    if (str_eq(top, "alerts")) {
        put_alert(event, line, now);
    } else if (str_eq(top, "endTimeZone")) {
        event_put_end_zone(event, json_get_str(want, "endTimeZone"), dialect);
    } else if (str_eq(top, "description") || str_eq(top, DOC_STYLED)) {
        put_description(event, want);
    } else {
        struct json *v = !json_is_null(line)    ? json_dup(line)
                         : json_get(event, top) ? usual_value(path)
                                                : NULL;
        enum rc rc = json_pointer_set(event, path, v, NULL);
        (void)rc; /* as above */
    }
}

/* A zone without a name in the database comes with what is known of it. */
static void put_zones(struct json *event, const struct json *want)
{
    const char *zone = json_get_str(want, "timeZone");
    const struct json *own =
        zone && *zone == '/' ? json_get(json_get(want, "timeZones"), zone) : NULL;
    if (own && !json_get(json_get(event, "timeZones"), zone)) {
        json_set(json_need_object(event, "timeZones"), zone, json_dup(own));
    }
}

void event_put(
    struct json *event, const struct json *now, const struct json *want, enum event_dialect dialect)
{
    CLEANUP(json_free) struct json *lines = doc_diff(now, want);
    CLEANUP(json_free) struct json *links = json_dup(json_get(event, "links"));
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        put_line(event, l, now, want, dialect);
    }
    event_put_files(event, links, now, want);
    put_zones(event, want);
    event_people_put(event, now, want, dialect);
}

/* What is written of a document: bookkeeping of ours never, nor what the server refuses. */
static struct json *sayable(const struct json *want, unsigned leave)
{
    struct json *copy = json_dup(want);
    for (struct json *m = json_first(copy), *next; m; m = next) {
        next = json_next(m);
        if (str_starts(json_key(m), DOC_EXT) && !members_is_ours(json_key(m))) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(copy, key);
        }
    }
    if (leave & EVENT_LEAVE_VENDOR) {
        members_drop_ours(copy);
    }
    if (leave & EVENT_LEAVE_BUSY && !str_eq(json_get_str(copy, "freeBusyStatus"), "free")) {
        json_remove(copy, "freeBusyStatus");
    }
    struct json *overrides =
        leave & EVENT_LEAVE_BUSY ? json_get(copy, "recurrenceOverrides") : NULL;
    for (struct json *o = json_first(overrides); o; o = json_next(o)) {
        const char *busy = json_get_str(o, "freeBusyStatus");
        if (busy && !str_eq(busy, "free")) {
            json_remove(o, "freeBusyStatus");
        }
    }
    return copy;
}

enum rc event_apply(const struct json *event, const struct json *now, const struct json *want,
    const struct event_how *how, struct json **ret_then, struct err *err)
{
    CLEANUP(json_free) struct json *then = json_dup(event);
    CLEANUP(json_free) struct json *said = sayable(want, how->leave);
    CLEANUP(json_free) struct json *known = sayable(now, how->leave);
    members_drop_nulls(then);
    members_free_ids(said, known, then);
    event_put(then, known, said, how->dialect);
    enum rc rc = event_rules_put(then, known, said, how->dialect, err);
    if (rc == RC_OK) {
        rc = event_series_put(then, event, known, said, how, err);
    }
    if (rc == RC_OK) {
        *ret_then = TAKE(then);
    }
    return rc;
}

/* ---- a new one ---- */
static void silence(struct json *event)
{
    for (struct json *p = json_first(json_get(event, "participants")); p; p = json_next(p)) {
        if (json_is_object(p)) {
            json_set_str(p, "scheduleAgent", "client");
        }
    }
}

/* What an event of before has that belonged to that one alone, or that the server sets. */
static void drop_own(struct json *base)
{
    static const char *const OWN[] = {"id", "calendarIds", "created", "updated", "prodId", "method",
        "sequence", "isOrigin", "isDraft", "blobId", "debugBlobId", "x-href", "baseEventId",
        "mayInviteSelf", "mayInviteOthers", "utcStart", "utcEnd"};
    for (size_t i = 0; i < ARRAY_LEN(OWN); i++) {
        json_remove(base, OWN[i]);
    }
    for (struct json *m = json_first(base), *next; m; m = next) {
        next = json_next(m);
        if (str_starts(json_key(m), "cyrusimap.org")) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(base, key);
        }
    }
}

enum rc event_new(const struct json *native, const struct json *want, const struct event_how *how,
    struct json **ret, struct err *err)
{
    bool other = native && event_dialect_of(native) != EVENT_DIALECT_UNKNOWN &&
                 event_dialect_of(native) != how->dialect;
    CLEANUP(json_free) struct json *base = native && !other ? json_dup(native) : json_object();
    CLEANUP(json_free) struct json *now = NULL;
    drop_own(base);
    members_drop_nulls(base);
    members_drop_blobs(json_get(base, "links"));
    if (!json_get(base, "start") || event_read(base, how->calendars, &now, NULL) != RC_OK) {
        now = json_object();
        json_free(base);
        base = json_object();
    }
    CLEANUP(json_free) struct json *rekeyed = json_dup(want);
    CLEANUP(json_free) struct json *event = NULL;
    doc_rekey(rekeyed, now);
    enum rc rc = event_apply(base, now, rekeyed, how, &event, err);
    if (rc != RC_OK) {
        return rc;
    }
    json_set_str(event, "@type", "Event");
    json_set_str(event, "version", how->dialect == EVENT_JSCALENDAR_2 ? "2.0" : NULL);
    json_set_str(event, "uid", json_get_str(want, "uid"));
    drop_empty(event);
    silence(event);
    *ret = TAKE(event);
    return RC_OK;
}

/* ---- what is in no document ---- */
/* What servers say of every event, or that is told in other members of the document. */
static bool is_told(const char *name)
{
    static const char *const TOLD[] = {"@type", "id", "calendarIds", "version", "isOrigin",
        "isDraft", "method", "blobId", "debugBlobId", "x-href", "descriptionContentType",
        "useDefaultAlerts", "replyTo", "organizerCalendarAddress", "recurrenceRule",
        "recurrenceRules", "excludedRecurrenceRules", "recurrenceOverrides", "endTimeZone",
        "baseEventId", "utcStart", "utcEnd", "mayInviteSelf", "mayInviteOthers"};
    return is_listed(name, TOLD, ARRAY_LEN(TOLD)) || str_starts(name, "cyrusimap.org");
}

struct json *event_unread(const struct json *event)
{
    struct json *ret = json_object();
    for (const struct json *m = json_first(event); m; m = json_next(m)) {
        const char *name = json_key(m);
        if (json_is_null(m) || is_told(name)) {
            continue;
        }
        if (!is_read(name)) {
            json_set(ret, name, json_dup(m));
        }
        for (const struct json *e = shape_id_map(name) && is_read(name) ? json_first(m) : NULL; e;
             e = json_next(e)) {
            if (json_key(e) && !event_entry_is_read(name, e)) {
                CLEANUP(mem_free) char *path = str_printf("%s/%s", name, json_key(e));
                json_set(ret, path, json_dup(e));
            }
        }
    }
    return ret;
}
