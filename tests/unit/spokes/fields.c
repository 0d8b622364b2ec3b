/* Every field of a contact, an event, a task and a note, one edit at a time, over both spokes: the lists in
 * tests/fields have a row for each (tests/fields/README.md), and tests/wine/fields.sh runs the same rows against real
 * servers. Here an edit in Outlook must change the lines of the row and no others, an edit of those
 * lines must change the properties of the row and no others, and both must be the same edit of the
 * document. And no field of the tables may be without a row. */
#include "client/base/buf.h"
#include "client/codec/ical.h"
#include "client/codec/vcard.h"
#include "client/item/doc.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdlib.h>

#define NOW 1700000000

static struct map_env ENV = {"Etc/UTC", NOW, NULL, NULL}; /* own: set by main */

static const struct fields {
    enum item_kind kind;
    const char *name;         /* of the list, and of its cases */
    const char *file, *begin; /* the object, and the component that rows are about */
    const char *stamps[5];    /* lines that change with any other */
} FIELDS[] = {
    {ITEM_CONTACT, "contact", "contact.vcf", "VCARD", {"REV:", "PRODID:"}},
    {ITEM_EVENT, "event", "event.ics", "VEVENT", {"DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:"}},
    {ITEM_EVENT, "meeting", "meeting.ics", "VEVENT", {"DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:"}},
    {ITEM_TASK, "task", "task.ics", "VTODO", {"DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:"}},
    {ITEM_NOTE, "note", "note.ics", "VJOURNAL", {"DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:"}},
};

/* What all rows start from: the same thing as text, as an item, and as each side's document. */
struct base {
    const struct fields *fields;
    char *card, *card4; /* owned, as all here; 4: of contacts, in vCard 4.0 */
    struct props item;
    struct json *outlook, *server; /* in one id space */
};

static char *fixture(const char *name, size_t *ret_len)
{
    const char *root = getenv("LOCKSTEP_SOURCE_ROOT");
    CLEANUP(mem_free) char *path = str_printf("%s/tests/fields/%s", root ? root : ".", name);
    return dump_file(path, ret_len);
}

static struct json *read_card(struct check *c, const struct fields *f, const char *text)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    enum rc rc = f->kind == ITEM_CONTACT ? vcard_read(text, strlen(text), &doc, &err)
                                         : ical_read(text, strlen(text), f->kind, &doc, &err);
    check_ok(c, rc, &err);
    err_fini(&err);
    return doc;
}

static char *write_card(struct check *c, const struct base *base, const struct json *doc)
{
    struct err err = ERR_INIT;
    char *text = NULL;
    enum item_kind kind = base->fields->kind;
    enum rc rc = kind == ITEM_CONTACT ? vcard_write(base->card, doc, VCARD_3_0, &text, &err)
                                      : ical_write(base->card, kind, doc, &text, &err);
    check_ok(c, rc, &err);
    err_fini(&err);
    return text;
}

static struct json *read_item(struct check *c, const struct fields *f, const struct props *item)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    check_ok(c, map_read(f->kind, item, &ENV, &doc, &err), &err);
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

static void base_make(struct check *c, const struct fields *f, struct base *ret)
{
    size_t len;
    struct props none = {0};
    struct map_change change = {0};
    struct err err = ERR_INIT;
    ret->fields = f;
    ret->card = fixture(f->file, &len);
    ret->server = read_card(c, f, ret->card);
    if (f->kind == ITEM_CONTACT) {
        check_ok(c, vcard_write(NULL, ret->server, VCARD_4_0, &ret->card4, &err), &err);
    }
    check_ok(c, map_write(f->kind, &none, ret->server, &ENV, &change, &err), &err);
    dump_apply(&ret->item, &change);
    map_change_fini(&change);
    ret->outlook = read_item(c, f, &ret->item);
    doc_rekey(ret->server, ret->outlook);
    err_fini(&err);
}

/* ---- lines ---- */
static bool is_stamp(const struct fields *f, const char *line)
{
    for (size_t i = 0; i < ARRAY_LEN(f->stamps) && f->stamps[i]; i++) {
        if (str_starts(line, f->stamps[i])) {
            return true;
        }
    }
    return false;
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

/* The component that rows are about, unfolded, and without CR. */
static char *unfolded(const struct fields *f, const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *begin = str_printf("BEGIN:%s", f->begin);
    CLEANUP(mem_free) char *close = str_printf("END:%s", f->begin);
    const char *from = strstr(text, begin), *end = from ? strstr(from, close) : NULL;
    for (const char *p = from; p && p < end; p++) {
        const char *next = p[0] == '\r' ? p + 1 : p;
        if (*next == '\n' && next[1] == ' ') {
            p = next + 1;
        } else if (*p != '\r') {
            buf_addc(&b, *p);
        }
    }
    return buf_take(&b);
}

static void add_only_in(
    const struct fields *f, struct buf *b, char sign, const char *a, const char *in)
{
    CLEANUP(mem_free) char *copy = mem_strdup(a);
    char *rest = NULL;
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (!has_line(in, line) && !is_stamp(f, line)) {
            buf_addf(b, "%c%s\n", sign, line);
        }
    }
}

static char *difference(const struct fields *f, const char *before, const char *after)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *old = unfolded(f, before);
    CLEANUP(mem_free) char *new = unfolded(f, after);
    add_only_in(f, &b, '-', old, new);
    add_only_in(f, &b, '+', new, old);
    return buf_take(&b);
}

/* What the row says of the lines, in the order that difference() gives. */
static char *expected_difference(const struct base *base, const struct json *row)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *copy = unfolded(base->fields, base->card);
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

/* Where properties end: at the first alarm, or the end of the component. */
static bool is_end(const char *line)
{
    return str_eq(line, "BEGIN:VALARM") || str_starts(line, "END:V");
}

/* The text with the row's lines: new ones take the place of the first that goes. */
static char *edited_card(const struct base *base, const struct json *row)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *copy = mem_strdup(base->card);
    const struct json *remove =
        json_first(json_get(row, "remove")) ? json_get(row, "remove") : NULL;
    bool added = false, inside = false;
    char *rest = NULL;
    CLEANUP(mem_free) char *begin = str_printf("BEGIN:%s", base->fields->begin);
    for (char *line = strtok_r(copy, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
        bool goes = false;
        inside = inside || str_eq(line, begin);
        for (const struct json *l = json_first(remove); l; l = json_next(l)) {
            goes = goes || (inside && str_eq(json_str_value(l), line));
        }
        if (!added && (goes || (!remove && inside && is_end(line)))) {
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
    check_ok(c, map_write(base->fields->kind, &base->item, doc, &ENV, &change, &err), &err);
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
    for (size_t i = 0; i < base->item.recipient_count; i++) {
        struct map_change one = {.set = base->item.recipients[i].row};
        dump_apply(&props_add_recipient(&item, base->item.recipients[i].number)->row, &one);
    }
    CLEANUP(json_free) struct json *dump = json_object();
    json_set(dump, "properties", json_dup(json_get(row, "outlook")));
    if (json_get(row, "recipients")) {
        json_set(dump, "recipients", json_dup(json_get(row, "recipients")));
    }
    dump_load(dump, &item);
    struct json *doc = read_item(c, base->fields, &item);
    props_fini(&item);
    doc_rekey(doc, base->outlook);
    return doc;
}

/* vCard 4.0 carries the edit, too. */
static void check_card4(
    struct check *c, const struct base *base, const struct json *server, const struct json *row)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *card4 = NULL;
    check_ok(c, vcard_write(base->card4, server, VCARD_4_0, &card4, &err), &err);
    CLEANUP(json_free) struct json *read4 = read_card(c, base->fields, card4);
    check_same(c, "vCard 4.0", read4, server);
    CLEANUP(mem_free) char *lines = difference(base->fields, base->card4, card4);
    size_t count = 0;
    for (const char *p = lines; (p = strchr(p, '\n')); p++) {
        count++;
    }
    size_t lines3 = json_count(json_get(row, "remove")) + json_count(json_get(row, "add"));
    check_true(c, count <= lines3 + 1); /* where 4.0 needs a line for a label */
    err_fini(&err);
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
    CLEANUP(mem_free) char *card = write_card(c, base, server);
    CLEANUP(mem_free) char *got = difference(base->fields, base->card, card);
    CLEANUP(mem_free) char *want = expected_difference(base, row);
    check_str(c, got, want);

    CLEANUP(mem_free) char *edited = edited_card(base, row);
    CLEANUP(json_free) struct json *read = read_card(c, base->fields, edited);
    doc_rekey(read, base->server);
    CLEANUP(json_free) struct json *back = doc_diff(base->server, read);
    CLEANUP(json_free) struct json *arrived = json_dup(base->outlook);
    check_ok(c, doc_apply(arrived, back, &err), &err);
    check_same(c, "the edit on the server", arrived, wanted);
    check_props(c, base, arrived, row);
    if (base->card4) {
        check_card4(c, base, server, row);
    }
    err_fini(&err);
}

/* ---- no field without a row ---- */
/* Properties that no edit of a member writes by itself, and why. */
#define CONTACT (1u << ITEM_CONTACT)
#define EVENT   (1u << ITEM_EVENT)
#define TASK    (1u << ITEM_TASK)
#define NOTE    (1u << ITEM_NOTE)
#define ALL     (CONTACT | EVENT | TASK | NOTE)

static const struct {
    enum prop_key key;
    unsigned kinds;
    const char *why;
} NO_FIELD[] = {
    {P_MESSAGE_CLASS, ALL, "the kind"},
    {P_ICON_INDEX, CONTACT | EVENT, "new items only"},
    {P_SUBJECT_PREFIX, ALL, "removed with the subject if there is one"},
    {P_IMPORTANCE, CONTACT, "new items only"},
    {P_PRIORITY, CONTACT, "new items only"},
    {P_CREATION_TIME, ALL, "the store's"},
    {P_LAST_MODIFICATION_TIME, ALL, "the store's"},
    {P_SIDE_EFFECTS, ALL, "new items only"},
    {P_REMINDER_DELTA, CONTACT | TASK, "new items only"},
    {P_AGING_DONT_AGE_ME, ALL, "new items only"},
    {P_TASK_MODE, ALL, "new items only"},
    {P_LOCKSTEP_UID, ALL, "new items only"},
    {P_LOCKSTEP_STAMP, ALL, "new items only"},
    {P_LIST_NAME, CONTACT, "of distribution lists"},
    {P_LIST_MEMBERS, CONTACT, "of distribution lists"},
    {P_LIST_ONE_OFFS, CONTACT, "of distribution lists"},
    {P_LIST_CHECKSUM, CONTACT, "of distribution lists"},
    {P_LIST_STREAM, CONTACT, "of distribution lists"},
    {P_HAS_PICTURE, CONTACT, "of photos, which are attachments"},
    {P_PHOTO, CONTACT, "of photos, which are attachments"},
    {P_PHOTO_SIZE, CONTACT, "of photos, which are attachments"},
    {P_HAS_ATTACH, EVENT | TASK, "of files, which are attachments"},
    {P_FILE_UNDER_LIST, CONTACT, "new items only"},
    {P_EMAIL1_ADDRESS_TYPE, CONTACT, "SMTP stays SMTP"},
    {P_FAX1_ADDRESS_TYPE, CONTACT, "FAX stays FAX"},
    {P_FAX2_ADDRESS_TYPE, CONTACT, "FAX stays FAX"},
    {P_FAX3_ADDRESS_TYPE, CONTACT, "FAX stays FAX"},
    {P_MAIL_COUNTRY, CONTACT, "in the row of the work address"},
    {P_TASK_DATE_COMPLETED, CONTACT, "removed with the flag if there is one"},
    /* vCard 3.0 has no place for a country's code (4.0 has: tests/unit/map/edits.inc) */
    {P_WORK_COUNTRY_CODE, CONTACT, "4.0 only"},
    {P_HOME_COUNTRY_CODE, CONTACT, "4.0 only"},
    {P_OTHER_COUNTRY_CODE, CONTACT, "4.0 only"},
    {P_MAIL_COUNTRY_CODE, CONTACT, "4.0 only"},
    {P_INTENDED_BUSY_STATUS, EVENT, "new items only"},
    {P_STATE_FLAGS, EVENT, "of meetings"},
    {P_SEQUENCE, EVENT, "of meetings"},
    {P_RESPONSE_STATUS, EVENT, "of meetings"},
    {P_INVITED, EVENT, "of meetings"},
    {P_NOT_ALLOW_PROPOSE, EVENT, "of meetings"},
    {P_COUNTER_PROPOSAL, EVENT, "of meetings"},
    {P_EXCEPTIONAL_ATTENDEES, EVENT, "of meetings"},
    {P_RESPONSE_REQUESTED, EVENT, "of meetings"},
    {P_REPLY_REQUESTED, EVENT, "of meetings"},
    {P_ORGANIZER_NAME, EVENT, "of meetings"},
    {P_ORGANIZER_TYPE, EVENT, "of meetings"},
    {P_ORGANIZER_EMAIL, EVENT, "of meetings"},
    {P_ORGANIZER_SMTP, EVENT, "of meetings"},
    {P_ORGANIZER_ENTRY_ID, EVENT, "of meetings"},
    {P_ORGANIZER_SEARCH_KEY, EVENT, "of meetings"},
    {P_ALL_ATTENDEES, EVENT, "of meetings"},
    {P_TO_ATTENDEES, EVENT, "of meetings"},
    {P_CC_ATTENDEES, EVENT, "of meetings"},
    {P_RECEIVED_BY_EMAIL, EVENT, "tells who we are"},
    {P_RECEIVED_BY_SMTP, EVENT, "tells who we are"},
    {P_RECEIVED_FOR_EMAIL, EVENT, "tells who we are"},
    {P_RECEIVED_FOR_SMTP, EVENT, "tells who we are"},
    {P_GLOBAL_OBJECT_ID, EVENT, "new items only"},
    {P_CLEAN_GLOBAL_OBJECT_ID, EVENT, "new items only"},
    {P_COLOR, EVENT, "new items only"},
    {P_AUXILIARY_FLAGS, EVENT, "new items only"},
    {P_IS_RECURRING, EVENT, "of series"},
    {P_EXCEPTION_REPLACE_TIME, EVENT, "of changed occurrences"},
    {P_EXCEPTIONAL_BODY, EVENT, "of changed occurrences"},
    {P_RECURRING, EVENT, "of series"},
    {P_RECURRENCE_TYPE, EVENT, "of series"},
    {P_RECURRENCE_PATTERN, EVENT, "of series"},
    {P_RECUR, EVENT, "of series"},
    {P_ZONE_RECUR, EVENT, "of series"},
    {P_ZONE_STRUCT, EVENT, "of series"},
    {P_TASK_DEAD_OCCURRENCE, TASK, "of recurring tasks that are done"},
    {P_CODE_PAGE, EVENT | TASK, "the HTML is written in ASCII"},
    {P_NATIVE_BODY, EVENT | TASK, "the store's"},
    {P_TASK_STATE, TASK, "new items only"},
    {P_TASK_OWNERSHIP, TASK, "new items only"},
    {P_TASK_ACCEPTANCE_STATE, TASK, "new items only"},
    {P_TASK_VERSION, TASK, "new items only"},
    {P_TASK_FIX_OFFLINE, TASK, "new items only"},
    {P_TASK_NO_COMPUTE, TASK, "new items only"},
    {P_TEAM_TASK, TASK, "new items only"},
    {P_NOTE_WIDTH, NOTE, "new items only"},
    {P_NOTE_HEIGHT, NOTE, "new items only"},
    {P_NOTE_X, NOTE, "new items only"},
    {P_NOTE_Y, NOTE, "new items only"},
    {P_BILLING, EVENT | TASK, "marks the items of these tests"},
};

static bool is_exempt(enum item_kind kind, struct prop_name name)
{
    for (size_t i = 0; i < ARRAY_LEN(NO_FIELD); i++) {
        if (NO_FIELD[i].kinds & 1u << kind &&
            prop_name_equal(prop_name_of(NO_FIELD[i].key), name)) {
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

static void check_complete(struct check *c, const struct fields *f, const struct json *rows)
{
    size_t count;
    const struct prop_name *names = map_properties(f->kind, &count);
    for (size_t i = 0; i < count; i++) {
        if (!is_exempt(f->kind, names[i]) && !in_a_row(rows, names[i])) {
            check_fail(c, "no row edits property %04X of set %d", (unsigned)names[i].id,
                (int)names[i].set);
        }
    }
}

static void check_fields(struct check *c, const struct fields *f)
{
    struct base base = {0};
    struct json *rows = NULL;
    struct err err = ERR_INIT;
    size_t len = 0;
    CLEANUP(mem_free) char *list = str_printf("%s.json", f->name);
    CLEANUP(mem_free) char *text = fixture(list, &len);
    CLEANUP(mem_free) char *base_name = str_printf("fields/%s/base", f->name);
    CLEANUP(mem_free) char *complete_name = str_printf("fields/%s/complete", f->name);
    if (check_case(c, base_name)) {
        base_make(c, f, &base);
        check_ok(c, json_parse(text, len, &rows, &err), &err);
        check_same(c, "what Outlook holds of it", base.outlook, base.server);
    }
    bool part = str_eq(f->name, "meeting"); /* all else of it is in "event" */
    if (!part && check_case(c, complete_name)) {
        check_complete(c, f, rows);
    }
    for (const struct json *row = json_first(rows); row; row = json_next(row)) {
        CLEANUP(mem_free)
        char *name = str_printf("fields/%s/%s", f->name, json_get_str(row, "name"));
        if (check_case(c, name)) {
            check_row(c, &base, row);
            check_close_case(c);
        }
    }
    json_free(rows);
    base_fini(&base);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    CLEANUP(json_free) struct json *own = json_array();
    json_append(own, json_str("alice@example.test"));
    ENV.own = own;
    for (size_t i = 0; i < ARRAY_LEN(FIELDS); i++) {
        check_fields(&c, &FIELDS[i]);
    }
    return check_end(&c);
}
