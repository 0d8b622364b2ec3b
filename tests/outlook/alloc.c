/* The emulation's memory (bag.h declares it): all in one range of addresses, so that what of it is
 * resident can be told from what the program it lives in has (Windows' own heaps put large blocks
 * anywhere). A real Outlook keeps its folders elsewhere; whoever measures ours takes this off. If
 * LOCKSTEP_EMULATED_MEMORY names a file, struct told is written to it.
 *
 * Blocks have sizes of powers of two; a free one waits in the list of its size. */
#include "tests/outlook/bag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_SIZE    (512u << 20) /* pages become resident when they are used first */
#define ARENA_CLASSES 30           /* block sizes from 32 bytes to half of it all */
#define BLOCK_LEAST   32u

struct told { /* read by tests/benchmarks/peak.py */
    LONGLONG start;
    LONGLONG size;
    LONGLONG lent; /* bytes of MAPI buffers that the program has now: its memory, in our range */
};

struct block {
    struct block *next; /* while it is free */
    ULONG order;
    size_t size;                /* as asked for */
} __attribute__((aligned(16))); /* the data follows */

struct arena {
    CRITICAL_SECTION lock;
    BYTE *start;
    size_t used;
    struct block *free[ARENA_CLASSES];
    struct told *told; /* NULL: nobody asks */
};

static struct told *tell_to_file(const BYTE *start)
{
    WCHAR path[MAX_PATH];
    DWORD length = GetEnvironmentVariableW(L"LOCKSTEP_EMULATED_MEMORY", path, ARRAYSIZE(path));
    struct told *told = NULL;

    if (length && length < ARRAYSIZE(path)) {
        HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
        HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, sizeof(*told), NULL);

        told = mapping ? MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, sizeof(*told)) : NULL;
        if (told) {
            *told = (struct told){.start = (LONGLONG)(ULONG_PTR)start, .size = ARENA_SIZE};
        }
        CloseHandle(mapping);
        CloseHandle(file);
    }
    return told;
}

static BOOL CALLBACK arena_init(INIT_ONCE *once, void *parameter, void **context)
{
    struct arena *arena = parameter;

    (void)once;
    (void)context;
    InitializeCriticalSection(&arena->lock);
    arena->start = VirtualAlloc(NULL, ARENA_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    arena->told = tell_to_file(arena->start);
    return arena->start != NULL;
}

static struct arena *arena_get(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    static struct arena arena; /* memory is freed without any other object at hand */

    InitOnceExecuteOnce(&once, arena_init, &arena, NULL);
    return &arena;
}

static struct block *arena_take(struct arena *arena, ULONG order)
{
    struct block *block = arena->free[order];
    size_t size = (size_t)BLOCK_LEAST << order;

    if (block) {
        arena->free[order] = block->next;
    } else if (arena->start && size <= ARENA_SIZE - arena->used) {
        block = (struct block *)(arena->start + arena->used);
        block->order = order;
        arena->used += size;
    }
    return block;
}

static void *block_new(size_t size)
{
    struct arena *arena = arena_get();
    struct block *block = NULL;
    ULONG order = 0;

    if (size < ARENA_SIZE / 2) {
        while (((size_t)BLOCK_LEAST << order) < sizeof(*block) + size) {
            order++;
        }
        EnterCriticalSection(&arena->lock);
        block = arena_take(arena, order);
        LeaveCriticalSection(&arena->lock);
    }
    if (!block) {
        fputs("emulated outlook: out of memory\n", stderr);
        abort();
    }
    block->size = size;
    return block + 1;
}

void *emu_alloc(size_t size)
{
    return memset(block_new(size), 0, size);
}

void *emu_grow(void *old, size_t size)
{
    struct block *block = old ? (struct block *)old - 1 : NULL;
    void *grown;

    if (block && sizeof(*block) + size <= (size_t)BLOCK_LEAST << block->order) {
        block->size = size;
        return old;
    }
    grown = block_new(size);
    if (block) {
        memcpy(grown, old, block->size);
        emu_free(old);
    }
    return grown;
}

void emu_free(void *memory)
{
    struct arena *arena = arena_get();
    struct block *block = memory ? (struct block *)memory - 1 : NULL;

    if (block) {
        EnterCriticalSection(&arena->lock);
        block->next = arena->free[block->order];
        arena->free[block->order] = block;
        LeaveCriticalSection(&arena->lock);
    }
}

size_t emu_size(void *memory)
{
    return ((struct block *)memory - 1)->size;
}

void emu_lend(LONGLONG size)
{
    struct told *told = arena_get()->told;

    if (told) {
        InterlockedExchangeAdd64(&told->lent, size);
    }
}

WCHAR *emu_copy(const WCHAR *text)
{
    size_t size = text ? (wcslen(text) + 1) * sizeof(*text) : 0;

    return text ? memcpy(emu_alloc(size), text, size) : NULL;
}
