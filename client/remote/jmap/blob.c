/* Photos of contacts and files of events: blobs of their own at the server (RFC 8620 section 6), bytes in
 * documents. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"
#include "client/item/file.h"
#include "client/item/media.h"
#include "client/remote/jmap/members.h"

#include <string.h>

/* ---- reading ---- */
/* Where in a document bytes are. */
static const struct carrier {
    const char *map, *member;
    const char *what; /* is read, for errors */
} CARRIERS[] = {
    {"media", "uri", "the photo of a contact"},
    {"links", "href", "a file of an appointment"},
};

/* Bytes on their way. */
struct blob {
    const struct carrier *carrier;
    struct json *map, *entry; /* borrowed, of a document */
    char *url;                /* owned */
    struct buf data;
    size_t size; /* read so far, also what is too much to keep */
};

static bool on_piece(void *user, const char *data, size_t len)
{
    struct blob *b = user;
    b->size += len;
    if (b->size <= FILE_MAX) {
        buf_add(&b->data, data, len);
    }
    return b->size <= HTTP_MAX_RESPONSE;
}

/* The entry says what was read. What cannot be read counts as too large: nobody has taken it away, so
 * both sides keep what they have. */
static void settle(struct blob *b, bool read)
{
    const struct carrier *c = b->carrier;
    if (!read || b->size > FILE_MAX) {
        size_t size = b->size > FILE_MAX ? b->size : FILE_MAX + 1;
        CLEANUP(mem_free) char *kept = str_printf(FILE_KEPT "%zu", size);
        json_set_str(b->entry, c->member, kept);
    } else if (b->size) {
        CLEANUP(mem_free)
        char *uri = c == &CARRIERS[0] ? media_uri(b->data.data, b->data.len, NULL)
                                      : file_uri(b->data.data, b->data.len);
        json_set_str(b->entry, c->member, uri);
    } else {
        CLEANUP(mem_free) char *id = mem_strdup(json_key(b->entry));
        json_remove(b->map, id);
    }
}

static struct blob blob_new(struct jmap *j, const char *account, const struct carrier *carrier,
    struct json *map, struct json *entry)
{
    const char *id = json_get_str(entry, carrier->member) + strlen(MEMBERS_BLOB);
    struct blob b = {.carrier = carrier, .map = map, .entry = entry};
    b.url = jmap_expand(j->download, account, id);
    buf_init(&b.data, FILE_MAX);
    return b;
}

/* Of all documents; `ret` may be NULL. How many there are. */
static size_t find_blobs(
    struct jmap *j, const char *account, struct json *const *docs, size_t count, struct blob *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < count * ARRAY_LEN(CARRIERS); i++) {
        const struct carrier *c = &CARRIERS[i % ARRAY_LEN(CARRIERS)];
        struct json *map = json_get(docs[i / ARRAY_LEN(CARRIERS)], c->map);
        for (struct json *e = json_first(map); e; e = json_next(e)) {
            if (!str_starts(json_get_str(e, c->member), MEMBERS_BLOB)) {
                continue;
            }
            if (ret) {
                ret[n] = blob_new(j, account, c, map, e);
            }
            n++;
        }
    }
    return n;
}

static void drop_empty(struct json *const *docs, size_t count)
{
    for (size_t i = 0; i < count * ARRAY_LEN(CARRIERS); i++) {
        const char *member = CARRIERS[i % ARRAY_LEN(CARRIERS)].map;
        struct json *doc = docs[i / ARRAY_LEN(CARRIERS)];
        if (json_get(doc, member) && !json_count(json_get(doc, member))) {
            json_remove(doc, member);
        }
    }
}

enum rc jmap_blobs_read(
    struct jmap *j, const char *account, struct json *const *docs, size_t count, struct err *err)
{
    size_t n = find_blobs(j, account, docs, count, NULL);
    if (!n) {
        return RC_OK;
    }
    CLEANUP(mem_free) struct blob *blobs = mem_alloc(n * sizeof *blobs);
    CLEANUP(mem_free) struct http_request *requests = mem_alloc(n * sizeof *requests);
    CLEANUP(mem_free) struct http_response *responses = mem_alloc(n * sizeof *responses);
    (void)find_blobs(j, account, docs, count, blobs);
    for (size_t i = 0; i < n; i++) {
        requests[i] = (struct http_request){.method = "GET",
            .url = blobs[i].url,
            .what = blobs[i].carrier->what,
            .sink = on_piece,
            .sink_user = &blobs[i]};
    }
    enum rc rc = j->download ? http_send_many(
                                   j->http, requests, n, j->limits.requests_at_once, responses, err)
                             : RC_OK;
    for (size_t i = 0; i < n; i++) {
        struct err why = ERR_INIT;
        enum rc one = j->download ? http_check(&responses[i], requests[i].what, &why) : RC_OK;
        if (rc == RC_OK && rc_is_store_wide(one)) { /* not "it has none" */
            rc = err_set(err, one, why.native, "%s", err_text(&why));
        }
        settle(&blobs[i], one == RC_OK && j->download);
        err_fini(&why);
        http_response_fini(&responses[i]);
        buf_fini(&blobs[i].data);
        free(blobs[i].url);
    }
    drop_empty(docs, count);
    return rc;
}

size_t jmap_blobs_size(const struct json *doc)
{
    size_t size = 0;
    for (size_t i = 0; i < ARRAY_LEN(CARRIERS); i++) {
        for (const struct json *e = json_first(json_get(doc, CARRIERS[i].map)); e;
             e = json_next(e)) {
            const char *text = json_get_str(e, CARRIERS[i].member);
            size += text ? strlen(text) : 0;
        }
    }
    return size;
}

/* ---- writing ---- */
static enum rc upload(
    struct jmap *j, const char *account, struct json *entry, const char *label, struct err *err)
{
    size_t len = 0;
    CLEANUP(mem_free) char *type = NULL;
    CLEANUP(mem_free)
    unsigned char *data = media_bytes(json_get_str(entry, "uri"), &len, &type);
    CLEANUP(json_free) struct json *answer = NULL;
    if (!data) {
        return err_set(err, RC_INVALID, 0, "%s: its photo cannot be read", label);
    }
    if (!j->upload) {
        return err_set(err, RC_UNSUPPORTED, 0, "%s: the server takes no photos", label);
    }
    if (len > j->limits.upload) {
        return err_set(
            err, RC_TOO_BIG, 0, "%s: its photo is larger than the server accepts", label);
    }
    CLEANUP(mem_free) char *url = jmap_expand(j->upload, account, NULL);
    struct http_header header = {"Content-Type", type};
    struct http_request request = {.method = "POST",
        .url = url,
        .what = label,
        .headers = &header,
        .header_count = 1,
        .body = (const char *)data,
        .body_len = len};
    struct http_response r = {0};
    enum rc rc = http_send(j->http, &request, &r, err);
    if (rc == RC_OK && r.status / 100 != 2) {
        rc = jmap_request_error(label, &r, err);
    } else if (rc == RC_OK && (json_parse(r.body, r.body_len, &answer, NULL) != RC_OK ||
                                  !json_get_str(answer, "blobId"))) {
        rc = err_set(err, RC_SERVER, r.status, "%s: the server did not take its photo", label);
    }
    if (rc == RC_OK) {
        json_remove(entry, "uri");
        json_set_str(entry, "blobId", json_get_str(answer, "blobId"));
        json_set_str(entry, "mediaType", type);
    }
    http_response_fini(&r);
    return rc;
}

enum rc jmap_photos_write(struct jmap *j, const char *account, struct json *want,
    const struct json *now, const char *label, struct err *err)
{
    const struct json *there = json_get(now, "media");
    enum rc rc = RC_OK;
    for (struct json *e = json_first(json_get(want, "media")); e && rc == RC_OK; e = json_next(e)) {
        if (media_is_data(e) && !json_equal(e, json_get(there, json_key(e)))) {
            rc = upload(j, account, e, label, err);
        }
    }
    return rc;
}
