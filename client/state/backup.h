/* Copies of the state file, and what to do with one that is put back. Which copies are kept where,
 * and when, is left to client/app. */
#ifndef LOCKSTEP_STATE_BACKUP_H
#define LOCKSTEP_STATE_BACKUP_H

#include "client/state/state.h"

/* What a state file holds, for people. */
struct state_totals {
    long accounts, links, pairs;
    int64_t last_time; /* end of the last run of any link; 0 = none */
};
enum rc state_totals_load(struct state *s, struct state_totals *ret, struct err *err) WARN_UNUSED;

/* Writes a copy of everything, as of now, to `path`, where no file may be. Not within a
 * transaction. A copy that fails (RC_IO: the disk is full) may leave a part of a file there. */
enum rc state_copy(struct state *s, const char *path, struct err *err) WARN_UNUSED;
/* The same for a file that is not open, which is only read. RC_NOT_FOUND if there is none, and
 * whatever state_open refuses. */
enum rc state_copy_file(const char *path, const char *to, struct err *err) WARN_UNUSED;
/* Whether state_open would convert it to a newer form. Errors as above. */
enum rc state_file_older(const char *path, bool *ret, struct err *err) WARN_UNUSED;

/* For a file from the past. What it says about the items may no longer be so, except which belong
 * together: tokens, bases, announced updates and deletes are forgotten in one transaction. The next
 * run lists everything and unites the pairs like items that meet for the first time, which deletes
 * nothing and makes nothing twice (client/sync/README.md, "The state of a pair"). */
enum rc state_distrust(struct state *s, struct err *err) WARN_UNUSED;

/* Saves a link that has been of one direction and gets another. What was changed or deleted meanwhile
 * on the side that was only written was left alone, and nobody decided about it: so the link's bases
 * are forgotten as above, in the same transaction, and its next run counts as its first. */
enum rc state_link_turn(struct state *s, struct state_link *l, struct err *err) WARN_UNUSED;

/* Whether an error of this folder means that the file itself is no use, and not the disk or another
 * process. */
bool state_error_damaged(const struct err *err);

#endif
