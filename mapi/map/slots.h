/* Entries of a document's map ("phones", "links", ...) in properties that each hold one: slots. An
 * entry goes to a slot of its class; one already there stays; what finds no free slot is kept by
 * the other side only. */
#ifndef LOCKSTEP_MAPI_MAP_SLOTS_H
#define LOCKSTEP_MAPI_MAP_SLOTS_H

#include "mapi/map/lens.h"

struct slot {
    enum prop_key key;
    const char *id;    /* of the entry in documents we read */
    const char *class; /* what kind of entry it holds, a word of classify() */
    const char *role;  /* the rest of the entry, as JSON */
};

struct slot_group {
    const char *member; /* of the document */
    const char *value;  /* member of an entry that the property holds */
    const char *(*classify)(const struct json *entry); /* NULL: none of ours */
    const struct slot *slots;
    size_t count;
};

void slots_read(struct reader *r, const struct slot_group *group);
void slots_write(struct writer *w, const struct slot_group *group);

#endif
