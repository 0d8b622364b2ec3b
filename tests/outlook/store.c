/* IMsgStore. */
#include "tests/outlook/mapiobj.h"

#include "tests/outlook/memory.h"
#include "tests/outlook/notify.h"

#include <string.h>

#define STORE_INBOX_TAG EMU_TAG(0x7C01, PT_BINARY) /* our own note of the Inbox; see storage.c */

struct store {
    struct propobj prop;
    struct bag bag;
};

static struct store *impl_from_IMsgStore(IMsgStore *iface)
{
    return CONTAINING_RECORD(iface, struct store, prop.object.vtable);
}

static struct store *store_of(struct propobj *prop)
{
    return CONTAINING_RECORD(prop, struct store, prop);
}

static HRESULT store_refresh(struct propobj *prop)
{
    struct store *self = store_of(prop);
    struct storage *storage;
    struct bag fresh;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_store_props(storage, prop->store, &fresh);
    }
    if (SUCCEEDED(hr)) {
        bag_delete(&fresh, STORE_INBOX_TAG);
        bag_fini(&self->bag);
        self->bag = fresh;
    }
    return hr;
}

static HRESULT store_apply(struct propobj *prop, const struct bag *changed)
{
    struct storage *storage;
    struct bag props = {0};
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_store_props(storage, prop->store, &props);
    }
    for (ULONG i = 0; i < changed->count && SUCCEEDED(hr); i++) {
        if (PROP_TYPE(changed->items[i].tag) == PT_NULL) {
            bag_delete(&props, changed->items[i].tag);
        } else {
            bag_set(&props, changed->items[i].tag, changed->items[i].data, changed->items[i].size);
        }
    }
    if (SUCCEEDED(hr)) {
        hr = storage_store_set_props(storage, prop->store, &props);
    }
    bag_fini(&props);
    return hr;
}

static HRESULT store_save(struct propobj *prop, ULONG flags)
{
    (void)prop;
    (void)flags;
    return S_OK; /* a store is not transacted */
}

static BOOL store_is_computed(struct propobj *prop, ULONG tag)
{
    (void)prop;
    return computed_is_folder(tag) || PROP_ID(tag) == PROP_ID(PR_DEFAULT_STORE) ||
           PROP_ID(tag) == PROP_ID(PR_VALID_FOLDER_MASK);
}

static void store_destroy(struct object *object)
{
    struct store *self = CONTAINING_RECORD(object, struct store, prop.object);

    notify_object_gone(object);
    bag_fini(&self->bag);
    propobj_fini(&self->prop);
}

static HRESULT STDMETHODCALLTYPE store_Advise(IMsgStore *iface, ULONG size, ENTRYID *entryid,
    ULONG mask, IMAPIAdviseSink *sink, ULONG *ret_connection)
{
    struct store *self = impl_from_IMsgStore(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "Advise");
    struct entryid parsed;
    ULONG kind;
    ULONG id = 0;

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (size && !entryid_parse(entryid, size, &parsed, &kind, &id)) {
        return MAPI_E_INVALID_ENTRYID;
    }
    return notify_advise_store(
        &self->prop.object, self->prop.store, id, mask, sink, ret_connection);
}

static HRESULT STDMETHODCALLTYPE store_Unadvise(IMsgStore *iface, ULONG connection)
{
    struct store *self = impl_from_IMsgStore(iface);
    HRESULT hr;

    {
        CALL_SCOPE struct call call = propobj_begin(&self->prop, "Unadvise");
        hr = call.hr;
    }
    return FAILED(hr) ? hr : notify_unadvise(connection);
}

static HRESULT STDMETHODCALLTYPE store_CompareEntryIDs(IMsgStore *iface, ULONG size1, ENTRYID *id1,
    ULONG size2, ENTRYID *id2, ULONG flags, ULONG *ret_equal)
{
    struct store *self = impl_from_IMsgStore(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "CompareEntryIDs");

    return SUCCEEDED(call.hr) ? entry_compare(size1, id1, size2, id2, flags, ret_equal) : call.hr;
}

static HRESULT STDMETHODCALLTYPE store_OpenEntry(IMsgStore *iface, ULONG size, ENTRYID *entryid,
    const IID *iid, ULONG flags, ULONG *ret_type, IUnknown **ret_object)
{
    struct store *self = impl_from_IMsgStore(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "OpenEntry");

    if (SUCCEEDED(call.hr) && (flags & MAPI_MODIFY) && !self->prop.writable) {
        violation("READ_ONLY", "OpenEntry with MAPI_MODIFY in a store opened without MDB_WRITE");
        return MAPI_E_NO_ACCESS;
    }
    return SUCCEEDED(call.hr)
               ? entry_open(self->prop.store, size, entryid, iid, flags, ret_type, ret_object)
               : call.hr;
}

static HRESULT STDMETHODCALLTYPE store_SetReceiveFolder(
    IMsgStore *iface, TCHAR *message_class, ULONG flags, ULONG size, ENTRYID *entryid)
{
    (void)iface;
    (void)message_class;
    (void)flags;
    (void)size;
    (void)entryid;
    return MAPI_E_NO_ACCESS;
}

/* The Inbox takes everything; a store without one (the archive) gives its IPM subtree. */
static HRESULT STDMETHODCALLTYPE store_GetReceiveFolder(IMsgStore *iface, TCHAR *message_class,
    ULONG flags, ULONG *ret_size, ENTRYID **ret_entryid, TCHAR **ret_class)
{
    struct store *self = impl_from_IMsgStore(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "GetReceiveFolder");
    struct storage *storage;
    struct bag props;
    const struct prop *folder;
    HRESULT hr = call.hr;

    (void)message_class;
    if (SUCCEEDED(hr)) {
        hr = check_flags("GetReceiveFolder", flags, MAPI_UNICODE);
    }
    if (SUCCEEDED(hr) && (!ret_size || !ret_entryid)) {
        hr = check_pointer("GetReceiveFolder", "an output", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_store_props(storage, self->prop.store, &props);
    }
    if (FAILED(hr)) {
        return hr;
    }
    folder = bag_find(&props, STORE_INBOX_TAG);
    folder = folder ? folder : bag_find(&props, PR_IPM_SUBTREE_ENTRYID);
    *ret_entryid = memory_new(folder->size, "GetReceiveFolder");
    *ret_size = folder->size;
    memcpy(*ret_entryid, folder->data, folder->size);
    if (ret_class) {
        *ret_class = memory_new(sizeof(WCHAR), "GetReceiveFolder (the class)");
        memset(*ret_class, 0, sizeof(WCHAR)); /* the default folder's class is the empty string */
    }
    bag_fini(&props);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE store_GetReceiveFolderTable(
    IMsgStore *iface, ULONG flags, IMAPITable **ret_table)
{
    (void)iface;
    (void)flags;
    (void)ret_table;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE store_StoreLogoff(IMsgStore *iface, ULONG *flags)
{
    struct store *self = impl_from_IMsgStore(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "StoreLogoff");

    if (SUCCEEDED(call.hr) && flags) {
        *flags = LOGOFF_COMPLETE;
    }
    return call.hr;
}

static HRESULT STDMETHODCALLTYPE store_AbortSubmit(
    IMsgStore *iface, ULONG size, ENTRYID *entryid, ULONG flags)
{
    (void)iface;
    (void)size;
    (void)entryid;
    (void)flags;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE store_GetOutgoingQueue(
    IMsgStore *iface, ULONG flags, IMAPITable **ret_table)
{
    (void)iface;
    (void)flags;
    (void)ret_table;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE store_SetLockState(
    IMsgStore *iface, IMessage *message, ULONG state)
{
    (void)iface;
    (void)message;
    (void)state;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE store_FinishedMsg(
    IMsgStore *iface, ULONG flags, ULONG size, ENTRYID *entryid)
{
    (void)iface;
    (void)flags;
    (void)size;
    (void)entryid;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE store_NotifyNewMail(IMsgStore *iface, NOTIFICATION *notification)
{
    (void)iface;
    (void)notification;
    return MAPI_E_NO_SUPPORT;
}

static const IMsgStoreVtbl store_vtable = {
    VTABLE_PROP(IMsgStoreVtbl),
    store_Advise,
    store_Unadvise,
    store_CompareEntryIDs,
    store_OpenEntry,
    store_SetReceiveFolder,
    store_GetReceiveFolder,
    store_GetReceiveFolderTable,
    store_StoreLogoff,
    store_AbortSubmit,
    store_GetOutgoingQueue,
    store_SetLockState,
    store_FinishedMsg,
    store_NotifyNewMail,
};

static const IID *const store_interfaces[] = {&IID_IMsgStore, &IID_IMAPIProp, NULL};
static const struct propobj_class store_class = {
    .object = {"Store", store_interfaces, store_destroy},
    .refresh = store_refresh,
    .apply = store_apply,
    .save = store_save,
    .is_computed = store_is_computed,
};

HRESULT store_new(ULONG store, BOOL writable, IMsgStore **ret_store)
{
    struct store *self = emu_alloc(sizeof(*self));

    propobj_init(&self->prop, &store_class, &store_vtable, store, &self->bag, writable);
    *ret_store = (IMsgStore *)&self->prop.object.vtable;
    return S_OK;
}
