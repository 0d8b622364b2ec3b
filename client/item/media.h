/* Photos of contacts in documents: entries of "media" (RFC 9553 section 2.6.4) of kind "photo".
 *
 *   {"kind":"photo","uri":"data:image/jpeg;base64,..."}   the photo itself (RFC 2397)
 *   {"kind":"photo","uri":"https://..."}                  a link: kept, never fetched
 *   {"kind":"photo","uri":"lockstep.kept:..."}            a photo that does not travel: whoever
 *                                                         writes it leaves what is there
 *
 * The bytes are never converted. Their type is what they begin with, whatever somebody says of them,
 * so that one photo is one text on every side and compares by content. Pure. */
#ifndef LOCKSTEP_ITEM_MEDIA_H
#define LOCKSTEP_ITEM_MEDIA_H

#include "client/base/json.h"

#define MEDIA_PHOTO_MAX ((size_t)4 << 20) /* bytes; a larger photo is never read into a document */
#define MEDIA_KEPT      "lockstep.kept:"

/* "image/jpeg", "image/png", ... by the first bytes; NULL if they are none of those we know. */
const char *media_sniff(const unsigned char *data, size_t len);
/* The data: URI of these bytes. `claimed`: their type if the bytes do not tell; NULL, or a type or
 * subtype of any case ("JPEG", "image/heic"). Caller frees. */
char *media_uri(const void *data, size_t len, const char *claimed);
/* The data: URI `uri`, in whatever form it was written, as media_uri makes it. NULL if it is none,
 * empty, malformed or over MEDIA_PHOTO_MAX. Caller frees. */
char *media_uri_normal(const char *uri);
/* The bytes of a data: URI in base64; likewise. *ret_type ("image/jpeg") may be NULL; both are owned
 * by the caller. */
unsigned char *media_bytes(const char *uri, size_t *ret_len, char **ret_type);

/* A new entry of kind photo; takes a copy of the URI. */
struct json *media_photo(const char *uri);
/* The entry for a photo of this many bytes that is too large to be read. */
struct json *media_photo_kept(size_t size);
bool media_is_photo(const struct json *entry);
bool media_is_data(const struct json *entry);
bool media_is_kept(const struct json *entry);
bool media_has_kept(const struct json *doc);

/* A photo in words, by its URI, also one that client/large put in place of it: "a photo of 12 KB", a
 * link as it is. Caller frees; NULL if it is no photo. */
char *media_words(const char *uri);

/* Resolves the entries of `want` that say "lockstep.kept:": they go, and what `now` (the item as it
 * is, NULL for a new one) holds of their kind and `want` does not say stays. To be called by whoever
 * writes a document, after doc_rekey. */
void media_keep(struct json *want, const struct json *now);

#endif
