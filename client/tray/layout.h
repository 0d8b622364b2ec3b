/* Controls of a window that can be made larger: each says by rule which part of the growth it takes.
 * The template of the dialog is the smallest size. */
#ifndef LOCKSTEP_TRAY_LAYOUT_H
#define LOCKSTEP_TRAY_LAYOUT_H

#include <stddef.h>
#include <windows.h>

struct layout_rule {
    int control;
    int x, y;          /* it moves by so many percent of the growth */
    int width, height; /* and grows by so many */
};
struct layout;
/* Remembers where everything is now. `rules` must live as long. */
struct layout *layout_new(HWND window, const struct layout_rule *rules, size_t count);
void layout_free(struct layout *l);
void layout_apply(struct layout *l); /* after WM_SIZE */
/* The smallest size of the window, for WM_GETMINMAXINFO. */
POINT layout_smallest(const struct layout *l);
/* The window has come to a monitor with other dots per inch, and Windows has changed fonts and
 * sizes with it (per-monitor awareness, version 2). */
void layout_rescale(struct layout *l, int old_dpi, int new_dpi);

#endif
