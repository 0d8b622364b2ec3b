/* Series: the recurrence blob <-> "recurrenceRules" and "recurrenceOverrides".
 *
 * Writing walks the rule once: it counts occurrences, collects the dates of those that are deleted
 * or changed, and brings each changed one (exception.h) to what is wanted. An exception whose
 * override did not change keeps its bytes and its message. */
#include "mapi/map/exception.h"

#include "client/base/map.h"
#include "client/item/recur.h"

#include <string.h>

#define OCCURRENCES_MAX    20000 /* how far an expansion goes; 54 years of every day */
#define COUNT_WHEN_ENDLESS 10    /* what Outlook writes, without meaning */

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

static int by_date(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The days that exceptions replace, sorted. Caller frees. */
static uint32_t *original_days(const struct recur_blob *r)
{
    uint32_t *days = mem_alloc((r->exception_count + 1) * sizeof *days);
    for (size_t i = 0; i < r->exception_count; i++) {
        days[i] = r->exceptions[i].original / DAY_MINUTES;
    }
    qsort(days, r->exception_count, sizeof *days, by_date);
    return days;
}

/* DeletedInstanceDates holds the originals of exceptions, too: what is left was deleted. */
static void show_excluded(const struct recur_blob *r, struct json *overrides)
{
    CLEANUP(mem_free) uint32_t *days = original_days(r);
    char key[CIVIL_TEXT_SIZE];
    for (size_t i = 0; i < r->deleted_count; i++) {
        uint32_t day = r->deleted[i] / DAY_MINUTES;
        if (!bsearch(&day, days, r->exception_count, sizeof day, by_date)) {
            exception_key(day * DAY_MINUTES + r->start_offset, key);
            json_set_bool(json_need_object(overrides, key), "excluded", true);
        }
    }
}

static enum rc show_exceptions(const struct reader *reader, const struct recur_blob *r,
    const struct event_time *t, struct json *overrides, struct err *err)
{
    CLEANUP(json_free) struct json *plain = occurrence_plain(reader->doc);
    CLEANUP_FINI(exception_index_fini) struct exception_index index;
    exception_index_init(&index, reader->item, &t->rule);
    for (size_t i = 0; i < r->exception_count; i++) {
        const struct recur_exception *e = &r->exceptions[i];
        char key[CIVIL_TEXT_SIZE];
        size_t cursor = 0;
        struct json *patch;
        enum rc rc = exception_read(reader->item, e,
            exception_index_next(&index, e->original, &cursor), t, reader->env, plain, &patch, err);
        if (rc) {
            return rc;
        }
        exception_key(e->original, key);
        if (json_count(patch)) {
            json_set(overrides, key, patch);
        } else {
            json_free(patch); /* it differs in what documents do not know: who comes, say */
        }
    }
    return RC_OK;
}

enum rc event_overrides_read(struct reader *reader, struct err *err)
{
    CLEANUP_FINI(recur_blob_fini) struct recur_blob r = {0};
    struct event_time t;
    enum rc rc = event_recur_get(reader->item, &r, err);
    if (rc) {
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    CLEANUP(json_free) struct json *overrides = json_object();
    rc = event_time_read(reader->item, reader->env, &r, &t, err);
    if (!rc) {
        show_excluded(&r, overrides);
        rc = show_exceptions(reader, &r, &t, overrides, err);
    }
    if (!rc && json_count(overrides)) {
        json_set(reader->doc, "recurrenceOverrides", TAKE(overrides));
    }
    return rc;
}

enum rc event_recur_show(
    const struct recur_blob *recur, const struct event_time *t, struct json *doc, struct err *err)
{
    struct civil start = civil_from_seconds(t->start_wall);
    struct json *rule;
    enum rc rc = rule_from_blob(recur, &start, &rule, err);
    if (!rc) {
        struct json *rules = json_array();
        json_append(rules, rule);
        json_set(doc, "recurrenceRules", rules);
    }
    return rc;
}

/* ---- what is wanted of the occurrences ---- */

/* An exception of the item as it is. */
struct old_exception {
    struct recur_exception *e;
    char key[CIVIL_TEXT_SIZE];
    const struct json *patch; /* borrowed from the base; NULL: it shows nothing */
    bool used;
};

struct series {
    struct exception_writer x;
    const struct json *rule;
    const struct event_time *t;
    struct recur_blob *r;
    bool moved;            /* times of the series itself changed: every exception is written anew */
    struct map *overrides; /* owned; key -> override wanted, borrowed */
    struct old_exception *olds;          /* owned */
    struct map *old_by_key, *old_by_day; /* owned; -> old_exception */
    struct recur_exception *exceptions;  /* owned; the new list */
    size_t exception_count, exception_cap;
    uint32_t *deleted; /* owned */
    size_t deleted_count, deleted_cap;
    size_t met;        /* overrides that change an occurrence of the rule */
    size_t count;      /* of occurrences */
    int64_t last;      /* wall seconds of the last one */
    int64_t limit;     /* how far an endless rule is to be walked */
    int64_t before;    /* day of the instance before, in seconds */
    bool before_fresh; /* that is an exception written now */
};

static void series_fini(struct series *s)
{
    exception_writer_fini(&s->x);
    map_free(s->overrides);
    map_free(s->old_by_key);
    map_free(s->old_by_day);
    free(s->olds);
    /* Its elements were moved from or to the blob. */
    free(s->exceptions);
    free(s->deleted);
}

static int64_t wall_of_key(const char *key)
{
    struct civil c;
    return civil_parse_iso(key, &c, NULL) ? civil_seconds(&c) : 0;
}

static bool changes_occurrence(const struct json *override)
{
    return json_count(override) && !json_get_bool(override, "excluded", false);
}

static void series_add_old(struct series *s, const struct map *base)
{
    s->olds = mem_alloc((s->r->exception_count + 1) * sizeof *s->olds);
    for (size_t i = 0; i < s->r->exception_count; i++) {
        struct old_exception *old = &s->olds[i];
        char day[CIVIL_TEXT_SIZE];
        old->e = &s->r->exceptions[i];
        exception_key(old->e->original, old->key);
        old->patch = map_get(base, old->key);
        memcpy(day, old->key, sizeof day);
        day[10] = 0;
        map_put(s->old_by_key, old->key, old);
        map_put(s->old_by_day, day, old);
        int64_t wall = wall_of_key(old->key);
        s->limit = wall > s->limit ? wall : s->limit;
    }
}

static enum rc series_init(struct series *s, struct writer *w, const struct json *rule,
    const struct event_time *t, struct recur_blob *r, struct err *err)
{
    static const char *const TIMES[] = {"start", "timeZone", "duration", "showWithoutTime"};
    CLEANUP(map_free) struct map *base = map_new();
    *s = (struct series){.rule = rule,
        .t = t,
        .r = r,
        .last = t->start_wall,
        .before = INT64_MIN,
        .limit = INT64_MIN,
        .overrides = map_new(),
        .old_by_key = map_new(),
        .old_by_day = map_new()};
    for (struct json *o = json_first(json_get(w->base, "recurrenceOverrides")); o;
         o = json_next(o)) {
        map_put(base, json_key(o), o);
    }
    for (struct json *o = json_first(json_get(w->want, "recurrenceOverrides")); o;
         o = json_next(o)) {
        int64_t wall = wall_of_key(json_key(o));
        map_put(s->overrides, json_key(o), o);
        s->limit = wall > s->limit ? wall : s->limit;
    }
    for (size_t i = 0; i < ARRAY_LEN(TIMES); i++) {
        s->moved = s->moved || member_changed(w, TIMES[i]);
    }
    series_add_old(s, base);
    return exception_writer_init(&s->x, w, t, err);
}

/* ---- the walk ---- */

/* The exception that stood for this occurrence; when a series moves to another time of day, its
 * exceptions go along. */
static struct old_exception *find_old(struct series *s, const char *key)
{
    char day[CIVIL_TEXT_SIZE];
    struct old_exception *old = map_get(s->old_by_key, key);
    if (!old && s->moved) {
        memcpy(day, key, sizeof day);
        day[10] = 0;
        old = map_get(s->old_by_day, day);
    }
    return old && !old->used ? old : NULL;
}

static void add_deleted(struct series *s, int64_t wall)
{
    ARRAY_RESERVE(s->deleted, s->deleted_count, s->deleted_cap);
    s->deleted[s->deleted_count++] = (uint32_t)minutes1601_from_seconds(wall - wall % DAY_SECONDS);
}

static struct recur_exception *add_exception(struct series *s, struct old_exception *old)
{
    ARRAY_RESERVE(s->exceptions, s->exception_count, s->exception_cap);
    struct recur_exception *e = &s->exceptions[s->exception_count++];
    *e = (struct recur_exception){0};
    if (old) { /* moved out of the blob */
        *e = *old->e;
        *old->e = (struct recur_exception){.original = e->original};
        old->used = true;
    }
    return e;
}

/* Outlook keeps its occurrences in order and at most one on a day: it refuses to move one onto or
 * beyond its neighbour. */
static enum rc check_order(
    struct series *s, const char *key, int64_t start, bool fresh, struct err *err)
{
    int64_t day = start - start % DAY_SECONDS;
    if (day <= s->before && (fresh || s->before_fresh)) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "Outlook cannot have two occurrences of a series on one day, or one moved past its "
            "neighbour: see the occurrence %s",
            key);
    }
    s->before = day;
    s->before_fresh = fresh;
    return RC_OK;
}

/* The occurrence that has an override with changes, or an exception that shows nothing. */
static enum rc walk_changed(struct series *s, const char *key, int64_t wall,
    const struct json *patch, struct old_exception *old, struct err *err)
{
    bool hidden = old && !old->patch, visible = false;
    bool kept = old && !s->moved && str_eq(key, old->key) &&
                (patch && old->patch ? json_equal(patch, old->patch) : !patch && !old->patch);
    int64_t start = wall;
    enum rc rc = exception_visible(&s->x, key, patch, &start, &visible, err);
    if (rc || (!visible && !hidden && !kept)) { /* for Outlook it is as plain as any */
        return rc ? rc : check_order(s, key, wall, false, err);
    }
    struct recur_exception *e = add_exception(s, old);
    add_deleted(s, wall);
    if (kept) {
        return check_order(s, key, minutes1601_to_seconds(e->start), false, err);
    }
    const struct exception_edit edit = {.was_key = old ? old->key : NULL,
        .was_patch = old ? old->patch : NULL,
        .key = key,
        .patch = patch,
        .existing = old != NULL,
        .times = true};
    rc = exception_put(&s->x, &edit, e, err);
    s->limit = start > s->limit ? start : s->limit;
    return rc ? rc : check_order(s, key, start, true, err);
}

static enum rc walk_occurrence(struct series *s, int64_t wall, struct err *err)
{
    char key[CIVIL_TEXT_SIZE];
    struct civil c = civil_from_seconds(wall);
    civil_format_iso(&c, false, key);
    const struct json *override = map_get(s->overrides, key);
    struct old_exception *old = find_old(s, key);
    if (json_get_bool(override, "excluded", false)) {
        add_deleted(s, wall);
        return RC_OK;
    }
    s->met += changes_occurrence(override);
    if (changes_occurrence(override) || (old && !old->patch)) {
        return walk_changed(s, key, wall, changes_occurrence(override) ? override : NULL, old, err);
    }
    return check_order(s, key, wall, false, err);
}

static enum rc walk(struct series *s, struct err *err)
{
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil start = civil_from_seconds(s->t->start_wall), c;
    enum rc rc = recur_new(s->rule, &start, &walk, err);
    bool counted = json_get(s->rule, "count") || json_get(s->rule, "until");
    while (!rc && (counted || !s->count || s->last <= s->limit) && recur_next(walk, &c)) {
        int64_t wall = civil_seconds(&c);
        if (s->count == 0 && wall != s->t->start_wall) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "Outlook cannot express this recurrence: its start is no occurrence of the rule");
        }
        if (++s->count > OCCURRENCES_MAX) {
            if (json_get(s->rule, "count")) { /* then the blob needs the date of the last one */
                return err_set(err, RC_UNSUPPORTED, 0, "a series of more than %d occurrences",
                    OCCURRENCES_MAX);
            }
            break;
        }
        s->last = wall;
        rc = walk_occurrence(s, wall, err);
    }
    if (!rc && !s->count) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "Outlook cannot express this recurrence: it has no occurrence");
    }
    return rc;
}

/* ---- after it ---- */

static enum rc check_met(const struct series *s, struct err *err)
{
    size_t wanted = 0, cursor = 0;
    const char *key;
    void *value;
    while (map_entry(s->overrides, &cursor, &key, &value)) {
        wanted += changes_occurrence(value);
    }
    if (s->met == wanted) {
        return RC_OK;
    }
    /* Which one: only now, as it hardly happens. */
    CLEANUP(recur_free) struct recur *walk = NULL;
    CLEANUP(map_free) struct map *dates = map_new();
    struct civil start = civil_from_seconds(s->t->start_wall), c;
    enum rc rc = recur_new(s->rule, &start, &walk, err);
    for (size_t i = 0; !rc && i < s->count && recur_next(walk, &c); i++) {
        char text[CIVIL_TEXT_SIZE];
        civil_format_iso(&c, false, text);
        map_put(dates, text, dates);
    }
    for (cursor = 0; !rc && map_entry(s->overrides, &cursor, &key, &value);) {
        if (changes_occurrence(value) && !map_has(dates, key)) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "Outlook can change only occurrences that the rule of the series gives, and %s is "
                "none",
                key);
        }
    }
    return rc;
}

static enum rc remove_unused(struct series *s, struct err *err)
{
    for (size_t i = 0; i < s->r->exception_count; i++) {
        if (!s->olds[i].used) {
            enum rc rc = exception_remove(&s->x, s->olds[i].e, err);
            if (rc) {
                return rc;
            }
        }
    }
    return RC_OK;
}

/* Puts the new lists into the blob; what is left of the old ones goes. */
static void settle_lists(struct series *s)
{
    struct recur_blob *r = s->r, old = {.exceptions = r->exceptions,
                                     .exception_count = r->exception_count,
                                     .deleted = r->deleted,
                                     .modified = r->modified};
    recur_blob_fini(&old);
    r->exceptions = TAKE(s->exceptions);
    r->exception_count = s->exception_count;
    r->deleted = TAKE(s->deleted);
    r->deleted_count = s->deleted_count;
    r->modified = mem_alloc((r->exception_count + 1) * sizeof *r->modified);
    r->modified_count = r->exception_count;
    for (size_t i = 0; i < r->exception_count; i++) { /* the days they were moved to */
        r->modified[i] = r->exceptions[i].start / DAY_MINUTES * DAY_MINUTES;
    }
    qsort(r->modified, r->modified_count, sizeof *r->modified, by_date);
}

static void set_dates(const struct json *rule, const struct event_time *t, size_t count,
    int64_t last_wall, struct recur_blob *r)
{
    const char *until = json_get_str(rule, "until");
    struct civil end;
    int64_t day = t->start_wall - t->start_wall % DAY_SECONDS;
    r->start_date = (uint32_t)minutes1601_from_seconds(day);
    r->start_offset = (uint32_t)((t->start_wall - day) / 60);
    r->end_offset = r->start_offset + (uint32_t)(t->days * DAY_MINUTES + t->seconds / 60);
    r->count = (uint32_t)count;
    if (json_get_int(rule, "count", 0)) {
        r->end_type = RECUR_END_COUNT;
        r->count = (uint32_t)json_get_int(rule, "count", 0);
        r->end_date = (uint32_t)minutes1601_from_seconds(last_wall - last_wall % DAY_SECONDS);
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

static enum rc write_series(struct writer *w, const struct json *rule, const struct event_time *t,
    bool keep_zone, struct recur_blob *r, struct err *err)
{
    bool new_pattern = w->is_new || member_changed(w, "recurrenceRules") ||
                       member_changed(w, "start") || member_changed(w, "duration");
    struct civil start = civil_from_seconds(t->start_wall);
    CLEANUP_FINI(series_fini) struct series s;
    enum rc rc = series_init(&s, w, rule, t, r, err);
    if (!rc && new_pattern) {
        rc = rule_to_blob(rule, &start, r, err);
    }
    rc = rc ? rc : walk(&s, err);
    rc = rc ? rc : check_met(&s, err);
    rc = rc ? rc : remove_unused(&s, err);
    settle_lists(&s); /* after a failure, too: it gives every exception one owner */
    if (rc) {
        return rc;
    }
    if (new_pattern) {
        set_dates(rule, t, s.count, s.last, r);
    }
    event_pattern_put(w, r, t, keep_zone, new_pattern);
    return RC_OK;
}

/* A series that becomes a single appointment has no exceptions any more. */
static enum rc write_single(
    struct writer *w, const struct event_time *t, const struct recur_blob *was, struct err *err)
{
    CLEANUP_FINI(exception_writer_fini) struct exception_writer x = {0};
    enum rc rc = was->exception_count ? exception_writer_init(&x, w, t, err) : RC_OK;
    for (size_t i = 0; !rc && i < was->exception_count; i++) {
        rc = exception_remove(&x, &was->exceptions[i], err);
    }
    if (!rc) {
        event_pattern_remove(w);
    }
    return rc;
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
    return had || w->is_new ? write_single(w, t, &r, err) : RC_OK;
}

enum rc event_recur_inherit(struct writer *w, const struct event_time *t, struct err *err)
{
    CLEANUP_FINI(recur_blob_fini) struct recur_blob r = {0};
    CLEANUP_FINI(exception_writer_fini) struct exception_writer x = {0};
    CLEANUP(map_free) struct map *base = map_new();
    enum rc rc = event_recur_get(w->now, &r, err);
    if (rc) {
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    for (struct json *o = json_first(json_get(w->base, "recurrenceOverrides")); o;
         o = json_next(o)) {
        map_put(base, json_key(o), o);
    }
    rc = exception_writer_init(&x, w, t, err);
    for (size_t i = 0; !rc && i < r.exception_count; i++) {
        char key[CIVIL_TEXT_SIZE];
        exception_key(r.exceptions[i].original, key);
        const struct exception_edit edit = {.was_key = key,
            .was_patch = map_get(base, key),
            .key = key,
            .patch = map_get(base, key),
            .existing = true};
        rc = exception_put(&x, &edit, &r.exceptions[i], err);
    }
    if (!rc) {
        event_blob_put(w, &r);
    }
    return rc;
}
