/* Outlook as a store (client/sync/store.h), straight over MAPI in this process. The shim offers it
 * to others as JSON over COM; client/outlook is the other end. */
#ifndef LOCKSTEP_MAPI_COM_STORE_H
#define LOCKSTEP_MAPI_COM_STORE_H

#include "client/sync/store.h"

/* Logs on at the first call that needs it and again after the session broke; fails with RC_OFFLINE
 * in plain words while Outlook is not there. The calling thread has initialised COM and stays the
 * only one to use the store. `log` is borrowed and may be replaced in store->log between calls. */
struct store *mapi_store_new(const struct log *log);

/* For the calls that follow: the user's time zone (IANA name, copied; NULL: UTC) and the present
 * time in Unix seconds. */
void mapi_store_set_env(struct store *store, const char *zone, int64_t now);

/* For the diagnosis page: {"version","bits","outlook","mailbox"}. Opens the session. */
enum rc mapi_store_info(struct store *store, struct json **ret, struct err *err) WARN_UNUSED;

#endif
