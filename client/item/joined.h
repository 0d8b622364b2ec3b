/* Texts that one program holds in one and another in several: the notes and the nicknames of a
 * contact. Outlook has one body, which takes the texts of all NOTE lines of a vCard, and one
 * nickname. Inside client/item. */
#ifndef LOCKSTEP_ITEM_JOINED_H
#define LOCKSTEP_ITEM_JOINED_H

#include "client/base/json.h"

struct joined_map {
    const char *map, *member;
    const char *separators; /* between two texts in one; also within one, a new line in a note */
};
const struct joined_map *joined_maps(size_t *ret_count);

/* The parts of a text, one a line, without the blanks around them and without empty ones: texts of
 * the same parts say the same. Begins and ends with a line break unless empty, so that a text that
 * stands whole in another one is found by strstr. Caller frees. */
char *joined_parts(const struct joined_map *m, const char *text);

/* The parts of all texts of the document, in their order; empty if there are none. Caller frees. */
char *joined_parts_of_all(const struct joined_map *m, const struct json *doc);

#endif
