/* Whether an item has anything within a time window: see span.h. */
#include "client/item/span.h"

#include "client/base/date.h"
#include "client/base/zone.h"
#include "client/base/buf.h"
#include "client/item/recur.h"

/* Beyond so many occurrences of one rule nobody counts: the item is taken to be inside. */
#define OCCURRENCES_MAX 100000

struct span {
    int64_t from, until;
    bool inside;
    int64_t next;
};

static void span_add(struct span *s, int64_t start, int64_t length)
{
    int64_t end = start + (length > 0 ? length : 0);
    if (start >= s->until) {
        s->next = start < s->next ? start : s->next;
    } else if (start >= s->from || end > s->from) {
        s->inside = true;
    }
}

/* ---- events ---- */

static int64_t instant_of(const struct json *doc, const struct json *patch, const struct civil *at)
{
    const char *name = json_get(patch, "timeZone") ? json_get_str(patch, "timeZone")
                                                   : json_get_str(doc, "timeZone");
    const struct zone *zone =
        name && !json_get_bool(doc, "showWithoutTime", false) ? zone_by_tzid(name) : NULL;
    int64_t wall = civil_seconds(at);
    return zone ? zone_utc(zone, wall) : wall;
}

static int64_t length_of(const struct json *doc, const struct json *patch)
{
    const char *text = json_get_str(patch, "duration");
    int64_t length = json_get_bool(doc, "showWithoutTime", false) ? 86400 : 0;
    if (!text) {
        text = json_get_str(doc, "duration");
    }
    if (text && !duration_parse(text, &length)) {
        return 0;
    }
    return length;
}

static void add_override(struct span *s, const struct json *doc, const struct json *patch)
{
    struct civil at;
    const char *start = json_get_str(patch, "start");
    if (json_get_bool(patch, "excluded", false)) {
        return;
    }
    if (!civil_parse_iso(start ? start : json_key(patch), &at, NULL)) {
        s->inside = true;
        return;
    }
    span_add(s, instant_of(doc, patch, &at), length_of(doc, patch));
}

/* An occurrence that has no override. */
static void add_plain(
    struct span *s, const struct json *doc, const struct json *overrides, const struct civil *at)
{
    char key[CIVIL_TEXT_SIZE];
    civil_format_iso(at, false, key);
    if (!json_get(overrides, key)) {
        span_add(s, instant_of(doc, NULL, at), length_of(doc, NULL));
    }
}

/* Occurrences come in order, so the first plain one behind the window is the last of interest. */
static void add_rule(struct span *s, const struct json *doc, const struct json *rule,
    const struct json *overrides, const struct civil *start)
{
    CLEANUP(recur_free) struct recur *r = NULL;
    struct err err = ERR_INIT;
    if (recur_new(rule, start, &r, &err) != RC_OK) {
        err_fini(&err);
        s->inside = true;
        return;
    }
    err_fini(&err);
    struct civil at;
    for (long n = 0; !s->inside && recur_next(r, &at); n++) {
        char key[CIVIL_TEXT_SIZE];
        civil_format_iso(&at, false, key);
        bool plain = !json_get(overrides, key);
        s->inside = n == OCCURRENCES_MAX;
        add_plain(s, doc, overrides, &at);
        if (plain && instant_of(doc, NULL, &at) >= s->until) {
            return;
        }
    }
}

static void span_event(struct span *s, const struct json *doc)
{
    struct civil start;
    const struct json *overrides = json_get(doc, "recurrenceOverrides");
    if (!json_get_str(doc, "start") || !civil_parse_iso(json_get_str(doc, "start"), &start, NULL)) {
        s->inside = true;
        return;
    }
    add_plain(s, doc, overrides, &start);
    for (struct json *o = json_first(overrides); o && !s->inside; o = json_next(o)) {
        add_override(s, doc, o);
    }
    for (struct json *r = json_first(json_get(doc, "recurrenceRules")); r && !s->inside;
         r = json_next(r)) {
        add_rule(s, doc, r, overrides, &start);
    }
}

/* ---- tasks ---- */

static void span_task(struct span *s, const struct json *doc)
{
    static const char *const DATES[] = {"start", "due", "progressUpdated"};
    const char *progress = json_get_str(doc, "progress");
    int64_t first = INT64_MAX, last = INT64_MIN;
    if (!str_eq(progress, "completed") && !str_eq(progress, "cancelled")) {
        s->inside = true;
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(DATES); i++) {
        struct civil at;
        const char *text = json_get_str(doc, DATES[i]);
        if (text && civil_parse_iso(text, &at, NULL)) {
            int64_t when = civil_seconds(&at);
            first = when < first ? when : first;
            last = when > last ? when : last;
        }
    }
    s->inside = first > last; /* no date at all */
    if (first <= last) {
        span_add(s, first, last - first);
    }
}

bool span_meets(
    enum item_kind kind, const struct json *doc, int64_t from, int64_t until, int64_t *ret_next)
{
    struct span s = {.from = from, .until = until, .next = SPAN_NEVER};
    if (kind == ITEM_EVENT) {
        span_event(&s, doc);
    } else if (kind == ITEM_TASK) {
        span_task(&s, doc);
    } else {
        s.inside = true;
    }
    *ret_next = s.next;
    return s.inside;
}
