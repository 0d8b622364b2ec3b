/* Brings the documents of the pairs being worked on: fetched where something changed, from the
 * state file where nothing did. */
#include "client/sync/internal.h"

#include "client/item/doc.h"

static void cache_take(struct entry *e, enum side s, struct store_item *item)
{
    entry_uncache(e, s);
    e->cache[s] = NEW(struct store_item);
    *e->cache[s] = *item;
    *item = (struct store_item){0};
}

enum rc run_fetch(
    struct run *r, enum side side, struct entry **entries, size_t count, struct err *err)
{
    struct store *store = r->store[side];
    size_t batch = run_batch(r, side);
    const char **ids = mem_realloc(NULL, batch, sizeof *ids);
    enum rc rc = RC_OK;
    for (size_t done = 0; done < count && rc == RC_OK; done += batch) {
        size_t n = count - done < batch ? count - done : batch;
        for (size_t i = 0; i < n; i++) {
            ids[i] = entries[done + i]->pair.side[side].id;
        }
        run_progress(r, "fetch", done, count);
        struct store_items items = {0};
        if (run_cancelled(r)) {
            rc = err_set(err, RC_CANCELLED, 0, "stopped on request");
        } else {
            rc = store->vtbl->fetch(
                store, r->link.side[side].folder, r->link.kind, ids, n, &items, err);
            if (rc != RC_OK) {
                rc = err_prefix(err, "reading items in %s", run_side_name(r, side));
            } else if (items.count != n) {
                rc = err_set(err, RC_INTERNAL, 0, "reading items in %s: asked for %zu, got %zu",
                    run_side_name(r, side), n, items.count);
            }
        }
        for (size_t i = 0; i < n && rc == RC_OK; i++) {
            cache_take(entries[done + i], side, &items.items[i]);
        }
        store_items_fini(&items);
    }
    free(ids);
    return rc;
}

/* Must the item itself be seen? */
static bool wants_fetch(const struct entry *e, enum side s)
{
    const struct state_pair_side *side = &e->pair.side[s];
    /* The base lacks what a group waits for, what a person is to decide, and has refused. */
    bool clean_but_unlike_base = !e->pair.has_base || e->waits || e->open || e->chosen || e->parked;
    /* So does one that was read when less could be read; a deletion goes by the versions alone. */
    clean_but_unlike_base |= e->older && e->pair.side[side_other(s)].look < PAIR_MISSING;
    return side->id && !e->cache[s] &&
           (side->look == PAIR_LOOK || (side->look == PAIR_CLEAN && clean_but_unlike_base));
}

static enum rc fetch_side(struct run *r, const struct works *w, enum side s, struct err *err)
{
    struct entry **want = mem_realloc(NULL, w->count + 1, sizeof *want);
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (wants_fetch(w->items[i].entry, s)) {
            want[count++] = w->items[i].entry;
        }
    }
    enum rc rc = count ? run_fetch(r, s, want, count, err) : RC_OK;
    free(want);
    return rc;
}

static enum rc load_bases(struct run *r, struct work *w, struct err *err)
{
    struct state_body body = {0};
    enum rc rc = state_body_load(r->state, w->entry->pair.id, &body, err);
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        rc = json_parse(body.doc[s], strlen(body.doc[s]), &w->side[s].base, err);
        if (rc != RC_OK) {
            err_prefix(
                err, "state file: stored document of pair %lld", (long long)w->entry->pair.id);
            rc = err_set(
                err, RC_IO, 0, "%s. 'lockstep state restore' goes back to a copy", err_text(err));
        } else if (w->entry->pair.side[s].look == PAIR_CLEAN && !w->entry->cache[s]) {
            w->side[s].native = TAKE(body.native[s]);
        }
        w->side[s].told = TAKE(body.told[s]);
        w->side[s].told_patch = TAKE(body.patch[s]);
    }
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        w->side[s].unsure = json_detach(w->side[s].base, DOC_UNSURE);
    }
    if (rc == RC_OK) { /* as the sides had them when they were united */
        doc_part(w->side[SIDE_LEFT].base, w->side[SIDE_RIGHT].base);
        doc_part(w->side[SIDE_RIGHT].base, w->side[SIDE_LEFT].base);
    }
    state_body_fini(&body);
    return rc;
}

/* The base is what the item is, but for what it leaves out on purpose. */
static void base_as_it_is(struct work_side *side, const struct json *left_out)
{
    struct json *base = json_dup(side->now);
    struct json *doubtful = json_detach(side->base, DOC_DOUBTFUL);
    merge_undo_paths(base, left_out, side->base);
    if (doubtful) {
        json_set(base, DOC_DOUBTFUL, doubtful);
    }
    json_free(side->base);
    side->base = base;
}

/* An update could not be read back. The item is recognised by all that was written, not by the base,
 * which may leave some of it out: ids that went with the update may be those of something else now. */
static enum rc base_from_update(struct work_side *side, bool edited, struct err *err)
{
    CLEANUP(json_free) struct json *patch = NULL;
    enum rc rc = json_parse(side->told_patch, strlen(side->told_patch), &patch, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(json_free) struct json *left_out = json_detach(patch, DOC_LEFT_OUT);
    CLEANUP(json_free) struct json *written = merge_with(side->base, left_out);
    doc_recognize(side->now, written);
    if (edited ||
        !left_out) { /* an older program did not note it: nothing is taken for the store's */
        merge_read(side->base, patch, written, side->now);
    } else {
        base_as_it_is(side, left_out);
    }
    return RC_OK;
}

/* The base is in part what was written, since it could not be read back then. At the version the
 * store told for it, the item is just that, in the store's own form. At another somebody has edited
 * it since: what differs is theirs, where it is not plainly the store's form of the same. */
static enum rc base_from_written(struct work_side *side, struct err *err)
{
    bool edited = !str_eq(side->told, side->version);
    if (side->told_patch) {
        return base_from_update(side, edited, err);
    }
    doc_recognize(side->now, side->base);
    CLEANUP(json_free) struct json *foreign = NULL;
    if (edited) {
        foreign = merge_foreign(side->base, side->now, NULL);
    }
    base_as_it_is(side, foreign);
    return RC_OK;
}

static void compare_with_base(struct work_side *side)
{
    json_free(side->own);
    side->own = merge_own_patch(side->base, side->now);
    side->state = json_count(side->own) ? PLAN_CHANGED : PLAN_SAME;
}

static enum rc take_item(
    struct run *r, struct entry *e, enum side s, struct work_side *side, struct err *err)
{
    struct store_item *item = e->cache[s];
    enum rc rc = RC_OK;
    side->rc = item->rc;
    side->error = TAKE(item->error);
    side->state = PLAN_UNREADABLE;
    if (item->rc == RC_OK && item->doc) {
        side->now = TAKE(item->doc);
        side->version = TAKE(item->version);
        free(side->native); /* of the base, where a group that waits is read anew */
        side->native = TAKE(item->native);
        side->state = PLAN_NEW;
        refs_enter(r, s, side->now, side->base);
        if (side->base && side->told) {
            rc = base_from_written(side, err);
        } else if (side->base) {
            doc_recognize(side->now, side->base);
        }
        if (side->base) {
            compare_with_base(side);
        }
    } else if (item->rc == RC_OK) {
        side->rc = RC_INVALID;
    }
    entry_uncache(e, s);
    return rc;
}

static enum rc classify(struct run *r, struct work *w, enum side s, struct err *err)
{
    struct entry *e = w->entry;
    struct work_side *side = &w->side[s];
    const struct state_pair_side *known = &e->pair.side[s];
    if (!known->id) {
        side->state = PLAN_ABSENT;
    } else if (known->look == PAIR_GONE) {
        side->state = PLAN_GONE;
    } else if (e->cache[s]) {
        return take_item(r, e, s, side, err);
    } else if (known->look == PAIR_CLEAN && side->base) {
        side->state = PLAN_SAME;
        side->now = json_dup(side->base);
        side->own = json_object();
        side->version = mem_strdup(known->version);
    } else {
        side->state = PLAN_UNREADABLE;
        side->rc = RC_INCOMPLETE;
        side->error =
            mem_strdup("missing from the listing, and it is not known whether it is gone");
    }
    return RC_OK;
}

enum rc works_fetch(struct run *r, struct works *w, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        struct entry *e = w->items[i].entry;
        rc = e->pair.has_base ? state_body_older(r->state, e->pair.id, &e->older, err) : RC_OK;
    }
    rc = rc == RC_OK ? fetch_side(r, w, SIDE_LEFT, err) : rc;
    if (rc == RC_OK) {
        rc = fetch_side(r, w, SIDE_RIGHT, err);
    }
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        rc = w->items[i].entry->pair.has_base ? load_bases(r, &w->items[i], err)
                                              : made_load(r, &w->items[i], err);
    }
    return rc;
}

/* ---- bases of a program that could read less ---- */

/* Read anew, and nobody has touched it since the base was made. */
static bool is_unmoved(const struct work *w, enum side s)
{
    const struct state_pair_side *known = &w->entry->pair.side[s];
    return known->look == PAIR_CLEAN && str_eq(known->version, w->side[s].version);
}

/* What an untouched side turns out to have had all along. If the other was edited meanwhile, it had
 * such a member then, too: that is not what the edit was. */
static void learn_from(const struct work_side *unmoved, struct work_side *other)
{
    for (const struct json *m = json_first(unmoved->now); m; m = json_next(m)) {
        const char *name = json_key(m);
        const struct json *there = json_get(other->now, name);
        if (there && !json_get(unmoved->base, name) && !json_get(other->base, name)) {
            json_set(other->base, name, json_dup(there));
        }
    }
}

/* What can be read only now is nobody's edit. An untouched item is its own base, so that nothing of
 * it is carried over or written over before somebody edits it; nor would an undo take it away. */
static void bring_up_to_date(struct work *w)
{
    bool unmoved[2];
    const struct entry *e = w->entry;
    struct work_side *sides = w->side;
    if (!e->older || e->waits || e->open || e->chosen || e->parked || !sides[SIDE_LEFT].base ||
        !sides[SIDE_LEFT].now || !sides[SIDE_RIGHT].base || !sides[SIDE_RIGHT].now) {
        return; /* the bases of some lack members on purpose */
    }
    for (int s = 0; s < 2; s++) {
        unmoved[s] = is_unmoved(w, (enum side)s);
        if (unmoved[s]) {
            learn_from(&sides[s], &sides[side_other((enum side)s)]);
        }
    }
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &sides[s];
        if (unmoved[s]) {
            json_free(side->base);
            side->base = json_dup(side->now);
        }
        compare_with_base(side);
    }
}

bool work_is_group(const struct work *w)
{
    for (int s = 0; s < 2; s++) {
        const struct store_item *item = w->entry->cache[s];
        if (refs_is_group(w->side[s].base) || (item && refs_is_group(item->doc))) {
            return true;
        }
    }
    return false;
}

enum rc works_classify(struct run *r, struct works *w, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        rc = classify(r, &w->items[i], SIDE_LEFT, err);
        if (rc == RC_OK) {
            rc = classify(r, &w->items[i], SIDE_RIGHT, err);
        }
        if (rc == RC_OK) {
            bring_up_to_date(&w->items[i]);
        }
        w->items[i].united = !w->items[i].side[SIDE_LEFT].base || w->items[i].entry->pair.common;
    }
    return rc;
}

enum rc works_load(struct run *r, struct works *w, struct err *err)
{
    enum rc rc = works_fetch(r, w, err);
    return rc == RC_OK ? works_classify(r, w, err) : rc;
}

static void work_side_fini(struct work_side *side)
{
    json_free(side->base);
    json_free(side->now);
    json_free(side->own);
    json_free(side->common);
    json_free(side->unsure);
    if (!side->wanted_is_now) {
        json_free(side->wanted);
    }
    json_free(side->patch);
    free(side->version);
    free(side->native);
    free(side->told);
    free(side->told_patch);
    free(side->error);
    free(side->chosen);
    free(side->stamp);
    store_op_fini(&side->result);
    store_item_fini(&side->read_back);
}

void work_fini(struct work *w)
{
    work_side_fini(&w->side[SIDE_LEFT]);
    work_side_fini(&w->side[SIDE_RIGHT]);
    json_free(w->superseded);
    json_free(w->made);
    json_free(w->waits);
    json_free(w->onward[SIDE_LEFT]);
    json_free(w->onward[SIDE_RIGHT]);
    work_disputes_fini(w);
    *w = (struct work){0};
}

void works_fini(struct works *w)
{
    for (size_t i = 0; i < w->count; i++) {
        work_fini(&w->items[i]);
    }
    free(w->items);
    *w = (struct works){0};
}
