/* A person refuses what the guards hold: it is not to be. Asks no server; the next run acts on it. */
#include "client/sync/sync.h"

#include "client/base/buf.h"
#include "client/state/change.h"

/* A deletion: the item comes back where it went missing. There the pair is as if it had never been
 * there, with the base still telling what it was (README.md, "absent" against "same"). */
static bool refuse_delete(struct state_pair *pair, const struct state_problem *p)
{
    struct state_pair_side *missing = &pair->side[side_other(p->side)];
    if (!pair->side[p->side].id) {
        return false;
    }
    str_replace(&missing->id, NULL);
    str_replace(&missing->version, NULL);
    missing->look = PAIR_CLEAN;
    return true;
}

/* A new item or a change: both sides stay as they are, and count as looked at, until somebody edits
 * the item. */
static bool refuse_write(struct state_pair *pair, const struct state_problem *p)
{
    bool half = !pair->side[SIDE_LEFT].id || !pair->side[SIDE_RIGHT].id;
    if (half != str_eq(p->action, "create") || (!half && (!pair->has_base || pair->common))) {
        return false; /* something else has become of it: the next run sees what */
    }
    for (int s = 0; s < 2; s++) {
        if (pair->side[s].look >= PAIR_MISSING) {
            return false;
        }
        pair->side[s].look = PAIR_CLEAN;
    }
    return true;
}

static enum rc refuse_one(struct state *s, int64_t link, struct state_pair *pair,
    const struct state_problem *p, struct state_counts *counts, struct err *err)
{
    bool delete = str_eq(p->action, "delete");
    if (delete ? !refuse_delete(pair, p) : !refuse_write(pair, p)) {
        return RC_OK;
    }
    counts->deleted += delete;
    counts->created += str_eq(p->action, "create");
    counts->updated += str_eq(p->action, "update");
    pair->failures = 0;
    pair->next_try = 0;
    enum rc rc = state_pair_save(s, link, pair, err);
    if (rc == RC_OK && !delete) {
        rc = state_parked_set(s, pair->id, true, err);
    }
    return rc == RC_OK ? state_problem_clear(s, pair->id, err) : rc;
}

static enum rc refuse_all(
    struct state *s, int64_t link, const char *action, struct state_counts *counts, struct err *err)
{
    struct state_pairs pairs CLEANUP_FINI(state_pairs_fini) = {0};
    struct state_problems problems CLEANUP_FINI(state_problems_fini) = {0};
    enum rc rc = state_pairs_load(s, link, &pairs, err);
    if (rc == RC_OK) {
        rc = state_problems_load(s, link, &problems, err);
    }
    for (size_t i = 0; i < problems.count && rc == RC_OK; i++) {
        const struct state_problem *p = &problems.items[i];
        if (!p->held || (action && !str_eq(p->action, action))) {
            continue;
        }
        for (size_t k = 0; k < pairs.count && rc == RC_OK; k++) {
            if (pairs.items[k].id == p->pair) {
                rc = refuse_one(s, link, &pairs.items[k], p, counts, err);
            }
        }
    }
    return rc;
}

enum rc sync_refuse(
    struct state *s, int64_t link, const char *action, struct state_counts *ret, struct err *err)
{
    struct state_counts counts = {0};
    enum rc rc = state_begin(s, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = refuse_all(s, link, action, &counts, err);
    if (rc == RC_OK) {
        *ret = counts;
        return state_commit(s, err);
    }
    state_rollback(s);
    return rc;
}
