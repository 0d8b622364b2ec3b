/* Streams; see stream.h. What is not committed is lost, as on a transacted stream, and reported. */
#include "tests/outlook/stream.h"

#include <string.h>

#define STREAM_LIMIT (256u * 1024 * 1024)

static struct stream *impl_from_IStream(IStream *iface)
{
    return CONTAINING_RECORD(iface, struct stream, object.vtable);
}

static void stream_destroy(struct object *object)
{
    struct stream *self = CONTAINING_RECORD(object, struct stream, object);

    if (self->dirty) {
        violation("STREAM_NOT_COMMITTED",
            "%lu bytes written to 0x%08lx and released without Commit",
            (unsigned long)self->bytes.size, (unsigned long)self->tag);
    }
    buffer_fini(&self->bytes);
    if (self->owner) {
        object_unhold(&self->owner->object);
    }
    if (self->target) {
        self->target->lpVtbl->Release(self->target);
    }
}

static HRESULT STDMETHODCALLTYPE stream_Read(
    IStream *iface, void *data, ULONG size, ULONG *ret_read)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Read");
    size_t left;

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (!data) {
        return STG_E_INVALIDPOINTER;
    }
    left = self->position < self->bytes.size ? self->bytes.size - self->position : 0;
    size = left < size ? (ULONG)left : size;
    if (size) {
        memcpy(data, self->bytes.data + self->position, size);
    }
    self->position += size;
    if (ret_read) {
        *ret_read = size;
    }
    return S_OK;
}

static void stream_resize(struct stream *self, size_t size)
{
    if (size > self->bytes.capacity) {
        self->bytes.capacity = size * 2;
        self->bytes.data = emu_grow(self->bytes.data, self->bytes.capacity);
    }
    if (size > self->bytes.size) {
        memset(self->bytes.data + self->bytes.size, 0, size - self->bytes.size);
    }
    self->bytes.size = size;
}

static HRESULT STDMETHODCALLTYPE stream_Write(
    IStream *iface, const void *data, ULONG size, ULONG *ret_written)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Write");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (!data) {
        return STG_E_INVALIDPOINTER;
    }
    if (!self->writable) {
        violation("READ_ONLY", "Write on a stream opened without MAPI_MODIFY");
        return STG_E_ACCESSDENIED;
    }
    if (self->position + size > STREAM_LIMIT) {
        return STG_E_MEDIUMFULL;
    }
    if (self->position + size > self->bytes.size) {
        stream_resize(self, self->position + size);
    }
    if (size) {
        memcpy(self->bytes.data + self->position, data, size);
    }
    self->position += size;
    self->dirty = TRUE;
    if (ret_written) {
        *ret_written = size;
    }
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE stream_Seek(
    IStream *iface, LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER *ret_position)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Seek");
    LONGLONG position = move.QuadPart;

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (origin == STREAM_SEEK_CUR) {
        position += (LONGLONG)self->position;
    } else if (origin == STREAM_SEEK_END) {
        position += (LONGLONG)self->bytes.size;
    } else if (origin != STREAM_SEEK_SET) {
        return STG_E_INVALIDFUNCTION;
    }
    if (position < 0 || position > (LONGLONG)STREAM_LIMIT) {
        return STG_E_INVALIDFUNCTION;
    }
    self->position = (size_t)position;
    if (ret_position) {
        ret_position->QuadPart = (ULONGLONG)position;
    }
    return S_OK;
}

/* Extending a stream by SetSize is what "Avoid using IStream::SetSize"
 * (office-developer-client-docs) warns of. */
static HRESULT STDMETHODCALLTYPE stream_SetSize(IStream *iface, ULARGE_INTEGER size)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "SetSize");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (!self->writable) {
        violation("READ_ONLY", "SetSize on a stream opened without MAPI_MODIFY");
        return STG_E_ACCESSDENIED;
    }
    if (size.QuadPart > self->bytes.size) {
        violation("STREAM_EXTENDED", "SetSize makes a stream longer; write to it instead");
        return STG_E_INVALIDFUNCTION;
    }
    stream_resize(self, (size_t)size.QuadPart);
    self->dirty = TRUE;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE stream_CopyTo(IStream *iface, IStream *target, ULARGE_INTEGER size,
    ULARGE_INTEGER *ret_read, ULARGE_INTEGER *ret_written)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "CopyTo");
    ULONG written = 0;
    size_t left;
    HRESULT hr;

    if (FAILED(call.hr) || !target) {
        return FAILED(call.hr) ? call.hr : STG_E_INVALIDPOINTER;
    }
    left = self->position < self->bytes.size ? self->bytes.size - self->position : 0;
    left = size.QuadPart < left ? (size_t)size.QuadPart : left;
    hr = left ? target->lpVtbl->Write(
                    target, self->bytes.data + self->position, (ULONG)left, &written)
              : S_OK;
    self->position += written;
    if (ret_read) {
        ret_read->QuadPart = written;
    }
    if (ret_written) {
        ret_written->QuadPart = written;
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE stream_Commit(IStream *iface, DWORD flags)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Commit");
    HRESULT hr = call.hr;

    (void)flags;
    if (SUCCEEDED(hr) && self->writable) {
        hr = self->commit(self);
        self->dirty = FAILED(hr) ? self->dirty : FALSE;
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE stream_Revert(IStream *iface)
{
    (void)iface;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE stream_LockRegion(
    IStream *iface, ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type)
{
    (void)iface;
    (void)offset;
    (void)size;
    (void)type;
    return STG_E_INVALIDFUNCTION;
}

static HRESULT STDMETHODCALLTYPE stream_Stat(IStream *iface, STATSTG *ret_stat, DWORD flags)
{
    struct stream *self = impl_from_IStream(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Stat");

    (void)flags;
    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (!ret_stat) {
        return STG_E_INVALIDPOINTER;
    }
    memset(ret_stat, 0, sizeof(*ret_stat));
    ret_stat->type = STGTY_STREAM;
    ret_stat->cbSize.QuadPart = self->bytes.size;
    ret_stat->grfMode = self->writable ? STGM_READWRITE : STGM_READ;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE stream_Clone(IStream *iface, IStream **ret_stream)
{
    (void)iface;
    (void)ret_stream;
    return E_NOTIMPL;
}

static const IStreamVtbl stream_vtable = {
    VTABLE_UNKNOWN(IStreamVtbl),
    stream_Read,
    stream_Write,
    stream_Seek,
    stream_SetSize,
    stream_CopyTo,
    stream_Commit,
    stream_Revert,
    stream_LockRegion,
    stream_LockRegion,
    stream_Stat,
    stream_Clone,
};

static const IID *const stream_interfaces[] = {&IID_IStream, &IID_ISequentialStream, NULL};
static const struct object_class stream_class = {"Stream", stream_interfaces, stream_destroy};

static HRESULT stream_commit_property(struct stream *self)
{
    propobj_put(self->owner, self->tag, self->bytes.data, self->bytes.size);
    if (self->owner->class->apply) {
        HRESULT hr = self->owner->class->apply(self->owner, &self->owner->touched);
        bag_fini(&self->owner->touched);
        return hr;
    }
    return S_OK;
}

static struct stream *stream_new(HRESULT (*commit)(struct stream *self))
{
    struct stream *self = emu_alloc(sizeof(*self));

    object_init(&self->object, &stream_class, &stream_vtable);
    self->commit = commit;
    self->writable = commit != NULL;
    return self;
}

IStream *stream_on_property(struct propobj *owner, ULONG tag, BOOL write, BOOL empty)
{
    struct stream *self = stream_new(write ? stream_commit_property : NULL);
    const struct prop *prop = bag_find(owner->props, tag);

    if (prop && !empty) {
        buffer_put(&self->bytes, prop->data, prop->size);
    }
    self->owner = owner;
    self->tag = tag;
    object_hold(&owner->object);
    return (IStream *)&self->object.vtable;
}

IStream *stream_on_bytes(const void *data, size_t size, HRESULT (*commit)(struct stream *self),
    IStream *target, ULONG target_flags)
{
    struct stream *self = stream_new(commit);

    buffer_put(&self->bytes, data, size);
    self->target = target;
    self->target_flags = target_flags;
    if (target) {
        target->lpVtbl->AddRef(target);
    }
    return (IStream *)&self->object.vtable;
}
