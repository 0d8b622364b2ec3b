/* The emulation's memory (bag.h declares it): a heap of its own, so that it can be told from that of the
 * program it lives in. A real Outlook is another process; whoever measures ours takes this off. If
 * LOCKSTEP_EMULATED_MEMORY names a file, its first eight bytes are how much is in use now. */
#include "tests/outlook/bag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena {
    HANDLE heap;
    LONGLONG *told; /* in use, in the file; NULL: nobody asks */
};

static LONGLONG *tell_to_file(void)
{
    WCHAR path[MAX_PATH];
    DWORD length = GetEnvironmentVariableW(L"LOCKSTEP_EMULATED_MEMORY", path, ARRAYSIZE(path));
    LONGLONG *told = NULL;

    if (length && length < ARRAYSIZE(path)) {
        HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
        HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, sizeof(*told), NULL);

        told = mapping ? MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, sizeof(*told)) : NULL;
        if (told) {
            *told = 0;
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
    arena->heap = HeapCreate(0, 0, 0);
    arena->told = tell_to_file();
    return arena->heap != NULL;
}

static struct arena *arena_get(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    static struct arena arena; /* memory is freed without any other object at hand */

    InitOnceExecuteOnce(&once, arena_init, &arena, NULL);
    return &arena;
}

static void count(const struct arena *arena, const void *memory, int sign)
{
    if (arena->told && memory) {
        InterlockedExchangeAdd64(arena->told, sign * (LONGLONG)HeapSize(arena->heap, 0, memory));
    }
}

static void *counted(const struct arena *arena, void *memory)
{
    if (!memory) {
        fputs("emulated outlook: out of memory\n", stderr);
        abort();
    }
    count(arena, memory, 1);
    return memory;
}

void *emu_alloc(size_t size)
{
    const struct arena *arena = arena_get();

    return counted(arena, HeapAlloc(arena->heap, HEAP_ZERO_MEMORY, size ? size : 1));
}

void *emu_grow(void *old, size_t size)
{
    const struct arena *arena = arena_get();

    if (!old) {
        return counted(arena, HeapAlloc(arena->heap, 0, size ? size : 1));
    }
    count(arena, old, -1);
    return counted(arena, HeapReAlloc(arena->heap, 0, old, size ? size : 1));
}

void emu_free(void *memory)
{
    const struct arena *arena = arena_get();

    count(arena, memory, -1);
    if (memory) {
        HeapFree(arena->heap, 0, memory);
    }
}

WCHAR *emu_copy(const WCHAR *text)
{
    size_t size = text ? (wcslen(text) + 1) * sizeof(*text) : 0;

    return text ? memcpy(emu_alloc(size), text, size) : NULL;
}

size_t emu_size(void *memory)
{
    return HeapSize(arena_get()->heap, 0, memory);
}
