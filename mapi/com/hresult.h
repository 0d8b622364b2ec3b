/* HRESULTs of MAPI and COM: their names, what they mean for us, and the one place where they become
 * an error. */
#ifndef LOCKSTEP_MAPI_COM_HRESULT_H
#define LOCKSTEP_MAPI_COM_HRESULT_H

#include "client/base/log.h"
#include "client/base/rc.h"
#include "mapi/com/mapi.h"

/* "MAPI_E_NOT_FOUND", or "0x8004ABCD" for one we have no name for (written into `room`). */
#define HRESULT_ROOM 12
const char *hresult_name(HRESULT hr, char room[HRESULT_ROOM]);

/* Logs a finished call (trace; debug if it failed) and turns a failure into an error:
 * "IMessage::SaveChanges: no permission (MAPI_E_NO_ACCESS)". Success codes, warnings included, are
 * RC_OK. Every MAPI call passes here exactly once. */
enum rc mapi_check(const struct log *log, const char *call, HRESULT hr, struct err *err)
    WARN_UNUSED;
/* The same for the few calls that prove something about an item when they do not find it: opening
 * it, saving it. Only here do MAPI_E_NOT_FOUND and MAPI_E_OBJECT_DELETED become
 * RC_NOT_FOUND, which the engine takes as proof that the item is gone. */
enum rc mapi_check_exists(const struct log *log, const char *call, HRESULT hr, struct err *err)
    WARN_UNUSED;

#endif
