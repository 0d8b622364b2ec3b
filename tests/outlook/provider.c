/* The entry points that mapi32.dll forwards to, with the names a MAPI subsystem DLL exports
 * (emuoutlook.def). */
#define INITGUID
#define USES_IID_IMAPISession
#define USES_IID_IMAPITable
#define USES_IID_IMAPIAdviseSink
#define USES_IID_IMAPIProp
#define USES_IID_IMsgStore
#define USES_IID_IMessage
#define USES_IID_IAttachment
#define USES_IID_IMAPIContainer
#define USES_IID_IMAPIFolder
#define USES_IID_IMailUser
#define USES_PS_MAPI
#define USES_PS_PUBLIC_STRINGS
#include "tests/outlook/mapiobj.h"

#include "tests/outlook/memory.h"
#include "tests/outlook/notify.h"
#include "tests/outlook/provider.h"

#include <shlwapi.h>

#define LOGON_FLAGS                                                                                \
    (MAPI_UNICODE | MAPI_EXTENDED | MAPI_NEW_SESSION | MAPI_ALLOW_OTHERS | MAPI_EXPLICIT_PROFILE | \
        MAPI_USE_DEFAULT | MAPI_NO_MAIL | MAPI_TIMEOUT_SHORT | MAPI_NT_SERVICE | MAPI_BG_SESSION | \
        MAPI_FORCE_DOWNLOAD)
#define LOGON_UI_FLAGS (MAPI_LOGON_UI | MAPI_PASSWORD_UI | MAPI_SERVICE_UI_ALWAYS)

HRESULT WINAPI emu_MAPIInitialize(void *init)
{
    const MAPIINIT_0 *options = init;
    ULONG flags = options ? options->ulFlags : 0;
    HRESULT hr = fault_hit("Session", "Initialize");

    if (SUCCEEDED(hr)) {
        hr = check_flags("MAPIInitialize", flags,
            MAPI_MULTITHREAD_NOTIFICATIONS | MAPI_NO_COINIT | MAPI_NT_SERVICE);
    }
    if (FAILED(hr)) {
        return hr;
    }
    process_lock();
    if (process_initialized(1) == 1) {
        notify_start((flags & MAPI_MULTITHREAD_NOTIFICATIONS) != 0);
    }
    process_unlock();
    return S_OK;
}

void WINAPI emu_MAPIUninitialize(void)
{
    BOOL last;

    process_lock();
    if (process_initialized(0) == 0) {
        violation("NOT_INITIALIZED", "MAPIUninitialize without MAPIInitialize");
        process_unlock();
        return;
    }
    last = process_initialized(-1) == 0;
    process_unlock();
    if (last) {
        notify_stop(); /* waits for its thread, which takes the lock */
        object_report_leaks();
        memory_report_leaks();
        process_lock();
        process_close_storage();
        process_unlock();
    }
}

HRESULT WINAPI emu_MAPILogonEx(
    ULONG_PTR ui, TCHAR *profile, TCHAR *password, ULONG flags, IMAPISession **ret_session)
{
    struct storage *storage;
    HRESULT hr = fault_hit("Session", "Logon");

    (void)ui;
    (void)password;
    if (SUCCEEDED(hr)) {
        hr = check_flags("MAPILogonEx", flags, LOGON_FLAGS | LOGON_UI_FLAGS);
    }
    if (SUCCEEDED(hr)) {
        hr = check_pointer("MAPILogonEx", "lppSession", ret_session);
    }
    if (SUCCEEDED(hr) && process_initialized(0) == 0) {
        violation("NOT_INITIALIZED", "MAPILogonEx without MAPIInitialize");
        hr = MAPI_E_NOT_INITIALIZED;
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (!(flags & MAPI_EXTENDED)) {
        violation("UNKNOWN_FLAGS", "MAPILogonEx without MAPI_EXTENDED");
    }
    if (flags & LOGON_UI_FLAGS) {
        violation("MAY_SHOW_UI", "MAPILogonEx with flags 0x%08lx", (unsigned long)flags);
    }
    if (!profile && !(flags & MAPI_USE_DEFAULT)) {
        return MAPI_E_LOGON_FAILED;
    }
    process_lock();
    hr = process_storage(&storage) == S_OK && storage_get_number(storage, "next_id")
             ? session_new(ret_session)
             : MAPI_E_LOGON_FAILED;
    process_unlock();
    return hr;
}

HRESULT WINAPI emu_MAPIAdminProfiles(ULONG flags, IProfAdmin **ret_admin)
{
    (void)flags;
    (void)ret_admin;
    return MAPI_E_NO_SUPPORT;
}

SCODE WINAPI emu_ScInitMapiUtil(ULONG flags)
{
    return (SCODE)check_flags("ScInitMapiUtil", flags, 0);
}

void WINAPI emu_DeinitMapiUtil(void)
{
}

/* STGM flags and SOF_UNIQUEFILENAME as documented for OpenStreamOnFile; the name is narrow. */
HRESULT WINAPI emu_OpenStreamOnFile(ALLOCATEBUFFER *allocate, FREEBUFFER *release, ULONG flags,
    void *name, void *prefix, IStream **ret_stream)
{
    HRESULT hr = fault_hit("Session", "OpenStreamOnFile");

    (void)allocate;
    (void)release;
    (void)prefix;
    if (SUCCEEDED(hr) && (!name || !ret_stream)) {
        hr = check_pointer("OpenStreamOnFile", "lpszFileName or lppStream", NULL);
    }
    if (SUCCEEDED(hr)) {
        DWORD mode = flags & (STGM_CREATE | STGM_READWRITE | STGM_WRITE);
        hr = SHCreateStreamOnFileA(name, mode | STGM_SHARE_DENY_WRITE, ret_stream);
    }
    return hr;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(instance);
    } else if (reason == DLL_PROCESS_DETACH && process_initialized(0) > 0) {
        violation("NOT_UNINITIALIZED", "the process ends with %ld MAPIInitialize calls not undone",
            (long)process_initialized(0));
    }
    (void)reserved;
    return TRUE;
}
