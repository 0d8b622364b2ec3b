/* The loop detector: two programs that "correct" each other's form of an item would write it for
 * ever, each seeing the other's correction as somebody's edit. An item that was updated in several
 * runs in a row is frozen: told by name, not written until a person edits it. What was written is
 * kept as short hashes only. */
#include "client/sync/internal.h"

#include "client/base/buf.h"
#include "client/item/shape.h"
#include "client/state/change.h"

#include <inttypes.h>

#define LOOP_RUNS     5 /* so often in a row, going back and forth between two contents */
#define LOOP_CONTENTS 2
#define LOOP_LONG     20 /* so often in a row with whatever content: one that grows each time */
#define LOOP_PAUSE                                                                                 \
    60 /* seconds between two that count, as long as each has another content: a person who writes and
                            saves, while every save is synced at once, is no loop */
#define LOOP_PATIENCE 5 /* so many runs more must a frozen item rest until it is forgotten */
#define HASH_CHARS    16

/* Of what people see of a document. FNV-1a: nobody attacks it, and it need not be secret: it stays
 * beside the documents themselves. */
static char *content_hash(const struct json *doc)
{
    CLEANUP(json_free) struct json *copy = json_dup(doc);
    for (struct json *m = json_first(doc); m; m = json_next(m)) {
        if (shape_is_bookkeeping(json_key(m)) || str_eq(json_key(m), "uid")) {
            json_remove(copy, json_key(m));
        }
    }
    CLEANUP(mem_free) char *text = json_print_canonical(copy);
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *p = text; *p; p++) {
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
    }
    return str_printf("%016" PRIx64, hash);
}

/* The i'th content from the end of the list, 0 the latest; NULL if there are not so many. */
static const char *content_at(const char *contents, size_t i)
{
    size_t n = (strlen(contents) + 1) / (HASH_CHARS + 1);
    return i < n ? contents + (n - 1 - i) * (HASH_CHARS + 1) : NULL;
}

/* How many different ones among the latest `count`. */
static long different(const char *contents, size_t count)
{
    long n = 0;
    for (size_t i = 0; i < count && content_at(contents, i); i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++) {
            seen |= !memcmp(content_at(contents, i), content_at(contents, k), HASH_CHARS);
        }
        n += !seen;
    }
    return n;
}

static bool contains(const char *contents, const char *hash)
{
    for (size_t i = 0; content_at(contents, i); i++) {
        if (!memcmp(content_at(contents, i), hash, HASH_CHARS)) {
            return true;
        }
    }
    return false;
}

static void append(char **contents, const char *hash)
{
    const char *kept = *contents ? *contents : "";
    if (content_at(kept, LOOP_LONG - 1)) {
        kept = content_at(kept, LOOP_LONG - 2);
    }
    char *joined = str_printf("%s%s%s", kept, *kept ? " " : "", hash);
    free(*contents);
    *contents = joined;
}

enum rc run_loop_load(struct run *r, struct err *err)
{
    struct state_churns churns = {0};
    size_t at = 0;
    enum rc rc = state_churns_load(r->state, r->link.id, &churns, err);
    for (size_t i = 0; i < r->count && at < churns.count; i++) { /* both in order of pair */
        if (r->entries[i]->pair.id == churns.items[at].pair) {
            r->entries[i]->churn = churns.items[at];
            churns.items[at++] = (struct state_churn){0};
        }
    }
    state_churns_fini(&churns);
    return rc;
}

/* Goes back and forth, or grows without end. */
static bool turns(const struct state_churn *c)
{
    return c->runs >= LOOP_RUNS && different(c->contents, LOOP_RUNS) <= LOOP_CONTENTS;
}

static bool is_loop(const struct state_churn *c)
{
    return c->pair && (turns(c) || c->runs >= LOOP_LONG);
}

/* Is what this run would write a person's edit, or more of the same? Something never written before
 * is an edit, where the loop goes back and forth; where every turn is new, it is what has stood
 * still since the last run. */
static bool is_edit(const struct work *w)
{
    const struct state_churn *c = &w->entry->churn;
    for (int s = 0; s < 2; s++) {
        if (!w->side[s].write) {
            continue;
        }
        CLEANUP(mem_free) char *hash = content_hash(w->side[s].wanted);
        if (turns(c) ? !contains(c->contents, hash)
                     : !memcmp(content_at(c->contents, 0), hash, HASH_CHARS)) {
            return true;
        }
    }
    return false;
}

static enum rc freeze(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    enum side target = w->side[SIDE_LEFT].write ? SIDE_LEFT : SIDE_RIGHT;
    CLEANUP(mem_free) char *hash = content_hash(w->side[target].wanted);
    if (!turns(&e->churn)) {
        append(&e->churn.contents, hash);
    } else if (e->churn.runs < LOOP_RUNS + LOOP_PATIENCE) {
        e->churn.runs++;
    }
    w->side[SIDE_LEFT].write = w->side[SIDE_RIGHT].write = false;
    w->step.action = PLAN_NOTHING;
    e->churned = true;
    enum rc rc = state_churn_put(r->state, r->link.id, &e->churn, err);
    CLEANUP(mem_free)
    char *why = mem_strdup("frozen: it was rewritten in run after run, as if another program kept "
                           "changing it back; written again when somebody edits it");
    return rc == RC_OK ? run_hold(r, e, target, STATE_UPDATE, why, err) : rc;
}

static enum rc thaw(struct run *r, struct entry *e, struct err *err)
{
    int64_t pair = e->churn.pair;
    state_churn_fini(&e->churn);
    enum rc rc = state_churn_clear(r->state, pair, err);
    return rc == RC_OK ? state_problem_clear(r->state, pair, err) : rc;
}

static bool updates(const struct work *w)
{
    return (w->side[SIDE_LEFT].write && w->side[SIDE_LEFT].op == STATE_UPDATE) ||
           (w->side[SIDE_RIGHT].write && w->side[SIDE_RIGHT].op == STATE_UPDATE);
}

enum rc works_freeze(struct run *r, struct works *w, struct err *err)
{
    bool any = false;
    for (size_t i = 0; i < w->count; i++) {
        any |= is_loop(&w->items[i].entry->churn) && updates(&w->items[i]);
    }
    if (!any) {
        return RC_OK;
    }
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < w->count && rc == RC_OK; i++) {
        struct work *work = &w->items[i];
        if (is_loop(&work->entry->churn) && updates(work)) {
            rc =
                r->opt->release || is_edit(work) ? thaw(r, work->entry, err) : freeze(r, work, err);
        }
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

/* Something new, and not the second of two, so soon after the last that counted? */
static enum rc is_quick(
    struct run *r, const struct state_churn *c, const char *hash, bool *ret, struct err *err)
{
    struct state_run last CLEANUP_FINI(state_run_fini) = {0};
    *ret = false;
    if (!c->run || contains(c->contents, hash) ||
        different(c->contents, LOOP_LONG) < LOOP_CONTENTS) {
        return RC_OK;
    }
    enum rc rc = state_run_get(r->state, c->run, &last, err);
    if (rc == RC_NOT_FOUND) { /* forgotten: long ago */
        err_fini(err);
        return RC_OK;
    }
    *ret = rc == RC_OK && r->now >= last.start && r->now - last.start < LOOP_PAUSE;
    return rc;
}

enum rc run_loop_note(struct run *r, struct work *w, enum side s, struct err *err)
{
    struct entry *e = w->entry;
    CLEANUP(mem_free) char *hash = content_hash(w->side[s].wanted);
    e->churn.pair = e->pair.id;
    e->churned = true;
    if (e->churn.run != r->id) {
        bool quick;
        enum rc rc = is_quick(r, &e->churn, hash, &quick, err);
        if (rc != RC_OK) {
            return rc;
        }
        if (!quick) {
            e->churn.run = r->id;
            e->churn.runs++;
        }
        append(&e->churn.contents, hash);
    }
    return state_churn_put(r->state, r->link.id, &e->churn, err);
}

/* What was not written in this run has come to rest. A loop may pause where its content happens to
 * be what we know, so it is given some runs. */
static enum rc rest(struct run *r, struct entry *e, struct err *err)
{
    e->churn.runs -= turns(&e->churn);
    return turns(&e->churn) ? state_churn_put(r->state, r->link.id, &e->churn, err)
                            : state_churn_clear(r->state, e->churn.pair, err);
}

enum rc run_loop_end(struct run *r, struct err *err)
{
    bool any = false;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (!e->churn.pair || e->churned || e->dead) {
            continue;
        }
        if (!any) {
            rc = state_begin(r->state, err);
            any = rc == RC_OK;
        }
        if (rc == RC_OK) {
            rc = rest(r, e, err);
        }
    }
    if (any && rc == RC_OK) {
        return state_commit(r->state, err);
    }
    if (any) {
        state_rollback(r->state);
    }
    return rc;
}
