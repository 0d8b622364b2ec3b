/* What to do about a pair, from what is known of its two sides. Pure: no store, no state file, no
 * documents. */
#ifndef LOCKSTEP_SYNC_PLAN_H
#define LOCKSTEP_SYNC_PLAN_H

#include "client/state/state.h"

enum plan_state {
    PLAN_ABSENT,     /* never was there, as far as this pair knows */
    PLAN_SAME,       /* as after the last sync */
    PLAN_CHANGED,    /* there, and different from its base */
    PLAN_NEW,        /* there, without a base to compare with */
    PLAN_GONE,       /* was there and is gone, with proof (invariant I6) */
    PLAN_UNREADABLE, /* nothing may be concluded */
    PLAN_STATES,
};

/* May the other side's changes be written here? */
enum plan_access {
    PLAN_WRITABLE,
    PLAN_ONE_WAY,  /* the link does not flow this way: changes of the other side are left alone */
    PLAN_READONLY, /* they should, but the folder cannot be written: they stay pending and are
                      reported */
};

enum plan_action {
    PLAN_NOTHING, /* leave the pair as it is */
    PLAN_WAIT,    /* a side could not be read: try again later */
    PLAN_ACCEPT,  /* no write; what was seen becomes the base */
    PLAN_MERGE,   /* exchange the changes */
    PLAN_CREATE,  /* make the item on `target` */
    PLAN_DELETE,  /* delete it on `target` */
    PLAN_FORGET,  /* gone on both sides: drop the pair */
    PLAN_BLOCKED, /* `target` ought to be written but is read-only */
};

struct plan_step {
    enum plan_action action;
    enum side target;
};

struct plan_step plan_pair(const enum plan_state state[2], const enum plan_access access[2]);
const char *plan_state_name(enum plan_state s);
const char *plan_action_name(enum plan_action a);

/* The mass-delete guard: true if `deletes` of `pairs` on one side are too many to believe without
 * asking. */
bool guard_holds(
    long deletes, long pairs, bool listing_empty, long limit_count, long limit_percent);

#endif
