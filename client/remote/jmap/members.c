/* See members.h. */
#include "client/remote/jmap/members.h"

#include "client/base/buf.h"
#include "client/base/map.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#include <string.h>

bool members_is_ours(const char *name)
{
    return str_starts(name, DOC_EXT) && !shape_is_bookkeeping(name);
}

bool members_have_ours(const struct json *v)
{
    for (const struct json *m = json_first(v); m; m = json_next(m)) {
        if (members_is_ours(json_key(m)) || members_have_ours(m)) {
            return true;
        }
    }
    return false;
}

void members_drop_blobs(struct json *map)
{
    for (struct json *e = json_first(map), *next; e; e = next) {
        next = json_next(e);
        if (json_get(e, "blobId")) {
            CLEANUP(mem_free) char *id = mem_strdup(json_key(e));
            json_remove(map, id);
        }
    }
}

void members_drop_ours(struct json *v)
{
    for (struct json *m = json_first(v), *next; m; m = next) {
        next = json_next(m);
        members_drop_ours(m);
        if (members_is_ours(json_key(m))) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(v, key);
        }
    }
}

void members_drop_nulls(struct json *object)
{
    for (struct json *m = json_first(object), *next; m; m = next) {
        next = json_next(m);
        if (json_is_null(m)) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(object, key);
        }
    }
}

const char *members_twin(const struct json *v)
{
    CLEANUP(map_free) struct map *seen = json_is_object(v) ? map_new() : NULL;
    for (const struct json *m = json_first(v); m; m = json_next(m)) {
        const char *below = members_twin(m);
        if (below || (seen && map_has(seen, json_key(m)))) {
            return below ? below : json_key(m);
        }
        if (seen) {
            map_put(seen, json_key(m), seen);
        }
    }
    return NULL;
}

/* ---- ids of new entries ---- */
/* RFC 9553 section 1.4.4. */
static bool is_id(const char *s)
{
    size_t n = strlen(s);
    return n && n <= 255 &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static char *free_id(const struct json *want, const struct json *there)
{
    char *id = mem_strdup("n1");
    for (int n = 2; json_get(want, id) || json_get(there, id); n++) {
        free(id);
        id = str_printf("n%d", n);
    }
    return id;
}

void members_free_ids(struct json *want, const struct json *now, const struct json *native)
{
    for (struct json *map = json_first(want); map; map = json_next(map)) {
        const struct json *there = json_get(native, json_key(map));
        const struct json *known = json_get(now, json_key(map));
        if (!shape_id_map(json_key(map)) || !json_is_object(map)) {
            continue;
        }
        for (struct json *e = json_first(map), *next; e; e = next) {
            next = json_next(e);
            CLEANUP(mem_free) char *id = mem_strdup(json_key(e));
            if (!json_get(known, id) && (json_get(there, id) || !is_id(id))) {
                CLEANUP(mem_free) char *other = free_id(map, there);
                json_set(map, other, json_detach(map, id));
            }
        }
    }
}
