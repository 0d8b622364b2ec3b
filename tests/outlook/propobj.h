/* IMAPIProp, shared by store, folder, message and attachment. */
#ifndef EMU_PROPOBJ_H
#define EMU_PROPOBJ_H

#include "tests/outlook/object.h"

struct propobj;

/* How the four kinds differ. */
struct propobj_class {
    struct object_class object;
    /* Brings `props` up to date before they are read; NULL where they stay as they were opened. */
    HRESULT (*refresh)(struct propobj *self);
    /* Writes `changed` at once (store, folder), or NULL where SaveChanges does it. */
    HRESULT (*apply)(struct propobj *self, const struct bag *changed);
    HRESULT (*save)(struct propobj *self, ULONG flags);
    /* The store owns this property: SetProps reports MAPI_E_COMPUTED. */
    BOOL (*is_computed)(struct propobj *self, ULONG tag);
    /* Called after a property was set or deleted, for what follows from it. */
    void (*changed)(struct propobj *self, ULONG tag);
    /* OpenProperty of something else than a stream; MAPI_E_NO_SUPPORT where there is none. */
    HRESULT (*open)
    (struct propobj *self, ULONG tag, const IID *iid, ULONG flags, IUnknown **ret_object);
    HRESULT (*copy_to)(struct propobj *self, const SPropTagArray *tags, BOOL exclude, void *target);
};

struct propobj {
    struct object object;
    const struct propobj_class *class;
    ULONG store;
    struct bag *props; /* inside the owning object */
    BOOL writable;
    BOOL closed; /* after SaveChanges without KEEP_OPEN_... only Release is allowed */
    BOOL dirty;
    struct bag touched; /* what was set since the last save; values as set, deletions as PT_NULL */
};

/* `class` names a struct propobj_class; `props` must outlive the object. */
void propobj_init(struct propobj *self, const struct propobj_class *class, const void *vtable,
    ULONG store, struct bag *props, BOOL writable);
void propobj_fini(struct propobj *self);
/* call_begin and, beyond it, whether the object may still be used. */
struct call propobj_begin(struct propobj *self, const char *method);
/* MAPI_E_NO_ACCESS and a violation on an object opened read only. */
HRESULT propobj_check_writable(struct propobj *self, const char *method);
/* Puts a value in, as SetProps or a stream would. */
void propobj_put(struct propobj *self, ULONG tag, const void *data, size_t size);
/* SaveChanges' flags, and whether the object stays open for them. */
HRESULT propobj_save_flags(struct propobj *self, ULONG flags);
/* Copies properties of one bag to another object of whose kind we know no more. */
void propobj_copy_bag(
    struct propobj *self, const SPropTagArray *tags, BOOL exclude, struct propobj *target);
BOOL tags_contain(const SPropTagArray *tags, ULONG tag);

HRESULT STDMETHODCALLTYPE prop_GetLastError(
    IMAPIProp *iface, HRESULT hr, ULONG flags, MAPIERROR **ret_error);
HRESULT STDMETHODCALLTYPE prop_SaveChanges(IMAPIProp *iface, ULONG flags);
HRESULT STDMETHODCALLTYPE prop_GetProps(
    IMAPIProp *iface, SPropTagArray *tags, ULONG flags, ULONG *ret_count, SPropValue **ret_values);
HRESULT STDMETHODCALLTYPE prop_GetPropList(IMAPIProp *iface, ULONG flags, SPropTagArray **ret_tags);
HRESULT STDMETHODCALLTYPE prop_OpenProperty(
    IMAPIProp *iface, ULONG tag, const IID *iid, ULONG options, ULONG flags, IUnknown **ret_object);
HRESULT STDMETHODCALLTYPE prop_SetProps(
    IMAPIProp *iface, ULONG count, SPropValue *values, SPropProblemArray **ret_problems);
HRESULT STDMETHODCALLTYPE prop_DeleteProps(
    IMAPIProp *iface, SPropTagArray *tags, SPropProblemArray **ret_problems);
HRESULT STDMETHODCALLTYPE prop_CopyTo(IMAPIProp *iface, ULONG excluded, const IID *exclude_iids,
    SPropTagArray *tags, ULONG ui, IMAPIProgress *progress, const IID *iid, void *target,
    ULONG flags, SPropProblemArray **ret_problems);
HRESULT STDMETHODCALLTYPE prop_CopyProps(IMAPIProp *iface, SPropTagArray *tags, ULONG ui,
    IMAPIProgress *progress, const IID *iid, void *target, ULONG flags,
    SPropProblemArray **ret_problems);
HRESULT STDMETHODCALLTYPE prop_GetNamesFromIDs(IMAPIProp *iface, SPropTagArray **tags, GUID *set,
    ULONG flags, ULONG *ret_count, MAPINAMEID ***ret_names);
HRESULT STDMETHODCALLTYPE prop_GetIDsFromNames(
    IMAPIProp *iface, ULONG count, MAPINAMEID **names, ULONG flags, SPropTagArray **ret_tags);

/* The first fourteen slots of a vtable that derives from IMAPIProp. */
#define VTABLE_PROP(vtbl)                                                                          \
    VTABLE_UNKNOWN(vtbl), VTABLE_SLOT(vtbl, GetLastError, prop_GetLastError),                      \
        VTABLE_SLOT(vtbl, SaveChanges, prop_SaveChanges),                                          \
        VTABLE_SLOT(vtbl, GetProps, prop_GetProps),                                                \
        VTABLE_SLOT(vtbl, GetPropList, prop_GetPropList),                                          \
        VTABLE_SLOT(vtbl, OpenProperty, prop_OpenProperty),                                        \
        VTABLE_SLOT(vtbl, SetProps, prop_SetProps),                                                \
        VTABLE_SLOT(vtbl, DeleteProps, prop_DeleteProps), VTABLE_SLOT(vtbl, CopyTo, prop_CopyTo),  \
        VTABLE_SLOT(vtbl, CopyProps, prop_CopyProps),                                              \
        VTABLE_SLOT(vtbl, GetNamesFromIDs, prop_GetNamesFromIDs),                                  \
        VTABLE_SLOT(vtbl, GetIDsFromNames, prop_GetIDsFromNames)

#endif
