/* Growing buffers. Formatting goes through vsnprintf twice: measured, then written. */
#include "client/base/buf.h"

#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
    memset(b, 0, sizeof *b);
    b->max = max;
}

void buf_fini(struct buf *b)
{
    free(b->data);
    b->data = NULL;
    b->len = b->cap = 0;
    b->overflow = false;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->data) {
        b->data[0] = 0;
    }
}

static void buf_grow(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 64;
    while (cap < b->len + n + 1) {
        cap *= 2;
    }
    b->data = mem_realloc(b->data, cap, 1);
    b->cap = cap;
}

static bool buf_reserve(struct buf *b, size_t n)
{
    if (b->overflow || n > b->max || b->len > b->max - n) {
        b->overflow = true;
        return false;
    }
    if (b->len + n + 1 > b->cap) {
        buf_grow(b, n);
    }
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!buf_reserve(b, n)) {
        return;
    }
    if (n) {
        memcpy(b->data + b->len, p, n);
    }
    b->len += n;
    b->data[b->len] = 0;
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = str_vprintf(fmt, ap);
    va_end(ap);
    buf_adds(b, s);
    free(s);
}

char *buf_take(struct buf *b)
{
    char *text = b->data ? b->data : mem_alloc(1);
    b->data = NULL;
    b->len = b->cap = 0;
    return text;
}

const char *buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}
