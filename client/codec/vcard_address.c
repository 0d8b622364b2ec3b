/* Postal addresses: ADR (RFC 6350 section 6.3.1, RFC 9554 section 2.1) with its label <-> an
 * Address (RFC 9553 section 2.5.1). */
#include "client/codec/vcard_private.h"

#include <string.h>

/* RFC 9554 added eleven components; before it the first seven had to hold everything. */
#define SLOTS_OLD 7
#define SLOTS_NEW 18

static const struct address_kind {
    const char *kind;
    unsigned slot;     /* in the long form */
    unsigned old_slot; /* in the short form */
} kinds[] = {
    {"postOfficeBox", 0, 0},
    {"apartment", 8, 1},
    {"name", 11, 2}, /* the street; RFC 9554: 10 is the number in it, 11 its name */
    {"locality", 3, 3},
    {"region", 4, 4},
    {"postcode", 5, 5},
    {"country", 6, 6},
    {"room", 7, 1},
    {"floor", 9, 1},
    {"number", 10, 2},
    {"building", 12, 1},
    {"block", 13, 2},
    {"subdistrict", 14, 2},
    {"district", 15, 2},
    {"landmark", 16, 2},
    {"direction", 17, 2},
};

static bool any_in(const struct vcard_parts *p, size_t from, size_t to)
{
    for (size_t i = from; i <= to && i < p->raw.count; i++) {
        if (*p->raw.items[i]) {
            return true;
        }
    }
    return false;
}

static const char *kind_of_slot(size_t slot)
{
    if (slot == 1) {
        return "apartment";
    }
    if (slot == 2) {
        return "name";
    }
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].slot == slot) {
            return kinds[i].kind;
        }
    }
    return NULL;
}

/* Does a component of RFC 9554 say it, too? Then the old one, 1 or 2, only repeats it for readers of
 * the short form. */
static bool is_repeated(
    const struct vcard *v, const struct vcard_parts *parts, size_t slot, const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        if (kinds[i].old_slot == slot && kinds[i].slot >= SLOTS_OLD) {
            vcard_part_get(v, parts, kinds[i].slot, &texts);
        }
        for (size_t k = 0; k < texts.count; k++) {
            if (str_eq(texts.items[k], text)) {
                return true;
            }
        }
    }
    return false;
}

static void read_components(const struct vcard *v, const struct line *line, struct json *entry)
{
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    vcard_parts_read(v, line, &parts);
    CLEANUP(json_free) struct json *list = json_array();
    for (size_t slot = 0; slot < SLOTS_NEW; slot++) {
        /* The new components repeat what the old ones hold (RFC 9555 section 2.6.1). */
        if ((slot == 1 && any_in(&parts, 7, 9)) || (slot == 2 && any_in(&parts, 10, 11))) {
            continue;
        }
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        vcard_part_get(v, &parts, slot, &texts);
        for (size_t k = 0; k < texts.count; k++) {
            if (is_repeated(v, &parts, slot, texts.items[k])) {
                continue;
            }
            struct json *component = json_object();
            json_set_str(component, "kind", kind_of_slot(slot));
            json_set_str(component, "value", texts.items[k]);
            json_append(list, component);
        }
    }
    if (json_count(list)) {
        json_set(entry, "components", TAKE(list));
    }
}

/* Which LABEL belongs to an address: before vCard 4 they are lines of their own, paired by their
 * place type. */
static const char *place_of(const struct line *line)
{
    return line_param_has(line, "TYPE", "WORK")   ? "WORK"
           : line_param_has(line, "TYPE", "HOME") ? "HOME"
                                                  : "";
}

/* The LABEL right behind an ADR, if it is for the same place. */
static struct line *adjacent_label(const struct vcard *v, const struct line *line)
{
    struct line *next = lines_next_in(v->comp, line);
    return next && str_ieq(next->name, "LABEL") && str_eq(place_of(next), place_of(line)) ? next
                                                                                          : NULL;
}

static bool label_is_adjacent(const struct line *label)
{
    const struct line *before = label->prev;
    return before && str_ieq(before->name, "ADR") && str_eq(place_of(before), place_of(label));
}

struct line *vcard_address_label(const struct vcard *v, const struct line *line)
{
    struct line *label = adjacent_label(v, line);
    size_t nth = 0;
    for (struct line *l = lines_find(v->comp, "ADR"); l && l != line;
         l = lines_find_next(v->comp, "ADR", l)) {
        nth += str_eq(place_of(l), place_of(line)) && !adjacent_label(v, l);
    }
    for (struct line *l = lines_find(v->comp, "LABEL"); l && !label;
         l = lines_find_next(v->comp, "LABEL", l)) {
        if (str_eq(place_of(l), place_of(line)) && !label_is_adjacent(l) && nth-- == 0) {
            label = l;
        }
    }
    return label;
}

static bool address_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    (void)row;
    read_components(v, line, entry);
    struct line *label = vcard_address_label(v, line);
    CLEANUP(mem_free)
    char *full = line_param(line, "LABEL") ? mem_strdup(line_param(line, "LABEL"))
                 : label                   ? vcard_text(v, label)
                                           : NULL;
    if (!str_empty(full)) {
        json_set_str(entry, "full", full);
    }
    json_set_str(entry, "countryCode", line_param(line, "CC"));
    return json_get(entry, "components") || json_get(entry, "full");
}

static void set_full(const struct vcard *v, struct line *line, const char *full)
{
    if (v->version == VCARD_4_0 || line_param(line, "LABEL")) {
        line_param_set(line, "LABEL", full);
        return;
    }
    struct line *label = vcard_address_label(v, line);
    if (!full && label) {
        vcard_remove(v, label);
    }
    if (!full) {
        return;
    }
    if (!label) {
        label = lines_insert(v->lines, line->next, "LABEL", "");
        label->comp = v->comp;
        if (*place_of(line)) {
            line_type_add(label, place_of(line), v->version == VCARD_2_1);
        }
    }
    vcard_set_text(v, label, full);
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

static bool needs_new_slots(const struct json *components)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
        collect(components, kinds[i].kind, &texts);
        if (texts.count && i >= SLOTS_OLD) {
            return true;
        }
    }
    return false;
}

/* Fills slots 0..6 so that readers of the short form see everything: "54321 Oak St". */
static void set_old_slots(
    const struct vcard *v, struct vcard_parts *parts, const struct json *components)
{
    for (size_t slot = 0; slot < SLOTS_OLD; slot++) {
        CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0}, number = {0};
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            bool is_number = str_eq(kinds[i].kind, "number");
            if (kinds[i].old_slot == slot) {
                collect(components, kinds[i].kind, is_number ? &number : &texts);
            }
        }
        if (number.count) {
            CLEANUP(mem_free) char *joined = text_join(&number, ' ');
            CLEANUP(mem_free)
            char *street =
                texts.count ? str_printf("%s %s", joined, texts.items[0]) : mem_strdup(joined);
            if (texts.count) {
                str_replace(&texts.items[0], street);
            } else {
                text_parts_add(&texts, street);
            }
        }
        vcard_part_set(v, parts, slot, &texts);
    }
}

static void address_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    (void)row;
    const struct json *components = json_get(entry, "components");
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    vcard_parts_read(v, line, &parts);
    bool long_form = any_in(&parts, SLOTS_OLD, SLOTS_NEW - 1) ||
                     (v->version == VCARD_4_0 && needs_new_slots(components));
    CLEANUP(json_free) struct json *now = json_object();
    read_components(v, line, now);
    bool same = parts.raw.count > 1 && json_equal(json_get(now, "components"), components);
    if (!same) {
        static const struct text_parts none = {0};
        while (parts.raw.count < (long_form ? SLOTS_NEW : SLOTS_OLD)) {
            text_parts_add(&parts.raw, "");
        }
        set_old_slots(v, &parts, components);
        for (size_t i = 0; i < ARRAY_LEN(kinds) && long_form; i++) {
            CLEANUP_FINI(text_parts_fini) struct text_parts texts = {0};
            collect(components, kinds[i].kind, &texts);
            vcard_part_set(v, &parts, kinds[i].slot, texts.count ? &texts : &none);
        }
        CLEANUP(mem_free) char *raw = text_join(&parts.raw, ';');
        vcard_set_raw(v, line, raw);
    }
    const char *code = json_get_str(entry, "countryCode");
    if (code || v->version == VCARD_4_0) {
        line_param_set(line, "CC", v->version == VCARD_4_0 ? code : NULL);
    }
    set_full(v, line, json_get_str(entry, "full"));
}

static bool address_takes(
    const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    (void)v;
    (void)row;
    return json_count(json_get(entry, "components")) > 0 || !str_empty(json_get_str(entry, "full"));
}

const struct vcard_shape vcard_shape_address = {address_read, address_write, address_takes};
