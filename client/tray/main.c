/* lockstep.exe: one instance a session, its message loop, and the command line.
 *
 *   lockstep.exe          start; if it runs already, its window opens
 *   lockstep.exe /open    start, and open the window
 *   lockstep.exe /sync    a pass now, by the instance that runs (or by this one after starting)
 *   lockstep.exe /exit    end the instance that runs, and wait for that
 *   lockstep.exe /exit /update   the same, before its files are replaced
 *   lockstep.exe /updated        start again if that ended one
 *   lockstep.exe /exit /forget   end it, and remove all that is kept for this user */
#include "client/tray/tray.h"

#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>
#include <shellapi.h>
#include <wchar.h>

#define HANDOVER_TRIES                                                                             \
    20 /* of 100 ms: the first instance may have taken the mutex and not made its window yet */

/* What the command line asks for. */
struct wanted {
    int command; /* 0: none */
    bool update, updated, forget;
};

static struct wanted wanted_of(int argc, WCHAR **argv)
{
    static const struct {
        const WCHAR *word;
        int command;
    } commands[] = {{L"/sync", CMD_SYNC}, {L"/open", CMD_OPEN}, {L"/exit", CMD_EXIT}};
    struct wanted wanted = {0};
    for (int i = 1; i < argc; i++) {
        for (size_t c = 0; c < ARRAY_LEN(commands); c++) {
            if (!wanted.command && _wcsicmp(argv[i], commands[c].word) == 0) {
                wanted.command = commands[c].command;
            }
        }
        wanted.update |= _wcsicmp(argv[i], L"/update") == 0;
        wanted.forget |= _wcsicmp(argv[i], L"/forget") == 0;
        wanted.updated |= _wcsicmp(argv[i], L"/updated") == 0;
    }
    return wanted;
}

static int hand_over(const struct wanted *wanted)
{
    HWND window = NULL;
    for (int i = 0; i < HANDOVER_TRIES && !(window = FindWindowW(TRAY_CLASS, NULL)); i++) {
        Sleep(100);
    }
    if (window && wanted->command == CMD_EXIT) {
        return restart_end(window, wanted->update) ? 0 : 1;
    }
    int command = wanted->command ? wanted->command : CMD_SHOW_RUNNING;
    return window && PostMessageW(window, WM_COMMAND, (WPARAM)command, 0) ? 0 : 1;
}

static int fail_to_start(const struct err *err)
{
    CLEANUP(mem_free) WCHAR *why = win32_wide(err_text(err));
    CLEANUP(mem_free) WCHAR *text = text_load(TEXT_CANNOT_START, why, NULL);
    CLEANUP(mem_free) WCHAR *name = text_load(TEXT_NAME, NULL, NULL);
    MessageBoxW(NULL, text, name, MB_ICONERROR | MB_OK);
    return (int)app_exit_of(err->rc);
}

/* All our windows but the hidden one are modeless dialogs: keys that move between controls are
 * theirs. */
static bool for_dialog(MSG *message)
{
    HWND top = message->hwnd ? GetAncestor(message->hwnd, GA_ROOT) : NULL;
    WCHAR name[16] = L"";
    return top && GetClassNameW(top, name, ARRAY_LEN(name)) && wcscmp(name, L"#32770") == 0 &&
           IsDialogMessageW(top, message);
}

static int run(HINSTANCE instance, int command)
{
    INITCOMMONCONTROLSEX controls = {sizeof controls, ICC_STANDARD_CLASSES | ICC_WIN95_CLASSES};
    InitCommonControlsEx(&controls);
    language_use(LANGUAGE_AUTO); /* until the settings are read */
    struct err err = ERR_INIT;
    HWND window;
    if (tray_open(instance, &window, &err) != RC_OK) {
        int code = fail_to_start(&err);
        err_fini(&err);
        return code;
    }
    if (command) {
        PostMessageW(window, WM_COMMAND, (WPARAM)command, 0);
    }
    MSG message;
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (!for_dialog(&message)) {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
    }
    return 0;
}

/* Nobody is there to be told: the installer goes on, and what is left is in the folder it says. */
static int forget(void)
{
    struct err err = ERR_INIT;
    enum rc rc = app_forget(&err);
    err_fini(&err);
    return rc == RC_OK ? 0 : (int)app_exit_of(rc);
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR line, int show)
{
    (void)previous;
    (void)line;
    (void)show;
    platform_harden();
    int argc = 0;
    WCHAR **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    struct wanted wanted = wanted_of(argv ? argc : 0, argv);
    LocalFree(argv);
    if (wanted.updated && !restart_wanted()) {
        return 0;
    }
    HANDLE only = CreateMutexW(NULL, TRUE, L"Local\\LockstepTray");
    if (only && GetLastError() == ERROR_ALREADY_EXISTS) {
        CloseHandle(only);
        int left = hand_over(&wanted);
        return left == 0 && wanted.command == CMD_EXIT && wanted.forget ? forget() : left;
    }
    int code = wanted.command != CMD_EXIT ? run(instance, wanted.command)
               : wanted.forget            ? forget()
                                          : 0;
    if (only) {
        CloseHandle(only);
    }
    return code;
}
