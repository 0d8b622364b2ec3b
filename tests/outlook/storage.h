/* The mailbox on disk: one SQLite file that the provider DLL and outlookctl.exe share, in several
 * processes at once.
 *
 * Ids of folders and messages are drawn from one counter and never reused. Every change of a
 * message or folder gets the next change number, from which PR_CHANGE_KEY is made, and leaves a row
 * in the event list, from which the notifications of every process are made. Computed properties
 * (computed.h) are written when an object is stored.
 *
 * Functions return S_OK, MAPI_E_NOT_FOUND or, when SQLite fails, MAPI_E_DISK_ERROR. A struct
 * storage is used by one thread at a time. */
#ifndef EMU_STORAGE_H
#define EMU_STORAGE_H

#include "tests/outlook/item.h"

struct storage;

struct store_info {
    ULONG id;
    BYTE record_key[16]; /* also PR_STORE_RECORD_KEY, PR_MAPPING_SIGNATURE and part of every entry
                            id */
    ULONG root;
    BOOL is_default;
    WCHAR name[64];
};

struct folder_info {
    ULONG id;
    ULONG store;
    ULONG parent; /* 0 for the root folder */
};

struct message_info {
    ULONG id; /* 0: not saved yet */
    ULONG store;
    ULONG folder;
    BOOL associated;
    LONGLONG change;
};

struct name_info {
    GUID guid;
    BOOL is_string;
    ULONG lid;
    WCHAR *string; /* owned; NULL unless is_string */
};

/* What happened to one object; `kind` is fnevObjectCreated, Modified, Deleted or Moved. */
struct event_info {
    LONGLONG sequence;
    ULONG kind;
    ULONG object_type; /* MAPI_FOLDER or MAPI_MESSAGE */
    ULONG store;
    ULONG id;
    ULONG parent;
    ULONG old_store;
    ULONG old_id;
    ULONG old_parent;
};

/* The time of the system, as PT_SYSTIME counts it. */
ULONGLONG storage_now(void);

HRESULT storage_open(const WCHAR *path, BOOL create, struct storage **ret_storage);
void storage_close(struct storage *storage);

/* Transactions nest; only the outermost one reaches the file. `storage_end` commits if `hr`
 * succeeded, else it undoes everything since the outermost begin. It returns hr, or why the commit
 * failed. */
HRESULT storage_begin(struct storage *storage);
HRESULT storage_end(struct storage *storage, HRESULT hr);

/* Empties the file and fills it with the two stores and their default folders. */
HRESULT storage_create_mailbox(struct storage *storage);

/* meta values: settings shared by all processes, e.g. the fault to inject */
HRESULT storage_get_text(
    struct storage *storage, const char *key, char **ret_value); /* caller frees */
HRESULT storage_set_text(struct storage *storage, const char *key, const char *value);
LONGLONG storage_get_number(struct storage *storage, const char *key);

/* stores */
HRESULT storage_stores(struct storage *storage, struct store_info **ret_stores, ULONG *ret_count);
HRESULT storage_store(struct storage *storage, ULONG id, struct store_info *ret_store);
HRESULT storage_store_props(struct storage *storage, ULONG id, struct bag *ret_props);
HRESULT storage_store_set_props(struct storage *storage, ULONG id, const struct bag *props);

/* named properties; ids are given per store */
HRESULT storage_name_id(
    struct storage *storage, ULONG store, const struct name_info *name, BOOL create, ULONG *ret_id);
HRESULT storage_id_name(struct storage *storage, ULONG store, ULONG id, struct name_info *ret_name);
HRESULT storage_name_ids(struct storage *storage, ULONG store, ULONG **ret_ids, ULONG *ret_count);
/* Changes the ids of an item's named properties from one store's to the other's. */
HRESULT storage_remap_names(
    struct storage *storage, ULONG from_store, ULONG to_store, struct item *item);

/* folders */
HRESULT storage_folder(
    struct storage *storage, ULONG id, struct folder_info *ret_info, struct bag *ret_props);
HRESULT storage_folder_set_props(struct storage *storage, ULONG id, const struct bag *props);
HRESULT storage_folder_create(struct storage *storage, ULONG store, ULONG parent, const WCHAR *name,
    const WCHAR *container_class, ULONG *ret_id);
HRESULT storage_folder_children(
    struct storage *storage, ULONG id, ULONG **ret_ids, ULONG *ret_count);
HRESULT storage_folder_find(
    struct storage *storage, ULONG parent, const WCHAR *name, ULONG *ret_id);
HRESULT storage_folder_move(struct storage *storage, ULONG id, ULONG parent);
HRESULT storage_folder_delete(struct storage *storage, ULONG id); /* with everything in it */
/* The folder named by a property of the store or of its root folder, e.g.
 * PR_IPM_WASTEBASKET_ENTRYID. */
HRESULT storage_special_folder(struct storage *storage, ULONG store, ULONG tag, ULONG *ret_id);

/* messages */
HRESULT storage_message(
    struct storage *storage, ULONG id, struct message_info *ret_info, struct item *ret_item);
/* Stores the item, with `info->id` 0 as a new message, and fills in its computed properties and
 * info's id and change. `keep_times`: an imported item keeps its own creation and modification
 * times. */
HRESULT storage_message_save(
    struct storage *storage, struct message_info *info, struct item *item, BOOL keep_times);
/* Moves or copies a message; either way the message in the new place has another id. */
HRESULT storage_message_transfer(
    struct storage *storage, ULONG id, ULONG folder, BOOL move, ULONG *ret_id);
HRESULT storage_message_delete(struct storage *storage, ULONG id);
HRESULT storage_message_ids(
    struct storage *storage, ULONG folder, BOOL associated, ULONG **ret_ids, ULONG *ret_count);
ULONG storage_message_total(
    struct storage *storage); /* of all folders and stores, associated ones left out */
/* Gives the table form of each message of a folder; `row` is valid during the call only. */
HRESULT storage_message_rows(struct storage *storage, ULONG folder, BOOL associated,
    void (*visit)(ULONG id, const BYTE *row, size_t size, void *context), void *context);

/* events after `after`, oldest first */
HRESULT storage_events(
    struct storage *storage, LONGLONG after, struct event_info **ret_events, ULONG *ret_count);
LONGLONG storage_last_event(struct storage *storage);

#endif
