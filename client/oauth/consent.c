/* Signing in by a browser on this computer: RFC 8252 (the answer comes to a port of 127.0.0.1 that is ours for this
 * one time) with PKCE (RFC 7636). */
#include "client/oauth/private.h"

#include "client/platform/platform.h"

#include <string.h>

#define PATIENCE_MS 300000
#define STEP_MS     200
#define CALLERS_MAX 200 /* favicons, and programs that knock on every port */

struct consent {
    const struct oauth_server *server;
    const struct oauth_ui *ui;
    struct platform_listener *listener; /* owned */
    char *redirect, *state, *verifier;  /* owned */
};

static void consent_fini(struct consent *c)
{
    platform_listener_free(c->listener);
    free(c->redirect);
    free(c->state);
    platform_secret_free(c->verifier);
}

static enum rc consent_begin(struct consent *c, struct err *err)
{
    int port = 0;
    enum rc rc = platform_listener_new(&c->listener, &port, err);
    c->redirect = str_printf("http://127.0.0.1:%d/", port);
    c->state = oauth_random(24);
    c->verifier = oauth_random(48);
    return rc;
}

static char *page_url(const struct consent *c)
{
    const struct oauth_server *s = c->server;
    CLEANUP(mem_free) char *challenge = oauth_challenge(c->verifier);
    struct buf query CLEANUP_FINI(buf_fini) = BUF_INIT(OAUTH_ANSWER_MAX);
    form_add(&query, "response_type", "code");
    form_add(&query, "client_id", s->client_id);
    form_add(&query, "redirect_uri", c->redirect);
    form_add(&query, "scope", s->scope);
    form_add(&query, "state", c->state);
    form_add(&query, "code_challenge", challenge);
    form_add(&query, "code_challenge_method", "S256");
    form_add(&query, "access_type", strstr(s->authorize_url, ".google.com/") ? "offline" : NULL);
    return str_printf(
        "%s%c%s", s->authorize_url, strchr(s->authorize_url, '?') ? '&' : '?', buf_str(&query));
}

/* ---- the answer ---- */

static void add_escaped(struct buf *page, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '>' || *text == '&') {
            buf_addf(page, "&#%d;", *text);
        } else {
            buf_addc(page, *text);
        }
    }
}

static void show_page(struct consent *c, const char *status, const char *text)
{
    struct buf body CLEANUP_FINI(buf_fini) = BUF_INIT(65536);
    struct buf page CLEANUP_FINI(buf_fini) = BUF_INIT(65536);
    buf_adds(&body,
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Lockstep</title></head>"
        "<body style=\"font: 18px sans-serif; margin: 3em\"><p>");
    add_escaped(&body, text);
    buf_adds(&body, "</p></body></html>\n");
    buf_addf(&page,
        "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n%s",
        status, body.len, buf_str(&body));
    platform_listener_answer(c->listener, buf_str(&page), page.len);
}

/* The query of "GET /?query HTTP/1.1"; NULL for any other request. Caller frees. */
static char *query_of(const char *head)
{
    if (!str_starts(head, "GET /?")) {
        return NULL;
    }
    const char *from = head + strlen("GET /?");
    return mem_strndup(from, strcspn(from, " \r\n"));
}

/* Compared in a time that says nothing. */
static bool same_secret(const char *a, const char *b)
{
    size_t n = strlen(b);
    unsigned char differ = a && strlen(a) == n ? 0 : 1;
    for (size_t i = 0; !differ && i < n; i++) {
        differ |= (unsigned char)(a[i] ^ b[i]);
    }
    return !differ;
}

/* Is this the answer we wait for? What has not our state is none of ours: it is turned away, and does not end the
 * waiting, as anybody on this computer can knock. The answer may name who it is from (RFC 9207). */
static bool is_answer(const struct consent *c, const struct json *fields)
{
    const char *from = json_get_str(fields, "iss");
    return same_secret(json_get_str(fields, "state"), c->state) &&
           (!from || !c->server->issuer || str_eq(from, c->server->issuer));
}

static enum rc wait_for_answer(struct consent *c, struct json **ret, struct err *err)
{
    const struct oauth_ui *ui = c->ui;
    int64_t end = platform_ticks_ms() + (ui->patience_ms ? ui->patience_ms : PATIENCE_MS);
    for (int callers = 0; callers < CALLERS_MAX && platform_ticks_ms() < end;) {
        CLEANUP(platform_secret_free) char *head = NULL;
        if (ui->cancelled && ui->cancelled(ui->user)) {
            return err_set(err, RC_CANCELLED, 0, "the sign-in was given up");
        }
        enum rc rc = platform_listener_next(c->listener, STEP_MS, &head, err);
        if (rc != RC_OK) {
            return rc;
        }
        if (!head) {
            continue;
        }
        callers++;
        CLEANUP(platform_secret_free) char *query = query_of(head);
        CLEANUP(json_free) struct json *fields = query ? form_parse(query) : NULL;
        if (fields && is_answer(c, fields)) {
            *ret = TAKE(fields);
            return RC_OK;
        }
        show_page(c, "404 Not Found", "Lockstep has nothing here.");
    }
    return err_set(err, RC_CANCELLED, 0, "nobody signed in, and the waiting has ended");
}

static enum rc code_of(const struct json *fields, const char **ret, struct err *err)
{
    const char *error = json_get_str(fields, "error");
    *ret = json_get_str(fields, "code");
    if (str_eq(error, "access_denied")) {
        return err_set(err, RC_AUTH, 0, "the sign-in was refused on the server's page");
    }
    if (error || str_empty(*ret)) {
        return err_set(err, RC_AUTH, 0, "the server's page did not let you in");
    }
    return RC_OK;
}

static enum rc exchange(const struct consent *c, const struct oauth_net *net, const char *code,
    struct json **ret, struct err *err)
{
    const struct oauth_server *s = c->server;
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(mem_free) char *error = NULL;
    struct buf form CLEANUP_FINI(buf_fini) = BUF_INIT(OAUTH_ANSWER_MAX);
    form_add(&form, "grant_type", "authorization_code");
    form_add(&form, "code", code);
    form_add(&form, "redirect_uri", c->redirect);
    form_add(&form, "code_verifier", c->verifier);
    oauth_add_client(&form, s->client_id, s->client_secret);
    enum rc rc = oauth_post(net, s->token_url, buf_str(&form), false, &answer, &error, err);
    if (rc == RC_OK && error) {
        CLEANUP(mem_free) char *host = oauth_host(s->token_url);
        rc = err_set(err, RC_AUTH, 0, "%s does not accept the sign-in (%s)", host, error);
    }
    return rc == RC_OK ? oauth_tokens_make(s, answer, NULL, ret, err) : rc;
}

enum rc oauth_consent(const struct oauth_server *s, const struct oauth_net *net,
    const struct oauth_ui *ui, struct json **ret, struct err *err)
{
    struct consent c CLEANUP_FINI(consent_fini) = {.server = s, .ui = ui};
    CLEANUP(json_free) struct json *fields = NULL;
    const char *code = NULL;
    enum rc rc = consent_begin(&c, err);
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *url = page_url(&c);
        ui->show(ui->user, url, NULL);
        rc = wait_for_answer(&c, &fields, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    rc = code_of(fields, &code, err);
    if (rc == RC_OK) {
        rc = exchange(&c, net, code, ret, err);
    }
    const char *done = "You are signed in. You can close this page and go back to Lockstep.";
    const char *failed = "The sign-in did not work. Lockstep says why; you can close this page.";
    done = ui->page_done ? ui->page_done : done;
    failed = ui->page_failed ? ui->page_failed : failed;
    show_page(&c, "200 OK", rc == RC_OK ? done : failed);
    return rc;
}

enum rc oauth_sign_in(const struct oauth_server *s, const struct oauth_net *net,
    const struct oauth_ui *ui, struct json **ret, struct err *err)
{
    if (ui->device && s->device_url) {
        return oauth_device(s, net, ui, ret, err);
    }
    return s->authorize_url
               ? oauth_consent(s, net, ui, ret, err)
               : err_set(err, RC_UNSUPPORTED, 0, "the server has no page to sign in at");
}
