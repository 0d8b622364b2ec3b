/* The three forms of a body: which of them is read as HTML, in which code page, and that what is
 * written leaves no two that disagree. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdlib.h>

static const struct map_env ENV = {"Etc/UTC", 1700000000, NULL};

static void set_text(struct props *p, enum prop_key key, const char *text)
{
    if (text) {
        props_set_text(p, prop_name_of(key), text);
    }
}

static void set_int(struct props *p, enum prop_key key, int64_t n)
{
    if (n) {
        props_set_int(p, prop_name_of(key), PROP_LONG, n);
    }
}

static void set_binary(struct props *p, enum prop_key key, const char *bytes)
{
    if (bytes) {
        props_set_binary(p, prop_name_of(key), bytes, strlen(bytes));
    }
}

/* Uncompressed ([MS-OXRTFCP] section 2.1.3.1.1, "MELA"). */
static void set_rtf(struct props *p, const char *rtf)
{
    if (rtf) {
        struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
        size_t n = strlen(rtf);
        const uint32_t head[] = {(uint32_t)n + 12, (uint32_t)n, 0x414C454D, 0};
        buf_add(&b, head, sizeof head);
        buf_add(&b, rtf, n);
        props_set_binary(p, prop_name_of(P_RTF_COMPRESSED), buf_str(&b), b.len);
    }
}

#define WRAPPED                                                                                    \
    "{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 a\\htmlrtf }\\htmlrtf0" \
    "{\\*\\htmltag92 </b>}}"

static const struct row {
    const char *name;
    const char *body, *html, *rtf;
    int64_t code_page, native;
    const char *want, *want_html;
} READS[] = {
    {"body/read/plain", "a\r\nb\r\n", NULL, NULL, 0, 0, "a\nb", NULL},
    {"body/read/html", "a", "<b>a</b>", NULL, 65001, 3, "a", "<b>a</b>"},
    {"body/read/html-of-old-stores", "a", "<b>a</b>", NULL, 0, 0, "a", "<b>a</b>"},
    {"body/read/html-made-of-rtf", "a", "<b>a</b>", "{\\rtf1 a}", 65001, 2, "a", NULL},
    {"body/read/stale", "b", "<b>a</b>", NULL, 65001, 3, "b", NULL},
    {"body/read/only-html", NULL, "<b>a</b>", NULL, 65001, 3, "a", "<b>a</b>"},
    {"body/read/in-rtf", "a", NULL, WRAPPED, 65001, 3, "a", "<b>a</b>"},
    {"body/read/rtf", "a", NULL, "{\\rtf1{\\b a}}", 0, 2, "a", NULL},
    {"body/read/1252", "\xc3\xa4\xe2\x82\xac", "<b>\xe4\x80</b>", NULL, 1252, 3,
        "\xc3\xa4\xe2\x82\xac", "<b>\xc3\xa4\xe2\x82\xac</b>"},
    {"body/read/1252-unsaid", "\xc3\xa4", "<b>\xe4</b>", NULL, 0, 3, "\xc3\xa4", "<b>\xc3\xa4</b>"},
    {"body/read/utf-8", "\xc3\xa4", "<b>\xc3\xa4</b>", NULL, 65001, 3, "\xc3\xa4",
        "<b>\xc3\xa4</b>"},
    {"body/read/no-utf-8", "\xc3\xa4", "<b>\xe4</b>", NULL, 65001, 3, "\xc3\xa4", NULL},
    {"body/read/another-code-page", "\xc3\xa4", "<b>\xe4</b>", NULL, 1251, 3, "\xc3\xa4", NULL},
    {"body/read/references", "\xc3\xa4<\xf0\x9f\x98\x80", "<b>&#228;&#60;&#128512;</b>", NULL, 0, 3,
        "\xc3\xa4<\xf0\x9f\x98\x80", "<b>\xc3\xa4&#60;\xf0\x9f\x98\x80</b>"},
};

static void make_item(const struct row *row, struct props *item)
{
    set_text(item, P_MESSAGE_CLASS, "IPM.Task");
    set_text(item, P_BODY, row->body);
    set_binary(item, P_HTML, row->html);
    set_rtf(item, row->rtf);
    set_int(item, P_CODE_PAGE, row->code_page);
    set_int(item, P_NATIVE_BODY, row->native);
}

/* UTF-16, say, under a code page that says otherwise: it ends at the first NUL for whoever takes it for a
 * text, and none of it is HTML. */
static void test_nul(struct check *c)
{
    static const char BYTES[] = "<b>a\0</b> and much more behind it";
    static const int64_t PAGES[] = {0, 65001, 1252};
    for (size_t i = 0; i < ARRAY_LEN(PAGES); i++) {
        struct props item = {0};
        make_item(&(struct row){.body = "a", .code_page = PAGES[i], .native = 3}, &item);
        props_set_binary(&item, prop_name_of(P_HTML), BYTES, sizeof BYTES);
        CLEANUP(json_free) struct json *doc = NULL;
        check_int(c, map_read(ITEM_TASK, &item, &ENV, &doc, NULL), RC_OK);
        check_str(c, json_get_str(doc, "description"), "a");
        check_str(c, json_get_str(doc, DOC_STYLED), NULL);
        props_fini(&item);
    }
}

static void test_reads(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(READS); i++) {
        if (!check_case(c, READS[i].name)) {
            continue;
        }
        struct props item CLEANUP_FINI(props_fini) = {0};
        CLEANUP(json_free) struct json *doc = NULL;
        struct err err = ERR_INIT;
        make_item(&READS[i], &item);
        check_ok(c, map_read(ITEM_TASK, &item, &ENV, &doc, &err), &err);
        check_str(c, json_get_str(doc, "description"), READS[i].want);
        check_str(c, json_get_str(doc, DOC_STYLED), READS[i].want_html);
        err_fini(&err);
    }
}

/* When the RTF is asked for as well: it is large, and of most items not needed. */
static void test_rich(struct check *c)
{
    if (check_case(c, "body/wants-rich")) {
        static const struct {
            const char *body, *html;
            int64_t native;
            bool want;
        } ROWS[] = {{"a", NULL, 0, false}, {"a", NULL, 1, false}, {"a", NULL, 2, false},
            {"a", NULL, 3, true}, {"a", "<b>", 3, false}, {NULL, NULL, 0, true}};
        for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
            struct props item CLEANUP_FINI(props_fini) = {0};
            set_text(&item, P_BODY, ROWS[i].body);
            set_binary(&item, P_HTML, ROWS[i].html);
            set_int(&item, P_NATIVE_BODY, ROWS[i].native);
            check_int(c, map_wants_rich(&item), ROWS[i].want);
        }
    }
}

static const struct {
    const char *name;
    struct row now;
    const char *text, *html; /* wanted */
    const char *props;       /* that change */
    const char *bytes;       /* of the HTML, NULL: none is written */
} WRITES[] = {
    {"body/write/rtf-is-kept", {.body = "a", .rtf = "{\\rtf1{\\b a}}", .native = 2}, "a", NULL, "",
        NULL},
    {"body/write/text-over-rtf", {.body = "a", .rtf = "{\\rtf1{\\b a}}", .native = 2}, "b", NULL,
        "-0E1F -1009 -1013 1000", NULL},
    {"body/write/html-over-rtf", {.body = "a", .rtf = "{\\rtf1{\\b a}}", .native = 2}, "a",
        "<i>a</i>", "-0E1F -1009 1013", "<i>a</i>"},
    {"body/write/html", {.body = "a", .html = "<b>a</b>", .native = 3}, "\xc3\xa4",
        "<i>\xc3\xa4</i>", "-0E1F -1009 1000 1013", "<i>&#228;</i>"},
    {"body/write/text-over-html", {.body = "a", .html = "<b>a</b>", .native = 3}, "b", NULL,
        "-0E1F -1009 -1013 1000", NULL},
    {"body/write/old-html-of-a-new-text", {.body = "a", .html = "<b>a</b>", .native = 3}, "b",
        "<b>a</b>", "-0E1F -1009 -1013 1000", NULL},
    /* The text may be made of the HTML: it is written though it is the old one. */
    {"body/write/formatting-gone", {.body = "a", .html = "<b>a</b>", .native = 3}, "a", NULL,
        "-0E1F -1009 -1013 1000", NULL},
};

static void test_writes(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(WRITES); i++) {
        if (!check_case(c, WRITES[i].name)) {
            continue;
        }
        struct props item CLEANUP_FINI(props_fini) = {0};
        CLEANUP(json_free) struct json *doc = NULL;
        struct map_change change CLEANUP_FINI(map_change_fini) = {0};
        struct err err = ERR_INIT;
        make_item(&WRITES[i].now, &item);
        check_ok(c, map_read(ITEM_TASK, &item, &ENV, &doc, &err), &err);
        json_set_str(doc, "description", WRITES[i].text);
        json_set_str(doc, DOC_STYLED, WRITES[i].html);
        check_ok(c, map_write(ITEM_TASK, &item, doc, &ENV, &change, &err), &err);
        CLEANUP(mem_free) char *names = dump_change_names(&change);
        check_str(c, names, WRITES[i].props);
        size_t len = 0;
        const unsigned char *bytes = props_binary(&change.set, prop_name_of(P_HTML), &len);
        CLEANUP(mem_free) char *got = bytes ? mem_strndup((const char *)bytes, len) : NULL;
        check_str(c, got, WRITES[i].bytes);
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_reads(&c);
    if (check_case(&c, "body/read/nul")) {
        test_nul(&c);
    }
    test_rich(&c);
    test_writes(&c);
    return check_end(&c);
}
