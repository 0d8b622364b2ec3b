/* Members that are one text each, most of them ours: fields of Outlook that JSContact has no word
 * for. To support another one, add a row (and one in mapi/map/contact_texts.c). */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/item/doc.h"

/* Words of a document and of the format. */
struct word {
    const char *ours, *theirs;
};

static const struct text_row {
    const char *member;
    const char *properties[3]; /* all are read; a new line gets the first */
    const struct word *words;  /* NULL: any text */
    unsigned flags;            /* versions that this row is for */
} rows[] = {
#define GENDER_WORDS                                                                               \
    (const struct word[])                                                                          \
    {                                                                                              \
        {"male", "Male"}, {"female", "Female"}, {"male", "M"}, {"female", "F"},                    \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }
    /* Before vCard 4: KAddressBook's and Funambol's property. */
    {DOC_EXT "gender", {"X-GENDER"}, GENDER_WORDS, ROW_NEW_2_1 | ROW_NEW_3_0},
    /* RFC 6350 section 6.2.7; RFC 9555 has no member for it. */
    {DOC_EXT "gender", {"GENDER"}, GENDER_WORDS + 2, ROW_NEW_4_0},
#define CLASS_WORDS                                                                                \
    (const struct word[])                                                                          \
    {                                                                                              \
        {"private", "PRIVATE"}, {"secret", "CONFIDENTIAL"},                                        \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }
    {DOC_EXT "privacy", {"CLASS"}, CLASS_WORDS, ROW_NEW_2_1 | ROW_NEW_3_0}, /* RFC 2426 3.7.1 */
    {DOC_EXT "privacy", {"X-CLASS", "CLASS"}, CLASS_WORDS, ROW_NEW_4_0},    /* 4.0 dropped CLASS */
    {DOC_EXT "companyPhonetic", {"X-PHONETIC-ORG"}, NULL, ROW_NEW},         /* Apple's */
    /* Nobody has a property for these. */
    {DOC_EXT "initials", {"X-LOCKSTEP-INITIALS"}, NULL, ROW_NEW},
    {DOC_EXT "fileAsFormula", {"X-LOCKSTEP-FILE-AS-FORMULA"}, NULL, ROW_NEW},
    {DOC_EXT "referredBy", {"X-LOCKSTEP-REFERRED-BY"}, NULL, ROW_NEW},
    {DOC_EXT "location", {"X-LOCKSTEP-LOCATION"}, NULL, ROW_NEW},
    {DOC_EXT "account", {"X-LOCKSTEP-ACCOUNT"}, NULL, ROW_NEW},
    {DOC_EXT "customerId", {"X-LOCKSTEP-CUSTOMER-ID"}, NULL, ROW_NEW},
    {DOC_EXT "governmentId", {"X-LOCKSTEP-GOVERNMENT-ID"}, NULL, ROW_NEW},
    {DOC_EXT "organizationalId", {"X-LOCKSTEP-ORGANIZATIONAL-ID"}, NULL, ROW_NEW},
    {DOC_EXT "computerNetworkName", {"X-LOCKSTEP-COMPUTER-NETWORK-NAME"}, NULL, ROW_NEW},
    {DOC_EXT "keyword", {"X-LOCKSTEP-KEYWORD"}, NULL, ROW_NEW},
    {DOC_EXT "billing", {"X-LOCKSTEP-BILLING"}, NULL, ROW_NEW},
    {DOC_EXT "mileage", {"X-LOCKSTEP-MILEAGE"}, NULL, ROW_NEW},
    {DOC_EXT "followUp", {"X-LOCKSTEP-FOLLOW-UP"}, NULL, ROW_NEW},
    {DOC_EXT "followUpStatus", {"X-LOCKSTEP-FOLLOW-UP-STATUS"}, NULL, ROW_NEW},
    {DOC_EXT "followUpStart", {"X-LOCKSTEP-FOLLOW-UP-START"}, NULL, ROW_NEW},
    {DOC_EXT "followUpDue", {"X-LOCKSTEP-FOLLOW-UP-DUE"}, NULL, ROW_NEW},
    {DOC_EXT "reminder", {"X-LOCKSTEP-REMINDER"}, NULL, ROW_NEW},
};

static bool is_for(const struct vcard *v, const struct text_row *row)
{
    return (row->flags & (1u << v->version)) != 0;
}

static struct line *row_line(const struct vcard *v, const struct text_row *row)
{
    struct line *line = NULL;
    for (size_t k = 0; k < ARRAY_LEN(row->properties) && row->properties[k] && !line; k++) {
        line = lines_find(v->comp, row->properties[k]);
    }
    return line;
}

/* A word that we do not know says nothing to us. GENDER may have a text behind ';'. */
static const char *our_word(const struct text_row *row, const char *text)
{
    size_t n = strcspn(text, ";");
    CLEANUP(mem_free) char *first = mem_strndup(text, n);
    for (const struct word *w = row->words; w->ours; w++) {
        if (str_ieq(w->theirs, first)) {
            return w->ours;
        }
    }
    return NULL;
}

static const char *their_word(const struct text_row *row, const char *text)
{
    for (const struct word *w = row->words; w->ours; w++) {
        if (str_eq(w->ours, text)) {
            return w->theirs;
        }
    }
    return NULL;
}

static void row_read(const struct vcard *v, const struct text_row *row, struct json *card)
{
    struct line *line = row_line(v, row);
    CLEANUP(mem_free) char *text = line ? vcard_text(v, line) : NULL;
    if (!str_empty(text)) {
        json_set_str(card, row->member, row->words ? our_word(row, text) : text);
    }
}

static void row_remove(const struct vcard *v, const struct text_row *row)
{
    for (size_t k = 0; k < ARRAY_LEN(row->properties) && row->properties[k]; k++) {
        for (struct line *line; (line = lines_find(v->comp, row->properties[k]));) {
            vcard_remove(v, line);
        }
    }
}

static void row_write(const struct vcard *v, const struct text_row *row, const struct json *before,
    const struct json *card)
{
    const char *old = json_get_str(before, row->member), *now = json_get_str(card, row->member);
    if (str_eq(str_empty(old) ? NULL : old, str_empty(now) ? NULL : now)) {
        return;
    }
    const char *text = str_empty(now) || !row->words ? now : their_word(row, now);
    if (str_empty(text)) {
        row_remove(v, row);
        return;
    }
    struct line *line = row_line(v, row);
    const char *rest = line && row->words ? strchr(line->value, ';') : NULL;
    if (rest) {
        CLEANUP(mem_free) char *whole = str_printf("%s%s", text, rest);
        vcard_set_raw(v, line, whole);
    } else {
        vcard_set_text(v, line ? line : vcard_add(v, row->properties[0]), text);
    }
}

/* ---- file-as: Evolution's property. It always writes one; what can be made out of name and company
 * is no choice of the user's and not in the document, but it follows the name ---- */
#define FILE_AS_PROPERTY "X-EVOLUTION-FILE-AS"
#define FILE_AS_MEMBER   DOC_EXT "fileAs"

static const char *part_of_name(const struct json *card, const char *kind)
{
    for (const struct json *c = json_first(json_get(json_get(card, "name"), "components")); c;
         c = json_next(c)) {
        if (str_eq(json_get_str(c, "kind"), kind) && !str_empty(json_get_str(c, "value"))) {
            return json_get_str(c, "value");
        }
    }
    return NULL;
}

enum { FORM_COUNT = 6 };

/* The n-th way to file a card; NULL if a part is missing. Caller frees. */
static char *file_as_form(const struct json *card, int n)
{
    const char *s = part_of_name(card, "surname"), *g = part_of_name(card, "given"),
               *m = part_of_name(card, "given2"),
               *full = json_get_str(json_get(card, "name"), "full"),
               *company = json_get_str(json_first(json_get(card, "organizations")), "name");
    switch (n) {
    case 0:
        return s && g ? str_printf("%s, %s", s, g) : NULL;
    case 1:
        return s && g && m ? str_printf("%s, %s %s", s, g, m) : NULL;
    case 2:
        return s && g ? str_printf("%s %s", g, s) : NULL;
    case 3:
        return s && g ? str_printf("%s %s", s, g) : NULL;
    case 4:
        return full ? mem_strdup(full) : NULL;
    default:
        return company ? mem_strdup(company) : NULL;
    }
}

/* Which form a text is, -1 if none. */
static int file_as_find(const struct json *card, const char *text)
{
    for (int n = 0; n < FORM_COUNT; n++) {
        CLEANUP(mem_free) char *form = file_as_form(card, n);
        if (form && str_eq(form, text)) {
            return n;
        }
    }
    return -1;
}

/* Organizations are rows of their own and read later: the line is looked at for itself. */
static void add_company(const struct vcard *v, struct json *card)
{
    struct line *line = lines_find(v->comp, "ORG");
    CLEANUP_FINI(vcard_parts_fini) struct vcard_parts parts = {0};
    if (line) {
        vcard_parts_read(v, line, &parts);
    }
    if (parts.raw.count && *parts.raw.items[0]) {
        CLEANUP(mem_free) char *name = vcard_unescape(v, parts.raw.items[0]);
        json_set_str(json_need_object(json_need_object(card, "organizations"), "1"), "name", name);
    }
}

static void file_as_read(const struct vcard *v, struct json *card)
{
    struct line *line = lines_find(v->comp, FILE_AS_PROPERTY);
    CLEANUP(mem_free) char *text = line ? vcard_text(v, line) : NULL;
    CLEANUP(json_free) struct json *known = json_object();
    if (str_empty(text)) {
        return;
    }
    json_set(known, "name", json_dup(json_get(card, "name")));
    add_company(v, known);
    if (file_as_find(known, text) < 0) {
        json_set_str(card, FILE_AS_MEMBER, text);
    }
}

static void file_as_write(const struct vcard *v, const struct json *before, const struct json *card)
{
    const char *old = json_get_str(before, FILE_AS_MEMBER),
               *now = json_get_str(card, FILE_AS_MEMBER);
    struct line *line = lines_find(v->comp, FILE_AS_PROPERTY);
    if (!str_empty(now)) {
        if (!str_eq(old, now)) {
            vcard_set_text(v, line ? line : vcard_add(v, FILE_AS_PROPERTY), now);
        }
    } else if (line && old) {
        vcard_remove(v, line);
    } else if (line) {
        CLEANUP(mem_free) char *text = vcard_text(v, line);
        int form = file_as_find(before, text);
        CLEANUP(mem_free) char *made = form < 0 ? NULL : file_as_form(card, form);
        if (made) {
            vcard_set_text(v, line, made);
        }
    }
}

/* ---- Outlook's four user fields: X-MS-TEXT ([MS-OXVCARD] section 2.1.3.7.11), the first line the
 * first field; INDEX (RFC 6715 section 3.1) says which where one before it is empty ---- */
#define USER_PROPERTY "X-MS-TEXT"
enum { USER_FIELDS = 4 };
static const char *const user_members[USER_FIELDS] = {
    DOC_EXT "userField1", DOC_EXT "userField2", DOC_EXT "userField3", DOC_EXT "userField4"};

static size_t first_free(struct line *const lines[USER_FIELDS])
{
    size_t i = 0;
    while (i < USER_FIELDS && lines[i]) {
        i++;
    }
    return i;
}

/* Which line is which field. */
static void user_lines(const struct vcard *v, struct line *ret_lines[USER_FIELDS])
{
    memset(ret_lines, 0, USER_FIELDS * sizeof *ret_lines);
    for (struct line *l = lines_find(v->comp, USER_PROPERTY); l;
         l = lines_find_next(v->comp, USER_PROPERTY, l)) {
        const char *index = line_param(l, "INDEX");
        size_t at = index ? (size_t)atoi(index) - 1 : first_free(ret_lines);
        if (at < USER_FIELDS && !ret_lines[at]) {
            ret_lines[at] = l;
        }
    }
}

static void user_read(const struct vcard *v, struct json *card)
{
    struct line *lines[USER_FIELDS];
    user_lines(v, lines);
    for (size_t i = 0; i < USER_FIELDS; i++) {
        CLEANUP(mem_free) char *text = lines[i] ? vcard_text(v, lines[i]) : NULL;
        if (!str_empty(text)) {
            json_set_str(card, user_members[i], text);
        }
    }
}

static void set_index(struct line *line, size_t field)
{
    CLEANUP(mem_free) char *number = str_printf("%zu", field + 1);
    line_param_set(line, "INDEX", number);
}

static void user_set(const struct vcard *v, size_t field, const char *text)
{
    struct line *lines[USER_FIELDS];
    user_lines(v, lines);
    if (str_empty(text)) {
        for (size_t i = field + 1; i < USER_FIELDS; i++) { /* these would move up */
            if (lines[i]) {
                set_index(lines[i], i);
            }
        }
        if (lines[field]) {
            vcard_remove(v, lines[field]);
        }
        return;
    }
    struct line *line = lines[field] ? lines[field] : vcard_add(v, USER_PROPERTY);
    if (!lines[field] && first_free(lines) != field) {
        set_index(line, field);
    }
    vcard_set_text(v, line, text);
}

/* ---- all of them ---- */
void vcard_texts_read(const struct vcard *v, struct json *card)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (is_for(v, &rows[i])) {
            row_read(v, &rows[i], card);
        }
    }
    file_as_read(v, card);
    user_read(v, card);
}

void vcard_texts_write(const struct vcard *v, const struct json *before, const struct json *card)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (is_for(v, &rows[i])) {
            row_write(v, &rows[i], before, card);
        }
    }
    file_as_write(v, before, card);
    for (size_t i = 0; i < USER_FIELDS; i++) {
        const char *old = json_get_str(before, user_members[i]),
                   *now = json_get_str(card, user_members[i]);
        if (!str_eq(str_empty(old) ? NULL : old, str_empty(now) ? NULL : now)) {
            user_set(v, i, now);
        }
    }
}
