/* Settings, accounts and links as one file for another computer, or for whoever comes after: without
 * passwords, and without what is known of items, which belongs to one computer and its Outlook. The first
 * sync there finds what is the same, as any first sync does. The file has what --json shows of each. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

#define FORMAT   1
#define FILE_MAX ((size_t)4 << 20)

/* ---- out ---- */

/* A copy of each with only these members. */
static struct json *only(const struct json *list, const char *const *members, size_t count)
{
    struct json *ret = json_array();
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        struct json *copy = json_object();
        for (size_t i = 0; i < count; i++) {
            if (json_get(v, members[i])) {
                json_set(copy, members[i], json_dup(json_get(v, members[i])));
            }
        }
        json_append(ret, copy);
    }
    return ret;
}

static const char *const ACCOUNT[] = {
    "name", "type", "url", "user", "sign_in", "ca_file", "allow_http", "addresses"};
static const char *const LINK[] = {"name", "kind", "left", "right", "direction", "policy",
    "enabled", "photo_limit", "attachment_limit", "window", "filter", "invitations", "every",
    "on_change", "on_battery", "on_metered"};

enum rc app_export(struct app *app, const char *path, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *accounts = NULL;
    CLEANUP(json_free) struct json *links = NULL;
    CLEANUP(json_free) struct json *settings = app_settings_list(app);
    CLEANUP(json_free) struct json *v = json_object();
    enum rc rc = forbid_check(app, FORBID_EXPORT, err);
    if (rc == RC_OK) {
        rc = app_account_list(app, &accounts, err);
    }
    if (rc == RC_OK) {
        rc = app_link_list(app, &links, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    json_set_int(v, "lockstep", FORMAT);
    json_set(v, "settings", json_dup(json_get(settings, "settings")));
    json_set(v, "accounts", only(json_get(accounts, "accounts"), ACCOUNT, ARRAY_LEN(ACCOUNT)));
    json_set(v, "links", only(json_get(links, "links"), LINK, ARRAY_LEN(LINK)));
    CLEANUP(mem_free) char *text = json_print_pretty(v);
    rc = platform_file_write(path, text, strlen(text), err);
    if (rc == RC_OK) {
        *ret = json_object();
        json_set_str(*ret, "path", path);
        json_set_int(*ret, "accounts", (int64_t)json_count(json_get(v, "accounts")));
        json_set_int(*ret, "links", (int64_t)json_count(json_get(v, "links")));
    }
    return rc;
}

/* ---- in ---- */

struct importing {
    struct app *app;
    const struct app_password *passwords;
    size_t count;
    struct json *names;   /* of accounts: as in the file -> as here */
    struct json *folders; /* by account, as here: what it has, where it has been asked */
    struct json *made_accounts, *made_links, *failed, *wanted; /* of the answer */
};

static enum rc read_file(const char *path, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *text = NULL;
    CLEANUP(json_free) struct json *v = NULL;
    size_t len;
    enum rc rc = platform_file_read(path, FILE_MAX, &text, &len, err);
    if (rc == RC_OK) {
        rc = json_parse(text, len, &v, err);
        rc = rc == RC_OK ? rc : err_prefix(err, "%s", path);
    }
    if (rc == RC_OK && json_get_int(v, "lockstep", 0) != FORMAT) {
        rc = err_set(err, RC_INVALID, 0,
            json_get_int(v, "lockstep", 0) > FORMAT ? "%s was written by a newer Lockstep"
                                                    : "%s was not written by 'lockstep export'",
            path);
    }
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}

static void note_failed(struct importing *in, const char *what, const char *name, struct err *err)
{
    CLEANUP(mem_free) char *text = str_printf("%s '%s': %s", what, name, err_text(err));
    json_append(in->failed, json_str(text));
}

/* "45", "on", "de": as a person would type it. Caller frees. */
static char *typed(const struct json *v)
{
    const char *text = json_str_value(v);
    CLEANUP(mem_free) char *printed = json_print(v);
    return mem_strdup(text                       ? text
                      : str_eq(printed, "true")  ? "on"
                      : str_eq(printed, "false") ? "off"
                                                 : printed);
}

/* What an administrator has set stays, and is no failure. */
static void take_settings(struct importing *in, const struct json *settings)
{
    for (const struct json *m = json_first(settings); m; m = json_next(m)) {
        CLEANUP(mem_free) char *value = typed(m);
        struct err err = ERR_INIT;
        enum rc rc = app_settings_change(in->app, json_key(m), value, &err);
        if (rc != RC_OK && rc != RC_READONLY) {
            note_failed(in, "setting", json_key(m), &err);
        }
        err_fini(&err);
    }
}

static const char *password_of(const struct importing *in, const char *account)
{
    for (size_t i = 0; i < in->count; i++) {
        if (str_eq(in->passwords[i].account, account)) {
            return in->passwords[i].password;
        }
    }
    return NULL;
}

static enum rc add_addresses(
    struct importing *in, const char *name, const struct json *addresses, struct err *err)
{
    const char *list[100];
    size_t n = 0;
    CLEANUP(json_free) struct json *told = NULL;
    for (const struct json *a = json_first(addresses); a && n < ARRAY_LEN(list); a = json_next(a)) {
        list[n++] = json_str_value(a);
    }
    return n ? app_account_set_addresses(in->app, name, list, n, &told, err) : RC_OK;
}

static enum rc add_account(struct importing *in, const struct json *v, struct err *err)
{
    const char *name = json_get_str(v, "name"), *type = json_get_str(v, "type");
    const char *password = password_of(in, name);
    CLEANUP(json_free) struct json *found = NULL;
    bool later = str_eq(json_get_str(v, "sign_in"), "oauth"); /* where nobody can be asked here */
    bool alone = later || str_eq(json_get_str(v, "sign_in"), "windows");
    if (account_is_on_server(type) && !password && !alone) {
        json_append(in->wanted, json_str(name));
        return RC_OK;
    }
    const struct app_account account = {.name = name,
        .type = type,
        .url = json_get_str(v, "url"),
        .user = json_get_str(v, "user"),
        .sign_in = json_get_str(v, "sign_in"),
        .password = password,
        .unchecked = later,
        .ca_file = json_get_str(v, "ca_file"),
        .allow_http = json_get_bool(v, "allow_http", false)};
    enum rc rc = app_account_add(in->app, &account, &found, err);
    if (rc == RC_OK) {
        json_set_str(in->names, name, name);
        json_append(in->made_accounts, json_str(name));
        rc = add_addresses(in, name, json_get(v, "addresses"), err);
    }
    return rc;
}

/* One that is here already is used: the Outlook of this computer whatever it is called, others by name. */
static enum rc take_account(struct importing *in, const struct json *v, struct err *err)
{
    const char *name = json_get_str(v, "name"), *type = json_get_str(v, "type");
    CLEANUP(json_free) struct json *here = NULL;
    if (!name || !type) {
        return err_set(err, RC_INVALID, 0, "it has no name or no type");
    }
    enum rc rc = app_account_list(in->app, &here, err);
    for (const struct json *a = json_first(json_get(here, "accounts")); a; a = json_next(a)) {
        bool outlook = str_eq(type, "outlook") && str_eq(json_get_str(a, "type"), type);
        bool named = str_eq(json_get_str(a, "name"), name);
        bool same = str_eq(json_get_str(a, "url"), json_get_str(v, "url")) &&
                    str_eq(json_get_str(a, "user"), json_get_str(v, "user"));
        if (outlook || (named && same)) {
            json_set_str(in->names, name, json_get_str(a, "name"));
            return RC_OK;
        }
        if (named) {
            return err_set(err, RC_CONFLICT, 0, "there is another account of this name already");
        }
    }
    return rc == RC_OK ? add_account(in, v, err) : rc;
}

/* What an account here has, asked for once. Borrowed. */
static enum rc folders_of(
    struct importing *in, const char *account, const struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *listed = NULL;
    *ret = json_get(in->folders, account);
    enum rc rc = *ret ? RC_OK : app_folder_list(in->app, account, &listed, err);
    if (rc == RC_OK && !*ret) {
        json_set(in->folders, account, json_dup(json_get(listed, "folders")));
        *ret = json_get(in->folders, account);
    }
    return rc;
}

static bool has_folder(const struct json *folders, const char *member, const char *value)
{
    for (const struct json *f = json_first(folders); value && f; f = json_next(f)) {
        if (str_eq(json_get_str(f, member), value)) {
            return true;
        }
    }
    return false;
}

/* "ACCOUNT:FOLDER" as it is called here. The id of a folder holds on a server for every computer, in
 * Outlook for one; there the name of the store differs as well, so what is left is the folder's own. */
static enum rc end_spec(struct importing *in, const struct json *side, char **ret, struct err *err)
{
    const char *theirs = json_get_str(side, "account"), *path = json_get_str(side, "folder");
    const char *account = json_get_str(in->names, theirs ? theirs : "");
    const char *id = json_get_str(side, "id"), *slash = path ? strrchr(path, '/') : NULL;
    const struct json *folders;
    if (!account || !path) {
        return err_set(err, RC_NOT_FOUND, 0, "its account '%s' has not been taken over",
            theirs ? theirs : "?");
    }
    enum rc rc = folders_of(in, account, &folders, err);
    if (rc == RC_OK) {
        *ret = str_printf("%s:%s", account,
            has_folder(folders, "id", id)                 ? id
            : has_folder(folders, "path", path) || !slash ? path
                                                          : slash + 1);
    }
    return rc;
}

static char *number_text(const struct json *v, const char *member)
{
    return json_get(v, member) ? str_printf("%lld", (long long)json_get_int(v, member, 0)) : NULL;
}

static char *names_text(const struct json *list)
{
    struct buf b = BUF_INIT(1 << 16);
    for (const struct json *n = json_first(list); n; n = json_next(n)) {
        buf_addf(&b, "%s%s", n == json_first(list) ? "" : ";", json_str_value(n));
    }
    return buf_take(&b);
}

static const char *yes_no(const struct json *v, const char *member)
{
    return !json_get(v, member) ? NULL : json_get_bool(v, member, true) ? "yes" : "no";
}

static enum rc add_link(struct importing *in, const struct json *v, struct err *err)
{
    const struct json *window = json_get(v, "window"), *filter = json_get(v, "filter");
    CLEANUP(mem_free) char *photos = number_text(v, "photo_limit");
    CLEANUP(mem_free) char *files = number_text(v, "attachment_limit");
    CLEANUP(mem_free) char *past = number_text(window, "past");
    CLEANUP(mem_free) char *future = number_text(window, "future");
    CLEANUP(mem_free) char *some = names_text(json_get(filter, "categories"));
    CLEANUP(mem_free) char *others = names_text(json_get(filter, "not_categories"));
    struct app_link link = {.name = json_get_str(v, "name"),
        .kind = json_get_str(v, "kind"),
        .direction = json_get_str(v, "direction"),
        .policy = json_get_str(v, "policy"),
        .photo_limit = photos,
        .attachment_limit = files,
        .past = past,
        .future = future,
        .invitations = json_get_str(v, "invitations"),
        .off = !json_get_bool(v, "enabled", true),
        .filter = {str_empty(some) ? NULL : some, str_empty(others) ? NULL : others,
            json_get_str(filter, "private")},
        .when = {json_get_str(v, "every"), yes_no(v, "on_change"), yes_no(v, "on_battery"),
            yes_no(v, "on_metered")}};
    CLEANUP(mem_free) char *left = NULL;
    CLEANUP(mem_free) char *right = NULL;
    CLEANUP(json_free) struct json *made = NULL;
    enum rc rc = end_spec(in, json_get(v, "left"), &left, err);
    if (rc == RC_OK) {
        rc = end_spec(in, json_get(v, "right"), &right, err);
    }
    link.left = left;
    link.right = right;
    return rc == RC_OK ? app_link_add(in->app, &link, &made, err) : rc;
}

/* Does one of its accounts wait for its password? Then there is nothing to say of it yet. */
static bool waits(const struct importing *in, const struct json *v)
{
    for (const struct json *w = json_first(in->wanted); w; w = json_next(w)) {
        if (str_eq(json_str_value(w), json_get_str(json_get(v, "left"), "account")) ||
            str_eq(json_str_value(w), json_get_str(json_get(v, "right"), "account"))) {
            return true;
        }
    }
    return false;
}

/* A link of this name that is here is taken for it. */
static enum rc take_link(struct importing *in, const struct json *v, struct err *err)
{
    const char *name = json_get_str(v, "name");
    CLEANUP(json_free) struct json *here = NULL;
    enum rc rc = app_link_list(in->app, &here, err);
    for (const struct json *l = json_first(json_get(here, "links")); l; l = json_next(l)) {
        if (str_ieq(json_get_str(l, "name"), name)) {
            return RC_OK;
        }
    }
    if (rc != RC_OK || waits(in, v)) {
        return rc;
    }
    rc = add_link(in, v, err);
    if (rc == RC_OK) {
        json_append(in->made_links, json_str(name));
    }
    return rc;
}

/* What cannot be taken over stops none of the others. */
static void take_each(struct importing *in, const struct json *list, const char *what,
    enum rc (*take)(struct importing *in, const struct json *v, struct err *err))
{
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        struct err err = ERR_INIT;
        const char *name = json_get_str(v, "name");
        if (take(in, v, &err) != RC_OK) {
            note_failed(in, what, name ? name : "?", &err);
        }
        err_fini(&err);
    }
}

enum rc app_import(struct app *app, const char *path, const struct app_password *passwords,
    size_t count, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    CLEANUP(json_free) struct json *names = json_object();
    CLEANUP(json_free) struct json *folders = json_object();
    enum rc rc = read_file(path, &v, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *told = json_object();
    struct importing in = {app, passwords, count, names, folders, json_array(), json_array(),
        json_array(), json_array()};
    json_set(told, "accounts", in.made_accounts);
    json_set(told, "links", in.made_links);
    json_set(told, "failed", in.failed);
    json_set(told, "password_wanted", in.wanted);
    take_settings(&in, json_get(v, "settings"));
    take_each(&in, json_get(v, "accounts"), "account", take_account);
    take_each(&in, json_get(v, "links"), "link", take_link);
    *ret = told;
    return RC_OK;
}
