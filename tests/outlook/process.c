/* The state of one process; see process.h. The lock is made on first use because DllMain must stay
 * trivial: Wine's mapi32 loads this DLL while it holds the loader lock. */
#include "tests/outlook/process.h"

#include "tests/outlook/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct process {
    INIT_ONCE once;
    CRITICAL_SECTION lock;
    struct storage *storage;
    LONG initialized;
};

static struct process *process_get(void)
{
    static struct process process; /* one mailbox a process, as MAPI itself has it */

    return &process;
}

static BOOL CALLBACK process_init(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once;
    (void)context;
    InitializeCriticalSection(&((struct process *)parameter)->lock);
    return TRUE;
}

void process_lock(void)
{
    struct process *process = process_get();

    InitOnceExecuteOnce(&process->once, process_init, process, NULL);
    EnterCriticalSection(&process->lock);
}

void process_unlock(void)
{
    LeaveCriticalSection(&process_get()->lock);
}

HRESULT process_storage(struct storage **ret_storage)
{
    struct process *process = process_get();

    if (!process->storage) {
        WCHAR *path = config_database_path();
        HRESULT hr = storage_open(path, FALSE, &process->storage);
        emu_free(path);
        if (FAILED(hr)) {
            return hr;
        }
    }
    *ret_storage = process->storage;
    return S_OK;
}

void process_close_storage(void)
{
    struct process *process = process_get();

    storage_close(process->storage);
    process->storage = NULL;
}

LONG process_initialized(LONG change)
{
    return process_get()->initialized += change;
}

void violation(const char *kind, const char *format, ...)
{
    char line[1024];
    WCHAR *path = config_violations_path();
    HANDLE file;
    va_list args;
    DWORD written;
    int length = snprintf(line, sizeof(line) - 2, "violation: %s: ", kind);

    va_start(args, format);
    vsnprintf(line + length, sizeof(line) - 2 - (size_t)length, format, args);
    va_end(args);
    for (char *c = line; *c; c++) {
        *c = *c == '\n' || *c == '\r' ? ' ' : *c;
    }
    strcat(line, "\n");
    file =
        CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file != INVALID_HANDLE_VALUE) {
        WriteFile(file, line, (DWORD)strlen(line), &written, NULL);
        CloseHandle(file);
    } else {
        fputs(line, stderr);
    }
    emu_free(path);
}
