/* The one interface of everything that holds items: Outlook, and each kind of server. The engine
 * knows two stores and nothing of MAPI, HTTP or formats. (The model is isync's driver.h.)
 *
 * All calls block and are made from one thread. A store is opened for one account and may serve
 * several folders. Ids are opaque UTF-8 strings that stay the same while the item stays in its
 * folder; a version is an opaque string that changes with every change of the item ("look again";
 * content decides). Strings in results are owned by the result. */
#ifndef LOCKSTEP_SYNC_STORE_H
#define LOCKSTEP_SYNC_STORE_H

#include "client/base/json.h"
#include "client/base/log.h"
#include "client/base/rc.h"
#include "client/item/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- folders ---- */
struct store_folder {
    char *id; /* opaque; dav: absolute path of the collection; Outlook: store and folder entry id */
    char *name;     /* as shown to people */
    char *path;     /* for people and the command line, e.g. "Mailbox/Calendar/Team" */
    char *owner;    /* whose it is, NULL = the account's own */
    char *color;    /* "#RRGGBB" or NULL */
    unsigned kinds; /* bit (1u << enum item_kind) for each kind it may hold */
    bool writable;
    bool is_default; /* the account's standard folder of its kind */
    long count;      /* items, -1 if not known without asking */
};
struct store_folders {
    struct store_folder *items; /* owned */
    size_t count, cap;
    struct json *own; /* owned; the e-mail addresses that the account says are its person's, an
                         array; NULL: it does not say */
};
void store_folder_fini(struct store_folder *f);
void store_folders_fini(struct store_folders *f);
struct store_folder *store_folders_add(
    struct store_folders *f); /* zeroed, count -1; valid until the next add */

/* ---- changes ---- */
struct store_change {
    char *id;
    char *version; /* NULL when gone */
    bool gone;     /* the other side said so positively; never set by absence from a listing */
};
struct store_changes {
    struct store_change *items; /* owned */
    size_t count, cap;
    bool full; /* a complete listing: what is not in it is not there. False: only what changed since
                  the token. */
    bool proven; /* full only: the listing was checked against a count the store gave, or is
                    complete by protocol */
    char *token; /* to pass next time; NULL if the store has none (then every listing is full) */
};
void store_changes_fini(struct store_changes *c);
void store_changes_add(struct store_changes *c, const char *id, const char *version, bool gone);

/* ---- items ---- */
struct store_item {
    char *id;
    char *version;
    struct json *doc; /* neutral document in this store's normal form; NULL if rc is not RC_OK */
    char *native; /* the item as the store holds it (vCard text, ...), opaque to the engine, handed
                     back on update; may be NULL */
    enum rc rc; /* RC_OK; RC_NOT_FOUND: proof that it is gone; RC_INVALID: does not parse; others as
                   they come */
    char *error; /* one line naming the item, when rc is not RC_OK */
};
struct store_items {
    struct store_item *items; /* owned */
    size_t count, cap;
};
void store_item_fini(struct store_item *item);
void store_items_fini(struct store_items *items);
struct store_item *store_items_add(
    struct store_items *items, const char *id); /* zeroed but for id */

/* ---- writing ---- */
enum store_op_kind {
    STORE_CREATE,
    STORE_UPDATE,
    STORE_DELETE,
    STORE_UNMARK /* take our own marks off the item `id`, whatever its version, and change nothing else
                    of it. Only for stores that keep stamps; the engine never asks for it */
};
struct store_op {
    /* in */
    enum store_op_kind kind;
    const char *id; /* UPDATE, DELETE: the item. CREATE: the id chosen beforehand (name), or NULL if
                       the store chooses */
    const char *version;    /* UPDATE, DELETE: only if the item still has this version */
    const struct json *doc; /* CREATE, UPDATE: the whole document wanted. What it does not express
                               stays as it is on update. */
    const char *native; /* UPDATE: the item's native form at that version, or NULL if not at hand.
                           CREATE: NULL, or the form of an item that is made again: what the
                           document does not express should come back with it */
    const char *stamp;  /* CREATE: unique mark to find the item again after a crash, where the store
                           can keep one; or NULL */
    /* out */
    enum rc rc;   /* RC_CONFLICT: version or existence precondition failed, nothing was written */
    char *error;  /* owned; one line when rc is not RC_OK */
    char *new_id; /* owned; CREATE: where it is now. UPDATE: only if the id changed */
    char *new_version; /* owned; NULL if the store did not tell: fetch to learn it */
    char *note; /* owned; RC_OK only: what of the document a person should know is not there, one
                   line, or NULL */
};
void store_op_fini(struct store_op *op); /* releases the out part only */

/* ---- when to try again ---- */
struct store_trouble {
    bool rejected; /* user name and password were refused */
    int64_t asked; /* until when the server asked to be left alone, UTC seconds; 0: it did not */
    int64_t
        again; /* how many seconds after a `watch` that broke off it wants the next; 0: not said */
};

struct store_watch {
    const char *folder;
    enum item_kind kind;
};

/* What `changes` is going to be asked for. */
struct store_expected {
    const char *folder;
    enum item_kind kind;
    const char *token; /* NULL: a listing */
};

struct store;
struct store_vtbl {
    const char *name; /* "dav", "jmap", "vdir", "outlook", "memory" */
    /* All folders of the kinds we sync. */
    enum rc (*list_folders)(struct store *s, struct store_folders *ret, struct err *err);
    /* What changed since `token`; token NULL lists everything. RC_TOKEN_INVALID: ask again with
     * NULL. RC_INCOMPLETE: nothing may be concluded. Versions are complete; documents are not
     * fetched. */
    enum rc (*changes)(struct store *s, const char *folder, enum item_kind kind, const char *token,
        struct store_changes *ret, struct err *err);
    /* Reads items; ret gets exactly one entry for each id in the same order. Fails as a whole only
     * for store-wide trouble. */
    enum rc (*fetch)(struct store *s, const char *folder, enum item_kind kind,
        const char *const *ids, size_t count, struct store_items *ret, struct err *err);
    /* Carries out the ops, each on its own (a failed one does not stop the others), in any order.
     * Returns other than RC_OK only for store-wide trouble; then ops not tried have rc
     * RC_CANCELLED. */
    enum rc (*commit)(struct store *s, const char *folder, enum item_kind kind,
        struct store_op *ops, size_t count, struct err *err);
    /* Chooses an id for a new item of this uid (dav: the name "UID.ics" made safe). NULL: the store
     * gives ids itself. Caller frees. */
    char *(*choose_id)(struct store *s, const char *folder, enum item_kind kind, const char *uid);
    /* Finds an item created with this stamp; RC_NOT_FOUND if there is none. NULL for stores that
     * keep no stamps (they find it by id). */
    enum rc (*find_stamp)(struct store *s, const char *folder, enum item_kind kind,
        const char *stamp, char **ret_id, struct err *err);
    /* Finds an item by the uid of the document it was made from; RC_NOT_FOUND if the folder has none.
     * For stores that give ids themselves and keep no stamps, but can be asked for a uid: the engine
     * looks for a create of which no answer came. NULL for all others. */
    enum rc (*find_uid)(struct store *s, const char *folder, enum item_kind kind, const char *uid,
        char **ret_id, struct err *err);
    /* What went wrong so far that matters for when to try again. NULL: nothing is known. */
    void (*trouble)(const struct store *s, struct store_trouble *ret);
    /* Waits until somebody changes an item in one of these folders, or `milliseconds` have passed.
     * ret[i] is set to whether that may be so of folders[i] since the last call; the first call, and
     * one with other folders, begins to watch and *ret_began is true: what was before is not known. A
     * store that needs several calls until it watches sets it in the last of them.
     * Folders that are gone are left out. RC_UNSUPPORTED: this account does not tell. After any other failure the
     * next call begins anew. NULL for stores that cannot tell: they are asked for
     * changes at intervals. */
    enum rc (*watch)(struct store *s, const struct store_watch *folders, size_t count,
        long milliseconds, bool *ret, bool *ret_began, struct err *err);
    /* Tells beforehand what `changes` will be asked for, so that a store may ask its server for all of it
     * at once. A hint: it cannot fail, and what it could not learn is asked for when it is wanted. What
     * it did learn holds until the store writes, and for one answer each. NULL: nothing is gained by it. */
    void (*expect)(struct store *s, const struct store_expected *items, size_t count);
    /* Makes a folder; call it by store_make_folder, which says what is to be done. NULL: this store
     * makes none. */
    enum rc (*make_folder)(struct store *s, enum item_kind kind, const char *name,
        struct store_folder *ret, struct err *err);
    void (*free)(struct store *s);
};

/* Embedded as first member of each implementation (container_of by cast). */
struct store {
    const struct store_vtbl *vtbl;
    const struct log *log; /* borrowed, may be NULL */
    /* Knows other items by its own ids only: members of groups are DOC_MEMBER_ITEM and an id in the
     * documents it gives and gets (client/item/doc.h). Else they are uids. */
    bool members_by_id;
    size_t batch; /* how many ops or ids the engine should pass in one call; 0 = 100 */
    /* Set by a caller that knows: the e-mail addresses of the person whose items these are (an array;
     * owned, NULL: not known), which tell meetings of their own from those of others. */
    struct json *own;
    /* Set by a caller for one link: meetings of others may be answered on a server that would write
     * to their organizer by itself, telling it to keep silent. */
    bool answers;
    size_t fetch_bytes; /* set by a caller that has to spare memory, 0 by default: when fetch has
                              read about so many bytes, the other items may get RC_INCOMPLETE ("no
                              room, ask again"), but never all of them */
};

/* All zero for a store that does not tell, and for NULL. */
struct store_trouble store_trouble(const struct store *s);
#define STORE_FOLDER_NAME_MAX 200 /* bytes of UTF-8 */
/* Makes an empty folder for items of `kind` in the place where the account has its own of that kind,
 * and touches nothing else. *ret (store_folder_fini) is the folder as list_folders tells it: of this
 * name, `kinds` has the kind, maybe others.
 *
 * A folder that was there is never opened in place of a new one: RC_CONFLICT, and nothing is written,
 * if that place has one of this name already (a server may have it as an address book and as a
 * calendar; ASCII case does not matter). So calling it again never makes a second one: if the answer
 * to a request got lost, the store looks whether the folder is there, and if it cannot, the next call
 * finds it by its name. A caller does not repeat it without being asked.
 *
 * There is no opposite: nothing that Lockstep does removes a folder.
 *
 * RC_INVALID: no name for a folder (empty, a blank at an end, a control character, no UTF-8, longer
 * than STORE_FOLDER_NAME_MAX). RC_READONLY: no right. RC_UNSUPPORTED: the store makes none, or none of
 * this kind. After any other failure there may be a folder or not; the text says so where it is not
 * known. */
enum rc store_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err) WARN_UNUSED;

void store_free(struct store *s); /* NULL allowed */
DEFINE_CLEANUP(struct store *, store_free);

#endif
