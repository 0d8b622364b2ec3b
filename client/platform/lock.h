/* A lock between threads: what one thread tells another is guarded by it. */
#ifndef LOCKSTEP_PLATFORM_LOCK_H
#define LOCKSTEP_PLATFORM_LOCK_H

struct platform_lock;
struct platform_lock *platform_lock_new(void);
void platform_lock_free(struct platform_lock *lock);
void platform_lock_take(struct platform_lock *lock); /* waits; not twice by one thread */
void platform_lock_give(struct platform_lock *lock);

#endif
