/* Conflicts in the state file: rows written before a loser is overwritten, open ones, choices
 * carried out, and rows whose reason is gone. */
#include "client/sync/internal.h"

#include "client/item/doc.h"

/* What the document holds where `like` has values; caller frees. */
static struct json *values_at(const struct json *doc, const struct json *like)
{
    struct json *values = json_object();
    for (const struct json *v = json_first(like); v; v = json_next(v)) {
        const struct json *is = json_pointer(doc, json_key(v));
        json_set(values, json_key(v), is ? json_dup(is) : json_null());
    }
    return values;
}

static bool failed(const struct work *w)
{
    for (int s = 0; s < 2; s++) {
        if (w->side[s].write && w->side[s].result.rc != RC_OK) {
            return true;
        }
    }
    return false;
}

const struct json *work_left_out(const struct work *w, enum side s)
{
    return failed(w) ? w->unless_done[s] : w->undecided[s];
}

static void row_of(struct run *r, const struct work *w, const struct dispute *d,
    struct state_conflict *ret /* released by state_conflict_fini */)
{
    const struct json *doc =
        w->side[SIDE_LEFT].now ? w->side[SIDE_LEFT].now : w->side[SIDE_RIGHT].now;
    bool open = d->verdict == VERDICT_OPEN;
    *ret = (struct state_conflict){
        .id = open ? d->row : 0,
        .link = r->link.id,
        .pair = w->entry->pair.id,
        .run = open ? 0 : r->id,
        .time = r->now,
        .title = run_title(r, w->entry, doc),
        .path = mem_strdup(d->path),
        .base = d->base ? json_print_canonical(d->base) : NULL,
        .value = {json_print_canonical(d->value[SIDE_LEFT]),
            json_print_canonical(d->value[SIDE_RIGHT])},
        .winner = open ? -1 : (int)d->winner,
        .why = mem_strdup(d->own ? "own" : d->why),
        .choice = -1,
    };
}

enum rc run_disputes_journal(struct run *r, struct work *w, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < w->dispute_count && rc == RC_OK; i++) {
        struct dispute *d = &w->disputes[i];
        if (d->verdict == VERDICT_CHOSEN && (d->was_open || d->own)) {
            rc = state_conflict_begin(r->state, d->row, r->id, err);
        }
        if (d->verdict == VERDICT_SETTLED && w->side[side_other(d->winner)].write) {
            struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
            row_of(r, w, d, &c);
            rc = state_conflict_settle(r->state, &c, err);
            d->row = c.id;
            w->entry->disputed = true;
        }
    }
    return rc;
}

/* What a side holds after the run; caller frees. */
static struct json *after(const struct work *w, enum side s)
{
    const struct work_side *side = &w->side[s];
    if (!side->write || !side->read_back.doc) {
        return json_dup(side->write && side->wanted ? side->wanted : side->now);
    }
    struct json *doc = json_dup(side->read_back.doc);
    doc_recognize(doc, side->wanted);
    return doc;
}

static char *print_settled(const struct work *w, const struct dispute *d)
{
    CLEANUP(json_free) struct json *doc = after(w, side_other(d->winner));
    CLEANUP(json_free) struct json *values = values_at(doc, d->value[SIDE_LEFT]);
    return json_print_canonical(values);
}

static const struct state_conflict *row_by_id(const struct state_conflicts *rows, int64_t id)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].id == id) {
            return &rows->items[i];
        }
    }
    return NULL;
}

static enum rc save_open(struct run *r, struct work *w, struct dispute *d,
    const struct state_conflicts *rows, struct err *err)
{
    struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
    row_of(r, w, d, &c);
    const struct state_conflict *known = row_by_id(rows, d->row);
    if (known) {
        c.time = known->time;
        c.choice = -1; /* what was chosen about other values was void */
        bool same = str_eq(c.value[SIDE_LEFT], known->value[SIDE_LEFT]) &&
                    str_eq(c.value[SIDE_RIGHT], known->value[SIDE_RIGHT]);
        return same && known->choice < 0 ? RC_OK : state_conflict_save(r->state, &c, err);
    }
    run_tell(r, c.title, SIDE_LEFT, "merge", RC_OK, true,
        "changed differently on both sides; each keeps its own until you choose which is right");
    enum rc rc = state_conflict_save(r->state, &c, err);
    d->row = c.id;
    return rc;
}

/* The choice was carried out. What lost an open conflict by it is kept like what loses to a policy,
 * and so are both values where something else was written; who chose what had lost has nothing to
 * choose any more, and can undo the run. */
static enum rc end_choice(struct run *r, struct work *w, struct dispute *d,
    const struct state_conflicts *rows, struct err *err)
{
    const struct state_conflict *row = row_by_id(rows, d->row);
    int64_t run = r->id ? r->id
                  : row ? row->run
                        : 0; /* an earlier one, cut off, may have written */
    if ((!d->was_open && !d->own) || d->verdict == VERDICT_LEFT || !run) {
        return state_conflict_delete(r->state, d->row, err);
    }
    struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
    row_of(r, w, d, &c);
    c.id = d->row;
    c.run = run;
    c.settled = print_settled(w, d);
    return state_conflict_save(r->state, &c, err);
}

static enum rc end_void(struct run *r, struct work *w, struct dispute *d, struct err *err)
{
    CLEANUP(mem_free) char *title = run_title(r, w->entry, w->side[SIDE_LEFT].now);
    r->report->failed++;
    run_tell(r, title, SIDE_LEFT, "choose", RC_CONFLICT, false,
        "edited since the conflict was noted: the edit is kept, and nothing was chosen");
    return state_conflict_choose(r->state, d->row, -1, false, err);
}

static enum rc settle_dispute(struct run *r, struct work *w, struct dispute *d,
    const struct state_conflicts *rows, struct err *err)
{
    bool done = !failed(w) && w->entry->pair.has_base && !w->entry->pair.common;
    switch (d->verdict) {
    case VERDICT_OPEN:
        return save_open(r, w, d, rows, err);
    case VERDICT_VOID:
        return end_void(r, w, d, err);
    case VERDICT_CHOSEN:
    case VERDICT_LEFT:
        return done ? end_choice(r, w, d, rows, err) : RC_OK;
    case VERDICT_SETTLED:
        if (done && row_by_id(rows, d->row) && row_by_id(rows, d->row)->winner >= 0) {
            struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
            enum rc rc = state_conflict_get(r->state, d->row, &c, err);
            if (rc == RC_OK) {
                free(c.settled);
                c.settled = print_settled(w, d);
                rc = state_conflict_save(r->state, &c, err);
            }
            return rc;
        }
        return RC_OK;
    case VERDICT_WAITS:
    case VERDICT_BLOCKED:
        break;
    }
    return RC_OK;
}

/* Is this open row still one? */
static bool still_open(const struct work *w, const struct state_conflict *row)
{
    for (size_t i = 0; i < w->dispute_count; i++) {
        const struct dispute *d = &w->disputes[i];
        if (d->row == row->id && d->verdict != VERDICT_SETTLED && d->verdict != VERDICT_VOID) {
            return true;
        }
    }
    return false;
}

/* What lost is on both sides now: somebody has chosen it in another way. */
static enum rc is_moot(
    const struct work *w, const struct state_conflict *row, bool *ret, struct err *err)
{
    CLEANUP(json_free) struct json *loser = NULL;
    const char *text = row->value[side_other((enum side)row->winner)];
    enum rc rc = json_parse(text, strlen(text), &loser, err);
    *ret = rc == RC_OK;
    for (int s = 0; s < 2 && *ret; s++) {
        CLEANUP(json_free) struct json *doc = after(w, (enum side)s);
        *ret = dispute_holds(doc, loser);
    }
    return rc;
}

/* Rows whose reason is gone. */
static enum rc sweep(struct run *r, struct work *w, bool merged, struct err *err)
{
    struct state_conflicts rows CLEANUP_FINI(state_conflicts_fini) = {0};
    struct entry *e = w->entry;
    enum rc rc = state_conflicts_of_pair(r->state, e->pair.id, &rows, err);
    e->disputed = e->open = e->chosen = false;
    for (size_t i = 0; i < rows.count && rc == RC_OK; i++) {
        const struct state_conflict *row = &rows.items[i];
        bool gone = row->winner < 0 && !still_open(w, row);
        if (merged && row->winner >= 0 && row->choice < 0 && !failed(w)) {
            rc = is_moot(w, row, &gone, err);
        }
        if (rc == RC_OK && gone) {
            rc = state_conflict_delete(r->state, row->id, err);
            continue;
        }
        e->disputed = true;
        e->open |= row->winner < 0;
        e->chosen |= row->choice >= 0;
    }
    return rc;
}

enum rc run_disputes_settled(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    bool exchanged = w->step.action == PLAN_MERGE || w->step.action == PLAN_ACCEPT;
    bool merged = exchanged && w->side[SIDE_LEFT].now && w->side[SIDE_RIGHT].now && !w->undo;
    bool made = w->step.action == PLAN_CREATE && !failed(w) && !w->undo;
    bool parted = entry_half(e) && !e->pair.has_base && (exchanged || w->undo);
    if (e->dead || !(merged || made || parted)) {
        return RC_OK; /* the bases are as they were, and so are the conflicts */
    }
    struct state_conflicts rows CLEANUP_FINI(state_conflicts_fini) = {0};
    enum rc rc = state_conflicts_of_pair(r->state, e->pair.id, &rows, err);
    for (size_t i = 0; merged && i < w->dispute_count && rc == RC_OK; i++) {
        rc = settle_dispute(r, w, &w->disputes[i], &rows, err);
    }
    return rc == RC_OK ? sweep(r, w, merged, err) : rc;
}
