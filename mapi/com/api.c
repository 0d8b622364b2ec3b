/* Finding mapi32.dll and its functions, and the few helpers that mapiutil.h would offer (FreeProws,
 * HrGetOneProp, ...), written here so that only four functions come from the DLL. */
#include "mapi/com/api.h"

#include "client/base/buf.h"
#include "mapi/com/hresult.h"
#include "mapi/installed/installed.h"

/* ---- is there an Outlook at all, and one we can load? ---- */

static enum rc outlook_check(struct err *err)
{
    struct outlook_installed found = outlook_installed();
    unsigned ours = sizeof(void *) * 8;
    if (found.bits && found.bits != ours) {
        return err_set(err, RC_OFFLINE, 0,
            "the installed Outlook is a %u-bit program and this part of Lockstep a %u-bit one: "
            "they cannot work together",
            found.bits, ours);
    }
    if (!found.has_mapi) {
        return err_set(err, RC_OFFLINE, 0,
            "Outlook is not installed on this machine: no mail program with Extended MAPI is "
            "registered (the \"new Outlook\" has none)");
    }
    return RC_OK;
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
    if (!set) { /* a warning, and nothing with it: no end of the table */
        return err_set(err, RC_SERVER, 0, "Outlook gave no rows of the folder");
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
