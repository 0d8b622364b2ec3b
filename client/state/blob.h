/* Texts too large to stand in every document, base, intent and image that has them (photos): each
 * is kept once, under the SHA-256 of its bytes. A document names one as BLOB_REF and the hash, or in
 * any other text that begins with BLOB_MARK and ends with the hash. */
#ifndef LOCKSTEP_STATE_BLOB_H
#define LOCKSTEP_STATE_BLOB_H

#include "client/state/state.h"

#define BLOB_MARK "lockstep." /* what state_blobs_prune looks for, in front of a hash */
#define BLOB_REF  "lockstep.blob:"

/* Keeps the text if it is not there yet. */
enum rc state_blob_put(struct state *s, const char *hash, const char *text, struct err *err)
    WARN_UNUSED;
/* RC_NOT_FOUND if there is none; caller frees. */
enum rc state_blob_get(struct state *s, const char *hash, char **ret_text, struct err *err)
    WARN_UNUSED;
/* Drops every one that no document of the file names any more; *ret_count: how many. Reads all
 * documents: 10,000 pairs take about 0.1 s. Not within a transaction. */
enum rc state_blobs_prune(struct state *s, long *ret_count, struct err *err) WARN_UNUSED;

/* Is one open? Then puts belong to it; else many of them had better have one of their own. */
bool state_in_transaction(const struct state *s);

/* The next run looks at every pair of the link anew whose base has this text. */
enum rc state_look_again(struct state *s, int64_t link, const char *text, struct err *err)
    WARN_UNUSED;

#endif
