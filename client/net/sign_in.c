/* What a request carries to prove who asks. See sign_in.h. */
#include "client/net/sign_in.h"

#include "client/base/buf.h"
#include "client/net/url.h"

#include <string.h>

static const char *const NAMES[SIGN_IN_WAYS] = {"password", "token", "windows", "oauth"};

struct signer {
    enum sign_in_way way;
    const struct url *origin; /* borrowed */
    char *user,
        *secret;     /* owned; of oauth the secret is the present token, NULL before the first */
    unsigned number; /* of the token */
    bool digest;     /* the server takes no Basic */
    bool refused;
    enum rc (*token)(void *token_user, const char *refused, char **ret, struct err *err);
    void *token_user;
};

const char *sign_in_name(enum sign_in_way way)
{
    return NAMES[way];
}

bool sign_in_of_name(const char *name, enum sign_in_way *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (str_eq(str_empty(name) ? NAMES[SIGN_IN_PASSWORD] : name, NAMES[i])) {
            *ret = (enum sign_in_way)i;
            return true;
        }
    }
    return false;
}

void sign_in_wipe(char *secret)
{
    for (volatile char *p = secret; p && *p; p++) {
        *p = 0;
    }
    free(secret);
}

struct signer *signer_new(const struct sign_in *how, const struct url *origin)
{
    struct signer *s = NEW(struct signer);
    s->way = how->way;
    s->origin = origin;
    s->user = mem_strdup(how->user);
    s->secret = how->way == SIGN_IN_OAUTH ? NULL : mem_strdup(how->secret);
    s->token = how->token;
    s->token_user = how->token_user;
    return s;
}

void signer_free(struct signer *s)
{
    if (!s) {
        return;
    }
    free(s->user);
    sign_in_wipe(s->secret);
    free(s);
}

/* A token may be renewed at any time before it ends, so it is asked for anew each time: its source knows
 * the clock. */
static enum rc fetch_token(struct signer *s, const char *refused, struct err *err)
{
    CLEANUP(sign_in_wipe) char *token = NULL;
    enum rc rc = s->token ? s->token(s->token_user, refused, &token, err)
                          : err_set(err, RC_INTERNAL, 0, "there is nothing to sign in with");
    if (rc == RC_OK && (!s->secret || strcmp(token, s->secret) != 0)) {
        sign_in_wipe(s->secret);
        s->secret = TAKE(token);
        s->number++;
    }
    return rc;
}

enum rc signer_ready(struct signer *s, const char *host, struct err *err)
{
    if (s->refused) {
        return err_set(err, RC_AUTH, 401,
            s->way == SIGN_IN_PASSWORD
                ? "%s rejected the user name or password before; they are not sent again"
                : "%s refused the sign-in before; it is not tried again",
            host);
    }
    enum rc rc = s->way == SIGN_IN_OAUTH ? fetch_token(s, NULL, err) : RC_OK;
    s->refused = s->refused || rc == RC_AUTH;
    return rc;
}

struct credential signer_credential(const struct signer *s, const struct url *to)
{
    struct credential c = {.number = s->number};
    if (!url_same_origin(s->origin, to)) {
        return c;
    }
    if (s->way == SIGN_IN_WINDOWS) {
        c.kind = CREDENTIAL_SYSTEM;
    } else if (s->way == SIGN_IN_PASSWORD && s->user) {
        c.kind = s->digest ? CREDENTIAL_DIGEST : CREDENTIAL_BASIC;
        c.user = s->user;
        c.secret = s->secret ? s->secret : "";
    } else if (s->way != SIGN_IN_PASSWORD && s->secret) {
        c.kind = CREDENTIAL_BEARER;
        c.secret = s->secret;
    }
    return c;
}

/* The challenges of an answer (RFC 9110, 11.6.1), as far as they begin a line: no server that is known
 * puts two into one. */
static bool offers(const char *headers, const char *scheme)
{
    CLEANUP(mem_free) char *wanted = str_printf("WWW-Authenticate: %s", scheme);
    for (const char *line = headers; line && *line;) {
        if (str_istarts(line, wanted)) {
            return true;
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return false;
}

enum rc signer_again(struct signer *s, const struct credential *sent, bool renewed,
    const char *headers, bool *ret, struct err *err)
{
    *ret = false;
    if (sent->kind == CREDENTIAL_BASIC) { /* maybe another request of the batch has learnt it */
        s->digest = s->digest || (offers(headers, "Digest") && !offers(headers, "Basic"));
        *ret = s->digest;
    } else if (sent->kind == CREDENTIAL_BEARER && s->way == SIGN_IN_OAUTH && !renewed) {
        if (sent->number == s->number) { /* else another request of the batch has done it */
            enum rc rc = fetch_token(s, s->secret, err);
            if (rc != RC_OK) {
                s->refused = s->refused || rc == RC_AUTH;
                return rc;
            }
        }
        *ret = sent->number != s->number;
    }
    return RC_OK;
}

enum rc signer_refused(struct signer *s, const char *host, const char *headers, struct err *err)
{
    s->refused = true;
    if (s->way == SIGN_IN_TOKEN) {
        return err_set(err, RC_AUTH, 401, "%s rejected the access token", host);
    }
    if (s->way == SIGN_IN_OAUTH) {
        return err_set(err, RC_AUTH, 401, "%s refused the sign-in, though it was renewed", host);
    }
    if (s->way == SIGN_IN_WINDOWS && !offers(headers, "Negotiate") && !offers(headers, "NTLM")) {
        return err_set(err, RC_AUTH, 401,
            "%s does not let people in by their Windows account (neither Negotiate nor NTLM)",
            host);
    }
    if (s->way == SIGN_IN_WINDOWS) {
        return err_set(err, RC_AUTH, 401,
            "%s did not let you in by your Windows account: it is not known there, or this "
            "computer "
            "has no ticket for that server",
            host);
    }
    return err_set(err, RC_AUTH, 401, "%s rejected the user name or password", host);
}

bool signer_is_refused(const struct signer *s)
{
    return s->refused;
}
