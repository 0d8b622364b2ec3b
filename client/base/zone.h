/* Time zones: IANA names, their Windows names (CLDR windowsZones) and one rule each, from a table
 * generated at build time out of the system's tzdata and CLDR. A rule is the zone's present one
 * (two yearly transitions or none), which is what Windows zones and most VTIMEZONEs carry; history
 * is left to tzdata users. Pure: no system zone is consulted. */
#ifndef LOCKSTEP_BASE_ZONE_H
#define LOCKSTEP_BASE_ZONE_H

#include "client/base/date.h"

#include <stdbool.h>
#include <stdint.h>

/* A yearly transition: the week'th (1..5, 5 = last) weekday of a month at `seconds` local wall time
 * (may be negative or beyond 24 h, as in POSIX TZ). month 0 = no transition. */
struct zone_change {
    int month, week, weekday;
    int seconds;
};

/* Offsets in seconds east of UTC. Without DST, to_daylight.month is 0 and daylight_offset equals
 * standard_offset. */
struct zone_rule {
    int standard_offset, daylight_offset;
    struct zone_change to_daylight, to_standard; /* each at the wall time in force before it */
};

struct zone {
    const char *iana;    /* "Europe/Berlin" */
    const char *windows; /* "W. Europe Standard Time"; NULL if Windows has none */
    struct zone_rule rule;
};

/* Case-insensitive. "UTC", "Etc/UTC", "Z" and "GMT" are all known. NULL if unknown. */
const struct zone *zone_by_iana(const char *name);
/* The CLDR default ("001") zone of a Windows name. */
const struct zone *zone_by_windows(const char *name);
/* Any name a calendar may use as TZID: IANA, Windows, a globally prefixed one such as
 * "/freeassociation.sourceforge.net/Europe/Berlin". NULL if none fits. */
const struct zone *zone_by_tzid(const char *tzid);
/* A zone whose rule is equal; prefers Windows-mapped default zones. NULL if none. */
const struct zone *zone_by_rule(const struct zone_rule *rule);

/* Offset in force at an instant (UTC seconds). */
int zone_offset_at(const struct zone_rule *rule, int64_t utc);
/* Wall seconds -> UTC. A time skipped by the change to daylight time moves forward by the gap, an
 * ambiguous one is the first (daylight) one, as RFC 5545 section 3.3.5 says. */
int64_t zone_to_utc(const struct zone_rule *rule, int64_t wall);
int64_t zone_to_wall(const struct zone_rule *rule, int64_t utc);
/* Day of the month on which a transition falls in a year. */
int zone_change_day(const struct zone_change *change, int year);
bool zone_rule_equal(const struct zone_rule *a, const struct zone_rule *b);

#endif
