/* Between the stores of text items and the codecs. */
#include "client/remote/text_item.h"

#include "client/base/buf.h"
#include "client/codec/ical.h"
#include "client/codec/vcard.h"
#include "client/codec/vlist.h"
#include "client/item/doc.h"
#include "client/remote/mute.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 120

enum rc text_item_read(
    enum item_kind kind, const char *text, size_t len, struct json **ret_doc, struct err *err)
{
    struct json *doc = NULL;
    enum rc rc = kind != ITEM_CONTACT ? ical_read(text, len, kind, &doc, err)
                 : vlist_is(text)     ? vlist_read(text, len, &doc, err)
                                      : vcard_read(text, len, &doc, err);
    if (rc == RC_OK) {
        rc = doc_check(kind, doc, err);
    }
    if (rc != RC_OK) {
        json_free(doc);
        return rc;
    }
    *ret_doc = doc;
    return RC_OK;
}

static enum rc event_write(enum item_kind kind, const char *native, const struct json *doc,
    char **ret_text, struct err *err)
{
    enum rc rc = ical_write(native, kind, doc, ret_text, err);
    if (rc == RC_OK && (!native || !mute_wanted(native)) && mute_wanted(*ret_text)) {
        char *muted = mute_people(*ret_text);
        free(*ret_text);
        *ret_text = muted;
    }
    return rc;
}

enum rc text_item_write(enum item_kind kind, const char *native, const struct json *doc,
    char **ret_text, struct err *err)
{
    return kind != ITEM_CONTACT ? event_write(kind, native, doc, ret_text, err)
           : vlist_is(native)   ? vlist_write(native, doc, ret_text, err)
                                : vcard_write(native, doc, VCARD_3_0, ret_text, err);
}

const char *text_item_to_make_again(enum item_kind kind, const char *native)
{
    return kind != ITEM_CONTACT && native && mute_wanted(native) ? NULL : native;
}

const char *text_item_component(enum item_kind kind)
{
    return ical_component(kind);
}

bool text_item_is(const char *text, enum item_kind kind)
{
    const char *name = text_item_component(kind);
    for (const char *line = text; name && line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (str_istarts(line, "BEGIN:") && str_istarts(line + 6, name)) {
            return true;
        }
    }
    return !name;
}

const char *text_item_extension(enum item_kind kind)
{
    return kind == ITEM_CONTACT ? ".vcf" : ".ics";
}

static bool is_safe(const char *uid)
{
    size_t n = strlen(uid);
    return n && n <= MAX_NAME && *uid != '.' && *uid != '-' &&
           strspn(uid, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@") == n;
}

/* Two independent 64-bit FNV-1a hashes: a clash would only make the store refuse the second of two
 * items, never mix them up. */
static char *hashed(const char *uid)
{
    uint64_t a = UINT64_C(14695981039346656037), b = ~a;
    for (const unsigned char *p = (const unsigned char *)uid; *p; p++) {
        a = (a ^ *p) * UINT64_C(1099511628211);
        b = (b ^ *p) * UINT64_C(1099511628211) + 1;
    }
    return str_printf("%016" PRIx64 "%016" PRIx64, a, b);
}

char *text_item_file_name(enum item_kind kind, const char *uid)
{
    CLEANUP(mem_free) char *name = uid && is_safe(uid) ? mem_strdup(uid) : hashed(uid ? uid : "");
    return str_printf("%s%s", name, text_item_extension(kind));
}
