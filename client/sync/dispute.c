/* Conflicts: what both sides changed to different values. What loses is kept in the state file
 * before it is overwritten (invariant I15); under the policy "ask" nothing wins until a person has
 * chosen, and what people chose, then or later, is carried out. How an open conflict lives in the
 * bases is told in README.md, "Conflicts". */
#include "client/sync/internal.h"

#include "client/item/doc.h"

void work_disputes_fini(struct work *w)
{
    for (size_t i = 0; i < w->dispute_count; i++) {
        struct dispute *d = &w->disputes[i];
        free(d->path);
        json_free(d->base);
        json_free(d->value[SIDE_LEFT]);
        json_free(d->value[SIDE_RIGHT]);
        json_free(d->own);
    }
    free(w->disputes);
    for (int s = 0; s < 2; s++) {
        json_free(w->undecided[s]);
        json_free(w->unless_done[s]);
        json_free(w->lost[s]);
        w->undecided[s] = w->unless_done[s] = w->lost[s] = NULL;
    }
    w->disputes = NULL;
    w->dispute_count = w->dispute_cap = 0;
}

/* Both lists are in order of pair. */
enum rc run_disputes_load(struct run *r, struct err *err)
{
    CLEANUP(mem_free) struct conflict_mark *marks = NULL;
    size_t count = 0, at = 0;
    enum rc rc = state_conflict_marks(r->state, r->link.id, &marks, &count, err);
    for (size_t i = 0; rc == RC_OK && i < r->count && at < count; i++) {
        struct entry *e = r->entries[i];
        if (e->pair.id == marks[at].pair) {
            e->disputed = true;
            e->open = marks[at].open;
            e->chosen = marks[at].chosen;
            at++;
        }
    }
    return rc;
}

/* ---- values ---- */

bool dispute_holds(const struct json *doc, const struct json *values)
{
    for (const struct json *v = json_first(values); v; v = json_next(v)) {
        const struct json *is = json_pointer(doc, json_key(v));
        if (!json_equal(json_is_null(is) ? NULL : is, json_is_null(v) ? NULL : v)) {
            return false;
        }
    }
    return values != NULL;
}

static bool concerns(const struct dispute *d, const char *path)
{
    for (const struct json *v = json_first(d->value[SIDE_LEFT]); v; v = json_next(v)) {
        if (merge_paths_overlap(json_key(v), path)) {
            return true;
        }
    }
    return false;
}

/* Adds those of a patch's changes that the dispute is about. */
static void add_concerned(struct json **to, const struct json *patch, const struct dispute *d)
{
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        if (concerns(d, json_key(p))) {
            *to = *to ? *to : json_object();
            json_set(*to, json_key(p), json_dup(p));
        }
    }
}

/* What a person can only choose together: a date with its zone, a name with its parts, an address.
 * Caller frees. */
static char *unit_of(const char *path)
{
    if (doc_group(path)) {
        return mem_strdup(doc_group(path)[0]);
    }
    if (merge_paths_overlap(path, "name")) {
        return mem_strdup("name");
    }
    const char *slash = strchr(path, '/'), *second = slash ? strchr(slash + 1, '/') : NULL;
    return second && str_starts(path, "addresses/") ? mem_strndup(path, (size_t)(second - path))
                                                    : mem_strdup(path);
}

static bool both_writable(const struct run *r)
{
    return r->access[SIDE_LEFT] == PLAN_WRITABLE && r->access[SIDE_RIGHT] == PLAN_WRITABLE;
}

static struct dispute *dispute_add(struct work *w, const char *path)
{
    ARRAY_RESERVE(w->disputes, w->dispute_count, w->dispute_cap);
    struct dispute *d = &w->disputes[w->dispute_count++];
    *d = (struct dispute){.path = mem_strdup(path), .why = "ask"};
    return d;
}

/* ---- what a person chose ---- */

static enum rc parse(const char *text, struct json **ret, struct err *err)
{
    return text ? json_parse(text, strlen(text), ret, err) : RC_OK;
}

/* Is the side as the person saw it, or as an interrupted run of the choice left it? */
static bool is_known(const struct json *now, const struct dispute *d, const struct json *settled)
{
    return dispute_holds(now, d->value[SIDE_LEFT]) || dispute_holds(now, d->value[SIDE_RIGHT]) ||
           dispute_holds(now, settled) || dispute_holds(now, d->own);
}

static const struct json *chosen_values(const struct dispute *d)
{
    return d->own ? d->own : d->value[d->winner];
}

/* "phones/p1/number" needs a "phones/p1" to go into, or half an entry would come about. */
static bool has_place(const struct work *w, const struct dispute *d)
{
    for (const struct json *v = json_first(d->value[SIDE_LEFT]); v; v = json_next(v)) {
        const char *path = json_key(v), *last = strrchr(path, '/');
        CLEANUP(mem_free) char *parent = last ? mem_strndup(path, (size_t)(last - path)) : NULL;
        if (parent && strchr(parent, '/') &&
            (!json_pointer(w->side[SIDE_LEFT].now, parent) ||
                !json_pointer(w->side[SIDE_RIGHT].now, parent))) {
            return false;
        }
    }
    return true;
}

static enum verdict verdict_of_choice(const struct run *r, const struct work *w,
    const struct dispute *d, const struct state_conflict *row)
{
    if (row->choice == CONFLICT_LEAVE && !d->was_open) {
        return VERDICT_LEFT;
    }
    if (!has_place(w, d) || (!row->force && !(d->known[SIDE_LEFT] && d->known[SIDE_RIGHT]))) {
        return VERDICT_VOID;
    }
    if (row->choice == CONFLICT_LEAVE) {
        return VERDICT_LEFT;
    }
    for (int s = 0; s < 2; s++) {
        /* Of a one-way link only the receiving side is written: what neither side had stays away. */
        bool closed = d->own ? r->access[s] != PLAN_WRITABLE : r->access[s] == PLAN_READONLY;
        if (closed && !dispute_holds(w->side[s].now, chosen_values(d))) {
            return VERDICT_BLOCKED;
        }
    }
    return VERDICT_CHOSEN;
}

static enum rc add_choice(
    struct run *r, struct work *w, const struct state_conflict *row, struct err *err)
{
    struct dispute *d = dispute_add(w, row->path);
    CLEANUP(json_free) struct json *settled = NULL;
    enum rc rc = parse(row->base, &d->base, err);
    if (rc == RC_OK && (rc = parse(row->value[SIDE_LEFT], &d->value[SIDE_LEFT], err)) == RC_OK &&
        (rc = parse(row->value[SIDE_RIGHT], &d->value[SIDE_RIGHT], err)) == RC_OK) {
        rc = parse(row->settled, &settled, err);
    }
    if (rc == RC_OK && row->choice == CONFLICT_TAKE_OWN) {
        rc = parse(row->own, &d->own, err);
    }
    if (rc != RC_OK) {
        return err_prefix(err, "state file: conflict %lld", (long long)row->id);
    }
    d->row = row->id;
    d->was_open = row->winner < 0;
    d->why = "choice";
    d->winner = row->choice == CONFLICT_TAKE_RIGHT ? SIDE_RIGHT : SIDE_LEFT;
    d->known[SIDE_LEFT] = is_known(w->side[SIDE_LEFT].now, d, settled);
    d->known[SIDE_RIGHT] = is_known(w->side[SIDE_RIGHT].now, d, settled);
    d->verdict = verdict_of_choice(r, w, d, row);
    return RC_OK;
}

bool work_has_choice(const struct work *w)
{
    return w->entry->chosen && w->side[SIDE_LEFT].now && w->side[SIDE_RIGHT].now;
}

/* ---- what is in conflict ---- */

static const char *why_settled(const struct run *r, const struct work *w)
{
    const char *left = json_get_str(w->side[SIDE_LEFT].now, "updated");
    const char *right = json_get_str(w->side[SIDE_RIGHT].now, "updated");
    if (w->entry->pair.prefer >= 0) {
        return "crash";
    }
    if (r->link.policy == LINK_LEFT_WINS || r->link.policy == LINK_RIGHT_WINS) {
        return link_policy_name(r->link.policy);
    }
    return left && right && !str_eq(left, right) ? "newest" : "undated";
}

static const struct state_conflict *open_row(const struct state_conflicts *rows, const char *path)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].winner < 0 && str_eq(rows->items[i].path, path)) {
            return &rows->items[i];
        }
    }
    return NULL;
}

static bool is_unsure(const struct work_side *side, const struct dispute *d, const char *path)
{
    return merge_touches(side->unsure, d->path) || merge_touches(side->unsure, path);
}

/* An update was cut off, and what is there now is most likely a form of it: older than what its source has
 * by now, and no word of those that made the copy, if one was made. An edit, which it may be as well, is
 * told as a conflict and kept. False: it is none of an update. */
static bool settle_unsure(
    const struct run *r, const struct work *w, struct dispute *d, const char *path)
{
    const bool at[2] = {
        is_unsure(&w->side[SIDE_LEFT], d, path), is_unsure(&w->side[SIDE_RIGHT], d, path)};
    if (at[SIDE_LEFT] == at[SIDE_RIGHT]) {
        return false;
    }
    switch (r->link.policy) {
    case LINK_LEFT_WINS:
        d->winner = SIDE_LEFT;
        break;
    case LINK_RIGHT_WINS:
        d->winner = SIDE_RIGHT;
        break;
    default:
        d->winner = at[SIDE_LEFT] ? SIDE_RIGHT : SIDE_LEFT;
        d->why = "crash";
        return true;
    }
    d->why = link_policy_name(r->link.policy);
    return true;
}

/* `c` as from doc_merge. */
static void judge(const struct run *r, const struct work *w, struct dispute *d,
    const struct state_conflicts *rows, const struct json *c)
{
    const struct state_conflict *row = open_row(rows, d->path);
    bool by_rule = json_get_bool(c, "rule", false);
    d->row = row ? row->id : 0;
    d->was_open = row != NULL;
    d->winner = str_eq(json_get_str(c, "winner"), "left") ? SIDE_LEFT : SIDE_RIGHT;
    d->why = by_rule ? "edit" : why_settled(r, w);
    if (!both_writable(r)) {
        d->verdict = VERDICT_WAITS;
        return;
    }
    enum side merged = d->winner;
    bool unsure = !by_rule && settle_unsure(r, w, d, json_get_str(c, "path"));
    d->apart = d->winner != merged;
    if (r->link.policy == LINK_ASK && !by_rule && (row || unsure || w->entry->pair.prefer < 0)) {
        d->verdict = VERDICT_OPEN; /* what was made by us, cut off, is no conflict of people */
        d->why = "ask";
    }
}

static bool is_chosen(const struct dispute *d)
{
    return d->verdict == VERDICT_CHOSEN || (d->verdict == VERDICT_LEFT && d->was_open);
}

/* A choice among what was settled was cut off, and one side edited since: what differs on the other
 * is our own writing, no change of a person's. */
static bool is_half_done(const struct dispute *d)
{
    return d->verdict == VERDICT_VOID && !d->was_open &&
           d->known[SIDE_LEFT] != d->known[SIDE_RIGHT];
}

static bool spoken_for(const struct work *w, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++) {
        const struct dispute *d = &w->disputes[i];
        if ((is_chosen(d) || is_half_done(d)) && concerns(d, path)) {
            return true;
        }
    }
    return false;
}

static void add_conflict(const struct run *r, struct work *w, size_t chosen,
    const struct state_conflicts *rows, const struct json *c)
{
    const char *path = json_get_str(c, "path");
    if (spoken_for(w, chosen, path)) {
        return;
    }
    CLEANUP(mem_free) char *unit = unit_of(path);
    struct dispute *d = NULL;
    for (size_t i = chosen; i < w->dispute_count; i++) {
        d = str_eq(w->disputes[i].path, unit) ? &w->disputes[i] : d;
    }
    if (!d) {
        d = dispute_add(w, unit);
        d->value[SIDE_LEFT] = json_object();
        d->value[SIDE_RIGHT] = json_object();
        d->base = w->side[SIDE_LEFT].base ? json_object() : NULL;
        judge(r, w, d, rows, c);
    }
    json_set(d->value[SIDE_LEFT], path, json_dup(json_get(c, "left")));
    json_set(d->value[SIDE_RIGHT], path, json_dup(json_get(c, "right")));
    if (d->base) {
        const struct json *before = json_pointer(w->side[SIDE_LEFT].base, path);
        json_set(d->base, path, before ? json_dup(before) : json_null());
    }
}

static bool is_stripped(const struct dispute *d, enum side s)
{
    bool overruled = d->verdict == VERDICT_SETTLED && d->apart && d->winner != s;
    return d->verdict == VERDICT_OPEN || overruled || is_chosen(d) ||
           (is_half_done(d) && d->known[s]);
}

/* A side's change without what is open or chosen. */
static struct json *strip(const struct work *w, enum side s)
{
    struct json *rest = json_object();
    for (const struct json *p = json_first(w->side[s].own); p; p = json_next(p)) {
        bool out = false;
        for (size_t i = 0; i < w->dispute_count; i++) {
            const struct dispute *d = &w->disputes[i];
            out |= is_stripped(d, s) && concerns(d, json_key(p));
        }
        if (!out) {
            json_set(rest, json_key(p), json_dup(p));
        }
    }
    return rest;
}

enum rc work_disputes(struct run *r, struct work *w, const struct json *conflicts,
    struct json *ret_own[2], struct err *err)
{
    struct state_conflicts rows CLEANUP_FINI(state_conflicts_fini) = {0};
    enum rc rc = w->entry->disputed
                     ? state_conflicts_of_pair(r->state, w->entry->pair.id, &rows, err)
                     : RC_OK;
    for (size_t i = 0; i < rows.count && rc == RC_OK; i++) {
        rc = rows.items[i].choice >= 0 ? add_choice(r, w, &rows.items[i], err) : RC_OK;
    }
    if (rc != RC_OK || r->access[SIDE_LEFT] == PLAN_ONE_WAY ||
        r->access[SIDE_RIGHT] == PLAN_ONE_WAY) {
        conflicts = NULL; /* one way: what the receiving side changed is not asked for */
    }
    size_t chosen = w->dispute_count;
    for (const struct json *c = json_first(conflicts); c; c = json_next(c)) {
        add_conflict(r, w, chosen, &rows, c);
    }
    bool strips = false;
    for (size_t i = 0; i < w->dispute_count; i++) {
        const struct dispute *d = &w->disputes[i];
        bool undecided = d->verdict == VERDICT_OPEN || d->verdict == VERDICT_WAITS;
        w->conflicts += d->verdict == VERDICT_SETTLED ? (long)json_count(d->value[0]) : 0;
        strips |= is_stripped(d, SIDE_LEFT) || is_stripped(d, SIDE_RIGHT);
        w->put_off |= d->verdict == VERDICT_WAITS;
        for (int s = 0; s < 2; s++) {
            if (undecided) {
                add_concerned(&w->undecided[s], w->side[s].own, d);
            }
            if (undecided || is_chosen(d)) {
                add_concerned(&w->unless_done[s], w->side[s].own, d);
            }
            if (d->verdict == VERDICT_SETTLED && (int)d->winner != s) {
                add_concerned(&w->lost[s], w->side[s].own, d);
            }
        }
    }
    if (rc == RC_OK && strips) {
        ret_own[SIDE_LEFT] = strip(w, SIDE_LEFT);
        ret_own[SIDE_RIGHT] = strip(w, SIDE_RIGHT);
    }
    return rc;
}

static void patch_put(struct json *patch, const struct json *values)
{
    for (const struct json *v = json_first(values); v; v = json_next(v)) {
        json_set(patch, json_key(v), json_dup(v));
    }
}

enum rc work_choices(struct run *r, struct work *w, struct merge_result *m, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < w->dispute_count; i++) {
        const struct dispute *d = &w->disputes[i];
        const struct json *values = chosen_values(d);
        for (int s = 0; s < 2 && rc == RC_OK && d->verdict == VERDICT_CHOSEN; s++) {
            if (r->access[s] != PLAN_WRITABLE || dispute_holds(w->side[s].now, values)) {
                continue;
            }
            m->wanted[s] = m->wanted[s] ? m->wanted[s] : json_dup(w->side[s].now);
            patch_put(m->patch[s], values);
            rc = doc_apply(m->wanted[s], values, err);
        }
    }
    return rc;
}
