/* The plan for each pair in hand and the documents that follow from it. Nothing is written here,
 * neither to a store nor to the state. */
#include "client/sync/internal.h"

#include "client/item/doc.h"

#include <assert.h>

enum side work_winner(const struct run *r, const struct work *w)
{
    if (w->entry->pair.prefer >= 0) {
        return (enum side)w->entry->pair.prefer;
    }
    for (int s = 0; s < 2; s++) {
        if (r->access[s] != PLAN_WRITABLE) {
            /* One-way: only that side's value can travel. Read-only: what was edited here is kept,
             * not reverted. */
            return side_other((enum side)s);
        }
    }
    switch (r->link.policy) {
    case LINK_LEFT_WINS:
        return SIDE_LEFT;
    case LINK_RIGHT_WINS:
        return SIDE_RIGHT;
    default:
        return merge_newest(w->side[SIDE_LEFT].now, w->side[SIDE_RIGHT].now);
    }
}

/* What both say in other words is in common too: each side keeps its own. */
static void common_add_alike(struct json *common, const struct json *alike, const struct json *now)
{
    for (const struct json *a = json_first(alike); a; a = json_next(a)) {
        const struct json *own = json_pointer(now, json_str_value(a));
        if (own && json_pointer_set(common, json_str_value(a), json_dup(own), NULL) != RC_OK) {
            continue; /* cannot be: common has the same shape; if it were, a plain difference */
        }
    }
}

/* A text that the other side has within a longer one counts as its older form, which goes. */
static void common_add_covered(struct json *common, const struct json *covered)
{
    for (const struct json *m = json_first(covered); m; m = json_next(m)) {
        if (json_pointer_set(common, json_key(m), json_dup(m), NULL) != RC_OK) {
            continue; /* as above */
        }
    }
}

/* Without bases, what both have in common stands in for them: then each side's surplus goes to the
 * other and only true differences are conflicts. */
static void patches_without_base(struct work *w)
{
    struct work_side *left = &w->side[SIDE_LEFT], *right = &w->side[SIDE_RIGHT];
    CLEANUP(json_free) struct json *alike = NULL;
    CLEANUP(json_free) struct json *covered = NULL;
    if (w->entry->pair.prefer < 0) {
        /* Two copies that never met: neither is older, so no value of either may go. */
        doc_rekey_union(right->now, left->now);
        alike = doc_alike(right->now, left->now);
        covered = doc_covered(right->now, left->now);
    } else {
        made_recognize(w);
        doc_rekey(right->now, left->now);          /* a write of ours was under way: one is older */
        alike = doc_joined(right->now, left->now); /* but what it wrote in one is no second text */
    }
    struct json *common[2] = {
        merge_common(left->now, right->now), merge_common(left->now, right->now)};
    made_known(w, common);
    for (int s = 0; s < 2; s++) {
        struct work_side *side = &w->side[s];
        common_add_alike(common[s], alike, side->now);
        common_add_covered(common[s], covered);
        json_free(side->own);
        side->own = merge_own_patch(common[s], side->now);
        json_free(side->common);
        side->common = common[s];
    }
}

/* Merges the changes of both sides; what is in conflict and not settled here stays out. */
static enum rc merge_disputed(
    struct run *r, struct work *w, struct merge_result *ret, struct err *err)
{
    const struct json *own[2] = {w->side[SIDE_LEFT].own, w->side[SIDE_RIGHT].own};
    const struct json *now[2] = {w->side[SIDE_LEFT].now, w->side[SIDE_RIGHT].now};
    enum side winner = work_winner(r, w);
    struct merge_result m CLEANUP_FINI(merge_result_fini) = {0};
    struct json *rest[2] = {NULL, NULL};
    enum rc rc = merge_pair(own, now, winner, r->access, &m, err);
    if (rc == RC_OK) {
        rc = work_disputes(r, w, m.conflicts, rest, err);
    }
    if (rc == RC_OK && rest[SIDE_LEFT]) {
        merge_result_fini(&m);
        rc = merge_pair((const struct json *const[2]){rest[SIDE_LEFT], rest[SIDE_RIGHT]}, now,
            winner, r->access, &m, err);
    }
    json_free(rest[SIDE_LEFT]);
    json_free(rest[SIDE_RIGHT]);
    if (rc == RC_OK) {
        rc = work_choices(r, w, &m, err);
    }
    if (rc == RC_OK) {
        *ret = m;
        m = (struct merge_result){0};
    }
    return rc;
}

/* Of a side's change, what is new to the other: not what both changed alike, nor what has lost. */
static struct json *onward_of(const struct json *own, const struct json *patch)
{
    struct json *onward = json_object();
    for (const struct json *m = json_first(own); m; m = json_next(m)) {
        if (merge_touches(patch, json_key(m))) {
            json_set_bool(onward, json_key(m), true);
        }
    }
    return onward;
}

/* What side s has in a text of its own, and the other has just put into a longer one, counts as the older form
 * of that, which both have had: so it goes, and nothing is said twice. */
static void supersede(struct work *w, enum side s)
{
    const struct work_side *other = &w->side[side_other(s)];
    CLEANUP(json_free)
    struct json *superseded =
        doc_superseded(w->side[s].now, w->side[s].own, other->now, other->own);
    for (int k = 0; k < 2 && json_count(superseded); k++) {
        struct work_side *side = &w->side[k];
        for (const struct json *m = json_first(superseded); m; m = json_next(m)) {
            if (json_pointer_set(side->base, json_key(m), json_dup(m), NULL) != RC_OK) {
                continue; /* as above */
            }
        }
        json_free(side->own);
        side->own = merge_own_patch(side->base, side->now);
    }
    w->superseded = w->superseded ? w->superseded : json_object();
    merge_add(w->superseded, superseded);
}

static enum rc decide_merge(struct run *r, struct work *w, struct err *err)
{
    struct work_side *left = &w->side[SIDE_LEFT], *right = &w->side[SIDE_RIGHT];
    struct json *now[2] = {left->now, right->now};
    if (left->state == PLAN_NEW || right->state == PLAN_NEW) {
        patches_without_base(w);
    } else {
        merge_align((const struct json *const[2]){left->base, right->base}, now,
            (struct json *const[2]){left->own, right->own});
        supersede(w, SIDE_LEFT);
        supersede(w, SIDE_RIGHT);
    }
    struct merge_result m = {0};
    enum rc rc = merge_disputed(r, w, &m, err);
    if (rc != RC_OK) {
        return rc;
    }
    for (int s = 0; s < 2; s++) {
        w->onward[s] = onward_of(w->side[s].own, m.patch[side_other((enum side)s)]);
    }
    for (int t = 0; t < 2; t++) {
        w->undelivered[t] = m.undelivered[t];
        if (m.wanted[t]) {
            w->side[t].write = true;
            w->side[t].op = STATE_UPDATE;
            w->side[t].wanted = TAKE(m.wanted[t]);
            w->side[t].patch = TAKE(m.patch[t]);
        }
    }
    merge_result_fini(&m);
    return RC_OK;
}

/* The uid a new item carries: its own unless another pair of the link has it (a copy made in
 * Outlook keeps the uid of the original). */
static void choose_uid(struct run *r, struct entry *e, const struct json *doc)
{
    const char *uid = e->pair.uid ? e->pair.uid : json_get_str(doc, "uid");
    struct entry *holder = str_empty(uid) ? NULL : map_get(r->by_uid, uid);
    if (str_empty(uid) || (holder && holder != e)) {
        CLEANUP(mem_free) char *made = run_uuid(r);
        str_replace(&e->pair.uid, made);
    } else if (!e->pair.uid) {
        e->pair.uid = mem_strdup(uid);
    }
    run_entry_index(r, e);
}

/* What the item looked like over there before it was deleted, plus the edit that outlives the
 * deletion; what only that side held comes back with it. */
static enum rc revived(const struct work *w, enum side target, struct json **ret, struct err *err)
{
    enum side source = side_other(target);
    const struct json *own[2], *now[2];
    CLEANUP(json_free) struct json *nothing = json_object();
    CLEANUP(json_free) struct json *known = merge_known(w->side[target].base);
    own[source] = w->side[source].own;
    own[target] = nothing;
    now[source] = w->side[source].now;
    now[target] = known;
    const enum plan_access access[2] = {PLAN_WRITABLE, PLAN_WRITABLE};
    struct merge_result m = {0};
    enum rc rc = merge_pair(own, now, source, access, &m, err);
    if (rc == RC_OK) {
        *ret = m.wanted[target] ? TAKE(m.wanted[target]) : json_dup(now[target]);
        merge_result_fini(&m);
    }
    return rc;
}

enum rc work_want_copy(struct run *r, struct work *w, enum side target, struct err *err)
{
    struct work_side *to = &w->side[target], *from = &w->side[side_other(target)];
    struct store *store = r->store[target];
    if (to->base && from->own) {
        enum rc rc = revived(w, target, &to->wanted, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    choose_uid(r, w->entry, from->now);
    to->wanted_is_now = !to->wanted && str_eq(json_get_str(from->now, "uid"), w->entry->pair.uid);
    if (to->wanted_is_now) {
        to->wanted = from->now;
    } else {
        to->wanted = to->wanted ? to->wanted : json_dup(from->now);
        json_set_str(to->wanted, "uid", w->entry->pair.uid);
    }
    if (store->vtbl->choose_id) {
        to->chosen = run_choose_id(r, target, w->entry);
    }
    if (store->vtbl->find_stamp) {
        to->stamp = run_uuid(r);
    }
    to->write = true;
    to->op = STATE_CREATE;
    return RC_OK;
}

static enum rc decide_one(struct run *r, struct work *w, struct err *err)
{
    enum plan_state state[2] = {w->side[SIDE_LEFT].state, w->side[SIDE_RIGHT].state};
    w->step = plan_pair(state, r->access);
    if (w->step.action == PLAN_ACCEPT && work_has_choice(w)) {
        w->step.action = PLAN_MERGE; /* nobody has changed anything, but a person chose */
    }
    log_line(r->log, LOG_LEVEL_DEBUG, "sync", "pair %lld: %s/%s -> %s%s%s",
        (long long)w->entry->pair.id, plan_state_name(state[0]), plan_state_name(state[1]),
        plan_action_name(w->step.action),
        w->step.action == PLAN_CREATE || w->step.action == PLAN_DELETE ? " in " : "",
        w->step.action == PLAN_CREATE || w->step.action == PLAN_DELETE
            ? run_side_name(r, w->step.target)
            : "");
    struct work_side *to = &w->side[w->step.target];
    switch (w->step.action) {
    case PLAN_MERGE:
        return decide_merge(r, w, err);
    case PLAN_CREATE:
        if (r->unsure[w->step.target] && !to->base) {
            w->step.action =
                PLAN_NOTHING; /* waits until the unread items there are known not to be this one */
            return RC_OK;
        }
        return work_want_copy(r, w, w->step.target, err);
    case PLAN_DELETE:
        /* I6: proof for the gone side, and nothing but the known state on this one. */
        assert(w->entry->proven[side_other(w->step.target)]);
        assert(to->state == PLAN_SAME && !w->entry->held);
        to->write = true;
        to->op = STATE_DELETE;
        return RC_OK;
    default:
        return RC_OK;
    }
}

void works_decide(struct run *r, struct works *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct err own = ERR_INIT;
        enum rc rc = decide_one(r, &w->items[i], &own);
        if (rc == RC_OK) {
            refs_prune(r, &w->items[i], SIDE_LEFT);
            refs_prune(r, &w->items[i], SIDE_RIGHT);
        }
        if (rc != RC_OK) {
            /* Two documents that cannot be merged are this item's trouble, not the run's. */
            struct work *work = &w->items[i];
            work->step.action = PLAN_WAIT;
            work->side[SIDE_LEFT].state = PLAN_UNREADABLE;
            work->side[SIDE_LEFT].rc = rc;
            str_replace(&work->side[SIDE_LEFT].error, err_text(&own));
        }
        err_fini(&own);
    }
}
