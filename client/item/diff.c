/* Difference of two documents as a PatchObject, and applying one. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

/* Where in the document a comparison stands. */
struct place {
    const char *top; /* top-level member, NULL at the root */
    char *path;      /* owned by the caller of diff_value; "" at the root */
    int depth;
    bool ordered; /* one of the two objects compared here says "isOrdered" */
};

static void diff_object(
    struct json *patch, const struct json *base, const struct json *now, const struct place *at);

static bool is_atomic(const struct place *at, const char *key)
{
    /* One occurrence's override is a unit: half of one and half of another would be an occurrence
     * nobody wanted. */
    return (at->depth == 1 && str_eq(at->top, "recurrenceOverrides")) ||
           (at->depth > 0 && shape_is_atomic(at->top, key));
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
    if (!is_atomic(at, key) && (map_here || (json_is_object(base) && json_is_object(now)))) {
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

enum rc doc_apply(struct json *doc, const struct json *patch, struct err *err)
{
    for (const struct json *m = json_first(patch); m; m = json_next(m)) {
        enum rc rc = json_pointer_set(doc, json_key(m), json_is_null(m) ? NULL : json_dup(m), err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    drop_empty_maps(doc);
    return RC_OK;
}
