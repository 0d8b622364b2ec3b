/* Signing in on another device: a short code is typed there, and we ask now and then whether it has been (RFC 8628). */
#include "client/oauth/private.h"

#include "client/platform/platform.h"

#include <ctype.h>
#include <string.h>

#define LIFE_MOST     1800 /* seconds; whatever the server says */
#define INTERVAL      5    /* seconds between two questions, if it says nothing (3.2) */
#define INTERVAL_MOST 60
#define SLOWER        5 /* 3.5, slow_down */
#define STEP_MS       200
#define CODE_MAX      32

static int64_t within(int64_t n, int64_t fallback, int64_t most)
{
    return n <= 0 ? fallback : n < most ? n : most;
}

/* A person reads and types it. */
static bool is_code(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)text[i]) && !strchr("- .", text[i])) {
            return false;
        }
    }
    return n > 0 && n <= CODE_MAX;
}

static enum rc begin(
    const struct oauth_server *s, const struct oauth_net *net, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    CLEANUP(mem_free) char *error = NULL;
    CLEANUP(mem_free) char *host = oauth_host(s->device_url);
    struct buf form CLEANUP_FINI(buf_fini) = BUF_INIT(OAUTH_ANSWER_MAX);
    oauth_add_client(&form, s->client_id, NULL);
    form_add(&form, "scope", s->scope);
    enum rc rc = oauth_post(net, s->device_url, buf_str(&form), false, &v, &error, err);
    if (rc == RC_OK && error) {
        return err_set(err, RC_AUTH, 0, "%s does not begin a sign-in (%s)", host, error);
    }
    if (rc == RC_OK &&
        (!json_get_str(v, "device_code") || !is_code(json_get_str(v, "user_code")))) {
        rc = err_set(err, RC_SERVER, 0, "%s gives no code to sign in with", host);
    }
    if (rc == RC_OK) {
        rc = oauth_check_url(net, json_get_str(v, "verification_uri"), err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}

/* One question. RC_OK without *ret: not yet; then the next is asked after *interval seconds. */
static enum rc ask(const struct oauth_server *s, const struct oauth_net *net, const char *form,
    int64_t *interval, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(mem_free) char *error = NULL;
    struct err why CLEANUP_FINI(err_fini) = ERR_INIT;
    enum rc rc = oauth_post(net, s->token_url, form, false, &answer, &error, &why);
    if (rc == RC_OFFLINE || rc == RC_SERVER) { /* 3.5: asked again, more slowly */
        *interval = within(*interval * 2, INTERVAL, INTERVAL_MOST);
        return RC_OK;
    }
    if (rc != RC_OK) {
        return err_set(err, rc, why.native, "%s", err_text(&why));
    }
    if (!error) {
        return oauth_tokens_make(s, answer, NULL, ret, err);
    }
    if (str_eq(error, "slow_down")) {
        *interval = within(*interval + SLOWER, INTERVAL, INTERVAL_MOST);
        return RC_OK;
    }
    return str_eq(error, "authorization_pending") ? RC_OK
           : str_eq(error, "access_denied")
               ? err_set(err, RC_AUTH, 0, "the sign-in was refused on the server's page")
           : str_eq(error, "expired_token")
               ? err_set(err, RC_CANCELLED, 0, "nobody signed in, and the code has ended")
               : err_set(err, RC_AUTH, 0, "the server does not accept the sign-in (%s)", error);
}

/* False: somebody does not want to wait any longer. */
static bool rest(const struct oauth_ui *ui, int64_t seconds)
{
    int64_t end = platform_ticks_ms() + seconds * 1000;
    while (platform_ticks_ms() < end) {
        if (ui->cancelled && ui->cancelled(ui->user)) {
            return false;
        }
        platform_sleep_ms(STEP_MS);
    }
    return true;
}

enum rc oauth_device(const struct oauth_server *s, const struct oauth_net *net,
    const struct oauth_ui *ui, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *begun = NULL;
    enum rc rc = begin(s, net, &begun, err);
    if (rc != RC_OK) {
        return rc;
    }
    int64_t life = within(json_get_int(begun, "expires_in", 0), LIFE_MOST, LIFE_MOST);
    int64_t interval = within(json_get_int(begun, "interval", 0), INTERVAL, INTERVAL_MOST);
    int64_t end = platform_ticks_ms() + life * 1000;
    struct buf form CLEANUP_FINI(buf_fini) = BUF_INIT(OAUTH_ANSWER_MAX);
    form_add(&form, "grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    form_add(&form, "device_code", json_get_str(begun, "device_code"));
    oauth_add_client(&form, s->client_id, s->client_secret);
    ui->show(ui->user, json_get_str(begun, "verification_uri"), json_get_str(begun, "user_code"));
    while (rc == RC_OK && !*ret) {
        if (!rest(ui, interval)) {
            return err_set(err, RC_CANCELLED, 0, "the sign-in was given up");
        }
        if (platform_ticks_ms() >= end) {
            return err_set(err, RC_CANCELLED, 0, "nobody signed in, and the code has ended");
        }
        rc = ask(s, net, buf_str(&form), &interval, ret, err);
    }
    return rc;
}
