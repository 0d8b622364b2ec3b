/* What the files of the jmap driver share. Nothing outside this folder includes it. */
#ifndef LOCKSTEP_REMOTE_JMAP_JMAP_PRIVATE_H
#define LOCKSTEP_REMOTE_JMAP_JMAP_PRIVATE_H

#include "client/base/map.h"
#include "client/net/http.h"
#include "client/net/url.h"
#include "client/remote/jmap/card.h"
#include "client/remote/jmap/jmap.h"

#define CAPABILITY_CORE     "urn:ietf:params:jmap:core"
#define CAPABILITY_CONTACTS "urn:ietf:params:jmap:contacts"

struct
    jmap_limits { /* RFC 8620 section 2; what a server leaves out or claims beyond reason is replaced */
    size_t calls, get, set, request, upload, requests_at_once;
};

struct jmap {
    struct store store;      /* first: the interface */
    struct http *http;       /* owned */
    struct url url;          /* owned; what the account says */
    char *api;               /* owned; the URL that method calls go to; NULL: no session yet */
    char *upload, *download; /* owned; templates (RFC 6570 level 1); NULL: none */
    struct json *accounts;   /* owned; of the session: {id: {"name","isPersonal",..}} */
    struct json *primary;    /* owned; of the session: {capability: account id} */
    struct jmap_limits limits;
    bool hides_vendor; /* shows members of vendors only when asked by name (Cyrus) */
    struct map
        *kept; /* owned; "ACCOUNT\nID" -> owned text of a card that a listing brought along */
    size_t kept_size; /* bytes in there */
};

/* ---- session.c ---- */
/* Reads the session resource once. */
enum rc jmap_session(struct jmap *j, struct err *err) WARN_UNUSED;
/* The account, if it has contacts; else NULL. */
const struct json *jmap_account(const struct jmap *j, const char *id);
/* A template's URL with {accountId}, {blobId}, {name}, {type} filled in; NULL if it leads to another
 * server. Caller frees. */
char *jmap_expand(const struct jmap *j, const char *form, const char *account, const char *blob);

/* ---- call.c: method calls ---- */
struct jmap_call {
    /* in */
    const char *method;
    struct json *args; /* owned */
    /* out */
    enum rc rc;
    struct err err;
    struct json *ret; /* owned; the arguments of the answer, an object; NULL unless rc is RC_OK */
    char *error;      /* owned; "type" of a method-level error, or NULL */
};
void jmap_call_fini(struct jmap_call *c);
/* New arguments with the account in them. */
struct json *jmap_args(const char *account);
/* Carries the calls out in this order, in as few requests as the server's limits allow; none may refer
 * to the result of another. Each has its own rc. Returns other than RC_OK for trouble with a request
 * as a whole (RC_TOO_BIG: it or its answer passes a limit); calls not answered have that rc, too.
 * `what` is for messages; `once`: they change something. */
enum rc jmap_calls(struct jmap *j, const char *what, struct jmap_call *calls, size_t count,
    bool once, struct err *err) WARN_UNUSED;
/* One of them, taking over `args`. *ret is owned by the caller. */
enum rc jmap_call_one(struct jmap *j, const char *what, const char *method,
    struct json *args /* owned */, bool once, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- words.c: what errors mean ---- */
enum rc jmap_method_error(const char *what, const struct json *error, struct err *err);
/* An answer that is no JSON of JMAP: by its status, and what its problem document says (RFC 7807). */
enum rc jmap_request_error(const char *what, const struct http_response *r, struct err *err);
/* Of a SetError (RFC 8620 section 5.3) of the item `label`. */
enum rc jmap_set_error(const char *label, const struct json *error, struct err *err);

/* ---- place.c: folder ids ---- */
struct jmap_place {
    char *account, *book; /* owned */
};
char *jmap_place_id(const char *account, const char *book); /* caller frees */
/* RC_INVALID: it is none of ours. */
enum rc jmap_place_parse(const char *folder, struct jmap_place *ret, struct err *err) WARN_UNUSED;
void jmap_place_fini(struct jmap_place *p);
/* Is the card in this address book? */
bool jmap_place_has(const struct jmap_place *p, const struct json *card);

/* ---- get.c: cards as the server has them ---- */
struct jmap_card {
    char *id;          /* owned */
    struct json *card; /* owned; NULL unless rc is RC_OK */
    char *version;     /* owned */
    enum rc rc;        /* RC_NOT_FOUND: the server says that there is none */
    char *error;       /* owned */
};
struct jmap_cards {
    struct jmap_card *items; /* owned; in the order asked for */
    size_t count;
    char *state; /* owned; NULL if it moved between the requests it took */
};
void jmap_cards_fini(struct jmap_cards *c);
/* Reads them; none is a way to learn the state. */
enum rc jmap_cards_get(struct jmap *j, const char *account, const char *const *ids, size_t count,
    struct jmap_cards *ret, struct err *err) WARN_UNUSED;
/* Ids of the cards of this uid in the book, borrowed in *ret (an array, owned by the caller). */
enum rc jmap_query_uid(struct jmap *j, const struct jmap_place *p, const char *uid,
    struct json **ret, struct err *err) WARN_UNUSED;
char *jmap_version(const struct json *card); /* caller frees */
char *jmap_label(const char *id);            /* "contact ID", for messages; caller frees */
/* Texts of cards for a fetch that follows: kept if there is room, and handed over. */
void jmap_keep(struct jmap *j, const char *account, const struct json *card);
struct json *jmap_take_kept(struct jmap *j, const char *account, const char *id);
void jmap_forget_kept(struct jmap *j, const char *account, const char *id);

/* ---- photo.c ---- */
/* Puts the bytes of photos into the documents in place of their blob ids (CARD_BLOB). One that
 * cannot be read, or is too large for that, is marked as kept (media.h); an empty one is none. */
enum rc jmap_photos_read(struct jmap *j, const char *account, struct json *const *docs,
    size_t count, struct err *err) WARN_UNUSED;
/* Uploads the photos of `want` that differ from those of `now`, and puts their blob ids in place of
 * the bytes. */
enum rc jmap_photos_write(struct jmap *j, const char *account, struct json *want,
    const struct json *now, const char *label, struct err *err) WARN_UNUSED;

/* ---- the store's calls ---- */
enum rc jmap_list_folders(struct store *s, struct store_folders *ret, struct err *err);
enum rc jmap_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err);
enum rc jmap_changes(struct store *s, const char *folder, enum item_kind kind, const char *token,
    struct store_changes *ret, struct err *err);
enum rc jmap_fetch(struct store *s, const char *folder, enum item_kind kind, const char *const *ids,
    size_t count, struct store_items *ret, struct err *err);
enum rc jmap_commit(struct store *s, const char *folder, enum item_kind kind, struct store_op *ops,
    size_t count, struct err *err);
enum rc jmap_find_uid(struct store *s, const char *folder, enum item_kind kind, const char *uid,
    char **ret_id, struct err *err);

#endif
