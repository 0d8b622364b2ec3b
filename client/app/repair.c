/* What a person asks for when something has gone wrong: a backup now, a backup back, one side equal
 * to the other. */
#include "client/app/backup_items.h"

#include "client/base/buf.h"
#include "client/large/large.h"
#include "client/sync/sync.h"

#include <string.h>

/* The link and the names of its two accounts. */
struct named_link {
    struct state_link link;
    struct state_account account[2];
};

static void named_link_fini(struct named_link *n)
{
    state_link_fini(&n->link);
    state_account_fini(&n->account[SIDE_LEFT]);
    state_account_fini(&n->account[SIDE_RIGHT]);
}

static enum rc named_link_load(
    struct app *app, const char *name, struct named_link *ret, struct err *err)
{
    struct state *state;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_link_find(state, name, &ret->link, err);
    }
    for (int s = 0; s < 2 && rc == RC_OK; s++) {
        rc = state_account_get(state, ret->link.side[s].account, &ret->account[s], err);
    }
    return rc;
}

/* "left", "right", or the account there if that says which. */
static enum rc side_named(
    const struct named_link *n, const char *word, enum side *ret, struct err *err)
{
    const char *left = n->account[SIDE_LEFT].name, *right = n->account[SIDE_RIGHT].name;
    for (int s = 0; s < 2; s++) {
        bool account = str_eq(word, n->account[s].name) && !str_eq(left, right);
        if (account || str_eq(word, side_name((enum side)s))) {
            *ret = (enum side)s;
            return RC_OK;
        }
    }
    return err_set(err, RC_INVALID, 0, "'%s' is no side of '%s': say left (%s) or right (%s)", word,
        n->link.name, left, right);
}

/* ---- repair ---- */

enum rc app_repair(
    struct app *app, const struct app_repair *request, struct json **ret, struct err *err)
{
    struct named_link n CLEANUP_FINI(named_link_fini) = {0};
    struct sync_repair what = {.deletes = request->deletes};
    enum rc rc = named_link_load(app, request->link, &n, err);
    if (rc == RC_OK) {
        rc = side_named(&n, request->right, &what.right, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    const char *const links[] = {n.link.name};
    struct app_sync pass = {.links = links,
        .link_count = 1,
        .preview = request->preview,
        .repair = &what,
        .progress = request->progress,
        .cancelled = request->cancelled,
        .user = request->user};
    return app_sync_run(app, &pass, ret, err);
}

/* ---- restore ---- */

static enum rc check_link(const struct backup *b, const struct named_link *n, struct err *err)
{
    bool same = str_eq(item_kind_name(n->link.kind), json_get_str(b->index, "kind"));
    for (int s = 0; s < 2; s++) {
        const struct json *side = json_get(b->index, side_name((enum side)s));
        same &= str_eq(n->link.side[s].folder, json_get_str(side, "folder_id")) &&
                str_eq(n->account[s].name, json_get_str(side, "account"));
    }
    return same ? RC_OK
                : err_set(err, RC_CONFLICT, 0,
                      "the link '%s' is about other folders now than when the backup was made: "
                      "nothing was changed",
                      n->link.name);
}

/* Both sides, but not the one a one-way link never writes, unless it is asked for by name. */
static enum rc choose_sides(
    const struct named_link *n, const char *side, struct sync_restore *what, struct err *err)
{
    enum side only = SIDE_LEFT;
    if (side) {
        enum rc rc = side_named(n, side, &only, err);
        what->side[only].wanted = rc == RC_OK;
        return rc;
    }
    what->side[SIDE_LEFT].wanted = n->link.direction != LINK_LEFT_TO_RIGHT;
    what->side[SIDE_RIGHT].wanted = n->link.direction != LINK_RIGHT_TO_LEFT;
    return RC_OK;
}

/* What a restore reads from. */
struct restore_source {
    struct backup backup;
    bool cut; /* the engine sees references in place of photos and files (client/large) */
    struct large_options large;
};

static void restore_source_fini(struct restore_source *s)
{
    backup_fini(&s->backup);
}

static enum rc restore_load(
    void *user, enum side s, size_t i, struct json **ret_doc, char **ret_native, struct err *err)
{
    const struct restore_source *source = user;
    struct large_options large = source->large;
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP(mem_free) char *native = NULL;
    enum rc rc = backup_load(&source->backup, s, i, &doc, &native, err);
    if (rc == RC_OK && source->cut) {
        large.side = s;
        rc = large_take(&large, doc, &native, err);
    }
    if (rc == RC_OK) {
        *ret_doc = TAKE(doc);
        *ret_native = TAKE(native);
    }
    return rc;
}

enum rc app_restore(
    struct app *app, const struct app_restore *request, struct json **ret, struct err *err)
{
    struct restore_source source CLEANUP_FINI(restore_source_fini) = {0};
    struct backup *b = &source.backup;
    struct named_link n CLEANUP_FINI(named_link_fini) = {0};
    struct sync_restore what = {.name = request->backup,
        .exact = request->exact,
        .deletes = request->deletes,
        .load = restore_load,
        .user = &source};
    if (request->exact && request->item) {
        return err_set(
            err, RC_INVALID, 0, "--exact is about all items of a side and does not go with --item");
    }
    enum rc rc = backup_open(app, request->backup, request->item, b, err);
    if (rc == RC_OK) {
        rc = named_link_load(app, json_get_str(b->index, "link"), &n, err);
    }
    if (rc == RC_OK) {
        rc = check_link(b, &n, err);
    }
    if (rc == RC_OK) {
        rc = choose_sides(&n, request->side, &what, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    source.cut = link_has_large(&n.link);
    source.large = (struct large_options){
        .state = app->state, .limit = link_large_limit(&n.link), .preview = request->preview};
    for (int s = 0; s < 2; s++) {
        what.side[s].items = b->side[s].saved;
        what.side[s].count = b->side[s].count;
    }
    const char *const links[] = {n.link.name};
    struct app_sync pass = {.links = links,
        .link_count = 1,
        .preview = request->preview,
        .restore = &what,
        .progress = request->progress,
        .cancelled = request->cancelled,
        .user = request->user};
    return app_sync_run(app, &pass, ret, err);
}

/* ---- backup ---- */

struct backup_now {
    const struct app_backup *request;
    const char *link;
};

static void forward_progress(void *user, const char *phase, size_t done, size_t total)
{
    const struct backup_now *b = user;
    b->request->progress(b->request->user, b->link, phase, done, total);
}

static bool forward_cancelled(void *user)
{
    const struct backup_now *b = user;
    return b->request->cancelled(b->request->user);
}

static enum rc backup_link(struct app *app, const struct app_backup *request, const char *name,
    struct json **ret, struct err *err)
{
    struct named_link n CLEANUP_FINI(named_link_fini) = {0};
    CLEANUP(store_free) struct store *left = NULL;
    CLEANUP(store_free) struct store *right = NULL;
    enum rc rc = named_link_load(app, name, &n, err);
    if (rc == RC_OK) {
        rc = app_store_open(app, &n.account[SIDE_LEFT], NULL, &left, err);
    }
    if (rc == RC_OK) {
        rc = app_store_open(app, &n.account[SIDE_RIGHT], NULL, &right, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct backup_now now = {request, n.link.name};
    const struct backup_request what = {.link = &n.link,
        .store = {left, right},
        .account = {n.account[SIDE_LEFT].name, n.account[SIDE_RIGHT].name},
        .reason = "asked",
        .progress = request->progress ? forward_progress : NULL,
        .cancelled = request->cancelled ? forward_cancelled : NULL,
        .user = &now};
    return backup_make(app, &what, ret, err);
}

enum rc app_backup(
    struct app *app, const struct app_backup *request, struct json **ret, struct err *err)
{
    struct state_links links CLEANUP_FINI(state_links_fini) = {0};
    struct state *state;
    bool found = !request->link;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_links_load(state, &links, err);
    }
    for (size_t i = 0; i < links.count && !found; i++) {
        found = str_eq(links.items[i].name, request->link);
    }
    if (rc == RC_OK && !found) {
        rc = err_set(err, RC_NOT_FOUND, 0, "there is no link '%s'", request->link);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct json *made = json_array(), *failed = json_array();
    for (size_t i = 0; i < links.count; i++) {
        const struct state_link *link = &links.items[i];
        struct err own = ERR_INIT;
        struct json *index = NULL;
        if (request->link ? !str_eq(link->name, request->link) : !link->enabled) {
            continue;
        }
        rc = backup_link(app, request, link->name, &index, &own);
        if (rc == RC_OK) {
            json_append(made, index);
        } else {
            struct json *v = json_object();
            json_set_str(v, "link", link->name);
            json_set_str(v, "rc", rc_name(rc));
            json_set_str(v, "error", err_text(&own));
            json_append(failed, v);
        }
        err_fini(&own);
    }
    *ret = json_object();
    json_set(*ret, "backups", made);
    json_set(*ret, "failed", failed);
    return RC_OK;
}

enum rc app_backup_list(struct app *app, struct json **ret, struct err *err)
{
    struct json *list = NULL;
    enum rc rc = backup_list(app, &list, err);
    if (rc == RC_OK) {
        *ret = json_object();
        json_set(*ret, "backups", list);
    }
    return rc;
}
