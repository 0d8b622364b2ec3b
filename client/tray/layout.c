/* Where controls go when their window becomes larger. */
#include "client/tray/layout.h"

#include "client/base/mem.h"

struct layout {
    HWND window;
    const struct layout_rule *rules;
    size_t count;
    RECT *places;       /* owned; of each rule's control, at the smallest size */
    SIZE client, whole; /* the smallest */
};

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
        .whole = {whole.right - whole.left, whole.bottom - whole.top}};
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

void layout_apply(struct layout *l)
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

POINT layout_smallest(const struct layout *l)
{
    return (POINT){l->whole.cx, l->whole.cy};
}

void layout_rescale(struct layout *l, int old_dpi, int new_dpi)
{
    for (size_t i = 0; i < l->count; i++) {
        RECT *p = &l->places[i];
        *p = (RECT){MulDiv(p->left, new_dpi, old_dpi), MulDiv(p->top, new_dpi, old_dpi),
            MulDiv(p->right, new_dpi, old_dpi), MulDiv(p->bottom, new_dpi, old_dpi)};
    }
    l->client =
        (SIZE){MulDiv(l->client.cx, new_dpi, old_dpi), MulDiv(l->client.cy, new_dpi, old_dpi)};
    l->whole = (SIZE){MulDiv(l->whole.cx, new_dpi, old_dpi), MulDiv(l->whole.cy, new_dpi, old_dpi)};
}
