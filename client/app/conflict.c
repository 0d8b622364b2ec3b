/* Conflicts: which there are, with both values in words, and what people choose in them. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/state/conflict.h"
#include "client/sync/sync.h"

#include <string.h>

static enum rc parse(const char *text, struct json **ret, struct err *err)
{
    return text ? json_parse(text, strlen(text), ret, err) : RC_OK;
}

/* ---- what may be written in place of both values ---- */

#define OWN_MAX 32000

/* Members that are a text and nothing else, whatever it says. Not names: theirs has parts. */
static const struct text_member {
    const char *top, *last; /* "phones/ID/number"; last NULL: the member itself */
    bool lines;             /* may have several */
} TEXTS[] = {{"title", NULL, false}, {"description", NULL, true}, {"notes", "note", true},
    {"phones", "number", false}, {"emails", "address", false}, {"organizations", "name", false},
    {"titles", "name", false}, {"nicknames", "name", false}, {"locations", "name", false}};

static const struct text_member *text_member_of(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        size_t n = strlen(TEXTS[i].top);
        if (strncmp(path, TEXTS[i].top, n) != 0) {
            continue;
        }
        const char *id = path[n] == '/' ? path + n + 1 : NULL;
        const char *last = id ? strchr(id, '/') : NULL;
        if (TEXTS[i].last ? last && str_eq(last + 1, TEXTS[i].last) : !path[n]) {
            return &TEXTS[i];
        }
    }
    return NULL;
}

/* The path of the only text that the conflict is about, beside the formatted form of it; NULL: it is
 * about something else. */
static const char *only_text(const struct json *left, const struct json *right)
{
    const char *path = NULL;
    for (const struct json *m = json_first(left); m; m = json_next(m)) {
        const struct json *other = json_get(right, json_key(m));
        bool fits =
            (json_is_str(m) || json_is_null(m)) && (json_is_str(other) || json_is_null(other));
        if (str_eq(json_key(m), DOC_STYLED)) {
            continue;
        }
        if (path || !fits || !text_member_of(json_key(m))) {
            return NULL;
        }
        path = json_key(m);
    }
    return path;
}

static void texts_json(const struct json *left, const struct json *right, struct json *v)
{
    const char *path = only_text(left, right);
    if (path) {
        struct json *texts = json_need_object(v, "texts");
        json_set_str(texts, "left", json_get_str(left, path));
        json_set_str(texts, "right", json_get_str(right, path));
        json_set_bool(texts, "lines", text_member_of(path)->lines);
    }
}

static enum rc own_check(const struct text_member *member, const char *text, struct err *err)
{
    if (str_empty(text) || strlen(text) > OWN_MAX || !str_utf8_valid(text, strlen(text))) {
        return err_set(err, RC_INVALID, 0, "a text of 1 to %d bytes is wanted", OWN_MAX);
    }
    for (const char *p = text; *p; p++) {
        bool line = *p == '\n' || *p == '\r' || *p == '\t';
        if ((unsigned char)*p < ' ' && !(line && member->lines)) {
            return err_set(err, RC_INVALID, 0, "this field is one line of text");
        }
    }
    return RC_OK;
}

/* What both sides are to have, as in the state file. A formatted form would contradict the text. */
static enum rc own_values(
    const struct state_conflict *c, const char *text, char **ret, struct err *err)
{
    CLEANUP(json_free) struct json *left = NULL;
    CLEANUP(json_free) struct json *right = NULL;
    CLEANUP(json_free) struct json *own = json_object();
    enum rc rc = parse(c->value[SIDE_LEFT], &left, err);
    if (rc == RC_OK) {
        rc = parse(c->value[SIDE_RIGHT], &right, err);
    }
    const char *path = rc == RC_OK ? only_text(left, right) : NULL;
    if (rc == RC_OK && !path) {
        return err_set(err, RC_INVALID, 0,
            "conflict %lld is not about a text: choose 'left', 'right' or 'leave'",
            (long long)c->id);
    }
    if (rc == RC_OK) {
        rc = own_check(text_member_of(path), text, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    json_set_str(own, path, text);
    if (str_eq(path, "description")) {
        json_set(own, DOC_STYLED, json_null());
    }
    *ret = json_print_canonical(own);
    return RC_OK;
}

/* ---- the list ---- */

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

static enum rc fields_json(const struct state_conflict *c, struct json *v, struct err *err)
{
    struct json *list = json_array();
    json_set(v, "fields", list);
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
    if (rc != RC_OK) {
        return err_prefix(err, "state file: conflict %lld", (long long)c->id);
    }
    texts_json(left, right, v);
    return RC_OK;
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
        json_set_str(v, "winner", str_eq(c->why, "own") ? NULL : side_name((enum side)c->winner));
        json_set_str(v, "why", c->why);
        json_set_int(v, "run", c->run);
    }
    json_set_str(v, "choice", conflict_choice_name(c->choice));
    json_set_int(v, "since", c->time);
    enum rc rc = fields_json(c, v, err);
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
    if (choice == CONFLICT_TAKE_OWN) { /* comes with a text: app_conflict_write */
        choice = -1;
    }
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

static enum rc find_conflict(struct app *app, int64_t id, struct state **ret_state,
    struct state_conflict *ret, struct state_link *ret_link, struct err *err)
{
    enum rc rc = app_state(app, ret_state, err);
    if (rc == RC_OK) {
        rc = state_conflict_get(*ret_state, id, ret, err);
    }
    return rc == RC_OK ? state_link_get(*ret_state, ret->link, ret_link, err) : rc;
}

/* Carries out what has been noted. */
static enum rc carry_out(struct app *app, struct state *state, int64_t id,
    const struct state_link *link, struct json **ret, struct err *err)
{
    struct state_conflict later CLEANUP_FINI(state_conflict_fini) = {0};
    struct err gone = ERR_INIT;
    const char *const links[] = {link->name};
    struct app_sync pass = {.links = links, .link_count = 1, .choices = true};
    enum rc rc = app_sync_run(app, &pass, ret, err);
    if (rc == RC_OK && state_conflict_get(state, id, &later, &gone) == RC_OK && later.choice >= 0) {
        json_set_bool(*ret, "noted", true);
    }
    err_fini(&gone);
    return rc;
}

enum rc app_conflict_choose(
    struct app *app, int64_t id, const char *word, bool force, struct json **ret, struct err *err)
{
    struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct state *state;
    int choice = -1;
    enum rc rc = find_conflict(app, id, &state, &c, &link, err);
    if (rc == RC_OK) {
        rc = read_choice(state, &link, word, &choice, err);
    }
    if (rc == RC_OK) {
        rc = state_conflict_choose(state, id, choice, force, err);
    }
    return rc == RC_OK ? carry_out(app, state, id, &link, ret, err) : rc;
}

enum rc app_conflict_write(
    struct app *app, int64_t id, const char *text, bool force, struct json **ret, struct err *err)
{
    struct state_conflict c CLEANUP_FINI(state_conflict_fini) = {0};
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    CLEANUP(mem_free) char *own = NULL;
    struct state *state;
    enum rc rc = find_conflict(app, id, &state, &c, &link, err);
    if (rc == RC_OK) {
        rc = own_values(&c, text, &own, err);
    }
    if (rc == RC_OK) {
        rc = state_conflict_choose_own(state, id, own, force, err);
    }
    return rc == RC_OK ? carry_out(app, state, id, &link, ret, err) : rc;
}
