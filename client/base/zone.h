/* Time zones: IANA names, their Windows names (CLDR windowsZones), their history and one rule each,
 * from a table generated at build time out of the system's tzdata and CLDR. A rule is the zone's
 * present one (two yearly transitions or none), which is what Windows zones and most VTIMEZONEs
 * carry; before the rule came into force the listed shifts count. Pure: no system zone is
 * consulted.
 *
 * What is said in a zone by name is computed with zone_wall and zone_utc: everybody who reads the
 * name has its history. zone_to_* are for a rule without a name, as a blob of Outlook holds it. */
#ifndef LOCKSTEP_BASE_ZONE_H
#define LOCKSTEP_BASE_ZONE_H

#include "client/base/date.h"

#include <stdbool.h>
#include <stddef.h>
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

/* From `at` (UTC seconds; the first of a zone: INT64_MIN) on the offset is `offset` seconds east. */
struct zone_shift {
    int64_t at;
    int offset;
};

struct zone {
    const char *iana;    /* "Europe/Berlin" */
    const char *windows; /* "W. Europe Standard Time"; NULL if Windows has none */
    struct zone_rule rule;
    const struct zone_shift *shifts; /* until the last of them; from then on the rule says all */
    size_t shift_count;              /* 0: the rule always held */
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

/* Seconds east of UTC at an instant (UTC seconds), history included. */
int zone_offset(const struct zone *zone, int64_t utc);
/* Wall seconds (local time as if it were UTC) -> UTC and back. A time skipped by a change moves
 * forward by the gap, an ambiguous one is the first, as RFC 5545 section 3.3.5 says. */
int64_t zone_utc(const struct zone *zone, int64_t wall);
int64_t zone_wall(const struct zone *zone, int64_t utc);

/* The same by a rule alone: offset in force at an instant (UTC seconds). */
int zone_offset_at(const struct zone_rule *rule, int64_t utc);
/* Wall seconds -> UTC. A time skipped by the change to daylight time moves forward by the gap, an
 * ambiguous one is the first (daylight) one, as RFC 5545 section 3.3.5 says. */
int64_t zone_to_utc(const struct zone_rule *rule, int64_t wall);
int64_t zone_to_wall(const struct zone_rule *rule, int64_t utc);
/* Day of the month on which a transition falls in a year. */
int zone_change_day(const struct zone_change *change, int year);
bool zone_rule_equal(const struct zone_rule *a, const struct zone_rule *b);

#endif
