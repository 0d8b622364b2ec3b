/* A delete needs proof (invariant I6); whether it may then be done is for guard.c. An item that a
 * complete listing does not show is asked for by its id: only the answer "no such item" proves that
 * it is gone. */
#include "client/sync/internal.h"

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
