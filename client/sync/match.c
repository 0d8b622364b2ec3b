/* Which new items on the two sides are one and the same (invariant I2: none multiplied). Equal uids
 * are; without them two items whose match keys are equal, if that key is unique among the new items
 * on both sides. Everything else is doubtful and is left as two. Joined items are merged field by
 * field afterwards like any other pair without a base. */
#include "client/sync/internal.h"

#include "client/item/doc.h"

struct halves {
    struct entry **items; /* owned */
    size_t count;
};

static struct halves collect(const struct run *r, enum side s, bool *ret_due)
{
    struct halves h = {mem_realloc(NULL, r->count + 1, sizeof *h.items), 0};
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        if (!e->dead && e->pair.side[s].id && !e->pair.side[side_other(s)].id) {
            h.items[h.count++] = e;
            *ret_due |= run_entry_due(r, e) && !run_entry_delayed(r, e);
        }
    }
    return h;
}

static enum rc fetch_uncached(struct run *r, enum side s, const struct halves *h, struct err *err)
{
    struct entry **want = mem_realloc(NULL, h->count + 1, sizeof *want);
    size_t count = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (!h->items[i]->cache[s]) {
            want[count++] = h->items[i];
        }
    }
    enum rc rc = run_fetch(r, s, want, count, err);
    free(want);
    for (size_t i = 0; i < h->count && rc == RC_OK; i++) {
        enum rc item = h->items[i]->cache[s]->rc;
        /* What does not parse is somebody's broken item; what could not be fetched now may be any
         * item, also one we are about to copy. */
        if (item == RC_SERVER || item == RC_OFFLINE || item == RC_IO || item == RC_BUSY) {
            r->unsure[s] = true;
        }
    }
    return rc;
}

static const struct json *half_doc(const struct entry *e, enum side s)
{
    return e->cache[s] && e->cache[s]->rc == RC_OK ? e->cache[s]->doc : NULL;
}

/* uid -> the first entry that has it. */
static struct map *index_uids(const struct halves *h, enum side s)
{
    struct map *m = map_new();
    for (size_t i = 0; i < h->count; i++) {
        const char *uid = json_get_str(half_doc(h->items[i], s), "uid");
        if (!str_empty(uid) && !map_has(m, uid)) {
            map_put(m, uid, h->items[i]);
        }
    }
    return m;
}

/* key -> its entry, or `ambiguous` if several have it. */
static struct map *index_keys(
    const struct run *r, const struct halves *h, enum side s, struct entry *ambiguous)
{
    struct map *m = map_new();
    for (size_t i = 0; i < h->count; i++) {
        const struct json *doc = half_doc(h->items[i], s);
        if (!doc || h->items[i]->dead || !entry_half(h->items[i])) {
            continue;
        }
        CLEANUP(mem_free) char *key = doc_match_key(r->link.kind, doc);
        if (key) {
            map_put(m, key, map_has(m, key) ? ambiguous : h->items[i]);
        }
    }
    return m;
}

/* Joins two half pairs into the left one. */
static enum rc join(struct run *r, struct entry *left, struct entry *right, struct err *err)
{
    struct state_pair_side side = right->pair.side[SIDE_RIGHT];
    struct store_item *cache = TAKE(right->cache[SIDE_RIGHT]);
    const char *uid = json_get_str(cache->doc, "uid");
    if (str_empty(uid)) {
        uid = json_get_str(half_doc(left, SIDE_LEFT), "uid");
    }
    enum rc rc = run_entry_forget(r, right, err);
    right->pair.side[SIDE_RIGHT] = (struct state_pair_side){0}; /* moves over */
    left->pair.side[SIDE_RIGHT] = side;
    left->pair.side[SIDE_RIGHT].look = PAIR_LOOK;
    left->pair.side[SIDE_LEFT].look = PAIR_LOOK;
    left->cache[SIDE_RIGHT] = cache;
    left->pair.failures = 0;
    left->pair.next_try = 0;
    if (!str_empty(uid)) {
        str_replace(&left->pair.uid, uid);
    }
    run_entry_index(r, left);
    if (rc == RC_OK) {
        rc = state_problem_clear(r->state, left->pair.id, err);
    }
    if (rc == RC_OK) {
        rc = run_entry_save(r, left, err);
    }
    r->report->paired++;
    return rc;
}

static enum rc join_equal_uids(
    struct run *r, const struct halves *left, const struct halves *right, struct err *err)
{
    CLEANUP(map_free) struct map *uids = index_uids(right, SIDE_RIGHT);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < left->count && rc == RC_OK; i++) {
        const char *uid = json_get_str(half_doc(left->items[i], SIDE_LEFT), "uid");
        struct entry *other = str_empty(uid) ? NULL : map_get(uids, uid);
        if (other) {
            map_remove(uids, uid); /* a second left item of that uid is a copy and stays one */
            rc = join(r, left->items[i], other, err);
        }
    }
    return rc;
}

static enum rc join_equal_keys(
    struct run *r, const struct halves *left, const struct halves *right, struct err *err)
{
    struct entry ambiguous;
    CLEANUP(map_free) struct map *lefts = index_keys(r, left, SIDE_LEFT, &ambiguous);
    CLEANUP(map_free) struct map *rights = index_keys(r, right, SIDE_RIGHT, &ambiguous);
    size_t cursor = 0;
    const char *key;
    void *value;
    enum rc rc = RC_OK;
    while (rc == RC_OK && map_entry(lefts, &cursor, &key, &value)) {
        struct entry *other = map_get(rights, key);
        if (value != &ambiguous && other && other != &ambiguous) {
            rc = join(r, value, other, err);
        }
    }
    return rc;
}

enum rc run_match(struct run *r, struct err *err)
{
    bool due = false;
    struct halves left = collect(r, SIDE_LEFT, &due), right = collect(r, SIDE_RIGHT, &due);
    r->unsure[SIDE_LEFT] = r->unsure[SIDE_RIGHT] = false;
    enum rc rc = RC_OK;
    if (due && left.count && right.count) {
        rc = fetch_uncached(r, SIDE_LEFT, &left, err);
        if (rc == RC_OK) {
            rc = fetch_uncached(r, SIDE_RIGHT, &right, err);
        }
        if (rc == RC_OK) {
            rc = state_begin(r->state, err);
        }
        if (rc == RC_OK) {
            rc = join_equal_uids(r, &left, &right, err);
            if (rc == RC_OK) {
                rc = join_equal_keys(r, &left, &right, err);
            }
            if (rc == RC_OK) {
                rc = state_commit(r->state, err);
            } else {
                state_rollback(r->state);
            }
        }
    }
    free(left.items);
    free(right.items);
    return rc;
}
