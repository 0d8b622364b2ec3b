/* From profiles of CalDav Synchronizer to links: the same server, the same folders, and what it had
 * paired is paired again. Its pairs become answers to the question which a first sync may ask, "are
 * these two the same?" (client/state/review.h), so that the engine unites them like any two that a
 * person said to be one: member by member, nothing deleted, undoable. Its own files are only read. */
#include "client/app/guess.h"
#include "client/app/migrate.h"
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/remote/dav/dav.h"
#include "client/state/review.h"

#include <string.h>

struct moving {
    struct app *app;
    struct state *state;
    const struct migrate *from;
    const char *password;         /* of servers whose own cannot be read; NULL */
    char *outlook;                /* owned; the account */
    struct store_folders folders; /* of Outlook */
};

static void moving_fini(struct moving *m)
{
    free(m->outlook);
    store_folders_fini(&m->folders);
}

/* ---- the server ---- */

/* "https://host/dav/anna/" of "https://host/dav/anna/work/": asked for a collection, a server tells of
 * that one only. */
static char *home_of(const char *url)
{
    const char *path = strstr(url, "://");
    path = path ? strchr(path + 3, '/') : NULL;
    size_t len = strlen(url);
    while (path && len > (size_t)(path - url) + 1 && url[len - 1] == '/') {
        len--;
    }
    while (path && len > (size_t)(path - url) + 1 && url[len - 1] != '/') {
        len--;
    }
    return mem_strndup(url, len);
}

static bool same_server(const struct state_account *a, const struct cds_profile *p)
{
    if (!str_eq(a->type, "dav") || !str_eq(a->user ? a->user : "", p->user)) {
        return false;
    }
    CLEANUP(mem_free) char *ours = dav_folder_identity(a->url, "/");
    CLEANUP(mem_free) char *theirs = dav_folder_identity(p->url, "/");
    return str_eq(ours, theirs);
}

/* The one it had; NULL: it cannot be read, or there is none. */
static char *kept_password(const struct cds_profile *p)
{
    size_t len = 0, salt_len = 0;
    char *secret = NULL;
    struct err err = ERR_INIT;
    CLEANUP(mem_free) unsigned char *sealed = base64_decode(p->secret, 1 << 16, &len);
    CLEANUP(mem_free) unsigned char *salt = base64_decode(p->salt, 1 << 10, &salt_len);
    if (!sealed || !len ||
        platform_secret_foreign(sealed, len, salt, salt_len, &secret, &err) != RC_OK) {
        secret = NULL;
    }
    err_fini(&err);
    return secret;
}

static char *free_account_name(const struct state_accounts *all, const char *wanted)
{
    char *name = mem_strdup(wanted);
    for (int n = 2;; n++) {
        bool taken = false;
        for (size_t i = 0; i < all->count; i++) {
            taken = taken || str_ieq(all->items[i].name, name);
        }
        if (!taken) {
            return name;
        }
        free(name);
        name = str_printf("%s %d", wanted, n);
    }
}

static enum rc add_server(struct moving *m, const struct cds_profile *p,
    const struct state_accounts *all, char **ret_name, struct err *err)
{
    struct guess g CLEANUP_FINI(guess_fini) = {0};
    CLEANUP(platform_secret_free) char *kept = kept_password(p);
    CLEANUP(json_free) struct json *found = NULL;
    enum rc rc = guess_server(p->url, &g, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (!kept && !m->password) {
        return err_set(err, RC_AUTH, 0, "the password for %s at %s is needed", p->user, g.name);
    }
    CLEANUP(mem_free) char *url = home_of(p->url);
    CLEANUP(mem_free) char *name = free_account_name(all, g.name);
    const struct app_account account = {.name = name,
        .type = "dav",
        .url = url,
        .user = p->user,
        .password = kept ? kept : m->password,
        .allow_http = g.plain}; /* its user has been content with it */
    rc = app_account_add(m->app, &account, &found, err);
    if (rc == RC_OK) {
        *ret_name = TAKE(name);
    }
    return rc;
}

static enum rc need_server(
    struct moving *m, const struct cds_profile *p, char **ret_name, struct err *err)
{
    struct state_accounts all CLEANUP_FINI(state_accounts_fini) = {0};
    enum rc rc = state_accounts_load(m->state, &all, err);
    for (size_t i = 0; i < all.count && !*ret_name; i++) {
        *ret_name = same_server(&all.items[i], p) ? mem_strdup(all.items[i].name) : NULL;
    }
    return rc == RC_OK && !*ret_name ? add_server(m, p, &all, ret_name, err) : rc;
}

/* ---- the two folders ---- */

/* As we name it: "hex(store)/hex(entry)". NULL: it is not there any more. Borrowed. */
static const struct store_folder *outlook_folder(
    const struct moving *m, const struct cds_profile *p)
{
    for (size_t i = 0; i < m->folders.count; i++) {
        const char *slash = strrchr(m->folders.items[i].id, '/');
        if (slash && str_ieq(slash + 1, p->folder)) {
            return &m->folders.items[i];
        }
    }
    return NULL;
}

/* The id of its collection among those of the account. Caller frees. */
static enum rc server_folder(
    struct moving *m, const struct cds_profile *p, const char *name, char **ret_id, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    struct store_folders folders CLEANUP_FINI(store_folders_fini) = {0};
    const char *rest = strstr(p->url, "://"), *path = rest ? strchr(rest + 3, '/') : NULL;
    CLEANUP(mem_free) char *wanted = dav_folder_identity(p->url, path ? path : "/");
    enum rc rc = app_account_find(m->app, name, &account, err);
    if (rc == RC_OK) {
        rc = app_store_folders(m->app, &account, NULL, &folders, err);
    }
    for (size_t i = 0; rc == RC_OK && i < folders.count && !*ret_id; i++) {
        CLEANUP(mem_free) char *there = dav_folder_identity(p->url, folders.items[i].id);
        *ret_id = str_eq(there, wanted) ? mem_strdup(folders.items[i].id) : NULL;
    }
    return rc == RC_OK && !*ret_id
               ? err_set(err, RC_NOT_FOUND, 0,
                     "the server does not list %s among the folders of %s", p->url, p->user)
               : rc;
}

/* ---- the link ---- */

/* The name of the link of these two folders, if there is one; NULL: none. Caller frees. */
static enum rc linked_as(struct moving *m, const char *outlook_id, const char *account,
    const char *server_id, char **ret, struct err *err)
{
    struct state_links links CLEANUP_FINI(state_links_fini) = {0};
    struct state_account server CLEANUP_FINI(state_account_fini) = {0};
    enum rc rc = app_account_find(m->app, account, &server, err);
    rc = rc == RC_OK ? state_links_load(m->state, &links, err) : rc;
    for (size_t i = 0; rc == RC_OK && i < links.count && !*ret; i++) {
        const struct state_link_side *l = links.items[i].side;
        /* Every server may have a "/dav/anna/work/"; an Outlook folder's id has its store in it. */
        bool same = str_eq(l[SIDE_LEFT].folder, outlook_id) &&
                    str_eq(l[SIDE_RIGHT].folder, server_id) && l[SIDE_RIGHT].account == server.id;
        *ret = same ? mem_strdup(links.items[i].name) : NULL;
    }
    return rc;
}

struct adopting {
    struct moving *m;
    size_t profile;
    int64_t link, now, count;
};

static enum rc adopt_pair(void *user, const char *entry, const char *path, struct err *err)
{
    struct adopting *a = user;
    char reasons[] = "paired by CalDav Synchronizer";
    CLEANUP(mem_free) char *item = dav_item_id(path);
    const struct state_review r = {.link = a->link,
        .item = {(char *)(uintptr_t)entry, item},
        .reasons = reasons,
        .decision = REVIEW_SAME,
        .since = a->now};
    a->count++;
    return state_review_put(a->m->state, &r, err);
}

static enum rc adopt_pairs(void *user, int64_t link, struct err *err)
{
    struct adopting *a = user;
    a->link = link;
    return migrate_pairs(a->m->from, a->profile, adopt_pair, a, err);
}

/* The link and its pairs come at once: one without them would match by itself, and one that somebody
 * has switched off since is no half-made one. */
static enum rc add_link(struct moving *m, const struct cds_profile *p,
    const struct store_folder *outlook, const char *account, const char *server_id,
    struct adopting *pairs, struct json **ret_made, struct err *err)
{
    CLEANUP(mem_free) char *left = str_printf("%s:%s", m->outlook, outlook->id);
    CLEANUP(mem_free) char *right = str_printf("%s:%s", account, server_id);
    bool dated = outlook->kinds & (1u << ITEM_EVENT);
    const struct app_link link = {.left = left,
        .right = right,
        .direction = p->direction,
        .policy = p->policy,
        .past = dated ? p->past : NULL,
        .future = dated ? p->future : NULL,
        .when = {.every = p->every, .on_change = p->on_change ? "yes" : "no"},
        .with = adopt_pairs,
        .with_user = pairs};
    return app_link_add(m->app, &link, ret_made, err);
}

/* ---- one profile ---- */

static enum rc link_folders(struct moving *m, size_t i, const struct store_folder *outlook,
    const char *account, const char *server_id, struct json *v, struct err *err)
{
    struct adopting pairs = {m, i, 0, platform_now(), 0};
    CLEANUP(mem_free) char *name = NULL;
    CLEANUP(json_free) struct json *made = NULL;
    enum rc rc = linked_as(m, outlook->id, account, server_id, &name, err);
    bool already = name != NULL;
    if (rc == RC_OK && !already) {
        rc = add_link(
            m, &m->from->profiles.items[i], outlook, account, server_id, &pairs, &made, err);
    }
    if (rc == RC_OK) {
        json_set_str(v, "link", already ? name : json_get_str(made, "name"));
        json_set_bool(v, "already", already);
        json_set_int(v, "pairs", pairs.count);
    }
    return rc;
}

static enum rc take_over(struct moving *m, size_t i, struct json *v, struct err *err)
{
    const struct cds_profile *p = &m->from->profiles.items[i];
    CLEANUP(mem_free) char *account = NULL;
    CLEANUP(mem_free) char *server_id = NULL;
    const char *obstacle = migrate_obstacle(p);
    const struct store_folder *outlook = outlook_folder(m, p);
    if (obstacle || !outlook) {
        return err_set(err, RC_REFUSED, 0, "%s",
            obstacle ? obstacle : "its folder is not in Outlook any more");
    }
    enum rc rc = need_server(m, p, &account, err);
    if (rc == RC_OK) {
        rc = server_folder(m, p, account, &server_id, err);
    }
    return rc == RC_OK ? link_folders(m, i, outlook, account, server_id, v, err) : rc;
}

/* What cannot be taken over stops none of the others. */
static struct json *take_over_all(struct moving *m, const char *only)
{
    struct json *list = json_array();
    for (size_t i = 0; i < m->from->profiles.count; i++) {
        const char *name = m->from->profiles.items[i].name;
        struct err err = ERR_INIT;
        if (only && !str_eq(only, name)) {
            continue;
        }
        struct json *v = json_object();
        json_set_str(v, "name", name);
        enum rc rc = take_over(m, i, v, &err);
        if (rc != RC_OK) {
            json_set_str(v, "rc", rc_name(rc));
            json_set_str(v, "error", err_text(&err));
        }
        json_append(list, v);
        err_fini(&err);
    }
    return list;
}

static enum rc open_outlook(struct moving *m, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    enum rc rc = app_state(m->app, &m->state, err);
    if (rc == RC_OK) {
        rc = account_need_outlook(m->app, &m->outlook, err);
    }
    if (rc == RC_OK) {
        rc = app_account_find(m->app, m->outlook, &account, err);
    }
    return rc == RC_OK ? app_store_folders(m->app, &account, NULL, &m->folders, err) : rc;
}

enum rc app_migrate_apply(struct app *app, const char *dir, const char *profile,
    const char *password, struct json **ret, struct err *err)
{
    struct migrate from CLEANUP_FINI(migrate_fini) = {0};
    struct moving m CLEANUP_FINI(moving_fini) = {.app = app, .from = &from, .password = password};
    enum rc rc = migrate_load(dir, &from, err);
    if (rc == RC_OK) {
        rc = open_outlook(&m, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = take_over_all(&m, profile);
    if (!json_count(list)) {
        json_free(list);
        return err_set(err, RC_NOT_FOUND, 0, "CalDav Synchronizer has no profile '%s'",
            profile ? profile : "");
    }
    *ret = json_object();
    json_set(*ret, "profiles", list);
    return RC_OK;
}
