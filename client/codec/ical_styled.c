/* The formatted form of a description: STYLED-DESCRIPTION (RFC 9073 section 6.5), and X-ALT-DESC, which
 * Outlook made common. Both are HTML here; what has another type or is a URI is left alone. */
#include "client/codec/ical_private.h"

#include "client/codec/text.h"
#include "client/item/html.h"

static const char *const NAMES[] = {"STYLED-DESCRIPTION", "X-ALT-DESC"}; /* the first counts */

static bool is_html(struct line *line)
{
    const char *value = line_param(line, "VALUE"), *type = line_param(line, "FMTTYPE");
    return str_istarts(type, "text/html") && (!value || str_ieq(value, "TEXT"));
}

static struct line *find_html(const struct lines_comp *comp, const char *name)
{
    struct line *l = lines_find(comp, name);
    while (l && !is_html(l)) {
        l = lines_find_next(comp, name, l);
    }
    return l;
}

void ical_styled_read(const struct lines_comp *comp, struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(NAMES) && !json_get(doc, DOC_STYLED); i++) {
        const struct line *line = find_html(comp, NAMES[i]);
        CLEANUP(mem_free) char *html = line ? text_unescape(line->value) : NULL;
        html_put(doc, html);
    }
}

/* All forms say the same, or are gone: some clients prefer one of them to the plain text. */
void ical_styled_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const char *text = json_get_str(doc, "description"), *html = json_get_str(doc, DOC_STYLED);
    if (str_eq(json_get_str(before, "description"), text) &&
        str_eq(json_get_str(before, DOC_STYLED), html)) {
        return;
    }
    html = html && html_says(html, text) ? html : NULL;
    CLEANUP(mem_free) char *value = html ? text_escape(html) : NULL;
    bool said = false;
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        for (struct line *l; (l = find_html(comp, NAMES[i])) && !value;) {
            lines_remove(ic->lines, l);
        }
        struct line *line = find_html(comp, NAMES[i]);
        if (line) {
            line_set_value(line, value);
            said = true;
        }
    }
    if (value && !said) {
        struct line *line = ical_add(ic, comp, NAMES[1], value);
        line_param_set(line, "FMTTYPE", "text/html");
    }
}
