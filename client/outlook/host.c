/* The shim in a process of its own, lockstep-host32.exe or lockstep-host64.exe (shim/host), spoken to by
 * two pipes without a name: nobody else can reach it, nothing is registered, and whatever becomes of
 * either process the other one notices by the end of a pipe. */
#include "client/outlook/link.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <stdio.h>

#define PIPE_BYTES 65536
#define LEAVE_MS   5000 /* for leaving Outlook when all is done */
#define NOTICE_MS  2000 /* until an exit code is there, after the pipe has ended */

struct host {
    struct outlook_link base;
    const struct log *log; /* borrowed */
    unsigned bits;
    HANDLE process;           /* owned; NULL: not running, and then so are the others */
    HANDLE requests, answers; /* owned; our ends of the pipes */
};

/* ---- starting ---- */

/* The three handles that the host inherits, and no other. */
struct given {
    HANDLE requests, answers, program; /* owned; inheritable */
};

static void close_handle(HANDLE *handle)
{
    if (*handle) {
        CloseHandle(*handle);
        *handle = NULL;
    }
}

static void given_fini(struct given *g)
{
    close_handle(&g->requests);
    close_handle(&g->answers);
    close_handle(&g->program);
}

static bool make_pipes(struct host *h, struct given *given)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    return CreatePipe(&given->requests, &h->requests, &inherited, PIPE_BYTES) &&
           CreatePipe(&h->answers, &given->answers, &inherited, PIPE_BYTES) &&
           SetHandleInformation(h->requests, HANDLE_FLAG_INHERIT, 0) &&
           SetHandleInformation(h->answers, HANDLE_FLAG_INHERIT, 0) &&
           DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(),
               &given->program, SYNCHRONIZE, TRUE, 0);
}

#define PATH_UNITS (MAX_PATH + 32)

/* Beside this program; *ret_folder is its folder. */
static bool host_path(unsigned bits, wchar_t ret_folder[MAX_PATH], wchar_t ret[PATH_UNITS])
{
    DWORD n = GetModuleFileNameW(NULL, ret_folder, MAX_PATH);
    wchar_t *slash = n && n < MAX_PATH ? wcsrchr(ret_folder, L'\\') : NULL;
    if (!slash) {
        SetLastError(ERROR_FILE_NOT_FOUND);
        return false;
    }
    slash[1] = L'\0';
    _snwprintf(ret, PATH_UNITS, L"%lslockstep-host%u.exe", ret_folder, bits);
    return true;
}

bool outlook_host_is_there(unsigned bits)
{
    wchar_t folder[MAX_PATH], path[PATH_UNITS];
    return host_path(bits, folder, path) && GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static bool create_process(struct host *h, struct given *given)
{
    wchar_t folder[MAX_PATH], path[PATH_UNITS], line[PATH_UNITS + 96];
    if (!host_path(h->bits, folder, path)) {
        return false;
    }
    _snwprintf(line, ARRAY_LEN(line), L"\"%ls\" %lu %lu %lu", path,
        (unsigned long)(uintptr_t)given->requests, (unsigned long)(uintptr_t)given->answers,
        (unsigned long)(uintptr_t)given->program);
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    CLEANUP(mem_free) LPPROC_THREAD_ATTRIBUTE_LIST list = mem_alloc(size);
    if (!InitializeProcThreadAttributeList(list, 1, 0, &size)) {
        return false;
    }
    STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start}, .lpAttributeList = list};
    PROCESS_INFORMATION made = {0};
    bool ok = UpdateProcThreadAttribute(
                  list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, given, sizeof *given, NULL, NULL) &&
              CreateProcessW(path, line, NULL, NULL, TRUE,
                  EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW, NULL, folder, &start.StartupInfo,
                  &made);
    DWORD error = GetLastError();
    DeleteProcThreadAttributeList(list);
    close_handle(&made.hThread);
    h->process = made.hProcess;
    SetLastError(error);
    return ok;
}

/* ---- ending ---- */

/* Its exit code; it is ended first if it does not end by itself. */
static DWORD host_end(struct host *h, DWORD milliseconds)
{
    DWORD code = 0;
    close_handle(&h->requests); /* what tells the host to end */
    if (h->process && WaitForSingleObject(h->process, milliseconds) != WAIT_OBJECT_0) {
        TerminateProcess(h->process, ERROR_TIMEOUT);
        WaitForSingleObject(h->process, NOTICE_MS);
    }
    if (h->process) {
        GetExitCodeProcess(h->process, &code);
    }
    close_handle(&h->answers);
    close_handle(&h->process);
    return code;
}

/* ---- speaking ---- */

/* Its first words: is it one of our own version? An update may have replaced one file of two. */
static enum rc greet(struct host *h, struct err *err)
{
    LONG protocol = 0;
    CLEANUP(mem_free) char *version = NULL;
    HRESULT hr = frame_read(h->answers, &protocol, &version);
    if (FAILED(hr)) {
        DWORD code = host_end(h, NOTICE_MS);
        return err_set(err, RC_OFFLINE, hr,
            "lockstep-host%u.exe, which Lockstep needs for Outlook, ended at once (0x%lX): install "
            "Lockstep again",
            h->bits, code);
    }
    if (protocol != FRAME_PROTOCOL || !str_eq(version, LOCKSTEP_VERSION)) {
        host_end(h, LEAVE_MS);
        return err_set(err, RC_OFFLINE, 0,
            "lockstep-host%u.exe is of another version (%s): install Lockstep again", h->bits,
            version);
    }
    return RC_OK;
}

static enum rc host_start(struct host *h, struct err *err)
{
    if (h->process) {
        return RC_OK;
    }
    struct given given CLEANUP_FINI(given_fini) = {0};
    if (!make_pipes(h, &given) || !create_process(h, &given)) {
        DWORD error = GetLastError();
        CLEANUP(mem_free) char *why = win32_message(error);
        host_end(h, 0);
        return err_set(err, RC_OFFLINE, (long)HRESULT_FROM_WIN32(error),
            error == ERROR_FILE_NOT_FOUND
                ? "lockstep-host%u.exe, which Lockstep needs for Outlook, is not beside the "
                  "program: install Lockstep again"
                : "lockstep-host%u.exe, which Lockstep needs for Outlook, cannot be started: %s",
            h->bits, why);
    }
    given_fini(&given); /* before the first word is awaited: else its end would never show */
    return greet(h, err);
}

/* What only reads may be asked once more. Making a folder twice is refused, but the first answer counts. */
static bool only_reads(enum frame_method method)
{
    return method != FRAME_COMMIT && method != FRAME_MAKE_FOLDER;
}

/* The host is gone: says so. Caller frees. */
static char *host_lost(struct host *h)
{
    DWORD code = host_end(h, NOTICE_MS);
    char *text =
        str_printf("the connection to Outlook broke off: lockstep-host%u.exe has ended (0x%lX)",
            h->bits, code);
    log_line(h->log, LOG_LEVEL_WARN, "outlook", "%s", text);
    return text;
}

static HRESULT host_call(
    struct outlook_link *link, enum frame_method method, const char *request, char **ret_text)
{
    struct host *h = (struct host *)link;
    for (bool again = true;; again = false) {
        struct err err CLEANUP_FINI(err_fini) = ERR_INIT;
        LONG result = 0;
        if (host_start(h, &err) != RC_OK) {
            *ret_text = mem_strdup(err_text(&err));
            return OUTLOOK_NOT_SENT;
        }
        HRESULT hr = frame_write(h->requests, method, request);
        if (hr == E_OUTOFMEMORY) {
            *ret_text = mem_strdup("the request to Outlook is too big");
            return OUTLOOK_NOT_SENT;
        }
        bool sent = SUCCEEDED(hr);
        hr = sent ? frame_read(h->answers, &result, ret_text) : hr;
        if (SUCCEEDED(hr)) {
            return result;
        }
        CLEANUP(mem_free) char *lost = host_lost(h);
        /* A request of which it has not got all, it has not begun. */
        if (!again || (sent && !only_reads(method))) {
            *ret_text = TAKE(lost);
            return sent ? hr : OUTLOOK_NOT_SENT;
        }
    }
}

static void host_free(struct outlook_link *link)
{
    struct host *h = (struct host *)link;
    host_end(h, LEAVE_MS);
    free(h);
}

enum rc outlook_link_host(
    unsigned bits, const struct log *log, struct outlook_link **ret, struct err *err)
{
    struct host *h = NEW(struct host);
    *h = (struct host){.base = {host_call, host_free}, .log = log, .bits = bits};
    enum rc rc = host_start(h, err);
    if (rc != RC_OK) {
        host_free(&h->base);
        return rc;
    }
    *ret = &h->base;
    return RC_OK;
}
