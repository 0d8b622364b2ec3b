/* The program's own settings: the language of the windows. They are in a file of their own, so that
 * this works during a pass, too, and needs no worker. */
#include "client/tray/tray.h"

#include "client/platform/win32/text.h"
#include "resources/ids.h"

static HWND tray_of(HWND box)
{
    return (HWND)GetWindowLongPtrW(box, DWLP_USER);
}

/* Each by its own name, so that whoever cannot read the others finds theirs. */
static WCHAR *text_of_language(enum language language)
{
    const char *name = language_name(language == LANGUAGE_AUTO ? language_of_windows() : language);
    WCHAR *wide = win32_wide(name);
    if (language == LANGUAGE_AUTO) {
        WCHAR *text = text_load(TEXT_LANGUAGE_AUTO, wide, NULL);
        free(wide);
        return text;
    }
    return wide;
}

static void fill(HWND box)
{
    CLEANUP(app_close) struct app *app = NULL;
    enum language now =
        app_open(NULL, &app, NULL) == RC_OK ? app_settings_get(app).language : LANGUAGE_AUTO;
    for (int i = 0; i < LANGUAGES; i++) {
        CLEANUP(mem_free) WCHAR *text = text_of_language((enum language)i);
        SendDlgItemMessageW(box, SETTINGS_LANGUAGE, CB_ADDSTRING, 0, (LPARAM)text);
    }
    SendDlgItemMessageW(box, SETTINGS_LANGUAGE, CB_SETCURSEL, (WPARAM)now, 0);
    if (app && app_setting_enforced(app, "language")) {
        CLEANUP(mem_free) WCHAR *why = text_load(TEXT_ENFORCED, NULL, NULL);
        EnableWindow(GetDlgItem(box, SETTINGS_LANGUAGE), FALSE);
        SetDlgItemTextW(box, SETTINGS_LANGUAGE_NOTE, why);
    }
}

static void command_ok(HWND box)
{
    CLEANUP(app_close) struct app *app = NULL;
    struct err err = ERR_INIT;
    enum rc rc = app_open(NULL, &app, &err);
    if (rc == RC_OK) {
        struct app_settings s = app_settings_get(app);
        LRESULT chosen = SendDlgItemMessageW(box, SETTINGS_LANGUAGE, CB_GETCURSEL, 0, 0);
        s.language = chosen == CB_ERR ? s.language : (enum language)chosen;
        rc = app_settings_set(app, &s, &err);
    }
    if (rc == RC_OK) {
        PostMessageW(tray_of(box), TRAY_MSG_SETTINGS, 0, 0);
        DestroyWindow(box);
    } else {
        text_ask(box, MB_ICONWARNING | MB_OK, TEXT_FAILED, err_text(&err));
    }
    err_fini(&err);
}

static INT_PTR CALLBACK settings_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        fill(box);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK) {
            command_ok(box);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        }
        return TRUE;
    }
    return FALSE;
}

void settings_box_open(HWND tray)
{
    /* No owner: a window owned by a hidden one could not be reached with Alt+Tab. */
    HWND box = dialog_open(DIALOG_SETTINGS, NULL, settings_proc, (LPARAM)tray);
    ShowWindow(box, SW_SHOW);
    SetForegroundWindow(box);
}
