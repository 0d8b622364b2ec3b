/* What was done: the runs, what one of them did to each item, what happened to one item. Asks no
 * server. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/state/change.h"
#include "client/sync/sync.h"

#include <string.h>

#define RUNS_MAX 100 /* listed at once */

static const struct state_link *link_of(const struct known *n, int64_t id)
{
    for (size_t i = 0; i < n->links.count; i++) {
        if (n->links.items[i].id == id) {
            return &n->links.items[i];
        }
    }
    return NULL;
}

static const struct state_link *link_named(const struct known *n, const char *name)
{
    for (size_t i = 0; i < n->links.count; i++) {
        if (str_eq(n->links.items[i].name, name)) {
            return &n->links.items[i];
        }
    }
    return NULL;
}

static const char *account_of(const struct known *n, const struct state_link *link, enum side s)
{
    return link ? account_name_of(&n->accounts, link->side[s].account) : "?";
}

/* What a run was for, unless it was an ordinary sync. */
static enum rc set_cause(struct state *state, int64_t run, struct json *v, struct err *err)
{
    enum state_cause cause = STATE_CAUSE_SYNC;
    CLEANUP(mem_free) char *detail = NULL;
    enum rc rc = state_cause_of(state, run, &cause, &detail, err);
    if (rc == RC_OK && cause != STATE_CAUSE_SYNC) {
        json_set_str(v, state_cause_name(cause), detail);
    }
    return rc;
}

static enum rc run_json(struct state *state, const struct known *names, const struct state_run *run,
    struct json **ret, struct err *err)
{
    const struct state_link *link = link_of(names, run->link);
    CLEANUP(json_free) struct json *v = json_object();
    int64_t of = 0, by = 0;
    json_set_int(v, "run", run->id);
    json_set_str(v, "link", link ? link->name : "?");
    json_set_int(v, "start", run->start);
    if (run->end) {
        json_set_int(v, "end", run->end);
        json_set_str(v, "rc", rc_name(run->rc));
    }
    for (int s = 0; s < 2; s++) {
        struct json *side = json_need_object(v, side_name((enum side)s));
        json_set_str(side, "account", account_of(names, link, (enum side)s));
        json_set_int(side, "created", run->side[s].created);
        json_set_int(side, "updated", run->side[s].updated);
        json_set_int(side, "deleted", run->side[s].deleted);
    }
    json_set_int(v, "conflicts", run->conflicts);
    json_set_int(v, "failed", run->failed);
    json_set_str(v, "text", run->text);
    enum rc rc = state_undo_of(state, run->id, &of, err);
    if (rc == RC_OK) {
        rc = state_undone_by(state, run->id, &by, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (of) {
        json_set_int(v, "undoes", of);
    }
    if (by) {
        json_set_int(v, "undone_by", by);
    }
    rc = set_cause(state, run->id, v, err);
    if (rc != RC_OK) {
        return rc;
    }
    *ret = TAKE(v);
    return RC_OK;
}

static enum rc runs_json(struct state *state, const struct known *names, int64_t link,
    struct json **ret, struct err *err)
{
    struct state_runs runs CLEANUP_FINI(state_runs_fini) = {0};
    CLEANUP(json_free) struct json *list = json_array();
    enum rc rc = state_runs_load(state, link, RUNS_MAX, &runs, err);
    for (size_t i = 0; i < runs.count && rc == RC_OK; i++) {
        struct json *v = NULL;
        rc = run_json(state, names, &runs.items[i], &v, err);
        if (rc == RC_OK) {
            json_append(list, v);
        }
    }
    if (rc == RC_OK) {
        *ret = TAKE(list);
    }
    return rc;
}

/* ---- items ---- */

static enum rc parse(const char *text, struct json **ret, struct err *err)
{
    return text ? json_parse(text, strlen(text), ret, err) : RC_OK;
}

static enum rc fields_json(const struct state_change_side *side, struct json *list, struct err *err)
{
    CLEANUP(json_free) struct json *back = NULL;
    CLEANUP(json_free) struct json *forth = NULL;
    enum rc rc = parse(side->back, &back, err);
    if (rc == RC_OK) {
        rc = parse(side->forth, &forth, err);
    }
    for (struct json *m = json_first(back); m && rc == RC_OK; m = json_next(m)) {
        struct json *after = json_get(forth, json_key(m));
        CLEANUP(mem_free) char *path = mem_strdup(json_key(m));
        struct sync_field field = {
            .path = path,
            .before = json_is_null(m) ? NULL : m,
            .after = json_is_null(after) ? NULL : after,
        };
        json_append(list, planned_field_json(&field));
    }
    return rc;
}

/* What happened on a side: the run's write, or the person's edit that it carried over. */
static const char *side_what(const struct state_change_side *side)
{
    if (side->op >= 0) {
        return state_op_name((enum state_op)side->op);
    }
    return side->doc ? "was deleted" : side->back ? "was edited" : NULL;
}

static enum rc change_json(const struct known *names, const struct state_link *link,
    const struct state_change *c, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = json_object();
    json_set_int(v, "run", c->run);
    json_set_int(v, "time", c->time);
    json_set_str(v, "link", link ? link->name : "?");
    json_set_str(v, "title", c->title);
    enum rc rc = RC_OK;
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        const char *what = side_what(&c->side[s]);
        if (!what) {
            continue;
        }
        struct json *side = json_need_object(v, side_name((enum side)s));
        json_set_str(side, "account", account_of(names, link, (enum side)s));
        json_set_str(side, "what", what);
        json_set_str(side, "id", c->side[s].item);
        struct json *fields = json_array();
        json_set(side, "fields", fields);
        rc = fields_json(&c->side[s], fields, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}

static enum rc changes_json(struct state *state, const struct known *names,
    const struct state_changes *changes, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *list = json_array();
    enum rc rc = RC_OK;
    for (size_t i = 0; i < changes->count && rc == RC_OK; i++) {
        const struct state_change *c = &changes->items[i];
        struct state_run run CLEANUP_FINI(state_run_fini) = {0};
        struct json *v = NULL;
        int64_t of = 0;
        rc = state_run_get(state, c->run, &run, err);
        if (rc == RC_OK) {
            rc = state_undo_of(state, c->run, &of, err);
        }
        if (rc == RC_OK) {
            rc = change_json(names, link_of(names, run.link), c, &v, err);
        }
        if (rc == RC_OK) {
            json_append(list, v);
            rc = set_cause(state, c->run, v, err);
        }
        if (rc == RC_OK && of) {
            json_set_int(v, "undoes", of);
        }
    }
    if (rc == RC_OK) {
        *ret = TAKE(list);
    }
    return rc;
}

static enum rc history_run(
    struct state *state, const struct known *names, int64_t id, struct json *v, struct err *err)
{
    struct state_run run CLEANUP_FINI(state_run_fini) = {0};
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    struct json *about = NULL, *items = NULL;
    enum rc rc = state_run_get(state, id, &run, err);
    if (rc == RC_OK) {
        rc = run_json(state, names, &run, &about, err);
    }
    if (rc == RC_OK) {
        json_set(v, "run", about);
        rc = state_changes_load(state, id, 0, &changes, err);
    }
    if (rc == RC_OK) {
        rc = changes_json(state, names, &changes, &items, err);
    }
    if (rc == RC_OK) {
        json_set(v, "items", items);
    }
    return rc;
}

static enum rc history_item(struct state *state, const struct known *names, const char *item,
    struct json *v, struct err *err)
{
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    struct json *items = NULL;
    enum rc rc = state_changes_find(state, item, &changes, err);
    if (rc == RC_OK && !changes.count) {
        return err_set(
            err, RC_NOT_FOUND, 0, "nothing was done to '%s', as far as it is kept", item);
    }
    if (rc == RC_OK) {
        rc = changes_json(state, names, &changes, &items, err);
    }
    if (rc == RC_OK) {
        json_set(v, "items", items);
    }
    return rc;
}

static enum rc history_runs(struct state *state, const struct known *names, const char *link_name,
    struct json *v, struct err *err)
{
    const struct state_link *link = link_name ? link_named(names, link_name) : NULL;
    struct json *runs = NULL;
    if (link_name && !link) {
        return err_set(err, RC_NOT_FOUND, 0, "there is no link '%s'", link_name);
    }
    enum rc rc = runs_json(state, names, link ? link->id : 0, &runs, err);
    if (rc == RC_OK) {
        json_set(v, "runs", runs);
    }
    return rc;
}

enum rc app_history(
    struct app *app, const struct app_history *request, struct json **ret, struct err *err)
{
    struct known names CLEANUP_FINI(known_fini) = {0};
    CLEANUP(json_free) struct json *v = json_object();
    enum rc rc = known_load(app, &names, err);
    if (rc == RC_OK) {
        rc = request->item  ? history_item(names.state, &names, request->item, v, err)
             : request->run ? history_run(names.state, &names, request->run, v, err)
                            : history_runs(names.state, &names, request->link, v, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}
