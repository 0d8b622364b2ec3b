/* Counts what is allocated: the peak of the bytes that malloc has given out. Linux with glibc only,
 * whose malloc lets itself be replaced by a program's own. */
#ifndef LOCKSTEP_TESTS_BENCHMARKS_HEAP_H
#define LOCKSTEP_TESTS_BENCHMARKS_HEAP_H

#include <stddef.h>

/* From here on; what is allocated now counts as nothing. */
void heap_count(void);
/* The most that was allocated at once since heap_count, in bytes; counting ends. */
size_t heap_peak(void);

#endif
