/* Links: joining two folders, forgetting, listing. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/state/backup.h"
#include "client/item/media.h"
#include "client/state/blob.h"

#include <string.h>

const char *account_name_of(const struct state_accounts *accounts, int64_t id)
{
    for (size_t i = 0; i < accounts->count; i++) {
        if (accounts->items[i].id == id) {
            return accounts->items[i].name;
        }
    }
    return "?";
}

struct json *link_json(const struct state_accounts *accounts, const struct state_link *link)
{
    struct json *v = json_object();
    json_set_str(v, "name", link->name);
    json_set_str(v, "kind", item_kind_name(link->kind));
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        struct json *side = json_need_object(v, side_name((enum side)s));
        json_set_str(side, "account", account_name_of(accounts, link->side[s].account));
        json_set_str(side, "folder", link->side[s].folder_name);
        json_set_str(side, "id", link->side[s].folder);
    }
    json_set_str(v, "direction", link_direction_name(link->direction));
    json_set_str(v, "policy", link_policy_name(link->policy));
    json_set_bool(v, "enabled", link->enabled);
    link_limit_json(link, v);
    link_window_json(link, v);
    link_filter_json(link, v);
    link_invitations_json(link, v);
    link_when_json(link, accounts, v);
    if (link->last_time) {
        struct json *last = json_need_object(v, "last");
        json_set_int(last, "time", link->last_time);
        json_set_str(last, "rc", rc_name(link->last_rc));
        json_set_str(last, "text", link->last_text);
    }
    return v;
}

/* One end of a link in the making. */
struct end {
    struct state_account account;
    struct store_folders folders;
    const struct store_folder *folder; /* borrowed from folders, or `planned` */
    struct store_folder planned;       /* one that is to be made, without an id yet */
    char *wanted;
};

static void end_fini(struct end *e)
{
    state_account_fini(&e->account);
    store_folders_fini(&e->folders);
    store_folder_fini(&e->planned);
    free(e->wanted);
}

/* Which account, and what it has. */
static enum rc end_open(struct app *app, const char *spec, struct end *e, struct err *err)
{
    CLEANUP(mem_free) char *name = NULL;
    enum rc rc = folder_spec_split(spec, &name, &e->wanted, err);
    if (rc == RC_OK) {
        rc = app_account_find(app, name, &e->account, err);
    }
    if (rc == RC_OK) {
        rc = app_store_folders(app, &e->account, NULL, &e->folders, err);
    }
    return rc;
}

static enum rc read_kinds(const char *kind, unsigned *ret, struct err *err)
{
    int k = kind ? item_kind_from_name(kind) : 0;
    if (k < 0) {
        return err_set(err, RC_INVALID, 0, "'%s' is no kind: contact, event, task or note", kind);
    }
    *ret = kind ? 1u << k : (1u << ITEM_KINDS) - 1;
    return RC_OK;
}

/* The folder of an end, or with `create` the plan of one for the items of the other. */
static enum rc end_resolve(struct end *e, unsigned kinds, bool create, struct err *err)
{
    enum rc rc = folder_resolve(&e->folders, e->account.name, e->wanted, kinds, &e->folder, err);
    if (rc != RC_NOT_FOUND || !create) {
        return rc;
    }
    e->planned = (struct store_folder){.name = mem_strdup(e->wanted),
        .path = mem_strdup(e->wanted),
        .kinds = kinds,
        .writable = true,
        .count = -1};
    e->folder = &e->planned;
    return RC_OK;
}

static enum rc ends_resolve(struct end *left, struct end *right, const struct app_link *request,
    enum item_kind *ret, struct err *err)
{
    unsigned kinds = 0;
    enum rc rc = read_kinds(request->kind, &kinds, err);
    if (rc == RC_OK) {
        rc = end_resolve(left, kinds, request->create, err);
    }
    if (rc == RC_OK) { /* one of the two must be there: else a slip of the pen makes two folders */
        rc = end_resolve(right, kinds & left->folder->kinds,
            request->create && left->folder != &left->planned, err);
    }
    if (rc == RC_OK && left->folder == &left->planned) {
        left->planned.kinds &= right->folder->kinds;
    }
    return rc == RC_OK ? folder_common_kind(left->folder, right->folder, request->kind, ret, err)
                       : rc;
}

/* Now that all else is known to be right: a folder that is made stays. */
static enum rc end_make(
    struct app *app, struct end *e, struct state_link *link, enum side side, struct err *err)
{
    struct store_folder made CLEANUP_FINI(store_folder_fini) = {0};
    if (e->folder != &e->planned) {
        return RC_OK;
    }
    enum rc rc = app_store_make_folder(app, &e->account, link->kind, e->wanted, &made, err);
    if (rc == RC_OK) {
        str_replace(&link->side[side].folder, made.id);
        str_replace(&link->side[side].folder_name, made.path ? made.path : made.name);
    }
    return rc;
}

static bool name_taken(const struct state_links *links, const char *name)
{
    for (size_t i = 0; i < links->count; i++) {
        if (str_ieq(links->items[i].name, name)) {
            return true;
        }
    }
    return false;
}

static char *free_name(const struct state_links *links, const char *wanted)
{
    char *name = mem_strdup(wanted);
    for (int n = 2; name_taken(links, name); n++) {
        free(name);
        name = str_printf("%s %d", wanted, n);
    }
    return name;
}

static void link_fill(struct state_link *link, const struct end *left, const struct end *right)
{
    const struct end *ends[] = {left, right};
    CLEANUP(json_free) struct json *settings = json_object();
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        const struct store_folder *f = ends[s]->folder;
        link->side[s].account = ends[s]->account.id;
        link->side[s].folder = mem_strdup(f->id);
        link->side[s].folder_name = mem_strdup(f->path ? f->path : f->name);
        if (!f->writable) {
            json_set_bool(settings, s == SIDE_LEFT ? "left_readonly" : "right_readonly", true);
        }
    }
    if (json_count(settings)) {
        link->settings = json_print(settings);
    }
}

static enum rc read_policy(const char *name, enum link_policy *ret, struct err *err)
{
    int policy = name ? link_policy_from_name(name) : LINK_NEWEST_WINS;
    if (policy < 0) {
        return err_set(
            err, RC_INVALID, 0, "'%s' is no conflict policy: newest, left, right or ask", name);
    }
    *ret = (enum link_policy)policy;
    return RC_OK;
}

/* *ret_made: the side on which a folder was made; as it was if on none. */
static enum rc link_build(struct app *app, const struct app_link *request,
    const struct state_accounts *accounts, const struct state_links *links, struct state_link *link,
    const char **ret_made, struct err *err)
{
    struct end left CLEANUP_FINI(end_fini) = {0}, right CLEANUP_FINI(end_fini) = {0};
    enum rc rc = read_policy(request->policy, &link->policy, err);
    if (rc == RC_OK) {
        rc = end_open(app, request->left, &left, err);
    }
    if (rc == RC_OK) {
        rc = end_open(app, request->right, &right, err);
    }
    if (rc == RC_OK) {
        rc = ends_resolve(&left, &right, request, &link->kind, err);
    }
    if (rc == RC_OK) {
        const struct side_access access = {
            {left.folder->writable, right.folder->writable}, {request->left, request->right}};
        rc = direction_choose(&access, request->direction, &link->direction, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (request->name && name_taken(links, request->name)) {
        return err_set(err, RC_CONFLICT, 0, "there is a link '%s' already", request->name);
    }
    link->name = request->name ? mem_strdup(request->name) : free_name(links, left.folder->name);
    link_fill(link, &left, &right);
    link->enabled = !request->off;
    rc = link_set_limits(link, request->photo_limit, request->attachment_limit, err);
    if (rc == RC_OK && request->invitations) {
        rc = link_set_invitations(link, request->invitations, err);
    }
    if (rc == RC_OK) {
        rc = link_set_when(link, accounts, &request->when, err);
    }
    if (rc == RC_OK) {
        rc = link_set_window(link, request->past, request->future, err);
    }
    if (rc == RC_OK) {
        rc = link_set_filter(link, &request->filter, err);
    }
    if (rc == RC_OK) {
        rc = end_make(app, &left, link, SIDE_LEFT, err);
    }
    if (rc == RC_OK) {
        rc = end_make(app, &right, link, SIDE_RIGHT, err);
    }
    if (rc == RC_OK && (left.planned.name || right.planned.name)) {
        *ret_made = side_name(left.planned.name ? SIDE_LEFT : SIDE_RIGHT);
    }
    return rc;
}

static enum rc save_with(
    struct state *s, const struct app_link *request, struct state_link *link, struct err *err)
{
    enum rc rc = state_begin(s, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = state_link_save(s, link, err);
    rc = rc == RC_OK && request->with ? request->with(request->with_user, link->id, err) : rc;
    if (rc == RC_OK) {
        return state_commit(s, err);
    }
    state_rollback(s);
    return rc;
}

enum rc app_link_add(
    struct app *app, const struct app_link *request, struct json **ret, struct err *err)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    const char *made = NULL;
    struct known k CLEANUP_FINI(known_fini) = {0};
    if (request->name &&
        (str_empty(request->name) || request->name[0] == '-' || strlen(request->name) > 200 ||
            !str_utf8_valid(request->name, strlen(request->name)))) {
        return err_set(err, RC_INVALID, 0,
            "the name of a link must be 1 to 200 bytes of UTF-8 and not begin with '-'");
    }
    enum rc rc = forbid_check(app, FORBID_LINKS, err);
    if (rc == RC_OK) {
        rc = known_load(app, &k, err);
    }
    if (rc == RC_OK) {
        rc = link_build(app, request, &k.accounts, &k.links, &link, &made, err);
    }
    CLEANUP(circle_free) struct circle *circle = circle_new(&k.accounts, &k.links);
    if (rc == RC_OK) {
        rc = circle_check(circle, k.links.count, &link, err);
    }
    if (rc == RC_OK) {
        rc = save_with(k.state, request, &link, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    *ret = link_json(&k.accounts, &link);
    json_set_str(*ret, "made", made);
    struct json *shared = circle_shared(circle, &link);
    if (json_count(shared)) {
        json_set(*ret, "shared", shared);
    } else {
        json_free(shared);
    }
    return RC_OK;
}

enum rc links_list(struct app *app, const char *name, const char *key, link_lister *add,
    struct json **ret, struct err *err)
{
    struct state_accounts accounts CLEANUP_FINI(state_accounts_fini) = {0};
    struct state_links links CLEANUP_FINI(state_links_fini) = {0};
    struct state_link only CLEANUP_FINI(state_link_fini) = {0};
    CLEANUP(json_free) struct json *v = json_object();
    struct json *list = json_array();
    json_set(v, key, list);
    struct state *state;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_accounts_load(state, &accounts, err);
    }
    if (rc == RC_OK && name) {
        rc = state_link_find(state, name, &only, err);
        if (rc == RC_OK) {
            rc = add(state, &accounts, &only, list, err);
        }
    } else if (rc == RC_OK) {
        rc = state_links_load(state, &links, err);
    }
    for (size_t i = 0; i < links.count && rc == RC_OK; i++) {
        rc = add(state, &accounts, &links.items[i], list, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}

static enum rc read_enabled(const char *word, bool *ret, struct err *err)
{
    if (!str_eq(word, "yes") && !str_eq(word, "no")) {
        return err_set(err, RC_INVALID, 0, "'%s' is not yes or no", word);
    }
    *ret = str_eq(word, "yes");
    return RC_OK;
}

enum rc app_link_set(struct app *app, const char *name, const struct app_link_change *change,
    struct json **ret, struct err *err)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct state_accounts accounts CLEANUP_FINI(state_accounts_fini) = {0};
    struct state *state;
    enum rc rc = forbid_check(app, FORBID_LINKS, err);
    if (rc == RC_OK) {
        rc = app_state(app, &state, err);
    }
    if (rc == RC_OK) {
        rc = state_link_find(state, name, &link, err);
    }
    if (rc == RC_OK) {
        rc = state_accounts_load(state, &accounts, err);
    }
    if (rc == RC_OK && change->policy) {
        rc = read_policy(change->policy, &link.policy, err);
    }
    if (rc == RC_OK && (change->photo_limit || change->attachment_limit)) {
        rc = link_set_limits(&link, change->photo_limit, change->attachment_limit, err);
        if (rc == RC_OK) { /* what did not pass may pass now */
            rc = state_look_again(state, link.id, MEDIA_KEPT, err);
        }
    }
    if (rc == RC_OK && change->invitations) {
        rc = link_set_invitations(&link, change->invitations, err);
    }
    if (rc == RC_OK && change->enabled) {
        rc = read_enabled(change->enabled, &link.enabled, err);
    }
    if (rc == RC_OK) {
        rc = link_set_window(&link, change->past, change->future, err);
    }
    if (rc == RC_OK) {
        rc = link_set_filter(&link, &change->filter, err);
    }
    enum link_direction before = link.direction;
    if (rc == RC_OK && change->direction) {
        rc = link_set_direction(&link, change->direction, err);
    }
    if (rc == RC_OK) {
        rc = link_set_when(&link, &accounts, &change->when, err);
    }
    if (rc == RC_OK) {
        bool turned = link.direction != before && before != LINK_TWO_WAY;
        rc = turned ? state_link_turn(state, &link, err) : state_link_save(state, &link, err);
    }
    if (rc == RC_OK) {
        *ret = link_json(&accounts, &link);
    }
    return rc;
}

enum rc app_link_list(struct app *app, struct json **ret, struct err *err)
{
    struct known k CLEANUP_FINI(known_fini) = {0};
    enum rc rc = known_load(app, &k, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < k.links.count; i++) {
        json_append(list, link_json(&k.accounts, &k.links.items[i]));
    }
    *ret = json_object();
    json_set(*ret, "links", list);
    return RC_OK;
}
