/* Patches between the two sides of a pair: see merge.h. */
#include "client/sync/merge.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#include <string.h>

struct json *merge_own_patch(const struct json *base, const struct json *now)
{
    struct json *patch = doc_diff(base, now);
    json_remove(patch, "uid");
    return patch;
}

struct json *merge_common(const struct json *left, const struct json *right)
{
    struct json *common = json_object();
    for (struct json *l = json_first(left); l; l = json_next(l)) {
        const char *key = json_key(l);
        struct json *r = json_get(right, key);
        if (!r) {
            continue;
        }
        if (json_equal(l, r)) {
            json_set(common, key, json_dup(l));
        } else if (json_is_object(l) && json_is_object(r)) {
            json_set(common, key, merge_common(l, r));
        }
    }
    return common;
}

void merge_add(struct json *doc, const struct json *more)
{
    for (const struct json *m = json_first(more); m; m = json_next(m)) {
        struct json *there = json_get(doc, json_key(m));
        if (json_is_object(there) && json_is_object(m)) {
            merge_add(there, m);
        } else {
            json_set(doc, json_key(m), json_dup(m));
        }
    }
}

enum side merge_newest(const struct json *left, const struct json *right)
{
    /* UTC date-times of one fixed form (RFC 8984 section 1.4.4): text order is time order. */
    const char *l = json_get_str(left, "updated"), *r = json_get_str(right, "updated");
    return l && r && strcmp(r, l) > 0 ? SIDE_RIGHT : SIDE_LEFT;
}

void merge_result_fini(struct merge_result *r)
{
    for (int side = 0; side < 2; side++) {
        json_free(r->patch[side]);
        json_free(r->wanted[side]);
    }
    json_free(r->conflicts);
    *r = (struct merge_result){0};
}

/* The first two components of a path of three or more ("phones/p1" of "phones/p1/number"); NULL if
 * it is shorter. Caller frees. */
static char *path_entry(const char *path)
{
    const char *first = strchr(path, '/');
    const char *second = first ? strchr(first + 1, '/') : NULL;
    return second ? mem_strndup(path, (size_t)(second - path)) : NULL;
}

/* Splits "phones/p1", if that names an entry of an id map. Caller frees *ret_member. */
static bool path_split(const char *path, char **ret_member, const char **ret_id)
{
    const char *slash = strchr(path, '/');
    if (!slash || strchr(slash + 1, '/')) {
        return false;
    }
    char *member = mem_strndup(path, (size_t)(slash - path));
    if (!shape_id_map(member)) {
        free(member);
        return false;
    }
    *ret_member = member;
    *ret_id = slash + 1;
    return true;
}

/* An id for an entry of the map that is used in neither document. Caller frees. */
static char *id_unused(const char *member, const struct json *a, const struct json *b)
{
    for (int n = 1;; n++) {
        char *id = str_printf("n%d", n);
        if (!json_get(json_get(a, member), id) && !json_get(json_get(b, member), id)) {
            return id;
        }
        free(id);
    }
}

static void entry_rename(
    struct json *now, struct json *own, const char *member, const char *from, const char *to)
{
    struct json *map = json_get(now, member);
    json_set(map, to, json_detach(map, from));
    CLEANUP(mem_free) char *old_path = str_printf("%s/%s", member, from);
    CLEANUP(mem_free) char *new_path = str_printf("%s/%s", member, to);
    json_set(own, new_path, json_detach(own, old_path));
}

/* True if the change at this path adds an entry that the side's base does not have. */
static bool is_addition(const struct json *base, const struct json *change)
{
    return json_is_object(change) && !json_pointer(base, json_key(change));
}

/* The id of an entry with this content which only the other side holds, or NULL. */
static const char *other_alike(
    const struct json *other, const struct json *own, const char *member, const struct json *value)
{
    for (const struct json *e = json_first(json_get(other, member)); e; e = json_next(e)) {
        if (json_equal(e, value) && !json_get(json_get(own, member), json_key(e))) {
            return json_key(e);
        }
    }
    return NULL;
}

/* Gives one addition of side s its place; false if it needed none. */
static bool align_one(const struct json *const base[2], struct json *const now[2],
    struct json *const own[2], enum side s, const struct json *change)
{
    CLEANUP(mem_free) char *member = NULL;
    const char *id;
    enum side other = side_other(s);
    if (!is_addition(base[s], change) || !path_split(json_key(change), &member, &id)) {
        return false;
    }
    const struct json *there = json_get(json_get(now[other], member), id);
    if (there && json_equal(there, change)) {
        return false; /* it is at its place */
    }
    const char *same = other_alike(now[other], now[s], member, change);
    if (!same && !there) {
        return false; /* nothing like it over there, and the id is free */
    }
    CLEANUP(mem_free) char *from = mem_strdup(id);
    CLEANUP(mem_free)
    char *to = same ? mem_strdup(same) : id_unused(member, now[SIDE_LEFT], now[SIDE_RIGHT]);
    entry_rename(now[s], own[s], member, from, to);
    return true;
}

/* Both changes have put a text in the place of one that both bases have, and say what that had said. */
static bool grew_from_same(const struct json *base, struct json *const own[2], const char *member,
    const struct json *left, const struct json *right)
{
    for (const struct json *e = json_first(json_get(base, member)); e; e = json_next(e)) {
        CLEANUP(mem_free) char *escaped = json_pointer_escape(json_key(e));
        CLEANUP(mem_free) char *path = str_printf("%s/%s", member, escaped);
        const struct json *l = json_get(own[SIDE_LEFT], path);
        const struct json *r = json_get(own[SIDE_RIGHT], path);
        if (l && r && json_is_null(l) && json_is_null(r) && doc_text_within(member, e, left) &&
            doc_text_within(member, e, right)) {
            return true;
        }
    }
    return false;
}

/* The addition of the left side that is another edit of what this one of the right side is an edit of; NULL. */
static const struct json *rival_of(const struct json *const base[2], struct json *const own[2],
    const char *member, const struct json *right)
{
    for (const struct json *l = json_first(own[SIDE_LEFT]); l; l = json_next(l)) {
        CLEANUP(mem_free) char *map = NULL;
        const char *id;
        if (is_addition(base[SIDE_LEFT], l) && path_split(json_key(l), &map, &id) &&
            str_eq(map, member) && !json_get(own[SIDE_RIGHT], json_key(l)) &&
            grew_from_same(base[SIDE_LEFT], own, member, l, right)) {
            return l;
        }
    }
    return NULL;
}

/* Where Outlook's user has written on in the one text there, and another such program in that of the other side, these are
 * one text changed on both sides, a conflict, and not two that both stay and say most of it twice. */
static void align_rivals(
    const struct json *const base[2], struct json *const now[2], struct json *const own[2])
{
    for (const struct json *m = json_first(own[SIDE_RIGHT]), *next; m; m = next) {
        next = json_next(m);
        CLEANUP(mem_free) char *member = NULL;
        const char *id, *to = NULL;
        if (!is_addition(base[SIDE_RIGHT], m) || !path_split(json_key(m), &member, &id) ||
            !doc_may_join(member) || json_get(own[SIDE_LEFT], json_key(m))) {
            continue;
        }
        const struct json *rival = rival_of(base, own, member, m);
        CLEANUP(mem_free) char *map = NULL;
        if (rival && path_split(json_key(rival), &map, &to) &&
            !json_get(json_get(now[SIDE_RIGHT], member), to)) {
            CLEANUP(mem_free) char *from = mem_strdup(id);
            entry_rename(now[SIDE_RIGHT], own[SIDE_RIGHT], member, from, to);
        }
    }
}

void merge_align(
    const struct json *const base[2], struct json *const now[2], struct json *const own[2])
{
    if (!base[SIDE_LEFT] || !base[SIDE_RIGHT]) {
        return;
    }
    /* The right side gives way first. After each renaming the walk starts over, since the patch has
     * changed. */
    for (int s = SIDE_RIGHT; s >= SIDE_LEFT; s--) {
        for (const struct json *m = json_first(own[s]); m;) {
            m = align_one(base, now, own, (enum side)s, m) ? json_first(own[s]) : json_next(m);
        }
    }
    align_rivals(base, now, own);
}

/* Makes a patch of `source` fit the target's document: a change inside an entry that the target
 * does not have (it could not hold it) becomes the whole entry, not a fragment of one. */
static struct json *patch_fit(
    const struct json *patch, const struct json *source, const struct json *target)
{
    struct json *fit = json_object();
    for (struct json *m = json_first(patch); m; m = json_next(m)) {
        CLEANUP(mem_free) char *entry = path_entry(json_key(m));
        if (!entry || json_pointer(target, entry)) {
            json_set(fit, json_key(m), json_dup(m));
            continue;
        }
        /* A null for what is not there needs no write. */
        const struct json *whole = json_pointer(source, entry);
        if (!json_is_null(m) && whole) {
            json_set(fit, entry, json_dup(whole));
        }
    }
    return fit;
}

static bool patch_empty(const struct json *patch)
{
    return json_count(patch) == 0;
}

enum rc merge_pair(const struct json *const own[2], const struct json *const now[2],
    enum side winner, const enum plan_access access[2], struct merge_result *ret, struct err *err)
{
    struct merge_result r = {0};
    struct json *to[2];
    doc_merge(own[SIDE_LEFT], own[SIDE_RIGHT], now[SIDE_LEFT], now[SIDE_RIGHT], winner == SIDE_LEFT,
        &to[SIDE_RIGHT], &to[SIDE_LEFT], &r.conflicts);
    enum rc rc = RC_OK;
    for (int t = 0; t < 2; t++) {
        enum side source = side_other((enum side)t);
        r.patch[t] = patch_fit(to[t], now[source], now[t]);
        json_free(to[t]);
        if (rc != RC_OK || patch_empty(r.patch[t]) || access[t] == PLAN_ONE_WAY) {
            continue;
        }
        struct json *wanted = json_dup(now[t]);
        rc = doc_apply(wanted, r.patch[t], err);
        if (rc != RC_OK || doc_same(now[t], wanted)) {
            json_free(wanted);
        } else if (access[t] == PLAN_READONLY) {
            json_free(wanted);
            r.undelivered[source] = true;
        } else {
            r.wanted[t] = wanted;
        }
    }
    if (rc != RC_OK) {
        merge_result_fini(&r);
        return rc;
    }
    *ret = r;
    return RC_OK;
}

void merge_undo_paths(struct json *doc, const struct json *patch, const struct json *base)
{
    for (struct json *m = json_first(patch); m; m = json_next(m)) {
        const struct json *before = json_pointer(base, json_key(m));
        struct err err = ERR_INIT;
        if (json_pointer_set(doc, json_key(m), before ? json_dup(before) : NULL, &err) != RC_OK) {
            /* The way leads through something else now: then the comparison finds that difference
             * anyway. */
            err_fini(&err);
        }
    }
}

static void put(struct json *doc, const char *path, const struct json *v)
{
    struct err err = ERR_INIT;
    if (json_pointer_set(doc, path, v && !json_is_null(v) ? json_dup(v) : NULL, &err) != RC_OK) {
        err_fini(&err); /* as in merge_undo_paths */
    }
}

/* Absent and null are the same in a patch. */
static bool same_value(const struct json *a, const struct json *b)
{
    return json_equal(json_is_null(a) ? NULL : a, json_is_null(b) ? NULL : b);
}

/* Letters and digits only, in lower case (ASCII); caller frees. */
static char *bare_text(const char *text)
{
    char *bare = mem_strdup(text), *out = bare;
    for (const char *c = text; *c; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            *out++ = (char)(*c - 'A' + 'a');
        } else if ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || (*c & 0x80)) {
            *out++ = *c;
        }
    }
    *out = '\0';
    return bare;
}

static bool form_of_text(const char *written, const char *there)
{
    CLEANUP(mem_free) char *w = bare_text(written);
    CLEANUP(mem_free) char *t = bare_text(there);
    return *t && strncmp(w, t, strlen(t)) == 0; /* as much as the store could hold */
}

bool merge_form_of(const struct json *written, const struct json *there)
{
    if (json_equal(written, there)) {
        return true;
    }
    if (json_is_object(written) && json_is_object(there)) {
        for (const struct json *m = json_first(there); m; m = json_next(m)) {
            const struct json *w = json_get(written, json_key(m));
            if (!w || !merge_form_of(w, m)) {
                return false;
            }
        }
        return true;
    }
    const char *w = json_str_value(written), *t = json_str_value(there);
    return w && t && form_of_text(w, t);
}

/* An entry is gone and there are others instead: somebody has changed it, so much that it cannot be
 * recognised (numbers of one kind, which doc_rekey cannot tell apart). */
static bool is_replaced(const char *path, const struct json *before, const struct json *now)
{
    CLEANUP(mem_free) char *member = NULL;
    const char *id;
    if (json_pointer(now, path) || !path_split(path, &member, &id)) {
        return false;
    }
    for (const struct json *e = json_first(json_get(now, member)); e; e = json_next(e)) {
        if (!json_get(json_get(before, member), json_key(e))) {
            return true;
        }
    }
    return false;
}

struct json *merge_with(const struct json *base, const struct json *patch)
{
    struct json *doc = json_dup(base);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        put(doc, json_key(p), p);
    }
    return doc;
}

void merge_read(
    struct json *base, const struct json *patch, const struct json *written, const struct json *now)
{
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const struct json *there = json_pointer(now, json_key(p));
        bool dropped = !there && !is_replaced(json_key(p), written, now);
        if (dropped || (there && merge_form_of(p, there))) {
            put(base, json_key(p), there);
        }
    }
}

/* Puts into both bases what became of one written value; see merge_absorb. */
static bool absorb_at(struct json *target_base, struct json *source_base, const char *path,
    const struct json *written, const struct json *there, bool addition)
{
    if (same_value(there, written) || merge_form_of(written, there)) {
        put(source_base, path, written);
        put(target_base, path, there);
        return true;
    }
    if (addition && json_is_object(written) && json_is_object(there)) {
        bool sure = true;
        for (const struct json *m = json_first(there); m; m = json_next(m)) {
            CLEANUP(mem_free) char *escaped = json_pointer_escape(json_key(m));
            CLEANUP(mem_free) char *part = str_printf("%s/%s", path, escaped);
            const struct json *w = json_get(written, json_key(m));
            if (w) {
                sure &= absorb_at(target_base, source_base, part, w, m, true);
            } else {
                put(target_base, part, m); /* the store's own */
            }
        }
        return sure;
    }
    if (!there) {
        put(target_base, path, NULL);
    }
    return !there;
}

/* A member of an entry that is not there: an entry without one of its members is what a store can
 * hold of it, but no entry under that id may be one that was edited since and is not recognised. */
static bool lacks_entry(const struct json *doc, const char *path)
{
    const char *first = strchr(path, '/'), *last = strrchr(path, '/');
    if (first == last) {
        return false; /* the path of an entry, or of a member of the item */
    }
    CLEANUP(mem_free) char *entry = mem_strndup(path, (size_t)(last - path));
    return !json_pointer(doc, entry);
}

/* Takes one change of the patch into both bases; true if it is known what became of it. */
static bool absorb_change(struct json *target_base, struct json *source_base,
    const struct json *change, const struct json *now)
{
    const char *path = json_key(change);
    const struct json *there = json_pointer(now, path);
    CLEANUP(mem_free) char *member = NULL;
    const char *id;
    if (lacks_entry(now, path)) {
        return false;
    }
    bool addition = path_split(path, &member, &id) && there && !json_pointer(source_base, path);
    if (addition) { /* one entry from here on, whatever is in doubt of it */
        CLEANUP(json_free) struct json *entry = json_object();
        put(source_base, path, entry);
        put(target_base, path, entry);
    }
    bool known = absorb_at(target_base, source_base, path, change, there, addition);
    if (addition && !known) {
        json_set_bool(json_need_object(source_base, DOC_DOUBTFUL), path, true);
        json_set_bool(json_need_object(target_base, DOC_DOUBTFUL), path, true);
    }
    return known;
}

/* An entry that an earlier write left in doubt is known once all that was written of it is. */
static void end_doubt(struct json *base, const struct json *known, const struct json *unknown)
{
    struct json *doubtful = json_get(base, DOC_DOUBTFUL);
    for (struct json *d = json_first(doubtful), *next; d; d = next) {
        next = json_next(d);
        if (merge_touches(known, json_key(d)) && !merge_touches(unknown, json_key(d))) {
            CLEANUP(mem_free) char *path = mem_strdup(json_key(d));
            json_remove(doubtful, path);
        }
    }
}

void merge_absorb(struct json *target_base, struct json *source_base, const struct json *patch,
    const struct json *now, struct json *unsure)
{
    CLEANUP(json_free) struct json *known = json_object();
    CLEANUP(json_free) struct json *unknown = json_object();
    for (struct json *p = json_first(patch); p; p = json_next(p)) {
        const char *path = json_key(p);
        bool arrived = !same_value(json_pointer(now, path), json_pointer(target_base, path));
        bool is_known = arrived && absorb_change(target_base, source_base, p, now);
        if (arrived && !is_known) {
            json_set_bool(unsure, path, true);
        }
        json_set_bool(is_known ? known : unknown, path, true);
    }
    end_doubt(target_base, known, unknown);
    end_doubt(source_base, known, unknown);
}

struct json *merge_known(const struct json *base)
{
    struct json *known = json_dup(base);
    CLEANUP(json_free) struct json *doubtful = json_detach(known, DOC_DOUBTFUL);
    for (const struct json *d = json_first(doubtful); d; d = json_next(d)) {
        put(known, json_key(d), NULL);
    }
    return known;
}

bool merge_paths_overlap(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b), n = la < lb ? la : lb;
    if (strncmp(a, b, n) != 0) {
        return false;
    }
    return la == lb || (la > lb ? a[lb] : b[la]) == '/';
}

bool merge_touches(const struct json *patch, const char *path)
{
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        if (merge_paths_overlap(json_key(p), path)) {
            return true;
        }
    }
    return false;
}

struct json *merge_foreign(
    const struct json *written, const struct json *read_back, const struct json *patch)
{
    struct json *diff = merge_own_patch(written, read_back);
    struct json *foreign = json_object();
    for (struct json *d = json_first(diff); d; d = json_next(d)) {
        bool dropped = json_is_null(d) && (patch || !is_replaced(json_key(d), written, read_back));
        bool ours = dropped || merge_form_of(json_pointer(written, json_key(d)), d) ||
                    (patch && shape_is_made_over(json_key(d))) || merge_touches(patch, json_key(d));
        if (!ours) {
            json_set(foreign, json_key(d), json_dup(d));
        }
    }
    json_free(diff);
    return foreign;
}
