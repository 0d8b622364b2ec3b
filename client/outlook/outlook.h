/* Outlook as a store, through the COM class of shim/. Windows only. */
#ifndef LOCKSTEP_OUTLOOK_OUTLOOK_H
#define LOCKSTEP_OUTLOOK_OUTLOOK_H

#include "client/sync/store.h"

/* Creates the shim's class (registration-free if the program's manifest lists it, else as
 * registered: COM looks in this order) and wraps it. Outlook itself is only reached by the first
 * call. RC_OFFLINE if the class cannot be created.
 *
 * COM: the calling thread enters the multithreaded apartment here, unless it is in an apartment
 * already, and leaves it in store_free. So create, use and free the store on one thread.
 *
 * `zone_iana` is the user's time zone, copied; NULL: UTC. `log` is borrowed for the life of the
 * store; what the shim logs comes out there too. */
enum rc outlook_store_new(
    const struct log *log, const char *zone_iana, struct store **ret, struct err *err) WARN_UNUSED;

/* {"version","bits","outlook","mailbox"}: versions of the shim and of Outlook, the name of the
 * default mailbox. Opens a session. */
enum rc outlook_store_info(struct store *store, struct json **ret, struct err *err) WARN_UNUSED;

/* The time zone of this machine as an IANA name; "Etc/UTC" if Windows names one we do not know.
 * Static text. */
const char *outlook_zone_iana(void);

#endif
