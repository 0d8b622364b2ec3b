/* POSIX: locks, and signals that ask to end. */
#include "client/platform/lock.h"
#include "client/platform/stop.h"

#include "client/base/mem.h"

#include <pthread.h>
#include <signal.h>

struct platform_lock {
    pthread_mutex_t mutex;
};

struct platform_lock *platform_lock_new(void)
{
    struct platform_lock *lock = NEW(struct platform_lock);
    pthread_mutex_init(&lock->mutex, NULL);
    return lock;
}

void platform_lock_free(struct platform_lock *lock)
{
    if (lock) {
        pthread_mutex_destroy(&lock->mutex);
        free(lock);
    }
}

void platform_lock_take(struct platform_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void platform_lock_give(struct platform_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

/* A signal handler can reach nothing but a global. */
static volatile sig_atomic_t stop_wanted;

static void on_signal(int number)
{
    stop_wanted = 1;
    signal(number, SIG_DFL);
}

void platform_stop_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

bool platform_stop_wanted(void)
{
    return stop_wanted != 0;
}
