/* A disk in memory that SQLite works on instead of the real one, and that can stop at any moment of
 * a transaction: nothing that is written afterwards stays. For tests that open thousands of state
 * files. One at a time in a process. */
#ifndef LOCKSTEP_TESTS_ENGINE_DISK_H
#define LOCKSTEP_TESTS_ENGINE_DISK_H

#include <stdbool.h>

struct disk;
struct disk *disk_install(void); /* from now on all state files are on it */
void disk_free(struct disk *d);  /* every file must be closed */

/* Where in a commit the disk stops; each leaves the same on disk however many pages the commit has.
 */
enum disk_moment {
    DISK_BEFORE, /* nothing of it is written */
    DISK_WITHIN, /* all but the last page, which would make it valid */
    DISK_TORN,   /* half of that page, too */
    DISK_AFTER,  /* all of it: it will be there after a restart */
    DISK_MOMENTS,
};
/* Stops in the n-th commit from now (1 = the next); `stopped` is called then. 0: never. */
void disk_stop_in(
    struct disk *d, long n, enum disk_moment moment, void (*stopped)(void *user), void *user);
void disk_stop(struct disk *d); /* now */
/* Writes stay again; the files are as they were when it stopped. */
void disk_go_on(struct disk *d);
bool disk_stopped(const struct disk *d);

/* Files, none of them open. What is not there is no error. */
void disk_copy(struct disk *d, const char *from, const char *to);
void disk_remove(struct disk *d, const char *path);

#endif
