/* Compressed RTF ([MS-OXRTFCP]) and the plain text of RTF. */
#ifndef EMU_RTF_H
#define EMU_RTF_H

#include "tests/outlook/bag.h"

/* FALSE if the bytes are no compressed RTF or their checksum is wrong. */
BOOL rtf_decompress(const BYTE *data, size_t size, struct buffer *ret_rtf);
/* `plain`: stored uncompressed ("MELA"). */
void rtf_compress(const BYTE *rtf, size_t size, BOOL plain, struct buffer *ret_data);
/* UTF-16 without terminator. Enough for the bodies of contacts and appointments, not a full RTF
 * reader. */
void rtf_text(const BYTE *rtf, size_t size, struct buffer *ret_text);

#endif
