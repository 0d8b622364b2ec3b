/* Dialogs and menus: resources/layout.rc says which controls and items there are, once for all
 * languages; their texts are those of the same numbers in the table of texts. */
#include "client/tray/tray.h"

#include "resources/ids.h"

/* The text of a number; NULL if there is none: the program fills that control itself. */
static WCHAR *text_of_number(UINT id)
{
    WCHAR *text = text_load(id, NULL, NULL);
    if (!*text) {
        free(text);
        return NULL;
    }
    return text;
}

static WCHAR *text_of_control(UINT dialog, int id)
{
    bool everywhere = id == IDOK || id == IDCANCEL;
    WCHAR *own = everywhere ? text_of_number((UINT)TEXT_OF_BUTTON((int)dialog, id)) : NULL;
    return own || id <= 0 ? own : text_of_number((UINT)id);
}

static void fill(HWND box, UINT dialog)
{
    CLEANUP(mem_free) WCHAR *title = text_of_number(dialog);
    if (title) {
        SetWindowTextW(box, title);
    }
    for (HWND c = GetWindow(box, GW_CHILD); c; c = GetWindow(c, GW_HWNDNEXT)) {
        CLEANUP(mem_free) WCHAR *text = text_of_control(dialog, GetDlgCtrlID(c));
        if (text) {
            SetWindowTextW(c, text);
        }
    }
}

struct opening {
    UINT dialog;
    DLGPROC proc;
    LPARAM param;
};

/* Until the dialog is filled, then it is its own. */
static INT_PTR CALLBACK opening_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    const struct opening *o = (const struct opening *)l;
    if (message != WM_INITDIALOG) {
        return FALSE;
    }
    fill(box, o->dialog);
    SetWindowLongPtrW(box, DWLP_DLGPROC, (LONG_PTR)o->proc);
    return o->proc(box, WM_INITDIALOG, w, o->param);
}

HWND dialog_open(UINT dialog, HWND owner, DLGPROC proc, LPARAM param)
{
    struct opening o = {dialog, proc, param};
    return CreateDialogParamW(
        GetModuleHandleW(NULL), MAKEINTRESOURCEW(dialog), owner, opening_proc, (LPARAM)&o);
}

static void fill_menu(HMENU menu)
{
    for (int i = 0; i < GetMenuItemCount(menu); i++) {
        MENUITEMINFOW item = {.cbSize = sizeof item, .fMask = MIIM_ID | MIIM_SUBMENU | MIIM_FTYPE};
        GetMenuItemInfoW(menu, (UINT)i, TRUE, &item);
        bool line = item.fType & MFT_SEPARATOR;
        CLEANUP(mem_free) WCHAR *text = line ? NULL : text_of_number(item.wID);
        if (text) {
            MENUITEMINFOW set = {.cbSize = sizeof set, .fMask = MIIM_STRING, .dwTypeData = text};
            SetMenuItemInfoW(menu, (UINT)i, TRUE, &set);
        }
        if (item.hSubMenu) {
            fill_menu(item.hSubMenu);
        }
    }
}

HMENU dialog_menu(UINT menu)
{
    HMENU bar = LoadMenuW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(menu));
    fill_menu(bar);
    return bar;
}
