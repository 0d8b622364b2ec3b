/* What Lockstep remembers: one SQLite file with accounts, links, pairs, the journal of intents,
 * history and problems.
 *
 * No secrets are kept here (the platform has them). Documents are compact JSON text; this folder
 * never parses them. SQLite itself stays behind db.h. Tables and their reasons:
 * client/state/README.md.
 *
 * The file is opened for one process only; a second one gets RC_BUSY. A file that is damaged, empty
 * or from a newer version is refused (RC_IO, RC_UNSUPPORTED) and left exactly as it is: an empty
 * replacement would make every item look new.
 *
 * Structs own their strings and are released by their _fini. Times are seconds since 1970 UTC. A
 * call outside state_begin/state_commit is a transaction of its own. */
#ifndef LOCKSTEP_STATE_STATE_H
#define LOCKSTEP_STATE_STATE_H

#include "client/base/log.h"
#include "client/base/mem.h"
#include "client/base/rc.h"
#include "client/item/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The two ends of a link. Left is Outlook (or a folder of files), right is the server. */
enum side { SIDE_LEFT, SIDE_RIGHT };
static inline enum side side_other(enum side s)
{
    return s == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}
const char *side_name(enum side s); /* "left", "right" */

struct state;
/* Opens the file, or makes it with its tables if there is none (the folder must exist). path is
 * UTF-8. log may be NULL, is borrowed. */
enum rc state_open(const char *path, const struct log *log, struct state **ret, struct err *err)
    WARN_UNUSED;
void state_close(struct state *s); /* an open transaction is rolled back; NULL allowed */
DEFINE_CLEANUP(struct state *, state_close);

/* Reads the whole file once: RC_IO if any page or index is damaged. Takes about 0.1 s for 5,000
 * pairs; for a daily check or after trouble. */
enum rc state_check(struct state *s, struct err *err) WARN_UNUSED;

/* One transaction at a time, on disk when state_commit has returned RC_OK. After a failed commit
 * nothing of it is there. */
enum rc state_begin(struct state *s, struct err *err) WARN_UNUSED;
enum rc state_commit(struct state *s, struct err *err) WARN_UNUSED;
void state_rollback(struct state *s); /* nothing happens if none is open */

/* From here to state_rehearsal_end everything works as usual, transactions included, and nothing of
 * it is kept: the file stays as it is, byte by byte. For previews. Not within a transaction. */
enum rc state_rehearse(struct state *s, struct err *err) WARN_UNUSED;
void state_rehearsal_end(struct state *s);

/* ---- accounts ---- */
struct state_account {
    int64_t id;     /* 0 = not saved yet */
    char *name;     /* unique, as people call it */
    char *type;     /* "outlook", "dav", "vdir", ... */
    char *url;      /* address or folder path; NULL if the type needs none */
    char *user;     /* NULL if the type needs none */
    char *settings; /* JSON object, or NULL */
};
struct state_accounts {
    struct state_account *items; /* owned */
    size_t count, cap;
};
void state_account_fini(struct state_account *a);
void state_accounts_fini(struct state_accounts *list);
enum rc state_accounts_load(struct state *s, struct state_accounts *ret, struct err *err)
    WARN_UNUSED; /* by name */
enum rc state_account_get(struct state *s, int64_t id, struct state_account *ret, struct err *err)
    WARN_UNUSED;
enum rc state_account_find(
    struct state *s, const char *name, struct state_account *ret, struct err *err) WARN_UNUSED;
/* Adds (id 0, which is then set) or replaces. RC_CONFLICT if another account has the name. */
enum rc state_account_save(struct state *s, struct state_account *a, struct err *err) WARN_UNUSED;
/* RC_CONFLICT while a link uses it. */
enum rc state_account_delete(struct state *s, int64_t id, struct err *err) WARN_UNUSED;

/* ---- links ---- */
enum link_direction { LINK_TWO_WAY, LINK_LEFT_TO_RIGHT, LINK_RIGHT_TO_LEFT };
/* Where both sides changed one field differently. */
enum link_policy { LINK_NEWEST_WINS, LINK_LEFT_WINS, LINK_RIGHT_WINS, LINK_ASK };
/* "two-way", "left-to-right", "right-to-left" */
const char *link_direction_name(enum link_direction d);
const char *link_policy_name(enum link_policy p); /* "newest", "left", "right", "ask" */
int link_direction_from_name(const char *name);   /* -1 if unknown */
int link_policy_from_name(const char *name);      /* -1 if unknown */

struct state_link_side {
    int64_t account;
    char *folder;      /* store_folder.id */
    char *folder_name; /* for people */
    char *token; /* of the last listing that was taken into the pairs; NULL = list in full. Written
                    by state_token_save only. */
};
struct state_link {
    int64_t id; /* 0 = not saved yet */
    char *name; /* unique */
    enum item_kind kind;
    struct state_link_side side[2]; /* by enum side */
    enum link_direction direction;
    enum link_policy policy;
    bool enabled;
    char *settings;    /* JSON object, or NULL */
    int64_t last_time; /* end of the last run, 0 = never. The last_* are written by state_run_end
                          only. */
    enum rc last_rc;
    char *last_text; /* one line on how it went */
};
struct state_links {
    struct state_link *items; /* owned */
    size_t count, cap;
};
void state_link_fini(struct state_link *l);
void state_links_fini(struct state_links *list);
enum rc state_links_load(struct state *s, struct state_links *ret, struct err *err)
    WARN_UNUSED; /* by name */
enum rc state_link_get(struct state *s, int64_t id, struct state_link *ret, struct err *err)
    WARN_UNUSED;
enum rc state_link_find(struct state *s, const char *name, struct state_link *ret, struct err *err)
    WARN_UNUSED;
/* Adds (id 0, which is then set) or replaces all but tokens and last_*. RC_CONFLICT if another link
 * has the name, or if a folder changes: its pairs would describe another folder (unlink and link
 * anew instead). */
enum rc state_link_save(struct state *s, struct state_link *l, struct err *err) WARN_UNUSED;
/* Forgets the link with pairs, journal, problems and history. Items stay where they are. */
enum rc state_link_delete(struct state *s, int64_t id, struct err *err) WARN_UNUSED;
/* Only between state_begin and state_commit: together with the pairs that the token describes
 * (invariant I4). */
enum rc state_token_save(
    struct state *s, int64_t link, enum side side, const char *token, struct err *err) WARN_UNUSED;

/* What limits which new items of a link travel (outside.h): its time window, days before and after
 * today, -1: no limit there; and its filter as text, compared and never read here, NULL: none. */
struct state_window {
    int past, future;
    const char *filter; /* borrowed */
};
#define STATE_WINDOW_ALL ((struct state_window){-1, -1, NULL})

/* Nothing to be done about any of its pairs at `now`, as far as the state file knows: all are full,
 * have a base and are marked clean, or wait outside of this window, and there is no intent, problem,
 * waiting group, doubt, loop, open conflict or choice. False for a link that was never in step.
 * Reads no pair into memory. */
enum rc state_link_rests(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, bool *ret, struct err *err) WARN_UNUSED;

/* ---- pairs ---- */
/* What is known beyond the stored base of a side: the listing said so and the item has not been
 * dealt with since. */
enum pair_look {
    PAIR_CLEAN,   /* nothing: the base is the item at `version` */
    PAIR_LOOK,    /* new, or its version moved: fetch it */
    PAIR_MISSING, /* not in a complete listing: needs proof */
    PAIR_GONE,    /* the store said positively that it is gone */
};
struct state_pair_side {
    char *id;      /* in the store; NULL: not there (yet): then the row is a half pair */
    char *version; /* as listed or written last */
    enum pair_look look;
};
/* One item on both sides. Small: all pairs of a link are loaded in one query; documents are in
 * struct state_body. */
struct state_pair {
    int64_t id; /* 0 = not saved yet */
    char *uid;  /* that creates carry; NULL until known */
    struct state_pair_side side[2];
    bool has_base; /* both documents are stored */
    bool common;   /* and hold only what the two items had in common when they were first united,
                      which is not over yet: what one has beyond that is no edit of a person's */
    int prefer; /* -1, or the side whose write was under way in a crash: it wins conflicts until the
                   pair is settled */
    int failures;     /* in a row */
    int64_t next_try; /* do not try before; 0 = any time */
};
struct state_pairs {
    struct state_pair *items; /* owned */
    size_t count, cap;
};
void state_pair_fini(struct state_pair *p);
void state_pairs_fini(struct state_pairs *list);
/* Pairs of a link in order of id: ids, versions and marks, no documents. */
enum rc state_pairs_load(struct state *s, int64_t link, struct state_pairs *ret, struct err *err)
    WARN_UNUSED;
/* Tells the ids and versions of all pairs of the link, one by one in no order, until `f` says false;
 * [0] is left. They are borrowed for that call, and NULL where a side has none. */
enum rc state_pairs_walk(struct state *s, int64_t link,
    bool (*f)(void *user, const char *const id[2], const char *const version[2]), void *user,
    struct err *err) WARN_UNUSED;
/* Adds (id 0, which is then set) or replaces. RC_CONFLICT if another pair of the link holds one of
 * the items (invariant I2). */
enum rc state_pair_save(struct state *s, int64_t link, struct state_pair *p, struct err *err)
    WARN_UNUSED;
enum rc state_pair_delete(struct state *s, int64_t pair, struct err *err)
    WARN_UNUSED; /* with its body and problem */
/* How many full pairs and how many half pairs; a cheap query for status. */
enum rc state_pair_counts(
    struct state *s, int64_t link, long *ret_full, long *ret_half, struct err *err) WARN_UNUSED;

/* The bases: each side's document in that side's own normal form, both in the left one's id space,
 * and the native forms. */
struct state_body {
    char *doc[2];    /* compact JSON */
    char *native[2]; /* as the store gave it, may be NULL */
    char *told[2];   /* NULL, or: what a write put into the document is as written, not yet read
                        back, and this is the version the store told for it */
    char *patch[2];  /* told: what was written, a PatchObject with DOC_LEFT_OUT; NULL: all of it */
    bool older;      /* read by a program that could read less (DOC_READING) */
};
void state_body_fini(struct state_body *b);
enum rc state_body_load(struct state *s, int64_t pair, struct state_body *ret, struct err *err)
    WARN_UNUSED; /* RC_NOT_FOUND */
enum rc state_body_save(struct state *s, int64_t pair, const struct state_body *b, struct err *err)
    WARN_UNUSED;
/* Whether the pair has documents and they are `older`. */
enum rc state_body_older(struct state *s, int64_t pair, bool *ret, struct err *err) WARN_UNUSED;
enum rc state_body_delete(struct state *s, int64_t pair, struct err *err)
    WARN_UNUSED; /* also clears has_base */

/* ---- journal: writes under way ---- */
enum state_op { STATE_CREATE, STATE_UPDATE, STATE_DELETE };
const char *state_op_name(enum state_op op); /* "create", "update", "delete" */
struct state_intent {
    int64_t id; /* set by state_intent_add */
    int64_t run, pair;
    enum side side;
    enum state_op op;
    char *target;  /* item id; create: the id chosen beforehand or NULL */
    char *stamp;   /* create: the mark to find it by, or NULL */
    char *version; /* the precondition */
    char *doc;     /* what is to be written, JSON; NULL for deletes */
    char *patch;   /* update: what of it is new to that side, a PatchObject; else NULL */
};
struct state_intents {
    struct state_intent *items; /* owned */
    size_t count, cap;
};
void state_intent_fini(struct state_intent *i);
void state_intents_fini(struct state_intents *list);
enum rc state_intent_add(struct state *s, int64_t link, struct state_intent *i, struct err *err)
    WARN_UNUSED;
enum rc state_intents_load(
    struct state *s, int64_t link, struct state_intents *ret, struct err *err) WARN_UNUSED;
enum rc state_intent_remove(struct state *s, int64_t id, struct err *err) WARN_UNUSED;

/* ---- history ---- */
struct state_counts {
    long created, updated, deleted;
};
struct state_run {
    int64_t id, link, start, end; /* end 0: it did not come to an end */
    struct state_counts side[2];  /* writes on that side */
    long conflicts, held, failed;
    enum rc rc;
    char *text; /* one line */
};
struct state_runs {
    struct state_run *items; /* owned */
    size_t count, cap;
};
void state_run_fini(struct state_run *r);
void state_runs_fini(struct state_runs *list);
enum rc state_run_begin(
    struct state *s, int64_t link, int64_t now, int64_t *ret_run, struct err *err) WARN_UNUSED;
/* Notes the end on the link (last_*) and, if run->id is not 0, in the history: only runs that set
 * out to write have an entry. */
enum rc state_run_end(struct state *s, const struct state_run *run, struct err *err) WARN_UNUSED;
/* The latest `limit` runs of a link (0 = of all links), newest first. */
enum rc state_runs_load(
    struct state *s, int64_t link, long limit, struct state_runs *ret, struct err *err) WARN_UNUSED;

/* Before-images: what a run replaced or deleted; for a create, what it made (no document). Kept for
 * undo. */
struct state_image {
    int64_t id, run, pair, time;
    enum side side;
    enum state_op op;
    char *item;   /* id in the store */
    char *doc;    /* before, JSON; NULL for a create */
    char *native; /* before, may be NULL */
};
struct state_images {
    struct state_image *items; /* owned */
    size_t count, cap;
};
void state_image_fini(struct state_image *i);
void state_images_fini(struct state_images *list);
enum rc state_image_add(struct state *s, int64_t link, const struct state_image *i, struct err *err)
    WARN_UNUSED;
enum rc state_images_load(struct state *s, int64_t run, struct state_images *ret, struct err *err)
    WARN_UNUSED;

/* ---- problems: items that wait, to be shown ---- */
struct state_problem {
    int64_t pair, link;
    enum side side; /* where the write or read failed */
    char *action;   /* "read", "create", "update", "delete" */
    char *title;    /* the item's name as people know it */
    enum rc rc;
    char *text; /* one line */
    bool held;  /* a delete that waits for the user's word, not a failure */
    int64_t since, last;
};
struct state_problems {
    struct state_problem *items; /* owned */
    size_t count, cap;
};
void state_problem_fini(struct state_problem *p);
void state_problems_fini(struct state_problems *list);
/* One a pair; `since` of an earlier one stays. */
enum rc state_problem_put(struct state *s, const struct state_problem *p, struct err *err)
    WARN_UNUSED;
enum rc state_problem_clear(struct state *s, int64_t pair, struct err *err) WARN_UNUSED;
/* Of a link (0 = of all), oldest first. */
enum rc state_problems_load(
    struct state *s, int64_t link, struct state_problems *ret, struct err *err) WARN_UNUSED;

/* ---- what the guards go by ---- */
/* Has the link been in step once? Before that everything is new and nothing is out of the ordinary.
 */
enum rc state_started_get(struct state *s, int64_t link, bool *ret, struct err *err) WARN_UNUSED;
enum rc state_started_set(struct state *s, int64_t link, struct err *err) WARN_UNUSED;

/* A pair that was updated in the last run or is frozen since. */
struct state_churn {
    int64_t pair, run; /* run: the last one that updated it */
    long runs;         /* in a row */
    char *contents;    /* short hashes of what was written, oldest first, separated by spaces */
};
struct state_churns {
    struct state_churn *items; /* owned */
    size_t count, cap;
};
void state_churn_fini(struct state_churn *c);
void state_churns_fini(struct state_churns *list);
enum rc state_churns_load(struct state *s, int64_t link, struct state_churns *ret, struct err *err)
    WARN_UNUSED; /* in order of pair */
enum rc state_churn_put(struct state *s, int64_t link, const struct state_churn *c, struct err *err)
    WARN_UNUSED;
enum rc state_churn_clear(struct state *s, int64_t pair, struct err *err) WARN_UNUSED;

#endif
