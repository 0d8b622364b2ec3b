/* The table that ties vCard properties to entries of the Card's maps, and the shapes of values that
 * it needs. To support another property, add a row. Dates and addresses have files of their own. */
#include "client/codec/vcard_private.h"

#include <string.h>

/* ---- a single text ---- */
static bool text_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    CLEANUP(mem_free) char *text = vcard_text(v, line);
    if (!*text) {
        return false;
    }
    json_set_str(entry, row->field, text);
    if (row->fixed && !(row->flags & ROW_IMPLIED)) {
        json_set_str(entry, row->fixed, row->fixed_value);
    }
    return true;
}

static void text_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    const char *text = json_get_str(entry, row->field);
    if (row->flags & ROW_URI) {
        vcard_set_uri(v, line, text);
    } else {
        vcard_set_text(v, line, text);
    }
}

static bool text_takes(const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    (void)v;
    if (str_empty(json_get_str(entry, row->field))) {
        return false;
    }
    const char *fixed = row->fixed ? json_get_str(entry, row->fixed) : NULL;
    return !row->fixed || str_ieq(fixed, row->fixed_value) ||
           (!fixed && (row->flags & ROW_OPTIONAL));
}

static const struct vcard_shape shape_text = {text_read, text_write, text_takes};

/* ---- organisation: name;unit;unit ---- */
static bool organization_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    (void)row;
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    vcard_parts_read(v, line, &parts);
    CLEANUP(json_free) struct json *units = json_array();
    for (size_t i = 0; i < parts.raw.count; i++) {
        CLEANUP(mem_free) char *text = vcard_unescape(v, parts.raw.items[i]);
        if (*text && i == 0) {
            json_set_str(entry, "name", text);
        } else if (*text) {
            struct json *unit = json_object();
            json_set_str(unit, "name", text);
            json_append(units, unit);
        }
    }
    if (json_count(units)) {
        json_set(entry, "units", TAKE(units));
    }
    return json_count(entry) > 0;
}

static void set_unlisted(
    const struct vcard *v, struct vcard_parts *parts, size_t i, const char *text)
{
    while (parts->raw.count <= i) {
        text_parts_add(&parts->raw, "");
    }
    CLEANUP(mem_free) char *now = vcard_unescape(v, parts->raw.items[i]);
    if (!str_eq(now, text)) {
        CLEANUP(mem_free) char *raw = vcard_escape(v, text);
        str_replace(&parts->raw.items[i], raw);
    }
}

static void organization_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    (void)row;
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    vcard_parts_read(v, line, &parts);
    const char *name = json_get_str(entry, "name");
    set_unlisted(v, &parts, 0, name ? name : "");
    size_t i = 1;
    for (const struct json *u = json_first(json_get(entry, "units")); u; u = json_next(u)) {
        const char *unit = json_get_str(u, "name");
        if (!str_empty(unit)) {
            set_unlisted(v, &parts, i++, unit);
        }
    }
    bool fewer = false; /* empty units at the end stay as they were unless one went */
    for (size_t k = i; k < parts.raw.count; k++) {
        fewer = fewer || *parts.raw.items[k];
    }
    while (fewer && parts.raw.count > i) {
        free(parts.raw.items[--parts.raw.count]);
    }
    CLEANUP(mem_free) char *raw = text_join(&parts.raw, ';');
    vcard_set_raw(v, line, raw);
}

static bool organization_takes(
    const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    (void)v;
    (void)row;
    return !str_empty(json_get_str(entry, "name")) ||
           !str_empty(json_get_str(json_at(json_get(entry, "units"), 0), "name"));
}

static const struct vcard_shape shape_organization = {
    organization_read, organization_write, organization_takes};

/* ---- telephone ---- */
/* A TYPE that says what the number is for: a feature, or where JSContact has none, a label
 * ([MS-OXVCARD] section 2.1.3.3). */
static const struct phone_type {
    const char *property, *type, *feature, *label;
} phone_types[] = {
    {"TEL", "VOICE", "voice", NULL},
    {"TEL", "CELL", "mobile", NULL},
    {"TEL", "FAX", "fax", NULL},
    {"TEL", "PAGER", "pager", NULL},
    {"TEL", "VIDEO", "video", NULL},
    {"TEL", "TEXT", "text", NULL},
    {"TEL", "TEXTPHONE", "textphone", NULL},
    {"TEL", "MAIN-NUMBER", "main-number", NULL},
    {"TEL", "CAR", NULL, "car"},
    {"TEL", "ISDN", NULL, "isdn"},
    {"X-MS-TEL", "VOICE", "voice", NULL},
    {"X-MS-TEL", "ASSISTANT", NULL, "assistant"},
    {"X-MS-TEL", "CALLBACK", NULL, "callback"},
    {"X-MS-TEL", "RADIO", NULL, "radio"},
    {"X-MS-TEL", "COMPANY", "main-number", NULL},
    {"X-MS-TEL", "TTYTDD", "textphone", NULL},
};

static bool phone_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    if (!text_read(v, row, line, entry)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(phone_types); i++) {
        const struct phone_type *t = &phone_types[i];
        if (!str_eq(t->property, row->property) || !line_param_has(line, "TYPE", t->type)) {
            continue;
        }
        if (t->feature) {
            json_set_bool(json_need_object(entry, "features"), t->feature, true);
        } else if (!json_get(entry, "label")) {
            json_set_str(entry, "label", t->label);
        }
    }
    return true;
}

static void phone_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    text_write(v, row, line, entry);
    for (size_t i = 0; i < ARRAY_LEN(phone_types); i++) {
        const struct phone_type *t = &phone_types[i];
        if (!str_eq(t->property, row->property)) {
            continue;
        }
        bool want = t->feature ? json_get_bool(json_get(entry, "features"), t->feature, false)
                               : str_eq(json_get_str(entry, "label"), t->label);
        if (want) {
            line_type_add(line, t->type, v->version == VCARD_2_1);
        } else if (!t->label || !vcard_label_line(v, line)) {
            line_type_remove(line, t->type);
        }
    }
}

/* The label is said by a TYPE of this property, so it needs no X-ABLabel. */
static bool label_is_type(const struct vcard_row *row, const char *label)
{
    for (size_t i = 0; i < ARRAY_LEN(phone_types); i++) {
        if (label && str_eq(phone_types[i].property, row->property) &&
            str_eq(phone_types[i].label, label)) {
            return true;
        }
    }
    return false;
}

/* Does the property have a word for each feature of the entry? */
static bool has_words(const struct vcard_row *row, const struct json *entry)
{
    for (const struct json *f = json_first(json_get(entry, "features")); f; f = json_next(f)) {
        bool found = !json_bool_value(f, false);
        for (size_t i = 0; i < ARRAY_LEN(phone_types) && !found; i++) {
            found = str_eq(phone_types[i].property, row->property) &&
                    str_eq(phone_types[i].feature, json_key(f));
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool ms_phone_takes(
    const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    bool company = json_get_bool(json_get(entry, "features"), "main-number", false);
    bool text = json_get_bool(json_get(entry, "features"), "textphone", false);
    return text_takes(v, row, entry) && has_words(row, entry) &&
           (label_is_type(row, json_get_str(entry, "label")) || company || text);
}

static const struct vcard_shape shape_phone = {phone_read, phone_write, text_takes};
static const struct vcard_shape shape_ms_phone = {phone_read, phone_write, ms_phone_takes};

/* ---- where a preference, a place and a label are common to all rows ---- */
static const struct {
    const char *context, *type;
} contexts[] = {
    {"work", "WORK"}, {"private", "HOME"}, {"billing", "BILLING"}, {"delivery", "DELIVERY"}};

static void types_read(const struct vcard *v, const struct line *line, struct json *entry)
{
    for (size_t i = 0; i < ARRAY_LEN(contexts); i++) {
        if (line_param_has(line, "TYPE", contexts[i].type)) {
            json_set_bool(json_need_object(entry, "contexts"), contexts[i].context, true);
        }
    }
    const char *pref = line_param(line, "PREF");
    int number = pref ? atoi(pref) : 0;
    if (number >= 1 && number <= 100) {
        json_set_int(entry, "pref", number);
    } else if (line_param_has(line, "TYPE", "PREF")) {
        json_set_int(entry, "pref", 1);
    }
    CLEANUP(mem_free) char *label = vcard_label(v, line);
    if (label) {
        json_set_str(entry, "label", label);
    }
}

static void pref_write(const struct vcard *v, struct line *line, const struct json *entry)
{
    int64_t pref = json_get_int(entry, "pref", 0);
    bool by_type = line_param_has(line, "TYPE", "PREF") && !line_param(line, "PREF");
    if (pref < 1 || pref > 100) {
        line_type_remove(line, "PREF");
        line_param_set(line, "PREF", NULL);
    } else if (v->version == VCARD_4_0 && !(by_type && pref == 1)) {
        CLEANUP(mem_free) char *number = str_printf("%d", (int)pref);
        line_type_remove(line, "PREF");
        line_param_set(line, "PREF", number);
    } else if (pref == 1) {
        line_type_add(line, "PREF", v->version == VCARD_2_1);
    } else {
        line_type_remove(line, "PREF"); /* before vCard 4 there are no degrees */
    }
}

static void types_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    for (size_t i = 0; i < ARRAY_LEN(contexts); i++) {
        if (json_get_bool(json_get(entry, "contexts"), contexts[i].context, false)) {
            line_type_add(line, contexts[i].type, v->version == VCARD_2_1);
        } else {
            line_type_remove(line, contexts[i].type);
        }
    }
    pref_write(v, line, entry);
    const char *label = json_get_str(entry, "label");
    vcard_set_label(v, line, str_empty(label) || label_is_type(row, label) ? NULL : label);
}

bool vcard_entry_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    if (!row->shape->read(v, row, line, entry)) {
        return false;
    }
    if (row->flags & ROW_TYPES) {
        types_read(v, line, entry);
    }
    return true;
}

void vcard_entry_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    struct line *label = row->shape == &vcard_shape_address ? vcard_address_label(v, line) : NULL;
    if (row->flags & ROW_TYPES) {
        types_write(v, row, line, entry);
    }
    for (size_t i = 0; i < 2 && label;
         i++) { /* work and home: by them an address finds its LABEL */
        if (line_param_has(line, "TYPE", contexts[i].type)) {
            line_type_add(label, contexts[i].type, v->version == VCARD_2_1);
        } else {
            line_type_remove(label, contexts[i].type);
        }
    }
    row->shape->write(v, row, line, entry);
}

/* ---- the table; for a new entry the first row that may be new in the version and takes it is used
 * ---- */
const struct vcard_row vcard_rows[] = {
    {"EMAIL", "emails", &shape_text, "address", NULL, NULL, ROW_NEW | ROW_TYPES},
    {"X-MS-TEL", "phones", &shape_ms_phone, "number", NULL, NULL,
        ROW_NEW_2_1 | ROW_NEW_3_0 | ROW_TYPES},
    {"TEL", "phones", &shape_phone, "number", NULL, NULL, ROW_NEW | ROW_TYPES},
    {"ADR", "addresses", &vcard_shape_address, NULL, NULL, NULL, ROW_NEW | ROW_TYPES},
    {"ORG", "organizations", &shape_organization, NULL, NULL, NULL, ROW_NEW},
    {"TITLE", "titles", &shape_text, "name", "kind", "title", ROW_NEW | ROW_OPTIONAL},
    {"ROLE", "titles", &shape_text, "name", "kind", "role", ROW_NEW},
    {"NOTE", "notes", &shape_text, "note", NULL, NULL, ROW_NEW},
    {"URL", "links", &shape_text, "uri", NULL, NULL, ROW_NEW | ROW_URI | ROW_TYPES},
    {"PHOTO", "media", &vcard_shape_media, "uri", "kind", "photo", ROW_NEW},
    {"FBURL", "calendars", &shape_text, "uri", "kind", "freeBusy", ROW_NEW | ROW_URI},
    /* Hobbies: RFC 6715; before it the property that Exchange writes ([MS-OXVCARD]). */
    {"HOBBY", "personalInfo", &shape_text, "value", "kind", "hobby", ROW_NEW_4_0},
    {"INTEREST", "personalInfo", &shape_text, "value", "kind", "interest", ROW_NEW_4_0},
    {"X-MS-INTERESTS", "personalInfo", &shape_text, "value", "kind", "hobby",
        ROW_NEW_2_1 | ROW_NEW_3_0},
    {"LANG", "preferredLanguages", &shape_text, "language", NULL, NULL, ROW_NEW_4_0},
    {"X-LOCKSTEP-LANGUAGE", "preferredLanguages", &shape_text, "language", NULL, NULL,
        ROW_NEW_2_1 | ROW_NEW_3_0},
    {"KEY", "cryptoKeys", &vcard_shape_key, "uri", NULL, NULL, ROW_NEW_3_0 | ROW_NEW_4_0},
    {"BDAY", "anniversaries", &vcard_shape_date, NULL, "kind", "birth", ROW_NEW},
    {"DEATHDATE", "anniversaries", &vcard_shape_date, NULL, "kind", "death", ROW_NEW_4_0},
    {"ANNIVERSARY", "anniversaries", &vcard_shape_date, NULL, "kind", "wedding", ROW_NEW_4_0},
    {"X-ANNIVERSARY", "anniversaries", &vcard_shape_date, NULL, "kind", "wedding", ROW_NEW_3_0},
    {"X-MS-ANNIVERSARY", "anniversaries", &vcard_shape_date, NULL, "kind", "wedding", ROW_NEW_2_1},
    {"X-EVOLUTION-ANNIVERSARY", "anniversaries", &vcard_shape_date, NULL, "kind", "wedding", 0},
    {"X-KADDRESSBOOK-X-Anniversary", "anniversaries", &vcard_shape_date, NULL, "kind", "wedding",
        0},
    {"X-ABDATE", "anniversaries", &vcard_shape_date, NULL, "kind", "wedding", 0},
    {"X-AIM", "onlineServices", &shape_text, "user", "service", "AIM", ROW_NEW | ROW_TYPES},
    {"X-ICQ", "onlineServices", &shape_text, "user", "service", "ICQ", ROW_NEW | ROW_TYPES},
    {"X-JABBER", "onlineServices", &shape_text, "user", "service", "Jabber", ROW_NEW | ROW_TYPES},
    {"X-MSN", "onlineServices", &shape_text, "user", "service", "MSN", ROW_NEW | ROW_TYPES},
    {"X-SKYPE", "onlineServices", &shape_text, "user", "service", "Skype", ROW_NEW | ROW_TYPES},
    {"X-YAHOO", "onlineServices", &shape_text, "user", "service", "Yahoo", ROW_NEW | ROW_TYPES},
    {"IMPP", "onlineServices", &shape_text, "uri", "vCardName", "impp",
        ROW_NEW | ROW_URI | ROW_TYPES | ROW_OPTIONAL},
    {"X-MS-IMADDRESS", "onlineServices", &shape_text, "user", "vCardName", "impp",
        ROW_NEW | ROW_TYPES | ROW_OPTIONAL},
};
const size_t vcard_row_count = ARRAY_LEN(vcard_rows);
