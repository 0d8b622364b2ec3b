/* What the files of client/oauth share. */
#ifndef LOCKSTEP_OAUTH_PRIVATE_H
#define LOCKSTEP_OAUTH_PRIVATE_H

#include "client/base/buf.h"
#include "client/oauth/oauth.h"

#define OAUTH_ANSWER_MAX ((size_t)256 << 10)

/* providers.c */
struct oauth_provider {
    const char *name;
    const char *hosts; /* of accounts, with blanks between; each with all below it */
    const char *issuer, *authorize_url, *token_url, *device_url;
    const char *scope;
};
/* The row for the server of this host; NULL. */
const struct oauth_provider *oauth_provider_of(const char *host);
const struct oauth_provider *oauth_provider_named(const char *name);

/* request.c */
/* Appends "name=value", with '&' before it unless it is the first; NULL adds nothing. */
void form_add(struct buf *form, const char *name, const char *value);
/* A page's query or a form as members of an object. */
struct json *form_parse(const char *text);
/* Posts a form (or with `json` a JSON text) to `url`; *ret is the object that came back, whatever the status.
 * *ret_error: its "error", a short word, or NULL; owned. RC_SERVER: it was no such object. */
enum rc oauth_post(const struct oauth_net *net, const char *url, const char *text, bool json,
    struct json **ret, char **ret_error, struct err *err) WARN_UNUSED;
/* Gets a JSON object. RC_NOT_FOUND: there is none at this address. */
enum rc oauth_get(const struct oauth_net *net, const char *url, struct json **ret, struct err *err)
    WARN_UNUSED;
/* Is it https, or http where that is allowed? RC_TLS, RC_SERVER. */
enum rc oauth_check_url(const struct oauth_net *net, const char *url, struct err *err) WARN_UNUSED;
/* The host of an address, for messages. Caller frees. */
char *oauth_host(const char *url);
/* `n` random bytes as base64url. Caller frees. */
char *oauth_random(size_t n);
/* The challenge to a verifier (RFC 7636, 4.2). Caller frees. */
char *oauth_challenge(const char *verifier);

/* tokens.c */
/* The token set out of a token answer; `before`: the one that it renews, or NULL. RC_SERVER: it is none. */
enum rc oauth_tokens_make(const struct oauth_server *s, const struct json *answer,
    const struct json *before, struct json **ret, struct err *err) WARN_UNUSED;
/* Adds what every request to the token endpoint has. */
void oauth_add_client(struct buf *form, const char *client_id, const char *client_secret);

/* consent.c, device.c */
enum rc oauth_consent(const struct oauth_server *s, const struct oauth_net *net,
    const struct oauth_ui *ui, struct json **ret, struct err *err) WARN_UNUSED;
enum rc oauth_device(const struct oauth_server *s, const struct oauth_net *net,
    const struct oauth_ui *ui, struct json **ret, struct err *err) WARN_UNUSED;

#endif
