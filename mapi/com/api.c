/* Finding mapi32.dll and its functions, and the few helpers that mapiutil.h would offer (FreeProws,
 * HrGetOneProp, ...), written here so that only four functions come from the DLL. */
#include "mapi/com/api.h"

#include "client/base/buf.h"
#include "mapi/com/hresult.h"

/* ---- is there an Outlook at all, and one we can load? ---- */

/* Versions that can still be met, newest first; Outlook writes "Bitness" since 2010. */
static const struct {
    const char *version;
    const wchar_t *key;
} outlook_versions[] = {
    {"16.0", L"Software\\Microsoft\\Office\\16.0\\Outlook"},
    {"15.0", L"Software\\Microsoft\\Office\\15.0\\Outlook"},
    {"14.0", L"Software\\Microsoft\\Office\\14.0\\Outlook"},
};

static bool registry_has(HKEY root, const wchar_t *key, const wchar_t *value)
{
    DWORD size = 0;
    return RegGetValueW(root, key, value,
               RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_RT_REG_MULTI_SZ | RRF_NOEXPAND, NULL,
               NULL, &size) == ERROR_SUCCESS &&
           size > sizeof(wchar_t);
}

static bool outlook_bitness(const wchar_t *key, wchar_t ret[8])
{
    static const DWORD views[] = {KEY_WOW64_64KEY, KEY_WOW64_32KEY};
    bool found = false;
    for (size_t i = 0; !found && i < ARRAY_LEN(views); i++) {
        HKEY open;
        DWORD size = 8 * sizeof(wchar_t);
        if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ | views[i], &open) ==
            ERROR_SUCCESS) {
            found = RegGetValueW(open, NULL, L"Bitness", RRF_RT_REG_SZ, NULL, ret, &size) ==
                    ERROR_SUCCESS;
            RegCloseKey(open);
        }
    }
    return found;
}

const char *mapi_outlook_version(void)
{
    wchar_t bitness[8];
    for (size_t i = 0; i < ARRAY_LEN(outlook_versions); i++) {
        if (outlook_bitness(outlook_versions[i].key, bitness)) {
            return outlook_versions[i].version;
        }
    }
    return NULL;
}

/* A mail client brings Extended MAPI if its key names a DLL for it, directly or as a Windows
 * Installer component
 * ("Mapi32.dll Stub Registry Settings" in the MAPI reference). */
static bool client_has_mapi(const wchar_t *name)
{
    wchar_t key[MAX_PATH];
    if (wcslen(name) > MAX_PATH - 64) {
        return false;
    }
    wcscpy(key, L"Software\\Clients\\Mail\\");
    wcscat(key, name);
    return registry_has(HKEY_LOCAL_MACHINE, key, L"DLLPathEx") ||
           registry_has(HKEY_LOCAL_MACHINE, key, L"MSIComponentID");
}

static enum rc outlook_check(struct err *err)
{
    const wchar_t *ours = sizeof(void *) == 8 ? L"x64" : L"x86";
    wchar_t name[200], bitness[8];
    for (size_t i = 0; i < ARRAY_LEN(outlook_versions); i++) {
        if (outlook_bitness(outlook_versions[i].key, bitness)) {
            if (_wcsicmp(bitness, ours) != 0) {
                return err_set(err, RC_OFFLINE, 0,
                    "the installed Outlook is a %s program and this part of Lockstep a %s one: "
                    "they cannot work "
                    "together",
                    sizeof(void *) == 8 ? "32-bit" : "64-bit",
                    sizeof(void *) == 8 ? "64-bit" : "32-bit");
            }
            break;
        }
    }
    static const HKEY roots[] = {HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        DWORD size = sizeof name;
        if (RegGetValueW(roots[i], L"Software\\Clients\\Mail", NULL, RRF_RT_REG_SZ, NULL, name,
                &size) == ERROR_SUCCESS &&
            client_has_mapi(name)) {
            return RC_OK;
        }
    }
    if (client_has_mapi(L"Microsoft Outlook")) {
        return RC_OK;
    }
    return err_set(err, RC_OFFLINE, 0,
        "Outlook is not installed on this machine: no mail program with Extended MAPI is "
        "registered (the \"new "
        "Outlook\" has none)");
}

/* ---- entry points ---- */

/* 32-bit Windows exports some names with their argument size ("MAPIFreeBuffer@4"), 64-bit Windows
 * without, Wine with on both. */
static bool api_find(HMODULE module, const char *name, int bytes, void *ret_function)
{
    CLEANUP(mem_free) char *decorated = str_printf("%s@%d", name, bytes);
    FARPROC function = GetProcAddress(module, name);
    if (!function) {
        function = GetProcAddress(module, decorated);
    }
    memcpy(ret_function, &function, sizeof function);
    return function != NULL;
}

/* Windows' own, by its full path: by its name alone, one beside the program would be taken first. */
static HMODULE load_mapi32(void)
{
    static const wchar_t name[] = L"\\mapi32.dll";
    wchar_t path[MAX_PATH];
    UINT len = GetSystemDirectoryW(path, MAX_PATH);
    if (!len || len + ARRAY_LEN(name) > MAX_PATH) {
        return NULL;
    }
    wcscpy(path + len, name);
    return LoadLibraryW(path);
}

enum rc mapi_api_load(const struct log *log, struct mapi_api *ret, struct err *err)
{
    enum rc rc = outlook_check(err);
    if (rc != RC_OK) {
        return rc;
    }
    struct mapi_api api = {.log = log};
    api.module = load_mapi32();
    if (!api.module) {
        return err_set(err, RC_OFFLINE, (long)GetLastError(),
            "mapi32.dll cannot be loaded (Windows error %lu)", GetLastError());
    }
    if (!api_find(api.module, "MAPIInitialize", 4, &api.initialize) ||
        !api_find(api.module, "MAPIUninitialize", 0, &api.uninitialize) ||
        !api_find(api.module, "MAPILogonEx", 20, &api.logon_ex) ||
        !api_find(api.module, "MAPIFreeBuffer", 4, &api.free_buffer)) {
        FreeLibrary(api.module);
        return err_set(err, RC_OFFLINE, 0, "the mapi32.dll of this machine has no Extended MAPI");
    }
    *ret = api;
    return RC_OK;
}

/* ---- MAPI's memory ---- */

void mapi_values_fini(struct mapi_values *v)
{
    if (v->items) {
        v->api->free_buffer(v->items);
        v->items = NULL;
        v->count = 0;
    }
}

/* A row set is an array with a buffer of its own for each row. */
void mapi_rows_fini(struct mapi_rows *r)
{
    if (r->set) {
        for (ULONG i = 0; i < r->set->cRows; i++) {
            r->api->free_buffer(r->set->aRow[i].lpProps);
        }
        r->api->free_buffer(r->set);
        r->set = NULL;
    }
}

void mapi_tags_fini(struct mapi_tags *t)
{
    if (t->array) {
        t->api->free_buffer(t->array);
        t->array = NULL;
    }
}

void mapi_problems_fini(struct mapi_problems *p)
{
    if (p->array) {
        p->api->free_buffer(p->array);
        p->array = NULL;
    }
}

/* ---- calls used everywhere ---- */

enum rc mapi_get_props(IMAPIProp *object, const char *call, const SPropTagArray *tags,
    struct mapi_values *ret, struct err *err)
{
    mapi_values_fini(ret);
    SPropValue *items = NULL;
    ULONG count = 0;
    enum rc rc = mapi_check(ret->api->log, call,
        object->lpVtbl->GetProps(
            object, (SPropTagArray *)(uintptr_t)tags, MAPI_UNICODE, &count, &items),
        err);
    if (rc != RC_OK) {
        return rc;
    }
    ret->items = items;
    ret->count = count;
    if (count != tags->cValues) {
        return err_set(err, RC_SERVER, 0, "%s: %lu values asked for, %lu returned", call,
            tags->cValues, count);
    }
    return RC_OK;
}

enum rc mapi_next_rows(IMAPITable *table, LONG limit, struct mapi_rows *ret, struct err *err)
{
    mapi_rows_fini(ret);
    SRowSet *set = NULL;
    enum rc rc = mapi_check(ret->api->log, "IMAPITable::QueryRows",
        table->lpVtbl->QueryRows(table, limit, 0, &set), err);
    if (rc != RC_OK) {
        return rc;
    }
    ret->set = set;
    return RC_OK;
}

const SPropValue *mapi_find(const SPropValue *items, ULONG count, ULONG tag)
{
    for (ULONG i = 0; i < count; i++) {
        if (items[i].ulPropTag == tag) {
            return &items[i];
        }
    }
    return NULL;
}

const SBinary *mapi_find_binary(const SPropValue *items, ULONG count, ULONG tag)
{
    const SPropValue *v = mapi_find(items, count, tag);
    return v ? &v->Value.bin : NULL;
}

const wchar_t *mapi_find_text(const SPropValue *items, ULONG count, ULONG tag)
{
    const SPropValue *v = mapi_find(items, count, tag);
    return v ? v->Value.lpszW : NULL;
}
