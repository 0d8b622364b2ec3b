/* A property bag: the properties of one object, sorted by property id, each value as plain bytes.
 *
 * The bytes of a value are: fixed types little-endian as in SPropValue; PT_UNICODE as UTF-16
 * without terminator; PT_BINARY as it is; multi-valued types as a count followed by the values,
 * each value of a variable type preceded by its length. PT_STRING8 never occurs: the emulated
 * stores are Unicode stores. In memory two zero bytes follow every value, so that a string can be
 * used in place.
 *
 * Conversion from and to SPropValue is in values.h; JSON in dump.h. */
#ifndef EMU_BAG_H
#define EMU_BAG_H

#include "tests/outlook/emu.h"

struct prop {
    ULONG tag;
    ULONG size;
    BYTE *data; /* owned by the bag, or inside the buffer of a borrowed bag */
};

struct bag {
    struct prop *items; /* owned; sorted by property id, each id once */
    ULONG count;
    ULONG capacity;
    BOOL borrowed; /* the values lie in somebody else's buffer; such a bag is read only */
};

/* A growing byte buffer, and a reader that never runs past its end (after a failure `bad` stays
 * set). */
struct buffer {
    BYTE *data; /* owned */
    size_t size;
    size_t capacity;
};

struct reader {
    const BYTE *data;
    size_t left;
    BOOL bad;
};

void *emu_alloc(size_t size);           /* zeroed; ends the process when memory is out */
void *emu_grow(void *old, size_t size); /* new bytes are not cleared */
void emu_free(void *memory);
size_t emu_size(void *memory);      /* at least what was asked for */
void emu_lend(LONGLONG size);       /* so many bytes more (or less) are in the caller's hands */
WCHAR *emu_copy(const WCHAR *text); /* NULL stays NULL; emu_free it */
WCHAR *emu_wide(const char *utf8, int length); /* caller frees; length -1: to the terminator */
char *emu_utf8(const WCHAR *wide, int length); /* caller frees */

void buffer_fini(struct buffer *buffer);
void buffer_put(struct buffer *buffer, const void *data, size_t size);
void buffer_put_u32(struct buffer *buffer, ULONG value);
ULONG reader_u32(struct reader *reader);
const BYTE *reader_take(struct reader *reader, size_t size);

void bag_fini(struct bag *bag);
void bag_copy(
    struct bag *to, const struct bag *from); /* `to` is overwritten without being freed first */
struct prop *bag_find(
    const struct bag *bag, ULONG tag); /* by property id; the type is not looked at */
void bag_set(struct bag *bag, ULONG tag, const void *data, size_t size);
void bag_set_long(struct bag *bag, ULONG tag, LONG value);
void bag_set_bool(struct bag *bag, ULONG tag, BOOL value);
void bag_set_time(struct bag *bag, ULONG tag, ULONGLONG value);
void bag_set_string(struct bag *bag, ULONG tag, const WCHAR *value);
BOOL bag_delete(struct bag *bag, ULONG tag); /* TRUE if it was there */
LONG bag_long(const struct bag *bag, ULONG tag, LONG otherwise);
const WCHAR *bag_string(const struct bag *bag, ULONG tag); /* "" when absent */

void bag_write(struct buffer *out, const struct bag *bag);
BOOL bag_read(struct reader *in, struct bag *ret); /* a copy */
BOOL bag_view(struct reader *in, struct bag *ret); /* borrowed from the reader's data */
/* What a table shows: strings cut at 255 characters, longer binaries as PT_ERROR. */
void bag_write_row(struct buffer *out, const struct bag *bag);

#endif
