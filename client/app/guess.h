/* What people type when asked for their server: an address of it, or their e-mail address. Pure. */
#ifndef LOCKSTEP_APP_GUESS_H
#define LOCKSTEP_APP_GUESS_H

#include "client/base/rc.h"

#include <stdbool.h>

struct guess {
    char *url;  /* owned; "https://example.org": with a scheme, from an e-mail address its domain */
    char *user; /* owned; the e-mail address, if that is what was typed; else NULL */
    char *name; /* owned; fit for an account: the host without "www.", at most 64 bytes */
    bool plain; /* an unencrypted connection was typed */
};
void guess_fini(struct guess *g);
/* RC_INVALID with what is wrong in words, for what is neither. The connection finds the rest: the
 * well-known paths of RFC 6764. */
enum rc guess_server(const char *typed, struct guess *ret, struct err *err) WARN_UNUSED;

#endif
