/* Time zones of an iCalendar object: TZID and VTIMEZONE -> IANA names and rules. The way back is
 * ical_zone_define.c. */
#include "client/codec/ical_private.h"

#include <stdio.h>
#include <string.h>

#include "client/codec/text.h"

void ical_zone_fini(struct ical_zone *z)
{
    free(z->name);
    free(z->tzid);
    memset(z, 0, sizeof *z);
}

bool ical_zone_is_utc(const struct ical_zone *z)
{
    return str_eq(z->name, "Etc/UTC");
}

int64_t ical_zone_utc(const struct ical_zone *z, int64_t wall)
{
    return z->zone ? zone_utc(z->zone, wall) : zone_to_utc(&z->rule, wall);
}

int64_t ical_zone_wall(const struct ical_zone *z, int64_t utc)
{
    return z->zone ? zone_wall(z->zone, utc) : zone_to_wall(&z->rule, utc);
}

void ical_zone_copy(const struct ical_zone *from, struct ical_zone *to)
{
    *to = *from;
    to->name = mem_strdup(from->name);
    to->tzid = mem_strdup(from->tzid);
}

/* ---- VTIMEZONE -> rule ---- */
/* "-0500", "+053000" */
static bool offset_parse(const char *s, int *ret)
{
    int h, m, sec = 0;
    char sign;
    if (!s || sscanf(s, "%c%2d%2d%2d", &sign, &h, &m, &sec) < 3 || (sign != '+' && sign != '-') ||
        h > 23 || m > 59 || sec > 59 || h < 0 || m < 0 || sec < 0) {
        return false;
    }
    *ret = (sign == '-' ? -1 : 1) * (h * 3600 + m * 60 + sec);
    return true;
}

static int weekday_of(const char *day)
{
    static const char *const days[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};
    for (int i = 0; i < 7; i++) {
        if (str_eq(days[i], day)) {
            return i;
        }
    }
    return -1;
}

/* The other form that add_observance writes: a week of month days that is the day before or after
 * an nth weekday. */
static bool shifted_parse(const struct json *month_days, struct zone_change *c)
{
    int first = (int)json_int_value(json_at(month_days, 0), 0);
    if (json_count(month_days) != 7 || (first != -8 && (first < 2 || first > 23))) {
        return false;
    }
    bool last = first == -8;
    int shift = last ? -1 : (first - 1) % 7;
    if (!last && shift != 1 && shift != 6) {
        return false;
    }
    shift = shift == 6 ? -1 : shift;
    c->week = last ? 5 : (first - 1 - shift) / 7 + 1;
    c->weekday = (c->weekday + 7 - shift) % 7;
    c->seconds += shift * 86400;
    return true;
}

/* A transition "2nd Sunday in March at 2:00" from DTSTART and RRULE; false if it is not of that
 * form. */
static bool change_parse(const struct lines_comp *observance, struct zone_change *ret)
{
    const struct line *start = lines_find(observance, "DTSTART"),
                      *rule = lines_find(observance, "RRULE");
    struct civil c;
    if (!start || !civil_parse_basic(start->value, &c, NULL, NULL) || !rule) {
        return false;
    }
    struct ical_zone none = {0};
    CLEANUP(json_free) struct json *r = ical_rule_read(rule->value, &none);
    const struct json *day = json_at(json_get(r, "byDay"), 0),
                      *month_days = json_get(r, "byMonthDay");
    const char *month = json_str_value(json_at(json_get(r, "byMonth"), 0));
    int nth = (int)json_get_int(day, "nthOfPeriod", 0);
    if (!str_eq(json_get_str(r, "frequency"), "yearly") || json_count(json_get(r, "byDay")) != 1) {
        return false;
    }
    ret->month = month ? atoi(month) : c.month;
    ret->weekday = weekday_of(json_get_str(day, "day"));
    ret->seconds = c.hour * 3600 + c.minute * 60 + c.second;
    ret->week = nth == -1 ? 5 : nth;
    if (ret->month < 1 || ret->month > 12 || ret->weekday < 0) {
        return false;
    }
    return nth == 0 ? shifted_parse(month_days, ret) : nth >= -1 && nth <= 5;
}

/* The latest STANDARD or DAYLIGHT: the one that holds now. */
static struct lines_comp *latest(
    const struct ical *ic, const struct lines_comp *zone, const char *name)
{
    struct lines_comp *best = NULL;
    const char *best_start = "";
    for (struct lines_comp *c = lines_comp_find(ic->lines, zone, name, NULL); c;
         c = lines_comp_find(ic->lines, zone, name, c)) {
        const struct line *start = lines_find(c, "DTSTART");
        if (start && strcmp(start->value, best_start) >= 0) {
            best = c;
            best_start = start->value;
        }
    }
    return best;
}

/* Of the past: its rule has an end, or it was a single change and another one came after it. */
static bool observance_ended(const struct lines_comp *o, const struct lines_comp *other)
{
    const struct line *rule = lines_find(o, "RRULE"), *start = lines_find(o, "DTSTART"),
                      *other_start = lines_find(other, "DTSTART");
    if (rule) {
        return strstr(rule->value, "UNTIL=") != NULL;
    }
    return start && other_start && strcmp(start->value, other_start->value) < 0;
}

static bool rule_parse(const struct ical *ic, const struct lines_comp *zone, struct zone_rule *ret)
{
    struct lines_comp *standard = latest(ic, zone, "STANDARD"),
                      *daylight = latest(ic, zone, "DAYLIGHT");
    struct zone_rule r = {0};
    const struct line *to = standard ? lines_find(standard, "TZOFFSETTO") : NULL;
    if (!to || !offset_parse(to->value, &r.standard_offset)) {
        return false;
    }
    r.daylight_offset = r.standard_offset;
    if (daylight && !observance_ended(daylight, standard)) {
        to = lines_find(daylight, "TZOFFSETTO");
        if (!to || !offset_parse(to->value, &r.daylight_offset) ||
            !change_parse(daylight, &r.to_daylight) || !change_parse(standard, &r.to_standard)) {
            return false;
        }
    }
    *ret = r;
    return true;
}

struct lines_comp *ical_zone_definition(const struct ical *ic, const char *tzid)
{
    for (struct lines_comp *c = lines_comp_find(ic->lines, ic->cal, "VTIMEZONE", NULL); c;
         c = lines_comp_find(ic->lines, ic->cal, "VTIMEZONE", c)) {
        const struct line *line = lines_find(c, "TZID");
        if (line && str_eq(line->value, tzid)) {
            return c;
        }
    }
    return NULL;
}

static void take_zone(const struct zone *zone, const char *tzid, struct ical_zone *ret)
{
    ret->name = mem_strdup(zone->iana);
    ret->zone = zone;
    ret->known = true;
    ret->tzid = mem_strdup(tzid);
}

void ical_zone_of_tzid(const struct ical *ic, const char *tzid, struct ical_zone *ret)
{
    memset(ret, 0, sizeof *ret);
    const struct zone *zone = zone_by_tzid(tzid);
    const struct lines_comp *definition = ical_zone_definition(ic, tzid);
    const struct line *location =
        definition && !zone ? lines_find(definition, "X-LIC-LOCATION") : NULL;
    if (location) {
        zone = zone_by_tzid(location->value);
    }
    struct zone_rule rule;
    bool has_rule = !zone && definition && rule_parse(ic, definition, &rule);
    if (has_rule) {
        zone = zone_by_rule(&rule);
    }
    if (zone) {
        take_zone(zone, tzid, ret);
        return;
    }
    ret->name = *tzid == '/' ? mem_strdup(tzid) : str_printf("/%s", tzid);
    ret->tzid = mem_strdup(tzid);
    ret->known = has_rule;
    if (has_rule) {
        ret->rule = rule;
    }
}

/* Servers deliver objects with TZIDs that nothing defines; what is there may stay and be used
 * again. */
static bool is_used(const struct ical *ic, const char *tzid)
{
    for (const struct line *l = ic->lines->first; l; l = l->next) {
        if (l->raw && str_eq(line_param(l, "TZID"), tzid)) {
            return true;
        }
    }
    return ical_zone_definition(ic, tzid) != NULL;
}

enum rc ical_zone_of_doc(const struct ical *ic, const struct json *doc, const char *name,
    struct ical_zone *ret, struct err *err)
{
    memset(ret, 0, sizeof *ret);
    const struct zone *zone = name && *name != '/' ? zone_by_iana(name) : NULL;
    if (!name) {
        return RC_OK;
    }
    if (zone) {
        take_zone(zone, str_eq(zone->iana, "Etc/UTC") ? NULL : name, ret);
        return RC_OK;
    }
    const char *tzid = json_get_str(json_get(json_get(doc, "timeZones"), name), "tzId");
    if (!tzid && *name == '/') {
        tzid = is_used(ic, name) ? name : name + 1;
    }
    if (!tzid || !is_used(ic, tzid)) {
        return err_set(err, RC_UNSUPPORTED, 0, "the time zone %.80s is not known", name);
    }
    ical_zone_of_tzid(ic, tzid, ret);
    return RC_OK;
}
