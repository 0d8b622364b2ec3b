/* GlobalObjectId: 16 bytes of class id, 4 of instance date (year big-endian), 8 of creation time, 8
 * reserved, 4 of size, data. */
#include "mapi/map/goid.h"

#include "mapi/map/bytes.h"

#include <string.h>

#define HEADER  40
#define DATE_AT 16

static const unsigned char CLASS_ID[16] = {
    0x04, 0x00, 0x00, 0x00, 0x82, 0x00, 0xE0, 0x00, 0x74, 0xC5, 0xB7, 0x10, 0x1A, 0x82, 0xE0, 0x08};
/* Marks a UID that is not Outlook's own; the size counts it, the text and its NUL. */
static const unsigned char MARK[12] = {'v', 'C', 'a', 'l', '-', 'U', 'i', 'd', 1, 0, 0, 0};

char *goid_to_uid(const unsigned char *data, size_t len)
{
    if (len < HEADER || memcmp(data, CLASS_ID, sizeof CLASS_ID) != 0) {
        return NULL;
    }
    if (len > HEADER + sizeof MARK && memcmp(data + HEADER, MARK, sizeof MARK) == 0) {
        const char *text = (const char *)data + HEADER + sizeof MARK;
        size_t n = strnlen(text, len - HEADER - sizeof MARK);
        return n && str_utf8_valid(text, n) ? mem_strndup(text, n) : NULL;
    }
    struct buf hex = BUF_INIT(2 * len + 1);
    for (size_t i = 0; i < len; i++) {
        buf_addf(&hex, "%02X", i >= DATE_AT && i < DATE_AT + 4 ? 0u : data[i]);
    }
    return buf_take(&hex);
}

void goid_from_uid(const char *uid, struct buf *ret)
{
    size_t n;
    CLEANUP(mem_free)
    unsigned char *raw = strlen(uid) >= 2 * (HEADER + 1) ? hex_decode(uid, &n) : NULL;
    if (raw && memcmp(raw, CLASS_ID, sizeof CLASS_ID) == 0) {
        memset(raw + DATE_AT, 0, 4);
        buf_add(ret, raw, n);
        return;
    }
    buf_add(ret, CLASS_ID, sizeof CLASS_ID);
    buf_zero(ret, 4 + 8 + 8);
    buf_u32(ret, (uint32_t)(sizeof MARK + strlen(uid) + 1));
    buf_add(ret, MARK, sizeof MARK);
    buf_add(ret, uid, strlen(uid) + 1);
}
