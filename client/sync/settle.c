/* The results of a portion into the pairs, in one transaction: new ids, versions, bases, and the
 * end of each intent. What did not work out leaves its pair marked, so that it is looked at again.
 */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

#include <assert.h>

static bool wrote(const struct work *w, enum side s)
{
    return w->side[s].write && w->side[s].result.rc == RC_OK;
}

static bool has_read_back(const struct work_side *side)
{
    return side->read_back.doc && side->read_back.rc == RC_OK;
}

bool work_overtaken(const struct work_side *side, bool *ret_certain)
{
    *ret_certain =
        side->result.new_version && !str_eq(side->result.new_version, side->read_back.version);
    return !side->result.new_version || *ret_certain;
}

static void set_version(struct entry *e, enum side s, const char *version)
{
    str_replace(&e->pair.side[s].version, version ? version : "");
}

static const char *reason(const struct work_side *side)
{
    return side->result.error ? side->result.error : rc_name(side->result.rc);
}

static char *title_of(const struct run *r, const struct work *w)
{
    const struct json *doc =
        w->side[SIDE_LEFT].now ? w->side[SIDE_LEFT].now : w->side[SIDE_RIGHT].now;
    return run_title(r, w->entry, doc);
}

void run_count_write(struct run *r, enum side s, enum state_op op)
{
    struct state_counts *c = &r->report->side[s];
    if (op == STATE_CREATE) {
        c->created++;
    } else if (op == STATE_UPDATE) {
        c->updated++;
    } else {
        c->deleted++;
    }
}

/* The pair has been brought in step: nothing is owed any more. */
enum rc run_settled_well(struct run *r, struct entry *e, struct err *err)
{
    if (e->failed) {
        return RC_OK;
    }
    e->pair.failures = 0;
    e->pair.next_try = 0;
    return state_problem_clear(r->state, e->pair.id, err);
}

/* A write that was not carried out, or is not known to be. */
static enum rc write_failed(struct run *r, struct work *w, enum side s, struct err *err)
{
    struct work_side *side = &w->side[s];
    struct entry *e = w->entry;
    enum rc why = side->result.rc;
    if (!side->tried && why == RC_CANCELLED) {
        return RC_OK; /* its turn comes again */
    }
    if (why == RC_CONFLICT || (why == RC_NOT_FOUND && side->op != STATE_DELETE)) {
        if (side->op != STATE_CREATE && e->pair.side[s].look < PAIR_MISSING) {
            e->pair.side[s].look = PAIR_LOOK;
        }
        r->again = true;
        e->settled = true;
        if (r->pass < 2) {
            return RC_OK;
        }
    }
    CLEANUP(mem_free) char *title = title_of(r, w);
    return run_fail(r, e, title, s, state_op_name(side->op), why, reason(side), err);
}

static enum rc end_intents(struct run *r, struct work *w, struct err *err)
{
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        struct work_side *side = &w->side[s];
        if (side->write && !side->unknown) {
            rc = state_intent_remove(r->state, side->intent, err);
        }
    }
    return rc;
}

/* The version of what was written, where that stands in for what was not read back. */
static const char *told(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    return wrote(w, s) && !has_read_back(side) ? side->result.new_version : NULL;
}

/* The patch that stands beside such a base, with what the base leaves out of what was written: by that,
 * too, the item is recognised once it can be read. Caller frees. */
static char *print_told(const struct work_side *side, const struct json *base)
{
    CLEANUP(json_free) struct json *patch = json_dup(side->patch);
    json_set(patch, DOC_LEFT_OUT, merge_own_patch(base, side->wanted));
    return json_print(patch);
}

/* `owed`: not all that was to be written was. */
static enum rc save_bases(struct run *r, struct work *w, struct json *const base[2],
    char *const native[2], bool owed, struct err *err)
{
    struct entry *e = w->entry;
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    for (int s = 0; s < 2; s++) {
        const char *version = told(w, (enum side)s);
        refs_owe(w, base[s]);
        body.doc[s] = json_print(base[s]);
        body.native[s] = native[s]; /* borrowed */
        body.told[s] = mem_strdup(version);
        body.patch[s] = version && w->side[s].patch ? print_told(&w->side[s], base[s]) : NULL;
    }
    e->pair.has_base = true;
    e->pair.common = w->united && owed;
    e->pair.prefer = owed ? e->pair.prefer : -1;
    enum rc rc = e->parked ? state_parked_set(r->state, e->pair.id, false, err) : RC_OK;
    e->parked = e->parked && rc != RC_OK;
    if (rc == RC_OK) {
        rc = state_body_save(r->state, e->pair.id, &body, err);
    }
    body.native[SIDE_LEFT] = body.native[SIDE_RIGHT] = NULL;
    return rc;
}

/* The pair stays, but what its sides have in common is not known, but for what the new one was made of
 * (NULL: nor that): next time they are united, which loses nothing. */
static enum rc drop_bases(
    struct run *r, struct entry *e, int prefer, const struct json *made, struct err *err)
{
    e->pair.side[SIDE_LEFT].look = PAIR_LOOK;
    e->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
    e->pair.prefer = prefer;
    e->pair.has_base = false;
    r->again = true;
    return made_keep(r, e, made, err);
}

/* ---- both sides there ---- */

static const char *present_version(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    if (!wrote(w, s)) {
        return side->version;
    }
    return has_read_back(side) ? side->read_back.version : side->result.new_version;
}

/* The base of a side that was written; see "Bases" in README.md. `ours`: what of it we wrote. */
static struct json *written_base(
    struct run *r, const struct work_side *side, const struct json *ours, enum pair_look *ret_look)
{
    bool certain;
    *ret_look = PAIR_CLEAN;
    if (!has_read_back(side)) { /* what we wrote has to do, until it can be read: `told` */
        *ret_look = PAIR_LOOK;
        r->again = true;
        return json_dup(side->wanted);
    }
    struct json *base = json_dup(side->read_back.doc);
    doc_recognize(base, side->wanted);
    if (work_overtaken(side, &certain)) {
        /* Where somebody certainly wrote after us, another value in a member of ours is theirs,
         * too; otherwise it may be the store's normal form of what we wrote. */
        struct json *foreign = merge_foreign(side->wanted, base, certain ? NULL : ours);
        if (json_count(foreign)) {
            merge_undo_paths(base, foreign, side->wanted);
            *ret_look = PAIR_LOOK;
            r->again = true;
        }
        json_free(foreign);
    }
    return base;
}

/* What of a side's change is still one: its base keeps the old values of it. If it was not delivered,
 * that is what was to go to the other side; what both changed alike is known to both, and where it lost
 * a conflict, the winner's value has been written over it. The other way round, it has not lost before
 * the winner's value is here; what else it changed is over there. */
static const struct json *owed_by(const struct work *w, enum side s)
{
    bool mine = w->undelivered[s], others = w->undelivered[side_other(s)];
    if (w->undo || (mine && !others)) {
        return w->onward[s];
    }
    return mine ? w->side[s].own : others ? w->lost[s] : NULL;
}

static void keep_marks(struct json *base, const char *member, const struct json *old,
    const struct json *owed, const struct json *left_out)
{
    for (const struct json *d = json_first(old); d; d = json_next(d)) {
        if (merge_touches(owed, json_key(d)) || merge_touches(left_out, json_key(d))) {
            json_set_bool(json_need_object(base, member), json_key(d), true);
        }
    }
}

/* What is in doubt is still so where the new base has the old values of it. */
static void keep_doubtful(struct json *base, const struct work_side *side, const struct json *owed,
    const struct json *left_out)
{
    keep_marks(base, DOC_DOUBTFUL, json_get(side->base, DOC_DOUBTFUL), owed, left_out);
    keep_marks(base, DOC_UNSURE, side->unsure, owed, left_out);
}

/* What the side was like before, or what has stood in for that. */
static const struct json *old_base(const struct work_side *side)
{
    return side->base ? side->base : side->common;
}

static struct json *new_base(struct run *r, struct work *w, enum side s)
{
    struct work_side *side = &w->side[s];
    struct state_pair_side *known = &w->entry->pair.side[s];
    enum pair_look look = PAIR_CLEAN;
    struct json *base =
        wrote(w, s) ? written_base(r, side, side->patch, &look) : json_dup(side->now);
    const struct json *owed = owed_by(w, s);
    if (owed) {
        merge_undo_paths(base, owed, old_base(side));
        look = PAIR_LOOK;
    }
    const struct json *left_out = work_left_out(w, s);
    if (left_out) {
        merge_undo_paths(base, left_out, old_base(side));
        /* An open conflict is found again by its row; what was only put off, by this mark. */
        look = w->put_off || w->undelivered[SIDE_LEFT] || w->undelivered[SIDE_RIGHT] ? PAIR_LOOK
                                                                                     : look;
    }
    keep_doubtful(base, side, owed, left_out);
    /* A conflict on writing has marked it already: it changed after we saw it. */
    bool conflict = side->write && !wrote(w, s) && known->look == PAIR_LOOK;
    known->look = conflict ? PAIR_LOOK : look;
    return base;
}

enum rc run_settle_bases(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    bool owed = w->undelivered[SIDE_LEFT] || w->undelivered[SIDE_RIGHT];
    for (int s = 0; s < 2; s++) {
        assert(!wrote(w, (enum side)s) || has_read_back(&w->side[s]) || told(w, (enum side)s));
    }
    struct json *base[2];
    char *native[2];
    for (int s = 0; s < 2; s++) {
        base[s] = new_base(r, w, (enum side)s);
        native[s] = wrote(w, (enum side)s) ? w->side[s].read_back.native : w->side[s].native;
        set_version(e, (enum side)s, present_version(w, (enum side)s));
    }
    enum rc rc = save_bases(r, w, base, native, owed, err);
    json_free(base[SIDE_LEFT]);
    json_free(base[SIDE_RIGHT]);
    return rc;
}

static enum rc settle_merge(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    enum rc rc = RC_OK;
    if (w->undelivered[SIDE_LEFT] || w->undelivered[SIDE_RIGHT]) {
        enum side target = w->undelivered[SIDE_LEFT] ? SIDE_RIGHT : SIDE_LEFT;
        CLEANUP(mem_free) char *title = title_of(r, w);
        rc = run_fail(r, e, title, target, "update", RC_READONLY,
            "the folder is read-only: the change made on the other side "
            "stays there and waits",
            err);
    }
    bool done = true;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        struct work_side *side = &w->side[s];
        if (!side->write) {
            continue;
        }
        if (wrote(w, (enum side)s)) {
            run_count_write(r, (enum side)s, STATE_UPDATE);
            rc = run_loop_note(r, w, (enum side)s, err);
            if (side->result.new_id) {
                str_replace(&e->pair.side[s].id, side->result.new_id);
                run_entry_index(r, e);
            }
        } else {
            done = false;
            w->undelivered[side_other((enum side)s)] = true;
            rc = write_failed(r, w, (enum side)s, err);
        }
    }
    bool owed = w->undelivered[SIDE_LEFT] || w->undelivered[SIDE_RIGHT];
    if (rc == RC_OK && done && !owed && w->conflicts) {
        r->report->conflicts += w->conflicts;
        CLEANUP(mem_free) char *title = title_of(r, w);
        CLEANUP(mem_free)
        char *text = str_printf(
            "changed differently on both sides (%ld fields); settled by the link's policy, "
            "and what lost is kept",
            w->conflicts);
        run_tell(r, title, SIDE_LEFT, "merge", RC_OK, false, text);
    }
    if (rc == RC_OK) {
        rc = run_settle_bases(r, w, err);
    }
    if (rc == RC_OK && done) {
        rc = run_settled_well(r, e, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

/* ACCEPT on a pair of which one side is not (or no longer) there: the link does not carry the item
 * over. */
static enum rc settle_single(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    for (int s = 0; s < 2; s++) {
        struct state_pair_side *known = &e->pair.side[s];
        if (w->side[s].state == PLAN_ABSENT || w->side[s].state == PLAN_GONE) {
            if (known->id) {
                map_remove(r->by_id[s], known->id);
            }
            str_replace(&known->id, NULL);
            str_replace(&known->version, NULL);
        } else {
            set_version(e, (enum side)s, w->side[s].version);
        }
        known->look = PAIR_CLEAN;
    }
    enum rc rc = state_body_delete(r->state, e->pair.id, err);
    e->pair.has_base = false;
    if (rc == RC_OK) {
        rc = run_settled_well(r, e, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

/* ---- creates ---- */

static enum rc note_create(struct run *r, const struct work *w, enum side s, struct err *err)
{
    struct state_image image = {
        .run = r->id,
        .pair = w->entry->pair.id,
        .time = r->now,
        .side = s,
        .op = STATE_CREATE,
        .item = w->entry->pair.side[s].id,
    };
    return state_image_add(r->state, r->link.id, &image, err);
}

/* The new item's id may belong to a half pair already (listed before we knew it for ours), or, with
 * a store that merges items on its own, to somebody else's pair: then *ret_taken. */
static enum rc claim_id(
    struct run *r, struct entry *e, enum side s, const char *id, bool *ret_taken, struct err *err)
{
    struct entry *holder = map_get(r->by_id[s], id);
    *ret_taken = false;
    if (!holder || holder == e) {
        return RC_OK;
    }
    if (entry_half(holder)) {
        return run_entry_forget(r, holder, err);
    }
    *ret_taken = true;
    return RC_OK;
}

/* All of the new item is ours. */
static enum rc created_bases(struct run *r, struct work *w, enum side t, struct err *err)
{
    struct work_side *to = &w->side[t], *from = &w->side[side_other(t)];
    struct state_pair_side *known = w->entry->pair.side;
    struct json *base[2];
    char *native[2];
    base[t] = written_base(r, to, to->wanted, &known[t].look);
    native[t] = to->read_back.native;
    base[side_other(t)] = from->now; /* borrowed: nothing else looks at it any more */
    native[side_other(t)] = from->native;
    known[side_other(t)].look = PAIR_CLEAN;
    enum rc rc = save_bases(r, w, base, native, false, err);
    json_free(base[t]);
    return rc;
}

static enum rc settle_created(struct run *r, struct work *w, enum side t, struct err *err)
{
    struct work_side *to = &w->side[t], *from = &w->side[side_other(t)];
    struct entry *e = w->entry;
    const char *id = to->result.new_id ? to->result.new_id : to->chosen;
    bool taken;
    enum rc rc = claim_id(r, e, t, id, &taken, err);
    if (rc == RC_OK && taken) {
        CLEANUP(mem_free) char *title = title_of(r, w);
        rc = run_fail(r, e, title, t, "create", RC_REFUSED,
            "the store put it onto an item that belongs to another pair", err);
        return rc == RC_OK ? run_entry_save(r, e, err) : rc;
    }
    if (rc != RC_OK) {
        return rc;
    }
    run_count_write(r, t, STATE_CREATE);
    if (e->pair.side[t].id) {
        map_remove(r->by_id[t], e->pair.side[t].id);
    }
    str_replace(&e->pair.side[t].id, id);
    set_version(e, t, has_read_back(to) ? to->read_back.version : to->result.new_version);
    set_version(e, side_other(t), from->version);
    run_entry_index(r, e);
    /* A twin's content, and that of what can neither be read back nor told by its version, is
     * anybody's guess. */
    if (work_refused_twin(to) || !(has_read_back(to) || told(w, t))) {
        CLEANUP(json_free)
        struct json *made = to->base ? made_revived(to->wanted, from->base, to->base) : NULL;
        rc = drop_bases(r, e, side_other(t), made ? made : to->wanted, err);
    } else {
        rc = created_bases(r, w, t, err);
    }
    if (rc == RC_OK) {
        rc = note_create(r, w, t, err);
    }
    if (rc == RC_OK) {
        rc = run_settled_well(r, e, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

static enum rc settle_create(struct run *r, struct work *w, enum side t, struct err *err)
{
    struct work_side *to = &w->side[t];
    if ((wrote(w, t) && (to->result.new_id || to->chosen)) ||
        (work_refused_twin(to) && has_read_back(to))) {
        return settle_created(r, w, t, err);
    }
    if (wrote(w, t)) {
        /* Made, but the store did not say where: the intent stays and the next run finds it by its
         * stamp. */
        to->unknown = true;
        to->result.rc = RC_SERVER;
    }
    if (work_refused_twin(to) && to->read_back.rc == RC_CANCELLED) {
        to->unknown = true; /* perhaps our own item, sent twice: the next run looks (I5) */
    }
    enum rc rc = write_failed(r, w, t, err);
    return rc == RC_OK ? run_entry_save(r, w->entry, err) : rc;
}

/* ---- the rest ---- */

static enum rc settle_delete(struct run *r, struct work *w, enum side t, struct err *err)
{
    if (w->side[t].result.rc == RC_OK) {
        run_count_write(r, t, STATE_DELETE);
        return run_entry_forget(r, w->entry, err);
    }
    if (work_denied_delete(&w->side[t]) && r->pass < 2) {
        w->entry->pair.side[t].look = PAIR_MISSING; /* the next pass asks for it */
        r->again = true;
        return run_entry_save(r, w->entry, err);
    }
    enum rc rc = write_failed(r, w, t, err);
    return rc == RC_OK ? run_entry_save(r, w->entry, err) : rc;
}

static enum rc settle_wait(struct run *r, struct work *w, struct err *err)
{
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        struct work_side *side = &w->side[s];
        /* Listed but not there: gone a moment ago. The next listing says so, and then it counts. */
        if (side->state == PLAN_UNREADABLE && side->rc != RC_NOT_FOUND) {
            CLEANUP(mem_free) char *title = title_of(r, w);
            rc = run_fail(r, w->entry, title, (enum side)s, "read", side->rc, side->error, err);
        }
    }
    return rc == RC_OK ? run_entry_save(r, w->entry, err) : rc;
}

static enum rc settle_blocked(struct run *r, struct work *w, enum side t, struct err *err)
{
    const struct work_side *from = &w->side[side_other(t)];
    CLEANUP(mem_free) char *title = title_of(r, w);
    enum rc rc = run_fail(r, w->entry, title, t, from->state == PLAN_GONE ? "delete" : "create",
        RC_READONLY,
        "the folder is read-only: the change made on the other side stays there and waits", err);
    return rc == RC_OK ? run_entry_save(r, w->entry, err) : rc;
}

/* An update that was carried out, but neither could it be read back nor did the store tell its
 * version: an edit of a moment later could not be told from it. That is no more than is known after
 * a lost answer, and is settled the same way: by recover.c. */
static void doubt_unread_updates(struct work *w)
{
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s];
        if (wrote(w, (enum side)s) && side->op == STATE_UPDATE && !has_read_back(side) &&
            !side->result.new_version) {
            side->unknown = true;
            side->result.rc = RC_SERVER;
            str_replace(&side->result.error,
                "written, but it could not be read back; the next run looks what became of it");
        }
    }
}

bool work_denied_delete(const struct work_side *side)
{
    return side->write && side->op == STATE_DELETE && side->result.rc == RC_NOT_FOUND;
}

/* An undo or a repair must not look into it again by itself: the intent stays, and recovery asks. */
static void doubt_denied_deletes(struct work *w)
{
    for (int s = 0; s < 2; s++) {
        w->side[s].unknown |= work_denied_delete(&w->side[s]);
    }
}

/* An undo writes both sides at once. If it is not known of one whether it was written, both intents
 * stay, also that of an update that was: recovery must see that there were two, since the bases of
 * both change together or not at all. */
static void leave_both_unknown(struct work *w)
{
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s], *other = &w->side[side_other((enum side)s)];
        bool updates = side->op == STATE_UPDATE && other->op == STATE_UPDATE;
        if (side->write && side->unknown && other->write &&
            (updates || other->result.rc != RC_OK)) {
            other->unknown = true;
        }
    }
}

static enum rc settle_step(struct run *r, struct work *w, struct err *err)
{
    enum rc rc = RC_OK;
    doubt_unread_updates(w);
    if (w->undo || w->repair) {
        doubt_denied_deletes(w);
        if (w->undo) {
            leave_both_unknown(w);
        }
        rc = w->undo ? run_undo_settle(r, w, err) : run_repair_settle(r, w, err);
        return rc == RC_OK ? end_intents(r, w, err) : rc;
    }
    switch (w->step.action) {
    case PLAN_NOTHING:
        return RC_OK;
    case PLAN_WAIT:
        return settle_wait(r, w, err);
    case PLAN_BLOCKED:
        return settle_blocked(r, w, w->step.target, err);
    case PLAN_FORGET:
        return run_entry_forget(r, w->entry, err);
    case PLAN_ACCEPT:
    case PLAN_MERGE:
        rc = w->side[SIDE_LEFT].now && w->side[SIDE_RIGHT].now ? settle_merge(r, w, err)
                                                               : settle_single(r, w, err);
        break;
    case PLAN_CREATE:
        rc = settle_create(r, w, w->step.target, err);
        break;
    case PLAN_DELETE:
        rc = settle_delete(r, w, w->step.target, err);
        break;
    }
    return rc == RC_OK ? end_intents(r, w, err) : rc;
}

/* What a store did not take although it took the item. */
static void tell_notes(struct run *r, const struct work *w)
{
    for (int s = 0; s < 2; s++) {
        if (wrote(w, (enum side)s) && w->side[s].result.note) {
            CLEANUP(mem_free) char *title = title_of(r, w);
            run_tell(r, title, (enum side)s, state_op_name(w->side[s].op), RC_OK, false,
                w->side[s].result.note);
        }
    }
}

static enum rc settle_one(struct run *r, struct work *w, struct err *err)
{
    tell_notes(r, w);
    enum rc rc = settle_step(r, w, err);
    if (rc == RC_OK && (w->dispute_count || w->entry->disputed)) {
        rc = run_disputes_settled(r, w, err);
    }
    if (rc == RC_OK && w->change) {
        rc = run_change_settled(r, w, err);
    }
    return rc == RC_OK ? refs_settle(r, w, err) : rc;
}

enum rc works_settle(struct run *r, struct works *w, struct err *err)
{
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        rc = settle_one(r, &w->items[i], err);
        work_fini(&w->items[i]); /* while it is in the processor's cache: that is several times as
                                    fast as at the end */
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}
