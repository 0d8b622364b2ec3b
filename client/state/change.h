/* What each run did to each item, field by field: for history and undo (client/sync/undo.h), beside
 * the before-images. Also which runs were undos, which items an undo left on one side on purpose,
 * and how long all this is kept. */
#ifndef LOCKSTEP_STATE_CHANGE_H
#define LOCKSTEP_STATE_CHANGE_H

#include "client/state/state.h"

struct state_change_side {
    int op;      /* enum state_op that the run carried out on this side, -1: none */
    char *item;  /* id in the store; NULL if there was none */
    char *doc;   /* JSON; the item before it was deleted, by the run or by the person whose deletion
                    the run carried over; else NULL */
    char *back;  /* JSON PatchObject from after the run to before it; NULL if nothing changed */
    char *forth; /* JSON: for each path of `back` the value after the run, null for none */
};
/* One item in one run. */
struct state_change {
    int64_t id, run, pair, time; /* id 0 = not saved yet */
    char *title, *uid;
    struct state_change_side side[2];
};
struct state_changes {
    struct state_change *items; /* owned */
    size_t count, cap;
};
void state_change_fini(struct state_change *c);
void state_changes_fini(struct state_changes *list);
/* Adds (id 0, which is then set) or replaces. */
enum rc state_change_save(struct state *s, int64_t link, struct state_change *c, struct err *err)
    WARN_UNUSED;
enum rc state_change_delete(struct state *s, int64_t id, struct err *err) WARN_UNUSED;
/* Recovery found that this write of the run did not take place. */
enum rc state_change_unwritten(
    struct state *s, int64_t run, int64_t pair, enum side side, struct err *err) WARN_UNUSED;
/* Of a run, or of a pair if `pair` is not 0; newest first. */
enum rc state_changes_load(struct state *s, int64_t run, int64_t pair, struct state_changes *ret,
    struct err *err) WARN_UNUSED;
/* Everything that happened to an item, by one of its titles, its uid or an id; newest first. */
enum rc state_changes_find(
    struct state *s, const char *item, struct state_changes *ret, struct err *err) WARN_UNUSED;
/* Has a run after `run` written this pair? */
enum rc state_change_later(struct state *s, int64_t run, int64_t pair, bool *ret, struct err *err)
    WARN_UNUSED;

/* The run `run` undoes `of`. */
enum rc state_undo_note(struct state *s, int64_t run, int64_t of, struct err *err) WARN_UNUSED;
/* The run that `run` undoes, 0 if it is an ordinary one. */
enum rc state_undo_of(struct state *s, int64_t run, int64_t *ret_of, struct err *err) WARN_UNUSED;
/* The latest run that undid `run`, 0 if none. */
enum rc state_undone_by(struct state *s, int64_t run, int64_t *ret_by, struct err *err) WARN_UNUSED;
/* Runs that a person asked for, apart from undos: why they changed what they changed. */
enum state_cause { STATE_CAUSE_SYNC, STATE_CAUSE_REPAIR, STATE_CAUSE_RESTORE };
const char *state_cause_name(enum state_cause c); /* "sync", "repair", "restore" */
/* `detail`: repair: the name of the side that was right; restore: the backup's name. */
enum rc state_cause_note(struct state *s, int64_t run, enum state_cause cause, const char *detail,
    struct err *err) WARN_UNUSED;
/* STATE_CAUSE_SYNC and NULL for an ordinary run. `ret_detail` may be NULL; caller frees. */
enum rc state_cause_of(struct state *s, int64_t run, enum state_cause *ret_cause, char **ret_detail,
    struct err *err) WARN_UNUSED;
/* Pairs of a link whose sides an undo may have left different on purpose: one wrote them, and no
 * repair has since. In order of id; caller frees. */
enum rc state_parted_load(struct state *s, int64_t link, int64_t **ret_pairs, size_t *ret_count,
    struct err *err) WARN_UNUSED;

/* RC_NOT_FOUND if there is no such run. */
enum rc state_run_get(struct state *s, int64_t run, struct state_run *ret, struct err *err)
    WARN_UNUSED;

/* Items whose copy an undo removed: the half pair rests until the item is edited. */
enum rc state_parked_set(struct state *s, int64_t pair, bool parked, struct err *err) WARN_UNUSED;
enum rc state_parked_load(struct state *s, int64_t link, int64_t **ret_pairs /* caller frees */,
    size_t *ret_count, struct err *err) WARN_UNUSED;

/* A pair again under the id it once had; ids of pairs are never used twice while history names
 * them. */
enum rc state_pair_restore(
    struct state *s, int64_t link, const struct state_pair *p, struct err *err) WARN_UNUSED;

/* Forgets images and changes of runs older than `days`, then of the oldest runs until the rest is
 * at most `max_bytes`; 0 = no limit. What an open intent still needs is kept, and by size the
 * newest run always is. *ret_items: how many items' changes went. */
enum rc state_history_prune(struct state *s, int64_t now, long days, int64_t max_bytes,
    long *ret_items, struct err *err) WARN_UNUSED;

#endif
