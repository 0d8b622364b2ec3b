/* Values inside content lines: TEXT escapes, lists, QUOTED-PRINTABLE. */
#ifndef LOCKSTEP_CODEC_TEXT_H
#define LOCKSTEP_CODEC_TEXT_H

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

/* \\ \, \; \n and any other escaped character as itself (some programs escape ':' and '"'). Caller
 * frees. */
char *text_unescape(const char *s);
/* Line ends and vertical tabs become \n; other control characters cannot stand in a content line or
 * in the XML around it and are left out (tab stays). Caller frees. */
char *text_escape(const char *s);

/* Raw parts between unescaped separators; "" gives one empty part. */
struct text_parts {
    char **items; /* owned */
    size_t count, cap;
};
void text_parts_fini(struct text_parts *p);
void text_split(const char *s, char separator, struct text_parts *ret);
/* Caller frees. */
char *text_join(const struct text_parts *p, char separator);
void text_parts_add(struct text_parts *p, const char *s);

/* Decodes QUOTED-PRINTABLE without soft breaks (lines.c removed them). Not necessarily UTF-8.
 * Caller frees. */
char *text_qp_decode(const char *s);
/* One line, without soft breaks; everything but printable ASCII is encoded, and a space at the end.
 * Caller frees. */
char *text_qp_encode(const char *s);
/* Windows-1252, of which ISO-8859-1 is a part, to UTF-8. Caller frees. */
char *text_from_cp1252(const char *s);

#endif
