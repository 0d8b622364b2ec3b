/* How the controls of a dialog look: do any overlap, is any too small for its text? For ui.c, which
 * looks at windows of the running program, and texts.c, which looks at all dialogs in all languages. */
#ifndef LOCKSTEP_TESTS_WINE_LOOK_H
#define LOCKSTEP_TESTS_WINE_LOOK_H

#include <stdbool.h>
#include <windows.h>

#define LOOK_MAX 64

struct look {
    HWND window, children[LOOK_MAX]; /* those that are shown */
    int count;
    int faults;                      /* told so far, a line each */
    const char *(*name)(HWND child); /* NULL: by number */
    HFONT
        font; /* to measure with; NULL: the controls' own, which only the process that made them can use */
};

void look_at(struct look *look, HWND window);
RECT look_place(const struct look *look, HWND child); /* in its window */
/* Does this text fit into the control? Buttons, labels and lists to choose from. */
void look_text(struct look *look, HWND child, const WCHAR *text);
/* All controls: their places, and the texts they have now. */
void look_all(struct look *look);

#endif
