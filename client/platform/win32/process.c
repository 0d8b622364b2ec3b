/* Windows: the console and the worker thread. */
#include "client/platform/platform.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <stdio.h>
#include <string.h>

char **platform_args(int argc, char **argv, int *ret_argc)
{
    (void)argv; /* in the ANSI code page: what it cannot express is lost there */
    LPWSTR *wide = CommandLineToArgvW(GetCommandLineW(), &argc);
    char **args = mem_alloc(sizeof *args * ((size_t)argc + 1));
    for (int i = 0; wide && i < argc; i++) {
        args[i] = win32_utf8(wide[i]);
    }
    LocalFree(wide);
    *ret_argc = argc;
    SetConsoleOutputCP(CP_UTF8);
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    return args;
}

static HANDLE open_console(const WCHAR *name)
{
    return CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
        OPEN_EXISTING, 0, NULL);
}

static enum rc read_secret(
    HANDLE in, HANDLE out, const char *prompt, char **ret_secret, struct err *err)
{
    DWORD mode, n = 0;
    if (!GetConsoleMode(in, &mode)) {
        return err_set(err, RC_UNSUPPORTED, (long)GetLastError(),
            "there is no console to ask for the password on");
    }
    CLEANUP(mem_free) WCHAR *wide = win32_wide(prompt);
    WCHAR line[1024];
    WriteConsoleW(out, wide, (DWORD)wcslen(wide), &n, NULL);
    SetConsoleMode(
        in, (mode | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT) & ~(DWORD)ENABLE_ECHO_INPUT);
    n = 0;
    BOOL good = ReadConsoleW(in, line, ARRAY_LEN(line) - 1, &n, NULL);
    SetConsoleMode(in, mode);
    WriteConsoleW(out, L"\r\n", 2, &mode, NULL);
    while (good && n && (line[n - 1] == L'\n' || line[n - 1] == L'\r')) {
        n--;
    }
    if (!good || !n) {
        return err_set(err, RC_CANCELLED, 0, "no password was entered");
    }
    line[n] = L'\0';
    *ret_secret = win32_utf8(line);
    SecureZeroMemory(line, sizeof line);
    return RC_OK;
}

enum rc platform_prompt_secret(const char *prompt, char **ret_secret, struct err *err)
{
    /* Not stdin: that may be redirected, and a password must come from a person here. */
    HANDLE in = open_console(L"CONIN$"), out = open_console(L"CONOUT$");
    enum rc rc = read_secret(in, out, prompt, ret_secret, err);
    if (in != INVALID_HANDLE_VALUE) {
        CloseHandle(in);
    }
    if (out != INVALID_HANDLE_VALUE) {
        CloseHandle(out);
    }
    return rc;
}

struct platform_worker {
    HANDLE thread, woken, stop; /* auto-reset, manual-reset event */
    void (*work)(void *user);
    void *user;
};

static DWORD WINAPI worker_main(void *arg)
{
    struct platform_worker *w = arg;
    HANDLE events[] = {w->stop, w->woken};
    while (WaitForMultipleObjects(2, events, FALSE, INFINITE) == WAIT_OBJECT_0 + 1) {
        w->work(w->user);
    }
    return 0;
}

enum rc platform_worker_new(
    void (*work)(void *user), void *user, struct platform_worker **ret, struct err *err)
{
    struct platform_worker *w = NEW(struct platform_worker);
    w->work = work;
    w->user = user;
    w->woken = CreateEventW(NULL, FALSE, FALSE, NULL);
    w->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    w->thread = w->woken && w->stop ? CreateThread(NULL, 0, worker_main, w, 0, NULL) : NULL;
    if (!w->thread) {
        enum rc rc = win32_fail(err, "start", "the worker thread");
        platform_worker_free(w);
        return rc;
    }
    *ret = w;
    return RC_OK;
}

void platform_worker_wake(struct platform_worker *w)
{
    SetEvent(w->woken);
}

void platform_worker_free(struct platform_worker *w)
{
    if (w) {
        if (w->thread) {
            SetEvent(w->stop);
            WaitForSingleObject(w->thread, INFINITE);
            CloseHandle(w->thread);
        }
        if (w->woken) {
            CloseHandle(w->woken);
        }
        if (w->stop) {
            CloseHandle(w->stop);
        }
        free(w);
    }
}
