/* Every field of a contact, one edit at a time, over both spokes: tests/fields/contact.json has a row
 * for each (tests/fields/README.md), and tests/wine/fields.sh runs the same rows against real
 * servers. Here an edit in Outlook must change the lines of the row and no others, an edit of those
 * lines must change the properties of the row and no others, and both must be the same edit of the
 * document. And no field of the tables may be without a row. */
#include "client/base/buf.h"
#include "client/codec/vcard.h"
#include "client/item/doc.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdlib.h>

#define NOW 1700000000

static const struct map_env ENV = {"Etc/UTC", NOW, NULL};

/* What all rows start from: the same contact as a card, as an item, and as each side's document. */
struct base {
    char *card, *card4; /* owned, as all here */
    struct props item;
    struct json *outlook, *server; /* in one id space */
};

static char *fixture(const char *name, size_t *ret_len)
{
    const char *root = getenv("LOCKSTEP_SOURCE_ROOT");
    CLEANUP(mem_free) char *path = str_printf("%s/tests/fields/%s", root ? root : ".", name);
    return dump_file(path, ret_len);
}

static struct json *read_card(struct check *c, const char *text)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    check_ok(c, vcard_read(text, strlen(text), &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static struct json *read_item(struct check *c, const struct props *item)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    check_ok(c, map_read(ITEM_CONTACT, item, &ENV, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static void base_fini(struct base *b)
{
    free(b->card);
    free(b->card4);
    props_fini(&b->item);
    json_free(b->outlook);
    json_free(b->server);
}

static void base_make(struct check *c, struct base *ret)
{
    size_t len;
    struct props none = {0};
    struct map_change change = {0};
    struct err err = ERR_INIT;
    ret->card = fixture("base.vcf", &len);
    ret->server = read_card(c, ret->card);
    check_ok(c, vcard_write(NULL, ret->server, VCARD_4_0, &ret->card4, &err), &err);
    check_ok(c, map_write(ITEM_CONTACT, &none, ret->server, &ENV, &change, &err), &err);
    dump_apply(&ret->item, &change);
    map_change_fini(&change);
    ret->outlook = read_item(c, &ret->item);
    doc_rekey(ret->server, ret->outlook);
    err_fini(&err);
}

/* ---- lines ---- */
static bool is_stamp(const char *line)
{
    return str_starts(line, "REV:") || str_starts(line, "PRODID:");
}

static bool has_line(const char *text, const char *line)
{
    size_t n = strlen(line);
    for (const char *p = text; (p = strstr(p, line)); p++) {
        if ((p == text || p[-1] == '\n') && (p[n] == '\r' || p[n] == '\n' || !p[n])) {
            return true;
        }
    }
    return false;
}

/* Unfolded, and without CR. */
static char *unfolded(const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *text; text++) {
        const char *next = text[0] == '\r' ? text + 1 : text;
        if (*next == '\n' && next[1] == ' ') {
            text = next + 1;
        } else if (*text != '\r') {
            buf_addc(&b, *text);
        }
    }
    return buf_take(&b);
}

static void add_only_in(struct buf *b, char sign, const char *a, const char *in)
{
    CLEANUP(mem_free) char *copy = mem_strdup(a);
    char *rest = NULL;
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (!has_line(in, line) && !is_stamp(line)) {
            buf_addf(b, "%c%s\n", sign, line);
        }
    }
}

static char *difference(const char *before, const char *after)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *old = unfolded(before);
    CLEANUP(mem_free) char *new = unfolded(after);
    add_only_in(&b, '-', old, new);
    add_only_in(&b, '+', new, old);
    return buf_take(&b);
}

/* What the row says of the lines, in the order that difference() gives. */
static char *expected_difference(const struct base *base, const struct json *row)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *copy = unfolded(base->card);
    char *rest = NULL;
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        for (const struct json *l = json_first(json_get(row, "remove")); l; l = json_next(l)) {
            if (str_eq(json_str_value(l), line)) {
                buf_addf(&b, "-%s\n", line);
            }
        }
    }
    for (const struct json *l = json_first(json_get(row, "add")); l; l = json_next(l)) {
        buf_addf(&b, "+%s\n", json_str_value(l));
    }
    return buf_take(&b);
}

/* The card with the row's lines: new ones take the place of the first that goes. */
static char *edited_card(const struct base *base, const struct json *row)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *copy = mem_strdup(base->card);
    const struct json *remove = json_get(row, "remove");
    bool added = false;
    char *rest = NULL;
    for (char *line = strtok_r(copy, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
        bool goes = false;
        for (const struct json *l = json_first(remove); l; l = json_next(l)) {
            goes = goes || str_eq(json_str_value(l), line);
        }
        if (!added && (goes || str_eq(line, "END:VCARD"))) {
            for (const struct json *l = json_first(json_get(row, "add")); l; l = json_next(l)) {
                buf_addf(&b, "%s\r\n", json_str_value(l));
            }
            added = true;
        }
        if (!goes) {
            buf_addf(&b, "%s\r\n", line);
        }
    }
    return buf_take(&b);
}

/* ---- one row ---- */
static void check_same(
    struct check *c, const char *what, const struct json *got, const struct json *want)
{
    CLEANUP(json_free) struct json *rekeyed = json_dup(got);
    doc_rekey(rekeyed, want);
    CLEANUP(json_free) struct json *patch = doc_diff(want, rekeyed);
    if (json_count(patch)) {
        CLEANUP(mem_free) char *text = json_print(patch);
        check_fail(c, "%s: %s", what, text);
    }
}

static void check_props(
    struct check *c, const struct base *base, const struct json *doc, const struct json *row)
{
    struct map_change change = {0};
    struct err err = ERR_INIT;
    check_ok(c, map_write(ITEM_CONTACT, &base->item, doc, &ENV, &change, &err), &err);
    CLEANUP(mem_free) char *names = dump_change_names(&change);
    check_str(c, names, json_get_str(row, "props"));
    map_change_fini(&change);
    err_fini(&err);
}

/* The row's edit of the document. */
static struct json *edited_doc(struct check *c, const struct base *base, const struct json *row)
{
    struct err err = ERR_INIT;
    struct json *doc = json_dup(base->outlook);
    CLEANUP(json_free) struct json *patch = json_object();
    const struct json *value = json_get(row, "value");
    json_set(patch, json_get_str(row, "path"), json_dup(value));
    for (const struct json *p = json_first(json_get(row, "also")); p; p = json_next(p)) {
        json_set(patch, json_key(p), json_dup(p));
    }
    check_ok(c, doc_apply(doc, patch, &err), &err);
    err_fini(&err);
    return doc;
}

/* What the user does in Outlook. */
static struct json *edited_in_outlook(
    struct check *c, const struct base *base, const struct json *row)
{
    struct props item = {0};
    struct map_change all = {.set = base->item};
    dump_apply(&item, &all);
    CLEANUP(json_free) struct json *dump = json_object();
    json_set(dump, "properties", json_dup(json_get(row, "outlook")));
    dump_load(dump, &item);
    struct json *doc = read_item(c, &item);
    props_fini(&item);
    doc_rekey(doc, base->outlook);
    return doc;
}

static void check_row(struct check *c, const struct base *base, const struct json *row)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *wanted = edited_doc(c, base, row);
    CLEANUP(json_free) struct json *outlook = edited_in_outlook(c, base, row);
    check_same(c, "the edit in Outlook", outlook, wanted);
    check_props(c, base, wanted, row);

    CLEANUP(json_free) struct json *patch = doc_diff(base->outlook, outlook);
    CLEANUP(json_free) struct json *server = json_dup(base->server);
    check_ok(c, doc_apply(server, patch, &err), &err);
    CLEANUP(mem_free) char *card = NULL;
    check_ok(c, vcard_write(base->card, server, VCARD_3_0, &card, &err), &err);
    CLEANUP(mem_free) char *got = difference(base->card, card);
    CLEANUP(mem_free) char *want = expected_difference(base, row);
    check_str(c, got, want);

    CLEANUP(mem_free) char *edited = edited_card(base, row);
    CLEANUP(json_free) struct json *read = read_card(c, edited);
    doc_rekey(read, base->server);
    CLEANUP(json_free) struct json *back = doc_diff(base->server, read);
    CLEANUP(json_free) struct json *arrived = json_dup(base->outlook);
    check_ok(c, doc_apply(arrived, back, &err), &err);
    check_same(c, "the edit on the server", arrived, wanted);
    check_props(c, base, arrived, row);

    CLEANUP(mem_free) char *card4 = NULL;
    check_ok(c, vcard_write(base->card4, server, VCARD_4_0, &card4, &err), &err);
    CLEANUP(json_free) struct json *read4 = read_card(c, card4);
    check_same(c, "vCard 4.0", read4, server);
    CLEANUP(mem_free) char *lines = difference(base->card4, card4);
    size_t count = 0;
    for (const char *p = lines; (p = strchr(p, '\n')); p++) {
        count++;
    }
    size_t lines3 = json_count(json_get(row, "remove")) + json_count(json_get(row, "add"));
    check_true(c, count <= lines3 + 1); /* where 4.0 needs a line for a label */
    err_fini(&err);
}

/* ---- no field without a row ---- */
/* Properties that no edit of a member writes by itself, and why. */
static const struct {
    enum prop_key key;
    const char *why;
} NO_FIELD[] = {
    {P_MESSAGE_CLASS, "the kind"},
    {P_ICON_INDEX, "new items only"},
    {P_SUBJECT_PREFIX, "removed with the subject if there is one"},
    {P_IMPORTANCE, "new items only"},
    {P_PRIORITY, "new items only"},
    {P_CREATION_TIME, "the store's"},
    {P_LAST_MODIFICATION_TIME, "the store's"},
    {P_SIDE_EFFECTS, "new items only"},
    {P_REMINDER_DELTA, "new items only"},
    {P_AGING_DONT_AGE_ME, "new items only"},
    {P_TASK_MODE, "new items only"},
    {P_LOCKSTEP_UID, "new items only"},
    {P_LOCKSTEP_STAMP, "new items only"},
    {P_LIST_NAME, "of distribution lists"},
    {P_LIST_MEMBERS, "of distribution lists"},
    {P_LIST_ONE_OFFS, "of distribution lists"},
    {P_LIST_CHECKSUM, "of distribution lists"},
    {P_LIST_STREAM, "of distribution lists"},
    {P_HAS_PICTURE, "of photos, which are attachments"},
    {P_PHOTO, "of photos, which are attachments"},
    {P_PHOTO_SIZE, "of photos, which are attachments"},
    {P_FILE_UNDER_LIST, "new items only"},
    {P_EMAIL1_ADDRESS_TYPE, "SMTP stays SMTP"},
    {P_FAX1_ADDRESS_TYPE, "FAX stays FAX"},
    {P_FAX2_ADDRESS_TYPE, "FAX stays FAX"},
    {P_FAX3_ADDRESS_TYPE, "FAX stays FAX"},
    {P_MAIL_COUNTRY, "in the row of the work address"},
    {P_TASK_DATE_COMPLETED, "removed with the flag if there is one"},
    /* vCard 3.0 has no place for a country's code (4.0 has: tests/unit/map/edits.inc) */
    {P_WORK_COUNTRY_CODE, "4.0 only"},
    {P_HOME_COUNTRY_CODE, "4.0 only"},
    {P_OTHER_COUNTRY_CODE, "4.0 only"},
    {P_MAIL_COUNTRY_CODE, "4.0 only"},
};

static bool is_exempt(struct prop_name name)
{
    for (size_t i = 0; i < ARRAY_LEN(NO_FIELD); i++) {
        if (prop_name_equal(prop_name_of(NO_FIELD[i].key), name)) {
            return true;
        }
    }
    return false;
}

static bool in_a_row(const struct json *rows, struct prop_name name)
{
    struct map_change one = {0};
    props_set_int(&one.set, name, PROP_LONG, 0);
    CLEANUP(mem_free) char *word = dump_change_names(&one);
    map_change_fini(&one);
    for (const struct json *row = json_first(rows); row; row = json_next(row)) {
        CLEANUP(mem_free) char *padded = str_printf(" %s ", json_get_str(row, "props"));
        CLEANUP(mem_free) char *put = str_printf(" %s ", word);
        CLEANUP(mem_free) char *gone = str_printf(" -%s ", word);
        if (strstr(padded, put) || strstr(padded, gone)) {
            return true;
        }
    }
    return false;
}

static void check_complete(struct check *c, const struct json *rows)
{
    size_t count;
    const struct prop_name *names = map_properties(ITEM_CONTACT, &count);
    for (size_t i = 0; i < count; i++) {
        if (!is_exempt(names[i]) && !in_a_row(rows, names[i])) {
            check_fail(c, "no row edits property %04X of set %d", (unsigned)names[i].id,
                (int)names[i].set);
        }
    }
}

int main(int argc, char **argv)
{
    struct check c;
    struct base base = {0};
    struct json *rows = NULL;
    struct err err = ERR_INIT;
    size_t len = 0;
    check_init(&c, argc, argv);
    CLEANUP(mem_free) char *text = fixture("contact.json", &len);
    if (check_case(&c, "fields/base")) {
        base_make(&c, &base);
        check_ok(&c, json_parse(text, len, &rows, &err), &err);
        check_same(&c, "what Outlook holds of it", base.outlook, base.server);
    }
    if (check_case(&c, "fields/complete")) {
        check_complete(&c, rows);
    }
    for (const struct json *row = json_first(rows); row; row = json_next(row)) {
        CLEANUP(mem_free) char *name = str_printf("fields/%s", json_get_str(row, "name"));
        if (check_case(&c, name)) {
            check_row(&c, &base, row);
            check_close_case(&c);
        }
    }
    json_free(rows);
    base_fini(&base);
    err_fini(&err);
    return check_end(&c);
}
