/* Items as JSON dumps: the format of the sample items (README.md), read and written.
 *
 * A key is `0037001F` (optionally followed by a blank and a name that nobody reads),
 * `PSETID_Appointment:8208:001F` or `PS_PUBLIC_STRINGS:'Keywords':101F`; a set without a known name
 * is written as `{GUID}`. PT_SYSTIME is
 * {"filetime": n, "utc": iso}, binary {"len": n, "hex": "..."}, the rest are plain values. */
#ifndef EMU_DUMP_H
#define EMU_DUMP_H

#include "tests/outlook/storage.h"

/* Reads the items of one file's text: an object or an array of objects. On failure the reason is in
 * `why`. */
BOOL dump_read(struct storage *storage, ULONG store, const char *text, struct item **ret_items,
    ULONG *ret_count, char *why, size_t why_size);

/* An array of items; keys in a fixed order, so that equal items give equal text. `stable`: without
 * the properties that differ between equal items (ids, keys, times). Caller frees with emu_free. */
char *dump_write(
    struct storage *storage, ULONG store, const struct item *items, ULONG count, BOOL stable);

/* JSON text with the numbers of "filetime" as strings, because a number in JSON is a double, and these
 * are longer. dump_read does it itself. Caller frees with emu_free. */
char *dump_quote_times(const char *text);

/* The tag a key stands for in this store; named properties are made. 0 if it is no key. */
ULONG dump_parse_key(struct storage *storage, ULONG store, const char *key);
/* Puts a value given as text into the bag: strings as they are, numbers, true/false, ISO times,
 * hex; lists by ';'. */
BOOL dump_set_text(struct bag *bag, ULONG tag, const char *text);

#endif
