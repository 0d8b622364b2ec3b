/* The engine: brings the two folders of a link in step, once. Knows two stores (store.h) and the
 * state file, nothing of Outlook, HTTP or formats. Its promises are numbered in
 * client/sync/README.md. Plain blocking code; call it from a worker thread. */
#ifndef LOCKSTEP_SYNC_SYNC_H
#define LOCKSTEP_SYNC_SYNC_H

#include "client/state/state.h"
#include "client/sync/repair.h"
#include "client/sync/store.h"
#include "client/sync/undo.h"

struct sync_progress {
    const char *phase;  /* "recover", "look", "fetch", "write"; static text */
    size_t done, total; /* items; total 0 = not known */
};

/* Zero is a good default for everything but `random`. */
struct sync_options {
    const struct log *log; /* borrowed, may be NULL */
    const char
        *side_name[2];    /* for messages, e.g. "Outlook", "the server"; NULL = "left", "right" */
    bool readonly[2];     /* known beforehand that the folder there cannot be written */
    bool preview;         /* write nothing, neither to a store nor to the state file, and fill in
                             report.planned */
    bool release_deletes; /* carry out the deletes that the guard would hold */
    bool release;         /* carry out everything that the guards would hold */
    bool retry_now;       /* try failed items again even if their delay is not over */
    long guard_count; /* hold deletes beyond max(count, percent of the pairs) on one side; 0 = 10 */
    long guard_percent; /* 0 = 30 */
    long guard_creates; /* likewise, with 50 percent and unless usual for the link; 0 = 100. In a
                           first sync: so many on both sides without matches; 0 = 10 */
    long guard_updates; /* 0 = 100 */
    void (*random)(void *user, void *bytes, size_t n);           /* required: for uids and stamps */
    int64_t (*now)(void *user);                                  /* NULL = time() */
    void (*progress)(void *user, const struct sync_progress *p); /* may be NULL */
    bool (*cancelled)(
        void *user); /* may be NULL; asked between calls, never in the middle of a step */
    void *user;
    /* Events and tasks of one side alone that are outside of it are not made on the other (README.md,
     * "The time window and the filter"). NULL: all are. */
    const struct state_window *window;
    /* Likewise what this does not take (client/item/filter.h), of any kind of items. NULL: takes all.
     * Borrowed. */
    const struct json *filter;
    bool choices; /* only carry out what people chose in conflicts (state_conflict_choose), which
                     any other run does too */
    /* Called once before a run writes anything, to a store or of it to the state file: what it
     * fails with ends the run. May be NULL. */
    enum rc (*before_write)(void *user, struct err *err);
    /* At most one of these: something else than bringing in step. */
    const struct sync_undo *undo;       /* put back; see undo.h */
    const struct sync_repair *repair;   /* make one side equal to the other; see repair.h */
    const struct sync_restore *restore; /* bring a backup back; see repair.h */
};

/* Something to tell about one item. */
struct sync_message {
    char *title;        /* as people know it; not redacted */
    enum side side;     /* where it happened */
    const char *action; /* "read", "create", "update", "delete", "merge", "choose"; static */
    enum rc rc;         /* RC_OK for a conflict that was settled */
    bool held;          /* waits for the user's word */
    char *text;         /* one line with the reason */
};

/* A preview: one thing the run would do. */
enum sync_plan { SYNC_WOULD_CREATE, SYNC_WOULD_UPDATE, SYNC_WOULD_DELETE, SYNC_WOULD_PAIR };
const char *sync_plan_name(enum sync_plan p); /* "create", "update", "delete", "pair" */
struct sync_field {
    char *path;                  /* of the member, as in a PatchObject: "phones/p1/number" */
    struct json *before, *after; /* NULL: not there */
};
struct sync_planned {
    enum sync_plan what;
    enum side side;            /* where it would be written; pair: left */
    char *title;               /* as people know it; not redacted */
    struct sync_field *fields; /* owned; update: what of the item would change */
    size_t field_count, field_cap;
};

struct sync_report {
    int64_t run;                   /* history entry, 0 if nothing was to be written */
    struct state_counts side[2];   /* writes on that side */
    long paired;                   /* items found on both sides and joined */
    long doubted;                  /* new items that may be the same as another one and wait */
    long conflicts;                /* fields changed on both sides to different values, settled */
    long undecided;                /* conflicts of the link that wait for a person, new or not */
    long held;                     /* writes the guards hold */
    long failed;                   /* items that could not be read or written this time */
    long waiting;                  /* failed earlier, not yet due */
    long older, later;             /* new items that are outside of the time window */
    long filtered;                 /* new items that the link's filter does not take */
    bool wrote_anything;           /* to either store */
    struct sync_message *messages; /* owned */
    size_t message_count, message_cap;
    struct sync_planned *planned; /* owned; of a preview; then the counts say what would be done */
    size_t planned_count, planned_cap;
    char *text; /* owned; one line on how it went; never NULL after sync_run */
};
void sync_report_init(struct sync_report *r);
void sync_report_fini(struct sync_report *r);

/* One run. `ret` must be initialised and is filled also on failure with what was done until then.
 * RC_OK also when single items failed (see ret->failed). Other results reach the whole run: a
 * store-wide failure, an incomplete listing, the state file, or RC_CANCELLED; whatever was done by
 * then is recorded and the next run goes on from there. The link's `enabled` is left to the caller.
 */
enum rc sync_run(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_options *options, struct sync_report *ret, struct err *err) WARN_UNUSED;

/* What is held for this link is not to be. Deletes: with the next run the items come back where they
 * went missing. Creates: the items stay where they are, and are not offered again before somebody
 * edits them. Updates: both sides keep what they have, until somebody edits the item on either or
 * all is released (options.release). `action`: "delete", "create" or "update" only; NULL: all.
 * *ret: how many of each were refused. */
enum rc sync_refuse(struct state *state, int64_t link, const char *action, struct state_counts *ret,
    struct err *err) WARN_UNUSED;

#endif
