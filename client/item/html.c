/* The text of HTML: see html.h. No parser of HTML, which would be ten times as long: tags are marks
 * in a text, and what they enclose is text unless it is never shown. */
#include "client/item/html.h"

#include "client/base/buf.h"
#include "client/item/html_private.h"

#include <stdlib.h>
#include <string.h>

struct html {
    const char *start, *at, *end;
    struct buf *out;
    bool gap, pre;        /* blanks are due before the next character; within <pre> */
    struct buf *sources;  /* where each byte of `out` stands in the HTML: struct source; or NULL */
    struct source source; /* of what is put next */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of a blank the source does not matter, but each byte has one. */
static void add(struct html *h, const char *text, size_t len)
{
    buf_add(h->out, text, len);
    for (size_t i = 0; h->sources && i < len; i++) {
        buf_add(h->sources, &h->source, sizeof h->source);
    }
}

static void put(struct html *h, const char *text, size_t len)
{
    if (h->gap && h->out->len && buf_str(h->out)[h->out->len - 1] != '\n') {
        add(h, " ", 1);
    }
    h->gap = false;
    add(h, text, len);
}

static void put_break(struct html *h)
{
    while (h->out->len && buf_str(h->out)[h->out->len - 1] == ' ') {
        h->out->len--;
        if (h->sources) {
            h->sources->len -= sizeof h->source;
        }
    }
    add(h, "\n", 1);
    h->gap = false;
}

static void put_character(struct html *h, unsigned long c)
{
    char text[4];
    size_t n = 0;
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
        c = 0xFFFD;
    }
    if (c < 0x80) {
        text[n++] = (char)c;
    } else if (c < 0x800) {
        text[n++] = (char)(0xC0 | c >> 6);
    } else if (c < 0x10000) {
        text[n++] = (char)(0xE0 | c >> 12);
    } else {
        text[n++] = (char)(0xF0 | c >> 18);
        text[n++] = (char)(0x80 | (c >> 12 & 0x3F));
    }
    if (c >= 0x800) {
        text[n++] = (char)(0x80 | (c >> 6 & 0x3F));
    }
    if (c >= 0x80) {
        text[n++] = (char)(0x80 | (c & 0x3F));
    }
    put(h, text, n);
}

/* ---- entities ---- */

/* U+00A0 to U+00FF, in order (HTML 4.01 section 24.2.1). */
static const char LATIN1[] =
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn "
    "sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave "
    "Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml "
    "ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN "
    "szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave "
    "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute "
    "ucirc "
    "uuml yacute thorn yuml ";

static const struct {
    const char *name;
    unsigned long c;
} NAMED[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''},
    {"euro", 0x20AC}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},
    {"sbquo", 0x201A}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"bdquo", 0x201E}, {"bull", 0x2022},
    {"hellip", 0x2026}, {"trade", 0x2122}, {"OElig", 0x152}, {"oelig", 0x153}, {"Scaron", 0x160},
    {"scaron", 0x161}, {"ensp", 0x2002}, {"emsp", 0x2003}, {"thinsp", 0x2009}, {"zwnj", 0x200C},
    {"zwj", 0x200D}, {"rarr", 0x2192}, {"larr", 0x2190}};

static unsigned long entity_named(const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(NAMED); i++) {
        if (strlen(NAMED[i].name) == len && strncmp(NAMED[i].name, name, len) == 0) {
            return NAMED[i].c;
        }
    }
    unsigned long c = 0xA0;
    for (const char *p = LATIN1; *p; p += strcspn(p, " ") + 1, c++) {
        if (strcspn(p, " ") == len && strncmp(p, name, len) == 0) {
            return c;
        }
    }
    return 0;
}

/* What stands behind '&' at `p`; 0 if that is no entity. */
static unsigned long entity(const char *p, const char *end, size_t *ret_len)
{
    size_t n = 0, max = (size_t)(end - p) < 12 ? (size_t)(end - p) : 12;
    while (n < max && (is_letter(p[n]) || (p[n] >= '0' && p[n] <= '9') || (!n && p[n] == '#'))) {
        n++;
    }
    *ret_len = n + (n < max && p[n] == ';');
    if (n > 1 && p[0] == '#') {
        CLEANUP(mem_free) char *digits = mem_strndup(p + 1, n - 1);
        bool hex = (digits[0] | 32) == 'x';
        unsigned long c = strtoul(digits + hex, NULL, hex ? 16 : 10);
        return c ? c : 0xFFFD;
    }
    return n ? entity_named(p, n) : 0;
}

/* ---- tags ---- */

static bool tag_is(const char *name, const char *list)
{
    CLEANUP(mem_free) char *word = str_printf(" %s ", name);
    return strstr(list, word) != NULL;
}

/* Behind the '>' of a tag, past quoted values; the end if there is none. */
static const char *tag_end(const char *p, const char *end)
{
    char quote = 0;
    for (; p < end; p++) {
        if (quote) {
            quote = *p == quote ? 0 : quote;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '>') {
            return p + 1;
        }
    }
    return end;
}

/* Behind </name>. */
static const char *behind_close(const char *p, const char *end, const char *name)
{
    size_t n = strlen(name);
    for (; p + n + 2 <= end; p++) {
        if (p[0] == '<' && p[1] == '/') {
            CLEANUP(mem_free) char *word = mem_strndup(p + 2, n);
            if (str_ieq(word, name)) {
                return tag_end(p, end);
            }
        }
    }
    return end;
}

static void read_tag(struct html *h)
{
    static const char HIDDEN[] = " head script style title template noscript object ";
    static const char BLOCKS[] =
        " p div br li tr h1 h2 h3 h4 h5 h6 ul ol dl dt dd table blockquote hr pre section article "
        "header footer center address form ";
    const char *p = h->at;
    if (h->end - p >= 4 && strncmp(p, "<!--", 4) == 0) {
        const char *close = strstr(p + 4, "-->");
        h->at = close ? close + 3 : h->end;
        return;
    }
    bool closing = p + 1 < h->end && p[1] == '/';
    const char *name = p + 1 + closing;
    size_t n = 0;
    while (
        name + n < h->end && n < 16 && (is_letter(name[n]) || (name[n] >= '0' && name[n] <= '9'))) {
        n++;
    }
    h->at = tag_end(p + 1, h->end);
    CLEANUP(mem_free) char *raw = mem_strndup(name, n);
    CLEANUP(mem_free) char *word = str_lower(raw);
    bool single = h->at - 2 >= p && h->at[-2] == '/';
    if (tag_is(word, HIDDEN) && !closing && !single) {
        h->at = behind_close(h->at, h->end, word);
    } else if (tag_is(word, " td th ")) {
        h->gap = true;
    } else if (tag_is(word, BLOCKS) && (!closing || !str_eq(word, "br"))) {
        bool at_start = !h->out->len || buf_str(h->out)[h->out->len - 1] == '\n';
        if (!at_start || str_eq(word, "br")) {
            put_break(h);
        }
    }
    if (str_eq(word, "pre")) {
        h->pre = !closing;
    }
}

void html_scan(const char *html, struct buf *out, struct buf *sources)
{
    struct html h = {.start = html,
        .at = html,
        .end = html + strnlen(html, HTML_MAX),
        .out = out,
        .sources = sources};
    while (h.at < h.end) {
        size_t n = 0;
        char c = *h.at;
        bool tag = c == '<' && h.at + 1 < h.end &&
                   (is_letter(h.at[1]) || h.at[1] == '/' || h.at[1] == '!' || h.at[1] == '?');
        unsigned long named = c == '&' ? entity(h.at + 1, h.end, &n) : 0;
        h.source.from = (size_t)(h.at - html);
        h.source.to = h.source.from + 1 + n;
        if (tag) {
            read_tag(&h);
            continue;
        }
        h.at++;
        if (named) {
            put_character(&h, named);
            h.at += n;
        } else if (is_space(c) && !h.pre) {
            h.gap = true;
        } else if (c != '\r') {
            put(&h, &c, 1);
        }
    }
}

char *html_text(const char *html)
{
    CLEANUP_FINI(buf_fini) struct buf out = BUF_INIT(HTML_MAX * 4);
    html_scan(html, &out, NULL);
    CLEANUP(mem_free) char *text = buf_take(&out);
    return str_trim(text);
}

/* ---- comparing ---- */

/* Behind an address in angle brackets at `p`, as in "here <https://example.com/> "; NULL: none. */
static const char *behind_address(const char *p)
{
    static const char *const HEADS[] = {"<http", "<mailto:", "<tel:", "<file:", "<ftp",
        "<callto:", "<sip:", "<cid:", "[cid:", "[image:"};
    for (size_t i = 0; i < ARRAY_LEN(HEADS); i++) {
        if (str_istarts(p, HEADS[i])) {
            size_t n = strcspn(p, *p == '<' ? ">\n" : "]\n");
            return p[n] && p[n] != '\n' ? p + n + 1 : NULL;
        }
    }
    return NULL;
}

static bool is_blank(const char *p)
{
    return is_space(*p) || strncmp(p, "\xC2\xA0", 2) == 0;
}

/* Behind the mark of a list item at the start of a line, as plain texts have it: "12. ", "12) ", "- ",
 * "* ", "o ", or a bullet, also one of the font Symbol (U+F0B7). */
static const char *behind_mark(const char *p)
{
    static const char *const MARKS[] = {"-", "*", "o", "\xC2\xB7", "\xC2\xA7", "\xE2\x80\xA2",
        "\xE2\x96\xAA", "\xEF\x82\xB7", "\xEF\x82\xA7"};
    const char *start = p;
    while (*p == ' ' || *p == '\t') {
        p++;
    }
    size_t n = strspn(p, "0123456789");
    if (n && n < 4 && (p[n] == '.' || p[n] == ')') && is_blank(p + n + 1)) {
        return p + n + 1;
    }
    for (size_t i = 0; i < ARRAY_LEN(MARKS); i++) {
        n = strlen(MARKS[i]);
        if (strncmp(p, MARKS[i], n) == 0 && is_blank(p + n)) {
            return p + n;
        }
    }
    return start;
}

/* Blanks outside of ASCII, what has no width, and the place of an image. Length in bytes, 0: none. */
static size_t blank_length(const char *p)
{
    static const char *const BLANKS[] = {"\xC2\xA0", "\xC2\xAD", "\xE2\x80\x82", "\xE2\x80\x83",
        "\xE2\x80\x89", "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\xAF",
        "\xE2\x81\xA0", "\xEF\xBB\xBF", "\xEF\xBF\xBC"};
    for (size_t i = 0; (unsigned char)*p >= 0x80 && i < ARRAY_LEN(BLANKS); i++) {
        if (strncmp(p, BLANKS[i], strlen(BLANKS[i])) == 0) {
            return strlen(BLANKS[i]);
        }
    }
    return (unsigned char)*p <= ' ' || *p == 0x7f;
}

/* A line drawn in signs: five or more of one. */
static size_t rule_length(const char *p)
{
    size_t n = *p == '_' || *p == '-' || *p == '=' ? strspn(p, (char[]){*p, '\0'}) : 0;
    return n >= 5 ? n : 0;
}

bool html_skeleton(const char *text, struct buf *out, struct buf *places)
{
    bool start = true;
    for (const char *p = text; *p && !out->overflow;) {
        p = start ? behind_mark(p) : p;
        start = *p == '\n';
        const char *behind = behind_address(p);
        size_t skip = behind ? (size_t)(behind - p) : blank_length(p);
        skip = skip ? skip : rule_length(p);
        if (skip) {
            p += skip;
            continue;
        }
        size_t at = (size_t)(p - text);
        if (*p) {
            buf_addc(out, *p++);
            if (places) {
                buf_add(places, &at, sizeof at);
            }
        }
    }
    return !out->overflow;
}

bool html_says(const char *html, const char *text)
{
    struct buf shown CLEANUP_FINI(buf_fini) = BUF_INIT(HTML_MAX * 4);
    struct buf mine CLEANUP_FINI(buf_fini) = BUF_INIT(HTML_MAX * 4);
    struct buf theirs CLEANUP_FINI(buf_fini) = BUF_INIT(HTML_MAX * 4);
    html_scan(html, &shown, NULL);
    return html_skeleton(buf_str(&shown), &mine, NULL) &&
           html_skeleton(text ? text : "", &theirs, NULL) && mine.len == theirs.len &&
           memcmp(buf_str(&mine), buf_str(&theirs), mine.len) == 0;
}

/* One form of it: line ends are LF, as in all texts of documents, and other controls, which nothing
 * shows and iCalendar cannot carry, are blanks. Caller frees. */
static char *normal(const char *html)
{
    char *copy = mem_strdup(html), *to = copy;
    for (const char *p = copy; *p; p++) {
        if (*p == '\r') {
            continue;
        }
        bool control = (unsigned char)*p < ' ' && *p != '\n' && *p != '\t';
        *to++ = (char)(control || *p == 0x7f ? ' ' : *p);
    }
    *to = '\0';
    return copy;
}

void html_put(struct json *doc, const char *html)
{
    if (str_empty(html) || strlen(html) > HTML_MAX || !str_utf8_valid(html, strlen(html))) {
        return;
    }
    CLEANUP(mem_free) char *taken = normal(html);
    CLEANUP(mem_free) char *shown = html_text(taken);
    if (str_empty(shown)) {
        return;
    }
    if (!json_get_str(doc, "description")) {
        json_set_str(doc, "description", shown);
    }
    CLEANUP(mem_free) char *fresh = html_edit(taken, json_get_str(doc, "description"));
    json_set_str(doc, DOC_STYLED, fresh);
}
