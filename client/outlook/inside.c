/* The shim inside of this process: COM loads LockstepOutlook.dll. */
#define COBJMACROS
#include "client/outlook/link.h"

#include "client/base/mem.h"
#include "shim/idl/bstr.h"
#include "shim/idl/outlook_session.h"

struct inside {
    struct outlook_link base;
    IOutlookSession2 *session; /* owned */
};

typedef HRESULT STDMETHODCALLTYPE method_fn(IOutlookSession2 *session, BSTR request, BSTR *answer);

static method_fn *method_of(const IOutlookSession2 *session, enum frame_method method)
{
    const IOutlookSession2Vtbl *v = session->lpVtbl;
    method_fn *const methods[] = {
        [FRAME_INFO] = v->Info,
        [FRAME_LIST_FOLDERS] = v->ListFolders,
        [FRAME_CHANGES] = v->Changes,
        [FRAME_FETCH] = v->Fetch,
        [FRAME_COMMIT] = v->Commit,
        [FRAME_FIND_STAMP] = v->FindStamp,
        [FRAME_WATCH] = v->Watch,
        [FRAME_MAKE_FOLDER] = v->MakeFolder,
    };
    return methods[method];
}

/* The text that the shim left with a failed call, or NULL. */
static char *error_text(void)
{
    IErrorInfo *info = NULL;
    BSTR text = NULL;
    if (GetErrorInfo(0, &info) != S_OK || !info) {
        return NULL;
    }
    HRESULT hr = IErrorInfo_GetDescription(info, &text);
    IErrorInfo_Release(info);
    char *copy = SUCCEEDED(hr) && text ? bstr_to_utf8(text) : NULL;
    SysFreeString(text);
    return copy;
}

static HRESULT inside_call(
    struct outlook_link *link, enum frame_method method, const char *request, char **ret_text)
{
    struct inside *n = (struct inside *)link;
    BSTR in = bstr_from_utf8(request), out = NULL;
    if (!in) {
        *ret_text = mem_strdup("the request to Outlook is too big");
        return OUTLOOK_NOT_SENT;
    }
    HRESULT hr = method_of(n->session, method)(n->session, in, &out);
    *ret_text = SUCCEEDED(hr) ? bstr_to_utf8(out) : error_text();
    SysFreeString(in);
    SysFreeString(out);
    return hr;
}

static void inside_free(struct outlook_link *link)
{
    struct inside *n = (struct inside *)link;
    IOutlookSession2_Release(n->session);
    free(n);
}

enum rc outlook_link_inside(struct outlook_link **ret, struct err *err)
{
    IOutlookSession2 *session;
    HRESULT hr = CoCreateInstance(&CLSID_OutlookSession, NULL, CLSCTX_INPROC_SERVER,
        &IID_IOutlookSession2, (void **)&session);
    if (FAILED(hr)) {
        return err_set(err, RC_OFFLINE, hr,
            hr == REGDB_E_CLASSNOTREG
                ? "LockstepOutlook.dll is not registered and not beside the program (0x%08lX): "
                  "install Lockstep again"
                : "LockstepOutlook.dll cannot be loaded (0x%08lX): install Lockstep again",
            (unsigned long)hr);
    }
    struct inside *n = NEW(struct inside);
    *n = (struct inside){.base = {inside_call, inside_free}, .session = session};
    *ret = &n->base;
    return RC_OK;
}
