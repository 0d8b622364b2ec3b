/* Drives lockstep.exe from outside, by posted messages, and tells what it shows.
 *
 *   tray_post wait SECONDS            until its window is there
 *   tray_post gone SECONDS            until it is not
 *   tray_post title TEXT SECONDS      until the tooltip (also the window's title) holds TEXT
 *   tray_post command NAME            as if chosen from the menu: open sync pause debug about
 *                                     check hour resume settings exit
 *   tray_post items                   prints the items of the menu in lockstep.exe
 *   tray_post menu                    waits for an open menu and prints its place
 *   tray_post window SECONDS          until the main window is open; closes it
 *   tray_post about                   prints the texts of the open About box and presses OK
 *   tray_post power                   what Windows tells when the computer has woken up
 *   tray_post taskbar                 what Explorer broadcasts after it has restarted
 * Exit code 0: done; 1: did not happen in time. */
#include "resources/ids.h"

#include <windows.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static HWND tray(void)
{
    return FindWindowW(L"LockstepTray", NULL);
}

static void print(const WCHAR *prefix, const WCHAR *text)
{
    char out[2048];
    WideCharToMultiByte(CP_UTF8, 0, text, -1, out, sizeof out, NULL, NULL);
    for (char *p = out; *p; p++) {
        *p = *p == '\n' ? '|' : *p;
    }
    printf("%ls%s\n", prefix, out);
}

static int wait_window(bool there, int seconds)
{
    for (int i = 0; i < seconds * 20; i++) {
        if (!!tray() == there) {
            return 0;
        }
        Sleep(50);
    }
    return 1;
}

static int wait_title(const char *wanted, int seconds)
{
    WCHAR title[256] = L"";
    char text[1024] = "";
    for (int i = 0; i < seconds * 20; i++) {
        GetWindowTextW(tray(), title, 256);
        WideCharToMultiByte(CP_UTF8, 0, title, -1, text, sizeof text, NULL, NULL);
        if (strstr(text, wanted)) {
            print(L"", title);
            return 0;
        }
        Sleep(50);
    }
    print(L"", title);
    return 1;
}

static int command(const char *name)
{
    static const struct {
        const char *name;
        int id;
    } COMMANDS[] = {{"open", CMD_OPEN}, {"settings", CMD_SETTINGS}, {"sync", CMD_SYNC}, {"pause", CMD_PAUSE}, {"hour", CMD_PAUSE_HOUR}, {"resume", CMD_RESUME}, {"debug", CMD_DEBUG},
        {"about", CMD_ABOUT}, {"check", CMD_CHECK}, {"rescue", CMD_RESCUE}, {"exit", CMD_EXIT}};
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        if (strcmp(name, COMMANDS[i].name) == 0) {
            return PostMessageW(tray(), WM_COMMAND, (WPARAM)COMMANDS[i].id, 0) ? 0 : 1;
        }
    }
    return 1;
}

static HWND wait_for_class(const WCHAR *class_name, const WCHAR *title)
{
    HWND window = NULL;
    for (int i = 0; i < 100 && !(window = FindWindowW(class_name, title)); i++) {
        Sleep(50);
    }
    return window;
}

/* Items have their texts in the table of texts, by their numbers (client/tray/dialog.c). */
static void print_menu(HMODULE program, HMENU menu, const WCHAR *indent)
{
    for (int i = 0; i < GetMenuItemCount(menu); i++) {
        WCHAR text[128];
        MENUITEMINFOW item = {.cbSize = sizeof item, .fMask = MIIM_ID | MIIM_FTYPE};
        GetMenuItemInfoW(menu, (UINT)i, TRUE, &item);
        if (!(item.fType & MFT_SEPARATOR)) {
            LoadStringW(program, item.wID, text, 128);
            print(indent, text);
        }
        if (GetSubMenu(menu, i)) {
            print_menu(program, GetSubMenu(menu, i), L"  ");
        }
    }
}

/* Wine keeps menus inside the process that made them, so the open one cannot be read from here: the
 * resource is. */
static int items(void)
{
    HMODULE program = LoadLibraryExW(L"lockstep.exe", NULL, LOAD_LIBRARY_AS_DATAFILE);
    HMENU menu = program ? LoadMenuW(program, MAKEINTRESOURCEW(MENU_TRAY)) : NULL;
    if (!menu) {
        return 1;
    }
    print_menu(program, GetSubMenu(menu, 0), L"");
    return 0;
}

static int menu(void)
{
    HWND window = wait_for_class(L"#32768", NULL);
    RECT r;
    if (!window || !GetWindowRect(window, &r)) {
        return 1;
    }
    printf("%ld %ld %ld %ld\n", r.left, r.top, r.right, r.bottom);
    return 0;
}

static BOOL CALLBACK print_child(HWND child, LPARAM unused)
{
    WCHAR text[512];
    (void)unused;
    SendMessageW(child, WM_GETTEXT, 512, (LPARAM)text);
    if (text[0]) {
        print(L"", text);
    }
    return TRUE;
}

static int about(void)
{
    HWND box = wait_for_class(L"#32770", L"About Lockstep");
    if (!box) {
        return 1;
    }
    EnumChildWindows(box, print_child, 0);
    PostMessageW(box, WM_COMMAND, IDOK, 0);
    for (int i = 0; i < 100 && IsWindow(box); i++) {
        Sleep(50);
    }
    return IsWindow(box) ? 1 : 0;
}

static int main_window(int seconds)
{
    HWND window = NULL;
    for (int i = 0; i < seconds * 20 && !(window && IsWindowVisible(window)); i++) {
        Sleep(50);
        window = FindWindowW(L"#32770", L"Lockstep");
    }
    Sleep(500); /* Wine leaves a picture behind of what closes while it is being shown */
    return window && PostMessageW(window, WM_COMMAND, IDCANCEL, 0) ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "wait") == 0 && argc == 3) {
        return wait_window(true, atoi(argv[2]));
    }
    if (strcmp(what, "gone") == 0 && argc == 3) {
        return wait_window(false, atoi(argv[2]));
    }
    if (strcmp(what, "title") == 0 && argc == 4) {
        return wait_title(argv[2], atoi(argv[3]));
    }
    if (strcmp(what, "command") == 0 && argc == 3) {
        return command(argv[2]);
    }
    if (strcmp(what, "window") == 0 && argc == 3) {
        return main_window(atoi(argv[2]));
    }
    if (strcmp(what, "menu") == 0) {
        return menu();
    }
    if (strcmp(what, "items") == 0) {
        return items();
    }
    if (strcmp(what, "about") == 0) {
        return about();
    }
    if (strcmp(what, "power") == 0) {
        return PostMessageW(tray(), WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC, 0) ? 0 : 1;
    }
    if (strcmp(what, "taskbar") == 0) {
        return PostMessageW(tray(), RegisterWindowMessageW(L"TaskbarCreated"), 0, 0) ? 0 : 1;
    }
    fprintf(stderr, "tray_post: see the head of tests/wine/tray_post.c\n");
    return 2;
}
