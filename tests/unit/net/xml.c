/* The XML reader: namespaces, pieces of any size, limits, and what XML forbids. */
#include "client/base/xml.h"
#include "tests/unit/check.h"

#include <stdlib.h>

/* Writes a tree as text, so that a case is a pair of strings. */
static void print_node(const struct xml_node *n, struct buf *out)
{
    buf_addf(out, "<%s%s%s", n->ns, *n->ns ? "|" : "", n->name);
    for (const struct xml_attribute *a = n->attributes; a; a = a->next) {
        buf_addf(out, " %s%s%s=%s", a->ns, *a->ns ? "|" : "", a->name, a->value);
    }
    buf_addf(out, ">%s", xml_text(n));
    for (const struct xml_node *child = n->first; child; child = child->next) {
        print_node(child, out);
    }
    buf_adds(out, "</>");
}

static const char *const PAIRS[][2] = {
    {"<a/>", "<a></>"},
    {"<?xml version='1.0'?><d:a xmlns:d='DAV:'><d:b x='1'>t</d:b></d:a>",
        "<DAV:|a><DAV:|b x=1>t</></>"},
    {"<a xmlns='u'>x<b xmlns=''>y</b>z</a>", "<u|a>xz<b>y</></>"},
    {"<a><![CDATA[<&]]></a>", "<a><&</>"},
    {"<a>x\x08y</a>", "<a>x\xEF\xBF\xBDy</>"},
    {"<a>x&#8;y&#x1F;z&#65;</a>", "<a>x\xEF\xBF\xBDy\xEF\xBF\xBDzA</>"},
    {"<a><![CDATA[&#8;\x01]]]]>&#8;</a>", "<a>&#8;\xEF\xBF\xBD]]\xEF\xBF\xBD</>"},
    {"<a><![CDATA[]]]></a>", "<a>]</>"},
    {"<a>&#13;&#10;</a>", "<a>\r\n</>"},
    {"<a y:z='v' xmlns:y='n'/>", "<a n|z=v></>"},
};

static enum rc print_element(void *user, const struct xml_node *n, struct err *err)
{
    (void)err;
    print_node(n, user);
    return RC_OK;
}

static char *parse_in_pieces(const char *text, size_t piece)
{
    struct xml_node *root = NULL;
    struct buf out = BUF_INIT(1 << 16);
    struct err err = ERR_INIT;
    if (piece == 0) {
        if (xml_parse(text, strlen(text), &root, &err) == RC_OK) {
            print_node(root, &out);
        } else {
            buf_addf(&out, "%s", rc_name(err.rc));
        }
    } else { /* as the only child of a root, through the reader */
        CLEANUP(mem_free)
        char *bare = mem_strdup(str_starts(text, "<?xml") ? strstr(text, "?>") + 2 : text);
        CLEANUP(mem_free) char *whole = str_printf("<root>%s</root>", bare);
        CLEANUP(xml_reader_free) struct xml_reader *r = xml_reader_new(print_element, &out);
        enum rc rc = RC_OK;
        for (size_t i = 0, n = strlen(whole); i < n && rc == RC_OK; i += piece) {
            rc = xml_reader_feed(r, whole + i, n - i < piece ? n - i : piece, &err);
        }
        rc = rc == RC_OK ? xml_reader_finish(r, &err) : rc;
        if (rc != RC_OK) {
            buf_addf(&out, "%s", rc_name(rc));
        }
    }
    xml_node_free(root);
    err_fini(&err);
    return buf_take(&out);
}

static void test_pairs(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
        for (size_t piece = 0; piece < 12; piece++) {
            CLEANUP(mem_free) char *got = parse_in_pieces(PAIRS[i][0], piece);
            check_str(c, got, PAIRS[i][1]);
        }
    }
}

static void check_refused(struct check *c, const char *text, enum rc want)
{
    struct xml_node *root = NULL;
    struct err err = ERR_INIT;
    check_int(c, xml_parse(text, strlen(text), &root, &err), want);
    check_true(c, root == NULL && !str_empty(err.text));
    xml_node_free(root);
    err_fini(&err);
}

static void test_refused(struct check *c)
{
    static const char *const BAD[] = {
        "", "<a>", "<a></b>", "text", "<a/><b/>", "<a x='1' x='2'/>", "<d:a/>", "<a>&nope;</a>"};
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        check_refused(c, BAD[i], RC_INVALID);
    }
    check_refused(
        c, "<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;'>]><a>&m;</a>", RC_INVALID);
    check_refused(c, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", RC_INVALID);
}

static void test_limits(struct check *c)
{
    struct buf deep = BUF_INIT(1 << 20), wide = BUF_INIT(1 << 24);
    for (int i = 0; i < XML_MAX_DEPTH + 1; i++) {
        buf_adds(&deep, "<a>");
    }
    check_refused(c, buf_str(&deep), RC_TOO_BIG);
    buf_adds(&wide, "<a>");
    for (int i = 0; i < XML_MAX_ELEMENTS; i++) {
        buf_adds(&wide, "<b/>");
    }
    buf_adds(&wide, "</a>");
    check_refused(c, buf_str(&wide), RC_TOO_BIG);
    buf_fini(&deep);
    buf_fini(&wide);
    /* The reader forgets each child: the number of children has no limit of its own. */
    CLEANUP(xml_reader_free) struct xml_reader *r = xml_reader_new(NULL, NULL);
    struct err err = ERR_INIT;
    check_ok(c, xml_reader_feed(r, "<a>", 3, &err), &err);
    for (int i = 0; i < 3 * XML_MAX_ELEMENTS; i++) {
        check_ok(c, xml_reader_feed(r, "<b>text</b>", 11, &err), &err);
    }
    check_ok(c, xml_reader_feed(r, "</a>", 4, &err), &err);
    check_ok(c, xml_reader_finish(r, &err), &err);
    err_fini(&err);
}

static void test_escape(struct check *c)
{
    struct buf b = BUF_INIT(1 << 10);
    xml_escape(&b, "a<b>&\"\r\n\t\x01\xC3\xBC");
    check_str(c, buf_str(&b), "a&lt;b&gt;&amp;&quot;&#13;\n\t\xEF\xBF\xBD\xC3\xBC");
    buf_fini(&b);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    static const struct {
        const char *name;
        void (*run)(struct check *c);
    } CASES[] = {{"xml/pairs", test_pairs}, {"xml/refused", test_refused},
        {"xml/limits", test_limits}, {"xml/escape", test_escape}};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(&c, CASES[i].name)) {
            CASES[i].run(&c);
        }
    }
    return check_end(&c);
}
