/* What the files of client/large share. */
#ifndef LOCKSTEP_LARGE_PRIVATE_H
#define LOCKSTEP_LARGE_PRIVATE_H

#include "client/large/large.h"

/* Puts references in place of an item's photos and of the long runs in its native form; the bytes
 * go into the state file. Adds to *ret_bytes how large it was. */
enum rc large_cut(const struct large_options *o, struct store_item *item, size_t *ret_bytes,
    struct err *err) WARN_UNUSED;

/* A document or a native form as the inner store gets it. */
struct large_whole {
    struct json *doc; /* owned; NULL: the document is written as it is */
    char *native;     /* owned; likewise */
    size_t bytes;     /* of what was put in */
    bool photo;       /* the document has a photo of its own */
    size_t kept;      /* size of one that stays on the other side, 0: none */
};
void large_whole_fini(struct large_whole *w);
enum rc large_expand(const struct large_options *o, const struct json *doc, const char *native,
    struct large_whole *ret, struct err *err) WARN_UNUSED;

/* A copy of the document in which every photo stays where it is. Caller frees. */
struct json *large_without_photos(const struct json *doc);

#endif
