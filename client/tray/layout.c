/* Where controls go when their window becomes larger. */
#include "client/tray/layout.h"

#include "client/base/mem.h"

struct layout {
    HWND window;
    const struct layout_rule *rules;
    size_t count;
    RECT *places;       /* owned; of each rule's control, at the smallest size */
    SIZE client, whole; /* the smallest */
    int dpi;            /* that all of these are for */
};

static int dpi_of(HWND window)
{
    HDC dc = GetDC(window);
    int dpi = GetDeviceCaps(dc, LOGPIXELSX);
    ReleaseDC(window, dc);
    return dpi;
}

struct layout *layout_new(HWND window, const struct layout_rule *rules, size_t count)
{
    struct layout *l = NEW(struct layout);
    RECT client, whole;
    GetClientRect(window, &client);
    GetWindowRect(window, &whole);
    *l = (struct layout){.window = window,
        .rules = rules,
        .count = count,
        .places = mem_alloc(count * sizeof(RECT)),
        .client = {client.right, client.bottom},
        .whole = {whole.right - whole.left, whole.bottom - whole.top},
        .dpi = dpi_of(window)};
    for (size_t i = 0; i < count; i++) {
        GetWindowRect(GetDlgItem(window, rules[i].control), &l->places[i]);
        MapWindowPoints(NULL, window, (POINT *)&l->places[i], 2);
    }
    return l;
}

void layout_free(struct layout *l)
{
    if (l) {
        free(l->places);
        free(l);
    }
}

static void apply(struct layout *l)
{
    RECT now;
    GetClientRect(l->window, &now);
    int wider = now.right - l->client.cx, higher = now.bottom - l->client.cy;
    HDWP moves = BeginDeferWindowPos((int)l->count);
    for (size_t i = 0; i < l->count && moves; i++) {
        const struct layout_rule *rule = &l->rules[i];
        const RECT *p = &l->places[i];
        moves = DeferWindowPos(moves, GetDlgItem(l->window, rule->control), NULL,
            p->left + wider * rule->x / 100, p->top + higher * rule->y / 100,
            p->right - p->left + wider * rule->width / 100,
            p->bottom - p->top + higher * rule->height / 100,
            SWP_NOZORDER | SWP_NOACTIVATE | SWP_NOCOPYBITS);
    }
    if (moves) {
        EndDeferWindowPos(moves);
    }
    RedrawWindow(l->window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

static void rescale(struct layout *l, int new_dpi)
{
    int old_dpi = l->dpi;
    for (size_t i = 0; i < l->count; i++) {
        RECT *p = &l->places[i];
        *p = (RECT){MulDiv(p->left, new_dpi, old_dpi), MulDiv(p->top, new_dpi, old_dpi),
            MulDiv(p->right, new_dpi, old_dpi), MulDiv(p->bottom, new_dpi, old_dpi)};
    }
    l->client =
        (SIZE){MulDiv(l->client.cx, new_dpi, old_dpi), MulDiv(l->client.cy, new_dpi, old_dpi)};
    l->whole = (SIZE){MulDiv(l->whole.cx, new_dpi, old_dpi), MulDiv(l->whole.cy, new_dpi, old_dpi)};
    l->dpi = new_dpi;
}

bool layout_message(struct layout *l, UINT message, WPARAM w, LPARAM lparam)
{
    if (!l) {
        return false;
    }
    switch (message) {
    case WM_SIZE:
        apply(l);
        return true;
    case WM_GETMINMAXINFO:
        ((MINMAXINFO *)lparam)->ptMinTrackSize = (POINT){l->whole.cx, l->whole.cy};
        break;
    case WM_DPICHANGED:
        rescale(l, LOWORD(w));
        break;
    }
    return false;
}
