/* Two runs that a person asks for, in which one thing is right and the other is made equal to it.
 *   repair   one side of the link is right
 *   restore  what a backup holds is right, for the items it names
 * Both read everything anew, work out the smallest difference, and write it as every run does:
 * journalled, with before-images, in the history, previewable, undoable. README.md, "Repair and
 * restore", tells what they do to each item. */
#ifndef LOCKSTEP_SYNC_REPAIR_H
#define LOCKSTEP_SYNC_REPAIR_H

#include "client/state/state.h"
#include "client/sync/store.h"

#define SYNC_ANY_DELETES (-1)

struct sync_repair {
    enum side right; /* the side that is right; nothing is written there */
    long deletes;    /* how many deletes were agreed to; one more and nothing is written at all:
                        RC_CONFLICT with the count. SYNC_ANY_DELETES: as many as it takes. A
                        preview does not ask. */
};

/* An item of a backup, without its contents. */
struct sync_saved {
    const char *id;  /* where it was */
    const char *uid; /* may be NULL */
    int64_t pair;    /* the pair it was in then, 0 = none */
};
struct sync_restore {
    const char *name; /* of the backup, for the history */
    struct {
        bool wanted; /* bring this side back; the other is left alone */
        const struct sync_saved *items;
        size_t count;
    } side[2];
    bool exact;   /* also delete what is not in the backup */
    long deletes; /* as in struct sync_repair */
    /* Reads item i of a side: its document in the store's normal form and, where there is one, its
     * native form (both owned by the caller). A failure is this item's own. */
    enum rc (*load)(void *user, enum side s, size_t i, struct json **ret_doc, char **ret_native,
        struct err *err);
    void *user;
};

struct sync_options;
struct sync_report;
/* RC_INCOMPLETE: a side could not be listed completely and provably; RC_READONLY: the side to be
 * written may not be; RC_CONFLICT: more deletes than agreed to. Then nothing was written. What
 * could not be done to single items is told in the report. */
enum rc sync_repair(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_repair *what, const struct sync_options *options, struct sync_report *ret,
    struct err *err) WARN_UNUSED;
enum rc sync_restore(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_restore *what, const struct sync_options *options, struct sync_report *ret,
    struct err *err) WARN_UNUSED;

#endif
