/* GlobalObjectId blobs and the UIDs they stand for ([MS-OXCICAL] section 2.1.3.1.1.20.26,
 * [MS-OXOCAL] section 2.2.1.27). */
#ifndef LOCKSTEP_MAPI_MAP_GOID_H
#define LOCKSTEP_MAPI_MAP_GOID_H

#include "client/base/buf.h"

#include <stddef.h>

/* The UID: the text of a wrapped one, else the upper-case hex digits of the blob without its
 * instance date. NULL if the blob is no GlobalObjectId or its text is not UTF-8. Caller frees. */
char *goid_to_uid(const unsigned char *data, size_t len);

/* Appends the blob without instance date (the value of PidLidCleanGlobalObjectId, and of
 * PidLidGlobalObjectId unless the item is one occurrence of a series). */
void goid_from_uid(const char *uid, struct buf *ret);

#endif
