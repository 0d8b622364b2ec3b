/* File-as and initials: texts that Outlook makes out of name and company. Such a text is not in the
 * document; what is there is what the user chose: another formula, or words of their own. So a
 * changed name never leaves an old text behind, on neither side. */
#include "mapi/map/contact.h"

#include <string.h>

/* PidLidFileUnderId's formulas (office-developer-client-docs, "PidLidFileUnderId Canonical
 * Property"): S surname, G given, M middle, X generation, C company, D display name; any other
 * character is text that separates what follows from what stands before. `word` is how documents
 * call it. */
static const struct formula {
    uint32_t id;
    const char *text, *word;
} FORMULAS[] = {
    {0x3001, "D", "full"},
    {0x3A06, "G", "given"},
    {0x3A11, "S", "surname"},
    {0x3A16, "C", "company"},
    {0x8017, "S, G M", "surname, given middle"},
    {0x8018, "C\r\nS, G M", "company; surname, given middle"},
    {0x8019, "S, G M\r\nC", "surname, given middle; company"},
    {0x8030, "SG M", "surnamegiven middle"},
    {0x8031, "S G M", "surname given middle"},
    {0x8032, "C\r\nSG M", "company; surnamegiven middle"},
    {0x8033, "C\r\nS G M", "company; surname given middle"},
    {0x8034, "SG M\r\nC", "surnamegiven middle; company"},
    {0x8035, "S G M\r\nC", "surname given middle; company"},
    {0x8036, "S G M X", "surname given middle suffix"},
    {0x8037, "G M S X", "given middle surname suffix"},
    {0x8038, "SG M X", "surnamegiven middle suffix"},
};
#define FILE_UNDER_SURNAME_FIRST 0x8017u
#define FILE_UNDER_DISPLAY_NAME  0x3001u
#define FILE_UNDER_COMPANY       0x3A16u
#define FILE_UNDER_USER          0xFFFFFFFFu
#define FILE_UNDER_BEST_MATCH    0xFFFFFFFDu

static const struct formula *formula_by_id(uint32_t id)
{
    for (size_t i = 0; i < ARRAY_LEN(FORMULAS); i++) {
        if (FORMULAS[i].id == id) {
            return &FORMULAS[i];
        }
    }
    return NULL;
}

/* What a new contact with these texts is filed under. */
static uint32_t usual_id(const char *surname, const char *given, const char *full)
{
    return surname || given ? FILE_UNDER_SURNAME_FIRST
           : full           ? FILE_UNDER_DISPLAY_NAME
                            : FILE_UNDER_COMPANY;
}

/* Outlook leaves the first formula on a contact that has nothing but a company. */
static bool is_usual(const struct props *item, uint32_t id)
{
    return id == FILE_UNDER_SURNAME_FIRST ||
           id == usual_id(get_text(item, P_SURNAME), get_text(item, P_GIVEN_NAME),
                     get_text(item, P_DISPLAY_NAME));
}

enum rc contact_file_as_read(struct reader *r, struct err *err)
{
    (void)err;
    uint32_t id = (uint32_t)get_int(r->item, P_FILE_UNDER_ID, FILE_UNDER_BEST_MATCH);
    const struct formula *formula = formula_by_id(id);
    if (id == FILE_UNDER_USER) {
        json_set_str(r->doc, CONTACT_FILE_AS, get_text(r->item, P_FILE_UNDER));
    } else if (formula && !is_usual(r->item, id)) {
        json_set_str(r->doc, CONTACT_FILE_AS_FORMULA, formula->word);
    }
    return RC_OK;
}

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

static uint32_t wanted_id(const struct writer *w)
{
    const char *word = json_get_str(w->want, CONTACT_FILE_AS_FORMULA);
    if (!str_empty(json_get_str(w->want, CONTACT_FILE_AS))) {
        return FILE_UNDER_USER;
    }
    for (size_t i = 0; word && i < ARRAY_LEN(FORMULAS); i++) {
        if (str_eq(FORMULAS[i].word, word)) {
            return FORMULAS[i].id;
        }
    }
    uint32_t now = (uint32_t)get_int(w->now, P_FILE_UNDER_ID, FILE_UNDER_BEST_MATCH);
    bool chosen = json_get(w->base, CONTACT_FILE_AS) || json_get(w->base, CONTACT_FILE_AS_FORMULA);
    return w->is_new || chosen ? usual_id(final_text(w, P_SURNAME), final_text(w, P_GIVEN_NAME),
                                     final_text(w, P_DISPLAY_NAME))
                               : now;
}

void contact_put_file_under(struct writer *w)
{
    static const int32_t CHOICES[] = {
        0x8017, 0x8037, 0x3A16, 0x8019, 0x8018}; /* as Outlook offers them */
    uint32_t id = wanted_id(w);
    if (w->is_new || id != (uint32_t)get_int(w->now, P_FILE_UNDER_ID, FILE_UNDER_BEST_MATCH)) {
        put_int(w, P_FILE_UNDER_ID, (int32_t)id);
    }
    if (w->is_new) {
        put_longs(w, P_FILE_UNDER_LIST, CHOICES, ARRAY_LEN(CHOICES));
    }
    if (id == FILE_UNDER_USER) {
        const char *own = json_get_str(w->want, CONTACT_FILE_AS);
        if (!str_empty(own)) { /* else an item filed under nothing, as it was */
            put_text(w, P_FILE_UNDER, own);
        }
        return;
    }
    const struct formula *formula = formula_by_id(id);
    if (!formula) { /* "best match" and "default" (0xFFFFFFFD, 0xFFFFFFFE) */
        formula = formula_by_id(FILE_UNDER_SURNAME_FIRST);
    }
    CLEANUP(mem_free) char *text = file_under(w, formula->text);
    CLEANUP(mem_free)
    char *fallback = *text ? NULL : file_under(w, final_text(w, P_DISPLAY_NAME) ? "D" : "C");
    put_text(w, P_FILE_UNDER, fallback ? fallback : text);
}

enum rc contact_file_as_write(struct writer *w, struct err *err)
{
    (void)err;
    if (!w->is_new) { /* of a new contact it follows once name and company are known */
        contact_put_file_under(w);
    }
    return RC_OK;
}

/* ---- initials ---- */
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

static char *initials_of(const char *given, const char *middle, const char *surname)
{
    struct buf b = BUF_INIT(64);
    add_initial(&b, given);
    add_initial(&b, middle);
    add_initial(&b, surname);
    return buf_take(&b);
}

enum rc contact_initials_read(struct reader *r, struct err *err)
{
    (void)err;
    CLEANUP(mem_free)
    char *made = initials_of(get_text(r->item, P_GIVEN_NAME), get_text(r->item, P_MIDDLE_NAME),
        get_text(r->item, P_SURNAME));
    const char *text = get_text(r->item, P_INITIALS);
    json_set_str(r->doc, CONTACT_INITIALS, str_eq(text, made) ? NULL : text);
    return RC_OK;
}

void contact_put_initials(struct writer *w)
{
    const char *own = json_get_str(w->want, CONTACT_INITIALS);
    CLEANUP(mem_free)
    char *made = initials_of(
        final_text(w, P_GIVEN_NAME), final_text(w, P_MIDDLE_NAME), final_text(w, P_SURNAME));
    put_text(w, P_INITIALS, str_empty(own) ? made : own);
}

enum rc contact_initials_write(struct writer *w, struct err *err)
{
    (void)err;
    contact_put_initials(w);
    return RC_OK;
}
