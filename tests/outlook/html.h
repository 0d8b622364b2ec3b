/* The plain text of an HTML body. */
#ifndef EMU_HTML_H
#define EMU_HTML_H

#include "tests/outlook/bag.h"

/* UTF-16 without terminator. code_page 0: Windows-1252. Enough for the bodies of tests: blocks, line
 * breaks, character references; everything else of HTML is dropped. */
void html_plain(const BYTE *html, size_t size, UINT code_page, struct buffer *ret_text);

#endif
