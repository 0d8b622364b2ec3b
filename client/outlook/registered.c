#include "client/outlook/registered.h"

#include "client/base/mem.h"
#include "client/platform/win32/text.h"

#include <windows.h>
#include <shellapi.h>
#include <stdio.h>

#define CLASSES L"Software\\Classes\\"
#define SERVER  CLASSES L"CLSID\\{9F6F2F0E-D089-46E3-B0C5-04C8C90D2647}\\InprocServer32"
#define PROG_ID CLASSES L"Lockstep.OutlookSession\\CLSID"
#define WAIT_MS 60000 /* for regsvr32, and the question for consent before it */

/* ---- what is there ---- */

static bool read_value(HKEY root, const wchar_t *key, wchar_t ret[MAX_PATH])
{
    DWORD size = MAX_PATH * sizeof(wchar_t);
    return RegGetValueW(root, key, NULL, RRF_RT_REG_SZ, NULL, ret, &size) == ERROR_SUCCESS &&
           ret[0];
}

static bool is_file(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

enum outlook_registered outlook_registered(bool user)
{
    HKEY root = user ? HKEY_CURRENT_USER : HKEY_LOCAL_MACHINE;
    wchar_t dll[MAX_PATH], id[MAX_PATH];
    bool named = read_value(root, SERVER, dll), known = read_value(root, PROG_ID, id);
    return !named && !known                 ? OUTLOOK_NOT_REGISTERED
           : named && known && is_file(dll) ? OUTLOOK_REGISTERED
                                            : OUTLOOK_REGISTERED_BADLY;
}

/* ---- registering ---- */

/* What regsvr32 calls in the DLL. */
typedef HRESULT WINAPI install_fn(BOOL install, const wchar_t *command);

static bool own_dll(wchar_t ret[MAX_PATH])
{
    static const wchar_t name[] = L"LockstepOutlook.dll";
    DWORD n = GetModuleFileNameW(NULL, ret, MAX_PATH);
    wchar_t *slash = n && n < MAX_PATH ? wcsrchr(ret, L'\\') : NULL;
    if (!slash || (size_t)(slash + 1 - ret) + ARRAY_LEN(name) > MAX_PATH) {
        return false;
    }
    wcscpy(slash + 1, name);
    return is_file(ret);
}

static HRESULT install_here(const wchar_t *dll, bool user)
{
    HMODULE module = LoadLibraryW(dll);
    install_fn *install = NULL;
    HRESULT hr = HRESULT_FROM_WIN32(ERROR_PROC_NOT_FOUND);
    if (!module) {
        return HRESULT_FROM_WIN32(GetLastError());
    }
    FARPROC found = GetProcAddress(module, "DllInstall");
    memcpy(&install, &found, sizeof install);
    if (install) {
        hr = install(TRUE, user ? L"user" : NULL);
    }
    FreeLibrary(module);
    return hr;
}

/* By Windows' own regsvr32, with the rights of an administrator. */
static bool install_with_rights(const wchar_t *dll)
{
    wchar_t program[MAX_PATH + 16], arguments[MAX_PATH + 8];
    UINT len = GetSystemDirectoryW(program, MAX_PATH);
    if (!len || len >= MAX_PATH) {
        return false;
    }
    wcscpy(program + len, L"\\regsvr32.exe");
    _snwprintf(arguments, ARRAY_LEN(arguments), L"/s \"%ls\"", dll);
    SHELLEXECUTEINFOW run = {.cbSize = sizeof run,
        .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
        .lpVerb = L"runas",
        .lpFile = program,
        .lpParameters = arguments,
        .nShow = SW_HIDE};
    if (!ShellExecuteExW(&run) || !run.hProcess) {
        return false;
    }
    DWORD code = 1;
    bool done = WaitForSingleObject(run.hProcess, WAIT_MS) == WAIT_OBJECT_0 &&
                GetExitCodeProcess(run.hProcess, &code) && code == 0;
    CloseHandle(run.hProcess);
    return done;
}

enum rc outlook_register(bool user, struct err *err)
{
    wchar_t dll[MAX_PATH];
    if (!own_dll(dll)) {
        return err_set(err, RC_NOT_FOUND, 0,
            "LockstepOutlook.dll is not beside the program: install Lockstep again");
    }
    HRESULT hr = install_here(dll, user);
    if (hr == E_ACCESSDENIED && !user) {
        hr = install_with_rights(dll) ? S_OK : hr;
    }
    if (hr == E_ACCESSDENIED) {
        return err_set(err, RC_READONLY, hr,
            "the class for scripts is registered for all users of this computer: only an "
            "administrator can repair that");
    }
    if (FAILED(hr)) {
        return err_set(err, RC_SERVER, hr, "the class for scripts cannot be registered (0x%08lX)",
            (unsigned long)hr);
    }
    return RC_OK;
}
