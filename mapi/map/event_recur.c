/* Series: the recurrence blob <-> "recurrenceRules" and "recurrenceOverrides", and what Outlook
 * derives from the blob.
 *
 * Changed occurrences (exceptions) are read out of the blob. Writing them would need an embedded
 * message each, which the map cannot make: such a change is refused with RC_UNSUPPORTED, and
 * nothing of the item is touched. */
#include "mapi/map/event.h"

#include "client/item/recur.h"
#include "mapi/map/blob_zone.h"

#include <string.h>

#define OCCURRENCES_MAX     20000 /* how far an expansion goes; 54 years of every day */
#define COUNT_WHEN_ENDLESS  10    /* what Outlook writes, without meaning */
#define ICON_SINGLE         1024
#define ICON_SERIES         1025
#define ICON_MEETING        1026
#define ICON_MEETING_SERIES 1027

enum rc event_recur_get(const struct props *item, struct recur_blob *ret, struct err *err)
{
    size_t len;
    const unsigned char *data = props_binary(item, prop_name_of(P_RECUR), &len);
    if (!data || !get_int(item, P_RECURRING, 0)) {
        return RC_NOT_FOUND;
    }
    return blob_recur_read(data, len, false, ret, err);
}

/* ---- reading ---- */

static void override_key(uint32_t minutes, char out[CIVIL_TEXT_SIZE])
{
    struct civil c = civil_from_seconds(minutes1601_to_seconds(minutes));
    civil_format_iso(&c, false, out);
}

static bool is_original(const struct recur_blob *r, uint32_t midnight)
{
    for (size_t i = 0; i < r->exception_count; i++) {
        if (r->exceptions[i].original / DAY_MINUTES == midnight / DAY_MINUTES) {
            return true;
        }
    }
    return false;
}

static void show_busy(int64_t status, struct json *patch)
{
    static const char *const WORDS[] = {"free", "tentative", "busy", "unavailable", "free"};
    json_set_str(patch, "freeBusyStatus", WORDS[status]);
}

static void show_reminder(const struct recur_exception *e, bool series_set, int64_t series_delta,
    bool all_day, struct json *patch)
{
    bool set = e->flags & OVERRIDE_REMINDER_SET ? e->reminder_set != 0 : series_set;
    int64_t delta = event_reminder_minutes(
        e->flags & OVERRIDE_REMINDER_DELTA ? (int64_t)e->reminder_delta : series_delta, all_day);
    if (set == series_set && delta == event_reminder_minutes(series_delta, all_day)) {
        return;
    }
    if (set) {
        struct json *alerts = json_object();
        json_set(alerts, "a1", event_alert(delta));
        json_set(patch, "alerts", alerts);
    } else if (series_set) {
        json_set(patch, "alerts", json_null());
    }
}

static void show_texts(const struct recur_exception *e, const struct json *doc, struct json *patch)
{
    if (e->flags & OVERRIDE_SUBJECT && e->subject &&
        !str_eq(e->subject, json_get_str(doc, "title"))) {
        json_set_str(patch, "title", e->subject);
    }
    const char *place = json_get_str(json_get(json_get(doc, "locations"), "l1"), "name");
    if (!(e->flags & OVERRIDE_LOCATION) || !e->location ||
        str_eq(e->location, place ? place : "")) {
        return;
    }
    if (str_empty(e->location)) {
        json_set(patch, "locations", json_null());
    } else {
        struct json *map = json_object(), *location = json_need_object(map, "l1");
        json_set_str(location, "@type", "Location");
        json_set_str(location, "name", e->location);
        json_set(patch, "locations", map);
    }
}

static struct json *exception_patch(const struct props *item, const struct recur_blob *r,
    const struct recur_exception *e, const struct event_time *t, const struct json *doc)
{
    struct json *patch = json_object();
    char text[DURATION_TEXT_SIZE];
    int64_t length = (int64_t)e->end - e->start, usual = (int64_t)r->end_offset - r->start_offset;
    if (e->start != e->original) {
        override_key(e->start, text);
        json_set_str(patch, "start", text);
    }
    if (length != usual && length >= 0) {
        duration_format(length * 60, text);
        json_set_str(patch, "duration", text);
    }
    show_texts(e, doc, patch);
    if (e->flags & OVERRIDE_BUSY_STATUS && e->busy_status <= 4 &&
        e->busy_status != get_int(item, P_BUSY_STATUS, 2)) {
        show_busy(e->busy_status, patch);
    }
    show_reminder(e, get_int(item, P_REMINDER_SET, 0) != 0, get_int(item, P_REMINDER_DELTA, 15),
        t->all_day, patch);
    if (e->flags & OVERRIDE_SUB_TYPE && (e->sub_type != 0) != t->all_day) {
        json_set_bool(patch, "showWithoutTime", e->sub_type != 0);
    }
    return patch;
}

static void show_overrides(const struct props *item, const struct recur_blob *r,
    const struct event_time *t, struct json *doc)
{
    CLEANUP(json_free) struct json *overrides = json_object();
    char key[CIVIL_TEXT_SIZE];
    for (size_t i = 0; i < r->deleted_count; i++) {
        if (!is_original(r, r->deleted[i])) {
            override_key(r->deleted[i] - r->deleted[i] % DAY_MINUTES + r->start_offset, key);
            json_set_bool(json_need_object(overrides, key), "excluded", true);
        }
    }
    for (size_t i = 0; i < r->exception_count; i++) {
        struct json *patch = exception_patch(item, r, &r->exceptions[i], t, doc);
        override_key(r->exceptions[i].original, key);
        if (json_count(patch)) {
            json_set(overrides, key, patch);
        } else {
            json_free(patch); /* only the body differs, which stands in the embedded message */
        }
    }
    if (json_count(overrides)) {
        json_set(doc, "recurrenceOverrides", TAKE(overrides));
    }
}

enum rc event_recur_show(const struct props *item, const struct recur_blob *recur,
    const struct event_time *t, struct json *doc, struct err *err)
{
    struct civil start = civil_from_seconds(t->start_wall);
    struct json *rule, *rules = json_array();
    enum rc rc = rule_from_blob(recur, &start, &rule, err);
    if (rc) {
        json_free(rules);
        return rc;
    }
    json_append(rules, rule);
    json_set(doc, "recurrenceRules", rules);
    show_overrides(item, recur, t, doc);
    return RC_OK;
}

/* ---- writing ---- */

static enum rc check_overrides(
    const struct writer *w, const struct recur_blob *now, struct err *err)
{
    const struct json *want = json_get(w->want, "recurrenceOverrides"),
                      *base = json_get(w->base, "recurrenceOverrides");
    for (const struct json *o = json_first(want); o; o = json_next(o)) {
        bool excluded = json_get_bool(o, "excluded", false);
        const struct json *was = json_get(base, json_key(o));
        if (!excluded && json_count(o) && !(was && json_equal(o, was))) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "the changed occurrence %s cannot be written to Outlook yet", json_key(o));
        }
    }
    for (size_t i = 0; i < now->exception_count; i++) {
        char key[CIVIL_TEXT_SIZE];
        override_key(now->exceptions[i].original, key);
        const struct json *was = json_get(base, key), *o = json_get(want, key);
        if (was ? !o || !json_equal(o, was) : json_get_bool(o, "excluded", false)) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "the changed occurrence %s cannot be put back or removed in Outlook yet", key);
        }
    }
    return RC_OK;
}

/* A copy of the rule without its end. */
static struct json *endless(const struct json *rule)
{
    struct json *copy = json_dup(rule);
    json_remove(copy, "count");
    json_remove(copy, "until");
    return copy;
}

/* Exceptions belong to occurrences of the pattern: it may get longer or shorter, but not another
 * one. */
static enum rc check_pattern(const struct writer *w, const struct recur_blob *now, struct err *err)
{
    if (!now->exception_count) {
        return RC_OK;
    }
    static const char *const TIMES[] = {"start", "timeZone", "duration", "showWithoutTime"};
    for (size_t i = 0; i < ARRAY_LEN(TIMES); i++) {
        if (member_changed(w, TIMES[i])) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "%s of a series with changed occurrences cannot be changed in Outlook yet",
                TIMES[i]);
        }
    }
    CLEANUP(json_free) struct json *a = endless(json_at(json_get(w->base, "recurrenceRules"), 0));
    CLEANUP(json_free) struct json *b = endless(json_at(json_get(w->want, "recurrenceRules"), 0));
    return json_equal(a, b) ? RC_OK
                            : err_set(err, RC_UNSUPPORTED, 0,
                                  "the rule of a series with changed occurrences cannot be changed "
                                  "in Outlook yet");
}

/* What an expansion of the rule tells. */
struct expansion {
    size_t count; /* of occurrences */
    int64_t last; /* wall seconds of the last one */
};

static bool is_excluded(const struct json *overrides, const struct civil *c)
{
    char key[CIVIL_TEXT_SIZE];
    civil_format_iso(c, false, key);
    return json_get_bool(json_get(overrides, key), "excluded", false);
}

static void add_deleted(struct recur_blob *r, size_t *cap, int64_t wall)
{
    ARRAY_RESERVE(r->deleted, r->deleted_count, *cap);
    r->deleted[r->deleted_count++] = (uint32_t)minutes1601_from_seconds(wall - wall % DAY_SECONDS);
}

/* Walks the rule: counts occurrences and collects the dates of those excluded or changed, which are
 * kept sorted by it. */
static enum rc expand(const struct json *rule, const struct json *overrides,
    const struct event_time *t, struct recur_blob *r, struct expansion *ret, struct err *err)
{
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil start = civil_from_seconds(t->start_wall), c;
    enum rc rc = recur_new(rule, &start, &walk, err);
    if (rc) {
        return rc;
    }
    size_t cap = 0;
    bool counted = json_get(rule, "count") || json_get(rule, "until");
    *ret = (struct expansion){0, t->start_wall};
    free(r->deleted);
    r->deleted = NULL;
    r->deleted_count = 0;
    /* An endless rule is walked only as long as an exclusion may follow. */
    size_t open = json_count(overrides) + r->exception_count;
    while ((counted || open || !ret->count) && recur_next(walk, &c)) {
        int64_t wall = civil_seconds(&c);
        if (ret->count == 0 && wall != t->start_wall) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "Outlook cannot express this recurrence: its start is no occurrence of the rule");
        }
        if (++ret->count > OCCURRENCES_MAX) {
            if (json_get(rule, "count")) { /* then the blob needs the date of the last one */
                return err_set(err, RC_UNSUPPORTED, 0, "a series of more than %d occurrences",
                    OCCURRENCES_MAX);
            }
            break;
        }
        ret->last = wall;
        if (is_excluded(overrides, &c) ||
            is_original(r, (uint32_t)minutes1601_from_seconds(wall))) {
            add_deleted(r, &cap, wall);
            open -= open > 0;
        }
    }
    if (!ret->count) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "Outlook cannot express this recurrence: it has no occurrence");
    }
    return RC_OK;
}

static enum rc check_originals(const struct recur_blob *r, struct err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < r->deleted_count; i++) {
        found += is_original(r, r->deleted[i]);
    }
    return found >= r->exception_count
               ? RC_OK
               : err_set(err, RC_UNSUPPORTED, 0,
                     "a changed occurrence lies beyond the new end of the series");
}

static void set_dates(const struct json *rule, const struct event_time *t,
    const struct expansion *e, struct recur_blob *r)
{
    const char *until = json_get_str(rule, "until");
    struct civil end;
    int64_t day = t->start_wall - t->start_wall % DAY_SECONDS;
    r->start_date = (uint32_t)minutes1601_from_seconds(day);
    r->start_offset = (uint32_t)((t->start_wall - day) / 60);
    r->end_offset = r->start_offset + (uint32_t)(t->days * DAY_MINUTES + t->seconds / 60);
    r->count = (uint32_t)e->count;
    if (json_get_int(rule, "count", 0)) {
        r->end_type = RECUR_END_COUNT;
        r->count = (uint32_t)json_get_int(rule, "count", 0);
        r->end_date = (uint32_t)minutes1601_from_seconds(e->last - e->last % DAY_SECONDS);
    } else if (until && civil_parse_iso(until, &end, NULL)) {
        /* The day of "until", unless that day's occurrence would come after it. */
        int64_t last = civil_seconds(&end), midnight = last - last % DAY_SECONDS;
        r->end_type = RECUR_END_DATE;
        r->end_date = (uint32_t)minutes1601_from_seconds(
            last - midnight < t->start_wall - day ? midnight - DAY_SECONDS : midnight);
    } else {
        r->end_type = RECUR_END_NEVER;
        r->count = COUNT_WHEN_ENDLESS;
        r->end_date = RECUR_NO_END_DATE;
    }
}

static void put_blob(struct writer *w, const struct recur_blob *r)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    blob_recur_write(r, false, &b);
    put_binary(w, P_RECUR, buf_str(&b), b.len);
    buf_fini(&b);
}

static void put_series_zone(struct writer *w, const struct event_time *t)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    blob_zone_struct_write(&t->rule, &b);
    put_binary(w, P_ZONE_STRUCT, buf_str(&b), b.len);
    buf_clear(&b);
    blob_zone_definition_write(event_zone_key(t->zone), &t->rule, true, &b);
    put_binary(w, P_ZONE_RECUR, buf_str(&b), b.len);
    buf_fini(&b);
}

static void put_icon(struct writer *w, bool series)
{
    int64_t icon = w->is_new ? ICON_SINGLE : get_int(w->now, P_ICON_INDEX, 0);
    if (icon == ICON_SINGLE || icon == ICON_SERIES) {
        put_int(w, P_ICON_INDEX, series ? ICON_SERIES : ICON_SINGLE);
    } else if (icon == ICON_MEETING || icon == ICON_MEETING_SERIES) {
        put_int(w, P_ICON_INDEX, series ? ICON_MEETING_SERIES : ICON_MEETING);
    }
}

/* Views find a series by the days it spans: first day 00:00 to last day 00:00 of its zone; an
 * endless one to 4500-08-31T23:59. */
static void put_clip(struct writer *w, const struct recur_blob *r, const struct event_time *t)
{
    const struct civil far = {4500, 8, 31, 23, 59, 0};
    int64_t first = minutes1601_to_seconds(r->start_date);
    int64_t last =
        r->end_type == RECUR_END_NEVER ? civil_seconds(&far) : minutes1601_to_seconds(r->end_date);
    put_int(w, P_CLIP_START, filetime_from_seconds(zone_to_utc(&t->rule, first)));
    put_int(w, P_CLIP_END, filetime_from_seconds(zone_to_utc(&t->rule, last)));
}

static void put_series(struct writer *w, const struct recur_blob *r, const struct event_time *t,
    bool keep_zone, bool new_pattern)
{
    put_blob(w, r);
    put_int(w, P_RECURRING, true);
    put_int(w, P_RECURRENCE_TYPE, (int64_t)r->frequency - RECUR_DAILY + 1);
    put_icon(w, true);
    put_clip(w, r, t);
    if (!w->is_new && has(w->now, P_IS_RECURRING)) {
        put_int(w, P_IS_RECURRING, true);
    }
    if (!keep_zone || !has(w->now, P_ZONE_STRUCT)) {
        put_series_zone(w, t);
    }
    if (new_pattern) {
        struct civil start = civil_from_seconds(t->start_wall);
        CLEANUP(mem_free) char *text = rule_text(r, &start);
        put_text(w, P_RECURRENCE_PATTERN, text);
    }
}

static void put_single(struct writer *w)
{
    put_int(w, P_RECURRING, false);
    put_int(w, P_RECURRENCE_TYPE, 0);
    put_text(w, P_RECURRENCE_PATTERN, NULL);
    put_binary(w, P_RECUR, NULL, 0);
    put_binary(w, P_ZONE_STRUCT, NULL, 0);
    put_binary(w, P_ZONE_RECUR, NULL, 0);
    put_icon(w, false);
    if (!w->is_new && has(w->now, P_IS_RECURRING)) {
        put_int(w, P_IS_RECURRING, false);
    }
}

static enum rc write_series(struct writer *w, const struct json *rule, const struct event_time *t,
    bool keep_zone, struct recur_blob *r, struct err *err)
{
    bool new_pattern = w->is_new || member_changed(w, "recurrenceRules") ||
                       member_changed(w, "start") || member_changed(w, "duration");
    struct civil start = civil_from_seconds(t->start_wall);
    struct expansion e;
    enum rc rc = check_overrides(w, r, err);
    rc = rc ? rc : check_pattern(w, r, err);
    if (!rc && new_pattern) {
        rc = rule_to_blob(rule, &start, r, err);
    }
    rc = rc ? rc : expand(rule, json_get(w->want, "recurrenceOverrides"), t, r, &e, err);
    rc = rc ? rc : check_originals(r, err);
    if (rc) {
        return rc;
    }
    if (new_pattern) {
        set_dates(rule, t, &e, r);
    }
    put_series(w, r, t, keep_zone, new_pattern);
    return RC_OK;
}

enum rc event_recur_write(
    struct writer *w, const struct event_time *t, bool keep_zone, struct err *err)
{
    const struct json *rules = json_get(w->want, "recurrenceRules");
    CLEANUP_FINI(recur_blob_fini) struct recur_blob r = {0};
    bool had = !w->is_new && event_recur_get(w->now, &r, NULL) == RC_OK;
    if (json_count(rules) > 1 || json_count(json_get(w->want, "excludedRecurrenceRules"))) {
        return err_set(err, RC_UNSUPPORTED, 0, "Outlook cannot express several recurrence rules");
    }
    if (json_count(rules)) {
        if (!had) {
            recur_blob_init(&r);
        }
        return write_series(w, json_at(rules, 0), t, keep_zone, &r, err);
    }
    for (const struct json *o = json_first(json_get(w->want, "recurrenceOverrides")); o;
         o = json_next(o)) {
        if (!json_get_bool(o, "excluded", false)) {
            return err_set(
                err, RC_UNSUPPORTED, 0, "Outlook cannot express occurrences without a rule");
        }
    }
    if (r.exception_count) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "a series with changed occurrences cannot be made single in Outlook yet");
    }
    if (had || w->is_new) {
        put_single(w);
    }
    return RC_OK;
}
