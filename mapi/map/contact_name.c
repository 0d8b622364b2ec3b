/* Names with their readings (yomi), and the subject. What else Outlook derives is in
 * contact_fileas.c. */
#include "mapi/map/contact.h"

#include <string.h>

struct name_part {
    enum prop_key key;
    const char *kind;
    enum prop_key phonetic;
};

/* In the order a vCard has them. The suffix is a kind of its own, see below. */
static const struct name_part PARTS[] = {{P_SURNAME, "surname", P_YOMI_LAST_NAME},
    {P_GIVEN_NAME, "given", P_YOMI_FIRST_NAME}, {P_MIDDLE_NAME, "given2", P_NONE},
    {P_NAME_PREFIX, "title", P_NONE}};

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

/* A reading needs a word that it is the reading of. */
static void add_component(
    struct json *list, const char *kind, const char *value, const char *phonetic)
{
    if (value) {
        struct json *component = json_object();
        json_set_str(component, "kind", kind);
        json_set_str(component, "value", value);
        json_set_str(component, "phonetic", phonetic);
        json_append(list, component);
    }
}

enum rc contact_name_read(struct reader *r, struct err *err)
{
    (void)err;
    CLEANUP(json_free) struct json *components = json_array(), *name = json_object();
    bool phonetic = false;
    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
        const char *value = get_text(r->item, PARTS[i].key);
        const char *reading = PARTS[i].phonetic ? get_text(r->item, PARTS[i].phonetic) : NULL;
        add_component(components, PARTS[i].kind, value, reading);
        phonetic = phonetic || (value && reading);
    }
    const char *suffix = get_text(r->item, P_GENERATION), *full = get_text(r->item, P_DISPLAY_NAME);
    add_component(components, suffix ? suffix_kind(suffix) : "", suffix, NULL);
    if (phonetic) { /* RFC 9553 section 2.2.1 wants to know which; Outlook does not say */
        json_set_str(name, "phoneticScript", DOC_UNKNOWN_SCRIPT);
    }
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

/* A reading that the item has without its word is not in the document and stays. */
static void put_phonetic(struct writer *w, const struct json *name, const struct name_part *part)
{
    const struct json *sides[] = {json_get(w->base, "name"), name};
    const char *found[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        for (const struct json *c = json_first(json_get(sides[i], "components")); c && !found[i];
             c = json_next(c)) {
            found[i] =
                str_eq(json_get_str(c, "kind"), part->kind) ? json_get_str(c, "phonetic") : NULL;
        }
    }
    if (found[0] || found[1]) {
        put_text(w, part->phonetic, found[1]);
    }
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
        if (PARTS[i].phonetic) {
            put_phonetic(w, name, &PARTS[i]);
        }
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
    contact_put_initials(w);
    if (w->is_new) {
        return RC_OK; /* subject and file-as follow once the company is known */
    }
    const char *shown = final_text(w, P_DISPLAY_NAME);
    put_subject(w, shown ? shown : final_text(w, P_COMPANY_NAME));
    contact_put_file_under(w);
    return RC_OK;
}
