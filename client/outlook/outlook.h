/* Outlook as a store, through the COM class of shim/. Windows only. */
#ifndef LOCKSTEP_OUTLOOK_OUTLOOK_H
#define LOCKSTEP_OUTLOOK_OUTLOOK_H

#include "client/sync/store.h"
#include "mapi/installed/installed.h"

/* How Outlook is reached. Inside of this process, where its bitness is ours; else, or if `apart`, through
 * lockstep-host32.exe or lockstep-host64.exe beside the program, which is started for each store and ends
 * with it or with this process. If nothing tells Outlook's bitness, ours is tried. */
struct outlook_way {
    struct outlook_installed found;
    unsigned bits; /* 32 or 64: of the shim that is used */
    bool host;     /* in a process of its own */
    bool missing;  /* whose program is not there */
};
struct outlook_way outlook_way(bool apart);

/* Creates the shim's object the way outlook_way says (inside: registration-free if the program's manifest
 * lists it, else as registered: COM looks in this order) and wraps it. Outlook itself is only reached by
 * the first call. RC_OFFLINE if that cannot be.
 *
 * If a host ends in the middle of a call that only reads, it is started again and the call is made once
 * more. A commit fails with RC_OFFLINE, and so do all of its ops: what became of them is not known.
 *
 * COM: the calling thread enters the multithreaded apartment here, unless it is in an apartment
 * already, and leaves it in store_free. So create, use and free the store on one thread.
 *
 * `zone_iana` is the user's time zone, copied; NULL: UTC. `log` is borrowed for the life of the
 * store; what the shim logs comes out there too. */
enum rc outlook_store_new(const struct log *log, const char *zone_iana, bool apart,
    struct store **ret, struct err *err) WARN_UNUSED;

/* {"version","bits","outlook","mailbox"}: versions of the shim and of Outlook, the name of the
 * default mailbox. Opens a session. */
enum rc outlook_store_info(struct store *store, struct json **ret, struct err *err) WARN_UNUSED;

/* The time zone of this machine as an IANA name; "Etc/UTC" if Windows names one we do not know.
 * Static text. */
const char *outlook_zone_iana(void);

#endif
