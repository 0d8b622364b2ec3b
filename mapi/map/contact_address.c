/* Postal addresses: work, home and other, each with its parts, a country code and the formatted
 * text Outlook computes; and the copy of the one that PidLidPostalAddressId names the mailing
 * address. */
#include "mapi/map/contact.h"

#include <string.h>

enum part {
    PART_BOX,
    PART_OFFICE,
    PART_STREET,
    PART_CITY,
    PART_STATE,
    PART_CODE,
    PART_COUNTRY,
    PARTS
};

/* In the order a vCard has them, so that two sides' documents look alike. The office is the
 * "extended address" of the work address, as in the vCards that Outlook itself writes; the other
 * addresses have none. */
static const char *const PART_KINDS[PARTS] = {
    "postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country"};

struct place {
    const char *id, *class, *role;
    int postal_id; /* PidLidPostalAddressId */
    enum prop_key parts[PARTS], country_code, formatted;
};

static const struct place PLACES[] = {
    {"work", "work", "{\"contexts\":{\"work\":true}}", 2,
        {P_WORK_POST_OFFICE_BOX, P_OFFICE_LOCATION, P_WORK_STREET, P_WORK_CITY, P_WORK_STATE,
            P_WORK_POSTAL_CODE, P_WORK_COUNTRY},
        P_WORK_COUNTRY_CODE, P_WORK_FORMATTED},
    {"home", "home", "{\"contexts\":{\"private\":true}}", 1,
        {P_HOME_POST_OFFICE_BOX, P_NONE, P_HOME_STREET, P_HOME_CITY, P_HOME_STATE,
            P_HOME_POSTAL_CODE, P_HOME_COUNTRY},
        P_HOME_COUNTRY_CODE, P_HOME_FORMATTED},
    {"other", "other", "{}", 3,
        {P_OTHER_POST_OFFICE_BOX, P_NONE, P_OTHER_STREET, P_OTHER_CITY, P_OTHER_STATE,
            P_OTHER_POSTAL_CODE, P_OTHER_COUNTRY},
        P_OTHER_COUNTRY_CODE, P_OTHER_FORMATTED},
};
#define PLACE_COUNT ARRAY_LEN(PLACES)

static const struct place MAILING = {"", "", "", 0,
    {P_MAIL_POST_OFFICE_BOX, P_NONE, P_MAIL_STREET, P_MAIL_CITY, P_MAIL_STATE, P_MAIL_POSTAL_CODE,
        P_MAIL_COUNTRY},
    P_MAIL_COUNTRY_CODE, P_MAIL_FORMATTED};

static const char *address_class(const struct json *entry)
{
    const struct json *contexts = json_get(entry, "contexts");
    return json_get_bool(contexts, "work", false)      ? "work"
           : json_get_bool(contexts, "private", false) ? "home"
                                                       : "other";
}

static void add_component(struct json *list, const char *kind, const char *value)
{
    struct json *component = json_object();
    json_set_str(component, "kind", kind);
    json_set_str(component, "value", value);
    json_append(list, component);
}

static void read_place(struct reader *r, const struct place *place)
{
    CLEANUP(json_free) struct json *components = json_array();
    for (int i = 0; i < PARTS; i++) {
        CLEANUP(mem_free)
        char *text = place->parts[i] ? text_lf(get_text(r->item, place->parts[i])) : NULL;
        if (!str_empty(text)) {
            add_component(components, PART_KINDS[i], text);
        }
    }
    CLEANUP(mem_free) char *full = text_lf(get_text(r->item, place->formatted));
    struct json *entry = NULL;
    if ((!json_count(components) && str_empty(full)) ||
        json_parse(place->role, strlen(place->role), &entry, NULL) != RC_OK) {
        return;
    }
    if (json_count(components)) { /* the formatted text is derived: it counts only where there is
                                     nothing else */
        json_set(entry, "components", TAKE(components));
    } else {
        json_set_str(entry, "full", full);
    }
    json_set_str(entry, "countryCode", get_text(r->item, place->country_code));
    json_set(json_need_object(r->doc, "addresses"), place->id, entry);
}

/* Which part a component belongs to: all that is finer than the town stands in the street, but
 * for what is inside of a building where there is an office. */
static enum part part_of(const struct place *place, const char *kind)
{
    static const char *const INSIDE[] = {"apartment", "room", "floor", "building"};
    for (size_t i = 0; i < ARRAY_LEN(INSIDE); i++) {
        if (str_eq(kind, INSIDE[i])) {
            return place->parts[PART_OFFICE] ? PART_OFFICE : PART_STREET;
        }
    }
    for (int i = 0; i < PARTS; i++) {
        if (str_eq(kind, PART_KINDS[i])) {
            return (enum part)i;
        }
    }
    return PART_STREET;
}

/* The texts of the parts; owned. "number" goes before the street's name. */
static void split(const struct place *place, const struct json *entry, char *ret_parts[PARTS])
{
    struct buf texts[PARTS];
    for (int i = 0; i < PARTS; i++) {
        buf_init(&texts[i], BUF_DEFAULT_MAX);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (const struct json *c = json_first(json_get(entry, "components")); c;
             c = json_next(c)) {
            const char *kind = json_get_str(c, "kind"), *value = json_get_str(c, "value");
            if (str_empty(value) || str_eq(kind, "separator") ||
                str_eq(kind, "number") != (pass == 0)) {
                continue;
            }
            struct buf *b = &texts[part_of(place, kind)];
            buf_adds(b, b->len ? " " : "");
            buf_adds(b, value);
        }
    }
    for (int i = 0; i < PARTS; i++) {
        CLEANUP(mem_free) char *text = buf_take(&texts[i]);
        ret_parts[i] = text_crlf(text);
    }
    if (!json_count(json_get(entry, "components")) && json_get_str(entry, "full")) {
        free(ret_parts[PART_STREET]);
        ret_parts[PART_STREET] = text_crlf(json_get_str(entry, "full"));
    }
}

static void add_line(struct buf *b, const char *text)
{
    if (*text) {
        buf_adds(b, b->len ? "\r\n" : "");
        buf_adds(b, text);
    }
}

/* "12 Lazy Dog Lane\r\nSpringfield, MA  01234\r\nUnited States": the form Outlook gives addresses
 * in English. */
static char *format_address(char *const parts[PARTS])
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX), town = BUF_INIT(BUF_DEFAULT_MAX);
    add_line(&b, parts[PART_STREET]);
    add_line(&b, parts[PART_BOX]);
    buf_addf(&town, "%s%s%s", parts[PART_CITY], *parts[PART_CITY] && *parts[PART_STATE] ? ", " : "",
        parts[PART_STATE]);
    if (*parts[PART_CODE]) {
        buf_addf(&town, "%s%s", town.len ? "  " : "", parts[PART_CODE]);
    }
    add_line(&b, buf_str(&town));
    add_line(&b, parts[PART_COUNTRY]);
    buf_fini(&town);
    return buf_take(&b);
}

static void write_place(struct writer *w, const struct place *place, const struct json *entry)
{
    char *parts[PARTS];
    split(place, entry, parts);
    for (int i = 0; i < PARTS; i++) {
        if (place->parts[i]) {
            put_text(w, place->parts[i], parts[i]);
        }
    }
    CLEANUP(mem_free) char *formatted = format_address(parts);
    put_text(w, place->formatted, formatted);
    put_text(w, place->country_code, json_get_str(entry, "countryCode"));
    for (int i = 0; i < PARTS; i++) {
        free(parts[i]);
    }
}

static void copy_to_mailing(struct writer *w, const struct place *place)
{
    for (int i = 0; i < PARTS; i++) {
        if (!MAILING.parts[i]) {
            continue;
        }
        put_text(w, MAILING.parts[i], place ? final_text(w, place->parts[i]) : NULL);
    }
    put_text(w, MAILING.country_code, place ? final_text(w, place->country_code) : NULL);
    put_text(w, MAILING.formatted, place ? final_text(w, place->formatted) : NULL);
}

/* An office alone is nothing to send a letter to. */
static bool is_postal(const struct json *entry)
{
    for (const struct json *c = json_first(json_get(entry, "components")); c; c = json_next(c)) {
        if (!str_eq(json_get_str(c, "kind"), PART_KINDS[PART_OFFICE])) {
            return true;
        }
    }
    return !str_empty(json_get_str(entry, "full"));
}

static bool is_preferred(const struct json *entry)
{
    return json_get_int(entry, "pref", 0) == 1 ||
           json_get_bool(json_get(entry, "contexts"), "delivery", false);
}

/* The mailing address has pref 1 (RFC 2426 section 3.2.1: "the preferred delivery address when more
 * than one address is specified"). */
static void read_mailing(struct reader *r)
{
    struct json *map = json_get(r->doc, "addresses");
    int64_t id = get_int(r->item, P_POSTAL_ADDRESS_ID, 0);
    for (size_t i = 0; i < PLACE_COUNT && json_count(map) > 1; i++) {
        struct json *entry = PLACES[i].postal_id == id ? json_get(map, PLACES[i].id) : NULL;
        if (entry && is_postal(entry)) {
            json_set_int(entry, "pref", 1);
        }
    }
}

enum rc contact_addresses_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        read_place(r, &PLACES[i]);
    }
    read_mailing(r);
    return RC_OK;
}

/* Which address the other side has come to prefer; PLACE_COUNT if it says nothing new. That one is
 * no longer preferred there says nothing: many programs drop the mark. */
static size_t newly_preferred(const struct writer *w, const struct json *const entries[PLACE_COUNT])
{
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        if (entries[i] && is_preferred(entries[i]) && is_postal(entries[i]) &&
            !is_preferred(json_get(json_get(w->base, "addresses"), PLACES[i].id))) {
            return i;
        }
    }
    return PLACE_COUNT;
}

/* The mailing address stays which it is unless the other side chose another one; if it went, or
 * the contact had none, it is the first address there is. */
static void write_mailing(struct writer *w, const struct json *const entries[PLACE_COUNT],
    const bool changed[PLACE_COUNT])
{
    int64_t id = w->is_new ? 0 : get_int(w->now, P_POSTAL_ADDRESS_ID, 0);
    bool had_any = json_count(json_get(w->base, "addresses")) > 0;
    size_t chosen = newly_preferred(w, entries), first = PLACE_COUNT;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        if (PLACES[i].postal_id == id && entries[i] && (chosen == i || chosen == PLACE_COUNT)) {
            if (changed[i]) {
                copy_to_mailing(w, &PLACES[i]);
            }
            return;
        }
        if (first == PLACE_COUNT && entries[i] && is_postal(entries[i])) {
            first = i;
        }
    }
    first = chosen < PLACE_COUNT ? chosen : first;
    if (id == 0 && had_any && chosen == PLACE_COUNT) {
        return; /* the user chose that none is */
    }
    if (w->is_new && first == PLACE_COUNT) {
        return;
    }
    put_int(w, P_POSTAL_ADDRESS_ID, first < PLACE_COUNT ? PLACES[first].postal_id : 0);
    copy_to_mailing(w, first < PLACE_COUNT ? &PLACES[first] : NULL);
}

/* Whether two entries say the same address; which one is preferred is another matter. */
static bool same_address(const struct json *a, const struct json *b)
{
    static const char *const MEMBERS[] = {"components", "full", "countryCode"};
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++) {
        const struct json *left = json_get(a, MEMBERS[i]), *right = json_get(b, MEMBERS[i]);
        if (left ? !right || !json_equal(left, right) : right != NULL) {
            return false;
        }
    }
    return true;
}

static const struct json *entry_for(const struct writer *w, const struct place *place)
{
    const struct json *want = json_get(w->want, "addresses");
    const struct json *same = json_get(want, place->id);
    if (json_get(json_get(w->base, "addresses"), place->id) && same &&
        str_eq(address_class(same), place->class)) {
        return same;
    }
    for (const struct json *e = json_first(want); e; e = json_next(e)) {
        if (str_eq(address_class(e), place->class)) {
            return e;
        }
    }
    return NULL;
}

enum rc contact_addresses_write(struct writer *w, struct err *err)
{
    (void)err;
    const struct json *entries[PLACE_COUNT];
    bool changed[PLACE_COUNT];
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        const struct json *was = json_get(json_get(w->base, "addresses"), PLACES[i].id);
        entries[i] = entry_for(w, &PLACES[i]);
        changed[i] = entries[i] ? !was || !same_address(was, entries[i]) : was != NULL;
        if (changed[i]) {
            write_place(w, &PLACES[i], entries[i]);
        }
    }
    write_mailing(w, entries, changed);
    return RC_OK;
}
