/* The files of an open item (mapi/map/map.h): attachments that the user sees as such. Every other
 * attachment is left alone.
 *
 * What is written here lies in the open item until the item itself is saved: a crash before that
 * leaves all of it as it was. */
#ifndef LOCKSTEP_MAPI_COM_FILE_H
#define LOCKSTEP_MAPI_COM_FILE_H

#include "mapi/com/session.h"

/* Adds the files to the properties of the item, with their bytes as far as they are to be read. One
 * that is there but cannot be read fails the call: it would look as if somebody had deleted it. */
enum rc attached_files_read(
    struct mapi_session *s, IMessage *message, struct props *props, struct err *err) WARN_UNUSED;
/* Does to the open item what the change says of its files. One that is changed keeps its attachment,
 * so that whatever else Outlook noted on it stays. */
enum rc attached_files_write(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    const struct map_change *change, struct err *err) WARN_UNUSED;

#endif
