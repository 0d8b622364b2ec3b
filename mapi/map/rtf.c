/* Compressed RTF to text, or to the HTML within; see rtf.h. First the LZFu of [MS-OXRTFCP], then just enough of RTF: groups,
 * the destinations that are no text, paragraphs, tabs, escapes and \u. RTF that wraps HTML
 * (\fromhtml1, [MS-OXRTFEX]) gives the text that its RTF half shows, or the HTML: what stands in
 * \*\htmltag groups, and the text outside of what \htmlrtf encloses. */
#include "mapi/map/rtf.h"

#include "client/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HEADER    16u
#define TYPE_LZFU 0x75465A4Cu
#define TYPE_MELA 0x414C454Du
#define WINDOW    4096u
#define MATCH_MIN 2u
#define RTF_MAX   ((size_t)16 << 20)
#define DEPTH     64

/* [MS-OXRTFCP] section 2.1.3.1: what the window holds at the start. */
static const char DICTIONARY[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New "
    "RomanCourier{\\colortbl\\red0\\green0\\blue0"
    "\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static uint32_t u32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* ---- LZFu ---- */
struct inflate {
    const unsigned char *at, *end;
    unsigned char window[WINDOW];
    size_t write;
    struct buf *out;
};

static void emit(struct inflate *z, unsigned char byte)
{
    buf_addc(z->out, (char)byte);
    z->window[z->write] = byte;
    z->write = (z->write + 1) % WINDOW;
}

/* One token; false at the end of the data. */
static bool inflate_token(struct inflate *z, bool reference)
{
    if (z->end - z->at < (reference ? 2 : 1)) {
        return false;
    }
    if (!reference) {
        emit(z, *z->at++);
        return true;
    }
    size_t from = (size_t)z->at[0] << 4 | z->at[1] >> 4, count = (z->at[1] & 15u) + MATCH_MIN;
    z->at += 2;
    if (from == z->write) { /* the end mark */
        return false;
    }
    for (; count; count--, from = (from + 1) % WINDOW) {
        emit(z, z->window[from]);
    }
    return true;
}

static void inflate_all(struct inflate *z)
{
    bool more = true;
    while (more && z->at < z->end && !z->out->overflow) {
        unsigned control = *z->at++;
        for (int bit = 0; more && bit < 8; bit++) {
            more = inflate_token(z, (control >> bit & 1) != 0);
        }
    }
}

static enum rc decompress(const unsigned char *data, size_t len, struct buf *ret, struct err *err)
{
    uint32_t compressed = len < HEADER ? 0 : u32(data), raw = len < HEADER ? 0 : u32(data + 4),
             type = len < HEADER ? 0 : u32(data + 8);
    if ((type != TYPE_LZFU && type != TYPE_MELA) || compressed < HEADER - 4 ||
        compressed - (HEADER - 4) > len - HEADER) {
        return err_set(err, RC_INVALID, 0, "the formatted text is damaged");
    }
    size_t body = compressed - (HEADER - 4); /* trailing bytes do not belong to it */
    if (type == TYPE_MELA) {
        buf_add(ret, data + HEADER, raw < body ? raw : body);
    } else {
        struct inflate *z = mem_alloc(sizeof *z);
        z->at = data + HEADER;
        z->end = z->at + body;
        z->out = ret;
        z->write = sizeof DICTIONARY - 1;
        memcpy(z->window, DICTIONARY, z->write);
        inflate_all(z);
        free(z);
    }
    if (ret->overflow || ret->len < raw) {
        return err_set(err, RC_INVALID, 0, "the formatted text is damaged");
    }
    return RC_OK;
}

/* ---- RTF ---- */
struct group {
    bool hidden;  /* a destination whose text is not the document's */
    bool tag;     /* within \*\htmltag: characters are HTML as they stand */
    int fallback; /* how many characters after \u stand for it */
};

struct rtf {
    const char *at, *end;
    struct group groups[DEPTH];
    size_t depth, too_deep; /* groups beyond DEPTH are counted only */
    int skip;               /* fallback characters still to come */
    uint32_t high;          /* first half of a surrogate pair, or 0 */
    int code_page;
    bool html, unknown;
    bool to_html, from_html; /* wanted; \fromhtml1 was seen */
    struct buf *out;
};

void rtf_add_utf8(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_addc(b, (char)c);
    } else if (c < 0x800) {
        buf_addc(b, (char)(0xC0 | c >> 6));
        buf_addc(b, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_addc(b, (char)(0xE0 | c >> 12));
        buf_addc(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_addc(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_addc(b, (char)(0xF0 | c >> 18));
        buf_addc(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_addc(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_addc(b, (char)(0x80 | (c & 0x3F)));
    }
}

static bool is_shown(const struct rtf *r)
{
    const struct group *g = &r->groups[r->depth];
    return !g->hidden && !r->too_deep && (!r->html || (r->to_html && g->tag));
}

static void put(struct rtf *r, uint32_t c)
{
    if (!is_shown(r) || c == 0) {
        return;
    }
    if (c >= 0xD800 && c < 0xDC00) {
        r->high = c;
        return;
    }
    if (c >= 0xDC00 && c < 0xE000) {
        c = r->high ? 0x10000 + ((r->high - 0xD800) << 10) + (c - 0xDC00) : 0xFFFD;
    }
    r->high = 0;
    rtf_add_utf8(r->out, c);
}

/* Windows-1252, where it is not Latin-1. */
static uint32_t from_1252(unsigned char c)
{
    static const uint16_t HIGH[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C,
        0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E,
        0x0178};
    return c >= 0x80 && c < 0xA0 ? HIGH[c - 0x80] : c;
}

void rtf_add_1252(struct buf *b, unsigned char c)
{
    rtf_add_utf8(b, from_1252(c));
}

static void put_byte(struct rtf *r, unsigned char c)
{
    if (r->skip > 0) {
        r->skip--;
        return;
    }
    if (c >= 0x80 && r->code_page != 1252) {
        r->unknown = r->unknown || is_shown(r);
        return;
    }
    put(r, from_1252(c));
}

/* Words for single characters. Outside of tags they become entities, in which nothing of HTML can
 * be misread ([MS-OXRTFEX] section 2.1.3.1.5). */
static bool run_character(struct rtf *r, const char *word)
{
    static const struct {
        const char *word;
        uint32_t c;
    } CHARACTERS[] = {{"lquote", 0x2018}, {"rquote", 0x2019}, {"ldblquote", 0x201C},
        {"rdblquote", 0x201D}, {"bullet", 0x2022}, {"endash", 0x2013}, {"emdash", 0x2014}};
    for (size_t i = 0; i < ARRAY_LEN(CHARACTERS); i++) {
        if (str_eq(word, CHARACTERS[i].word)) {
            put(r, CHARACTERS[i].c);
            return true;
        }
    }
    return false;
}

static void run_word(struct rtf *r, const char *word, bool has_value, int value)
{
    static const char *const HIDDEN[] = {"fonttbl", "colortbl", "stylesheet", "info", "pict",
        "header", "footer", "footnote", "object"};
    struct group *g = &r->groups[r->depth];
    for (size_t i = 0; i < ARRAY_LEN(HIDDEN); i++) {
        g->hidden = g->hidden || str_eq(word, HIDDEN[i]);
    }
    if (r->to_html && str_eq(word, "htmltag")) {
        g->hidden = false;
        g->tag = true;
    } else if (str_eq(word, "fromhtml")) {
        r->from_html = has_value && value == 1;
    } else if (run_character(r, word)) {
        return;
    } else if (str_eq(word, "par") || str_eq(word, "line")) {
        put(r, '\r');
        put(r, '\n');
    } else if (str_eq(word, "tab")) {
        put(r, '\t');
    } else if (str_eq(word, "u") && has_value) {
        put(r, (uint16_t)value);
        r->skip = g->fallback;
    } else if (str_eq(word, "uc") && has_value && value >= 0 && value < 100) {
        g->fallback = value;
    } else if (str_eq(word, "ansicpg") && has_value) {
        r->code_page = value;
    } else if (str_eq(word, "htmlrtf")) {
        r->html = !has_value || value != 0;
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void read_word(struct rtf *r)
{
    char word[33];
    size_t n = 0;
    while (r->at < r->end && n < sizeof word - 1 && is_letter(*r->at)) {
        word[n++] = *r->at++;
    }
    word[n] = 0;
    bool minus = r->at < r->end && *r->at == '-', has_value = false;
    int value = 0;
    r->at += minus;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        has_value = true;
        value = value < 10000000 ? value * 10 + (*r->at - '0') : value;
    }
    r->at += r->at < r->end && *r->at == ' ';
    run_word(r, word, has_value, minus ? -value : value);
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

static void read_escape(struct rtf *r)
{
    char c = r->at < r->end ? *r->at : 0;
    if (is_letter(c)) {
        read_word(r);
        return;
    }
    r->at += r->at < r->end;
    if (c == '\'' && r->end - r->at >= 2) {
        int high = hex_value(r->at[0]), low = hex_value(r->at[1]);
        r->at += 2;
        if (high >= 0 && low >= 0) {
            put_byte(r, (unsigned char)(high * 16 + low));
        }
    } else if (c == '*') {
        r->groups[r->depth].hidden = true;
    } else if (c == '~' && r->to_html && !r->groups[r->depth].tag) {
        for (const char *p = is_shown(r) ? "&nbsp;" : ""; *p; p++) {
            put(r, (unsigned char)*p);
        }
    } else if (c == '~') {
        put(r, 0xA0);
    } else if (c == '\\' || c == '{' || c == '}') {
        put_byte(r, (unsigned char)c);
    }
}

static void open_group(struct rtf *r)
{
    if (r->depth + 1 == DEPTH) {
        r->too_deep++;
        return;
    }
    r->groups[r->depth + 1] = r->groups[r->depth];
    r->depth++;
}

static void close_group(struct rtf *r)
{
    r->skip = 0;
    if (r->too_deep) {
        r->too_deep--;
    } else if (r->depth) {
        r->depth--;
    }
}

static void read_rtf(struct rtf *r)
{
    while (r->at < r->end) {
        char c = *r->at++;
        if (c == '{') {
            open_group(r);
        } else if (c == '}') {
            close_group(r);
        } else if (c == '\\') {
            read_escape(r);
        } else if (c != '\r' && c != '\n') {
            put_byte(r, (unsigned char)c);
        }
    }
}

static enum rc read_as(const void *data, size_t len, struct rtf *r, char **ret, struct err *err)
{
    CLEANUP_FINI(buf_fini) struct buf raw = BUF_INIT(RTF_MAX), text = BUF_INIT(RTF_MAX);
    enum rc rc = decompress(data, len, &raw, err);
    if (rc != RC_OK) {
        return rc;
    }
    r->at = buf_str(&raw);
    r->end = r->at + raw.len;
    r->code_page = 1252;
    r->out = &text;
    r->groups[0].fallback = 1;
    read_rtf(r);
    if (r->unknown) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "its note is formatted text in code page %d, and Outlook offers no plain text of it",
            r->code_page);
    }
    if (r->to_html && !r->from_html) {
        return err_set(err, RC_NOT_FOUND, 0, "the formatted text has no HTML in it");
    }
    *ret = buf_take(&text);
    return RC_OK;
}

enum rc rtf_read(const void *data, size_t len, char **ret_text, struct err *err)
{
    struct rtf r = {0};
    return read_as(data, len, &r, ret_text, err);
}

enum rc rtf_read_html(const void *data, size_t len, char **ret_html, struct err *err)
{
    struct rtf r = {.to_html = true};
    return read_as(data, len, &r, ret_html, err);
}
