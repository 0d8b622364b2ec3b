/* Folders full of files that other programs read and write too (vdir), with UTF-8 paths, on both
 * systems. Files of our own are in platform.h. Paths use '/' (Windows takes it too). */
#ifndef LOCKSTEP_PLATFORM_FOLDER_H
#define LOCKSTEP_PLATFORM_FOLDER_H

#include "client/base/buf.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stdint.h>

struct file_info {
    int64_t mtime_ns; /* last change, nanoseconds since 1970 */
    int64_t size;
    uint64_t inode; /* tells a replaced file from a rewritten one; 0 where the system has none to
                       give cheaply */
    bool is_dir;
    bool
        is_link; /* leads somewhere else: a symbolic link, or a junction of Windows; told of listings only */
};

struct file_entry {
    char *name; /* owned; without the path */
    struct file_info info;
};
struct file_list {
    struct file_entry *items; /* owned */
    size_t count, cap;
};
void file_list_fini(struct file_list *list);

/* Entries of a folder without "." and "..", sorted by name. RC_NOT_FOUND, RC_IO. */
enum rc file_list_dir(const char *path, struct file_list *ret, struct err *err) WARN_UNUSED;
enum rc file_stat(const char *path, struct file_info *ret, struct err *err) WARN_UNUSED;
/* What the folder (or file) is, whatever path leads to it: two paths that give the same text lead to
 * the same place, by a link, another spelling or a second mount. NULL if it is not there or the
 * system does not tell. Caller frees. */
char *file_identity(const char *path);
/* Appends the whole file to `ret`, which bounds it: RC_TOO_BIG. RC_NOT_FOUND, RC_IO. */
enum rc file_read(const char *path, struct buf *ret, struct err *err) WARN_UNUSED;
/* Replaces (or, with `must_be_new`, creates) a file so that after a crash either the old or the new
 * content is there: temporary file in the same folder, flushed to disk, renamed. RC_CONFLICT if
 * must_be_new and it exists. */
enum rc file_write(
    const char *path, const void *data, size_t len, bool must_be_new, struct err *err) WARN_UNUSED;
/* RC_NOT_FOUND if it is not there. */
enum rc file_remove(const char *path, struct err *err) WARN_UNUSED;
/* Removes an empty folder; a link to a folder goes, and what it leads to stays. */
enum rc file_remove_dir(const char *path, struct err *err) WARN_UNUSED;
/* Makes one folder, in one that is there. RC_CONFLICT if there is something of that name,
 * RC_NOT_FOUND, RC_IO. */
enum rc file_make_new_dir(const char *path, struct err *err) WARN_UNUSED;
/* Makes a folder and its parents; fine if it exists. */
enum rc file_make_dir(const char *path, struct err *err) WARN_UNUSED;

#endif
