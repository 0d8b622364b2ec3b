/* Dates and times: DTSTART, DTEND, DUE, DURATION <-> start, due, duration, timeZone,
 * showWithoutTime. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/codec/text.h"

#define DAY INT64_C(86400)
/* Years that can be told on every clock without leaving what date.h takes. */
#define FIRST_YEAR 2
#define LAST_YEAR  9998

void ical_time_fini(struct ical_time *t)
{
    ical_zone_fini(&t->zone);
}

bool ical_time_parse(
    const struct ical *ic, const struct line *line, const char *text, struct ical_time *ret)
{
    CLEANUP(mem_free) char *trimmed = str_trim(text);
    struct ical_time t = {0};
    bool utc = false;
    if (!civil_parse_basic(trimmed, &t.at, &utc, &t.date_only) || !civil_valid(&t.at) ||
        t.at.year < FIRST_YEAR || t.at.year > LAST_YEAR) {
        return false;
    }
    const char *tzid = line_param(line, "TZID");
    if (utc) {
        t.zone.name = mem_strdup("Etc/UTC");
        t.zone.known = true;
    } else if (!t.date_only && !str_empty(tzid)) {
        ical_zone_of_tzid(ic, tzid, &t.zone);
    }
    *ret = t;
    return true;
}

struct civil ical_civil_convert(
    const struct civil *c, const struct ical_zone *from, const struct ical_zone *to)
{
    if (!from->known || !to->known || str_eq(from->name, to->name)) {
        return *c;
    }
    return civil_from_seconds(ical_zone_wall(to, ical_zone_utc(from, civil_seconds(c))));
}

struct civil ical_time_in(const struct ical_time *t, const struct ical_zone *zone)
{
    return t->date_only ? t->at : ical_civil_convert(&t->at, &t->zone, zone);
}

void ical_time_format(
    const struct civil *c, bool date_only, const struct ical_zone *zone, char out[CIVIL_TEXT_SIZE])
{
    if (date_only) {
        civil_format_basic_date(c, out);
    } else {
        civil_format_basic(c, ical_zone_is_utc(zone), out);
    }
}

void ical_time_params(struct line *line, bool date_only, const struct ical_zone *zone)
{
    line_param_set(line, "VALUE", date_only ? "DATE" : NULL);
    line_param_set(line, "TZID", date_only || ical_zone_is_utc(zone) ? NULL : zone->tzid);
}

char *ical_iso(const struct civil *c)
{
    char text[CIVIL_TEXT_SIZE];
    civil_format_iso(c, false, text);
    return mem_strdup(text);
}

char *ical_utc_to_iso(const char *s)
{
    CLEANUP(mem_free) char *trimmed = str_trim(s);
    struct civil c;
    bool utc = false, date_only = false;
    if (!civil_parse_basic(trimmed, &c, &utc, &date_only) || date_only || !civil_valid(&c)) {
        return NULL;
    }
    char text[CIVIL_TEXT_SIZE];
    civil_format_iso(&c, true, text);
    return mem_strdup(text);
}

char *ical_utc_from_iso(const char *s)
{
    struct civil c;
    if (!s || !civil_parse_iso(s, &c, NULL) || !civil_valid(&c)) {
        return NULL;
    }
    char text[CIVIL_TEXT_SIZE];
    civil_format_basic(&c, true, text);
    return mem_strdup(text);
}

char *ical_duration_normal(const char *s)
{
    CLEANUP(mem_free) char *trimmed = s ? str_trim(s) : NULL;
    int64_t seconds;
    char text[DURATION_TEXT_SIZE];
    if (!duration_parse(trimmed, &seconds)) {
        return NULL;
    }
    duration_format(seconds, text);
    return mem_strdup(text);
}

/* ---- end = start + duration: days are nominal, the rest is exact (RFC 8984 section 1.4.6) ---- */
static void duration_split(const char *s, int64_t *ret_days, int64_t *ret_seconds)
{
    const char *time = strchr(s, 'T');
    CLEANUP(mem_free) char *dates = mem_strndup(s, time ? (size_t)(time - s) : strlen(s));
    int64_t total = 0, days = 0;
    duration_parse(s, &total);
    duration_parse(dates, &days);
    *ret_days = days / DAY;
    *ret_seconds = total - days;
}

static struct civil add_duration(
    const struct civil *start, const char *duration, const struct ical_zone *zone)
{
    int64_t days, seconds;
    duration_split(duration, &days, &seconds);
    int64_t wall = civil_seconds(start) + days * DAY;
    if (zone->known && seconds) {
        wall = ical_zone_wall(zone, ical_zone_utc(zone, wall) + seconds);
    } else {
        wall += seconds;
    }
    return civil_from_seconds(wall);
}

/* The text of the duration between two times; NULL if the end is before the start. */
static char *duration_between(const struct ical_time *start, const struct ical_time *end)
{
    struct civil there = ical_time_in(end, &start->zone);
    int64_t wall = civil_seconds(&there) - civil_seconds(&start->at), exact = wall;
    if (start->zone.known && !end->date_only) {
        const struct ical_zone *zone = end->zone.known ? &end->zone : &start->zone;
        exact = ical_zone_utc(zone, civil_seconds(&end->at)) -
                ical_zone_utc(&start->zone, civil_seconds(&start->at));
    }
    char text[DURATION_TEXT_SIZE];
    duration_format(wall, text);
    struct civil again = add_duration(&start->at, text, &start->zone);
    if (wall < 0 || exact < 0) {
        return NULL;
    }
    if (civil_seconds(&again) == civil_seconds(&there)) {
        return mem_strdup(text);
    }
    /* The clocks change in between: say it in hours, which are exact. */
    long long h = exact / 3600, m = exact / 60 % 60, s = exact % 60;
    CLEANUP(mem_free) char *minutes = m ? str_printf("%lldM", m) : mem_strdup("");
    CLEANUP(mem_free) char *secs = s ? str_printf("%lldS", s) : mem_strdup("");
    return h || (!m && !s) ? str_printf("PT%lldH%s%s", h, minutes, secs)
                           : str_printf("PT%s%s", minutes, secs);
}

/* ---- reading ---- */
static enum rc bad_time(const struct line *line, struct err *err)
{
    return err_set(
        err, RC_INVALID, 0, "line %d: %.20s has no usable date or time", line->number, line->name);
}

/* The first line of this name as a time; *ret_found tells whether there is one. */
static enum rc get_time(const struct ical *ic, const struct lines_comp *comp, const char *name,
    struct ical_time *ret, bool *ret_found, struct err *err)
{
    const struct line *line = lines_find(comp, name);
    *ret_found = line != NULL;
    return line && !ical_time_parse(ic, line, line->value, ret) ? bad_time(line, err) : RC_OK;
}

static void choose_zone(
    const struct ical_time *anchor, const struct ical_zone *home, struct ical_zone *ret)
{
    bool in_home = home && home->known && ical_zone_is_utc(&anchor->zone);
    ical_zone_copy(in_home ? home : &anchor->zone, ret);
}

static void set_zone(const struct ical_zone *zone, struct json *doc)
{
    if (!zone->name) {
        return;
    }
    json_set_str(doc, "timeZone", zone->name);
    if (*zone->name == '/') {
        struct json *custom = json_need_object(json_need_object(doc, "timeZones"), zone->name);
        json_set_str(custom, "@type", "TimeZone");
        json_set_str(custom, "tzId", zone->tzid);
    }
}

static void set_local(
    struct json *doc, const char *member, const struct ical_time *t, const struct ical_zone *zone)
{
    struct civil c = ical_time_in(t, zone);
    CLEANUP(mem_free) char *text = ical_iso(&c);
    json_set_str(doc, member, text);
}

static char *event_duration(const struct lines_comp *comp, const struct ical_time *start,
    const struct ical_time *end, bool has_end)
{
    const struct line *line = lines_find(comp, "DURATION");
    char *duration = has_end ? duration_between(start, end)
                     : line  ? ical_duration_normal(line->value)
                             : NULL;
    if (!duration && start->date_only) {
        return mem_strdup("P1D"); /* RFC 5545 section 3.6.1 */
    }
    bool none = str_eq(duration, "PT0S") || (duration && *duration == '-');
    return none ? (free(duration), NULL) : duration;
}

/* A flight ends in another zone. An end in UTC is a way to write it, not a place to be. */
static void show_end_zone(
    const struct ical_time *end, const struct ical_zone *start, struct json *doc)
{
    bool named = end->zone.known && !ical_zone_is_utc(&end->zone) && *end->zone.name != '/';
    if (named && start->known && !str_eq(end->zone.name, start->name)) {
        json_set_str(doc, "endTimeZone", end->zone.name);
    }
}

static enum rc event_times_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *home, struct json *doc, struct ical_zone *ret_zone, struct err *err)
{
    CLEANUP_FINI(ical_time_fini) struct ical_time start = {0}, end = {0};
    bool has_start, has_end;
    enum rc rc = get_time(ic, comp, "DTSTART", &start, &has_start, err);
    if (rc == RC_OK) {
        rc = get_time(ic, comp, "DTEND", &end, &has_end, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (!has_start) {
        return err_set(
            err, RC_INVALID, 0, "the event in line %d has no DTSTART", comp->begin->number);
    }
    choose_zone(&start, home, ret_zone);
    set_local(doc, "start", &start, ret_zone);
    set_zone(ret_zone, doc);
    CLEANUP(mem_free) char *duration = event_duration(comp, &start, &end, has_end);
    json_set_str(doc, "duration", duration);
    if (start.date_only) {
        json_set_bool(doc, "showWithoutTime", true);
    } else if (has_end) {
        show_end_zone(&end, ret_zone, doc);
    }
    return RC_OK;
}

static enum rc task_times_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *home, struct json *doc, struct ical_zone *ret_zone, struct err *err)
{
    CLEANUP_FINI(ical_time_fini) struct ical_time start = {0}, due = {0};
    bool has_start, has_due;
    enum rc rc = get_time(ic, comp, "DTSTART", &start, &has_start, err);
    if (rc == RC_OK) {
        rc = get_time(ic, comp, "DUE", &due, &has_due, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    const struct ical_time *anchor = has_start && (!start.date_only || !has_due) ? &start : &due;
    choose_zone(anchor, home, ret_zone);
    if (has_start) {
        set_local(doc, "start", &start, ret_zone);
    }
    const struct line *length = lines_find(comp, "DURATION");
    CLEANUP(mem_free) char *duration = length ? ical_duration_normal(length->value) : NULL;
    if (has_due) {
        set_local(doc, "due", &due, ret_zone);
    } else if (has_start && duration && *duration != '-') {
        struct civil from = ical_time_in(&start, ret_zone),
                     to = add_duration(&from, duration, ret_zone);
        CLEANUP(mem_free) char *text = ical_iso(&to);
        json_set_str(doc, "due", text);
    }
    set_zone(ret_zone, doc);
    if ((has_start || has_due) && (!has_start || start.date_only) && (!has_due || due.date_only)) {
        json_set_bool(doc, "showWithoutTime", true);
    }
    return RC_OK;
}

enum rc ical_times_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *home, struct json *doc, struct ical_zone *ret_zone, struct err *err)
{
    return ic->kind == ITEM_EVENT  ? event_times_read(ic, comp, home, doc, ret_zone, err)
           : ic->kind == ITEM_TASK ? task_times_read(ic, comp, home, doc, ret_zone, err)
                                   : RC_OK; /* the day of a journal entry is none of ours */
}

/* ---- writing ---- */
/* What the document says about time. */
struct wanted {
    struct ical_zone zone, end_zone; /* end_zone: the other one the event ends in, else as zone */
    bool all_day, old_all_day, zone_changed, end_zone_changed, elsewhere;
};
static void wanted_fini(struct wanted *w)
{
    ical_zone_fini(&w->zone);
    ical_zone_fini(&w->end_zone);
}

/* Puts a local time of the document into a line. While the zone stays, the line keeps its own form.
 */
static void put_time(struct ical *ic, struct lines_comp *comp, const char *name,
    const struct civil *c, const struct wanted *w)
{
    struct line *line = lines_find(comp, name);
    CLEANUP_FINI(ical_time_fini) struct ical_time now = {0};
    char text[CIVIL_TEXT_SIZE];
    bool end = str_eq(name, "DTEND");
    const struct ical_zone *zone = end ? &w->end_zone : &w->zone;
    bool keep = line && !(end ? w->end_zone_changed : w->zone_changed) &&
                ical_time_parse(ic, line, line->value, &now);
    bool midnight = c->hour == 0 && c->minute == 0 && c->second == 0;
    if (keep && (!now.date_only || midnight)) {
        struct civil there = now.date_only ? *c : ical_civil_convert(c, &w->zone, &now.zone);
        ical_time_format(&there, now.date_only, &now.zone, text);
        line_set_value(line, text);
        return;
    }
    struct civil there = w->all_day ? *c : ical_civil_convert(c, &w->zone, zone);
    line = line ? line : ical_add(ic, comp, name, "");
    ical_time_params(line, w->all_day, zone);
    ical_time_format(&there, w->all_day, zone, text);
    line_set_value(line, text);
}

/* Days of an all-day event: whole ones, at least one. */
static struct civil all_day_end(const struct civil *start, const char *duration)
{
    int64_t seconds = 0;
    duration_parse(duration, &seconds);
    int64_t days = (seconds + DAY - 1) / DAY;
    struct civil end =
        civil_from_seconds((civil_seconds(start) / DAY + (days > 0 ? days : 1)) * DAY);
    return end;
}

static void put_end(struct ical *ic, struct lines_comp *comp, const struct civil *start,
    const char *duration, const struct wanted *w, bool duration_changed)
{
    struct line *length = lines_find(comp, "DURATION"), *end = lines_find(comp, "DTEND");
    int64_t seconds = 0;
    bool none = !duration || !duration_parse(duration, &seconds) || seconds <= 0;
    if (none && !w->all_day) {
        if (duration_changed) {
            ical_put(ic, comp, "DTEND", NULL);
            ical_put(ic, comp, "DURATION", NULL);
        } else if (end) {
            put_time(ic, comp, "DTEND", start, w);
        }
        return;
    }
    if (length && !end && w->elsewhere) { /* only DTEND can say where it ends */
        ical_put(ic, comp, "DURATION", NULL);
    } else if (length && !end) {
        CLEANUP(mem_free) char *now = ical_duration_normal(length->value);
        if (!str_eq(now, duration) && !none) {
            line_set_value(length, duration);
        } else if (none) {
            ical_put(ic, comp, "DURATION", NULL);
        }
        return;
    }
    struct civil at =
        w->all_day ? all_day_end(start, duration) : add_duration(start, duration, &w->zone);
    if (end || !w->all_day || seconds > DAY) {
        put_time(ic, comp, "DTEND", &at, w);
    }
}

static bool same_text(const struct json *a, const struct json *b, const char *member)
{
    return str_eq(json_get_str(a, member), json_get_str(b, member));
}

static bool same_duration(const struct json *before, const struct json *doc)
{
    CLEANUP(mem_free) char *a = ical_duration_normal(json_get_str(before, "duration"));
    CLEANUP(mem_free) char *b = ical_duration_normal(json_get_str(doc, "duration"));
    const char *day = json_get_bool(doc, "showWithoutTime", false) ? "P1D" : "PT0S";
    return str_eq(a ? a : day, b ? b : day);
}

static bool parse_local(const struct json *doc, const char *member, struct civil *ret)
{
    bool utc = false;
    const char *text = json_get_str(doc, member);
    return text && civil_parse_iso(text, ret, &utc) && !utc && civil_valid(ret) &&
           ret->year >= FIRST_YEAR && ret->year <= LAST_YEAR;
}

static enum rc put_local(struct ical *ic, struct lines_comp *comp, const char *property,
    const struct json *doc, const char *member, const struct wanted *w, struct err *err)
{
    struct civil c;
    if (!json_get(doc, member) || json_is_null(json_get(doc, member))) {
        ical_put(ic, comp, property, NULL);
        return RC_OK;
    }
    if (!parse_local(doc, member, &c)) {
        return err_set(err, RC_INVALID, 0, "\"%s\" is no local date and time", member);
    }
    put_time(ic, comp, property, &c, w);
    return RC_OK;
}

static enum rc wanted_init(const struct ical *ic, const struct json *before, const struct json *doc,
    struct wanted *w, struct err *err)
{
    const char *name = json_get_str(doc, "timeZone"), *old = json_get_str(before, "timeZone");
    w->all_day = json_get_bool(doc, "showWithoutTime", false);
    w->old_all_day = json_get_bool(before, "showWithoutTime", false);
    w->zone_changed =
        !before || w->all_day != w->old_all_day || (!str_eq(name, old) && !w->all_day);
    const char *end = w->all_day ? NULL : json_get_str(doc, "endTimeZone");
    w->elsewhere = end != NULL;
    w->end_zone_changed = w->zone_changed || !same_text(before, doc, "endTimeZone");
    enum rc rc = ical_zone_of_doc(ic, doc, w->all_day ? NULL : name, &w->zone, err);
    return rc ? rc
              : ical_zone_of_doc(ic, doc,
                    end          ? end
                    : w->all_day ? NULL
                                 : name,
                    &w->end_zone, err);
}

static enum rc event_times_write(struct ical *ic, struct lines_comp *comp,
    const struct json *before, const struct json *doc, const struct wanted *w, struct err *err)
{
    struct civil start;
    if (!parse_local(doc, "start", &start)) {
        return err_set(err, RC_INVALID, 0, "\"start\" is missing or no local date and time");
    }
    put_time(ic, comp, "DTSTART", &start, w);
    put_end(
        ic, comp, &start, json_get_str(doc, "duration"), w, !before || !same_duration(before, doc));
    if (lines_find(comp, "X-MICROSOFT-CDO-ALLDAYEVENT")) {
        ical_put(ic, comp, "X-MICROSOFT-CDO-ALLDAYEVENT", w->all_day ? "TRUE" : "FALSE");
    }
    return RC_OK;
}

static enum rc task_times_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, const struct wanted *w, struct err *err)
{
    enum rc rc = RC_OK;
    bool due_changed = w->zone_changed || !same_text(before, doc, "due");
    bool start_changed = w->zone_changed || !same_text(before, doc, "start");
    if (start_changed) {
        rc = put_local(ic, comp, "DTSTART", doc, "start", w, err);
    }
    if (rc == RC_OK && (due_changed || (start_changed && lines_find(comp, "DURATION")))) {
        rc = put_local(ic, comp, "DUE", doc, "due", w, err);
        ical_put(ic, comp, "DURATION", NULL); /* says the same as DUE, and only one may stand */
    }
    return rc;
}

enum rc ical_times_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, struct err *err)
{
    CLEANUP_FINI(wanted_fini) struct wanted w = {0};
    bool all_day = json_get_bool(doc, "showWithoutTime", false);
    bool same = before && same_text(before, doc, "start") && same_text(before, doc, "due") &&
                all_day == json_get_bool(before, "showWithoutTime", false) &&
                (all_day || (same_text(before, doc, "timeZone") &&
                                same_text(before, doc, "endTimeZone"))) &&
                same_duration(before, doc);
    if (same || ic->kind == ITEM_NOTE) {
        return RC_OK;
    }
    ic->rescheduled = true;
    enum rc rc = wanted_init(ic, before, doc, &w, err);
    if (rc != RC_OK) {
        return rc;
    }
    return ic->kind == ITEM_EVENT ? event_times_write(ic, comp, before, doc, &w, err)
                                  : task_times_write(ic, comp, before, doc, &w, err);
}
