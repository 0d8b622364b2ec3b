/* The results of a repair or a restore into the pairs. Where both sides are then as they are meant
 * to be, they are in step by definition: what is there now is the base of both. Where that did not
 * work out, or a restore was meant for one side only, the old bases stay: then what was written is
 * a change like any other, and the next run carries it over. */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

static bool done(const struct work_side *side)
{
    return side->write && side->result.rc == RC_OK;
}

static bool read_back(const struct work_side *side)
{
    return side->read_back.rc == RC_OK && side->read_back.doc;
}

/* Takes the side's result into its half of the pair. Returns whether the side is as it was meant to
 * be; *ret_there: whether there is an item. */
static bool take_side(struct run *r, struct work *w, enum side s, bool *ret_there)
{
    struct work_side *side = &w->side[s];
    struct state_pair_side *at = &w->entry->pair.side[s];
    *ret_there = side->now != NULL;
    if (!side->write) {
        return true;
    }
    switch (side->op) {
    case STATE_CREATE:
        *ret_there = work_take_created(r, w, s);
        return *ret_there && read_back(side);
    case STATE_DELETE:
        *ret_there = side->result.rc != RC_OK;
        return !*ret_there;
    case STATE_UPDATE:
        if (done(side) && side->result.new_id) {
            str_replace(&at->id, side->result.new_id);
            run_entry_index(r, w->entry);
        }
        return done(side) && read_back(side);
    }
    return false;
}

static enum rc settle_both(struct run *r, struct work *w, bool whole, struct err *err)
{
    struct entry *e = w->entry;
    enum side written = w->side[SIDE_LEFT].write ? SIDE_LEFT : SIDE_RIGHT;
    enum side prevails = r->opt->repair ? r->opt->repair->right : written;
    bool made = false;
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s];
        bool create = side->write && side->op == STATE_CREATE;
        if (create && !side->patch) {
            side->patch = json_dup(side->wanted); /* all of it is ours */
        }
        made |= create;
        w->undelivered[s] = false;
    }
    if (whole && !w->travels) {
        enum rc rc = run_settle_bases(r, w, err);
        return rc == RC_OK ? run_settled_well(r, e, err) : rc;
    }
    e->pair.side[SIDE_LEFT].look = e->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
    if (!made && e->pair.has_base && !e->pair.common) {
        return RC_OK;
    }
    e->pair.has_base = false; /* the next run unites them */
    e->pair.prefer = (int)prevails;
    return state_body_delete(r->state, e->pair.id, err);
}

/* The copy went by an exact restore: the other one rests. */
static enum rc settle_parted(struct run *r, struct work *w, enum side there, struct err *err)
{
    struct entry *e = w->entry;
    const struct work_side *side = &w->side[there];
    bool written = done(side) && read_back(side);
    const char *version = written ? side->read_back.version : side->version;
    e->pair.side[there].look = PAIR_CLEAN;
    str_replace(&e->pair.side[there].version, version ? version : "");
    return run_entry_park(r, e, side_other(there), err);
}

/* On one side only, to be carried to the other: what was there once is not there, instead of gone,
 * and the base says what it was like. */
static void settle_one_side(struct run *r, struct work *w, enum side there)
{
    struct state_pair_side *gone = &w->entry->pair.side[side_other(there)];
    w->entry->pair.side[there].look = PAIR_LOOK;
    if (gone->id) {
        map_remove(r->by_id[side_other(there)], gone->id);
        str_replace(&gone->id, NULL);
        str_replace(&gone->version, NULL);
    }
    gone->look = PAIR_CLEAN;
}

enum rc run_repair_settle(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    const struct work_side *left = &w->side[SIDE_LEFT], *right = &w->side[SIDE_RIGHT];
    if (r->opt->preview || w->step.action == PLAN_NOTHING) {
        return RC_OK;
    }
    enum rc rc = work_tell_writes(r, w, err);
    if (rc != RC_OK) {
        return rc;
    }
    if ((left->write && left->unknown) || (right->write && right->unknown)) {
        e->pair.side[SIDE_LEFT].look = e->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
        return run_entry_save(r, e, err); /* recovery will know */
    }
    bool there[2];
    bool whole = take_side(r, w, SIDE_LEFT, &there[SIDE_LEFT]);
    whole &= take_side(r, w, SIDE_RIGHT, &there[SIDE_RIGHT]);
    if (!there[SIDE_LEFT] && !there[SIDE_RIGHT]) {
        return run_entry_forget(r, e, err);
    }
    if (there[SIDE_LEFT] && there[SIDE_RIGHT]) {
        rc = settle_both(r, w, whole, err);
    } else if (whole && !r->opt->repair) {
        enum side stays = there[SIDE_LEFT] ? SIDE_LEFT : SIDE_RIGHT;
        const struct work_side *gone = &w->side[side_other(stays)];
        if (gone->write && gone->op == STATE_DELETE) {
            return settle_parted(r, w, stays, err);
        }
        settle_one_side(r, w, stays);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}
