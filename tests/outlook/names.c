/* Named properties of a store: GetIDsFromNames and GetNamesFromIDs. */
#include "tests/outlook/memory.h"
#include "tests/outlook/propobj.h"

#include <string.h>

static struct propobj *impl_from_IMAPIProp(IMAPIProp *iface)
{
    return CONTAINING_RECORD(iface, struct propobj, object.vtable);
}

static HRESULT check_name(const MAPINAMEID *name)
{
    if (!name || !name->lpguid || (name->ulKind != MNID_ID && name->ulKind != MNID_STRING) ||
        (name->ulKind == MNID_STRING && !name->Kind.lpwstrName)) {
        violation("BAD_NAME", "GetIDsFromNames with a name that lacks its GUID, kind or string");
        return MAPI_E_INVALID_PARAMETER;
    }
    return S_OK;
}

/* PS_MAPI names the unnamed: its LIDs are the property ids below 0x8000. */
static HRESULT name_to_id(
    struct storage *storage, ULONG store, const MAPINAMEID *name, BOOL create, ULONG *ret_id)
{
    struct name_info info = {*name->lpguid, name->ulKind == MNID_STRING, 0, NULL};

    if (info.is_string) {
        info.string = name->Kind.lpwstrName;
    } else {
        info.lid = (ULONG)name->Kind.lID;
    }
    if (IsEqualGUID(&info.guid, &PS_MAPI) && !info.is_string && info.lid < 0x8000) {
        *ret_id = info.lid;
        return S_OK;
    }
    return storage_name_id(storage, store, &info, create, ret_id);
}

HRESULT STDMETHODCALLTYPE prop_GetIDsFromNames(
    IMAPIProp *iface, ULONG count, MAPINAMEID **names, ULONG flags, SPropTagArray **ret_tags)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "GetIDsFromNames");
    struct storage *storage;
    SPropTagArray *tags;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetIDsFromNames", "lppPropTags", ret_tags);
    }
    if (SUCCEEDED(hr) && (!names || count == 0)) {
        return MAPI_E_TOO_BIG; /* the whole list is not offered through this call */
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("GetIDsFromNames", flags, MAPI_CREATE);
    }
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        hr = check_name(names[i]);
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    if (FAILED(hr)) {
        return hr;
    }
    tags = memory_new(CbNewSPropTagArray(count), "GetIDsFromNames");
    tags->cValues = count;
    for (ULONG i = 0; i < count; i++) {
        ULONG id = 0;
        HRESULT one = name_to_id(storage, self->store, names[i], (flags & MAPI_CREATE) != 0, &id);
        if (FAILED(one) && one != MAPI_E_NOT_FOUND) {
            memory_free(tags);
            return one;
        }
        tags->aulPropTag[i] = one == S_OK ? PROP_TAG(PT_UNSPECIFIED, id) : PT_ERROR;
        hr = one == S_OK ? hr : MAPI_W_ERRORS_RETURNED;
    }
    *ret_tags = tags;
    return hr;
}

static MAPINAMEID *name_more(void *owner, const struct name_info *info)
{
    MAPINAMEID *name = memory_more(owner, sizeof(*name));
    size_t size;

    name->lpguid = memory_more(owner, sizeof(GUID));
    *name->lpguid = info->guid;
    name->ulKind = info->is_string ? MNID_STRING : MNID_ID;
    if (info->is_string) {
        size = (wcslen(info->string) + 1) * sizeof(WCHAR);
        name->Kind.lpwstrName = memory_more(owner, size);
        memcpy(name->Kind.lpwstrName, info->string, size);
    } else {
        name->Kind.lID = (LONG)info->lid;
    }
    return name;
}

/* All ids of the store, for a caller that passes no list. */
static HRESULT names_all_ids(struct storage *storage, ULONG store, SPropTagArray **ret_tags)
{
    SPropTagArray *tags;
    ULONG *ids;
    ULONG count;
    HRESULT hr = storage_name_ids(storage, store, &ids, &count);

    if (FAILED(hr)) {
        return hr;
    }
    tags = memory_new(CbNewSPropTagArray(count), "GetNamesFromIDs");
    tags->cValues = count;
    for (ULONG i = 0; i < count; i++) {
        tags->aulPropTag[i] = PROP_TAG(PT_NULL, ids[i]);
    }
    emu_free(ids);
    *ret_tags = tags;
    return S_OK;
}

static HRESULT name_lookup(struct storage *storage, ULONG store, ULONG tag, const GUID *set,
    ULONG flags, void *owner, MAPINAMEID **ret_name)
{
    struct name_info info = {PS_MAPI, FALSE, PROP_ID(tag), NULL};
    HRESULT hr = S_OK;

    if (PROP_ID(tag) >= 0x8000) {
        hr = storage_id_name(storage, store, PROP_ID(tag), &info);
    }
    if (SUCCEEDED(hr) &&
        ((set && !IsEqualGUID(set, &info.guid)) || ((flags & MAPI_NO_STRINGS) && info.is_string) ||
            ((flags & MAPI_NO_IDS) && !info.is_string))) {
        hr = MAPI_E_NOT_FOUND;
    }
    if (SUCCEEDED(hr)) {
        *ret_name = name_more(owner, &info);
    }
    emu_free(info.string);
    return hr;
}

HRESULT STDMETHODCALLTYPE prop_GetNamesFromIDs(IMAPIProp *iface, SPropTagArray **tags, GUID *set,
    ULONG flags, ULONG *ret_count, MAPINAMEID ***ret_names)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "GetNamesFromIDs");
    struct storage *storage;
    MAPINAMEID **names;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr) && (!tags || !ret_count || !ret_names)) {
        hr = check_pointer("GetNamesFromIDs", "an argument", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("GetNamesFromIDs", flags, MAPI_NO_STRINGS | MAPI_NO_IDS);
    }
    if (SUCCEEDED(hr)) {
        hr = process_storage(&storage);
    }
    if (SUCCEEDED(hr) && !*tags) {
        hr = names_all_ids(storage, self->store, tags);
    }
    if (FAILED(hr)) {
        return hr;
    }
    names = memory_new(((*tags)->cValues + 1) * sizeof(MAPINAMEID *), "GetNamesFromIDs");
    for (ULONG i = 0; i < (*tags)->cValues; i++) {
        names[i] = NULL;
        if (FAILED(name_lookup(
                storage, self->store, (*tags)->aulPropTag[i], set, flags, names, &names[i]))) {
            hr = MAPI_W_ERRORS_RETURNED;
        }
    }
    *ret_count = (*tags)->cValues;
    *ret_names = names;
    return hr;
}
