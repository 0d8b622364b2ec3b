/* Makes one side equal to the other, which a person says is right. Works like a run that looks at
 * everything anew, with another plan: what differs on the wrong side changes, what is only there is
 * deleted, what is missing there is made. Nothing is written on the right side, and nothing at all
 * before it is certain what is there and how much would be deleted. */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/state/change.h"

#include <assert.h>

struct repair {
    enum side right, wrong;
    bool unread;        /* something new on the right side cannot be read */
    struct map *shapes; /* owned; kinds of members the right side is known to hold */
    int64_t *parted;    /* owned; pairs that were in step last and yet may differ, in order */
    size_t parted_count;
};

static void repair_fini(struct repair *p)
{
    map_free(p->shapes);
    free(p->parted);
}

void work_leave(struct run *r, struct work *w, enum side s, enum rc rc, const char *text)
{
    const struct json *doc =
        w->side[SIDE_LEFT].now ? w->side[SIDE_LEFT].now : w->side[SIDE_RIGHT].now;
    CLEANUP(mem_free) char *title = run_title(r, w->entry, doc);
    r->report->failed++;
    run_tell(r, title, s, r->opt->repair ? "repair" : "restore", rc, false, text);
    w->step.action = PLAN_NOTHING;
    w->side[SIDE_LEFT].write = w->side[SIDE_RIGHT].write = false;
}

enum rc run_look_whole(struct run *r, struct err *err)
{
    r->whole = true;
    enum rc rc = run_look(r, err);
    return rc == RC_OK ? run_prove(r, err) : rc;
}

enum rc run_deletes_agreed(const struct run *r, const long deletes[2], long agreed, struct err *err)
{
    long all = deletes[SIDE_LEFT] + deletes[SIDE_RIGHT];
    if (agreed < 0 || all <= agreed || r->opt->preview) {
        return RC_OK;
    }
    enum side s = deletes[SIDE_LEFT] > deletes[SIDE_RIGHT] ? SIDE_LEFT : SIDE_RIGHT;
    return err_set(err, RC_CONFLICT, 0,
        "%ld items would be deleted%s%s, and %ld were agreed to: nothing was changed", all,
        deletes[side_other(s)] ? "" : " in ", deletes[side_other(s)] ? "" : run_side_name(r, s),
        agreed);
}

/* ---- what is there ---- */

static bool is_there(const struct entry *e, enum side s)
{
    return e->pair.side[s].id && e->pair.side[s].look < PAIR_MISSING;
}

/* Never was there, or is gone with proof (I6). */
static bool is_absent(const struct entry *e, enum side s)
{
    return !e->pair.side[s].id || (e->pair.side[s].look == PAIR_GONE && e->proven[s]);
}

/* What waits outside of the time window on one side is not missing on the other. */
static bool takes_part(const struct entry *e)
{
    return !e->dead && !e->failed && !e->doubted && !(e->outside && entry_half(e));
}

/* An item that is on the right side alone and cannot be read may be any of those that are on the
 * wrong side alone: then none of them is deleted. */
static enum rc find_unread(struct run *r, struct repair *p, struct err *err)
{
    struct entry **want = mem_realloc(NULL, r->count + 1, sizeof *want);
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        if (!e->dead && is_there(e, p->right) && !e->pair.side[p->wrong].id &&
            !e->cache[p->right]) {
            want[count++] = e;
        }
    }
    enum rc rc = run_fetch(r, p->right, want, count, err);
    free(want);
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        const struct store_item *item = r->entries[i]->cache[p->right];
        p->unread |= item && item->rc != RC_OK && item->rc != RC_NOT_FOUND;
    }
    return rc;
}

static bool in_step(const struct run *r, const struct repair *p, const struct entry *e)
{
    size_t low = 0, high = p->parted_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->parted[middle] < e->pair.id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool parted = low < p->parted_count && p->parted[low] == e->pair.id;
    /* The bases of a one-way link say what was accepted, not what was alike. */
    bool one_way = r->access[p->right] == PLAN_ONE_WAY || r->access[p->wrong] == PLAN_ONE_WAY;
    return e->pair.has_base && !e->pair.common && !parted && !one_way;
}

static enum rc add_shapes(
    struct run *r, struct repair *p, struct entry **list, size_t count, struct err *err)
{
    enum rc rc = run_fetch(r, p->right, list, count, err);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        if (list[i]->cache[p->right]->doc) {
            shapes_add(p->shapes, list[i]->cache[p->right]->doc);
        }
        entry_uncache(list[i], p->right);
    }
    return rc;
}

/* Reads all of the right side once, if some pair has nothing but its contents to compare by. */
static enum rc find_shapes(struct run *r, struct repair *p, struct err *err)
{
    bool needed = false;
    for (size_t i = 0; i < r->count && !needed; i++) {
        struct entry *e = r->entries[i];
        needed =
            takes_part(e) && is_there(e, SIDE_LEFT) && is_there(e, SIDE_RIGHT) && !in_step(r, p, e);
    }
    size_t batch = run_batch(r, p->right), n = 0;
    struct entry **list = mem_realloc(NULL, batch, sizeof(struct entry *));
    enum rc rc = RC_OK;
    for (size_t i = 0; i < r->count && needed && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (!e->dead && is_there(e, p->right) && e->cache[p->right]) {
            shapes_add(p->shapes, e->cache[p->right]->doc);
        } else if (!e->dead && is_there(e, p->right)) {
            list[n++] = e;
        }
        if (n == batch) {
            rc = add_shapes(r, p, list, n, err);
            n = 0;
        }
    }
    if (rc == RC_OK && n) {
        rc = add_shapes(r, p, list, n, err);
    }
    free(list);
    return rc;
}

static enum rc check_deletes(const struct run *r, const struct repair *p, struct err *err)
{
    long deletes[2] = {0, 0};
    for (size_t i = 0; i < r->count && !p->unread; i++) {
        const struct entry *e = r->entries[i];
        deletes[p->wrong] += takes_part(e) && is_absent(e, p->right) && is_there(e, p->wrong);
    }
    return run_deletes_agreed(r, deletes, r->opt->repair->deletes, err);
}

/* ---- the plan ---- */

static enum rc want_again(struct run *r, struct work *w, enum side target, struct err *err)
{
    enum rc rc = work_want_copy(r, w, target, err);
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    w->step = (struct plan_step){PLAN_CREATE, target};
    if (rc == RC_OK && w->entry->pair.has_base) {
        /* It was there once: what no document expresses comes back with it. */
        rc = state_body_load(r->state, w->entry->pair.id, &body, err);
        str_replace(&w->side[target].native, body.native[target]);
    }
    return rc;
}

static enum rc decide(struct run *r, const struct repair *p, struct work *w, struct err *err)
{
    struct work_side *right = &w->side[p->right], *wrong = &w->side[p->wrong];
    for (int s = 0; s < 2; s++) {
        const struct work_side *side = &w->side[s];
        if (side->state == PLAN_UNREADABLE) {
            work_leave(r, w, (enum side)s, side->rc, side->error ? side->error : rc_name(side->rc));
            return RC_OK;
        }
        if (side->state == PLAN_GONE && !is_absent(w->entry, (enum side)s)) {
            work_leave(r, w, (enum side)s, RC_INCOMPLETE, "it is not certain whether it is gone");
            return RC_OK;
        }
    }
    if (right->now && wrong->now) {
        return work_want_equal(w, p->right, in_step(r, p, w->entry), p->shapes, err);
    }
    if (right->now && r->unsure[p->wrong] && !wrong->base) {
        work_leave(r, w, p->wrong, RC_INCOMPLETE,
            "new items there cannot be read, and it may be one of them: not made");
        return RC_OK;
    }
    if (right->now) {
        return want_again(r, w, p->wrong, err);
    }
    if (wrong->now && p->unread) {
        work_leave(r, w, p->wrong, RC_INCOMPLETE,
            "items on the other side cannot be read, and it may be one of them: not deleted");
        return RC_OK;
    }
    w->step = (struct plan_step){PLAN_FORGET, p->wrong};
    if (wrong->now) {
        assert(is_absent(w->entry, p->right));
        wrong->write = true;
        wrong->op = STATE_DELETE;
        w->step.action = PLAN_DELETE;
    }
    return RC_OK;
}

static enum rc portion(struct run *r, const struct repair *p, struct works *w, struct err *err)
{
    enum rc rc = works_load(r, w, err);
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        struct err own = ERR_INIT;
        if (decide(r, p, &w->items[i], &own) != RC_OK) {
            work_leave(r, &w->items[i], p->wrong, own.rc, err_text(&own)); /* its own trouble */
        }
        err_fini(&own);
    }
    if (rc != RC_OK) {
        return rc;
    }
    return r->opt->preview ? works_preview(r, w, err) : works_write(r, w, err);
}

static enum rc work_all(struct run *r, const struct repair *p, struct err *err)
{
    size_t size = run_batch(r, p->wrong), next = 0;
    enum rc rc = RC_OK;
    while (next < r->count && rc == RC_OK) {
        if (run_cancelled(r)) {
            return err_set(err, RC_CANCELLED, 0, "stopped on request");
        }
        struct works w = {mem_realloc(NULL, size, sizeof(struct work)), 0};
        while (next < r->count && w.count < size) {
            struct entry *e = r->entries[next++];
            for (int s = 0; s < 2; s++) {
                if (e->pair.side[s].id && e->pair.side[s].look == PAIR_CLEAN) {
                    e->pair.side[s].look = PAIR_LOOK; /* in memory: it is read as it is now */
                }
            }
            if (takes_part(e)) {
                w.items[w.count++] = (struct work){.entry = e, .repair = true};
            }
        }
        rc = portion(r, p, &w, err);
        works_fini(&w);
        run_progress(r, "write", next, r->count);
    }
    return rc;
}

static enum rc check_access(const struct run *r, enum side wrong, struct err *err)
{
    if (r->access[wrong] == PLAN_WRITABLE) {
        return RC_OK;
    }
    return err_set(err, RC_READONLY, 0,
        r->access[wrong] == PLAN_READONLY
            ? "the folder in %s is read-only: it cannot be made equal to the other side"
            : "this link does not write to %s: it cannot be made equal to the other side",
        run_side_name(r, wrong));
}

enum rc run_repair(struct run *r, struct err *err)
{
    struct repair p CLEANUP_FINI(repair_fini) = {
        .right = r->opt->repair->right,
        .wrong = side_other(r->opt->repair->right),
        .shapes = map_new(),
    };
    enum rc rc = check_access(r, p.wrong, err);
    if (rc == RC_OK) {
        rc = run_look_whole(r, err);
    }
    if (rc == RC_OK) {
        rc = run_part(r, err);
    }
    if (rc == RC_OK) {
        rc = run_match(r, err);
    }
    if (rc == RC_OK) {
        rc = run_window(r, err);
    }
    if (rc == RC_OK) {
        rc = find_unread(r, &p, err);
    }
    if (rc == RC_OK) {
        rc = state_parted_load(r->state, r->link.id, &p.parted, &p.parted_count, err);
    }
    if (rc == RC_OK) {
        rc = find_shapes(r, &p, err);
    }
    if (rc == RC_OK) {
        rc = check_deletes(r, &p, err);
    }
    return rc == RC_OK ? work_all(r, &p, err) : rc;
}

enum rc sync_repair(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_repair *what, const struct sync_options *options, struct sync_report *ret,
    struct err *err)
{
    struct sync_options with = *options;
    with.repair = what;
    with.retry_now = true;
    return sync_run(state, link, left, right, &with, ret, err);
}
