/* Where two copies of one item say the same thing in different words: nothing there needs writing.
 */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/traits.h"

static void add_path(struct json *paths, const char *map, const char *id, const char *member)
{
    CLEANUP(mem_free) char *escaped = json_pointer_escape(id);
    CLEANUP(mem_free) char *path = str_printf("%s/%s/%s", map, escaped, member);
    json_append(paths, json_str(path));
}

static void add_entries(struct json *paths, const struct json *doc, const struct json *reference,
    const char *map, const char *member)
{
    for (const struct json *e = json_first(json_get(doc, map)); e; e = json_next(e)) {
        const char *mine = json_get_str(e, member);
        const char *theirs = json_get_str(json_get(json_get(reference, map), json_key(e)), member);
        if (mine && theirs && !str_eq(mine, theirs) &&
            (str_eq(member, "number") ? match_same_phone(mine, theirs) : str_ieq(mine, theirs))) {
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

struct json *doc_alike(const struct json *doc, const struct json *reference)
{
    struct json *paths = json_array();
    add_entries(paths, doc, reference, "emails", "address");
    add_entries(paths, doc, reference, "phones", "number");
    if (str_eq(json_get_str(doc, "@type"), "Event") && same_instant(doc, reference)) {
        json_append(paths, json_str("start"));
        json_append(paths, json_str("timeZone"));
    }
    return paths;
}
