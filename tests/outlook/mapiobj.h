/* The MAPI objects of the emulation and how one makes another. */
#ifndef EMU_MAPIOBJ_H
#define EMU_MAPIOBJ_H

#include "tests/outlook/computed.h"
#include "tests/outlook/propobj.h"
#include "tests/outlook/table.h"

struct attach;

struct message {
    struct propobj prop;
    struct message_info info; /* id 0 until the first save; folder 0 for an embedded message */
    struct item item;
    struct attach *parent; /* held; of an embedded message */
    BOOL made_body;        /* PR_BODY was made out of RTF for a reader; it is not stored */
    ULONG edits; /* of attachments and recipients, so that their tables know when to read again */
};

struct attach {
    struct propobj prop;
    struct message *message;      /* held */
    struct attachment attachment; /* a copy until SaveChanges */
    BOOL saved;                   /* the message has an attachment with this number */
};

struct folder {
    struct propobj prop;
    ULONG id;
    struct bag bag;
};

/* `flags` as of OpenEntry; they decide whether the object can be written to. */
HRESULT session_new(IMAPISession **ret_session);
HRESULT store_new(ULONG store, BOOL writable, IMsgStore **ret_store);
HRESULT folder_new(ULONG id, BOOL writable, IMAPIFolder **ret_folder);
/* body.c: an item with RTF and no plain text shows one to whoever reads it. */
HRESULT message_make_body(struct message *self);
HRESULT message_open(ULONG id, BOOL writable, IMessage **ret_message);
HRESULT message_create(ULONG store, ULONG folder, BOOL associated, IMessage **ret_message);
/* Keeps the forms of the body in step after PR_RTF_COMPRESSED or PR_HTML was written; body.c. */
void message_body_from_rich(struct message *message, ULONG tag);
/* list.c: violations of a distribution list that is being saved. */
void message_check_list(struct storage *storage, struct message *message);
/* The message inside an attachment; NULL `embedded`: a new one. */
HRESULT message_embedded(
    struct attach *parent, const struct item *embedded, BOOL writable, IMessage **ret_message);
HRESULT attach_open(struct message *message, ULONG number, BOOL writable, IAttach **ret_attach);
HRESULT attach_create(struct message *message, ULONG *ret_number, IAttach **ret_attach);

/* NULL, with a violation, if the pointer is not one of our live objects of that kind. */
struct message *message_from(void *iface);
struct attach *attach_from(void *iface);
struct folder *folder_from(void *iface);

/* OpenEntry of session, store and folder. `store` 0: any. No id: the root folder of that store. */
HRESULT entry_open(ULONG store, ULONG size, const ENTRYID *entryid, const IID *iid, ULONG flags,
    ULONG *ret_type, IUnknown **ret_object);
HRESULT entry_compare(ULONG size1, const ENTRYID *id1, ULONG size2, const ENTRYID *id2, ULONG flags,
    ULONG *ret_equal);
/* The store with that record key: MAPI_E_NOT_FOUND if there is none. */
HRESULT store_by_record_key(const BYTE record_key[16], struct store_info *ret_store);

/* identity.c: the owner of the profile, as the entry of an address book. MAPI_E_NOT_FOUND: there is none. */
HRESULT identity_entryid(ULONG *ret_size, ENTRYID **ret_entryid);
BOOL identity_is(ULONG size, const ENTRYID *entryid);
HRESULT identity_open(const IID *iid, ULONG *ret_type, IUnknown **ret_object);

/* tables.c: what the tables of stores, folders and messages show */
HRESULT table_of_stores(ULONG flags, IMAPITable **ret_table);
HRESULT table_of_contents(
    ULONG store, ULONG folder, BOOL associated, ULONG flags, IMAPITable **ret_table);
HRESULT table_of_folders(ULONG store, ULONG folder, BOOL deep, ULONG flags, IMAPITable **ret_table);
HRESULT table_of_attachments(struct message *message, ULONG flags, IMAPITable **ret_table);
HRESULT table_of_recipients(struct message *message, ULONG flags, IMAPITable **ret_table);

HRESULT WINAPI emu_WrapCompressedRTFStream(IStream *compressed, ULONG flags, IStream **ret_stream);

#endif
