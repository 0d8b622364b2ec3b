/* IAttach: a copy of an attachment until SaveChanges puts it into its message, which must be saved
 * in turn. */
#include "tests/outlook/mapiobj.h"

static struct attach *attach_of(struct propobj *prop)
{
    return CONTAINING_RECORD(prop, struct attach, prop);
}

static BOOL attach_is_computed(struct propobj *prop, ULONG tag)
{
    (void)prop;
    return computed_is_attachment(tag);
}

static HRESULT attach_save(struct propobj *prop, ULONG flags)
{
    struct attach *self = attach_of(prop);
    LONG method = bag_long(&self->attachment.props, PR_ATTACH_METHOD, NO_ATTACHMENT);

    (void)flags;
    if (self->saved && !item_attachment(&self->message->item, self->attachment.number)) {
        return MAPI_E_OBJECT_DELETED;
    }
    if ((method == ATTACH_EMBEDDED_MSG) != (self->attachment.embedded != NULL)) {
        violation("ATTACH_METHOD",
            "an attachment is saved with PR_ATTACH_METHOD %ld and %s embedded message",
            (long)method, self->attachment.embedded ? "an" : "no");
        return MAPI_E_CORRUPT_DATA;
    }
    bag_delete(&self->attachment.props, PR_ACCESS_LEVEL);
    computed_derive_attachment(&self->attachment);
    item_put_attachment(&self->message->item, &self->attachment);
    self->saved = TRUE;
    self->message->prop.dirty = TRUE;
    self->message->edits++;
    computed_derive_own(&self->message->item);
    return S_OK;
}

static HRESULT attach_open_property(
    struct propobj *prop, ULONG tag, const IID *iid, ULONG flags, IUnknown **ret_object)
{
    struct attach *self = attach_of(prop);
    BOOL writable = (flags & MAPI_MODIFY) != 0;
    BOOL create = (flags & MAPI_CREATE) != 0;

    if (tag != PR_ATTACH_DATA_OBJ || !IsEqualIID(iid, &IID_IMessage)) {
        return MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    if (writable || create) {
        HRESULT hr = propobj_check_writable(prop, "OpenProperty(PR_ATTACH_DATA_OBJ)");
        if (FAILED(hr)) {
            return hr;
        }
    }
    if (create && !writable) {
        violation("UNKNOWN_FLAGS", "OpenProperty with MAPI_CREATE but without MAPI_MODIFY");
        return MAPI_E_NO_ACCESS;
    }
    if (bag_long(&self->attachment.props, PR_ATTACH_METHOD, NO_ATTACHMENT) != ATTACH_EMBEDDED_MSG) {
        return MAPI_E_NOT_FOUND;
    }
    if (!self->attachment.embedded && !create) {
        return MAPI_E_NOT_FOUND;
    }
    return message_embedded(
        self, create ? NULL : self->attachment.embedded, writable, (IMessage **)ret_object);
}

static HRESULT attach_copy_to(
    struct propobj *prop, const SPropTagArray *tags, BOOL exclude, void *destination)
{
    struct attach *self = attach_of(prop);
    struct attach *target = attach_from(destination);
    HRESULT hr = target ? propobj_check_writable(&target->prop, "CopyTo (the target)")
                        : MAPI_E_INVALID_OBJECT;

    if (SUCCEEDED(hr) && target->prop.store != prop->store) {
        hr = MAPI_E_NO_SUPPORT;
    }
    if (FAILED(hr)) {
        return hr;
    }
    propobj_copy_bag(prop, tags, exclude, &target->prop);
    if (self->attachment.embedded && tags_contain(tags, PR_ATTACH_DATA_OBJ) != exclude) {
        item_free(target->attachment.embedded);
        target->attachment.embedded = emu_alloc(sizeof(struct item));
        item_copy(target->attachment.embedded, self->attachment.embedded);
    }
    return S_OK;
}

static void attach_destroy(struct object *object)
{
    struct attach *self = CONTAINING_RECORD(object, struct attach, prop.object);

    attachment_fini(&self->attachment);
    propobj_fini(&self->prop);
    object_unhold(&self->message->prop.object);
}

static const IAttachVtbl attach_vtable = {VTABLE_PROP(IAttachVtbl)};

static const IID *const attach_interfaces[] = {&IID_IAttachment, &IID_IMAPIProp, NULL};
static const struct propobj_class attach_class = {
    .object = {"Attach", attach_interfaces, attach_destroy},
    .save = attach_save,
    .is_computed = attach_is_computed,
    .open = attach_open_property,
    .copy_to = attach_copy_to,
};

static struct attach *attach_new(struct message *message, BOOL writable)
{
    struct attach *self = emu_alloc(sizeof(*self));

    propobj_init(&self->prop, &attach_class, &attach_vtable, message->prop.store,
        &self->attachment.props, writable);
    self->message = message;
    object_hold(&message->prop.object);
    return self;
}

HRESULT attach_open(struct message *message, ULONG number, BOOL writable, IAttach **ret_attach)
{
    const struct attachment *attachment = item_attachment(&message->item, number);
    struct attach *self;

    if (!attachment) {
        return MAPI_E_NOT_FOUND;
    }
    self = attach_new(message, writable);
    attachment_copy(&self->attachment, attachment);
    self->saved = TRUE;
    *ret_attach = (IAttach *)&self->prop.object.vtable;
    return S_OK;
}

HRESULT attach_create(struct message *message, ULONG *ret_number, IAttach **ret_attach)
{
    struct attach *self = attach_new(message, TRUE);

    self->attachment.number = message->item.next_attachment++;
    bag_set_long(&self->attachment.props, PR_ATTACH_NUM, (LONG)self->attachment.number);
    bag_set_long(&self->attachment.props, PR_OBJECT_TYPE, MAPI_ATTACH);
    *ret_number = self->attachment.number;
    *ret_attach = (IAttach *)&self->prop.object.vtable;
    return S_OK;
}

struct attach *attach_from(void *iface)
{
    if (!object_is(iface, &attach_class.object)) {
        violation("BAD_OBJECT", "%p is no live attachment of this provider", iface);
        return NULL;
    }
    return CONTAINING_RECORD(iface, struct attach, prop.object.vtable);
}
