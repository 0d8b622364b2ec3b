/* What html.c and html_edit.c share. */
#ifndef LOCKSTEP_ITEM_HTML_PRIVATE_H
#define LOCKSTEP_ITEM_HTML_PRIVATE_H

#include "client/base/buf.h"
#include "client/item/html.h"

/* Bytes of the HTML that a byte of the text comes from: one, or an entity. */
struct source {
    size_t from, to;
};
/* The text, untrimmed, added to `out`; a struct source for each byte of it to `sources`, if given. */
void html_scan(const char *html, struct buf *out, struct buf *sources);
/* What of a text counts when it is compared; the index in the text of each byte (size_t) to
 * `places`, if given. False if it does not fit. */
bool html_skeleton(const char *text, struct buf *out, struct buf *places);

#endif
