/* Lists: columns, rows, cells. */
#include "client/tray/list_view.h"

#include "client/platform/win32/text.h"
#include "client/tray/tray.h"

#include <commctrl.h>

void list_view_prepare(HWND list, UINT first, const int *shares, int count)
{
    SendMessageW(list, LVM_SETEXTENDEDLISTVIEWSTYLE, 0,
        LVS_EX_FULLROWSELECT | LVS_EX_LABELTIP | LVS_EX_DOUBLEBUFFER);
    for (int i = 0; i < count; i++) {
        CLEANUP(mem_free) WCHAR *text = text_load(first + (UINT)i, NULL, NULL);
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_SUBITEM, .pszText = text, .iSubItem = i};
        SendMessageW(list, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
    list_view_fit(list, shares, count);
}

void list_view_fit(HWND list, const int *shares, int count)
{
    RECT r;
    GetWindowRect(list, &r);
    int width = r.right - r.left - GetSystemMetrics(SM_CXVSCROLL) - 4;
    for (int i = 0; i < count; i++) {
        SendMessageW(list, LVM_SETCOLUMNWIDTH, (WPARAM)i, MAKELPARAM(width * shares[i] / 100, 0));
    }
}

void list_view_heading(HWND list, int column, const WCHAR *text)
{
    LVCOLUMNW c = {.mask = LVCF_TEXT, .pszText = (WCHAR *)(UINT_PTR)text};
    SendMessageW(list, LVM_SETCOLUMNW, (WPARAM)column, (LPARAM)&c);
}

size_t list_view_count(HWND list)
{
    return (size_t)ListView_GetItemCount(list);
}

void list_view_resize(HWND list, size_t rows)
{
    WCHAR nothing[] = L"";
    size_t now = list_view_count(list);
    for (; now > rows; now--) {
        ListView_DeleteItem(list, (int)now - 1);
    }
    for (; now < rows; now++) {
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)now, .pszText = nothing};
        SendMessageW(list, LVM_INSERTITEMW, 0, (LPARAM)&item);
    }
}

void list_view_cell(HWND list, size_t row, int column, WCHAR *text)
{
    WCHAR nothing[] = L"";
    LVITEMW item = {
        .mask = LVIF_TEXT, .iItem = (int)row, .iSubItem = column, .pszText = text ? text : nothing};
    SendMessageW(list, LVM_SETITEMW, 0, (LPARAM)&item);
    free(text);
}

void list_view_utf8(HWND list, size_t row, int column, const char *text)
{
    list_view_cell(list, row, column, win32_wide(text));
}

size_t list_view_chosen(HWND list)
{
    int row = ListView_GetNextItem(list, -1, LVNI_SELECTED);
    return row < 0 ? LIST_VIEW_NONE : (size_t)row;
}

void list_view_choose(HWND list, size_t row)
{
    ListView_SetItemState(
        list, (int)row, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

void list_view_begin(HWND list)
{
    SendMessageW(list, WM_SETREDRAW, FALSE, 0);
}

void list_view_end(HWND list)
{
    SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    InvalidateRect(list, NULL, TRUE);
}
