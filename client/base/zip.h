/* Writes a ZIP archive into memory (PKWARE APPNOTE 6.3.3): what a person can attach to a message and
 * open anywhere. Compression and checksums are zlib's; no encryption, no files beyond 4 GB. */
#ifndef LOCKSTEP_BASE_ZIP_H
#define LOCKSTEP_BASE_ZIP_H

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/rc.h"

#include <stddef.h>

struct zip;
/* `when`: the local time all files get; not before 1980. */
struct zip *zip_new(struct civil when);
void zip_free(struct zip *z); /* NULL allowed */
DEFINE_CLEANUP(struct zip *, zip_free);
/* A file; `name` is UTF-8 with '/' between folders. RC_TOO_BIG beyond 64 MB of archive, or 1,000
 * files. */
enum rc zip_add(struct zip *z, const char *name, const void *data, size_t len, struct err *err)
    WARN_UNUSED;
/* Writes the directory; nothing can be added afterwards. *ret is borrowed from z. RC_TOO_BIG. */
enum rc zip_finish(struct zip *z, const struct buf **ret, struct err *err) WARN_UNUSED;

#endif
