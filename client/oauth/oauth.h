/* Signing in by the server's own page in a browser (OAuth 2.0: RFC 6749, with the manners of RFC 8252 and 9700), so
 * that no password is ever ours to know. What comes of it is a token set, a JSON object that is to be kept like a
 * password; with it a short-lived access token is had again and again.
 *
 *   consent.c    a browser on this computer: authorization code, PKCE (RFC 7636, S256 only), answer on 127.0.0.1
 *   device.c     a code to be typed on any other device (RFC 8628), for terminals
 *   tokens.c     the token set: made, renewed
 *   discover.c   which sign-in server a server has: the table (providers.c), else RFC 9728 and RFC 8414; and how
 *                this program is known there: by a setting, else it introduces itself (RFC 7591)
 *   request.c    what all of them send and understand
 *
 * Everything is bounded in size and time. No token, code, verifier or secret reaches a log or a message. */
#ifndef LOCKSTEP_OAUTH_OAUTH_H
#define LOCKSTEP_OAUTH_OAUTH_H

#include "client/base/json.h"
#include "client/base/log.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stdint.h>

/* How the sign-in server is reached; as for the account itself. */
struct oauth_net {
    const char *ca_file; /* or NULL */
    const char *proxy;   /* as in struct http_config */
    bool allow_http;     /* without it every address must be https */
    const struct log *log;
};

/* A sign-in server, and who we are there. */
struct oauth_server {
    char *issuer;        /* owned, like all of these */
    char *authorize_url; /* the page that people see */
    char *token_url;
    char *device_url;    /* NULL: it has no such way */
    char *register_url;  /* NULL: programs cannot introduce themselves */
    char *scope;         /* what we ask for, with blanks between; NULL: what it gives */
    char *client_id;     /* NULL until oauth_know_client */
    char *client_secret; /* of some providers, who call it so: it is no secret; or NULL */
};
void oauth_server_fini(struct oauth_server *s);

/* Which sign-in server guards the server at this address. Sends no credentials. RC_UNSUPPORTED: it says none. */
enum rc oauth_find(const char *account_url, const struct oauth_net *net, struct oauth_server *ret,
    struct err *err) WARN_UNUSED;
/* Fills in client_id: from `clients`, "NAME=ID" or "NAME=ID SECRET" with ';' between, where NAME is a provider of
 * the table or the host of the issuer; else by introducing ourselves. RC_UNSUPPORTED says what is to be done. */
enum rc oauth_know_client(struct oauth_server *s, const char *clients, const struct oauth_net *net,
    struct err *err) WARN_UNUSED;
/* Are these clients written as above? RC_INVALID. */
enum rc oauth_clients_check(const char *clients, struct err *err) WARN_UNUSED;

/* The person who signs in. */
struct oauth_ui {
    /* `code` NULL: the page is to be opened on this computer; else on whichever, and the code typed there. */
    void (*show)(void *user, const char *url, const char *code);
    bool (*cancelled)(void *user); /* asked several times a second; may be NULL */
    void *user;
    /* What the browser shows at the end, plain text; NULL: in English. */
    const char *page_done, *page_failed;
    bool device;      /* by a code, where the server can */
    long patience_ms; /* until it is given up; 0: five minutes */
};

/* *ret: the token set, owned. RC_AUTH: refused there; RC_CANCELLED: by `cancelled`, or nobody came in time. */
enum rc oauth_sign_in(const struct oauth_server *s, const struct oauth_net *net,
    const struct oauth_ui *ui, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- the token set ---- */

/* The access token, borrowed; NULL: there is none. */
const char *oauth_access(const struct json *tokens);
/* When it ends, UTC seconds; 0: nobody said. */
int64_t oauth_expires(const struct json *tokens);
/* Should it be renewed at this time (a minute ahead, or a quarter of its life if that is less)? */
bool oauth_is_due(const struct json *tokens, int64_t now);
/* A new token set in the place of an old one, which is not touched: it is to be kept before the old one is
 * forgotten, as the server may have made the old one void. RC_AUTH: there will be none, the person has to sign in
 * again; any other trouble is to be met by trying later. */
enum rc oauth_renew(const struct json *tokens, const struct oauth_net *net, struct json **ret,
    struct err *err) WARN_UNUSED;

#endif
