/* The functions that COM and regsvr32 call in the DLL, and the class factory. */
#define COBJMACROS
#include "shim/class.h"

#include "shim/idl/outlook_session.h"

#include <olectl.h>

/* What keeps the DLL loaded is counted for the whole process: COM asks without naming an object. */
static LONG keep_count;

LONG shim_keep_loaded(LONG change)
{
    return InterlockedExchangeAdd(&keep_count, change) + change;
}

BOOL shim_path(wchar_t path[MAX_PATH])
{
    HMODULE module;
    if (!GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
            (const wchar_t *)(const void *)&keep_count, &module)) {
        return FALSE;
    }
    DWORD n = GetModuleFileNameW(module, path, MAX_PATH);
    return n > 0 && n < MAX_PATH;
}

/* ---- class factory: one, static, never freed ---- */

static HRESULT STDMETHODCALLTYPE factory_query(IClassFactory *f, REFIID iid, void **ret)
{
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IClassFactory)) {
        *ret = f;
        shim_keep_loaded(1);
        return S_OK;
    }
    *ret = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE factory_add_ref(IClassFactory *f)
{
    (void)f;
    shim_keep_loaded(1);
    return 2;
}

static ULONG STDMETHODCALLTYPE factory_release(IClassFactory *f)
{
    (void)f;
    shim_keep_loaded(-1);
    return 1;
}

static HRESULT STDMETHODCALLTYPE factory_create(
    IClassFactory *f, IUnknown *outer, REFIID iid, void **ret)
{
    (void)f;
    *ret = NULL;
    return outer ? CLASS_E_NOAGGREGATION : class_create(iid, ret);
}

static HRESULT STDMETHODCALLTYPE factory_lock(IClassFactory *f, BOOL lock)
{
    (void)f;
    shim_keep_loaded(lock ? 1 : -1);
    return S_OK;
}

/* ---- exports ---- */

HRESULT WINAPI DllGetClassObject(REFCLSID class, REFIID iid, void **ret)
{
    static IClassFactoryVtbl vtbl = {
        factory_query, factory_add_ref, factory_release, factory_create, factory_lock};
    static IClassFactory factory = {&vtbl};
    if (!IsEqualCLSID(class, &CLSID_OutlookSession)) {
        *ret = NULL;
        return CLASS_E_CLASSNOTAVAILABLE;
    }
    return factory_query(&factory, iid, ret);
}

HRESULT WINAPI DllCanUnloadNow(void)
{
    return shim_keep_loaded(0) == 0 ? S_OK : S_FALSE;
}

HRESULT WINAPI DllRegisterServer(void)
{
    return registry_add(HKEY_LOCAL_MACHINE);
}

HRESULT WINAPI DllUnregisterServer(void)
{
    return registry_remove(HKEY_LOCAL_MACHINE);
}

HRESULT WINAPI DllInstall(BOOL install, LPCWSTR command);
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved);

/* regsvr32 /n /i:user LockstepOutlook.dll registers for the present user only. */
HRESULT WINAPI DllInstall(BOOL install, LPCWSTR command)
{
    HKEY root = command && _wcsicmp(command, L"user") == 0 ? HKEY_CURRENT_USER : HKEY_LOCAL_MACHINE;
    return install ? registry_add(root) : registry_remove(root);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(module);
    }
    return TRUE;
}
