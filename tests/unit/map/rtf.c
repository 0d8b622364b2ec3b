/* Text out of compressed RTF: the example of the specification, what is in RTF and is no text, what
 * must not pass for a note, and every real item that has both forms. */
#include "mapi/map/rtf.h"

#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdlib.h>

static char *packed(const char *rtf, size_t *ret_len)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    size_t n = strlen(rtf);
    const uint32_t head[] = {(uint32_t)n + 12, (uint32_t)n, 0x414C454D, 0};
    buf_add(&b, head, sizeof head);
    buf_add(&b, rtf, n);
    *ret_len = b.len;
    return buf_take(&b);
}

static const struct {
    const char *name, *rtf;
    const char *text; /* NULL: refused */
} CASES[] = {
    {"rtf/paragraphs", "{\\rtf1\\ansi one\\par two\\line three\\tab x}", "one\r\ntwo\r\nthree\tx"},
    {"rtf/lines of the file are no text", "{\\rtf1 a\r\nb}", "ab"},
    {"rtf/escapes", "{\\rtf1 \\{a\\\\b\\}\\~c}",
        "{a\\b}\xC2\xA0"
        "c"},
    {"rtf/destinations", "{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}{\\info{\\title T}}a}",
        "a"},
    {"rtf/1252", "{\\rtf1\\ansicpg1252 Gr\\'fc\\'dfe \\'80}",
        "Gr\xC3\xBC\xC3\x9F"
        "e \xE2\x82\xAC"},
    {"rtf/unicode with fallback", "{\\rtf1\\uc1 Gr\\u252\\'fc\\u223?e}",
        "Gr\xC3\xBC\xC3\x9F"
        "e"},
    {"rtf/unicode below zero", "{\\rtf1\\uc0\\u-10179\\u-8704 !}", "\xF0\x9F\x98\x80!"},
    {"rtf/fallback in another code page", "{\\rtf1\\ansicpg932\\uc2\\u12354\\'82\\'a0}",
        "\xE3\x81\x82"},
    {"rtf/another code page alone", "{\\rtf1\\ansicpg932 \\'82\\'a0}", NULL},
    {"rtf/html inside",
        "{\\rtf1\\fromhtml1{\\*\\htmltag <b>}\\htmlrtf {\\b \\htmlrtf0 bold\\htmlrtf }\\htmlrtf0}",
        "bold"},
    {"rtf/not closed", "{\\rtf1{{{{ a", " a"},
    {"rtf/closed too often", "{\\rtf1 a}}}}b", "ab"},
};

/* The HTML within: the tags, and the text outside of what is for readers of RTF ([MS-OXRTFEX] section
 * 2.1.3). NULL: none. */
static const struct {
    const char *name, *rtf, *html;
} HTMLS[] = {
    {"rtf/html/tags",
        "{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag19 <html>}{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 "
        "a "
        "{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 bold\\htmlrtf }\\htmlrtf0 "
        "{\\*\\htmltag92 </b>}\\htmlrtf\\par}\\htmlrtf0 {\\*\\htmltag72 </p>}}",
        "<html><p>a <b>bold</b></p>"},
    {"rtf/html/characters",
        "{\\rtf1\\ansi\\fromhtml1 \\'fc\\u8364?\\~\\bullet {\\*\\htmltag4 \\'e4\\{\\~\\par\\tab}}",
        "\xC3\xBC\xE2\x82\xAC&nbsp;\xE2\x80\xA2\xC3\xA4{\xC2\xA0\r\n\t"},
    {"rtf/html/what is no html",
        "{\\rtf1\\fromhtml1{\\fonttbl{\\f0 Arial;}}{\\*\\mhtmltag84 no}{\\*\\generator no}"
        "{\\*\\htmltag84 <i>}}",
        "<i>"},
    {"rtf/html/none", "{\\rtf1\\ansi only text}", NULL},
    {"rtf/html/of plain text", "{\\rtf1\\ansi\\fromtext text}", NULL},
    {"rtf/html/another code page", "{\\rtf1\\ansicpg932\\fromhtml1{\\*\\htmltag4 \\'82\\'a0}}",
        NULL},
    {"rtf/html/not closed", "{\\rtf1\\fromhtml1{\\*\\htmltag4 <p>{{{", "<p>"},
};

static void check_htmls(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(HTMLS); i++) {
        if (check_case(c, HTMLS[i].name)) {
            size_t len;
            CLEANUP(mem_free) char *data = packed(HTMLS[i].rtf, &len), *html = NULL;
            enum rc rc = rtf_read_html(data, len, &html, NULL);
            check_int(c, rc == RC_OK, HTMLS[i].html != NULL);
            check_str(c, html, HTMLS[i].html);
        }
    }
}

static void check_cases(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (!check_case(c, CASES[i].name)) {
            continue;
        }
        size_t len;
        struct err err = ERR_INIT;
        CLEANUP(mem_free) char *data = packed(CASES[i].rtf, &len), *text = NULL;
        enum rc rc = rtf_read(data, len, &text, &err);
        check_int(c, rc, CASES[i].text ? RC_OK : RC_UNSUPPORTED);
        check_str(c, text, CASES[i].text);
        err_fini(&err);
    }
}

/* [MS-OXRTFCP] section 3.1 */
static void check_specification(struct check *c)
{
    size_t len;
    CLEANUP(mem_free)
    unsigned char *data = hex_decode("2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
                                     "0af32068656c090020627705b06c647d0a800fa0",
        &len);
    CLEANUP(mem_free) char *text = NULL;
    check_int(c, rtf_read(data, len, &text, NULL), RC_OK);
    check_str(c, text, "hello world");
    for (size_t n = 0; n < len; n++) { /* cut anywhere */
        CLEANUP(mem_free) char *cut = NULL;
        check_int(c, rtf_read(data, n, &cut, NULL), RC_INVALID);
    }
}

static char *words_of(const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *text; text++) {
        if ((unsigned char)*text > ' ') {
            buf_addc(&b, *text);
        }
    }
    return buf_take(&b);
}

struct real {
    struct check *check;
    int compared;
};

/* White space aside: Outlook breaks lines of tables and lists in its own way. */
static void check_real(void *user, const char *name, const struct json *content)
{
    struct real *real = user;
    struct props item = {0};
    size_t len = 0;
    dump_load(content, &item);
    const unsigned char *data = props_binary(&item, prop_name_of(P_RTF_COMPRESSED), &len);
    const char *body = props_text(&item, prop_name_of(P_BODY));
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = NULL;
    if (data && body) {
        enum rc rc = rtf_read(data, len, &text, &err);
        if (rc == RC_OK) {
            CLEANUP(mem_free) char *got = words_of(text);
            CLEANUP(mem_free) char *want = words_of(body);
            check_str(real->check, got, want);
        } else if (rc != RC_UNSUPPORTED) {
            check_fail(real->check, "%s: %s", name, err_text(&err));
        }
        real->compared++;
    }
    err_fini(&err);
    props_fini(&item);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    check_cases(&c);
    check_htmls(&c);
    if (check_case(&c, "rtf/specification")) {
        check_specification(&c);
    }
    if (check_case(&c, "rtf/real")) {
        CLEANUP(mem_free) char *folder = dump_real_folder();
        CLEANUP(mem_free) char *items = folder ? str_printf("%s/items", folder) : NULL;
        struct real real = {&c, 0};
        if (items) {
            dump_each(items, check_real, &real);
            check_true(&c, real.compared > 0);
        } else {
            check_skip(&c, "no real Outlook items (set LOCKSTEP_OUTLOOK_DATA)");
        }
    }
    return check_end(&c);
}
