/* Little-endian fields and UTF-16, for the blob codecs. */
#include "mapi/map/bytes.h"

#include <string.h>

const unsigned char *bytes_take(struct bytes *b, size_t n)
{
    if (b->failed || n > b->left) {
        b->failed = true;
        return NULL;
    }
    const unsigned char *p = b->p;
    b->p += n;
    b->left -= n;
    return p;
}

uint16_t bytes_u16(struct bytes *b)
{
    const unsigned char *p = bytes_take(b, 2);
    return p ? (uint16_t)(p[0] | p[1] << 8) : 0;
}

uint32_t bytes_u32(struct bytes *b)
{
    const unsigned char *p = bytes_take(b, 4);
    return p ? p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

static void add_utf8(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_addc(b, (char)c);
    } else if (c < 0x800) {
        buf_addc(b, (char)(0xC0 | c >> 6));
        buf_addc(b, (char)(0x80 | (c & 0x3F)));
    } else {
        if (c < 0x10000) {
            buf_addc(b, (char)(0xE0 | c >> 12));
        } else {
            buf_addc(b, (char)(0xF0 | c >> 18));
            buf_addc(b, (char)(0x80 | (c >> 12 & 0x3F)));
        }
        buf_addc(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_addc(b, (char)(0x80 | (c & 0x3F)));
    }
}

char *bytes_utf16(struct bytes *b, size_t units)
{
    const unsigned char *p = units > SIZE_MAX / 2 ? NULL : bytes_take(b, units * 2);
    if (!p) {
        b->failed = true;
        return NULL;
    }
    struct buf text = BUF_INIT(units * 3 + 1);
    for (size_t i = 0; i < units; i++) {
        uint32_t c = p[2 * i] | (uint32_t)p[2 * i + 1] << 8;
        if (!c) {
            break;
        }
        if (c >= 0xD800 && c < 0xE000) {
            uint32_t low = i + 1 < units ? p[2 * i + 2] | (uint32_t)p[2 * i + 3] << 8 : 0;
            if (c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i++;
            } else {
                c = 0xFFFD;
            }
        }
        add_utf8(&text, c);
    }
    return buf_take(&text);
}

void buf_u16(struct buf *b, uint16_t v)
{
    buf_add(b, (unsigned char[]){v & 0xFF, v >> 8}, 2);
}

void buf_u32(struct buf *b, uint32_t v)
{
    buf_u16(b, v & 0xFFFF);
    buf_u16(b, v >> 16);
}

void buf_zero(struct buf *b, size_t n)
{
    while (n--) {
        buf_addc(b, 0);
    }
}

/* One character off the text; U+FFFD for one byte that is not UTF-8. */
static uint32_t next_char(const unsigned char **p)
{
    const unsigned char *s = *p;
    int more = *s < 0x80                 ? 0
               : *s >= 0xC2 && *s < 0xE0 ? 1
               : (*s & 0xF0) == 0xE0     ? 2
               : *s >= 0xF0 && *s < 0xF5 ? 3
                                         : -1;
    uint32_t c = more <= 0 ? *s : *s & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            more = -1;
            break;
        }
        c = c << 6 | (s[i] & 0x3F);
    }
    *p = s + (more < 0 ? 1 : more + 1);
    return more < 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c;
}

size_t buf_utf16(struct buf *b, const char *utf8)
{
    size_t units = 0;
    for (const unsigned char *p = (const unsigned char *)utf8; *p;) {
        uint32_t c = next_char(&p);
        if (c >= 0x10000) {
            buf_u16(b, (uint16_t)(0xD800 + ((c - 0x10000) >> 10)));
            buf_u16(b, (uint16_t)(0xDC00 + ((c - 0x10000) & 0x3FF)));
            units += 2;
        } else {
            buf_u16(b, (uint16_t)c);
            units++;
        }
    }
    return units;
}
