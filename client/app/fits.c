/* Comparing the two bases of a pair, value by value. */
#include "client/app/fits.h"

#include "client/app/private.h"
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#include <string.h>

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

static void add_lack(const struct fits *f, struct json *row, enum side s, const char *path)
{
    CLEANUP(json_free) struct json *v = json_object();
    CLEANUP(mem_free) char *field = path_words(f, path);
    json_set_str(v, "side", side_name(s));
    json_set_str(v, "path", path);
    json_set_str(v, "field", field);
    const struct json *value = json_pointer(f->doc[side_other(s)], path);
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
        bool large = str_starts(path, "media/") || str_starts(path, "links/");
        if (large && fits_is_kept(json_pointer(f->doc[s], path))) {
            add_lack(f, row, side_other((enum side)s), path);
            return;
        }
    }
}

/* The parts of the difference that lie at or below `path`. */
static void add_lacks(
    const struct fits *f, const struct json *patch, const char *path, struct json *row)
{
    size_t n = strlen(path);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const char *at = json_key(p);
        if (strncmp(at, path, n) != 0 || (at[n] && at[n] != '/')) {
            continue;
        }
        if (json_is_null(p)) {
            add_lack(f, row, SIDE_RIGHT, at);
        } else if (!json_pointer(f->doc[SIDE_LEFT], at)) {
            add_lack(f, row, SIDE_LEFT, at);
        } else {
            json_set_bool(row, "differs", true);
            add_kept(f, row, at);
        }
    }
}

static void add_row(const struct fits *f, const struct json *patch, const char *member,
    const char *path, struct json *rows)
{
    CLEANUP(json_free) struct json *row = json_object();
    CLEANUP(mem_free) char *field = path_words(f, path);
    json_set_str(row, "path", path);
    json_set_str(row, "field", field);
    for (int s = 0; s < 2; s++) {
        CLEANUP(mem_free) char *words = fits_words(member, json_pointer(f->doc[s], path));
        json_set_str(row, side_name((enum side)s), words);
    }
    add_lacks(f, patch, path, row);
    json_append(rows, TAKE(row));
}

/* A row for each entry of a map, whichever side has it. */
static void add_entries(
    const struct fits *f, const struct json *patch, const char *member, struct json *rows)
{
    for (int s = 0; s < 2; s++) {
        const struct json *other = json_get(f->doc[SIDE_LEFT], member);
        for (const struct json *e = json_first(json_get(f->doc[s], member)); e; e = json_next(e)) {
            if (s == SIDE_RIGHT && json_get(other, json_key(e))) {
                continue;
            }
            CLEANUP(mem_free) char *key = json_pointer_escape(json_key(e));
            CLEANUP(mem_free) char *path = str_printf("%s/%s", member, key);
            add_row(f, patch, member, path, rows);
        }
    }
}

struct json *fits_rows(const struct fits *f)
{
    struct json *rows = json_array();
    CLEANUP(json_free) struct json *patch = doc_diff(f->doc[SIDE_LEFT], f->doc[SIDE_RIGHT]);
    for (int s = 0; s < 2; s++) {
        for (const struct json *m = json_first(f->doc[s]); m; m = json_next(m)) {
            const char *member = json_key(m);
            if (str_eq(member, "@type") || shape_is_bookkeeping(member) ||
                (s == SIDE_RIGHT && json_get(f->doc[SIDE_LEFT], member))) {
                continue;
            }
            if (shape_is_map(member)) {
                add_entries(f, patch, member, rows);
            } else {
                add_row(f, patch, member, member, rows);
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
