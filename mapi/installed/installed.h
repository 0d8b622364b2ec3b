/* Which Outlook this machine has, of which bitness: what decides whether the shim can work inside of
 * the 32-bit program or needs a host of 64 bits (shim/host). Asks the registry and one file; no MAPI
 * and nothing of ours is needed, so that both ends of the shim can ask the same. */
#ifndef LOCKSTEP_MAPI_INSTALLED_INSTALLED_H
#define LOCKSTEP_MAPI_INSTALLED_INSTALLED_H

#include <stdbool.h>

struct outlook_installed {
    unsigned bits; /* 32 or 64; 0: nothing here tells */
    const char
        *version; /* "16.0" of the newest Outlook the registry knows, or NULL. Static text. */
    const char *evidence; /* what tells the bits, in words for people, or NULL. Static text. */
    bool has_mapi;        /* a mail program with Extended MAPI is registered */
};

/* The bits are, in this order, what says so:
 *  1. the machine type of the MAPI library that the default mail program names in DLLPathEx
 *     ("Mapi32.dll Stub Registry Settings" in the MAPI reference): it is what MAPI will load, and an
 *     Outlook that went away may have left the other traces;
 *  2. `Bitness` of the newest Office\NN.0\Outlook ("Building MAPI applications on 32-bit and 64-bit
 *     platforms"), in the 64-bit view of the registry, then in the 32-bit one;
 *  3. `Platform` of Click-to-Run, which installs all of Office in one bitness. */
struct outlook_installed outlook_installed(void);

#endif
