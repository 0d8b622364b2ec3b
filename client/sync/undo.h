/* Putting the items of a run back to how they were before it, on both sides. What that means for
 * each kind of change is told in README.md, "Undo". */
#ifndef LOCKSTEP_SYNC_UNDO_H
#define LOCKSTEP_SYNC_UNDO_H

#include "client/state/state.h"
#include "client/sync/store.h"

struct sync_undo {
    int64_t run;      /* whose writes to undo */
    const char *item; /* only this one: its title as history shows it, or an id of it; NULL = all */
    bool force;       /* also what was edited since: the edit is lost */
};

struct sync_options;
struct sync_report;
/* Undoes `what` on its link. An undo is a run: journalled, with before-images, in the history, and
 * undone like any other. With options->preview nothing is written and the report says what would be
 * (ret->planned). What was edited since is left and reported (ret->failed, ret->messages).
 * RC_NOT_FOUND: no such run on this link, nothing of it is kept any more, or no such item in it. */
enum rc sync_undo(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_undo *what, const struct sync_options *options, struct sync_report *ret,
    struct err *err) WARN_UNUSED;

#endif
