/* A MAPI session on the default profile, its message stores, and the ids that each store gives to
 * named properties. Never shows a window, never sends: the session is opened with MAPI_NO_MAIL. Not
 * for use by several threads at once. */
#ifndef LOCKSTEP_MAPI_COM_SESSION_H
#define LOCKSTEP_MAPI_COM_SESSION_H

#include "client/item/kind.h"
#include "mapi/com/api.h"
#include "mapi/map/map.h"

/* An entry id in our own memory. */
struct mapi_id {
    unsigned char *data; /* owned */
    size_t len;
};
void mapi_id_fini(struct mapi_id *id);
void mapi_id_set(struct mapi_id *id, const SBinary *value /* may be NULL */);

/* One open message store ("mailbox" of the user's folder list, a .pst file, the public folders). */
struct mapi_box {
    char *id;                /* owned; hex of its entry id */
    IMsgStore *store;        /* owned */
    bool is_public;          /* the public folders of an Exchange organisation */
    struct mapi_id top;      /* the folder under which everything the user sees lies */
    struct mapi_id deleted;  /* Deleted Items; empty if the store has none */
    ULONG *tags[ITEM_KINDS]; /* owned; for each of map_properties(kind) its tag here, 0: the store
                                knows no such name */
};

struct mapi_session {
    struct mapi_api api;
    bool initialized;
    IMAPISession *session;   /* owned */
    struct mapi_box **boxes; /* owned array of owned */
    size_t box_count, box_cap;
};

/* Logs on to the default profile. The calling thread must have initialised COM. */
enum rc mapi_session_new(const struct log *log, struct mapi_session **ret, struct err *err)
    WARN_UNUSED;
void mapi_session_free(struct mapi_session *s); /* logs off */
DEFINE_CLEANUP(struct mapi_session *, mapi_session_free);

/* What the session's table of stores says of one. */
struct mapi_store_row {
    char *id, *name;          /* owned */
    bool is_default;          /* the profile's own mailbox */
    bool is_public, is_other; /* public folders; another person's mailbox */
};
struct mapi_store_rows {
    struct mapi_store_row *items; /* owned */
    size_t count, cap;
};
void mapi_store_rows_fini(struct mapi_store_rows *rows);
enum rc mapi_session_stores(struct mapi_session *s, struct mapi_store_rows *ret, struct err *err)
    WARN_UNUSED;

/* Opens a store by the hex text of its entry id, or returns the one opened before; borrowed from
 * the session. */
enum rc mapi_session_box(
    struct mapi_session *s, const char *id, struct mapi_box **ret, struct err *err) WARN_UNUSED;
/* Opens the object with an entry id (empty id: the store's root) and makes sure that it is of
 * `type` (MAPI_FOLDER, MAPI_MESSAGE). `write` asks for write access. The caller releases it. */
enum rc mapi_box_open(struct mapi_session *s, struct mapi_box *box, const void *id, size_t len,
    ULONG type, bool write, void *ret_object, struct err *err) WARN_UNUSED;
/* Whether two entry ids mean the same object; a store may have several for one. */
bool mapi_box_same(struct mapi_session *s, struct mapi_box *box, const struct mapi_id *a,
    const void *b, size_t b_len);

/* Brings box->tags[kind] up to date, asking only for names not known yet. Makes no new names in the
 * store. */
enum rc mapi_box_resolve(
    struct mapi_session *s, struct mapi_box *box, enum item_kind kind, struct err *err) WARN_UNUSED;
/* The tag of one property in this store; with `create` a new name is made, else *ret_tag is 0 if
 * the store knows none. */
enum rc mapi_box_tag(struct mapi_session *s, struct mapi_box *box, struct prop_name name,
    enum prop_type type, bool create, ULONG *ret_tag, struct err *err) WARN_UNUSED;

#endif
