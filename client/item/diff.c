/* Difference of two documents as a PatchObject, and applying one. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

/* Where in the document a comparison stands. */
struct place {
    const char *top; /* top-level member, NULL at the root */
    char *path;      /* owned by the caller of diff_value; "" at the root */
    int depth;
};

static void diff_object(struct json *patch, const struct json *base, const struct json *now, const struct place *at);

static bool is_atomic(const struct place *at, const char *key)
{
    /* One occurrence's override is a unit: half of one and half of another would be an occurrence nobody wanted. */
    return (at->depth == 1 && str_eq(at->top, "recurrenceOverrides")) ||
           (at->depth > 0 && shape_is_atomic(at->top, key));
}

static bool is_map_or_absent(const struct json *v)
{
    return !v || json_is_object(v);
}

static void diff_member(struct json *patch, const struct json *base, const struct json *now, const struct place *at,
                        const char *key)
{
    if (json_equal(base, now)) {
        return;
    }
    char *escaped = json_pointer_escape(key);
    struct place below = {at->top ? at->top : key,
                          at->depth ? str_printf("%s/%s", at->path, escaped) : mem_strdup(escaped), at->depth + 1};
    bool map_here = at->depth == 0 && shape_is_map(key) && is_map_or_absent(base) && is_map_or_absent(now);
    if (!is_atomic(at, key) && (map_here || (json_is_object(base) && json_is_object(now)))) {
        diff_object(patch, base, now, &below);
    } else {
        json_set(patch, below.path, now ? json_dup(now) : json_null());
    }
    free(below.path);
    free(escaped);
}

static void diff_object(struct json *patch, const struct json *base, const struct json *now, const struct place *at)
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
    struct place root = {NULL, NULL, 0};
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
