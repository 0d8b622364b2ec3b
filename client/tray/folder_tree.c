/* The folders of one side as a tree: accounts, and below each its folders. */
#include "client/tray/views.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>

/* "Contacts (40, linked)": in words, as a screen reader says them, nothing by colour alone. */
static WCHAR *text_of_folder(const struct board_row *row)
{
    CLEANUP(mem_free) WCHAR *name = win32_wide(row->name);
    WCHAR *notes = NULL;
    if (row->count >= 0) {
        notes = text_number(row->count);
    }
    if (row->owner) {
        CLEANUP(mem_free) WCHAR *owner = win32_wide(row->owner);
        notes = text_list_add(notes, text_load(TEXT_FOLDER_OF, owner, NULL));
    }
    if (!row->writable) {
        notes = text_list_add(notes, text_load(TEXT_FOLDER_READ_ONLY, NULL, NULL));
    }
    if (row->link) {
        notes = text_list_add(notes, text_load(TEXT_FOLDER_LINKED, NULL, NULL));
    }
    WCHAR *text = text_load(notes ? TEXT_FOLDER_NOTES : TEXT_FOLDER, name, notes);
    free(notes);
    return text;
}

static WCHAR *text_of_row(const struct board_row *row)
{
    if (row->id) {
        return text_of_folder(row);
    }
    CLEANUP(mem_free) WCHAR *name = win32_wide(row->name);
    CLEANUP(mem_free) WCHAR *why = win32_wide(row->error);
    return text_load(why ? TEXT_OF_ACCOUNT : TEXT_FOLDER, name, why);
}

static HTREEITEM add(HWND tree, HTREEITEM parent, const struct board_row *row, size_t number)
{
    CLEANUP(mem_free) WCHAR *text = text_of_row(row);
    UINT state = TVIS_EXPANDED | (row->link ? TVIS_BOLD : 0);
    TVINSERTSTRUCTW item = {.hParent = parent,
        .hInsertAfter = TVI_LAST,
        .item = {.mask = TVIF_TEXT | TVIF_PARAM | TVIF_STATE,
            .pszText = text,
            .lParam = (LPARAM)number,
            .state = state,
            .stateMask = TVIS_EXPANDED | TVIS_BOLD}};
    return (HTREEITEM)SendMessageW(tree, TVM_INSERTITEMW, 0, (LPARAM)&item);
}

/* What is chosen, in words that outlive the board. */
struct chosen {
    char *account, *id;
};

static HTREEITEM item_of(HWND tree, size_t number)
{
    HTREEITEM account = TreeView_GetRoot(tree);
    HTREEITEM stack[16] = {account};
    for (size_t depth = 0; stack[0];) { /* depth first; the board is no deeper than Outlook */
        TVITEMW item = {.mask = TVIF_PARAM, .hItem = stack[depth]};
        SendMessageW(tree, TVM_GETITEMW, 0, (LPARAM)&item);
        if ((size_t)item.lParam == number) {
            return stack[depth];
        }
        HTREEITEM child = TreeView_GetChild(tree, stack[depth]);
        if (child && depth + 1 < ARRAY_LEN(stack)) {
            stack[++depth] = child;
            continue;
        }
        while (!(stack[depth] = TreeView_GetNextSibling(tree, stack[depth])) && depth) {
            depth--;
        }
    }
    return NULL;
}

void folder_tree_choose(
    HWND tree, const struct board *b, enum board_side side, const char *account, const char *id)
{
    for (size_t i = 0; i < board_count(b, side); i++) {
        const struct board_row *row = board_row(b, side, i);
        if (str_eq(row->account, account) && str_eq(row->id, id)) {
            TreeView_SelectItem(tree, item_of(tree, i));
        }
    }
}

void folder_tree_choose_row(HWND tree, size_t row)
{
    TreeView_SelectItem(tree, item_of(tree, row));
}

size_t folder_tree_chosen(HWND tree)
{
    TVITEMW item = {.mask = TVIF_PARAM, .hItem = TreeView_GetSelection(tree)};
    return item.hItem && SendMessageW(tree, TVM_GETITEMW, 0, (LPARAM)&item) ? (size_t)item.lParam
                                                                            : BOARD_NONE;
}

void folder_tree_show(HWND tree, const struct board *b, enum board_side side)
{
    size_t count = board_count(b, side);
    CLEANUP(mem_free) HTREEITEM *items = mem_alloc((count + 1) * sizeof *items);
    SendMessageW(tree, WM_SETREDRAW, FALSE, 0);
    TreeView_DeleteAllItems(tree);
    for (size_t i = 0; i < count; i++) {
        const struct board_row *row = board_row(b, side, i);
        items[i] = add(tree, row->parent == BOARD_NONE ? TVI_ROOT : items[row->parent], row, i);
    }
    for (size_t i = 0; i < count; i++) { /* an item without children cannot be open */
        TreeView_Expand(tree, items[i], TVE_EXPAND);
    }
    SendMessageW(tree, WM_SETREDRAW, TRUE, 0);
    InvalidateRect(tree, NULL, TRUE);
}
