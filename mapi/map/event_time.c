/* Start, end and zone of appointments. An all-day appointment that is no meeting floats: it is that
 * date everywhere ([MS-OXOCAL] section 2.2.1.9, mapping trap 2). */
#include "mapi/map/event.h"

#include "mapi/map/blob_zone.h"

#include <stdio.h>
#include <string.h>

#define DURATION_MAX (10000 * DAY_SECONDS)

/* Outlook itself computes days and occurrences by the rule in the item; an instant is told in a zone
 * by name, and everybody who reads that name knows its history. */
static int64_t time_utc(const struct event_time *t, int64_t wall)
{
    return t->by_rule ? zone_to_utc(&t->rule, wall) : zone_utc(t->zone, wall);
}

static int64_t time_wall(const struct event_time *t, int64_t utc)
{
    return t->by_rule ? zone_to_wall(&t->rule, utc) : zone_wall(t->zone, utc);
}

/* ---- which zone ---- */

/* Same offsets: for zones of the past, whose transitions the present table does not have. The
 * user's own zone is tried first. */
static const struct zone *zone_by_offsets(const struct zone_rule *rule, const struct map_env *env)
{
    const struct zone *own = zone_by_tzid(env->zone);
    const char *const common[] = {own ? own->iana : NULL, "America/New_York", "America/Chicago",
        "America/Denver", "America/Los_Angeles", "Europe/Berlin", "Europe/London",
        "Europe/Helsinki", "Asia/Tokyo", "Asia/Shanghai", "Australia/Sydney", "Etc/UTC"};
    for (size_t i = 0; i < ARRAY_LEN(common); i++) {
        const struct zone *zone = zone_by_iana(common[i]);
        if (zone && zone->rule.standard_offset == rule->standard_offset &&
            zone->rule.daylight_offset == rule->daylight_offset) {
            return zone;
        }
    }
    return NULL;
}

static const struct zone *zone_of_rule(const struct zone_rule *rule, const struct map_env *env)
{
    const struct zone *own = zone_by_tzid(env->zone);
    if (own && zone_rule_equal(rule, &own->rule)) {
        return own;
    }
    const struct zone *same = zone_by_rule(rule);
    return same ? same : zone_by_offsets(rule, env);
}

static bool zone_from_definition(
    const struct props *item, enum prop_key key, const struct map_env *env, struct event_time *t)
{
    size_t len;
    const unsigned char *data = props_binary(item, prop_name_of(key), &len);
    CLEANUP_FINI(zone_definition_fini) struct zone_definition d = {0};
    if (!data || blob_zone_definition_read(data, len, &d, NULL) != RC_OK) {
        return false;
    }
    const struct zone_rule *rule = zone_definition_rule(&d);
    const struct zone *zone = zone_by_tzid(d.key_name);
    if (!zone && rule) {
        zone = zone_of_rule(rule, env);
    }
    if (!zone) {
        return false;
    }
    t->zone = zone;
    t->rule = rule ? *rule : zone->rule;
    return true;
}

static bool zone_from_struct(
    const struct props *item, const struct map_env *env, struct event_time *t)
{
    size_t len;
    const unsigned char *data = props_binary(item, prop_name_of(P_ZONE_STRUCT), &len);
    const struct zone *zone = NULL;
    if (data && blob_zone_struct_read(data, len, &t->rule, NULL) == RC_OK) {
        zone = zone_of_rule(&t->rule, env);
    }
    if (zone) {
        t->zone = zone;
    }
    return zone != NULL;
}

static void user_zone(const struct map_env *env, struct event_time *t)
{
    const struct zone *zone = zone_by_tzid(env->zone);
    t->zone = zone ? zone : zone_by_iana("Etc/UTC");
    t->rule = t->zone->rule;
}

/* A series is in the zone of its pattern, a single appointment in the one its start is shown in
 * (mapping trap 20). */
static void find_zone(
    const struct props *item, const struct map_env *env, bool recurring, struct event_time *t)
{
    bool found = recurring && (zone_from_definition(item, P_ZONE_RECUR, env, t) ||
                                  zone_from_struct(item, env, t));
    if (!found && !zone_from_definition(item, P_ZONE_START, env, t)) {
        user_zone(env, t);
    }
}

/* ---- reading ---- */

static bool first_date(
    const struct props *item, const enum prop_key *keys, size_t count, int64_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        int64_t filetime = get_int(item, keys[i], 0);
        if (is_date(filetime)) {
            *ret = filetime_to_seconds(filetime);
            return true;
        }
    }
    return false;
}

static bool is_midnight(int64_t wall)
{
    return wall % DAY_SECONDS == 0;
}

/* All-day takes midnights in the item's zone; a wrong flag on other times is taken as not set. */
static void find_all_day(const struct props *item, const struct map_env *env, struct event_time *t)
{
    struct event_time user = {0};
    user_zone(env, &user);
    const struct zone_rule *const rules[] = {&t->rule, &user.rule, &zone_by_iana("Etc/UTC")->rule};
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        int64_t start = zone_to_wall(rules[i], t->start_utc),
                end = zone_to_wall(rules[i], t->end_utc);
        if (is_midnight(start) && is_midnight(end) && end > start) {
            t->all_day = true;
            t->floating = !(get_int(item, P_STATE_FLAGS, 0) & STATE_MEETING);
            t->by_rule = true;
            t->rule = *rules[i];
            t->start_wall = start;
            t->days = (end - start) / DAY_SECONDS;
            return;
        }
    }
}

/* Where it ends: only what the blob names tells a place, as rules alone are shared by many. */
static void find_end_zone(const struct props *item, struct event_time *t)
{
    size_t len;
    const unsigned char *data = props_binary(item, prop_name_of(P_ZONE_END), &len);
    CLEANUP_FINI(zone_definition_fini) struct zone_definition d = {0};
    if (data && blob_zone_definition_read(data, len, &d, NULL) == RC_OK) {
        const struct zone *zone = zone_by_tzid(d.key_name);
        t->end_zone = zone == t->zone ? NULL : zone;
    }
}

static void single_time(const struct props *item, const struct map_env *env, struct event_time *t)
{
    if (get_int(item, P_SUB_TYPE, 0)) {
        find_all_day(item, env, t);
    }
    if (t->all_day) {
        return;
    }
    t->rule = t->zone->rule;
    t->start_wall = time_wall(t, t->start_utc);
    if (time_utc(t, t->start_wall) !=
        t->start_utc) { /* the second of two equal hours has no name of its own */
        t->zone = zone_by_iana("Etc/UTC");
        t->rule = t->zone->rule;
        t->start_wall = t->start_utc;
    }
    find_end_zone(item, t);
    int64_t wall = time_wall(t, t->end_utc) - t->start_wall, exact = t->end_utc - t->start_utc;
    t->days = wall == exact ? exact / DAY_SECONDS : 0;
    t->seconds = exact - t->days * DAY_SECONDS;
}

static enum rc series_time(
    const struct props *item, const struct recur_blob *recur, struct event_time *t, struct err *err)
{
    int64_t minutes = (int64_t)recur->end_offset - recur->start_offset;
    t->start_wall = minutes1601_to_seconds(recur->start_date) + (int64_t)recur->start_offset * 60;
    if (recur->start_offset >= DAY_MINUTES || minutes < 0 || minutes * 60 > DURATION_MAX) {
        return err_set(err, RC_INVALID, 0,
            "appointment: its recurrence starts or ends at an impossible time of day");
    }
    t->days = minutes / DAY_MINUTES;
    t->seconds = minutes % DAY_MINUTES * 60;
    t->all_day =
        get_int(item, P_SUB_TYPE, 0) && is_midnight(t->start_wall) && t->days && !t->seconds;
    t->floating = t->all_day && !(get_int(item, P_STATE_FLAGS, 0) & STATE_MEETING);
    t->by_rule = true;
    t->start_utc = time_utc(t, t->start_wall);
    t->end_utc = time_utc(t, t->start_wall + minutes * 60);
    return RC_OK;
}

enum rc event_time_read(const struct props *item, const struct map_env *env,
    const struct recur_blob *recur, struct event_time *ret, struct err *err)
{
    static const enum prop_key STARTS[] = {
        P_START_WHOLE, P_COMMON_START, P_START_DATE, P_CLIP_START};
    static const enum prop_key ENDS[] = {P_END_WHOLE, P_COMMON_END, P_END_DATE};
    struct event_time t = {0};
    find_zone(item, env, recur != NULL, &t);
    if (recur) {
        enum rc rc = series_time(item, recur, &t, err);
        if (!rc) {
            *ret = t;
        }
        return rc;
    }
    if (!first_date(item, STARTS, ARRAY_LEN(STARTS), &t.start_utc)) {
        return err_set(
            err, RC_INVALID, 0, "appointment without start (PidLidAppointmentStartWhole)");
    }
    if (!first_date(item, ENDS, ARRAY_LEN(ENDS), &t.end_utc)) {
        int64_t minutes = get_int(item, P_DURATION, 0);
        t.end_utc = t.start_utc + (minutes > 0 && minutes * 60 < DURATION_MAX ? minutes * 60 : 0);
    }
    t.end_utc = t.end_utc < t.start_utc ? t.start_utc : t.end_utc;
    single_time(item, env, &t);
    *ret = t;
    return RC_OK;
}

/* "P1DT2H"; days are nominal, the time part is exact (RFC 8984 section 1.4.6). */
static void format_duration(int64_t days, int64_t seconds, char out[DURATION_TEXT_SIZE])
{
    int h = (int)(seconds / 3600), m = (int)(seconds / 60 % 60), s = (int)(seconds % 60);
    int n = snprintf(out, DURATION_TEXT_SIZE, "P");
    const struct {
        int value;
        const char *unit;
    } parts[] = {{(int)days, "D"}, {h, "H"}, {m, "M"}, {s, "S"}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (i == 1 && seconds) {
            n += snprintf(out + n, DURATION_TEXT_SIZE - (size_t)n, "T");
        }
        if (parts[i].value) {
            n += snprintf(
                out + n, DURATION_TEXT_SIZE - (size_t)n, "%d%s", parts[i].value, parts[i].unit);
        }
    }
}

void event_time_show(const struct event_time *t, struct json *doc)
{
    char text[CIVIL_TEXT_SIZE], duration[DURATION_TEXT_SIZE];
    struct civil start = civil_from_seconds(t->start_wall);
    civil_format_iso(&start, false, text);
    json_set_str(doc, "start", text);
    json_set_str(doc, "timeZone", t->floating ? NULL : t->zone->iana);
    json_set_str(doc, "endTimeZone", t->end_zone ? t->end_zone->iana : NULL);
    if (t->days || t->seconds) {
        format_duration(t->days, t->seconds, duration);
        json_set_str(doc, "duration", duration);
    }
    if (t->all_day) {
        json_set_bool(doc, "showWithoutTime", true);
    }
}

/* ---- what is wanted ---- */

bool event_duration_parse(const char *text, int64_t *ret_days, int64_t *ret_seconds)
{
    int64_t whole = 0, date_part = 0;
    const char *time = text ? strchr(text, 'T') : NULL;
    if (text && !duration_parse(text, &whole)) {
        return false;
    }
    if (time) {
        CLEANUP(mem_free) char *dates = mem_strndup(text, (size_t)(time - text));
        if (time - text > 1 && !duration_parse(dates, &date_part)) {
            return false;
        }
    } else {
        date_part = whole;
    }
    *ret_days = date_part / DAY_SECONDS;
    *ret_seconds = whole - date_part;
    return whole >= 0 && whole <= DURATION_MAX;
}

/* The zone wanted. Kept if the item is in it already. */
static enum rc want_zone(
    const struct writer *w, struct event_time *t, bool *ret_keep, struct err *err)
{
    const char *name = json_get_str(w->want, "timeZone"), *was = json_get_str(w->base, "timeZone");
    bool same = !w->is_new && str_eq(name, was) && has(w->now, P_ZONE_START) &&
                json_get_bool(w->base, "showWithoutTime", false) == t->all_day;
    if (same) {
        struct recur_blob recur = {0};
        bool recurring = event_recur_get(w->now, &recur, NULL) == RC_OK;
        struct event_time now;
        enum rc rc = event_time_read(w->now, w->env, recurring ? &recur : NULL, &now, err);
        recur_blob_fini(&recur);
        if (rc) {
            return rc;
        }
        t->zone = now.zone;
        t->rule = now.rule;
        *ret_keep = true;
        return RC_OK;
    }
    *ret_keep = false;
    if (!name) {
        user_zone(w->env, t);
        return RC_OK;
    }
    t->zone = zone_by_tzid(name);
    if (!t->zone) {
        return err_set(err, RC_UNSUPPORTED, 0, "the time zone %s is unknown here", name);
    }
    t->rule = t->zone->rule;
    return RC_OK;
}

/* A series has one zone, and so has an event without times. */
static enum rc want_end_zone(const struct writer *w, struct event_time *t, struct err *err)
{
    const char *name = json_get_str(w->want, "endTimeZone");
    if (!name || t->all_day || json_count(json_get(w->want, "recurrenceRules"))) {
        return RC_OK;
    }
    const struct zone *zone = zone_by_tzid(name);
    if (!zone) {
        return err_set(err, RC_UNSUPPORTED, 0, "the time zone %s is unknown here", name);
    }
    t->end_zone = zone == t->zone ? NULL : zone;
    return RC_OK;
}

enum rc event_time_want(
    const struct writer *w, struct event_time *ret, bool *ret_keep_zone, struct err *err)
{
    struct event_time t = {0};
    struct civil start;
    if (!json_get_str(w->want, "start") ||
        !civil_parse_iso(json_get_str(w->want, "start"), &start, NULL) || start.year < 1602 ||
        start.year >= 4500) {
        return err_set(err, RC_INVALID, 0, "event without a usable start");
    }
    if (!event_duration_parse(json_get_str(w->want, "duration"), &t.days, &t.seconds)) {
        return err_set(err, RC_INVALID, 0, "event: the duration %s makes no sense",
            json_get_str(w->want, "duration"));
    }
    t.all_day = json_get_bool(w->want, "showWithoutTime", false);
    t.floating = t.all_day && !json_get_str(w->want, "timeZone");
    enum rc rc = want_zone(w, &t, ret_keep_zone, err);
    rc = rc ? rc : want_end_zone(w, &t, err);
    if (rc) {
        return rc;
    }
    t.start_wall = civil_seconds(&start);
    if (t.all_day) { /* whole days, at least one */
        t.start_wall -= t.start_wall % DAY_SECONDS;
        t.days += (t.seconds + DAY_SECONDS - 1) / DAY_SECONDS;
        t.days = t.days ? t.days : 1;
        t.seconds = 0;
    }
    t.by_rule = t.all_day || json_count(json_get(w->want, "recurrenceRules"));
    t.start_utc = time_utc(&t, t.start_wall);
    t.end_utc = t.days ? time_utc(&t, t.start_wall + t.days * DAY_SECONDS) : t.start_utc;
    t.end_utc += t.seconds;
    *ret = t;
    return RC_OK;
}

/* ---- writing ---- */

const char *event_zone_key(const struct zone *zone)
{
    const struct zone *same = zone->windows ? NULL : zone_by_rule(&zone->rule);
    return zone->windows ? zone->windows : same && same->windows ? same->windows : zone->iana;
}

static void put_zone(struct writer *w, const struct event_time *t)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    const char *key = event_zone_key(t->zone);
    blob_zone_definition_write(key, &t->rule, false, &b);
    put_binary(w, P_ZONE_START, buf_str(&b), b.len);
    buf_fini(&b);
    int offset = t->rule.standard_offset / 60, size = offset < 0 ? -offset : offset;
    CLEANUP(mem_free)
    char *shown =
        str_printf("(UTC%c%02d:%02d) %s", offset < 0 ? '-' : '+', size / 60, size % 60, key);
    put_text(w, P_ZONE_DESCRIPTION, shown);
}

static void put_end_zone(struct writer *w, const struct event_time *t)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    const struct zone *zone = t->end_zone ? t->end_zone : t->zone;
    blob_zone_definition_write(
        event_zone_key(zone), t->end_zone ? &zone->rule : &t->rule, false, &b);
    put_binary(w, P_ZONE_END, buf_str(&b), b.len);
    buf_fini(&b);
}

void event_time_put(struct writer *w, const struct event_time *t, bool keep_zone)
{
    int64_t start = filetime_from_seconds(t->start_utc), end = filetime_from_seconds(t->end_utc);
    static const enum prop_key STARTS[] = {P_START_WHOLE, P_COMMON_START, P_CLIP_START};
    static const enum prop_key ENDS[] = {P_END_WHOLE, P_COMMON_END, P_CLIP_END};
    for (size_t i = 0; i < ARRAY_LEN(STARTS); i++) {
        put_int(w, STARTS[i], start);
        put_int(w, ENDS[i], end);
    }
    put_copy(w, P_START_DATE, start);
    put_copy(w, P_END_DATE, end);
    put_int(w, P_DURATION, (t->end_utc - t->start_utc) / 60);
    put_int(w, P_SUB_TYPE, t->all_day);
    if (!keep_zone) {
        put_zone(w, t);
    }
    if (!keep_zone || member_changed(w, "endTimeZone")) {
        put_end_zone(w, t);
    }
}
