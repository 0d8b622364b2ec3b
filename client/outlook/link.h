/* A connection with one object of the shim (shim/README.md), inside of this process or in a host of its
 * own. Used by one thread. */
#ifndef LOCKSTEP_OUTLOOK_LINK_H
#define LOCKSTEP_OUTLOOK_LINK_H

#include "client/base/log.h"
#include "client/base/rc.h"
#include "shim/idl/frame.h"

struct outlook_link {
    /* S_OK and the answer, or an error and what is known about it, maybe NULL; the caller frees *ret_text.
     * E_INVALIDARG and OUTLOOK_NOT_SENT: nothing was begun. After any other error it is not known what of
     * the call was carried out. */
    HRESULT(*call)
    (struct outlook_link *link, enum frame_method method, const char *request, char **ret_text);
    void (*free)(struct outlook_link *link);
};

#define OUTLOOK_NOT_SENT CO_E_SERVER_EXEC_FAILURE

/* inside.c: the class of LockstepOutlook.dll. The thread has initialised COM. RC_OFFLINE. */
enum rc outlook_link_inside(struct outlook_link **ret, struct err *err) WARN_UNUSED;

/* host.c: lockstep-hostBITS.exe beside the program, started here, ended by `free` or with this process.
 * A call that finds it gone starts it again, and one that only reads is then made once more. RC_OFFLINE
 * if it cannot be started. `log` is borrowed for the life of the link. */
enum rc outlook_link_host(
    unsigned bits, const struct log *log, struct outlook_link **ret, struct err *err) WARN_UNUSED;
bool outlook_host_is_there(unsigned bits);

#endif
