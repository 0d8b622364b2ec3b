/* The machine's time zone: Windows' name of it -> IANA. */
#include "client/outlook/outlook.h"

#include "client/base/zone.h"
#include "client/platform/win32/text.h"

#include <windows.h>

/* The rule that Windows applies this year, for a zone whose name nobody knows (an administrator can
 * make his own). */
static struct zone_change change_from(const SYSTEMTIME *st)
{
    return (struct zone_change){
        .month = st->wMonth,
        .week = st->wDay,
        .weekday = st->wDayOfWeek,
        .seconds = st->wHour * 3600 + st->wMinute * 60 + st->wSecond,
    };
}

static struct zone_rule rule_from(const DYNAMIC_TIME_ZONE_INFORMATION *tz)
{
    struct zone_rule rule = {
        .standard_offset = (int)(-60 * (tz->Bias + tz->StandardBias)),
        .daylight_offset = (int)(-60 * (tz->Bias + tz->StandardBias)),
    };
    /* wYear set: a single date and not a yearly rule. Month 0: no daylight time (mapping trap 19).
     */
    if (tz->DaylightDate.wMonth && tz->StandardDate.wMonth && !tz->DaylightDate.wYear &&
        !tz->DynamicDaylightTimeDisabled) {
        rule.daylight_offset = (int)(-60 * (tz->Bias + tz->DaylightBias));
        rule.to_daylight = change_from(&tz->DaylightDate);
        rule.to_standard = change_from(&tz->StandardDate);
    }
    return rule;
}

const char *outlook_zone_iana(void)
{
    DYNAMIC_TIME_ZONE_INFORMATION tz;
    memset(&tz, 0, sizeof tz);
    if (GetDynamicTimeZoneInformation(&tz) == TIME_ZONE_ID_INVALID) {
        return "Etc/UTC";
    }
    CLEANUP(mem_free)
    char *name = win32_utf8(tz.TimeZoneKeyName[0] ? tz.TimeZoneKeyName : tz.StandardName);
    const struct zone *zone = zone_by_windows(name);
    if (!zone) {
        struct zone_rule rule = rule_from(&tz);
        zone = zone_by_rule(&rule);
    }
    return zone ? zone->iana : "Etc/UTC";
}
