/* The sub-items of an open item (mapi/map/map.h): changed occurrences of a series, each a hidden
 * attachment with an embedded message. Every other attachment is left alone.
 *
 * What is written here lies in the open item until the item itself is saved: a crash before that
 * leaves all of it as it was. The calls are proportional to what is read or written: four to read a
 * sub-item, five to change one, six to make one. */
#ifndef LOCKSTEP_MAPI_COM_EXCEPTION_H
#define LOCKSTEP_MAPI_COM_EXCEPTION_H

#include "mapi/com/session.h"

/* Adds the sub-items to the properties of the item. One that is there but cannot be read fails the
 * call: it would look as if somebody had changed the occurrence back. */
enum rc exceptions_read(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    struct props *props, struct err *err) WARN_UNUSED;
/* Does to the open item what the change says of its sub-items. */
enum rc exceptions_write(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    const struct map_change *change, struct err *err) WARN_UNUSED;

#endif
