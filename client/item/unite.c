/* Where two copies of one item say the same thing in different words: nothing there needs writing.
 */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/item/html.h"
#include "client/item/joined.h"
#include "client/item/traits.h"

#include <string.h>

static void add_path(struct json *paths, const char *map, const char *id, const char *member)
{
    CLEANUP(mem_free) char *escaped = json_pointer_escape(id);
    CLEANUP(mem_free) char *path = str_printf("%s/%s/%s", map, escaped, member);
    json_append(paths, json_str(path));
}

/* The path of the entry; caller frees. */
static char *entry_path(const char *map, const struct json *entry)
{
    CLEANUP(mem_free) char *escaped = json_pointer_escape(json_key(entry));
    return str_printf("%s/%s", map, escaped);
}

/* ---- one text and several ---- */

static void add_own_entries(
    struct json *paths, const struct json *doc, const struct json *other, const char *map)
{
    for (const struct json *e = json_first(json_get(doc, map)); e; e = json_next(e)) {
        if (!json_get(json_get(other, map), json_key(e))) {
            CLEANUP(mem_free) char *path = entry_path(map, e);
            json_append(paths, json_str(path));
        }
    }
}

static void add_respelled(struct json *paths, const struct json *doc, const struct json *reference,
    const struct joined_map *m)
{
    for (const struct json *e = json_first(json_get(doc, m->map)); e; e = json_next(e)) {
        const char *mine = json_get_str(e, m->member);
        const char *theirs =
            json_get_str(json_get(json_get(reference, m->map), json_key(e)), m->member);
        if (mine && theirs && !str_eq(mine, theirs)) {
            CLEANUP(mem_free) char *a = joined_parts(m, mine);
            CLEANUP(mem_free) char *b = joined_parts(m, theirs);
            if (str_eq(a, b)) {
                add_path(paths, m->map, json_key(e), m->member);
            }
        }
    }
}

struct json *doc_joined(const struct json *doc, const struct json *reference)
{
    struct json *paths = json_array();
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        const struct joined_map *m = &maps[i];
        if (!json_get(doc, m->map) || !json_get(reference, m->map)) {
            continue;
        }
        add_respelled(paths, doc, reference, m);
        CLEANUP(mem_free) char *mine = joined_parts_of_all(m, doc);
        CLEANUP(mem_free) char *theirs = joined_parts_of_all(m, reference);
        if (str_eq(mine, theirs)) {
            add_own_entries(paths, reference, doc, m->map);
            add_own_entries(paths, doc, reference, m->map);
        }
    }
    return paths;
}

/* A text and nothing else: what may go when the text is elsewhere. */
static bool is_text_only(const struct json *entry, const char *member)
{
    for (const struct json *m = json_first(entry); m; m = json_next(m)) {
        if (!str_eq(json_key(m), member) && !str_eq(json_key(m), "@type")) {
            return false;
        }
    }
    return json_get_str(entry, member) != NULL;
}

/* True if a longer text of the other document, under an id of its own, has this one in it. */
static bool is_covered(
    const struct json *doc, const struct json *other, const struct joined_map *m, const char *text)
{
    CLEANUP(mem_free) char *parts = joined_parts(m, text);
    for (const struct json *e = json_first(json_get(other, m->map)); *parts && e;
         e = json_next(e)) {
        const char *longer = json_get_str(e, m->member);
        if (longer && !json_get(json_get(doc, m->map), json_key(e))) {
            CLEANUP(mem_free) char *whole = joined_parts(m, longer);
            if (!str_eq(whole, parts) && strstr(whole, parts)) {
                return true;
            }
        }
    }
    return false;
}

static void add_covered(struct json *covered, const struct json *doc, const struct json *other,
    const struct joined_map *m)
{
    for (const struct json *e = json_first(json_get(doc, m->map)); e; e = json_next(e)) {
        if (is_text_only(e, m->member) && !json_get(json_get(other, m->map), json_key(e)) &&
            is_covered(doc, other, m, json_get_str(e, m->member))) {
            CLEANUP(mem_free) char *path = entry_path(m->map, e);
            json_set(covered, path, json_dup(e));
        }
    }
}

struct json *doc_covered(const struct json *doc, const struct json *reference)
{
    struct json *covered = json_object();
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        CLEANUP(mem_free) char *mine = joined_parts_of_all(&maps[i], doc);
        CLEANUP(mem_free) char *theirs = joined_parts_of_all(&maps[i], reference);
        if (!str_eq(mine, theirs)) { /* else both stay: doc_joined */
            add_covered(covered, doc, reference, &maps[i]);
            add_covered(covered, reference, doc, &maps[i]);
        }
    }
    return covered;
}

/* ---- other words ---- */

static bool same_value(const char *member, const char *mine, const char *theirs)
{
    return str_eq(member, "number") ? match_same_phone(mine, theirs)
           : str_eq(member, "href") ? file_same_bytes(mine, theirs)
                                    : str_ieq(mine, theirs);
}

static void add_entries(struct json *paths, const struct json *doc, const struct json *reference,
    const char *map, const char *member)
{
    for (const struct json *e = json_first(json_get(doc, map)); e; e = json_next(e)) {
        const char *mine = json_get_str(e, member);
        const char *theirs = json_get_str(json_get(json_get(reference, map), json_key(e)), member);
        if (mine && theirs && !str_eq(mine, theirs) && same_value(member, mine, theirs)) {
            add_path(paths, map, json_key(e), member);
        }
    }
}

/* The rule of a series counts in its zone, so that only single events are the same. */
static bool same_instant(const struct json *doc, const struct json *reference)
{
    struct match_traits *a = match_traits_new(ITEM_EVENT, doc);
    struct match_traits *b = match_traits_new(ITEM_EVENT, reference);
    bool same = a->has_instant && b->has_instant && a->start_instant == b->start_instant &&
                !a->rule && !b->rule && !json_get(doc, "recurrenceOverrides") &&
                !json_get(reference, "recurrenceOverrides");
    match_traits_free(a);
    match_traits_free(b);
    return same;
}

/* Two programs' HTML of one text; the text itself is compared as it is. */
static bool same_styled(const struct json *doc, const struct json *reference)
{
    const char *mine = json_get_str(doc, DOC_STYLED), *theirs = json_get_str(reference, DOC_STYLED);
    CLEANUP(mem_free) char *text = theirs ? html_text(theirs) : NULL;
    return mine && theirs && html_says(mine, text);
}

struct json *doc_alike(const struct json *doc, const struct json *reference)
{
    struct json *paths = doc_joined(doc, reference);
    add_entries(paths, doc, reference, "emails", "address");
    add_entries(paths, doc, reference, "phones", "number");
    add_entries(paths, doc, reference, "links", "href");
    if (same_styled(doc, reference)) {
        json_append(paths, json_str(DOC_STYLED));
    }
    if (str_eq(json_get_str(doc, "@type"), "Event") && same_instant(doc, reference)) {
        json_append(paths, json_str("start"));
        json_append(paths, json_str("timeZone"));
    }
    return paths;
}
