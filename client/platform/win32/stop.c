/* Windows: locks, and what the console says of its end. */
#include "client/platform/lock.h"
#include "client/platform/stop.h"

#include "client/base/mem.h"

#include <windows.h>

struct platform_lock {
    CRITICAL_SECTION section;
};

struct platform_lock *platform_lock_new(void)
{
    struct platform_lock *lock = NEW(struct platform_lock);
    InitializeCriticalSection(&lock->section);
    return lock;
}

void platform_lock_free(struct platform_lock *lock)
{
    if (lock) {
        DeleteCriticalSection(&lock->section);
        free(lock);
    }
}

void platform_lock_take(struct platform_lock *lock)
{
    EnterCriticalSection(&lock->section);
}

void platform_lock_give(struct platform_lock *lock)
{
    LeaveCriticalSection(&lock->section);
}

/* A handler can reach nothing but a global. */
static volatile LONG stop_wanted; /* Interlocked */

static BOOL WINAPI on_control(DWORD kind)
{
    (void)kind;
    return InterlockedExchange(&stop_wanted, 1) == 0; /* the second time it is Windows' to end us */
}

void platform_stop_catch(void)
{
    SetConsoleCtrlHandler(on_control, TRUE);
}

bool platform_stop_wanted(void)
{
    return InterlockedCompareExchange(&stop_wanted, 0, 0) != 0;
}
