/* IMAPIProp on a property bag; see propobj.h. Named properties are in names.c. */
#include "tests/outlook/propobj.h"

#include "tests/outlook/computed.h"
#include "tests/outlook/memory.h"
#include "tests/outlook/stream.h"
#include "tests/outlook/values.h"

#include <string.h>

static struct propobj *impl_from_IMAPIProp(IMAPIProp *iface)
{
    return CONTAINING_RECORD(iface, struct propobj, object.vtable);
}

void propobj_init(struct propobj *self, const struct propobj_class *class, const void *vtable,
    ULONG store, struct bag *props, BOOL writable)
{
    object_init(&self->object, &class->object, vtable);
    self->class = class;
    self->store = store;
    self->props = props;
    self->writable = writable;
}

void propobj_fini(struct propobj *self)
{
    bag_fini(&self->touched);
}

struct call propobj_begin(struct propobj *self, const char *method)
{
    struct call call = call_begin(&self->object, method);

    if (SUCCEEDED(call.hr) && self->closed) {
        violation("USE_AFTER_SAVE",
            "%s.%s after SaveChanges without KEEP_OPEN_READONLY or KEEP_OPEN_READWRITE",
            self->object.class->name, method);
        call.hr = MAPI_E_INVALID_OBJECT;
    }
    return call;
}

HRESULT propobj_check_writable(struct propobj *self, const char *method)
{
    if (!self->writable) {
        violation("READ_ONLY", "%s on a %s opened without MAPI_MODIFY or MAPI_BEST_ACCESS", method,
            self->object.class->name);
        return MAPI_E_NO_ACCESS;
    }
    return S_OK;
}

static HRESULT propobj_refresh(struct propobj *self)
{
    LONG level = self->writable ? MAPI_MODIFY : 0;
    HRESULT hr = self->class->refresh ? self->class->refresh(self) : S_OK;

    if (SUCCEEDED(hr)) {
        bag_set_long(self->props, PR_ACCESS_LEVEL, level);
    }
    return hr;
}

static void propobj_touch(struct propobj *self, ULONG tag, const void *data, size_t size)
{
    bag_set(&self->touched, tag, data, size);
    self->dirty = TRUE;
    if (self->class->changed) {
        self->class->changed(self, tag);
    }
}

void propobj_put(struct propobj *self, ULONG tag, const void *data, size_t size)
{
    bag_set(self->props, tag, data, size);
    propobj_touch(self, tag, data, size);
}

/* Objects that are not transacted write at once. */
static HRESULT propobj_apply(struct propobj *self)
{
    HRESULT hr = S_OK;

    if (self->class->apply && self->dirty) {
        hr = self->class->apply(self, &self->touched);
        bag_fini(&self->touched);
        self->dirty = FALSE;
    }
    return hr;
}

HRESULT STDMETHODCALLTYPE prop_GetLastError(
    IMAPIProp *iface, HRESULT hr, ULONG flags, MAPIERROR **ret_error)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "GetLastError");

    (void)hr;
    (void)flags;
    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (FAILED(check_pointer("GetLastError", "lppMAPIError", ret_error))) {
        return MAPI_E_INVALID_PARAMETER;
    }
    *ret_error = NULL; /* no further information, as documented */
    return S_OK;
}

HRESULT propobj_save_flags(struct propobj *self, ULONG flags)
{
    HRESULT hr = check_flags("SaveChanges", flags,
        KEEP_OPEN_READONLY | KEEP_OPEN_READWRITE | FORCE_SAVE | MAPI_DEFERRED_ERRORS);

    if (SUCCEEDED(hr) && (flags & KEEP_OPEN_READONLY) && (flags & KEEP_OPEN_READWRITE)) {
        violation("UNKNOWN_FLAGS", "SaveChanges with KEEP_OPEN_READONLY and KEEP_OPEN_READWRITE");
        return MAPI_E_UNKNOWN_FLAGS;
    }
    return SUCCEEDED(hr) ? propobj_check_writable(self, "SaveChanges") : hr;
}

HRESULT STDMETHODCALLTYPE prop_SaveChanges(IMAPIProp *iface, ULONG flags)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "SaveChanges");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = propobj_save_flags(self, flags);
    }
    if (SUCCEEDED(hr)) {
        hr = self->class->save(self, flags);
    }
    if (SUCCEEDED(hr)) {
        bag_fini(&self->touched);
        self->dirty = FALSE;
        self->closed = !(flags & (KEEP_OPEN_READONLY | KEEP_OPEN_READWRITE)) && !self->class->apply;
        if (flags & KEEP_OPEN_READONLY) {
            self->writable = FALSE;
        }
    }
    return hr;
}

static HRESULT check_tags(const char *method, const SPropTagArray *tags)
{
    if (tags->cValues == 0 || tags->cValues > 0xFFFF) {
        violation("BAD_TAGS", "%s with %lu tags", method, (unsigned long)tags->cValues);
        return MAPI_E_INVALID_PARAMETER;
    }
    return S_OK;
}

HRESULT STDMETHODCALLTYPE prop_GetProps(
    IMAPIProp *iface, SPropTagArray *tags, ULONG flags, ULONG *ret_count, SPropValue **ret_values)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "GetProps");
    HRESULT hr = call.hr;
    SPropValue *values;
    ULONG count;

    if (SUCCEEDED(hr) && (!ret_count || !ret_values)) {
        hr = check_pointer("GetProps", "an output", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("GetProps", flags, MAPI_UNICODE);
    }
    if (SUCCEEDED(hr) && tags) {
        hr = check_tags("GetProps", tags);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_refresh(self);
    }
    if (FAILED(hr)) {
        return hr;
    }
    count = tags ? tags->cValues : self->props->count;
    values = memory_new(count * sizeof(*values), "GetProps");
    for (ULONG i = 0; i < count; i++) {
        ULONG tag = tags ? tags->aulPropTag[i]
                         : CHANGE_PROP_TYPE(self->props->items[i].tag, PT_UNSPECIFIED);
        HRESULT one = value_get(self->props, tag, flags, EMU_GETPROPS_LIMIT, values, &values[i]);
        hr = one == S_OK ? hr : one;
    }
    *ret_count = count;
    *ret_values = values;
    return hr;
}

HRESULT STDMETHODCALLTYPE prop_GetPropList(IMAPIProp *iface, ULONG flags, SPropTagArray **ret_tags)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "GetPropList");
    HRESULT hr = call.hr;
    SPropTagArray *tags;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetPropList", "lppPropTagArray", ret_tags);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("GetPropList", flags, MAPI_UNICODE);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_refresh(self);
    }
    if (FAILED(hr)) {
        return hr;
    }
    tags = memory_new(CbNewSPropTagArray(self->props->count), "GetPropList");
    tags->cValues = self->props->count;
    for (ULONG i = 0; i < tags->cValues; i++) {
        tags->aulPropTag[i] = value_listed_tag(self->props->items[i].tag, flags);
    }
    *ret_tags = tags;
    return S_OK;
}

/* The list of what could not be set, made when the first such property appears. */
static void problem_add(
    SPropProblemArray **problems, ULONG room, ULONG index, ULONG tag, SCODE code)
{
    SPropProblem *problem;

    if (!*problems) {
        *problems = memory_new(CbNewSPropProblemArray(room), "the problem array");
        (*problems)->cProblem = 0;
    }
    problem = &(*problems)->aProblem[(*problems)->cProblem++];
    problem->ulIndex = index;
    problem->ulPropTag = tag;
    problem->scode = code;
}

/* Problems of single properties are no failure of the call: who asks for no list learns of none. A
 * strict store calls that a violation when there was something to learn. */
static void problems_finish(
    const char *method, SPropProblemArray *problems, SPropProblemArray **ret_problems)
{
    if (ret_problems) {
        *ret_problems = problems;
    } else if (problems) {
        violation("PROBLEMS_IGNORED", "%s: 0x%08lx could not be set (0x%08lx), and nobody asked",
            method, (unsigned long)problems->aProblem[0].ulPropTag,
            (unsigned long)problems->aProblem[0].scode);
        memory_free(problems);
    }
}

HRESULT STDMETHODCALLTYPE prop_SetProps(
    IMAPIProp *iface, ULONG count, SPropValue *values, SPropProblemArray **ret_problems)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "SetProps");
    SPropProblemArray *problems = NULL;
    HRESULT hr = call.hr;

    if (ret_problems) {
        *ret_problems = NULL;
    }
    if (SUCCEEDED(hr) && (count == 0 || !values)) {
        hr = check_pointer("SetProps", "lpPropArray", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(self, "SetProps");
    }
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        const struct prop *set;
        ULONG tag = values[i].ulPropTag;
        HRESULT one;
        if (PROP_TYPE(tag) == PT_NULL || PROP_TYPE(tag) == PT_ERROR) {
            continue; /* documented to be ignored */
        }
        one = self->class->is_computed(self, tag) ? MAPI_E_COMPUTED
                                                  : value_set(self->props, &values[i], "SetProps");
        if (FAILED(one)) {
            problem_add(&problems, count, i, tag, one);
            continue;
        }
        set = bag_find(self->props, tag);
        propobj_touch(self, tag, set->data, set->size);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_apply(self);
    }
    problems_finish("SetProps", problems, ret_problems);
    return hr;
}

HRESULT STDMETHODCALLTYPE prop_DeleteProps(
    IMAPIProp *iface, SPropTagArray *tags, SPropProblemArray **ret_problems)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "DeleteProps");
    SPropProblemArray *problems = NULL;
    HRESULT hr = call.hr;

    if (ret_problems) {
        *ret_problems = NULL;
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("DeleteProps", "lpPropTagArray", tags);
    }
    if (SUCCEEDED(hr)) {
        hr = check_tags("DeleteProps", tags);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_check_writable(self, "DeleteProps");
    }
    for (ULONG i = 0; SUCCEEDED(hr) && i < tags->cValues; i++) {
        ULONG tag = tags->aulPropTag[i];
        if (self->class->is_computed(self, tag)) {
            problem_add(&problems, tags->cValues, i, tag, MAPI_E_COMPUTED);
        } else if (bag_delete(self->props, tag)) {
            propobj_touch(self, CHANGE_PROP_TYPE(tag, PT_NULL), NULL, 0);
        } else {
            problem_add(&problems, tags->cValues, i, tag, MAPI_E_NOT_FOUND);
        }
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_apply(self);
    }
    if (!ret_problems && problems && problems->aProblem[0].scode == MAPI_E_NOT_FOUND) {
        memory_free(problems); /* deleting what is not there harms nobody */
        problems = NULL;
    }
    problems_finish("DeleteProps", problems, ret_problems);
    return hr;
}

static HRESULT open_stream(
    struct propobj *self, ULONG tag, ULONG options, ULONG flags, IUnknown **ret_object)
{
    const struct prop *prop = bag_find(self->props, tag);
    BOOL write = (flags & MAPI_MODIFY) != 0;
    ULONG type = PROP_TYPE(tag);
    ULONG expected = value_expected_type(tag);

    if (type != PT_BINARY && type != PT_UNICODE) {
        violation("WRONG_TYPE", "OpenProperty(IStream) of 0x%08lx: only PT_BINARY and PT_UNICODE",
            (unsigned long)tag);
        return MAPI_E_INVALID_TYPE;
    }
    if ((flags & MAPI_CREATE) && !write) {
        violation("UNKNOWN_FLAGS", "OpenProperty with MAPI_CREATE but without MAPI_MODIFY");
        return MAPI_E_NO_ACCESS;
    }
    if (write) {
        HRESULT hr = propobj_check_writable(self, "OpenProperty");
        if (FAILED(hr)) {
            return hr;
        }
        if (self->class->is_computed(self, tag)) {
            return MAPI_E_COMPUTED;
        }
        if ((options & 3) == STGM_READ) {
            violation("STREAM_MODE", "OpenProperty(0x%08lx) with MAPI_MODIFY but STGM_READ",
                (unsigned long)tag);
            return MAPI_E_NO_ACCESS;
        }
        if (expected) {
            violation("WRONG_TYPE", "OpenProperty of 0x%08lx: the property has type %04lx",
                (unsigned long)tag, (unsigned long)expected);
            return MAPI_E_INVALID_TYPE;
        }
    }
    if (!prop && !(flags & MAPI_CREATE)) {
        return MAPI_E_NOT_FOUND;
    }
    if (prop && PROP_TYPE(prop->tag) != type) {
        return MAPI_E_INVALID_TYPE;
    }
    *ret_object = (IUnknown *)stream_on_property(self, tag, write, (flags & MAPI_CREATE) != 0);
    return S_OK;
}

HRESULT STDMETHODCALLTYPE prop_OpenProperty(
    IMAPIProp *iface, ULONG tag, const IID *iid, ULONG options, ULONG flags, IUnknown **ret_object)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "OpenProperty");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr) && (!iid || !ret_object)) {
        hr = check_pointer("OpenProperty", "lpiid or lppUnk", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("OpenProperty", flags, MAPI_CREATE | MAPI_MODIFY | MAPI_DEFERRED_ERRORS);
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_refresh(self);
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (IsEqualIID(iid, &IID_IStream) && PROP_TYPE(tag) != PT_OBJECT) {
        return open_stream(self, tag, options, flags, ret_object);
    }
    if (!self->class->open) {
        return MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    return self->class->open(self, tag, iid, flags, ret_object);
}

BOOL tags_contain(const SPropTagArray *tags, ULONG tag)
{
    for (ULONG i = 0; tags && i < tags->cValues; i++) {
        if (PROP_ID(tags->aulPropTag[i]) == PROP_ID(tag)) {
            return TRUE;
        }
    }
    return FALSE;
}

void propobj_copy_bag(
    struct propobj *self, const SPropTagArray *tags, BOOL exclude, struct propobj *target)
{
    for (ULONG i = 0; i < self->props->count; i++) {
        const struct prop *prop = &self->props->items[i];
        if (tags_contain(tags, prop->tag) == exclude ||
            target->class->is_computed(target, prop->tag)) {
            continue;
        }
        bag_set(target->props, prop->tag, prop->data, prop->size);
        bag_set(&target->touched, prop->tag, prop->data, prop->size);
        target->dirty = TRUE;
    }
}

/* CopyTo copies all but `tags`, CopyProps only `tags`. */
static HRESULT propobj_copy(struct propobj *self, const char *method, const SPropTagArray *tags,
    BOOL exclude, const IID *iid, void *target, ULONG flags, SPropProblemArray **ret_problems)
{
    HRESULT hr;

    if (ret_problems) {
        *ret_problems = NULL;
    }
    if (!iid || !target) {
        return check_pointer(method, "lpInterface or lpDestObj", NULL);
    }
    hr = check_flags(method, flags, MAPI_MOVE | MAPI_NOREPLACE | MAPI_DECLINE_OK);
    if (SUCCEEDED(hr) && (flags & (MAPI_MOVE | MAPI_NOREPLACE))) {
        return MAPI_E_NO_SUPPORT;
    }
    if (SUCCEEDED(hr)) {
        hr = propobj_refresh(self);
    }
    if (SUCCEEDED(hr)) {
        hr = self->class->copy_to ? self->class->copy_to(self, tags, exclude, target)
                                  : MAPI_E_NO_SUPPORT;
    }
    return hr;
}

HRESULT STDMETHODCALLTYPE prop_CopyTo(IMAPIProp *iface, ULONG excluded, const IID *exclude_iids,
    SPropTagArray *tags, ULONG ui, IMAPIProgress *progress, const IID *iid, void *target,
    ULONG flags, SPropProblemArray **ret_problems)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "CopyTo");

    (void)excluded;
    (void)exclude_iids;
    (void)ui;
    (void)progress;
    return FAILED(call.hr)
               ? call.hr
               : propobj_copy(self, "CopyTo", tags, TRUE, iid, target, flags, ret_problems);
}

HRESULT STDMETHODCALLTYPE prop_CopyProps(IMAPIProp *iface, SPropTagArray *tags, ULONG ui,
    IMAPIProgress *progress, const IID *iid, void *target, ULONG flags,
    SPropProblemArray **ret_problems)
{
    struct propobj *self = impl_from_IMAPIProp(iface);
    CALL_SCOPE struct call call = propobj_begin(self, "CopyProps");

    (void)ui;
    (void)progress;
    if (SUCCEEDED(call.hr) && FAILED(check_pointer("CopyProps", "lpIncludeProps", tags))) {
        return MAPI_E_INVALID_PARAMETER;
    }
    return FAILED(call.hr)
               ? call.hr
               : propobj_copy(self, "CopyProps", tags, FALSE, iid, target, flags, ret_problems);
}
