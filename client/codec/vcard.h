/* vCard <-> JSContact Card. Pure; two functions that form a lens (README.md says how it works). */
#ifndef LOCKSTEP_CODEC_VCARD_H
#define LOCKSTEP_CODEC_VCARD_H

#include "client/base/json.h"

/* The version a new card is written in. An existing card keeps its own.
 *
 * 2.1 (versit Consortium, 1996) has types without "TYPE=", QUOTED-PRINTABLE in UTF-8 where a value
 * is not plain ASCII in one line, and no folding. It has two dialects, which read alike. */
enum vcard_version {
    VCARD_2_1,         /* as SyncML servers take it: those names of extensions that they list in
                          their device information */
    VCARD_3_0,         /* RFC 2426 */
    VCARD_4_0,         /* RFC 6350, RFC 9554 */
    VCARD_2_1_OUTLOOK, /* as Outlook saves a contact: no UID, names as in [MS-OXVCARD], and
                          X-MS-OL-DEFAULT-POSTAL-ADDRESS for the preferred address */
};

/* Reads one vCard (2.1, 3.0 or 4.0) into a Card (RFC 9553) in vCard's normal form: what vcard_write
 * would make of it again, defaults left out. A card without UID gives a Card without "uid".
 * RC_INVALID names the line at fault, also when the text holds no card or several; RC_TOO_BIG over
 * the limits of lines.h. Caller frees *ret_card. */
enum rc vcard_read(const char *text, size_t len, struct json **ret_card, struct err *err)
    WARN_UNUSED;

/* The lines that vcard_read makes nothing of, unfolded, as an array of strings: unknown properties,
 * and translations of others. Structure (BEGIN, END, VERSION) is not among them. Errors as
 * vcard_read. Caller frees *ret_lines. */
enum rc vcard_unknown(const char *text, size_t len, struct json **ret_lines, struct err *err)
    WARN_UNUSED;

/* Is it a property that a card may have an entry for, so that a line of it among the unknown ones is
 * one whose value cannot be used (a photo that is no base64, a birthday in words)? `name` in any
 * case, without group. */
bool vcard_property_known(const char *name);

/* Puts `card` into vCard text. `native` is the card as it is now, or NULL for a new one.
 *
 * With native, only lines of members that differ from what vcard_read makes of it are changed,
 * removed or added; every other byte stays (unknown properties and parameters, order, folding,
 * groups, photos). If nothing differs the result is byte-identical. Members that vCard cannot
 * express are left out (README.md has a table). `new_version` counts for a new card only. REV follows the document's "updated", and only when something else changed. RC_INVALID if
 * native does not read. Caller frees *ret_text. */
enum rc vcard_write(const char *native, const struct json *card, enum vcard_version new_version,
    char **ret_text, struct err *err) WARN_UNUSED;

#endif
