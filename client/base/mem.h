/* Memory and cleanup. Small allocations abort when memory is out (there is nothing sensible to do);
 * whatever an outsider can make large goes through a bounded buffer (buf.h) instead.
 *
 * CLEANUP(x_free) releases a local pointer when its scope ends; TAKE(p) hands it over and leaves
 * NULL. */
#ifndef LOCKSTEP_BASE_MEM_H
#define LOCKSTEP_BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

void *mem_alloc(size_t n); /* zeroed; n may be 0; aborts if memory is out */
void *mem_realloc(void *p, size_t count, size_t size); /* aborts on overflow or if memory is out */
char *mem_strdup(const char *s);                       /* NULL stays NULL */
char *mem_strndup(const char *s, size_t n);
void *mem_dup(const void *p, size_t n);

#define NEW(type) ((type *)mem_alloc(sizeof(type)))

/* Makes room for one more element of an owned array: doubles `items` when count reaches cap. */
#define ARRAY_RESERVE(items, count, cap)                                                           \
    do {                                                                                           \
        if ((count) == (cap)) {                                                                    \
            (cap) = (cap) ? (cap)*2 : 8;                                                           \
            (items) = mem_realloc((items), (cap), sizeof *(items));                                \
        }                                                                                          \
    } while (0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* CLEANUP(f) calls f on the variable's value at the end of its scope; f must accept NULL. */
#define CLEANUP(f) __attribute__((cleanup(cleanup_##f)))
#define DEFINE_CLEANUP(type, f)                                                                    \
    static inline void cleanup_##f(type *p)                                                        \
    {                                                                                              \
        f(*p);                                                                                     \
    }                                                                                              \
    extern int lockstep_cleanup_defined
/* For objects embedded on the stack: f gets the address. */
#define CLEANUP_FINI(f) __attribute__((cleanup(f)))

#define TAKE(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) take_value = (p);                                                            \
        (p) = NULL;                                                                                \
        take_value;                                                                                \
    })

static inline void mem_free(void *p)
{
    free(p);
}
static inline void cleanup_mem_free(void *p)
{
    free(*(void **)p);
}

#endif
