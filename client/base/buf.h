/* Growing byte buffers with a limit, and small string helpers. UTF-8 throughout. */
#ifndef LOCKSTEP_BASE_BUF_H
#define LOCKSTEP_BASE_BUF_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

#define BUF_DEFAULT_MAX ((size_t)64 << 20)

/* `data` is always NUL-terminated after the first append (the NUL is not counted in len).
 * Once an append would pass `max`, nothing is added any more and `overflow` stays set. */
struct buf {
    char *data; /* owned */
    size_t len, cap, max;
    bool overflow;
};

#define BUF_INIT(limit)                                                                            \
    {                                                                                              \
        NULL, 0, 0, (limit), false                                                                 \
    }

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
/* Here, as the codecs and printers live on it. */
static inline void buf_addc(struct buf *b, char c)
{
    if (b->len + 1 < b->cap && b->len < b->max && !b->overflow) {
        b->data[b->len++] = c;
        b->data[b->len] = 0;
    } else {
        buf_add(b, &c, 1);
    }
}
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Hands the text over (never NULL; "" if nothing was added) and leaves the buffer empty. */
char *buf_take(struct buf *b);
/* The text so far, never NULL. */
const char *buf_str(const struct buf *b);

/* Strings. All accept NULL where a string is compared; NULL differs from "". */
char *str_printf(const char *fmt, ...) PRINTF_LIKE(1, 2); /* caller frees */
char *str_vprintf(const char *fmt, va_list ap);
bool str_eq(const char *a, const char *b);
/* ASCII case-insensitive. Names are looked up with it by the dozen, and most differ in the first
 * character by more than its case (0x20): that is seen here, without a call. */
bool str_ieq_whole(const char *a, const char *b);
static inline bool str_ieq(const char *a, const char *b)
{
    return a && b && ((*a ^ *b) & ~0x20) ? false : str_ieq_whole(a, b);
}
bool str_starts(const char *s, const char *prefix);
bool str_istarts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_empty(const char *s);                    /* NULL or "" */
void str_replace(char **slot, const char *value); /* frees *slot, stores a copy */
char *str_lower(const char *s);                   /* ASCII only; caller frees */
char *str_trim(const char *s);                    /* copy without leading/trailing white space */
bool str_utf8_valid(const char *s, size_t n);

/* Base64 (RFC 4648 section 4). Decoding ignores white space; NULL on malformed input or over max.
 */
char *base64_encode(const void *p, size_t n);
unsigned char *base64_decode(const char *s, size_t max, size_t *ret_len);
/* Lower-case hex. Decoding returns NULL unless all digits are hex and even in number. */
char *hex_encode(const void *p, size_t n);
unsigned char *hex_decode(const char *s, size_t *ret_len);

#endif
