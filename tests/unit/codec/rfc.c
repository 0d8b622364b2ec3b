/* The examples of RFC 9553, 9554 and 9555, real cards, and cards of our own after those RFCs:
 *
 *   - what RFC 9555 makes of a vCard is what the codec reads, member by member, but for `deviations`
 *   - unchanged, a card is written back byte for byte
 *   - a document in a new vCard reads the same again, but for `losses` */
#include "client/codec/vcard.h"
#include "tests/unit/codec/codec_test.h"

#include <fnmatch.h>

#include "tests/unit/codec/rfc_tables.inc"

/* ---- the text of an example ---- */
static void replace_all(char **text, const char *from, const char *to)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    const char *rest = *text;
    for (const char *hit; (hit = strstr(rest, from)); rest = hit + strlen(from)) {
        buf_add(&b, rest, (size_t)(hit - rest));
        buf_adds(&b, to);
    }
    buf_adds(&b, rest);
    free(*text);
    *text = buf_take(&b);
}

/* Caller frees. */
static char *mended(const char *text)
{
    char *copy = mem_strdup(text);
    for (size_t i = 0; i < ARRAY_LEN(errata); i++) {
        replace_all(&copy, errata[i].text, errata[i].instead);
    }
    return copy;
}

/* The lines of an example as a card; they are folded with one or two spaces. Caller frees. */
static char *card_text(const char *lines)
{
    CLEANUP(mem_free) char *text = mended(lines);
    replace_all(&text, "\n  ", "");
    replace_all(&text, "\n ", "");
    replace_all(&text, "\n\n", "\n");
    replace_all(&text, "\n", "\r\n");
    return str_printf("BEGIN:VCARD\r\nVERSION:4.0\r\n%s\r\nEND:VCARD\r\n", text);
}

/* The members of an example as a Card; NULL if it is none. Caller frees. */
static struct json *card_document(const char *members)
{
    CLEANUP(mem_free) char *text = mended(members);
    CLEANUP(mem_free)
    char *whole = *text == '{' ? mem_strdup(text) : str_printf("{%s}", text);
    struct json *card = NULL;
    if (json_parse(whole, strlen(whole), &card, NULL) == RC_OK) {
        return card;
    }
    CLEANUP(mem_free) char *closed = str_printf("%s}", whole); /* RFC 9553, "directories" */
    return json_parse(closed, strlen(closed), &card, NULL) == RC_OK ? card : NULL;
}

static const char *code_of(const struct json *example, const char *type)
{
    for (const struct json *e = json_first(json_get(example, "code")); e; e = json_next(e)) {
        if (str_eq(json_get_str(e, "type"), type)) {
            return json_get_str(e, "text");
        }
    }
    return NULL;
}

/* ---- comparing ---- */
static void set_default(struct json *map, const char *inner, const char *member, const char *value)
{
    for (struct json *e = json_first(map); e; e = json_next(e)) {
        struct json *object = inner ? json_get(e, inner) : e;
        if (object && !json_get(object, member)) {
            json_set_str(object, member, value);
        }
    }
}

/* Components are in the order of their slots: JSCOMPS, which could say another one, is kept in the
 * line. */
static void drop_order(struct json *owner)
{
    const struct json *components = json_get(owner, "components");
    struct json *list = json_array();
    if (!json_count(components)) {
        json_free(list);
        return;
    }
    for (size_t i = 0; i < json_count(components); i++) {
        if (!str_eq(json_get_str(json_at(components, i), "kind"), "separator")) {
            json_append(list, json_dup(json_at(components, i)));
        }
    }
    json_set(owner, "components", list);
    json_remove(owner, "isOrdered");
    json_remove(owner, "defaultSeparator");
}

/* A bare uid is the member behind "urn:uuid:" (client/sync, "Members of groups"). */
static void prefix_members(struct json *doc)
{
    struct json *members = json_detach(doc, "members");
    for (const struct json *m = json_first(members); m; m = json_next(m)) {
        CLEANUP(mem_free)
        char *uri = str_printf("%s%s", strchr(json_key(m), ':') ? "" : "urn:uuid:", json_key(m));
        json_set(json_need_object(doc, "members"), uri, json_dup(m));
    }
    json_free(members);
}

/* A copy with the defaults said that our documents say (RFC 9553 sections 1.3.4, 2.2.5). Caller
 * frees. */
static struct json *normal(const struct json *doc)
{
    struct json *copy = json_dup(doc);
    json_set_str(copy, "@type", "Card");
    json_set_str(copy, "version", "1.0");
    set_default(json_get(copy, "titles"), NULL, "kind", "title");
    set_default(json_get(copy, "anniversaries"), "date", "@type", "PartialDate");
    drop_order(json_get(copy, "name"));
    prefix_members(copy);
    for (struct json *a = json_first(json_get(copy, "addresses")); a; a = json_next(a)) {
        drop_order(a);
    }
    return copy;
}

/* doc_diff, and what that leaves out as bookkeeping where `want` has it. Caller frees. */
static struct json *difference(const struct json *got, const struct json *want)
{
    CLEANUP(json_free) struct json *have = normal(got), *wanted = normal(want);
    doc_rekey(have, wanted);
    struct json *patch = doc_diff(have, wanted);
    static const char *const bookkeeping[] = {"uid", "created", "updated", "prodId"};
    for (size_t i = 0; i < ARRAY_LEN(bookkeeping); i++) {
        const struct json *value = json_get(want, bookkeeping[i]);
        if (value && !json_equal(value, json_get(got, bookkeeping[i]))) {
            json_set(patch, bookkeeping[i], json_dup(value));
        }
    }
    return patch;
}

static bool is_deviation(const char *figure, const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(deviations); i++) {
        struct deviation *d = &deviations[i];
        if ((!d->figure || strstr(figure, d->figure)) && fnmatch(d->path, path, 0) == 0) {
            d->used = true;
            return true;
        }
    }
    return false;
}

static void check_difference(struct check *c, const struct json *got, const struct json *want,
    const char *figure, const char *what)
{
    CLEANUP(json_free) struct json *patch = difference(got, want);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        if (!is_deviation(figure, json_key(p))) {
            CLEANUP(mem_free) char *value = json_print(p);
            check_fail(c, "%s, \"%s\": %s should be %s", what, figure, json_key(p), value);
        }
    }
}

/* ---- there and back ---- */
/* Unchanged it is the same text. Caller frees *ret_card, NULL on failure. */
static void check_identity(struct check *c, const char *text, struct json **ret_card)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *out = NULL;
    *ret_card = NULL;
    check_ok(c, vcard_read(text, strlen(text), ret_card, &err), &err);
    if (*ret_card) {
        check_ok(c, vcard_write(text, *ret_card, VCARD_3_0, &out, &err), &err);
        check_str(c, out, text);
    }
    err_fini(&err);
}

/* The document as a new card reads; NULL on failure. FN, which a card must have, is not in it where
 * it was made up. Caller frees. */
static struct json *new_card(struct check *c, const struct json *doc, enum vcard_version version)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = NULL;
    struct json *again = NULL, *name;
    check_ok(c, vcard_write(NULL, doc, version, &text, &err), &err);
    if (text) {
        check_ok(c, vcard_read(text, strlen(text), &again, &err), &err);
    }
    if (again && (name = json_get(again, "name")) && !json_get(json_get(doc, "name"), "full")) {
        json_remove(name, "full");
        if (!json_count(name)) {
            json_remove(again, "name");
        }
    }
    err_fini(&err);
    return again;
}

/* What an older version cannot say (client/codec/README.md, "What a version cannot say"). */
#define BEFORE_4 (1u << VCARD_2_1 | 1u << VCARD_3_0)
static const struct {
    unsigned versions; /* bits of enum vcard_version */
    const char *path;
} losses[] = {
    {BEFORE_4, "kind"}, /* individual, the default */
    {BEFORE_4, "name/phoneticSystem"},
    {BEFORE_4, "name/phoneticScript"},
    {BEFORE_4, "relatedTo/*:*"}, /* friends and contacts of these cards are URIs */
    {BEFORE_4, "relatedTo/*porter*"},
    {BEFORE_4, "relatedTo/*deputy*"},
    {1u << VCARD_2_1, "name/components"},
    {1u << VCARD_2_1, "keywords/*,*"},
    {1u << VCARD_2_1, "cryptoKeys/*"},
    /* Control characters, as one real file has them in its FBURL. */
    {BEFORE_4 | 1u << VCARD_4_0, "calendars/1/uri"},
};

static bool is_loss(enum vcard_version version, const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
        if ((losses[i].versions & (1u << version)) && fnmatch(losses[i].path, path, 0) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_new_part(const struct json *address)
{
    static const char kinds[] =
        " room floor number building block subdistrict district landmark direction ";
    const struct json *list = json_get(address, "components");
    for (size_t i = 0; i < json_count(list); i++) {
        CLEANUP(mem_free)
        char *kind = str_printf(" %s ", json_get_str(json_at(list, i), "kind"));
        if (strstr(kinds, kind)) {
            return true;
        }
    }
    return false;
}

static void remove_kind(struct json *map, const char *kind)
{
    struct json *next;
    for (struct json *e = json_first(map); e; e = next) {
        next = json_next(e);
        if (str_eq(json_get_str(e, "kind"), kind)) {
            CLEANUP(mem_free) char *id = mem_strdup(json_key(e));
            json_remove(map, id);
        }
    }
}

/* Before RFC 9554 a second surname is one more surname. */
static void merge_surnames(struct json *name)
{
    const struct json *list = json_get(name, "components");
    for (size_t i = 0; i < json_count(list); i++) {
        struct json *component = json_at(list, i);
        if (str_eq(json_get_str(component, "kind"), "surname2")) {
            json_set_str(component, "kind", "surname");
        }
    }
}

/* Takes out of both what the version cannot say and what would hide the rest of its entry. */
static void drop_unsaid(enum vcard_version version, struct json *had, struct json *again)
{
    json_remove(had, "created"); /* bookkeeping of who made the card */
    json_remove(had, "prodId");
    if (version == VCARD_4_0) {
        return;
    }
    for (struct json *a = json_first(json_get(had, "addresses")); a; a = json_next(a)) {
        json_remove(a, "countryCode");
        if (has_new_part(a)) {
            json_remove(had, "addresses");
            json_remove(again, "addresses");
            break;
        }
    }
    merge_surnames(json_get(had, "name"));
    remove_kind(json_get(had, "anniversaries"), "death");
    remove_kind(json_get(had, "personalInfo"), "interest");
    static const char *const maps[] = {"emails", "phones", "addresses", "links", "onlineServices"};
    for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
        for (struct json *e = json_first(json_get(had, maps[i])); e; e = json_next(e)) {
            if (json_get_int(e, "pref", 0) > 1) {
                json_remove(e, "pref");
            }
        }
    }
}

static void check_version(
    struct check *c, const struct json *doc, enum vcard_version version, const char *what)
{
    static const char *const names[] = {"2.1", "3.0", "4.0"};
    CLEANUP(json_free) struct json *again = new_card(c, doc, version), *had = json_dup(doc);
    if (!again) {
        return; /* said already */
    }
    drop_unsaid(version, had, again);
    CLEANUP(json_free) struct json *patch = difference(again, had);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        if (!is_loss(version, json_key(p))) {
            CLEANUP(mem_free) char *value = json_print(p);
            check_fail(c, "%s in a new vCard %s: %s should be %s", what, names[version],
                json_key(p), value);
        }
    }
}

static void check_versions(struct check *c, const struct json *doc, const char *what)
{
    for (int v = VCARD_2_1; doc && v <= VCARD_4_0; v++) {
        check_version(c, doc, (enum vcard_version)v, what);
    }
}

/* ---- the RFCs ---- */
static struct json *examples(struct check *c, const char *rfc)
{
    CLEANUP(mem_free) char *name = str_printf("jscontact/rfc%s-examples.json", rfc);
    size_t len = 0;
    CLEANUP(mem_free) char *text = real_data() ? file_read(real_data(), name, &len) : NULL;
    struct json *all = NULL;
    if (!text) {
        check_skip(c, "no real data (LOCKSTEP_OUTLOOK_DATA)");
    } else {
        struct err err = ERR_INIT;
        check_ok(c, json_parse(text, len, &all, &err), &err);
        check_true(c, json_count(all) > 0);
        err_fini(&err);
    }
    return all;
}

static const char *figure_of(const struct json *example)
{
    const char *figure = json_get_str(example, "figure");
    return figure ? figure : json_get_str(example, "section");
}

/* A block that the RFC gives no type is the other one of the two. */
static const char *vcard_of(const struct json *example)
{
    const char *typed = code_of(example, "vcard");
    return typed ? typed : code_of(example, "json") ? code_of(example, NULL) : NULL;
}

static const char *json_of(const struct json *example)
{
    const char *typed = code_of(example, "json");
    return typed ? typed : code_of(example, "vcard") ? code_of(example, NULL) : NULL;
}

/* Pairs: reading gives the RFC's document, writing that anew reads the same again. */
static int check_pairs(struct check *c, const struct json *all)
{
    int count = 0;
    for (const struct json *e = json_first(all); e; e = json_next(e)) {
        const char *lines = vcard_of(e), *members = json_of(e), *figure = figure_of(e);
        if (!lines || !members) {
            continue;
        }
        CLEANUP(mem_free) char *text = card_text(lines);
        CLEANUP(json_free) struct json *want = card_document(members), *card = NULL;
        check_identity(c, text, &card);
        check_true(c, want && card);
        if (want && card) {
            CLEANUP(json_free) struct json *again = new_card(c, want, VCARD_4_0);
            if (strstr(figure, "Group Example")) {
                json_remove(want, "uid"); /* the vCard there has none */
            }
            check_difference(c, card, want, figure, "read");
            check_difference(c, again, want, figure, "in a new card");
            check_versions(c, card, figure);
            count++;
        }
    }
    return count;
}

/* Documents alone (RFC 9553): written anew they read the same again. */
static int check_documents(struct check *c, const struct json *all)
{
    int count = 0;
    for (const struct json *e = json_first(all); e; e = json_next(e)) {
        CLEANUP(json_free)
        struct json *want = code_of(e, "json") ? card_document(code_of(e, "json")) : NULL;
        if (want) {
            CLEANUP(json_free) struct json *again = new_card(c, want, VCARD_4_0);
            check_difference(c, again, want, figure_of(e), "in a new card");
            count++;
        }
    }
    return count;
}

/* Lines alone (RFC 9554; "SCRIPT=Latn" is a parameter, no line). */
static int check_lines(struct check *c, const struct json *all)
{
    int count = 0;
    for (const struct json *e = json_first(all); e; e = json_next(e)) {
        const char *lines = code_of(e, NULL);
        if (lines && strchr(lines, ':')) {
            CLEANUP(mem_free) char *text = card_text(lines);
            CLEANUP(json_free) struct json *card = NULL;
            check_identity(c, text, &card);
            check_versions(c, card, figure_of(e));
            count++;
        }
    }
    return count;
}

/* Each row of the table is there for an example. */
static void check_used(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(deviations); i++) {
        if (!deviations[i].used) {
            check_fail(c, "no example deviates at %s any more", deviations[i].path);
        }
    }
}

static void test_rfcs(struct check *c)
{
    static const struct {
        const char *name, *rfc;
        int (*check)(struct check *c, const struct json *all);
        int least;
    } rows[] = {
        {"rfc/9553", "9553", check_documents, 36},
        {"rfc/9554", "9554", check_lines, 17},
        {"rfc/9555", "9555", check_pairs, 53},
    };
    bool all_ran = true;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool open = check_case(c, rows[i].name);
        CLEANUP(json_free) struct json *all = open ? examples(c, rows[i].rfc) : NULL;
        int count = all ? rows[i].check(c, all) : 0;
        all_ran = all_ran && all;
        check_true(c, !all || count >= rows[i].least);
        if (all) {
            printf("%s: %d examples\n", rows[i].name, count);
        }
    }
    if (all_ran && check_case(c, "rfc/deviations")) {
        check_used(c);
    }
}

/* ---- real cards ---- */
/* Each BEGIN:VCARD ... END:VCARD of a file on its own. */
static void check_file(struct check *c, char *text, const char *name)
{
    for (char *p = text; *p;) {
        char *end = strstr(p, "END:VCARD");
        end = end ? end : strstr(p, "END:vCard");
        size_t n = end ? (size_t)(end - p) + 9 : strlen(p);
        n += strspn(p + n, "\r\n");
        char saved = p[n];
        p[n] = 0;
        CLEANUP(json_free) struct json *card = NULL;
        check_identity(c, p, &card);
        check_versions(c, card, name);
        p += n;
        *p = saved;
    }
}

static int check_folder(struct check *c, const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        CLEANUP(mem_free)
        char *text = str_ends(e->d_name, ".vcf") ? file_read(folder, e->d_name, NULL) : NULL;
        if (text) {
            check_file(c, text, e->d_name);
            count++;
        }
    }
    if (dir) {
        closedir(dir);
    }
    return count;
}

/* ---- our own cards after the RFCs ---- */
/* The document beside it, NAME.json, is what the card reads as. */
static void check_document(
    struct check *c, const char *folder, const char *vcf, const struct json *card)
{
    CLEANUP(mem_free) char *stem = mem_strndup(vcf, strlen(vcf) - strlen(".vcf"));
    CLEANUP(mem_free) char *name = str_printf("%s.json", stem);
    CLEANUP(mem_free) char *text = file_read(folder, name, NULL);
    CLEANUP(json_free) struct json *want = NULL;
    struct err err = ERR_INIT;
    check_true(c, text != NULL);
    check_ok(c, json_parse(text ? text : "", text ? strlen(text) : 0, &want, &err), &err);
    CLEANUP(mem_free) char *is = json_print_canonical(card);
    CLEANUP(mem_free) char *should = want ? json_print_canonical(want) : NULL;
    check_str(c, is, should);
    err_fini(&err);
}

/* Another note is one more line, and whatever else the card holds stays. */
static void check_edit(struct check *c, const char *text, const struct json *card)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *changed = json_dup(card);
    CLEANUP(mem_free) char *out = NULL;
    struct json *note = json_need_object(json_need_object(changed, "notes"), "new");
    json_set_str(note, "note", "Seen in May.");
    check_ok(c, vcard_write(text, changed, VCARD_3_0, &out, &err), &err);
    CLEANUP(mem_free) char *difference = line_difference(text, out ? out : "");
    check_str(c, difference, "+NOTE:Seen in May.\n");
    err_fini(&err);
}

static void test_corpus(struct check *c)
{
    static const char folder[] = CODEC_DATA "/rfc";
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        CLEANUP(mem_free)
        char *text = str_ends(e->d_name, ".vcf") ? file_read(folder, e->d_name, NULL) : NULL;
        CLEANUP(json_free) struct json *card = NULL;
        if (text) {
            check_identity(c, text, &card);
            check_document(c, folder, e->d_name, card);
            check_edit(c, text, card);
            check_versions(c, card, e->d_name);
            count++;
        }
    }
    if (dir) {
        closedir(dir);
    }
    check_true(c, count >= 11);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_rfcs(&c);
    if (check_case(&c, "rfc/real")) {
        CLEANUP(mem_free) char *folder = real_data() ? str_printf("%s/vcard", real_data()) : NULL;
        if (folder) {
            check_true(&c, check_folder(&c, folder) > 0);
        } else {
            check_skip(&c, "no real data (LOCKSTEP_OUTLOOK_DATA)");
        }
    }
    if (check_case(&c, "rfc/corpus")) {
        test_corpus(&c);
    }
    if (check_case(&c, "rfc/fixtures")) {
        check_true(&c, check_folder(&c, CODEC_DATA) > 0);
    }
    return check_end(&c);
}
