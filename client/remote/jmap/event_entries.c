/* Entries of maps and recurrence rules in the normal form of documents: defaults left out, members that
 * no other store knows left out. */
#include "client/remote/jmap/event_private.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/mem.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/remote/jmap/members.h"

#include <string.h>

static void keep_text(struct json *to, const struct json *from, const char *member)
{
    const char *text = json_get_str(from, member);
    json_set_str(to, member, str_empty(text) ? NULL : text);
}

/* ---- places: one, the first that has a name and is not where it ends ---- */
static bool is_place(const struct json *entry)
{
    return !str_empty(json_get_str(entry, "name")) &&
           !str_eq(json_get_str(entry, "relativeTo"), "end");
}

static struct json *place_read(const struct json *entry)
{
    struct json *place = json_object();
    json_set_str(place, "@type", "Location");
    keep_text(place, entry, "name");
    return place;
}

/* By id, whatever order the server gives them in: documents have one. */
static const struct json *first_place(const struct json *locations)
{
    const struct json *first = NULL;
    for (const struct json *l = json_first(locations); l; l = json_next(l)) {
        if (is_place(l) && (!first || strcmp(json_key(l), json_key(first)) < 0)) {
            first = l;
        }
    }
    return first;
}

/* ---- where people meet online ---- */
static bool is_online(const struct json *entry)
{
    return !str_empty(json_get_str(entry, "uri"));
}

static struct json *online_read(const struct json *entry)
{
    struct json *v = json_object();
    const struct json *features = json_get(entry, "features");
    json_set_str(v, "@type", "VirtualLocation");
    keep_text(v, entry, "uri");
    keep_text(v, entry, "name");
    if (json_is_object(features) && json_count(features)) {
        json_set(v, "features", json_dup(features));
    }
    return v;
}

/* ---- files and links to them ---- */
/* Where the bytes of a file are: in a blob (JMAP Calendars, Attachments), unless the server gives them, too. */
static const char *blob_of(const struct json *entry)
{
    const char *blob = json_get_str(entry, "blobId");
    return str_empty(blob) || str_istarts(json_get_str(entry, "href"), "data:") ? NULL : blob;
}

/* Cyrus gives files of iCalendar without "rel". */
static bool is_file(const struct json *entry)
{
    const char *rel = json_get_str(entry, "rel"), *href = json_get_str(entry, "href");
    if (rel && !str_eq(rel, "enclosure")) {
        return false;
    }
    if (blob_of(entry)) {
        return true;
    }
    if (str_empty(href) || str_istarts(href, "lockstep.") || str_istarts(href, MEMBERS_BLOB)) {
        return false;
    }
    CLEANUP(mem_free) char *data = str_istarts(href, "data:") ? file_uri_normal(href) : NULL;
    return data || !str_istarts(href, "data:") || strlen(href) > (size_t)FILE_MAX;
}

/* Caller frees. */
static char *file_href(const struct json *entry)
{
    const char *href = json_get_str(entry, "href"), *blob = blob_of(entry);
    int64_t size = json_get_int(entry, "size", 0);
    if (blob && size > (int64_t)FILE_MAX) {
        return str_printf(FILE_KEPT "%lld", (long long)size);
    }
    if (blob) {
        return str_printf(MEMBERS_BLOB "%s", blob);
    }
    CLEANUP(mem_free) char *data = str_istarts(href, "data:") ? file_uri_normal(href) : NULL;
    return data                         ? TAKE(data)
           : str_istarts(href, "data:") ? str_printf(FILE_KEPT "%zu", strlen(href) / 4 * 3)
                                        : mem_strdup(href);
}

static struct json *file_read(const struct json *entry)
{
    CLEANUP(mem_free) char *href = file_href(entry);
    return file_entry(href, json_get_str(entry, "title"), json_get_str(entry, "contentType"));
}

static const char *href_of(const struct json *doc, const char *id)
{
    return json_get_str(json_get(json_get(doc, "links"), id), "href");
}

void event_put_files(
    struct json *event, const struct json *was, const struct json *now, const struct json *want)
{
    for (struct json *e = json_first(json_get(event, "links")); e; e = json_next(e)) {
        const struct json *old = json_get(was, json_key(e));
        const char *href = href_of(want, json_key(e));
        bool stays = str_eq(href, href_of(now, json_key(e)));
        if (!href || !json_get(old, "blobId")) {
            continue;
        }
        if (stays) {
            json_set(e, "href", json_dup(json_get(old, "href")));
        }
        json_set(e, "blobId", stays ? json_dup(json_get(old, "blobId")) : NULL);
        json_set(e, "size", stays ? json_dup(json_get(old, "size")) : NULL);
    }
}

/* ---- alerts ---- */
/* NULL: it is nothing that we can tell. Caller owns. */
static struct json *trigger_read(const struct json *trigger)
{
    int64_t seconds;
    char text[DURATION_TEXT_SIZE];
    struct civil at;
    bool utc = false;
    const char *when = json_get_str(trigger, "when"), *offset = json_get_str(trigger, "offset");
    struct json *v = json_object();
    if (offset && duration_parse(offset, &seconds)) {
        duration_format(seconds, text);
        bool end = str_eq(json_get_str(trigger, "relativeTo"), "end");
        json_set_str(v, "@type", "OffsetTrigger");
        json_set_str(v, "offset", text);
        json_set_str(v, "relativeTo", end ? "end" : NULL);
    } else if (when && civil_parse_iso(when, &at, &utc) && utc) {
        json_set_str(v, "@type", "AbsoluteTrigger");
        json_set_str(v, "when", when);
    } else {
        json_free(v);
        return NULL;
    }
    return v;
}

static bool is_alert(const struct json *entry)
{
    struct json *trigger = trigger_read(json_get(entry, "trigger"));
    bool is = trigger != NULL;
    json_free(trigger);
    return is;
}

static struct json *alert_read(const struct json *entry)
{
    struct json *alert = json_object();
    json_set_str(alert, "@type", "Alert");
    json_set(alert, "trigger", trigger_read(json_get(entry, "trigger")));
    bool email = str_eq(json_get_str(entry, "action"), "email");
    json_set_str(alert, "action", email ? "email" : NULL);
    keep_text(alert, entry, "acknowledged");
    return alert;
}

/* ---- all of them ---- */
static const struct entries {
    const char *member;
    bool (*is)(const struct json *entry);
    struct json *(*read)(const struct json *entry);
} ENTRIES[] = {
    {"locations", is_place, place_read},
    {"virtualLocations", is_online, online_read},
    {"links", is_file, file_read},
    {"alerts", is_alert, alert_read},
};

static const struct entries *entries_of(const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(ENTRIES); i++) {
        if (str_eq(ENTRIES[i].member, member)) {
            return &ENTRIES[i];
        }
    }
    return NULL;
}

bool event_entry_is_read(const char *member, const struct json *entry)
{
    const struct entries *kind = entries_of(member);
    return str_eq(member, "participants") ? event_person_is_read(entry) : !kind || kind->is(entry);
}

void event_entries_read(struct json *doc, const struct json *event, const char *member)
{
    const struct entries *kind = entries_of(member);
    const struct json *map = json_get(event, member), *only = NULL;
    CLEANUP(json_free) struct json *read = json_object();
    if (str_eq(member, "locations")) {
        only = first_place(map);
    }
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        if (json_is_object(e) && kind->is(e) && (!only || e == only)) {
            json_set(read, json_key(e), kind->read(e));
        }
    }
    json_remove(doc, member);
    if (json_count(read)) {
        json_set(doc, member, TAKE(read));
    }
}

/* ---- the zone it ends in: of a place in 1.0 (RFC 8984 section 4.2.5) ---- */
static struct json *end_place(const struct json *event)
{
    for (struct json *l = json_first(json_get(event, "locations")); l; l = json_next(l)) {
        if (str_eq(json_get_str(l, "relativeTo"), "end")) {
            return l;
        }
    }
    return NULL;
}

const char *event_end_zone(const struct json *event)
{
    const char *zone = json_get_str(event, "endTimeZone");
    zone = str_empty(zone) ? json_get_str(end_place(event), "timeZone") : zone;
    return str_empty(zone) || str_eq(zone, json_get_str(event, "timeZone")) ? NULL : zone;
}

void event_put_end_zone(struct json *event, const char *zone, enum event_dialect dialect)
{
    struct json *place = end_place(event);
    if (dialect == EVENT_JSCALENDAR_2 && !json_get(place, "timeZone")) {
        json_set_str(event, "endTimeZone", zone);
        return;
    }
    if (!place && zone) {
        place = json_need_object(json_need_object(event, "locations"), "end");
        json_set_str(place, "@type", "Location");
        json_set_str(place, "relativeTo", "end");
    }
    if (place) {
        json_set_str(place, "timeZone", zone);
    }
    if (place && !zone && !json_get(place, "name")) { /* it said nothing else */
        CLEANUP(mem_free) char *id = mem_strdup(json_key(place));
        json_remove(json_get(event, "locations"), id);
    }
}

/* ---- recurrence rules ---- */
static const struct {
    const char *member, *usual; /* the default, as text */
} RULE[] = {{"frequency", NULL}, {"rscale", "gregorian"}, {"skip", "omit"},
    {"firstDayOfWeek", "mo"}, {"interval", "1"}, {"count", NULL}, {"until", NULL},
    {"byMonth", NULL}, {"byWeekNo", NULL}, {"byYearDay", NULL}, {"byMonthDay", NULL},
    {"byHour", NULL}, {"byMinute", NULL}, {"bySecond", NULL}, {"bySetPosition", NULL}};

static struct json *days_read(const struct json *list)
{
    struct json *days = json_array();
    for (const struct json *d = json_first(list); d; d = json_next(d)) {
        struct json *day = json_object();
        int64_t nth = json_get_int(d, "nthOfPeriod", 0);
        json_set_str(day, "@type", "NDay");
        json_set_str(day, "day", json_get_str(d, "day"));
        if (nth) {
            json_set_int(day, "nthOfPeriod", nth);
        }
        json_append(days, day);
    }
    return days;
}

static bool is_usual(const struct json *v, const char *usual)
{
    CLEANUP(mem_free)
    char *text = json_is_number(v) ? str_printf("%lld", (long long)json_int_value(v, 0))
                                   : mem_strdup(json_str_value(v));
    return str_ieq(text, usual);
}

static struct json *rule_read(const struct json *native)
{
    struct json *rule = json_object();
    json_set_str(rule, "@type", "RecurrenceRule");
    for (size_t i = 0; i < ARRAY_LEN(RULE); i++) {
        const struct json *v = json_get(native, RULE[i].member);
        bool none = !v || json_is_null(v) || (json_is_array(v) && !json_count(v));
        if (!none && !(RULE[i].usual && is_usual(v, RULE[i].usual))) {
            json_set(rule, RULE[i].member, json_dup(v));
        }
    }
    if (json_count(json_get(native, "byDay"))) {
        json_set(rule, "byDay", days_read(json_get(native, "byDay")));
    }
    return rule;
}

static struct json *rules_read(const struct json *list)
{
    struct json *rules = json_array();
    for (const struct json *r = json_is_array(list) ? json_first(list) : NULL; r;
         r = json_next(r)) {
        if (json_is_object(r)) {
            json_append(rules, rule_read(r));
        }
    }
    return rules;
}

void event_rules_read(const struct json *event, struct json *doc)
{
    static const char *const LISTS[] = {"recurrenceRules", "excludedRecurrenceRules"};
    const struct json *one = json_get(event, "recurrenceRule");
    for (size_t i = 0; i < ARRAY_LEN(LISTS); i++) {
        struct json *rules = rules_read(json_get(event, LISTS[i]));
        if (i == 0 && json_is_object(one) && !json_count(rules)) {
            json_append(rules, rule_read(one));
        }
        if (json_count(rules)) {
            json_set(doc, LISTS[i], rules);
        } else {
            json_free(rules);
        }
    }
}

/* A rule that stays is the server's own, with all that documents leave out. */
static struct json *rules_merge(const struct json *natives, const struct json *want)
{
    struct json *out = json_array();
    for (const struct json *w = json_first(want); w; w = json_next(w)) {
        const struct json *same = NULL;
        for (const struct json *n = json_first(natives); n && !same; n = json_next(n)) {
            CLEANUP(json_free) struct json *plain = rule_read(n);
            same = json_equal(plain, w) ? n : NULL;
        }
        json_append(out, json_dup(same ? same : w));
    }
    return out;
}

static enum rc one_rule_put(struct json *event, const struct json *want, struct err *err)
{
    const struct json *rules = json_get(want, "recurrenceRules");
    if (json_count(rules) > 1 || json_count(json_get(want, "excludedRecurrenceRules"))) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "it recurs by several rules, and the server has room for one");
    }
    json_remove(event, "recurrenceRules");
    json_remove(event, "recurrenceRule");
    if (json_count(rules)) {
        json_set(event, "recurrenceRule", json_dup(json_first(rules)));
    }
    return RC_OK;
}

enum rc event_rules_put(struct json *event, const struct json *now, const struct json *want,
    enum event_dialect dialect, struct err *err)
{
    static const char *const LISTS[] = {"recurrenceRules", "excludedRecurrenceRules"};
    enum rc rc = RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(LISTS) && rc == RC_OK; i++) {
        const struct json *rules = json_get(want, LISTS[i]);
        if (json_equal(json_get(now, LISTS[i]), rules)) {
            continue;
        }
        if (dialect == EVENT_JSCALENDAR_2) {
            rc = one_rule_put(event, want, err);
        } else if (json_count(rules)) {
            json_set(event, LISTS[i], rules_merge(json_get(event, LISTS[i]), rules));
        } else {
            json_remove(event, LISTS[i]);
        }
    }
    return rc;
}
