/* Data URIs, types by content, and photos that stay where they are: media.h. */
#include "client/item/media.h"

#include "client/base/buf.h"

#include <string.h>

/* ---- types ---- */
static const struct magic {
    size_t at;
    const char *bytes;
    size_t len;
    const char *type;
} MAGICS[] = {
    {0, "\xff\xd8\xff", 3, "image/jpeg"},
    {0, "\x89PNG\r\n\x1a\n", 8, "image/png"},
    {0, "GIF87a", 6, "image/gif"},
    {0, "GIF89a", 6, "image/gif"},
    {8, "WEBP", 4, "image/webp"}, /* after RIFF and a length */
    {4, "ftypavif", 8, "image/avif"},
    {4, "ftypheic", 8, "image/heic"},
    {0, "II*\0", 4, "image/tiff"},
    {0, "MM\0*", 4, "image/tiff"},
    {0, "BM", 2, "image/bmp"},
};

const char *media_sniff(const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(MAGICS); i++) {
        const struct magic *m = &MAGICS[i];
        if (len >= m->at + m->len && memcmp(data + m->at, m->bytes, m->len) == 0) {
            return m->type;
        }
    }
    return NULL;
}

/* A type that may stand in a URI, from what somebody wrote: RFC 6838 section 4.2 has the letters.
 * Caller frees. */
static char *type_of(const char *claimed)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+/";
    CLEANUP(mem_free) char *lower = str_lower(claimed ? claimed : "");
    size_t n = strlen(lower);
    if (!n || n > 100 || strspn(lower, letters) != n) {
        return mem_strdup("application/octet-stream");
    }
    return strchr(lower, '/')     ? mem_strdup(lower)
           : str_eq(lower, "jpg") ? mem_strdup("image/jpeg")
                                  : str_printf("image/%s", lower);
}

/* ---- data URIs ---- */
char *media_uri(const void *data, size_t len, const char *claimed)
{
    const char *known = media_sniff(data, len);
    CLEANUP(mem_free) char *type = known ? mem_strdup(known) : type_of(claimed);
    CLEANUP(mem_free) char *text = base64_encode(data, len);
    return str_printf("data:%s;base64,%s", type, text);
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* %41 -> A (RFC 3986 section 2.1). Caller frees; a NUL ends it for nobody but base64. */
static char *percent_decode(const char *s, size_t *ret_len)
{
    char *out = mem_alloc(strlen(s) + 1);
    size_t n = 0;
    for (; *s; s++) {
        int high = *s == '%' ? hex_value(s[1]) : -1, low = high >= 0 ? hex_value(s[2]) : -1;
        if (low >= 0) {
            out[n++] = (char)(high * 16 + low);
            s += 2;
        } else {
            out[n++] = *s;
        }
    }
    *ret_len = n;
    return out;
}

unsigned char *media_bytes(const char *uri, size_t *ret_len, char **ret_type)
{
    if (!str_istarts(uri, "data:")) {
        return NULL;
    }
    const char *head = uri + 5, *comma = strchr(head, ',');
    if (!comma || strlen(comma) > MEDIA_PHOTO_MAX * 3) {
        return NULL;
    }
    CLEANUP(mem_free) char *type = mem_strndup(head, (size_t)(comma - head));
    bool base64 = comma - head >= 7 && str_ieq(type + strlen(type) - 7, ";base64");
    size_t len = 0;
    unsigned char *data;
    if (base64 && !strchr(comma, '%')) {
        data = base64_decode(comma + 1, MEDIA_PHOTO_MAX, &len);
    } else {
        data = (unsigned char *)percent_decode(comma + 1, &len);
        if (base64) {
            CLEANUP(mem_free) char *text = (char *)data;
            data = base64_decode(text, MEDIA_PHOTO_MAX, &len);
        }
    }
    if (!data || !len || len > MEDIA_PHOTO_MAX) {
        free(data);
        return NULL;
    }
    *ret_len = len;
    if (ret_type) {
        type[strcspn(type, ";")] = 0;
        *ret_type = mem_strdup(type);
    }
    return data;
}

char *media_uri_normal(const char *uri)
{
    size_t len;
    CLEANUP(mem_free) char *type = NULL;
    CLEANUP(mem_free) unsigned char *data = media_bytes(uri, &len, &type);
    return data ? media_uri(data, len, type) : NULL;
}

/* ---- entries ---- */
struct json *media_photo(const char *uri)
{
    struct json *entry = json_object();
    json_set_str(entry, "kind", "photo");
    json_set_str(entry, "uri", uri);
    return entry;
}

struct json *media_photo_kept(size_t size)
{
    CLEANUP(mem_free) char *uri = str_printf(MEDIA_KEPT "%zu", size);
    return media_photo(uri);
}

bool media_is_photo(const struct json *entry)
{
    return str_eq(json_get_str(entry, "kind"), "photo");
}

bool media_is_data(const struct json *entry)
{
    return str_starts(json_get_str(entry, "uri"), "data:");
}

bool media_is_kept(const struct json *entry)
{
    return str_starts(json_get_str(entry, "uri"), MEDIA_KEPT);
}

bool media_has_kept(const struct json *doc)
{
    for (const struct json *e = json_first(json_get(doc, "media")); e; e = json_next(e)) {
        if (media_is_kept(e)) {
            return true;
        }
    }
    return false;
}

char *media_words(const char *uri)
{
    const char *last = uri ? strrchr(uri, ':') : NULL;
    size_t size = 0;
    if (str_starts(uri, "data:")) {
        size = strlen(uri) / 4 * 3;
    } else if (str_starts(uri, "lockstep.")) {
        size = (size_t)strtoull(last + 1, NULL, 10);
    } else {
        return str_istarts(uri, "http://") || str_istarts(uri, "https://") ? mem_strdup(uri) : NULL;
    }
    return str_printf("a photo of %zu KB", (size + 1023) / 1024);
}

static bool says(const struct json *media, const struct json *entry)
{
    for (const struct json *e = json_first(media); e; e = json_next(e)) {
        if (str_eq(json_get_str(e, "kind"), json_get_str(entry, "kind")) &&
            str_eq(json_get_str(e, "uri"), json_get_str(entry, "uri"))) {
            return true;
        }
    }
    return false;
}

static void put_free(struct json *media, const struct json *entry)
{
    CLEANUP(mem_free) char *id = mem_strdup(json_key(entry));
    for (int n = 2; json_get(media, id); n++) {
        free(id);
        id = str_printf("%s-%d", json_key(entry), n);
    }
    json_set(media, id, json_dup(entry));
}

/* Takes the first kept entry out; NULL if there is none. */
static struct json *detach_kept(struct json *media)
{
    for (struct json *e = json_first(media); e; e = json_next(e)) {
        if (media_is_kept(e)) {
            return json_detach(media, json_key(e));
        }
    }
    return NULL;
}

void media_keep(struct json *want, const struct json *now)
{
    struct json *media = json_get(want, "media"), *kept;
    while ((kept = detach_kept(media))) {
        const char *kind = json_get_str(kept, "kind");
        for (const struct json *e = json_first(json_get(now, "media")); e; e = json_next(e)) {
            if (str_eq(json_get_str(e, "kind"), kind) && !says(media, e)) {
                put_free(media, e);
            }
        }
        json_free(kept);
        if (now && media_has_kept(now)) {
            break; /* what is there is itself one that was not read */
        }
    }
    if (media && !json_count(media)) {
        json_remove(want, "media");
    }
}
