#include "client/codec/text.h"

#include <string.h>

char *text_unescape(const char *s)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (;;) {
        const char *backslash = strchr(s, '\\');
        if (!backslash || !backslash[1]) {
            buf_adds(&b, s);
            return buf_take(&b);
        }
        buf_add(&b, s, (size_t)(backslash - s));
        char c = backslash[1];
        buf_addc(&b, c == 'n' || c == 'N' ? '\n' : c);
        s = backslash + 2;
    }
}

char *text_escape(const char *s)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\r' && s[1] == '\n') {
            continue;
        }
        if (c == '\n' || c == '\r' || c == '\v' || c == '\f') {
            buf_adds(&b, "\\n");
        } else if (c == '\\' || c == ',' || c == ';') {
            buf_addc(&b, '\\');
            buf_addc(&b, *s);
        } else if ((c >= ' ' && c != 0x7F) || c == '\t') {
            buf_addc(&b, *s);
        }
    }
    return buf_take(&b);
}

void text_parts_fini(struct text_parts *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->items[i]);
    }
    free(p->items);
    memset(p, 0, sizeof *p);
}

static void parts_take(struct text_parts *p, char *s /* owned */)
{
    ARRAY_RESERVE(p->items, p->count, p->cap);
    p->items[p->count++] = s;
}

void text_parts_add(struct text_parts *p, const char *s)
{
    parts_take(p, mem_strdup(s));
}

void text_split(const char *s, char separator, struct text_parts *ret)
{
    const char *start = s;
    for (;; s++) {
        if (*s == '\\' && s[1]) {
            s++;
        } else if (*s == separator || !*s) {
            parts_take(ret, mem_strndup(start, (size_t)(s - start)));
            if (!*s) {
                return;
            }
            start = s + 1;
        }
    }
}

char *text_join(const struct text_parts *p, char separator)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < p->count; i++) {
        if (i) {
            buf_addc(&b, separator);
        }
        buf_adds(&b, p->items[i]);
    }
    return buf_take(&b);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *text_qp_decode(const char *s)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *s; s++) {
        int high = *s == '=' ? hex_digit(s[1]) : -1;
        int low = high >= 0 ? hex_digit(s[2]) : -1;
        if (low < 0 || (high == 0 && low == 0)) {
            buf_addc(&b, *s);
            continue;
        }
        buf_addc(&b, (char)(high << 4 | low));
        s += 2;
    }
    return buf_take(&b);
}

char *text_qp_encode(const char *s)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool last_space = c == ' ' && !s[1]; /* mail programs cut it off */
        if (c == '\n') {
            buf_adds(&b, "=0D=0A");
        } else if (c >= ' ' && c < 0x7F && c != '=' && !last_space) {
            buf_addc(&b, *s);
        } else if (c != '\r') {
            buf_addf(&b, "=%02X", (unsigned)c);
        }
    }
    return buf_take(&b);
}

/* 0x80..0x9F; 0 where the code page has no character. */
static const unsigned short cp1252_high[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
    0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
    0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

char *text_from_cp1252(const char *s)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *s; s++) {
        unsigned c = (unsigned char)*s;
        if (c >= 0x80 && c < 0xA0) {
            c = cp1252_high[c - 0x80] ? cp1252_high[c - 0x80] : 0xFFFD;
        }
        if (c < 0x80) {
            buf_addc(&b, (char)c);
        } else if (c < 0x800) {
            buf_addc(&b, (char)(0xC0 | c >> 6));
            buf_addc(&b, (char)(0x80 | (c & 0x3F)));
        } else {
            buf_addc(&b, (char)(0xE0 | c >> 12));
            buf_addc(&b, (char)(0x80 | (c >> 6 & 0x3F)));
            buf_addc(&b, (char)(0x80 | (c & 0x3F)));
        }
    }
    return buf_take(&b);
}
