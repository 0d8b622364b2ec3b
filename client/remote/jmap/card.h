/* A ContactCard (RFC 9610 section 3) <-> document: a lens as those of client/codec are. Both are
 * JSContact Cards (RFC 9553); what differs is spelling. Pure.
 *
 * The document has what the other stores know: members of the table in card.c, our own
 * (DOC_EXT), entries under the server's ids. Defaults and "@type" are left out as there, name and
 * address parts have no order. All else (members of other vendors, localizations, separators, author
 * of a note ...) is in no document and stays in the card. */
#ifndef LOCKSTEP_REMOTE_JMAP_CARD_H
#define LOCKSTEP_REMOTE_JMAP_CARD_H

#include "client/base/json.h"

/* RC_INVALID: no Card, or members of wrong types. A photo that is a blob says which (MEMBERS_BLOB). Caller frees. */
enum rc card_read(const struct json *card, struct json **ret_doc, struct err *err) WARN_UNUSED;

/* What the card becomes when `now`, its document, becomes `want`, which has been rekeyed to `now`
 * (doc_rekey): only what differs between the two changes. Without `vendor` nothing of DOC_EXT is put in. A photo of `want` may have
 * "blobId" and "mediaType" in place of "uri". Caller frees. */
struct json *card_apply(
    const struct json *card, const struct json *now, const struct json *want, bool vendor);

/* The PatchObject (RFC 8620 section 5.3) from `card` to `then`: every path leads through objects
 * that are there, and none is the beginning of another. Caller frees. */
struct json *card_patch(const struct json *card, const struct json *then);

/* A card to be made: of the document, on top of `native` where it is one made again (may be NULL).
 * Caller frees. */
struct json *card_new(const struct json *native, const struct json *want, bool vendor);

/* What of the card is in no document, though somebody put it there: {"localizations": value, "media/ID": value}.
 * What servers add themselves is not among it. Caller frees. */
struct json *card_unread(const struct json *card);

/* Does the document have members of ours that a server may refuse? */
bool card_has_vendor(const struct json *doc);

/* The names of our own members, NULL at the end: for servers that show them only when asked. */
extern const char *const card_vendor_names[];

#endif
