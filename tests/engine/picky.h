/* A store with habits around a memory store: what servers do to photos and files (shrink, recode, drop,
 * refuse). It takes and keeps them as a lens would: what is "lockstep.kept:" is left as it is. */
#ifndef LOCKSTEP_TESTS_ENGINE_PICKY_H
#define LOCKSTEP_TESTS_ENGINE_PICKY_H

#include "client/sync/store.h"

enum habit { KEEPS, SHRINKS, RECODES, DROPS, REFUSES };

struct picky {
    struct store base;
    struct store_vtbl vtbl;
    struct store *inner; /* borrowed */
    enum habit habit;    /* REFUSES: more than 3500 bytes of base64 */
    size_t largest;      /* bytes that one fetch gave */
    long commits;
};

void picky_init(struct picky *p, struct store *inner, enum habit habit);

#endif
