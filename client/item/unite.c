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

/* The entry if it is the only one of the map, and a text and nothing else. */
static const struct json *sole_text(const struct json *map, const char *member)
{
    const struct json *entry = json_count(map) == 1 ? json_first(map) : NULL;
    return entry && is_text_only(entry, member) ? entry : NULL;
}

/* Of the entries that are not taken yet, the longest that stands whole, line by line, at the beginning of
 * `rest` (of joined_parts, behind the line break before it); NULL if none does. */
static const struct json *text_ahead(const struct json *several, const struct joined_map *m,
    const struct json *taken, const char *rest, size_t *ret_length)
{
    const struct json *found = NULL;
    *ret_length = 0;
    for (const struct json *e = json_first(several); e; e = json_next(e)) {
        CLEANUP(mem_free) char *parts = joined_parts(m, json_get_str(e, m->member));
        size_t n = *parts ? strlen(parts + 1) : 0;
        if (n > *ret_length && !json_get(taken, json_key(e)) && strncmp(rest, parts + 1, n) == 0) {
            found = e;
            *ret_length = n;
        }
    }
    return found;
}

/* The texts that `text` is made of, under their ids and in their order there, without what else their
 * entries have; NULL if it is not just these. Caller frees. */
static struct json *part_text(
    const struct json *several, const struct joined_map *m, const char *text)
{
    CLEANUP(json_free) struct json *texts = json_object();
    CLEANUP(mem_free) char *parts = joined_parts(m, text);
    const char *rest = *parts ? parts + 1 : parts;
    size_t n;
    for (const struct json *e; *rest && (e = text_ahead(several, m, texts, rest, &n)); rest += n) {
        struct json *entry = json_object();
        if (json_get(e, "@type")) {
            json_set(entry, "@type", json_dup(json_get(e, "@type")));
        }
        json_set_str(entry, m->member, json_get_str(e, m->member));
        json_set(texts, json_key(e), entry);
    }
    return *rest || json_count(texts) != json_count(several) ? NULL : TAKE(texts);
}

static bool all_have_text(const struct json *map, const char *member)
{
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        if (str_empty(json_get_str(e, member))) {
            return false;
        }
    }
    return true;
}

/* What the one text of `doc` says, as the entries of the reference that it is made of; NULL if it is not,
 * or if either is not like that. Caller frees. */
static struct json *parted(
    const struct json *doc, const struct json *reference, const struct joined_map *m)
{
    const struct json *several = json_get(reference, m->map);
    const struct json *one = sole_text(json_get(doc, m->map), m->member);
    bool fit = one && json_count(several) > 1 && all_have_text(several, m->member);
    return fit ? part_text(several, m, json_get_str(one, m->member)) : NULL;
}

/* True if both say the same in all, be it in another number of texts. */
static bool same_texts(
    const struct json *doc, const struct json *reference, const struct joined_map *m)
{
    CLEANUP(mem_free) char *mine = joined_parts_of_all(m, doc);
    CLEANUP(mem_free) char *theirs = joined_parts_of_all(m, reference);
    CLEANUP(json_free) struct json *a = parted(doc, reference, m);
    CLEANUP(json_free) struct json *b = parted(reference, doc, m);
    return a || b || str_eq(mine, theirs);
}

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

bool doc_may_join(const char *map)
{
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(map, maps[i].map)) {
            return true;
        }
    }
    return false;
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
        if (same_texts(doc, reference, m)) {
            add_own_entries(paths, reference, doc, m->map);
            add_own_entries(paths, doc, reference, m->map);
        }
    }
    return paths;
}

/* True if the text of the entry has this one in it, line by line. */
static bool stands_in(const struct joined_map *m, const char *text, const struct json *entry)
{
    CLEANUP(mem_free) char *parts = joined_parts(m, text);
    CLEANUP(mem_free) char *whole = joined_parts(m, json_get_str(entry, m->member));
    return *parts && strstr(whole, parts);
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
        if (!same_texts(doc, reference, &maps[i])) { /* else both stay: doc_joined */
            add_covered(covered, doc, reference, &maps[i]);
            add_covered(covered, reference, doc, &maps[i]);
        }
    }
    return covered;
}

static bool changes(const struct json *patch, const char *path)
{
    size_t length = strlen(path);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const char *key = json_key(p);
        if (strncmp(key, path, length) == 0 && (key[length] == '\0' || key[length] == '/')) {
            return true;
        }
    }
    return false;
}

/* Of the other's texts, those that its change has added or edited. Caller frees. */
static struct json *changed_texts(
    const struct json *other, const struct json *change, const struct joined_map *m)
{
    struct json *changed = json_object();
    for (const struct json *e = json_first(json_get(other, m->map)); e; e = json_next(e)) {
        CLEANUP(mem_free) char *path = entry_path(m->map, e);
        if (changes(change, path)) {
            json_set(json_need_object(changed, m->map), json_key(e), json_dup(e));
        }
    }
    return changed;
}

/* The document's texts but those that the other has changed alone: what they are now is the other's. Caller
 * frees. */
static struct json *texts_beside(const struct json *doc, const struct json *own,
    const struct json *changed, const struct joined_map *m)
{
    struct json *beside = json_object();
    for (const struct json *e = json_first(json_get(doc, m->map)); e; e = json_next(e)) {
        CLEANUP(mem_free) char *path = entry_path(m->map, e);
        if (!json_get(json_get(changed, m->map), json_key(e)) || changes(own, path)) {
            json_set(json_need_object(beside, m->map), json_key(e), json_dup(e));
        }
    }
    return beside;
}

struct json *doc_superseded(const struct json *doc, const struct json *own,
    const struct json *other, const struct json *change)
{
    struct json *superseded = json_object();
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        CLEANUP(json_free) struct json *changed = changed_texts(other, change, &maps[i]);
        CLEANUP(json_free) struct json *beside = texts_beside(doc, own, changed, &maps[i]);
        CLEANUP(json_free) struct json *covered = json_object();
        add_covered(covered, beside, changed, &maps[i]);
        for (const struct json *c = json_first(covered); c; c = json_next(c)) {
            if (!json_pointer(other, json_key(c))) {
                json_set(superseded, json_key(c), json_dup(c));
            }
        }
    }
    return superseded;
}

bool doc_text_within(const char *map, const struct json *part, const struct json *whole)
{
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        const char *text = str_eq(map, maps[i].map) ? json_get_str(part, maps[i].member) : NULL;
        if (text && json_get_str(whole, maps[i].member)) {
            return stands_in(&maps[i], text, whole);
        }
    }
    return false;
}

/* Adds one for each line of the entry, however often it has it. */
static void count_lines_of(
    struct json *counts, const struct joined_map *m, const struct json *entry)
{
    const char *text = json_get_str(entry, m->member);
    CLEANUP(mem_free) char *parts = joined_parts(m, text ? text : "");
    CLEANUP(json_free) struct json *seen = json_object();
    for (char *line = parts, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        if (*line && !json_get(seen, line)) {
            json_set_bool(seen, line, true);
            json_set_int(counts, line, json_get_int(counts, line, 0) + 1);
        }
    }
}

/* {line: how many entries of the map have it}; caller frees. */
static struct json *count_lines(const struct joined_map *m, const struct json *doc)
{
    struct json *counts = json_object();
    for (const struct json *e = json_first(json_get(doc, m->map)); e; e = json_next(e)) {
        count_lines_of(counts, m, e);
    }
    return counts;
}

bool doc_repeats(const struct json *doc, const char *map, const struct json *before)
{
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(map, maps[i].map)) {
            continue;
        }
        CLEANUP(json_free) struct json *now = count_lines(&maps[i], doc);
        CLEANUP(json_free) struct json *then = count_lines(&maps[i], before);
        for (const struct json *n = json_first(now); n; n = json_next(n)) {
            int64_t times = json_get_int(now, json_key(n), 0);
            if (times > 1 && times > json_get_int(then, json_key(n), 0)) {
                return true;
            }
        }
    }
    return false;
}

bool doc_says_twice(const struct json *doc, const char *path)
{
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        const struct joined_map *m = &maps[i];
        const struct json *map = str_starts(path, m->map) ? json_get(doc, m->map) : NULL;
        const struct json *said = json_pointer(doc, path);
        const char *text = json_get_str(said, m->member);
        for (const struct json *e = json_first(map); text && e; e = json_next(e)) {
            if (e != said && json_get_str(e, m->member) && stands_in(m, text, e)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- a copy and what is known of it ---- */

void doc_part(struct json *doc, const struct json *reference)
{
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        struct json *texts = parted(doc, reference, &maps[i]);
        if (texts) {
            json_set(doc, maps[i].map, texts);
        }
    }
}

void doc_recognize(struct json *doc, const struct json *reference)
{
    doc_rekey(doc, reference);
    doc_part(doc, reference);
}

/* Ends anywhere within the other. */
static bool is_cut(const char *parts, const char *whole)
{
    size_t length = strlen(parts);
    return length && strncmp(parts, whole, length - 1) == 0; /* without the line break at the end */
}

/* Is it what the only entry says, and more? */
static bool adds_to_sole(const struct json *one, const struct json *map, const struct joined_map *m)
{
    const struct json *sole = sole_text(map, m->member);
    const char *text = json_get_str(sole, m->member);
    return text && !str_eq(text, json_get_str(one, m->member)) && stands_in(m, text, one);
}

struct json *doc_in_one(const struct json *doc, const struct json *reference)
{
    struct json *found = json_object();
    size_t count;
    const struct joined_map *maps = joined_maps(&count);
    for (size_t i = 0; i < count; i++) {
        const struct joined_map *m = &maps[i];
        const struct json *several = json_get(reference, m->map);
        const struct json *one = sole_text(json_get(doc, m->map), m->member);
        if (one && (json_count(several) > 1 || adds_to_sole(one, several, m)) &&
            all_have_text(several, m->member)) {
            CLEANUP(mem_free) char *parts = joined_parts_of_all(m, doc);
            CLEANUP(mem_free) char *whole = joined_parts_of_all(m, reference);
            json_set_bool(found, m->map, is_cut(parts, whole));
        }
    }
    return found;
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
