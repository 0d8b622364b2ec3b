/* Conflicts: which there are, with both values in words, and what people choose in them. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/state/conflict.h"
#include "client/sync/sync.h"

#include <string.h>

static enum rc parse(const char *text, struct json **ret, struct err *err)
{
    return text ? json_parse(text, strlen(text), ret, err) : RC_OK;
}

static struct json *not_null(struct json *v)
{
    return json_is_null(v) ? NULL : v;
}

/* {"path","field","base","left","right"}, each value left out if there is none. */
static struct json *field_json(const char *path, struct json *base, struct json *const value[2])
{
    CLEANUP(mem_free) char *copy = mem_strdup(path);
    struct sync_field field = {copy, not_null(json_get(base, path)), NULL};
    struct json *v = NULL;
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        field.after = not_null(json_get(value[s], path));
        struct json *one = planned_field_json(&field);
        v = v ? v : json_dup(one);
        json_set(v, side_name((enum side)s), json_detach(one, "new"));
        json_free(one);
    }
    json_remove(v, "new");
    json_set(v, "base", json_detach(v, "old"));
    json_remove(v, "old");
    return v;
}

static enum rc fields_json(const struct state_conflict *c, struct json *list, struct err *err)
{
    CLEANUP(json_free) struct json *base = NULL;
    CLEANUP(json_free) struct json *left = NULL;
    CLEANUP(json_free) struct json *right = NULL;
    enum rc rc = parse(c->base, &base, err);
    if (rc == RC_OK && (rc = parse(c->value[SIDE_LEFT], &left, err)) == RC_OK) {
        rc = parse(c->value[SIDE_RIGHT], &right, err);
    }
    for (struct json *m = json_first(left); m && rc == RC_OK; m = json_next(m)) {
        json_append(list, field_json(json_key(m), base, (struct json *const[2]){left, right}));
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "state file: conflict %lld", (long long)c->id);
}

static enum rc conflict_json(const struct state_accounts *accounts, const struct state_link *link,
    const struct state_conflict *c, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = json_object();
    bool open = c->winner < 0;
    json_set_int(v, "id", c->id);
    json_set_str(v, "link", link->name);
    json_set_str(v, "title", c->title);
    json_set_str(v, "state", open ? "open" : "kept");
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        struct json *side = json_need_object(v, side_name((enum side)s));
        json_set_str(side, "account", account_name_of(accounts, link->side[s].account));
    }
    if (!open) {
        json_set_str(v, "winner", side_name((enum side)c->winner));
        json_set_str(v, "why", c->why);
        json_set_int(v, "run", c->run);
    }
    json_set_str(v, "choice", conflict_choice_name(c->choice));
    json_set_int(v, "since", c->time);
    struct json *fields = json_array();
    json_set(v, "fields", fields);
    enum rc rc = fields_json(c, fields, err);
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}

static enum rc add_link(struct state *state, const struct state_accounts *accounts,
    const struct state_link *link, struct json *list, struct err *err)
{
    struct state_conflicts conflicts CLEANUP_FINI(state_conflicts_fini) = {0};
    enum rc rc = state_conflicts_load(state, link->id, &conflicts, err);
    for (size_t i = 0; i < conflicts.count && rc == RC_OK; i++) {
        struct json *v = NULL;
        rc = conflict_json(accounts, link, &conflicts.items[i], &v, err);
        if (rc == RC_OK) {
            json_append(list, v);
        }
    }
    return rc;
}

enum rc app_conflict_list(struct app *app, const char *name, struct json **ret, struct err *err)
{
    return links_list(app, name, "conflicts", add_link, ret, err);
}

/* "left", "right", "leave", or the name of one of the two accounts. */
static enum rc read_choice(
    struct state *state, const struct state_link *link, const char *word, int *ret, struct err *err)
{
    struct state_accounts accounts CLEANUP_FINI(state_accounts_fini) = {0};
    enum rc rc = state_accounts_load(state, &accounts, err);
    if (rc != RC_OK) {
        return rc;
    }
    const char *left = account_name_of(&accounts, link->side[SIDE_LEFT].account);
    const char *right = account_name_of(&accounts, link->side[SIDE_RIGHT].account);
    int choice = conflict_choice_from_name(word);
    if (choice < 0 && !str_eq(left, right)) {
        choice = str_eq(word, left)    ? (int)CONFLICT_TAKE_LEFT
                 : str_eq(word, right) ? (int)CONFLICT_TAKE_RIGHT
                                       : -1;
    }
    if (choice < 0) {
        return err_set(err, RC_INVALID, 0,
            "'%s' is neither 'left' (%s) nor 'right' (%s) nor 'leave'", word, left, right);
    }
    *ret = choice;
    return RC_OK;
}

enum rc app_conflict_choose(
    struct app *app, int64_t id, const char *word, bool force, struct json **ret, struct err *err)
{
    struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
    struct state_conflict later CLEANUP_FINI(state_conflict_fini) = {0};
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct err gone = ERR_INIT;
    struct state *state;
    int choice = -1;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_conflict_get(state, id, &c, err);
    }
    if (rc == RC_OK) {
        rc = state_link_get(state, c.link, &link, err);
    }
    if (rc == RC_OK) {
        rc = read_choice(state, &link, word, &choice, err);
    }
    if (rc == RC_OK) {
        rc = state_conflict_choose(state, id, choice, force, err);
    }
    if (rc == RC_OK) {
        const char *const links[] = {link.name};
        struct app_sync pass = {.links = links, .link_count = 1, .choices = true};
        rc = app_sync_run(app, &pass, ret, err);
    }
    if (rc == RC_OK && state_conflict_get(state, id, &later, &gone) == RC_OK && later.choice >= 0) {
        json_set_bool(*ret, "noted", true);
    }
    err_fini(&gone);
    return rc;
}
