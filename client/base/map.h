/* A hash map from strings to pointers. Keys are copied; values are borrowed unless map_free_values
 * is given a function. */
#ifndef LOCKSTEP_BASE_MAP_H
#define LOCKSTEP_BASE_MAP_H

#include "client/base/mem.h"

#include <stdbool.h>

struct map;
struct map *map_new(void);
void map_free(struct map *m); /* values are left alone */
DEFINE_CLEANUP(struct map *, map_free);
void *map_get(const struct map *m, const char *key); /* NULL if absent */
bool map_has(const struct map *m, const char *key);
void map_put(struct map *m, const char *key, void *value);
void *map_remove(struct map *m, const char *key); /* the value that was there */
size_t map_count(const struct map *m);
/* Walks in insertion order of the surviving entries: for (i = 0; map_entry(m, &i, &key, &value);)
 */
bool map_entry(const struct map *m, size_t *cursor, const char **ret_key, void **ret_value);

#endif
