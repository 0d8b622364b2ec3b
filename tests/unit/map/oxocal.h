/* A second reading of recurrence blobs, made from the field tables of [MS-OXOCAL] section 2.2.1.44
 * alone, and what section 2.2.10 asks of exceptions: it shares no code with mapi/map, so that an
 * error there is not read back as if it were right. */
#ifndef LOCKSTEP_TESTS_UNIT_MAP_OXOCAL_H
#define LOCKSTEP_TESTS_UNIT_MAP_OXOCAL_H

#include "mapi/map/map.h"

/* What is wrong with an appointment that has a series: the structure of its blob, the order and the
 * meaning of its dates, and the attachment and message of each exception. `zone`: IANA name of the
 * series' zone. NULL: nothing. Caller frees. */
char *oxocal_fault(const struct props *item, const char *zone);
/* The dates and exceptions of the blob as text: "-2024-01-08 2024-01-15T09:00>2024-01-16T10:00/30
 * subject='A' place='B' busy=1 set=0 delta=5 allday=1 body". "" if there are none. Caller frees. */
char *oxocal_text(const struct props *item);

#endif
