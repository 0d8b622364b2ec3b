/* The links as a list: what is joined with what, when it was last synced, and what needs the user. */
#include "client/tray/views.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>
#include <string.h>

enum column { COLUMN_LEFT, COLUMN_DIRECTION, COLUMN_RIGHT, COLUMN_LAST, COLUMN_STATE, COLUMNS };

void link_list_prepare(HWND list)
{
    static const int SHARES[COLUMNS] = {26, 11, 24, 13, 26}; /* percent of the width */
    RECT r;
    GetClientRect(list, &r);
    int width = r.right - GetSystemMetrics(SM_CXVSCROLL);
    SendMessageW(list, LVM_SETEXTENDEDLISTVIEWSTYLE, 0,
        LVS_EX_FULLROWSELECT | LVS_EX_INFOTIP | LVS_EX_LABELTIP | LVS_EX_DOUBLEBUFFER);
    for (int i = 0; i < COLUMNS; i++) {
        CLEANUP(mem_free) WCHAR *text = text_load((UINT)(TEXT_COLUMN_FIRST + i), NULL, NULL);
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_SUBITEM,
            .cx = width * SHARES[i] / 100,
            .pszText = text,
            .iSubItem = i};
        SendMessageW(list, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
}

static void set_cell(HWND list, size_t row, int column, WCHAR *text /* owned */)
{
    WCHAR nothing[] = L"";
    LVITEMW item = {
        .mask = LVIF_TEXT, .iItem = (int)row, .iSubItem = column, .pszText = text ? text : nothing};
    SendMessageW(list, LVM_SETITEMW, 0, (LPARAM)&item);
    free(text);
}

/* "Contacts (Outlook: Outlook Data File)": first what tells links apart. */
static WCHAR *text_of_side(const struct board_link *link, int side)
{
    const char *folder = link->folder[side], *slash = strrchr(folder, '/');
    CLEANUP(mem_free) char *above = mem_strndup(folder, slash ? (size_t)(slash - folder) : 0);
    CLEANUP(mem_free)
    char *where = str_printf("%s%s%s", link->account[side], slash ? ": " : "", above);
    CLEANUP(mem_free) WCHAR *first = win32_wide(slash ? slash + 1 : folder);
    CLEANUP(mem_free) WCHAR *second = win32_wide(where);
    return text_load(TEXT_LINK_SIDE, first, second);
}

static WCHAR *text_of_direction(const struct board_link *link)
{
    UINT id = str_eq(link->direction, "two-way")         ? TEXT_BOTH_WAYS
              : str_eq(link->direction, "left-to-right") ? TEXT_TO_RIGHT
                                                         : TEXT_TO_LEFT;
    return text_load(id, NULL, NULL);
}

static void add_count(WCHAR **list, UINT id, int64_t count)
{
    if (count) {
        CLEANUP(mem_free) WCHAR *number = text_number(count);
        *list = text_list_add(*list, text_load(id, number, NULL));
    }
}

static WCHAR *text_of_progress(const struct tray_progress *p)
{
    if (!p->writing || !p->total) {
        return text_load(TEXT_COMPARING, NULL, NULL);
    }
    CLEANUP(mem_free) WCHAR *done = text_number((int64_t)p->done);
    CLEANUP(mem_free) WCHAR *total = text_number((int64_t)p->total);
    return text_load(TEXT_WRITING, done, total);
}

static WCHAR *text_of_state(const struct board_link *link)
{
    WCHAR *needs = NULL;
    add_count(&needs, TEXT_NEEDS_HELD, link->held);
    add_count(&needs, TEXT_NEEDS_DOUBT, link->doubtful);
    add_count(&needs, TEXT_NEEDS_CHOICE, link->conflicts);
    add_count(&needs, TEXT_NEEDS_FAILED, link->failed);
    if (needs) {
        return needs;
    }
    if (!link->rc) {
        return text_load(TEXT_NEVER_SYNCED, NULL, NULL);
    }
    if (!str_eq(link->rc, "ok")) {
        return win32_wide(link->text ? link->text : link->rc);
    }
    CLEANUP(mem_free) WCHAR *pairs = text_number(link->pairs);
    return text_load(TEXT_IN_STEP, pairs, NULL);
}

static void show_row(
    HWND list, size_t row, const struct board_link *link, const struct tray_progress *p)
{
    set_cell(list, row, COLUMN_LEFT, text_of_side(link, 0));
    set_cell(list, row, COLUMN_DIRECTION, text_of_direction(link));
    set_cell(list, row, COLUMN_RIGHT, text_of_side(link, 1));
    set_cell(list, row, COLUMN_LAST, link->last ? text_time(link->last) : NULL);
    set_cell(list, row, COLUMN_STATE,
        p && str_eq(p->link, link->name) ? text_of_progress(p) : text_of_state(link));
}

/* Rows are changed where they are, so that what is chosen stays so and nothing flickers. */
void link_list_show(HWND list, const struct board *b, const struct tray_progress *p)
{
    size_t count = board_link_count(b), shown = (size_t)ListView_GetItemCount(list);
    for (; shown > count; shown--) {
        ListView_DeleteItem(list, (int)shown - 1);
    }
    for (; shown < count; shown++) {
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)shown, .pszText = (WCHAR[]){L""}};
        SendMessageW(list, LVM_INSERTITEMW, 0, (LPARAM)&item);
    }
    for (size_t i = 0; i < count; i++) {
        show_row(list, i, board_link(b, i), p);
    }
}

size_t link_list_chosen(HWND list)
{
    int row = ListView_GetNextItem(list, -1, LVNI_SELECTED);
    return row < 0 ? BOARD_NONE : (size_t)row;
}
