/* Contacts made of choices: everything the documents, and one of their forms, can express. */
#ifndef LOCKSTEP_TESTS_UNIT_CONTACTS_MAKE_H
#define LOCKSTEP_TESTS_UNIT_CONTACTS_MAKE_H

#include "client/base/json.h"
#include "tests/unit/contacts/choices.h"

/* Which form has to be able to hold all of it. The limits are those of the form, not ours:
 * client/codec/README.md and mapi/map/README.md name them. */
enum make_for { MAKE_VCARD_3, MAKE_VCARD_4, MAKE_VCARD_2_1, MAKE_OUTLOOK, MAKE_ANYTHING };

/* A Card that passes doc_check. Caller frees. */
struct json *make_card(struct choices *c, enum make_for form);

#endif
