/* Shared by the files of the engine only: one run and what it works on. The steps are called in
 * this order by run.c:
 *   recover.c  what was under way when the last run ended
 *   look.c     what changed on both sides, taken into the pairs together with the tokens
 *   prove.c    is what is missing really gone
 *   guard.c    are there more deletes, and after matching creates and updates, than may be believed
 *   match.c    which new items on the two sides are the same one
 *   window.c   which of the others wait outside of the link's time window, or for its filter
 *   fetch.c    documents of the pairs that need work
 *   refs.c     members of groups between the spellings of both sides
 *   decide.c   the plan for each, and the documents to be written
 *   dispute.c  what both sides changed, and what a person chose in it
 *   loop.c     is it written again and again
 *   write.c    journal, commit, read back; or preview.c: tell what would be written
 *   settle.c   the results into the pairs
 * Undo, repair and restore have plans of their own (undo.c, repair.c, restore.c). */
#ifndef LOCKSTEP_SYNC_INTERNAL_H
#define LOCKSTEP_SYNC_INTERNAL_H

#include "client/base/buf.h"
#include "client/base/map.h"
#include "client/state/conflict.h"
#include "client/state/outside.h"
#include "client/sync/merge.h"
#include "client/sync/plan.h"
#include "client/sync/sync.h"

#include <string.h>

/* How often a run looks again because somebody else changed an item meanwhile. */
#define RUN_PASSES 3

/* A pair during the run. */
struct entry {
    struct state_pair pair;
    bool seen[2];             /* in the complete listing that is being taken in */
    bool proven[2];           /* GONE was established in this run */
    bool held;                /* not written in this run: told why */
    bool quarantined;         /* held in an earlier run, or in this one */
    enum state_op quarantine; /* if quarantined: what is held */
    char *title;              /* owned; of what is held, where it is known; else NULL */
    bool rewrites[2];         /* found by the guard: an update would be written there */
    struct state_churn churn; /* owned; pair 0: none */
    bool churned;             /* updated or frozen in this run: does not rest */
    bool settled;             /* dealt with in this pass */
    bool failed;              /* failed in this run: not tried again before the next */
    bool dead;                /* the row was deleted */
    bool doubted;             /* new, and may be the same as another one: waits for a person */
    bool group;               /* known to be one: worked after the items it may name */
    struct json *waits;       /* owned; members the other side could not name, NULL: none */
    bool parked;              /* an undo or a refusal left it on one side, or different on both:
                                    rests until it is edited */
    bool disputed;            /* it has conflicts, settled or not */
    bool open;                /* one of them waits for a person: the bases leave it out */
    bool chosen;              /* a person has chosen in one: to be carried out */
    bool older;               /* its bases are from a program that could read less */
    int64_t
        outside;   /* half: when its day comes, by the link's time window or filter; 0: not judged,
                        inside */
    bool likeness; /* `cache` has what the state file kept of it for matching, not the item */
    struct store_item *cache[2]; /* owned; fetched for proof or matching, not used up yet */
};

struct run {
    struct state *state;
    struct store *store[2];
    const struct sync_options *opt;
    const struct log *log;
    struct log log_here; /* opt->log with the link's name */
    struct sync_report *report;
    struct state_link link;
    int64_t id;                 /* history entry, 0 until something is to be written */
    int64_t now;                /* at the start */
    struct state_window window; /* its filter: `filter_text` */
    char *filter_text;          /* owned; options.filter, NULL: takes all */
    unsigned long salt;
    enum plan_access access[2];
    struct store_changes changes[2]; /* owned; listed, not taken into the pairs yet */
    bool has_listed;                 /* they are there */
    long listed[2];         /* how many the complete listing had, -1: it was not complete */
    bool strange[2];        /* a complete listing had none of the items known there */
    bool started;           /* the link has been in step once */
    struct entry **entries; /* owned */
    size_t count, cap;
    struct map *by_id[2]; /* item id -> entry */
    struct map *by_uid;   /* uid -> entry */
    struct map *by_ref;   /* uid in one spelling -> entry; NULL until a group was seen (refs.c) */
    bool unsure[2]; /* new items there could not be read: it is not known whether a create would
                       make a second copy */
    int pass;       /* 0, 1, ... */
    bool again;     /* somebody else was faster: another pass is needed */
    bool whole;     /* look at all there is, and go on only if that is certain to be all */
};

/* One side of a pair being worked on. */
struct work_side {
    enum plan_state state;
    struct json *base, *now, *own; /* owned; own: patch from base to now */
    struct json *common;           /* owned; stands in for the base where there is none */
    struct json *unsure;     /* owned or NULL; DOC_UNSURE of the base, which is then without it */
    char *version, *native;  /* owned; of `now` */
    char *told, *told_patch; /* owned; what the stored base has as written, as in state_body */
    enum rc rc;              /* why it is unreadable */
    char *error;             /* owned */
    /* the write planned here */
    bool write;
    enum state_op op;
    struct json *wanted;  /* owned, or */
    bool wanted_is_now;   /* it is `now` of the other side, borrowed */
    struct json *patch;   /* owned; update: what of `wanted` is new here */
    char *chosen, *stamp; /* owned; create */
    int64_t intent;
    struct store_op result;      /* out part */
    bool tried, unknown;         /* unknown: it may have been carried out: the intent stays */
    struct store_item read_back; /* after the write; rc != RC_OK: not at hand */
};

/* A member, or what goes together, that both sides changed to different values, or in which a person
 * has chosen. */
enum verdict {
    VERDICT_SETTLED, /* by the link's policy or a rule: `winner` */
    VERDICT_WAITS,   /* the loser's folder may not be written: found again when it may */
    VERDICT_OPEN,    /* a person is to choose: neither side is written */
    VERDICT_CHOSEN,  /* `winner` by a person's word */
    VERDICT_LEFT,    /* both keep their own by a person's word */
    VERDICT_VOID,    /* a choice that somebody's edit has overtaken */
    VERDICT_BLOCKED, /* a choice that cannot be carried out now */
};
struct dispute {
    enum verdict verdict;
    char *path;                   /* owned; names it */
    struct json *base, *value[2]; /* owned; {path: value or null}; base NULL: not known */
    struct json *own; /* owned; chosen: what both are to have instead; NULL: that of the winner */
    enum side winner;
    const char *why; /* static; as in struct state_conflict */
    int64_t row;     /* in the state file, 0: none yet */
    bool was_open;   /* that row was open */
    bool known[2];   /* the side holds what it held when the choice was made, or what was chosen */
    bool apart;      /* settled in another way than the rest of the item: not by work_winner */
};

struct work {
    struct entry *entry;
    struct plan_step step;
    struct work_side side[2];
    bool united; /* the two meet for the first time, or that has not been completed yet */
    struct json *
        superseded; /* owned or NULL; {path: text} that went into a longer one: the bases have it */
    struct json *made;   /* owned; what one was made of, as far as known (made.c); else NULL */
    bool undelivered[2]; /* this side's change did not reach the other */
    struct json *undecided[2];   /* owned or NULL; of its change: what is not decided yet */
    struct json *unless_done[2]; /* owned or NULL; that, and what was chosen about: not decided
                                    either if a write fails */
    struct json *lost[2];        /* owned or NULL; of its change: what lost a settled conflict */
    struct json *onward[2];      /* owned or NULL; of its change: what travels to the other side, or
                                    what an undo leaves to travel */
    bool put_off;                /* of it, something waits for no person: to be looked at again */
    struct dispute *disputes;    /* owned */
    size_t dispute_count, dispute_cap;
    long conflicts;
    struct json *waits; /* owned; of a group: members that the target cannot name (refs.c) */
    bool undo;          /* planned by undo.c, settled by undo_settle.c */
    bool clean[2];      /* undo: nothing was known beyond the base */
    bool repair;        /* planned by repair.c or restore.c, settled by repair_settle.c */
    bool travels;       /* restored on one side only: the next run carries it to the other */
    int64_t change;     /* its row of history, 0: none */
};

struct works {
    struct work *items; /* owned */
    size_t count;
};

/* run.c */
const char *run_side_name(const struct run *r, enum side s);
bool run_cancelled(const struct run *r);
void run_progress(const struct run *r, const char *phase, size_t done, size_t total);
size_t run_batch(const struct run *r, enum side s);
char *run_uuid(const struct run *r); /* RFC 9562 version 4; caller frees */
struct entry *run_entry_add(struct run *r, struct state_pair pair /* taken over */);
void run_entry_index(struct run *r, struct entry *e); /* after ids or uid were set */
void entry_uncache(struct entry *e, enum side s);
bool entry_half(const struct entry *e);
/* Should it be worked on in this run, delays apart? */
bool run_entry_due(const struct run *r, const struct entry *e);
bool run_entry_delayed(const struct run *r, const struct entry *e);

/* report.c */
void run_tell(struct run *r, const char *title, enum side side, const char *action, enum rc rc,
    bool held, const char *text);
/* An item that failed: told, noted as a problem with growing delay. Within a transaction. */
enum rc run_fail(struct run *r, struct entry *e, const char *title, enum side side,
    const char *action, enum rc rc, const char *text, struct err *err) WARN_UNUSED;
char *run_summary(const struct run *r, enum rc rc, const struct err *err); /* caller frees */
/* The item's name, from whatever document is at hand; caller frees, NULL if none is. */
char *run_title(const struct run *r, const struct entry *e, const struct json *doc);

/* The steps; each leaves the state file consistent whatever happens. */
enum rc run_recover(struct run *r, struct err *err) WARN_UNUSED;
/* Asks both sides for their changes; run_look, which does it if nobody has, takes them in. */
enum rc run_list(struct run *r, struct err *err) WARN_UNUSED;
/* rest.c: nothing changed on either side and nothing is left to do. Else goes on as usual, before
 * anything was loaded; both sides may have been asked. */
enum rc run_rests(struct run *r, bool *ret, struct err *err) WARN_UNUSED;
enum rc run_look(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_prove(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_guard(struct run *r, struct err *err) WARN_UNUSED;
/* A create refused because something is at the chosen id: most likely the same request, sent twice
 * on its way. It is read back, and if it is there, and may be it, it is the item (invariant I5). */
bool work_refused_twin(const struct work_side *side);
enum rc run_part(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_match(struct run *r, struct err *err) WARN_UNUSED;
/* window.c: half pairs that are new and outside of the link's time window, or not taken by its
 * filter, are not due. */
bool run_has_window(const struct run *r);
bool entry_waits_outside(const struct entry *e);
enum rc run_window_load(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_window(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_window_count(struct run *r, struct err *err) WARN_UNUSED; /* into the report */
/* What is kept of those that wait, in place of reading them, for match.c; to be dropped there. */
enum rc run_likenesses_load(struct run *r, struct err *err) WARN_UNUSED;
void run_likenesses_drop(struct run *r);
enum rc run_guard_load(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_guard_writes(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_guard_end(struct run *r, struct err *err) WARN_UNUSED;
/* Keeps the entry out of this run and says so, in the report and among the problems. Within a
 * transaction. `target`: where it would be written. */
enum rc run_hold(struct run *r, struct entry *e, enum side target, enum state_op op,
    const char *why, struct err *err) WARN_UNUSED;
/* loop.c */
enum rc run_loop_load(struct run *r, struct err *err) WARN_UNUSED;
enum rc works_freeze(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
/* An update was carried out. Within a transaction. */
enum rc run_loop_note(struct run *r, struct work *w, enum side s, struct err *err) WARN_UNUSED;
enum rc run_loop_end(struct run *r, struct err *err) WARN_UNUSED;
/* Fetches the given ids on one side into the entries' caches. */
enum rc run_fetch(struct run *r, enum side side, struct entry **entries, size_t count,
    struct err *err) WARN_UNUSED;
enum rc works_load(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
/* The two halves of works_load: documents and bases; then the state of each side. */
enum rc works_fetch(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
enum rc works_classify(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
/* After works_fetch: is it a group? */
bool work_is_group(const struct work *w);
void works_decide(struct run *r, struct works *w);
/* Carries out what was decided and settles it; fails also for store-wide trouble, after the results
 * were recorded. */
enum rc works_write(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
enum rc works_settle(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
/* Notes in the report what works_write would do, and does not do it. */
enum rc works_preview(struct run *r, struct works *w, struct err *err) WARN_UNUSED;
void work_fini(struct work *w); /* leaves it empty */
void works_fini(struct works *w);

/* made.c: the pair has no bases, but one side is a copy of ours. `made`: what it was made of, NULL: not
 * known. Within a transaction. */
enum rc made_keep(struct run *r, const struct entry *e, const struct json *made, struct err *err)
    WARN_UNUSED;
/* What of a copy that was made again, with what only it had had, is the source's: `made` without what the
 * copy's base had beyond that of the source. Caller frees. */
struct json *made_revived(
    const struct json *made, const struct json *source_base, const struct json *copy_base);
enum rc made_load(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
/* Gives both sides the ids of what the copy was made of, and its texts where one holds them in one. */
void made_recognize(struct work *w);
/* Adds to what both sides have in common what the copy still holds as it was made. */
void made_known(struct work *w, struct json *common[2]);

/* refs.c: members of groups (README.md, "Members of groups") */
bool refs_is_group(const struct json *doc);
enum rc refs_load(struct run *r, struct err *err) WARN_UNUSED;
void refs_index(struct run *r, struct entry *e, bool add); /* uid set, or entry forgotten */
/* Makes the engine's keys of the members of a document as a store gave it; may be repeated. `known`:
 * an earlier document of that side, or NULL. */
void refs_enter(struct run *r, enum side s, struct json *doc, const struct json *known);
/* The document as the store there is to get it, as a new item or as an update; `other`: the other
 * side's, for names of members. Caller frees. */
struct json *refs_leave(struct run *r, enum side target, bool create, const struct json *wanted,
    const struct json *other);
/* Takes out of what is wanted there the members that this side cannot name now, and notes them in
 * w->waits. */
void refs_prune(struct run *r, struct work *w, enum side target);
/* A new base: what waits is left out, so that the next comparison finds it as a change again. */
void refs_owe(const struct work *w, struct json *base);
/* A base with what was left out of it, as far as that side still has it: what was there before
 * the run. Caller frees. */
struct json *refs_before(const struct entry *e, const struct json *base, const struct json *now);
/* Notes what the pair waits for. Within a transaction. */
enum rc refs_settle(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
/* Marks the groups whose members have come meanwhile, in a transaction of its own. */
enum rc refs_wake(struct run *r, bool *ret_any, struct err *err) WARN_UNUSED;

/* dispute.c, dispute_settle.c: conflicts, and what people chose in them. */
/* Does the document hold these values, {path: value or null}? Absent and null are the same. */
bool dispute_holds(const struct json *doc, const struct json *values);
enum rc run_disputes_load(struct run *r, struct err *err) WARN_UNUSED;
/* What of both sides' changes is in conflict or chosen about. Returns in ret_own the patches that
 * remain to be merged (owned by the caller), NULL if they are as they were. */
enum rc work_disputes(struct run *r, struct work *w, const struct json *conflicts,
    struct json *ret_own[2], struct err *err) WARN_UNUSED;
/* Adds what was chosen to what is to be written. */
enum rc work_choices(struct run *r, struct work *w, struct merge_result *m, struct err *err)
    WARN_UNUSED;
bool work_has_choice(const struct work *w);
/* The loser is on disk before it is overwritten (I15). Within the transaction of the intents. */
enum rc run_disputes_journal(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
/* Within the transaction of the results. */
enum rc run_disputes_settled(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
/* What was left out of a side's base (README.md, "Conflicts"): by a person's decision to come, or
 * by one that could not be carried out. NULL: nothing. Borrowed. */
const struct json *work_left_out(const struct work *w, enum side s);
/* settle.c: may somebody else have written between our write and the reading back? *ret_certain: the
 * store told the version of our write, and the item has another. */
bool work_overtaken(const struct work_side *side, bool *ret_certain);
void work_disputes_fini(struct work *w);

/* history.c: what a run does to each item, for people and for undo. Within the transactions of
 * write.c and settle.c. */
enum rc run_change_begin(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
enum rc run_change_settled(struct run *r, struct work *w, struct err *err) WARN_UNUSED;

/* undo.c, undo_settle.c: in place of look, prove, match and decide. */
enum rc run_undo(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_undo_settle(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
/* undo_find.c: in what a run did, gives the entries of id maps the ids that they have now; `now`: the
 * documents of both sides. */
void undo_find_entries(
    struct json *const back[2], struct json *const forth[2], const struct json *const now[2]);
/* A row for an item of which neither side is there, to be made on side s: `pair` as it was once,
 * 0 = a new one. */
enum rc run_entry_revive(struct run *r, int64_t pair, const char *uid, enum side s,
    struct entry **ret, struct err *err) WARN_UNUSED;
/* The create of an item that was there once: id, stamp and uid are chosen. `doc` is taken over. */
void work_want_again(
    struct run *r, struct work *w, enum side s, struct json *doc, const char *native);
/* Where the item that was made again is; false if it was not made or nobody knows where. */
bool work_take_created(struct run *r, struct work *w, enum side s);
/* A delete to which the store said that there is no such item. That may be so, but the item was there
 * a moment ago: it is asked for by its id (I6). */
bool work_denied_delete(const struct work_side *side);
/* What could not be written is told by name, what could is counted. */
enum rc work_tell_writes(struct run *r, struct work *w, struct err *err) WARN_UNUSED;

/* repair.c, restore.c, repair_settle.c: likewise. */
enum rc run_repair(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_restore(struct run *r, struct err *err) WARN_UNUSED;
enum rc run_repair_settle(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
/* Left as it is, with the reason; counts as failed. */
void work_leave(struct run *r, struct work *w, enum side s, enum rc rc, const char *text);
/* Sees all of both sides, as run_look and run_prove do; RC_INCOMPLETE if that may not be all. */
enum rc run_look_whole(struct run *r, struct err *err) WARN_UNUSED;
/* RC_CONFLICT if there are more deletes than agreed to. */
enum rc run_deletes_agreed(const struct run *r, const long deletes[2], long agreed, struct err *err)
    WARN_UNUSED;
/* equal.c: what of `target` must change to be equal to the other side. Sets the write. */
enum rc work_want_equal(struct work *w, enum side right, bool in_step, const struct map *shapes,
    struct err *err) WARN_UNUSED;
/* Notes which members the document has, in the set `shapes`. */
void shapes_add(struct map *shapes, const struct json *doc);
/* decide.c: who wins where both sides changed a member and no person is asked. */
enum side work_winner(const struct run *r, const struct work *w);
/* decide.c: the create of an item that is there on the other side. */
enum rc work_want_copy(struct run *r, struct work *w, enum side target, struct err *err)
    WARN_UNUSED;

/* settle.c, for undo_settle.c */
void run_count_write(struct run *r, enum side s, enum state_op op);
enum rc run_settle_bases(struct run *r, struct work *w, struct err *err) WARN_UNUSED;
enum rc run_settled_well(struct run *r, struct entry *e, struct err *err) WARN_UNUSED;
/* Forgets the row in a transaction of the caller. */
enum rc run_entry_forget(struct run *r, struct entry *e, struct err *err) WARN_UNUSED;
/* The item is no longer on side `gone`, by an undo: the other side's copy rests until it is edited.
 * In a transaction of the caller. */
enum rc run_entry_park(struct run *r, struct entry *e, enum side gone, struct err *err) WARN_UNUSED;
enum rc run_entry_save(struct run *r, struct entry *e, struct err *err) WARN_UNUSED;
/* A name for the entry's new item on a side where we choose them, which no item known there has.
 * Caller frees. */
char *run_choose_id(struct run *r, enum side s, const struct entry *e);
/* May what is at a chosen name be what we wanted to make there? Not if it has another uid and does not
 * even resemble it; there are servers that give uids of their own. */
bool run_may_be_ours(const struct run *r, const struct json *wanted, const struct json *there);

#endif
