/* Which new items on the two sides are one and the same (invariant I2: none multiplied). Equal uids
 * are; without them client/item/match.h scores what they hold. Certain pairs are joined and then
 * merged field by field like any other pair without a base. Doubtful ones are noted for a person
 * and wait, on both sides, until somebody has decided or REVIEW_DAYS are over: a copy could not be
 * told from the original any more. */
#include "client/sync/internal.h"

#include "client/item/match.h"
#include "client/state/review.h"

struct halves {
    struct entry **items;         /* owned */
    struct match_traits **traits; /* owned; NULL where an item is joined or cannot be read */
    size_t count;
};

struct matching {
    struct run *r;
    struct halves side[2];
    struct state_reviews reviews;
    struct map *by_items; /* "left\x1fright" -> struct state_review */
};

static void matching_fini(struct matching *m)
{
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; m->side[s].traits && i < m->side[s].count; i++) {
            match_traits_free(m->side[s].traits[i]);
        }
        free(m->side[s].traits);
        free(m->side[s].items);
    }
    map_free(m->by_items);
    state_reviews_fini(&m->reviews);
}

/* The half pair of an item, if it still is one. */
static struct entry *half_of(const struct run *r, const struct state_review *v, enum side s)
{
    struct entry *e = map_get(r->by_id[s], v->item[s]);
    return e && !e->dead && entry_half(e) && e->pair.side[s].look != PAIR_GONE ? e : NULL;
}

static bool review_expired(const struct run *r, const struct state_review *v)
{
    return v->decision == REVIEW_OPEN && r->now - v->since >= (int64_t)REVIEW_DAYS * 86400;
}

static bool review_apart(const struct run *r, const struct state_review *v)
{
    return v->decision == REVIEW_DIFFERENT || review_expired(r, v);
}

/* Nothing has changed since they were compared: they go on waiting, unread. */
static bool review_stands(const struct run *r, const struct state_review *v)
{
    if (v->decision != REVIEW_OPEN || review_expired(r, v)) {
        return false;
    }
    for (int s = 0; s < 2; s++) {
        const struct entry *e = half_of(r, v, (enum side)s);
        if (!e || !str_eq(e->pair.side[s].version, v->version[s])) {
            return false;
        }
    }
    return true;
}

static void mark_doubted(struct matching *m)
{
    for (size_t i = 0; i < m->r->count; i++) {
        m->r->entries[i]->doubted = false;
    }
    for (size_t i = 0; i < m->reviews.count; i++) {
        const struct state_review *v = &m->reviews.items[i];
        for (int s = 0; s < 2 && review_stands(m->r, v); s++) {
            half_of(m->r, v, (enum side)s)->doubted = true;
        }
    }
}

static void count_doubted(struct run *r)
{
    r->report->doubted = 0;
    for (size_t i = 0; i < r->count; i++) {
        r->report->doubted += r->entries[i]->doubted && !r->entries[i]->dead;
    }
}

static struct halves collect(const struct run *r, enum side s, bool *ret_due)
{
    struct halves h = {mem_realloc(NULL, r->count + 1, sizeof *h.items), NULL, 0};
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        if (!e->dead && e->pair.side[s].id && !e->pair.side[side_other(s)].id &&
            e->pair.side[s].look != PAIR_GONE) {
            h.items[h.count++] = e;
            *ret_due |= run_entry_due(r, e) && !run_entry_delayed(r, e);
        }
    }
    h.traits = mem_alloc((h.count + 1) * sizeof *h.traits);
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
        /* Listed, and a moment later not there: gone just now, or a wrong answer. The next pass
         * lists anew; what is listed even then and never there holds nobody up. */
        if (item == RC_NOT_FOUND && r->pass + 1 < RUN_PASSES) {
            r->unsure[s] = true;
            r->again = true;
        }
    }
    return rc;
}

static const struct json *half_doc(const struct entry *e, enum side s)
{
    return e->cache[s] && e->cache[s]->rc == RC_OK ? e->cache[s]->doc : NULL;
}

/* Its uid in one spelling; of an item whose store keeps none, the one that was chosen for a copy of it:
 * a create that was cut off may have arrived where nobody can know (invariant I5). Caller frees. */
static char *half_uid(const struct entry *e, enum side s)
{
    char *uid = match_uid_key(half_doc(e, s));
    if (uid || !half_doc(e, s) || str_empty(e->pair.uid)) {
        return uid;
    }
    CLEANUP(json_free) struct json *chosen = json_object();
    json_set_str(chosen, "uid", e->pair.uid);
    return match_uid_key(chosen);
}

/* uid in one spelling -> the first entry that has it. */
static struct map *index_uids(const struct halves *h, enum side s)
{
    struct map *m = map_new();
    for (size_t i = 0; i < h->count; i++) {
        CLEANUP(mem_free) char *uid = half_uid(h->items[i], s);
        if (uid && !map_has(m, uid)) {
            map_put(m, uid, h->items[i]);
        }
    }
    return m;
}

/* Joins two half pairs into the left one. */
static enum rc join(struct run *r, struct entry *left, struct entry *right, struct err *err)
{
    struct state_pair_side side = right->pair.side[SIDE_RIGHT];
    struct store_item *cache = TAKE(right->cache[SIDE_RIGHT]);
    const char *uid = cache ? json_get_str(cache->doc, "uid") : NULL;
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
    left->doubted = right->doubted = false;
    left->likeness |= right->likeness;
    left->outside = 0;
    if (!str_empty(uid)) {
        str_replace(&left->pair.uid, uid);
    }
    run_entry_index(r, left);
    if (rc == RC_OK) {
        rc = state_problem_clear(r->state, left->pair.id, err);
    }
    if (rc == RC_OK) {
        rc = state_outside_delete(r->state, left->pair.id, err);
    }
    if (rc == RC_OK) {
        rc = run_entry_save(r, left, err);
    }
    r->report->paired++;
    return rc;
}

static enum rc join_equal_uids(struct matching *m, struct err *err)
{
    const struct halves *left = &m->side[SIDE_LEFT];
    CLEANUP(map_free) struct map *uids = index_uids(&m->side[SIDE_RIGHT], SIDE_RIGHT);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < left->count && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *uid = half_uid(left->items[i], SIDE_LEFT);
        struct entry *other = uid ? map_get(uids, uid) : NULL;
        bool alike = other && refs_is_group(half_doc(left->items[i], SIDE_LEFT)) ==
                                  refs_is_group(half_doc(other, SIDE_RIGHT));
        if (alike) {
            map_remove(uids, uid); /* a second left item of that uid is a copy and stays one */
            rc = join(m->r, left->items[i], other, err);
        }
    }
    return rc;
}

/* What a person said to be the same. */
static enum rc join_decided(struct matching *m, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < m->reviews.count && rc == RC_OK; i++) {
        const struct state_review *v = &m->reviews.items[i];
        struct entry *left = half_of(m->r, v, SIDE_LEFT), *right = half_of(m->r, v, SIDE_RIGHT);
        if (v->decision == REVIEW_SAME && left && right) {
            rc = join(m->r, left, right, err);
        }
    }
    return rc;
}

/* ---- by what they hold ---- */

/* Of all that is not a group, or of groups only; a group is known by its members once these are
 * joined. */
static size_t make_traits(struct matching *m, enum side s, bool groups)
{
    struct halves *h = &m->side[s];
    size_t count = 0;
    for (size_t i = 0; i < h->count; i++) {
        struct entry *e = h->items[i];
        const struct json *doc = half_doc(e, s);
        match_traits_free(h->traits[i]);
        h->traits[i] = NULL;
        if (doc && !e->dead && entry_half(e) && refs_is_group(doc) == groups) {
            if (groups) {
                refs_enter(m->r, s, e->cache[s]->doc, NULL);
            }
            h->traits[i] = match_traits_new(m->r->link.kind, doc);
            count++;
        }
    }
    return count;
}

static enum rc load_reviews(struct matching *m, struct err *err)
{
    enum rc rc = state_reviews_load(m->r->state, m->r->link.id, &m->reviews, err);
    m->by_items = map_new();
    for (size_t i = 0; i < m->reviews.count; i++) {
        struct state_review *v = &m->reviews.items[i];
        CLEANUP(mem_free)
        char *key = str_printf("%s\x1f%s", v->item[SIDE_LEFT], v->item[SIDE_RIGHT]);
        map_put(m->by_items, key, v);
    }
    return rc;
}

static bool told_apart(void *user, size_t left, size_t right)
{
    const struct matching *m = user;
    if (!m->reviews.count) {
        return false;
    }
    CLEANUP(mem_free)
    char *key = str_printf("%s\x1f%s", m->side[SIDE_LEFT].items[left]->pair.side[SIDE_LEFT].id,
        m->side[SIDE_RIGHT].items[right]->pair.side[SIDE_RIGHT].id);
    const struct state_review *v = map_get(m->by_items, key);
    return v && review_apart(m->r, v);
}

/* Two calls on one day are two calls. Only between folders that another tool kept in step, or did
 * not any more, may one be the other, moved. */
static bool worth_asking(const struct run *r, const struct match_pair *p)
{
    return !r->started || p->score >= MATCH_SURE || !(p->reasons & MATCH_OTHER_START);
}

static enum rc note_doubt(struct matching *m, const struct match_pair *p, struct err *err)
{
    struct run *r = m->r;
    struct state_review v = {.link = r->link.id, .score = p->score, .since = r->now};
    const size_t index[2] = {p->left, p->right};
    for (int s = 0; s < 2; s++) {
        struct entry *e = m->side[s].items[index[s]];
        e->doubted = true;
        v.item[s] = mem_strdup(e->pair.side[s].id);
        v.version[s] = mem_strdup(e->pair.side[s].version);
        v.text[s] = match_words(r->link.kind, half_doc(e, (enum side)s));
    }
    v.reasons = match_reasons_text(p->reasons);
    enum rc rc = state_review_put(r->state, &v, err);
    state_review_fini(&v);
    return rc;
}

static enum rc join_found(struct matching *m, bool groups, struct err *err)
{
    struct match_result found = {0};
    size_t left = make_traits(m, SIDE_LEFT, groups), right = make_traits(m, SIDE_RIGHT, groups);
    if (!left || !right) {
        return RC_OK;
    }
    match_find(m->side[SIDE_LEFT].traits, m->side[SIDE_LEFT].count, m->side[SIDE_RIGHT].traits,
        m->side[SIDE_RIGHT].count, told_apart, m, &found);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < found.count && rc == RC_OK; i++) {
        const struct match_pair *p = &found.pairs[i];
        if (p->sure) {
            rc = join(
                m->r, m->side[SIDE_LEFT].items[p->left], m->side[SIDE_RIGHT].items[p->right], err);
        } else if (worth_asking(m->r, p)) {
            rc = note_doubt(m, p, err);
        }
    }
    match_result_fini(&found);
    return rc;
}

static enum rc join_by_content(struct matching *m, struct err *err)
{
    for (size_t i = 0; i < m->r->count; i++) {
        m->r->entries[i]->doubted = false;
    }
    enum rc rc = join_found(m, false, err);
    return rc == RC_OK ? join_found(m, true, err) : rc;
}

/* Rows whose items are paired or gone, or no longer look alike. */
static enum rc drop_reviews(struct matching *m, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < m->reviews.count && rc == RC_OK; i++) {
        const struct state_review *v = &m->reviews.items[i];
        const struct entry *left = half_of(m->r, v, SIDE_LEFT);
        const struct entry *right = half_of(m->r, v, SIDE_RIGHT);
        bool alike = left && right && (review_apart(m->r, v) || (left->doubted && right->doubted));
        if (!alike) {
            rc = state_review_delete(m->r->state, v->id, err);
        }
    }
    return rc;
}

static bool reviews_stale(const struct matching *m)
{
    for (size_t i = 0; i < m->reviews.count; i++) {
        const struct state_review *v = &m->reviews.items[i];
        if (!half_of(m->r, v, SIDE_LEFT) || !half_of(m->r, v, SIDE_RIGHT)) {
            return true;
        }
    }
    return false;
}

static enum rc drop_alone(struct matching *m, struct err *err)
{
    enum rc rc = state_begin(m->r->state, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = drop_reviews(m, err);
    if (rc == RC_OK) {
        return state_commit(m->r->state, err);
    }
    state_rollback(m->r->state);
    return rc;
}

static enum rc match_all(struct matching *m, struct err *err)
{
    enum rc rc = run_likenesses_load(m->r, err);
    if (rc == RC_OK) {
        rc = fetch_uncached(m->r, SIDE_LEFT, &m->side[SIDE_LEFT], err);
    }
    if (rc == RC_OK) {
        rc = fetch_uncached(m->r, SIDE_RIGHT, &m->side[SIDE_RIGHT], err);
    }
    if (rc == RC_OK) {
        rc = state_begin(m->r->state, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    rc = join_equal_uids(m, err);
    if (rc == RC_OK) {
        rc = join_decided(m, err);
    }
    if (rc == RC_OK) {
        rc = join_by_content(m, err);
    }
    if (rc == RC_OK) {
        rc = drop_reviews(m, err);
    }
    if (rc == RC_OK) {
        return state_commit(m->r->state, err);
    }
    state_rollback(m->r->state);
    return rc;
}

enum rc run_match(struct run *r, struct err *err)
{
    bool due = false;
    struct matching m CLEANUP_FINI(matching_fini) = {.r = r};
    r->unsure[SIDE_LEFT] = r->unsure[SIDE_RIGHT] = false;
    enum rc rc = load_reviews(&m, err);
    if (rc != RC_OK) {
        return rc;
    }
    mark_doubted(&m);
    for (size_t i = 0; i < m.reviews.count; i++) {
        due |= m.reviews.items[i].decision == REVIEW_SAME;
    }
    m.side[SIDE_LEFT] = collect(r, SIDE_LEFT, &due);
    m.side[SIDE_RIGHT] = collect(r, SIDE_RIGHT, &due);
    if (due && m.side[SIDE_LEFT].count && m.side[SIDE_RIGHT].count) {
        rc = match_all(&m, err);
        run_likenesses_drop(r);
    } else if (reviews_stale(&m)) {
        rc = drop_alone(&m, err);
    }
    count_doubted(r);
    return rc;
}
