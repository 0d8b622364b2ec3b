/* From an account to the store that serves it: the one place that knows which driver a type of
 * account means. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/remote/dav/dav.h"
#include "client/remote/jmap/jmap.h"
#include "client/remote/vdir/vdir.h"
#ifdef _WIN32
#include "client/outlook/outlook.h"
#endif

#include <string.h>

void reach_fini(struct reach *r)
{
    free(r->ca_file);
    free(r->proxy);
}

enum rc reach_of(
    const struct app *app, const struct state_account *account, struct reach *ret, struct err *err)
{
    CLEANUP(json_free) struct json *settings = NULL;
    if (account->settings) {
        enum rc rc = json_parse(account->settings, strlen(account->settings), &settings, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    const struct app_settings s = app_settings_get(app);
    ret->ca_file = mem_strdup(json_get_str(settings, "ca_file"));
    ret->proxy = mem_strdup(app_proxy(&s));
    ret->plain = json_get_bool(settings, "allow_http", false) && !forbids(app, FORBID_HTTP);
    ret->timeout = (long)json_get_int(settings, "timeout", 0);
    return RC_OK;
}

/* Of either protocol: the same is known of both. */
static enum rc open_server(struct app *app, const struct state_account *account,
    const char *password, struct store **ret, struct err *err)
{
    CLEANUP(platform_secret_free) char *stored = NULL;
    struct reach r CLEANUP_FINI(reach_fini) = {0};
    struct sign_in sign_in;
    enum rc rc = reach_of(app, account, &r, err);
    if (rc == RC_OK) {
        rc = sign_in_open(app, account, password, &r, &sign_in, &stored, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (str_eq(account->type, "jmap")) {
        struct jmap_account jmap = {account->url, sign_in, r.ca_file, r.plain, r.timeout, r.proxy};
        return jmap_store_new(&jmap, app_log(app), ret, err);
    }
    struct dav_account dav = {account->url, sign_in, r.ca_file, r.plain, r.timeout, r.proxy};
    return dav_store_new(&dav, app_log(app), ret, err);
}

static enum rc open_outlook(
    const struct app *app, const struct log *log, struct store **ret, struct err *err)
{
#ifdef _WIN32
    bool apart = app_settings_get(app).outlook_apart;
    return outlook_store_new(log, outlook_zone_iana(), apart, ret, err);
#else
    (void)app;
    (void)log;
    (void)ret;
    return err_set(err, RC_UNSUPPORTED, 0, "Outlook can be reached on Windows only");
#endif
}

enum rc app_store_watching(struct store **ret, struct err *err)
{
    CLEANUP(app_close) struct app *app = NULL;
    enum rc rc = app_open(NULL, &app, err);
    return rc == RC_OK ? open_outlook(app, NULL, ret, err) : rc;
}

enum rc app_store_listening(struct app *app, const struct json *account, struct store **ret,
    char **ret_secret, struct err *err)
{
    CLEANUP(platform_secret_free) char *secret = NULL;
    CLEANUP(platform_secret_free) char *shown = NULL;
    const struct app_settings s = app_settings_get(app);
    struct sign_in sign_in;
    enum rc rc = sign_in_listen(app, account, &sign_in, &secret, &shown, err);
    if (rc == RC_OK) {
        struct jmap_account jmap = {json_get_str(account, "url"), sign_in,
            json_get_str(account, "ca_file"),
            json_get_bool(account, "allow_http", false) && !forbids(app, FORBID_HTTP),
            (long)json_get_int(account, "timeout", 0), app_proxy(&s)};
        rc = jmap_store_new(&jmap, NULL, ret, err);
    }
    if (rc == RC_OK) {
        *ret_secret = TAKE(secret);
    }
    return rc;
}

enum rc app_store_open(struct app *app, const struct state_account *account, const char *password,
    struct store **ret, struct err *err)
{
    enum rc rc;
    if (account_is_on_server(account->type)) {
        rc = open_server(app, account, password, ret, err);
    } else if (str_eq(account->type, "vdir")) {
        rc = vdir_store_new(account->url, app_log(app), ret, err);
    } else if (str_eq(account->type, "outlook")) {
        rc = open_outlook(app, app_log(app), ret, err);
    } else {
        rc = err_set(
            err, RC_UNSUPPORTED, 0, "this version knows no accounts of type '%s'", account->type);
    }
    if (rc == RC_OK) {
        rc = own_addresses(app, &(*ret)->own, err);
        if (rc != RC_OK) {
            store_free(TAKE(*ret));
        }
    }
    if (rc != RC_OK) {
        err_prefix(err, "account '%s'", account->name);
    }
    return rc;
}

enum rc app_store_folders(struct app *app, struct state_account *account, const char *password,
    struct store_folders *ret, struct err *err)
{
    CLEANUP(store_free) struct store *store = NULL;
    enum rc rc = app_store_open(app, account, password, &store, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = store->vtbl->list_folders(store, ret, err);
    if (rc == RC_OK && own_learn(account, ret->own) && account->id) {
        rc = state_account_save(app->state, account, err);
        if (rc != RC_OK) {
            store_folders_fini(ret);
        }
    }
    if (rc != RC_OK) {
        err_prefix(err, "account '%s'", account->name);
    }
    return rc;
}

enum rc app_store_make_folder(struct app *app, const struct state_account *account,
    enum item_kind kind, const char *name, struct store_folder *ret, struct err *err)
{
    CLEANUP(store_free) struct store *store = NULL;
    enum rc rc = app_store_open(app, account, NULL, &store, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = store_make_folder(store, kind, name, ret, err);
    log_line(app_log(app), LOG_LEVEL_INFO, "app", "a folder for %ss in '%s': %s",
        item_kind_name(kind), account->name, rc == RC_OK ? "made" : rc_name(rc));
    return rc == RC_OK ? RC_OK : err_prefix(err, "account '%s'", account->name);
}
