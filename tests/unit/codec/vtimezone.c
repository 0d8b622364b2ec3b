/* Generated VTIMEZONEs, judged by libical: from the earliest time of the object on, who computes
 * with the definition finds the offset that the zone has. */
#include "client/base/buf.h"
#include "client/base/zone_table.h"
#include "client/codec/ical.h"
#include "tests/unit/check.h"

#include <libical/ical.h>
#include <string.h>

#define DAY INT64_C(86400)

static icaltimetype instant(int64_t utc)
{
    struct civil c = civil_from_seconds(utc);
    icaltimetype t = {c.year, c.month, c.day, c.hour, c.minute, c.second, 0, 0, NULL};
    t.zone = icaltimezone_get_utc_timezone();
    return t;
}

static void check_offsets(
    struct check *c, const struct zone *zone, icaltimezone *defined, int64_t from, int64_t to)
{
    /* Odd steps, so that every hour of the day is met. */
    for (int64_t t = from; t < to; t += 9 * DAY + 3600 + 60) {
        icaltimetype at = instant(t);
        int daylight, offset = icaltimezone_get_utc_offset_of_utc_time(defined, &at, &daylight);
        if (offset != zone_offset(zone, t)) {
            check_fail(c, "%s from %lld: at %lld the definition says %d, the zone %d", zone->iana,
                (long long)from, (long long)t, offset, zone_offset(zone, t));
            return;
        }
    }
}

static void check_definition(struct check *c, const struct zone *zone, int year)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = json_object();
    CLEANUP(mem_free) char *out = NULL;
    CLEANUP(mem_free) char *start = str_printf("%04d-05-01T12:00:00", year);
    json_set_str(doc, "uid", "u");
    json_set_str(doc, "start", start);
    json_set_str(doc, "duration", "PT1H");
    json_set_str(doc, "timeZone", zone->iana);
    check_ok(c, ical_write(NULL, ITEM_EVENT, doc, &out, &err), &err);
    err_fini(&err);
    icalcomponent *calendar = out ? icalparser_parse_string(out) : NULL;
    icalcomponent *definition =
        calendar ? icalcomponent_get_first_component(calendar, ICAL_VTIMEZONE_COMPONENT) : NULL;
    if (!definition) {
        check_fail(c, "%s: no VTIMEZONE", zone->iana);
    } else {
        icaltimezone *defined = icaltimezone_new();
        icalcomponent_remove_component(calendar, definition);
        icaltimezone_set_component(defined, definition);
        check_offsets(
            c, zone, defined, date_days(year, 5, 1) * DAY + DAY, date_days(2037, 1, 1) * DAY);
        icaltimezone_free(defined, 1);
    }
    if (calendar) {
        icalcomponent_free(calendar);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        int year;
        const char *name;
    } FROM[] = {{1955, "vtimezone/from-1955"}, {1985, "vtimezone/from-1985"},
        {2006, "vtimezone/from-2006"}, {2026, "vtimezone/from-2026"}};
    struct check c;
    check_init(&c, argc, argv);
    for (size_t y = 0; y < ARRAY_LEN(FROM); y++) {
        if (!check_case(&c, FROM[y].name)) {
            continue;
        }
        for (size_t i = 0; i < zone_windows_count; i++) {
            const struct zone *zone = &zone_table[zone_windows_table[i].zone];
            if (strcmp(zone->iana, "Etc/UTC") != 0) { /* needs no definition */
                check_definition(&c, zone, FROM[y].year);
            }
        }
    }
    return check_end(&c);
}
