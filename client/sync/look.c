/* Takes what changed on both sides into the pairs: each change becomes a mark on its pair (or a new
 * half pair), in the same transaction as the token it came with (invariant I4). Whatever happens
 * later, a marked pair is looked at again until it is settled, so the token may always advance:
 * what failed is remembered by its mark, not by an old token. */
#include "client/sync/internal.h"

/* Lists one side; a token the store no longer knows means listing in full. */
static enum rc list_side(struct run *r, enum side s, struct store_changes *ret, struct err *err)
{
    struct store *store = r->store[s];
    const struct state_link_side *at = &r->link.side[s];
    const char *token = r->whole ? NULL : at->token;
    enum rc rc = store->vtbl->changes(store, at->folder, r->link.kind, token, ret, err);
    if (rc == RC_TOKEN_INVALID && token) {
        log_line(r->log, LOG_LEVEL_INFO, "sync", "%s no longer knows our token: listing in full",
            run_side_name(r, s));
        store_changes_fini(ret);
        rc = store->vtbl->changes(store, at->folder, r->link.kind, NULL, ret, err);
    }
    if (rc != RC_OK) {
        return err_prefix(err, "listing %s in %s", at->folder_name ? at->folder_name : at->folder,
            run_side_name(r, s));
    }
    if (r->whole && !(ret->full && ret->proven)) {
        return err_set(err, RC_INCOMPLETE, 0,
            "%s: it is not certain that %s was listed completely, so nothing was changed: try "
            "again later",
            run_side_name(r, s), at->folder_name ? at->folder_name : at->folder);
    }
    return RC_OK;
}

static enum rc take_new(struct run *r, enum side s, const struct store_change *c, struct err *err)
{
    struct state_pair pair = {.prefer = -1};
    pair.side[s] = (struct state_pair_side){
        mem_strdup(c->id), mem_strdup(c->version ? c->version : ""), PAIR_LOOK};
    enum rc rc = state_pair_save(r->state, r->link.id, &pair, err);
    if (rc != RC_OK) {
        state_pair_fini(&pair);
        return rc;
    }
    run_entry_add(r, pair)->seen[s] = true;
    return RC_OK;
}

static enum rc take_gone(struct run *r, enum side s, struct entry *e, struct err *err)
{
    if (entry_half(e)) {
        return run_entry_forget(r, e, err); /* it never had a counterpart */
    }
    e->proven[s] = true;
    if (e->pair.side[s].look == PAIR_GONE) {
        return RC_OK;
    }
    e->pair.side[s].look = PAIR_GONE;
    return run_entry_save(r, e, err);
}

static enum rc take_present(
    struct run *r, enum side s, struct entry *e, const char *version, struct err *err)
{
    struct state_pair_side *side = &e->pair.side[s];
    bool moved = !str_eq(side->version, version ? version : "");
    bool back = side->look >= PAIR_MISSING;
    e->proven[s] = false;
    if (!moved && !back) {
        return RC_OK;
    }
    side->look = PAIR_LOOK;
    str_replace(&side->version, version ? version : "");
    if (moved) {
        e->pair.next_try = 0; /* a change is a reason to try a failed item again at once */
    }
    return run_entry_save(r, e, err);
}

/* What a complete listing does not show is suspected, no more. Returns whether something was left
 * without a conclusion. */
static enum rc take_absent(
    struct run *r, enum side s, const struct store_changes *c, bool *ret_open, struct err *err)
{
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        struct state_pair_side *side = &e->pair.side[s];
        if (e->dead || !side->id || side->look >= PAIR_MISSING || e->seen[s]) {
            continue;
        }
        if (!c->proven) {
            *ret_open = true;
            continue;
        }
        enum rc rc;
        if (entry_half(e)) {
            rc = run_entry_forget(r, e, err);
        } else {
            side->look = PAIR_MISSING;
            rc = run_entry_save(r, e, err);
        }
        if (rc != RC_OK) {
            return rc;
        }
    }
    return RC_OK;
}

static enum rc take_changes(
    struct run *r, enum side s, const struct store_changes *c, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < r->count; i++) {
        r->entries[i]->seen[s] = false;
    }
    for (size_t i = 0; i < c->count && rc == RC_OK; i++) {
        const struct store_change *change = &c->items[i];
        struct entry *e = map_get(r->by_id[s], change->id);
        if (e) {
            e->seen[s] |= str_eq(e->pair.side[s].id, change->id); /* not by an id it had before */
        }
        if (change->gone) {
            rc = e ? take_gone(r, s, e, err) : RC_OK;
        } else if (e) {
            rc = take_present(r, s, e, change->version, err);
        } else {
            rc = take_new(r, s, change, err);
        }
    }
    bool open = false;
    if (rc == RC_OK && c->full) {
        rc = take_absent(r, s, c, &open, err);
    }
    /* A token that came with absences we may not believe would hide them for good. */
    if (rc == RC_OK && !open && !str_eq(c->token, r->link.side[s].token)) {
        rc = state_token_save(r->state, r->link.id, s, c->token, err);
        if (rc == RC_OK) {
            str_replace(&r->link.side[s].token, c->token);
        }
    }
    return rc;
}

/* Nothing to write down: the usual case of a run without changes costs no transaction. */
static bool changes_idle(const struct run *r, enum side s)
{
    const struct store_changes *c = &r->changes[s];
    return !c->full && c->count == 0 && str_eq(c->token, r->link.side[s].token);
}

enum rc run_list(struct run *r, struct err *err)
{
    for (int s = 0; s < 2; s++) {
        struct store_changes *c = &r->changes[s];
        run_progress(r, "look", (size_t)s, 2);
        enum rc rc = list_side(r, (enum side)s, c, err);
        if (rc != RC_OK) {
            return rc;
        }
        r->listed[s] = c->full ? (long)c->count : -1;
        log_line(r->log, LOG_LEVEL_DEBUG, "sync", "%s: %zu %s%s", run_side_name(r, (enum side)s),
            c->count, c->full ? "listed" : "changes", c->full && !c->proven ? ", not proven" : "");
    }
    r->has_listed = true;
    return RC_OK;
}

static enum rc take_both(struct run *r, struct err *err)
{
    enum rc rc = state_begin(r->state, err);
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        rc = take_changes(r, (enum side)s, &r->changes[s], err);
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

enum rc run_look(struct run *r, struct err *err)
{
    /* Both sides together: a run that could list one side only has concluded nothing. */
    enum rc rc = r->has_listed ? RC_OK : run_list(r, err);
    if (rc == RC_OK && !(changes_idle(r, SIDE_LEFT) && changes_idle(r, SIDE_RIGHT))) {
        rc = take_both(r, err);
    }
    for (int s = 0; s < 2; s++) {
        store_changes_fini(&r->changes[s]);
        r->changes[s] = (struct store_changes){0};
    }
    r->has_listed = false;
    return rc;
}
