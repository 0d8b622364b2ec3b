/* The generated table behind zone.h (resources/zones/generate.py); only zone.c and the table
 * include this. */
#ifndef LOCKSTEP_BASE_ZONE_TABLE_H
#define LOCKSTEP_BASE_ZONE_TABLE_H

#include "client/base/zone.h"

#include <stddef.h>

struct zone_windows {
    const char *name;
    int zone; /* index in zone_table of the zone CLDR maps it to */
};

extern const struct zone zone_table[]; /* sorted by lower-case IANA name */
extern const size_t zone_table_count;
extern const struct zone_windows zone_windows_table[]; /* sorted by lower-case Windows name */
extern const size_t zone_windows_count;

#endif
