/* Reading changed occurrences: which message belongs to which exception, and what both say. */
#include "mapi/map/exception.h"

#include "client/item/doc.h"
#include "mapi/map/map.h"

#define METHOD_EMBEDDED 5 /* afEmbeddedMessage */
#define FLAG_EXCEPTION  2 /* [MS-OXCMSG] section 2.2.2.23 */

bool map_has_subs(enum item_kind kind, const struct props *item)
{
    return kind == ITEM_EVENT && get_int(item, P_RECURRING, 0) && has(item, P_RECUR);
}

bool map_is_sub(const struct props *attach)
{
    return get_int(attach, P_ATTACH_METHOD, 0) == METHOD_EMBEDDED &&
           get_int(attach, P_ATTACH_FLAGS, 0) & FLAG_EXCEPTION;
}

bool map_sub_wants_rich(const struct props *item)
{
    return get_int(item, P_EXCEPTIONAL_BODY, 0) && !has(item, P_BODY);
}

/* ---- which message belongs to which exception ---- */

static int64_t day_of(int64_t wall)
{
    return minutes1601_from_seconds(wall) / DAY_MINUTES;
}

/* The named property of the message is UTC in all that Outlook wrote; the tag of the attachment
 * should be and is local (mapping trap 9). */
static bool place_of(const struct props_sub *sub, const struct zone_rule *rule, int64_t *ret)
{
    int64_t time = get_int(&sub->item, P_EXCEPTION_REPLACE_TIME, 0);
    if (is_date(time)) {
        *ret = day_of(zone_to_wall(rule, filetime_to_seconds(time)));
        return true;
    }
    time = get_int(&sub->attach, P_ATTACH_REPLACE_TIME, 0);
    if (is_date(time)) {
        *ret = day_of(filetime_to_seconds(time));
        return true;
    }
    return false;
}

static int by_day(const void *a, const void *b)
{
    const struct exception_place *x = a, *y = b;
    return x->day != y->day ? (x->day > y->day) - (x->day < y->day)
                            : (x->sub->number > y->sub->number) - (x->sub->number < y->sub->number);
}

void exception_index_init(
    struct exception_index *x, const struct props *item, const struct zone_rule *rule)
{
    *x = (struct exception_index){mem_alloc((item->sub_count + 1) * sizeof *x->places), 0};
    for (size_t i = 0; i < item->sub_count; i++) {
        struct exception_place *place = &x->places[x->count];
        place->sub = &item->subs[i];
        x->count += place_of(place->sub, rule, &place->day);
    }
    qsort(x->places, x->count, sizeof *x->places, by_day);
}

void exception_index_fini(struct exception_index *x)
{
    free(x->places);
    *x = (struct exception_index){0};
}

const struct props_sub *exception_index_next(
    const struct exception_index *x, uint32_t original, size_t *cursor)
{
    int64_t day = original / DAY_MINUTES;
    if (!*cursor) {
        size_t low = 0, high = x->count;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (x->places[middle].day < day) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        *cursor = low;
    }
    if (*cursor < x->count && x->places[*cursor].day == day) {
        return x->places[(*cursor)++].sub;
    }
    return NULL;
}

/* ---- what it says ---- */

void exception_key(uint32_t minutes, char out[CIVIL_TEXT_SIZE])
{
    struct civil c = civil_from_seconds(minutes1601_to_seconds(minutes));
    civil_format_iso(&c, false, out);
}

static void read_times(
    const struct recur_exception *e, const struct event_time *series, struct json *doc)
{
    static const char *const MEMBERS[] = {"start", "timeZone", "duration", "showWithoutTime"};
    struct event_time t = *series;
    int64_t minutes = e->end > e->start ? (int64_t)e->end - e->start : 0;
    t.start_wall = minutes1601_to_seconds(e->start);
    t.days = minutes / DAY_MINUTES;
    t.seconds = minutes % DAY_MINUTES * 60;
    bool whole = t.start_wall % DAY_SECONDS == 0 && t.days && !t.seconds;
    t.all_day = whole && (e->flags & OVERRIDE_SUB_TYPE ? e->sub_type != 0 : series->all_day);
    t.floating = t.all_day && (series->floating || !series->all_day);
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++) {
        json_remove(doc, MEMBERS[i]);
    }
    event_time_show(&t, doc);
}

static void read_texts(const struct recur_exception *e, struct json *doc)
{
    if (e->flags & OVERRIDE_SUBJECT && e->subject) {
        json_set_str(doc, "title", str_empty(e->subject) ? NULL : e->subject);
    }
    if (e->flags & OVERRIDE_LOCATION && e->location) {
        json_remove(doc, "locations");
        event_place_show(e->location, doc);
    }
}

static void read_reminder(
    const struct props *item, const struct recur_exception *e, bool all_day, struct json *doc)
{
    if (!(e->flags & (OVERRIDE_REMINDER_SET | OVERRIDE_REMINDER_DELTA))) {
        return;
    }
    bool set = e->flags & OVERRIDE_REMINDER_SET ? e->reminder_set != 0
                                                : get_int(item, P_REMINDER_SET, 0) != 0;
    int64_t delta = e->flags & OVERRIDE_REMINDER_DELTA ? (int64_t)e->reminder_delta
                                                       : get_int(item, P_REMINDER_DELTA, 15);
    json_remove(doc, "alerts");
    if (set) {
        json_set(json_need_object(doc, "alerts"), "a1",
            event_alert(event_reminder_minutes(delta, all_day)));
    }
}

/* What the blob has no room for. */
static enum rc read_message(const struct recur_exception *e, const struct props_sub *sub,
    const struct map_env *env, struct json *doc, struct err *err)
{
    struct reader r = {&sub->item, env, doc};
    if (has(&sub->item, P_KEYWORDS)) {
        json_remove(doc, "keywords");
        enum rc rc = keywords_read(&r, err);
        if (rc) {
            return rc;
        }
    }
    if (has(&sub->item, P_IMPORTANCE)) {
        json_remove(doc, "priority");
        enum rc rc = priority_read(&r, err);
        if (rc) {
            return rc;
        }
    }
    if (e->flags & OVERRIDE_BODY || get_int(&sub->item, P_EXCEPTIONAL_BODY, 0)) {
        json_remove(doc, "description");
        return description_read(&r, err);
    }
    return RC_OK;
}

enum rc exception_read(const struct props *item, const struct recur_exception *e,
    const struct props_sub *sub, const struct event_time *t, const struct map_env *env,
    const struct json *plain, struct json **ret_patch, struct err *err)
{
    char key[CIVIL_TEXT_SIZE];
    exception_key(e->original, key);
    CLEANUP(json_free) struct json *usual = NULL, *doc = NULL;
    enum rc rc = occurrence_doc(plain, key, NULL, &usual, err);
    if (rc) {
        return rc;
    }
    doc = json_dup(usual);
    read_times(e, t, doc);
    read_texts(e, doc);
    if (e->flags & OVERRIDE_BUSY_STATUS && e->busy_status <= EVENT_BUSY_LAST) {
        json_remove(doc, "freeBusyStatus");
        json_remove(doc, EVENT_MEMBER_BUSY);
        event_busy_show(e->busy_status, doc);
    }
    if (e->flags & OVERRIDE_MEETING_TYPE && e->meeting_type & STATE_MEETING &&
        get_int(item, P_STATE_FLAGS, 0) & STATE_MEETING) {
        event_canceled_show(e->meeting_type, doc);
    }
    read_reminder(item, e, json_get_bool(doc, "showWithoutTime", false), doc);
    rc = sub ? read_message(e, sub, env, doc, err) : RC_OK;
    if (rc) {
        return err_prefix(err, "the changed occurrence %s", key);
    }
    *ret_patch = doc_diff(usual, doc);
    return RC_OK;
}
