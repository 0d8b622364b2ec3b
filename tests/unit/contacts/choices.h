/* Choices that a generated value is made of, recorded so that a failing value can be made again,
 * and made smaller: fewer or smaller choices give a simpler value, as 0 always stands for the
 * simplest. The input of a fuzzer serves as choices, too. */
#ifndef LOCKSTEP_TESTS_UNIT_CONTACTS_CHOICES_H
#define LOCKSTEP_TESTS_UNIT_CONTACTS_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct choices {
    const uint32_t *given; /* borrowed; taken first */
    size_t given_count, next;
    uint64_t dice;  /* beyond them random ones, or 0s if this is 0 */
    uint32_t *made; /* owned; all that were made, reduced to their range */
    size_t count, cap;
};
void choices_fini(struct choices *c);
/* From 0 to n - 1. */
uint32_t choose(struct choices *c, uint32_t n);
/* True in one of n cases; 0 stands for false. */
bool choose_rarely(struct choices *c, uint32_t n);

/* Says what is wrong with the value that the choices make, NULL if nothing. Caller frees. */
typedef char *choices_property(struct choices *c);
/* Tries simpler choices while the property fails, at most `tries` times. *list is replaced (owned,
 * from malloc). */
void choices_shrink(choices_property *property, uint32_t **list, size_t *count, int tries);

#endif
