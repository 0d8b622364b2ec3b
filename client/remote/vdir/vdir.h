/* A folder of .vcf and .ics files as a store: one file an item, one sub-folder a collection (the
 * vdir format of vdirsyncer). The embedded default, also on a share; other programs may read and
 * write the files at any time.
 *
 * Ids: a folder's is its name below the root ("" = the root itself, if it holds items), an item's
 * is its file name. A version is made of the file's time, size and inode. `native` is the file's
 * text. */
#ifndef LOCKSTEP_REMOTE_VDIR_VDIR_H
#define LOCKSTEP_REMOTE_VDIR_VDIR_H

#include "client/sync/store.h"

/* The path must exist: RC_NOT_FOUND, RC_INVALID if it is no folder. */
enum rc vdir_store_new(const char *path, const struct log *log, struct store **ret, struct err *err)
    WARN_UNUSED;

/* What the folder `id` below `root` is, the same for every account that reaches it by whatever path;
 * looks at the disk. Caller frees. */
char *vdir_folder_identity(const char *root, const char *id);

#endif
