/* One run of a link from beginning to end: which step follows which. What each step does is in its
 * own file (internal.h has the list). */
#include "client/sync/internal.h"

#include "client/item/match.h"
#include "client/state/change.h"

#include <time.h>

#define BATCH 100 /* items in one call when the store has no wish of its own */

const char *run_side_name(const struct run *r, enum side s)
{
    return r->opt->side_name[s] ? r->opt->side_name[s] : side_name(s);
}

bool run_cancelled(const struct run *r)
{
    return r->opt->cancelled && r->opt->cancelled(r->opt->user);
}

void run_progress(const struct run *r, const char *phase, size_t done, size_t total)
{
    if (r->opt->progress) {
        struct sync_progress p = {phase, done, total};
        r->opt->progress(r->opt->user, &p);
    }
}

size_t run_batch(const struct run *r, enum side s)
{
    return r->store[s]->batch ? r->store[s]->batch : BATCH;
}

char *run_uuid(const struct run *r)
{
    unsigned char b[16];
    r->opt->random(r->opt->user, b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    CLEANUP(mem_free) char *hex = hex_encode(b, sizeof b);
    return str_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

/* ---- entries ---- */

bool entry_half(const struct entry *e)
{
    return !e->pair.side[SIDE_LEFT].id || !e->pair.side[SIDE_RIGHT].id;
}

void entry_uncache(struct entry *e, enum side s)
{
    if (e->cache[s]) {
        store_item_fini(e->cache[s]);
        free(e->cache[s]);
        e->cache[s] = NULL;
    }
}

void run_entry_index(struct run *r, struct entry *e)
{
    for (int s = 0; s < 2; s++) {
        if (e->pair.side[s].id) {
            map_put(r->by_id[s], e->pair.side[s].id, e);
        }
    }
    if (e->pair.uid && !map_has(r->by_uid, e->pair.uid)) {
        map_put(r->by_uid, e->pair.uid, e);
    }
    refs_index(r, e, true);
}

struct entry *run_entry_add(struct run *r, struct state_pair pair)
{
    struct entry *e = NEW(struct entry);
    e->pair = pair;
    ARRAY_RESERVE(r->entries, r->count, r->cap);
    r->entries[r->count++] = e;
    run_entry_index(r, e);
    return e;
}

char *run_choose_id(struct run *r, enum side s, const struct entry *e)
{
    struct store *store = r->store[s];
    const char *folder = r->link.side[s].folder;
    char *id = store->vtbl->choose_id(store, folder, r->link.kind, e->pair.uid);
    const struct entry *holder = map_get(r->by_id[s], id);
    if (holder && holder != e) {
        free(id);
        CLEANUP(mem_free) char *other = run_uuid(r);
        id = store->vtbl->choose_id(store, folder, r->link.kind, other);
    }
    return id;
}

bool run_may_be_ours(const struct run *r, const struct json *wanted, const struct json *there)
{
    CLEANUP(mem_free) char *uid = match_uid_key(there);
    CLEANUP(mem_free) char *ours = match_uid_key(wanted);
    if (!uid || !ours || str_eq(uid, ours)) {
        return true;
    }
    struct match_traits *traits[2] = {
        match_traits_new(r->link.kind, wanted), match_traits_new(r->link.kind, there)};
    unsigned reasons = 0;
    int score = match_score(traits[0], traits[1], &reasons);
    match_traits_free(traits[0]);
    match_traits_free(traits[1]);
    return score >= MATCH_MAYBE;
}

enum rc run_entry_save(struct run *r, struct entry *e, struct err *err)
{
    return state_pair_save(r->state, r->link.id, &e->pair, err);
}

enum rc run_entry_forget(struct run *r, struct entry *e, struct err *err)
{
    enum rc rc = state_pair_delete(r->state, e->pair.id, err);
    if (rc != RC_OK) {
        return rc;
    }
    for (int s = 0; s < 2; s++) {
        if (e->pair.side[s].id && map_get(r->by_id[s], e->pair.side[s].id) == e) {
            map_remove(r->by_id[s], e->pair.side[s].id);
        }
        entry_uncache(e, (enum side)s);
    }
    if (e->pair.uid && map_get(r->by_uid, e->pair.uid) == e) {
        map_remove(r->by_uid, e->pair.uid);
    }
    refs_index(r, e, false);
    e->dead = true;
    return RC_OK;
}

enum rc run_entry_park(struct run *r, struct entry *e, enum side gone, struct err *err)
{
    struct state_pair_side *side = &e->pair.side[gone];
    if (side->id && map_get(r->by_id[gone], side->id) == e) {
        map_remove(r->by_id[gone], side->id);
    }
    str_replace(&side->id, NULL);
    str_replace(&side->version, NULL);
    side->look = PAIR_CLEAN;
    e->pair.has_base = false;
    e->parked = true;
    enum rc rc = state_body_delete(r->state, e->pair.id, err);
    if (rc == RC_OK) {
        rc = state_parked_set(r->state, e->pair.id, true, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

bool run_entry_delayed(const struct run *r, const struct entry *e)
{
    return e->pair.next_try > r->now && !r->opt->retry_now && !r->opt->choices;
}

/* Gone on one side, and the link does not carry that to the other: a resting state. */
static bool entry_rests(const struct run *r, const struct entry *e)
{
    for (int s = 0; s < 2; s++) {
        enum side other = side_other((enum side)s);
        if (e->pair.side[s].look >= PAIR_MISSING && e->pair.side[other].look == PAIR_CLEAN &&
            e->pair.has_base && r->access[other] == PLAN_ONE_WAY) {
            return true;
        }
    }
    return false;
}

bool run_entry_due(const struct run *r, const struct entry *e)
{
    if (e->dead || e->settled || e->held || e->failed || e->doubted) {
        return false;
    }
    if (r->opt->choices) {
        return e->chosen && !entry_half(e) && !e->quarantined;
    }
    if (entry_waits_outside(e)) {
        return false;
    }
    /* What waited for a person is settled by another policy that the link has got since. */
    if (!entry_half(e) && (e->chosen || (e->open && r->link.policy != LINK_ASK))) {
        return true;
    }
    if (e->parked && e->pair.side[SIDE_LEFT].look == PAIR_CLEAN &&
        e->pair.side[SIDE_RIGHT].look == PAIR_CLEAN) {
        /* Stays on one side, or different on both, until somebody edits it. */
        return !entry_half(e) && (r->opt->release || !e->pair.has_base);
    }
    for (int s = 0; s < 2; s++) {
        if (!e->pair.side[s].id && r->access[s] != PLAN_ONE_WAY) {
            return true; /* a half pair that this link completes */
        }
        if (e->pair.side[s].look != PAIR_CLEAN) {
            return !entry_rests(r, e);
        }
    }
    return !e->pair.has_base && !entry_half(e);
}

/* ---- the run ---- */

static void run_fini(struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        state_pair_fini(&e->pair);
        entry_uncache(e, SIDE_LEFT);
        entry_uncache(e, SIDE_RIGHT);
        state_churn_fini(&e->churn);
        json_free(e->waits);
        free(e->title);
        free(e);
    }
    free(r->entries);
    map_free(r->by_id[SIDE_LEFT]);
    map_free(r->by_id[SIDE_RIGHT]);
    map_free(r->by_uid);
    map_free(r->by_ref);
    free(r->filter_text);
    state_link_fini(&r->link);
    store_changes_fini(&r->changes[SIDE_LEFT]);
    store_changes_fini(&r->changes[SIDE_RIGHT]);
}

static void run_set_access(struct run *r)
{
    for (int s = 0; s < 2; s++) {
        r->access[s] = r->opt->readonly[s] ? PLAN_READONLY : PLAN_WRITABLE;
    }
    if (r->link.direction != LINK_TWO_WAY) {
        r->access[r->link.direction == LINK_LEFT_TO_RIGHT ? SIDE_LEFT : SIDE_RIGHT] = PLAN_ONE_WAY;
    }
}

/* Both lists are in order of id. */
static enum rc load_parked(struct run *r, struct err *err)
{
    CLEANUP(mem_free) int64_t *parked = NULL;
    size_t count = 0, at = 0;
    enum rc rc = state_parked_load(r->state, r->link.id, &parked, &count, err);
    for (size_t i = 0; rc == RC_OK && i < r->count && at < count; i++) {
        if (r->entries[i]->pair.id == parked[at]) {
            r->entries[i]->parked = true;
            at++;
        }
    }
    return rc;
}

static enum rc run_open(struct run *r, int64_t link, struct err *err)
{
    if (!r->opt->random) {
        return err_set(err, RC_INTERNAL, 0, "sync: options have no random source");
    }
    enum rc rc = state_link_get(r->state, link, &r->link, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (r->opt->log) {
        r->log_here = *r->opt->log;
        r->log_here.link = r->link.name;
        r->log = &r->log_here;
    }
    run_set_access(r);
    bool has_days = r->link.kind == ITEM_EVENT || r->link.kind == ITEM_TASK;
    r->window = r->opt->window && has_days ? *r->opt->window : STATE_WINDOW_ALL;
    r->filter_text = json_count(r->opt->filter) ? json_print_canonical(r->opt->filter) : NULL;
    r->window.filter = r->filter_text;
    for (int s = 0; s < 2; s++) {
        r->by_id[s] = map_new();
    }
    r->by_uid = map_new();
    r->opt->random(r->opt->user, &r->salt, sizeof r->salt);
    return RC_OK;
}

static enum rc load_pairs(struct run *r, struct err *err)
{
    struct state_pairs pairs = {0};
    enum rc rc = state_pairs_load(r->state, r->link.id, &pairs, err);
    for (size_t i = 0; i < pairs.count; i++) {
        run_entry_add(r, pairs.items[i]);
    }
    free(pairs.items);
    return rc;
}

static enum rc run_load(struct run *r, struct err *err)
{
    enum rc rc = load_pairs(r, err);
    if (rc == RC_OK) {
        rc = run_disputes_load(r, err);
    }
    if (rc == RC_OK) {
        rc = run_window_load(r, err);
    }
    for (size_t i = 0; rc == RC_OK && i < r->count; i++) {
        struct entry *e = r->entries[i];
        r->report->waiting += run_entry_due(r, e) && run_entry_delayed(r, e);
    }
    if (rc == RC_OK) {
        rc = run_guard_load(r, err);
    }
    if (rc == RC_OK) {
        rc = run_loop_load(r, err);
    }
    if (rc == RC_OK) {
        rc = refs_load(r, err);
    }
    return rc == RC_OK ? load_parked(r, err) : rc;
}

/* Groups found among the others wait for their turn, with what was fetched of them. */
static void put_groups_aside(struct works *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct work *work = &w->items[i];
        if (work_is_group(work)) {
            work->entry->group = true;
            work->entry->settled = false;
            work_fini(work);
        } else {
            w->items[kept++] = *work;
        }
    }
    w->count = kept;
}

static enum rc work_portion(struct run *r, struct works *w, bool groups, struct err *err)
{
    enum rc rc = works_fetch(r, w, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (!groups) {
        put_groups_aside(w);
    }
    rc = works_classify(r, w, err);
    if (rc == RC_OK) {
        works_decide(r, w);
        rc = works_freeze(r, w, err);
    }
    if (rc == RC_OK) {
        rc = r->opt->preview ? works_preview(r, w, err) : works_write(r, w, err);
    }
    return rc;
}

/* Works off what is due in portions, so that memory stays flat and a crash costs little. */
static enum rc work_all(struct run *r, bool groups, struct err *err)
{
    size_t portion = run_batch(r, SIDE_LEFT);
    if (run_batch(r, SIDE_RIGHT) > portion) {
        portion = run_batch(r, SIDE_RIGHT);
    }
    size_t next = 0;
    while (next < r->count) {
        if (run_cancelled(r)) {
            return err_set(err, RC_CANCELLED, 0, "stopped on request");
        }
        struct works w = {mem_realloc(NULL, portion, sizeof(struct work)), 0};
        while (next < r->count && w.count < portion) {
            struct entry *e = r->entries[next++];
            if (e->group == groups && run_entry_due(r, e) && !run_entry_delayed(r, e)) {
                w.items[w.count++] = (struct work){.entry = e};
                e->settled = true;
            }
        }
        enum rc rc = RC_OK;
        if (w.count) {
            rc = work_portion(r, &w, groups, err);
            run_progress(r, "write", next, r->count);
        }
        works_fini(&w);
        if (rc != RC_OK) {
            return rc;
        }
    }
    return RC_OK;
}

/* Groups last: then the items they name are there. Two that name each other need another pass. */
static enum rc run_work(struct run *r, struct err *err)
{
    bool any = false;
    enum rc rc = work_all(r, false, err);
    if (rc == RC_OK) {
        rc = refs_wake(r, &any, err);
    }
    if (rc == RC_OK) {
        rc = work_all(r, true, err);
    }
    if (rc == RC_OK) {
        rc = refs_wake(r, &any, err);
        r->again |= any;
    }
    return rc;
}

static enum rc run_pass(struct run *r, struct err *err)
{
    r->again = false;
    for (size_t i = 0; i < r->count; i++) {
        r->entries[i]->settled = false;
    }
    enum rc rc = run_look(r, err);
    if (rc == RC_OK) {
        rc = run_prove(r, err);
    }
    if (rc == RC_OK) {
        rc = run_guard(r, err);
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
        rc = run_guard_writes(r, err);
    }
    if (rc == RC_OK) {
        rc = run_work(r, err);
    }
    return rc;
}

static void tell_left(struct run *r, const struct entry *e, const char *text)
{
    CLEANUP(mem_free) char *title = run_title(r, e, NULL);
    r->report->failed++;
    run_tell(r, title, SIDE_LEFT, "choose", RC_CONFLICT, false, text);
}

/* Only what people chose in conflicts, as it is now: nothing is listed, no token moves. What cannot
 * be done stays noted. */
static enum rc run_choices(struct run *r, struct err *err)
{
    enum rc rc = run_work(r, err);
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        const struct entry *e = r->entries[i];
        if (e->chosen && !e->dead && !e->failed) {
            tell_left(r, e,
                e->quarantined ? "the item is held: release or refuse it, then the next sync "
                                 "carries the choice out"
                               : "not carried out now: the item is not there on both sides, may "
                                 "not be written, or was changed this moment; the next sync tries "
                                 "again");
        }
    }
    return rc;
}

static enum rc run_what_is_asked(struct run *r, struct err *err)
{
    const struct sync_options *opt = r->opt;
    if (opt->undo) {
        return run_undo(r, err);
    }
    if (opt->repair) {
        return run_repair(r, err);
    }
    if (opt->restore) {
        return run_restore(r, err);
    }
    if (opt->choices) {
        return run_choices(r, err);
    }
    enum rc rc = RC_OK;
    for (r->pass = 0; rc == RC_OK && r->pass < RUN_PASSES; r->pass++) {
        rc = run_pass(r, err);
        if (!r->again || opt->preview) {
            break;
        }
    }
    return rc;
}

/* Writes the end of the run down. A failure to do so is only reported if nothing worse has
 * happened. */
static enum rc run_close(struct run *r, enum rc rc, struct err *err)
{
    struct sync_report *rep = r->report;
    rep->run = r->id;
    if (state_conflicts_open(r->state, r->link.id, &rep->undecided, NULL) != RC_OK) {
        rep->undecided = 0; /* whatever keeps it from being read is told by what follows */
    }
    str_replace(&rep->text, NULL);
    rep->text = run_summary(r, rc, err);
    log_line(r->log, rc == RC_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "sync", "%s%s",
        r->opt->preview ? "preview: " : "", rep->text);
    if (r->opt->preview) {
        return rc;
    }
    struct state_run end = {
        .id = r->id,
        .link = r->link.id,
        .end = r->opt->now ? r->opt->now(r->opt->user) : (int64_t)time(NULL),
        .side = {rep->side[SIDE_LEFT], rep->side[SIDE_RIGHT]},
        .conflicts = rep->conflicts,
        .held = rep->held,
        .failed = rep->failed,
        .rc = rc,
        .text = rep->text,
    };
    struct err end_err = ERR_INIT;
    enum rc end_rc = state_run_end(r->state, &end, &end_err);
    if (end_rc != RC_OK && rc == RC_OK) {
        rc = end_rc;
        if (err) {
            err_move(err, &end_err);
        }
    }
    err_fini(&end_err);
    return rc;
}

static enum rc run_steps(struct run *r, bool *ret_idle, struct err *err)
{
    enum rc rc = run_rests(r, ret_idle, err);
    if (rc != RC_OK || *ret_idle) {
        return rc;
    }
    rc = run_load(r, err);
    if (rc == RC_OK) {
        rc = run_recover(r, err);
    }
    return rc == RC_OK ? run_what_is_asked(r, err) : rc;
}

enum rc sync_run(struct state *state, int64_t link, struct store *left, struct store *right,
    const struct sync_options *options, struct sync_report *ret, struct err *err)
{
    struct err own = ERR_INIT; /* the summary needs the text even if the caller does not want it */
    struct run r = {
        .state = state,
        .store = {left, right},
        .opt = options,
        .report = ret,
        .now = options->now ? options->now(options->user) : (int64_t)time(NULL),
    };
    enum rc rc = options->preview ? state_rehearse(state, &own) : RC_OK;
    if (rc != RC_OK) {
        ret->text = mem_strdup(err_text(&own));
        if (err) {
            err_move(err, &own);
        }
        err_fini(&own);
        return rc;
    }
    rc = run_open(&r, link, &own);
    bool idle = false;
    if (rc == RC_OK) {
        rc = run_steps(&r, &idle, &own);
        if (rc == RC_OK && !options->choices && !idle) {
            rc = run_guard_end(&r, &own);
            rc = rc == RC_OK ? run_loop_end(&r, &own) : rc;
        }
        rc = run_close(&r, rc, &own);
    } else {
        ret->text = str_printf("%s", err_text(&own));
    }
    if (rc != RC_OK && err) {
        err_move(err, &own);
    }
    err_fini(&own);
    run_fini(&r);
    if (options->preview) {
        state_rehearsal_end(state);
    }
    return rc;
}
