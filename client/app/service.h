/* The server that a domain names in its own DNS records (RFC 6764 sections 3 and 4, RFC 8620 section
 * 2.2). */
#ifndef LOCKSTEP_APP_SERVICE_H
#define LOCKSTEP_APP_SERVICE_H

#include "client/platform/platform.h"

#include <stdbool.h>

struct service {
    char *url; /* owned; of a server within the domain: "https://dav.example.org:8443/dav/"; NULL:
                      none */
    char *foreign; /* owned; the same of another domain's server. DNS answers are not signed, so no
                      password goes there before somebody has typed that address (RFC 6764 section
                      8); NULL: none */
    bool jmap;     /* what it speaks */
};
void service_fini(struct service *s);

/* The domain of an address that is nothing more ("https://example.org"), which may name a server; NULL:
 * it is an address already, a number, or this machine. Pure; caller frees. */
char *service_domain(const char *url);
/* Adds what a record says, `path` from its TXT record or NULL, unless there is something like it already.
 * A target "." says that there is no such service (RFC 2782). Pure. */
void service_take(struct service *s, const char *domain, const struct platform_service *record,
    const char *path, bool jmap);
/* Asks the DNS for a server of this type of account ("dav", "jmap"; both: APP_SERVER). */
void service_find(const char *domain, const char *type, struct service *ret);

#endif
