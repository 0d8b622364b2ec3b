/* Object life, checks and leaks; see object.h. The memory of a released object stays until the
 * process ends, so that a call on it is recognized instead of crashing. */
#include "tests/outlook/object.h"

#include "tests/outlook/memory.h"

#include <string.h>

#define OBJECT_LIVE 0x4C4F4B45u
#define OBJECT_DEAD 0x44454144u

static struct object **object_list(void)
{
    static struct object *first; /* of all live objects, for the report of leaks */

    return &first;
}

void object_init(struct object *object, const struct object_class *class, const void *vtable)
{
    struct object **first = object_list();

    object->vtable = vtable;
    object->class = class;
    object->magic = OBJECT_LIVE;
    object->refs = 1;
    object->holds = 0;
    memory_caller(object->caller, sizeof(object->caller));
    process_lock();
    object->previous = NULL;
    object->next = *first;
    if (*first) {
        (*first)->previous = object;
    }
    *first = object;
    process_unlock();
}

BOOL object_is_live(const struct object *object)
{
    return object->magic == OBJECT_LIVE;
}

BOOL object_is(const void *pointer, const struct object_class *class)
{
    BOOL found = FALSE;

    process_lock();
    for (struct object *object = *object_list(); object && !found; object = object->next) {
        found = object == pointer && object->class == class && object->refs > 0;
    }
    process_unlock();
    return found;
}

static void object_drop(struct object *object)
{
    if (object->refs > 0 || object->holds > 0) {
        return;
    }
    object->magic = OBJECT_DEAD;
    if (object->previous) {
        object->previous->next = object->next;
    } else {
        *object_list() = object->next;
    }
    if (object->next) {
        object->next->previous = object->previous;
    }
    if (object->class->destroy) {
        object->class->destroy(object);
    }
}

void object_hold(struct object *object)
{
    process_lock();
    object->holds++;
    process_unlock();
}

void object_unhold(struct object *object)
{
    if (!object) {
        return;
    }
    process_lock();
    object->holds--;
    object_drop(object);
    process_unlock();
}

HRESULT STDMETHODCALLTYPE object_QueryInterface(IUnknown *iface, REFIID iid, void **ret_object)
{
    struct object *object = CONTAINING_RECORD(iface, struct object, vtable);
    CALL_SCOPE struct call call = call_begin(object, "QueryInterface");

    if (!ret_object) {
        return MAPI_E_INVALID_PARAMETER;
    }
    *ret_object = NULL;
    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (FAILED(check_interface(NULL, iid, object->class))) {
        return MAPI_E_INTERFACE_NOT_SUPPORTED;
    }
    object->refs++;
    *ret_object = iface;
    return S_OK;
}

ULONG STDMETHODCALLTYPE object_AddRef(IUnknown *iface)
{
    struct object *object = CONTAINING_RECORD(iface, struct object, vtable);
    ULONG refs;

    process_lock();
    if (object->magic != OBJECT_LIVE || object->refs <= 0) {
        violation("USE_AFTER_RELEASE", "AddRef on a released %s", object->class->name);
    }
    refs = (ULONG)++object->refs;
    process_unlock();
    return refs;
}

ULONG STDMETHODCALLTYPE object_Release(IUnknown *iface)
{
    struct object *object = CONTAINING_RECORD(iface, struct object, vtable);
    ULONG refs = 0;
    char caller[64];

    process_lock();
    if (object->magic != OBJECT_LIVE || object->refs <= 0) {
        memory_caller(caller, sizeof(caller));
        violation("RELEASED_TWICE", "Release by %s on a %s already released, made for %s", caller,
            object->class->name, object->caller);
    } else {
        refs = (ULONG)--object->refs;
        object_drop(object);
    }
    process_unlock();
    return refs;
}

struct call call_begin(struct object *object, const char *method)
{
    struct call call = {S_OK, FALSE};
    char caller[64];

    process_lock();
    if (object->magic != OBJECT_LIVE || object->refs <= 0) {
        memory_caller(caller, sizeof(caller));
        violation("USE_AFTER_RELEASE", "%s.%s by %s, object made for %s", object->class->name,
            method, caller, object->caller);
        call.hr = MAPI_E_INVALID_OBJECT;
        return call;
    }
    call.hr = fault_begin(object->class->name, method, &call.dies);
    return call;
}

void call_end(struct call *call)
{
    if (call->dies) {
        fault_crash();
    }
    process_unlock();
}

void object_report_leaks(void)
{
    process_lock();
    for (struct object *object = *object_list(); object; object = object->next) {
        if (object->refs > 0) {
            violation("LEAKED_INTERFACE", "%s with %ld references, made for %s",
                object->class->name, (long)object->refs, object->caller[0] ? object->caller : "?");
        }
        object->refs = 0;
    }
    *object_list() = NULL;
    process_unlock();
}

HRESULT check_flags(const char *method, ULONG flags, ULONG known)
{
    if (flags & ~known) {
        violation("UNKNOWN_FLAGS", "%s with flags 0x%08lx, knows only 0x%08lx", method,
            (unsigned long)flags, (unsigned long)known);
        return MAPI_E_UNKNOWN_FLAGS;
    }
    return S_OK;
}

HRESULT check_pointer(const char *method, const char *argument, const void *pointer)
{
    if (!pointer) {
        violation("BAD_POINTER", "%s: %s is NULL", method, argument);
        return MAPI_E_INVALID_PARAMETER;
    }
    return S_OK;
}

HRESULT check_interface(const char *method, const IID *iid, const struct object_class *class)
{
    if (!iid || IsEqualIID(iid, &IID_IUnknown)) {
        return S_OK;
    }
    for (const IID *const *known = class->interfaces; *known; known++) {
        if (IsEqualIID(iid, *known)) {
            return S_OK;
        }
    }
    if (method) {
        violation("WRONG_INTERFACE", "%s asks a %s for {%08lx-...}", method, class->name,
            (unsigned long)iid->Data1);
    }
    return MAPI_E_INTERFACE_NOT_SUPPORTED;
}
