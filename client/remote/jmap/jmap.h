/* The JMAP store (RFC 8620): contacts as RFC 9610 has them, events as JMAP Calendars does
 * (draft-ietf-jmap-calendars, and what Cyrus 3.10 to 3.12 made of an earlier one). One account at a
 * server, with its own address books and calendars and those that others share with it. Tasks and notes are not
 * in JMAP.
 *
 * Ids: a folder's is "AddressBook/ACCOUNT/ID" or "Calendar/ACCOUNT/ID", each part percent-encoded; an item's is the server's
 * id, whatever characters it has. A version is a hash of all that the server shows of the item: JMAP
 * has none, and "updated" is not kept by every server. `native` is the server's JSON. */
#ifndef LOCKSTEP_REMOTE_JMAP_JMAP_H
#define LOCKSTEP_REMOTE_JMAP_JMAP_H

#include "client/net/http.h"
#include "client/sync/store.h"

/* All strings are copied. */
struct jmap_account {
    const char *url; /* the address a person types: "example.com", or that of the session itself */
    struct sign_in sign_in; /* how the account signs in */
    const char *ca_file;   /* PEM file of the only authority trusted; NULL = the system's */
    bool allow_plain_http; /* http:// is refused without it */
    long timeout;      /* seconds without any progress before a request is given up; 0 = default */
    const char *proxy; /* "http://host:port"; "": none; NULL: as the system says */
};

/* Makes no request. RC_INVALID: the URL cannot be understood. RC_TLS: plain http without permission. */
enum rc jmap_store_new(const struct jmap_account *account, const struct log *log,
    struct store **ret, struct err *err) WARN_UNUSED;

/* What the folder `id` of an account with this address is, the same for every account that reaches
 * it, as far as that can be told without a request. Caller frees. */
char *jmap_folder_identity(const char *account_url, const char *id);

/* Does the address look like that of a JMAP session, so that it is meant? */
bool jmap_is_meant(const char *account_url);

/* Requests and bytes so far. `s` must come from jmap_store_new. */
struct http_stats jmap_store_stats(const struct store *s);

#endif
