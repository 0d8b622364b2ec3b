/* The members of a Card that are not maps of entries: name, uid, kind, and the sets (keywords,
 * nicknames, relations, group members). Bookkeeping (created, updated, prodId) is read only;
 * vcard.c writes REV. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/base/map.h"
#include "client/item/doc.h"

/* ---- name ---- */
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

static void name_read(const struct vcard *v, struct json *card)
{
    CLEANUP(json_free) struct json *name = json_object();
    struct line *full = lines_find(v->comp, "FN"), *parts = lines_find(v->comp, "N");
    CLEANUP(mem_free) char *text = full ? vcard_text(v, full) : NULL;
    CLEANUP(json_free) struct json *components = parts ? components_read(v, parts) : NULL;
    if (json_count(components)) {
        json_set(name, "components", TAKE(components));
    }
    if (!str_empty(text)) {
        json_set_str(name, "full", text);
    }
    if (json_count(name)) {
        json_set(card, "name", TAKE(name));
    }
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

static void components_write(const struct vcard *v, const struct json *components)
{
    struct line *line = lines_find(v->comp, "N");
    CLEANUP(json_free) struct json *now = line ? components_read(v, line) : NULL;
    if (line ? json_equal(now, components) || (!json_count(now) && !json_count(components))
             : !json_count(components) && v->version == VCARD_4_0) {
        return;
    }
    line = line ? line : vcard_add(v, "N");
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    vcard_parts_read(v, line, &parts);
    while (parts.raw.count < 5) {
        text_parts_add(&parts.raw, "");
    }
    bool long_form = parts.raw.count > 5;
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

static void name_write(const struct vcard *v, const struct json *before, const struct json *card)
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
}

/* ---- sets of texts, several to a line ---- */
static const struct set_row {
    const char *property, *member;
    const char *field, *id_prefix; /* NULL: the text is the key itself, its value true */
} sets[] = {
    {"NICKNAME", "nicknames", "name", "n"},
    {"CATEGORIES", "keywords", NULL, NULL},
};

/* vCard 2.1 cannot escape a comma: there a nickname is one text, as Outlook writes it, and a
 * category with a comma cannot be said. */
static bool set_is_list(const struct vcard *v, const struct set_row *row)
{
    return v->version != VCARD_2_1 || !row->field;
}

static void set_items(const struct vcard *v, const struct set_row *row, const struct line *line,
    struct text_parts *ret)
{
    CLEANUP(mem_free) char *raw = vcard_raw(v, line);
    if (set_is_list(v, row)) {
        text_split(raw, ',', ret);
    } else {
        text_parts_add(ret, raw);
    }
}

static void set_read(const struct vcard *v, const struct set_row *row, struct json *card)
{
    int n = 0;
    for (struct line *l = lines_find(v->comp, row->property); l;
         l = lines_find_next(v->comp, row->property, l)) {
        CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
        set_items(v, row, l, &items);
        for (size_t i = 0; i < items.count; i++) {
            CLEANUP(mem_free) char *text = vcard_unescape(v, items.items[i]);
            if (!*text) {
                continue;
            }
            struct json *map = json_need_object(card, row->member);
            if (!row->field) {
                json_set_bool(map, text, true);
                continue;
            }
            CLEANUP(mem_free) char *id = str_printf("%s%d", row->id_prefix, ++n);
            json_set_str(json_need_object(map, id), row->field, text);
        }
    }
}

/* The wanted texts as a map text -> the value itself; each is taken out when a line has it. */
static void set_wanted(
    const struct vcard *v, const struct set_row *row, const struct json *map, struct map *ret)
{
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        const char *text = row->field                  ? json_get_str(e, row->field)
                           : json_bool_value(e, false) ? json_key(e)
                                                       : NULL;
        bool sayable =
            v->version != VCARD_2_1 || !set_is_list(v, row) || !text || !strchr(text, ',');
        if (!str_empty(text) && sayable) {
            map_put(ret, text, ret);
        }
    }
}

static void set_prune(const struct vcard *v, const struct set_row *row, struct map *wanted)
{
    for (struct line *l = lines_find(v->comp, row->property), *next; l; l = next) {
        next = lines_find_next(v->comp, row->property, l);
        CLEANUP_FINI(text_parts_fini) struct text_parts items = {0}, kept = {0};
        set_items(v, row, l, &items);
        for (size_t i = 0; i < items.count; i++) {
            CLEANUP(mem_free) char *text = vcard_unescape(v, items.items[i]);
            if (!*text || map_has(wanted, text)) {
                text_parts_add(&kept, items.items[i]);
                map_remove(wanted, text);
            }
        }
        if (!kept.count && items.count) {
            vcard_remove(v, l);
        } else if (kept.count != items.count) {
            CLEANUP(mem_free) char *raw = text_join(&kept, ',');
            vcard_set_raw(v, l, raw);
        }
    }
}

static void set_write(const struct vcard *v, const struct set_row *row, const struct json *before,
    const struct json *card)
{
    const struct json *map = json_get(card, row->member);
    if (before && json_equal(json_get(before, row->member), map)) {
        return;
    }
    CLEANUP(map_free) struct map *wanted = map_new();
    set_wanted(v, row, map, wanted);
    set_prune(v, row, wanted);
    struct line *last = NULL;
    for (struct line *l = lines_find(v->comp, row->property); l;
         l = lines_find_next(v->comp, row->property, l)) {
        last = l;
    }
    const char *text;
    void *value;
    for (size_t i = 0; map_entry(wanted, &i, &text, &value);) {
        last = last && set_is_list(v, row) ? last : vcard_add(v, row->property);
        CLEANUP(mem_free) char *raw = vcard_raw(v, last), *escaped = vcard_escape(v, text);
        CLEANUP(mem_free)
        char *longer = *raw ? str_printf("%s,%s", raw, escaped) : mem_strdup(escaped);
        vcard_set_raw(v, last, longer);
    }
}

/* ---- relations and group members: the value of the line is the key ---- */
static const struct key_row {
    const char *property, *member,
        *relation; /* relation NULL: by TYPE (RELATED), or none (members) */
    unsigned flags;
} keys[] = {
    {"RELATED", "relatedTo", NULL, ROW_NEW_4_0},
    {"X-MS-SPOUSE", "relatedTo", "spouse", ROW_NEW_2_1 | ROW_NEW_3_0},
    {"X-SPOUSE", "relatedTo", "spouse", 0},
    {"X-EVOLUTION-SPOUSE", "relatedTo", "spouse", 0},
    {"X-KADDRESSBOOK-X-SpousesName", "relatedTo", "spouse", 0},
    {"X-MS-CHILD", "relatedTo", "child", ROW_NEW_2_1 | ROW_NEW_3_0},
    {"X-ABRELATEDNAMES", "relatedTo", "spouse", 0},
    {"X-ABRELATEDNAMES", "relatedTo", "child", 0},
    {"MEMBER", "members", NULL, ROW_NEW_4_0},
    {"X-ADDRESSBOOKSERVER-MEMBER", "members", NULL, ROW_NEW_2_1 | ROW_NEW_3_0},
};

/* The relations a line states, as a set; NULL if the row does not fit the line. */
static struct json *key_relation(
    const struct vcard *v, const struct key_row *row, const struct line *line)
{
    struct json *set = json_object();
    if (str_eq(row->property, "X-ABRELATEDNAMES")) {
        CLEANUP(mem_free) char *label = vcard_label(v, line);
        if (!str_ieq(label, row->relation)) {
            json_free(set);
            return NULL;
        }
    }
    if (row->relation) {
        json_set_bool(set, row->relation, true);
        return set;
    }
    size_t cursor = 0;
    for (const char *type; (type = line_type_next(line, &cursor));) {
        CLEANUP(mem_free) char *lower = str_lower(type);
        json_set_bool(set, lower, true);
    }
    return set;
}

static void key_read(const struct vcard *v, const struct key_row *row, struct json *card)
{
    for (struct line *l = lines_find(v->comp, row->property); l;
         l = lines_find_next(v->comp, row->property, l)) {
        CLEANUP(mem_free) char *text = vcard_text(v, l);
        CLEANUP(json_free) struct json *relation = *text ? key_relation(v, row, l) : NULL;
        if (!relation) {
            continue;
        }
        struct json *map = json_need_object(card, row->member);
        if (str_eq(row->member, "members")) {
            json_set_bool(map, text, true);
            continue;
        }
        struct json *all = json_need_object(json_need_object(map, text), "relation");
        for (const struct json *r = json_first(relation); r; r = json_next(r)) {
            json_set_bool(all, json_key(r), true);
        }
    }
}

/* Does the document still want what this line says? */
static bool key_wanted(const struct json *map, const char *text, const struct json *relation)
{
    const struct json *entry = json_get(map, text);
    for (const struct json *r = json_first(relation); entry && json_is_object(entry) && r;
         r = json_next(r)) {
        if (!json_get_bool(json_get(entry, "relation"), json_key(r), false)) {
            return false;
        }
    }
    return entry && !json_is_null(entry);
}

static void key_prune(const struct vcard *v, const struct key_row *row, const struct json *card)
{
    for (struct line *l = lines_find(v->comp, row->property), *next; l; l = next) {
        next = lines_find_next(v->comp, row->property, l);
        CLEANUP(mem_free) char *text = vcard_text(v, l);
        CLEANUP(json_free) struct json *relation = *text ? key_relation(v, row, l) : NULL;
        if (relation && !key_wanted(json_get(card, row->member), text, relation)) {
            vcard_remove(v, l);
            next = lines_find(v->comp, row->property); /* its group may have gone with it */
        }
    }
}

static void key_add(const struct vcard *v, const char *member, const char *key,
    const struct json *entry, const struct json *have)
{
    const struct json *relation = json_get(entry, "relation");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct key_row *row = &keys[i];
        bool fits = str_eq(row->member, member) && (row->flags & (1u << v->version)) &&
                    (!row->relation ||
                        (json_get_bool(relation, row->relation, false) &&
                            !json_get_bool(json_get(have, "relation"), row->relation, false)));
        if (!fits || (have && !row->relation && !json_count(relation))) {
            continue;
        }
        struct line *line = vcard_add(v, row->property);
        for (const struct json *r = json_first(relation); r && !row->relation; r = json_next(r)) {
            if (!json_get_bool(json_get(have, "relation"), json_key(r), false)) {
                line_type_add(line, json_key(r), false);
            }
        }
        if (v->version == VCARD_4_0 && str_eq(member, "relatedTo") && !strchr(key, ':')) {
            line_param_set(line, "VALUE", "text");
        }
        vcard_set_text(v, line, key);
    }
}

static void keys_write(
    const struct vcard *v, const char *member, const struct json *before, const struct json *card)
{
    const struct json *map = json_get(card, member);
    if (before && json_equal(json_get(before, member), map)) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (str_eq(keys[i].member, member)) {
            key_prune(v, &keys[i], card);
        }
    }
    CLEANUP(json_free) struct json *left = json_object();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (str_eq(keys[i].member, member)) {
            key_read(v, &keys[i], left);
        }
    }
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        const struct json *have = json_get(json_get(left, member), json_key(e));
        if (!str_empty(json_key(e)) && !json_is_null(e) && !json_equal(have, e)) {
            key_add(v, member, json_key(e), e, have);
        }
    }
}

/* ---- uid and kind ---- */
static void one_read(
    const struct vcard *v, const char *property, struct json *card, const char *member)
{
    struct line *line = lines_find(v->comp, property);
    CLEANUP(mem_free) char *text = line ? vcard_text(v, line) : NULL;
    if (!str_empty(text)) {
        json_set_str(card, member, text);
    }
}

static const char *kind_property(const struct vcard *v)
{
    return v->version == VCARD_4_0 ? "KIND" : "X-ADDRESSBOOKSERVER-KIND";
}

static void kind_read(const struct vcard *v, struct json *card)
{
    one_read(v, kind_property(v), card, "kind");
    CLEANUP(mem_free)
    char *lower = str_lower(json_get_str(card, "kind") ? json_get_str(card, "kind") : "");
    if (*lower) {
        json_set_str(card, "kind", lower);
        return;
    }
    struct line *apple = lines_find(v->comp, "X-ABShowAs");
    if (apple && str_ieq(apple->value, "COMPANY")) {
        json_set_str(card, "kind", "org");
    }
}

static void kind_write(const struct vcard *v, const struct json *before, const struct json *card)
{
    const char *was = json_get_str(before, "kind"), *kind = json_get_str(card, "kind");
    if (before ||
        v->version != VCARD_4_0) { /* the default: not worth a change, and vCard 3 cannot say it */
        was = str_eq(was, "individual") ? NULL : was;
        kind = str_eq(kind, "individual") ? NULL : kind;
    }
    if (str_eq(was, kind)) {
        return;
    }
    const char *names[] = {kind_property(v), "X-ABShowAs"};
    bool company = v->version != VCARD_4_0 && str_eq(kind, "org");
    for (size_t i = 0; i < 2; i++) {
        struct line *line = lines_find(v->comp, names[i]);
        const char *want = (i == 1) == company ? kind : NULL;
        if (line && !want) {
            lines_remove(v->lines, line);
        } else if (want) {
            vcard_set_text(v, line ? line : vcard_add(v, names[i]), company ? "COMPANY" : want);
        }
    }
}

/* ---- members that are one text; of several properties the first is written ---- */
static const struct text_row {
    const char *member, *properties[3];
} texts[] = {
    /* [MS-OXVCARD] section 2.1.3.7 */
    {DOC_EXT "manager", {"X-MS-MANAGER", "X-EVOLUTION-MANAGER"}},
    {DOC_EXT "assistant", {"X-MS-ASSISTANT", "X-EVOLUTION-ASSISTANT"}},
};

static void texts_read(const struct vcard *v, struct json *card)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        for (size_t k = 0; texts[i].properties[k] && !json_get(card, texts[i].member); k++) {
            one_read(v, texts[i].properties[k], card, texts[i].member);
        }
    }
}

static void texts_write(const struct vcard *v, const struct json *before, const struct json *card)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *old = json_get_str(before, texts[i].member),
                   *now = json_get_str(card, texts[i].member);
        struct line *line = NULL;
        for (size_t k = 0; texts[i].properties[k] && !line; k++) {
            line = lines_find(v->comp, texts[i].properties[k]);
        }
        if (str_eq(str_empty(old) ? NULL : old, str_empty(now) ? NULL : now)) {
            continue;
        }
        for (size_t k = 0; str_empty(now) && texts[i].properties[k]; k++) {
            while ((line = lines_find(v->comp, texts[i].properties[k]))) {
                vcard_remove(v, line);
            }
        }
        if (!str_empty(now)) {
            vcard_set_text(v, line ? line : vcard_add(v, texts[i].properties[0]), now);
        }
    }
}

/* ---- all of them ---- */
void vcard_members_read(const struct vcard *v, struct json *card)
{
    one_read(v, "UID", card, "uid");
    kind_read(v, card);
    name_read(v, card);
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        set_read(v, &sets[i], card);
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        key_read(v, &keys[i], card);
    }
    texts_read(v, card);
    one_read(v, "PRODID", card, "prodId");
    static const char *const stamps[][2] = {{"REV", "updated"}, {"CREATED", "created"}};
    for (size_t i = 0; i < ARRAY_LEN(stamps); i++) {
        struct line *line = lines_find(v->comp, stamps[i][0]);
        CLEANUP(mem_free) char *instant = line ? vcard_timestamp(line->value) : NULL;
        json_set_str(card, stamps[i][1], instant);
    }
}

void vcard_members_write(const struct vcard *v, const struct json *before, const struct json *card)
{
    if (!lines_find(v->comp, "UID") && !str_empty(json_get_str(card, "uid"))) {
        vcard_set_text(v, vcard_add(v, "UID"),
            json_get_str(card, "uid")); /* an identity is given, never changed */
    }
    kind_write(v, before, card);
    name_write(v, before, card);
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        set_write(v, &sets[i], before, card);
    }
    keys_write(v, "relatedTo", before, card);
    keys_write(v, "members", before, card);
    texts_write(v, before, card);
}
