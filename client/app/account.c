/* Accounts: adding with a look at what is there, checking, removing, listing. */
#include "client/app/private.h"
#include "client/app/service.h"
#include "client/app/trial.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/remote/jmap/jmap.h"

#include <string.h>

#define NAME_MAX_BYTES 64

static enum rc name_check(const char *name, struct err *err)
{
    if (str_empty(name) || strlen(name) > NAME_MAX_BYTES || !str_utf8_valid(name, strlen(name))) {
        return err_set(err, RC_INVALID, 0, "the name of an account must be 1 to %d bytes of UTF-8",
            NAME_MAX_BYTES);
    }
    if (name[0] == '-' || name[0] == ' ' || name[strlen(name) - 1] == ' ') {
        return err_set(err, RC_INVALID, 0,
            "the account name '%s' begins with '-' or has a blank at an end", name);
    }
    for (const char *p = name; *p; p++) {
        if (*p == ':' || (unsigned char)*p < ' ') {
            return err_set(
                err, RC_INVALID, 0, "an account name must not contain ':' or control characters");
        }
    }
    return RC_OK;
}

struct json *account_settings(const struct state_account *account)
{
    struct json *settings = NULL;
    struct err err = ERR_INIT;
    if (account->settings &&
        json_parse(account->settings, strlen(account->settings), &settings, &err) != RC_OK) {
        settings = NULL;
    }
    err_fini(&err);
    return settings ? settings : json_object();
}

void account_settings_put(struct state_account *account, const struct json *settings)
{
    free(account->settings);
    account->settings = json_print(settings);
}

enum rc app_account_find(
    struct app *app, const char *name, struct state_account *ret, struct err *err)
{
    struct state *state;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_account_find(state, name, ret, err);
    }
    if (rc != RC_NOT_FOUND) {
        return rc;
    }
    struct state_accounts all CLEANUP_FINI(state_accounts_fini) = {0};
    rc = state_accounts_load(state, &all, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct buf names CLEANUP_FINI(buf_fini) = BUF_INIT(4096);
    for (size_t i = 0; i < all.count; i++) {
        buf_addf(&names, "%s%s", i ? ", " : "", all.items[i].name);
    }
    return err_set(err, RC_NOT_FOUND, 0, "there is no account '%s' (accounts: %s)", name,
        all.count ? buf_str(&names) : "none yet");
}

bool account_is_on_server(const char *type)
{
    return str_eq(type, "dav") || str_eq(type, "jmap");
}

/* What the state keeps of a request. Strings are copies. */
static enum rc account_build(
    const struct app_account *a, struct state_account *ret, struct err *err)
{
    bool open = str_eq(a->type, APP_SERVER), vdir = str_eq(a->type, "vdir");
    bool server = open || account_is_on_server(a->type);
    if (!server && !vdir && !str_eq(a->type, "outlook")) {
        return err_set(err, RC_INVALID, 0, "there is no type of account '%s'", a->type);
    }
    if ((server || vdir) && str_empty(a->url)) {
        return err_set(err, RC_INVALID, 0,
            server ? "the address of the server is missing" : "the folder is missing");
    }
    ret->name = mem_strdup(a->name);
    ret->type = mem_strdup(!open ? a->type : jmap_is_meant(a->url) ? "jmap" : "dav");
    if (server) {
        ret->url = mem_strdup(a->url);
        ret->user = str_empty(a->user) ? NULL : mem_strdup(a->user);
    } else if (vdir) {
        ret->url = platform_path_absolute(a->url);
    }
    enum sign_in_way way;
    enum rc rc = sign_in_parse(a->sign_in, &way, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (server && (a->ca_file || a->allow_http || way != SIGN_IN_PASSWORD)) {
        CLEANUP(json_free) struct json *settings = json_object();
        sign_in_put(settings, way);
        if (a->ca_file) {
            CLEANUP(mem_free) char *path = platform_path_absolute(a->ca_file);
            if (!platform_file_exists(path)) {
                return err_set(err, RC_INVALID, 0, "the certificate file %s does not exist", path);
            }
            json_set_str(settings, "ca_file", path);
        }
        if (a->allow_http) {
            json_set_bool(settings, "allow_http", true);
        }
        ret->settings = json_print(settings);
    }
    return RC_OK;
}

static enum rc look(struct app *app, struct state_account *account, const char *password,
    struct json **ret, struct err *err)
{
    struct store_folders folders CLEANUP_FINI(store_folders_fini) = {0};
    enum rc rc = app_store_folders(app, account, password, &folders, err);
    return rc == RC_OK ? folders_summary(account, &folders, ret, err) : rc;
}

/* What every other way to the same server would meet as well. */
static bool hopeless(enum rc rc)
{
    return rc == RC_AUTH || rc == RC_TLS || rc == RC_OFFLINE || rc == RC_IO;
}

/* The same of a server of which it is not known what it speaks: the other one is tried if the first,
 * which the address suggests, is not there. Whoever finds neither is told about CalDAV and CardDAV, or
 * what JMAP lacks. */
static enum rc look_by_either(struct app *app, const struct app_account *request,
    struct state_account *account, struct json **ret, struct err *err)
{
    bool open = str_eq(request->type, APP_SERVER), jmap_first = str_eq(account->type, "jmap");
    struct err first CLEANUP_FINI(err_fini) = ERR_INIT, second CLEANUP_FINI(err_fini) = ERR_INIT;
    enum rc rc = look(app, account, request->password, ret, &first);
    if (rc != RC_OK && open && !hopeless(rc)) {
        str_replace(&account->type, jmap_first ? "dav" : "jmap");
        enum rc other = look(app, account, request->password, ret, &second);
        if (other == RC_OK) {
            return RC_OK;
        }
        str_replace(&account->type, jmap_first ? "jmap" : "dav");
        if (other == RC_UNSUPPORTED || (jmap_first && rc == RC_NOT_FOUND)) {
            rc = other;
            err_move(&first, &second);
        }
    }
    return rc == RC_OK ? RC_OK : err_set(err, rc, first.native, "%s", err_text(&first));
}

/* The same at the address that the domain names in its DNS records, if it is within the domain; what is
 * not there is looked for at the domain itself. RC_NOT_FOUND: it names none. */
static enum rc look_by_records(struct app *app, const struct app_account *request,
    const struct service *named, struct state_account *account, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *url = mem_strdup(account->url);
    CLEANUP(mem_free) char *type = mem_strdup(account->type);
    if (!named->url) {
        return RC_NOT_FOUND;
    }
    str_replace(&account->url, named->url);
    str_replace(&account->type, named->jmap ? "jmap" : "dav");
    enum rc rc = look_by_either(app, request, account, ret, err);
    log_line(app_log(app), LOG_LEVEL_INFO, "app", "the domain names its server: %s", rc_name(rc));
    if (rc != RC_OK) {
        str_replace(&account->url, url);
        str_replace(&account->type, type);
    }
    return rc;
}

static enum rc look_for(struct app *app, const struct app_account *request,
    struct state_account *account, struct json **ret, struct err *err)
{
    struct service named CLEANUP_FINI(service_fini) = {0};
    bool server = account_is_on_server(account->type);
    CLEANUP(mem_free) char *domain = server ? service_domain(account->url) : NULL;
    if (domain) {
        service_find(domain, request->type, &named);
    }
    enum rc rc = look_by_records(app, request, &named, account, ret, err);
    if (rc == RC_OK || rc == RC_AUTH || rc == RC_TLS) {
        return rc;
    }
    rc = look_by_either(app, request, account, ret, err);
    if (rc != RC_OK && named.foreign) {
        struct err why CLEANUP_FINI(err_fini) = ERR_INIT;
        err_move(&why, err);
        return err_set(err, rc, why.native,
            "%s; %s names another server, %s: if you trust it, take "
            "that address",
            err_text(&why), domain, named.foreign);
    }
    return rc;
}

static enum rc name_is_free(struct state *state, const char *name, struct err *err)
{
    struct state_accounts all CLEANUP_FINI(state_accounts_fini) = {0};
    enum rc rc = state_accounts_load(state, &all, err);
    for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
        if (str_ieq(all.items[i].name, name)) {
            rc =
                err_set(err, RC_CONFLICT, 0, "there is an account '%s' already", all.items[i].name);
        }
    }
    return rc;
}

/* With an account that signs in at the server's page that is done before anything is asked of the server; what
 * comes of it is its password from then on. */
static enum rc sign_in_first(struct app *app, const struct state_account *account,
    struct app_account *request, char **ret_tokens, struct err *err)
{
    struct reach reach CLEANUP_FINI(reach_fini) = {0};
    if (sign_in_of(account) != SIGN_IN_OAUTH || (request->unchecked && !request->consent)) {
        return RC_OK;
    }
    token_forget(app, account->name);
    enum rc rc = reach_of(app, account, &reach, err);
    if (rc == RC_OK) {
        rc = token_sign_in(app, account->url, &reach, request->consent, ret_tokens, err);
    }
    if (rc == RC_OK) {
        request->password = *ret_tokens;
    }
    return rc;
}

enum rc app_account_add(
    struct app *app, const struct app_account *request, struct json **ret_found, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    CLEANUP(json_free) struct json *found = NULL;
    struct state *state;
    enum rc rc = forbid_check(app, FORBID_ACCOUNTS, err);
    if (rc == RC_OK) {
        rc = name_check(request->name, err);
    }
    if (rc == RC_OK) {
        rc = account_build(request, &account, err);
    }
    if (rc == RC_OK) {
        rc = app_state(app, &state, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(platform_secret_free) char *tokens = NULL;
    struct app_account signed_in = *request;
    rc = name_is_free(state, account.name, err);
    if (rc == RC_OK) {
        rc = sign_in_first(app, &account, &signed_in, &tokens, err);
    }
    if (rc == RC_OK) {
        rc = request->unchecked ? RC_OK : look_for(app, &signed_in, &account, &found, err);
    }
    if (rc == RC_OK && signed_in.password && sign_in_keeps_secret(&account)) {
        CLEANUP(platform_secret_free)
        char *secret = sign_in_secret(app, &account, signed_in.password);
        rc = secret_save(app->home, account.name, secret ? secret : signed_in.password, err);
    }
    token_forget(app, account.name);
    if (rc != RC_OK) {
        return rc;
    }
    rc = state_account_save(state, &account, err);
    if (rc != RC_OK) {
        enum rc undone = secret_forget(app->home, account.name, NULL);
        (void)undone; /* a password without an account harms nobody and is replaced next time */
        return rc;
    }
    log_line(app_log(app), LOG_LEVEL_INFO, "app", "account added, type %s", account.type);
    if (!found) {
        found = json_object();
        json_set_str(found, "account", account.name);
        json_set_str(found, "text", "kept without a look at it");
    }
    *ret_found = TAKE(found);
    return RC_OK;
}

enum rc app_account_try(
    struct app *app, const struct app_account *request, struct json **ret, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    CLEANUP(json_free) struct json *found = NULL;
    enum rc rc = name_check(request->name, err);
    if (rc == RC_OK) {
        rc = account_build(request, &account, err);
    }
    if (rc == RC_OK && sign_in_of(&account) == SIGN_IN_OAUTH) {
        rc = err_set(
            err, RC_INVALID, 0, "a sign-in at the server's page is not tried out: add the account");
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct err why = ERR_INIT;
    rc = look_for(app, request, &account, &found, &why);
    *ret = trial_steps(account.url ? account.url : "", rc, err_text(&why), found);
    err_fini(&why);
    return RC_OK;
}

enum rc app_account_check(
    struct app *app, const char *name, struct json **ret_found, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    enum rc rc = app_account_find(app, name, &account, err);
    return rc == RC_OK ? look(app, &account, NULL, ret_found, err) : rc;
}

enum rc app_account_remove(struct app *app, const char *name, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    struct state_links links CLEANUP_FINI(state_links_fini) = {0};
    enum rc rc = forbid_check(app, FORBID_ACCOUNTS, err);
    if (rc == RC_OK) {
        rc = app_account_find(app, name, &account, err);
    }
    if (rc == RC_OK) {
        rc = state_links_load(app->state, &links, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    for (size_t i = 0; i < links.count; i++) {
        if (links.items[i].side[SIDE_LEFT].account == account.id ||
            links.items[i].side[SIDE_RIGHT].account == account.id) {
            return err_set(err, RC_CONFLICT, 0,
                "the account '%s' is used by the link '%s': unlink that first", name,
                links.items[i].name);
        }
    }
    rc = state_account_delete(app->state, account.id, err);
    return rc == RC_OK ? secret_forget(app->home, account.name, err) : rc;
}

enum rc app_account_list(struct app *app, struct json **ret, struct err *err)
{
    struct state *state;
    struct state_accounts all CLEANUP_FINI(state_accounts_fini) = {0};
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_accounts_load(state, &all, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < all.count; i++) {
        const struct state_account *a = &all.items[i];
        CLEANUP(json_free) struct json *settings = account_settings(a);
        struct json *v = json_object();
        json_set_str(v, "name", a->name);
        json_set_str(v, "type", a->type);
        json_set_str(v, "url", a->url);
        json_set_str(v, "user", a->user);
        json_set_str(
            v, "sign_in", account_is_on_server(a->type) ? sign_in_name(sign_in_of(a)) : NULL);
        json_set_str(v, "ca_file", json_get_str(settings, "ca_file"));
        json_set_bool(v, "allow_http", json_get_bool(settings, "allow_http", false));
        json_set(v, "addresses", own_of_account(a));
        json_append(list, v);
    }
    *ret = json_object();
    json_set(*ret, "accounts", list);
    return RC_OK;
}

/* The name of the first account of a type; NULL without one. Caller frees. */
static enum rc account_of_type(struct app *app, const char *type, char **ret_name, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    enum rc rc = app_account_list(app, &v, err);
    *ret_name = NULL;
    for (const struct json *a = json_first(json_get(v, "accounts")); a && !*ret_name;
         a = json_next(a)) {
        if (str_eq(json_get_str(a, "type"), type)) {
            *ret_name = mem_strdup(json_get_str(a, "name"));
        }
    }
    return rc;
}

enum rc account_need_outlook(struct app *app, char **ret_name, struct err *err)
{
    enum rc rc = account_of_type(app, "outlook", ret_name, err);
    if (rc != RC_OK || *ret_name) {
        return rc;
    }
    CLEANUP(json_free) struct json *found = NULL;
    rc = app_account_add(
        app, &(struct app_account){.name = "Outlook", .type = "outlook"}, &found, err);
    if (rc == RC_OK) {
        *ret_name = mem_strdup("Outlook");
    }
    return rc;
}
