/* See blob_list.h. */
#include "mapi/map/blob_list.h"

#include "mapi/map/bytes.h"

#include <string.h>

#define FLAGS_SIZE    4
#define PROVIDER_SIZE 16

static const unsigned char ONE_OFF_PROVIDER[PROVIDER_SIZE] = {
    0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02};
static const unsigned char WRAPPED_PROVIDER[PROVIDER_SIZE] = {
    0xC0, 0x91, 0xAD, 0xD3, 0x51, 0x9D, 0xCF, 0x11, 0xA4, 0xA9, 0x00, 0xAA, 0x00, 0x47, 0xFA, 0xA4};

static bool take_provider(struct bytes *b, const unsigned char *provider)
{
    (void)bytes_take(b, FLAGS_SIZE);
    const unsigned char *p = bytes_take(b, PROVIDER_SIZE);
    return p && memcmp(p, provider, PROVIDER_SIZE) == 0;
}

/* ---- one-offs ---- */

#define ONE_OFF_UNICODE 0x8000
#define ONE_OFF_MAIL    0x0001 /* no preference of format: what Outlook sets for mail addresses */

void one_off_fini(struct one_off *o)
{
    free(o->name);
    free(o->type);
    free(o->address);
    *o = (struct one_off){0};
}

/* Up to and with its NUL; NULL if there is none. */
static char *take_wide(struct bytes *b)
{
    size_t units = 0;
    while (2 * units + 1 < b->left && (b->p[2 * units] || b->p[2 * units + 1])) {
        units++;
    }
    if (2 * units + 1 >= b->left) {
        return NULL;
    }
    char *text = bytes_utf16(b, units);
    (void)bytes_u16(b);
    return text;
}

/* In the code page of whoever wrote it; which one is not said, so only the letters that most of
 * them share are certain (Latin-1). */
static char *take_narrow(struct bytes *b)
{
    const unsigned char *end = b->left ? memchr(b->p, 0, b->left) : NULL;
    if (!end) {
        return NULL;
    }
    size_t n = (size_t)(end - b->p);
    struct buf text = BUF_INIT(2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = b->p[i];
        if (c >= 0x80) {
            buf_addc(&text, (char)(0xC0 | c >> 6));
            c = (unsigned char)(0x80 | (c & 0x3F));
        }
        buf_addc(&text, (char)c);
    }
    (void)bytes_take(b, n + 1);
    return buf_take(&text);
}

bool one_off_read(const void *data, size_t len, struct one_off *ret)
{
    struct bytes b = {data, len, false};
    if (!take_provider(&b, ONE_OFF_PROVIDER) || bytes_u16(&b) != 0) {
        return false;
    }
    bool wide = bytes_u16(&b) & ONE_OFF_UNICODE;
    struct one_off o = {0};
    char **const texts[] = {&o.name, &o.type, &o.address};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        *texts[i] = b.failed ? NULL : wide ? take_wide(&b) : take_narrow(&b);
        if (!*texts[i]) {
            one_off_fini(&o);
            return false;
        }
    }
    *ret = o;
    return true;
}

void one_off_write(struct buf *b, const char *name, const char *type, const char *address)
{
    const char *const texts[] = {name, type, address};
    buf_zero(b, FLAGS_SIZE);
    buf_add(b, ONE_OFF_PROVIDER, PROVIDER_SIZE);
    buf_u16(b, 0);
    buf_u16(b, ONE_OFF_UNICODE | (str_eq(type, "SMTP") ? ONE_OFF_MAIL : 0));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        buf_utf16(b, texts[i]);
        buf_u16(b, 0);
    }
}

/* ---- wrapped ---- */

bool wrapped_read(const void *data, size_t len, struct wrapped *ret)
{
    struct bytes b = {data, len, false};
    if (!take_provider(&b, WRAPPED_PROVIDER)) {
        return false;
    }
    const unsigned char *type = bytes_take(&b, 1);
    if (!type || !b.left) {
        return false;
    }
    *ret = (struct wrapped){*type, b.p, b.left};
    return true;
}

void wrapped_write(struct buf *b, unsigned char type, const void *id, size_t len)
{
    buf_zero(b, FLAGS_SIZE);
    buf_add(b, WRAPPED_PROVIDER, PROVIDER_SIZE);
    buf_add(b, &type, 1);
    buf_add(b, id, len);
}

/* ---- members ---- */

void list_members_fini(struct list_members *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->items[i].entry);
        free(m->items[i].one_off);
    }
    free(m->items);
    *m = (struct list_members){0};
}

void list_members_add(struct list_members *m, const void *entry, size_t entry_len,
    const void *one_off, size_t one_off_len)
{
    ARRAY_RESERVE(m->items, m->count, m->cap);
    m->items[m->count++] = (struct list_member){
        .entry = mem_dup(entry, entry_len),
        .entry_len = entry_len,
        .one_off = one_off ? mem_dup(one_off, one_off_len) : NULL,
        .one_off_len = one_off ? one_off_len : 0,
    };
}

uint32_t list_checksum(const struct list_members *m)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < m->count; i++) {
        for (size_t k = 0; k < m->items[i].entry_len; k++) {
            crc ^= m->items[i].entry[k];
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
            }
        }
    }
    return crc;
}

/* ---- the stream ---- */

#define STREAM_VERSION 1
#define BUILD_VERSION  0x000C0000u /* 12.0: Outlook 2007, the first that knows the stream */

static bool take_member(struct bytes *b, struct list_members *m)
{
    size_t entry_len = bytes_u32(b);
    const unsigned char *entry = bytes_take(b, entry_len);
    size_t one_off_len = bytes_u32(b);
    const unsigned char *one_off = bytes_take(b, one_off_len);
    (void)bytes_take(b, bytes_u32(b));
    if (b->failed) {
        return false;
    }
    list_members_add(m, entry, entry_len, one_off_len ? one_off : NULL, one_off_len);
    return true;
}

enum rc list_stream_read(const void *data, size_t len, struct list_members *ret, struct err *err)
{
    struct bytes b = {data, len, false};
    uint16_t version = bytes_u16(&b);
    (void)bytes_take(&b, 2 + 4 + 4); /* reserved, build version, flags */
    uint32_t count = bytes_u32(&b);
    (void)bytes_take(&b, 4 + 4 + 4); /* three sums of sizes, which the members tell better */
    if (b.failed || version != STREAM_VERSION) {
        return err_set(err, RC_INVALID, 0, "the members of the distribution list cannot be read");
    }
    if (count > LIST_MEMBERS_MAX) {
        return err_set(
            err, RC_TOO_BIG, 0, "a distribution list of %lu members", (unsigned long)count);
    }
    struct list_members members = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (!take_member(&b, &members)) {
            list_members_fini(&members);
            return err_set(err, RC_INVALID, 0,
                "the members of the distribution list are cut short after %lu of %lu",
                (unsigned long)i, (unsigned long)count);
        }
    }
    *ret = members;
    return RC_OK;
}

void list_stream_write(struct buf *b, const struct list_members *m)
{
    uint32_t entries = 0, one_offs = 0;
    for (size_t i = 0; i < m->count; i++) {
        entries += (uint32_t)m->items[i].entry_len;
        one_offs += (uint32_t)m->items[i].one_off_len;
    }
    buf_u16(b, STREAM_VERSION);
    buf_u16(b, 0);
    buf_u32(b, BUILD_VERSION);
    buf_u32(b, 0); /* flags */
    buf_u32(b, (uint32_t)m->count);
    buf_u32(b, entries);
    buf_u32(b, one_offs);
    buf_u32(b, 0); /* no extra information */
    for (size_t i = 0; i < m->count; i++) {
        buf_u32(b, (uint32_t)m->items[i].entry_len);
        buf_add(b, m->items[i].entry, m->items[i].entry_len);
        buf_u32(b, (uint32_t)m->items[i].one_off_len);
        buf_add(b, m->items[i].one_off, m->items[i].one_off_len);
        buf_u32(b, 0);
    }
    buf_u32(b, 0);
    buf_u32(b, 0);
}
