/* Hash map: open addressing over an array of entries kept in insertion order. FNV-1a is enough:
 * keys come from stores we chose to trust with our data, and the worst case is slowness. */
#include "client/base/map.h"

#include <stdint.h>
#include <string.h>

struct map_slot {
    char *key; /* owned; NULL = removed */
    void *value;
    uint32_t hash;
};

struct map {
    struct map_slot *entries; /* owned; in insertion order, with holes */
    size_t used, cap, live;
    uint32_t *index; /* owned; entry number + 1, 0 = free; index_size is a power of two */
    size_t index_size;
};

static uint32_t hash_of(const char *key)
{
    uint32_t h = 2166136261u;
    for (; *key; key++) {
        h = (h ^ (unsigned char)*key) * 16777619u;
    }
    return h;
}

struct map *map_new(void)
{
    return NEW(struct map);
}

void map_free(struct map *m)
{
    if (!m) {
        return;
    }
    for (size_t i = 0; i < m->used; i++) {
        free(m->entries[i].key);
    }
    free(m->entries);
    free(m->index);
    free(m);
}

static struct map_slot *lookup(const struct map *m, const char *key, uint32_t hash)
{
    if (!m || !m->index_size) {
        return NULL;
    }
    for (size_t i = hash & (m->index_size - 1); m->index[i]; i = (i + 1) & (m->index_size - 1)) {
        struct map_slot *e = &m->entries[m->index[i] - 1];
        if (e->key && e->hash == hash && strcmp(e->key, key) == 0) {
            return e;
        }
    }
    return NULL;
}

/* Drops holes and rebuilds the index with room for twice the live entries. */
static void rebuild(struct map *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->used; i++) {
        if (m->entries[i].key) {
            m->entries[kept++] = m->entries[i];
        }
    }
    m->used = kept;
    m->index_size = 16;
    while (m->index_size < kept * 4) {
        m->index_size *= 2;
    }
    free(m->index);
    m->index = mem_alloc(m->index_size * sizeof *m->index);
    for (size_t i = 0; i < m->used; i++) {
        size_t at = m->entries[i].hash & (m->index_size - 1);
        while (m->index[at]) {
            at = (at + 1) & (m->index_size - 1);
        }
        m->index[at] = (uint32_t)i + 1;
    }
}

void *map_get(const struct map *m, const char *key)
{
    struct map_slot *e = key ? lookup(m, key, hash_of(key)) : NULL;
    return e ? e->value : NULL;
}

bool map_has(const struct map *m, const char *key)
{
    return key && lookup(m, key, hash_of(key));
}

void map_put(struct map *m, const char *key, void *value)
{
    uint32_t hash = hash_of(key);
    struct map_slot *e = lookup(m, key, hash);
    if (e) {
        e->value = value;
        return;
    }
    if ((m->used + 1) * 2 > m->index_size) {
        rebuild(m);
    }
    ARRAY_RESERVE(m->entries, m->used, m->cap);
    m->entries[m->used] = (struct map_slot){mem_strdup(key), value, hash};
    size_t at = hash & (m->index_size - 1);
    while (m->index[at]) {
        at = (at + 1) & (m->index_size - 1);
    }
    m->index[at] = (uint32_t)++m->used;
    m->live++;
}

void *map_remove(struct map *m, const char *key)
{
    struct map_slot *e = key ? lookup(m, key, hash_of(key)) : NULL;
    if (!e) {
        return NULL;
    }
    free(TAKE(e->key)); /* the index keeps pointing at the hole, so that probing goes on past it */
    m->live--;
    return e->value;
}

size_t map_count(const struct map *m)
{
    return m ? m->live : 0;
}

bool map_entry(const struct map *m, size_t *cursor, const char **ret_key, void **ret_value)
{
    while (m && *cursor < m->used) {
        const struct map_slot *e = &m->entries[(*cursor)++];
        if (e->key) {
            if (ret_key) {
                *ret_key = e->key;
            }
            if (ret_value) {
                *ret_value = e->value;
            }
            return true;
        }
    }
    return false;
}
