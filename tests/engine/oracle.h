/* What a simulation must come to. The oracle sees every edit and deletion people make and what each
 * side holds after each run, and accounts for every value ever written (each is unique):
 *   - what a run takes away from a side is in a before-image of the history (looked for at once);
 *   - in a quiet moment both sides hold the same items and values, each item in one pair;
 *   - a member somebody edited has the value one of the sides wrote last; one that nobody edited has
 *     the value it had (an edit cannot lose to what was there before); one that a person chose about
 *     has what was chosen;
 *   - an item is gone only if somebody deleted it, and not if it was edited on the other side without
 *     whoever deleted it seeing that; it does not come back, and a deletion nothing speaks against
 *     has been carried out. */
#ifndef LOCKSTEP_TESTS_ENGINE_ORACLE_H
#define LOCKSTEP_TESTS_ENGINE_ORACLE_H

#include "client/state/conflict.h"
#include "tests/engine/world.h"

#define ORACLE_ITEMS   64
#define ORACLE_MEMBERS 3 /* x.example:a, :b, :c; the right side may be unable to hold the last */

struct oracle_item {
    bool deleted[2]; /* by somebody, since the last quiet moment; so are the next four */
    bool edited;     /* or made */
    bool must_live;  /* edited on one side in spite of the deletion on the other */
    bool
        maybe; /* a run was cut off, or something was undone: a deletion may have happened or not */
    long wrote[ORACLE_MEMBERS][2];   /* the last value of each side; 0: none */
    long there[ORACLE_MEMBERS][2];   /* what the side holds, as far as is known; 0: none */
    bool reached[ORACLE_MEMBERS][2]; /* what this side wrote has been on the other */
    long settled[ORACLE_MEMBERS];    /* the value of the last quiet moment */
    long kept[ORACLE_MEMBERS][2];   /* what was there when the state went back, or when the item was
                                      deleted on the other side */
    uint64_t known[ORACLE_MEMBERS]; /* bit v: a run since the last quiet moment left value v on the
                                       left side: the state file may have it from there */
    uint64_t left_wrote[ORACLE_MEMBERS]; /* bit v: somebody wrote value v on the left side */
    uint64_t echo[ORACLE_MEMBERS];       /* bit v: one of those has been on the right side */
    uint64_t ever[ORACLE_MEMBERS];       /* bit v: a side has held value v, bit 0: none */
    uint64_t undone[ORACLE_MEMBERS];     /* likewise: after an undo since the last quiet moment */
    bool asked[ORACLE_MEMBERS];          /* a person was asked about it in this quiet moment, */
    long chosen[ORACLE_MEMBERS];         /* and said this */
    bool dead;                           /* gone for good */
};

struct oracle {
    struct world w;
    struct check *c;
    struct oracle_item items[ORACLE_ITEMS]; /* "Name 0", "Name 1", ... */
    int count;
    long values;   /* how many were written; below 64 */
    bool cut;      /* a run since the last quiet moment may have been cut off */
    long runs;     /* of w.runs, those seen by oracle_after_run */
    bool restored; /* the state went back and no whole run has been since: a deletion has no base to
                      be seen against, and which value is the later is not known */
    bool undone;   /* likewise */
    bool undo_cut; /* it did not come to its end: values may be any older ones of their member */
};

char *oracle_name(int i); /* caller frees */
const char *oracle_path(int member);
/* May this side hold the member at all? */
bool oracle_holds(const struct oracle *o, enum side s, int member);

/* Somebody made the next item; returns its number, -1 if there are enough. */
int oracle_add(struct oracle *o);
/* Somebody is about to edit or delete the item on this side. member -1: something else of it. */
void oracle_edit(struct oracle *o, int i, enum side s, int member, long value);
void oracle_delete(struct oracle *o, int i, enum side s);
/* Somebody chooses this side's value of a conflict; the next run carries it out. */
void oracle_choose(struct oracle *o, const struct state_conflict *conflict, enum side s);
/* After every step, whatever became of it. */
void oracle_after_run(struct oracle *o);
/* The run was cut off: what it was to delete may be gone or not. */
void oracle_unsure(struct oracle *o);
/* A run was undone; `whole`: to the end. */
void oracle_undone(struct oracle *o, bool whole);
/* The state file went back to a copy. */
void oracle_restore(struct oracle *o);
/* After a whole run: all must be as it should. */
void oracle_check_quiet(struct oracle *o);

#endif
