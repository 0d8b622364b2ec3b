/* Where people meet online: CONFERENCE (RFC 7986 section 5.11) as "virtualLocations" (RFC 8984 section
 * 4.2.6), one for each URI. Google and Microsoft have properties of their own, which hold nothing but the
 * address: they are read, and follow an edit; what is new is a CONFERENCE. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/codec/text.h"

/* The value is a URI, or text that is one. */
static const struct conference {
    const char *name;
    bool text;
} NAMES[] = {{"CONFERENCE", false}, {"X-GOOGLE-CONFERENCE", true},
    {"X-MICROSOFT-SKYPETEAMSMEETINGURL", true}, {"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", true}};
static const char *const FEATURES[][2] = {{"AUDIO", "audio"}, {"CHAT", "chat"}, {"FEED", "feed"},
    {"MODERATOR", "moderator"}, {"PHONE", "phone"}, {"SCREEN", "screen"}, {"VIDEO", "video"}};

/* Caller frees. */
static char *uri_of(const struct conference *c, const struct line *line)
{
    CLEANUP(mem_free) char *text = c->text ? text_unescape(line->value) : mem_strdup(line->value);
    return str_trim(text);
}

static void put_uri(const struct conference *c, struct line *line, const char *uri)
{
    CLEANUP(mem_free) char *text = c->text ? text_escape(uri) : mem_strdup(uri);
    line_set_value(line, text);
}

static struct json *entry_of(struct json *doc, const char *uri)
{
    for (struct json *v = json_first(json_get(doc, "virtualLocations")); v; v = json_next(v)) {
        if (str_eq(json_get_str(v, "uri"), uri)) {
            return v;
        }
    }
    return NULL;
}

static void entry_read(struct json *doc, const struct line *line, const char *uri)
{
    struct json *map = json_need_object(doc, "virtualLocations");
    CLEANUP(mem_free) char *id = str_printf("%zu", json_count(map) + 1);
    struct json *v = json_need_object(map, id);
    const char *label = line_param(line, "LABEL");
    json_set_str(v, "@type", "VirtualLocation");
    json_set_str(v, "uri", uri);
    json_set_str(v, "name", str_empty(label) ? NULL : label);
    for (size_t i = 0; i < ARRAY_LEN(FEATURES); i++) {
        if (line_param_has(line, "FEATURE", FEATURES[i][0])) {
            json_set_bool(json_need_object(v, "features"), FEATURES[i][1], true);
        }
    }
}

void ical_conferences_read(const struct lines_comp *comp, struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        for (struct line *l = lines_find(comp, NAMES[i].name); l;
             l = lines_find_next(comp, NAMES[i].name, l)) {
            CLEANUP(mem_free) char *uri = uri_of(&NAMES[i], l);
            if (*uri && !entry_of(doc, uri)) {
                entry_read(doc, l, uri);
            }
        }
    }
}

/* The first of the lines that say `uri`, beginning with the one in `from`; NULL: none. */
static struct line *find_line(const struct lines_comp *comp, const char *uri, size_t *from)
{
    for (; uri && *from < ARRAY_LEN(NAMES); ++*from) {
        const char *name = NAMES[*from].name;
        for (struct line *l = lines_find(comp, name); l; l = lines_find_next(comp, name, l)) {
            CLEANUP(mem_free) char *there = uri_of(&NAMES[*from], l);
            if (str_eq(there, uri)) {
                return l;
            }
        }
    }
    return NULL;
}

static void put_features(struct line *line, const struct json *features)
{
    line_param_set(line, "FEATURE", NULL);
    for (size_t i = 0; i < ARRAY_LEN(FEATURES); i++) {
        if (json_get_bool(features, FEATURES[i][1], false)) {
            line_param_add(line, "FEATURE", FEATURES[i][0]);
        }
    }
}

/* What a CONFERENCE says beside its address. */
static void put_params(struct line *line, const struct json *before, const struct json *now)
{
    const char *old = json_get_str(before, "name"), *name = json_get_str(now, "name");
    if (!str_eq(old, name)) {
        line_param_set(line, "LABEL", str_empty(name) ? NULL : name);
    }
    if (!json_equal(json_get(before, "features"), json_get(now, "features"))) {
        put_features(line, json_get(now, "features"));
    }
}

/* NULL for `before`: it is new; for `now`: it goes. */
static void entry_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *now)
{
    const char *old = json_get_str(before, "uri"), *uri = json_get_str(now, "uri");
    size_t kind = 0;
    bool said = false;
    for (struct line *l; (l = find_line(comp, old, &kind));) {
        if (str_empty(uri)) {
            lines_remove(ic->lines, l);
            continue;
        }
        put_uri(&NAMES[kind], l, uri);
        if (kind == 0) {
            put_params(l, before, now);
        }
        said = true;
        kind += str_eq(old, uri); /* else the line is not found again */
    }
    if (!said && !before && !str_empty(uri)) {
        struct line *line = ical_add(ic, comp, NAMES[0].name, uri);
        line_param_set(line, "VALUE", "URI"); /* required by RFC 7986 section 5.11 */
        put_params(line, NULL, now);
    }
}

void ical_conferences_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const struct json *old = json_get(before, "virtualLocations"),
                      *now = json_get(doc, "virtualLocations");
    for (const struct json *v = json_first(old); v; v = json_next(v)) {
        const struct json *wanted = json_get(now, json_key(v));
        if (!json_equal(v, wanted)) {
            entry_write(ic, comp, v, wanted);
        }
    }
    for (const struct json *v = json_first(now); v; v = json_next(v)) {
        if (!json_get(old, json_key(v))) {
            entry_write(ic, comp, NULL, v);
        }
    }
}
