/* What a run does to each item, written down with the intents and corrected with the results: for
 * each side the operation, and the difference between before and after as two patches. "Before" is
 * the pair's base, so that the change of the person that the run carried over is part of it on the
 * side it came from, too. Undo (undo.c) and the history people read both live on this. */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

static bool writes_over(const struct work_side *side, const char *path)
{
    const struct json *now = json_pointer(side->now, path);
    return side->wanted && !json_equal(now, json_pointer(side->wanted, path));
}

/* An undo by force takes back an edit that had not travelled yet. Undone in its turn, the edit is to
 * be on both sides, as if it had: on its own side only, the two would be apart. */
static struct json *before_undo(const struct run *r, const struct work *w, enum side s)
{
    const struct work_side *left = &w->side[SIDE_LEFT], *right = &w->side[SIDE_RIGHT];
    struct json *before = json_dup(w->side[s].now);
    if (!left->own || !right->own || !left->now || !right->now) {
        return before;
    }
    static const enum plan_access access[2] = {PLAN_WRITABLE, PLAN_WRITABLE};
    struct merge_result m CLEANUP_FINI(merge_result_fini) = {0};
    CLEANUP(json_free) struct json *due = json_object();
    if (merge_pair((const struct json *const[2]){left->own, right->own},
            (const struct json *const[2]){left->now, right->now}, work_winner(r, w), access, &m,
            NULL) == RC_OK) {
        for (const struct json *p = json_first(m.patch[s]); p; p = json_next(p)) {
            if (writes_over(left, json_key(p)) || writes_over(right, json_key(p))) {
                json_set(due, json_key(p), json_dup(p));
            }
        }
    }
    if (doc_apply(before, due, NULL) != RC_OK) { /* cannot be: merge_pair has applied it */
        json_free(before);
        before = json_dup(w->side[s].now);
    }
    return before;
}

/* One side has taken the text away, and the other has edited it. */
static bool is_taken_and_edited(const struct work *w, const char *path)
{
    const struct json *left = json_get(w->side[SIDE_LEFT].own, path);
    const struct json *right = json_get(w->side[SIDE_RIGHT].own, path);
    return (json_is_null(left) && merge_touches(w->side[SIDE_RIGHT].own, path)) ||
           (json_is_null(right) && merge_touches(w->side[SIDE_LEFT].own, path));
}

/* A text that went into a longer one, which the base has, was no text beside that before. */
static void forget_moved(const struct work *w, struct json *known)
{
    for (int s = 0; s < 2; s++) {
        const struct json *own = w->side[s].own;
        for (const struct json *m = json_first(own); m; m = json_next(m)) {
            const char *path = json_key(m);
            bool moved = json_get(w->superseded, path) || is_taken_and_edited(w, path);
            if (moved && doc_says_twice(known, path) &&
                json_pointer_set(known, path, NULL, NULL) != RC_OK) {
                continue; /* cannot be: it is there */
            }
        }
    }
}

/* How the side was before this run's effect, or NULL. Caller frees. */
static struct json *before(const struct run *r, const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    /* Of a one-way link only the written side counts, and only what was written; a repair carries
     * nobody's edit over, but undoes some; neither item is older when two are united. */
    bool two_way = r->access[SIDE_LEFT] != PLAN_ONE_WAY && r->access[SIDE_RIGHT] != PLAN_ONE_WAY;
    if (two_way && w->undo) {
        return before_undo(r, w, s);
    }
    two_way &= !w->repair;
    if (!two_way || !side->base || w->united) {
        return json_dup(side->now);
    }
    CLEANUP(json_free) struct json *known = merge_known(side->base);
    forget_moved(w, known);
    return refs_before(w->entry, known, side->now);
}

static void set_difference(
    struct state_change_side *c, const struct json *was, const struct json *is)
{
    free(c->back);
    free(c->forth);
    c->back = c->forth = NULL;
    CLEANUP(json_free) struct json *back = merge_own_patch(is, was);
    if (!json_count(back)) {
        return;
    }
    CLEANUP(json_free) struct json *forth = json_object();
    for (struct json *m = json_first(back); m; m = json_next(m)) {
        const struct json *value = json_pointer(is, json_key(m));
        json_set(forth, json_key(m), value ? json_dup(value) : json_null());
    }
    c->back = json_print(back);
    c->forth = json_print(forth);
}

/* What a person is still to decide is no part of what this run did, or its undo would take both
 * sides' values away. */
static void set_effect(const struct work *w, enum side s, struct json *was,
    const struct json *after, struct state_change_side *c)
{
    if (w->undecided[s]) {
        merge_undo_paths(was, w->undecided[s], after);
    }
    set_difference(c, was, after);
}

static void fill_side(
    const struct run *r, const struct work *w, enum side s, struct state_change_side *c)
{
    const struct work_side *side = &w->side[s];
    const struct state_pair_side *at = &w->entry->pair.side[s];
    CLEANUP(json_free) struct json *was = NULL;
    c->op = side->write ? (int)side->op : -1;
    c->item = mem_strdup(side->write && side->op == STATE_CREATE ? side->chosen : at->id);
    if (side->write && side->op == STATE_CREATE) {
        return;
    }
    if (side->write && side->op == STATE_DELETE) {
        c->doc = json_print(side->now);
    } else if (side->state == PLAN_GONE && side->base) {
        CLEANUP(json_free) struct json *known = merge_known(side->base);
        c->doc = json_print(known); /* somebody deleted it here */
    } else if (side->now && (was = before(r, w, s))) {
        set_effect(w, s, was, side->wanted ? side->wanted : side->now, c);
    }
}

static char *change_title(const struct run *r, const struct work *w)
{
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        const struct json *doc = side->now ? side->now : side->wanted ? side->wanted : side->base;
        if (doc) {
            return doc_title(r->link.kind, doc);
        }
    }
    return NULL;
}

static struct state_change change_of(const struct run *r, const struct work *w)
{
    struct state_change c = {
        .id = w->change,
        .run = r->id,
        .pair = w->entry->pair.id,
        .time = r->now,
        .title = change_title(r, w),
        .uid = mem_strdup(w->entry->pair.uid),
    };
    fill_side(r, w, SIDE_LEFT, &c.side[SIDE_LEFT]);
    fill_side(r, w, SIDE_RIGHT, &c.side[SIDE_RIGHT]);
    return c;
}

enum rc run_change_begin(struct run *r, struct work *w, struct err *err)
{
    struct state_change c CLEANUP_FINI(state_change_fini) = change_of(r, w);
    enum rc rc = state_change_save(r->state, r->link.id, &c, err);
    w->change = c.id;
    return rc;
}

/* As the store made it of what was written, without what somebody else wrote there meanwhile. */
static void correct_update(
    const struct run *r, const struct work *w, enum side s, struct state_change_side *c)
{
    const struct work_side *side = &w->side[s];
    CLEANUP(json_free) struct json *was = side->read_back.doc ? before(r, w, s) : NULL;
    if (!was) {
        return;
    }
    CLEANUP(json_free) struct json *after = json_dup(side->read_back.doc);
    doc_recognize(after, side->wanted);
    bool certain;
    (void)work_overtaken(side, &certain); /* as in settle.c: then another value of ours is theirs */
    CLEANUP(json_free)
    struct json *foreign = merge_foreign(side->wanted, after, certain ? NULL : side->patch);
    merge_undo_paths(after, foreign, side->wanted);
    set_effect(w, s, was, after, c);
}

enum rc run_change_settled(struct run *r, struct work *w, struct err *err)
{
    struct state_change c CLEANUP_FINI(state_change_fini) = change_of(r, w);
    bool written = false;
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        if (side->write && side->unknown) {
            return RC_OK; /* recovery will know */
        }
        if (side->write && side->result.rc != RC_OK) {
            c.side[s].op = -1;
        } else if (side->write && side->op == STATE_CREATE) {
            str_replace(&c.side[s].item, w->entry->pair.side[s].id);
        } else if (side->write && side->op == STATE_UPDATE) {
            correct_update(r, w, (enum side)s, &c.side[s]);
        }
        written |= c.side[s].op >= 0;
    }
    return written ? state_change_save(r->state, r->link.id, &c, err)
                   : state_change_delete(r->state, c.id, err);
}
