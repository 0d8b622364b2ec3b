/* The state of things, for people and for monitoring. Asks no server. */
#include "client/app/private.h"
#include "client/app/push.h"
#include "client/platform/platform.h"
#include "client/state/conflict.h"
#include "client/state/review.h"

static enum rc problems_json(struct state *state, int64_t link, struct json *v, struct err *err)
{
    struct state_problems problems CLEANUP_FINI(state_problems_fini) = {0};
    enum rc rc = state_problems_load(state, link, &problems, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < problems.count; i++) {
        const struct state_problem *p = &problems.items[i];
        struct json *item = json_object();
        json_set_str(item, "title", p->title);
        json_set_str(item, "side", side_name(p->side));
        json_set_str(item, "action", p->action);
        json_set_str(item, "rc", rc_name(p->rc));
        json_set_str(item, "text", p->text);
        json_set_bool(item, "held", p->held);
        json_set_int(item, "since", p->since);
        json_append(list, item);
    }
    json_set(v, "problems", list);
    return RC_OK;
}

enum rc doubtful_count(struct state *state, int64_t link, long *ret, struct err *err)
{
    struct state_reviews reviews CLEANUP_FINI(state_reviews_fini) = {0};
    enum rc rc = state_reviews_load(state, link, &reviews, err);
    *ret = 0;
    for (size_t i = 0; i < reviews.count; i++) {
        *ret += reviews.items[i].decision == REVIEW_OPEN;
    }
    return rc;
}

static enum rc links_status(struct app *app, struct json *list, struct err *err)
{
    struct known k CLEANUP_FINI(known_fini) = {0};
    enum rc rc = known_load(app, &k, err);
    for (size_t i = 0; rc == RC_OK && i < k.links.count; i++) {
        long full = 0, half = 0;
        struct json *v = link_json(&k.accounts, &k.links.items[i]);
        json_append(list, v);
        rc = state_pair_counts(k.state, k.links.items[i].id, &full, &half, err);
        json_set_int(v, "pairs", full);
        json_set_int(v, "half_pairs", half);
        if (rc == RC_OK) {
            long open = 0;
            rc = doubtful_count(k.state, k.links.items[i].id, &open, err);
            json_set_int(v, "doubtful", open);
        }
        if (rc == RC_OK) {
            long open = 0;
            rc = state_conflicts_open(k.state, k.links.items[i].id, &open, err);
            json_set_int(v, "conflicts", open);
        }
        if (rc == RC_OK) {
            rc = problems_json(k.state, k.links.items[i].id, v, err);
        }
    }
    return rc;
}

enum rc app_status(struct app *app, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = json_object();
    struct app_settings settings = app_settings_get(app);
    json_set_str(v, "version", LOCKSTEP_VERSION);
    json_set_str(v, "home", app->home);
    json_set_str(v, "log_dir", app->log_dir);
    json_set_bool(v, "debug_logging", settings.debug_logging);
    bool over = settings.paused_until && settings.paused_until <= platform_now();
    json_set_bool(v, "paused", settings.paused && !over);
    json_set_int(v, "interval_minutes", settings.interval_minutes);
    json_set_str(v, "language", language_code(settings.language));
    json_set(v, "push", push_status(app->home));
    struct json *list = json_array();
    json_set(v, "links", list);
    enum rc rc = links_status(app, list, err);
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}
