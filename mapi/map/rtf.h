/* The text of a body, or its HTML, that exists as compressed RTF only ([MS-OXRTFCP], [MS-OXRTFEX]).
 * Pure; for stores that do not make PidTagBody out of RTF themselves. Nothing here writes RTF. */
#ifndef LOCKSTEP_MAPI_MAP_RTF_H
#define LOCKSTEP_MAPI_MAP_RTF_H

#include "client/base/buf.h"
#include "client/base/rc.h"

#include <stdint.h>

/* The plain text with CR LF line ends, as PidTagBody would have it. RC_INVALID if the bytes are no
 * compressed RTF; RC_UNSUPPORTED if it has characters of a code page we do not know: a text with
 * holes must not pass for the note. Caller frees. */
enum rc rtf_read(const void *data, size_t len, char **ret_text, struct err *err) WARN_UNUSED;

/* The HTML that the RTF wraps, as UTF-8 whatever it says of its charset. RC_NOT_FOUND if it wraps
 * none (no \fromhtml1); else as rtf_read. Caller frees. */
enum rc rtf_read_html(const void *data, size_t len, char **ret_html, struct err *err) WARN_UNUSED;

/* A character, and one of Windows-1252, added as UTF-8. */
void rtf_add_utf8(struct buf *b, uint32_t c);
void rtf_add_1252(struct buf *b, unsigned char c);

#endif
