/* The ledger of MAPI buffers; see memory.h. Freed buffers are overwritten and kept for a while, so
 * that a second free is recognized and a use after the free meets 0xDD instead of plausible data.
 */
#include "tests/outlook/memory.h"

#include "tests/outlook/bag.h"
#include "tests/outlook/process.h"

#include <stdio.h>
#include <string.h>

#define MEMORY_BUCKETS    4096u
#define MEMORY_QUARANTINE 2048u

struct block {
    struct block *next_in_bucket;
    struct block *more; /* MAPIAllocateMore blocks, freed with this one */
    const char *made_by;
    char caller[64];
    ULONG size;
    ULONG number;
    ULONG freed;
} __attribute__((aligned(16))); /* the data follows the header and may be of any type */

struct ledger {
    struct block *buckets[MEMORY_BUCKETS];
    struct block *quarantine[MEMORY_QUARANTINE];
    ULONG quarantine_at;
    ULONG numbers;
};

static struct ledger *ledger_get(void)
{
    static struct ledger ledger; /* MAPIFreeBuffer has no other argument than the buffer */

    return &ledger;
}

static struct block **ledger_bucket(const void *buffer)
{
    ULONG_PTR hash = (ULONG_PTR)buffer >> 4;

    return &ledger_get()->buckets[(hash ^ (hash >> 12)) % MEMORY_BUCKETS];
}

static struct block *ledger_find(const void *buffer)
{
    struct block *block = *ledger_bucket(buffer);

    while (block && (const void *)(block + 1) != buffer) {
        block = block->next_in_bucket;
    }
    return block;
}

static void ledger_remove(struct block *block)
{
    struct block **link = ledger_bucket(block + 1);

    while (*link && *link != block) {
        link = &(*link)->next_in_bucket;
    }
    if (*link) {
        *link = block->next_in_bucket;
    }
}

static BOOL memory_is_outside(HMODULE module)
{
    WCHAR path[MAX_PATH];
    HMODULE self = NULL;
    const WCHAR *name;

    GetModuleHandleExW(
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
        (const WCHAR *)(ULONG_PTR)&memory_is_outside, &self);
    if (module == self || !GetModuleFileNameW(module, path, ARRAYSIZE(path))) {
        return FALSE;
    }
    name = wcsrchr(path, L'\\');
    return _wcsicmp(name ? name + 1 : path, L"mapi32.dll") != 0;
}

void memory_caller(char *text, size_t size)
{
    void *frames[12];
    USHORT count = RtlCaptureStackBackTrace(1, ARRAYSIZE(frames), frames, NULL);

    text[0] = 0;
    for (USHORT i = 0; i < count; i++) {
        HMODULE module = NULL;
        char path[MAX_PATH];
        const char *name;
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
            (const WCHAR *)frames[i], &module);
        if (!module || !memory_is_outside(module)) {
            continue;
        }
        GetModuleFileNameA(module, path, sizeof(path));
        name = strrchr(path, '\\');
        snprintf(text, size, "%s+0x%lx", name ? name + 1 : path,
            (unsigned long)((ULONG_PTR)frames[i] - (ULONG_PTR)module));
        return;
    }
}

static struct block *memory_block(size_t size)
{
    struct block *block = emu_alloc(sizeof(*block) + size);

    /* Real buffers are not cleared; a caller that relies on zeros must notice. */
    memset(block + 1, 0xCD, size);
    block->size = (ULONG)size;
    emu_lend((LONGLONG)size);
    return block;
}

void *memory_new(size_t size, const char *made_by)
{
    struct block *block = memory_block(size);
    struct block **bucket;

    process_lock();
    block->made_by = made_by;
    block->number = ++ledger_get()->numbers;
    memory_caller(block->caller, sizeof(block->caller));
    bucket = ledger_bucket(block + 1);
    block->next_in_bucket = *bucket;
    *bucket = block;
    process_unlock();
    return block + 1;
}

void *memory_more(void *owner, size_t size)
{
    struct block *block = memory_block(size);
    struct block *head = (struct block *)owner - 1;

    process_lock();
    block->more = head->more;
    head->more = block;
    process_unlock();
    return block + 1;
}

static void memory_release(struct block *block)
{
    while (block) {
        struct block *next = block->more;
        emu_free(block);
        block = next;
    }
}

void memory_free(void *buffer)
{
    struct ledger *ledger = ledger_get();
    struct block *block = (struct block *)buffer - 1;
    struct block **slot;

    for (struct block *part = block; part; part = part->more) {
        memset(part + 1, 0xDD, part->size);
        emu_lend(-(LONGLONG)part->size);
    }
    process_lock();
    block->freed = 1;
    slot = &ledger->quarantine[ledger->quarantine_at++ % MEMORY_QUARANTINE];
    if (*slot) {
        ledger_remove(*slot);
        memory_release(*slot);
    }
    *slot = block;
    process_unlock();
}

SCODE WINAPI emu_MAPIAllocateBuffer(ULONG size, void **ret_buffer)
{
    HRESULT hr = fault_hit("Memory", "MAPIAllocateBuffer");

    if (!ret_buffer) {
        violation("BAD_POINTER", "MAPIAllocateBuffer without a place for the buffer");
        return MAPI_E_INVALID_PARAMETER;
    }
    if (FAILED(hr)) {
        return hr;
    }
    *ret_buffer = memory_new(size, "MAPIAllocateBuffer");
    return S_OK;
}

SCODE WINAPI emu_MAPIAllocateMore(ULONG size, void *owner, void **ret_buffer)
{
    struct block *block;

    if (!ret_buffer) {
        violation("BAD_POINTER", "MAPIAllocateMore without a place for the buffer");
        return MAPI_E_INVALID_PARAMETER;
    }
    process_lock();
    block = ledger_find(owner);
    process_unlock();
    if (!block || block->freed) {
        violation("BAD_OWNER", "MAPIAllocateMore: %p is %s", owner,
            block ? "already freed" : "not the start of a MAPIAllocateBuffer buffer");
        return MAPI_E_INVALID_PARAMETER;
    }
    *ret_buffer = memory_more(owner, size);
    return S_OK;
}

ULONG WINAPI emu_MAPIFreeBuffer(void *buffer)
{
    struct block *block;
    char caller[64];

    if (!buffer) {
        return S_OK;
    }
    process_lock();
    block = ledger_find(buffer);
    if (block && !block->freed) {
        memory_free(buffer);
        process_unlock();
        return S_OK;
    }
    process_unlock();
    memory_caller(caller, sizeof(caller));
    if (block) {
        violation("DOUBLE_FREE", "buffer of %lu bytes made by %s for %s, freed again by %s",
            (unsigned long)block->size, block->made_by, block->caller, caller);
    } else {
        violation("BAD_FREE", "%p, freed by %s, is no MAPI buffer", buffer, caller);
    }
    return (ULONG)MAPI_E_INVALID_PARAMETER;
}

void memory_report_leaks(void)
{
    struct ledger *ledger = ledger_get();

    process_lock();
    for (ULONG i = 0; i < MEMORY_BUCKETS; i++) {
        struct block *block = ledger->buckets[i];
        while (block) {
            struct block *next = block->next_in_bucket;
            if (!block->freed) {
                violation("LEAKED_BUFFER", "%lu bytes, number %lu, made by %s for %s",
                    (unsigned long)block->size, (unsigned long)block->number, block->made_by,
                    block->caller[0] ? block->caller : "?");
                memory_free(block + 1);
            }
            block = next;
        }
    }
    process_unlock();
}
