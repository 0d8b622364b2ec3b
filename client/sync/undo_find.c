/* Where the entries are that a run has left. Ids of entries belong to the pair and are made anew when its two
 * sides are united again, as after 'state restore': what history names by an id of before is then found by
 * what it is. */
#include "client/sync/internal.h"

#include "client/item/shape.h"

/* What the run left, as a document of the entries that it changed, and of those only what it changed. */
static struct json *left_by(const struct json *forth)
{
    struct json *left = json_object();
    for (const struct json *m = json_first(forth); m; m = json_next(m)) {
        if (!json_is_null(m) && strchr(json_key(m), '/') &&
            json_pointer_set(left, json_key(m), json_dup(m), NULL) != RC_OK) {
            continue; /* the way leads through something else: no entry */
        }
    }
    return left;
}

static bool has_all_of(const struct json *entry, const struct json *part)
{
    for (const struct json *m = json_first(part); m; m = json_next(m)) {
        const struct json *is = json_get(entry, json_key(m));
        if (!is || !json_equal(is, m)) {
            return false;
        }
    }
    return json_is_object(entry) && json_count(part) > 0;
}

/* The id of the one entry that is like that, and is not another one of the run's; NULL if there is none. */
static const char *find_like(
    const struct json *map, const struct json *part, const struct json *left)
{
    const char *found = NULL;
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        if (!json_get(left, json_key(e)) && has_all_of(e, part)) {
            if (found) {
                return NULL;
            }
            found = json_key(e);
        }
    }
    return found;
}

static void rename_entry(struct json *patch, const char *from, const char *to)
{
    CLEANUP(json_free) struct json *old = json_dup(patch);
    size_t length = strlen(from);
    for (const struct json *m = json_first(old); m; m = json_next(m)) {
        const char *path = json_key(m);
        if (strncmp(path, from, length) == 0 && (path[length] == '\0' || path[length] == '/')) {
            CLEANUP(mem_free) char *renamed = str_printf("%s%s", to, path + length);
            json_remove(patch, path);
            json_set(patch, renamed, json_dup(m));
        }
    }
}

struct names {
    struct json *const *back, *const *forth;
    const struct json *const *now;
};

static void rename_everywhere(
    const struct names *n, const char *map, const char *from, const char *to)
{
    CLEANUP(mem_free) char *old_id = json_pointer_escape(from);
    CLEANUP(mem_free) char *new_id = json_pointer_escape(to);
    CLEANUP(mem_free) char *old_path = str_printf("%s/%s", map, old_id);
    CLEANUP(mem_free) char *new_path = str_printf("%s/%s", map, new_id);
    for (int s = 0; s < 2; s++) {
        rename_entry(n->back[s], old_path, new_path);
        rename_entry(n->forth[s], old_path, new_path);
    }
}

static void find_in_map(const struct names *n, const struct json *left, enum side s)
{
    const char *name = json_key(left);
    for (const struct json *part = json_first(left); part; part = json_next(part)) {
        const char *id = json_key(part);
        bool there = json_get(json_get(n->now[SIDE_LEFT], name), id) ||
                     json_get(json_get(n->now[SIDE_RIGHT], name), id);
        const char *found = there ? NULL : find_like(json_get(n->now[s], name), part, left);
        if (found) {
            rename_everywhere(n, name, id, found);
        }
    }
}

void undo_find_entries(
    struct json *const back[2], struct json *const forth[2], const struct json *const now[2])
{
    const struct names n = {back, forth, now};
    for (int s = 0; s < 2; s++) {
        CLEANUP(json_free) struct json *left = left_by(forth[s]);
        for (const struct json *map = json_first(left); map; map = json_next(map)) {
            if (json_is_object(map) && shape_id_map(json_key(map))) {
                find_in_map(&n, map, (enum side)s);
            }
        }
    }
}
