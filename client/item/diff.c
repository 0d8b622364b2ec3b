/* Difference of two documents as a PatchObject, and applying one. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#include <string.h>

/* Where in the document a comparison stands. */
struct place {
    const char *top; /* top-level member, NULL at the root */
    char *path;      /* owned by the caller of diff_value; "" at the root */
    int depth;
    bool ordered; /* one of the two objects compared here says "isOrdered" */
};

static void diff_object(
    struct json *patch, const struct json *base, const struct json *now, const struct place *at);

#define OVERRIDES "recurrenceOverrides"

/* What an override says of its occurrence is a patch: each line of it is a value. */
static bool is_atomic(const struct place *at, const char *key)
{
    return (at->depth == 2 && str_eq(at->top, OVERRIDES)) ||
           (at->depth > 0 && shape_is_atomic(at->top, key));
}

/* An occurrence that is changed, or not there; not one that is left out, nor a date more. */
static bool is_changes_or_absent(const struct json *override)
{
    return !override || (json_count(override) > 0 && !json_get_bool(override, "excluded", false));
}

/* Can this difference of two lines be told by the line alone? Not one that is null: it takes something
 * away from its occurrence, and as a value of a patch it would take the line itself away. Nor one that
 * names an entry by an id ("locations/1"): what an override adds is known by another on the other side. */
static bool is_told_alone(const struct json *line, const struct json *now)
{
    const char *key = json_key(line), *slash = strchr(key, '/');
    CLEANUP(mem_free)
    char *member = slash ? mem_strndup(key, (size_t)(slash - key)) : mem_strdup(key);
    return !shape_id_map(member) && !(now && json_is_null(now));
}

static bool is_told_by_lines(const struct json *base, const struct json *now)
{
    for (const struct json *m = json_first(now); m; m = json_next(m)) {
        const struct json *was = json_get(base, json_key(m));
        if (!(was && json_equal(was, m)) && !is_told_alone(m, m)) {
            return false;
        }
    }
    for (const struct json *m = json_first(base); m; m = json_next(m)) {
        if (!json_get(now, json_key(m)) && !is_told_alone(m, NULL)) {
            return false;
        }
    }
    return true;
}

/* Only what was changed of a changed occurrence goes to the other side, where it can be told so: that
 * side may hold more of the occurrence than this one can. */
static bool is_changed_occurrence(
    const struct place *at, const struct json *base, const struct json *now)
{
    return at->depth == 1 && str_eq(at->top, OVERRIDES) && now && is_changes_or_absent(base) &&
           is_changes_or_absent(now) && is_told_by_lines(base, now);
}

static bool is_map_or_absent(const struct json *v)
{
    return !v || json_is_object(v);
}

/* Name and address components have no order of their own unless "isOrdered" says so (RFC 9553
 * sections 2.2.1.2 and 2.5.1.2); stores give them in the order of their fields. */
static bool is_unordered(const struct place *at, const char *key)
{
    return str_eq(key, "components") && (str_eq(at->top, "name") || str_eq(at->top, "addresses"));
}

static bool same_elements(const struct json *a, const struct json *b)
{
    if (!json_is_array(a) || !json_is_array(b) || json_count(a) != json_count(b)) {
        return false;
    }
    CLEANUP(mem_free) bool *used = mem_alloc(json_count(b) * sizeof *used);
    for (const struct json *x = json_first(a); x; x = json_next(x)) {
        size_t i = 0;
        const struct json *y = json_first(b);
        for (; y && (used[i] || !json_equal(x, y)); y = json_next(y)) {
            i++;
        }
        if (!y) {
            return false;
        }
        used[i] = true;
    }
    return true;
}

static void diff_member(struct json *patch, const struct json *base, const struct json *now,
    const struct place *at, const char *key)
{
    if (json_equal(base, now) ||
        (is_unordered(at, key) && !at->ordered && same_elements(base, now))) {
        return;
    }
    char *escaped = json_pointer_escape(key);
    struct place below = {at->top ? at->top : key,
        at->depth ? str_printf("%s/%s", at->path, escaped) : mem_strdup(escaped), at->depth + 1,
        json_get_bool(base, "isOrdered", false) || json_get_bool(now, "isOrdered", false)};
    bool map_here =
        at->depth == 0 && shape_is_map(key) && is_map_or_absent(base) && is_map_or_absent(now);
    bool overrides = at->depth == 1 && str_eq(at->top, OVERRIDES);
    if (overrides
            ? is_changed_occurrence(at, base, now)
            : !is_atomic(at, key) && (map_here || (json_is_object(base) && json_is_object(now)))) {
        diff_object(patch, base, now, &below);
    } else {
        json_set(patch, below.path, now ? json_dup(now) : json_null());
    }
    free(below.path);
    free(escaped);
}

static void diff_object(
    struct json *patch, const struct json *base, const struct json *now, const struct place *at)
{
    for (const struct json *m = json_first(base); m; m = json_next(m)) {
        if (at->depth || !shape_is_bookkeeping(json_key(m))) {
            diff_member(patch, m, json_get(now, json_key(m)), at, json_key(m));
        }
    }
    for (const struct json *m = json_first(now); m; m = json_next(m)) {
        if (!json_get(base, json_key(m)) && (at->depth || !shape_is_bookkeeping(json_key(m)))) {
            diff_member(patch, NULL, m, at, json_key(m));
        }
    }
}

struct json *doc_diff(const struct json *base, const struct json *now)
{
    struct json *patch = json_object();
    struct place root = {NULL, NULL, 0, false};
    diff_object(patch, base, now, &root);
    return patch;
}

bool doc_same(const struct json *base, const struct json *now)
{
    CLEANUP(json_free) struct json *copy = json_dup(now);
    doc_rekey(copy, base);
    CLEANUP(json_free) struct json *patch = doc_diff(base, copy);
    return json_count(patch) == 0;
}

/* A map whose last entry was removed goes away with it. */
static void drop_empty_maps(struct json *doc)
{
    for (struct json *m = json_first(doc), *next; m; m = next) {
        next = json_next(m);
        if (json_is_object(m) && json_count(m) == 0 && shape_is_map(json_key(m))) {
            char *key = mem_strdup(json_key(m));
            json_remove(doc, key);
            free(key);
        }
    }
}

/* The occurrence of a removed line, if it is as the series says now. */
static void drop_plain_occurrence(struct json *doc, const char *path)
{
    const char *line =
        str_starts(path, OVERRIDES "/") ? strchr(path + strlen(OVERRIDES "/"), '/') : NULL;
    CLEANUP(mem_free) char *parent = line ? mem_strndup(path, (size_t)(line - path)) : NULL;
    struct json *override = parent ? json_pointer(doc, parent) : NULL;
    if (override && !json_count(override)) {
        CLEANUP(mem_free) char *key = mem_strdup(json_key(override));
        json_remove(json_get(doc, OVERRIDES), key);
    }
}

enum rc doc_apply(struct json *doc, const struct json *patch, struct err *err)
{
    for (const struct json *m = json_first(patch); m; m = json_next(m)) {
        enum rc rc = json_pointer_set(doc, json_key(m), json_is_null(m) ? NULL : json_dup(m), err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    for (const struct json *m = json_first(patch); m; m = json_next(m)) {
        if (json_is_null(m)) {
            drop_plain_occurrence(doc, json_key(m));
        }
    }
    drop_empty_maps(doc);
    return RC_OK;
}
