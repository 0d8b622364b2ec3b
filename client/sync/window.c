/* The time window and the filter of a link limit what is fetched first, and nothing else: an item of
 * one side alone that lies outside, or that the filter does not take, is not made on the other; it
 * waits until its day comes, it is edited, or window or filter are others. What is paired stays
 * paired, and nothing is ever deleted for their sake. README.md, "The time window and
 * the filter". */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/item/filter.h"
#include "client/item/span.h"
#include "client/state/change.h"

#include <limits.h>

#define DAY ((int64_t)86400)

static int64_t floor_day(int64_t seconds)
{
    return (seconds < 0 ? seconds - (DAY - 1) : seconds) / DAY;
}

bool run_has_window(const struct run *r)
{
    return r->window.past >= 0 || r->window.future >= 0 || r->filter_text;
}

static enum side half_side(const struct entry *e)
{
    return e->pair.side[SIDE_LEFT].id ? SIDE_LEFT : SIDE_RIGHT;
}

/* ---- what is known of those that wait ---- */

/* Both lists are in order of pair. */
static void note_waiting(struct run *r, const struct state_outsides *list)
{
    size_t at = 0;
    for (size_t i = 0; i < r->count && at < list->count; i++) {
        struct entry *e = r->entries[i];
        if (e->pair.id == list->items[at].pair) {
            e->outside = list->items[at++].due;
        }
    }
}

enum rc run_window_load(struct run *r, struct err *err)
{
    struct state_outsides list CLEANUP_FINI(state_outsides_fini) = {0};
    enum rc rc = state_outside_tidy(r->state, r->link.id, &r->window, r->now, err);
    if (rc == RC_OK && run_has_window(r)) {
        rc = state_outsides_load(r->state, r->link.id, &r->window, r->now, false, &list, err);
    }
    note_waiting(r, &list);
    return rc;
}

bool entry_waits_outside(const struct entry *e)
{
    return e->outside && entry_half(e) && e->pair.side[half_side(e)].look == PAIR_CLEAN;
}

enum rc run_window_count(struct run *r, struct err *err)
{
    struct state_outside_counts n = {0};
    enum rc rc = run_has_window(r)
                     ? state_outside_count(r->state, r->link.id, &r->window, r->now, &n, err)
                     : RC_OK;
    r->report->older = n.older;
    r->report->later = n.later;
    r->report->filtered = n.filtered;
    return rc;
}

/* ---- matching without reading them again ---- */

/* What match.c goes by, and shows where it is in doubt; of groups also what refs_enter needs. */
static struct json *likeness_of(enum item_kind kind, const struct json *doc)
{
    static const char *const DATED[] = {"@type", "uid", "recurrenceId", "title", "start", "due",
        "timeZone", "showWithoutTime", "duration", "recurrenceRules", "locations", NULL};
    static const char *const PEOPLE[] = {"@type", "uid", "kind", "name", "organizations", "emails",
        "phones", "anniversaries", "addresses", "members", DOC_MEMBER_CARDS, DOC_MEMBER_KEYS, NULL};
    static const char *const NOTES[] = {"@type", "uid", "title", "description", NULL};
    const char *const *member = kind == ITEM_CONTACT ? PEOPLE : kind == ITEM_NOTE ? NOTES : DATED;
    struct json *v = json_object();
    for (; *member; member++) {
        if (json_get(doc, *member)) {
            json_set(v, *member, json_dup(json_get(doc, *member)));
        }
    }
    return v;
}

static enum rc take_likeness(struct entry *e, const char *text, struct err *err)
{
    enum side s = half_side(e);
    struct json *doc = NULL;
    enum rc rc = json_parse(text, strlen(text), &doc, err);
    if (rc == RC_OK) {
        e->cache[s] = NEW(struct store_item);
        e->cache[s]->id = mem_strdup(e->pair.side[s].id);
        e->cache[s]->version = mem_strdup(e->pair.side[s].version);
        e->cache[s]->doc = doc;
        e->likeness = true;
    }
    return rc;
}

enum rc run_likenesses_load(struct run *r, struct err *err)
{
    struct state_outsides list CLEANUP_FINI(state_outsides_fini) = {0};
    if (!run_has_window(r)) {
        return RC_OK;
    }
    enum rc rc = state_outsides_load(r->state, r->link.id, &r->window, r->now, true, &list, err);
    size_t at = 0;
    for (size_t i = 0; i < r->count && at < list.count && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (e->pair.id != list.items[at].pair) {
            continue;
        }
        if (!e->dead && entry_waits_outside(e) && !e->cache[half_side(e)]) {
            rc = take_likeness(e, list.items[at].likeness, err);
        }
        at++;
    }
    return rc;
}

void run_likenesses_drop(struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct entry *e = r->entries[i];
        if (e->likeness) {
            entry_uncache(e, SIDE_LEFT);
            entry_uncache(e, SIDE_RIGHT);
            e->likeness = false;
        }
    }
}

/* ---- the judgement ---- */

/* Days to seconds; no limit is one that nothing reaches. */
static void bounds(const struct run *r, int64_t *ret_from, int64_t *ret_until)
{
    int64_t today = floor_day(r->now);
    *ret_from = r->window.past < 0 ? INT64_MIN : (today - r->window.past) * DAY;
    *ret_until = r->window.future < 0 ? INT64_MAX : (today + r->window.future + 1) * DAY;
}

/* From now on it waits, unless it did already: until a day inside of the window, or for the filter.
 * Within a transaction. */
static enum rc put_outside(
    struct run *r, struct entry *e, enum side s, int64_t next, bool filtered, struct err *err)
{
    const struct store_item *item = e->cache[s];
    CLEANUP(json_free) struct json *likeness = likeness_of(r->link.kind, item->doc);
    struct state_outside o = {.pair = e->pair.id,
        .due = next == SPAN_NEVER ? STATE_NEVER : (floor_day(next) - r->window.future) * DAY,
        .filtered = filtered,
        .likeness = json_print(likeness)};
    enum rc rc = state_outside_put(r->state, &o, &r->window, err);
    free(o.likeness);
    e->outside = o.due;
    str_replace(&e->pair.side[s].version, item->version ? item->version : "");
    e->pair.side[s].look = PAIR_CLEAN;
    e->pair.failures = 0;
    e->pair.next_try = 0;
    e->parked = e->held = e->quarantined = false; /* its day or the filter decides, nothing else */
    entry_uncache(e, s);
    if (rc == RC_OK) {
        rc = state_parked_set(r->state, e->pair.id, false, err);
    }
    if (rc == RC_OK) {
        rc = state_problem_clear(r->state, e->pair.id, err);
    }
    return rc == RC_OK ? run_entry_save(r, e, err) : rc;
}

static enum rc judge(struct run *r, struct entry *e, struct err *err)
{
    enum side s = half_side(e);
    const struct store_item *item = e->cache[s];
    int64_t from, until, next = SPAN_NEVER;
    if (!item || item->rc != RC_OK || !item->doc) {
        e->outside = 0;
        return RC_OK; /* what cannot be read is told as always */
    }
    if (!filter_takes(r->opt->filter, item->doc)) {
        return put_outside(r, e, s, SPAN_NEVER, true, err);
    }
    bounds(r, &from, &until);
    if (!span_meets(r->link.kind, item->doc, from, until, &next)) {
        return put_outside(r, e, s, next, false, err);
    }
    e->outside = 0;
    return state_outside_delete(r->state, e->pair.id, err);
}

/* A copy of it would be made on the other side. What had a counterpart that somebody deleted is no
 * half pair: an edit brings it back, whenever it is. */
static bool concerns_window(const struct run *r, const struct entry *e)
{
    return entry_half(e) && e->pair.side[half_side(e)].look < PAIR_MISSING &&
           (r->opt->repair ? !e->dead && !e->doubted && !entry_waits_outside(e)
                           : run_entry_due(r, e) && !run_entry_delayed(r, e));
}

static enum rc judge_all(struct run *r, struct entry **list, size_t count, struct err *err)
{
    enum rc rc = state_begin(r->state, err);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        rc = judge(r, list[i], err);
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}

static enum rc window_side(struct run *r, enum side s, struct err *err)
{
    size_t batch = run_batch(r, s), next = 0;
    struct entry **list = mem_realloc(NULL, batch, sizeof *list);
    struct entry **want = mem_realloc(NULL, batch, sizeof *want);
    enum rc rc = RC_OK;
    while (next < r->count && rc == RC_OK) {
        size_t n = 0, wanted = 0;
        while (next < r->count && n < batch) {
            struct entry *e = r->entries[next++];
            if (!e->dead && half_side(e) == s && concerns_window(r, e)) {
                list[n++] = e;
                if (!e->cache[s]) {
                    want[wanted++] = e;
                }
            }
        }
        rc = wanted ? run_fetch(r, s, want, wanted, err) : RC_OK;
        if (rc == RC_OK && n) {
            rc = judge_all(r, list, n, err);
        }
    }
    free(list);
    free(want);
    return rc;
}

enum rc run_window(struct run *r, struct err *err)
{
    if (!run_has_window(r)) {
        return RC_OK;
    }
    enum rc rc = window_side(r, SIDE_LEFT, err);
    if (rc == RC_OK) {
        rc = window_side(r, SIDE_RIGHT, err);
    }
    return rc == RC_OK ? run_window_count(r, err) : rc;
}
