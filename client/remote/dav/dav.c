/* The dav store itself: making it, and asking one WebDAV question. See dav.h; what is asked is in
 * the files beside. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"

#include <string.h>

/* ---- one question, one answer ---- */
void dav_query_fini(struct dav_query *q)
{
    err_fini(&q->err);
    free(q->condition);
    free(q->token);
    free(q->at);
    q->condition = q->token = q->at = NULL;
}

char *dav_path_url(const struct dav *d, const char *path)
{
    CLEANUP(mem_free) char *origin = url_origin(&d->url);
    for (const char *p = path; *p; p++) {
        if (*p <= ' ' || *p == 0x7F ||
            strchr("\"<>\\^`{|}", *p)) { /* also what is beyond ASCII, where char is signed */
            CLEANUP(mem_free) char *legal = url_path_normalize(path);
            return str_printf("%s%s", origin, legal);
        }
    }
    return str_printf("%s%s", origin, path);
}

char *dav_item_label(enum item_kind kind, const char *id)
{
    CLEANUP(mem_free) char *name = url_path_name(id);
    return str_printf("%s %s", item_kind_name(kind), name);
}

/* A query under way. */
struct asking {
    struct dav_query *query;
    struct multistatus *reader; /* owned */
    struct err err;             /* why reading ended early */
    char *url;                  /* owned */
    struct http_header headers[2];
};

static bool on_piece(void *user, const char *data, size_t len)
{
    struct asking *a = user;
    return multistatus_feed(a->reader, data, len, &a->err) == RC_OK;
}

static void asking_open(
    struct asking *a, const struct dav *d, struct dav_query *q, struct http_request *ret)
{
    a->query = q;
    a->reader = multistatus_new(q->fn, q->user);
    a->url = dav_path_url(d, q->path);
    size_t n = 0;
    a->headers[n++] = (struct http_header){"Content-Type", "application/xml; charset=utf-8"};
    if (q->depth >= 0) {
        a->headers[n++] = (struct http_header){"Depth", q->depth ? "1" : "0"};
    }
    *ret = (struct http_request){
        .method = q->method,
        .url = a->url,
        .what = q->what,
        .headers = a->headers,
        .header_count = n,
        .body = q->body,
        .body_len = strlen(q->body),
        .sink = on_piece,
        .sink_user = a,
    };
}

/* Garbage from a server is the server's failure, not an item's. What the reader of the answer
 * itself found wrong stays as it is. */
static enum rc reading_failed(const struct dav_query *q, const struct err *why, struct err *err)
{
    enum rc rc = why->rc == RC_INVALID ? RC_SERVER : why->rc;
    if (why->rc != RC_INVALID && why->rc != RC_TOO_BIG) {
        return err_set(err, rc, why->native, "%s", err_text(why));
    }
    return err_set(
        err, rc, why->native, "%s: the server's answer cannot be read: %s", q->what, err_text(why));
}

static void asking_settle(struct asking *a, const struct http_response *r)
{
    struct dav_query *q = a->query;
    struct url from;
    if (r->url && url_parse(r->url, &from, NULL) == RC_OK) {
        q->at = url_path_normalize(from.path);
        url_fini(&from);
    }
    q->status = r->status;
    q->date = http_response_date(r);
    bool something_else = r->rc == RC_OK && r->status >= 200 && r->status < 300 && r->status != 207;
    if (a->err.rc != RC_OK && !(something_else && a->err.rc == RC_INVALID)) {
        q->rc = reading_failed(q, &a->err, &q->err);
    } else if (r->rc == RC_OK && r->status == 207) {
        q->rc = multistatus_finish(a->reader, &a->err);
        if (q->rc != RC_OK) {
            q->rc = reading_failed(q, &a->err, &q->err);
        } else {
            q->token = mem_strdup(multistatus_token(a->reader));
        }
    } else if (something_else) {
        q->rc = err_set(&q->err, RC_SERVER, r->status,
            "%s: there is something else than WebDAV (HTTP %ld)", q->what, r->status);
    } else {
        q->rc = http_check(r, q->what, &q->err);
        q->condition = r->body ? dav_error_condition(r->body, r->body_len, NULL) : NULL;
    }
}

enum rc dav_query_many(struct dav *d, struct dav_query *queries, size_t count, struct err *err)
{
    CLEANUP(mem_free) struct asking *asking = mem_alloc(count * sizeof *asking);
    CLEANUP(mem_free) struct http_request *requests = mem_alloc(count * sizeof *requests);
    CLEANUP(mem_free) struct http_response *responses = mem_alloc(count * sizeof *responses);
    for (size_t i = 0; i < count; i++) {
        asking_open(&asking[i], d, &queries[i], &requests[i]);
    }
    enum rc rc = http_send_many(d->http, requests, count, DAV_IN_FLIGHT, responses, err);
    for (size_t i = 0; i < count; i++) {
        asking_settle(&asking[i], &responses[i]);
        http_response_fini(&responses[i]);
        multistatus_free(asking[i].reader);
        err_fini(&asking[i].err);
        free(asking[i].url);
    }
    return rc;
}

enum rc dav_query_one(struct dav *d, struct dav_query *q, struct err *err)
{
    struct err ignored = ERR_INIT;
    if (dav_query_many(d, q, 1, &ignored) != RC_OK) {
        err_fini(&ignored); /* the query has the same */
    }
    return q->rc == RC_OK ? RC_OK : err_set(err, q->rc, q->err.native, "%s", err_text(&q->err));
}

/* ---- the store ---- */
static void dav_free(struct store *s)
{
    struct dav *d = (struct dav *)s;
    dav_texts_clear(d);
    map_free(d->texts);
    size_t cursor = 0;
    void *place;
    while (map_entry(d->places, &cursor, NULL, &place)) {
        free(place);
    }
    map_free(d->places);
    http_free(d->http);
    url_fini(&d->url);
    free(d);
}

static void dav_trouble(const struct store *s, struct store_trouble *ret)
{
    const struct http *h = ((const struct dav *)s)->http;
    *ret = (struct store_trouble){http_rejected(h), http_asked_to_wait(h)};
}

static const struct store_vtbl DAV_VTBL = {
    .name = "dav",
    .list_folders = dav_list_folders,
    .changes = dav_changes,
    .fetch = dav_fetch,
    .commit = dav_commit,
    .choose_id = dav_choose_id,
    .find_stamp = NULL, /* the id is chosen by us, so the item is found by it */
    .trouble = dav_trouble,
    .make_folder = dav_make_folder,
    .free = dav_free,
};

/* A person may leave "https://" out. */
static char *typed_url(const char *text)
{
    CLEANUP(mem_free) char *typed = str_trim(text);
    return strstr(typed, "://") ? mem_strdup(typed) : str_printf("https://%s", typed);
}

char *dav_folder_identity(const char *account_url, const char *id)
{
    CLEANUP(mem_free) char *text = typed_url(account_url);
    CLEANUP(mem_free) char *path = url_path_normalize(id);
    size_t n = strlen(path);
    if (n > 1 && path[n - 1] == '/') {
        path[n - 1] = 0;
    }
    struct url url = {0};
    if (url_parse(text, &url, NULL) != RC_OK) {
        return str_printf("dav:%s%s", text, path);
    }
    bool usual = url.port == (str_eq(url.scheme, "https") ? 443 : 80);
    char *identity = str_printf("dav://%s:%d%s", url_is_loopback(&url) ? "localhost" : url.host,
        usual ? 0 : url.port, path);
    url_fini(&url);
    return identity;
}

char *dav_item_id(const char *path)
{
    return url_path_normalize(path);
}

bool dav_is_here(const char *account_url)
{
    CLEANUP(mem_free) char *text = typed_url(account_url);
    struct url url = {0};
    bool here = url_parse(text, &url, NULL) == RC_OK && url_is_loopback(&url);
    url_fini(&url);
    return here;
}

enum rc dav_store_new(
    const struct dav_account *account, const struct log *log, struct store **ret, struct err *err)
{
    struct dav *d = NEW(struct dav);
    CLEANUP(mem_free) char *url = typed_url(account->url);
    struct http_config config = {
        .origin = url,
        .sign_in = account->sign_in,
        .ca_file = account->ca_file,
        .allow_plain_http = account->allow_plain_http,
        .stall_timeout = account->timeout,
        .connect_timeout = account->timeout,
        .proxy = account->proxy,
    };
    enum rc rc = url_parse(url, &d->url, err);
    if (rc == RC_OK) {
        rc = http_new(&config, log, &d->http, err);
    }
    if (rc != RC_OK) {
        url_fini(&d->url);
        free(d);
        return rc;
    }
    d->store.vtbl = &DAV_VTBL;
    d->store.log = log;
    d->store.batch = DAV_BATCH;
    d->texts = map_new();
    d->places = map_new();
    d->auto_schedule = -1;
    *ret = &d->store;
    return RC_OK;
}

struct http_stats dav_store_stats(const struct store *s)
{
    return http_stats(((const struct dav *)s)->http);
}
