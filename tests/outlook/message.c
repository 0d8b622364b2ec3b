/* IMessage: a copy of an item in memory until SaveChanges. */
#include "tests/outlook/mapiobj.h"

#include "tests/outlook/memory.h"
#include "tests/outlook/values.h"

#include <string.h>

static struct message *impl_from_IMessage(IMessage *iface)
{
    return CONTAINING_RECORD(iface, struct message, prop.object.vtable);
}

static struct message *message_of(struct propobj *prop)
{
    return CONTAINING_RECORD(prop, struct message, prop);
}

static BOOL message_is_computed(struct propobj *prop, ULONG tag)
{
    return computed_is_message(tag, message_of(prop)->info.id != 0);
}

/* Bodies: whoever writes one form makes the others stale, and the store drops them, as Outlook's
 * stores rebuild them from the form written last. PR_RTF_IN_SYNC follows. Subject: its derivates
 * are made anew at once. */
static void message_changed(struct propobj *prop, ULONG tag)
{
    struct message *self = message_of(prop);
    BOOL in_sync;

    switch (PROP_ID(tag)) {
    case PROP_ID(PR_BODY):
        self->made_body = FALSE;
        in_sync = !bag_delete(prop->props, PR_RTF_COMPRESSED);
        bag_delete(prop->props, EMU_PR_HTML);
        if (!in_sync) {
            bag_set_bool(prop->props, PR_RTF_IN_SYNC, FALSE);
        }
        break;
    case PROP_ID(PR_RTF_COMPRESSED):
    case PROP_ID(EMU_PR_HTML):
        message_body_from_rich(self, tag);
        break;
    case PROP_ID(PR_SUBJECT):
        bag_delete(prop->props, PR_SUBJECT_PREFIX);
        bag_delete(prop->props, PR_CONVERSATION_TOPIC);
        computed_derive(&self->item);
        break;
    case PROP_ID(PR_SUBJECT_PREFIX):
        computed_derive(&self->item);
        break;
    default:
        break;
    }
}

/* Puts the touched properties of this handle on top of what another one saved meanwhile. */
static HRESULT message_merge(struct message *self, struct storage *storage)
{
    struct message_info info;
    struct item item;
    HRESULT hr = storage_message(storage, self->info.id, &info, &item);

    if (FAILED(hr)) {
        return hr == MAPI_E_NOT_FOUND ? MAPI_E_OBJECT_DELETED : hr;
    }
    for (ULONG i = 0; i < self->prop.touched.count; i++) {
        const struct prop *prop = &self->prop.touched.items[i];
        if (PROP_TYPE(prop->tag) == PT_NULL) {
            bag_delete(&item.props, prop->tag);
        } else {
            bag_set(&item.props, prop->tag, prop->data, prop->size);
        }
    }
    bag_fini(&self->item.props);
    self->item.props = item.props;
    memset(&item.props, 0, sizeof(item.props));
    item_fini(&item);
    return S_OK;
}

static HRESULT message_save_embedded(struct message *self)
{
    struct attach *parent = self->parent;
    HRESULT hr = propobj_check_writable(&parent->prop, "SaveChanges of an embedded message");

    if (FAILED(hr)) {
        return hr;
    }
    computed_derive(&self->item);
    bag_set_time(&self->item.props, PR_LAST_MODIFICATION_TIME, storage_now());
    if (!bag_find(&self->item.props, PR_CREATION_TIME)) {
        bag_set_time(&self->item.props, PR_CREATION_TIME, storage_now());
    }
    item_free(parent->attachment.embedded);
    parent->attachment.embedded = emu_alloc(sizeof(struct item));
    item_copy(parent->attachment.embedded, &self->item);
    parent->prop.dirty = TRUE;
    return S_OK;
}

static HRESULT message_check_conflict(struct message *self, struct storage *storage, ULONG flags)
{
    struct message_info now;
    HRESULT hr;

    if (!self->info.id) {
        return S_OK;
    }
    hr = storage_message(storage, self->info.id, &now, NULL);
    if (FAILED(hr)) {
        return hr == MAPI_E_NOT_FOUND ? MAPI_E_OBJECT_DELETED : hr;
    }
    if (now.change == self->info.change) {
        return S_OK;
    }
    return flags & FORCE_SAVE ? message_merge(self, storage) : MAPI_E_OBJECT_CHANGED;
}

static HRESULT message_refresh(struct propobj *prop)
{
    return message_make_body(message_of(prop));
}

/* What was made for readers only goes before the item is stored. */
static void message_drop_made(struct message *self)
{
    if (self->made_body) {
        bag_delete(&self->item.props, PR_BODY_W);
        self->made_body = FALSE;
    }
}

static HRESULT message_save(struct propobj *prop, ULONG flags)
{
    struct message *self = message_of(prop);
    struct storage *storage;
    HRESULT hr;

    message_drop_made(self);
    if (self->parent) {
        return message_save_embedded(self);
    }
    hr = process_storage(&storage);
    if (FAILED(hr)) {
        return hr;
    }
    hr = storage_begin(storage);
    if (SUCCEEDED(hr)) {
        hr = message_check_conflict(self, storage, flags);
    }
    /* Saving without a change changes nothing, not even the times: a store compares before it
     * writes. */
    if (SUCCEEDED(hr) && (prop->dirty || !self->info.id)) {
        message_check_list(storage, self);
        bag_delete(&self->item.props, PR_ACCESS_LEVEL); /* of the handle, not of the message */
        hr = storage_message_save(storage, &self->info, &self->item, FALSE);
    }
    return storage_end(storage, hr);
}

static HRESULT message_open_property(
    struct propobj *prop, ULONG tag, const IID *iid, ULONG flags, IUnknown **ret_object)
{
    struct message *self = message_of(prop);

    (void)flags;
    if (IsEqualIID(iid, &IID_IMAPITable) && tag == PR_MESSAGE_RECIPIENTS) {
        return table_of_recipients(self, MAPI_UNICODE, (IMAPITable **)ret_object);
    }
    if (IsEqualIID(iid, &IID_IMAPITable) && tag == PR_MESSAGE_ATTACHMENTS) {
        return table_of_attachments(self, MAPI_UNICODE, (IMAPITable **)ret_object);
    }
    return MAPI_E_INTERFACE_NOT_SUPPORTED;
}

static void message_copy_recipients(struct message *self, struct message *target)
{
    while (target->item.recipient_count) {
        bag_fini(&target->item.recipients[--target->item.recipient_count]);
    }
    for (ULONG i = 0; i < self->item.recipient_count; i++) {
        struct bag *row = item_add_recipient(&target->item);
        bag_fini(row);
        bag_copy(row, &self->item.recipients[i]);
    }
    target->item.next_recipient = self->item.next_recipient;
}

static HRESULT message_copy_to(
    struct propobj *prop, const SPropTagArray *tags, BOOL exclude, void *destination)
{
    struct message *self = message_of(prop);
    struct message *target = message_from(destination);
    HRESULT hr = target ? propobj_check_writable(&target->prop, "CopyTo (the target)")
                        : MAPI_E_INVALID_OBJECT;

    if (SUCCEEDED(hr) && target->prop.store != prop->store) {
        hr = MAPI_E_NO_SUPPORT; /* across stores use CopyMessages */
    }
    if (FAILED(hr)) {
        return hr;
    }
    propobj_copy_bag(prop, tags, exclude, &target->prop);
    if (tags_contain(tags, PR_MESSAGE_RECIPIENTS) != exclude) {
        message_copy_recipients(self, target);
    }
    for (ULONG i = 0;
         tags_contain(tags, PR_MESSAGE_ATTACHMENTS) != exclude && i < self->item.attachment_count;
         i++) {
        struct attachment copy;
        attachment_copy(&copy, &self->item.attachments[i]);
        copy.number = target->item.next_attachment;
        item_put_attachment(&target->item, &copy);
        attachment_fini(&copy);
    }
    target->edits++;
    target->prop.dirty = TRUE;
    computed_derive(&target->item);
    return S_OK;
}

static void message_destroy(struct object *object)
{
    struct message *self = CONTAINING_RECORD(object, struct message, prop.object);

    item_fini(&self->item);
    propobj_fini(&self->prop);
    if (self->parent) {
        object_unhold(&self->parent->prop.object);
    }
}

static HRESULT STDMETHODCALLTYPE message_GetAttachmentTable(
    IMessage *iface, ULONG flags, IMAPITable **ret_table)
{
    struct message *self = impl_from_IMessage(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "GetAttachmentTable");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("GetAttachmentTable", flags, MAPI_UNICODE);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetAttachmentTable", "lppTable", ret_table);
    }
    return SUCCEEDED(hr) ? table_of_attachments(self, flags, ret_table) : hr;
}

static HRESULT STDMETHODCALLTYPE message_OpenAttach(
    IMessage *iface, ULONG number, const IID *iid, ULONG flags, IAttach **ret_attach)
{
    struct message *self = impl_from_IMessage(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "OpenAttach");
    BOOL writable = (flags & MAPI_MODIFY) || ((flags & MAPI_BEST_ACCESS) && self->prop.writable);
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr =
            check_flags("OpenAttach", flags, MAPI_MODIFY | MAPI_BEST_ACCESS | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("OpenAttach", "lppAttach", ret_attach);
    }
    if (SUCCEEDED(hr) && iid && !IsEqualIID(iid, &IID_IAttachment) &&
        !IsEqualIID(iid, &IID_IUnknown)) {
        violation("WRONG_INTERFACE", "OpenAttach asks for {%08lx-...}", (unsigned long)iid->Data1);
        hr = MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (SUCCEEDED(hr) && writable) {
        hr = propobj_check_writable(&self->prop, "OpenAttach with MAPI_MODIFY");
    }
    return SUCCEEDED(hr) ? attach_open(self, number, writable, ret_attach) : hr;
}

static HRESULT STDMETHODCALLTYPE message_CreateAttach(
    IMessage *iface, const IID *iid, ULONG flags, ULONG *ret_number, IAttach **ret_attach)
{
    struct message *self = impl_from_IMessage(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "CreateAttach");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("CreateAttach", flags, MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr) && (!ret_number || !ret_attach)) {
        hr = check_pointer("CreateAttach", "an output", NULL);
    }
    if (SUCCEEDED(hr) && iid && !IsEqualIID(iid, &IID_IAttachment) &&
        !IsEqualIID(iid, &IID_IUnknown)) {
        hr = MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "CreateAttach");
    }
    return SUCCEEDED(hr) ? attach_create(self, ret_number, ret_attach) : hr;
}

static HRESULT STDMETHODCALLTYPE message_DeleteAttach(
    IMessage *iface, ULONG number, ULONG ui, IMAPIProgress *progress, ULONG flags)
{
    struct message *self = impl_from_IMessage(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "DeleteAttach");
    HRESULT hr = call.hr;

    (void)ui;
    (void)progress;
    if (SUCCEEDED(hr)) {
        hr = check_flags("DeleteAttach", flags, ATTACH_DIALOG);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "DeleteAttach");
    }
    if (SUCCEEDED(hr) && !item_delete_attachment(&self->item, number)) {
        hr = MAPI_E_NOT_FOUND;
    }
    if (SUCCEEDED(hr)) {
        self->prop.dirty = TRUE;
        self->edits++;
        computed_derive(&self->item);
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE message_GetRecipientTable(
    IMessage *iface, ULONG flags, IMAPITable **ret_table)
{
    struct message *self = impl_from_IMessage(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "GetRecipientTable");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("GetRecipientTable", flags, MAPI_UNICODE | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetRecipientTable", "lppTable", ret_table);
    }
    return SUCCEEDED(hr) ? table_of_recipients(self, flags, ret_table) : hr;
}

static struct bag *message_recipient(struct message *self, const ADRENTRY *entry)
{
    for (ULONG i = 0; i < entry->cValues; i++) {
        if (entry->rgPropVals[i].ulPropTag != PR_ROWID) {
            continue;
        }
        for (ULONG j = 0; j < self->item.recipient_count; j++) {
            if (bag_long(&self->item.recipients[j], PR_ROWID, -1) == entry->rgPropVals[i].Value.l) {
                return &self->item.recipients[j];
            }
        }
    }
    return NULL;
}

static HRESULT message_fill_recipient(struct bag *row, const ADRENTRY *entry)
{
    LONG id = bag_long(row, PR_ROWID, 0);
    HRESULT hr = S_OK;

    bag_fini(row);
    for (ULONG i = 0; i < entry->cValues && SUCCEEDED(hr); i++) {
        hr = value_set(row, &entry->rgPropVals[i], "ModifyRecipients");
    }
    bag_set_long(row, PR_ROWID, id);
    if (SUCCEEDED(hr) && (!bag_find(row, PR_RECIPIENT_TYPE) || !bag_find(row, PR_DISPLAY_NAME))) {
        violation("BAD_RECIPIENT", "ModifyRecipients without PR_RECIPIENT_TYPE or PR_DISPLAY_NAME");
        hr = MAPI_E_INVALID_PARAMETER;
    }
    return hr;
}

static void message_remove_recipient(struct message *self, struct bag *row)
{
    size_t behind;

    bag_fini(row);
    self->item.recipient_count--;
    behind = (size_t)(&self->item.recipients[self->item.recipient_count] - row);
    memmove(row, row + 1, behind * sizeof(*row));
}

static HRESULT message_modify_recipient(struct message *self, ULONG flags, const ADRENTRY *entry)
{
    struct bag *row = message_recipient(self, entry);

    if (flags == MODRECIP_REMOVE) {
        if (!row) {
            return MAPI_E_NOT_FOUND;
        }
        message_remove_recipient(self, row);
        return S_OK;
    }
    if (flags == MODRECIP_MODIFY) {
        return row ? message_fill_recipient(row, entry) : MAPI_E_NOT_FOUND;
    }
    return message_fill_recipient(item_add_recipient(&self->item), entry);
}

static HRESULT STDMETHODCALLTYPE message_ModifyRecipients(
    IMessage *iface, ULONG flags, ADRLIST *list)
{
    struct message *self = impl_from_IMessage(iface);
    CALL_SCOPE struct call call = propobj_begin(&self->prop, "ModifyRecipients");
    struct item before;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr) && flags && flags != MODRECIP_ADD && flags != MODRECIP_MODIFY &&
        flags != MODRECIP_REMOVE) {
        violation("UNKNOWN_FLAGS", "ModifyRecipients with flags 0x%08lx", (unsigned long)flags);
        hr = MAPI_E_UNKNOWN_FLAGS;
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("ModifyRecipients", "lpMods", list);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(&self->prop, "ModifyRecipients");
    }
    if (FAILED(hr)) {
        return hr;
    }
    item_copy(&before, &self->item);
    while (flags == 0 && self->item.recipient_count) { /* replaces the whole list */
        message_remove_recipient(self, &self->item.recipients[0]);
    }
    for (ULONG i = 0; i < list->cEntries && SUCCEEDED(hr); i++) {
        hr = message_modify_recipient(self, flags, &list->aEntries[i]);
    }
    if (FAILED(hr)) { /* all or nothing */
        item_fini(&self->item);
        self->item = before;
        return hr;
    }
    item_fini(&before);
    self->prop.dirty = TRUE;
    self->edits++;
    computed_derive(&self->item);
    return S_OK;
}

/* Our program must never send anything. */
static HRESULT STDMETHODCALLTYPE message_SubmitMessage(IMessage *iface, ULONG flags)
{
    (void)iface;
    violation("MAIL_SENT", "SubmitMessage with flags 0x%08lx", (unsigned long)flags);
    return MAPI_E_NO_ACCESS;
}

static HRESULT STDMETHODCALLTYPE message_SetReadFlag(IMessage *iface, ULONG flags)
{
    (void)iface;
    (void)flags;
    return MAPI_E_NO_SUPPORT;
}

static const IMessageVtbl message_vtable = {
    VTABLE_PROP(IMessageVtbl),
    message_GetAttachmentTable,
    message_OpenAttach,
    message_CreateAttach,
    message_DeleteAttach,
    message_GetRecipientTable,
    message_ModifyRecipients,
    message_SubmitMessage,
    message_SetReadFlag,
};

static const IID *const message_interfaces[] = {&IID_IMessage, &IID_IMAPIProp, NULL};
static const struct propobj_class message_class = {
    .object = {"Message", message_interfaces, message_destroy},
    .refresh = message_refresh,
    .save = message_save,
    .is_computed = message_is_computed,
    .changed = message_changed,
    .open = message_open_property,
    .copy_to = message_copy_to,
};

static struct message *message_new(ULONG store, BOOL writable)
{
    struct message *self = emu_alloc(sizeof(*self));

    propobj_init(&self->prop, &message_class, &message_vtable, store, &self->item.props, writable);
    self->info.store = store;
    return self;
}

HRESULT message_open(ULONG id, BOOL writable, IMessage **ret_message)
{
    struct storage *storage;
    struct message_info info;
    struct item item;
    struct message *self;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_message(storage, id, &info, &item);
    }
    if (FAILED(hr)) {
        return hr;
    }
    self = message_new(info.store, writable);
    self->info = info;
    self->item = item;
    *ret_message = (IMessage *)&self->prop.object.vtable;
    return S_OK;
}

HRESULT message_create(ULONG store, ULONG folder, BOOL associated, IMessage **ret_message)
{
    struct storage *storage;
    struct store_info info;
    struct message *self;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, store, &info);
    }
    if (FAILED(hr)) {
        return hr;
    }
    self = message_new(store, TRUE);
    self->info.folder = folder;
    self->info.associated = associated;
    computed_new_message(&info, folder, associated, &self->item);
    *ret_message = (IMessage *)&self->prop.object.vtable;
    return S_OK;
}

HRESULT message_embedded(
    struct attach *parent, const struct item *embedded, BOOL writable, IMessage **ret_message)
{
    struct storage *storage;
    struct store_info info;
    struct message *self;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, parent->prop.store, &info);
    }
    if (FAILED(hr)) {
        return hr;
    }
    self = message_new(parent->prop.store, writable);
    self->parent = parent;
    object_hold(&parent->prop.object);
    if (embedded) {
        item_copy(&self->item, embedded);
    }
    computed_new_message(&info, 0, FALSE, &self->item);
    *ret_message = (IMessage *)&self->prop.object.vtable;
    return S_OK;
}

struct message *message_from(void *iface)
{
    if (!object_is(iface, &message_class.object)) {
        violation("BAD_OBJECT", "%p is no live message of this provider", iface);
        return NULL;
    }
    return impl_from_IMessage(iface);
}
