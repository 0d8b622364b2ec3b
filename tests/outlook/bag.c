/* Property bags and the byte form they are stored in; see bag.h. */
#include "tests/outlook/bag.h"

#include <stdio.h>
#include <string.h>

WCHAR *emu_wide(const char *utf8, int length)
{
    int needed = MultiByteToWideChar(CP_UTF8, 0, utf8, length, NULL, 0);
    WCHAR *wide = emu_alloc(((size_t)needed + 1) * sizeof(WCHAR));

    MultiByteToWideChar(CP_UTF8, 0, utf8, length, wide, needed);
    return wide;
}

char *emu_utf8(const WCHAR *wide, int length)
{
    int needed = WideCharToMultiByte(CP_UTF8, 0, wide, length, NULL, 0, NULL, NULL);
    char *utf8 = emu_alloc((size_t)needed + 1);

    WideCharToMultiByte(CP_UTF8, 0, wide, length, utf8, needed, NULL, NULL);
    return utf8;
}

void buffer_fini(struct buffer *buffer)
{
    emu_free(buffer->data);
    memset(buffer, 0, sizeof(*buffer));
}

void buffer_put(struct buffer *buffer, const void *data, size_t size)
{
    if (buffer->size + size > buffer->capacity) {
        buffer->capacity = (buffer->size + size) * 2 + 256;
        buffer->data = emu_grow(buffer->data, buffer->capacity);
    }
    if (size) {
        memcpy(buffer->data + buffer->size, data, size);
    }
    buffer->size += size;
}

void buffer_put_u32(struct buffer *buffer, ULONG value)
{
    buffer_put(buffer, &value, sizeof(value));
}

const BYTE *reader_take(struct reader *reader, size_t size)
{
    const BYTE *data = reader->data;

    if (reader->bad || size > reader->left) {
        reader->bad = TRUE;
        return NULL;
    }
    reader->data += size;
    reader->left -= size;
    return data;
}

ULONG reader_u32(struct reader *reader)
{
    const BYTE *data = reader_take(reader, sizeof(ULONG));
    ULONG value = 0;

    if (data) {
        memcpy(&value, data, sizeof(value));
    }
    return value;
}

void bag_fini(struct bag *bag)
{
    if (!bag->borrowed) {
        for (ULONG i = 0; i < bag->count; i++) {
            emu_free(bag->items[i].data);
        }
    }
    emu_free(bag->items);
    memset(bag, 0, sizeof(*bag));
}

static BYTE *bytes_copy(const void *data, size_t size)
{
    BYTE *copy = emu_alloc(size + sizeof(WCHAR));

    if (size) {
        memcpy(copy, data, size);
    }
    return copy;
}

void bag_copy(struct bag *to, const struct bag *from)
{
    memset(to, 0, sizeof(*to));
    to->capacity = from->count;
    to->items = emu_alloc(from->count * sizeof(*to->items));
    for (ULONG i = 0; i < from->count; i++) {
        to->items[i] = from->items[i];
        to->items[i].data = bytes_copy(from->items[i].data, from->items[i].size);
    }
    to->count = from->count;
}

/* The position of the first property whose id is not below that of `tag`. */
static ULONG bag_position(const struct bag *bag, ULONG tag)
{
    ULONG low = 0;
    ULONG high = bag->count;

    while (low < high) {
        ULONG middle = (low + high) / 2;
        if (PROP_ID(bag->items[middle].tag) < PROP_ID(tag)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct prop *bag_find(const struct bag *bag, ULONG tag)
{
    ULONG at = bag_position(bag, tag);

    if (at < bag->count && PROP_ID(bag->items[at].tag) == PROP_ID(tag)) {
        return &bag->items[at];
    }
    return NULL;
}

void bag_set(struct bag *bag, ULONG tag, const void *data, size_t size)
{
    ULONG at = bag_position(bag, tag);
    BYTE *copy = bytes_copy(data, size);

    if (at < bag->count && PROP_ID(bag->items[at].tag) == PROP_ID(tag)) {
        emu_free(bag->items[at].data);
    } else {
        if (bag->count == bag->capacity) {
            bag->capacity = bag->capacity * 2 + 16;
            bag->items = emu_grow(bag->items, bag->capacity * sizeof(*bag->items));
        }
        memmove(&bag->items[at + 1], &bag->items[at], (bag->count - at) * sizeof(*bag->items));
        bag->count++;
    }
    bag->items[at].tag = tag;
    bag->items[at].size = (ULONG)size;
    bag->items[at].data = copy;
}

void bag_set_long(struct bag *bag, ULONG tag, LONG value)
{
    bag_set(bag, tag, &value, sizeof(value));
}

void bag_set_bool(struct bag *bag, ULONG tag, BOOL value)
{
    USHORT stored = value ? 1 : 0;
    bag_set(bag, tag, &stored, sizeof(stored));
}

void bag_set_time(struct bag *bag, ULONG tag, ULONGLONG value)
{
    bag_set(bag, tag, &value, sizeof(value));
}

void bag_set_string(struct bag *bag, ULONG tag, const WCHAR *value)
{
    bag_set(bag, CHANGE_PROP_TYPE(tag, PT_UNICODE), value, wcslen(value) * sizeof(WCHAR));
}

BOOL bag_delete(struct bag *bag, ULONG tag)
{
    struct prop *prop = bag_find(bag, tag);

    if (!prop) {
        return FALSE;
    }
    emu_free(prop->data);
    bag->count--;
    memmove(prop, prop + 1, (size_t)(&bag->items[bag->count] - prop) * sizeof(*prop));
    return TRUE;
}

LONG bag_long(const struct bag *bag, ULONG tag, LONG otherwise)
{
    const struct prop *prop = bag_find(bag, tag);
    LONG value;

    if (!prop) {
        return otherwise;
    }
    if (PROP_TYPE(prop->tag) == PT_LONG) {
        memcpy(&value, prop->data, sizeof(value));
        return value;
    }
    if (PROP_TYPE(prop->tag) == PT_BOOLEAN) {
        return prop->data[0] || prop->data[1];
    }
    return otherwise;
}

const WCHAR *bag_string(const struct bag *bag, ULONG tag)
{
    const struct prop *prop = bag_find(bag, tag);

    return prop && PROP_TYPE(prop->tag) == PT_UNICODE ? (const WCHAR *)(const void *)prop->data
                                                      : L"";
}

/* Stored form of one property: tag, size, bytes, then zeros up to a multiple of eight, at least two
 * of them. So a bag can be used in place, aligned and terminated. */
static void prop_write(struct buffer *out, ULONG tag, const BYTE *data, ULONG size)
{
    static const BYTE zeros[16];

    buffer_put_u32(out, tag);
    buffer_put_u32(out, size);
    buffer_put(out, data, size);
    buffer_put(out, zeros, (size + 2 + 7) / 8 * 8 - size);
}

void bag_write(struct buffer *out, const struct bag *bag)
{
    buffer_put_u32(out, bag->count);
    buffer_put_u32(out, 0);
    for (ULONG i = 0; i < bag->count; i++) {
        prop_write(out, bag->items[i].tag, bag->items[i].data, bag->items[i].size);
    }
}

void bag_write_row(struct buffer *out, const struct bag *bag)
{
    static const SCODE too_big = MAPI_E_NOT_ENOUGH_MEMORY;

    buffer_put_u32(out, bag->count);
    buffer_put_u32(out, 0);
    for (ULONG i = 0; i < bag->count; i++) {
        const struct prop *prop = &bag->items[i];
        ULONG size = prop->size;
        ULONG limit = EMU_TABLE_BINARY_LIMIT;
        if (PROP_TYPE(prop->tag) == PT_UNICODE && size > EMU_TABLE_STRING_LIMIT * sizeof(WCHAR)) {
            size = EMU_TABLE_STRING_LIMIT * sizeof(WCHAR);
        } else if (size > limit && PROP_TYPE(prop->tag) != PT_UNICODE) {
            prop_write(out, CHANGE_PROP_TYPE(prop->tag, PT_ERROR), (const BYTE *)&too_big,
                sizeof(too_big));
            continue;
        }
        prop_write(out, prop->tag, prop->data, size);
    }
}

static BOOL bag_parse(struct reader *in, struct bag *ret, BOOL borrow)
{
    ULONG count = reader_u32(in);
    struct bag bag = {NULL, 0, 0, borrow};

    reader_u32(in);
    if (in->bad || count > in->left / 8) {
        return FALSE;
    }
    bag.items = emu_alloc(count * sizeof(*bag.items));
    bag.capacity = count;
    for (ULONG i = 0; i < count; i++) {
        ULONG tag = reader_u32(in);
        ULONG size = reader_u32(in);
        const BYTE *data = size < 0x40000000 ? reader_take(in, (size + 2u + 7u) / 8u * 8u) : NULL;
        if (!data) {
            bag_fini(&bag);
            return FALSE;
        }
        bag.items[i].tag = tag;
        bag.items[i].size = size;
        bag.items[i].data = borrow ? (BYTE *)(ULONG_PTR)data : bytes_copy(data, size);
        bag.count++;
    }
    *ret = bag;
    return TRUE;
}

BOOL bag_read(struct reader *in, struct bag *ret)
{
    return bag_parse(in, ret, FALSE);
}

BOOL bag_view(struct reader *in, struct bag *ret)
{
    return bag_parse(in, ret, TRUE);
}
