/* Doubtful pairs: what the engine noted, and what people say about them. */
#include "client/app/private.h"

#include "client/state/review.h"

static struct json *review_json(const struct state_accounts *accounts,
    const struct state_link *link, const struct state_review *r)
{
    struct json *v = json_object();
    json_set_int(v, "id", r->id);
    json_set_str(v, "link", link->name);
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        struct json *side = json_need_object(v, side_name((enum side)s));
        json_set_str(side, "account", account_name_of(accounts, link->side[s].account));
        json_set_str(side, "text", r->text[s]);
    }
    json_set_int(v, "score", r->score);
    json_set_str(v, "reasons", r->reasons);
    json_set_str(v, "decision", review_decision_name(r->decision));
    json_set_int(v, "since", r->since);
    json_set_int(v, "until", r->since + (int64_t)REVIEW_DAYS * 86400);
    return v;
}

/* Appends those of one link; id 0: all of them. */
static enum rc add_reviews(struct state *state, const struct state_accounts *accounts,
    const struct state_link *link, int64_t id, struct json *list, struct err *err)
{
    struct state_reviews reviews CLEANUP_FINI(state_reviews_fini) = {0};
    enum rc rc = state_reviews_load(state, link->id, &reviews, err);
    for (size_t i = 0; i < reviews.count; i++) {
        if (!id || reviews.items[i].id == id) {
            json_append(list, review_json(accounts, link, &reviews.items[i]));
        }
    }
    return rc;
}

static enum rc add_link(struct state *state, const struct state_accounts *accounts,
    const struct state_link *link, struct json *list, struct err *err)
{
    return add_reviews(state, accounts, link, 0, list, err);
}

enum rc app_review_list(struct app *app, const char *name, struct json **ret, struct err *err)
{
    return links_list(app, name, "review", add_link, ret, err);
}

enum rc app_review_decide(struct app *app, const char *name, int64_t id, const char *decision,
    struct json **ret, struct err *err)
{
    struct state_accounts accounts CLEANUP_FINI(state_accounts_fini) = {0};
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    CLEANUP(json_free) struct json *v = json_object();
    struct json *list = json_array();
    json_set(v, "review", list);
    int wanted = review_decision_from_name(decision);
    if (wanted != REVIEW_SAME && wanted != REVIEW_DIFFERENT) {
        return err_set(err, RC_INVALID, 0, "say 'same' or 'different', not '%s'", decision);
    }
    struct state *state;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_accounts_load(state, &accounts, err);
    }
    if (rc == RC_OK) {
        rc = state_link_find(state, name, &link, err);
    }
    if (rc == RC_OK) {
        rc = add_reviews(state, &accounts, &link, id, list, err);
    }
    if (rc == RC_OK && !json_count(list)) {
        rc =
            err_set(err, RC_NOT_FOUND, 0, "link %s has no doubtful pair %lld", name, (long long)id);
    }
    if (rc == RC_OK) {
        rc = state_review_decide(state, id, (enum review_decision)wanted, err);
    }
    if (rc == RC_OK) {
        json_set_str(json_at(list, 0), "decision", decision);
        *ret = TAKE(v);
    }
    return rc;
}
