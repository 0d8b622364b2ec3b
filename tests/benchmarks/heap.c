/* See heap.h. The four functions stand before those of the C library, which they call. What the
 * benchmark allocates it does in one thread. */
#include "tests/benchmarks/heap.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static struct heap {
    bool counts;
    ptrdiff_t now; /* below zero when what was there before is freed */
    ptrdiff_t peak;
} heap;

static void *given(void *block)
{
    if (heap.counts && block) {
        heap.now += (ptrdiff_t)malloc_usable_size(block);
        heap.peak = heap.now > heap.peak ? heap.now : heap.peak;
    }
    return block;
}

static void taken(void *block)
{
    if (heap.counts && block) {
        heap.now -= (ptrdiff_t)malloc_usable_size(block);
    }
}

void *malloc(size_t size)
{
    return given(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return given(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
    ptrdiff_t before = heap.counts && block ? (ptrdiff_t)malloc_usable_size(block) : 0;
    void *moved = __libc_realloc(block, size);
    if (heap.counts && (moved || !size)) {
        heap.now -= before;
    }
    return given(moved);
}

void free(void *block)
{
    taken(block);
    __libc_free(block);
}

void heap_count(void)
{
    heap = (struct heap){.counts = true};
}

size_t heap_peak(void)
{
    heap.counts = false;
    return (size_t)heap.peak;
}
