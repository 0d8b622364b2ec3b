/* IStream on bytes in memory, written back on Commit: to a property, or compressed into another
 * stream. */
#ifndef EMU_STREAM_H
#define EMU_STREAM_H

#include "tests/outlook/propobj.h"

struct stream {
    struct object object;
    struct buffer bytes;
    size_t position;
    BOOL writable;
    BOOL dirty; /* written since the last Commit */
    HRESULT (*commit)(struct stream *self);
    struct propobj *owner; /* held; NULL when the target is a stream */
    ULONG tag;
    IStream *target; /* a reference; NULL when the owner is an object */
    ULONG target_flags;
};

/* `empty`: start without the property's present value (MAPI_CREATE). */
IStream *stream_on_property(struct propobj *owner, ULONG tag, BOOL write, BOOL empty);
/* On a copy of the bytes; with `commit` it can be written to. Takes a reference to `target`. */
IStream *stream_on_bytes(const void *data, size_t size, HRESULT (*commit)(struct stream *self),
    IStream *target, ULONG target_flags);

#endif
