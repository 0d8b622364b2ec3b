/* ATTACH (RFC 5545 section 3.8.1.1) as "links": files in the text itself, and links to files elsewhere,
 * which are never fetched. A line that is neither, or does not decode, is no entry and stays as it is.
 *
 * Occurrences have no files of their own in documents: their lines stay as they are, and one that we
 * make has none of the series' files in it, which would be as many copies. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/item/file.h"

#define BASE64_ROOM(bytes) ((bytes) / 3 * 4 + (bytes) / 16 + 64) /* with some white space in it */

/* RFC 8607 section 4.2; [MS-OXCICAL] section 2.1.3.1.1.20.1; Apple; KDE. The first two are written. */
static const char *const NAMES[] = {"FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-LABEL"};

static bool is_inline(const struct line *line)
{
    return str_ieq(line_param(line, "ENCODING"), "BASE64") ||
           str_ieq(line_param(line, "VALUE"), "BINARY") || str_istarts(line->value, "data:");
}

/* A URI of any scheme (RFC 3986 section 3.1) but those that mean something to us, with nothing in it
 * that would end a line. */
static bool is_link(const char *uri)
{
    size_t n = 0;
    while (uri && ((uri[n] | 0x20) >= 'a' && (uri[n] | 0x20) <= 'z')) {
        n += 1 + strspn(uri + n + 1, "0123456789+-.");
    }
    if (!n || uri[n] != ':' || !uri[n + 1] || str_istarts(uri, "data:") ||
        str_istarts(uri, "lockstep.")) {
        return false;
    }
    for (const char *p = uri; *p; p++) {
        if ((unsigned char)*p <= ' ') {
            return false;
        }
    }
    return true;
}

/* "href" of a line; NULL if it is no entry. Caller frees. */
static char *line_href(const struct line *line)
{
    size_t size = strlen(line->value);
    if (!is_inline(line)) {
        return is_link(line->value) ? mem_strdup(line->value) : NULL;
    }
    if (size > BASE64_ROOM(FILE_MAX)) {
        return str_printf(FILE_KEPT "%zu", size / 4 * 3);
    }
    return str_istarts(line->value, "data:") ? file_uri_normal(line->value)
                                             : file_uri_of_base64(line->value);
}

static const char *line_title(const struct line *line)
{
    const char *title = NULL;
    for (size_t i = 0; i < ARRAY_LEN(NAMES) && str_empty(title); i++) {
        title = line_param(line, NAMES[i]);
    }
    return title;
}

void ical_files_read(const struct lines_comp *comp, struct json *doc)
{
    int n = 0;
    for (const struct line *l = lines_find(comp, "ATTACH"); l;
         l = lines_find_next(comp, "ATTACH", l)) {
        CLEANUP(mem_free) char *href = line_href(l);
        if (href) {
            CLEANUP(mem_free) char *id = str_printf("%d", ++n);
            json_set(json_need_object(doc, "links"), id,
                file_entry(href, line_title(l), line_param(l, "FMTTYPE")));
        }
    }
}

/* ---- writing ---- */
/* What the line can say; what another program's document has beside files is left out. */
static bool takes(const struct json *entry)
{
    const char *href = json_get_str(entry, "href"), *rel = json_get_str(entry, "rel");
    return (!rel || str_eq(rel, "enclosure")) && (file_is_data(entry) || is_link(href));
}

/* A parameter has no control characters (RFC 5545 section 3.1). */
static void set_title(struct line *line, const char *wanted, bool both)
{
    bool said = false;
    CLEANUP(mem_free) char *title = mem_strdup(wanted ? wanted : "");
    for (char *p = title; *p; p++) {
        *p = (unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p;
    }
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (line_param(line, NAMES[i])) {
            line_param_set(line, NAMES[i], str_empty(title) ? NULL : title);
            said = true;
        }
    }
    for (size_t i = 0; i < (both ? 2u : 1u) && !said && !str_empty(title); i++) {
        line_param_set(line, NAMES[i], title);
    }
}

static void set_type(struct line *line, const struct json *entry)
{
    const char *type = json_get_str(entry, "contentType"), *title = json_get_str(entry, "title");
    CLEANUP(mem_free)
    char *bare = type ? mem_strndup(type, strcspn(type, "; \t")) : mem_strdup("");
    bool file = file_is_data(entry);
    line_param_set(line, "FMTTYPE", *bare ? bare : file ? file_type_of_name(title) : NULL);
}

static void set_href(struct line *line, const struct json *entry)
{
    static const char *const OF_THE_OLD[] = {"MANAGED-ID", "SIZE"}; /* RFC 8607 section 4 */
    const char *href = json_get_str(entry, "href");
    CLEANUP(mem_free) char *normal = file_is_data(entry) ? file_uri_normal(href) : NULL;
    for (size_t i = 0; i < ARRAY_LEN(OF_THE_OLD); i++) {
        line_param_set(line, OF_THE_OLD[i], NULL);
    }
    line_param_set(line, "ENCODING", normal ? "BASE64" : NULL);
    line_param_set(line, "VALUE", normal ? "BINARY" : NULL);
    line_set_value(line, normal ? strchr(normal, ',') + 1 : href);
}

static void change(struct line *line, const struct json *before, const struct json *now)
{
    if (!takes(now)) {
        return; /* it leaves what is there */
    }
    const char *title = json_get_str(now, "title");
    if (!str_eq(json_get_str(before, "href"), json_get_str(now, "href"))) {
        set_href(line, now);
    }
    if (!str_eq(json_get_str(before, "title"), title)) {
        set_title(line, title, file_is_data(now));
    }
    if (!str_eq(json_get_str(before, "contentType"), json_get_str(now, "contentType"))) {
        set_type(line, now);
    }
}

static void add(struct ical *ic, struct lines_comp *comp, const struct json *entry)
{
    struct line *line = ical_add(ic, comp, "ATTACH", "");
    set_type(line, entry);
    set_href(line, entry);
    set_title(line, json_get_str(entry, "title"), file_is_data(entry));
}

/* An entry's bytes decode; made once for each new or changed one. */
static bool is_sound(const struct json *entry)
{
    CLEANUP(mem_free)
    char *normal = file_is_data(entry) ? file_uri_normal(json_get_str(entry, "href")) : NULL;
    return takes(entry) && (!file_is_data(entry) || normal);
}

void ical_files_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const struct json *old = json_get(before, "links"), *now = json_get(doc, "links");
    if (json_equal(old, now)) {
        return;
    }
    int n = 0;
    for (struct line *l = lines_find(comp, "ATTACH"), *next; l; l = next) {
        next = lines_find_next(comp, "ATTACH", l);
        CLEANUP(mem_free) char *href = before ? line_href(l) : NULL;
        if (!href) {
            continue;
        }
        CLEANUP(mem_free) char *id = str_printf("%d", ++n);
        const struct json *was = json_get(old, id), *want = json_get(now, id);
        if (!want) {
            lines_remove(ic->lines, l);
        } else if (!json_equal(was, want) && (file_is_kept(want) || is_sound(want))) {
            change(l, was, want);
        }
    }
    for (const struct json *e = json_first(now); e; e = json_next(e)) {
        if (!json_get(old, json_key(e)) && is_sound(e)) {
            add(ic, comp, e);
        }
    }
}

void ical_files_drop(struct ical *ic, struct lines_comp *comp)
{
    for (struct line *l = lines_find(comp, "ATTACH"), *next; l; l = next) {
        next = lines_find_next(comp, "ATTACH", l);
        if (is_inline(l)) {
            lines_remove(ic->lines, l);
        }
    }
}
