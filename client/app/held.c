/* What the guards hold: listing it and refusing it. Asks no server. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/sync/sync.h"

static struct json *held_json(const struct state_accounts *accounts, const struct state_link *link,
    const struct state_problem *p)
{
    struct json *v = json_object();
    json_set_str(v, "link", link->name);
    json_set_str(v, "title", p->title);
    json_set_str(v, "side", side_name(p->side));
    json_set_str(v, "account", account_name_of(accounts, link->side[p->side].account));
    json_set_str(v, "action", p->action);
    json_set_str(v, "text", p->text);
    json_set_int(v, "since", p->since);
    return v;
}

static enum rc held_of_link(struct state *state, const struct state_accounts *accounts,
    const struct state_link *link, struct json *list, struct err *err)
{
    struct state_problems problems CLEANUP_FINI(state_problems_fini) = {0};
    enum rc rc = state_problems_load(state, link->id, &problems, err);
    for (size_t i = 0; i < problems.count && rc == RC_OK; i++) {
        if (problems.items[i].held) {
            json_append(list, held_json(accounts, link, &problems.items[i]));
        }
    }
    return rc;
}

enum rc app_held_list(struct app *app, struct json **ret, struct err *err)
{
    return links_list(app, NULL, "held", held_of_link, ret, err);
}

static const char *action_of(const char *words)
{
    return str_eq(words, "deletes")   ? "delete"
           : str_eq(words, "creates") ? "create"
           : str_eq(words, "updates") ? "update"
                                      : NULL;
}

enum rc app_held_refuse(
    struct app *app, const char *name, const char *only, struct json **ret, struct err *err)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct state *state;
    struct state_counts n = {0};
    const char *action = NULL;
    if (only && !(action = action_of(only))) {
        return err_set(err, RC_INVALID, 0,
            "'%s' is none of what can be refused: deletes, creates or updates", only);
    }
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_link_find(state, name, &link, err);
    }
    if (rc == RC_OK) {
        rc = sync_refuse(state, link.id, action, &n, err);
    }
    if (rc == RC_OK) {
        *ret = json_object();
        json_set_str(*ret, "link", link.name);
        json_set_int(*ret, "refused", n.deleted + n.created + n.updated);
        json_set_int(*ret, "deletes", n.deleted);
        json_set_int(*ret, "creates", n.created);
        json_set_int(*ret, "updates", n.updated);
    }
    return rc;
}
