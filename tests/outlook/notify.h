/* Advise: events from the mailbox's event list, whoever caused them, delivered to sinks.
 *
 * With MAPI_MULTITHREAD_NOTIFICATIONS a thread of ours calls the sinks. Without, the calls are made
 * on the thread that called MAPIInitialize, when it dispatches window messages, as MAPI does. */
#ifndef EMU_NOTIFY_H
#define EMU_NOTIFY_H

#include "tests/outlook/object.h"

void notify_start(BOOL multithreaded); /* at the first MAPIInitialize */
void notify_stop(void); /* at the last MAPIUninitialize; connections left over are violations */

/* `id` 0: everything in the store. */
HRESULT notify_advise_store(struct object *owner, ULONG store, ULONG id, ULONG mask,
    IMAPIAdviseSink *sink, ULONG *ret_connection);
HRESULT notify_advise_table(struct object *owner, ULONG object_type, ULONG folder,
    IMAPIAdviseSink *sink, ULONG *ret_connection);
/* Must not be called with the lock held: it waits until no call to the sink is under way. */
HRESULT notify_unadvise(ULONG connection);
void notify_object_gone(struct object *owner);

#endif
