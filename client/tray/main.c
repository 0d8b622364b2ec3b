/* lockstep.exe: one instance a session, its message loop, and the command line.
 *
 *   lockstep.exe          start; if it runs already, its window opens
 *   lockstep.exe /open    start, and open the window
 *   lockstep.exe /sync    a pass now, by the instance that runs (or by this one after starting)
 *   lockstep.exe /exit    end the instance that runs */
#include "client/tray/tray.h"

#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>
#include <shellapi.h>
#include <wchar.h>

#define HANDOVER_TRIES                                                                             \
    20 /* of 100 ms: the first instance may have taken the mutex and not made its window yet */

static int command_of(int argc, WCHAR **argv)
{
    for (int i = 1; i < argc; i++) {
        if (_wcsicmp(argv[i], L"/sync") == 0) {
            return CMD_SYNC;
        }
        if (_wcsicmp(argv[i], L"/open") == 0) {
            return CMD_OPEN;
        }
        if (_wcsicmp(argv[i], L"/exit") == 0) {
            return CMD_EXIT;
        }
    }
    return 0;
}

static int hand_over(int command)
{
    HWND window = NULL;
    for (int i = 0; i < HANDOVER_TRIES && !(window = FindWindowW(TRAY_CLASS, NULL)); i++) {
        Sleep(100);
    }
    return window && PostMessageW(
                         window, WM_COMMAND, (WPARAM)(command ? command : CMD_SHOW_RUNNING), 0)
               ? 0
               : 1;
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

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR line, int show)
{
    (void)previous;
    (void)line;
    (void)show;
    int argc = 0;
    WCHAR **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    int command = command_of(argv ? argc : 0, argv);
    LocalFree(argv);
    HANDLE only = CreateMutexW(NULL, TRUE, L"Local\\LockstepTray");
    if (only && GetLastError() == ERROR_ALREADY_EXISTS) {
        CloseHandle(only);
        return hand_over(command);
    }
    int code = command == CMD_EXIT ? 0 : run(instance, command);
    if (only) {
        CloseHandle(only);
    }
    return code;
}
