/* HTML beside the plain description in iCalendar: read only where both say the same, written to every
 * form there is, and never left behind when the text has changed. */
#include "client/base/buf.h"
#include "client/codec/ical.h"
#include "client/item/doc.h"
#include "tests/unit/check.h"

#define HEAD                                                                                       \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u\r\n"                      \
    "DTSTART:20260101T100000Z\r\n"
#define TAIL "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define ALT  "X-ALT-DESC;FMTTYPE=text/html:"
#define STY  "STYLED-DESCRIPTION;FMTTYPE=\"text/html\":"

static struct json *read_event(struct check *c, const char *lines)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    CLEANUP(mem_free) char *text = str_printf("%s%s%s", HEAD, lines, TAIL);
    check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static const struct {
    const char *name, *lines, *text, *html;
} READS[] = {
    {"styled/read/x-alt-desc", "DESCRIPTION:a b\r\n" ALT "<p>a <b>b</b></p>\r\n", "a b",
        "<p>a <b>b</b></p>"},
    {"styled/read/styled-description", "DESCRIPTION:a\\nb\r\n" STY "<p>a<br>b\\, c</p>\r\n", "a\nb",
        NULL},
    {"styled/read/styled-first", ALT "<i>a</i>\r\n" STY "<b>a</b>\r\nDESCRIPTION:a\r\n", "a",
        "<b>a</b>"},
    {"styled/read/stale", "DESCRIPTION:new\r\n" ALT "<p>old</p>\r\n", "new", NULL},
    {"styled/read/edited", "DESCRIPTION:one 2 three\r\n" ALT "<p>one <b>two</b> three</p>\r\n",
        "one 2 three", "<p>one <b>2</b> three</p>"},
    {"styled/read/stale-and-good", "DESCRIPTION:new\r\n" STY "<p>old</p>\r\n" ALT "<p>new</p>\r\n",
        "new", "<p>new</p>"},
    {"styled/read/no-plain", ALT "<p>only</p>\r\n", "only", "<p>only</p>"},
    {"styled/read/uri",
        "DESCRIPTION:a\r\nSTYLED-DESCRIPTION;VALUE=URI;FMTTYPE=text/html:http://x/a\r\n", "a",
        NULL},
    {"styled/read/other-type", "DESCRIPTION:a\r\nX-ALT-DESC;FMTTYPE=text/markdown:*a*\r\n", "a",
        NULL},
    {"styled/read/empty", "DESCRIPTION:a\r\n" ALT "\r\n", "a", NULL},
};

static void test_reads(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(READS); i++) {
        if (check_case(c, READS[i].name)) {
            CLEANUP(json_free) struct json *doc = read_event(c, READS[i].lines);
            check_str(c, json_get_str(doc, "description"), READS[i].text);
            check_str(c, json_get_str(doc, DOC_STYLED), READS[i].html);
        }
    }
}

static const struct {
    const char *name, *lines;
    const char *text, *html; /* wanted */
    const char *want;        /* the lines with DESC in their name */
} WRITES[] = {
    {"styled/write/new", "", "a", "<b>a\xc3\xa4, b</b>", "DESCRIPTION:a\n"},
    {"styled/write/new-alike", "", "a", "<b>a</b>", "DESCRIPTION:a\n" ALT "<b>a</b>\n"},
    {"styled/write/formatting", "DESCRIPTION:a\r\n" ALT "<b>a</b>\r\n", "a", "<i x=\"1;2\">a</i>",
        "DESCRIPTION:a\n" ALT "<i x=\"1\\;2\">a</i>\n"},
    {"styled/write/both", "DESCRIPTION:a\r\n" ALT "<b>a</b>\r\n" STY "<b>a</b>\r\n", "b",
        "<i>b</i>", "DESCRIPTION:b\n" ALT "<i>b</i>\n" STY "<i>b</i>\n"},
    {"styled/write/plain-only", "DESCRIPTION:a\r\n" ALT "<b>a</b>\r\n" STY "<b>a</b>\r\n", "b",
        NULL, "DESCRIPTION:b\n"},
    {"styled/write/old-form-of-new-text", "DESCRIPTION:a\r\n" ALT "<b>a</b>\r\n", "b", "<b>a</b>",
        "DESCRIPTION:b\n"},
    {"styled/write/formatting-gone", "DESCRIPTION:a\r\n" ALT "<b>a</b>\r\n", "a", NULL,
        "DESCRIPTION:a\n"},
    {"styled/write/stale-goes-with-text", "DESCRIPTION:a\r\n" ALT "<b>z</b>\r\n", "b", NULL,
        "DESCRIPTION:b\n"},
    {"styled/write/others-stay",
        "DESCRIPTION:a\r\nSTYLED-DESCRIPTION;VALUE=URI:http://x/a\r\n" ALT "<b>a</b>\r\n", "b",
        NULL, "DESCRIPTION:b\nSTYLED-DESCRIPTION;VALUE=URI:http://x/a\n"},
    {"styled/write/nothing", "DESCRIPTION:a\r\n" ALT "<b>z</b>\r\n", "a", NULL,
        "DESCRIPTION:a\n" ALT "<b>z</b>\n"},
};

static char *descriptions(const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *copy = mem_strdup(text);
    char *rest = NULL;
    for (char *l = strtok_r(copy, "\r\n", &rest); l; l = strtok_r(NULL, "\r\n", &rest)) {
        if (strstr(l, "DESC")) {
            buf_addf(&b, "%s\n", l);
        }
    }
    return buf_take(&b);
}

static void test_writes(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(WRITES); i++) {
        if (!check_case(c, WRITES[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *doc = read_event(c, WRITES[i].lines);
        CLEANUP(mem_free)
        char *old = str_printf("%s%s%s", HEAD, WRITES[i].lines, TAIL), *out = NULL;
        json_set_str(doc, "description", WRITES[i].text);
        json_set_str(doc, DOC_STYLED, WRITES[i].html);
        check_ok(c, ical_write(old, ITEM_EVENT, doc, &out, &err), &err);
        CLEANUP(mem_free) char *got = descriptions(out);
        check_str(c, got, WRITES[i].want);
        err_fini(&err);
    }
}

#define SERIES_ALT                                                                                 \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u\r\n"                      \
    "DTSTART:20260101T100000Z\r\nRRULE:FREQ=DAILY\r\nDESCRIPTION:a\r\n" ALT "<b>a</b>\r\n"         \
    "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260102T110000Z\r\n"                          \
    "RECURRENCE-ID:20260102T100000Z\r\nDESCRIPTION:%s\r\n" ALT "<u>%s</u>\r\nEND:VEVENT\r\n"       \
    "END:VCALENDAR\r\n"

/* A changed occurrence has its own text, and keeps its own HTML as long as that says so. */
static void test_occurrences(struct check *c)
{
    if (!check_case(c, "styled/occurrences")) {
        return;
    }
    for (int own = 0; own < 2; own++) {
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *doc = NULL;
        CLEANUP(mem_free) char *out = NULL, *again = NULL;
        const char *word = own ? "own" : "a";
        CLEANUP(mem_free) char *text = str_printf(SERIES_ALT, word, word);
        check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), &err);
        const struct json *o = json_first(json_get(doc, "recurrenceOverrides"));
        check_str(c, json_get_str(o, "description"), own ? "own" : NULL);
        check_true(c, o && !json_get(o, DOC_STYLED));
        json_set_str(doc, "title", "new");
        check_ok(c, ical_write(text, ITEM_EVENT, doc, &out, &err), &err);
        CLEANUP(mem_free) char *html = str_printf("<u>%s</u>", word);
        check_true(c, strstr(out, html) != NULL);
        json_set_str(doc, "description", "b");
        json_remove(doc, DOC_STYLED);
        check_ok(c, ical_write(text, ITEM_EVENT, doc, &again, &err), &err);
        check_int(c, strstr(again, html) != NULL, own);
        check_true(c, strstr(again, "<b>") == NULL);
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_reads(&c);
    test_writes(&c);
    test_occurrences(&c);
    return check_end(&c);
}
