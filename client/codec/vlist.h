/* VLIST <-> a Card of kind "group": SOGo's own form of a list (SOPE/NGCards, SOGo 2 to 5), which it
 * keeps among the cards of an address book.
 *
 *   BEGIN:VLIST
 *   UID:4250-58658600-5.vlf
 *   VERSION:1.0
 *   FN:Simpsons
 *   CARD;EMAIL=homer@example.com;FN="Simpson, Homer":5228bf7b.vcf
 *   END:VLIST
 *
 * The value of a CARD is the name of the person's resource in the same collection. It becomes the
 * member "x-item:NAME" (DOC_MEMBER_ITEM) with its card beside (DOC_MEMBER_CARDS); what is before a
 * last slash of such a key is dropped when writing. Addresses without a person, which SOGo has no
 * word for, are written as other clients of SOGo do: X-ADDRESSBOOKSERVER-MEMBER;CN=Name:mailto:...
 * A lens as vcard.h is: in place, what is not known or not changed stays byte for byte. */
#ifndef LOCKSTEP_CODEC_VLIST_H
#define LOCKSTEP_CODEC_VLIST_H

#include "client/base/json.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

bool vlist_is(const char *text);
/* RC_INVALID, RC_TOO_BIG as vcard_read. Caller frees. */
enum rc vlist_read(const char *text, size_t len, struct json **ret_card, struct err *err)
    WARN_UNUSED;
/* native NULL makes a new list. Caller frees. */
enum rc vlist_write(const char *native, const struct json *card, char **ret_text, struct err *err)
    WARN_UNUSED;

#endif
