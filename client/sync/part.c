/* A pair without base is two items that are believed to be the same: after a lost result, or in a
 * state file that was put back from a copy. If one of them is gone, that belief is all there is:
 * the other is then a new item. It must not be deleted, and it must be able to meet whatever has
 * taken the place of the gone one (invariants I1 and I2). */
#include "client/sync/internal.h"

static bool is_to_part(const struct run *r, const struct entry *e, enum side gone)
{
    const struct state_pair_side *here = &e->pair.side[side_other(gone)];
    return !e->dead && !e->held && !e->pair.has_base && !entry_half(e) &&
           e->pair.side[gone].look == PAIR_GONE && here->look < PAIR_MISSING &&
           r->access[gone] != PLAN_ONE_WAY && r->access[side_other(gone)] != PLAN_ONE_WAY;
}

static enum rc part(struct run *r, struct entry *e, enum side gone, struct err *err)
{
    struct state_pair_side *side = &e->pair.side[gone];
    if (map_get(r->by_id[gone], side->id) == e) {
        map_remove(r->by_id[gone], side->id);
    }
    str_replace(&side->id, NULL);
    str_replace(&side->version, NULL);
    side->look = PAIR_CLEAN;
    e->pair.side[side_other(gone)].look = PAIR_LOOK;
    e->pair.prefer = -1;
    entry_uncache(e, gone);
    enum rc rc = made_keep(r, e, NULL, err);
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

enum rc run_part(struct run *r, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        for (int s = 0; s < 2 && rc == RC_OK; s++) {
            if (is_to_part(r, r->entries[i], (enum side)s)) {
                rc = part(r, r->entries[i], (enum side)s, err);
            }
        }
    }
    return rc;
}
