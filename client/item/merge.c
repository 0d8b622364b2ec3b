/* Three-way merge of two patches against a common base. */
#include "client/base/buf.h"
#include "client/item/doc.h"

#include <string.h>

/* What makes sense only together. */
static const char *const GROUPS[][5] = {
    {"start", "due", "timeZone", "showWithoutTime", NULL},
    {"description", DOC_STYLED, NULL},
};

struct merge {
    const struct json *left, *right, *left_doc, *right_doc;
    bool left_wins;
    struct json *to_right, *to_left, *conflicts;
};

/* True if `path` is `prefix` or lies below it. */
static bool path_within(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(path, prefix, n) == 0 && (!path[n] || path[n] == '/');
}

const char *const *doc_group(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(GROUPS); i++) {
        for (const char *const *m = GROUPS[i]; *m; m++) {
            if (str_eq(path, *m)) {
                return GROUPS[i];
            }
        }
    }
    return NULL;
}

/* How much of a path names one occurrence, "recurrenceOverrides/KEY"; 0: it is about none. */
static size_t occurrence_length(const char *path)
{
    static const char TOP[] = "recurrenceOverrides/";
    if (!str_starts(path, TOP)) {
        return 0;
    }
    const char *slash = strchr(path + strlen(TOP), '/');
    return slash ? (size_t)(slash - path) : strlen(path);
}

/* Half of one and half of another would be an occurrence nobody wanted. */
static bool same_occurrence(const char *a, const char *b)
{
    size_t n = occurrence_length(a);
    return n && n == occurrence_length(b) && strncmp(a, b, n) == 0;
}

static bool overlaps(const char *a, const char *b)
{
    const char *const *group = doc_group(a);
    return path_within(a, b) || path_within(b, a) || same_occurrence(a, b) ||
           (group && group == doc_group(b));
}

/* What a document holds at a path, as a patch value. */
static struct json *value_at(const struct json *doc, const char *path)
{
    const struct json *v = json_pointer(doc, path);
    return v ? json_dup(v) : json_null();
}

static void add_conflict(struct merge *m, const char *path, bool left_wins, bool by_rule)
{
    for (const struct json *c = json_first(m->conflicts); c; c = json_next(c)) {
        if (str_eq(json_get_str(c, "path"), path)) {
            return;
        }
    }
    struct json *conflict = json_object();
    json_set_str(conflict, "path", path);
    json_set(conflict, "left", value_at(m->left_doc, path));
    json_set(conflict, "right", value_at(m->right_doc, path));
    json_set_str(conflict, "winner", left_wins ? "left" : "right");
    if (by_rule) {
        json_set_bool(conflict, "rule", true);
    }
    json_append(m->conflicts, conflict);
}

/* Where the zone and the start were changed by different sides, the winner's whole group of members
 * goes. */
static void settle_group(struct merge *m, const char *const *group)
{
    struct json *out = m->left_wins ? m->to_right : m->to_left;
    const struct json *winner = m->left_wins ? m->left_doc : m->right_doc;
    for (; *group; group++) {
        if (!json_equal(json_get(m->left_doc, *group), json_get(m->right_doc, *group))) {
            json_set(out, *group, value_at(winner, *group));
            add_conflict(m, *group, m->left_wins, false);
        }
    }
}

/* The winner of two overlapping changes takes its value, at the shorter of the two paths, to the
 * other side. */
static void settle(struct merge *m, const struct json *l, const struct json *r)
{
    const char *lp = json_key(l), *rp = json_key(r);
    if (doc_group(lp)) {
        settle_group(m, doc_group(lp));
        return;
    }
    if (same_occurrence(lp, rp)) {
        CLEANUP(mem_free) char *path = mem_strndup(lp, occurrence_length(lp));
        json_set(m->left_wins ? m->to_right : m->to_left, path,
            value_at(m->left_wins ? m->left_doc : m->right_doc, path));
        add_conflict(m, path, m->left_wins, false);
        return;
    }
    const struct json *outer = strlen(lp) < strlen(rp) ? l : r;
    /* An edit within an entry outlives the removal of the entry. Only the outer change says so, for
     * it meets every change within, and all must come to the same. */
    bool by_rule = !str_eq(lp, rp) && json_is_null(outer);
    bool left_wins = by_rule ? outer == r : m->left_wins;
    const char *path = json_key(outer);
    json_set(left_wins ? m->to_right : m->to_left, path,
        value_at(left_wins ? m->left_doc : m->right_doc, path));
    add_conflict(m, path, left_wins, by_rule);
}

/* Handles one change against the other side's patch; true if it met an overlapping one. */
static bool meet(
    struct merge *m, const struct json *change, const struct json *others, bool change_is_left)
{
    bool met = false;
    for (const struct json *o = json_first(others); o; o = json_next(o)) {
        if (!overlaps(json_key(change), json_key(o))) {
            continue;
        }
        met = true;
        bool alike = str_eq(json_key(change), json_key(o)) && json_equal(change, o);
        if (change_is_left && !alike) {
            settle(m, change, o);
        }
    }
    return met;
}

static bool alike_everywhere(const struct json *change, const struct json *others)
{
    const struct json *o = json_get(others, json_key(change));
    return o && json_equal(change, o);
}

void doc_merge(const struct json *left, const struct json *right, const struct json *left_doc,
    const struct json *right_doc, bool left_wins, struct json **ret_to_right,
    struct json **ret_to_left, struct json **ret_conflicts)
{
    struct merge m = {
        left, right, left_doc, right_doc, left_wins, json_object(), json_object(), json_array()};
    for (const struct json *c = json_first(left); c; c = json_next(c)) {
        if (!alike_everywhere(c, right) && !meet(&m, c, right, true)) {
            json_set(m.to_right, json_key(c), json_dup(c));
        }
    }
    for (const struct json *c = json_first(right); c; c = json_next(c)) {
        if (!alike_everywhere(c, left) && !meet(&m, c, left, false)) {
            json_set(m.to_left, json_key(c), json_dup(c));
        }
    }
    *ret_to_right = m.to_right;
    *ret_to_left = m.to_left;
    *ret_conflicts = m.conflicts;
}
