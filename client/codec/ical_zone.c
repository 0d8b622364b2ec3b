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

static bool rule_ended(const struct lines_comp *observance)
{
    const struct line *rule = lines_find(observance, "RRULE");
    return rule && strstr(rule->value, "UNTIL=");
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
    if (daylight && !rule_ended(daylight)) {
        to = lines_find(daylight, "TZOFFSETTO");
        if (!to || !offset_parse(to->value, &r.daylight_offset) ||
            !change_parse(daylight, &r.to_daylight) || !change_parse(standard, &r.to_standard)) {
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
    return find_definition(ic, tzid) != NULL;
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

/* ---- rule -> VTIMEZONE ---- */
static void offset_format(int seconds, char out[8])
{
    int n = abs(seconds);
    snprintf(out, 8, "%c%02d%02d", seconds < 0 ? '-' : '+', n / 3600 % 100, n / 60 % 60);
}

/* The RRULE of a yearly transition, and its first date. A clock time outside the day, as tzdata has
 * them (Greenland: -1:00 on the last Sunday is Saturday 23:00), moves the day; the day beside an
 * nth weekday is told by the seven month days it can be. The day after the last weekday can lie in
 * the next month: that one becomes 23:59:59 of the day before. Caller frees. */
static char *change_format(const struct zone_change *change, struct civil *ret_first)
{
    static const char *const days[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    int shift = change->seconds < 0        ? -1
                : change->seconds >= 86400 ? 1
                                           : 0,
        seconds = change->seconds - shift * 86400;
    bool last = change->week == 5;
    if (last && shift > 0) {
        shift = 0;
        seconds = 86399;
    }
    int64_t day = date_days(1970, change->month, zone_change_day(change, 1970)) + shift;
    *ret_first = civil_from_seconds(day * 86400 + seconds);
    const char *name = days[(change->weekday + 7 + shift) % 7];
    if (!shift) {
        return str_printf(
            "FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", change->month, last ? -1 : change->week, name);
    }
    int from = last ? -8 : (change->week - 1) * 7 + 1 + shift;
    if (from < -8 || from == 0) { /* the day before the first weekday can lie in the month before */
        return str_printf("FREQ=YEARLY;BYMONTH=%d;BYDAY=1%s", change->month, name);
    }
    return str_printf("FREQ=YEARLY;BYMONTH=%d;BYMONTHDAY=%d,%d,%d,%d,%d,%d,%d;BYDAY=%s",
        change->month, from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, name);
}

static void add_observance(struct lines *l, struct lines_comp *zone, const char *name,
    const struct zone_change *change, int from, int to)
{
    struct lines_comp *c = lines_comp_insert(l, zone, zone->end, name);
    struct civil at = {1970, 1, 1, 0, 0, 0};
    char text[CIVIL_TEXT_SIZE], offset[8];
    CLEANUP(mem_free) char *rule = change->month ? change_format(change, &at) : NULL;
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
    add_observance(ic->lines, zone, "STANDARD", &rule->to_standard, rule->daylight_offset,
        rule->standard_offset);
    if (rule->to_daylight.month) {
        add_observance(ic->lines, zone, "DAYLIGHT", &rule->to_daylight, rule->standard_offset,
            rule->daylight_offset);
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
