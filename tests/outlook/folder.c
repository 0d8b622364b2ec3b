/* IMAPIFolder. A folder is not transacted: what is set is stored at once. */
#include "tests/outlook/mapiobj.h"

#include "tests/outlook/memory.h"

#include <string.h>

static struct folder *impl_from_IMAPIFolder(IMAPIFolder *iface)
{
    return CONTAINING_RECORD(iface, struct folder, prop.object.vtable);
}

static struct folder *folder_of(struct propobj *prop)
{
    return CONTAINING_RECORD(prop, struct folder, prop);
}

static HRESULT folder_refresh(struct propobj *prop)
{
    struct folder *self = folder_of(prop);
    struct storage *storage;
    struct folder_info info;
    struct bag fresh;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, self->id, &info, &fresh);
    }
    if (SUCCEEDED(hr)) {
        bag_fini(&self->bag);
        self->bag = fresh;
    }
    return hr == MAPI_E_NOT_FOUND ? MAPI_E_OBJECT_DELETED : hr;
}

static HRESULT folder_apply(struct propobj *prop, const struct bag *changed)
{
    struct folder *self = folder_of(prop);
    struct storage *storage;
    struct bag set = {0};
    HRESULT hr = process_storage(&storage);

    for (ULONG i = 0; i < changed->count; i++) {
        if (PROP_TYPE(changed->items[i].tag) != PT_NULL) {
            bag_set(&set, changed->items[i].tag, changed->items[i].data, changed->items[i].size);
        }
    }
    if (SUCCEEDED(hr) && set.count < changed->count) {
        hr = MAPI_E_NO_SUPPORT; /* properties of folders cannot be deleted here */
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_set_props(storage, self->id, &set);
    }
    bag_fini(&set);
    return hr;
}

static HRESULT folder_save(struct propobj *prop, ULONG flags)
{
    (void)prop;
    (void)flags;
    return S_OK;
}

static BOOL folder_is_computed(struct propobj *prop, ULONG tag)
{
    (void)prop;
    return computed_is_folder(tag);
}

static HRESULT folder_open_property(
    struct propobj *prop, ULONG tag, const IID *iid, ULONG flags, IUnknown **ret_object)
{
    struct folder *self = folder_of(prop);

    (void)flags;
    if (!IsEqualIID(iid, &IID_IMAPITable)) {
        return MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (tag == PR_CONTAINER_CONTENTS || tag == PR_FOLDER_ASSOCIATED_CONTENTS) {
        return table_of_contents(prop->store, self->id, tag == PR_FOLDER_ASSOCIATED_CONTENTS,
            MAPI_UNICODE, (IMAPITable **)ret_object);
    }
    if (tag == PR_CONTAINER_HIERARCHY) {
        return table_of_folders(
            prop->store, self->id, FALSE, MAPI_UNICODE, (IMAPITable **)ret_object);
    }
    return MAPI_E_NOT_FOUND;
}

static void folder_destroy(struct object *object)
{
    struct folder *self = CONTAINING_RECORD(object, struct folder, prop.object);

    bag_fini(&self->bag);
    propobj_fini(&self->prop);
}

static HRESULT STDMETHODCALLTYPE folder_GetContentsTable(
    IMAPIFolder *iface, ULONG flags, IMAPITable **ret_table)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "GetContentsTable");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags(
            "GetContentsTable", flags, MAPI_UNICODE | MAPI_ASSOCIATED | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetContentsTable", "lppTable", ret_table);
    }
    return SUCCEEDED(hr) ? table_of_contents(self->prop.store, self->id,
                               (flags & MAPI_ASSOCIATED) != 0, flags, ret_table)
                         : hr;
}

static HRESULT STDMETHODCALLTYPE folder_GetHierarchyTable(
    IMAPIFolder *iface, ULONG flags, IMAPITable **ret_table)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "GetHierarchyTable");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags(
            "GetHierarchyTable", flags, MAPI_UNICODE | CONVENIENT_DEPTH | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetHierarchyTable", "lppTable", ret_table);
    }
    return SUCCEEDED(hr) ? table_of_folders(self->prop.store, self->id,
                               (flags & CONVENIENT_DEPTH) != 0, flags, ret_table)
                         : hr;
}

static HRESULT STDMETHODCALLTYPE folder_OpenEntry(IMAPIFolder *iface, ULONG size, ENTRYID *entryid,
    const IID *iid, ULONG flags, ULONG *ret_type, IUnknown **ret_object)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "OpenEntry");

    return SUCCEEDED(call.hr)
               ? entry_open(self->prop.store, size, entryid, iid, flags, ret_type, ret_object)
               : call.hr;
}

static HRESULT STDMETHODCALLTYPE folder_SetSearchCriteria(
    IMAPIFolder *iface, SRestriction *restriction, ENTRYLIST *folders, ULONG flags)
{
    (void)iface;
    (void)restriction;
    (void)folders;
    (void)flags;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE folder_GetSearchCriteria(IMAPIFolder *iface, ULONG flags,
    SRestriction **ret_restriction, ENTRYLIST **ret_folders, ULONG *ret_state)
{
    (void)iface;
    (void)flags;
    (void)ret_restriction;
    (void)ret_folders;
    (void)ret_state;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE folder_CreateMessage(
    IMAPIFolder *iface, const IID *iid, ULONG flags, IMessage **ret_message)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "CreateMessage");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("CreateMessage", flags, MAPI_ASSOCIATED | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("CreateMessage", "lppMessage", ret_message);
    }
    if (SUCCEEDED(hr) && iid && !IsEqualIID(iid, &IID_IMessage) &&
        !IsEqualIID(iid, &IID_IUnknown)) {
        violation(
            "WRONG_INTERFACE", "CreateMessage asks for {%08lx-...}", (unsigned long)iid->Data1);
        hr = MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "CreateMessage");
    }
    return SUCCEEDED(hr) ? message_create(self->prop.store, self->id,
                               (flags & MAPI_ASSOCIATED) != 0, ret_message)
                         : hr;
}

/* The message an entry of a list names, if it lies in this folder. */
static HRESULT folder_entry(
    struct folder *self, struct storage *storage, const SBinary *entry, ULONG *ret_id)
{
    struct message_info info;
    struct entryid parsed;
    ULONG kind;
    HRESULT hr;

    if (!entryid_parse(entry->lpb, entry->cb, &parsed, &kind, ret_id) || kind == ENTRYID_FOLDER) {
        violation("BAD_ENTRYID",
            "a list of messages holds %lu bytes that are no message's entry id",
            (unsigned long)entry->cb);
        return MAPI_E_INVALID_ENTRYID;
    }
    hr = storage_message(storage, *ret_id, &info, NULL);
    return SUCCEEDED(hr) && info.folder != self->id ? MAPI_E_NOT_FOUND : hr;
}

static HRESULT STDMETHODCALLTYPE folder_CopyMessages(IMAPIFolder *iface, ENTRYLIST *list,
    const IID *iid, void *destination, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "CopyMessages");
    struct folder *target = NULL;
    struct storage *storage;
    BOOL partial = FALSE;
    HRESULT hr = call.hr;

    (void)ui;
    (void)progress;
    if (SUCCEEDED(hr)) {
        hr = check_flags("CopyMessages", flags, MESSAGE_MOVE | MESSAGE_DIALOG | MAPI_DECLINE_OK);
    }
    if (SUCCEEDED(hr) && (!list || !list->lpbin || !destination)) {
        hr = check_pointer("CopyMessages", "lpMsgList or lpDestFolder", NULL);
    }
    if (SUCCEEDED(hr) && iid && !IsEqualIID(iid, &IID_IMAPIFolder)) {
        violation("WRONG_INTERFACE", "CopyMessages to a {%08lx-...}", (unsigned long)iid->Data1);
        hr = MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (SUCCEEDED(hr)) {
        target = folder_from(destination);
        hr = target ? propobj_check_writable(&target->prop, "CopyMessages (the target)")
                    : MAPI_E_INVALID_OBJECT;
    }
    if (SUCCEEDED(hr) && (flags & MESSAGE_MOVE)) {
        hr = propobj_check_writable(&self->prop, "CopyMessages");
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    for (ULONG i = 0; SUCCEEDED(hr) && i < list->cValues; i++) {
        ULONG id;
        HRESULT one = folder_entry(self, storage, &list->lpbin[i], &id);
        if (SUCCEEDED(one)) {
            one =
                storage_message_transfer(storage, id, target->id, (flags & MESSAGE_MOVE) != 0, &id);
        }
        if (one == MAPI_E_NOT_FOUND) {
            partial = TRUE;
        } else {
            hr = one;
        }
    }
    return SUCCEEDED(hr) && partial ? MAPI_W_PARTIAL_COMPLETION : hr;
}

static HRESULT STDMETHODCALLTYPE folder_DeleteMessages(
    IMAPIFolder *iface, ENTRYLIST *list, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "DeleteMessages");
    struct storage *storage;
    BOOL partial = FALSE;
    HRESULT hr = call.hr;

    (void)ui;
    (void)progress;
    if (SUCCEEDED(hr)) {
        hr = check_flags("DeleteMessages", flags, MESSAGE_DIALOG);
    }
    if (SUCCEEDED(hr) && (!list || !list->lpbin)) {
        hr = check_pointer("DeleteMessages", "lpMsgList", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "DeleteMessages");
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    for (ULONG i = 0; SUCCEEDED(hr) && i < list->cValues; i++) {
        ULONG id;
        HRESULT one = folder_entry(self, storage, &list->lpbin[i], &id);
        if (SUCCEEDED(one)) {
            one = storage_message_delete(storage, id);
        }
        if (one == MAPI_E_NOT_FOUND) {
            partial = TRUE;
        } else {
            hr = one;
        }
    }
    return SUCCEEDED(hr) && partial ? MAPI_W_PARTIAL_COMPLETION : hr;
}

/* A name given with or without MAPI_UNICODE, as wide characters; caller frees. */
static WCHAR *folder_wide_name(const TCHAR *name, ULONG flags)
{
    int length;
    WCHAR *wide;

    if (flags & MAPI_UNICODE) {
        return emu_copy((const WCHAR *)(const void *)name);
    }
    length = MultiByteToWideChar(CP_ACP, 0, (const char *)(const void *)name, -1, NULL, 0);
    wide = emu_alloc((size_t)length * sizeof(WCHAR));
    MultiByteToWideChar(CP_ACP, 0, (const char *)(const void *)name, -1, wide, length);
    return wide;
}

static HRESULT folder_make(struct folder *self, const WCHAR *name, const WCHAR *comment,
    BOOL open_if_exists, ULONG *ret_id)
{
    struct storage *storage;
    struct bag props = {0};
    HRESULT hr = process_storage(&storage);

    if (FAILED(hr)) {
        return hr;
    }
    hr = storage_folder_find(storage, self->id, name, ret_id);
    if (hr != MAPI_E_NOT_FOUND) {
        return FAILED(hr) ? hr : open_if_exists ? S_OK : MAPI_E_COLLISION;
    }
    /* A new folder inherits its parent's kind, as in Outlook. */
    hr = folder_refresh(&self->prop);
    if (SUCCEEDED(hr)) {
        const WCHAR *class = bag_string(&self->bag, PR_CONTAINER_CLASS);
        hr = storage_folder_create(
            storage, self->prop.store, self->id, name, class[0] ? class : L"IPF.Note", ret_id);
    }
    if (SUCCEEDED(hr) && comment) {
        bag_set_string(&props, PR_COMMENT, comment);
        hr = storage_folder_set_props(storage, *ret_id, &props);
        bag_fini(&props);
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE folder_CreateFolder(IMAPIFolder *iface, ULONG type, TCHAR *name,
    TCHAR *comment, const IID *iid, ULONG flags, IMAPIFolder **ret_folder)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "CreateFolder");
    WCHAR *wide_name;
    WCHAR *wide_comment;
    ULONG id = 0;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags(
            "CreateFolder", flags, MAPI_UNICODE | OPEN_IF_EXISTS | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr) && (!name || !ret_folder)) {
        hr = check_pointer("CreateFolder", "lpszFolderName or lppFolder", NULL);
    }
    if (SUCCEEDED(hr) && iid && !IsEqualIID(iid, &IID_IMAPIFolder)) {
        hr = MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (SUCCEEDED(hr) && type != FOLDER_GENERIC) {
        hr = MAPI_E_NO_SUPPORT;
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "CreateFolder");
    }
    if (FAILED(hr)) {
        return hr;
    }
    wide_name = folder_wide_name(name, flags);
    wide_comment = comment ? folder_wide_name(comment, flags) : NULL;
    hr = wide_name[0]
             ? folder_make(self, wide_name, wide_comment, (flags & OPEN_IF_EXISTS) != 0, &id)
             : MAPI_E_INVALID_PARAMETER;
    emu_free(wide_name);
    emu_free(wide_comment);
    return SUCCEEDED(hr) ? folder_new(id, TRUE, ret_folder) : hr;
}

/* Moving only: copying a whole tree is nothing our program may do. */
static HRESULT STDMETHODCALLTYPE folder_CopyFolder(IMAPIFolder *iface, ULONG size, ENTRYID *entryid,
    const IID *iid, void *destination, TCHAR *name, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "CopyFolder");
    struct folder *target;
    struct storage *storage;
    struct entryid parsed;
    ULONG kind;
    ULONG id;
    HRESULT hr = call.hr;

    (void)iid;
    (void)ui;
    (void)progress;
    if (SUCCEEDED(hr) && (!(flags & FOLDER_MOVE) || name)) {
        hr = MAPI_E_NO_SUPPORT;
    }
    if (SUCCEEDED(hr)) {
        target = folder_from(destination);
        hr = target && target->prop.store == self->prop.store
                 ? propobj_check_writable(&target->prop, "CopyFolder")
                 : MAPI_E_NO_SUPPORT;
    }
    if (SUCCEEDED(hr) &&
        (!entryid_parse(entryid, size, &parsed, &kind, &id) || kind != ENTRYID_FOLDER)) {
        hr = MAPI_E_INVALID_ENTRYID;
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    return SUCCEEDED(hr) ? storage_folder_move(storage, id, target->id) : hr;
}

static HRESULT folder_check_empty(struct storage *storage, ULONG id, ULONG flags)
{
    ULONG *ids = NULL;
    ULONG count = 0;
    HRESULT hr = storage_folder_children(storage, id, &ids, &count);

    emu_free(ids);
    if (SUCCEEDED(hr) && count && !(flags & DEL_FOLDERS)) {
        return MAPI_E_HAS_FOLDERS;
    }
    if (SUCCEEDED(hr)) {
        hr = storage_message_ids(storage, id, FALSE, &ids, &count);
    }
    if (SUCCEEDED(hr)) {
        emu_free(ids);
        hr = count && !(flags & DEL_MESSAGES) ? MAPI_E_HAS_MESSAGES : S_OK;
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE folder_DeleteFolder(IMAPIFolder *iface, ULONG size,
    ENTRYID *entryid, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    struct folder *self = impl_from_IMAPIFolder(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "DeleteFolder");
    struct storage *storage;
    struct folder_info info;
    struct entryid parsed;
    ULONG kind;
    ULONG id;
    HRESULT hr = call.hr;

    (void)ui;
    (void)progress;
    if (SUCCEEDED(hr)) {
        hr = check_flags("DeleteFolder", flags, DEL_MESSAGES | DEL_FOLDERS | FOLDER_DIALOG);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "DeleteFolder");
    }
    if (SUCCEEDED(hr) &&
        (!entryid_parse(entryid, size, &parsed, &kind, &id) || kind != ENTRYID_FOLDER)) {
        hr = MAPI_E_INVALID_ENTRYID;
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, id, &info, NULL);
    }
    if (SUCCEEDED(hr) && info.parent != self->id) {
        hr = MAPI_E_NOT_FOUND;
    }
    if (SUCCEEDED(hr)) {
        hr = folder_check_empty(storage, id, flags);
    }
    return SUCCEEDED(hr) ? storage_folder_delete(storage, id) : hr;
}

static HRESULT STDMETHODCALLTYPE folder_SetReadFlags(
    IMAPIFolder *iface, ENTRYLIST *list, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    (void)iface;
    (void)list;
    (void)ui;
    (void)progress;
    (void)flags;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE folder_GetMessageStatus(
    IMAPIFolder *iface, ULONG size, ENTRYID *entryid, ULONG flags, ULONG *ret_status)
{
    (void)iface;
    (void)size;
    (void)entryid;
    (void)flags;
    (void)ret_status;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE folder_SetMessageStatus(
    IMAPIFolder *iface, ULONG size, ENTRYID *entryid, ULONG status, ULONG mask, ULONG *ret_old)
{
    (void)iface;
    (void)size;
    (void)entryid;
    (void)status;
    (void)mask;
    (void)ret_old;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE folder_SaveContentsSort(
    IMAPIFolder *iface, SSortOrderSet *sort, ULONG flags)
{
    (void)iface;
    (void)sort;
    (void)flags;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE folder_EmptyFolder(
    IMAPIFolder *iface, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    (void)iface;
    (void)ui;
    (void)progress;
    (void)flags;
    return MAPI_E_NO_SUPPORT;
}

static const IMAPIFolderVtbl folder_vtable = {
    VTABLE_PROP(IMAPIFolderVtbl),
    folder_GetContentsTable,
    folder_GetHierarchyTable,
    folder_OpenEntry,
    folder_SetSearchCriteria,
    folder_GetSearchCriteria,
    folder_CreateMessage,
    folder_CopyMessages,
    folder_DeleteMessages,
    folder_CreateFolder,
    folder_CopyFolder,
    folder_DeleteFolder,
    folder_SetReadFlags,
    folder_GetMessageStatus,
    folder_SetMessageStatus,
    folder_SaveContentsSort,
    folder_EmptyFolder,
};

static const IID *const folder_interfaces[] = {
    &IID_IMAPIFolder, &IID_IMAPIContainer, &IID_IMAPIProp, NULL};
static const struct propobj_class folder_class = {
    .object = {"Folder", folder_interfaces, folder_destroy},
    .refresh = folder_refresh,
    .apply = folder_apply,
    .save = folder_save,
    .is_computed = folder_is_computed,
    .open = folder_open_property,
};

HRESULT folder_new(ULONG id, BOOL writable, IMAPIFolder **ret_folder)
{
    struct storage *storage;
    struct folder_info info;
    struct folder *self;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, id, &info, NULL);
    }
    if (FAILED(hr)) {
        return hr;
    }
    self = emu_alloc(sizeof(*self));
    self->id = id;
    propobj_init(&self->prop, &folder_class, &folder_vtable, info.store, &self->bag, writable);
    *ret_folder = (IMAPIFolder *)&self->prop.object.vtable;
    return S_OK;
}

struct folder *folder_from(void *iface)
{
    if (!object_is(iface, &folder_class.object)) {
        violation("BAD_OBJECT", "%p is no live folder of this provider", iface);
        return NULL;
    }
    return impl_from_IMAPIFolder(iface);
}
