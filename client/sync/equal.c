/* What one side's item must change to be equal to the other side's, which is right: the smallest
 * patch, and without what only the wrong side can hold (invariant I10). What that is, the bases
 * tell: a member that was there when the sides were in step, and only there. Where no base tells
 * it, a kind of member that not one item of the right folder has is taken for one that the right
 * side cannot hold. Pure. */
#include "client/sync/internal.h"

#include "client/item/doc.h"
#include "client/item/shape.h"

#define DEPTH_MAX 8

/* ---- kinds of members ---- */

/* The path with a star for the made-up id or the key of a map, which says nothing about what a side
 * can hold: "phones/p1/number" has the shape phones, star, number. Caller frees. */
static char *path_shape(const char *path)
{
    const char *first = strchr(path, '/');
    CLEANUP(mem_free) char *top = first ? mem_strndup(path, (size_t)(first - path)) : NULL;
    if (!top || !shape_is_map(top)) {
        return mem_strdup(path);
    }
    const char *second = strchr(first + 1, '/');
    return str_printf("%s/*%s", top, second ? second : "");
}

static void add_below(
    struct map *shapes, const struct json *value, const char *path, bool entries, int depth)
{
    if (!map_has(shapes, path)) {
        map_put(shapes, path, shapes);
    }
    if (!json_is_object(value) || depth == DEPTH_MAX) {
        return;
    }
    for (struct json *m = json_first(value); m; m = json_next(m)) {
        CLEANUP(mem_free) char *key = json_pointer_escape(json_key(m));
        CLEANUP(mem_free) char *below = str_printf("%s/%s", path, entries ? "*" : key);
        add_below(shapes, m, below, false, depth + 1);
    }
}

void shapes_add(struct map *shapes, const struct json *doc)
{
    for (struct json *m = json_first(doc); m; m = json_next(m)) {
        CLEANUP(mem_free) char *key = json_pointer_escape(json_key(m));
        add_below(shapes, m, key, shape_is_map(json_key(m)), 1);
    }
}

/* ---- the two ways to compare ---- */

/* The member, or the entry it is in, was on the wrong side alone when the sides were in step. */
static bool only_there(const struct json *wrong_base, const struct json *right_base, char *path)
{
    for (char *p = path;; p++) {
        if (*p && *p != '/') {
            continue;
        }
        char end = *p;
        *p = '\0';
        bool only = json_pointer(wrong_base, path) && !json_pointer(right_base, path);
        *p = end;
        if (only || !end) {
            return only;
        }
    }
}

/* In step when the bases were taken: the wrong side's own changes go, the right side's come. */
static enum rc wanted_by_base(
    const struct work_side *wrong, const struct work_side *right, struct json *ret, struct err *err)
{
    CLEANUP(json_free) struct json *undo = json_object();
    for (struct json *m = json_first(wrong->own); m; m = json_next(m)) {
        CLEANUP(mem_free) char *path = mem_strdup(json_key(m));
        if (!only_there(wrong->base, right->base, path)) {
            json_set(undo, json_key(m), json_dup(m));
        }
    }
    merge_undo_paths(ret, undo, wrong->base);
    return doc_apply(ret, right->own, err);
}

static bool lists(const struct json *array, const char *text)
{
    for (const struct json *a = json_first(array); a; a = json_next(a)) {
        if (str_eq(json_str_value(a), text)) {
            return true;
        }
    }
    return false;
}

static enum rc wanted_by_content(const struct work_side *wrong, const struct work_side *right,
    const struct map *shapes, struct json *ret, struct err *err)
{
    CLEANUP(json_free) struct json *all = merge_own_patch(wrong->now, right->now);
    CLEANUP(json_free) struct json *alike = doc_alike(right->now, wrong->now);
    CLEANUP(json_free) struct json *patch = json_object();
    for (struct json *m = json_first(all); m; m = json_next(m)) {
        CLEANUP(mem_free) char *shape = path_shape(json_key(m));
        bool cannot_hold = json_is_null(m) && !map_has(shapes, shape);
        if (!cannot_hold && !lists(alike, json_key(m))) {
            json_set(patch, json_key(m), json_dup(m));
        }
    }
    return doc_apply(ret, patch, err);
}

enum rc work_want_equal(
    struct work *w, enum side right, bool in_step, const struct map *shapes, struct err *err)
{
    struct work_side *from = &w->side[right], *to = &w->side[side_other(right)];
    struct work_side *left = &w->side[SIDE_LEFT], *other = &w->side[SIDE_RIGHT];
    enum rc rc;
    if (in_step) {
        merge_align((const struct json *const[2]){left->base, other->base},
            (struct json *const[2]){left->now, other->now},
            (struct json *const[2]){left->own, other->own});
        to->wanted = json_dup(to->now);
        rc = wanted_by_base(to, from, to->wanted, err);
    } else {
        doc_rekey(other->now, left->now); /* the pair's id space is the left one's */
        to->wanted = json_dup(to->now);
        rc = wanted_by_content(to, from, shapes, to->wanted, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    to->patch = merge_own_patch(to->now, to->wanted);
    w->step.action = PLAN_MERGE;
    if (json_count(to->patch)) {
        to->write = true;
        to->op = STATE_UPDATE;
        return RC_OK;
    }
    json_free(to->patch);
    json_free(to->wanted);
    to->patch = to->wanted = NULL;
    return RC_OK;
}
