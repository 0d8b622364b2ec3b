/* HTML bodies beside the plain text of an item. A document may have both, "description" and
 * DOC_STYLED, but only if they say the same: of two forms that disagree the plain one counts, since
 * programs that know no HTML change that one alone. Nothing here shows HTML, follows a link or loads
 * an image; whatever bytes are given, malformed or not, the result is text. Pure. */
#ifndef LOCKSTEP_ITEM_HTML_H
#define LOCKSTEP_ITEM_HTML_H

#include "client/base/json.h"
#include "client/item/doc.h"

/* What is larger stays where it is, like HTML that says something else than the plain text. */
#define HTML_MAX ((size_t)128 << 10)

/* The text that HTML shows: UTF-8, LF between blocks, without what browsers do not show. Of the
 * HTML at most HTML_MAX bytes are read. Caller frees; never NULL. */
char *html_text(const char *html);

/* Do both say the same? Blanks do not count, nor the marks of list items, drawn lines, and the
 * addresses that Outlook puts behind links in its plain text ("here <https://...>"). */
bool html_says(const char *html, const char *text);

/* The HTML with the text as it is now, in which a program that knows no HTML may have changed
 * something: the formatting stays wherever the text did. NULL if less than a third of it did, or the
 * result would not say the same as the text (html_says). Caller frees. */
char *html_edit(const char *html, const char *text);

/* Takes the HTML into the document beside its "description", or as the source of it if there is
 * none; as html_edit makes it of the description. Drops it if it says something else or nothing at
 * all, is larger than HTML_MAX or no UTF-8. */
void html_put(struct json *doc, const char *html);

#endif
