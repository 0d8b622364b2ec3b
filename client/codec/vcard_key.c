/* KEY <-> a cryptographic resource (RFC 9553 section 2.6.1): a URI in vCard 4, base64 with a TYPE
 * or a URI before it. A key that stands there as text is left alone. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/item/doc.h"

/* RFC 2426 section 3.7.2 knows X509 and PGP. Outlook's own wrapping of a certificate is neither. */
static const struct key_type {
    const char *type, *media;
} types[] = {
    {"X509", "application/pkix-cert"},
    {"PGP", "application/pgp-keys"},
    {"X-OUTLOOK-CERTIFICATE", DOC_OUTLOOK_CERTIFICATE},
};
#define OTHER_MEDIA "application/octet-stream"
#define BASE64_MARK ";base64,"

static bool is_base64(const struct line *line)
{
    return line_param_has(line, "ENCODING", "b") || line_param_has(line, "ENCODING", "BASE64") ||
           line_param_has(line, "TYPE", "BASE64");
}

static const char *media_of(const struct line *line)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (line_param_has(line, "TYPE", types[i].type)) {
            return types[i].media;
        }
    }
    return OTHER_MEDIA;
}

static char *without_blanks(const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *text; text++) {
        if (!strchr(" \t\r\n", *text)) {
            buf_addc(&b, *text);
        }
    }
    return buf_take(&b);
}

static bool key_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    CLEANUP(mem_free) char *text = is_base64(line) ? without_blanks(line->value) : NULL;
    if (text) {
        CLEANUP(mem_free) char *uri = str_printf("data:%s" BASE64_MARK "%s", media_of(line), text);
        json_set_str(entry, row->field, uri);
        return *text != 0;
    }
    CLEANUP(mem_free) char *uri = vcard_text(v, line);
    bool is_uri = line_param_has(line, "VALUE", "uri") ||
                  (v->version == VCARD_4_0 && !line_param_has(line, "VALUE", "text"));
    if (!is_uri || !strchr(uri, ':')) {
        return false;
    }
    json_set_str(entry, row->field, uri);
    return true;
}

static void key_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    const char *uri = json_get_str(entry, row->field), *mark = strstr(uri, BASE64_MARK);
    bool inline_data = v->version != VCARD_4_0 && str_istarts(uri, "data:") && mark;
    if (!inline_data) {
        line_param_set(line, "ENCODING", NULL);
        if (v->version != VCARD_4_0) {
            line_param_set(line, "VALUE", "uri");
        }
        vcard_set_uri(v, line, uri);
        return;
    }
    CLEANUP(mem_free) char *now = without_blanks(line->value);
    if (!is_base64(line)) {
        line_param_set(line, "ENCODING", "b");
        line_param_set(line, "VALUE", NULL);
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        size_t n = strlen(types[i].media);
        if (strncmp(uri + 5, types[i].media, n) == 0 && uri + 5 + n == mark) {
            line_type_add(line, types[i].type, false);
        } else {
            line_type_remove(line, types[i].type);
        }
    }
    if (!str_eq(now, mark + strlen(BASE64_MARK))) {
        line_set_value(line, mark + strlen(BASE64_MARK));
    }
}

static bool key_takes(const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    (void)v;
    const char *uri = json_get_str(entry, row->field);
    return uri && strchr(uri, ':') && !strpbrk(uri, "\r\n");
}

const struct vcard_shape vcard_shape_key = {key_read, key_write, key_takes};
