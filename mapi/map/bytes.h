/* Reading and writing the little-endian fields of Outlook's blobs, and their UTF-16 texts. A reader
 * never passes its end: once a field would, `failed` is set and everything after reads as zero. */
#ifndef LOCKSTEP_MAPI_MAP_BYTES_H
#define LOCKSTEP_MAPI_MAP_BYTES_H

#include "client/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const unsigned char *p;
    size_t left;
    bool failed;
};

const unsigned char *bytes_take(struct bytes *b, size_t n); /* NULL once failed */
uint16_t bytes_u16(struct bytes *b);
uint32_t bytes_u32(struct bytes *b);
/* `units` UTF-16 code units as UTF-8; lone surrogates become U+FFFD, the text ends at a NUL. Caller
 * frees; NULL once failed. */
char *bytes_utf16(struct bytes *b, size_t units);

void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_zero(struct buf *b, size_t n);
/* UTF-8 as UTF-16LE without terminator; invalid UTF-8 becomes U+FFFD. Returns the number of code
 * units. */
size_t buf_utf16(struct buf *b, const char *utf8);

#endif
