/* GlobalObjectIds: a UID that was read makes a blob that reads as that UID. */
#include "mapi/map/goid.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_free) char *uid = goid_to_uid(data, size);
    if (uid) {
        struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
        goid_from_uid(uid, &b);
        CLEANUP(mem_free) char *again = goid_to_uid((const unsigned char *)buf_str(&b), b.len);
        /* A wrapped text that is itself the hex form of a blob reads as what that blob says. */
        if (!str_eq(uid, again) && !str_istarts(uid, "040000008200E00074C5B7101A82E008")) {
            fprintf(stderr, "violated: %s comes back as %s\n", uid, again ? again : "(nothing)");
            abort();
        }
        buf_fini(&b);
    }
    return 0;
}
