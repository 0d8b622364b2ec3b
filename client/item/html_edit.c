/* An edit of the plain text taken into the HTML: see html_edit in html.h. Both texts are compared as
 * html_says does; what differs between what they begin and what they end with alike is put in place
 * of what it was, and the tags that stand there stay. */
#include "client/item/html_private.h"

#include <string.h>

/* One of the two texts. */
struct side {
    struct buf text, sources, bones, places;
};

static void side_fini(struct side *s)
{
    buf_fini(&s->text);
    buf_fini(&s->sources);
    buf_fini(&s->bones);
    buf_fini(&s->places);
}

#define SIDE_INIT                                                                                  \
    {                                                                                              \
        BUF_INIT(HTML_MAX * 4), BUF_INIT(HTML_MAX * 4 * sizeof(struct source)),                    \
            BUF_INIT(HTML_MAX * 4), BUF_INIT(HTML_MAX * 4 * sizeof(size_t))                        \
    }

static size_t place(const struct side *s, size_t bone)
{
    size_t at;
    memcpy(&at, buf_str(&s->places) + bone * sizeof at, sizeof at);
    return at;
}

static struct source source(const struct side *html, size_t bone)
{
    struct source at;
    memcpy(&at, buf_str(&html->sources) + place(html, bone) * sizeof at, sizeof at);
    return at;
}

/* May a text be cut before this bone? Between words, so that half an old word does not give its format
 * to half a new one; scripts without blanks (from U+3000 on) between any characters. */
static bool is_cut(const struct side *s, size_t bone)
{
    if (!bone || bone >= s->bones.len || place(s, bone) != place(s, bone - 1) + 1) {
        return true;
    }
    return (unsigned char)buf_str(&s->bones)[bone] >= 0xE3;
}

/* How much both have in common at the beginning and at the end, in whole words. */
static void common(const struct side *a, const struct side *b, size_t *ret_head, size_t *ret_tail)
{
    const char *x = buf_str(&a->bones), *y = buf_str(&b->bones);
    size_t n = a->bones.len, m = b->bones.len, least = n < m ? n : m, head = 0, tail = 0;
    while (head < least && x[head] == y[head]) {
        head++;
    }
    while (head && !(is_cut(a, head) && is_cut(b, head))) {
        head--;
    }
    while (tail < least - head && x[n - 1 - tail] == y[m - 1 - tail]) {
        tail++;
    }
    while (tail && !(is_cut(a, n - tail) && is_cut(b, m - tail))) {
        tail--;
    }
    *ret_head = head;
    *ret_tail = tail;
}

static void add_escaped(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            buf_adds(out, "&amp;");
            break;
        case '<':
            buf_adds(out, "&lt;");
            break;
        case '>':
            buf_adds(out, "&gt;");
            break;
        case '\n':
            buf_adds(out, "<br>");
            break;
        default:
            buf_addc(out, text[i]);
        }
    }
}

/* The tags between two places, without the text. */
static void add_tags(struct buf *out, const char *html, size_t from, size_t to)
{
    bool inside = false;
    for (size_t i = from; i < to; i++) {
        inside = inside || html[i] == '<';
        if (inside) {
            buf_addc(out, html[i]);
        }
        inside = inside && html[i] != '>';
    }
}

/* The new part: from the first character that is new to the last; where nothing goes, with the blanks
 * around it. */
static void add_new(struct buf *out, const struct side *b, size_t head, size_t tail, bool only_adds)
{
    size_t end = b->bones.len - tail, last = b->text.len;
    size_t from = only_adds ? (head ? place(b, head - 1) + 1 : 0) : place(b, head);
    size_t to = only_adds ? (tail ? place(b, end) : last) : place(b, end - 1) + 1;
    add_escaped(out, buf_str(&b->text) + from, to - from);
}

static char *edited(const char *html, const struct side *a, const struct side *b)
{
    size_t head, tail, most = a->bones.len > b->bones.len ? a->bones.len : b->bones.len;
    common(a, b, &head, &tail);
    if (!a->bones.len || (head + tail) * 3 < most) {
        return NULL; /* it is another text */
    }
    bool only_adds = head + tail == a->bones.len, only_removes = head + tail == b->bones.len;
    size_t from = only_adds && head ? source(a, head - 1).to : source(a, head).from;
    size_t to = only_adds ? from : source(a, a->bones.len - tail - 1).to;
    struct buf out = BUF_INIT(HTML_MAX * 8);
    buf_add(&out, html, from);
    if (!only_removes) {
        add_new(&out, b, head, tail, only_adds);
    }
    add_tags(&out, html, from, to);
    buf_adds(&out, html + to);
    if (out.overflow || out.len > HTML_MAX) {
        buf_fini(&out);
        return NULL;
    }
    return buf_take(&out);
}

char *html_edit(const char *html, const char *text)
{
    if (html_says(html, text)) {
        return mem_strdup(html);
    }
    struct side a CLEANUP_FINI(side_fini) = SIDE_INIT, b CLEANUP_FINI(side_fini) = SIDE_INIT;
    html_scan(html, &a.text, &a.sources);
    buf_adds(&b.text, text);
    bool fits = !a.text.overflow && !a.sources.overflow && !b.text.overflow &&
                html_skeleton(buf_str(&a.text), &a.bones, &a.places) &&
                html_skeleton(buf_str(&b.text), &b.bones, &b.places);
    char *made = fits ? edited(html, &a, &b) : NULL;
    if (made && !html_says(made, text)) {
        free(made);
        made = NULL;
    }
    return made;
}
