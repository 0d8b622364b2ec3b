/* Reading items: from what the listing brought along, then by multiget (RFC 4791 section 7.9, RFC
 * 6352 section 8.7), several at a time, and one by one with GET for what a server leaves out of its
 * answer or fails over. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"

#include <string.h>

#define SMALL_BATCH 25 /* after a large multiget failed */

/* "Not answered" is told by this until an answer comes. */
#define UNANSWERED RC_CANCELLED

struct fetching {
    struct dav *dav;
    const char *folder;
    enum item_kind kind;
    struct store_items *items;
    struct map *open; /* owned; normal path -> struct store_item not answered yet */
    size_t read;      /* bytes of texts so far, against store.fetch_bytes */
};

static bool has_room(const struct fetching *f)
{
    size_t room = f->dav->store.fetch_bytes;
    return !room || f->read < room;
}

/* The text of an item, if there is room for it. */
static void take_text(struct fetching *f, struct store_item *item, const char *etag, char *text)
{
    if (has_room(f)) {
        f->read += strlen(text);
        item_fill(item, f->kind, etag, text);
    } else {
        item->rc = RC_INCOMPLETE;
        free(text);
    }
}

static enum rc on_item(void *user, const struct dav_resource *r, struct err *err)
{
    struct fetching *f = user;
    (void)err;
    CLEANUP(mem_free) char *path = url_href_path(f->folder, r->href);
    struct store_item *item = map_get(f->open, path);
    if (!item) {
        return RC_OK; /* not asked for, or answered twice */
    }
    long status = r->status;
    char *text = item_text_of(r, f->kind);
    if (text) {
        CLEANUP(mem_free) char *etag = dav_prop_etag(r);
        take_text(f, item, etag ? etag : NO_ETAG, text);
    } else if (status == 404 || status == 410) {
        CLEANUP(mem_free) char *label = dav_item_label(f->kind, item->id);
        item->rc = RC_NOT_FOUND;
        item->error = str_printf("%s: it is not there any more", label);
    } else {
        return RC_OK; /* GET will tell why there is no text */
    }
    map_remove(f->open, path);
    return RC_OK;
}

/* The ids still open, borrowed from the items. */
static size_t open_ids(const struct fetching *f, const char **ret)
{
    size_t cursor = 0, n = 0;
    const char *key;
    void *value;
    while (map_entry(f->open, &cursor, &key, &value)) {
        ret[n++] = ((struct store_item *)value)->id;
    }
    return n;
}

/* Multigets of `batch` ids each. What is not answered stays open; only trouble with the whole
 * server fails. `ret_answered` tells how many of the requests the server understood. */
static enum rc multiget(struct fetching *f, size_t batch, size_t *ret_answered, struct err *err)
{
    size_t total = map_count(f->open), n = (total + batch - 1) / batch;
    CLEANUP(mem_free) const char **ids = mem_alloc((total + 1) * sizeof *ids);
    CLEANUP(mem_free) struct dav_query *queries = mem_alloc((n + 1) * sizeof *queries);
    CLEANUP(mem_free) char **bodies = mem_alloc((n + 1) * sizeof *bodies);
    (void)open_ids(f, ids);
    for (size_t i = 0; i < n; i++) {
        size_t from = i * batch, count = total - from < batch ? total - from : batch;
        bodies[i] = report_multiget(f->kind, ids + from, count);
        queries[i] = (struct dav_query){.method = "REPORT",
            .path = f->folder,
            .depth = 1,
            .body = bodies[i],
            .what = "reading items",
            .fn = on_item,
            .user = f};
    }
    enum rc rc = dav_query_many(f->dav, queries, n, err);
    *ret_answered = 0;
    for (size_t i = 0; i < n; i++) {
        *ret_answered += queries[i].rc == RC_OK;
        if (rc == RC_OK && i + 1 == n && !*ret_answered && queries[i].rc == RC_SERVER && n > 1) {
            rc = err_set(err, RC_SERVER, queries[i].status, "%s",
                err_text(&queries[i].err)); /* none of them: it is not the items */
        }
        dav_query_fini(&queries[i]);
        free(bodies[i]);
    }
    return rc;
}

static void take_get(struct fetching *f, struct store_item *item, struct http_response *r)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *label = dav_item_label(f->kind, item->id);
    enum rc rc = http_check(r, label, &err);
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *header = http_response_header(r, "ETag");
        CLEANUP(mem_free) char *etag = dav_etag(header);
        take_text(f, item, etag ? etag : NO_ETAG, TAKE(r->body));
    } else {
        item->rc = rc;
        item->error = mem_strdup(err_text(&err));
    }
    err_fini(&err);
}

/* One GET each. If every one of them meets a failing server, that is the server's trouble and not
 * the items'. */
static enum rc get_each(struct fetching *f, struct err *err)
{
    size_t n = map_count(f->open), failed = 0;
    CLEANUP(mem_free) const char **ids = mem_alloc((n + 1) * sizeof *ids);
    CLEANUP(mem_free) struct http_request *requests = mem_alloc((n + 1) * sizeof *requests);
    CLEANUP(mem_free) struct http_response *responses = mem_alloc((n + 1) * sizeof *responses);
    CLEANUP(mem_free) char **urls = mem_alloc((n + 1) * sizeof *urls);
    (void)open_ids(f, ids);
    for (size_t i = 0; i < n; i++) {
        urls[i] = dav_path_url(f->dav, ids[i]);
        requests[i] = (struct http_request){
            .method = "GET", .url = urls[i], .what = "reading an item", .identity = true};
    }
    enum rc rc = http_send_many(f->dav->http, requests, n, DAV_IN_FLIGHT, responses, err);
    for (size_t i = 0; i < n; i++) {
        CLEANUP(mem_free) char *path = url_path_normalize(ids[i]);
        struct store_item *item = map_remove(f->open, path);
        if (item) {
            take_get(f, item, &responses[i]);
            if (item->rc == RC_SERVER && ++failed == n && rc == RC_OK) {
                rc = err_set(err, RC_SERVER, responses[i].status, "%s", item->error);
            }
        }
        http_response_fini(&responses[i]);
        free(urls[i]);
    }
    return rc;
}

/* What lies outside of the folder is not asked for. */
static enum rc refuse_outside(struct fetching *f, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < f->items->count && rc == RC_OK; i++) {
        struct store_item *item = &f->items->items[i];
        rc = dav_place_check(f->dav, f->folder, f->kind, item->id, &item->error, err);
        if (item->error) {
            item->rc = RC_INVALID;
        }
    }
    return rc;
}

/* From the texts of the listing; what is not there is put among the open ones. */
static void take_kept(struct fetching *f)
{
    for (size_t i = 0; i < f->items->count; i++) {
        struct store_item *item = &f->items->items[i];
        if (item->error) {
            continue;
        }
        CLEANUP(mem_free) char *path = url_path_normalize(item->id);
        bool known = map_has(f->dav->texts, path);
        if (known && !has_room(f)) {
            item->rc = RC_INCOMPLETE;
            continue;
        }
        CLEANUP(dav_text_free) struct dav_text *kept = dav_texts_take(f->dav, path);
        if (kept) {
            take_text(f, item, kept->etag, TAKE(kept->text));
        } else {
            item->rc = UNANSWERED;
            if (!map_has(f->open, path)) {
                map_put(f->open, path, item);
            }
        }
    }
}

/* An id asked for twice has one place in the map: the others copy its answer. */
static void answer_doubles(struct fetching *f, const struct map *first)
{
    for (size_t i = 0; i < f->items->count; i++) {
        struct store_item *item = &f->items->items[i];
        const struct store_item *other = map_get(first, item->id);
        if (item->rc == UNANSWERED && !item->error && other && other != item) {
            item->rc = other->rc;
            item->version = mem_strdup(other->version);
            item->doc = json_dup(other->doc);
            item->native = mem_strdup(other->native);
            item->error = mem_strdup(other->error);
        }
    }
}

enum rc dav_fetch(struct store *s, const char *folder, enum item_kind kind, const char *const *ids,
    size_t count, struct store_items *ret, struct err *err)
{
    struct dav *d = (struct dav *)s;
    struct store_items items = {0};
    CLEANUP(map_free) struct map *open = map_new();
    CLEANUP(map_free) struct map *first = map_new();
    struct fetching f = {.dav = d, .folder = folder, .kind = kind, .items = &items, .open = open};
    s->members_by_id = dav_is_sogo(folder); /* an undo lists nothing before */
    for (size_t i = 0; i < count; i++) {
        (void)store_items_add(&items, ids[i]);
    }
    for (size_t i = count; i-- > 0;) {
        map_put(first, items.items[i].id, &items.items[i]);
    }
    enum rc rc = refuse_outside(&f, err);
    if (rc == RC_OK) {
        take_kept(&f);
    }
    if (map_count(open) > 1) {
        size_t answered = 0;
        rc = multiget(&f, DAV_BATCH, &answered, err);
        if (rc == RC_OK && map_count(open) > SMALL_BATCH && !answered) {
            rc = multiget(&f, SMALL_BATCH, &answered,
                err); /* a large one may be too much (Zimbra: 500 after 960) */
        }
    }
    if (rc == RC_OK && map_count(open)) {
        rc = get_each(&f, err);
    }
    if (rc != RC_OK) {
        store_items_fini(&items);
        return rc;
    }
    answer_doubles(&f, first);
    *ret = items;
    return RC_OK;
}
