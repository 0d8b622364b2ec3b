/* What the documents look like: which members are maps with made-up ids, which are sets, which are
 * bookkeeping. The one table that rekeying, difference and merge share (RFC 9553 section 2, RFC
 * 8984 sections 4 and 5). */
#ifndef LOCKSTEP_ITEM_SHAPE_H
#define LOCKSTEP_ITEM_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

struct shape_id_map {
    const char *member;
    const char *main_values[4]; /* members of an entry that say what it is, in order of weight;
                                   NULL-terminated */
    bool single; /* an item has one as a rule: another value is a change of it, not one more */
};

/* NULL if the member is no map with made-up ids. */
const struct shape_id_map *shape_id_map(const char *member);
const struct shape_id_map *shape_id_maps(size_t *ret_count);

/* A top-level member that is a map or a set: entries are compared one by one, and absent equals
 * empty. */
bool shape_is_map(const char *member);

/* A top-level member that is bookkeeping of one side and never a difference. */
bool shape_is_bookkeeping(const char *member);

/* A value that servers make over in their own way (a photo, made smaller; a file, put elsewhere): where what was written
 * reads back differently, that is the store's doing rather than somebody's edit. `path` as in a
 * PatchObject. */
bool shape_is_made_over(const char *path);

/* A member whose parts only make sense together, wherever it stands below `top` (the top-level
 * member): replaced whole. */
bool shape_is_atomic(const char *top, const char *member);

#endif
