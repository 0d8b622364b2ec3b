/* The CalDAV and CardDAV store (RFC 4918, 4791, 6352, 6578): one account, any number of
 * collections.
 *
 * Ids: a folder's is the absolute path of the collection as the server wrote it; an item's is the
 * absolute path of its href in normal form (url_path_normalize), so that servers which spell the
 * same href differently give the same id. Versions are ETags. `native` of an item is its text,
 * which an update edits line by line so that what we do not map stays as it was. */
#ifndef LOCKSTEP_REMOTE_DAV_DAV_H
#define LOCKSTEP_REMOTE_DAV_DAV_H

#include "client/net/http.h"
#include "client/sync/store.h"

/* All strings are copied. */
struct dav_account {
    const char *url; /* the address a person types: "https://dav.example.com/dav/", "example.com", a
                        home or a collection */
    struct sign_in sign_in; /* how the account signs in */
    const char *ca_file;   /* PEM file of the only authority trusted; NULL = the system's */
    bool allow_plain_http; /* http:// is refused without it */
    long timeout;      /* seconds without any progress before a request is given up; 0 = default */
    const char *proxy; /* "http://host:port"; "": none; NULL: as the system says */
};

/* Makes no request: discovery happens in list_folders, and a folder id holds all that the other
 * calls need. RC_INVALID: the URL cannot be understood. RC_TLS: plain http without permission. */
enum rc dav_store_new(const struct dav_account *account, const struct log *log, struct store **ret,
    struct err *err) WARN_UNUSED;

/* What the collection `id` of an account with this address is, the same for every account that
 * reaches it: which user asks, http or https, how the path is encoded make no difference. Two names
 * of one host are not recognised, but for this machine's own. Makes no request; caller frees. */
char *dav_folder_identity(const char *account_url, const char *id);

/* The id of the item whose href has this path. Caller frees. */
char *dav_item_id(const char *path);

/* Is the server of this address on this computer, so that no network is needed to reach it? */
bool dav_is_here(const char *account_url);

/* Requests and bytes so far, for benchmarks. `s` must come from dav_store_new. */
struct http_stats dav_store_stats(const struct store *s);

#endif
