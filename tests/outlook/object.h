/* What every COM object of the emulation begins with, and how each of its methods begins.
 *
 * A method starts with
 *     CALL_SCOPE struct call call = call_begin(&self->object, "GetProps");
 *     if (FAILED(call.hr)) { return call.hr; }
 * which takes the process lock until the function returns, refuses objects that were released, and
 * injects faults. */
#ifndef EMU_OBJECT_H
#define EMU_OBJECT_H

#include "tests/outlook/process.h"

struct object;

struct object_class {
    const char *name;                       /* "Message", as in fault kinds and violations */
    const IID *const *interfaces;           /* NULL-terminated; IUnknown is implied */
    void (*destroy)(struct object *object); /* frees what the object owns, not the object */
};

struct object {
    const void *vtable; /* first: a pointer to the object is its interface pointer */
    const struct object_class *class;
    ULONG magic;
    LONG refs;       /* the caller's references */
    LONG holds;      /* the emulation's own references, e.g. a table's on its message */
    char caller[64]; /* who made it, for reports of leaks */
    struct object *next;
    struct object *previous;
};

struct call {
    HRESULT hr;
    BOOL dies; /* at its end, by a fault */
};

#define CALL_SCOPE __attribute__((cleanup(call_end)))

/* `memory` begins with a struct object. It has one reference. */
void object_init(struct object *object, const struct object_class *class, const void *vtable);
void object_hold(struct object *object);
void object_unhold(struct object *object);
BOOL object_is_live(const struct object *object);
/* FALSE for anything that is not a live object of that class; reads no foreign memory. */
BOOL object_is(const void *pointer, const struct object_class *class);

/* IUnknown for every vtable */
HRESULT STDMETHODCALLTYPE object_QueryInterface(IUnknown *iface, REFIID iid, void **ret_object);
ULONG STDMETHODCALLTYPE object_AddRef(IUnknown *iface);
ULONG STDMETHODCALLTYPE object_Release(IUnknown *iface);

struct call call_begin(struct object *object, const char *method);
void call_end(struct call *call);

/* One violation for each object somebody still holds; then forgets them. */
void object_report_leaks(void);

/* Checks flags against those the method knows: anything else is a violation and
 * MAPI_E_UNKNOWN_FLAGS. */
HRESULT check_flags(const char *method, ULONG flags, ULONG known);
HRESULT check_pointer(const char *method, const char *argument, const void *pointer);
/* Checks an interface the caller asks for: NULL, IUnknown or one of the class's. */
HRESULT check_interface(const char *method, const IID *iid, const struct object_class *class);

/* An initializer for one slot of a vtable whose method takes another interface pointer type in C:
 * every interface pointer of this DLL is the object's address, so the types differ in name only. */
#define VTABLE_SLOT(vtbl, slot, function) (__typeof__(((vtbl *)0)->slot))(void (*)(void))(function)
#define VTABLE_UNKNOWN(vtbl)                                                                       \
    VTABLE_SLOT(vtbl, QueryInterface, object_QueryInterface),                                      \
        VTABLE_SLOT(vtbl, AddRef, object_AddRef), VTABLE_SLOT(vtbl, Release, object_Release)

#endif
