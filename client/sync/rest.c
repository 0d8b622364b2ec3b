/* The usual run changes nothing. Where no pair has anything to be done about it, and what the stores
 * list is what the pairs say, that is all there is to know: no pair is kept in memory, and the run
 * takes next to no time and, with tokens, the same memory whatever the size of the folders.
 *
 * It is a short cut and decides nothing: whatever is not exactly so is left to the steps that any
 * other run takes, with what was listed here. */
#include "client/sync/internal.h"

/* Complete listings against the pairs. */
struct compare {
    struct map *listed[2]; /* owned; id -> its struct store_change; NULL: the listing was none */
    size_t items[2]; /* of the pairs: what waits outside of the time window is on one side only */
    bool same;
};

static void compare_fini(struct compare *c)
{
    map_free(c->listed[SIDE_LEFT]);
    map_free(c->listed[SIDE_RIGHT]);
}

static bool compare_pair(void *user, const char *const id[2], const char *const version[2])
{
    struct compare *c = user;
    for (int s = 0; s < 2 && c->same; s++) {
        const struct store_change *change = id[s] ? map_get(c->listed[s], id[s]) : NULL;
        c->items[s] += id[s] != NULL;
        if (c->listed[s] && id[s]) {
            c->same = change && !change->gone &&
                      str_eq(change->version ? change->version : "", version[s]);
        }
    }
    return c->same;
}

static struct map *index_of(const struct store_changes *list)
{
    struct map *m = map_new();
    for (size_t i = 0; i < list->count; i++) {
        map_put(m, list->items[i].id, &list->items[i]);
    }
    return m;
}

/* The link rests, so each id is known in one pair, and none twice. As many ids as the pairs have on
 * that side, and all of them found: the listing has exactly these. */
static enum rc listings_same(struct run *r, bool *ret, struct err *err)
{
    struct compare c CLEANUP_FINI(compare_fini) = {.same = true};
    bool any = false;
    for (int s = 0; s < 2; s++) {
        c.listed[s] = r->changes[s].full ? index_of(&r->changes[s]) : NULL;
        any |= r->changes[s].full;
    }
    enum rc rc = any ? state_pairs_walk(r->state, r->link.id, compare_pair, &c, err) : RC_OK;
    for (int s = 0; s < 2; s++) {
        c.same &= !c.listed[s] || map_count(c.listed[s]) == c.items[s];
    }
    *ret = rc == RC_OK && c.same;
    return rc;
}

/* Nothing new, and the token is the old one: else it is to be stored. */
static bool may_be_same(const struct run *r, enum side s)
{
    const struct store_changes *c = &r->changes[s];
    return (c->full || c->count == 0) && str_eq(c->token, r->link.side[s].token);
}

enum rc run_rests(struct run *r, bool *ret, struct err *err)
{
    bool rests = false;
    *ret = false;
    if (r->opt->undo || r->opt->repair || r->opt->restore || r->opt->choices || r->opt->release) {
        return RC_OK; /* what a person refused rests, too, and may be released after all */
    }
    enum rc rc = state_link_rests(r->state, r->link.id, &r->window, r->now, &rests, err);
    if (rc != RC_OK || !rests) {
        return rc;
    }
    rc = run_list(r, err);
    if (rc == RC_OK && run_cancelled(r)) {
        return err_set(err, RC_CANCELLED, 0, "stopped on request");
    }
    if (rc != RC_OK || !may_be_same(r, SIDE_LEFT) || !may_be_same(r, SIDE_RIGHT)) {
        return rc;
    }
    rc = listings_same(r, ret, err);
    return rc == RC_OK ? run_window_count(r, err) : rc;
}
