/* The attachments of an open item: their table, opening one, making one. */
#ifndef LOCKSTEP_MAPI_COM_ATTACH_TABLE_H
#define LOCKSTEP_MAPI_COM_ATTACH_TABLE_H

#include "mapi/com/session.h"

/* Calls f for each attachment of the item in the order of the table, with those of the properties
 * `names` (none of them named) that its row has; f may take what *attach holds. RC_TOO_BIG beyond
 * 20,000. */
enum rc attach_rows(struct mapi_session *s, IMessage *message, const struct prop_name *names,
    size_t count, void (*f)(void *user, uint32_t number, struct props *attach), void *user,
    struct err *err) WARN_UNUSED;
/* The caller releases *ret. What is written to it is in the item with its own SaveChanges, and stored
 * with the item's. */
enum rc attach_open(struct mapi_session *s, IMessage *message, uint32_t number, bool write,
    IAttach **ret, struct err *err) WARN_UNUSED;
enum rc attach_new(struct mapi_session *s, IMessage *message, IAttach **ret, struct err *err)
    WARN_UNUSED;

#endif
