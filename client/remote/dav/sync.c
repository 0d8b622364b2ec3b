/* What changed in a collection: sync-collection (RFC 6578) page by page, or a PROPFIND listing on
 * servers without it.
 *
 * A first listing asks for the items themselves along with their ETags, where the server gives
 * them: one request then is the whole download, and fetch finds the texts here. A later one asks
 * for ETags only, as it mostly brings nothing or what we wrote ourselves. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"
#include "client/remote/text_item.h"

#include <string.h>

#define MAX_PAGES 10000

struct seen {
    char *version; /* owned; NULL when gone */
    int kind;      /* 1 of the kind asked for, 0 of another, -1 not known */
};

struct listing {
    struct dav *dav;
    const char *folder;
    enum item_kind kind;
    bool delta;       /* since a token: 404 means gone */
    bool truncated;   /* this page says there is more */
    struct map *seen; /* owned; id -> struct seen */
};

static void listing_clear(struct listing *l)
{
    size_t cursor = 0;
    const char *id;
    void *value;
    while (l->seen && map_entry(l->seen, &cursor, &id, &value)) {
        free(((struct seen *)value)->version);
        free(value);
    }
    map_free(l->seen);
    l->seen = NULL;
}

static void listing_reset(struct listing *l)
{
    listing_clear(l);
    l->seen = map_new();
    l->truncated = false;
    dav_texts_clear(l->dav);
}

/* Of several entries for one item the last one counts: pages may overlap, and Zimbra lists some
 * twice. */
static void listing_put(struct listing *l, const char *id, char *version /* owned */, int kind)
{
    struct seen *s = map_get(l->seen, id);
    if (!s) {
        s = NEW(struct seen);
        map_put(l->seen, id, s);
    }
    free(s->version);
    s->version = version;
    s->kind = kind;
}

static bool is_collection(const struct dav_resource *r, const char *id)
{
    return str_ends(id, "/") ||
           xml_child(dav_prop(r, NS_DAV, "resourcetype"), NS_DAV, "collection");
}

static enum rc on_member(void *user, const struct dav_resource *r, struct err *err)
{
    struct listing *l = user;
    CLEANUP(mem_free) char *id = url_href_path(l->folder, r->href);
    (void)err;
    if (url_path_equal(id, l->folder)) {
        l->truncated = l->truncated || r->status == 507;
        return RC_OK;
    }
    if (r->status == 507) { /* some say it of the collection under another name of it */
        l->truncated = true;
        return RC_OK;
    }
    if (r->status == 404 || r->status == 410) {
        if (l->delta) {
            listing_put(l, id, NULL, 1);
        }
        return RC_OK;
    }
    if (is_collection(r, id)) {
        return RC_OK;
    }
    char *etag = dav_prop_etag(r), *text = item_text_of(r, l->kind);
    CLEANUP(mem_free) char *type = xml_text_trimmed(dav_prop(r, NS_DAV, "getcontenttype"));
    int kind = text ? text_item_is(text, l->kind) : item_type_is(type, l->kind);
    if (text && kind && etag) {
        dav_texts_put(l->dav, id, etag, text);
    } else {
        free(text);
    }
    listing_put(l, id, etag ? etag : mem_strdup(NO_ETAG), kind);
    return RC_OK;
}

/* ---- asking ---- */
static enum rc ask_sync(struct listing *l, const char *token, bool with_data, char **ret_token,
    struct dav_query *q, struct err *err)
{
    CLEANUP(mem_free) char *body = report_sync(l->kind, token, with_data);
    *q = (struct dav_query){.method = "REPORT",
        .path = l->folder,
        .depth = 0,
        .body = body,
        .what = "the list of changes",
        .fn = on_member,
        .user = l};
    enum rc rc = dav_query_one(l->dav, q, err);
    if (rc == RC_OK) {
        dav_place_learn(l->dav, l->folder, q->at);
    }
    if (rc == RC_OK && !q->token) {
        rc = err_set(err, RC_UNSUPPORTED, 0, "the list of changes: the server gives no sync token");
    }
    if (rc == RC_OK) {
        *ret_token =
            dav_is_sogo(l->folder) ? sogo_token_to_keep(q->token, q->date) : TAKE(q->token);
    }
    return rc;
}

/* The server answered and does not like this kind of question, so another one may do. */
static bool worth_asking_otherwise(enum rc rc, const struct dav_query *q)
{
    return rc == RC_UNSUPPORTED || rc == RC_TOO_BIG ||
           (rc != RC_OK && q->status >= 400 && q->status != 401 && q->status != 404 &&
               q->status != 410 && q->status != 429 && q->status != 502 && q->status != 503 &&
               q->status != 504);
}

/* It says that it does not know sync-collection at all (RFC 3253 section 3.6, or plainly). */
static bool knows_no_sync(const struct dav_query *q)
{
    return str_eq(q->condition, "supported-report") || q->status == 405 || q->status == 501;
}

/* All pages from `token` on (NULL: from the beginning). */
static enum rc sync_pages(struct listing *l, const char *token, bool with_data, char **ret_token,
    struct dav_query *q, struct err *err)
{
    CLEANUP(mem_free) char *at = mem_strdup(token);
    for (int page = 0; page < MAX_PAGES; page++) {
        char *next = NULL;
        l->truncated = false;
        dav_query_fini(q);
        enum rc rc = ask_sync(l, at, with_data, &next, q, err);
        if (rc != RC_OK) {
            return rc;
        }
        bool progress = !str_eq(at, next);
        free(at);
        at = next;
        if (!l->truncated) {
            *ret_token = TAKE(at);
            return RC_OK;
        }
        if (!progress) {
            break;
        }
    }
    return err_set(err, RC_INCOMPLETE, 507,
        "the list of changes of %s: the server cuts it short and does not go on", l->folder);
}

/* Since a token. Whatever is wrong with the token, the way out is the same: list anew. Servers say
 * it in many ways: 403 or 409 valid-sync-token (RFC 6578), 500 (Xandikos 0.2.8), 400, a whole
 * answer of 507. A server that is really broken fails the listing too. */
static enum rc sync_since(struct listing *l, const char *token, char **ret_token, struct err *err)
{
    struct dav_query q = {0};
    struct err why = ERR_INIT;
    if (dav_is_sogo(l->folder) && !sogo_token_is_its_own(token)) {
        return err_set(err, RC_TOKEN_INVALID, 0, "the token of %s is none of SOGo's", l->folder);
    }
    l->delta = true;
    enum rc rc = sync_pages(l, token, false, ret_token, &q, &why);
    if (worth_asking_otherwise(rc, &q) && rc != RC_TOO_BIG &&
        !str_eq(q.condition, "need-privileges")) {
        rc = RC_TOKEN_INVALID;
        (void)err_set(err, rc, q.status,
            "the server does not know the state of the last run any more (%s)", err_text(&why));
    } else if (rc != RC_OK) {
        err_move(err, &why);
    }
    err_fini(&why);
    dav_query_fini(&q);
    return rc;
}

static enum rc list_by_propfind(struct listing *l, struct err *err)
{
    struct dav_query q = {.method = "PROPFIND",
        .path = l->folder,
        .depth = 1,
        .body = REPORT_LISTING,
        .what = "the list of items",
        .fn = on_member,
        .user = l};
    listing_reset(l);
    enum rc rc = dav_query_one(l->dav, &q, err);
    if (rc == RC_OK) {
        dav_place_learn(l->dav, l->folder, q.at);
    }
    if (rc == RC_OK && l->truncated) {
        rc = err_set(err, RC_INCOMPLETE, 507, "the list of items of %s is cut short by the server",
            l->folder);
    }
    dav_query_fini(&q);
    return rc;
}

/* Everything: with the items in it, else without, else by PROPFIND. */
static enum rc list_all(struct listing *l, struct store_changes *ret, struct err *err)
{
    struct dav *d = l->dav;
    struct dav_query q = {0};
    struct err why = ERR_INIT;
    enum rc rc = RC_UNSUPPORTED;
    bool otherwise = true;
    ret->full = ret->proven = true; /* a finished sync-collection is complete by protocol */
    for (int with_data = !d->no_sync_data; with_data >= 0 && otherwise; with_data--) {
        listing_reset(l);
        rc = sync_pages(l, NULL, with_data, &ret->token, &q, &why);
        otherwise = worth_asking_otherwise(rc, &q);
        if (otherwise) {
            d->no_sync_data = d->no_sync_data || rc != RC_TOO_BIG;
            log_line(d->store.log, LOG_LEVEL_DEBUG, "dav", "%s: %s; asking in another way",
                l->folder, err_text(&why));
            with_data = knows_no_sync(&q) ? 0 : with_data;
        }
    }
    if (otherwise) {
        ret->proven =
            false; /* SOGo's global list and others end such a listing early without a word */
        rc = list_by_propfind(l, &why);
    }
    if (rc != RC_OK) {
        err_move(err, &why);
    }
    err_fini(&why);
    dav_query_fini(&q);
    return rc;
}

/* Whether to tell of it: what is outside of the folder, too, since reading it then says so by name
 * (dav_fetch); but not that it is gone. */
static enum rc is_told(
    const struct listing *l, const char *id, const struct seen *s, bool *ret, struct err *err)
{
    CLEANUP(mem_free) char *refusal = NULL;
    *ret = s->kind;
    if (!s->kind || s->version) {
        return RC_OK;
    }
    enum rc rc = dav_place_check(l->dav, l->folder, l->kind, id, &refusal, err);
    *ret = !refusal;
    return rc;
}

/* ---- which of them are of the kind ---- */
/* Reads those whose listing does not tell, and keeps their texts for fetch. */
static enum rc learn_kinds(struct listing *l, struct err *err)
{
    CLEANUP(mem_free) const char **ids = mem_alloc(map_count(l->seen) * sizeof *ids);
    size_t cursor = 0, n = 0;
    const char *id;
    void *value;
    while (map_entry(l->seen, &cursor, &id, &value)) {
        if (((struct seen *)value)->kind < 0) {
            ids[n++] = id;
        }
    }
    if (!n) {
        return RC_OK;
    }
    struct store_items items = {0};
    enum rc rc = dav_fetch(&l->dav->store, l->folder, l->kind, ids, n, &items, err);
    for (size_t i = 0; rc == RC_OK && i < items.count; i++) {
        struct store_item *item = &items.items[i];
        struct seen *s = map_get(l->seen, item->id);
        s->kind = !item->native || text_item_is(item->native, l->kind);
        if (s->kind && item->native && item->version) {
            dav_texts_put(l->dav, item->id, item->version, TAKE(item->native));
        }
    }
    store_items_fini(&items);
    return rc;
}

enum rc dav_changes(struct store *s, const char *folder, enum item_kind kind, const char *token,
    struct store_changes *ret, struct err *err)
{
    struct dav *d = (struct dav *)s;
    struct listing l = {.dav = d, .folder = folder, .kind = kind};
    struct store_changes changes = {0};
    listing_reset(&l);
    s->members_by_id = dav_is_sogo(folder);
    enum rc rc = token ? sync_since(&l, token, &changes.token, err) : list_all(&l, &changes, err);
    if (rc == RC_OK) {
        rc = learn_kinds(&l, err);
    }
    size_t cursor = 0;
    const char *id;
    void *value;
    while (rc == RC_OK && map_entry(l.seen, &cursor, &id, &value)) {
        const struct seen *item = value;
        bool told = false;
        rc = is_told(&l, id, item, &told, err);
        if (told) {
            store_changes_add(&changes, id, item->version, item->version == NULL);
        }
    }
    listing_clear(&l);
    if (rc == RC_OK) {
        *ret = changes;
    } else {
        store_changes_fini(&changes);
    }
    return rc;
}
