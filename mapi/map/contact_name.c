/* Names, and what Outlook derives from them: file-as, initials, subject. */
#include "mapi/map/contact.h"

#include <string.h>

struct name_part {
    enum prop_key key;
    const char *kind;
};

/* In the order a vCard has them. The suffix is a kind of its own, see below. */
static const struct name_part PARTS[] = {{P_SURNAME, "surname"}, {P_GIVEN_NAME, "given"},
    {P_MIDDLE_NAME, "given2"}, {P_NAME_PREFIX, "title"}};

/* Outlook's "suffix" holds generations (Jr., III) and credentials (M.D.) alike. */
static const char *suffix_kind(const char *suffix)
{
    CLEANUP(mem_free) char *bare = mem_strdup(suffix);
    size_t n = strlen(bare);
    if (n && bare[n - 1] == '.') {
        bare[--n] = 0;
    }
    bool roman = n && strspn(bare, "IVX") == n;
    return roman || str_ieq(bare, "jr") || str_ieq(bare, "sr") || str_ieq(bare, "jun") ||
                   str_ieq(bare, "sen")
               ? "generation"
               : "credential";
}

static void add_component(struct json *list, const char *kind, const char *value)
{
    if (value) {
        struct json *component = json_object();
        json_set_str(component, "kind", kind);
        json_set_str(component, "value", value);
        json_append(list, component);
    }
}

enum rc contact_name_read(struct reader *r, struct err *err)
{
    (void)err;
    CLEANUP(json_free) struct json *components = json_array(), *name = json_object();
    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
        add_component(components, PARTS[i].kind, get_text(r->item, PARTS[i].key));
    }
    const char *suffix = get_text(r->item, P_GENERATION), *full = get_text(r->item, P_DISPLAY_NAME);
    add_component(components, suffix ? suffix_kind(suffix) : "", suffix);
    if (json_count(components)) {
        json_set(name, "components", TAKE(components));
    }
    if (!full && !json_get(name, "components") && !get_text(r->item, P_COMPANY_NAME)) {
        full = get_text(r->item, P_FILE_UNDER);
    }
    json_set_str(name, "full", full);
    if (json_count(name)) {
        json_set(r->doc, "name", TAKE(name));
    }
    json_set_str(r->doc, "version", "1.0");
    return RC_OK;
}

static bool kind_in(const char *kind, const char *const *kinds)
{
    for (; *kinds; kinds++) {
        if (str_eq(kind, *kinds)) {
            return true;
        }
    }
    return false;
}

/* All components of these kinds, with a space between. Caller frees. */
static char *components_text(const struct json *name, const char *const *kinds)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *c = json_first(json_get(name, "components")); c; c = json_next(c)) {
        const char *value = json_get_str(c, "value");
        if (!str_empty(value) && kind_in(json_get_str(c, "kind"), kinds)) {
            buf_adds(&b, b.len ? " " : "");
            buf_adds(&b, value);
        }
    }
    return buf_take(&b);
}

/* Concatenates what is there of the texts, each with its separator before it unless it comes first.
 */
static char *join(const char *const *texts, const char *const *separators, size_t count)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!str_empty(texts[i])) {
            buf_adds(&b, b.len ? separators[i] : "");
            buf_adds(&b, texts[i]);
        }
    }
    return buf_take(&b);
}

/* PidLidFileUnderId's formulas (office-developer-client-docs, "PidLidFileUnderId Canonical
 * Property"): S surname, G given, M middle, X generation, C company, D display name; any other
 * character is text that separates what follows from what stands before. */
static const struct formula {
    uint32_t id;
    const char *text;
} FORMULAS[] = {
    {0x3001, "D"},
    {0x3A06, "G"},
    {0x3A11, "S"},
    {0x3A16, "C"},
    {0x8017, "S, G M"},
    {0x8018, "C\r\nS, G M"},
    {0x8019, "S, G M\r\nC"},
    {0x8030, "SG M"},
    {0x8031, "S G M"},
    {0x8032, "C\r\nSG M"},
    {0x8033, "C\r\nS G M"},
    {0x8034, "SG M\r\nC"},
    {0x8035, "S G M\r\nC"},
    {0x8036, "S G M X"},
    {0x8037, "G M S X"},
    {0x8038, "SG M X"},
};
#define FILE_UNDER_SURNAME_FIRST 0x8017u
#define FILE_UNDER_DISPLAY_NAME  0x3001u
#define FILE_UNDER_COMPANY       0x3A16u
#define FILE_UNDER_USER          0xFFFFFFFFu

static const char *formula_text(const struct writer *w, char letter)
{
    switch (letter) {
    case 'S':
        return final_text(w, P_SURNAME);
    case 'G':
        return final_text(w, P_GIVEN_NAME);
    case 'M':
        return final_text(w, P_MIDDLE_NAME);
    case 'X':
        return final_text(w, P_GENERATION);
    case 'C':
        return final_text(w, P_COMPANY_NAME);
    default:
        return final_text(w, P_DISPLAY_NAME);
    }
}

static char *file_under(const struct writer *w, const char *formula)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX), separator = BUF_INIT(16);
    for (const char *p = formula; *p; p++) {
        if (!strchr("SGMXCD", *p)) {
            buf_addc(&separator, *p);
            continue;
        }
        const char *text = formula_text(w, *p);
        if (!str_empty(text)) {
            buf_adds(&b, b.len ? buf_str(&separator) : "");
            buf_adds(&b, text);
        }
        buf_clear(&separator);
    }
    buf_fini(&separator);
    return buf_take(&b);
}

static uint32_t new_file_under_id(const struct writer *w)
{
    return final_text(w, P_SURNAME) || final_text(w, P_GIVEN_NAME) ? FILE_UNDER_SURNAME_FIRST
           : final_text(w, P_DISPLAY_NAME)                         ? FILE_UNDER_DISPLAY_NAME
                                                                   : FILE_UNDER_COMPANY;
}

void contact_put_file_under(struct writer *w)
{
    static const int32_t CHOICES[] = {
        0x8017, 0x8037, 0x3A16, 0x8019, 0x8018}; /* as Outlook offers them */
    uint32_t id =
        w->is_new ? new_file_under_id(w) : (uint32_t)get_int(w->now, P_FILE_UNDER_ID, 0xFFFFFFFD);
    if (w->is_new) {
        put_int(w, P_FILE_UNDER_ID, (int32_t)id);
        put_longs(w, P_FILE_UNDER_LIST, CHOICES, ARRAY_LEN(CHOICES));
    }
    if (id == FILE_UNDER_USER) {
        return; /* the user's own text */
    }
    const char *formula = "S, G M"; /* for "best match" and "default" (0xFFFFFFFD, 0xFFFFFFFE) */
    for (size_t i = 0; i < ARRAY_LEN(FORMULAS); i++) {
        if (FORMULAS[i].id == id) {
            formula = FORMULAS[i].text;
        }
    }
    CLEANUP(mem_free) char *text = file_under(w, formula);
    CLEANUP(mem_free)
    char *fallback = *text ? NULL : file_under(w, final_text(w, P_DISPLAY_NAME) ? "D" : "C");
    put_text(w, P_FILE_UNDER, fallback ? fallback : text);
}

/* The first character of a text, however many bytes it has. */
static void add_initial(struct buf *b, const char *text)
{
    if (str_empty(text)) {
        return;
    }
    size_t n = 1;
    while ((text[n] & 0xC0) == 0x80) {
        n++;
    }
    buf_add(b, text, n);
    buf_addc(b, '.');
}

static void put_initials(struct writer *w)
{
    struct buf b = BUF_INIT(64);
    add_initial(&b, final_text(w, P_GIVEN_NAME));
    add_initial(&b, final_text(w, P_MIDDLE_NAME));
    add_initial(&b, final_text(w, P_SURNAME));
    put_text(w, P_INITIALS, buf_str(&b));
    buf_fini(&b);
}

static void put_components(struct writer *w, const struct json *name)
{
    static const char *const GENERATION[] = {"generation", NULL}, *const CREDENTIAL[] = {
                                                                      "credential", NULL};
    static const char *const SURNAMES[] = {"surname", "surname2", NULL};
    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
        const char *const own[] = {PARTS[i].kind, NULL};
        CLEANUP(mem_free)
        char *text = components_text(name, PARTS[i].key == P_SURNAME ? SURNAMES : own);
        put_text(w, PARTS[i].key, text);
    }
    CLEANUP(mem_free) char *generation = components_text(name, GENERATION);
    CLEANUP(mem_free) char *credential = components_text(name, CREDENTIAL);
    CLEANUP(mem_free)
    char *suffix =
        join((const char *const[]){generation, credential}, (const char *const[]){"", ", "}, 2);
    put_text(w, P_GENERATION, suffix);
}

static char *full_of_parts(const struct writer *w)
{
    const char *const texts[] = {final_text(w, P_NAME_PREFIX), final_text(w, P_GIVEN_NAME),
        final_text(w, P_MIDDLE_NAME), final_text(w, P_SURNAME), final_text(w, P_GENERATION)};
    return join(texts, (const char *const[]){" ", " ", " ", " ", " "}, ARRAY_LEN(texts));
}

enum rc contact_name_write(struct writer *w, struct err *err)
{
    (void)err;
    const struct json *name = json_get(w->want, "name");
    put_components(w, name);
    CLEANUP(mem_free) char *made = full_of_parts(w);
    const char *full = json_get_str(name, "full");
    put_text(w, P_DISPLAY_NAME, full ? full : made);
    put_initials(w);
    if (w->is_new) {
        return RC_OK; /* subject and file-as follow once the company is known */
    }
    const char *shown = final_text(w, P_DISPLAY_NAME);
    put_subject(w, shown ? shown : final_text(w, P_COMPANY_NAME));
    contact_put_file_under(w);
    return RC_OK;
}
