/* Reads WebDAV answers: 207 bodies (RFC 4918 section 13) and error bodies (section 16). Pure. What
 * a property means is left to whoever asked for it. */
#ifndef LOCKSTEP_REMOTE_DAV_MULTISTATUS_H
#define LOCKSTEP_REMOTE_DAV_MULTISTATUS_H

#include "client/base/xml.h"

#define NS_DAV     "DAV:"
#define NS_CALDAV  "urn:ietf:params:xml:ns:caldav"
#define NS_CARDDAV "urn:ietf:params:xml:ns:carddav"
#define NS_CS      "http://calendarserver.org/ns/"
#define NS_APPLE   "http://apple.com/ns/ical/"

/* One resource in a 207 answer. Everything is borrowed and lives until the callback returns. */
struct dav_resource {
    const char *href;            /* as written, white space trimmed */
    long status;                 /* of the whole resource; 0 when its properties have their own */
    const struct xml_node *node; /* the DAV:response */
};

/* The property if the server gave it with a 2xx status, else NULL. */
const struct xml_node *dav_prop(const struct dav_resource *r, const char *ns, const char *name);
/* The status of a property, or of the whole resource; 0 if the server says nothing of it. */
long dav_prop_status(const struct dav_resource *r, const char *ns, const char *name);
/* The ETag in the form we keep and send: quoted, without W/ (see README.md). NULL if there is none.
 * Caller frees. */
char *dav_prop_etag(const struct dav_resource *r);
/* The same for any text, such as a header's value. NULL for NULL and "". Caller frees. */
char *dav_etag(const char *text);

/* A failure ends the reading. */
typedef enum rc dav_resource_fn(void *user, const struct dav_resource *r, struct err *err);

struct multistatus;
struct multistatus *multistatus_new(dav_resource_fn *fn, void *user);
void multistatus_free(struct multistatus *m);
DEFINE_CLEANUP(struct multistatus *, multistatus_free);
enum rc multistatus_feed(struct multistatus *m, const char *data, size_t len, struct err *err)
    WARN_UNUSED;
/* RC_INVALID unless a complete DAV:multistatus was read. */
enum rc multistatus_finish(struct multistatus *m, struct err *err) WARN_UNUSED;
/* After finish: the new sync token (RFC 6578), NULL if there was none; borrowed. */
const char *multistatus_token(const struct multistatus *m);

/* What an error body complains about: the local name of the first precondition (e.g.
 * "valid-sync-token", "no-uid-conflict"), or NULL if the body is no DAV:error. `ret_href` (may be
 * NULL) gets the href inside it, or NULL. Caller frees both. */
char *dav_error_condition(const char *body, size_t len, char **ret_href);

#endif
