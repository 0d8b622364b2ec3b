/* What registration writes, under Software\Classes of the machine or of one user, and taking
 * exactly that away again. */
#define COBJMACROS
#include "shim/class.h"

#include "client/base/mem.h"
#include "shim/idl/outlook_session.h"

#include <oleauto.h>
#include <wchar.h>

#define CLASSES    L"Software\\Classes\\"
#define CLASS_ID   L"{9F6F2F0E-D089-46E3-B0C5-04C8C90D2647}"
#define LIBRARY_ID L"{0DE4E033-BCB4-4DA3-BEAC-B8018019C029}"
#define PROG_ID    L"Lockstep.OutlookSession"
#define TITLE      L"Lockstep Outlook session"

/* A value of NULL stands for the path of the DLL. */
static const struct {
    const wchar_t *key, *name, *value;
} entries[] = {
    {CLASSES L"CLSID\\" CLASS_ID, NULL, TITLE},
    {CLASSES L"CLSID\\" CLASS_ID L"\\InprocServer32", NULL, NULL},
    {CLASSES L"CLSID\\" CLASS_ID L"\\InprocServer32", L"ThreadingModel", L"Both"},
    {CLASSES L"CLSID\\" CLASS_ID L"\\ProgID", NULL, PROG_ID},
    {CLASSES L"CLSID\\" CLASS_ID L"\\TypeLib", NULL, LIBRARY_ID},
    {CLASSES PROG_ID, NULL, TITLE},
    {CLASSES PROG_ID L"\\CLSID", NULL, CLASS_ID},
};

static const wchar_t *const trees[] = {
    CLASSES L"CLSID\\" CLASS_ID,
    CLASSES PROG_ID,
};

/* The per-user half of oleaut32, which MinGW's library lacks. */
typedef HRESULT(WINAPI *register_for_user_fn)(ITypeLib *, OLECHAR *, OLECHAR *);
typedef HRESULT(WINAPI *unregister_for_user_fn)(REFGUID, WORD, WORD, LCID, SYSKIND);

static void ole_function(const char *name, void *ret_function)
{
    FARPROC function = GetProcAddress(GetModuleHandleW(L"oleaut32.dll"), name);
    memcpy(ret_function, &function, sizeof function);
}

static SYSKIND our_syskind(void)
{
    return sizeof(void *) == 8 ? SYS_WIN64 : SYS_WIN32;
}

static HRESULT type_library_add(HKEY root, wchar_t *path)
{
    ITypeLib *library;
    register_for_user_fn for_user;
    HRESULT hr = LoadTypeLibEx(path, REGKIND_NONE, &library);
    if (FAILED(hr)) {
        return hr;
    }
    ole_function("RegisterTypeLibForUser", &for_user);
    if (root == HKEY_CURRENT_USER) {
        hr = for_user ? for_user(library, path, NULL) : E_NOTIMPL;
    } else {
        hr = RegisterTypeLib(library, path, NULL);
    }
    ITypeLib_Release(library);
    return hr;
}

static void type_library_remove(HKEY root)
{
    unregister_for_user_fn for_user;
    ole_function("UnRegisterTypeLibForUser", &for_user);
    if (root == HKEY_CURRENT_USER && for_user) {
        for_user(&LIBID_LockstepOutlook, 1, 0, LOCALE_NEUTRAL, our_syskind());
    } else if (root == HKEY_LOCAL_MACHINE) {
        UnRegisterTypeLib(&LIBID_LockstepOutlook, 1, 0, LOCALE_NEUTRAL, our_syskind());
    }
}

static LONG entry_write(HKEY root, const wchar_t *key, const wchar_t *name, const wchar_t *value)
{
    HKEY open;
    LONG error = RegCreateKeyExW(root, key, 0, NULL, 0, KEY_WRITE, NULL, &open, NULL);
    if (error == ERROR_SUCCESS) {
        error = RegSetValueExW(open, name, 0, REG_SZ, (const BYTE *)value,
            (DWORD)((wcslen(value) + 1) * sizeof *value));
        RegCloseKey(open);
    }
    return error;
}

HRESULT registry_remove(HKEY root)
{
    LONG error = ERROR_SUCCESS;
    type_library_remove(root);
    for (size_t i = 0; i < ARRAY_LEN(trees); i++) {
        LONG one = RegDeleteTreeW(root, trees[i]);
        if (one != ERROR_SUCCESS && one != ERROR_FILE_NOT_FOUND) {
            error = one;
        }
    }
    return HRESULT_FROM_WIN32((DWORD)error);
}

/* All or nothing: a registration that fails half-way is taken back. */
HRESULT registry_add(HKEY root)
{
    wchar_t path[MAX_PATH];
    LONG error = shim_path(path) ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
    for (size_t i = 0; error == ERROR_SUCCESS && i < ARRAY_LEN(entries); i++) {
        error = entry_write(
            root, entries[i].key, entries[i].name, entries[i].value ? entries[i].value : path);
    }
    HRESULT hr =
        error == ERROR_SUCCESS ? type_library_add(root, path) : HRESULT_FROM_WIN32((DWORD)error);
    if (FAILED(hr)) {
        registry_remove(root);
    }
    return hr;
}
