/* The text that a store shows of an HTML body; see html.h. Written apart from client/item/html.c, so
 * that the two do not share their mistakes. */
#include "tests/outlook/html.h"

#include "tests/outlook/emu.h"

#include <stdlib.h>
#include <wchar.h>

struct html_writer {
    struct buffer *out;
    BOOL space;  /* due before the next character */
    BOOL line;   /* something stands on the line */
    ULONG lines; /* line ends due before the next character */
};

static void html_put(struct html_writer *w, WCHAR c)
{
    static const WCHAR blank = L' ', ends[] = {L'\r', L'\n'};

    for (; w->lines; w->lines--) {
        buffer_put(w->out, ends, sizeof(ends));
    }
    if (w->space && w->line) {
        buffer_put(w->out, &blank, sizeof(blank));
    }
    w->space = FALSE;
    w->line = TRUE;
    buffer_put(w->out, &c, sizeof(c));
}

static void html_new_line(struct html_writer *w)
{
    w->lines++;
    w->space = FALSE;
    w->line = FALSE;
}

static BOOL html_named(const WCHAR *at, const WCHAR *name)
{
    size_t length = wcslen(name);
    return !_wcsnicmp(at, name, length) &&
           (at[length] == L'>' || at[length] == L' ' || at[length] == L'/' || at[length] == L'\r' ||
               at[length] == L'\n');
}

/* A tag at its '<'; returns the character behind it. */
static const WCHAR *html_tag(struct html_writer *w, const WCHAR *at)
{
    static const WCHAR *const blocks[] = {L"/p", L"/div", L"/li", L"/tr", L"/h1", L"/h2", L"/h3"};
    const WCHAR *close = wcschr(at, L'>');
    const WCHAR *hidden = NULL;

    if (html_named(at + 1, L"br")) {
        html_new_line(w);
    }
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        if (html_named(at + 1, blocks[i]) && w->line) {
            html_new_line(w);
        }
    }
    if (html_named(at + 1, L"head")) {
        hidden = wcsstr(at, L"</head>");
    } else if (html_named(at + 1, L"style")) {
        hidden = wcsstr(at, L"</style>");
    }
    at = hidden ? wcschr(hidden, L'>') : close;
    return at ? at + 1 : L"";
}

static const WCHAR *html_reference(struct html_writer *w, const WCHAR *at)
{
    static const struct {
        const WCHAR *text;
        WCHAR c;
    } names[] = {{L"&amp;", L'&'}, {L"&lt;", L'<'}, {L"&gt;", L'>'}, {L"&quot;", L'"'},
        {L"&nbsp;", 0xA0}};
    WCHAR *end;
    unsigned long c;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!wcsncmp(at, names[i].text, wcslen(names[i].text))) {
            html_put(w, names[i].c);
            return at + wcslen(names[i].text);
        }
    }
    c = at[1] == L'#' ? wcstoul(at + 2, &end, 10) : 0;
    if (!c || *end != L';') {
        html_put(w, *at);
        return at + 1;
    }
    if (c >= 0x10000) {
        html_put(w, (WCHAR)(0xD800 + ((c - 0x10000) >> 10)));
        c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    html_put(w, (WCHAR)c);
    return end + 1;
}

void html_plain(const BYTE *html, size_t size, UINT code_page, struct buffer *ret_text)
{
    struct html_writer w = {ret_text, FALSE, FALSE, 0};
    int length = MultiByteToWideChar(
        code_page ? code_page : 1252, 0, (const char *)html, (int)size, NULL, 0);
    WCHAR *text = emu_alloc(((size_t)length + 1) * sizeof(WCHAR));
    const WCHAR *at = text;

    MultiByteToWideChar(
        code_page ? code_page : 1252, 0, (const char *)html, (int)size, text, length);
    text[length] = 0;
    while (*at) {
        if (*at == L'<') {
            at = html_tag(&w, at);
        } else if (*at == L'&') {
            at = html_reference(&w, at);
        } else if (*at == L' ' || *at == L'\t' || *at == L'\r' || *at == L'\n') {
            w.space = TRUE;
            at++;
        } else {
            html_put(&w, *at++);
        }
    }
    emu_free(text);
}
