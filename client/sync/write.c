/* Carries out what was decided: intents and before-images on disk first (invariant I13), then the
 * writes, then what the stores made of them is read back, then the results are settled in one
 * transaction (settle.c). */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

#include <assert.h>

static enum rc journal_write(struct run *r, struct work *w, enum side s, struct err *err)
{
    struct work_side *side = &w->side[s];
    const struct state_pair *pair = &w->entry->pair;
    CLEANUP(mem_free) char *doc = side->wanted ? json_print(side->wanted) : NULL;
    CLEANUP(mem_free) char *patch = side->patch ? json_print(side->patch) : NULL;
    struct state_intent intent = {
        .run = r->id,
        .pair = pair->id,
        .side = s,
        .op = side->op,
        .target = side->op == STATE_CREATE ? side->chosen : pair->side[s].id,
        .stamp = side->stamp,
        .version = side->version,
        .doc = doc,
        .patch = patch,
    };
    enum rc rc = state_intent_add(r->state, r->link.id, &intent, err);
    side->intent = intent.id;
    if (rc != RC_OK || side->op == STATE_CREATE) {
        return rc;
    }
    CLEANUP(mem_free) char *before = json_print(side->now);
    struct state_image image = {
        .run = r->id,
        .pair = pair->id,
        .time = r->now,
        .side = s,
        .op = side->op,
        .item = pair->side[s].id,
        .doc = before,
        .native = side->native,
    };
    return state_image_add(r->state, r->link.id, &image, err);
}

/* A base that was what we wrote is now what was read (fetch.c): on disk before the next intent
 * starts from it. */
static enum rc journal_base(struct run *r, struct work *w, struct err *err)
{
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    if (!w->side[SIDE_LEFT].told && !w->side[SIDE_RIGHT].told) {
        return RC_OK;
    }
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        body.doc[s] = json_print(side->base);
        body.native[s] = mem_strdup(side->native);
        body.told[s] = side->now ? NULL : mem_strdup(side->told);
        body.patch[s] = side->now ? NULL : mem_strdup(side->told_patch);
    }
    body.older = w->entry->older;
    return state_body_save(r->state, w->entry->pair.id, &body, err);
}

/* Two items are being united: from here on they are one, with what both have in common for a base. If
 * the run is cut off now, what it wrote is told from what somebody edits afterwards. */
static enum rc journal_union(struct run *r, struct work *w, struct err *err)
{
    struct state_pair *pair = &w->entry->pair;
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    if (w->undo || w->repair || w->step.action != PLAN_MERGE || pair->has_base) {
        return RC_OK;
    }
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        CLEANUP(json_free) struct json *common = json_dup(side->now);
        merge_undo_paths(common, side->own, side->common);
        body.doc[s] = json_print(common);
        body.native[s] = mem_strdup(side->native);
        pair->side[s].look = PAIR_LOOK;
    }
    pair->has_base = pair->common = true;
    enum rc rc = state_body_save(r->state, pair->id, &body, err);
    return rc == RC_OK ? run_entry_save(r, w->entry, err) : rc;
}

static bool anything_to_write(const struct works *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->items[i].side[SIDE_LEFT].write || w->items[i].side[SIDE_RIGHT].write) {
            return true;
        }
    }
    return false;
}

/* The run's row of history, once it has something to write; with what it is for. */
static enum rc begin_run(struct run *r, struct err *err)
{
    const struct sync_options *opt = r->opt;
    int64_t id = 0;
    enum rc rc = state_run_begin(r->state, r->link.id, r->now, &id, err);
    if (rc != RC_OK) {
        return rc;
    }
    r->id = id;
    if (opt->undo) {
        rc = state_undo_note(r->state, id, opt->undo->run, err);
    } else if (opt->repair) {
        rc = state_cause_note(
            r->state, id, STATE_CAUSE_REPAIR, run_side_name(r, opt->repair->right), err);
    } else if (opt->restore) {
        rc = state_cause_note(r->state, id, STATE_CAUSE_RESTORE, opt->restore->name, err);
    }
    return rc;
}

static enum rc journal(struct run *r, struct works *w, struct err *err)
{
    if (!anything_to_write(w)) {
        return RC_OK;
    }
    enum rc rc = RC_OK;
    if (!r->id && r->opt->before_write) {
        rc = r->opt->before_write(r->opt->user, err);
    }
    if (rc == RC_OK) {
        rc = state_begin(r->state, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (!r->id) {
        rc = begin_run(r, err);
    }
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        struct work *work = &w->items[i];
        for (int s = 0; s < 2 && rc == RC_OK; s++) {
            if (work->side[s].write) {
                rc = journal_write(r, work, (enum side)s, err);
            }
        }
        if (rc == RC_OK && (work->side[SIDE_LEFT].write || work->side[SIDE_RIGHT].write)) {
            rc = journal_base(r, work, err);
            rc = rc == RC_OK ? journal_union(r, work, err) : rc;
        }
        if (rc == RC_OK && (work->side[SIDE_LEFT].write || work->side[SIDE_RIGHT].write)) {
            rc = run_change_begin(r, work, err);
        }
        if (rc == RC_OK && work->dispute_count) {
            rc = run_disputes_journal(r, work, err);
        }
        if (rc == RC_OK && work->step.action == PLAN_CREATE) {
            rc = run_entry_save(r, work->entry, err); /* the uid chosen for it */
        }
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

/* After such an answer the write may or may not have been carried out. */
static bool leaves_unknown(enum rc rc)
{
    switch (rc) {
    case RC_OK:
    case RC_NOT_FOUND:
    case RC_INVALID:
    case RC_TOO_BIG:
    case RC_CONFLICT:
    case RC_READONLY:
    case RC_UNSUPPORTED:
    case RC_REFUSED:
    case RC_AUTH:
    case RC_TLS:
    case RC_CANCELLED:
        return false;
    default:
        return true;
    }
}

static struct store_op make_op(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    bool create = side->op == STATE_CREATE;
    static const enum store_op_kind kinds[] = {STORE_CREATE, STORE_UPDATE, STORE_DELETE};
    return (struct store_op){
        .kind = kinds[side->op],
        .id = create ? side->chosen : w->entry->pair.side[s].id,
        .version = create ? NULL : side->version,
        .doc = side->wanted,
        .native = side->op == STATE_UPDATE || w->undo || w->repair ? side->native : NULL,
        .stamp = side->stamp,
        .rc = RC_INTERNAL, /* what a failing call leaves untouched counts as unknown */
    };
}

/* What must be true of a write before a store sees it. */
static void assert_may_write(const struct run *r, const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    const struct state_pair_side *known = &w->entry->pair.side[s];
    assert(!r->opt->preview);
    assert(r->access[s] == PLAN_WRITABLE || w->undo);
    assert(!w->entry->held);  /* I9 */
    assert(side->intent > 0); /* I13: it is in the journal */
    if (side->op == STATE_CREATE) {
        /* I5: found again after a crash, where the store lets us; I2: it has no copy there. */
        const struct store_vtbl *store = r->store[s]->vtbl;
        assert(side->chosen || !store->choose_id);
        assert(side->stamp || !store->find_stamp);
        assert(!known->id || known->look == PAIR_GONE || w->undo);
    } else {
        assert(known->id && side->now); /* I7, I13: a present item, of which we have an image */
    }
}

static enum rc commit_batch(
    struct run *r, enum side s, struct work **list, size_t count, struct err *err)
{
    struct store *store = r->store[s];
    struct store_op *ops = mem_realloc(NULL, count, sizeof *ops);
    struct json **groups = mem_alloc(count * sizeof *groups); /* owned; as this store spells them */
    for (size_t i = 0; i < count; i++) {
        assert_may_write(r, list[i], s);
        ops[i] = make_op(list[i], s);
        if (refs_is_group(ops[i].doc)) {
            groups[i] = refs_leave(
                r, s, ops[i].kind == STORE_CREATE, ops[i].doc, list[i]->side[side_other(s)].now);
            ops[i].doc = groups[i];
        }
    }
    enum rc rc = store->vtbl->commit(store, r->link.side[s].folder, r->link.kind, ops, count, err);
    for (size_t i = 0; i < count; i++) {
        struct work_side *side = &list[i]->side[s];
        side->tried = ops[i].rc != RC_CANCELLED;
        side->unknown = leaves_unknown(ops[i].rc);
        side->result = ops[i]; /* the borrowed in part is not used any more */
        json_free(groups[i]);
        if (ops[i].rc == RC_OK || side->unknown) {
            r->report->wrote_anything = true;
        }
    }
    free(groups);
    free(ops);
    return rc == RC_OK ? RC_OK : err_prefix(err, "writing to %s", run_side_name(r, s));
}

/* Works of which `wanted` is true on this side, in batches, through `act`. */
typedef bool work_filter(const struct work *w, enum side s);
typedef enum rc work_act(
    struct run *r, enum side s, struct work **list, size_t count, struct err *err);

static enum rc in_batches(struct run *r, struct works *w, enum side s, work_filter *wanted,
    work_act *act, struct err *err)
{
    size_t batch = run_batch(r, s), n = 0;
    struct work **list = mem_realloc(NULL, batch, sizeof *list);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        if (wanted(&w->items[i], s)) {
            list[n++] = &w->items[i];
        }
        if (n == batch) {
            rc = act(r, s, list, n, err);
            n = 0;
        }
    }
    if (rc == RC_OK && n) {
        rc = act(r, s, list, n, err);
    }
    free(list);
    return rc;
}

static bool filter_write(const struct work *w, enum side s)
{
    return w->side[s].write;
}

bool work_refused_twin(const struct work_side *side)
{
    return side->op == STATE_CREATE && side->chosen && side->result.rc == RC_CONFLICT;
}

/* The item has another version than the one we knew: somebody has changed it, or this very update has,
 * sent twice on its way. */
static bool is_refused_update(const struct work_side *side)
{
    return side->op == STATE_UPDATE && side->result.rc == RC_CONFLICT;
}

static bool filter_written(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    return side->write && side->tried &&
           ((side->result.rc == RC_OK && side->op != STATE_DELETE) || work_refused_twin(side) ||
               is_refused_update(side));
}

static const char *id_after(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    if (side->result.new_id) {
        return side->result.new_id;
    }
    return side->op == STATE_CREATE ? side->chosen : w->entry->pair.side[s].id;
}

static enum rc read_back_batch(
    struct run *r, enum side s, struct work **list, size_t count, struct err *err)
{
    struct store *store = r->store[s];
    const char **ids = mem_realloc(NULL, count, sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = id_after(list[i], s);
        if (id) {
            ids[n] = id;
            list[n++] = list[i];
        }
    }
    struct store_items items = {0};
    enum rc rc =
        n ? store->vtbl->fetch(store, r->link.side[s].folder, r->link.kind, ids, n, &items, err)
          : RC_OK;
    for (size_t i = 0; i < items.count && i < n && rc == RC_OK; i++) {
        if (work_refused_twin(&list[i]->side[s]) && items.items[i].doc &&
            !run_may_be_ours(r, list[i]->side[s].wanted, items.items[i].doc)) {
            list[i]->side[s].read_back.rc = RC_NOT_FOUND; /* another item's, and no twin of ours */
            store_item_fini(&items.items[i]);
        } else {
            list[i]->side[s].read_back = items.items[i];
            refs_enter(r, s, items.items[i].doc, list[i]->side[s].wanted);
        }
        items.items[i] = (struct store_item){0};
    }
    store_items_fini(&items);
    free(ids);
    return rc == RC_OK ? RC_OK : err_prefix(err, "reading back from %s", run_side_name(r, s));
}

static bool holds(const struct json *doc, const struct json *change)
{
    const struct json *is = json_pointer(doc, json_key(change));
    return json_is_null(change) ? !is : json_equal(change, is);
}

/* Whether all, or anything, of a refused update is there. To the letter: here a form of ours would be the
 * less likely, and an edit the more. */
static void look_for_update(const struct work_side *side, bool *ret_all, bool *ret_any)
{
    CLEANUP(json_free) struct json *doc = json_dup(side->read_back.doc);
    doc_recognize(doc, side->wanted);
    *ret_all = true;
    *ret_any = false;
    for (const struct json *p = json_first(side->patch); p; p = json_next(p)) {
        if (!holds(side->now, p)) {
            *ret_all &= holds(doc, p);
            *ret_any |= holds(doc, p);
        }
    }
}

/* Settles which it is. Left for a conflict, our own write would meet its source, edited since, as if it
 * were a person's (invariant I1). */
static void know_refused_update(struct run *r, struct work_side *side)
{
    bool all = false, any = true, there = side->read_back.rc == RC_OK && side->read_back.doc;
    if (there) {
        look_for_update(side, &all, &any);
    }
    if (all && any) {
        store_op_fini(&side->result);
        side->result.rc = RC_OK;
        r->report->wrote_anything = true;
        return;
    }
    if (any && side->read_back.rc != RC_NOT_FOUND) {
        side->unknown = true;
        side->result.rc = RC_SERVER;
        str_replace(&side->result.error,
            "changed meanwhile, perhaps by this very change; the next run looks what became of it");
        r->report->wrote_anything = true;
    }
    store_item_fini(&side->read_back);
    side->read_back.rc = RC_CANCELLED;
}

static void know_refused_updates(struct run *r, struct works *w, enum side s)
{
    for (size_t i = 0; i < w->count; i++) {
        struct work_side *side = &w->items[i].side[s];
        if (side->write && side->tried && is_refused_update(side)) {
            know_refused_update(r, side);
        }
    }
}

/* The outcome of each is in its work_side; RC_OK unless the store as a whole failed. */
static enum rc carry_out(struct run *r, struct works *w, enum side s, struct err *err)
{
    for (size_t i = 0; i < w->count; i++) {
        struct work_side *side = &w->items[i].side[s];
        side->result.rc = RC_CANCELLED;    /* until it is tried */
        side->read_back.rc = RC_CANCELLED; /* until it is asked for */
    }
    enum rc rc = in_batches(r, w, s, filter_write, commit_batch, err);
    if (rc == RC_OK) {
        rc = in_batches(r, w, s, filter_written, read_back_batch, err);
    }
    know_refused_updates(r, w, s);
    return rc;
}

enum rc works_write(struct run *r, struct works *w, struct err *err)
{
    enum rc rc = journal(r, w, err);
    if (rc != RC_OK) {
        return rc;
    }
    /* The right side first: trouble with the server is the likelier and then leaves Outlook
     * untouched. */
    enum rc trouble = carry_out(r, w, SIDE_RIGHT, err);
    if (trouble == RC_OK) {
        trouble = carry_out(r, w, SIDE_LEFT, err);
    } else {
        for (size_t i = 0; i < w->count; i++) {
            w->items[i].side[SIDE_LEFT].result.rc = RC_CANCELLED;
        }
    }
    struct err settle_err = ERR_INIT;
    rc = works_settle(r, w, &settle_err);
    if (trouble == RC_OK && rc != RC_OK && err) {
        err_move(err, &settle_err);
    }
    err_fini(&settle_err);
    return trouble != RC_OK ? trouble : rc;
}
