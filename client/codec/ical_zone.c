/* Time zones of an iCalendar object: TZID and VTIMEZONE <-> IANA names and rules. */
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
    if (!s || sscanf(s, "%c%2d%2d%2d", &sign, &h, &m, &sec) < 3 || (sign != '+' && sign != '-') || h > 23 ||
        m > 59 || sec > 59 || h < 0 || m < 0 || sec < 0) {
        return false;
    }
    *ret = (sign == '-' ? -1 : 1) * (h * 3600 + m * 60 + sec);
    return true;
}

/* A transition "2nd Sunday in March at 2:00" from DTSTART and RRULE; false if it is not of that form. */
static bool change_parse(const struct lines_comp *observance, struct zone_change *ret)
{
    const struct line *start = lines_find(observance, "DTSTART"), *rule = lines_find(observance, "RRULE");
    struct civil c;
    if (!start || !civil_parse_basic(start->value, &c, NULL, NULL) || !rule) {
        return false;
    }
    struct ical_zone none = {0};
    CLEANUP(json_free) struct json *r = ical_rule_read(rule->value, &none);
    const struct json *day = json_at(json_get(r, "byDay"), 0);
    const char *month = json_str_value(json_at(json_get(r, "byMonth"), 0));
    static const char *const days[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};
    int64_t nth = json_get_int(day, "nthOfPeriod", 0);
    if (!str_eq(json_get_str(r, "frequency"), "yearly") || json_count(json_get(r, "byDay")) != 1 || nth < -1 ||
        nth == 0 || nth > 5) {
        return false;
    }
    ret->month = month ? atoi(month) : c.month;
    ret->week = nth == -1 ? 5 : (int)nth;
    ret->seconds = c.hour * 3600 + c.minute * 60 + c.second;
    for (int i = 0; i < 7; i++) {
        if (str_eq(days[i], json_get_str(day, "day"))) {
            ret->weekday = i;
        }
    }
    return ret->month >= 1 && ret->month <= 12;
}

/* The latest STANDARD or DAYLIGHT: the one that holds now. */
static struct lines_comp *latest(const struct ical *ic, const struct lines_comp *zone, const char *name)
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

static bool rule_ended(const struct lines_comp *observance)
{
    const struct line *rule = lines_find(observance, "RRULE");
    return rule && strstr(rule->value, "UNTIL=");
}

static bool rule_parse(const struct ical *ic, const struct lines_comp *zone, struct zone_rule *ret)
{
    struct lines_comp *standard = latest(ic, zone, "STANDARD"), *daylight = latest(ic, zone, "DAYLIGHT");
    struct zone_rule r = {0};
    const struct line *to = standard ? lines_find(standard, "TZOFFSETTO") : NULL;
    if (!to || !offset_parse(to->value, &r.standard_offset)) {
        return false;
    }
    r.daylight_offset = r.standard_offset;
    if (daylight && !rule_ended(daylight)) {
        to = lines_find(daylight, "TZOFFSETTO");
        if (!to || !offset_parse(to->value, &r.daylight_offset) || !change_parse(daylight, &r.to_daylight) ||
            !change_parse(standard, &r.to_standard)) {
            return false;
        }
    }
    *ret = r;
    return true;
}

static struct lines_comp *find_definition(const struct ical *ic, const char *tzid)
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
    ret->rule = zone->rule;
    ret->known = true;
    ret->tzid = mem_strdup(tzid);
}

void ical_zone_of_tzid(const struct ical *ic, const char *tzid, struct ical_zone *ret)
{
    memset(ret, 0, sizeof *ret);
    const struct zone *zone = zone_by_tzid(tzid);
    const struct lines_comp *definition = find_definition(ic, tzid);
    const struct line *location = definition && !zone ? lines_find(definition, "X-LIC-LOCATION") : NULL;
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

enum rc ical_zone_of_doc(const struct ical *ic, const struct json *doc, const char *name, struct ical_zone *ret,
    struct err *err)
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
        tzid = find_definition(ic, name) ? name : name + 1;
    }
    if (!tzid || !find_definition(ic, tzid)) {
        return err_set(err, RC_UNSUPPORTED, 0, "the time zone %.80s is not known", name);
    }
    ical_zone_of_tzid(ic, tzid, ret);
    return RC_OK;
}

/* ---- rule -> VTIMEZONE ---- */
static void offset_format(int seconds, char out[8])
{
    int n = abs(seconds);
    snprintf(out, 8, "%c%02d%02d", seconds < 0 ? '-' : '+', n / 3600 % 100, n / 60 % 60);
}

static void add_observance(struct lines *l, struct lines_comp *zone, const char *name, const struct zone_change *change,
    int from, int to)
{
    static const char *const days[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    struct lines_comp *c = lines_comp_insert(l, zone, zone->end, name);
    struct civil at = {1970, 1, 1, 0, 0, 0};
    char text[CIVIL_TEXT_SIZE], offset[8];
    CLEANUP(mem_free) char *rule = NULL;
    if (change->month) {
        /* A clock time beyond the day (Greenland: Saturday 22:00 written as -2:00 on Sunday) moves the day. */
        int day_shift = change->seconds < 0 ? -((86399 - change->seconds) / 86400) : change->seconds / 86400;
        int seconds = change->seconds - day_shift * 86400;
        int day = zone_change_day(change, 1970);
        at = civil_from_seconds((date_days(1970, change->month, day) + day_shift) * 86400 + seconds);
        int weekday = ((change->weekday + day_shift) % 7 + 7) % 7;
        if (!day_shift || change->week == 5) {
            rule = str_printf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", change->month, change->week == 5 ? -1 : change->week,
                days[weekday]);
        }
        if (day_shift && change->week != 5) { /* the nth weekday moved by a day: say which days of the month it may be */
            int first = (change->week - 1) * 7 + 1 + day_shift;
            rule = str_printf("FREQ=YEARLY;BYMONTH=%d;BYMONTHDAY=%d,%d,%d,%d,%d,%d,%d;BYDAY=%s", change->month, first,
                first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, days[weekday]);
        }
    }
    civil_format_basic(&at, false, text);
    lines_insert(l, c->end, "DTSTART", text);
    offset_format(from, offset);
    lines_insert(l, c->end, "TZOFFSETFROM", offset);
    offset_format(to, offset);
    lines_insert(l, c->end, "TZOFFSETTO", offset);
    if (rule) {
        lines_insert(l, c->end, "RRULE", rule);
    }
}

static void define(const struct ical *ic, const char *tzid, const struct zone_rule *rule)
{
    struct lines_comp *first = lines_comp_find(ic->lines, ic->cal, ic->name, NULL);
    struct lines_comp *zone =
        lines_comp_insert(ic->lines, ic->cal, first ? first->begin : ic->cal->end, "VTIMEZONE");
    lines_insert(ic->lines, zone->end, "TZID", tzid);
    add_observance(ic->lines, zone, "STANDARD", &rule->to_standard, rule->daylight_offset, rule->standard_offset);
    if (rule->to_daylight.month) {
        add_observance(ic->lines, zone, "DAYLIGHT", &rule->to_daylight, rule->standard_offset, rule->daylight_offset);
    }
}

void ical_zone_define_all(const struct ical *ic)
{
    for (struct line *line = ic->lines->first; line; line = line->next) {
        bool ours = line->comp && !line->raw && line->comp->parent == ic->cal;
        const char *tzid = ours || line->changed ? line_param(line, "TZID") : NULL;
        const struct zone *zone = tzid ? zone_by_iana(tzid) : NULL;
        if (zone && !find_definition(ic, tzid)) {
            define(ic, tzid, &zone->rule);
        }
    }
}
