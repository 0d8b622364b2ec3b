/* Plans an undo: from what history says a run did to each item, what must be written now to have it
 * as it was before. The writing, the journal and the reading back are those of every run (write.c);
 * undo_settle.c takes the results into the pairs. What each kind of change means is told in
 * README.md, "Undo". */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

/* What the run did to one pair: usually one row, more if it had to look again. */
struct undo_item {
    const struct state_change *rows; /* borrowed; newest first */
    size_t count;
};

struct undo {
    struct state_changes changes; /* sorted by pair, then newest first */
    struct state_images images;
    struct entry **known; /* owned; the pairs there were at the start, in order of id */
    size_t known_count;
    bool matched; /* something fitted the filter */
};

static void undo_fini(struct undo *u)
{
    state_changes_fini(&u->changes);
    state_images_fini(&u->images);
    free(u->known);
}

static int by_pair(const void *a, const void *b)
{
    const struct state_change *x = a, *y = b;
    if (x->pair != y->pair) {
        return x->pair < y->pair ? -1 : 1;
    }
    return x->id > y->id ? -1 : x->id < y->id;
}

static enum rc undo_open(struct run *r, struct undo *u, struct err *err)
{
    int64_t id = r->opt->undo->run;
    struct state_run run CLEANUP_FINI(state_run_fini) = {0};
    enum rc rc = state_run_get(r->state, id, &run, err);
    if (rc == RC_OK && run.link != r->link.id) {
        rc = err_set(err, RC_NOT_FOUND, 0, "run %lld is not one of this link", (long long)id);
    }
    if (rc == RC_OK) {
        rc = state_changes_load(r->state, id, 0, &u->changes, err);
    }
    if (rc == RC_OK && !u->changes.count) {
        rc = err_set(err, RC_NOT_FOUND, 0,
            "run %lld cannot be undone: it wrote nothing, or it is too long ago and its changes "
            "are no longer kept",
            (long long)id);
    }
    if (rc == RC_OK) {
        rc = state_images_load(r->state, id, &u->images, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    qsort(u->changes.items, u->changes.count, sizeof *u->changes.items, by_pair);
    u->known = mem_realloc(NULL, r->count + 1, sizeof(struct entry *));
    for (size_t i = 0; i < r->count; i++) {
        u->known[u->known_count++] = r->entries[i];
    }
    return RC_OK;
}

static struct entry *known_pair(const struct undo *u, int64_t pair)
{
    size_t low = 0, high = u->known_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u->known[middle]->pair.id < pair) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct entry *e = low < u->known_count ? u->known[low] : NULL;
    return e && e->pair.id == pair && !e->dead ? e : NULL;
}

static bool is_wanted(const struct run *r, const struct undo_item *item)
{
    const char *filter = r->opt->undo->item;
    for (size_t i = 0; filter && i < item->count; i++) {
        const struct state_change *c = &item->rows[i];
        if (str_eq(filter, c->title) || str_eq(filter, c->uid) ||
            str_eq(filter, c->side[SIDE_LEFT].item) || str_eq(filter, c->side[SIDE_RIGHT].item)) {
            return true;
        }
    }
    return !filter;
}

/* Left as it is, with the reason. */
static void leave(struct run *r, const struct undo_item *item, enum side s, const char *text)
{
    r->report->failed++;
    run_tell(r, item->rows->title, s, "undo", RC_CONFLICT, false, text);
}

/* ---- an update: members back to their values ---- */

/* In a patch, null means absent. */
static bool same_value(const struct json *a, const struct json *b)
{
    return json_equal(json_is_null(a) ? NULL : a, json_is_null(b) ? NULL : b);
}

struct undo_patches {
    struct json *back[2], *forth[2]; /* owned */
};

static void patches_fini(struct undo_patches *p)
{
    for (int s = 0; s < 2; s++) {
        json_free(p->back[s]);
        json_free(p->forth[s]);
    }
}

static enum rc parse_or_empty(const char *text, struct json **ret, struct err *err)
{
    if (!text) {
        *ret = json_object();
        return RC_OK;
    }
    return json_parse(text, strlen(text), ret, err);
}

static enum rc patches_read(const struct state_change *c, struct undo_patches *ret, struct err *err)
{
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        rc = parse_or_empty(c->side[s].back, &ret->back[s], err);
        if (rc == RC_OK) {
            rc = parse_or_empty(c->side[s].forth, &ret->forth[s], err);
        }
    }
    return rc;
}

/* The members that are neither as the run left them nor as they were before it: edited since. On
 * either side counts for both, or the sides would part there. */
static void find_edited(const struct work *w, const struct undo_patches *p, struct json *edited)
{
    for (int s = 0; s < 2; s++) {
        for (struct json *m = json_first(p->back[s]); m; m = json_next(m)) {
            const char *path = json_key(m);
            const struct json *is = json_pointer(w->side[s].wanted, path);
            if (!same_value(is, json_get(p->forth[s], path)) && !same_value(is, m)) {
                json_set_bool(edited, path, true);
            }
        }
    }
}

/* The map in which the path leads to an entry, "notes" of "notes/n1/note"; NULL: a member of the item. Caller
 * frees. */
static char *map_of(const char *path)
{
    const char *slash = strchr(path, '/');
    return slash ? mem_strndup(path, (size_t)(slash - path)) : NULL;
}

/* What is left of a patch; caller frees. */
static struct json *without(const struct json *patch, const struct json *edited)
{
    struct json *rest = json_object();
    for (const struct json *m = json_first(patch); m; m = json_next(m)) {
        if (!json_get(edited, json_key(m))) {
            json_set(rest, json_key(m), json_dup(m));
        }
    }
    return rest;
}

static void leave_map(const struct undo_patches *p, const char *map, struct json *edited)
{
    for (int s = 0; s < 2; s++) {
        for (const struct json *m = json_first(p->back[s]); m; m = json_next(m)) {
            if (merge_paths_overlap(json_key(m), map)) {
                json_set_bool(edited, json_key(m), true);
            }
        }
    }
}

/* Notes that somebody has written into another text since do not come back beside it, not by force either, and
 * whether or not the run knew that text by its id: all of them stay as they are. Not of an item that nobody has
 * touched since: that may have said it twice before the run, too. */
static enum rc find_repeated(
    const struct work *w, const struct undo_patches *p, struct json *edited, struct err *err)
{
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        const struct json *is = w->side[s].wanted;
        CLEANUP(json_free) struct json *back = json_dup(is);
        CLEANUP(json_free) struct json *patch = without(p->back[s], edited);
        rc = doc_apply(back, patch, err);
        for (const struct json *m = json_first(patch); m && rc == RC_OK; m = json_next(m)) {
            CLEANUP(mem_free) char *map = map_of(json_key(m));
            if (map && doc_repeats(back, map, is)) {
                leave_map(p, map, edited);
            }
        }
    }
    return rc;
}

/* Is the entry, which comes or goes, one of a map of which another program has all in one text, and was
 * something else of that edited? */
static bool is_part_of_edited(const char *entry, const struct json *edited)
{
    CLEANUP(mem_free) char *map = map_of(entry);
    return map && !strchr(entry + strlen(map) + 1, '/') && doc_may_join(map) &&
           merge_touches(edited, map);
}

/* What took the place of several texts was edited since and stays: beside it, they would be there twice.
 * The other way round, they would go and leave half of what they had been. */
static void find_joined(const struct undo_patches *p, struct json *edited)
{
    CLEANUP(json_free) struct json *since = json_dup(edited);
    for (int s = 0; s < 2; s++) {
        for (const struct json *m = json_first(p->back[s]); m; m = json_next(m)) {
            if (is_part_of_edited(json_key(m), since)) {
                json_set_bool(edited, json_key(m), true);
            }
        }
    }
}

static enum rc put_back(
    struct work *w, const struct undo_patches *p, const struct json *edited, struct err *err)
{
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        CLEANUP(json_free) struct json *patch = without(p->back[s], edited);
        rc = doc_apply(w->side[s].wanted, patch, err);
    }
    return rc;
}

/* Has anybody changed it since the run, known to a later one or not yet? */
static enum rc is_touched(struct run *r, const struct work *w, bool *ret, struct err *err)
{
    *ret = json_count(w->side[SIDE_LEFT].own) || json_count(w->side[SIDE_RIGHT].own);
    return *ret ? RC_OK
                : state_change_later(r->state, r->opt->undo->run, w->entry->pair.id, ret, err);
}

static enum rc put_back_all(struct run *r, struct work *w, const struct undo_item *item,
    struct json *edited, struct err *err)
{
    bool touched = false;
    enum rc rc = is_touched(r, w, &touched, err);
    for (size_t i = 0; i < item->count && rc == RC_OK; i++) {
        struct undo_patches p CLEANUP_FINI(patches_fini) = {0};
        CLEANUP(json_free) struct json *here = json_object();
        rc = patches_read(&item->rows[i], &p, err);
        undo_find_entries(p.back, p.forth,
            (const struct json *const[2]){w->side[SIDE_LEFT].wanted, w->side[SIDE_RIGHT].wanted});
        if (rc == RC_OK) {
            CLEANUP(json_free) struct json *since = json_object();
            find_edited(w, &p, since);
            touched = touched || json_count(since);
            if (!r->opt->undo->force) {
                merge_add(here, since);
            }
        }
        if (rc == RC_OK && touched) {
            find_joined(&p, here);
            rc = find_repeated(w, &p, here, err);
        }
        if (rc == RC_OK) {
            rc = put_back(w, &p, here, err);
        }
        for (struct json *m = json_first(here); m; m = json_next(m)) {
            json_set_bool(edited, json_key(m), true);
        }
    }
    return rc;
}

static void tell_edited(struct run *r, const struct undo_item *item, const struct json *edited)
{
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    for (struct json *m = json_first(edited); m; m = json_next(m)) {
        buf_addf(&b, "%s%s", b.len ? ", " : "edited since and left as it is: ", json_key(m));
    }
    if (b.len) {
        leave(r, item, SIDE_LEFT, buf_str(&b));
    }
}

/* What differs is written where this link writes. */
static void want_update(struct run *r, struct work *w, const struct undo_item *item, enum side s)
{
    struct work_side *side = &w->side[s];
    bool differs = !doc_same(side->now, side->wanted);
    if (differs && r->access[s] == PLAN_WRITABLE) {
        side->write = true;
        side->op = STATE_UPDATE;
        side->patch = merge_own_patch(side->now, side->wanted);
        return;
    }
    json_free(side->wanted);
    side->wanted = NULL;
    if (differs && r->access[s] == PLAN_READONLY) {
        w->undelivered[side_other(s)] = true;
        leave(r, item, s, "the folder is read-only: what was changed there stays");
    }
}

static enum rc decide_update(
    struct run *r, struct work *w, const struct undo_item *item, struct err *err)
{
    if (!w->side[SIDE_LEFT].now || !w->side[SIDE_RIGHT].now || !w->side[SIDE_LEFT].base) {
        leave(r, item, SIDE_LEFT,
            "deleted since on a side, or not in step: sync, and undo that deletion first");
        return RC_OK;
    }
    CLEANUP(json_free) struct json *edited = json_object();
    for (int s = 0; s < 2; s++) {
        w->side[s].wanted = json_dup(w->side[s].now);
    }
    enum rc rc = put_back_all(r, w, item, edited, err);
    if (rc != RC_OK) {
        return rc;
    }
    tell_edited(r, item, edited);
    want_update(r, w, item, SIDE_LEFT);
    want_update(r, w, item, SIDE_RIGHT);
    w->step.action = PLAN_MERGE;
    return RC_OK;
}

/* ---- a create: deleted again, if it is as it was made ---- */

static bool created(const struct undo_item *item, enum side s)
{
    for (size_t i = 0; i < item->count; i++) {
        if (item->rows[i].side[s].op == STATE_CREATE) {
            return true;
        }
    }
    return false;
}

/* The run made it on one side, and the other never had it. */
static bool made_alone(const struct entry *e, const struct undo_item *item)
{
    enum side there = e->pair.side[SIDE_LEFT].id ? SIDE_LEFT : SIDE_RIGHT;
    return created(item, there) && !item->rows->side[side_other(there)].item;
}

/* Nobody has edited it since. What is on one side only has no base to tell. */
static bool as_made(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    return entry_half(w->entry) ? str_eq(side->version, w->entry->pair.side[s].version)
                                : side->state == PLAN_SAME;
}

static enum rc decide_uncreate(
    struct run *r, struct work *w, const struct undo_item *item, struct err *err)
{
    bool later = false;
    enum rc rc = state_change_later(r->state, r->opt->undo->run, w->entry->pair.id, &later, err);
    if (rc != RC_OK) {
        return rc;
    }
    bool edited = later;
    for (int s = 0; s < 2; s++) {
        if (!w->side[s].now && !(w->side[s].state == PLAN_ABSENT && made_alone(w->entry, item))) {
            leave(r, item, (enum side)s, "no longer there on both sides: sync first");
            return RC_OK;
        }
        edited |= created(item, (enum side)s) && !as_made(w, (enum side)s);
    }
    if (edited && !r->opt->undo->force) {
        leave(r, item, created(item, SIDE_RIGHT) ? SIDE_RIGHT : SIDE_LEFT,
            "changed since it was made: kept");
        return RC_OK;
    }
    for (int s = 0; s < 2; s++) {
        if (!created(item, (enum side)s)) {
            continue;
        }
        if (r->access[s] != PLAN_WRITABLE) {
            leave(r, item, (enum side)s, "the folder is not written by this link: kept");
            continue;
        }
        w->side[s].write = true;
        w->side[s].op = STATE_DELETE;
        w->step = (struct plan_step){PLAN_DELETE, (enum side)s};
    }
    return RC_OK;
}

/* ---- a delete: made again as it was ---- */

static const char *native_before(const struct undo *u, int64_t pair, enum side s)
{
    for (size_t i = 0; i < u->images.count; i++) {
        const struct state_image *image = &u->images.items[i];
        if (image->pair == pair && image->side == s && image->op == STATE_DELETE) {
            return image->native;
        }
    }
    return NULL;
}

void work_want_again(
    struct run *r, struct work *w, enum side s, struct json *doc, const char *native)
{
    struct work_side *side = &w->side[s];
    struct store *store = r->store[s];
    const char *uid = w->entry->pair.uid ? w->entry->pair.uid : json_get_str(doc, "uid");
    side->wanted = doc;
    if (str_empty(uid)) {
        w->entry->pair.uid = run_uuid(r);
    } else if (!w->entry->pair.uid) {
        w->entry->pair.uid = mem_strdup(uid);
    }
    json_set_str(side->wanted, "uid", w->entry->pair.uid);
    if (store->vtbl->choose_id) {
        side->chosen = run_choose_id(r, s, w->entry);
    }
    if (store->vtbl->find_stamp) {
        side->stamp = run_uuid(r);
    }
    str_replace(&side->native, native);
    side->write = true;
    side->op = STATE_CREATE;
    w->step = (struct plan_step){PLAN_CREATE, s};
}

static enum rc want_create(struct run *r, struct work *w, const struct undo *u,
    const struct state_change *c, enum side s, struct err *err)
{
    struct json *doc = NULL;
    enum rc rc = json_parse(c->side[s].doc, strlen(c->side[s].doc), &doc, err);
    if (rc == RC_OK) {
        work_want_again(r, w, s, doc, native_before(u, c->pair, s));
    }
    return rc;
}

static bool restorable(const struct run *r, const struct state_change *c, enum side s)
{
    return c->side[s].doc && r->access[s] == PLAN_WRITABLE;
}

static enum rc decide_undelete(struct run *r, struct work *w, const struct undo *u,
    const struct undo_item *item, struct err *err)
{
    const struct state_change *c = item->rows;
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        if (!w->side[s].now && restorable(r, c, (enum side)s)) {
            rc = want_create(r, w, u, c, (enum side)s, err);
        }
    }
    if (rc == RC_OK && !w->side[SIDE_LEFT].write && !w->side[SIDE_RIGHT].write) {
        leave(r, item, SIDE_LEFT, "it is there, or the folder may not be written");
    }
    return rc;
}

/* The row needs an id: that of the item to be made, or one that names nothing; marked as gone, so
 * that the row goes too if the item is never made. */
enum rc run_entry_revive(struct run *r, int64_t pair_id, const char *uid, enum side s,
    struct entry **ret, struct err *err)
{
    struct state_pair pair = {.id = pair_id, .uid = mem_strdup(uid), .prefer = -1};
    struct store *store = r->store[s];
    char *id = NULL;
    if (store->vtbl->choose_id && uid) {
        id = store->vtbl->choose_id(store, r->link.side[s].folder, r->link.kind, uid);
    }
    if (!id || map_has(r->by_id[s], id)) {
        free(id);
        CLEANUP(mem_free) char *made = run_uuid(r);
        id = str_printf("undo:%s", made);
    }
    pair.side[s] = (struct state_pair_side){id, mem_strdup(""), PAIR_GONE};
    enum rc rc = pair_id ? state_pair_restore(r->state, r->link.id, &pair, err)
                         : state_pair_save(r->state, r->link.id, &pair, err);
    if (rc != RC_OK) {
        state_pair_fini(&pair);
        return rc;
    }
    *ret = run_entry_add(r, pair);
    return RC_OK;
}

/* ---- all of them ---- */

static bool deleted(const struct undo_item *item)
{
    const struct state_change *c = item->rows;
    return c->side[SIDE_LEFT].op == STATE_DELETE || c->side[SIDE_RIGHT].op == STATE_DELETE;
}

/* The pair the item is in now; NULL if it must be left (and was told). */
static enum rc item_entry(struct run *r, const struct undo *u, const struct undo_item *item,
    struct entry **ret, struct err *err)
{
    struct entry *e = known_pair(u, item->rows->pair);
    *ret = NULL;
    if (!e && deleted(item)) {
        const char *uid = item->rows->uid;
        if (uid && map_has(r->by_uid, uid)) {
            leave(r, item, SIDE_LEFT, "it is there again");
            return RC_OK;
        }
        return run_entry_revive(r, item->rows->pair, uid,
            restorable(r, item->rows, SIDE_RIGHT) ? SIDE_RIGHT : SIDE_LEFT, ret, err);
    }
    if (!e) {
        leave(r, item, SIDE_LEFT, "deleted since: undo that deletion first");
    } else if (e->failed || e->pair.side[SIDE_LEFT].look >= PAIR_MISSING ||
               e->pair.side[SIDE_RIGHT].look >= PAIR_MISSING) {
        leave(r, item, SIDE_LEFT, "not in step: sync first");
    } else if (entry_half(e) && !deleted(item) && !made_alone(e, item)) {
        leave(r, item, SIDE_LEFT, "no longer there on both sides");
    } else {
        *ret = e;
    }
    return RC_OK;
}

static enum rc decide(struct run *r, struct work *w, const struct undo *u,
    const struct undo_item *item, struct err *err)
{
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        if (side->state == PLAN_UNREADABLE && side->rc != RC_NOT_FOUND) {
            leave(r, item, (enum side)s, side->error ? side->error : rc_name(side->rc));
            return RC_OK;
        }
    }
    if (deleted(item)) {
        return decide_undelete(r, w, u, item, err);
    }
    if (created(item, SIDE_LEFT) || created(item, SIDE_RIGHT)) {
        return decide_uncreate(r, w, item, err);
    }
    return decide_update(r, w, item, err);
}

/* Groups go last, when the items they name are there again. Only the order depends on this, so that
 * a text that merely looks like it does no harm. */
static bool touches_group(const struct undo_item *item)
{
    static const char *const marks[] = {"\"kind\":\"group\"", "\"members/"};
    for (size_t i = 0; i < item->count; i++) {
        for (int s = 0; s < 2; s++) {
            const struct state_change_side *c = &item->rows[i].side[s];
            const char *const texts[] = {c->doc, c->back, c->forth};
            for (size_t k = 0; k < ARRAY_LEN(texts) * ARRAY_LEN(marks); k++) {
                const char *text = texts[k / ARRAY_LEN(marks)];
                if (text && strstr(text, marks[k % ARRAY_LEN(marks)])) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* The next items, as many as fit into one portion; *next moves on behind them. */
static enum rc collect(struct run *r, struct undo *u, bool groups, size_t *next, size_t portion,
    struct works *w, struct undo_item *items, struct err *err)
{
    enum rc rc = RC_OK;
    const struct state_change *all = u->changes.items;
    while (*next < u->changes.count && w->count < portion && rc == RC_OK) {
        struct undo_item item = {&all[*next], 1};
        while (*next + item.count < u->changes.count &&
               item.rows[item.count].pair == item.rows->pair) {
            item.count++;
        }
        *next += item.count;
        struct entry *e = NULL;
        if (touches_group(&item) == groups && is_wanted(r, &item)) {
            u->matched = true;
            rc = item_entry(r, u, &item, &e, err);
        }
        if (!e) {
            continue;
        }
        struct work *work = &w->items[w->count];
        *work = (struct work){.entry = e, .undo = true};
        for (int s = 0; s < 2; s++) {
            if (e->pair.side[s].look == PAIR_CLEAN) {
                e->pair.side[s].look = PAIR_LOOK; /* in memory: it is read as it is now */
                work->clean[s] = true;
            }
        }
        items[w->count++] = item;
    }
    return rc;
}

static enum rc undo_portion(
    struct run *r, struct undo *u, struct works *w, const struct undo_item *items, struct err *err)
{
    enum rc rc = works_load(r, w, err);
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        rc = decide(r, &w->items[i], u, &items[i], err);
        for (int s = 0; s < 2 && rc == RC_OK; s++) {
            refs_prune(r, &w->items[i], (enum side)s);
        }
    }
    if (rc != RC_OK) {
        return rc;
    }
    return r->opt->preview ? works_preview(r, w, err) : works_write(r, w, err);
}

static enum rc undo_all(
    struct run *r, struct undo *u, bool groups, struct undo_item *items, struct err *err)
{
    size_t next = 0, portion = run_batch(r, SIDE_LEFT);
    enum rc rc = RC_OK;
    while (rc == RC_OK && next < u->changes.count) {
        struct works w = {mem_realloc(NULL, portion, sizeof(struct work)), 0};
        if (run_cancelled(r)) {
            rc = err_set(err, RC_CANCELLED, 0, "stopped on request");
        } else {
            rc = collect(r, u, groups, &next, portion, &w, items, err);
        }
        if (rc == RC_OK && w.count) {
            rc = undo_portion(r, u, &w, items, err);
        }
        works_fini(&w);
        run_progress(r, "write", next, u->changes.count);
    }
    return rc;
}

enum rc run_undo(struct run *r, struct err *err)
{
    struct undo u CLEANUP_FINI(undo_fini) = {0};
    enum rc rc = undo_open(r, &u, err);
    struct undo_item *items = mem_realloc(NULL, run_batch(r, SIDE_LEFT), sizeof *items);
    for (int groups = 0; groups < 2 && rc == RC_OK; groups++) {
        rc = undo_all(r, &u, groups, items, err);
    }
    free(items);
    if (rc == RC_OK && !u.matched) {
        rc = err_set(err, RC_NOT_FOUND, 0, "run %lld did nothing to '%s'",
            (long long)r->opt->undo->run, r->opt->undo->item);
    }
    return rc;
}

enum rc sync_undo(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_undo *what, const struct sync_options *options, struct sync_report *ret,
    struct err *err)
{
    struct sync_options with = *options;
    with.undo = what;
    return sync_run(state, link, left, right, &with, ret, err);
}
