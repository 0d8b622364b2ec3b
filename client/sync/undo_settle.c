/* The results of an undo into the pairs. Both sides were put back at once, so what was read back is
 * the new base of both, and the next run has nothing to do. Where that did not work out on one side
 * the old bases stay: then what did arrive is a change like any other, and the next run completes
 * the undo by carrying it over. */
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

static bool writes(const struct work *w)
{
    return w->side[SIDE_LEFT].write || w->side[SIDE_RIGHT].write;
}

/* Told by name; what was not tried is only left. */
static enum rc tell_failed(struct run *r, struct work *w, enum side s, struct err *err)
{
    struct work_side *side = &w->side[s];
    if (!side->write || side->result.rc == RC_OK ||
        (!side->tried && side->result.rc == RC_CANCELLED)) {
        return RC_OK;
    }
    CLEANUP(mem_free)
    char *title = run_title(r, w->entry, side->wanted ? side->wanted : side->now);
    if (work_denied_delete(side)) {
        run_tell(r, title, s, "delete", RC_OK, false,
            "no longer there, it seems; the next sync makes sure");
        return RC_OK;
    }
    return run_fail(r, w->entry, title, s, state_op_name(side->op), side->result.rc,
        side->result.error ? side->result.error : rc_name(side->result.rc), err);
}

enum rc work_tell_writes(struct run *r, struct work *w, struct err *err)
{
    for (int s = 0; s < 2; s++) {
        if (done(&w->side[s])) {
            run_count_write(r, (enum side)s, w->side[s].op);
        }
    }
    enum rc rc = tell_failed(r, w, SIDE_LEFT, err);
    return rc == RC_OK ? tell_failed(r, w, SIDE_RIGHT, err) : rc;
}

/* An edit that was not synced yet stays one: its base keeps what was there before. So does the other
 * side's where the undo wrote over the same member, or it would be in one base only (invariant I17):
 * somebody may have taken back by hand what the undo takes back there. */
static void keep_edits(struct work *w)
{
    for (int s = 0; s < 2; s++) {
        const struct work_side *other = &w->side[side_other((enum side)s)];
        const struct json *written = w->side[s].write ? w->side[s].patch : NULL;
        struct json *mine = w->onward[s] = json_object();
        for (const struct json *m = json_first(w->side[s].own); m; m = json_next(m)) {
            json_set_bool(mine, json_key(m), true);
        }
        for (const struct json *m = json_first(other->own); m; m = json_next(m)) {
            if (merge_touches(written, json_key(m))) {
                json_set_bool(mine, json_key(m), true);
            }
        }
        w->undelivered[s] = json_count(mine) > 0;
    }
}

static enum rc settle_update(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    bool both = true;
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s];
        both &= !side->write || (done(side) && (read_back(side) || side->result.new_version));
        /* A read-only side keeps the run's values, so the other side's differ from it. */
        both &= !w->undelivered[s];
        if (done(side) && side->result.new_id) {
            str_replace(&e->pair.side[s].id, side->result.new_id);
            run_entry_index(r, e);
        }
    }
    if (!both) {
        e->pair.side[SIDE_LEFT].look = e->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
        return run_entry_save(r, e, err);
    }
    keep_edits(w);
    enum rc rc = run_settle_bases(r, w, err);
    if (rc == RC_OK) {
        rc = run_settled_well(r, e, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

static bool is_gone(const struct work_side *side)
{
    return side->write && side->result.rc == RC_OK;
}

/* A side that was not to be written counts as looked at, unless it was edited since. */
static void as_seen(struct entry *e, const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    if (!side->write && side->now) {
        e->pair.side[s].look = side->state == PLAN_CHANGED ? PAIR_LOOK : PAIR_CLEAN;
        str_replace(&e->pair.side[s].version, side->version ? side->version : "");
    }
}

static enum rc settle_uncreate(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    bool left = is_gone(&w->side[SIDE_LEFT]), right = is_gone(&w->side[SIDE_RIGHT]);
    bool alone = entry_half(e); /* the other side never had it */
    if ((left && right) || (alone && (left || right))) {
        return run_entry_forget(r, e, err);
    }
    if (!left && !right) {
        /* Whether the copy is gone may be known only later: then its original must rest, too. */
        as_seen(e, w, SIDE_LEFT);
        as_seen(e, w, SIDE_RIGHT);
        return run_entry_save(r, e, err);
    }
    enum side gone = left ? SIDE_LEFT : SIDE_RIGHT, stays = side_other(gone);
    if (w->side[stays].write) {
        e->pair.side[gone].look = PAIR_GONE; /* the next run proves it and finishes here */
        return run_entry_save(r, e, err);
    }
    /* An edit that is deleted by force has not reached the kept side: should the copy be made again
     * with it, the two are not in step (settle_undelete). */
    e->pair.prefer = w->side[gone].state == PLAN_CHANGED ? (int)gone : -1;
    as_seen(e, w, stays);
    enum rc rc = run_settled_well(r, e, err);
    return rc == RC_OK ? run_entry_park(r, e, gone, err) : rc;
}

bool work_take_created(struct run *r, struct work *w, enum side s)
{
    struct work_side *side = &w->side[s];
    struct state_pair_side *at = &w->entry->pair.side[s];
    const char *id = side->result.new_id ? side->result.new_id : side->chosen;
    if (at->id) {
        map_remove(r->by_id[s], at->id);
    }
    if (!done(side) || !id) {
        str_replace(&at->id, NULL);
        str_replace(&at->version, NULL);
        at->look = PAIR_CLEAN;
        return false;
    }
    str_replace(&at->id, id);
    const char *version = read_back(side) ? side->read_back.version : side->result.new_version;
    str_replace(&at->version, version ? version : "");
    at->look = read_back(side) ? PAIR_CLEAN : PAIR_LOOK;
    run_entry_index(r, w->entry);
    return true;
}

static enum rc save_created(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s];
        const struct json *doc = side->write ? side->read_back.doc : side->now;
        CLEANUP(json_free) struct json *base = json_dup(doc);
        if (side->write) {
            doc_recognize(base, side->wanted);
        }
        refs_owe(w, base);
        body.doc[s] = json_print(base);
        body.native[s] = mem_strdup(side->write ? side->read_back.native : side->native);
        if (!side->write) {
            str_replace(&e->pair.side[s].version, side->version ? side->version : "");
            e->pair.side[s].look = PAIR_CLEAN;
        }
    }
    e->pair.has_base = true;
    e->pair.common = false;
    e->pair.prefer = -1;
    return state_body_save(r->state, e->pair.id, &body, err);
}

/* The copy that was left when the other was removed may have been edited since. */
static bool unedited(const struct work *w, enum side s)
{
    const struct state_pair_side *at = &w->entry->pair.side[s];
    return w->side[s].now && w->clean[s] && str_eq(at->version, w->side[s].version);
}

/* The item never was on that side, and an undo does not bring it there. */
static bool stays_absent(const struct run *r, const struct work *w, enum side s)
{
    return !w->entry->pair.side[s].id && !w->side[s].write && r->access[s] == PLAN_WRITABLE;
}

static enum rc settle_undelete(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    bool whole = e->pair.prefer < 0;
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s];
        if (side->write && side->unknown) {
            return run_entry_save(r, e, err); /* recovery will know */
        }
        if (side->write) {
            whole &= work_take_created(r, w, (enum side)s) && read_back(side);
        } else if (!side->now) {
            whole = false;
        } else if (!unedited(w, (enum side)s)) {
            whole = false;
            e->pair.prefer = s; /* its edit is later than anything that comes back */
        }
    }
    if (!e->pair.side[SIDE_LEFT].id && !e->pair.side[SIDE_RIGHT].id) {
        return run_entry_forget(r, e, err);
    }
    enum rc rc = state_parked_set(r->state, e->pair.id, false, err);
    e->parked = false;
    if (rc == RC_OK && whole) {
        rc = save_created(r, w, err);
    } else if (rc == RC_OK) {
        bool rests = stays_absent(r, w, SIDE_LEFT) || stays_absent(r, w, SIDE_RIGHT);
        e->pair.has_base = false;
        if (!rests) {
            e->pair.side[SIDE_LEFT].look = e->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
        }
        rc = state_body_delete(r->state, e->pair.id, err);
    }
    if (rc == RC_OK) {
        rc = run_settled_well(r, e, err);
    }
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        if (stays_absent(r, w, (enum side)s)) {
            return run_entry_park(r, e, (enum side)s, err);
        }
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

enum rc run_undo_settle(struct run *r, struct work *w, struct err *err)
{
    if (r->opt->preview || !writes(w)) {
        return RC_OK;
    }
    enum rc rc = work_tell_writes(r, w, err);
    if (rc != RC_OK) {
        return rc;
    }
    switch (w->step.action) {
    case PLAN_DELETE:
        return settle_uncreate(r, w, err);
    case PLAN_CREATE:
        return settle_undelete(r, w, err);
    default:
        return settle_update(r, w, err);
    }
}
