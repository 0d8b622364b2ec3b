/* The vCard lens: reading a card, and putting a document back into it line by line. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/base/date.h"
#include "client/base/map.h"
#include "client/item/doc.h"
#include "client/item/media.h"

#define MAX_PROPERTIES 10000 /* of one card; no real one comes near */
#define PRODID         "-//Lockstep//Lockstep " LOCKSTEP_VERSION "//EN"

/* Where an entry of the document came from. */
struct origin {
    const struct vcard_row *row;
    struct line *line;
    char *id; /* owned */
};
struct origins {
    struct origin *items; /* owned */
    size_t count, cap;
};

static void origins_fini(struct origins *o)
{
    for (size_t i = 0; i < o->count; i++) {
        free(o->items[i].id);
    }
    free(o->items);
}

/* ---- opening ---- */
static size_t count_lines(const struct lines *l)
{
    size_t count = 0;
    for (const struct line *line = l->first; line; line = line->next) {
        count++;
    }
    return count;
}

static enum rc find_version(struct vcard *v, struct err *err)
{
    struct line *line = lines_find(v->comp, "VERSION");
    CLEANUP(mem_free) char *version = str_trim(line ? line->value : "(missing)");
    static const char *const names[] = {
        [VCARD_2_1] = "2.1", [VCARD_3_0] = "3.0", [VCARD_4_0] = "4.0"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(version, names[i])) {
            v->version = (enum vcard_version)i;
            return RC_OK;
        }
    }
    return err_set(err, RC_INVALID, 0, "VERSION is %.20s, not 2.1, 3.0 or 4.0", version);
}

static enum rc check_lines(const struct vcard *v, struct err *err)
{
    static const char *const lists[] = {"CATEGORIES", "NICKNAME", NULL};
    const struct lines *l = v->lines;
    if (count_lines(l) > MAX_PROPERTIES) {
        return err_set(err, RC_TOO_BIG, 0, "more than %d properties", MAX_PROPERTIES);
    }
    if (v->version != VCARD_2_1 &&
        l->not_utf8) { /* in 2.1 local character sets and stray lines were common */
        return err_set(err, RC_INVALID, 0, "line %d is not UTF-8", l->not_utf8);
    }
    if (v->version != VCARD_2_1 && l->not_line) {
        return err_set(err, RC_INVALID, 0, "line %d is no content line (NAME:value)", l->not_line);
    }
    return lines_check_lists(l, lists, err);
}

static enum rc vcard_open(const char *text, size_t len, struct vcard *v, struct err *err)
{
    enum rc rc = lines_parse(text, len, &v->lines, err);
    if (rc != RC_OK) {
        return rc;
    }
    v->comp = lines_comp_find(v->lines, NULL, "VCARD", NULL);
    if (!v->comp) {
        return err_set(err, RC_INVALID, 0, "no BEGIN:VCARD");
    }
    if (lines_comp_find(v->lines, NULL, "VCARD", v->comp)) {
        return err_set(err, RC_INVALID, 0, "holds several vCards");
    }
    rc = find_version(v, err);
    v->lines->fold = v->version != VCARD_2_1;
    return rc == RC_OK ? check_lines(v, err) : rc;
}

/* ---- reading ---- */
/* Of properties that are one another's translation (same ALTID) the first counts; the others stay
 * as they are. */
static bool is_translation(const struct vcard *v, const struct line *line)
{
    const char *altid = line_param(line, "ALTID");
    for (const struct line *l = altid ? lines_find(v->comp, line->name) : NULL; l && l != line;
         l = lines_find_next(v->comp, line->name, l)) {
        if (str_eq(line_param(l, "ALTID"), altid)) {
            return true;
        }
    }
    return false;
}

static char *choose_id(const struct json *map, const struct line *line)
{
    const char *own = line_param(line, "PROP-ID"); /* RFC 9554 section 4.7 */
    if (!str_empty(own) && !json_get(map, own)) {
        return mem_strdup(own);
    }
    for (size_t n = json_count(map) + 1;; n++) {
        char *id = str_printf("%zu", n);
        if (!json_get(map, id)) {
            return id;
        }
        free(id);
    }
}

/* The same anniversary written in several dialects is one entry with several lines. */
static const char *same_anniversary(
    const struct json *map, const char *member, const struct json *entry)
{
    for (const struct json *e = str_eq(member, "anniversaries") ? json_first(map) : NULL; e;
         e = json_next(e)) {
        if (json_equal(e, entry)) {
            return json_key(e);
        }
    }
    return NULL;
}

static void read_entry(const struct vcard *v, const struct vcard_row *row, struct line *line,
    struct json *card, struct origins *origins)
{
    CLEANUP(json_free) struct json *entry = json_object();
    if (is_translation(v, line) || !vcard_entry_read(v, row, line, entry)) {
        return;
    }
    struct json *map = json_need_object(card, row->member);
    const char *known = same_anniversary(map, row->member, entry);
    char *id = known ? mem_strdup(known) : choose_id(map, line);
    if (!known) {
        json_set(map, id, TAKE(entry));
    }
    ARRAY_RESERVE(origins->items, origins->count, origins->cap);
    origins->items[origins->count++] = (struct origin){row, line, id};
}

static struct json *card_read(const struct vcard *v, struct origins *origins)
{
    struct json *card = json_object();
    json_set_str(card, "@type", "Card");
    json_set_str(card, "version", "1.0");
    vcard_members_read(v, card);
    for (struct line *line = lines_next_in(v->comp, NULL); line;
         line = lines_next_in(v->comp, line)) {
        for (size_t i = 0; i < vcard_row_count; i++) {
            if (str_ieq(vcard_rows[i].property, line->name)) {
                read_entry(v, &vcard_rows[i], line, card, origins);
                break;
            }
        }
    }
    return card;
}

enum rc vcard_read(const char *text, size_t len, struct json **ret_card, struct err *err)
{
    CLEANUP_FINI(vcard_fini) struct vcard v = {0};
    enum rc rc = vcard_open(text, len, &v, err);
    if (rc != RC_OK) {
        return err_prefix(err, "reading the vCard"), rc;
    }
    CLEANUP_FINI(origins_fini) struct origins origins = {0};
    *ret_card = card_read(&v, &origins);
    return RC_OK;
}

/* Does the card say less without the line? */
static bool says_something(const struct vcard *v, struct line *line, const struct json *card)
{
    char nothing[] = "";
    char *name = line->name;
    CLEANUP_FINI(origins_fini) struct origins origins = {0};
    line->name = nothing;
    CLEANUP(json_free) struct json *without = card_read(v, &origins);
    line->name = name;
    return !json_equal(card, without);
}

enum rc vcard_unknown(const char *text, size_t len, struct json **ret_lines, struct err *err)
{
    CLEANUP_FINI(vcard_fini) struct vcard v = {0};
    enum rc rc = vcard_open(text, len, &v, err);
    if (rc != RC_OK) {
        return err_prefix(err, "reading the vCard"), rc;
    }
    CLEANUP_FINI(origins_fini) struct origins origins = {0};
    CLEANUP(json_free) struct json *card = card_read(&v, &origins);
    CLEANUP(json_free) struct json *list = json_array();
    for (struct line *line = lines_next_in(v.comp, NULL); line;
         line = lines_next_in(v.comp, line)) {
        if (*line->name && !str_ieq(line->name, "VERSION") && !says_something(&v, line, card)) {
            CLEANUP(mem_free) char *shown = lines_text(line);
            json_append(list, json_str(shown));
        }
    }
    *ret_lines = TAKE(list);
    return RC_OK;
}

bool vcard_property_known(const char *name)
{
    for (size_t i = 0; i < vcard_row_count; i++) {
        if (str_ieq(vcard_rows[i].property, name)) {
            return true;
        }
    }
    return false;
}

/* ---- writing ---- */
/* A card has one BDAY, ANNIVERSARY and DEATHDATE (RFC 6350 section 6.2.5, RFC 6474). */
static bool is_single(const struct vcard_row *row)
{
    return row->shape == &vcard_shape_date;
}

/* Is there a line of it that a document has an entry for? */
static bool is_taken(const struct vcard *v, const struct vcard_row *row)
{
    for (struct line *l = lines_find(v->comp, row->property); l;
         l = lines_find_next(v->comp, row->property, l)) {
        CLEANUP(json_free) struct json *entry = json_object();
        if (!is_translation(v, l) && vcard_entry_read(v, row, l, entry)) {
            return true;
        }
    }
    return false;
}

/* What stands there and no document has, such as "circa 1800", makes room for what is wanted now:
 * of two lines another program would take either. */
static void remove_others(const struct vcard *v, const struct line *kept)
{
    for (struct line *l = lines_find(v->comp, kept->name), *next; l; l = next) {
        next = lines_find_next(v->comp, kept->name, l);
        if (l != kept) {
            vcard_remove(v, l);
        }
    }
}

static void add_entry(const struct vcard *v, const char *member, const struct json *entry)
{
    for (size_t i = 0; i < vcard_row_count; i++) {
        const struct vcard_row *row = &vcard_rows[i];
        if (!str_eq(row->member, member) || !(row->flags & (1u << v->version)) ||
            !row->shape->takes(v, row, entry) || (is_single(row) && is_taken(v, row))) {
            continue;
        }
        struct line *line = vcard_add(v, row->property);
        vcard_entry_write(v, row, line, entry);
        if (is_single(row)) {
            remove_others(v, line);
        }
        return;
    }
}

static bool is_row_member(const char *member)
{
    for (size_t i = 0; i < vcard_row_count; i++) {
        if (str_eq(vcard_rows[i].member, member)) {
            return true;
        }
    }
    return false;
}

/* Is there a property made for just such an entry? A line that takes any would not say of which
 * service it is. */
static bool has_own_row(
    const struct vcard *v, const struct vcard_row *but, const struct json *entry)
{
    for (size_t i = 0; i < vcard_row_count; i++) {
        const struct vcard_row *row = &vcard_rows[i];
        if (row != but && str_eq(row->member, but->member) && row->fixed &&
            !(row->flags & ROW_OPTIONAL) && (row->flags & (1u << v->version)) &&
            row->shape->takes(v, row, entry)) {
            return true;
        }
    }
    return false;
}

/* May the line say the entry from now on? */
static bool stays_in_line(const struct vcard *v, const struct origin *o, const struct json *entry)
{
    bool any = (o->row->flags & ROW_OPTIONAL) && !json_get(entry, o->row->fixed);
    return entry && o->row->shape->takes(v, o->row, entry) &&
           !(any && has_own_row(v, o->row, entry));
}

static void update_entries(const struct vcard *v, const struct json *before,
    const struct json *card, const struct origins *origins, struct map *written)
{
    for (size_t i = 0; i < origins->count; i++) {
        const struct origin *o = &origins->items[i];
        const struct json *entry = json_get(json_get(card, o->row->member), o->id);
        CLEANUP(mem_free) char *path = str_printf("%s/%s", o->row->member, o->id);
        if (json_equal(json_get(json_get(before, o->row->member), o->id), entry)) {
            map_put(written, path, written);
        } else if (stays_in_line(v, o, entry)) {
            vcard_entry_write(v, o->row, o->line, entry);
            map_put(written, path, written);
        } else {
            vcard_remove(v, o->line);
        }
    }
}

static bool is_written(const struct map *written, const struct json *map, const struct json *entry)
{
    if (!map_count(written)) {
        return false; /* a new card */
    }
    CLEANUP(mem_free) char *path = str_printf("%s/%s", json_key(map), json_key(entry));
    return map_has(written, path);
}

static void add_entries(const struct vcard *v, const struct json *card, const struct map *written)
{
    for (const struct json *m = json_first(card); m; m = json_next(m)) {
        if (!is_row_member(json_key(m)) || !json_is_object(m)) {
            continue;
        }
        for (const struct json *entry = json_first(m); entry; entry = json_next(entry)) {
            if (json_is_object(entry) && !is_written(written, m, entry)) {
                add_entry(v, json_key(m), entry);
            }
        }
    }
}

static bool any_change(const struct lines *l, size_t lines_before)
{
    size_t count = 0;
    for (const struct line *line = l->first; line; line = line->next) {
        if (line->changed || !line->raw) {
            return true;
        }
        count++;
    }
    return count != lines_before;
}

static void set_stamps(const struct vcard *v, const struct json *card, bool is_new)
{
    CLEANUP(mem_free) char *updated = NULL;
    struct civil c;
    char text[CIVIL_TEXT_SIZE];
    struct line *line = lines_find(v->comp, "REV");
    if ((line || is_new) && civil_parse_iso(json_get_str(card, "updated"), &c, NULL)) {
        if (v->version == VCARD_3_0) {
            civil_format_iso(&c, true, text);
        } else {
            civil_format_basic(&c, true, text);
        }
        updated = line ? vcard_timestamp(line->value) : NULL;
        if (!line || (updated && strcmp(updated, json_get_str(card, "updated")) < 0)) {
            vcard_set_text(v, line ? line : vcard_add(v, "REV"), text);
        }
    }
}

static void new_card(enum vcard_version version, struct vcard *v)
{
    static const char *const names[] = {"2.1", "3.0", "4.0", "2.1"};
    v->lines = lines_new();
    v->comp = lines_comp_insert(v->lines, NULL, NULL, "VCARD");
    v->version = version == VCARD_2_1_OUTLOOK ? VCARD_2_1 : version;
    v->lines->fold = v->version != VCARD_2_1;
    vcard_set_text(v, vcard_add(v, "VERSION"), names[version]);
    if (v->version != VCARD_2_1) {
        vcard_set_raw(v, vcard_add(v, "PRODID"), PRODID);
    }
}

enum rc vcard_write(const char *native, const struct json *card, enum vcard_version new_version,
    char **ret_text, struct err *err)
{
    CLEANUP_FINI(vcard_fini) struct vcard v = {0};
    enum rc rc = native ? vcard_open(native, strlen(native), &v, err) : RC_OK;
    if (rc != RC_OK) {
        return err_prefix(err, "writing the vCard"), rc;
    }
    if (!native) {
        new_card(new_version, &v);
    }
    CLEANUP_FINI(origins_fini) struct origins origins = {0};
    CLEANUP(map_free) struct map *written = map_new();
    CLEANUP(json_free) struct json *before = native ? card_read(&v, &origins) : NULL;
    CLEANUP(json_free)
    struct json *own = before || media_has_kept(card) ? json_dup(card) : NULL;
    const struct json *wanted = own ? own : card;
    size_t lines_before = count_lines(v.lines);
    if (before) {
        doc_rekey(own, before);
    }
    if (own) {
        media_keep(own, before);
    }
    vcard_members_write(&v, before, wanted);
    update_entries(&v, before, wanted, &origins, written);
    add_entries(&v, wanted, written);
    if (v.version == VCARD_2_1) {
        vcard_dialect_finish(&v, before, wanted, native ? VCARD_2_1 : new_version);
    }
    if (!native || any_change(v.lines, lines_before)) {
        set_stamps(&v, wanted, !native);
    }
    rc = lines_print(v.lines, ret_text, err);
    return rc == RC_OK ? rc : (err_prefix(err, "writing the vCard"), rc);
}
