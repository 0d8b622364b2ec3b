/* The mouse while a folder is dragged: what it is over, the cursor, and how it ends. What may be dropped
 * where is the board's. */
#include "client/tray/views.h"

#include "resources/ids.h"

#include <commctrl.h>
#include <windowsx.h>

void folder_drag_begin(
    struct folder_drag *d, HWND window, HWND to, enum board_side side, size_t row)
{
    *d = (struct folder_drag){.window = window,
        .to = to,
        .to_right = side == BOARD_LEFT,
        .left = BOARD_NONE,
        .right = BOARD_NONE};
    *(d->to_right ? &d->left : &d->right) = row;
    SetCapture(window);
}

static void mark(const struct folder_drag *d, HTREEITEM item)
{
    SendMessageW(d->to, TVM_SELECTITEM, TVGN_DROPHILITE, (LPARAM)item);
}

/* The row under a point of the window. Near an end of the tree it is scrolled, so that each can be
 * reached. */
static size_t row_at(const struct folder_drag *d, POINT p)
{
    RECT r;
    MapWindowPoints(d->window, d->to, &p, 1);
    GetClientRect(d->to, &r);
    LONG edge = (LONG)SendMessageW(d->to, TVM_GETITEMHEIGHT, 0, 0);
    if (!PtInRect(&r, p)) {
        mark(d, NULL);
        return BOARD_NONE;
    }
    if (p.y < edge / 2 || p.y > r.bottom - edge / 2) {
        SendMessageW(d->to, WM_VSCROLL, p.y < edge / 2 ? SB_LINEUP : SB_LINEDOWN, 0);
    }
    TVHITTESTINFO hit = {.pt = p};
    SendMessageW(d->to, TVM_HITTEST, 0, (LPARAM)&hit);
    mark(d, hit.hItem);
    TVITEMW item = {.mask = TVIF_PARAM, .hItem = hit.hItem};
    return hit.hItem && SendMessageW(d->to, TVM_GETITEMW, 0, (LPARAM)&item) ? (size_t)item.lParam
                                                                            : BOARD_NONE;
}

static enum folder_drag_event end(struct folder_drag *d, enum folder_drag_event how)
{
    mark(d, NULL);
    d->to = NULL; /* before the mouse is given back, which sends WM_CAPTURECHANGED */
    if (GetCapture() == d->window) {
        ReleaseCapture();
    }
    return how;
}

enum folder_drag_event folder_drag_message(
    struct folder_drag *d, UINT message, WPARAM w, LPARAM lparam)
{
    POINT p = {GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam)};
    if (!d->to) {
        return FOLDER_DRAG_NOTHING;
    }
    size_t *over = d->to_right ? &d->right : &d->left;
    switch (message) {
    case WM_MOUSEMOVE:
        *over = row_at(d, p);
        return FOLDER_DRAG_MOVED;
    case WM_LBUTTONUP:
        *over = row_at(d, p);
        return end(d, *over == BOARD_NONE ? FOLDER_DRAG_ENDED : FOLDER_DRAG_DROPPED);
    case WM_COMMAND: /* Escape, or a key of a button: nothing else happens meanwhile */
    case WM_RBUTTONDOWN:
    case WM_CAPTURECHANGED:
        (void)w;
        return end(d, FOLDER_DRAG_ENDED);
    }
    return FOLDER_DRAG_NOTHING;
}

UINT folder_drag_show(const struct folder_drag *d, const struct board *b, bool busy)
{
    static const UINT TEXTS[] = {[BOARD_CHOOSE] = TEXT_DRAG_WHERE,
        [BOARD_CAN_LINK] = TEXT_WHY_LINK,
        [BOARD_CAN_UNLINK] = TEXT_DRAG_LINKED,
        [BOARD_OTHER_KIND] = TEXT_WHY_OTHER_KIND,
        [BOARD_READ_ONLY] = TEXT_WHY_READ_ONLY};
    enum board_action action = board_offer(b, d->left, d->right).action;
    bool possible = action == BOARD_CAN_LINK && !busy;
    SetCursor(LoadCursorW(NULL, (LPCWSTR)(possible ? IDC_HAND : IDC_NO)));
    return busy ? TEXT_DRAG_BUSY : TEXTS[action];
}
