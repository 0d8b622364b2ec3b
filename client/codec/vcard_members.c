/* The members of a Card that are not maps of entries: uid, kind, and the sets (keywords, nicknames,
 * relations, group members); vcard_name.c has the name, vcard_texts.c single texts. Bookkeeping
 * (created, updated, prodId) is read only; vcard.c writes REV. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/base/map.h"
#include "client/item/doc.h"

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
    {"X-ABRELATEDNAMES", "relatedTo", DOC_EXT "manager", 0},
    {"X-ABRELATEDNAMES", "relatedTo", DOC_EXT "assistant", 0},
    {"X-MS-MANAGER", "relatedTo", DOC_EXT "manager", ROW_NEW}, /* [MS-OXVCARD] section 2.1.3.7 */
    {"X-EVOLUTION-MANAGER", "relatedTo", DOC_EXT "manager", 0},
    {"X-MS-ASSISTANT", "relatedTo", DOC_EXT "assistant", ROW_NEW},
    {"X-EVOLUTION-ASSISTANT", "relatedTo", DOC_EXT "assistant", 0},
    {"MEMBER", "members", NULL, ROW_NEW_4_0},
    {"X-ADDRESSBOOKSERVER-MEMBER", "members", NULL, ROW_NEW_2_1 | ROW_NEW_3_0},
};

/* Relations that neither JSContact nor vCard has a word for carry our prefix, and have a property of
 * their own. */
static bool is_own_relation(const char *relation)
{
    return str_starts(relation, DOC_EXT);
}

static const char *bare_relation(const char *relation)
{
    return is_own_relation(relation) ? relation + strlen(DOC_EXT) : relation;
}

/* The relations a line states, as a set; NULL if the row does not fit the line. */
static struct json *key_relation(
    const struct vcard *v, const struct key_row *row, const struct line *line)
{
    struct json *set = json_object();
    if (str_eq(row->property, "X-ABRELATEDNAMES")) {
        CLEANUP(mem_free) char *label = vcard_label(v, line);
        if (!str_ieq(label, bare_relation(row->relation))) {
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

static bool has_relation(const struct json *entry, const char *relation)
{
    return json_get_bool(json_get(entry, "relation"), relation, false);
}

/* Does the entry state something for which this row would add a line, and no line has it yet? */
static bool key_fits(const struct key_row *row, const struct json *entry, const struct json *have)
{
    const struct json *relations = json_get(entry, "relation");
    if (row->relation) {
        return has_relation(entry, row->relation) && !has_relation(have, row->relation);
    }
    for (const struct json *r = json_first(relations); r; r = json_next(r)) {
        if (!is_own_relation(json_key(r)) && !has_relation(have, json_key(r))) {
            return true;
        }
    }
    return !json_count(relations) && !have;
}

static void key_add(const struct vcard *v, const char *member, const char *key,
    const struct json *entry, const struct json *have)
{
    const struct json *relation = json_get(entry, "relation");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct key_row *row = &keys[i];
        if (!str_eq(row->member, member) || !(row->flags & (1u << v->version)) ||
            !key_fits(row, entry, have)) {
            continue;
        }
        struct line *line = vcard_add(v, row->property);
        for (const struct json *r = json_first(relation); r && !row->relation; r = json_next(r)) {
            if (!is_own_relation(json_key(r)) && !has_relation(have, json_key(r))) {
                line_type_add(line, json_key(r), false);
            }
        }
        if (str_eq(row->property, "RELATED") && !strchr(key, ':')) {
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
void vcard_one_read(
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
    /* Some programs write the property of the other version. */
    vcard_one_read(v, v->version == VCARD_4_0 ? "X-ADDRESSBOOKSERVER-KIND" : "KIND", card, "kind");
    if (!str_ieq(json_get_str(card, "kind"), "group")) {
        json_remove(card, "kind");
    }
    vcard_one_read(v, kind_property(v), card, "kind");
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

/* ---- all of them ---- */
void vcard_members_read(const struct vcard *v, struct json *card)
{
    vcard_one_read(v, "UID", card, "uid");
    kind_read(v, card);
    vcard_name_read(v, card);
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        set_read(v, &sets[i], card);
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        key_read(v, &keys[i], card);
    }
    vcard_texts_read(v, card);
    vcard_one_read(v, "PRODID", card, "prodId");
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
    vcard_name_write(v, before, card);
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        set_write(v, &sets[i], before, card);
    }
    keys_write(v, "relatedTo", before, card);
    CLEANUP(json_free) struct json *group = json_object();
    json_set(group, "members", vcard_group_members(before, card));
    keys_write(v, "members", before, group);
    vcard_texts_write(v, before, card);
}
