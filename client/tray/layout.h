/* Controls of a window that can be made larger: each says by rule which part of the growth it takes.
 * The template of the dialog is the smallest size. */
#ifndef LOCKSTEP_TRAY_LAYOUT_H
#define LOCKSTEP_TRAY_LAYOUT_H

#include <stdbool.h>
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
/* For the window's procedure: keeps the window from becoming smaller than it was (WM_GETMINMAXINFO),
 * and follows it to a monitor with other dots per inch, where Windows changes fonts and sizes by
 * itself (WM_DPICHANGED; per-monitor awareness, version 2). True if its size is another now
 * (WM_SIZE) and everything has been moved: lists are to be fitted. `l` NULL: nothing. */
bool layout_message(struct layout *l, UINT message, WPARAM w, LPARAM lparam);

#endif
