/* IMAPISession, and what is common to the OpenEntry methods of session, store and folder. */
#include "tests/outlook/mapiobj.h"

#include "tests/outlook/memory.h"

#include <string.h>

#define OPEN_ENTRY_FLAGS                                                                           \
    (MAPI_MODIFY | MAPI_BEST_ACCESS | MAPI_DEFERRED_ERRORS | MAPI_NO_CACHE | MAPI_CACHE_ONLY |     \
        SHOW_SOFT_DELETES)

struct session {
    struct object object;
};

static struct session *impl_from_IMAPISession(IMAPISession *iface)
{
    return CONTAINING_RECORD(iface, struct session, object.vtable);
}

HRESULT store_by_record_key(const BYTE record_key[16], struct store_info *ret_store)
{
    struct storage *storage;
    struct store_info *stores;
    ULONG count;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_stores(storage, &stores, &count);
    }
    if (FAILED(hr)) {
        return hr;
    }
    hr = MAPI_E_NOT_FOUND;
    for (ULONG i = 0; i < count; i++) {
        if (!memcmp(stores[i].record_key, record_key, sizeof(stores[i].record_key))) {
            *ret_store = stores[i];
            hr = S_OK;
        }
    }
    emu_free(stores);
    return hr;
}

/* The interface asked for must be one that the kind of object has. */
static HRESULT entry_check_interface(const IID *iid, const IID *own, const IID *base)
{
    if (!iid || IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IMAPIProp) ||
        IsEqualIID(iid, own) || (base && IsEqualIID(iid, base))) {
        return S_OK;
    }
    violation("WRONG_INTERFACE", "OpenEntry asks for {%08lx-...}", (unsigned long)iid->Data1);
    return MAPI_E_INTERFACE_NOT_SUPPORTED;
}

static HRESULT entry_open_root(
    ULONG store, const IID *iid, BOOL writable, ULONG *ret_type, IUnknown **ret_object)
{
    struct storage *storage;
    struct store_info info;
    HRESULT hr = entry_check_interface(iid, &IID_IMAPIFolder, &IID_IMAPIContainer);

    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, store, &info);
    }
    if (SUCCEEDED(hr)) {
        *ret_type = MAPI_FOLDER;
        hr = folder_new(info.root, writable, (IMAPIFolder **)ret_object);
    }
    return hr;
}

HRESULT entry_open(ULONG store, ULONG size, const ENTRYID *entryid, const IID *iid, ULONG flags,
    ULONG *ret_type, IUnknown **ret_object)
{
    BOOL writable = (flags & (MAPI_MODIFY | MAPI_BEST_ACCESS)) != 0;
    struct entryid parsed;
    struct store_info info;
    BYTE record_key[16];
    ULONG kind;
    ULONG id;
    HRESULT hr = check_flags("OpenEntry", flags, OPEN_ENTRY_FLAGS);

    if (SUCCEEDED(hr) && (!ret_type || !ret_object)) {
        hr = check_pointer("OpenEntry", "an output", NULL);
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (size == 0 && store) {
        return entry_open_root(store, iid, writable, ret_type, ret_object);
    }
    if (!store && identity_is(size, entryid)) {
        return identity_open(iid, ret_type, ret_object);
    }
    if (!store && entryid_is_store(entryid, size, record_key)) {
        hr = store_by_record_key(record_key, &info);
        *ret_type = MAPI_STORE;
        return SUCCEEDED(hr) ? store_new(info.id, writable, (IMsgStore **)ret_object) : hr;
    }
    if (!entryid_parse(entryid, size, &parsed, &kind, &id)) {
        violation(
            "BAD_ENTRYID", "OpenEntry with %lu bytes that are no entry id", (unsigned long)size);
        return MAPI_E_INVALID_ENTRYID;
    }
    hr = store_by_record_key(parsed.store, &info);
    if (FAILED(hr) || (store && info.id != store)) {
        return MAPI_E_UNKNOWN_ENTRYID; /* another store's */
    }
    if (kind == ENTRYID_FOLDER) {
        hr = entry_check_interface(iid, &IID_IMAPIFolder, &IID_IMAPIContainer);
        *ret_type = MAPI_FOLDER;
        return SUCCEEDED(hr) ? folder_new(id, writable, (IMAPIFolder **)ret_object) : hr;
    }
    hr = entry_check_interface(iid, &IID_IMessage, NULL);
    *ret_type = MAPI_MESSAGE;
    return SUCCEEDED(hr) ? message_open(id, writable, (IMessage **)ret_object) : hr;
}

HRESULT entry_compare(
    ULONG size1, const ENTRYID *id1, ULONG size2, const ENTRYID *id2, ULONG flags, ULONG *ret_equal)
{
    HRESULT hr = check_flags("CompareEntryIDs", flags, 0);

    if (SUCCEEDED(hr) && (!id1 || !id2 || !ret_equal)) {
        hr = check_pointer("CompareEntryIDs", "an argument", NULL);
    }
    if (SUCCEEDED(hr)) {
        *ret_equal = size1 == size2 && !memcmp(id1, id2, size1);
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE session_GetLastError(
    IMAPISession *iface, HRESULT hr, ULONG flags, MAPIERROR **ret_error)
{
    (void)iface;
    (void)hr;
    (void)flags;
    *ret_error = NULL;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE session_GetMsgStoresTable(
    IMAPISession *iface, ULONG flags, IMAPITable **ret_table)
{
    struct session *self = impl_from_IMAPISession(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "GetMsgStoresTable");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("GetMsgStoresTable", flags, MAPI_UNICODE | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetMsgStoresTable", "lppTable", ret_table);
    }
    return SUCCEEDED(hr) ? table_of_stores(flags, ret_table) : hr;
}

static HRESULT STDMETHODCALLTYPE session_OpenMsgStore(IMAPISession *iface, ULONG_PTR ui, ULONG size,
    ENTRYID *entryid, const IID *iid, ULONG flags, IMsgStore **ret_store)
{
    struct session *self = impl_from_IMAPISession(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "OpenMsgStore");
    struct store_info info;
    BYTE record_key[16];
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("OpenMsgStore", flags,
            MAPI_BEST_ACCESS | MAPI_DEFERRED_ERRORS | MDB_NO_DIALOG | MDB_NO_MAIL | MDB_TEMPORARY |
                MDB_WRITE | MDB_ONLINE);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("OpenMsgStore", "lppMDB", ret_store);
    }
    if (SUCCEEDED(hr) && !(flags & MDB_NO_DIALOG) && !ui) {
        violation("MAY_SHOW_UI", "OpenMsgStore without MDB_NO_DIALOG");
    }
    if (SUCCEEDED(hr) && iid && !IsEqualIID(iid, &IID_IMsgStore) &&
        !IsEqualIID(iid, &IID_IUnknown)) {
        violation(
            "WRONG_INTERFACE", "OpenMsgStore asks for {%08lx-...}", (unsigned long)iid->Data1);
        hr = MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (SUCCEEDED(hr) && !entryid_is_store(entryid, size, record_key)) {
        hr = MAPI_E_INVALID_ENTRYID;
    }
    if (SUCCEEDED(hr)) {
        hr = store_by_record_key(record_key, &info);
    }
    if (SUCCEEDED(hr)) {
        hr = store_new(info.id, (flags & (MDB_WRITE | MAPI_BEST_ACCESS)) != 0, ret_store);
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE session_OpenAddressBook(
    IMAPISession *iface, ULONG_PTR ui, const IID *iid, ULONG flags, IAddrBook **ret_book)
{
    (void)iface;
    (void)ui;
    (void)iid;
    (void)flags;
    (void)ret_book;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_OpenProfileSection(
    IMAPISession *iface, MAPIUID *uid, const IID *iid, ULONG flags, IProfSect **ret_section)
{
    (void)iface;
    (void)uid;
    (void)iid;
    (void)flags;
    (void)ret_section;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_GetStatusTable(
    IMAPISession *iface, ULONG flags, IMAPITable **ret_table)
{
    (void)iface;
    (void)flags;
    (void)ret_table;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_OpenEntry(IMAPISession *iface, ULONG size,
    ENTRYID *entryid, const IID *iid, ULONG flags, ULONG *ret_type, IUnknown **ret_object)
{
    struct session *self = impl_from_IMAPISession(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "OpenEntry");

    return SUCCEEDED(call.hr) ? entry_open(0, size, entryid, iid, flags, ret_type, ret_object)
                              : call.hr;
}

static HRESULT STDMETHODCALLTYPE session_CompareEntryIDs(IMAPISession *iface, ULONG size1,
    ENTRYID *id1, ULONG size2, ENTRYID *id2, ULONG flags, ULONG *ret_equal)
{
    struct session *self = impl_from_IMAPISession(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "CompareEntryIDs");

    return SUCCEEDED(call.hr) ? entry_compare(size1, id1, size2, id2, flags, ret_equal) : call.hr;
}

static HRESULT STDMETHODCALLTYPE session_Advise(IMAPISession *iface, ULONG size, ENTRYID *entryid,
    ULONG mask, IMAPIAdviseSink *sink, ULONG *ret_connection)
{
    (void)iface;
    (void)size;
    (void)entryid;
    (void)mask;
    (void)sink;
    (void)ret_connection;
    return MAPI_E_NO_SUPPORT; /* advise on the store */
}

static HRESULT STDMETHODCALLTYPE session_Unadvise(IMAPISession *iface, ULONG connection)
{
    (void)iface;
    (void)connection;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_MessageOptions(
    IMAPISession *iface, ULONG_PTR ui, ULONG flags, TCHAR *address_type, IMessage *message)
{
    (void)iface;
    (void)ui;
    (void)flags;
    (void)address_type;
    (void)message;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_QueryDefaultMessageOpt(IMAPISession *iface,
    TCHAR *address_type, ULONG flags, ULONG *ret_count, SPropValue **ret_options)
{
    (void)iface;
    (void)address_type;
    (void)flags;
    (void)ret_count;
    (void)ret_options;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_EnumAdrTypes(
    IMAPISession *iface, ULONG flags, ULONG *ret_count, TCHAR ***ret_types)
{
    (void)iface;
    (void)flags;
    (void)ret_count;
    (void)ret_types;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_QueryIdentity(
    IMAPISession *iface, ULONG *ret_size, ENTRYID **ret_entryid)
{
    struct session *self = impl_from_IMAPISession(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "QueryIdentity");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr) && (!ret_size || !ret_entryid)) {
        hr = check_pointer("QueryIdentity", "an output", NULL);
    }
    return SUCCEEDED(hr) ? identity_entryid(ret_size, ret_entryid) : hr;
}

static HRESULT STDMETHODCALLTYPE session_Logoff(
    IMAPISession *iface, ULONG_PTR ui, ULONG flags, ULONG reserved)
{
    struct session *self = impl_from_IMAPISession(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Logoff");

    (void)ui;
    if (SUCCEEDED(call.hr) && reserved) {
        violation("UNKNOWN_FLAGS", "Logoff with ulReserved %lu", (unsigned long)reserved);
    }
    return SUCCEEDED(call.hr) ? check_flags("Logoff", flags, MAPI_LOGOFF_SHARED | MAPI_LOGOFF_UI)
                              : call.hr;
}

static HRESULT STDMETHODCALLTYPE session_SetDefaultStore(
    IMAPISession *iface, ULONG flags, ULONG size, ENTRYID *entryid)
{
    (void)iface;
    (void)flags;
    (void)size;
    (void)entryid;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_AdminServices(
    IMAPISession *iface, ULONG flags, IMsgServiceAdmin **ret_admin)
{
    (void)iface;
    (void)flags;
    (void)ret_admin;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_ShowForm(IMAPISession *iface, ULONG_PTR ui,
    IMsgStore *store, IMAPIFolder *parent, const IID *iid, ULONG token, IMessage *sent, ULONG flags,
    ULONG status, ULONG message_flags, ULONG access, char *message_class)
{
    (void)iface;
    (void)ui;
    (void)store;
    (void)parent;
    (void)iid;
    (void)token;
    (void)sent;
    (void)flags;
    (void)status;
    (void)message_flags;
    (void)access;
    (void)message_class;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE session_PrepareForm(
    IMAPISession *iface, const IID *iid, IMessage *message, ULONG *ret_token)
{
    (void)iface;
    (void)iid;
    (void)message;
    (void)ret_token;
    return MAPI_E_NO_SUPPORT;
}

static const IMAPISessionVtbl session_vtable = {
    VTABLE_UNKNOWN(IMAPISessionVtbl),
    session_GetLastError,
    session_GetMsgStoresTable,
    session_OpenMsgStore,
    session_OpenAddressBook,
    session_OpenProfileSection,
    session_GetStatusTable,
    session_OpenEntry,
    session_CompareEntryIDs,
    session_Advise,
    session_Unadvise,
    session_MessageOptions,
    session_QueryDefaultMessageOpt,
    session_EnumAdrTypes,
    session_QueryIdentity,
    session_Logoff,
    session_SetDefaultStore,
    session_AdminServices,
    session_ShowForm,
    session_PrepareForm,
};

static const IID *const session_interfaces[] = {&IID_IMAPISession, NULL};
static const struct object_class session_class = {"Session", session_interfaces, NULL};

HRESULT session_new(IMAPISession **ret_session)
{
    struct session *self = emu_alloc(sizeof(*self));

    object_init(&self->object, &session_class, &session_vtable);
    *ret_session = (IMAPISession *)&self->object.vtable;
    return S_OK;
}
