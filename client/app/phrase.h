/* Sentences that are made here in English, found again in a list of such, so that the windows can say
 * them in another language while the log, the command line and JSON keep the one they have. */
#ifndef LOCKSTEP_APP_PHRASE_H
#define LOCKSTEP_APP_PHRASE_H

#include <stdbool.h>

#define PHRASE_PLACES 4

struct phrase {
    char *place[PHRASE_PLACES]; /* owned; what stands for %1 to %4, NULL: no such place */
};

/* Is `text` of the form of `pattern` ("%1 of %2 items")? The whole must fit. A place takes one
 * character or more, as few as will do; the last place of a pattern that ends in it takes the rest.
 * *ret is filled on success only; phrase_fini. */
bool phrase_match(const char *pattern, const char *text, struct phrase *ret);
void phrase_fini(struct phrase *p);

#endif
