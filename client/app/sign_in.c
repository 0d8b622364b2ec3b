/* How an account signs in: which way it was given, what is kept for it, and what that means for its store.
 * What a request then carries is decided in client/net/sign_in.h. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/net/sign_in.h"
#include "client/platform/platform.h"

#include <string.h>

#define MEMBER "sign_in"

enum rc sign_in_parse(const char *text, enum sign_in_way *ret, struct err *err)
{
    return sign_in_of_name(text, ret)
               ? RC_OK
               : err_set(err, RC_INVALID, 0,
                     "there is no way to sign in called '%s': password, token, windows or oauth",
                     text);
}

void sign_in_put(struct json *settings, enum sign_in_way way)
{
    json_set_str(settings, MEMBER, way == SIGN_IN_PASSWORD ? NULL : sign_in_name(way));
}

enum sign_in_way sign_in_of(const struct state_account *account)
{
    CLEANUP(json_free) struct json *settings = account_settings(account);
    enum sign_in_way way;
    return sign_in_of_name(json_get_str(settings, MEMBER), &way) ? way : SIGN_IN_PASSWORD;
}

bool sign_in_keeps_secret(const struct state_account *account)
{
    enum sign_in_way way = sign_in_of(account);
    return account_is_on_server(account->type) &&
           (way == SIGN_IN_PASSWORD ? !str_empty(account->user) : way != SIGN_IN_WINDOWS);
}

/* It becomes a part of a header line (RFC 6750, 2.1). */
static enum rc check_token(const char *token, struct err *err)
{
    for (const char *p = token; *p; p++) {
        if (*p <= ' ' || *p > '~') {
            return err_set(err, RC_INVALID, 0,
                "this is no access token: it has a blank or an unusual character in it");
        }
    }
    return RC_OK;
}

enum rc sign_in_open(struct app *app, const struct state_account *account, const char *given,
    const struct reach *reach, struct sign_in *ret, char **ret_stored, struct err *err)
{
    CLEANUP(platform_secret_free) char *stored = NULL;
    enum rc rc = RC_OK;
    *ret = (struct sign_in){.way = sign_in_of(account), .user = account->user};
    if (!sign_in_keeps_secret(account)) {
        return RC_OK;
    }
    if (ret->way == SIGN_IN_OAUTH) {
        return token_open(app, account, given, reach, ret, err);
    }
    if (!given) {
        rc = secret_load(app->home, account->name, &stored, err);
        if (rc == RC_NOT_FOUND) {
            return err_set(err, RC_AUTH, 0,
                ret->way == SIGN_IN_PASSWORD
                    ? "no password is stored: lockstep account password \"%s\""
                    : "no access token is stored: lockstep account password \"%s\"",
                account->name);
        }
        given = stored;
    }
    if (rc == RC_OK && ret->way == SIGN_IN_TOKEN) {
        rc = check_token(given, err);
    }
    if (rc == RC_OK) {
        logfile_hide(app->log, given);
        ret->secret = given;
        *ret_stored = TAKE(stored);
    }
    return rc;
}

enum rc sign_in_listen(const struct app *app, const struct json *account, struct sign_in *ret,
    char **ret_stored, char **ret_shown, struct err *err)
{
    CLEANUP(platform_secret_free) char *stored = NULL;
    *ret = (struct sign_in){.user = json_get_str(account, "user")};
    if (!sign_in_of_name(json_get_str(account, MEMBER), &ret->way) || ret->way == SIGN_IN_WINDOWS ||
        (ret->way == SIGN_IN_PASSWORD && str_empty(ret->user))) {
        return RC_OK;
    }
    enum rc rc = secret_load(app->home, json_get_str(account, "name"), &stored, err);
    if (rc == RC_NOT_FOUND) {
        return err_set(err, RC_AUTH, 0, "nothing to sign in with is stored");
    }
    if (rc == RC_OK && ret->way == SIGN_IN_OAUTH) {
        rc = token_shown(stored, ret_shown, err);
        ret->way = SIGN_IN_TOKEN;
        ret->secret = *ret_shown;
    } else if (rc == RC_OK) {
        ret->secret = stored;
    }
    *ret_stored = TAKE(stored);
    return rc;
}

char *sign_in_secret(struct app *app, const struct state_account *account, const char *given)
{
    return sign_in_of(account) == SIGN_IN_OAUTH ? token_text(app, account->name)
                                                : mem_strdup(given);
}

enum rc app_account_set_password(
    struct app *app, const char *name, const char *password, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    enum rc rc = app_account_find(app, name, &account, err);
    if (rc != RC_OK) {
        return rc;
    }
    enum sign_in_way way = sign_in_of(&account);
    if (!sign_in_keeps_secret(&account) || way == SIGN_IN_OAUTH) {
        return err_set(err, RC_INVALID, 0,
            way == SIGN_IN_OAUTH
                ? "the account '%s' signs in by the server's page: lockstep account sign-in"
            : way == SIGN_IN_WINDOWS
                ? "the account '%s' signs in by your Windows account and has no password of its own"
                : "the account '%s' needs no password",
            name);
    }
    rc = way == SIGN_IN_TOKEN ? check_token(password, err) : RC_OK;
    if (rc == RC_OK) {
        rc = secret_save(app->home, account.name, password, err);
    }
    return rc == RC_OK ? rejected_note(app->state, &account, false, err) : rc;
}

/* A new sign-in at the server's page takes the place of the old one. */
static enum rc sign_in_anew(struct app *app, const struct state_account *account,
    const struct app_consent *consent, struct err *err)
{
    CLEANUP(platform_secret_free) char *tokens = NULL;
    struct reach reach CLEANUP_FINI(reach_fini) = {0};
    enum rc rc = reach_of(app, account, &reach, err);
    if (rc == RC_OK) {
        rc = token_sign_in(app, account->url, &reach, consent, &tokens, err);
    }
    if (rc == RC_OK) {
        rc = secret_save(app->home, account->name, tokens, err);
    }
    if (rc == RC_OK) {
        token_forget(app, account->name);
    }
    return rc;
}

enum rc app_account_sign_in(struct app *app, const char *name, const struct app_consent *consent,
    struct json **ret_found, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    enum rc rc = app_account_find(app, name, &account, err);
    enum sign_in_way way = rc == RC_OK ? sign_in_of(&account) : SIGN_IN_PASSWORD;
    if (rc == RC_OK && way != SIGN_IN_OAUTH && way != SIGN_IN_WINDOWS) {
        return err_set(err, RC_INVALID, 0,
            "the account '%s' signs in by a %s: lockstep account password \"%s\"", name,
            way == SIGN_IN_TOKEN ? "token" : "password", name);
    }
    if (rc == RC_OK && way == SIGN_IN_OAUTH) {
        rc = sign_in_anew(app, &account, consent, err);
    }
    if (rc == RC_OK) {
        rc = app_account_check(app, name, ret_found, err);
    }
    return rc == RC_OK ? rejected_note(app->state, &account, false, err) : rc;
}
