/* lockstep-host32.exe, lockstep-host64.exe: the shim's object in a process of its own, for a program of
 * the other bitness, or for one that does not want to end with Outlook's code. The program starts it
 * (client/outlook/host.c) and is the only one that can reach it: it gets three handles, of two pipes
 * that have no name and of the program itself. shim/README.md says more.
 *
 * One object, one thread: MAPI sees the same calls on the same thread as inside of the program. */
#define COBJMACROS
#include "client/base/mem.h"
#include "client/platform/platform.h"
#include "shim/class.h"
#include "shim/idl/bstr.h"
#include "shim/idl/frame.h"
#include "shim/idl/outlook_session.h"

#include <shellapi.h>
#include <stdlib.h>

/* How long a call to Outlook may still take when the program has ended. */
#define GRACE_MS 5000

enum exit_code { EXIT_DONE = 0, EXIT_USAGE = 2, EXIT_NO_OBJECT = 3, EXIT_ALONE = 4 };

/* ---- what the shim's object asks of the module it is in ---- */

LONG shim_keep_loaded(LONG change)
{
    return change; /* an exe stays loaded as long as it runs */
}

BOOL shim_path(wchar_t path[MAX_PATH])
{
    DWORD n = GetModuleFileNameW(NULL, path, MAX_PATH);
    return n > 0 && n < MAX_PATH;
}

/* ---- serving ---- */

/* The text that the object left with a failed call; never NULL. Caller frees. */
static char *error_text(void)
{
    IErrorInfo *info = NULL;
    BSTR text = NULL;
    if (GetErrorInfo(0, &info) == S_OK && info) {
        IErrorInfo_GetDescription(info, &text);
        IErrorInfo_Release(info);
    }
    char *copy = bstr_to_utf8(text);
    SysFreeString(text);
    return copy;
}

static HRESULT call(IOutlookSession2 *session, LONG method, BSTR in, BSTR *out)
{
    switch (method) {
    case FRAME_INFO:
        return IOutlookSession2_Info(session, in, out);
    case FRAME_LIST_FOLDERS:
        return IOutlookSession2_ListFolders(session, in, out);
    case FRAME_CHANGES:
        return IOutlookSession2_Changes(session, in, out);
    case FRAME_FETCH:
        return IOutlookSession2_Fetch(session, in, out);
    case FRAME_COMMIT:
        return IOutlookSession2_Commit(session, in, out);
    case FRAME_FIND_STAMP:
        return IOutlookSession2_FindStamp(session, in, out);
    case FRAME_WATCH:
        return IOutlookSession2_Watch(session, in, out);
    case FRAME_MAKE_FOLDER:
        return IOutlookSession2_MakeFolder(session, in, out);
    default:
        return DISP_E_MEMBERNOTFOUND;
    }
}

/* One request and its answer; fails when nobody is there to ask or to hear. */
static HRESULT serve_one(IOutlookSession2 *session, HANDLE requests, HANDLE answers)
{
    LONG method;
    CLEANUP(mem_free) char *request = NULL;
    HRESULT hr = frame_read(requests, &method, &request);
    if (FAILED(hr)) {
        return hr;
    }
    BSTR in = bstr_from_utf8(request), out = NULL;
    hr = in ? call(session, method, in, &out) : E_OUTOFMEMORY;
    SysFreeString(in);
    CLEANUP(mem_free) char *answer = SUCCEEDED(hr) ? bstr_to_utf8(out) : error_text();
    SysFreeString(out);
    HRESULT written = frame_write(answers, hr, answer);
    return written == E_OUTOFMEMORY
               ? frame_write(answers, written, "the answer is too big: ask for fewer items a call")
               : written;
}

static enum exit_code serve(HANDLE requests, HANDLE answers)
{
    IOutlookSession2 *session;
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)) ||
        FAILED(class_create(&IID_IOutlookSession2, (void **)&session))) {
        return EXIT_NO_OBJECT;
    }
    HRESULT hr = frame_write(answers, FRAME_PROTOCOL, LOCKSTEP_VERSION);
    while (SUCCEEDED(hr)) {
        hr = serve_one(session, requests, answers);
    }
    IOutlookSession2_Release(session); /* leaves Outlook as it should be left */
    CoUninitialize();
    return EXIT_DONE;
}

/* ---- ending with the program ---- */

/* A call in which Outlook hangs would outlive the program, and keep its files open for good. */
static DWORD WINAPI watch_program(void *program)
{
    WaitForSingleObject(program, INFINITE);
    Sleep(GRACE_MS);
    TerminateProcess(GetCurrentProcess(), EXIT_ALONE);
    return 0;
}

/* ---- */

static HANDLE handle_of(const wchar_t *number)
{
    HANDLE handle = (HANDLE)(uintptr_t)wcstoul(number, NULL, 10);
    /* What Outlook's providers start is not to inherit it: a pipe that another one holds has no end. */
    return SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) ? handle : NULL;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR line, int show)
{
    (void)instance;
    (void)previous;
    (void)line;
    (void)show;
    platform_harden();
    SetErrorMode(
        SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX); /* the program says what happened */
    int argc = 0;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    HANDLE requests = argc == 4 ? handle_of(argv[1]) : NULL;
    HANDLE answers = argc == 4 ? handle_of(argv[2]) : NULL;
    HANDLE program = argc == 4 ? handle_of(argv[3]) : NULL;
    LocalFree(argv);
    if (!requests || !answers || !program) {
        return EXIT_USAGE; /* nobody but Lockstep starts it */
    }
    HANDLE watch = CreateThread(NULL, 0, watch_program, program, 0, NULL);
    return watch ? serve(requests, answers) : EXIT_NO_OBJECT;
}
