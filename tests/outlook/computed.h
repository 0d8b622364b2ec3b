/* The properties a message store keeps by itself, and how it makes them: entry ids, keys, times,
 * counts, and what follows from other properties (normalized subject, has-attachments, display-to).
 */
#ifndef EMU_COMPUTED_H
#define EMU_COMPUTED_H

#include "tests/outlook/storage.h"

/* Entry ids have the form of a personal store's: four flag bytes, the store's record key, and a
 * node id whose low five bits tell the kind of object. The store's own entry id is longer: it ends
 * in its name. */
#define ENTRYID_SIZE       24u
#define ENTRYID_FOLDER     2u
#define ENTRYID_MESSAGE    4u
#define ENTRYID_ASSOCIATED 8u

struct entryid {
    BYTE flags[4];
    BYTE store[16];
    ULONG node;
};

struct entryid entryid_make(const BYTE record_key[16], ULONG kind, ULONG id);
/* FALSE if the bytes are not one of our entry ids. */
BOOL entryid_parse(
    const void *data, ULONG size, struct entryid *ret_entryid, ULONG *ret_kind, ULONG *ret_id);
/* The store's own entry id; caller frees. */
BYTE *entryid_store(const struct store_info *store, ULONG *ret_size);
BOOL entryid_is_store(const void *data, ULONG size, BYTE ret_record_key[16]);

/* TRUE if the store owns the property on such an object and SetProps must refuse it with
 * MAPI_E_COMPUTED. */
BOOL computed_is_message(ULONG tag, BOOL saved);
BOOL computed_is_folder(ULONG tag);
BOOL computed_is_attachment(ULONG tag);
/* TRUE if the property differs between two equal items (ids, keys, times): `outlookctl dump` can
 * leave it out. */
BOOL computed_is_volatile(ULONG tag);

/* Sets what a message has before it is saved for the first time. */
void computed_new_message(
    const struct store_info *store, ULONG folder, BOOL associated, struct item *item);
/* Sets what follows from other properties; for embedded items too. */
void computed_derive(struct item *item);
/* The same for the item without its attachments, and for one of them: an attachment that is saved
 * must not cost as much as all of them. */
void computed_derive_own(struct item *item);
void computed_derive_attachment(struct attachment *attachment);
/* Sets everything for an item about to be stored. */
void computed_save(const struct store_info *store, const struct message_info *info, ULONGLONG now,
    BOOL keep_times, struct item *item);
/* Sets PR_ENTRYID and the like of a folder. */
void computed_folder(const struct store_info *store, const struct folder_info *info,
    LONGLONG change, ULONGLONG now, struct bag *props);
/* Sets what a store object has. */
void computed_store(const struct store_info *store, struct bag *props);
void computed_random(BYTE *bytes, size_t size);

#endif
