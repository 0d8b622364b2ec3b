/* XML over expat. See xml.h; what elements mean is left to the callers. */
#include "client/base/xml.h"

#include <expat.h>
#include <string.h>

#define PIECE       ((size_t)64 << 10) /* bytes filtered and parsed at a time */
#define PIECE_MAX   (4 * PIECE)        /* a byte may become the three of U+FFFD */
#define SEPARATOR   '\n'               /* between namespace and name; cannot occur in either */

/* ---- tree ---- */
/* Splits expat's "namespace SEPARATOR name" (n bytes, in place). */
static void split_name(char *qualified, size_t n, const char **ret_ns, const char **ret_name)
{
    char *separator = strchr(qualified, SEPARATOR);
    if (separator) {
        *separator = 0;
    }
    *ret_ns = separator ? qualified : qualified + n; /* the empty string at its end */
    *ret_name = separator ? separator + 1 : qualified;
}

static struct xml_node *node_new(const char *qualified)
{
    size_t n = strlen(qualified);
    struct xml_node *node = mem_alloc(sizeof *node + n + 1);
    char *copy = (char *)(node + 1);
    memcpy(copy, qualified, n + 1);
    split_name(copy, n, &node->ns, &node->name);
    buf_init(&node->text, XML_MAX_CHILD);
    return node;
}

static void node_fini(struct xml_node *n)
{
    buf_fini(&n->text);
    while (n->attributes) {
        struct xml_attribute *next = n->attributes->next;
        free(n->attributes->value);
        free(n->attributes);
        n->attributes = next;
    }
}

void xml_node_free(struct xml_node *n)
{
    /* Recursion is bounded: no tree is deeper than XML_MAX_DEPTH. */
    if (!n) {
        return;
    }
    for (struct xml_node *c = n->first; c;) {
        struct xml_node *next = c->next;
        xml_node_free(c);
        c = next;
    }
    node_fini(n);
    free(n);
}

bool xml_is(const struct xml_node *n, const char *ns, const char *name)
{
    return n && strcmp(n->name, name) == 0 && strcmp(n->ns, ns) == 0;
}

static const struct xml_node *first_of(const struct xml_node *n, const char *ns, const char *name)
{
    while (n && !xml_is(n, ns, name)) {
        n = n->next;
    }
    return n;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name)
{
    return n ? first_of(n->first, ns, name) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *n, const char *ns, const char *name)
{
    return n ? first_of(n->next, ns, name) : NULL;
}

const char *xml_text(const struct xml_node *n)
{
    return n ? buf_str(&n->text) : "";
}

char *xml_text_trimmed(const struct xml_node *n)
{
    return str_trim(xml_text(n));
}

const char *xml_attribute_get(const struct xml_node *n, const char *name)
{
    for (const struct xml_attribute *a = n ? n->attributes : NULL; a; a = a->next) {
        if (!*a->ns && strcmp(a->name, name) == 0) {
            return a->value;
        }
    }
    return NULL;
}

/* ---- replacing what XML forbids, before expat sees it ---- */
/* Forbidden are the bytes below 0x20 other than tab, LF and CR, and references to such characters
 * ("&#8;"), which are meant literally inside a CDATA section. State is kept between pieces. UTF-16
 * input passes unfiltered. */
struct filter {
    bool started, off;
    char held[12]; /* the beginning of something that may be a reference, or of a CDATA mark */
    size_t held_len;
    bool cdata;
    unsigned char brackets; /* ']' just before, inside CDATA */
};

static bool char_forbidden(unsigned long c)
{
    return c < 0x20 ? c != '\t' && c != '\n' && c != '\r'
                    : (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF;
}

/* Is the held "&#..." (without ';') a reference to a forbidden character? */
static bool reference_forbidden(const char *held)
{
    bool hex = held[2] == 'x';
    const char *digits = held + (hex ? 3 : 2);
    char *end;
    if (!*digits) {
        return false;
    }
    unsigned long c = strtoul(digits, &end, hex ? 16 : 10);
    return *end == 0 && char_forbidden(c);
}

static bool may_continue(const struct filter *f, char c)
{
    static const char mark[] = "<![CDATA[";
    if (f->held[0] == '<') {
        return f->held_len < sizeof mark - 1 && c == mark[f->held_len];
    }
    if (f->held_len == 1) {
        return c == '#';
    }
    return f->held_len < sizeof f->held - 2 &&
           (strchr("0123456789abcdefABCDEF", c) || (f->held_len == 2 && c == 'x'));
}

static void filter_byte(struct filter *f, char c, struct buf *out)
{
    if (f->held_len) {
        if (may_continue(f, c)) {
            f->held[f->held_len++] = c;
            if (f->held[0] == '<' && f->held_len == strlen("<![CDATA[")) {
                f->cdata = true;
                buf_add(out, f->held, f->held_len);
                f->held_len = 0;
            }
            return;
        }
        f->held[f->held_len] = 0;
        if (c == ';' && f->held[0] == '&' && f->held_len > 2 && reference_forbidden(f->held)) {
            f->held_len = 0;
            buf_adds(out, XML_REPLACEMENT);
            return;
        }
        buf_add(out, f->held, f->held_len);
        f->held_len = 0;
    }
    if (f->cdata) {
        if (c == '>' && f->brackets >= 2) {
            f->cdata = false;
        }
        f->brackets = c == ']' ? (f->brackets < 2 ? f->brackets + 1 : 2) : 0;
    } else if (c == '<' || c == '&') {
        f->held[0] = c;
        f->held_len = 1;
        return;
    }
    if (char_forbidden((unsigned char)c)) {
        buf_adds(out, XML_REPLACEMENT);
    } else {
        buf_addc(out, c);
    }
}

/* Nothing to do for a byte like this one, in any state without held bytes. */
static bool plain(unsigned char c)
{
    return (c >= 0x20 && c != '<' && c != '&' && c != ']' && c != '>') || c == '\n' || c == '\r' ||
           c == '\t';
}

static void filter_run(struct filter *f, const char *data, size_t len, struct buf *out)
{
    if (!f->started && len) {
        unsigned char first = (unsigned char)data[0];
        f->started = true;
        f->off = first == 0xFE || first == 0xFF || first == 0;
    }
    if (f->off) {
        buf_add(out, data, len);
        return;
    }
    for (size_t i = 0; i < len;) {
        size_t start = i;
        if (!f->held_len) {
            while (i < len && plain((unsigned char)data[i])) {
                i++;
            }
        }
        if (i > start) {
            f->brackets = 0;
            buf_add(out, data + start, i - start);
        } else {
            filter_byte(f, data[i++], out);
        }
    }
}

/* ---- reader ---- */
struct xml_reader {
    XML_Parser parser;
    xml_element_fn *element;
    void *user;
    bool keep; /* xml_parse: children stay below the root */
    struct filter filter;
    struct buf piece; /* filtered input */
    struct xml_node *root, *open[XML_MAX_DEPTH];
    size_t depth, elements, held;
    struct err err;
};

static void reader_stop(struct xml_reader *r)
{
    XML_StopParser(r->parser, XML_FALSE);
}

static bool reader_hold(struct xml_reader *r, size_t n)
{
    r->held += n;
    if (r->held > XML_MAX_CHILD && r->err.rc == RC_OK) {
        (void)err_set(
            &r->err, RC_TOO_BIG, 0, "an XML element is larger than %zu MB", XML_MAX_CHILD >> 20);
        reader_stop(r);
    }
    return r->err.rc == RC_OK;
}

static void add_attributes(struct xml_reader *r, struct xml_node *node, const XML_Char **attributes)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (!reader_hold(r,
                strlen(attributes[i]) + strlen(attributes[i + 1]) + sizeof(struct xml_attribute))) {
            return;
        }
        size_t n = strlen(attributes[i]);
        struct xml_attribute *a = mem_alloc(sizeof *a + n + 1);
        char *copy = (char *)(a + 1);
        memcpy(copy, attributes[i], n + 1);
        split_name(copy, n, &a->ns, &a->name);
        a->value = mem_strdup(attributes[i + 1]);
        a->next = node->attributes;
        node->attributes = a;
    }
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct xml_reader *r = user;
    if (r->err.rc != RC_OK) {
        return;
    }
    if (r->depth == XML_MAX_DEPTH || ++r->elements > XML_MAX_ELEMENTS) {
        (void)err_set(
            &r->err, RC_TOO_BIG, 0, "the XML is nested too deep or has too many elements");
        reader_stop(r);
        return;
    }
    if (!reader_hold(r, strlen(name) + sizeof(struct xml_node))) {
        return;
    }
    struct xml_node *node = node_new(name);
    add_attributes(r, node, attributes);
    if (r->depth == 0) {
        r->root = node;
    } else {
        struct xml_node *parent = r->open[r->depth - 1];
        if (parent->last) {
            parent->last->next = node;
        } else {
            parent->first = node;
        }
        parent->last = node;
    }
    r->open[r->depth++] = node;
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct xml_reader *r = user;
    (void)name;
    if (r->err.rc != RC_OK) {
        return;
    }
    r->depth--;
    if (r->depth != 1 || r->keep) {
        return;
    }
    struct xml_node *child = r->root->first;
    if (r->element && r->element(r->user, child, &r->err) != RC_OK) {
        reader_stop(r);
    }
    xml_node_free(child);
    r->root->first = r->root->last = NULL;
    r->held = 0;
    r->elements = 1;
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len)
{
    struct xml_reader *r = user;
    /* White space between the root's children would otherwise pile up. */
    if (r->err.rc != RC_OK || r->depth == 0 || (r->depth == 1 && !r->keep) ||
        !reader_hold(r, (size_t)len)) {
        return;
    }
    buf_add(&r->open[r->depth - 1]->text, text, (size_t)len);
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system_id,
    const XML_Char *public_id, int has_subset)
{
    struct xml_reader *r = user;
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_subset;
    if (r->err.rc == RC_OK) {
        (void)err_set(&r->err, RC_INVALID, 0,
            "the XML has a document type declaration, which is not accepted");
    }
    reader_stop(r);
}

struct xml_reader *xml_reader_new(xml_element_fn *element, void *user)
{
    struct xml_reader *r = NEW(struct xml_reader);
    r->element = element;
    r->user = user;
    buf_init(&r->piece, PIECE_MAX);
    r->parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (!r->parser) {
        abort(); /* memory is out, as in mem.c */
    }
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    return r;
}

void xml_reader_free(struct xml_reader *r)
{
    if (!r) {
        return;
    }
    XML_ParserFree(r->parser);
    xml_node_free(r->root);
    buf_fini(&r->piece);
    err_fini(&r->err);
    free(r);
}

static enum rc reader_failed(struct xml_reader *r, struct err *err)
{
    return err_set(err, r->err.rc, r->err.native, "%s", err_text(&r->err));
}

static enum rc reader_parse(
    struct xml_reader *r, const char *data, size_t len, bool final, struct err *err)
{
    if (r->err.rc == RC_OK && XML_Parse(r->parser, data, (int)len, final) == XML_STATUS_ERROR &&
        r->err.rc == RC_OK) {
        enum XML_Error code = XML_GetErrorCode(r->parser);
        (void)err_set(&r->err, RC_INVALID, code, "no well-formed XML (%s, line %lu)",
            XML_ErrorString(code), (unsigned long)XML_GetCurrentLineNumber(r->parser));
    }
    return r->err.rc == RC_OK ? RC_OK : reader_failed(r, err);
}

enum rc xml_reader_feed(struct xml_reader *r, const char *data, size_t len, struct err *err)
{
    while (len && r->err.rc == RC_OK) {
        size_t n = len < PIECE ? len : PIECE;
        buf_clear(&r->piece);
        filter_run(&r->filter, data, n, &r->piece);
        if (reader_parse(r, buf_str(&r->piece), r->piece.len, false, err) != RC_OK) {
            return r->err.rc;
        }
        data += n;
        len -= n;
    }
    return r->err.rc == RC_OK ? RC_OK : reader_failed(r, err);
}

enum rc xml_reader_finish(struct xml_reader *r, struct err *err)
{
    return reader_parse(r, r->filter.held, r->filter.held_len, true, err);
}

const struct xml_node *xml_reader_root(const struct xml_reader *r)
{
    return r->root;
}

enum rc xml_parse(const char *text, size_t len, struct xml_node **ret, struct err *err)
{
    CLEANUP(xml_reader_free) struct xml_reader *r = xml_reader_new(NULL, NULL);
    r->keep = true;
    enum rc rc = xml_reader_feed(r, text, len, err);
    if (rc == RC_OK) {
        rc = xml_reader_finish(r, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(r->root);
    }
    return rc;
}

/* ---- writing ---- */
void xml_escape(struct buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '&':
            buf_adds(out, "&amp;");
            break;
        case '<':
            buf_adds(out, "&lt;");
            break;
        case '>':
            buf_adds(out, "&gt;");
            break;
        case '"':
            buf_adds(out, "&quot;");
            break;
        case '\r':
            buf_adds(out, "&#13;"); /* a plain CR would be read as LF */
            break;
        default:
            if (char_forbidden((unsigned char)*p)) {
                buf_adds(out, XML_REPLACEMENT);
            } else {
                buf_addc(out, *p);
            }
        }
    }
}
