/* Guards (invariant I9): a run that would delete, create or rewrite far more than is usual for its
 * link does everything else and holds those. What is held stays held, as a problem in the state
 * file, until somebody releases or refuses it (sync_refuse) or its reason is gone; so a crowd that
 * melts below the limit does not slip through. */
#include "client/sync/internal.h"

#include "client/base/buf.h"

#define DELETE_COUNT   10
#define DELETE_PERCENT 30
#define STRANGE_PAIRS  3 /* so many items all gone at once: it is another folder */
#define CREATE_COUNT   100
#define UPDATE_COUNT   100
#define WRITE_PERCENT  50 /* of creates and updates */
#define HABIT_RUNS     20 /* how far back this link's history is looked at */
#define HABIT_TIMES    3  /* this many times what is usual there is usual still */
#define FIRST_FILLED   10 /* a first sync: beyond so many items on both sides ... */
#define FIRST_PERCENT  10 /* ... fewer matches than this say that it is the wrong folder */

static bool is_quarantined(const struct entry *e, enum state_op op)
{
    return e->quarantined && e->quarantine == op;
}

static long full_pairs(const struct run *r)
{
    long n = 0;
    for (size_t i = 0; i < r->count; i++) {
        n += !r->entries[i]->dead && !entry_half(r->entries[i]);
    }
    return n;
}

static const struct json *any_doc(const struct entry *e)
{
    for (int s = 0; s < 2; s++) {
        if (e->cache[s] && e->cache[s]->doc) {
            return e->cache[s]->doc;
        }
    }
    return NULL;
}

/* Within a transaction. `target`: where it would be written. */
static enum rc hold(struct run *r, struct entry *e, enum side target, enum state_op op,
    const char *why, struct err *err)
{
    if (e->held) {
        return RC_OK;
    }
    e->held = true;
    r->report->held++;
    CLEANUP(mem_free)
    char *title = e->title ? mem_strdup(e->title) : run_title(r, e, any_doc(e));
    run_tell(r, title, target, state_op_name(op), RC_REFUSED, true, why);
    if (is_quarantined(e, op)) {
        return RC_OK; /* it is written down already */
    }
    e->quarantined = true;
    e->quarantine = op;
    struct state_problem p = {
        .pair = e->pair.id,
        .link = r->link.id,
        .side = target,
        .action = mem_strdup(state_op_name(op)),
        .title = TAKE(title),
        .rc = RC_REFUSED,
        .text = mem_strdup(why),
        .held = true,
        .since = r->now,
        .last = r->now,
    };
    enum rc rc = state_problem_put(r->state, &p, err);
    state_problem_fini(&p);
    return rc;
}

enum rc run_hold(struct run *r, struct entry *e, enum side target, enum state_op op,
    const char *why, struct err *err)
{
    return hold(r, e, target, op, why, err);
}

/* What was held before, at the beginning of a run. Entries and problems are few or sorted by pair.
 */
static struct entry *entry_of(const struct run *r, int64_t pair)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->entries[middle]->pair.id < pair) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < r->count && r->entries[low]->pair.id == pair ? r->entries[low] : NULL;
}

enum rc run_guard_load(struct run *r, struct err *err)
{
    struct state_problems problems = {0};
    enum rc rc = state_started_get(r->state, r->link.id, &r->started, err);
    if (rc == RC_OK) {
        rc = state_problems_load(r->state, r->link.id, &problems, err);
    }
    for (size_t i = 0; i < problems.count && rc == RC_OK; i++) {
        const struct state_problem *p = &problems.items[i];
        struct entry *e = p->held ? entry_of(r, p->pair) : NULL;
        if (e) {
            e->quarantined = true;
            str_replace(&e->title, p->title);
            e->quarantine = str_eq(p->action, "delete")   ? STATE_DELETE
                            : str_eq(p->action, "create") ? STATE_CREATE
                                                          : STATE_UPDATE;
        }
    }
    state_problems_fini(&problems);
    return rc;
}

/* ---- deletes ---- */

/* Gone on `source`: would this run touch `target` because of it? An edit there would bring the item
 * back, which under suspicion is just as wrong: it may still be here. So both wait. */
static bool concerns_delete(const struct run *r, const struct entry *e, enum side source)
{
    enum side target = side_other(source);
    return !e->dead && !entry_half(e) && e->pair.side[source].look == PAIR_GONE &&
           e->proven[source] && e->pair.side[target].look != PAIR_GONE &&
           r->access[target] == PLAN_WRITABLE && !run_entry_delayed(r, e);
}

/* A complete listing without a single one of the items that were there: the folder was made anew under
 * its old name, or another one took its place. Stores have no identity of a folder that would tell
 * (README.md), its items do. */
static bool is_strange(const struct run *r, enum side source)
{
    long pairs = 0, there = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct entry *e = r->entries[i];
        if (!e->dead && !entry_half(e)) {
            pairs++;
            there += e->pair.side[source].look < PAIR_MISSING;
        }
    }
    return r->listed[source] > 0 && pairs >= STRANGE_PAIRS && !there;
}

/* Why so many may be gone: what the store says of the folder itself, where it says anything. */
static char *suspicion(struct run *r, enum side source, long deletes, long pairs)
{
    struct store *store = r->store[source];
    struct store_folders folders = {0};
    struct err err = ERR_INIT;
    const char *name = run_side_name(r, source);
    char *text = NULL;
    if (store->vtbl->list_folders && store->vtbl->list_folders(store, &folders, &err) == RC_OK) {
        const struct store_folder *f = NULL;
        for (size_t i = 0; i < folders.count && !f; i++) {
            f = str_eq(folders.items[i].id, r->link.side[source].folder) ? &folders.items[i] : NULL;
        }
        if (!f) {
            text = str_printf("the folder is no longer among those of %s", name);
        } else if (r->listed[source] >= 0 && f->count > r->listed[source]) {
            text = str_printf("%s says the folder holds %ld items but listed only %ld", name,
                f->count, r->listed[source]);
        }
    }
    store_folders_fini(&folders);
    err_fini(&err);
    if (!text && r->listed[source] == 0) {
        text = str_printf("the folder in %s suddenly has nothing in it", name);
    } else if (!text && r->strange[source]) {
        text = str_printf("the folder in %s has none of the items it had, only others", name);
    }
    return text ? text
                : str_printf(
                      "gone in %s together with many others (%ld of %ld)", name, deletes, pairs);
}

static enum rc guard_deletes(struct run *r, enum side source, struct err *err)
{
    long deletes = 0, before = 0, pairs = full_pairs(r);
    for (size_t i = 0; i < r->count; i++) {
        const struct entry *e = r->entries[i];
        bool concerned = concerns_delete(r, e, source);
        deletes += concerned;
        before += concerned && is_quarantined(e, STATE_DELETE);
    }
    long limit = r->opt->guard_count ? r->opt->guard_count : DELETE_COUNT;
    long percent = r->opt->guard_percent ? r->opt->guard_percent : DELETE_PERCENT;
    r->strange[source] = !r->opt->release_deletes && is_strange(r, source);
    bool many =
        guard_holds(deletes, pairs, r->listed[source] == 0 || r->strange[source], limit, percent);
    if (r->opt->release_deletes || r->opt->release || !(many || before)) {
        return RC_OK;
    }
    log_line(r->log, LOG_LEVEL_WARN, "sync", "%ld of %ld items are gone in %s: holding %s", deletes,
        pairs, run_side_name(r, source), many ? "the deletes" : "those held before");
    CLEANUP(mem_free)
    char *why = many ? suspicion(r, source, deletes, pairs)
                     : mem_strdup("gone earlier together with many others");
    CLEANUP(mem_free)
    char *text = str_printf("%s; kept in %s until the deletes are released or refused", why,
        run_side_name(r, side_other(source)));
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (concerns_delete(r, e, source) && (many || is_quarantined(e, STATE_DELETE))) {
            rc = hold(r, e, side_other(source), STATE_DELETE, text, err);
        }
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

enum rc run_guard(struct run *r, struct err *err)
{
    enum rc rc = guard_deletes(r, SIDE_LEFT, err);
    return rc != RC_OK ? rc : guard_deletes(r, SIDE_RIGHT, err);
}

/* ---- creates and updates ---- */

/* A new item that this run would make on `target`. One with a base comes back there by the user's
 * word or edit and is none of these. */
static bool concerns_create(const struct run *r, const struct entry *e, enum side target)
{
    return run_entry_due(r, e) && !run_entry_delayed(r, e) && entry_half(e) && !e->pair.has_base &&
           !e->pair.side[target].id && r->access[target] == PLAN_WRITABLE;
}

static long run_number(const struct state_run *run, enum side s, enum state_op op)
{
    return op == STATE_CREATE ? run->side[s].created : run->side[s].updated;
}

/* What this link does in a busy run: the second largest of its latest, so that one outlier (the
 * first sync, a release) makes no habit. */
static enum rc habit(struct run *r, enum side s, enum state_op op, long *ret, struct err *err)
{
    struct state_runs runs = {0};
    long most = 0, second = 0;
    enum rc rc = state_runs_load(r->state, r->link.id, HABIT_RUNS, &runs, err);
    for (size_t i = 0; i < runs.count; i++) {
        long n = run_number(&runs.items[i], s, op);
        if (n > most) {
            second = most;
            most = n;
        } else if (n > second) {
            second = n;
        }
    }
    state_runs_fini(&runs);
    *ret = second;
    return rc;
}

/* Are `n` writes on a side more than this link may do unasked? */
static enum rc too_many(
    struct run *r, enum side s, enum state_op op, long n, bool *ret, struct err *err)
{
    long given = op == STATE_CREATE ? r->opt->guard_creates : r->opt->guard_updates;
    long count = given ? given : op == STATE_CREATE ? CREATE_COUNT : UPDATE_COUNT;
    *ret = guard_holds(n, full_pairs(r), false, count, WRITE_PERCENT);
    if (!*ret) {
        return RC_OK;
    }
    long usual = 0;
    enum rc rc = habit(r, s, op, &usual, err);
    *ret = n > usual * HABIT_TIMES;
    return rc;
}

/* A first sync fills an empty side, that is its purpose. If both sides are filled and hardly
 * anything is the same, one of them is likely the wrong folder. */
static bool looks_wrong(const struct run *r, long *ret_matched, long *ret_smaller)
{
    long half[2] = {0, 0}, matched = full_pairs(r);
    for (size_t i = 0; i < r->count; i++) {
        const struct entry *e = r->entries[i];
        if (!e->dead && entry_half(e)) {
            half[e->pair.side[SIDE_LEFT].id ? SIDE_LEFT : SIDE_RIGHT]++;
        }
    }
    long smaller = matched + (half[0] < half[1] ? half[0] : half[1]);
    long limit = r->opt->guard_creates ? r->opt->guard_creates : FIRST_FILLED;
    *ret_matched = matched;
    *ret_smaller = smaller;
    return smaller > limit && matched * 100 < smaller * FIRST_PERCENT;
}

static enum rc why_hold_creates(
    struct run *r, enum side target, long creates, char **ret_why, struct err *err)
{
    long matched, smaller;
    if (!r->started) {
        if (creates && looks_wrong(r, &matched, &smaller)) {
            *ret_why = str_printf("both folders are filled, but only %ld of %ld items are found on "
                                  "both sides: is it the right folder?",
                matched, smaller);
        }
        return RC_OK;
    }
    if (creates && r->strange[side_other(target)]) {
        *ret_why =
            str_printf("the folder in %s has none of the items it had: is it the right folder?",
                run_side_name(r, side_other(target)));
        return RC_OK;
    }
    bool many = false;
    enum rc rc = too_many(r, target, STATE_CREATE, creates, &many, err);
    if (rc == RC_OK && many) {
        *ret_why =
            str_printf("%ld new items at once are far more than is usual for this link", creates);
    }
    return rc;
}

/* People want names: what was not read for matching is read for its title only. */
static enum rc learn_titles(struct run *r, enum side target, struct err *err)
{
    enum side source = side_other(target);
    size_t batch = run_batch(r, source), next = 0;
    struct entry **list = mem_realloc(NULL, batch, sizeof *list);
    enum rc rc = RC_OK;
    while (next < r->count && rc == RC_OK) {
        size_t n = 0;
        while (next < r->count && n < batch) {
            struct entry *e = r->entries[next++];
            if (concerns_create(r, e, target) && !e->title && !e->cache[source]) {
                list[n++] = e;
            }
        }
        rc = n ? run_fetch(r, source, list, n, err) : RC_OK;
        for (size_t i = 0; i < n && rc == RC_OK; i++) {
            list[i]->title = run_title(r, list[i], any_doc(list[i]));
            entry_uncache(list[i], source);
        }
    }
    free(list);
    return rc;
}

static enum rc guard_creates(struct run *r, enum side target, struct err *err)
{
    long creates = 0, before = 0;
    for (size_t i = 0; i < r->count; i++) {
        bool concerned = concerns_create(r, r->entries[i], target);
        creates += concerned;
        before += concerned && is_quarantined(r->entries[i], STATE_CREATE);
    }
    CLEANUP(mem_free) char *why = NULL;
    enum rc rc = why_hold_creates(r, target, creates, &why, err);
    if (rc != RC_OK || !(why || before)) {
        return rc;
    }
    log_line(r->log, LOG_LEVEL_WARN, "sync", "%ld new items for %s: holding %s", creates,
        run_side_name(r, target), why ? "them" : "those held before");
    CLEANUP(mem_free)
    char *text = str_printf("%s; not made in %s until released or refused",
        why ? why : "came together with many others", run_side_name(r, target));
    rc = why ? learn_titles(r, target, err) : RC_OK;
    if (rc == RC_OK) {
        rc = state_begin(r->state, err);
    }
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (concerns_create(r, e, target) && (why || is_quarantined(e, STATE_CREATE))) {
            rc = hold(r, e, target, STATE_CREATE, text, err);
        }
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

/* A union that was cut off is no change of anybody's, and goes on like one that begins. */
static bool concerns_update(const struct run *r, const struct entry *e)
{
    return run_entry_due(r, e) && !run_entry_delayed(r, e) && !entry_half(e) && e->pair.has_base &&
           !e->pair.common &&
           (e->pair.side[SIDE_LEFT].look == PAIR_LOOK ||
               e->pair.side[SIDE_RIGHT].look == PAIR_LOOK);
}

/* Decides a portion to learn what it would write; what needs no write is settled at once. */
static enum rc rehearse(struct run *r, struct works *w, struct err *err)
{
    enum rc rc = works_load(r, w, err);
    if (rc != RC_OK) {
        return rc;
    }
    works_decide(r, w);
    for (size_t i = 0; i < w->count; i++) {
        struct work *work = &w->items[i];
        bool writes = false;
        for (int s = 0; s < 2; s++) {
            struct work_side *side = &work->side[s];
            work->entry->rewrites[s] = side->write && side->op == STATE_UPDATE;
            writes |= side->write;
            side->write = false;
        }
        if (writes) {
            work->step.action = PLAN_NOTHING;
        }
    }
    return works_settle(r, w, err);
}

static enum rc rehearse_all(struct run *r, struct err *err)
{
    size_t portion = run_batch(r, SIDE_LEFT), next = 0;
    enum rc rc = RC_OK;
    while (next < r->count && rc == RC_OK) {
        struct works w = {mem_realloc(NULL, portion, sizeof(struct work)), 0};
        while (next < r->count && w.count < portion) {
            struct entry *e = r->entries[next++];
            if (concerns_update(r, e)) {
                w.items[w.count++] = (struct work){.entry = e};
            }
        }
        if (run_cancelled(r)) {
            rc = err_set(err, RC_CANCELLED, 0, "stopped on request");
        } else if (w.count) {
            rc = rehearse(r, &w, err);
        }
        works_fini(&w);
    }
    return rc;
}

static enum rc hold_updates(
    struct run *r, enum side target, bool many, const char *why, struct err *err)
{
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (concerns_update(r, e) &&
            ((many && e->rewrites[target]) || is_quarantined(e, STATE_UPDATE))) {
            rc = hold(r, e, target, STATE_UPDATE, why, err);
        }
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

/* Only fetching tells a change from a new version of the same content, so beyond the limit
 * everything that moved is looked at before anything is written. */
static enum rc guard_updates(struct run *r, struct err *err)
{
    long moved = 0;
    bool many = false, before = false;
    for (size_t i = 0; i < r->count; i++) {
        const struct entry *e = r->entries[i];
        moved += concerns_update(r, e);
        before |= concerns_update(r, e) && is_quarantined(e, STATE_UPDATE) && !e->churn.pair;
    }
    enum rc rc = too_many(r, SIDE_LEFT, STATE_UPDATE, moved, &many, err);
    bool right = false;
    if (rc == RC_OK) {
        rc = too_many(r, SIDE_RIGHT, STATE_UPDATE, moved, &right, err);
    }
    if (rc == RC_OK && (many || right)) {
        rc = rehearse_all(r, err);
    } else if (!before) {
        return rc;
    }
    for (int t = 0; t < 2 && rc == RC_OK; t++) {
        long n = 0;
        for (size_t i = 0; i < r->count; i++) {
            n += !r->entries[i]->dead && r->entries[i]->rewrites[t];
        }
        rc = too_many(r, (enum side)t, STATE_UPDATE, n, &many, err);
        CLEANUP(mem_free)
        char *why = str_printf("%ld changes at once are far more than is usual for this link; not "
                               "written to %s until released or refused",
            n, run_side_name(r, (enum side)t));
        if (rc == RC_OK && (many || before)) {
            rc = hold_updates(r, (enum side)t, many, why, err);
        }
    }
    return rc;
}

enum rc run_guard_writes(struct run *r, struct err *err)
{
    if (r->opt->release) {
        return RC_OK;
    }
    enum rc rc = guard_creates(r, SIDE_LEFT, err);
    if (rc == RC_OK) {
        rc = guard_creates(r, SIDE_RIGHT, err);
    }
    return rc == RC_OK ? guard_updates(r, err) : rc;
}

enum rc run_guard_end(struct run *r, struct err *err)
{
    /* Two empty folders have not met yet: what comes into them first is no surprise. */
    if (r->started || r->report->held || !full_pairs(r)) {
        return RC_OK;
    }
    return state_started_set(r->state, r->link.id, err);
}
