/* Attachments of an open item; so far the one that is a contact's photo. Every other attachment is
 * left alone, byte for byte.
 *
 * The photo is found by PidTagAttachmentContactPhoto ([MS-OXOCNTC] section 2.2.1.8.3), not by its
 * name. What is written here is stored with the item's own SaveChanges: until then the store holds
 * the old photo, and after it the new one. */
#ifndef LOCKSTEP_MAPI_COM_ATTACH_H
#define LOCKSTEP_MAPI_COM_ATTACH_H

#include "mapi/com/session.h"

/* Adds MAP_PHOTO, or MAP_PHOTO_SIZE for one beyond MEDIA_PHOTO_MAX, to the properties of the item;
 * neither if it has no photo. One that is there but cannot be read fails the call: it would look as
 * if somebody had deleted it. */
enum rc attach_photo_read(
    struct mapi_session *s, IMessage *message, struct props *props, struct err *err) WARN_UNUSED;

/* Puts what the change says of MAP_PHOTO onto the open item: the bytes into the photo attachment
 * that is there, or into a new one; or removes it. Nothing if it says nothing. */
enum rc attach_photo_write(struct mapi_session *s, IMessage *message,
    const struct map_change *change, struct err *err) WARN_UNUSED;

#endif
