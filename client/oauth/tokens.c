/* The token set: {"access","refresh","expires","life","token_url","client_id","client_secret","issuer"}. */
#include "client/oauth/private.h"

#include "client/platform/platform.h"

#include <string.h>

#define TOKEN_MAX ((size_t)16 << 10)
#define LIFE_MAX  ((int64_t)10 * 366 * 86400)
#define AHEAD     60 /* seconds */

/* It becomes a part of a header line (RFC 6750, 2.1). */
static bool is_token(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    return n > 0 && n <= TOKEN_MAX;
}

static int64_t life_of(const struct json *answer)
{
    const struct json *v = json_get(answer, "expires_in");
    const char *text = json_str_value(v); /* some send a text */
    int64_t life = text ? atoll(text) : json_int_value(v, 0);
    return life > 0 && life < LIFE_MAX ? life : 0;
}

enum rc oauth_tokens_make(const struct oauth_server *s, const struct json *answer,
    const struct json *before, struct json **ret, struct err *err)
{
    const char *access = json_get_str(answer, "access_token");
    const char *type = json_get_str(answer, "token_type");
    const char *refresh = json_get_str(answer, "refresh_token");
    int64_t life = life_of(answer);
    if (!is_token(access) || !type || !str_ieq(type, "bearer") ||
        (refresh && strlen(refresh) > TOKEN_MAX)) {
        CLEANUP(mem_free) char *host = oauth_host(s->token_url);
        return err_set(
            err, RC_SERVER, 0, "the sign-in server %s gives no token that can be used", host);
    }
    struct json *v = json_object();
    json_set_str(v, "access", access);
    json_set_str(v, "refresh", str_empty(refresh) ? json_get_str(before, "refresh") : refresh);
    json_set_int(v, "life", life);
    json_set_int(v, "expires", life ? platform_now() + life : 0);
    json_set_str(v, "issuer", s->issuer);
    json_set_str(v, "token_url", s->token_url);
    json_set_str(v, "client_id", s->client_id);
    json_set_str(v, "client_secret", s->client_secret);
    *ret = v;
    return RC_OK;
}

void oauth_add_client(struct buf *form, const char *client_id, const char *client_secret)
{
    form_add(form, "client_id", client_id);
    form_add(form, "client_secret", client_secret);
}

const char *oauth_access(const struct json *tokens)
{
    return json_get_str(tokens, "access");
}

int64_t oauth_expires(const struct json *tokens)
{
    return json_get_int(tokens, "expires", 0);
}

bool oauth_is_due(const struct json *tokens, int64_t now)
{
    int64_t expires = oauth_expires(tokens), life = json_get_int(tokens, "life", 0);
    int64_t ahead = life / 4 < AHEAD ? life / 4 : AHEAD;
    /* A clock that was set back by more than its life says nothing about it. */
    return !oauth_access(tokens) || (expires && (now >= expires - ahead || now < expires - life));
}

/* Which answers say that there will be no token any more (RFC 6749, 5.2); others may pass. */
static bool is_final(const char *error)
{
    static const char *const FINAL[] = {"invalid_grant", "invalid_client", "unauthorized_client",
        "invalid_scope", "access_denied", "unsupported_grant_type"};
    for (size_t i = 0; i < ARRAY_LEN(FINAL); i++) {
        if (str_eq(error, FINAL[i])) {
            return true;
        }
    }
    return false;
}

enum rc oauth_renew(
    const struct json *tokens, const struct oauth_net *net, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(mem_free) char *error = NULL;
    CLEANUP(mem_free) char *url = mem_strdup(json_get_str(tokens, "token_url"));
    CLEANUP(mem_free) char *host = oauth_host(url);
    const char *refresh = json_get_str(tokens, "refresh");
    if (str_empty(refresh)) {
        return err_set(err, RC_AUTH, 0, "the sign-in at %s has ended", host);
    }
    struct oauth_server s CLEANUP_FINI(oauth_server_fini) = {
        .issuer = mem_strdup(json_get_str(tokens, "issuer")),
        .token_url = mem_strdup(url),
        .client_id = mem_strdup(json_get_str(tokens, "client_id")),
        .client_secret = mem_strdup(json_get_str(tokens, "client_secret"))};
    struct buf form CLEANUP_FINI(buf_fini) = BUF_INIT(OAUTH_ANSWER_MAX);
    form_add(&form, "grant_type", "refresh_token");
    form_add(&form, "refresh_token", refresh);
    oauth_add_client(&form, s.client_id, s.client_secret);
    enum rc rc = oauth_post(net, url, buf_str(&form), false, &answer, &error, err);
    if (rc == RC_OK && error) {
        rc =
            is_final(error)
                ? err_set(err, RC_AUTH, 0, "the sign-in at %s has ended (%s)", host, error)
                : err_set(err, RC_SERVER, 0, "%s does not renew the sign-in now (%s)", host, error);
    }
    return rc == RC_OK ? oauth_tokens_make(&s, answer, tokens, ret, err) : rc;
}
