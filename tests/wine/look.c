/* How the controls of a dialog look: do any overlap, is any too small for its text? */
#include "tests/wine/look.h"

#include <commctrl.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 8192

void look_at(struct look *look, HWND window)
{
    look->window = window;
    look->count = 0;
    for (HWND c = GetWindow(window, GW_CHILD); c && look->count < LOOK_MAX;
         c = GetWindow(c, GW_HWNDNEXT)) {
        if (GetWindowLongW(c, GWL_STYLE) & WS_VISIBLE) {
            look->children[look->count++] = c;
        }
    }
}

RECT look_place(const struct look *look, HWND child)
{
    RECT r;
    GetWindowRect(child, &r);
    MapWindowPoints(NULL, look->window, (POINT *)&r, 2);
    return r;
}

static void tell(struct look *look, HWND child, const char *text)
{
    char name[32];
    snprintf(name, sizeof name, "%d", GetDlgCtrlID(child));
    printf("%s: %s\n", look->name ? look->name(child) : name, text);
    look->faults++;
}

static const char *utf8(const WCHAR *text)
{
    static char out[TEXT_MAX * 3];
    WideCharToMultiByte(CP_UTF8, 0, text, -1, out, sizeof out, NULL, NULL);
    return out;
}

/* How much room the text needs within this width. */
static RECT needed(
    const struct look *look, HWND child, const WCHAR *text, LONG width, bool one_line)
{
    HDC dc = GetDC(child);
    HGDIOBJ font = look->font ? look->font : (HGDIOBJ)SendMessageW(child, WM_GETFONT, 0, 0);
    HGDIOBJ old = SelectObject(dc, font);
    RECT r = {0, 0, width, 0};
    DrawTextW(dc, text, -1, &r, DT_CALCRECT | (one_line ? DT_SINGLELINE : DT_WORDBREAK));
    SelectObject(dc, old);
    ReleaseDC(child, dc);
    return r;
}

static void compare(struct look *look, HWND child, const WCHAR *text, RECT room, SIZE has)
{
    char what[TEXT_MAX * 3 + 100];
    if (text[0] && (room.right > has.cx || room.bottom > has.cy)) {
        snprintf(what, sizeof what, "\"%s\" needs %ldx%ld and has %ldx%ld", utf8(text), room.right,
            room.bottom, has.cx, has.cy);
        tell(look, child, what);
    }
}

void look_text(struct look *look, HWND child, const WCHAR *text)
{
    WCHAR class_name[64];
    RECT r = look_place(look, child);
    SIZE has = {r.right - r.left, r.bottom - r.top};
    LONG style = GetWindowLongW(child, GWL_STYLE);
    GetClassNameW(child, class_name, 64);
    if (wcscmp(class_name, L"Button") == 0) {
        LONG type = style & BS_TYPEMASK;
        bool box = type == BS_AUTOCHECKBOX || type == BS_AUTORADIOBUTTON;
        has.cx -= box ? GetSystemMetrics(SM_CXMENUCHECK) + 4 : 2 * GetSystemMetrics(SM_CXEDGE);
        compare(look, child, text, needed(look, child, text, has.cx, true), has);
    } else if (_wcsicmp(class_name, L"ComboBox") == 0) {
        has.cx -= GetSystemMetrics(SM_CXVSCROLL) + 2 * GetSystemMetrics(SM_CXEDGE) + 4;
        compare(look, child, text, needed(look, child, text, has.cx, true), has);
    } else if (wcscmp(class_name, L"Static") == 0 && !(style & SS_ELLIPSISMASK)) {
        bool one_line = has.cy < 2 * needed(look, child, L"X", 1000, true).bottom;
        compare(look, child, text, needed(look, child, text, has.cx, one_line), has);
    }
}

static void check_place(struct look *look, int i)
{
    RECT r = look_place(look, look->children[i]), client, both;
    GetClientRect(look->window, &client);
    if (r.left < 0 || r.top < 0 || r.right > client.right || r.bottom > client.bottom) {
        tell(look, look->children[i], "is outside of its window");
    }
    for (int k = 0; k < i; k++) {
        RECT other = look_place(look, look->children[k]);
        if (IntersectRect(&both, &r, &other)) {
            char what[64];
            snprintf(what, sizeof what, "overlaps with %d", GetDlgCtrlID(look->children[k]));
            tell(look, look->children[i], what);
        }
    }
}

void look_all(struct look *look)
{
    for (int i = 0; i < look->count; i++) {
        WCHAR text[TEXT_MAX] = L"";
        check_place(look, i);
        SendMessageW(look->children[i], WM_GETTEXT, TEXT_MAX, (LPARAM)text);
        look_text(look, look->children[i], text);
    }
}
