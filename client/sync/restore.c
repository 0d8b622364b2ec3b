/* Brings items of a backup back. First each of them is looked for among what is there now: by its
 * id, by the pair it was in, by its uid, and then by what it holds, so that none is made twice
 * (invariant I2). What is there and differs is changed, member by member; what is not is made
 * again, with the native form it had. What came since stays, unless all else is to go. */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/item/match.h"
#include "client/state/change.h"

/* One item, on one side or both, and what the backup has for it. */
struct target {
    struct entry *entry; /* NULL: to be made */
    size_t saved[2];     /* index + 1 into the backup's items, 0 = not in it */
    bool doubted;        /* something there may be it, or not */
};

struct restore {
    const struct sync_restore *what;
    struct target *items; /* owned */
    size_t count, cap;
    struct map *by_entry_id[2]; /* owned; id in the store -> target index + 1 */
    struct map *by_pair;        /* owned; pair id as text -> target index + 1 */
    struct map *saved_pair[2];  /* owned; the same -> index + 1 of the backup's items */
    bool *used[2];              /* owned; of the backup's items */
};

static void restore_fini(struct restore *p)
{
    for (int s = 0; s < 2; s++) {
        map_free(p->by_entry_id[s]);
        map_free(p->saved_pair[s]);
        free(p->used[s]);
    }
    map_free(p->by_pair);
    free(p->items);
}

static const struct sync_saved *saved_at(const struct restore *p, enum side s, size_t i)
{
    return &p->what->side[s].items[i];
}

static size_t saved_count(const struct restore *p, enum side s)
{
    return p->what->side[s].wanted ? p->what->side[s].count : 0;
}

static bool is_there(const struct entry *e, enum side s)
{
    return e->pair.side[s].id && e->pair.side[s].look < PAIR_MISSING;
}

static void *as_value(size_t index)
{
    return (void *)(uintptr_t)(index + 1); /* NULL means none */
}

static size_t from_value(void *value)
{
    return (size_t)(uintptr_t)value; /* index + 1 */
}

static struct target *add_target(struct restore *p, struct entry *e)
{
    ARRAY_RESERVE(p->items, p->count, p->cap);
    struct target *t = &p->items[p->count++];
    *t = (struct target){.entry = e};
    return t;
}

static void index_entries(struct run *r, struct restore *p)
{
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        if (e->dead || e->failed) {
            continue;
        }
        CLEANUP(mem_free) char *pair = str_printf("%lld", (long long)e->pair.id);
        size_t at = p->count;
        add_target(p, e);
        map_put(p->by_pair, pair, as_value(at));
        for (int s = 0; s < 2; s++) {
            if (e->pair.side[s].id) {
                map_put(p->by_entry_id[s], e->pair.side[s].id, as_value(at));
            }
        }
    }
}

static bool take(struct restore *p, enum side s, size_t saved, size_t target_plus_one)
{
    if (!target_plus_one || p->items[target_plus_one - 1].saved[s]) {
        return false;
    }
    p->items[target_plus_one - 1].saved[s] = saved + 1;
    p->used[s][saved] = true;
    return true;
}

/* ---- where is each item now ---- */

/* The pair that the item was in, if it still has the item that it had on the other side: numbers of
 * pairs are used again one day. */
static size_t same_pair(const struct restore *p, enum side s, const struct sync_saved *saved)
{
    enum side o = side_other(s);
    CLEANUP(mem_free) char *pair = str_printf("%lld", (long long)saved->pair);
    size_t at = from_value(map_get(p->by_pair, pair));
    size_t other = from_value(map_get(p->saved_pair[o], pair));
    const struct entry *e = at ? p->items[at - 1].entry : NULL;
    return e && other && str_eq(saved_at(p, o, other - 1)->id, e->pair.side[o].id) ? at : 0;
}

/* The pair that has the item's id or is the one it was in; index + 1, 0 = none. */
static size_t known_target(const struct restore *p, enum side s, size_t i)
{
    const struct sync_saved *saved = saved_at(p, s, i);
    size_t at = from_value(map_get(p->by_entry_id[s], saved->id));
    return !at && saved->pair ? same_pair(p, s, saved) : at;
}

/* First what is there under its id or in its pair; in the end (`gone`) also what is not: it is made
 * again in its place. */
static void find_known(struct restore *p, enum side s, bool gone)
{
    for (size_t i = 0; i < saved_count(p, s); i++) {
        size_t at = p->used[s][i] ? 0 : known_target(p, s, i);
        struct entry *e = at ? p->items[at - 1].entry : NULL;
        if (e && (gone || is_there(e, s))) {
            take(p, s, i, at);
        }
    }
}

/* The item of a half pair takes the place of what its pair had on that side: another program made
 * it again under another id. */
static enum rc move_half(
    struct run *r, struct entry *from, struct entry *to, enum side s, struct err *err)
{
    struct state_pair_side moved = from->pair.side[s];
    struct state_pair_side *at = &to->pair.side[s];
    enum rc rc = run_entry_forget(r, from, err);
    from->pair.side[s] = (struct state_pair_side){0};
    if (at->id) {
        map_remove(r->by_id[s], at->id);
        free(at->id);
        free(at->version);
    }
    *at = moved;
    at->look = PAIR_LOOK;
    to->proven[s] = false;
    run_entry_index(r, to);
    return rc == RC_OK ? run_entry_save(r, to, err) : rc;
}

/* The backup's item is the one of this target. */
static enum rc claim(
    struct run *r, struct restore *p, enum side s, size_t saved, size_t at, struct err *err)
{
    size_t place = known_target(p, s, saved);
    struct entry *e = at ? p->items[at - 1].entry : NULL;
    struct entry *home = place && place != at ? p->items[place - 1].entry : NULL;
    if (home && !p->items[place - 1].saved[s] && e && !e->pair.side[side_other(s)].id) {
        p->items[at - 1].entry = NULL;
        enum rc rc = move_half(r, e, home, s, err);
        take(p, s, saved, place);
        return rc;
    }
    take(p, s, saved, at);
    return RC_OK;
}

/* Reads the items that are on side s and that the backup has not named so far. */
static enum rc read_unnamed(struct run *r, const struct restore *p, enum side s, struct err *err)
{
    struct entry **want = mem_realloc(NULL, p->count + 1, sizeof *want);
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) {
        struct entry *e = p->items[i].entry;
        if (!p->items[i].saved[s] && is_there(e, s) && !e->cache[s]) {
            want[count++] = e;
        }
    }
    enum rc rc = run_fetch(r, s, want, count, err);
    free(want);
    return rc;
}

static const struct json *unnamed_doc(const struct target *t, enum side s)
{
    const struct store_item *item = t->entry && !t->saved[s] ? t->entry->cache[s] : NULL;
    return item && item->rc == RC_OK ? item->doc : NULL;
}

static char *uid_key(const char *uid)
{
    CLEANUP(json_free) struct json *doc = json_object();
    json_set_str(doc, "uid", uid);
    return match_uid_key(doc);
}

static enum rc find_by_uid(struct run *r, struct restore *p, enum side s, struct err *err)
{
    enum rc rc = RC_OK;
    CLEANUP(map_free) struct map *uids = map_new();
    for (size_t i = 0; i < p->count; i++) {
        const struct json *doc = unnamed_doc(&p->items[i], s);
        CLEANUP(mem_free) char *key = doc ? match_uid_key(doc) : NULL;
        if (key && !map_has(uids, key)) {
            map_put(uids, key, as_value(i));
        }
    }
    for (size_t i = 0; i < saved_count(p, s) && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *key = p->used[s][i] ? NULL : uid_key(saved_at(p, s, i)->uid);
        if (key && map_has(uids, key)) {
            rc = claim(r, p, s, i, from_value(map_get(uids, key)), err);
        }
    }
    return rc;
}

/* What the backup has and what is there, as lists for match_find. */
struct likeness {
    struct match_traits **saved, **there; /* owned */
    size_t *saved_index, *there_index;    /* owned */
    size_t saved_count, there_count;
};

static void likeness_fini(struct likeness *l)
{
    for (size_t i = 0; i < l->saved_count; i++) {
        match_traits_free(l->saved[i]);
    }
    for (size_t i = 0; i < l->there_count; i++) {
        match_traits_free(l->there[i]);
    }
    free(l->saved);
    free(l->there);
    free(l->saved_index);
    free(l->there_index);
}

static void likeness_load(
    const struct run *r, const struct restore *p, enum side s, struct likeness *l)
{
    size_t n = saved_count(p, s);
    l->saved = mem_realloc(NULL, n + 1, sizeof *l->saved);
    l->saved_index = mem_realloc(NULL, n + 1, sizeof(size_t));
    l->there = mem_realloc(NULL, p->count + 1, sizeof *l->there);
    l->there_index = mem_realloc(NULL, p->count + 1, sizeof(size_t));
    for (size_t i = 0; i < p->count; i++) {
        const struct json *doc = unnamed_doc(&p->items[i], s);
        if (doc) {
            l->there_index[l->there_count] = i;
            l->there[l->there_count++] = match_traits_new(r->link.kind, doc);
        }
    }
    for (size_t i = 0; i < n && l->there_count; i++) {
        CLEANUP(json_free) struct json *doc = NULL;
        CLEANUP(mem_free) char *native = NULL;
        if (!p->used[s][i] && p->what->load(p->what->user, s, i, &doc, &native, NULL) == RC_OK) {
            l->saved_index[l->saved_count] = i;
            l->saved[l->saved_count++] = match_traits_new(r->link.kind, doc);
        }
    }
}

/* Marks a backup item as one that must wait: a look-alike is there, and a second one could not be
 * told from it. */
static enum rc find_by_content(struct run *r, struct restore *p, enum side s, struct err *err)
{
    enum rc rc = RC_OK;
    struct likeness l CLEANUP_FINI(likeness_fini) = {0};
    struct match_result found = {0};
    likeness_load(r, p, s, &l);
    if (l.saved_count && l.there_count) {
        match_find(l.saved, l.saved_count, l.there, l.there_count, NULL, NULL, &found);
    }
    for (size_t i = 0; i < found.count && rc == RC_OK; i++) {
        const struct match_pair *pair = &found.pairs[i];
        size_t saved = l.saved_index[pair->left];
        if (pair->sure) {
            rc = claim(r, p, s, saved, l.there_index[pair->right] + 1, err);
        } else if (!p->used[s][saved]) {
            p->used[s][saved] = true;
            add_target(p, NULL)->doubted = true;
            p->items[p->count - 1].saved[s] = saved + 1;
        }
    }
    match_result_fini(&found);
    return rc;
}

/* What is nowhere: to be made, with the two halves of a pair that was as one target. */
static void add_missing(struct restore *p, enum side s, struct map *made)
{
    for (size_t i = 0; i < saved_count(p, s); i++) {
        const struct sync_saved *saved = saved_at(p, s, i);
        if (p->used[s][i]) {
            continue;
        }
        CLEANUP(mem_free)
        char *key = saved->pair ? str_printf("%lld", (long long)saved->pair) : uid_key(saved->uid);
        size_t at = key ? from_value(map_get(made, key)) : 0;
        if (!take(p, s, i, at)) {
            add_target(p, NULL);
            take(p, s, i, p->count);
            if (key) {
                map_put(made, key, as_value(p->count - 1));
            }
        }
    }
}

static enum rc find_side(struct run *r, struct restore *p, enum side s, struct err *err)
{
    size_t open = 0;
    find_known(p, s, false);
    for (size_t k = 0; k < saved_count(p, s); k++) {
        open += !p->used[s][k];
    }
    enum rc rc = open ? read_unnamed(r, p, s, err) : RC_OK;
    if (rc == RC_OK && open) {
        rc = state_begin(r->state, err);
        if (rc == RC_OK && (rc = find_by_uid(r, p, s, err)) == RC_OK) {
            rc = find_by_content(r, p, s, err);
        }
        if (rc == RC_OK) {
            rc = state_commit(r->state, err);
        } else {
            state_rollback(r->state);
        }
    }
    find_known(p, s, true);
    for (size_t k = 0; k < p->count; k++) {
        if (p->items[k].entry) {
            entry_uncache(p->items[k].entry, s);
        }
    }
    return rc;
}

static enum rc find_all(struct run *r, struct restore *p, struct err *err)
{
    p->by_pair = map_new();
    for (int s = 0; s < 2; s++) {
        p->by_entry_id[s] = map_new();
        p->used[s] = mem_alloc((saved_count(p, (enum side)s) + 1) * sizeof(bool));
        p->saved_pair[s] = map_new();
        for (size_t i = 0; i < p->what->side[s].count; i++) {
            CLEANUP(mem_free)
            char *pair = str_printf("%lld", (long long)saved_at(p, (enum side)s, i)->pair);
            map_put(p->saved_pair[s], pair, as_value(i));
        }
    }
    index_entries(r, p);
    enum rc rc = find_side(r, p, SIDE_LEFT, err);
    if (rc == RC_OK) {
        rc = find_side(r, p, SIDE_RIGHT, err);
    }
    CLEANUP(map_free) struct map *made = map_new();
    add_missing(p, SIDE_LEFT, made);
    add_missing(p, SIDE_RIGHT, made);
    return rc;
}

/* ---- the plan ---- */

static bool is_to_go(const struct restore *p, const struct target *t, enum side s)
{
    return p->what->exact && p->what->side[s].wanted && !t->saved[s] && t->entry &&
           is_there(t->entry, s);
}

static enum rc want_saved(struct run *r, struct work *w, enum side s, struct json *doc /* owned */,
    const char *native, struct err *err)
{
    struct work_side *side = &w->side[s];
    if (!side->now) {
        const struct json *other = w->side[side_other(s)].wanted ? w->side[side_other(s)].wanted
                                                                 : w->side[side_other(s)].now;
        if (other) {
            doc_rekey(doc, other); /* both sides of a pair share one id space */
        }
        work_want_again(r, w, s, doc, native);
        return RC_OK;
    }
    CLEANUP(json_free) struct json *saved = doc;
    doc_recognize(saved, side->now);
    side->patch = merge_own_patch(side->now, saved);
    side->wanted = json_dup(side->now);
    w->step.action = PLAN_MERGE;
    if (json_count(side->patch)) {
        side->write = true;
        side->op = STATE_UPDATE;
        return doc_apply(side->wanted, side->patch, err);
    }
    json_free(side->patch);
    json_free(side->wanted);
    side->patch = side->wanted = NULL;
    return RC_OK;
}

static enum rc decide_side(struct run *r, const struct restore *p, const struct target *t,
    struct work *w, enum side s, struct err *err)
{
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP(mem_free) char *native = NULL;
    if (t->saved[s]) {
        enum rc rc = p->what->load(p->what->user, s, t->saved[s] - 1, &doc, &native, err);
        if (rc != RC_OK) {
            return rc;
        }
        refs_enter(r, s, doc, w->side[s].base);
        return want_saved(r, w, s, TAKE(doc), native, err);
    }
    if (is_to_go(p, t, s) && w->side[s].now) {
        w->side[s].write = true;
        w->side[s].op = STATE_DELETE;
        w->step = (struct plan_step){PLAN_DELETE, s};
    }
    return RC_OK;
}

static enum rc decide(
    struct run *r, const struct restore *p, const struct target *t, struct work *w, struct err *err)
{
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        bool gone = side->state == PLAN_GONE && w->entry->proven[s];
        if (side->state == PLAN_UNREADABLE || (side->state == PLAN_GONE && !gone)) {
            return err_set(err, side->rc == RC_OK ? RC_INCOMPLETE : side->rc, 0, "%s",
                side->error ? side->error : "it is not certain whether it is gone");
        }
    }
    w->step.action = PLAN_NOTHING;
    enum rc rc = decide_side(r, p, t, w, SIDE_LEFT, err);
    if (rc == RC_OK) {
        rc = decide_side(r, p, t, w, SIDE_RIGHT, err);
    }
    bool creates = false;
    for (int s = 0; s < 2; s++) {
        creates |= w->side[s].write && w->side[s].op == STATE_CREATE;
    }
    bool alone = false; /* what is brought back here must not follow its copy, which is gone */
    for (int s = 0; s < 2; s++) {
        const struct work_side *other = &w->side[side_other((enum side)s)];
        alone |= t->saved[s] && w->side[s].now && other->state == PLAN_GONE && !other->write;
    }
    if (creates) {
        w->step.action = PLAN_CREATE; /* the uid chosen for it is written down beforehand */
    } else if (!w->side[SIDE_LEFT].write && !w->side[SIDE_RIGHT].write) {
        w->step.action = alone ? PLAN_MERGE : PLAN_NOTHING;
    }
    w->travels = !t->saved[SIDE_LEFT] || !t->saved[SIDE_RIGHT];
    return rc;
}

static void leave_doubted(struct run *r, const struct restore *p, const struct target *t)
{
    enum side s = t->saved[SIDE_LEFT] ? SIDE_LEFT : SIDE_RIGHT;
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP(mem_free) char *native = NULL;
    CLEANUP(mem_free) char *title = NULL;
    if (p->what->load(p->what->user, s, t->saved[s] - 1, &doc, &native, NULL) == RC_OK) {
        title = doc_title(r->link.kind, doc);
    }
    r->report->failed++;
    run_tell(r, title, s, "restore", RC_CONFLICT, false,
        "something like it is there, and it is not certain that it is the same: not made again");
}

static enum rc target_entry(
    struct run *r, const struct restore *p, struct target *t, struct err *err)
{
    if (!t->entry) {
        enum side s = t->saved[SIDE_RIGHT] ? SIDE_RIGHT : SIDE_LEFT;
        const char *uid = saved_at(p, s, t->saved[s] - 1)->uid;
        enum rc rc = run_entry_revive(r, 0, uid, s, &t->entry, err);
        if (rc == RC_OK) {
            t->entry->proven[s] = true; /* it names nothing that could be there */
        }
        return rc;
    }
    for (int s = 0; s < 2; s++) {
        if (t->entry->pair.side[s].look == PAIR_CLEAN) {
            t->entry->pair.side[s].look = PAIR_LOOK; /* in memory: it is read as it is now */
        }
    }
    return RC_OK;
}

static enum rc portion(struct run *r, const struct restore *p, struct works *w,
    struct target *const *targets, struct err *err)
{
    enum rc rc = works_load(r, w, err);
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        struct err own = ERR_INIT;
        if (decide(r, p, targets[i], &w->items[i], &own) != RC_OK) {
            enum side s = targets[i]->saved[SIDE_LEFT] ? SIDE_LEFT : SIDE_RIGHT;
            work_leave(r, &w->items[i], s, own.rc, err_text(&own)); /* its own trouble */
        }
        err_fini(&own);
    }
    if (rc != RC_OK) {
        return rc;
    }
    return r->opt->preview ? works_preview(r, w, err) : works_write(r, w, err);
}

static enum rc work_all(struct run *r, struct restore *p, struct err *err)
{
    size_t size = run_batch(r, SIDE_LEFT), next = 0;
    struct target **targets = mem_realloc(NULL, size, sizeof *targets);
    enum rc rc = RC_OK;
    while (next < p->count && rc == RC_OK) {
        struct works w = {mem_realloc(NULL, size, sizeof(struct work)), 0};
        if (run_cancelled(r)) {
            rc = err_set(err, RC_CANCELLED, 0, "stopped on request");
        }
        while (rc == RC_OK && next < p->count && w.count < size) {
            struct target *t = &p->items[next++];
            if (t->doubted) {
                leave_doubted(r, p, t);
                continue;
            }
            if (t->saved[SIDE_LEFT] || t->saved[SIDE_RIGHT] || is_to_go(p, t, SIDE_LEFT) ||
                is_to_go(p, t, SIDE_RIGHT)) {
                rc = target_entry(r, p, t, err);
                targets[w.count] = t;
                w.items[w.count++] = (struct work){.entry = t->entry, .repair = true};
            }
        }
        if (rc == RC_OK && w.count) {
            rc = portion(r, p, &w, targets, err);
        }
        works_fini(&w);
        run_progress(r, "write", next, p->count);
    }
    free(targets);
    return rc;
}

static enum rc check_deletes(const struct run *r, const struct restore *p, struct err *err)
{
    long deletes[2] = {0, 0};
    for (size_t i = 0; i < p->count; i++) {
        for (int s = 0; s < 2; s++) {
            deletes[s] += is_to_go(p, &p->items[i], (enum side)s);
        }
    }
    return run_deletes_agreed(r, deletes, p->what->deletes, err);
}

enum rc run_restore(struct run *r, struct err *err)
{
    struct restore p CLEANUP_FINI(restore_fini) = {.what = r->opt->restore};
    for (int s = 0; s < 2; s++) {
        if (p.what->side[s].wanted && r->access[s] == PLAN_READONLY) {
            return err_set(err, RC_READONLY, 0,
                "the folder in %s is read-only: nothing can be brought back there",
                run_side_name(r, (enum side)s));
        }
    }
    enum rc rc = run_look_whole(r, err);
    if (rc == RC_OK) {
        rc = find_all(r, &p, err);
    }
    if (rc == RC_OK) {
        rc = check_deletes(r, &p, err);
    }
    return rc == RC_OK ? work_all(r, &p, err) : rc;
}

enum rc sync_restore(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_restore *what, const struct sync_options *options, struct sync_report *ret,
    struct err *err)
{
    struct sync_options with = *options;
    with.restore = what;
    with.retry_now = true;
    return sync_run(state, link, left, right, &with, ret, err);
}
