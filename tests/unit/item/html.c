/* client/item/html: the text of HTML, and when two forms of a text say the same. */
#include "client/base/buf.h"
#include "client/item/html.h"
#include "tests/unit/check.h"

#include <stdlib.h>

static const struct {
    const char *html, *text;
} TEXTS[] = {
    {"", ""},
    {"plain", "plain"},
    {"<p>one</p><p>two</p>", "one\ntwo"},
    {"a<br>b<br/>c<BR />d", "a\nb\nc\nd"},
    {"<div>a  \r\n b</div>\n<div>c</div>", "a b\nc"},
    {"<pre>a  b\nc</pre>", "a  b\nc"},
    {"<ul><li>a</li><li>b</li></ul>", "a\nb"},
    {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
    {"Gr&uuml;&szlig;e &#228;&#xE4;&Auml; &euro; &amp;amp;",
        "Gr\u00fc\u00dfe \u00e4\u00e4\u00c4 \u20ac &amp;"},
    {"a &lt;b&gt; &unknown; & c &amp", "a <b> &unknown; & c &"},
    {"&#0;&#xD800;&#x110000;&#999999999;", "\ufffd\ufffd\ufffd\ufffd"},
    {"<head><title>no</title></head><style>p{}</style><script>alert('</p>')</script>yes", "yes"},
    {"<!-- <p>no</p> -->yes<!--[if mso]>no", "yes"},
    {"<a href=\"x>y\" title='a>b'>link</a>", "link"},
    {"a < b and 1 <2", "a < b and 1 <2"},
    {"<p>not closed <b", "not closed"},
    {"<style>never closed", ""},
    {"<!DOCTYPE html><html><body>x</body></html>", "x"},
    {"<td", ""},
    {"&", "&"},
    {"<p a='", ""},
};

static void test_texts(struct check *c)
{
    if (!check_case(c, "html/text")) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        CLEANUP(mem_free) char *got = html_text(TEXTS[i].html);
        check_str(c, got, TEXTS[i].text);
    }
}

static const struct {
    const char *html, *text;
    bool same;
} SAYS[] = {
    {"<p>cost: -5</p>", "cost: 5", false},
    {"<p>yes?</p>", "yes!", false},
    {"<p>a</p><hr><p>b</p>", "a\n________\nb", true},
    {"<p>Hello <b>world</b></p>", "Hello world", true},
    {"<p>Hello</p><p>&nbsp;</p><p>world</p>", "Hello\r\n\r\nworld\r\n", true},
    {"<p>Hello world</p>", "Hello new world", false},
    {"<p>Hello world</p>", "Hello", false},
    {"<p>Hello</p>", "", false},
    {"<ol><li>one</li><li>two</li></ol>", "1.\tone\n2.\ttwo", true},
    {"<ul><li>one</li></ul>", "  * one", true},
    {"<p>\u2022 one</p>", "- one", true},
    {"<p>1. one</p>", "1. one", true},
    {"<p>see <a href=\"https://example.com/\">here</a></p>", "see here <https://example.com/>",
        true},
    {"<p>see <a href=\"https://example.com/\">here</a></p>", "see there <https://example.com/>",
        false},
    {"<p>see https://example.com/a</p>", "see https://example.com/b", false},
    {"<p>room 12. then 13</p>", "room 12. then 14", false},
    {"<p>caf\u00e9</p>", "cafe", false},
    {"<p>it\u2019s</p>", "it's", false},
};

static void test_says(struct check *c)
{
    if (!check_case(c, "html/says")) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(SAYS); i++) {
        if (html_says(SAYS[i].html, SAYS[i].text) != SAYS[i].same) {
            check_fail(c, "%s / %s", SAYS[i].html, SAYS[i].text);
        }
    }
}

static const struct {
    const char *html, *text, *want;
} EDITS[] = {
    {"<p>a <b>bold</b> c</p>", "a bold c", "<p>a <b>bold</b> c</p>"},
    {"<p>a <b>bold</b> c</p>", "a bald c", "<p>a <b>bald</b> c</p>"},
    {"<p>one <b>two</b> three</p>", "one 2 three", "<p>one <b>2</b> three</p>"},
    {"<p>one <b>two</b></p><p>three</p>", "one two\nthree four",
        "<p>one <b>two</b></p><p>three four</p>"},
    {"<p>one <b>two</b></p>", "zero one two", "<p>zero one <b>two</b></p>"},
    {"<p>one <b>two</b> three four</p>", "one three four", "<p>one <b></b> three four</p>"},
    {"<p>one</p><p><i>two</i></p>", "one\nnew\ntwo", "<p>one<br>new<br></p><p><i>two</i></p>"},
    {"<p>one two</p><p>three four five</p>", "one 2 3 four five",
        "<p>one 2 3</p><p> four five</p>"},
    {"<p>\u4f1a\u8bae<b>\u5728</b>\u4e03\u70b9</p>", "\u4f1a\u8bae\u5728\u516b\u70b9",
        "<p>\u4f1a\u8bae<b>\u5728</b>\u516b\u70b9</p>"},
    {"<p>a &amp; b is &lt; c</p>", "a & b is > c", "<p>a &amp; b is &gt; c</p>"},
    {"<p>f&uuml;nf Gr&auml;ser</p>", "f\u00fcnf Gr\u00f6ser", "<p>f&uuml;nf Gr\u00f6ser</p>"},
    {"<p>Price: <b>10 &euro;</b></p>", "Price: 12 \u20ac", "<p>Price: <b>12 &euro;</b></p>"},
    {"<p>see <a href='https://example.com/x'>here</a> now</p>",
        "see here <https://example.com/x> then",
        "<p>see <a href='https://example.com/x'>here</a> then</p>"},
    {"<style>p{}</style><p>long enough text</p>", "long enough <b> text",
        "<style>p{}</style><p>long enough &lt;b&gt;  text</p>"},
    {"<p>old</p>", "new", NULL},
    {"<p>old</p>", "", NULL},
    {"<p></p>", "new", NULL},
    {"<p>half of it</p>", "half of something quite different", NULL},
};

static void test_edits(struct check *c)
{
    if (!check_case(c, "html/edit")) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        CLEANUP(mem_free) char *got = html_edit(EDITS[i].html, EDITS[i].text);
        check_str(c, got, EDITS[i].want);
    }
}

static void put(struct check *c, const char *text, const char *html, const char *want_text,
    const char *want_html)
{
    CLEANUP(json_free) struct json *doc = json_object();
    json_set_str(doc, "description", text);
    html_put(doc, html);
    check_str(c, json_get_str(doc, "description"), want_text);
    check_str(c, json_get_str(doc, DOC_STYLED), want_html);
}

static void test_put(struct check *c)
{
    if (check_case(c, "html/put")) {
        put(c, "a", "<b>a</b>", "a", "<b>a</b>");
        put(c, "a", "<b>b</b>", "a", NULL);
        put(c, "a", "<b>\r\n\ta\f\x01</b>\r\n", "a", "<b>\n\ta  </b>\n");
        put(c, NULL, "<b>b</b>", "b", "<b>b</b>");
        put(c, NULL, "<p> </p>", NULL, NULL);
        put(c, "a", NULL, "a", NULL);
        put(c, "a", "<b>\xff</b>", "a", NULL);
        CLEANUP(mem_free) char *large = mem_alloc(HTML_MAX + 2);
        memset(large, 'a', HTML_MAX + 1);
        put(c, NULL, large, NULL, NULL);
        large[HTML_MAX] = '\0';
        put(c, large, large, large, large);
    }
}

/* Nothing that takes more than linear time or memory. */
static void test_large(struct check *c)
{
    if (check_case(c, "html/large")) {
        static const char *const PARTS[] = {"<", "<p", "<!--", "&", "&#", "</", "<style>",
            "<p a=\"", "<br>", "<td>", "1. ", "<http"};
        for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
            struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(HTML_MAX * 2);
            while (b.len < HTML_MAX * 3 / 2) {
                buf_adds(&b, PARTS[i]);
            }
            CLEANUP(mem_free) char *text = html_text(buf_str(&b));
            check_true(c, strlen(text) <= HTML_MAX);
            check_true(c, !html_says(buf_str(&b), "x"));
        }
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_texts(&c);
    test_says(&c);
    test_edits(&c);
    test_put(&c);
    test_large(&c);
    return check_end(&c);
}
