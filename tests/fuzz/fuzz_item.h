/* Items of any properties and values, of right and wrong types, out of bytes. */
#ifndef LOCKSTEP_TESTS_FUZZ_ITEM_H
#define LOCKSTEP_TESTS_FUZZ_ITEM_H

#include "client/base/buf.h"
#include "mapi/map/map.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#endif
