/* The owner of the profile: IMAPISession::QueryIdentity, and the entry of an address book that it names.
 * Like an Exchange one it has its SMTP address, and others that reach it, in properties of their own. */
#include "tests/outlook/mapiobj.h"

#include <string.h>

#include "tests/outlook/config.h"
#include "tests/outlook/memory.h"

#define PR_SMTP_ADDRESS_W           PROP_TAG(PT_UNICODE, 0x39FE)
#define PR_EMS_AB_PROXY_ADDRESSES_W PROP_TAG(PT_MV_UNICODE, 0x800F)

/* Flags, a provider that is none of the stores', and a word. */
static const BYTE identity_id[] = {0, 0, 0, 0, 0x4C, 0x6F, 0x63, 0x6B, 0x73, 0x74, 0x65, 0x70, 0x20,
    0x61, 0x64, 0x64, 0x72, 0x65, 0x73, 0x73, 'i', 'd', 'e', 'n'};

struct mail_user {
    struct propobj prop;
    struct bag bag;
};

HRESULT identity_entryid(ULONG *ret_size, ENTRYID **ret_entryid)
{
    WCHAR *identity = config_identity();
    void *id;
    HRESULT hr;

    if (!identity) {
        return MAPI_E_NOT_FOUND;
    }
    emu_free(identity);
    hr = emu_MAPIAllocateBuffer(sizeof(identity_id), &id);
    if (SUCCEEDED(hr)) {
        memcpy(id, identity_id, sizeof(identity_id));
        *ret_size = sizeof(identity_id);
        *ret_entryid = id;
    }
    return hr;
}

BOOL identity_is(ULONG size, const ENTRYID *entryid)
{
    return size == sizeof(identity_id) && !memcmp(entryid, identity_id, size);
}

static void mail_user_destroy(struct object *object)
{
    struct mail_user *self = CONTAINING_RECORD(object, struct mail_user, prop.object);

    bag_fini(&self->bag);
    propobj_fini(&self->prop);
}

static BOOL mail_user_is_computed(struct propobj *prop, ULONG tag)
{
    (void)prop;
    (void)tag;
    return TRUE; /* nobody writes to it */
}

static const IMailUserVtbl mail_user_vtable = {VTABLE_PROP(IMailUserVtbl)};

static const IID *const mail_user_interfaces[] = {&IID_IMailUser, &IID_IMAPIProp, NULL};
static const struct propobj_class mail_user_class = {
    .object = {"MailUser", mail_user_interfaces, mail_user_destroy},
    .is_computed = mail_user_is_computed,
};

/* The parts of "TYPE:ADDRESS;SMTP;PROXY;..." as properties. `text` is cut. */
static void mail_user_fill(struct bag *bag, WCHAR *text)
{
    WCHAR *type = text, *address = wcschr(text, ':'), *part = wcschr(text, ';');
    struct buffer proxies = {0};
    ULONG count = 0;

    if (part) {
        *part++ = 0;
    }
    if (address) {
        *address++ = 0;
        bag_set_string(bag, PR_ADDRTYPE_W, type);
        bag_set_string(bag, PR_EMAIL_ADDRESS_W, address);
    }
    bag_set_long(bag, PR_OBJECT_TYPE, MAPI_MAILUSER);
    for (BOOL first = TRUE; part; first = FALSE) {
        WCHAR *next = wcschr(part, ';');
        if (next) {
            *next++ = 0;
        }
        if (first && *part) {
            bag_set_string(bag, PR_SMTP_ADDRESS_W, part);
        } else if (*part) {
            buffer_put_u32(&proxies, (ULONG)(wcslen(part) * sizeof(WCHAR)));
            buffer_put(&proxies, part, wcslen(part) * sizeof(WCHAR));
            count++;
        }
        part = next;
    }
    if (count) {
        struct buffer value = {0};
        buffer_put_u32(&value, count);
        buffer_put(&value, proxies.data, proxies.size);
        bag_set(bag, PR_EMS_AB_PROXY_ADDRESSES_W, value.data, value.size);
        buffer_fini(&value);
    }
    buffer_fini(&proxies);
}

HRESULT identity_open(const IID *iid, ULONG *ret_type, IUnknown **ret_object)
{
    WCHAR *identity = config_identity();
    struct mail_user *self;

    if (!identity) {
        return MAPI_E_NOT_FOUND;
    }
    if (iid && !IsEqualIID(iid, &IID_IMailUser) && !IsEqualIID(iid, &IID_IMAPIProp)) {
        emu_free(identity);
        return MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    self = emu_alloc(sizeof(*self));
    propobj_init(&self->prop, &mail_user_class, &mail_user_vtable, 0, &self->bag, FALSE);
    mail_user_fill(&self->bag, identity);
    emu_free(identity);
    *ret_type = MAPI_MAILUSER;
    *ret_object = (IUnknown *)&self->prop.object.vtable;
    return S_OK;
}
