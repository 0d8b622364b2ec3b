/* Tokens of accounts that sign in by the server's page (client/oauth): kept where passwords are, as one text each, and
 * renewed while a pass runs. A new token set is written before it is used and before the old one is forgotten: the
 * server may have made the old one void in the moment it gave the new one (RFC 9700, 4.14.2). */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/oauth/oauth.h"
#include "client/platform/platform.h"

#include <string.h>

#define REST_MS                                                                                    \
    30000 /* after a failure: the rest of a pass must not knock at the sign-in server for each item */

struct token_source {
    struct app *app;       /* borrowed; it owns the source */
    char *account;         /* owned */
    char *ca_file, *proxy; /* owned; how its server is reached */
    bool allow_http;
    bool kept;       /* what is here is in the secrets, too; not while an account is being added */
    bool is_account; /* there is such an account, so that there is a place to keep it */
    struct json *tokens; /* owned; NULL until needed */
    struct err trouble;  /* why it could not be renewed, */
    int64_t rests_until; /* and until when (ticks) it is not tried again */
    struct token_source *next;
};

void token_sources_free(struct token_source *s)
{
    while (s) {
        struct token_source *next = s->next;
        free(s->account);
        free(s->ca_file);
        free(s->proxy);
        json_free(s->tokens);
        err_fini(&s->trouble);
        free(s);
        s = next;
    }
}

static void hide(struct token_source *s)
{
    static const char *const MEMBERS[] = {"access", "refresh", "client_secret"};
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++) {
        logfile_hide(s->app->log, json_get_str(s->tokens, MEMBERS[i]));
    }
}

static void put_tokens(struct token_source *s, struct json *tokens /* owned */)
{
    json_free(s->tokens);
    s->tokens = tokens;
    hide(s);
}

static enum rc keep(struct token_source *s, struct err *err)
{
    if (!s->is_account || s->kept) {
        return RC_OK;
    }
    CLEANUP(platform_secret_free) char *text = json_print(s->tokens);
    enum rc rc = secret_save(s->app->home, s->account, text, err);
    s->kept = rc == RC_OK;
    return rc == RC_OK ? RC_OK : err_prefix(err, "the renewed sign-in could not be kept");
}

static enum rc parse_tokens(const char *text, struct json **ret, struct err *err)
{
    struct json *v = NULL;
    if (json_parse(text, strlen(text), &v, NULL) != RC_OK || !json_is_object(v)) {
        json_free(v);
        return err_set(err, RC_AUTH, 0, "what is kept of the sign-in cannot be read");
    }
    *ret = v;
    return RC_OK;
}

enum rc token_shown(const char *kept, char **ret, struct err *err)
{
    CLEANUP(json_free) struct json *tokens = NULL;
    enum rc rc = parse_tokens(kept, &tokens, err);
    int64_t expires = rc == RC_OK ? oauth_expires(tokens) : 0;
    if (rc == RC_OK && !oauth_access(tokens)) {
        rc = err_set(err, RC_AUTH, 0, "nobody has signed in yet");
    } else if (expires && expires <= platform_now()) {
        rc = err_set(err, RC_AUTH, 0, "the sign-in is renewed by the next sync");
    }
    if (rc == RC_OK) {
        *ret = mem_strdup(oauth_access(tokens));
    }
    return rc;
}

/* What the secrets have; nobody else changes it as long as this process has the state file. */
static enum rc load(struct token_source *s, struct err *err)
{
    CLEANUP(platform_secret_free) char *text = NULL;
    struct json *v = NULL;
    enum rc rc = secret_load(s->app->home, s->account, &text, err);
    if (rc == RC_NOT_FOUND) {
        return err_set(err, RC_AUTH, 0, "nobody has signed in yet: lockstep account sign-in \"%s\"",
            s->account);
    }
    if (rc == RC_OK) {
        rc = parse_tokens(text, &v, err);
    }
    if (rc == RC_OK) {
        put_tokens(s, v);
        s->kept = true;
    }
    return rc;
}

static enum rc renew(struct token_source *s, struct err *err)
{
    const struct oauth_net net = {s->ca_file, s->proxy, s->allow_http, app_log(s->app)};
    struct json *v = NULL;
    enum rc rc = oauth_renew(s->tokens, &net, &v, err);
    log_line(app_log(s->app), LOG_LEVEL_INFO, "app", "account '%s': the sign-in is renewed: %s",
        s->account, rc == RC_OK ? "done" : rc_name(rc));
    if (rc == RC_AUTH) {
        return err_set(err, RC_AUTH, 0,
            "the server has ended the sign-in of '%s': sign in again (lockstep account sign-in)",
            s->account);
    }
    if (rc == RC_OK) {
        put_tokens(s, v);
        s->kept = false;
        rc = keep(s, err);
    }
    return rc;
}

static bool is_useless(const struct token_source *s, const char *refused)
{
    const char *access = oauth_access(s->tokens);
    return !access || (refused && str_eq(refused, access));
}

static enum rc renew_or_rest(struct token_source *s, struct err *err)
{
    if (platform_ticks_ms() >= s->rests_until) {
        err_fini(&s->trouble);
        enum rc rc = renew(s, &s->trouble);
        s->rests_until = rc == RC_OK ? 0 : platform_ticks_ms() + REST_MS;
    }
    return s->rests_until
               ? err_set(err, s->trouble.rc, s->trouble.native, "%s", err_text(&s->trouble))
               : RC_OK;
}

/* As struct sign_in has it. What cannot be renewed now is used to its end. */
static enum rc source_token(void *user, const char *refused, char **ret, struct err *err)
{
    struct token_source *s = user;
    enum rc rc = s->tokens ? keep(s, err) : load(s, err);
    bool due = rc == RC_OK && (is_useless(s, refused) || oauth_is_due(s->tokens, platform_now()));
    if (due) {
        struct err why CLEANUP_FINI(err_fini) = ERR_INIT;
        rc = renew_or_rest(s, &why);
        bool lasts = !is_useless(s, refused) && oauth_expires(s->tokens) > platform_now();
        if (rc != RC_OK && rc != RC_AUTH && lasts) {
            rc = RC_OK;
        }
        rc = rc == RC_OK ? RC_OK : err_set(err, rc, why.native, "%s", err_text(&why));
    }
    if (rc == RC_OK) {
        *ret = mem_strdup(oauth_access(s->tokens));
    }
    return rc;
}

static struct token_source *source_of(struct app *app, const char *account)
{
    for (struct token_source *s = app->tokens; s; s = s->next) {
        if (str_eq(s->account, account)) {
            return s;
        }
    }
    struct token_source *s = NEW(struct token_source);
    s->app = app;
    s->account = mem_strdup(account);
    s->next = app->tokens;
    app->tokens = s;
    return s;
}

static void reach_put(struct token_source *s, const struct reach *reach)
{
    str_replace(&s->ca_file, reach->ca_file);
    str_replace(&s->proxy, reach->proxy);
    s->allow_http = reach->plain;
}

enum rc token_open(struct app *app, const struct state_account *account, const char *given,
    const struct reach *reach, struct sign_in *ret, struct err *err)
{
    struct token_source *s = source_of(app, account->name);
    enum rc rc = RC_OK;
    struct json *v = NULL;
    reach_put(s, reach);
    s->is_account = account->id != 0;
    if (given &&
        !s->tokens) { /* an account that is being added: what it has been given last counts */
        rc = parse_tokens(given, &v, err);
        if (rc == RC_OK) {
            put_tokens(s, v);
            s->kept = false;
        }
    }
    ret->token = source_token;
    ret->token_user = s;
    return rc;
}

char *token_text(struct app *app, const char *account)
{
    struct token_source *s = source_of(app, account);
    return s->tokens ? json_print(s->tokens) : NULL;
}

void token_forget(struct app *app, const char *account)
{
    struct token_source *s = source_of(app, account);
    json_free(TAKE(s->tokens));
    s->kept = false;
    s->rests_until = 0;
}

/* ---- signing in ---- */

enum rc token_sign_in(struct app *app, const char *url, const struct reach *reach,
    const struct app_consent *consent, char **ret, struct err *err)
{
    const struct oauth_net net = {reach->ca_file, reach->proxy, reach->plain, app_log(app)};
    struct oauth_server server CLEANUP_FINI(oauth_server_fini) = {0};
    const struct app_settings settings = app_settings_get(app);
    CLEANUP(json_free) struct json *tokens = NULL;
    if (!consent) {
        return err_set(err, RC_AUTH, 0, "nobody is there who could sign in");
    }
    const struct oauth_ui ui = {.show = consent->show,
        .cancelled = consent->cancelled,
        .user = consent->user,
        .page_done = consent->page_done,
        .page_failed = consent->page_failed,
        .patience_ms = consent->patience_ms,
        .device = consent->device};
    enum rc rc = oauth_find(url, &net, &server, err);
    if (rc == RC_OK) {
        rc = oauth_know_client(&server, settings.oauth_clients, &net, err);
    }
    if (rc == RC_OK) {
        rc = oauth_sign_in(&server, &net, &ui, &tokens, err);
    }
    log_line(app_log(app), LOG_LEVEL_INFO, "app", "sign-in by the server's page: %s",
        rc == RC_OK ? "done" : rc_name(rc));
    if (rc == RC_OK) {
        *ret = json_print(tokens);
    }
    return rc;
}
