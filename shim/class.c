/* The COM object: IOutlookSession2 (dual) and ISupportErrorInfo around one Outlook store. What a
 * request means is in answer.c.
 *
 * Threading model "Both": calls come straight from the caller's thread, whatever its apartment, and
 * one at a time (a lock). */
#define COBJMACROS
#include "shim/class.h"

#include "client/base/mem.h"
#include "client/platform/win32/text.h"
#include "mapi/com/store.h"
#include "shim/answer.h"
#include "shim/idl/bstr.h"
#include "shim/idl/outlook_session.h"

struct session {
    IOutlookSession2 dispatch; /* first: the object's identity */
    ISupportErrorInfo errors;
    LONG references;
    CRITICAL_SECTION lock;
    struct store *store; /* owned */
    ITypeInfo *type;     /* owned; NULL until a script asks */
};

static struct session *session_of(IOutlookSession2 *i)
{
    return CONTAINING_RECORD(i, struct session, dispatch);
}

static struct session *session_of_errors(ISupportErrorInfo *i)
{
    return CONTAINING_RECORD(i, struct session, errors);
}

/* ---- IUnknown ---- */

static HRESULT STDMETHODCALLTYPE session_query(IOutlookSession2 *i, REFIID iid, void **ret)
{
    struct session *s = session_of(i);
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch) ||
        IsEqualIID(iid, &IID_IOutlookSession) || IsEqualIID(iid, &IID_IOutlookSession2)) {
        *ret = &s->dispatch;
    } else if (IsEqualIID(iid, &IID_ISupportErrorInfo)) {
        *ret = &s->errors;
    } else {
        *ret = NULL;
        return E_NOINTERFACE;
    }
    InterlockedIncrement(&s->references);
    return S_OK;
}

static ULONG STDMETHODCALLTYPE session_add_ref(IOutlookSession2 *i)
{
    return (ULONG)InterlockedIncrement(&session_of(i)->references);
}

static ULONG STDMETHODCALLTYPE session_release(IOutlookSession2 *i)
{
    struct session *s = session_of(i);
    LONG left = InterlockedDecrement(&s->references);
    if (left == 0) {
        store_free(s->store);
        if (s->type) {
            ITypeInfo_Release(s->type);
        }
        DeleteCriticalSection(&s->lock);
        free(s);
        shim_keep_loaded(-1);
    }
    return (ULONG)left;
}

/* ---- IDispatch, by the type library in our resources ---- */

static HRESULT session_type(struct session *s)
{
    wchar_t path[MAX_PATH];
    ITypeLib *library;
    if (s->type) {
        return S_OK;
    }
    if (!shim_path(path)) {
        return E_FAIL;
    }
    HRESULT hr = LoadTypeLibEx(path, REGKIND_NONE, &library);
    if (SUCCEEDED(hr)) {
        hr = ITypeLib_GetTypeInfoOfGuid(library, &IID_IOutlookSession2, &s->type);
        ITypeLib_Release(library);
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE session_type_count(IOutlookSession2 *i, UINT *ret)
{
    (void)i;
    *ret = 1;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE session_type_info(
    IOutlookSession2 *i, UINT index, LCID locale, ITypeInfo **ret)
{
    struct session *s = session_of(i);
    (void)locale;
    *ret = NULL;
    HRESULT hr = index == 0 ? session_type(s) : DISP_E_BADINDEX;
    if (SUCCEEDED(hr)) {
        *ret = s->type;
        ITypeInfo_AddRef(s->type);
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE session_ids(
    IOutlookSession2 *i, REFIID reserved, LPOLESTR *names, UINT count, LCID locale, DISPID *ret)
{
    struct session *s = session_of(i);
    (void)reserved;
    (void)locale;
    HRESULT hr = session_type(s);
    return SUCCEEDED(hr) ? ITypeInfo_GetIDsOfNames(s->type, names, count, ret) : hr;
}

static HRESULT STDMETHODCALLTYPE session_invoke(IOutlookSession2 *i, DISPID id, REFIID reserved,
    LCID locale, WORD flags, DISPPARAMS *params, VARIANT *result, EXCEPINFO *exception,
    UINT *bad_argument)
{
    struct session *s = session_of(i);
    (void)reserved;
    (void)locale;
    HRESULT hr = session_type(s);
    return SUCCEEDED(hr)
               ? ITypeInfo_Invoke(s->type, i, id, flags, params, result, exception, bad_argument)
               : hr;
}

/* ---- the methods ---- */

static HRESULT fail(HRESULT hr, const char *text)
{
    ICreateErrorInfo *create;
    IErrorInfo *info;
    if (FAILED(CreateErrorInfo(&create))) {
        return hr;
    }
    wchar_t *wide = win32_wide(text);
    wchar_t source[] = L"Lockstep.OutlookSession";
    ICreateErrorInfo_SetGUID(create, &IID_IOutlookSession);
    ICreateErrorInfo_SetSource(create, source);
    ICreateErrorInfo_SetDescription(create, wide);
    free(wide);
    if (SUCCEEDED(ICreateErrorInfo_QueryInterface(create, &IID_IErrorInfo, (void **)&info))) {
        SetErrorInfo(0, info);
        IErrorInfo_Release(info);
    }
    ICreateErrorInfo_Release(create);
    return hr;
}

static HRESULT session_call(IOutlookSession2 *i, enum answer_method method, BSTR request, BSTR *ret)
{
    struct session *s = session_of(i);
    if (!ret) {
        return E_POINTER;
    }
    *ret = NULL;
    CLEANUP(mem_free) char *text = bstr_to_utf8(request);
    CLEANUP(mem_free) char *answer = NULL;
    CLEANUP_FINI(err_fini) struct err err = ERR_INIT;
    EnterCriticalSection(&s->lock);
    enum rc rc = answer_make(s->store, method, text, &answer, &err);
    LeaveCriticalSection(&s->lock);
    if (rc != RC_OK) {
        return fail(E_INVALIDARG, err_text(&err));
    }
    *ret = bstr_from_utf8(answer);
    return *ret ? S_OK
                : fail(E_OUTOFMEMORY,
                      "the answer does not fit into memory: ask for fewer items a call");
}

static HRESULT STDMETHODCALLTYPE session_info(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_INFO, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_list_folders(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_LIST_FOLDERS, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_changes(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_CHANGES, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_fetch(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_FETCH, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_commit(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_COMMIT, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_find_stamp(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_FIND_STAMP, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_watch(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_WATCH, request, ret);
}

static HRESULT STDMETHODCALLTYPE session_make_folder(IOutlookSession2 *i, BSTR request, BSTR *ret)
{
    return session_call(i, ANSWER_MAKE_FOLDER, request, ret);
}

/* ---- ISupportErrorInfo ---- */

static HRESULT STDMETHODCALLTYPE errors_query(ISupportErrorInfo *i, REFIID iid, void **ret)
{
    return session_query(&session_of_errors(i)->dispatch, iid, ret);
}

static ULONG STDMETHODCALLTYPE errors_add_ref(ISupportErrorInfo *i)
{
    return session_add_ref(&session_of_errors(i)->dispatch);
}

static ULONG STDMETHODCALLTYPE errors_release(ISupportErrorInfo *i)
{
    return session_release(&session_of_errors(i)->dispatch);
}

static HRESULT STDMETHODCALLTYPE errors_supports(ISupportErrorInfo *i, REFIID iid)
{
    (void)i;
    return IsEqualIID(iid, &IID_IOutlookSession) || IsEqualIID(iid, &IID_IOutlookSession2)
               ? S_OK
               : S_FALSE;
}

/* ---- */

HRESULT class_create(REFIID iid, void **ret)
{
    static IOutlookSession2Vtbl vtbl = {
        session_query,
        session_add_ref,
        session_release,
        session_type_count,
        session_type_info,
        session_ids,
        session_invoke,
        session_info,
        session_list_folders,
        session_changes,
        session_fetch,
        session_commit,
        session_find_stamp,
        session_watch,
        session_make_folder,
    };
    static ISupportErrorInfoVtbl errors_vtbl = {
        errors_query, errors_add_ref, errors_release, errors_supports};
    struct session *s = NEW(struct session);
    s->dispatch.lpVtbl = &vtbl;
    s->errors.lpVtbl = &errors_vtbl;
    s->references = 1;
    InitializeCriticalSection(&s->lock);
    s->store = mapi_store_new(NULL);
    shim_keep_loaded(1);
    HRESULT hr = session_query(&s->dispatch, iid, ret);
    session_release(&s->dispatch);
    return hr;
}
