/* Learns from Outlook that something in a folder was changed, by whichever program: its contents table
 * stays open and tells (IMAPITable::Advise, [MS-OXCNOTIF] section 1.3). Tables and not the store, as the
 * store tells of every mail that comes in as well.
 *
 * Sinks are called on a thread of MAPI's own (the session asks for MAPI_MULTITHREAD_NOTIFICATIONS) while
 * it holds locks of its own, so they only set flags and never call MAPI. */
#ifndef LOCKSTEP_MAPI_COM_WATCH_H
#define LOCKSTEP_MAPI_COM_WATCH_H

#include "client/sync/store.h"
#include "mapi/com/session.h"

struct mapi_watch;
/* Begins to watch these folders; one that is gone is left out and logged. The session must outlive the
 * watch. */
enum rc mapi_watch_new(struct mapi_session *s, const struct store_watch *folders, size_t count,
    struct mapi_watch **ret, struct err *err) WARN_UNUSED;
void mapi_watch_free(struct mapi_watch *w); /* no sink is called any more */
/* Does it watch these, in this order? */
bool mapi_watch_is_of(const struct mapi_watch *w, const struct store_watch *folders, size_t count);
/* Waits for a change, at most so long. ret[i]: something was changed in folder i since the last call.
 * RC_SERVER: Outlook has stopped telling. */
enum rc mapi_watch_wait(struct mapi_watch *w, long milliseconds, bool *ret, struct err *err)
    WARN_UNUSED;

#endif
