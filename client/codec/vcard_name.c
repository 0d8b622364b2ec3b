/* The name: FN, N and how it is read aloud (RFC 9554 section 4.6, X-PHONETIC-...). */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/item/doc.h"

/* "Jr.", "III": vCard 3 and Outlook keep generation and credentials in one suffix. mapi/map tells
 * them apart by the same rule. */
static bool is_generation(const char *s)
{
    static const char *const words[] = {"jr", "sr", "jun", "sen"};
    size_t n = strlen(s);
    n -= n && s[n - 1] == '.';
    CLEANUP(mem_free) char *bare = mem_strndup(s, n);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_ieq(words[i], bare)) {
            return true;
        }
    }
    return n && strspn(bare, "IVX") == n;
}

/* An N with PHONETIC says how another N is read (RFC 9554 section 4.6). */
static struct line *main_line(const struct vcard *v)
{
    struct line *line = lines_find(v->comp, "N");
    while (line && line_param(line, "PHONETIC")) {
        line = lines_find_next(v->comp, "N", line);
    }
    return line;
}

static const char *const name_kinds[] = {
    "surname", "given", "given2", "title", "credential", "surname2", "generation"};

static void add_component(struct json *list, const char *kind, const char *value)
{
    struct json *component = json_object();
    json_set_str(component, "kind", kind);
    json_set_str(component, "value", value);
    json_append(list, component);
}

static bool holds(const struct text_parts *texts, const char *s)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (str_eq(texts->items[i], s)) {
            return true;
        }
    }
    return false;
}

static struct json *components_read(const struct vcard *v, const struct line *line)
{
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    CLEANUP_FINI(text_parts_fini) struct text_parts generation = {0}, surname2 = {0};
    struct json *list = json_array();
    vcard_parts_read(v, line, &parts);
    vcard_part_get(
        v, &parts, 6, &generation);          /* RFC 9554 section 2.2: also repeated in the suffix */
    vcard_part_get(v, &parts, 5, &surname2); /* also repeated in the surname */
    for (size_t i = 0; i < ARRAY_LEN(name_kinds); i++) {
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        vcard_part_get(v, &parts, i, &texts);
        for (size_t k = 0; k < texts.count; k++) {
            const char *value = texts.items[k];
            bool suffix = i == 4 && !generation.count && is_generation(value);
            if ((i == 4 && holds(&generation, value)) || (i == 0 && holds(&surname2, value))) {
                continue;
            }
            add_component(list, suffix ? "generation" : name_kinds[i], value);
        }
    }
    return list;
}

/* ---- how it is read aloud ---- */
/* The property is Apple's, and what Google and Nextcloud write. Of several words of a kind the first
 * has the reading. The slot is that of N. */
static const struct reading {
    const char *kind, *property;
    size_t slot;
} readings[] = {
    {"surname", "X-PHONETIC-LAST-NAME", 0},
    {"given", "X-PHONETIC-FIRST-NAME", 1},
    {"given2", "X-PHONETIC-MIDDLE-NAME", 2},
};

static struct line *phonetic_line(const struct vcard *v)
{
    struct line *line = lines_find(v->comp, "N");
    while (line && !line_param(line, "PHONETIC")) {
        line = lines_find_next(v->comp, "N", line);
    }
    return line;
}

static struct json *first_of_kind(const struct json *components, const char *kind)
{
    for (struct json *c = json_first(components); c; c = json_next(c)) {
        if (str_eq(json_get_str(c, "kind"), kind)) {
            return c;
        }
    }
    return NULL;
}

/* Says in `name` what kind of reading it is: RFC 9553 section 2.2.1 wants to know. */
static void system_read(const struct line *line, struct json *name)
{
    const char *system = line ? line_param(line, "PHONETIC") : "script";
    if (!str_ieq(system, "script")) {
        json_set_str(name, "phoneticSystem", system);
        return;
    }
    const char *script = line ? line_param(line, "SCRIPT") : NULL;
    json_set_str(name, "phoneticScript", str_empty(script) ? DOC_UNKNOWN_SCRIPT : script);
}

static void phonetic_read(const struct vcard *v, struct json *components, struct json *name)
{
    struct line *line = phonetic_line(v);
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    bool any = false;
    if (line) {
        vcard_parts_read(v, line, &parts);
    }
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        struct json *component = first_of_kind(components, readings[i].kind);
        struct line *own = lines_find(v->comp, readings[i].property);
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        vcard_part_get(v, &parts, readings[i].slot, &texts);
        CLEANUP(mem_free)
        char *text = texts.count ? mem_strdup(texts.items[0]) : own ? vcard_text(v, own) : NULL;
        if (component && !str_empty(text)) {
            json_set_str(component, "phonetic", text);
            any = true;
        }
    }
    if (any) {
        system_read(line, name);
    }
}

/* vCard 4 has a second N for it, tied to the first by ALTID. */
static struct line *phonetic_line_add(const struct vcard *v, const struct json *name)
{
    struct line *first = main_line(v), *line = vcard_add(v, "N");
    const char *system = json_get_str(name, "phoneticSystem"),
               *script = json_get_str(name, "phoneticScript");
    if (first && !line_param(first, "ALTID")) {
        line_param_set(first, "ALTID", "1");
    }
    line_param_set(line, "ALTID", first ? line_param(first, "ALTID") : "1");
    line_param_set(line, "PHONETIC", system ? system : "script");
    if (!system) {
        line_param_set(line, "SCRIPT", script ? script : DOC_UNKNOWN_SCRIPT);
    }
    vcard_set_raw(v, line, ";;;;");
    return line;
}

static void reading_write(
    const struct vcard *v, const struct json *name, const struct reading *r, const char *text)
{
    struct line *own = lines_find(v->comp, r->property), *line = phonetic_line(v);
    if (!own && !line && text && v->version == VCARD_4_0) {
        line = phonetic_line_add(v, name);
    }
    if (line) {
        CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        vcard_parts_read(v, line, &parts);
        if (text) {
            text_parts_add(&texts, text);
        }
        vcard_part_set(v, &parts, r->slot, &texts);
        CLEANUP(mem_free) char *raw = text_join(&parts.raw, ';');
        vcard_set_raw(v, line, raw);
        if (raw[strspn(raw, ";")] == 0) {
            lines_remove(v->lines, line);
        }
    }
    if (own && !text) {
        vcard_remove(v, own);
    } else if (text && !line) {
        vcard_set_text(v, own ? own : vcard_add(v, r->property), text);
    }
}

static void phonetic_write(
    const struct vcard *v, const struct json *before, const struct json *name)
{
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        const struct reading *r = &readings[i];
        const char *old =
            json_get_str(first_of_kind(json_get(before, "components"), r->kind), "phonetic");
        const char *now =
            json_get_str(first_of_kind(json_get(name, "components"), r->kind), "phonetic");
        if (!str_eq(old, now)) {
            reading_write(v, name, r, str_empty(now) ? NULL : now);
        }
    }
}

void vcard_name_read(const struct vcard *v, struct json *card)
{
    CLEANUP(json_free) struct json *name = json_object();
    struct line *full = lines_find(v->comp, "FN"), *parts = main_line(v);
    CLEANUP(mem_free) char *text = full ? vcard_text(v, full) : NULL;
    CLEANUP(json_free) struct json *components = parts ? components_read(v, parts) : NULL;
    if (json_count(components)) {
        phonetic_read(v, components, name);
        json_set(name, "components", TAKE(components));
    }
    if (!str_empty(text)) {
        json_set_str(name, "full", text);
    }
    if (json_count(name)) {
        json_set(card, "name", TAKE(name));
    }
}

/* The same words in the same order, however they are pronounced. */
static bool same_words(const struct json *a, const struct json *b)
{
    const struct json *left = json_first(a), *right = json_first(b);
    for (; left && right; left = json_next(left), right = json_next(right)) {
        if (!str_eq(json_get_str(left, "kind"), json_get_str(right, "kind")) ||
            !str_eq(json_get_str(left, "value"), json_get_str(right, "value"))) {
            return false;
        }
    }
    return !left && !right;
}

static void collect(const struct json *components, const char *kind, struct text_parts *texts)
{
    for (const struct json *c = json_first(components); c; c = json_next(c)) {
        const char *value = json_get_str(c, "value");
        if (str_eq(json_get_str(c, "kind"), kind) && !str_empty(value)) {
            text_parts_add(texts, value);
        }
    }
}

/* Is there a word that only the components of RFC 9554 section 2.2 tell apart from another? */
static bool needs_long(const struct json *components)
{
    CLEANUP_FINI(text_parts_fini) struct text_parts second = {0}, generation = {0};
    collect(components, "surname2", &second);
    collect(components, "generation", &generation);
    for (size_t i = 0; i < generation.count; i++) {
        if (!is_generation(generation.items[i])) {
            return true;
        }
    }
    return second.count > 0;
}

static void components_write(const struct vcard *v, const struct json *components)
{
    struct line *line = main_line(v);
    CLEANUP(json_free) struct json *now = line ? components_read(v, line) : NULL;
    if (line ? same_words(now, components) || (!json_count(now) && !json_count(components))
             : !json_count(components) && v->version == VCARD_4_0) {
        return;
    }
    line = line ? line : vcard_add(v, "N");
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    vcard_parts_read(v, line, &parts);
    while (parts.raw.count < 5) {
        text_parts_add(&parts.raw, "");
    }
    bool long_form = parts.raw.count > 5 || (v->version == VCARD_4_0 && needs_long(components));
    while (long_form && parts.raw.count < ARRAY_LEN(name_kinds)) {
        text_parts_add(&parts.raw, "");
    }
    for (size_t i = 0; i < (long_form ? ARRAY_LEN(name_kinds) : 5); i++) {
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        collect(components, name_kinds[i], &texts);
        if (i == 0) {
            collect(components, "surname2", &texts);
        } else if (i == 4) { /* the suffix, in the order the document has them */
            text_parts_fini(&texts);
            for (const struct json *c = json_first(components); c; c = json_next(c)) {
                const char *kind = json_get_str(c, "kind"), *value = json_get_str(c, "value");
                if (!str_empty(value) &&
                    (str_eq(kind, "credential") || str_eq(kind, "generation"))) {
                    text_parts_add(&texts, value);
                }
            }
        }
        vcard_part_set(v, &parts, i, &texts);
    }
    CLEANUP(mem_free) char *raw = text_join(&parts.raw, ';');
    vcard_set_raw(v, line, raw);
}

static void join_kind(
    struct buf *b, const struct json *components, const char *kind, const char *between)
{
    CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
    collect(components, kind, &texts);
    for (size_t i = 0; i < texts.count; i++) {
        buf_adds(b, b->len ? between : "");
        buf_adds(b, texts.items[i]);
    }
}

/* FN is mandatory: what to show for a card whose document has no full name. Caller frees. */
static char *derive_full(const struct json *card)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    const struct json *components = json_get(json_get(card, "name"), "components");
    static const char *const order[] = {
        "title", "given", "given2", "surname", "surname2", "generation", "credential"};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        join_kind(&b, components, order[i], str_eq(order[i], "credential") ? ", " : " ");
    }
    static const struct {
        const char *member, *field;
    } others[] = {{"organizations", "name"}, {"nicknames", "name"}, {"emails", "address"},
        {"phones", "number"}};
    for (size_t i = 0; i < ARRAY_LEN(others) && !b.len; i++) {
        const char *text =
            json_get_str(json_first(json_get(card, others[i].member)), others[i].field);
        buf_adds(&b, text ? text : "");
    }
    return buf_take(&b);
}

void vcard_name_write(const struct vcard *v, const struct json *before, const struct json *card)
{
    const struct json *name = json_get(card, "name");
    if (before && json_equal(json_get(before, "name"), name)) {
        return;
    }
    const char *full = json_get_str(name, "full");
    struct line *line = lines_find(v->comp, "FN");
    if (!line || !str_eq(full, json_get_str(json_get(before, "name"), "full"))) {
        CLEANUP(mem_free) char *derived = str_empty(full) ? derive_full(card) : mem_strdup(full);
        vcard_set_text(v, line ? line : vcard_add(v, "FN"), derived);
    }
    components_write(v, json_get(name, "components"));
    phonetic_write(v, json_get(before, "name"), name);
}
