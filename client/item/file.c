/* Entries of files, and what a document leaves to the item: file.h. */
#include "client/item/file.h"

#include "client/base/buf.h"
#include "client/item/doc.h"

#include <string.h>

#define HEAD           "data:application/octet-stream;base64,"
#define NAME_MAX_BYTES 200

/* ---- bytes ---- */
char *file_uri(const void *data, size_t len)
{
    CLEANUP(mem_free) char *text = base64_encode(data, len);
    return str_printf(HEAD "%s", text);
}

char *file_uri_of_base64(const char *text)
{
    size_t len = 0;
    CLEANUP(mem_free) unsigned char *data = base64_decode(text, FILE_MAX, &len);
    return data && len ? file_uri(data, len) : NULL;
}

char *file_uri_normal(const char *uri)
{
    size_t len;
    CLEANUP(mem_free) unsigned char *data = file_bytes(uri, &len);
    return data ? file_uri(data, len) : NULL;
}

unsigned char *file_bytes(const char *uri, size_t *ret_len)
{
    return uri ? media_bytes(uri, ret_len, NULL) : NULL;
}

/* ---- entries ---- */
struct json *file_entry(const char *href, const char *title, const char *type)
{
    struct json *entry = json_object();
    json_set_str(entry, "@type", "Link");
    json_set_str(entry, "rel", "enclosure");
    json_set_str(entry, "href", href);
    json_set_str(entry, "title", str_empty(title) ? NULL : title);
    json_set_str(entry, "contentType", str_empty(type) ? NULL : type);
    return entry;
}

bool file_is_data(const struct json *entry)
{
    return str_istarts(json_get_str(entry, "href"), "data:");
}

bool file_is_kept(const struct json *entry)
{
    return str_starts(json_get_str(entry, "href"), FILE_KEPT);
}

bool file_is(const struct json *entry)
{
    return file_is_data(entry) || file_is_kept(entry);
}

/* The number at the end of a reference. */
static size_t ref_size(const char *href)
{
    const char *last = strrchr(href, ':');
    return last ? (size_t)strtoull(last + 1, NULL, 10) : 0;
}

size_t file_size(const struct json *entry)
{
    const char *href = json_get_str(entry, "href");
    if (!file_is_data(entry)) {
        return href && ref_size(href) > FILE_MAX ? ref_size(href) : FILE_MAX + 1;
    }
    const char *comma = strchr(href, ',');
    return comma ? strlen(comma + 1) / 4 * 3 : 0;
}

char *file_words(const struct json *v)
{
    const char *href = json_is_str(v) ? json_str_value(v) : json_get_str(v, "href");
    const char *title = json_get_str(v, "title"), *between = str_empty(title) ? "" : ", ";
    size_t size;
    if (str_istarts(href, "data:")) {
        size = strlen(href) / 4 * 3;
    } else if (str_starts(href, "lockstep.")) {
        size = ref_size(href);
    } else {
        return href ? str_printf("%s%s%s", title ? title : "", between, href) : NULL;
    }
    return str_printf("%s%sa file of %zu KB", title ? title : "", between, (size + 1023) / 1024);
}

/* "HASH:SIZE" of a reference that has a hash. */
static const char *ref_content(const char *href)
{
    const char *size = str_starts(href, "lockstep.") ? strrchr(href, ':') : NULL, *p = size;
    while (p && p > href && p[-1] != ':') {
        p--;
    }
    return p && size - p == 64 ? p : NULL;
}

bool file_same_bytes(const char *href, const char *other)
{
    const char *a = ref_content(href), *b = ref_content(other);
    return a && b && str_eq(a, b);
}

/* ---- names and types ---- */
static const struct {
    const char *extension, *type; /* of several for one type, the usual one first */
} TYPES[] = {
    {"pdf", "application/pdf"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"rtf", "application/rtf"},
    {"txt", "text/plain"},
    {"log", "text/plain"},
    {"csv", "text/csv"},
    {"html", "text/html"},
    {"htm", "text/html"},
    {"xml", "application/xml"},
    {"json", "application/json"},
    {"ics", "text/calendar"},
    {"vcf", "text/vcard"},
    {"eml", "message/rfc822"},
    {"zip", "application/zip"},
    {"7z", "application/x-7z-compressed"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"png", "image/png"},
    {"gif", "image/gif"},
    {"bmp", "image/bmp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"svg", "image/svg+xml"},
    {"webp", "image/webp"},
    {"mp3", "audio/mpeg"},
    {"wav", "audio/wav"},
    {"mp4", "video/mp4"},
};

const char *file_type_of_name(const char *name)
{
    const char *dot = name ? strrchr(name, '.') : NULL;
    for (size_t i = 0; dot && i < ARRAY_LEN(TYPES); i++) {
        if (str_ieq(dot + 1, TYPES[i].extension)) {
            return TYPES[i].type;
        }
    }
    return "application/octet-stream";
}

static const char *extension_of_type(const char *type)
{
    for (size_t i = 0; type && i < ARRAY_LEN(TYPES); i++) {
        if (str_ieq(type, TYPES[i].type)) {
            return TYPES[i].extension;
        }
    }
    return "bin";
}

/* Cut to fit, in front of the extension, and not within a character. */
static void shorten(char *name)
{
    size_t n = strlen(name);
    const char *dot = strrchr(name, '.');
    size_t tail = dot && n - (size_t)(dot - name) <= 16 ? n - (size_t)(dot - name) : 0;
    if (n <= NAME_MAX_BYTES) {
        return;
    }
    size_t head = NAME_MAX_BYTES - tail;
    while (head && ((unsigned char)name[head] & 0xc0) == 0x80) {
        head--;
    }
    memmove(name + head, name + n - tail, tail + 1);
}

char *file_name_safe(const char *title, const char *type)
{
    const char *last = title ? title : "";
    for (const char *p = last; *p; p++) {
        last = *p == '/' || *p == '\\' ? p + 1 : last;
    }
    CLEANUP(mem_free) char *name = str_trim(last);
    for (char *p = name; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f || strchr("<>:\"|?*", *p)) {
            *p = '_';
        }
    }
    shorten(name);
    for (size_t n = strlen(name); n && (name[n - 1] == '.' || name[n - 1] == ' '); n--) {
        name[n - 1] = '\0'; /* Windows drops them */
    }
    return *name ? TAKE(name) : str_printf("Attachment.%s", extension_of_type(type));
}

/* ---- what stays ---- */
/* The first entry that is kept and not settled yet: taken out, or given what stands there. False if
 * there is none. One of another name is another file, which has the id only because there was none
 * more like it. */
static bool resolve_kept(struct json *links, const struct json *now)
{
    for (struct json *e = json_first(links); e; e = json_next(e)) {
        const struct json *there = json_get(now, json_key(e));
        const char *href = json_get_str(there, "href");
        bool same = there && str_eq(json_get_str(there, "title"), json_get_str(e, "title"));
        if (!file_is_kept(e) || (same && str_eq(href, json_get_str(e, "href")))) {
            continue;
        }
        if (same) {
            json_set_str(e, "href", href);
        } else {
            json_remove(links, json_key(e));
        }
        return true;
    }
    return false;
}

static void put_free(struct json *links, const struct json *now, const char *id, struct json *entry)
{
    CLEANUP(mem_free) char *other = NULL;
    for (int n = 2; !other; n++) {
        char *next = str_printf("%s-%d", id, n);
        if (json_get(links, next) || json_get(now, next)) {
            free(next);
        } else {
            other = next;
        }
    }
    json_set(links, other, entry);
}

/* A file beyond the limit that another one, which the limit lets pass, would take the place of. */
static bool is_replaced(const struct json *there, const struct json *want, size_t limit)
{
    return !str_eq(json_get_str(there, "href"), json_get_str(want, "href")) &&
           (!file_is(want) || file_size(want) <= limit);
}

static void protect(struct json *want, const struct json *now, size_t limit)
{
    for (const struct json *e = json_first(now); e; e = json_next(e)) {
        if (!file_is(e) || file_size(e) <= limit) {
            continue;
        }
        struct json *links = json_need_object(want, "links"), *there = json_get(links, json_key(e));
        if (!there) {
            json_set(links, json_key(e), json_dup(e));
        } else if (is_replaced(e, there, limit)) {
            put_free(links, now, json_key(e), json_detach(links, json_key(e)));
            json_set(links, json_key(e), json_dup(e));
        }
    }
}

void file_keep(struct json *want, const struct json *now)
{
    const struct json *there = json_get(now, "links");
    CLEANUP(json_free) struct json *limit = json_detach(want, DOC_FILE_LIMIT);
    while (resolve_kept(json_get(want, "links"), there)) {
    }
    if (limit) {
        protect(want, there, (size_t)json_int_value(limit, 0));
    }
    if (json_get(want, "links") && !json_count(json_get(want, "links"))) {
        json_remove(want, "links");
    }
}
