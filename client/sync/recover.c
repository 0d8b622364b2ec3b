/* What was under way when the last run ended: each intent left in the journal is answered by asking
 * the store, never by doing it again (invariant I5). create  looked for by the id or the stamp
 * chosen beforehand. Found: it joins its pair, and the two are united like items of a first sync,
 * the side it was made from winning. Not found: it did not arrive, and the plan may make it. update
 * what of it is there becomes part of the bases (merge_absorb); what is not, the source still has
 * beyond its base, and the plan writes it again. delete  the item counts as missing: proof decides.
 */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

static struct entry *entry_of(const struct run *r, int64_t pair)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->entries[i]->pair.id == pair && !r->entries[i]->dead) {
            return r->entries[i];
        }
    }
    return NULL;
}

static void mark(struct entry *e, enum side s, enum pair_look look)
{
    if (e->pair.side[s].id && e->pair.side[s].look == PAIR_CLEAN) {
        e->pair.side[s].look = look;
    }
}

/* What was found about one intent before anything is noted down. */
struct finding {
    struct state_intent *intent;
    struct entry *entry;
    char *id;               /* owned; where a created item is; NULL: it did not arrive */
    bool undo;              /* of a run that undoes another, or is a repair or a restore */
    bool back;              /* of one that undoes another */
    bool alone;             /* no other intent concerns the pair */
    bool complete;          /* undo, update: both sides were written */
    bool waits;             /* undo: the other side's intent could not be answered */
    struct store_item item; /* owned; update: as it is now */
};

/* ---- asking ---- */

/* A delete of an ordinary run needs no question here: proof follows. That of an undo does, since
 * the other side's copy must not follow it. */
static bool asks_id(const struct finding *f)
{
    return f->intent->target && (f->intent->op != STATE_DELETE || (f->undo && f->alone));
}

/* One fetch for all intents that name an item; at most `count` of them are on this side. */
static enum rc ask_ids(
    struct run *r, enum side s, struct finding *all, size_t count, struct err *err)
{
    struct store *store = r->store[s];
    size_t batch = run_batch(r, s), n = 0;
    const char **ids = mem_realloc(NULL, batch, sizeof *ids);
    struct finding **asked = mem_realloc(NULL, batch, sizeof *asked);
    enum rc rc = RC_OK;
    for (size_t i = 0; i <= count && rc == RC_OK; i++) {
        if (i < count && all[i].entry && all[i].intent->side == s && asks_id(&all[i])) {
            ids[n] = all[i].intent->target;
            asked[n++] = &all[i];
        }
        if (n == batch || (i == count && n)) {
            struct store_items items = {0};
            rc = store->vtbl->fetch(
                store, r->link.side[s].folder, r->link.kind, ids, n, &items, err);
            for (size_t k = 0; k < n && k < items.count && rc == RC_OK; k++) {
                asked[k]->item = items.items[k];
                items.items[k] = (struct store_item){0};
            }
            store_items_fini(&items);
            n = 0;
        }
    }
    free(ids);
    free(asked);
    return rc == RC_OK ? RC_OK
                       : err_prefix(err, "finding out what became of the last run in %s",
                             run_side_name(r, s));
}

/* Whether an answer says anything: a single failed read leaves the intent for later. An item that is
 * there and cannot be read tells what became of its create, but not of an update: taken for somebody's
 * edit later, what arrived of it would be in conflict with its own source. */
static bool answered(const struct finding *f)
{
    enum rc rc = f->item.rc;
    bool unreadable = rc == RC_INVALID || rc == RC_TOO_BIG || rc == RC_UNSUPPORTED;
    return rc == RC_OK || rc == RC_NOT_FOUND || (unreadable && f->intent->op != STATE_UPDATE);
}

/* A create without an id chosen beforehand: by its stamp, or by the uid that it was made with. */
static enum rc ask_mark(struct run *r, struct finding *f, struct err *err)
{
    const struct state_intent *intent = f->intent;
    struct store *store = r->store[intent->side];
    const char *folder = r->link.side[intent->side].folder, *uid = f->entry->pair.uid;
    enum rc rc;
    if (intent->stamp && store->vtbl->find_stamp) {
        rc = store->vtbl->find_stamp(store, folder, r->link.kind, intent->stamp, &f->id, err);
    } else if (!str_empty(uid) && store->vtbl->find_uid) {
        rc = store->vtbl->find_uid(store, folder, r->link.kind, uid, &f->id, err);
    } else {
        log_line(r->log, LOG_LEVEL_WARN, "sync",
            "%s can neither choose ids nor find a new item: a create is left to matching",
            run_side_name(r, intent->side));
        return RC_OK;
    }
    if (rc == RC_NOT_FOUND) {
        return RC_OK;
    }
    return rc == RC_OK ? RC_OK
                       : err_prefix(err, "finding out what became of the last run in %s",
                             run_side_name(r, intent->side));
}

/* Somebody else's item may have the name that was chosen. */
static bool may_be_ours(const struct run *r, const struct finding *f)
{
    CLEANUP(json_free) struct json *wanted = NULL;
    return !f->item.doc ||
           json_parse(f->intent->doc, strlen(f->intent->doc), &wanted, NULL) != RC_OK ||
           run_may_be_ours(r, wanted, f->item.doc);
}

static enum rc ask(struct run *r, struct finding *all, size_t count, struct err *err)
{
    enum rc rc = ask_ids(r, SIDE_LEFT, all, count, err);
    if (rc == RC_OK) {
        rc = ask_ids(r, SIDE_RIGHT, all, count, err);
    }
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        struct finding *f = &all[i];
        if (!f->entry || f->intent->op != STATE_CREATE) {
            continue;
        }
        if (!f->intent->target) {
            rc = ask_mark(r, f, err);
        } else if (answered(f) && f->item.rc != RC_NOT_FOUND && may_be_ours(r, f)) {
            f->id = mem_strdup(f->intent->target);
        }
    }
    return rc;
}

/* ---- noting down ---- */

static enum rc parse(const char *text, struct json **ret, struct err *err)
{
    return json_parse(text, strlen(text), ret, err);
}

/* The bases of both sides, as works_fetch has them. Owned by the caller, also on failure. */
static enum rc load_bases(
    struct run *r, const struct finding *f, struct json *ret_base[2], struct err *err)
{
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    enum rc rc = state_body_load(r->state, f->intent->pair, &body, err);
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        rc = parse(body.doc[s], &ret_base[s], err);
    }
    if (rc == RC_OK) {
        doc_part(ret_base[SIDE_LEFT], ret_base[SIDE_RIGHT]);
        doc_part(ret_base[SIDE_RIGHT], ret_base[SIDE_LEFT]);
    }
    return rc;
}

/* What the new item was made of, as far as that is what the other side had: not what an undo takes from
 * history, nor, of one that an edit has brought back, what only this side had had. Caller frees. */
static struct json *made_of(struct run *r, const struct finding *f)
{
    struct json *base[2] = {NULL, NULL}, *made = NULL;
    enum side s = f->intent->side;
    if (f->undo || !f->intent->doc || parse(f->intent->doc, &made, NULL) != RC_OK) {
        return NULL;
    }
    if (f->entry->pair.has_base) {
        CLEANUP(json_free) struct json *whole = made;
        made = load_bases(r, f, base, NULL) == RC_OK
                   ? made_revived(whole, base[side_other(s)], base[s])
                   : NULL;
    }
    json_free(base[SIDE_LEFT]);
    json_free(base[SIDE_RIGHT]);
    return made;
}

static enum rc adopt_create(struct run *r, struct finding *f, struct err *err)
{
    struct entry *e = f->entry;
    CLEANUP(json_free) struct json *made = made_of(r, f);
    enum side s = f->intent->side;
    struct entry *holder = map_get(r->by_id[s], f->id);
    if (holder == e && e->pair.side[s].look < PAIR_MISSING) {
        return RC_OK; /* found by matching in the meantime */
    }
    if (holder && holder != e) {
        if (!entry_half(holder)) {
            return RC_OK;
        }
        enum rc rc = run_entry_forget(r, holder, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    log_line(r->log, LOG_LEVEL_INFO, "sync",
        "%s: an item of the interrupted run had arrived; adopted", run_side_name(r, s));
    str_replace(&e->pair.side[s].id, f->id);
    str_replace(&e->pair.side[s].version, "");
    e->pair.side[SIDE_LEFT].look = e->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
    e->pair.has_base = false;
    e->pair.prefer = side_other(s);
    e->pair.next_try = 0;
    run_entry_index(r, e);
    r->report->side[s].created++;
    struct state_image image = {.run = f->intent->run,
        .pair = e->pair.id,
        .time = r->now,
        .side = s,
        .op = STATE_CREATE,
        .item = f->id};
    enum rc rc = state_image_add(r->state, r->link.id, &image, err);
    if (rc == RC_OK) {
        rc = made_keep(r, e, made, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

/* The item as it was when the write began; NULL if the history does not say. Caller frees. */
static struct json *image_of(struct run *r, const struct state_intent *intent)
{
    struct state_images images CLEANUP_FINI(state_images_fini) = {0};
    struct json *doc = NULL;
    enum rc rc = state_images_load(r->state, intent->run, &images, NULL);
    for (size_t i = 0; i < images.count && rc == RC_OK && !doc; i++) {
        const struct state_image *image = &images.items[i];
        if (image->pair == intent->pair && image->side == intent->side && image->doc) {
            rc = parse(image->doc, &doc, NULL);
        }
    }
    return doc;
}

/* Gives the item's entries their ids: of what was written, or of what that was to take away. A removed entry
 * that is still there may look like a form of the one that was to take its place. */
static void recognize(struct run *r, struct finding *f, const struct json *base,
    const struct json *patch, const struct json *wanted)
{
    CLEANUP(json_free) struct json *known = json_dup(wanted);
    CLEANUP(json_free) struct json *image = NULL;
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const struct json *before = json_is_null(p) ? json_pointer(base, json_key(p)) : NULL;
        if (json_is_null(p) && !before) { /* new, and superseded at once */
            image = image ? image : image_of(r, f->intent);
            before = json_pointer(image, json_key(p));
        }
        if (before && json_pointer_set(known, json_key(p), json_dup(before), NULL) != RC_OK) {
            continue; /* the way leads through something else now */
        }
    }
    doc_part(f->item.doc, base);
    doc_part(f->item.doc, wanted);
    doc_rekey(f->item.doc, known);
}

/* Who is newer cannot be said of an edit and a form of our own write: that it is the latter is the
 * likelier by far (dispute.c). */
static void note_unsure(struct json *base, const struct json *patch, const struct json *unsure)
{
    CLEANUP(json_free) struct json *before = json_detach(base, DOC_UNSURE);
    for (const struct json *u = json_first(before); u; u = json_next(u)) {
        if (!merge_touches(patch, json_key(u))) {
            json_set_bool(json_need_object(base, DOC_UNSURE), json_key(u), true);
        }
    }
    for (const struct json *u = json_first(unsure); u; u = json_next(u)) {
        json_set_bool(json_need_object(base, DOC_UNSURE), json_key(u), true);
    }
}

/* Takes what arrived into the bases; all else stays, so that other changes are still seen. */
static enum rc absorb_into_bases(struct run *r, struct finding *f, struct err *err)
{
    enum side s = f->intent->side;
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    struct json *base[2] = {NULL, NULL};
    CLEANUP(json_free) struct json *wanted = NULL;
    CLEANUP(json_free) struct json *patch = NULL;
    enum rc rc = state_body_load(r->state, f->entry->pair.id, &body, err);
    if (rc == RC_OK && (rc = load_bases(r, f, base, err)) == RC_OK &&
        (rc = parse(f->intent->doc, &wanted, err)) == RC_OK &&
        (rc = parse(f->intent->patch, &patch, err)) == RC_OK) {
        refs_enter(r, s, f->item.doc, wanted);
        recognize(r, f, base[s], patch, wanted);
        CLEANUP(json_free) struct json *unsure = json_object();
        merge_absorb(base[s], base[side_other(s)], patch, f->item.doc, unsure);
        note_unsure(base[s], patch, unsure);
        for (int side = 0; side < 2; side++) {
            free(body.doc[side]);
            body.doc[side] = json_print(base[side]);
        }
        rc = state_body_save(r->state, f->entry->pair.id, &body, err);
    }
    json_free(base[SIDE_LEFT]);
    json_free(base[SIDE_RIGHT]);
    return rc;
}

/* As it was when the write began: then nothing arrived, even where its own value could pass for a form of
 * what was written. */
static bool is_untouched(const struct finding *f)
{
    return !str_empty(f->item.version) && str_eq(f->item.version, f->intent->version);
}

static enum rc absorb_update(struct run *r, struct finding *f, struct err *err)
{
    struct entry *e = f->entry;
    mark(e, SIDE_LEFT, PAIR_LOOK);
    mark(e, SIDE_RIGHT, PAIR_LOOK);
    /* What a person chose is written to both sides, neither being the source of the other; it is
     * still noted as chosen, and the plan completes it. */
    if (f->item.rc == RC_OK && f->item.doc && e->pair.has_base && f->intent->doc &&
        f->intent->patch && !e->chosen && !is_untouched(f)) {
        enum rc rc = absorb_into_bases(r, f, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    return run_entry_save(r, e, err);
}

/* An undo writes old values on both sides at once, so that neither is the source of the other. What
 * arrived on this side becomes part of this side's base, unless the other side is still to follow:
 * then it stays a change, and travels like one. */
static enum rc absorb_undo_bases(struct run *r, struct finding *f, struct err *err)
{
    enum side s = f->intent->side;
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    struct json *base[2] = {NULL, NULL};
    CLEANUP(json_free) struct json *patch = NULL;
    CLEANUP(json_free) struct json *wanted = NULL;
    CLEANUP(json_free) struct json *nobody = json_object(), *unsure = json_object();
    enum rc rc = state_body_load(r->state, f->entry->pair.id, &body, err);
    if (rc == RC_OK && (rc = load_bases(r, f, base, err)) == RC_OK &&
        (rc = parse(f->intent->patch, &patch, err)) == RC_OK &&
        (rc = parse(f->intent->doc, &wanted, err)) == RC_OK) {
        refs_enter(r, s, f->item.doc, wanted);
        recognize(r, f, base[s], patch, wanted);
        merge_absorb(base[s], nobody, patch, f->item.doc, unsure);
        free(body.doc[s]);
        const struct json *absorbed = base[s];
        body.doc[s] = json_print(absorbed);
        rc = state_body_save(r->state, f->entry->pair.id, &body, err);
    }
    json_free(base[SIDE_LEFT]);
    json_free(base[SIDE_RIGHT]);
    return rc;
}

static enum rc absorb_undo(struct run *r, struct finding *f, struct err *err)
{
    struct entry *e = f->entry;
    mark(e, SIDE_LEFT, PAIR_LOOK);
    mark(e, SIDE_RIGHT, PAIR_LOOK);
    enum rc rc = RC_OK;
    if (f->complete && f->item.doc && e->pair.has_base) {
        rc = absorb_undo_bases(r, f, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

/* The undo of a create was deleting the copy; the original stays, and must not follow it. */
static enum rc undone_create(struct run *r, struct finding *f, struct err *err)
{
    struct entry *e = f->entry;
    enum side s = f->intent->side;
    if (f->item.rc == RC_NOT_FOUND && e->pair.side[side_other(s)].id) {
        return run_entry_park(r, e, s, err);
    }
    mark(e, s, PAIR_LOOK);
    enum rc rc = run_entry_save(r, e, err);
    if (rc != RC_OK || f->item.rc == RC_NOT_FOUND) {
        return rc;
    }
    /* Nothing was done to it, or the same undo said again would find a later change and keep it. */
    return state_change_unwritten(r->state, f->intent->run, f->intent->pair, s, err);
}

static enum rc note(struct run *r, struct finding *f, struct err *err)
{
    enum rc rc = RC_OK;
    if (f->entry) {
        if ((asks_id(f) && !answered(f)) || f->waits) {
            return RC_OK;
        }
        switch (f->intent->op) {
        case STATE_CREATE:
            rc = f->id ? adopt_create(r, f, err)
                       : state_change_unwritten(
                             r->state, f->intent->run, f->intent->pair, f->intent->side, err);
            break;
        case STATE_UPDATE:
            rc = f->undo ? absorb_undo(r, f, err) : absorb_update(r, f, err);
            break;
        case STATE_DELETE:
            if (f->undo && f->alone) {
                rc = undone_create(r, f, err);
                break;
            }
            mark(f->entry, f->intent->side, PAIR_MISSING);
            rc = run_entry_save(r, f->entry, err);
            break;
        }
    }
    return rc == RC_OK ? state_intent_remove(r->state, f->intent->id, err) : rc;
}

/* `before`: as it was. What still is has not arrived, even if it could pass for a form of what was written, as the
 * beginning of a text that was to grow again does. */
static bool all_there(const struct json *patch, const struct json *doc, const struct json *before)
{
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const struct json *there = json_pointer(doc, json_key(p));
        const struct json *was = json_pointer(before, json_key(p));
        bool still = was && json_equal(was, there) && !json_equal(p, there);
        if (json_is_null(p) ? there != NULL : still || !merge_form_of(p, there)) {
            return false;
        }
    }
    return true;
}

/* Was it carried out? A moved version is not enough: somebody may have edited the item instead. */
static bool arrived(struct run *r, struct finding *f)
{
    const struct state_intent *intent = f->intent;
    struct json *base[2] = {NULL, NULL};
    CLEANUP(json_free) struct json *patch = NULL;
    CLEANUP(json_free) struct json *wanted = NULL;
    if (intent->op != STATE_UPDATE || f->item.rc != RC_OK || !f->item.doc || !intent->patch ||
        str_eq(f->item.version, intent->version) || parse(intent->patch, &patch, NULL) != RC_OK ||
        parse(intent->doc, &wanted, NULL) != RC_OK) {
        return false;
    }
    bool has_base = f->entry && f->entry->pair.has_base;
    bool known = !has_base || load_bases(r, f, base, NULL) == RC_OK;
    if (known) {
        recognize(r, f, base[intent->side], patch, wanted);
    }
    bool there = known && all_there(patch, f->item.doc, base[intent->side]);
    json_free(base[SIDE_LEFT]);
    json_free(base[SIDE_RIGHT]);
    return there;
}

/* Something of the other side has not been looked at yet: its own write of an undo that was cut off
 * before, and that this one found done. Were this side's part of the base alone, the other side's old
 * value would pass for one that this side cannot hold, and come back with a copy made anew. */
static bool other_unknown(const struct finding *f)
{
    return f->entry && f->entry->pair.side[side_other(f->intent->side)].look == PAIR_LOOK;
}

static void know_complete(struct run *r, struct finding *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool other = all[i].alone && !other_unknown(&all[i]);
        for (size_t k = i ? i - 1 : 0; k <= i + 1 && k < count; k++) {
            bool same = k != i && all[k].intent->pair == all[i].intent->pair;
            other |= same && arrived(r, &all[k]);
            all[i].waits |=
                same && all[i].undo && all[k].entry && asks_id(&all[k]) && !answered(&all[k]);
        }
        all[i].complete = all[i].back && other && arrived(r, &all[i]);
    }
}

static enum rc note_all(struct run *r, struct finding *all, size_t count, struct err *err)
{
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        rc = note(r, &all[i], err);
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

/* An intent that could not be answered keeps its pair out of this run: to write it again could make
 * it twice. */
static enum rc keep_out(struct run *r, struct finding *all, size_t count, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        struct finding *f = &all[i];
        if (f->entry && asks_id(f) && !answered(f)) {
            CLEANUP(mem_free) char *title = run_title(r, f->entry, NULL);
            rc = run_fail(r, f->entry, title, f->intent->side, "read", f->item.rc,
                f->item.error ? f->item.error : rc_name(f->item.rc), err);
        } else if (f->entry && f->waits) {
            f->entry->failed = true;
        }
    }
    return rc;
}

/* Which intents are of undos, repairs and restores, in which nobody's edit travels from one side to
 * the other, and which of those concern one side of their pair only. */
static enum rc know_undos(struct run *r, struct finding *all, size_t count, struct err *err)
{
    int64_t run = 0, of = 0;
    enum state_cause cause = STATE_CAUSE_SYNC;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        const struct state_intent *intent = all[i].intent;
        if (intent->run != run) {
            run = intent->run;
            rc = state_undo_of(r->state, run, &of, err);
            if (rc == RC_OK) {
                rc = state_cause_of(r->state, run, &cause, NULL, err);
            }
        }
        all[i].back = of != 0;
        all[i].undo = of != 0 || cause != STATE_CAUSE_SYNC;
        all[i].alone = (i == 0 || all[i - 1].intent->pair != intent->pair) &&
                       (i + 1 == count || all[i + 1].intent->pair != intent->pair);
    }
    return rc;
}

enum rc run_recover(struct run *r, struct err *err)
{
    struct state_intents intents = {0};
    enum rc rc = state_intents_load(r->state, r->link.id, &intents, err);
    if (rc != RC_OK || !intents.count) {
        return rc;
    }
    log_line(r->log, LOG_LEVEL_WARN, "sync",
        "%zu writes of an earlier run have no result: looking what became of them", intents.count);
    run_progress(r, "recover", 0, intents.count);
    struct finding *all = mem_alloc(intents.count * sizeof *all);
    for (size_t i = 0; i < intents.count; i++) {
        all[i].intent = &intents.items[i];
        all[i].entry = entry_of(r, intents.items[i].pair);
    }
    rc = know_undos(r, all, intents.count, err);
    if (rc == RC_OK) {
        rc = ask(r, all, intents.count, err);
    }
    if (rc == RC_OK) {
        know_complete(r, all, intents.count);
        rc = note_all(r, all, intents.count, err);
    }
    if (rc == RC_OK) {
        rc = keep_out(r, all, intents.count, err);
    }
    for (size_t i = 0; i < intents.count; i++) {
        free(all[i].id);
        store_item_fini(&all[i].item);
    }
    free(all);
    state_intents_fini(&intents);
    return rc;
}
