/* References and what they stand for; large.h has their forms. */
#include "client/large/private.h"

#include "client/base/buf.h"
#include "client/base/sha256.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/item/media.h"

#include <string.h>

#define RUN_MIN     4096       /* a shorter run of base64 stays where it is */
#define NATIVE_CUT  "\x01cut " /* begins a native form with references in it; no text item does */
#define NATIVE_END  '\x01'
#define NATIVE_OPEN "\x01" BLOB_REF

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

static char side_letter(enum side s)
{
    return s == SIDE_LEFT ? 'l' : 'r';
}

/* ---- documents ---- */
/* Where documents have values that may be large: photos of contacts, files of events and tasks. */
static const struct place {
    const char *map, *member;
} PLACES[] = {{"media", "uri"}, {"links", "href"}};

static bool has_files(const struct json *doc)
{
    const char *type = json_get_str(doc, "@type");
    return str_eq(type, "Event") || str_eq(type, "Task");
}

/* About how many bytes the data: URI of a photo holds; the number is in bases and stays as it is. */
static size_t uri_size(const char *uri)
{
    return strlen(uri) / 4 * 3;
}

static enum rc uri_cut(const struct large_options *o, const struct place *place, struct json *entry,
    size_t *ret_bytes, struct err *err)
{
    const char *uri = json_get_str(entry, place->member);
    char hash[SHA256_HEX + 1];
    size_t size = str_eq(place->map, "links") ? file_size(entry) : uri_size(uri);
    sha256_hex(uri, strlen(uri), hash);
    *ret_bytes += strlen(uri);
    /* What is over the limit is kept too, or an undo could not bring it back. */
    enum rc rc = o->preview || !o->limit ? RC_OK : state_blob_put(o->state, hash, uri, err);
    CLEANUP(mem_free)
    char *ref = size <= o->limit
                    ? str_printf(BLOB_REF "%s:%zu", hash, size)
                    : str_printf(MEDIA_KEPT "%c:%s:%zu", side_letter(o->side), hash, size);
    json_set_str(entry, place->member, ref);
    return rc;
}

/* One that the store did not read gets the side that it is on, so that it is told from one of the other
 * side. (Photos: the bases of older programs have no side there.) */
static void mark_unread(
    const struct large_options *o, const struct place *place, struct json *entry)
{
    const char *uri = json_get_str(entry, place->member);
    if (str_eq(place->map, "links") && str_starts(uri, MEDIA_KEPT)) {
        CLEANUP(mem_free)
        char *ref = str_printf(MEDIA_KEPT "%c:%s", side_letter(o->side), uri + strlen(MEDIA_KEPT));
        json_set_str(entry, place->member, ref);
    }
}

/* The hash of a reference that this side may resolve, and the size of one that it may not. */
static bool ref_parse(
    const struct large_options *o, const char *uri, char ret_hash[SHA256_HEX + 1], size_t *ret_kept)
{
    const char *at = NULL, *last = uri ? strrchr(uri, ':') : NULL;
    if (str_starts(uri, BLOB_REF)) {
        at = uri + strlen(BLOB_REF);
    } else if (str_starts(uri, MEDIA_KEPT)) {
        const char *side = uri + strlen(MEDIA_KEPT);
        if (side[0] == side_letter(o->side) && side[1] == ':') {
            at = side + 2;
        } else {
            *ret_kept = (size_t)strtoull(last + 1, NULL, 10);
        }
    }
    if (!at || strspn(at, "0123456789abcdef") != SHA256_HEX) {
        return false;
    }
    memcpy(ret_hash, at, SHA256_HEX);
    ret_hash[SHA256_HEX] = 0;
    return true;
}

static bool doc_has_refs(const struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        for (const struct json *e = json_first(json_get(doc, PLACES[i].map)); e; e = json_next(e)) {
            if (str_starts(json_get_str(e, PLACES[i].member), BLOB_MARK)) {
                return true;
            }
        }
    }
    return false;
}

static enum rc entry_expand(const struct large_options *o, const struct place *place,
    struct json *entry, struct large_whole *w, struct err *err)
{
    char hash[SHA256_HEX + 1];
    size_t kept = 0;
    const char *uri = json_get_str(entry, place->member);
    if (!ref_parse(o, uri, hash, &kept)) {
        if (kept) {
            w->kept = kept;
            str_replace(&w->kept_name, json_get_str(entry, "title"));
        }
        return RC_OK;
    }
    CLEANUP(mem_free) char *text = NULL;
    struct err own = ERR_INIT;
    enum rc rc = state_blob_get(o->state, hash, &text, &own);
    if (rc == RC_OK) {
        w->bytes += strlen(text);
        w->large = true;
        json_set_str(entry, place->member, text);
    } else if (rc == RC_NOT_FOUND) {
        json_set_str(entry, place->member, MEDIA_KEPT "gone"); /* better none than the wrong one */
        rc = RC_OK;
    } else {
        err_move(err, &own);
    }
    err_fini(&own);
    return rc;
}

static bool is_data(const struct json *entry, const char *member)
{
    return str_starts(json_get_str(entry, member), "data:");
}

/* The first file of a document that has its bytes, NULL if there is none. */
static const struct json *first_file(const struct json *links)
{
    for (const struct json *e = json_first(links); e; e = json_next(e)) {
        if (is_data(e, "href")) {
            return e;
        }
    }
    return NULL;
}

struct json *large_without(const struct json *doc)
{
    struct json *copy = json_dup(doc), *links = json_get(copy, "links");
    for (struct json *e = json_first(json_get(copy, "media")); e; e = json_next(e)) {
        if (media_is_data(e)) {
            json_set_str(e, "uri", MEDIA_KEPT "refused");
        }
    }
    if (has_files(copy)) {
        for (const struct json *e; (e = first_file(links));) {
            json_remove(links, json_key(e));
        }
        json_set_int(copy, DOC_FILE_LIMIT, 0);
    }
    return copy;
}

/* ---- native forms ---- */
/* The length of the base64 that begins here, with the folds in it (RFC 6350 section 3.2). */
static size_t run_length(const char *s)
{
    size_t n = 0;
    for (;;) {
        n += strspn(s + n, BASE64);
        size_t fold = n + (s[n] == '\r');
        if (s[fold] != '\n' || (s[fold + 1] != ' ' && s[fold + 1] != '\t') || !s[fold + 2] ||
            !strchr(BASE64, s[fold + 2])) {
            return n;
        }
        n = fold + 2;
    }
}

static enum rc native_cut(const struct large_options *o, char **native, struct err *err)
{
    const char *text = *native;
    size_t len = strlen(text);
    if (len < RUN_MIN || strchr(text, NATIVE_END)) {
        return RC_OK;
    }
    if (o->preview) {
        str_replace(native, NULL); /* of no use where nothing is written */
        return RC_OK;
    }
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(len + 64);
    enum rc rc = RC_OK;
    buf_adds(&b, NATIVE_CUT);
    size_t before = b.len;
    for (const char *p = text; *p && rc == RC_OK;) {
        size_t n = run_length(p);
        if (n >= RUN_MIN) {
            char hash[SHA256_HEX + 1];
            CLEANUP(mem_free) char *run = mem_strndup(p, n);
            sha256_hex(run, n, hash);
            rc = state_blob_put(o->state, hash, run, err);
            buf_addf(&b, NATIVE_OPEN "%s%c", hash, NATIVE_END);
        } else {
            n = n ? n : 1;
            buf_add(&b, p, n);
        }
        p += n;
    }
    if (rc == RC_OK && b.len < before + len) {
        str_replace(native, buf_str(&b));
    }
    return rc;
}

/* *ret NULL: it is whole as it is, or (a run is not at hand) it is of no use. */
static enum rc native_expand(
    const struct large_options *o, const char *native, char **ret, struct err *err)
{
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    enum rc rc = RC_OK;
    for (const char *p = native + strlen(NATIVE_CUT); *p && rc == RC_OK;) {
        const char *open = strstr(p, NATIVE_OPEN);
        buf_add(&b, p, open ? (size_t)(open - p) : strlen(p));
        if (!open) {
            break;
        }
        CLEANUP(mem_free) char *run = NULL;
        CLEANUP(mem_free) char *hash = mem_strndup(open + strlen(NATIVE_OPEN), SHA256_HEX);
        rc = state_blob_get(o->state, hash, &run, err);
        buf_adds(&b, run ? run : "");
        p = open + strlen(NATIVE_OPEN) + SHA256_HEX + 1;
    }
    if (rc == RC_OK) {
        *ret = buf_take(&b);
    }
    return rc;
}

char *large_native(struct state *state, const char *native)
{
    const struct large_options o = {.state = state};
    struct err err = ERR_INIT;
    char *text = NULL;
    if (!str_starts(native, NATIVE_CUT)) {
        return mem_strdup(native);
    }
    enum rc rc = native_expand(&o, native, &text, &err);
    err_fini(&err);
    return rc == RC_OK ? text : NULL;
}

/* ---- both ---- */
static enum rc map_cut(const struct large_options *o, const struct place *place, struct json *map,
    size_t *ret_bytes, struct err *err)
{
    enum rc rc = RC_OK;
    for (struct json *e = json_first(map); e && rc == RC_OK; e = json_next(e)) {
        if (is_data(e, place->member)) {
            rc = uri_cut(o, place, e, ret_bytes, err);
        } else {
            mark_unread(o, place, e);
        }
    }
    return rc;
}

enum rc large_cut(
    const struct large_options *o, struct store_item *item, size_t *ret_bytes, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(PLACES) && rc == RC_OK; i++) {
        rc = map_cut(o, &PLACES[i], json_get(item->doc, PLACES[i].map), ret_bytes, err);
    }
    if (rc == RC_OK && item->native) {
        *ret_bytes += strlen(item->native);
        rc = native_cut(o, &item->native, err);
    }
    return rc;
}

enum rc large_take(
    const struct large_options *options, struct json *doc, char **native, struct err *err)
{
    size_t bytes = 0;
    struct store_item item = {.doc = doc, .native = *native};
    enum rc rc = large_cut(options, &item, &bytes, err);
    *native = item.native;
    return rc;
}

void large_whole_fini(struct large_whole *w)
{
    json_free(w->doc);
    free(w->native);
    free(w->kept_name);
    *w = (struct large_whole){0};
}

static enum rc doc_expand(
    const struct large_options *o, const struct json *doc, struct large_whole *w, struct err *err)
{
    enum rc rc = RC_OK;
    w->doc = json_dup(doc);
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        for (struct json *e = json_first(json_get(w->doc, PLACES[i].map)); e && rc == RC_OK;
             e = json_next(e)) {
            rc = entry_expand(o, &PLACES[i], e, w, err);
        }
    }
    if (has_files(doc)) {
        json_set_int(w->doc, DOC_FILE_LIMIT, (int64_t)o->limit);
    }
    return rc;
}

enum rc large_expand(const struct large_options *o, const struct store_op *op,
    struct large_whole *ret, struct err *err)
{
    struct large_whole w CLEANUP_FINI(large_whole_fini) = {0};
    enum rc rc = RC_OK;
    if (doc_has_refs(op->doc) || (op->kind == STORE_UPDATE && has_files(op->doc))) {
        rc = doc_expand(o, op->doc, &w, err);
    }
    if (rc == RC_OK && str_starts(op->native, NATIVE_CUT)) {
        rc = native_expand(o, op->native, &w.native, err);
        w.bytes += w.native ? strlen(w.native) : 0;
    }
    if (rc == RC_OK) {
        *ret = w;
        w = (struct large_whole){0};
    }
    return rc;
}
