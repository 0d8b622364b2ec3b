/* The class Lockstep.OutlookSession and the life of the DLL. */
#ifndef LOCKSTEP_SHIM_CLASS_H
#define LOCKSTEP_SHIM_CLASS_H

#include <windows.h>

/* One more (+1) or fewer (-1) object or lock that keeps the DLL loaded; returns how many there are
 * now (0 only asks). */
LONG shim_keep_loaded(LONG change);
/* The full path of this DLL. */
BOOL shim_path(wchar_t path[MAX_PATH]);

/* A new object; S_OK or what QueryInterface says. */
HRESULT class_create(REFIID iid, void **ret);

/* Registration, registry.c. `root` is HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER. */
HRESULT registry_add(HKEY root);
HRESULT registry_remove(HKEY root);

#endif
