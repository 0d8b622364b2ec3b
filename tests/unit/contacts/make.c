/* What a contact is made of, member by member. */
#include "tests/unit/contacts/make.h"

#include "client/base/buf.h"
#include "client/item/doc.h"

#include <string.h>

/* ---- texts ---- */
/* Names in the scripts of the world, then what is difficult for somebody. */
static const char *const atoms[] = {"a", "Anna", "Müller-Lüdenscheidt", "Ångström", "Þór", "Ιωάννα",
    "Дмитрий", "שרה", "محمد", "प्रिया", "สมชาย", "山田", "さくら", "김민준", "👩‍👩‍👧",
    "e\xCC\x81", "\xE2\x80\x8F", "\xF0\xA0\xAE\xB7", "a,b", "x;y", "back\\slash", "C:\\new",
    "end\\", "\\;", "\\n", " ", "  ", ":", "\"", "'", "^n", "^^", "=0D", "=", "%41", "tab\there",
    "END:VCARD", "QUOTED-PRINTABLE", "TYPE=", "tel:+1;ext=2", "mailto:a@b",
    "http://x.example/a?b=c;d,e#f", "_$!<", ">!$_", "item1.", "@", "+49 (0) 30", "\xC2\xA0",
    "\xEF\xBB\xBF",
    "a-very-long-word-that-has-no-place-to-break-it-and-is-longer-than-one-line-of-text-may-be"};
#define LINES 1u /* may hold line breaks */
#define ENDS  2u /* must not end in white space */

static char *text_of(struct choices *c, unsigned flags)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    uint32_t count = 1 + choose(c, choose_rarely(c, 30) ? 60 : 3);
    for (uint32_t i = 0; i < count; i++) {
        buf_adds(&b, flags & LINES && choose_rarely(c, 6) ? "\n" : "");
        buf_adds(&b, atoms[choose(c, ARRAY_LEN(atoms))]);
    }
    buf_adds(
        &b, choose_rarely(c, 3) && !(flags & ENDS) ? "" : "."); /* ends in anything now and then */
    return buf_take(&b);
}

static void set_text(struct choices *c, struct json *v, const char *member, unsigned flags)
{
    CLEANUP(mem_free) char *text = text_of(c, flags);
    json_set_str(v, member, text);
}

#define ONE_OF(c, ...)                                                                             \
    ((const char *const[]){__VA_ARGS__})[choose(c, ARRAY_LEN(((const char *const[]){__VA_ARGS__})))]

/* ---- parts ---- */
struct maker {
    struct choices *c;
    enum make_for form;
    struct json *card;
    unsigned lines; /* for texts that are one line in Outlook: LINES in all other forms */
    unsigned many;  /* for notes and addresses; white space at their end is lost in Outlook */
};

static bool is_vcard_3(const struct maker *m)
{
    return m->form == MAKE_VCARD_3 || m->form == MAKE_VCARD_2_1;
}

static struct json *new_entry(struct maker *m, const char *member)
{
    struct json *map = json_need_object(m->card, member);
    CLEANUP(mem_free) char *id = str_printf("e%zu", json_count(map) + 1);
    return json_need_object(map, id);
}

static void set_true(struct json *v, const char *set, const char *key)
{
    if (key) {
        json_set_bool(json_need_object(v, set), key, true);
    }
}

/* Contexts, preference and label, as vCard has them on most entries. */
static void add_marks(struct maker *m, struct json *entry)
{
    set_true(entry, "contexts", ONE_OF(m->c, NULL, "work", "private", "billing"));
    if (choose_rarely(m->c, 3)) {
        bool degrees = m->form == MAKE_VCARD_4 || m->form == MAKE_ANYTHING;
        json_set_int(entry, "pref", degrees ? 1 + (int64_t)choose(m->c, 100) : 1);
    }
    if (choose_rarely(m->c, 4) && !json_get(entry, "label")) {
        set_text(m->c, entry, "label", m->lines);
    }
}

static void add_component(struct maker *m, struct json *owner, const char *kind, unsigned flags)
{
    struct json *component = json_object();
    json_set_str(component, "kind", kind);
    set_text(m->c, component, "value", flags);
    if (!json_get(owner, "components")) {
        json_set(owner, "components", json_array());
    }
    json_append(json_get(owner, "components"), component);
}

static void make_name(struct maker *m)
{
    static const char *const kinds[] = {"surname", "given", "given2", "title"};
    struct json *name = json_need_object(m->card, "name");
    set_text(m->c, name, "full", m->lines);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        uint32_t several = m->form == MAKE_VCARD_2_1 || m->form == MAKE_OUTLOOK ? 2 : 3;
        for (uint32_t n = choose(m->c, several); n; n--) {
            add_component(m, name, kinds[i], m->lines);
        }
    }
    if (choose_rarely(m->c, 3)) {
        add_component(m, name, "credential", m->lines);
    } else if (choose_rarely(m->c, 3)) {
        add_component(m, name, "generation", m->lines);
        json_set_str(
            json_at(json_get(name, "components"), json_count(json_get(name, "components")) - 1),
            "value", ONE_OF(m->c, "Jr.", "III", "sen"));
    }
    if (m->form == MAKE_ANYTHING && choose_rarely(m->c, 3)) {
        add_component(m, name, "surname2", m->lines);
    }
}

static void make_emails(struct maker *m)
{
    for (uint32_t n = choose(m->c, m->form == MAKE_OUTLOOK ? 4 : 6); n; n--) {
        struct json *e = new_entry(m, "emails");
        set_text(m->c, e, "address", m->lines);
        if (m->form != MAKE_OUTLOOK) {
            add_marks(m, e);
        }
    }
}

/* Outlook's nineteen places, as the documents tell them apart. */
static const char *const outlook_phones[] = {
    "{\"contexts\":{\"work\":true},\"features\":{\"voice\":true}}",
    "{\"contexts\":{\"work\":true},\"features\":{\"voice\":true}}",
    "{\"contexts\":{\"private\":true},\"features\":{\"voice\":true}}",
    "{\"contexts\":{\"private\":true},\"features\":{\"voice\":true}}",
    "{\"features\":{\"mobile\":true}}", "{\"features\":{\"voice\":true}}",
    "{\"features\":{\"voice\":true},\"pref\":1}", "{\"features\":{\"pager\":true}}",
    "{\"features\":{\"voice\":true},\"label\":\"car\"}", "{\"label\":\"isdn\"}",
    "{\"contexts\":{\"work\":true},\"features\":{\"fax\":true}}",
    "{\"contexts\":{\"private\":true},\"features\":{\"fax\":true}}",
    "{\"features\":{\"fax\":true}}", "{\"label\":\"assistant\"}", "{\"label\":\"callback\"}",
    "{\"contexts\":{\"work\":true},\"features\":{\"main-number\":true}}", "{\"label\":\"radio\"}",
    "{\"features\":{\"textphone\":true}}", "{\"label\":\"telex\"}"};

static void make_outlook_phones(struct maker *m)
{
    for (size_t i = 0; i < ARRAY_LEN(outlook_phones); i++) {
        struct json *e = NULL;
        if (choose_rarely(m->c, 4) &&
            json_parse(outlook_phones[i], strlen(outlook_phones[i]), &e, NULL) == RC_OK) {
            CLEANUP(mem_free) char *id = str_printf("p%zu", i);
            set_text(m->c, e, "number", m->lines);
            json_set(json_need_object(m->card, "phones"), id, e);
        }
    }
}

static void make_phones(struct maker *m)
{
    if (m->form == MAKE_OUTLOOK) {
        make_outlook_phones(m);
        return;
    }
    for (uint32_t n = choose(m->c, 6); n; n--) {
        struct json *e = new_entry(m, "phones");
        set_text(m->c, e, "number", m->lines);
        set_true(e, "features",
            ONE_OF(m->c, NULL, "voice", "mobile", "fax", "pager", "video", "text", "main-number",
                "textphone"));
        const struct json *features = json_get(e, "features");
        if (!features || json_get(features, "voice")) {
            json_set_str(e, "label",
                ONE_OF(m->c, NULL, NULL, "car", "isdn", "assistant", "callback", "radio"));
        }
        add_marks(m, e);
    }
}

/* Components in the order a vCard has them: in seven parts, and with those that RFC 9554 added. */
static void make_components(struct maker *m, struct json *address)
{
    static const char *const old[] = {
        "postOfficeBox", "name", "locality", "region", "postcode", "country"};
    static const char *const fine[] = {"postOfficeBox", "locality", "region", "postcode", "country",
        "room", "apartment", "floor", "number", "name", "building", "block", "district"};
    bool added = (m->form == MAKE_VCARD_4 || m->form == MAKE_ANYTHING) && choose_rarely(m->c, 3);
    for (size_t i = 0; i < (added ? ARRAY_LEN(fine) : ARRAY_LEN(old)); i++) {
        const char *kind = added ? fine[i] : old[i];
        bool needed = added && str_eq(kind, "number");
        if (choose_rarely(m->c, 2) || needed) {
            add_component(m, address, kind, str_eq(kind, "name") ? m->many : m->lines);
        }
    }
}

static void make_address(struct maker *m, const char *context)
{
    struct json *e = new_entry(m, "addresses");
    set_true(e, "contexts", context);
    make_components(m, e);
    bool none = !json_get(e, "components");
    if (none || (m->form != MAKE_OUTLOOK && choose_rarely(m->c, 3))) {
        if (m->form == MAKE_OUTLOOK) {
            add_component(m, e, "name", m->many);
        } else {
            set_text(m->c, e, "full", LINES);
        }
    }
    if (!is_vcard_3(m) && choose_rarely(m->c, 3)) {
        json_set_str(e, "countryCode", ONE_OF(m->c, "DE", "US", "jp"));
    }
    if (m->form != MAKE_OUTLOOK && choose_rarely(m->c, 3)) {
        json_set_int(e, "pref", 1);
    }
}

static void make_addresses(struct maker *m)
{
    static const char *const places[] = {NULL, "work", "private"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (choose_rarely(m->c, 3)) {
            make_address(m, places[i]);
        }
    }
    for (uint32_t n = m->form == MAKE_OUTLOOK ? 0 : choose(m->c, 3); n; n--) {
        make_address(m, ONE_OF(m->c, NULL, "work", "private", "delivery"));
    }
}

static void make_work(struct maker *m)
{
    uint32_t most = m->form == MAKE_OUTLOOK ? 2 : 3;
    for (uint32_t n = choose(m->c, most); n; n--) {
        struct json *e = new_entry(m, "organizations"), *units = json_array();
        set_text(m->c, e, "name", m->lines);
        for (uint32_t k = choose(m->c, most); k; k--) {
            struct json *unit = json_object();
            set_text(m->c, unit, "name", m->lines);
            json_append(units, unit);
        }
        if (json_count(units)) {
            json_set(e, "units", units);
        } else {
            json_free(units);
        }
    }
    static const char *const kinds[] = {"title", "role"};
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t n = choose(m->c, most); n; n--) {
            struct json *e = new_entry(m, "titles");
            set_text(m->c, e, "name", m->lines);
            json_set_str(e, "kind", kinds[i]);
        }
    }
}

static void make_texts(struct maker *m)
{
    uint32_t most = m->form == MAKE_OUTLOOK ? 2 : 3;
    for (uint32_t n = choose(m->c, most); n; n--) {
        set_text(m->c, new_entry(m, "notes"), "note", m->many);
    }
    for (uint32_t n = choose(m->c, most); n; n--) {
        CLEANUP(mem_free) char *name = text_of(m->c, m->lines);
        const struct json *first = json_first(json_get(m->card, "nicknames"));
        if (!str_eq(json_get_str(first, "name"), name)) { /* they are a set */
            json_set_str(new_entry(m, "nicknames"), "name", name);
        }
    }
    for (uint32_t n = choose(m->c, 4); n; n--) {
        CLEANUP(mem_free) char *keyword = text_of(m->c, 0);
        bool listed = m->form == MAKE_VCARD_2_1 || m->form == MAKE_OUTLOOK;
        if (!listed || !strpbrk(keyword, ",;")) {
            json_set_bool(json_need_object(m->card, "keywords"), keyword, true);
        }
    }
}

static void make_addresses_elsewhere(struct maker *m)
{
    static const char *const places[] = {"work", "private"};
    for (size_t i = 0; i < 2; i++) {
        if (choose_rarely(m->c, 3)) {
            struct json *e = new_entry(m, "links");
            set_text(m->c, e, "uri", 0);
            set_true(e, "contexts", places[i]);
        }
    }
    if (m->form != MAKE_OUTLOOK && choose_rarely(m->c, 3)) {
        struct json *e = new_entry(m, "links");
        set_text(m->c, e, "uri", 0);
        add_marks(m, e);
    }
    if (choose_rarely(m->c, 3)) {
        struct json *e = new_entry(m, "onlineServices");
        set_text(m->c, e, "user", m->lines);
        json_set_str(e, "vCardName", "impp");
    }
    if (m->form != MAKE_OUTLOOK && choose_rarely(m->c, 3)) {
        struct json *e = new_entry(m, "onlineServices");
        set_text(m->c, e, "user", m->lines);
        json_set_str(e, "service", ONE_OF(m->c, "AIM", "ICQ", "Jabber", "MSN", "Skype", "Yahoo"));
        add_marks(m, e);
    }
}

static void make_dates(struct maker *m)
{
    static const char *const kinds[] = {"birth", "wedding", "death"};
    size_t count = m->form == MAKE_VCARD_4 || m->form == MAKE_ANYTHING ? 3 : 2;
    for (size_t i = 0; i < count; i++) {
        if (!choose_rarely(m->c, 3)) {
            continue;
        }
        struct json *e = new_entry(m, "anniversaries"), *date = json_need_object(e, "date");
        json_set_str(e, "kind", kinds[i]);
        json_set_str(date, "@type", "PartialDate");
        uint32_t parts = m->form == MAKE_OUTLOOK ? 0 : choose(m->c, 4);
        if (parts != 1) {
            json_set_int(date, "year", 1700 + (int64_t)choose(m->c, 500));
        }
        if (parts != 2) {
            json_set_int(date, "month", 1 + (int64_t)choose(m->c, 12));
        }
        if (parts < 2) {
            json_set_int(date, "day", 1 + (int64_t)choose(m->c, 28));
        }
    }
}

static void relate(struct maker *m, const char *relation)
{
    CLEANUP(mem_free) char *name = text_of(m->c, m->lines);
    struct json *person = json_need_object(json_need_object(m->card, "relatedTo"), name);
    set_true(person, "relation", relation);
}

static void make_people(struct maker *m)
{
    bool outlook = m->form == MAKE_OUTLOOK;
    for (uint32_t n = choose(m->c, outlook ? 2 : 3); n; n--) {
        relate(m, "spouse");
    }
    for (uint32_t n = choose(m->c, 4); n; n--) {
        relate(m, "child");
    }
    if (m->form == MAKE_VCARD_4 || m->form == MAKE_ANYTHING) {
        for (uint32_t n = choose(m->c, 3); n; n--) {
            relate(m, ONE_OF(m->c, "friend", "agent", "co-worker"));
        }
    }
    if (!outlook && choose_rarely(m->c, 6)) {
        json_set_str(m->card, "kind", ONE_OF(m->c, "group", "org", "location"));
        bool group = str_eq(json_get_str(m->card, "kind"), "group");
        for (uint32_t n = group ? choose(m->c, 5) : 0; n; n--) {
            CLEANUP(mem_free) char *uri = str_printf("urn:uuid:%u", choose(m->c, 100000));
            json_set_bool(json_need_object(m->card, "members"), uri, true);
        }
    }
}

/* What no form expresses: it has to stay out of the way. */
static void make_foreign(struct maker *m)
{
    if (choose_rarely(m->c, 3)) {
        json_set_str(json_need_object(m->card, "speakToAs"), "grammaticalGender", "feminine");
    }
    if (choose_rarely(m->c, 3)) {
        struct json *e = new_entry(m, "emails");
        set_text(m->c, e, "address", LINES);
        set_true(e, "contexts", "example.org:club");
    }
    if (choose_rarely(m->c, 3)) {
        set_text(m->c, m->card, "example.org:thing", LINES);
    }
}

struct json *make_card(struct choices *c, enum make_for form)
{
    struct maker m = {c, form, json_object(), form == MAKE_OUTLOOK ? ENDS : LINES,
        form == MAKE_OUTLOOK ? LINES | ENDS : LINES};
    json_set_str(m.card, "@type", "Card");
    json_set_str(m.card, "version", "1.0");
    json_set_str(m.card, "uid", "generated");
    make_name(&m);
    make_emails(&m);
    make_phones(&m);
    make_addresses(&m);
    make_work(&m);
    make_texts(&m);
    make_addresses_elsewhere(&m);
    make_dates(&m);
    make_people(&m);
    if (form == MAKE_ANYTHING) {
        make_foreign(&m);
    }
    return m.card;
}
