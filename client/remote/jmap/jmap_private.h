/* What the files of the jmap driver share. Nothing outside this folder includes it. */
#ifndef LOCKSTEP_REMOTE_JMAP_JMAP_PRIVATE_H
#define LOCKSTEP_REMOTE_JMAP_JMAP_PRIVATE_H

#include "client/base/map.h"
#include "client/net/http.h"
#include "client/net/url.h"
#include "client/remote/jmap/card.h"
#include "client/remote/jmap/event.h"
#include "client/remote/jmap/jmap.h"

#define CAPABILITY_CORE      "urn:ietf:params:jmap:core"
#define CAPABILITY_CONTACTS  "urn:ietf:params:jmap:contacts"
#define CAPABILITY_CALENDARS "urn:ietf:params:jmap:calendars"
#define CAPABILITY_CYRUS     "https://cyrusimap.org/ns/jmap/calendars"

struct
    jmap_limits { /* RFC 8620 section 2; what a server leaves out or claims beyond reason is replaced */
    size_t calls, get, set, request, upload, requests_at_once;
};

/* What calendars say beside their events, and how the server spells those. */
struct jmap_calendars {
    struct json *of; /* owned; {account: {calendar id: Calendar}}, as far as read */
    enum event_dialect dialect;
    unsigned leave; /* of EVENT_LEAVE_...: members that the server was seen to refuse */
    int filter;     /* which name of the filter by calendar it takes; get.c */
};

struct jmap {
    struct store store;      /* first: the interface */
    struct http *http;       /* owned */
    struct url url;          /* owned; what the account says */
    char *api;               /* owned; the URL that method calls go to; NULL: no session yet */
    char *upload, *download; /* owned; templates (RFC 6570 level 1); NULL: none */
    char *events;            /* owned; likewise, of the stream of changes; NULL: none */
    char *events_elsewhere;  /* owned; why it is none of ours, or NULL */
    long timeout;            /* as in the account */
    struct jmap_push *push;  /* owned; NULL: nobody watches */
    struct jmap_seen *seen;  /* owned; NULL: nothing was asked beforehand */
    struct json *accounts;   /* owned; of the session: {id: {"name","isPersonal",..}} */
    struct json *primary;    /* owned; of the session: {capability: account id} */
    struct jmap_limits limits;
    char *using;       /* owned; the capabilities that requests name, as JSON */
    bool is_cyrus;     /* has calendars of Cyrus' kind */
    bool hides_vendor; /* shows members of vendors only when asked by name (Cyrus) */
    struct jmap_calendars calendars;
    struct map *
        kept; /* owned; "FOLDER TYPE\nACCOUNT\nID" -> owned text of an item that a listing brought along */
    size_t kept_size; /* bytes in there */
};

/* ---- type.c: contacts and events ---- */
#define JMAP_TYPES 2
struct jmap_type {
    enum item_kind kind;
    const char *capability;
    const char *get, *set, *changes, *query;
    const char *folder; /* the object that a folder is; begins folder ids */
    const char *folder_get, *folder_set;
    const char
        *data; /* the type of its items, as in a StateChange; `folder` is that of its folders */
    const char *folder_ids;                    /* the member of an item that says where it is */
    const char *may_read, *may_write;          /* of "myRights" */
    const char *item, *items, *place, *places; /* words for people */
};
const struct jmap_type *jmap_type_at(size_t i);
const struct jmap_type *jmap_type_of(enum item_kind kind); /* NULL: not by JMAP */
bool jmap_type_is_event(const struct jmap_type *type);

/* ---- session.c ---- */
/* Reads the session resource once. */
enum rc jmap_session(struct jmap *j, struct err *err) WARN_UNUSED;
/* The account, if it has items of the type; else NULL. */
const struct json *jmap_account(const struct jmap *j, const struct jmap_type *type, const char *id);
/* A template's URL with {accountId}, {blobId}, {name}, {type} filled in. Caller frees. */
char *jmap_expand(const char *form, const char *account, const char *blob);
/* Likewise with the variables given (RFC 6570 level 1). */
struct jmap_variable {
    const char *name, *value; /* "{name}" */
};
char *jmap_expand_all(const char *form, const struct jmap_variable *variables, size_t count);

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
enum rc jmap_set_error(
    const struct jmap_type *type, const char *label, const struct json *error, struct err *err);

/* ---- place.c: folder ids ---- */
struct jmap_place {
    const struct jmap_type *type;
    char *account, *folder; /* owned */
};
char *jmap_place_id(
    const struct jmap_type *type, const char *account, const char *folder); /* caller frees */
/* RC_INVALID: it is none of ours. RC_UNSUPPORTED: it holds no items of this kind. */
enum rc jmap_place_parse(
    const char *folder, enum item_kind kind, struct jmap_place *ret, struct err *err) WARN_UNUSED;
void jmap_place_fini(struct jmap_place *p);
/* Is the item in this folder? */
bool jmap_place_has(const struct jmap_place *p, const struct json *object);

/* ---- get.c: items as the server has them ---- */
struct jmap_object {
    char *id;            /* owned */
    struct json *object; /* owned; NULL unless rc is RC_OK */
    char *version;       /* owned */
    enum rc rc;          /* RC_NOT_FOUND: the server says that there is none */
    char *error;         /* owned */
};
struct jmap_objects {
    struct jmap_object *items; /* owned; in the order asked for */
    size_t count;
    char *state; /* owned; NULL if it moved between the requests it took */
};
void jmap_objects_fini(struct jmap_objects *c);
/* Reads them; none is a way to learn the state. */
enum rc jmap_objects_get(struct jmap *j, const struct jmap_type *type, const char *account,
    const char *const *ids, size_t count, struct jmap_objects *ret, struct err *err) WARN_UNUSED;
/* ---- query.c ---- */
/* Foo/query of the folder with `args` (its filter apart: `filter` may be NULL). *ret is owned by the caller. A server that
 * cannot search by folder gives the items of the whole account. */
enum rc jmap_query(struct jmap *j, const struct jmap_place *p, const char *what,
    const struct json *args, const struct json *filter, struct json **ret, struct err *err)
    WARN_UNUSED;
/* Ids of the items of this uid in the folder, borrowed in *ret (an array, owned by the caller). */
enum rc jmap_query_uid(struct jmap *j, const struct jmap_place *p, const char *uid,
    struct json **ret, struct err *err) WARN_UNUSED;
char *jmap_version(const struct json *object); /* caller frees */
char *jmap_label(
    const struct jmap_type *type, const char *id); /* "contact ID", for messages; caller frees */
/* Texts of items for a fetch that follows: kept if there is room, and handed over. */
void jmap_keep(struct jmap *j, const struct jmap_place *p, const struct json *object);
struct json *jmap_take_kept(struct jmap *j, const struct jmap_place *p, const char *id);
void jmap_forget_kept(struct jmap *j, const struct jmap_place *p, const char *id);

/* ---- calendars.c ---- */
/* The calendars of the account, {id: Calendar}; read once. NULL: they cannot be read. Borrowed. */
const struct json *jmap_calendars(struct jmap *j, const char *account);
/* Learns from an event or a calendar how the server spells events. */
void jmap_calendars_learn(struct jmap *j, const struct json *object);
/* The document of an item of either type. */
enum rc jmap_read(struct jmap *j, const struct jmap_place *p, const struct json *object,
    struct json **ret_doc, struct err *err) WARN_UNUSED;

/* ---- cyrus.c ---- */
/* In an event whose categories were read from elsewhere: true, or false where they could not be. */
#define JMAP_CYRUS_COLORS "cyrusimap.org/lockstep:colors"
/* Puts right what the events show of categories and colour. Entries may be NULL. */
enum rc jmap_cyrus_colors(struct jmap *j, const char *account, struct json *const *events,
    size_t count, struct err *err) WARN_UNUSED;
/* Makes the patch to `then` keep categories and colour there; of a new event both are the event. */
void jmap_cyrus_say_colors(const struct jmap *j, struct json *patch, const struct json *then);

/* ---- seen.c: what changed in all folders of a pass ---- */
void jmap_expect(struct store *s, const struct store_expected *items, size_t count);
/* The answer to Foo/changes that was got beforehand; *ret (owned by the caller) is NULL if there is none, or this folder
 * has had it. Fails as asking beforehand failed, once. */
enum rc jmap_seen_changes(struct jmap *j, const struct jmap_place *p, const char *since,
    struct json **ret, struct err *err) WARN_UNUSED;
/* The items, as from jmap_objects_get, if all of them were read beforehand: only of ids of such an answer. */
bool jmap_seen_objects(struct jmap *j, const struct jmap_place *p, const char *const *ids,
    size_t count, struct jmap_objects *ret) WARN_UNUSED;
void jmap_seen_forget(struct jmap *j); /* something is going to be written */
void jmap_seen_free(struct jmap_seen *s);

/* ---- push.c ---- */
void jmap_push_free(struct jmap_push *p);
/* How long the server wants us to wait before we listen again, seconds; 0: it does not say. NULL allowed. */
int64_t jmap_push_again(const struct jmap_push *p);
enum rc jmap_watch(struct store *s, const struct store_watch *folders, size_t count,
    long milliseconds, bool *ret, bool *ret_began, struct err *err);

/* ---- blob.c ---- */
/* Puts the bytes of photos and files into the documents in place of their blob ids (MEMBERS_BLOB). What
 * cannot be read, or is too large for that, is marked as kept (media.h, file.h); what is empty is none. */
enum rc jmap_blobs_read(struct jmap *j, const char *account, struct json *const *docs, size_t count,
    struct err *err) WARN_UNUSED;
/* Octets of photos and files in a document, as text. */
size_t jmap_blobs_size(const struct json *doc);
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
