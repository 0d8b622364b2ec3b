/* Who is invited: the rows of an item's table of recipients. Nothing here sends: ModifyRecipients
 * changes the table, and only SubmitMessage, which no source file calls, would use it. */
#ifndef LOCKSTEP_MAPI_COM_RECIPIENT_H
#define LOCKSTEP_MAPI_COM_RECIPIENT_H

#include "mapi/com/session.h"

/* Adds the recipients of an open item to `props`. */
enum rc recipients_read(
    struct mapi_session *s, IMessage *message, struct props *props, struct err *err) WARN_UNUSED;
/* Makes, changes and removes those that `change` names, on an object that the caller saves. Of one
 * that changes, all properties that the change does not name stay. */
enum rc recipients_write(struct mapi_session *s, IMessage *message, const struct map_change *change,
    struct err *err) WARN_UNUSED;

#endif
