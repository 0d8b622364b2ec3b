/* What the files of the dav driver share. Nothing outside this folder includes it. */
#ifndef LOCKSTEP_REMOTE_DAV_DAV_PRIVATE_H
#define LOCKSTEP_REMOTE_DAV_DAV_PRIVATE_H

#include "client/base/map.h"
#include "client/net/http.h"
#include "client/net/url.h"
#include "client/remote/dav/dav.h"
#include "client/remote/dav/multistatus.h"

#define DAV_IN_FLIGHT 8   /* requests at a time */
#define DAV_BATCH     500 /* hrefs in one multiget, ops in one commit */

/* Stands for an ETag that the server does not give. Such an item is written without If-Match, as
 * there is nothing to match. */
#define NO_ETAG "-"

struct dav {
    struct store store; /* first: the interface */
    struct http *http;  /* owned */
    struct url url;     /* owned; what the account says */
    struct map *texts;  /* owned; item id -> struct dav_text: what the last listing brought along */
    size_t texts_size;  /* bytes in there */
    struct map *places; /* owned; folder -> owned path where requests for it end */
    bool no_sync_data;  /* this server does not send items within a sync-collection answer */
    int auto_schedule;  /* does the server mail people by itself? -1 not asked yet */
    bool obeys; /* it is one of which we know by trial that it keeps silent when told (Cyrus) */
};

/* ---- dav.c: one question, one answer ---- */
struct dav_query {
    /* in */
    const char *method, *path; /* path: absolute, of this account's server */
    int depth;                 /* 0, 1, or -1 for no Depth header */
    const char *body;          /* XML */
    const char *what;          /* for messages */
    dav_resource_fn *fn;       /* gets the resources of the answer */
    void *user;
    /* out */
    enum rc rc;
    struct err err;
    long status;
    char *condition; /* owned; of an error body (dav_error_condition), or NULL */
    char *token;     /* owned; sync token */
    char *at;        /* owned; the path that answered, after redirects; NULL if unknown */
    int64_t date;    /* the server's clock when it answered, UTC seconds; 0: it does not say */
};
void dav_query_fini(struct dav_query *q); /* releases the out part */
/* Sends them, several at a time. Returns other than RC_OK for trouble with the whole server; each
 * has its own rc. Anything but a whole 207 answer is a failure of that query. */
enum rc dav_query_many(struct dav *d, struct dav_query *queries, size_t count, struct err *err)
    WARN_UNUSED;
/* One of them; returns its rc with its message (copied) in err. */
enum rc dav_query_one(struct dav *d, struct dav_query *q, struct err *err) WARN_UNUSED;

/* The absolute URL of a path on the account's server. Caller frees. */
char *dav_path_url(const struct dav *d, const char *path);
/* "contact anna.vcf", for messages. Caller frees. */
char *dav_item_label(enum item_kind kind, const char *id);

/* ---- place.c: nothing outside of the folder ---- */
/* Does the path lie below the folder, in whatever spelling? */
bool dav_path_within(const char *folder, const char *id);
/* Requests for the folder end at this path (NULL: at the folder's own). */
void dav_place_learn(struct dav *d, const char *folder, const char *at);
/* *ret_refusal is set (caller frees) if the item is not in the folder: then nothing may be asked or
 * written there. Other than RC_OK: it could not be found out. Asks the server only for an id outside
 * of a folder that was not listed by this store. */
enum rc dav_place_check(struct dav *d, const char *folder, enum item_kind kind, const char *id,
    char **ret_refusal, struct err *err) WARN_UNUSED;

/* ---- report.c: bodies of requests; callers free ---- */
extern const char
    REPORT_PRINCIPAL[]; /* PROPFIND: who am I, where are my homes, what is this resource */
extern const char REPORT_COLLECTIONS[]; /* PROPFIND: all we want to know of a collection */
extern const char REPORT_LISTING[];     /* PROPFIND: ETags and types of the members */
char *report_sync(enum item_kind kind, const char *token, bool with_data);
char *report_multiget(enum item_kind kind, const char *const *ids, size_t count);
/* MKCALENDAR (RFC 4791 section 5.3.1), or for contacts extended MKCOL (RFC 5689, RFC 6352 section
 * 6.3.1). */
char *report_make(enum item_kind kind, const char *name);
/* PROPPATCH of the name of a folder. */
char *report_rename(const char *name);

/* ---- item text (item.c) ---- */
struct dav_text {
    char *etag, *text; /* owned */
};
/* Line ends as the formats demand them (CRLF): an XML parser turns every line end into LF. Caller
 * frees. */
char *item_text_from_xml(const char *text);
/* The items' text in an answer, or NULL. Caller frees. */
char *item_text_of(const struct dav_resource *r, enum item_kind kind);
/* Is it an item of that kind (as text_item_is), by a Content-Type with a component parameter: 1
 * yes, 0 no, -1 it does not say. */
int item_type_is(const char *content_type, enum item_kind kind);
/* Parses text into ret (which has its id): doc, native and version, or rc and error. */
void item_fill(
    struct store_item *ret, enum item_kind kind, const char *etag, char *text /* owned */);

/* ---- sogo.c ---- */
/* SOGo, by its addresses, which all have this in them: it keeps lists as VLIST and ignores
 * preconditions. */
bool dav_is_sogo(const char *path);
/* Can it be one that SOGo gave? */
bool sogo_token_is_its_own(const char *token);
/* The token to go on from after an answer of SOGo's at `date` (UTC seconds). Caller frees. */
char *sogo_token_to_keep(const char *token, int64_t date);

/* ---- the texts that a listing brought along (item.c) ---- */
#define DAV_TEXTS_MAX ((size_t)16 << 20)
void dav_texts_clear(struct dav *d);
/* Keeps text for a later fetch if there is room. */
void dav_texts_put(struct dav *d, const char *id, const char *etag, char *text /* owned */);
/* Hands the entry over, or NULL. */
struct dav_text *dav_texts_take(struct dav *d, const char *id);
void dav_text_free(struct dav_text *t);
DEFINE_CLEANUP(struct dav_text *, dav_text_free);

/* ---- schedule.c ---- */
/* Whether the server schedules by itself (DAV: calendar-auto-schedule), asked once. */
enum rc schedule_is_automatic(struct dav *d, const char *folder, bool *ret, struct err *err)
    WARN_UNUSED;

/* ---- the store's calls ---- */
struct dav_homes {
    char **paths; /* owned, each owned; collections that hold calendars or address books */
    size_t count, cap;
    char *calendars, *cards; /* owned; where new ones are made, or NULL: the server does not say */
    char *principal;         /* owned; or NULL */
    char *collection;        /* owned; the account's URL is itself a calendar or an address book */
    struct json
        *own; /* owned; the person's e-mail addresses, an array; NULL: the server does not say */
};
void dav_homes_fini(struct dav_homes *h);
enum rc dav_discover(struct dav *d, struct dav_homes *ret, struct err *err) WARN_UNUSED;
/* Adds the folders in a home (depth 1), or the one at the path (0). */
enum rc dav_collections_read(struct dav *d, const struct dav_homes *homes, const char *path,
    int depth, struct store_folders *folders, struct err *err) WARN_UNUSED;
enum rc dav_list_folders(struct store *s, struct store_folders *ret, struct err *err);
/* make.c */
enum rc dav_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err);
enum rc dav_changes(struct store *s, const char *folder, enum item_kind kind, const char *token,
    struct store_changes *ret, struct err *err);
enum rc dav_fetch(struct store *s, const char *folder, enum item_kind kind, const char *const *ids,
    size_t count, struct store_items *ret, struct err *err);
enum rc dav_commit(struct store *s, const char *folder, enum item_kind kind, struct store_op *ops,
    size_t count, struct err *err);
char *dav_choose_id(struct store *s, const char *folder, enum item_kind kind, const char *uid);

#endif
