/* Files attached to events and tasks, in documents: entries of "links" (RFC 8984 section 4.2.7).
 *
 *   {"@type":"Link","rel":"enclosure","title":"agenda.pdf","contentType":"application/pdf",
 *    "href":"data:application/octet-stream;base64,..."}        the file itself (RFC 2397)
 *   {...,"href":"https://..."}                                 a link to one: kept, never fetched
 *   {...,"href":"lockstep.kept:..."}                           a file that does not travel: whoever
 *                                                              writes it leaves what is there
 *
 * The bytes are never converted, and one file is one text on every side whatever anybody says of its
 * type, so that files compare by content; several may have one name. "title" and "contentType" are
 * there if the source tells them. Pure. */
#ifndef LOCKSTEP_ITEM_FILE_H
#define LOCKSTEP_ITEM_FILE_H

#include "client/item/media.h"

#define FILE_MAX  MEDIA_PHOTO_MAX /* bytes; a larger file is never read into a document */
#define FILE_KEPT MEDIA_KEPT      /* before its size, and what client/large knows of it */

/* The data: URI of a file's bytes; of those in base64, NULL if they do not decode or are none or more
 * than FILE_MAX; of a data: URI in any form, likewise. Caller frees. */
char *file_uri(const void *data, size_t len);
char *file_uri_of_base64(const char *text);
char *file_uri_normal(const char *uri);
/* The bytes of such a URI; NULL if it is none. Caller frees. */
unsigned char *file_bytes(const char *uri, size_t *ret_len);

/* A new entry; copies its arguments. `title` and `type` may be NULL or "". */
struct json *file_entry(const char *href, const char *title, const char *type);
/* A file, not a link to one: its bytes, or the mark of one that stays where it is. */
bool file_is(const struct json *entry);
bool file_is_data(const struct json *entry);
bool file_is_kept(const struct json *entry);
/* How many bytes it has, about. One that was not read has more than FILE_MAX. */
size_t file_size(const struct json *entry);
/* In words: "agenda.pdf, a file of 12 KB", also of an entry that client/large put a reference in; a
 * link as it is. `v`: the entry, or its "href". Caller frees; NULL if it is none of these. */
char *file_words(const struct json *v);
/* Two references of client/large, or marks, that stand for the same bytes. */
bool file_same_bytes(const char *href, const char *other);

/* A name that is safe on every file system: the last part of a path, at most 200 bytes, with an
 * extension that fits `type` where there is no name. Caller frees. */
char *file_name_safe(const char *title, const char *type);
/* By the extension, "application/octet-stream" if it is not one we know. */
const char *file_type_of_name(const char *name);

/* Resolves what `want` leaves to the item as it is (`now`, NULL for a new one): an entry that is kept
 * gets back the file of its name that stands there under its id, or goes; and what DOC_FILE_LIMIT forbids to
 * remove or to replace is put back (what takes its place is one more). To be called by whoever writes
 * a document, after doc_rekey. */
void file_keep(struct json *want, const struct json *now);

#endif
