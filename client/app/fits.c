/* Comparing the two bases of a pair, value by value. */
#include "client/app/fits.h"

#include "client/app/private.h"
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#include <string.h>

/* The two documents, and what is made of them once. */
struct work {
    const struct fits *f;
    struct json *patch;    /* owned; from left to right */
    struct json *plain[2]; /* owned; without their changed occurrences */
};

static struct work work_of(const struct fits *f)
{
    struct work w = {f, doc_diff(f->doc[SIDE_LEFT], f->doc[SIDE_RIGHT]), {NULL, NULL}};
    for (int s = 0; s < 2; s++) {
        w.plain[s] = json_object();
        for (const struct json *m = json_first(f->doc[s]); m; m = json_next(m)) {
            if (!str_eq(json_key(m), "recurrenceOverrides")) {
                json_set(w.plain[s], json_key(m), json_dup(m));
            }
        }
    }
    return w;
}

static void work_fini(struct work *w)
{
    json_free(w->patch);
    json_free(w->plain[SIDE_LEFT]);
    json_free(w->plain[SIDE_RIGHT]);
}

/* Parts of an entry that say how a value is marked. */
static bool is_mark(const char *path)
{
    static const char *const marks[] = {"contexts", "features", "pref", "kind", "@type", "roles",
        "vCardName", "phoneticSystem", "isOrdered", "defaultSeparator", "contentType"};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        CLEANUP(mem_free) char *last = str_printf("/%s", marks[i]);
        CLEANUP(mem_free) char *inside = str_printf("/%s/", marks[i]);
        if (str_ends(path, last) || strstr(path, inside)) {
            return true;
        }
    }
    return false;
}

/* In words; of an entry of a map those of the map, as the key is its value or made up. */
static char *path_words(const struct fits *f, const char *path)
{
    if (f->kind != ITEM_CONTACT && str_starts(path, "links/")) {
        return mem_strdup(planned_file_words(path));
    }
    const char *slash = strchr(path, '/');
    const char *part = slash ? strchr(slash + 1, '/') : NULL;
    if (part &&
        str_starts(path, "recurrenceOverrides/")) { /* the row says which occurrence it is */
        CLEANUP(mem_free) char *inner = json_pointer_unescape(part + 1);
        CLEANUP(mem_free) char *of = planned_path_words("recurrenceOverrides");
        CLEANUP(mem_free) char *words = path_words(f, inner);
        return str_printf("%s %s", of, words);
    }
    CLEANUP(mem_free)
    char *member = mem_strndup(path, slash ? (size_t)(slash - path) : strlen(path));
    bool entry = slash && shape_is_map(member) && !strchr(slash + 1, '/');
    return planned_path_words(entry ? member : path);
}

static bool is_writable(const struct fits *f, enum side s)
{
    return f->direction == LINK_TWO_WAY ||
           (f->direction == LINK_LEFT_TO_RIGHT ? s == SIDE_RIGHT : s == SIDE_LEFT);
}

/* `value`: what the other side has. */
static void add_lack(
    const struct fits *f, struct json *row, enum side s, const char *path, const struct json *value)
{
    CLEANUP(json_free) struct json *v = json_object();
    CLEANUP(mem_free) char *field = path_words(f, path);
    json_set_str(v, "side", side_name(s));
    json_set_str(v, "path", path);
    json_set_str(v, "field", field);
    json_set_str(v, "why",
        !is_writable(f, s) ? "the link never writes to this side"
        : is_mark(path)    ? "that side does not tell this"
                           : fits_reason(f->kind, f->account_type[s], path, value));
    json_set_bool(v, "mark", is_mark(path));
    if (!json_get(row, "lacks")) {
        json_set(row, "lacks", json_array());
    }
    json_append(json_get(row, "lacks"), TAKE(v));
}

/* Both have a photo or a file, and one of them is not let pass: the other side lacks it. */
static void add_kept(const struct fits *f, struct json *row, const char *path)
{
    for (int s = 0; s < 2; s++) {
        const struct json *value = json_pointer(f->doc[s], path);
        bool large = str_starts(path, "media/") || str_starts(path, "links/");
        if (large && fits_is_kept(value)) {
            add_lack(f, row, side_other((enum side)s), path, value);
            return;
        }
    }
}

/* ---- occurrences ---- */
static struct json *occurrence(const struct json *plain, const struct json *override)
{
    struct json *doc = json_dup(plain);
    struct err err = ERR_INIT;
    if (override && doc_apply(doc, override, &err) != RC_OK) {
        err_fini(&err); /* it says nothing that can be compared */
    }
    return doc;
}

/* A difference takes the override of an occurrence whole, but a person wants to know what of it one side
 * lacks: so both occurrences are compared, and what is not the same of the series is left to its rows.
 * How many lacks were found. */
static int add_occurrence(const struct work *w, struct json *row, const char *path)
{
    CLEANUP(json_free) struct json *left = NULL, *right = NULL;
    left = occurrence(w->plain[SIDE_LEFT], json_pointer(w->f->doc[SIDE_LEFT], path));
    right = occurrence(w->plain[SIDE_RIGHT], json_pointer(w->f->doc[SIDE_RIGHT], path));
    doc_rekey(right, left);
    CLEANUP(json_free) struct json *diff = doc_diff(left, right);
    int count = 0;
    for (const struct json *p = json_first(diff); p; p = json_next(p)) {
        enum side s = json_is_null(p) ? SIDE_RIGHT : SIDE_LEFT;
        const struct json *has = json_pointer(s == SIDE_RIGHT ? left : right, json_key(p));
        bool differs = s == SIDE_LEFT && json_pointer(left, json_key(p));
        if (!differs && !json_get(w->patch, json_key(p))) {
            CLEANUP(mem_free) char *key = json_pointer_escape(json_key(p));
            CLEANUP(mem_free) char *at = str_printf("%s/%s", path, key);
            add_lack(w->f, row, s, at, has);
            count++;
        }
    }
    return count;
}

static bool is_changed_occurrence(const struct work *w, const char *path)
{
    for (int s = 0; s < 2; s++) {
        const struct json *v = json_pointer(w->f->doc[s], path);
        if (!str_starts(path, "recurrenceOverrides/") || json_get_bool(v, "excluded", false) ||
            (v && !json_count(v))) {
            return false; /* a date more or less */
        }
    }
    return true;
}

/* The parts of the difference that lie at or below `path`. */
static void add_lacks(const struct work *w, const char *path, struct json *row)
{
    const struct fits *f = w->f;
    size_t n = strlen(path);
    if (is_changed_occurrence(w, path) && add_occurrence(w, row, path)) {
        json_set_bool(row, "differs",
            json_pointer(f->doc[SIDE_LEFT], path) && json_pointer(f->doc[SIDE_RIGHT], path));
        return;
    }
    for (const struct json *p = json_first(w->patch); p; p = json_next(p)) {
        const char *at = json_key(p);
        if (strncmp(at, path, n) != 0 || (at[n] && at[n] != '/')) {
            continue;
        }
        const struct json *left = json_pointer(f->doc[SIDE_LEFT], at);
        if (json_is_null(p)) {
            add_lack(f, row, SIDE_RIGHT, at, left);
        } else if (!left) {
            add_lack(f, row, SIDE_LEFT, at, p);
        } else {
            json_set_bool(row, "differs", true);
            add_kept(f, row, at);
        }
    }
}

static void add_row(const struct work *w, const char *member, const char *path, struct json *rows)
{
    CLEANUP(json_free) struct json *row = json_object();
    CLEANUP(mem_free) char *field = path_words(w->f, path);
    json_set_str(row, "path", path);
    json_set_str(row, "field", field);
    for (int s = 0; s < 2; s++) {
        CLEANUP(mem_free) char *words = fits_words(member, json_pointer(w->f->doc[s], path));
        json_set_str(row, side_name((enum side)s), words);
    }
    add_lacks(w, path, row);
    json_append(rows, TAKE(row));
}

/* A row for each entry of a map, whichever side has it. */
static void add_entries(const struct work *w, const char *member, struct json *rows)
{
    const struct fits *f = w->f;
    for (int s = 0; s < 2; s++) {
        const struct json *other = json_get(f->doc[SIDE_LEFT], member);
        for (const struct json *e = json_first(json_get(f->doc[s], member)); e; e = json_next(e)) {
            if (s == SIDE_RIGHT && json_get(other, json_key(e))) {
                continue;
            }
            CLEANUP(mem_free) char *key = json_pointer_escape(json_key(e));
            CLEANUP(mem_free) char *path = str_printf("%s/%s", member, key);
            add_row(w, member, path, rows);
        }
    }
}

struct json *fits_rows(const struct fits *f)
{
    struct json *rows = json_array();
    struct work w CLEANUP_FINI(work_fini) = work_of(f);
    for (int s = 0; s < 2; s++) {
        for (const struct json *m = json_first(f->doc[s]); m; m = json_next(m)) {
            const char *member = json_key(m);
            if (str_eq(member, "@type") || shape_is_bookkeeping(member) ||
                (s == SIDE_RIGHT && json_get(f->doc[SIDE_LEFT], member))) {
                continue;
            }
            if (shape_is_map(member)) {
                add_entries(&w, member, rows);
            } else {
                add_row(&w, member, member, rows);
            }
        }
    }
    return rows;
}

long fits_count(const struct json *rows)
{
    long count = 0;
    for (const struct json *r = json_first(rows); r; r = json_next(r)) {
        for (const struct json *l = json_first(json_get(r, "lacks")); l; l = json_next(l)) {
            count += !json_get_bool(l, "mark", false);
        }
    }
    return count;
}
