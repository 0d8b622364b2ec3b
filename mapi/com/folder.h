/* Folders: listing those that hold contacts, appointments, tasks or notes, making one, and opening one
 * after making sure that it is still one of them. */
#ifndef LOCKSTEP_MAPI_COM_FOLDER_H
#define LOCKSTEP_MAPI_COM_FOLDER_H

#include "client/sync/store.h"
#include "mapi/com/session.h"

/* All folders of the kinds we sync, in all stores of the profile, with their subfolders. Not those
 * under Deleted Items, not search folders. A store that cannot be opened (a .pst file on a drive
 * that is away) is left out and logged; the default one must open. A folder of the public store or
 * of another person's mailbox has `owner` set. */
enum rc folder_list(struct mapi_session *s, struct store_folders *ret, struct err *err) WARN_UNUSED;

struct folder {
    struct mapi_box *box; /* borrowed from the session */
    struct mapi_id id;
    IMAPIFolder *object; /* owned */
};
void folder_fini(struct folder *f);

/* Opens a folder by the id that folder_list gave. RC_NOT_FOUND if it is gone or lies in Deleted
 * Items now, RC_READONLY if it is not one of those folder_list gives for this kind: nothing is ever
 * read from or written to any other folder. */
enum rc folder_open(struct mapi_session *s, const char *id, enum item_kind kind, bool write,
    struct folder *ret, struct err *err) WARN_UNUSED;

/* The entry ids of the store's standard folders, empty where it has none; released by the caller,
 * each with mapi_id_fini. */
void folder_defaults(struct mapi_session *s, struct mapi_box *box, struct mapi_id ret[ITEM_KINDS]);

/* folder_make.c: as store_make_folder. The new folder lies below the standard folder of its kind in
 * the profile's own mailbox, as one does that is made in Outlook; without such a folder at the top. */
enum rc folder_make(struct mapi_session *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err) WARN_UNUSED;

#endif
