/* PHOTO: a picture in the card (base64 before vCard 4, a data: URI in it) or a link to one. What is
 * neither, or does not decode, is no entry: the line stays as it is. The picture itself is never
 * changed; only its wrapping differs between the versions. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/item/media.h"

#define BASE64_ROOM(bytes) ((bytes) / 3 * 4 + (bytes) / 16 + 64) /* with some white space in it */

static bool is_link(const char *text)
{
    return str_istarts(text, "http://") || str_istarts(text, "https://");
}

/* The type a line claims: MEDIATYPE (RFC 6350 section 5.7), TYPE or a bare word before that. Places
 * and preferences stand in TYPE, too. */
static const char *claimed_type(const struct line *line)
{
    static const char *const others[] = {"HOME", "WORK", "PREF", "B", "BASE64", "URI", "URL"};
    const char *type = line_param(line, "MEDIATYPE");
    size_t cursor = 0;
    while (!type && (type = line_type_next(line, &cursor))) {
        for (size_t i = 0; type && i < ARRAY_LEN(others); i++) {
            type = str_ieq(type, others[i]) ? NULL : type;
        }
    }
    return type;
}

/* The URI that an entry has for this line; NULL if the line is left alone. Caller frees. */
static char *line_uri(const struct vcard *v, const struct line *line)
{
    size_t size = strlen(line->value);
    if (size > BASE64_ROOM(MEDIA_PHOTO_MAX)) {
        return str_printf(MEDIA_KEPT "%zu", size / 4 * 3);
    }
    if (str_istarts(line->value, "data:")) {
        CLEANUP(mem_free) char *text = vcard_text(v, line);
        return media_uri_normal(text);
    }
    const char *value = line_param(line, "VALUE");
    if (is_link(line->value)) {
        return vcard_text(v, line);
    }
    if (size == 0 || v->version == VCARD_4_0 || str_ieq(value, "uri") || str_ieq(value, "url")) {
        return NULL;
    }
    size_t len = 0;
    CLEANUP(mem_free) unsigned char *data = base64_decode(line->value, MEDIA_PHOTO_MAX, &len);
    return data && len ? media_uri(data, len, claimed_type(line)) : NULL;
}

static bool media_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    CLEANUP(mem_free) char *uri = line_uri(v, line);
    if (!uri) {
        return false;
    }
    json_set_str(entry, row->fixed, row->fixed_value);
    if (is_link(uri) && line_param(line, "MEDIATYPE")) {
        json_set_str(entry, "mediaType", line_param(line, "MEDIATYPE"));
    }
    json_set_str(entry, row->field, uri);
    return true;
}

static void drop_types(struct line *line)
{
    line_param_set(line, "MEDIATYPE", NULL);
    for (const char *type; (type = claimed_type(line));) {
        CLEANUP(mem_free) char *gone = mem_strdup(type);
        line_type_remove(line, gone);
    }
    line_type_remove(line, "BASE64"); /* vCard 2.1 allows the bare word */
    line_param_set(line, "ENCODING", NULL);
    line_param_set(line, "VALUE", NULL);
    line_param_set(line, "X-ABCROP-RECTANGLE", NULL); /* Apple: a part of the old picture */
}

/* "image/jpeg" -> "JPEG" (RFC 2426 section 3.1.4). Caller frees. */
static char *type_word(const char *type)
{
    const char *slash = strchr(type, '/');
    char *word = mem_strdup(slash ? slash + 1 : type);
    for (char *p = word; *p; p++) {
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    return word;
}

static void media_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    /* Whoever made the document: nothing but base64 gets into the line. */
    CLEANUP(mem_free) char *normal = media_uri_normal(json_get_str(entry, row->field));
    const char *uri = normal ? normal : json_get_str(entry, row->field);
    CLEANUP(mem_free) char *now = line_uri(v, line);
    if (str_eq(now, uri)) {
        return;
    }
    drop_types(line);
    const char *comma = strchr(uri, ',');
    if (is_link(uri)) {
        if (v->version != VCARD_4_0) {
            line_param_set(line, "VALUE", v->version == VCARD_2_1 ? "URL" : "uri");
        }
        line_param_set(
            line, "MEDIATYPE", v->version == VCARD_4_0 ? json_get_str(entry, "mediaType") : NULL);
        vcard_set_uri(v, line, uri);
    } else if (v->version == VCARD_4_0) {
        line_set_value(line, uri);
    } else if (comma) {
        CLEANUP(mem_free) char *type = mem_strndup(uri + 5, strcspn(uri + 5, ";,"));
        CLEANUP(mem_free) char *word = type_word(type);
        line_param_set(line, "ENCODING", v->version == VCARD_2_1 ? "BASE64" : "b");
        line_type_add(line, word, false);
        line_set_value(line, comma + 1);
    }
}

static bool media_takes(
    const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    (void)v;
    const char *uri = json_get_str(entry, row->field);
    if (!uri || !str_eq(json_get_str(entry, row->fixed), row->fixed_value)) {
        return false;
    }
    CLEANUP(mem_free) char *normal = media_uri_normal(uri);
    return normal || is_link(uri);
}

const struct vcard_shape vcard_shape_media = {media_read, media_write, media_takes};
