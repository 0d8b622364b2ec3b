/* The zone table against the system's own time-zone code. */
#include "client/base/date.h"
#include "client/base/zone.h"
#include "client/base/zone_table.h"
#include "tests/unit/check.h"

#include "client/base/mem.h"

#include <time.h>

static int system_offset(int64_t utc)
{
    time_t t = (time_t)utc;
    struct tm tm;
    localtime_r(&t, &tm);
    return (int)tm.tm_gmtoff;
}

/* Every `step` seconds between two years, and around each change of the rule. */
static void compare(struct check *c, const struct zone *zone, int from, int to, int64_t step)
{
    setenv("TZ", zone->iana, 1);
    tzset();
    int64_t end = date_days(to, 1, 1) * 86400;
    int before = zone_offset_at(&zone->rule, date_days(from, 1, 1) * 86400);
    for (int64_t t = date_days(from, 1, 1) * 86400; t < end; t += step) {
        int ours = zone_offset_at(&zone->rule, t);
        if (ours != system_offset(t)) {
            check_fail(c, "%s at %lld: %d, system says %d", zone->iana, (long long)t, ours,
                system_offset(t));
            return;
        }
        if (ours != before) { /* find the change to the second */
            int64_t low = t - step, high = t;
            while (high - low > 1) {
                int64_t middle = low + (high - low) / 2;
                *(zone_offset_at(&zone->rule, middle) == before ? &low : &high) = middle;
            }
            check_int(c, system_offset(low), before);
            check_int(c, system_offset(high), ours);
        }
        before = ours;
    }
}

/* Each shift to the second, the day between any two, and every `step` seconds: history and rule
 * together must be the system's. */
static void compare_history(
    struct check *c, const struct zone *zone, int from, int to, int64_t step)
{
    setenv("TZ", zone->iana, 1);
    tzset();
    int64_t begin = date_days(from, 1, 1) * 86400, end = date_days(to, 1, 1) * 86400;
    for (int64_t t = begin; t < end; t += step) {
        if (zone_offset(zone, t) != system_offset(t)) {
            check_fail(c, "%s at %lld: %d, system says %d", zone->iana, (long long)t,
                zone_offset(zone, t), system_offset(t));
            return;
        }
    }
    for (size_t i = 0; i < zone->shift_count; i++) {
        int64_t at = zone->shifts[i].at;
        if (at > begin && at < end) {
            check_int(c, zone_offset(zone, at - 1), system_offset(at - 1));
            check_int(c, zone_offset(zone, at), system_offset(at));
        }
    }
}

/* Wall and back: the same instant, but for the second of two equal hours, which becomes the first;
 * a skipped time lands after the gap. */
static void check_wall_history(struct check *c)
{
    for (size_t i = 0; i < zone_table_count; i++) {
        const struct zone *z = &zone_table[i];
        for (size_t k = 1; k < z->shift_count; k++) {
            int64_t at = z->shifts[k].at;
            int64_t jump = z->shifts[k].offset - z->shifts[k - 1].offset;
            int64_t before = z->shifts[k].at + z->shifts[k - 1].offset; /* wall at the change */
            bool lone = (k == 1 || at - z->shifts[k - 1].at > 3 * 86400) &&
                        (k + 1 == z->shift_count || z->shifts[k + 1].at - at > 3 * 86400);
            if (lone && jump > 0) {
                check_int(c, zone_utc(z, before), at);
                check_int(c, zone_utc(z, before + jump / 2), at + jump / 2); /* in the gap */
                check_int(c, zone_utc(z, before + jump), at);
            } else if (lone) {
                check_int(c, zone_utc(z, before - 1), at - 1);
                check_int(c, zone_utc(z, before + jump), at + jump); /* the first of two */
                check_int(c, zone_utc(z, before), at - jump);
            }
        }
    }
}

static void check_wall(struct check *c)
{
    const struct zone_rule *berlin = &zone_by_iana("Europe/Berlin")->rule;
    struct civil gap = {2024, 3, 31, 2, 30, 0}, twice = {2024, 10, 27, 2, 30, 0},
                 summer = {2024, 7, 1, 12, 0, 0};
    check_int(c, zone_to_utc(berlin, civil_seconds(&summer)), civil_seconds(&summer) - 7200);
    check_int(c, zone_to_utc(berlin, civil_seconds(&twice)), civil_seconds(&twice) - 7200);
    check_int(c, zone_to_wall(berlin, zone_to_utc(berlin, civil_seconds(&gap))),
        civil_seconds(&gap) + 3600);
    const struct zone_rule *sydney = &zone_by_iana("Australia/Sydney")->rule;
    check_int(c, zone_to_utc(sydney, civil_seconds(&summer)), civil_seconds(&summer) - 36000);
}

static void check_names(struct check *c)
{
    check_str(c, zone_by_windows("w. europe standard time")->iana, "Europe/Berlin");
    check_str(c, zone_by_windows("Tokyo Standard Time")->iana, "Asia/Tokyo");
    check_str(c, zone_by_windows("India Standard Time")->iana, "Asia/Kolkata");
    check_str(c, zone_by_iana("asia/calcutta")->windows, "India Standard Time");
    check_str(c, zone_by_iana("UTC")->iana, "Etc/UTC");
    check_str(c, zone_by_iana("Z")->windows, "UTC");
    check_str(c, zone_by_iana("US/Pacific")->windows, "Pacific Standard Time");
    check_str(
        c, zone_by_tzid("/freeassociation.sourceforge.net/Europe/Berlin")->iana, "Europe/Berlin");
    check_str(c, zone_by_tzid("Eastern Standard Time")->iana, "America/New_York");
    check_true(c, !zone_by_tzid("Mars/Olympus"));
    check_true(c, !zone_by_tzid(NULL));
    for (size_t i = 0; i < zone_table_count; i++) {
        check_true(c, zone_by_iana(zone_table[i].iana) == &zone_table[i] ||
                          !strcmp(zone_table[i].iana, "UTC") || !strcmp(zone_table[i].iana, "GMT"));
    }
    for (size_t i = 0; i < zone_windows_count; i++) {
        check_true(c, zone_by_windows(zone_windows_table[i].name) != NULL);
    }
    const struct zone *same = zone_by_rule(&zone_by_iana("Europe/Vienna")->rule);
    check_true(c, same && same->windows &&
                      zone_rule_equal(&same->rule, &zone_by_iana("Europe/Vienna")->rule));
}

int main(int argc, char **argv)
{
    static const char *const STABLE[] = {"Europe/Berlin", "Europe/London", "Europe/Dublin",
        "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Honolulu",
        "Etc/UTC", "Africa/Johannesburg", "America/Phoenix"};
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "zone/names")) {
        check_names(&c);
    }
    if (check_case(&c, "zone/wall")) {
        check_wall(&c);
    }
    if (check_case(&c, "zone/system/2007-2037")) { /* zones whose rule has not changed since */
        for (size_t i = 0; i < ARRAY_LEN(STABLE); i++) {
            compare(&c, zone_by_iana(STABLE[i]), 2007, 2038, 5 * 3600);
        }
    }
    if (check_case(&c, "zone/system/all")) {
        for (size_t i = 0; i < zone_table_count; i++) {
            const struct zone *z = &zone_table[i];
            if (!z->shift_count ||
                z->shifts[z->shift_count - 1].at < date_days(2028, 1, 1) * 86400) {
                compare(&c, z, 2028, 2038, 86400);
            }
        }
    }
    if (check_case(&c, "zone/history/1902-2037")) {
        for (size_t i = 0; i < zone_table_count; i++) {
            compare_history(&c, &zone_table[i], 1902, 2038, 30 * 86400 + 3600);
        }
    }
    if (check_case(&c, "zone/history/wall")) {
        check_wall_history(&c);
    }
    return check_end(&c);
}
