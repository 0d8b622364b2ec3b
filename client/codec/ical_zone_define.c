/* Time zones of an iCalendar object: IANA names -> VTIMEZONE. A definition holds from the earliest
 * time that the object says in the zone: what the rule of today does not say is listed change by
 * change, so that a client that computes with the definition finds the instant that one which knows
 * the name finds. */
#include "client/codec/ical_private.h"

#include <stdio.h>

#define OFFSET_TEXT_SIZE 8

/* Local mean times of the past have seconds (RFC 5545 section 3.3.14). */
static void offset_format(int seconds, char out[OFFSET_TEXT_SIZE])
{
    int n = abs(seconds), length = snprintf(out, OFFSET_TEXT_SIZE, "%c%02d%02d",
                              seconds < 0 ? '-' : '+', n / 3600 % 100, n / 60 % 60);
    if (n % 60) {
        snprintf(out + length, OFFSET_TEXT_SIZE - (size_t)length, "%02d", n % 60);
    }
}

/* The RRULE of a yearly transition, and its date in `year`. A clock time outside the day, as tzdata has
 * them (Greenland: -1:00 on the last Sunday is Saturday 23:00), moves the day; the day beside an
 * nth weekday is told by the seven month days it can be. The day after the last weekday can lie in
 * the next month: that one becomes 23:59:59 of the day before. Caller frees. */
static char *change_format(const struct zone_change *change, int year, struct civil *ret_first)
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
    int64_t day = date_days(year, change->month, zone_change_day(change, year)) + shift;
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

/* `at`: wall time in the offset before. `rule` NULL: that once. */
static void add_observance(struct lines *l, struct lines_comp *zone, const char *name,
    const struct civil *at, const char *rule, int from, int to)
{
    struct lines_comp *c = lines_comp_insert(l, zone, zone->end, name);
    char text[CIVIL_TEXT_SIZE], offset[OFFSET_TEXT_SIZE];
    civil_format_basic(at, false, text);
    lines_insert(l, c->end, "DTSTART", text);
    offset_format(from, offset);
    lines_insert(l, c->end, "TZOFFSETFROM", offset);
    offset_format(to, offset);
    lines_insert(l, c->end, "TZOFFSETTO", offset);
    if (rule) {
        lines_insert(l, c->end, "RRULE", rule);
    }
}

/* A yearly change, from the first one after `after` (UTC) on. */
static void add_yearly(struct lines *l, struct lines_comp *zone, const char *name,
    const struct zone_change *change, int64_t after, int from, int to)
{
    int year = after == INT64_MIN ? 1970 : civil_from_seconds(after).year;
    struct civil at = {1970, 1, 1, 0, 0, 0};
    char *rule = change_format(change, year, &at);
    if (after != INT64_MIN && civil_seconds(&at) - from <= after) {
        free(rule);
        rule = change_format(change, year + 1, &at);
    }
    add_observance(l, zone, name, &at, rule, from, to);
    free(rule);
}

static void add_rule(
    struct lines *l, struct lines_comp *zone, const struct zone_rule *rule, int64_t after)
{
    if (rule->to_daylight.month) {
        add_yearly(l, zone, "STANDARD", &rule->to_standard, after, rule->daylight_offset,
            rule->standard_offset);
        add_yearly(l, zone, "DAYLIGHT", &rule->to_daylight, after, rule->standard_offset,
            rule->daylight_offset);
    } else if (after == INT64_MIN) {
        const struct civil always = {1970, 1, 1, 0, 0, 0};
        add_observance(
            l, zone, "STANDARD", &always, NULL, rule->standard_offset, rule->standard_offset);
    }
}

/* The changes from the one in force at `earliest` (wall seconds) to the one that the rule begins
 * with. Returns when that is; INT64_MIN if the rule says all. */
static int64_t add_history(
    struct lines *l, struct lines_comp *zone, const struct zone *z, int64_t earliest)
{
    if (!z->shift_count || zone_utc(z, earliest) >= z->shifts[z->shift_count - 1].at) {
        return INT64_MIN;
    }
    size_t first = 0;
    while (z->shifts[first + 1].at <= zone_utc(z, earliest)) {
        first++;
    }
    for (size_t i = first; i < z->shift_count; i++) {
        int to = z->shifts[i].offset, from = i ? z->shifts[i - 1].offset : to;
        struct civil at = {1601, 1, 1, 0, 0, 0}; /* the beginning of FILETIME and of our dates */
        if (i) {
            at = civil_from_seconds(z->shifts[i].at + from);
        }
        add_observance(l, zone, to > from ? "DAYLIGHT" : "STANDARD", &at, NULL, from, to);
    }
    return z->shifts[z->shift_count - 1].at;
}

static void define(const struct ical *ic, const char *tzid, const struct zone *z, int64_t earliest)
{
    struct lines_comp *first = lines_comp_find(ic->lines, ic->cal, ic->name, NULL);
    struct lines_comp *zone =
        lines_comp_insert(ic->lines, ic->cal, first ? first->begin : ic->cal->end, "VTIMEZONE");
    lines_insert(ic->lines, zone->end, "TZID", tzid);
    add_rule(ic->lines, zone, &z->rule, add_history(ic->lines, zone, z, earliest));
}

/* The earliest time that a line of the object says in a zone, wall seconds. Lists (EXDATE, RDATE)
 * are in order or begin no year before DTSTART: their first one is enough. */
static int64_t earliest_in(const struct ical *ic, const char *tzid)
{
    int64_t earliest = INT64_MAX;
    for (const struct line *line = ic->lines->first; line; line = line->next) {
        struct civil at;
        if (str_eq(line_param(line, "TZID"), tzid) && line->value &&
            civil_parse_basic(line->value, &at, NULL, NULL) && civil_valid(&at) &&
            civil_seconds(&at) < earliest) {
            earliest = civil_seconds(&at);
        }
    }
    return earliest == INT64_MAX ? 0 : earliest;
}

void ical_zone_define_all(const struct ical *ic)
{
    for (struct line *line = ic->lines->first; line; line = line->next) {
        bool ours = line->comp && !line->raw && line->comp->parent == ic->cal;
        const char *tzid = ours || line->changed ? line_param(line, "TZID") : NULL;
        const struct zone *zone = tzid ? zone_by_iana(tzid) : NULL;
        if (zone && !ical_zone_definition(ic, tzid)) {
            define(ic, tzid, zone, earliest_in(ic, tzid));
        }
    }
}
