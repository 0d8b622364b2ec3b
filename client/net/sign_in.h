/* How an account signs in at its server, and what of that a request carries: the one place that decides
 * it. Knows no library and sends nothing; http.c asks it before each request and after each 401.
 *
 *   password  user name and password with each request (Basic, RFC 7617), as a challenge first would
 *             double the requests; Digest (RFC 7616) where a server offers only that
 *   token     a token that the server's owner gave out, as bearer token (RFC 6750)
 *   oauth     the same, but it is short-lived and renewed by whoever made the account's source
 *   windows   whoever is logged on (Negotiate, RFC 4559, or NTLM, through SSPI; elsewhere the Kerberos
 *             ticket of the user): nothing is asked, kept or known here
 *
 * Whatever it is goes to the scheme, host and port of the account's own address and nowhere else. Once
 * it was refused, nothing further is sent with it: a domain locks an account after a few wrong tries. */
#ifndef LOCKSTEP_NET_SIGN_IN_H
#define LOCKSTEP_NET_SIGN_IN_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>

enum sign_in_way { SIGN_IN_PASSWORD, SIGN_IN_TOKEN, SIGN_IN_WINDOWS, SIGN_IN_OAUTH };
#define SIGN_IN_WAYS (SIGN_IN_OAUTH + 1)

/* "password", "token", "windows", "oauth". */
const char *sign_in_name(enum sign_in_way way);
/* NULL and "" are "password". False: there is no such way. */
bool sign_in_of_name(const char *name, enum sign_in_way *ret);

/* All zero: no sign-in at all. */
struct sign_in {
    enum sign_in_way way;
    const char *user;   /* of a password; NULL: nothing is sent */
    const char *secret; /* the password or token */
    /* Of oauth: hands out a token that holds for some time yet (free with sign_in_wipe). `refused`: one
     * that the server has just refused, which is therefore not good; NULL: none was. RC_AUTH: there is
     * none any more, the person has to sign in again. May take as long as a request. Borrowed, with its
     * `user`, as long as the http object lives. */
    enum rc (*token)(void *token_user, const char *refused, char **ret, struct err *err);
    void *token_user;
};

/* Overwrites a secret before its memory goes back. */
void sign_in_wipe(char *secret);
DEFINE_CLEANUP(char *, sign_in_wipe);

struct url;
struct signer;
/* What `how` has is copied, `origin` is borrowed. */
struct signer *signer_new(const struct sign_in *how, const struct url *origin);
void signer_free(struct signer *s);

/* Before a request is sent: RC_AUTH once it was refused, and where no token is to be had; whatever else
 * kept a token from being renewed. */
enum rc signer_ready(struct signer *s, const char *host, struct err *err) WARN_UNUSED;

enum credential_kind {
    CREDENTIAL_NONE,
    CREDENTIAL_BASIC,
    CREDENTIAL_DIGEST,
    CREDENTIAL_BEARER,
    CREDENTIAL_SYSTEM /* the system signs in by itself */
};
struct credential {
    enum credential_kind kind;
    const char *user, *secret; /* borrowed until the next call */
    unsigned number;           /* which of several tokens, for signer_again */
};
/* What a request to `to` carries: nothing if that is not the account's own origin. */
struct credential signer_credential(const struct signer *s, const struct url *to);

/* A 401 came to a request that carried `sent`. Is it to be sent once more, with something else? True after
 * the first challenge of a server that offers Digest only, and where a token has been renewed since or
 * can be. `renewed`: this request was sent again with a new token before. RC_AUTH and others as of
 * `token`; then *ret is false. */
enum rc signer_again(struct signer *s, const struct credential *sent, bool renewed,
    const char *headers, bool *ret, struct err *err) WARN_UNUSED;

/* A 401 that stays: notes it, and says in a sentence what it is about. Always RC_AUTH. */
enum rc signer_refused(struct signer *s, const char *host, const char *headers, struct err *err)
    WARN_UNUSED;
bool signer_is_refused(const struct signer *s);

#endif
