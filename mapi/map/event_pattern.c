/* What Outlook derives from a recurrence blob: zone, icon, the days a series spans, a text for people;
 * and the other way, when a series becomes a single appointment. */
#include "mapi/map/event.h"

#include "mapi/map/blob_zone.h"

#define ICON_SINGLE         1024
#define ICON_SERIES         1025
#define ICON_MEETING        1026
#define ICON_MEETING_SERIES 1027

void event_blob_put(struct writer *w, const struct recur_blob *r)
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

void event_pattern_put(struct writer *w, const struct recur_blob *r, const struct event_time *t,
    bool keep_zone, bool new_pattern)
{
    event_blob_put(w, r);
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

void event_pattern_remove(struct writer *w)
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
