/* Undoing: one run, or the runs of a link back to a run or a time, the newest first. Each is an undo
 * of its own, so that each can be undone. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/platform/platform.h"
#include "client/state/change.h"
#include "client/sync/sync.h"

#include <string.h>

#define RUNS_MAX 1000 /* looked at */

static enum rc undo_run(struct app *app, const struct app_undo *request, const char *link,
    int64_t run, struct json **ret, struct err *err)
{
    const char *const links[] = {link};
    struct app_undo one = *request;
    one.run = run;
    struct app_sync pass = {
        .links = links,
        .link_count = 1,
        .preview = request->preview,
        .undo = &one,
    };
    return app_sync_run(app, &pass, ret, err);
}

static enum rc undo_one(
    struct app *app, const struct app_undo *request, struct json **ret, struct err *err)
{
    struct state_run run CLEANUP_FINI(state_run_fini) = {0};
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    enum rc rc = state_run_get(app->state, request->run, &run, err);
    if (rc == RC_OK) {
        rc = state_link_get(app->state, run.link, &link, err);
    }
    return rc == RC_OK ? undo_run(app, request, link.name, run.id, ret, err) : rc;
}

/* ---- since when ---- */

struct since {
    int64_t run, time; /* one of them; both 0: only the latest run */
};

/* Local time in seconds since 1970: the clock of this machine is asked what it shows then. */
static int64_t local_to_utc(const struct civil *local)
{
    int64_t wanted = civil_seconds(local), utc = wanted;
    for (int i = 0; i < 2; i++) {
        struct civil shown = platform_local_time(utc);
        utc += wanted - civil_seconds(&shown);
    }
    return utc;
}

static enum rc since_parse(const char *text, struct since *ret, struct err *err)
{
    *ret = (struct since){0, 0};
    if (!text) {
        return RC_OK;
    }
    if (strlen(text) < 10 && text[strspn(text, "0123456789")] == '\0' && *text) {
        ret->run = strtoll(text, NULL, 10);
        return RC_OK;
    }
    static const char *const rests[] = {"T00:00:00", ":00", ""};
    for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
        CLEANUP(mem_free) char *iso = str_printf("%s%s", text, rests[i]);
        struct civil local;
        if (strlen(iso) == 19 && (iso[10] == ' ' || iso[10] == 'T')) {
            iso[10] = 'T';
            if (civil_parse_iso(iso, &local, NULL) && civil_valid(&local)) {
                ret->time = local_to_utc(&local);
                return RC_OK;
            }
        }
    }
    return err_set(err, RC_INVALID, 0,
        "'%s' is neither the number of a run nor a time such as \"2026-11-28\" or \"2026-11-28 "
        "14:30\"",
        text);
}

/* ---- which runs ---- */

static enum rc change_count(struct state *state, int64_t run, size_t *ret, struct err *err)
{
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    enum rc rc = state_changes_load(state, run, 0, &changes, err);
    *ret = changes.count;
    return rc;
}

struct runs {
    int64_t *ids; /* owned */
    size_t count, cap;
};

static void runs_fini(struct runs *r)
{
    free(r->ids);
}

static void runs_add(struct runs *r, int64_t id)
{
    ARRAY_RESERVE(r->ids, r->count, r->cap);
    r->ids[r->count++] = id;
}

static bool runs_have(const struct runs *r, int64_t id)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->ids[i] == id) {
            return true;
        }
    }
    return false;
}

/* An undo that still holds takes its run out, if it was about all of it. */
static enum rc take_run(
    struct state *state, int64_t run, struct runs *undone, struct runs *wanted, struct err *err)
{
    int64_t of = 0;
    size_t did = 0, had = 0;
    enum rc rc = state_undo_of(state, run, &of, err);
    if (rc == RC_OK) {
        rc = change_count(state, run, &did, err);
    }
    if (rc == RC_OK && of) {
        rc = change_count(state, of, &had, err);
    }
    if (rc != RC_OK || runs_have(undone, run)) {
        return rc;
    }
    if (of && did >= had) {
        runs_add(undone, of);
    } else if (!of && did) {
        runs_add(wanted, run);
    }
    return RC_OK;
}

static enum rc find_runs(
    struct state *state, int64_t link, const struct since *since, struct runs *ret, struct err *err)
{
    struct state_runs all CLEANUP_FINI(state_runs_fini) = {0};
    struct runs undone CLEANUP_FINI(runs_fini) = {0};
    bool latest = !since->run && !since->time;
    enum rc rc = state_runs_load(state, link, RUNS_MAX, &all, err);
    for (size_t i = 0; i < all.count && rc == RC_OK; i++) {
        const struct state_run *run = &all.items[i];
        if (run->id < since->run || run->start < since->time || (latest && ret->count)) {
            break;
        }
        rc = take_run(state, run->id, &undone, ret, err);
    }
    return rc;
}

static enum rc undo_link(
    struct app *app, const struct app_undo *request, struct json **ret, struct err *err)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct runs runs CLEANUP_FINI(runs_fini) = {0};
    struct since since;
    enum rc rc = since_parse(request->since, &since, err);
    if (rc == RC_OK) {
        rc = state_link_find(app->state, request->link, &link, err);
    }
    if (rc == RC_OK) {
        rc = find_runs(app->state, link.id, &since, &runs, err);
    }
    if (rc == RC_OK && !runs.count) {
        rc = err_set(err, RC_NOT_FOUND, 0,
            "'%s' has no run since then that could be undone; 'lockstep history' lists them",
            link.name);
    }
    CLEANUP(json_free) struct json *all = NULL;
    bool well = true;
    for (size_t i = 0; i < runs.count && rc == RC_OK && well; i++) {
        CLEANUP(json_free) struct json *one = NULL;
        rc = undo_run(app, request, link.name, runs.ids[i], &one, err);
        struct json *entry = rc == RC_OK ? json_first(json_get(one, "links")) : NULL;
        if (entry) {
            json_set_int(entry, "undoes", runs.ids[i]);
        }
        well = entry && str_eq(json_get_str(entry, "rc"), "ok");
        if (rc == RC_OK && all) {
            json_append(json_get(all, "links"), json_dup(entry));
        } else if (rc == RC_OK) {
            all = TAKE(one);
        }
    }
    if (rc == RC_OK) {
        json_set_int(all, "exit", app_exit_of_sync(all));
        *ret = TAKE(all);
    }
    return rc;
}

enum rc app_undo(
    struct app *app, const struct app_undo *request, struct json **ret, struct err *err)
{
    struct state *state;
    enum rc rc = app_state(app, &state, err);
    if (rc != RC_OK) {
        return rc;
    }
    return request->link ? undo_link(app, request, ret, err) : undo_one(app, request, ret, err);
}
