/* String helpers declared in buf.h: comparison, copies, UTF-8 check, base64 and hex. */
#include "client/base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

__attribute__((no_sanitize("undefined"))) char *str_vprintf(const char *fmt, va_list ap)
{
    char here[256]; /* enough for most: then it is formatted only once */
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(here, sizeof here, fmt, ap);
    size_t len = n < 0 ? 0 : (size_t)n;
    char *s = mem_alloc(len + 1);
    if (len < sizeof here) {
        memcpy(s, here, len);
    } else {
        vsnprintf(s, len + 1, fmt, again);
    }
    va_end(again);
    return s;
}

char *str_printf(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = str_vprintf(fmt, ap);
    va_end(ap);
    return s;
}

bool str_eq(const char *a, const char *b)
{
    return a && b ? *a == *b && strcmp(a, b) == 0 : a == b;
}

static int ascii_lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool ieq_n(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ascii_lower((unsigned char)a[i]) != ascii_lower((unsigned char)b[i])) {
            return false;
        }
    }
    return true;
}

bool str_ieq_whole(const char *a, const char *b)
{
    if (!a || !b) {
        return a == b;
    }
    /* One walk, which mostly ends at the first character: names are looked up this way. */
    while (*a && (*a == *b || ascii_lower((unsigned char)*a) == ascii_lower((unsigned char)*b))) {
        a++;
        b++;
    }
    return *a == *b;
}

bool str_starts(const char *s, const char *prefix)
{
    return s && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_istarts(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s && ieq_n(s, prefix, n); /* ends at the NUL of a shorter s; s may be a whole file */
}

bool str_ends(const char *s, const char *suffix)
{
    if (!s) {
        return false;
    }
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool str_empty(const char *s)
{
    return !s || !*s;
}

void str_replace(char **slot, const char *value)
{
    char *copy = mem_strdup(value);
    free(*slot);
    *slot = copy;
}

char *str_lower(const char *s)
{
    char *copy = mem_strdup(s);
    for (char *p = copy; p && *p; p++) {
        *p = (char)ascii_lower((unsigned char)*p);
    }
    return copy;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char *str_trim(const char *s)
{
    if (!s) {
        return NULL;
    }
    size_t n = strlen(s);
    while (n && is_space(s[n - 1])) {
        n--;
    }
    size_t from = 0;
    while (from < n && is_space(s[from])) {
        from++;
    }
    return mem_strndup(s + from, n - from);
}

/* Well-formed sequences by table 3-7 of the Unicode Standard: no surrogates, no overlong forms. */
bool str_utf8_valid(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        unsigned char c = *p++;
        if (c < 0x80) {
            continue;
        }
        int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        if (c < 0xC2 || c > 0xF4 || end - p < more) {
            return false;
        }
        unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
        unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
        for (int i = 0; i < more; i++, p++) {
            if (*p < low || *p > high) {
                return false;
            }
            low = 0x80;
            high = 0xBF;
        }
    }
    return true;
}

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const void *p, size_t n)
{
    const unsigned char *in = p;
    char *out = mem_alloc((n + 2) / 3 * 4 + 1), *o = out;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)in[i] << 16;
        v |= i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0;
        v |= i + 2 < n ? in[i + 2] : 0;
        *o++ = BASE64[v >> 18];
        *o++ = BASE64[v >> 12 & 63];
        *o++ = i + 1 < n ? BASE64[v >> 6 & 63] : '=';
        *o++ = i + 2 < n ? BASE64[v & 63] : '=';
    }
    return out;
}

unsigned char *base64_decode(const char *s, size_t max, size_t *ret_len)
{
    size_t len = 0, digits = 0, padding = 0, room = strlen(s) / 4 * 3 + 3;
    uint32_t v = 0;
    unsigned char *out = mem_alloc(room);
    for (; *s; s++) {
        if (is_space(*s)) {
            continue;
        }
        const char *at = *s == '=' ? NULL : strchr(BASE64, *s);
        if (*s == '=') {
            padding++;
        } else if (!at || padding) {
            free(out);
            return NULL;
        }
        v = v << 6 | (at ? (uint32_t)(at - BASE64) : 0);
        if (++digits % 4 == 0) {
            out[len++] = (unsigned char)(v >> 16);
            out[len++] = (unsigned char)(v >> 8);
            out[len++] = (unsigned char)v;
        }
    }
    if (digits % 4 || padding > 2 || len - padding > max) {
        free(out);
        return NULL;
    }
    *ret_len = len - padding;
    return out;
}

char *hex_encode(const void *p, size_t n)
{
    static const char HEX[] = "0123456789abcdef";
    const unsigned char *in = p;
    char *out = mem_alloc(n * 2 + 1);
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = HEX[in[i] >> 4];
        out[2 * i + 1] = HEX[in[i] & 15];
    }
    return out;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)ascii_lower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

unsigned char *hex_decode(const char *s, size_t *ret_len)
{
    size_t n = strlen(s);
    if (n % 2) {
        return NULL;
    }
    unsigned char *out = mem_alloc(n / 2);
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_digit(s[i]), low = hex_digit(s[i + 1]);
        if (high < 0 || low < 0) {
            free(out);
            return NULL;
        }
        out[i / 2] = (unsigned char)(high << 4 | low);
    }
    *ret_len = n / 2;
    return out;
}
