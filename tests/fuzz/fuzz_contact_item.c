/* An Outlook contact of any properties and values, of right and wrong types: it reads or is refused,
 * the document passes the check, and writing it back changes nothing. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "mapi/map/map.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size, at;
};

static unsigned byte(struct input *in)
{
    return in->at < in->size ? in->data[in->at++] : 0;
}

/* Some octets; text stays UTF-8. */
static size_t some(struct input *in, char *ret, size_t max)
{
    size_t n = byte(in) % max, i;
    for (i = 0; i < n && in->at < in->size; i++) {
        ret[i] = (char)byte(in);
    }
    ret[i] = 0;
    return i;
}

static void set_value(struct input *in, struct props *item, struct prop_name name)
{
    char value[64];
    enum prop_type type = map_property_type(name);
    unsigned wrong = byte(in);
    size_t n = some(in, value, sizeof value);
    if (wrong >= 0xF0) { /* a type it should not have */
        props_set_int(item, name, wrong & 1 ? PROP_LONG : PROP_SYSTIME,
            (int64_t)((uint64_t)byte(in) << (wrong & 7) * 8));
    } else if (type == PROP_UNICODE && str_utf8_valid(value, strlen(value))) {
        props_set_text(item, name, value);
    } else if (type == PROP_MV_UNICODE && str_utf8_valid(value, strlen(value))) {
        const char *const texts[] = {value, "x", ""};
        props_set_texts(item, name, texts, byte(in) % 4);
    } else if (type == PROP_BINARY) {
        props_set_binary(item, name, value, n);
    } else if (type == PROP_MV_LONG) {
        const int32_t longs[] = {(int32_t)byte(in) - 1, 5, -1};
        props_set_longs(item, name, longs, byte(in) % 4);
    } else if (type == PROP_LONG || type == PROP_BOOLEAN || type == PROP_SYSTIME ||
               type == PROP_I2) {
        int64_t number = 0;
        memcpy(&number, value, sizeof number < n ? sizeof number : n);
        props_set_int(item, name, type, type == PROP_SYSTIME ? number : (int32_t)number);
    }
}

static void require(bool ok, const char *what, const struct json *doc)
{
    if (!ok) {
        CLEANUP(mem_free) char *shown = doc ? json_print(doc) : NULL;
        fprintf(stderr, "violated: %s\n%s\n", what, shown ? shown : "");
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct map_env env = {"Europe/Vienna", 1700000000, NULL};
    struct input in = {data, size, 0};
    struct props item = {0};
    size_t count;
    const struct prop_name *names = map_properties(ITEM_CONTACT, &count);
    props_set_text(&item, (struct prop_name){SET_TAG, 0x001A, NULL}, "IPM.Contact");
    for (size_t i = 0; in.at < size && i < 200; i++) {
        set_value(&in, &item, names[(byte(&in) | byte(&in) << 8) % count]);
    }
    CLEANUP(json_free) struct json *doc = NULL;
    struct map_change change = {0};
    if (map_read(ITEM_CONTACT, &item, &env, &doc, NULL) == RC_OK) {
        require(map_write(ITEM_CONTACT, &item, doc, &env, &change, NULL) == RC_OK,
            "what was read can be written", doc);
        require(!change.set.count && !change.remove_count, "nothing is left to write", doc);
        map_change_fini(&change);
    }
    props_fini(&item);
    return 0;
}
