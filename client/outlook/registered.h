/* The registration of the class Lockstep.OutlookSession for scripts, as regsvr32, the MSI's feature Class or
 * we have made it. Lockstep itself needs none; but one that names a DLL which is not there any more is what
 * "Invalid class string" and "ActiveX component can't create object" come from. */
#ifndef LOCKSTEP_OUTLOOK_REGISTERED_H
#define LOCKSTEP_OUTLOOK_REGISTERED_H

#include "client/base/rc.h"

enum outlook_registered {
    OUTLOOK_NOT_REGISTERED,
    OUTLOOK_REGISTERED,
    OUTLOOK_REGISTERED_BADLY, /* keys are missing, or the DLL they name is */
};

/* `user`: for this user only, else for the machine. Keys as this 32-bit program sees them, which is what
 * 32-bit scripts see. */
enum outlook_registered outlook_registered(bool user);

/* Registers the LockstepOutlook.dll beside this program in the place of what is there. For the machine this
 * needs an administrator: Windows asks for consent where the user is one and has not given it. RC_NOT_FOUND:
 * no such DLL; RC_READONLY: no right; RC_SERVER. */
enum rc outlook_register(bool user, struct err *err) WARN_UNUSED;

#endif
