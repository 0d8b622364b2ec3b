/* Bags of MAPI property values. */
#include "mapi/map/props.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <string.h>

bool prop_name_equal(struct prop_name a, struct prop_name b)
{
    return a.set == b.set && a.id == b.id && str_eq(a.string, b.string);
}

static bool is_multi(enum prop_type type)
{
    return (type & 0x1000) != 0;
}

static void value_fini(struct prop_value *value)
{
    if (is_multi(value->type)) {
        for (size_t i = 0; i < value->v.multi.count; i++) {
            value_fini(&value->v.multi.items[i]);
        }
        free(value->v.multi.items);
    } else if (value->type == PROP_UNICODE) {
        free(value->v.text);
    } else if (value->type == PROP_BINARY) {
        free(value->v.binary.data);
    }
}

void props_fini(struct props *p)
{
    for (size_t i = 0; i < p->count; i++) {
        value_fini(&p->items[i]);
    }
    free(p->items);
    for (size_t i = 0; i < p->sub_count; i++) {
        props_fini(&p->subs[i].attach);
        props_fini(&p->subs[i].item);
    }
    free(p->subs);
    for (size_t i = 0; i < p->recipient_count; i++) {
        props_fini(&p->recipients[i].row);
    }
    free(p->recipients);
    for (size_t i = 0; i < p->file_count; i++) {
        props_fini(&p->files[i].attach);
    }
    free(p->files);
    *p = (struct props){0};
}

struct props_sub *props_add_sub(struct props *p, uint32_t number)
{
    ARRAY_RESERVE(p->subs, p->sub_count, p->sub_cap);
    struct props_sub *sub = &p->subs[p->sub_count++];
    *sub = (struct props_sub){.number = number};
    return sub;
}

struct props_file *props_add_file(struct props *p, uint32_t number)
{
    ARRAY_RESERVE(p->files, p->file_count, p->file_cap);
    struct props_file *file = &p->files[p->file_count++];
    *file = (struct props_file){.number = number};
    return file;
}

struct props_recipient *props_add_recipient(struct props *p, uint32_t number)
{
    ARRAY_RESERVE(p->recipients, p->recipient_count, p->recipient_cap);
    struct props_recipient *recipient = &p->recipients[p->recipient_count++];
    *recipient = (struct props_recipient){.number = number};
    return recipient;
}

static size_t index_of(const struct props *p, struct prop_name name)
{
    size_t i = 0;
    while (i < p->count && !prop_name_equal(p->items[i].name, name)) {
        i++;
    }
    return i;
}

const struct prop_value *props_find(const struct props *p, struct prop_name name)
{
    size_t i = index_of(p, name);
    return i < p->count ? &p->items[i] : NULL;
}

const char *props_text(const struct props *p, struct prop_name name)
{
    const struct prop_value *value = props_find(p, name);
    return value && value->type == PROP_UNICODE && !str_empty(value->v.text) ? value->v.text : NULL;
}

static bool is_integer(enum prop_type type)
{
    return type == PROP_I2 || type == PROP_LONG || type == PROP_I8 || type == PROP_BOOLEAN ||
           type == PROP_SYSTIME;
}

int64_t props_int(const struct props *p, struct prop_name name, int64_t fallback)
{
    const struct prop_value *value = props_find(p, name);
    return value && is_integer(value->type) ? value->v.integer : fallback;
}

double props_double(const struct props *p, struct prop_name name, double fallback)
{
    const struct prop_value *value = props_find(p, name);
    return value && value->type == PROP_DOUBLE ? value->v.number : fallback;
}

const unsigned char *props_binary(const struct props *p, struct prop_name name, size_t *ret_len)
{
    const struct prop_value *value = props_find(p, name);
    if (!value || value->type != PROP_BINARY || !value->v.binary.len) {
        return NULL;
    }
    *ret_len = value->v.binary.len;
    return value->v.binary.data;
}

/* The slot of a property, emptied or newly made, with name and type set. */
static struct prop_value *slot(struct props *p, struct prop_name name, enum prop_type type)
{
    size_t i = index_of(p, name);
    if (i < p->count) {
        value_fini(&p->items[i]);
    } else {
        ARRAY_RESERVE(p->items, p->count, p->cap);
        p->count++;
    }
    struct prop_value *value = &p->items[i];
    memset(value, 0, sizeof *value);
    value->name = name;
    value->type = type;
    return value;
}

void props_set_text(struct props *p, struct prop_name name, const char *text)
{
    char *copy = mem_strdup(text ? text : ""); /* first: `text` may be the value it replaces */
    slot(p, name, PROP_UNICODE)->v.text = copy;
}

void props_set_int(struct props *p, struct prop_name name, enum prop_type type, int64_t number)
{
    slot(p, name, type)->v.integer = number;
}

void props_set_double(struct props *p, struct prop_name name, double number)
{
    slot(p, name, PROP_DOUBLE)->v.number = number;
}

void props_set_binary(struct props *p, struct prop_name name, const void *data, size_t len)
{
    unsigned char *copy = mem_alloc(len + 1);
    if (len) {
        memcpy(copy, data, len);
    }
    struct prop_value *value = slot(p, name, PROP_BINARY);
    value->v.binary.data = copy;
    value->v.binary.len = len;
}

static struct prop_value *multi_slot(
    struct props *p, struct prop_name name, enum prop_type type, size_t count)
{
    struct prop_value *value = slot(p, name, type);
    value->v.multi.items = mem_alloc((count + 1) * sizeof *value->v.multi.items);
    value->v.multi.count = count;
    for (size_t i = 0; i < count; i++) {
        value->v.multi.items[i].type = (enum prop_type)(type & ~0x1000);
    }
    return value;
}

void props_set_texts(struct props *p, struct prop_name name, const char *const *texts, size_t count)
{
    struct prop_value *value = multi_slot(p, name, PROP_MV_UNICODE, count);
    for (size_t i = 0; i < count; i++) {
        value->v.multi.items[i].v.text = mem_strdup(texts[i] ? texts[i] : "");
    }
}

void props_set_longs(struct props *p, struct prop_name name, const int32_t *values, size_t count)
{
    struct prop_value *value = multi_slot(p, name, PROP_MV_LONG, count);
    for (size_t i = 0; i < count; i++) {
        value->v.multi.items[i].v.integer = values[i];
    }
}

void props_set_binaries(
    struct props *p, struct prop_name name, const struct prop_bytes *values, size_t count)
{
    struct prop_value *value = multi_slot(p, name, PROP_MV_BINARY, count);
    for (size_t i = 0; i < count; i++) {
        value->v.multi.items[i].v.binary.data = mem_dup(values[i].data, values[i].len);
        value->v.multi.items[i].v.binary.len = values[i].len;
    }
}

void props_remove(struct props *p, struct prop_name name)
{
    size_t i = index_of(p, name);
    if (i < p->count) {
        value_fini(&p->items[i]);
        memmove(&p->items[i], &p->items[i + 1], (p->count - i - 1) * sizeof *p->items);
        p->count--;
    }
}

bool prop_value_equal(const struct prop_value *a, const struct prop_value *b)
{
    if (a->type != b->type) {
        return false;
    }
    if (is_multi(a->type)) {
        if (a->v.multi.count != b->v.multi.count) {
            return false;
        }
        for (size_t i = 0; i < a->v.multi.count; i++) {
            if (!prop_value_equal(&a->v.multi.items[i], &b->v.multi.items[i])) {
                return false;
            }
        }
        return true;
    }
    switch (a->type) {
    case PROP_UNICODE:
        return str_eq(a->v.text, b->v.text);
    case PROP_BINARY:
        return a->v.binary.len == b->v.binary.len &&
               (!a->v.binary.len ||
                   memcmp(a->v.binary.data, b->v.binary.data, a->v.binary.len) == 0);
    case PROP_DOUBLE:
        return a->v.number >= b->v.number && a->v.number <= b->v.number;
    default:
        return a->v.integer == b->v.integer;
    }
}

#define OFFICE_SET(byte)                                                                           \
    {                                                                                              \
        byte, 0x20, 0x06, 0x00, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46                           \
    }

const unsigned char *prop_set_guid(enum prop_set set)
{
    static const unsigned char GUIDS[SET_COUNT][16] = {
        [SET_APPOINTMENT] = OFFICE_SET(0x02),
        [SET_TASK] = OFFICE_SET(0x03),
        [SET_ADDRESS] = OFFICE_SET(0x04),
        [SET_COMMON] = OFFICE_SET(0x08),
        [SET_NOTE] = OFFICE_SET(0x0E),
        [SET_MEETING] = {0x90, 0xDA, 0xD8, 0x6E, 0x0B, 0x45, 0x1B, 0x10, 0x98, 0xDA, 0x00, 0xAA,
            0x00, 0x3F, 0x13, 0x05},
        [SET_PUBLIC_STRINGS] = {0x29, 0x03, 0x02, 0x00, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46},
        /* {9E0B1C56-6E1D-4F0A-9A57-4C6F636B5374}: ours, random but for the last six bytes
           ("LockSt"). */
        [SET_LOCKSTEP] = {0x56, 0x1C, 0x0B, 0x9E, 0x1D, 0x6E, 0x0A, 0x4F, 0x9A, 0x57, 0x4C, 0x6F,
            0x63, 0x6B, 0x53, 0x74},
    };
    return set > SET_TAG && set < SET_COUNT ? GUIDS[set] : GUIDS[SET_TAG];
}
