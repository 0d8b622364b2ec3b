/* The About box: modeless, one at a time. */
#include "client/tray/tray.h"

#include "client/platform/win32/text.h"
#include "resources/ids.h"

static void fill(HWND box, const char *data_dir)
{
    CLEANUP(mem_free) WCHAR *number = win32_wide(LOCKSTEP_VERSION);
    CLEANUP(mem_free) WCHAR *version = text_load(TEXT_VERSION, number, NULL);
    CLEANUP(mem_free) WCHAR *dir = win32_wide(data_dir);
    CLEANUP(mem_free) WCHAR *data = text_load(TEXT_DATA, dir, NULL);
    SetDlgItemTextW(box, ABOUT_VERSION, version);
    SetDlgItemTextW(box, ABOUT_DATA, data);
    /* Dialog units are not square: what is in the template is, on screen, as wide or high as the
     * font makes it. */
    RECT r;
    GetClientRect(GetDlgItem(box, ABOUT_ICON), &r);
    int side = r.right < r.bottom ? r.right : r.bottom;
    SetWindowPos(GetDlgItem(box, ABOUT_ICON), NULL, 0, 0, side, side,
        SWP_NOMOVE | SWP_NOZORDER | SWP_NOACTIVATE);
    HICON large = LoadImageW(
        GetModuleHandleW(NULL), MAKEINTRESOURCEW(ICON_LOCKSTEP), IMAGE_ICON, side, side, LR_SHARED);
    HICON small_one = LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(ICON_LOCKSTEP),
        IMAGE_ICON, GetSystemMetrics(SM_CXSMICON), GetSystemMetrics(SM_CYSMICON), LR_SHARED);
    SendDlgItemMessageW(box, ABOUT_ICON, STM_SETIMAGE, IMAGE_ICON, (LPARAM)large);
    SendMessageW(box, WM_SETICON, ICON_SMALL, (LPARAM)small_one);
}

static INT_PTR CALLBACK about_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        fill(box, (const char *)l);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK || LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
            return TRUE;
        }
        break;
    }
    return FALSE;
}

/* The tray window remembers the open box as a property. */
#define PROPERTY L"LockstepAbout"

static HWND open_box(HWND tray)
{
    HWND box = GetPropW(tray, PROPERTY);
    return box && IsWindow(box) ? box : NULL;
}

void about_open(HWND tray, const char *data_dir)
{
    HWND box = open_box(tray);
    if (!box) {
        /* No owner: a window owned by a hidden one could not be reached with Alt+Tab. */
        box = dialog_open(DIALOG_ABOUT, NULL, about_proc, (LPARAM)data_dir);
        SetPropW(tray, PROPERTY, box);
    }
    ShowWindow(box, SW_SHOW);
    SetForegroundWindow(box);
}
