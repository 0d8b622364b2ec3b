/* The body of an item in its three forms: plain text, HTML, and RTF, which may wrap either. A store
 * makes each of the others out of the one that was written last; PidTagNativeBody says which that
 * was ([MS-OXBBODY] section 2.1.3). */
#include "mapi/map/common.h"

#include "mapi/map/names.h"
#include "mapi/map/rtf.h"

#include <stdio.h>
#include <string.h>

#define CODE_PAGE_UTF8 65001

enum rc body_text(const struct props *item, char **ret_text, struct err *err)
{
    size_t len = 0;
    const char *body = get_text(item, P_BODY);
    const unsigned char *rich =
        body ? NULL : props_binary(item, prop_name_of(P_RTF_COMPRESSED), &len);
    CLEANUP(mem_free) char *made = NULL;
    enum rc rc = rich ? rtf_read(rich, len, &made, err) : RC_OK;
    if (rc == RC_OK) {
        char *text = text_lf(body ? body : made);
        if (text && !*text) {
            free(text);
            text = NULL;
        }
        *ret_text = text;
    }
    return rc;
}

/* ---- HTML ---- */

/* Characters of Windows-1252, and of its half Latin-1, as UTF-8; NULL for another code page. Without
 * one named the bytes tell. Caller frees. */
static char *to_utf8(const unsigned char *data, size_t len, int64_t code_page)
{
    CLEANUP(mem_free) char *text = mem_strndup((const char *)data, len);
    bool whole = strlen(text) == len; /* one with a NUL in it is a code page of two bytes */
    bool utf8 = whole && str_utf8_valid(text, len);
    if (!whole || (code_page == CODE_PAGE_UTF8 && !utf8)) {
        return NULL;
    }
    if (utf8 && (code_page == CODE_PAGE_UTF8 || !code_page || code_page == 20127)) {
        return TAKE(text);
    }
    if (code_page && code_page != 1252 && code_page != 28591) {
        return NULL;
    }
    struct buf b = BUF_INIT(HTML_MAX * 4);
    for (size_t i = 0; i < len; i++) {
        rtf_add_1252(&b, data[i]);
    }
    if (b.overflow) {
        buf_fini(&b);
        return NULL;
    }
    return buf_take(&b);
}

/* "&#228;" as a character, as it was before put_html. */
static char *without_references(const char *html)
{
    struct buf b = BUF_INIT(strlen(html) + 1);
    for (const char *p = html; *p;) {
        unsigned c = 0;
        int n = 0;
        if (p[0] == '&' && p[1] == '#' && sscanf(p, "&#%7u;%n", &c, &n) == 1 && n && c >= 0x80 &&
            c < 0x110000 && (c < 0xD800 || c >= 0xE000)) {
            rtf_add_utf8(&b, c);
            p += n;
        } else {
            buf_addc(&b, *p++);
        }
    }
    return buf_take(&b);
}

char *body_html(const struct props *item)
{
    size_t len = 0, rich_len = 0;
    const unsigned char *data = props_binary(item, prop_name_of(P_HTML), &len);
    const unsigned char *rich = props_binary(item, prop_name_of(P_RTF_COMPRESSED), &rich_len);
    int64_t native = get_int(item, P_NATIVE_BODY, 0);
    CLEANUP(mem_free) char *html = NULL;
    if (native && native != NATIVE_HTML) {
        return NULL; /* made by the store out of something that is none */
    }
    if (data && len <= HTML_MAX) {
        html = to_utf8(data, len, get_int(item, P_CODE_PAGE, 0));
    } else if (!data && rich && rtf_read_html(rich, rich_len, &html, NULL) != RC_OK) {
        html = NULL;
    }
    return html ? without_references(html) : NULL;
}

/* ---- writing ---- */

void put_body(struct writer *w, const char *text)
{
    CLEANUP(mem_free) char *crlf = text_crlf(text ? text : "");
    put_text(w, P_BODY, crlf);
    if (*crlf && has(w->now, P_HTML)) { /* even if it is the old one: it may be made of the HTML */
        props_set_text(&w->out->set, prop_name_of(P_BODY), crlf);
    }
    if (!w->is_new) {
        put_removed(w, P_RTF_COMPRESSED);
        put_removed(w, P_HTML);
        put_removed(w, P_RTF_IN_SYNC);
    }
}

/* One character of UTF-8 at `p`; the text is valid. */
static unsigned character(const char *p, size_t *ret_len)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t n = u[0] < 0x80 ? 1 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
    unsigned c = n == 1 ? u[0] : u[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        c = c << 6 | (u[i] & 0x3F);
    }
    *ret_len = n;
    return c;
}

void put_html(struct writer *w, const char *text, const char *html)
{
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(HTML_MAX * 8);
    CLEANUP(mem_free) char *crlf = text_crlf(text);
    for (const char *p = html; *p;) {
        size_t n;
        unsigned c = character(p, &n);
        if (c < 0x80) {
            buf_addc(&b, *p);
        } else {
            buf_addf(&b, "&#%u;", c);
        }
        p += n;
    }
    put_text(
        w, P_BODY, crlf); /* for stores that make nothing; the HTML comes after it and counts */
    put_binary(w, P_HTML, buf_str(&b), b.len);
    if (!w->is_new) {
        put_removed(w, P_RTF_COMPRESSED);
        put_removed(w, P_RTF_IN_SYNC);
    }
}
