/* The DLL's entry points; emuoutlook.def gives them their names. */
#ifndef EMU_PROVIDER_H
#define EMU_PROVIDER_H

#include "tests/outlook/emu.h"

HRESULT WINAPI emu_MAPIInitialize(void *init);
void WINAPI emu_MAPIUninitialize(void);
HRESULT WINAPI emu_MAPILogonEx(
    ULONG_PTR ui, TCHAR *profile, TCHAR *password, ULONG flags, IMAPISession **ret_session);
HRESULT WINAPI emu_MAPIAdminProfiles(ULONG flags, IProfAdmin **ret_admin);
SCODE WINAPI emu_ScInitMapiUtil(ULONG flags);
void WINAPI emu_DeinitMapiUtil(void);
HRESULT WINAPI emu_OpenStreamOnFile(ALLOCATEBUFFER *allocate, FREEBUFFER *release, ULONG flags,
    void *name, void *prefix, IStream **ret_stream);
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

#endif
