/* ATTACH in iCalendar: read as entries of "links", written in place, added and removed one by one, and
 * left alone where it says nothing we can use, stays on its side, or is one occurrence's. */
#include "client/codec/ical.h"
#include "client/item/file.h"
#include "tests/unit/codec/codec_test.h"

#define HEAD                                                                                       \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u\r\n"                      \
    "DTSTART:20260101T100000Z\r\n"
#define TAIL   "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define BINARY "ATTACH;VALUE=BINARY;ENCODING=BASE64"
#define HALLO  "aGFsbG8="
#define OTHER  "b3RoZXI="
#define DATA   "data:application/octet-stream;base64,"
#define LINK   "https://example.com/doc.pdf?a=1,2;3"
/* What our long new lines look like behind their fold. */
#define NEW_FOLDED                                                                                 \
    "+ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt;X-FIL\n"               \
    "+ ENAME=a.txt:" HALLO "\n"

static struct json *read_event(struct check *c, const char *lines)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    CLEANUP(mem_free) char *text = str_printf("%s%s%s", HEAD, lines, TAIL);
    check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

/* ---- reading: the first entry ---- */
static const struct {
    const char *name, *lines, *href, *title, *type;
} READS[] = {
    {"attach/read/inline", BINARY ";FMTTYPE=text/plain;FILENAME=a.txt:" HALLO "\r\n", DATA HALLO,
        "a.txt", "text/plain"},
    {"attach/read/outlook",
        "ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=\"a, b.txt\":" HALLO "\r\n", DATA HALLO,
        "a, b.txt", NULL},
    {"attach/read/folded", BINARY ";X-LABEL=a.txt:aGFs\r\n bG8=\r\n", DATA HALLO, "a.txt", NULL},
    {"attach/read/nameless", BINARY ":" HALLO "\r\n", DATA HALLO, NULL, NULL},
    {"attach/read/data-uri", "ATTACH:data:text/plain;base64," HALLO "\r\n", DATA HALLO, NULL, NULL},
    {"attach/read/data-uri-percent", "ATTACH:data:,hallo\r\n", DATA HALLO, NULL, NULL},
    {"attach/read/link", "ATTACH;FMTTYPE=application/pdf:" LINK "\r\n", LINK, NULL,
        "application/pdf"},
    {"attach/read/managed", "ATTACH;MANAGED-ID=7;FILENAME=a.txt;SIZE=5:https://x.example/7\r\n",
        "https://x.example/7", "a.txt", NULL},
    {"attach/read/message", "ATTACH:CID:jsmith.part3@example.com\r\n",
        "CID:jsmith.part3@example.com", NULL, NULL},
    /* no entry, and the line stays */
    {"attach/read/empty", BINARY ":\r\n", NULL, NULL, NULL},
    {"attach/read/malformed", BINARY ":AB!C\r\n", NULL, NULL, NULL},
    {"attach/read/no-uri", "ATTACH:somewhere else\r\n", NULL, NULL, NULL},
    {"attach/read/our-marks", "ATTACH:lockstep.kept:9\r\nATTACH:Lockstep.blob:00:5\r\n", NULL, NULL,
        NULL},
};

static void test_reads(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(READS); i++) {
        if (!check_case(c, READS[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *doc = read_event(c, READS[i].lines);
        CLEANUP(mem_free)
        char *text = str_printf("%s%s%s", HEAD, READS[i].lines, TAIL),
             *out = NULL;
        const struct json *e = json_first(json_get(doc, "links"));
        check_str(c, json_get_str(e, "href"), READS[i].href);
        check_str(c, json_get_str(e, "title"), READS[i].title);
        check_str(c, json_get_str(e, "contentType"), READS[i].type);
        check_ok(c, ical_write(text, ITEM_EVENT, doc, &out, &err), &err);
        check_str(c, out, text);
        json_set_str(doc, "title", "another member");
        free(out);
        out = NULL;
        check_ok(c, ical_write(text, ITEM_EVENT, doc, &out, &err), &err);
        check_true(c, out && strstr(out, READS[i].lines));
        err_fini(&err);
    }
}

/* ---- writing: what a change of the document changes in the lines ---- */
static const struct {
    const char *name, *lines, *patch, *difference;
} EDITS[] = {
    {"attach/edit/add", "", "{\"links/9\":{\"title\":\"a.txt\",\"href\":\"" DATA HALLO "\"}}",
        NEW_FOLDED},
    {"attach/edit/add-another", BINARY ";FILENAME=a.txt:" OTHER "\r\n",
        "{\"links/9\":{\"title\":\"a.txt\",\"href\":\"" DATA HALLO "\"}}", NEW_FOLDED},
    {"attach/edit/add-link", "", "{\"links/9\":{\"href\":\"" LINK "\"}}", "+ATTACH:" LINK "\n"},
    {"attach/edit/remove", BINARY ":" HALLO "\r\n" BINARY ":" OTHER "\r\n", "{\"links/1\":null}",
        "-" BINARY ":" HALLO "\n"},
    {"attach/edit/remove-all", BINARY ":" HALLO "\r\nATTACH:" LINK "\r\n" BINARY ":!\r\n",
        "{\"links\":null}", "-" BINARY ":" HALLO "\n-ATTACH:" LINK "\n"},
    {"attach/edit/behind-one-that-does-not-decode", BINARY ":!\r\n" BINARY ";X-A=1:" HALLO "\r\n",
        "{\"links/1/href\":\"" DATA OTHER "\"}",
        "-" BINARY ";X-A=1:" HALLO "\n+" BINARY ";X-A=1:" OTHER "\n"},
    {"attach/edit/rename", BINARY ";X-FILENAME=a.txt:" HALLO "\r\n",
        "{\"links/1/title\":\"b.txt\"}",
        "-" BINARY ";X-FILENAME=a.txt:" HALLO "\n+" BINARY ";X-FILENAME=b.txt:" HALLO "\n"},
    {"attach/edit/control-characters", BINARY ";FILENAME=a:" HALLO "\r\n",
        "{\"links/1/title\":\"b\\r\\nEND:VEVENT\"}",
        "-" BINARY ";FILENAME=a:" HALLO "\n+" BINARY ";FILENAME=\"b  END:VEVENT\":" HALLO "\n"},
    {"attach/edit/managed-to-file", "ATTACH;MANAGED-ID=7;SIZE=5:https://x.example/7\r\n",
        "{\"links/1/href\":\"" DATA HALLO "\"}",
        "-ATTACH;MANAGED-ID=7;SIZE=5:https://x.example/7\n"
        "+ATTACH;ENCODING=BASE64;VALUE=BINARY:" HALLO "\n"},
    {"attach/edit/not-sound", BINARY ":" HALLO "\r\n",
        "{\"links/1/href\":\"data:;base64,!\",\"links/2\":{\"href\":\"a b\"},\"links/3\":{\"href\":"
        "\"" LINK "\",\"rel\":\"icon\"}}",
        ""},
    /* what stays where it is */
    {"attach/keep/new", "", "{\"links/9\":{\"title\":\"a.txt\",\"href\":\"lockstep.kept:l:99\"}}",
        ""},
    {"attach/keep/grown", BINARY ";FILENAME=a.txt:" HALLO "\r\n",
        "{\"links/1/href\":\"lockstep.kept:l:99\"}", ""},
    {"attach/keep/another-name", BINARY ";FILENAME=a.txt:" HALLO "\r\n",
        "{\"links/1\":null,\"links/9\":{\"title\":\"b.txt\",\"href\":\"lockstep.kept:l:99\"}}",
        "-" BINARY ";FILENAME=a.txt:" HALLO "\n"},
    {"attach/limit/remove", BINARY ":" HALLO "\r\n" BINARY ":YQ==\r\n",
        "{\"links\":null,\"" DOC_FILE_LIMIT "\":4}", "-" BINARY ":YQ==\n"},
    {"attach/limit/replace", BINARY ";FILENAME=a.txt:" HALLO "\r\n",
        "{\"links/1/href\":\"" DATA "YQ==\",\"" DOC_FILE_LIMIT "\":4}",
        "+ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt;X-FIL\n"
        "+ ENAME=a.txt:YQ==\n"},
    {"attach/limit/link-goes", "ATTACH:" LINK "\r\n", "{\"links\":null,\"" DOC_FILE_LIMIT "\":0}",
        "-ATTACH:" LINK "\n"},
};

static void test_edits(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        if (!check_case(c, EDITS[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *doc = read_event(c, EDITS[i].lines), *patch = NULL;
        CLEANUP(mem_free)
        char *text = str_printf("%s%s%s", HEAD, EDITS[i].lines, TAIL),
             *out = NULL;
        check_ok(c, json_parse(EDITS[i].patch, strlen(EDITS[i].patch), &patch, &err), &err);
        check_ok(c, doc_apply(doc, patch, &err), &err);
        check_ok(c, ical_write(text, ITEM_EVENT, doc, &out, &err), &err);
        CLEANUP(mem_free) char *difference = line_difference(text, out ? out : "");
        check_str(c, difference, EDITS[i].difference);
        err_fini(&err);
    }
}

/* A changed occurrence keeps the lines it has; one that we make has no copies of the series' files. */
static void test_occurrences(struct check *c)
{
    static const char TEXT[] =
        HEAD "RRULE:FREQ=DAILY;COUNT=9\r\n" BINARY ":" HALLO "\r\nATTACH:" LINK "\r\nEND:VEVENT\r\n"
             "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260102T110000Z\r\nRECURRENCE-ID:"
             "20260102T100000Z\r\n" BINARY ":" OTHER "\r\n" TAIL;
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = NULL, *patch = NULL;
    CLEANUP(mem_free) char *out = NULL;
    check_ok(c, ical_read(TEXT, strlen(TEXT), ITEM_EVENT, &doc, &err), &err);
    check_int(c, (long)json_count(json_get(doc, "links")), 2);
    CLEANUP(mem_free) char *overrides = json_print(json_get(doc, "recurrenceOverrides"));
    check_true(c, !strstr(overrides, "links"));
    static const char PATCH[] =
        "{\"links/1\":null,\"recurrenceOverrides/2026-01-02T10:00:00/title\":\"Moved\","
        "\"recurrenceOverrides/2026-01-05T10:00:00\":{\"title\":\"New\"}}";
    check_ok(c, json_parse(PATCH, strlen(PATCH), &patch, &err), &err);
    json_set(json_get(doc, "links"), "9", file_entry(DATA "YQ==", NULL, NULL));
    check_ok(c, doc_apply(doc, patch, &err), &err);
    check_ok(c, ical_write(TEXT, ITEM_EVENT, doc, &out, &err), &err);
    const char *moved = strstr(out, "RECURRENCE-ID:20260102"), *made = strstr(out, "SUMMARY:New");
    check_true(c, moved && strstr(moved, BINARY ":" OTHER));
    check_true(c, made != NULL);
    check_true(c, !strstr(out, HALLO)); /* neither in the series nor in a copy */
    const char *small = strstr(out, ":YQ==");
    check_true(c, small && !strstr(small + 1, ":YQ=="));
    err_fini(&err);
}

/* A file of real size comes back byte for byte, and several do. */
static void test_large(struct check *c)
{
    enum { FILES = 3 };
    size_t size = 3000000;
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = read_event(c, ""), *again = NULL;
    CLEANUP(mem_free) unsigned char *data = mem_alloc(size);
    CLEANUP(mem_free) char *out = NULL;
    for (unsigned n = 0; n < FILES; n++) {
        for (size_t i = 0; i < size; i++) {
            data[i] = (unsigned char)((i + n) * 2654435761u >> 13);
        }
        CLEANUP(mem_free) char *uri = file_uri(data, size), *id = str_printf("n%u", n);
        json_set(json_need_object(doc, "links"), id, file_entry(uri, "one name.bin", NULL));
    }
    check_ok(c, ical_write(NULL, ITEM_EVENT, doc, &out, &err), &err);
    check_ok(c, ical_read(out, strlen(out), ITEM_EVENT, &again, &err), &err);
    check_int(c, (long)json_count(json_get(again, "links")), FILES);
    const struct json *e = json_first(json_get(again, "links"));
    for (unsigned n = 0; n < FILES; n++, e = json_next(e)) {
        CLEANUP(mem_free) char *id = str_printf("n%u", n);
        check_true(c, str_eq(json_get_str(e, "href"),
                          json_get_str(json_get(json_get(doc, "links"), id), "href")));
    }
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_reads(&c);
    test_edits(&c);
    if (check_case(&c, "attach/occurrences")) {
        test_occurrences(&c);
    }
    if (check_case(&c, "attach/large")) {
        test_large(&c);
    }
    return check_end(&c);
}
