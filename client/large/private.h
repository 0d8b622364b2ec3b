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
    bool large;       /* the document has a photo or a file of its own */
    size_t kept;      /* size of one that stays on the other side, 0: none */
    char *kept_name;  /* owned; of that file, NULL if it has none */
};
void large_whole_fini(struct large_whole *w);
enum rc large_expand(const struct large_options *o, const struct store_op *op,
    struct large_whole *ret, struct err *err) WARN_UNUSED;

/* A copy of the document in which every photo and every file stays as it is in the item. Caller
 * frees. */
struct json *large_without(const struct json *doc);

#endif
