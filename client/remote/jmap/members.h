/* What the lenses of cards and of events have in common: members of objects, our own ones, ids of
 * entries. Pure. */
#ifndef LOCKSTEP_REMOTE_JMAP_MEMBERS_H
#define LOCKSTEP_REMOTE_JMAP_MEMBERS_H

#include "client/base/json.h"

/* In the place of the bytes of a photo or a file in a document, before a blob id: they are yet to be
 * fetched (jmap_blobs_read). */
#define MEMBERS_BLOB "jmap-blob:"

/* A member of ours that is no bookkeeping. */
bool members_is_ours(const char *name);
/* Is one anywhere in there? */
bool members_have_ours(const struct json *v);
/* Removes whatever is ours, anywhere. */
void members_drop_ours(struct json *v);
/* Removes members that are null: servers spell out what is not there. */
void members_drop_nulls(struct json *object);
/* Removes the entries whose bytes are a blob: it went with the item that had it. NULL allowed. */
void members_drop_blobs(struct json *map);

/* The name of a member that an object has twice, at any depth (which I-JSON forbids, RFC 7493 section
 * 2.3): who knows which of them counts. NULL: there is none. Borrowed. */
const char *members_twin(const struct json *v);

/* An entry of a map of `want` that `now` does not have must not have the id of one in `native`, which is
 * in no document; nor one that is no id (RFC 9553 section 1.4.4): it gets another. */
void members_free_ids(struct json *want, const struct json *now, const struct json *native);

#endif
