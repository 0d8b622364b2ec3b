/* Allocation that cannot fail: out of memory ends the program, whose journal makes that safe at any
 * step. */
#include "client/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void *must(void *p)
{
    if (!p) {
        fputs("lockstep: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *mem_alloc(size_t n)
{
    return must(calloc(1, n ? n : 1));
}

void *mem_realloc(void *p, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        must(NULL);
    }
    size_t n = count * size;
    return must(realloc(p, n ? n : 1));
}

void *mem_dup(const void *p, size_t n)
{
    void *copy = must(malloc(n ? n : 1));
    if (n) {
        memcpy(copy, p, n);
    }
    return copy;
}

char *mem_strndup(const char *s, size_t n)
{
    if (!s) {
        return NULL;
    }
    const char *end = memchr(s, 0, n);
    size_t len = end ? (size_t)(end - s) : n;
    char *copy = must(malloc(len + 1));
    memcpy(copy, s, len);
    copy[len] = 0;
    return copy;
}

char *mem_strdup(const char *s)
{
    return s ? mem_dup(s, strlen(s) + 1) : NULL;
}
