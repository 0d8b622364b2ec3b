/* The system's own judgement on a server's certificate, for Windows. Wine's Schannel never makes it
 * by itself, and on Windows a second look does no harm, so http.c asks before a byte of a request
 * goes out. */
#ifndef LOCKSTEP_NET_TLS_CHECK_H
#define LOCKSTEP_NET_TLS_CHECK_H

#include "client/base/rc.h"

/* `context` is Schannel's security context (a CtxtHandle *) of an established connection to `host`.
 * RC_TLS with a plain sentence when the certificate is expired, not from a known authority,
 * revoked, or for another host. */
enum rc tls_check_schannel(void *context, const char *host, struct err *err) WARN_UNUSED;

#endif
