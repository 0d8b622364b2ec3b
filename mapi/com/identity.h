/* Who the person is, by Outlook's session: their entry in the address book. */
#ifndef LOCKSTEP_MAPI_COM_IDENTITY_H
#define LOCKSTEP_MAPI_COM_IDENTITY_H

#include "client/base/json.h"
#include "mapi/com/session.h"

/* The person's e-mail addresses, the first one first, as an array of strings; NULL if Outlook does not
 * say: a profile without an account (a data file alone) has no identity, and the address book may be out
 * of reach. That is in the log, and no error: whatever it tells is only beside what a person says. Caller
 * frees. */
struct json *identity_addresses(struct mapi_session *s);

#endif
