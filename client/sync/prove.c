/* A delete needs proof (invariant I6) and must pass the guard (I9). An item that a complete listing
 * does not show is asked for by its id: only the answer "no such item" proves that it is gone. */
#include "client/sync/internal.h"

#define GUARD_COUNT   10
#define GUARD_PERCENT 30

static bool needs_proof(const struct run *r, const struct entry *e, enum side s)
{
    enum pair_look look = e->pair.side[s].look;
    return (look == PAIR_MISSING || (look == PAIR_GONE && !e->proven[s])) && !e->dead &&
           !e->failed && !run_entry_delayed(r, e);
}

static enum rc conclude(struct run *r, struct entry *e, enum side s, struct err *err)
{
    enum pair_look before = e->pair.side[s].look;
    enum rc answer = e->cache[s]->rc;
    if (answer == RC_OK) {
        e->pair.side[s].look = PAIR_LOOK; /* it is there: the listing was late or short */
        log_line(r->log, LOG_LEVEL_WARN, "sync", "%s: an item was not listed but is there; kept",
            run_side_name(r, s));
    } else if (answer == RC_NOT_FOUND) {
        e->pair.side[s].look = PAIR_GONE;
        e->proven[s] = true;
        entry_uncache(e, s);
    }
    return e->pair.side[s].look == before ? RC_OK : run_entry_save(r, e, err);
}

static enum rc prove_side(struct run *r, enum side s, struct err *err)
{
    struct entry **doubtful = mem_realloc(NULL, r->count + 1, sizeof *doubtful);
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (needs_proof(r, r->entries[i], s)) {
            doubtful[count++] = r->entries[i];
        }
    }
    enum rc rc = count ? run_fetch(r, s, doubtful, count, err) : RC_OK;
    if (rc == RC_OK && count) {
        rc = state_begin(r->state, err);
        for (size_t i = 0; i < count && rc == RC_OK; i++) {
            rc = conclude(r, doubtful[i], s, err);
        }
        if (rc == RC_OK) {
            rc = state_commit(r->state, err);
        } else {
            state_rollback(r->state);
        }
    }
    free(doubtful);
    return rc;
}

enum rc run_prove(struct run *r, struct err *err)
{
    enum rc rc = prove_side(r, SIDE_LEFT, err);
    return rc != RC_OK ? rc : prove_side(r, SIDE_RIGHT, err);
}

/* Gone on `source`: would this run touch `target` because of it? An edit there would bring the item
 * back, which under suspicion is just as wrong: it may still be here. So both wait. */
static bool guard_concerns(const struct run *r, const struct entry *e, enum side source)
{
    enum side target = side_other(source);
    return !e->dead && !entry_half(e) && e->pair.side[source].look == PAIR_GONE &&
           e->proven[source] && e->pair.side[target].look != PAIR_GONE &&
           r->access[target] == PLAN_WRITABLE && !run_entry_delayed(r, e);
}

static enum rc hold(struct run *r, struct entry *e, enum side target, struct err *err)
{
    if (e->held) {
        return RC_OK;
    }
    e->held = true;
    r->report->held++;
    char *title = run_title(r, e, NULL);
    char *text = str_printf(
        "gone in %s together with many others; kept in %s until the deletes are released",
        run_side_name(r, side_other(target)), run_side_name(r, target));
    run_tell(r, title, target, "delete", RC_REFUSED, true, text);
    struct state_problem p = {
        .pair = e->pair.id,
        .link = r->link.id,
        .side = target,
        .action = mem_strdup("delete"),
        .title = title,
        .rc = RC_REFUSED,
        .text = text,
        .held = true,
        .since = r->now,
        .last = r->now,
    };
    enum rc rc = state_problem_put(r->state, &p, err);
    state_problem_fini(&p);
    return rc;
}

static enum rc guard_side(struct run *r, enum side source, struct err *err)
{
    long deletes = 0, pairs = 0;
    for (size_t i = 0; i < r->count; i++) {
        deletes += guard_concerns(r, r->entries[i], source);
        pairs += !r->entries[i]->dead && !entry_half(r->entries[i]);
    }
    long limit = r->opt->guard_count ? r->opt->guard_count : GUARD_COUNT;
    long percent = r->opt->guard_percent ? r->opt->guard_percent : GUARD_PERCENT;
    if (r->opt->release_deletes ||
        !guard_holds(deletes, pairs, r->listing_empty[source], limit, percent)) {
        return RC_OK;
    }
    log_line(r->log, LOG_LEVEL_WARN, "sync", "%ld of %ld items are gone in %s: holding the deletes",
        deletes, pairs, run_side_name(r, source));
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        if (guard_concerns(r, r->entries[i], source)) {
            rc = hold(r, r->entries[i], side_other(source), err);
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
    enum rc rc = guard_side(r, SIDE_LEFT, err);
    return rc != RC_OK ? rc : guard_side(r, SIDE_RIGHT, err);
}
