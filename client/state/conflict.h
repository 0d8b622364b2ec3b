/* Conflicts: members of an item that both sides changed to different values. What lost is kept here
 * so that it can be chosen later; under the policy "ask" nothing has won yet and both sides keep
 * their own until a person chooses. What the engine does about them: client/sync/README.md,
 * "Conflicts". */
#ifndef LOCKSTEP_STATE_CONFLICT_H
#define LOCKSTEP_STATE_CONFLICT_H

#include "client/state/state.h"

enum conflict_choice {
    CONFLICT_TAKE_LEFT,  /* the left value on both sides */
    CONFLICT_TAKE_RIGHT, /* the right one */
    CONFLICT_LEAVE,      /* as it is, and no more of it */
    CONFLICT_TAKE_OWN,   /* what the person wrote instead, on both sides */
};
const char *conflict_choice_name(int choice);    /* "left", "right", "leave", "own"; NULL for -1 */
int conflict_choice_from_name(const char *name); /* -1 if unknown */

/* Values are JSON objects {"path/of/member": value or null}, usually of one member; a date with its
 * zone, a name with its parts and an address are several that go together. */
struct state_conflict {
    int64_t id; /* 0 = not saved yet */
    int64_t link, pair;
    int64_t run;  /* that settled it, or tried to last; 0: none */
    int64_t time; /* when it was settled, or found */
    char *title;
    char *path;     /* names it: of the member, or of what goes together */
    char *base;     /* before both changes; NULL if that is not known */
    char *value[2]; /* by side */
    int winner;     /* enum side; -1: open, a person is to choose */
    char *
        why; /* "newest", "undated", "left", "right", "edit", "crash", "choice"; open: "ask". "own":
                  a person wrote something else, and both values lost; `winner` only says settled */
    char *own; /* what is to be on both sides, like a value; with CONFLICT_TAKE_OWN, else NULL */
    char *settled; /* what the side that lost holds since, in its own form; NULL: not known */
    int choice;    /* enum conflict_choice that is to be carried out, -1: none */
    bool force;    /* even over an edit made since */
};
struct state_conflicts {
    struct state_conflict *items; /* owned */
    size_t count, cap;
};
void state_conflict_fini(struct state_conflict *c);
void state_conflicts_fini(struct state_conflicts *list);
/* Of a link (0 = of all), open ones first, then the latest first. */
enum rc state_conflicts_load(
    struct state *s, int64_t link, struct state_conflicts *ret, struct err *err) WARN_UNUSED;
/* Of one pair, in order of id. */
enum rc state_conflicts_of_pair(
    struct state *s, int64_t pair, struct state_conflicts *ret, struct err *err) WARN_UNUSED;
/* RC_NOT_FOUND */
enum rc state_conflict_get(struct state *s, int64_t id, struct state_conflict *ret, struct err *err)
    WARN_UNUSED;
/* Adds (id 0, which is then set) or replaces. */
enum rc state_conflict_save(struct state *s, struct state_conflict *c, struct err *err) WARN_UNUSED;
/* Adds a settled one; if the same was settled the same way before (a write that had to be tried
 * again), only its run and time are renewed, and c->id is that one. */
enum rc state_conflict_settle(struct state *s, struct state_conflict *c, struct err *err)
    WARN_UNUSED;
/* Run `run` is about to write what was chosen in it. */
enum rc state_conflict_begin(struct state *s, int64_t id, int64_t run, struct err *err) WARN_UNUSED;
enum rc state_conflict_delete(struct state *s, int64_t id, struct err *err) WARN_UNUSED;
/* Notes what a person said (-1 takes it back); the next run carries it out. RC_NOT_FOUND. */
enum rc state_conflict_choose(struct state *s, int64_t id, int choice, bool force, struct err *err)
    WARN_UNUSED;
/* The same of CONFLICT_TAKE_OWN: `own` has at least the members that the values have. */
enum rc state_conflict_choose_own(
    struct state *s, int64_t id, const char *own, bool force, struct err *err) WARN_UNUSED;

/* Which pairs of a link have conflicts, in order of pair: light, for the start of a run. */
struct conflict_mark {
    int64_t pair;
    bool open;   /* one of them is */
    bool chosen; /* a choice is to be carried out */
};
enum rc state_conflict_marks(struct state *s, int64_t link, struct conflict_mark **ret_marks,
    size_t *ret_count, struct err *err) WARN_UNUSED; /* caller frees */
/* How many of a link wait for a person. */
enum rc state_conflicts_open(struct state *s, int64_t link, long *ret, struct err *err) WARN_UNUSED;

#endif
