/* Giving a document the ids of another one: entries of id maps are paired by content, then by main
 * value, then by role. */
#include "client/base/buf.h"
#include "client/base/map.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/item/joined.h"
#include "client/item/match.h"
#include "client/item/shape.h"

#include <string.h>

/* One entry of an id map and what it is recognised by. */
struct entry {
    struct json *value; /* borrowed */
    const char *id;     /* borrowed */
    char *content;      /* owned; canonical text of the whole */
    char *role;         /* owned; canonical text without the main values; made when asked for */
    const char *new_id; /* borrowed from the reference, or own */
    bool paired;
};

struct entries {
    struct entry *items; /* owned */
    size_t count, cap;
};

static void entries_fini(struct entries *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].content);
        free(list->items[i].role);
    }
    free(list->items);
}

static char *role_of(const struct json *value, const struct shape_id_map *shape)
{
    CLEANUP(json_free) struct json *rest = json_dup(value);
    if (json_is_object(rest)) {
        for (size_t i = 0; shape->main_values[i]; i++) {
            json_remove(rest, shape->main_values[i]);
        }
        json_remove(rest, "label");
        json_remove(rest, "pref");
    }
    return json_print_canonical(rest);
}

static void collect(struct entries *list, const struct json *map)
{
    for (struct json *m = json_first(map); m; m = json_next(m)) {
        ARRAY_RESERVE(list->items, list->count, list->cap);
        list->items[list->count++] =
            (struct entry){m, json_key(m), json_print_canonical(m), NULL, NULL, false};
    }
}

/* Most entries are paired by content and never need a role. */
static void add_roles(struct entries *list, const struct shape_id_map *shape)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!list->items[i].paired) {
            list->items[i].role = role_of(list->items[i].value, shape);
        }
    }
}

static void pair(struct entry *mine, struct entry *theirs)
{
    mine->new_id = theirs->id;
    mine->paired = theirs->paired = true;
}

static void pair_equal_content(struct entries *mine, struct entries *theirs)
{
    for (size_t i = 0; i < mine->count; i++) {
        for (size_t k = 0; k < theirs->count && !mine->items[i].paired; k++) {
            if (!theirs->items[k].paired &&
                str_eq(mine->items[i].content, theirs->items[k].content)) {
                pair(&mine->items[i], &theirs->items[k]);
            }
        }
    }
}

static void pair_main_value(struct entries *mine, struct entries *theirs, const char *member)
{
    for (size_t i = 0; i < mine->count; i++) {
        const struct json *value = json_get(mine->items[i].value, member);
        for (size_t k = 0; value && k < theirs->count && !mine->items[i].paired; k++) {
            if (!theirs->items[k].paired &&
                json_equal(value, json_get(theirs->items[k].value, member))) {
                pair(&mine->items[i], &theirs->items[k]);
            }
        }
    }
}

/* The only unpaired entry with this role, or NULL. */
static struct entry *sole_of_role(struct entries *list, const char *role)
{
    struct entry *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        if (!list->items[i].paired && str_eq(list->items[i].role, role)) {
            if (found) {
                return NULL;
            }
            found = &list->items[i];
        }
    }
    return found;
}

static void pair_sole_role(
    struct entries *mine, struct entries *theirs, const struct shape_id_map *shape)
{
    add_roles(mine, shape);
    add_roles(theirs, shape);
    for (size_t i = 0; i < mine->count; i++) {
        struct entry *m = &mine->items[i];
        if (m->paired || sole_of_role(mine, m->role) != m) {
            continue;
        }
        struct entry *t = sole_of_role(theirs, m->role);
        if (t) {
            pair(m, t);
        }
    }
}

/* Ids for the entries that have no counterpart: their own unless taken. Fills `renames` (old id ->
 * owned new id). */
static void settle_ids(struct entries *mine, const struct entries *theirs, struct map *renames)
{
    CLEANUP(map_free) struct map *taken = map_new();
    for (size_t i = 0; i < theirs->count; i++) {
        map_put(taken, theirs->items[i].id, taken);
    }
    for (size_t i = 0; i < mine->count; i++) {
        struct entry *m = &mine->items[i];
        char *id = mem_strdup(m->new_id ? m->new_id : m->id);
        for (int n = 1; !m->new_id && map_has(taken, id); n++) {
            free(id);
            id = str_printf("%s-%d", m->id, n);
        }
        map_put(taken, id, taken);
        map_put(renames, m->id, id);
    }
}

/* Renames the keys of an object by the map, keeping order; keys not in the map stay. */
static void rename_keys(struct json *object, const struct map *renames)
{
    if (!json_is_object(object)) {
        return;
    }
    size_t n = json_count(object);
    for (size_t i = 0; i < n; i++) {
        struct json *first = json_first(object);
        char *key = mem_strdup(json_key(first));
        struct json *value = json_detach(object, key);
        const char *renamed = map_get(renames, key);
        /* Moved to the end under a mark, so that a new name never meets an old one not yet renamed.
         */
        char *marked = str_printf("\x01%s", renamed ? renamed : key);
        json_set(object, marked, value);
        free(marked);
        free(key);
    }
    for (size_t i = 0; i < n; i++) {
        char *key = mem_strdup(json_key(json_first(object)));
        struct json *value = json_detach(object, key);
        json_set(object, key + 1, value);
        free(key);
    }
}

static void rename_reference(struct json *entry, const char *member, const struct map *renames)
{
    const char *old = json_get_str(entry, member);
    const char *renamed = old ? map_get(renames, old) : NULL;
    if (renamed) {
        json_set_str(entry, member, renamed);
    }
}

/* Where ids are referred to from elsewhere in the document (RFC 9553 section 2.2.5, RFC 8984
 * sections 4.2.5 and 4.4.6). */
static void rename_references(struct json *doc, const char *member, const struct map *renames)
{
    if (str_eq(member, "organizations")) {
        for (struct json *t = json_first(json_get(doc, "titles")); t; t = json_next(t)) {
            rename_reference(t, "organizationId", renames);
        }
    } else if (str_eq(member, "links")) {
        for (struct json *l = json_first(json_get(doc, "locations")); l; l = json_next(l)) {
            rename_keys(json_get(l, "linkIds"), renames);
        }
    } else if (str_eq(member, "locations") || str_eq(member, "participants")) {
        for (struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
            if (str_eq(member, "locations")) {
                rename_reference(p, "locationId", renames);
                continue;
            }
            rename_reference(p, "invitedBy", renames);
            rename_keys(json_get(p, "delegatedTo"), renames);
            rename_keys(json_get(p, "delegatedFrom"), renames);
            rename_keys(json_get(p, "memberOf"), renames);
        }
    }
}

/* In overrides, ids stand in patch paths ("locations/1/name") and in whole maps ("locations":
 * {...}). */
static void rename_in_overrides(struct json *doc, const char *member, const struct map *renames)
{
    size_t length = strlen(member);
    for (struct json *o = json_first(json_get(doc, "recurrenceOverrides")); o; o = json_next(o)) {
        rename_keys(json_get(o, member), renames);
        CLEANUP(map_free) struct map *paths = map_new();
        for (struct json *m = json_first(o); m; m = json_next(m)) {
            const char *path = json_key(m);
            if (strncmp(path, member, length) != 0 || path[length] != '/') {
                continue;
            }
            const char *id = path + length + 1, *rest = strchr(id, '/');
            char *key = rest ? mem_strndup(id, (size_t)(rest - id)) : mem_strdup(id);
            const char *renamed = map_get(renames, key);
            if (renamed) {
                map_put(paths, path, str_printf("%s/%s%s", member, renamed, rest ? rest : ""));
            }
            free(key);
        }
        rename_keys(o, paths);
        void *value;
        for (size_t i = 0; map_entry(paths, &i, NULL, &value);) {
            free(value);
        }
    }
}

static bool same_parts(const struct joined_map *m, const char *x, const char *y)
{
    CLEANUP(mem_free) char *a = joined_parts(m, x);
    CLEANUP(mem_free) char *b = joined_parts(m, y);
    return *a && str_eq(a, b);
}

/* Another spelling of the same value. */
static bool alike(const char *map, const char *member, const struct json *a, const struct json *b)
{
    const char *x = json_str_value(a), *y = json_str_value(b);
    if (!x || !y) {
        return false;
    }
    if (str_eq(member, "href")) {
        return file_same_bytes(x, y);
    }
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(maps[i].map, map) && same_parts(&maps[i], x, y)) {
            return true;
        }
    }
    return str_eq(member, "number") ? match_same_phone(x, y) : str_ieq(x, y);
}

static void pair_alike(
    struct entries *mine, struct entries *theirs, const char *map, const char *member)
{
    for (size_t i = 0; i < mine->count; i++) {
        const struct json *value = json_get(mine->items[i].value, member);
        for (size_t k = 0; value && k < theirs->count && !mine->items[i].paired; k++) {
            if (!theirs->items[k].paired &&
                alike(map, member, value, json_get(theirs->items[k].value, member))) {
                pair(&mine->items[i], &theirs->items[k]);
            }
        }
    }
}

/* Two copies of which neither is older than the other: an entry that only its role ("work") has in
 * common with another one is one more, unless an item has one of the kind as a rule. */
static void pair_for_union(
    struct entries *mine, struct entries *theirs, const struct shape_id_map *shape)
{
    for (size_t i = 0; shape->main_values[i]; i++) {
        /* many people have two at one service, and two files may have one name */
        if (!str_eq(shape->main_values[i], "service") && !str_eq(shape->main_values[i], "title")) {
            pair_main_value(mine, theirs, shape->main_values[i]);
            pair_alike(mine, theirs, shape->member, shape->main_values[i]);
        }
    }
    if (shape->single) {
        pair_sole_role(mine, theirs, shape);
    }
}

/* What the entry says stands in the other's text, line by line, with more around it. */
static bool has_grown(const struct joined_map *m, const struct entry *from, const struct entry *to)
{
    const char *less = json_get_str(from->value, m->member);
    const char *more = json_get_str(to->value, m->member);
    if (from->paired || to->paired || !less || !more) {
        return false;
    }
    CLEANUP(mem_free) char *parts = joined_parts(m, less);
    CLEANUP(mem_free) char *whole = joined_parts(m, more);
    return *parts && strstr(whole, parts);
}

/* The only entry that this one is, or has become; NULL. */
static struct entry *sole_grown(
    const struct joined_map *m, struct entries *list, const struct entry *of, bool into)
{
    struct entry *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        struct entry *e = &list->items[i];
        if (into ? has_grown(m, of, e) : has_grown(m, e, of)) {
            if (found) {
                return NULL;
            }
            found = e;
        }
    }
    return found;
}

/* A text that somebody has written on is known by what it had said, unless it had been several. */
static void pair_grown(struct entries *mine, struct entries *theirs, const char *map)
{
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; str_eq(map, maps[i].map) && k < mine->count; k++) {
            struct entry *before = sole_grown(&maps[i], theirs, &mine->items[k], false);
            if (before && sole_grown(&maps[i], mine, before, true)) {
                pair(&mine->items[k], before);
            }
        }
    }
}

static void pair_for_change(
    struct entries *mine, struct entries *theirs, const struct shape_id_map *shape)
{
    for (size_t i = 0; shape->main_values[i]; i++) {
        pair_main_value(mine, theirs, shape->main_values[i]);
    }
    pair_grown(mine, theirs, shape->member);
    pair_sole_role(mine, theirs, shape);
}

static void rekey_member(struct json *doc, const struct json *reference,
    const struct shape_id_map *shape,
    void (*pair_rest)(
        struct entries *mine, struct entries *theirs, const struct shape_id_map *shape))
{
    struct json *map = json_get(doc, shape->member);
    const struct json *other = json_get(reference, shape->member);
    if (!json_is_object(map) || !json_is_object(other) || json_equal(map, other)) {
        return;
    }
    CLEANUP_FINI(entries_fini) struct entries mine = {0}, theirs = {0};
    collect(&mine, map);
    collect(&theirs, other);
    pair_equal_content(&mine, &theirs);
    pair_rest(&mine, &theirs, shape);
    CLEANUP(map_free) struct map *renames = map_new();
    settle_ids(&mine, &theirs, renames);
    rename_keys(map, renames);
    rename_references(doc, shape->member, renames);
    rename_in_overrides(doc, shape->member, renames);
    void *value;
    for (size_t i = 0; map_entry(renames, &i, NULL, &value);) {
        free(value);
    }
}

void doc_rekey(struct json *doc, const struct json *reference)
{
    size_t count;
    const struct shape_id_map *shapes = shape_id_maps(&count);
    for (size_t i = 0; i < count; i++) {
        rekey_member(doc, reference, &shapes[i], pair_for_change);
    }
}

void doc_rekey_union(struct json *doc, const struct json *reference)
{
    size_t count;
    const struct shape_id_map *shapes = shape_id_maps(&count);
    for (size_t i = 0; i < count; i++) {
        rekey_member(doc, reference, &shapes[i], pair_for_union);
    }
}
