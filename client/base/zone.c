/* Looking zones up and computing with their rules. The data is generated (zone_table.h). */
#include "client/base/zone_table.h"

#include "client/base/buf.h"

#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400)

static int compare_ascii(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : (unsigned char)*a;
        int y = *b >= 'A' && *b <= 'Z' ? *b + 32 : (unsigned char)*b;
        if (x != y || !x) {
            return x - y;
        }
    }
}

static int compare_iana(const void *name, const void *zone)
{
    return compare_ascii(name, ((const struct zone *)zone)->iana);
}

static int compare_windows(const void *name, const void *entry)
{
    return compare_ascii(name, ((const struct zone_windows *)entry)->name);
}

const struct zone *zone_by_iana(const char *name)
{
    if (!name) {
        return NULL;
    }
    if (!compare_ascii(name, "Z") || !compare_ascii(name, "UTC") || !compare_ascii(name, "GMT")) {
        name = "Etc/UTC";
    }
    return bsearch(name, zone_table, zone_table_count, sizeof zone_table[0], compare_iana);
}

const struct zone *zone_by_windows(const char *name)
{
    const struct zone_windows *entry = name ? bsearch(name, zone_windows_table, zone_windows_count,
                                                  sizeof zone_windows_table[0], compare_windows)
                                            : NULL;
    return entry ? &zone_table[entry->zone] : NULL;
}

/* Prefixed names end in a plain one: try the part after each slash. */
const struct zone *zone_by_tzid(const char *tzid)
{
    const struct zone *zone = zone_by_windows(tzid);
    while (!zone && tzid) {
        zone = zone_by_iana(tzid);
        const char *slash = strchr(tzid, '/');
        tzid = slash ? slash + 1 : NULL;
    }
    return zone;
}

static bool change_equal(const struct zone_change *a, const struct zone_change *b)
{
    return a->month == b->month && (!a->month || (a->week == b->week && a->weekday == b->weekday &&
                                                     a->seconds == b->seconds));
}

bool zone_rule_equal(const struct zone_rule *a, const struct zone_rule *b)
{
    if (a->standard_offset != b->standard_offset ||
        !a->to_daylight.month != !b->to_daylight.month) {
        return false;
    }
    return !a->to_daylight.month || (a->daylight_offset == b->daylight_offset &&
                                        change_equal(&a->to_daylight, &b->to_daylight) &&
                                        change_equal(&a->to_standard, &b->to_standard));
}

const struct zone *zone_by_rule(const struct zone_rule *rule)
{
    for (size_t i = 0; i < zone_windows_count; i++) {
        const struct zone *zone = &zone_table[zone_windows_table[i].zone];
        if (zone_rule_equal(rule, &zone->rule)) {
            return zone;
        }
    }
    for (size_t i = 0; i < zone_table_count; i++) {
        if (zone_rule_equal(rule, &zone_table[i].rule)) {
            return &zone_table[i];
        }
    }
    return NULL;
}

int zone_change_day(const struct zone_change *change, int year)
{
    int length = date_month_length(year, change->month);
    int first = date_weekday(date_days(year, change->month, 1));
    int day = 1 + (change->weekday - first + 7) % 7 + (change->week - 1) * 7;
    while (day > length) { /* week 5 is the last one, which is often the 4th */
        day -= 7;
    }
    return day;
}

/* Wall seconds, in the time in force before it, of a transition in a year. */
static int64_t change_wall(const struct zone_change *change, int year)
{
    return date_days(year, change->month, zone_change_day(change, year)) * DAY + change->seconds;
}

static bool is_daylight(const struct zone_rule *rule, int64_t utc)
{
    /* The year by standard time: transitions lie months away from its ends. */
    int year, month, day;
    int64_t local = utc + rule->standard_offset;
    date_from_days(local >= 0 ? local / DAY : -((-local + DAY - 1) / DAY), &year, &month, &day);
    int64_t start = change_wall(&rule->to_daylight, year) - rule->standard_offset;
    int64_t end = change_wall(&rule->to_standard, year) - rule->daylight_offset;
    return start < end ? utc >= start && utc < end : utc >= start || utc < end;
}

int zone_offset_at(const struct zone_rule *rule, int64_t utc)
{
    bool changes = rule->to_daylight.month && rule->to_standard.month;
    return changes && is_daylight(rule, utc) ? rule->daylight_offset : rule->standard_offset;
}

int64_t zone_to_utc(const struct zone_rule *rule, int64_t wall)
{
    int64_t as_daylight = wall - rule->daylight_offset, as_standard = wall - rule->standard_offset;
    if (zone_offset_at(rule, as_daylight) == rule->daylight_offset) {
        return as_daylight; /* valid, or the first of two */
    }
    /* Valid, or in the gap: then taken with the offset before the change, which lands after it. */
    return as_standard;
}

int64_t zone_to_wall(const struct zone_rule *rule, int64_t utc)
{
    return utc + zone_offset_at(rule, utc);
}

/* ---- with history ---- */

int zone_offset(const struct zone *zone, int64_t utc)
{
    size_t low = 0, high = zone->shift_count;
    if (!high || utc >= zone->shifts[high - 1].at) {
        return zone_offset_at(&zone->rule, utc);
    }
    while (high - low > 1) { /* shifts[low].at <= utc < shifts[high].at */
        size_t middle = low + (high - low) / 2;
        *(zone->shifts[middle].at <= utc ? &low : &high) = middle;
    }
    return zone->shifts[low].offset;
}

int64_t zone_utc(const struct zone *zone, int64_t wall)
{
    /* No two changes are within two days of each other, no zone is a day from UTC. */
    int before = zone_offset(zone, wall - DAY), after = zone_offset(zone, wall + DAY);
    if (zone_offset(zone, wall - before) == before) {
        return wall - before; /* valid, or the first of two */
    }
    if (zone_offset(zone, wall - after) == after) {
        return wall - after;
    }
    return wall - before; /* in the gap: lands after it */
}

int64_t zone_wall(const struct zone *zone, int64_t utc)
{
    return utc + zone_offset(zone, utc);
}
