/* A store whose large values are kept apart: between the engine and the store of a side, it puts a
 * short reference in place of each photo of a contact, of each file attached to an event or task, and
 * of every long run of base64 in the native form, and the bytes into the state file, once each. So
 * documents, bases, journal and history stay small, photos and files are compared by their hash, and
 * memory does not grow with them: items are read and written in portions of about LARGE_PORTION
 * bytes, whatever their number.
 *
 *   "lockstep.blob:HASH:SIZE"           one that travels
 *   "lockstep.kept:SIDE:HASH:SIZE"      one over the link's limit: it stays on side l or r, and the
 *                                       other side keeps what it has
 *
 * When it writes, a reference becomes the bytes again. One whose bytes are not at hand, or that is
 * over the limit, becomes MEDIA_KEPT: the writing store leaves what is there. Files over the limit are
 * also protected where they are (DOC_FILE_LIMIT, client/item/file.h). An item that the inner store
 * refuses is tried once more without its photo or files, and op->note says so: they never fail the
 * item. The engine knows nothing of all this. */
#ifndef LOCKSTEP_LARGE_LARGE_H
#define LOCKSTEP_LARGE_LARGE_H

#include "client/state/blob.h"
#include "client/sync/store.h"

#define LARGE_PORTION      ((size_t)2 << 20) /* bytes read or written in one call of the inner store */
#define LARGE_LIMIT_KB     512               /* the default limit of a link, for photos */
#define LARGE_FILE_KB      1024              /* and for files of events and tasks */
#define LARGE_LIMIT_KB_MAX 4096              /* MEDIA_PHOTO_MAX */

struct large_options {
    struct state *state; /* borrowed */
    enum side side;      /* the side of the link that the inner store is on */
    size_t limit;        /* bytes of a photo or file that travels; 0: none does */
    bool preview;        /* keep nothing in the state file: nothing will be written */
};

/* The native form in the state file as its store made it. Caller frees; NULL if there is none, or if
 * a part of it is missing. */
char *large_native(struct state *state, const char *native);

/* The same form of an item that comes from elsewhere, such as a backup, so that it can be compared
 * with what the engine has: references in place of its photos, its files and of the long runs in *native (may
 * be NULL), the bytes in the state file. */
enum rc large_take(const struct large_options *options, struct json *doc, char **native,
    struct err *err) WARN_UNUSED;

/* `inner` is borrowed and must outlive it. store_free releases the wrapper only. */
struct store *large_store_new(struct store *inner, const struct large_options *options);

#endif
