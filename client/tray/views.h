/* The two kinds of view in the main window: a tree of folders, and the list of links. They show a
 * board (client/app/board.h) and tell which row is chosen; what rows mean is the board's. */
#ifndef LOCKSTEP_TRAY_VIEWS_H
#define LOCKSTEP_TRAY_VIEWS_H

#include "client/app/board.h"
#include "client/tray/tray.h"

#include <windows.h>

/* ---- folder_tree.c ---- */
/* Shows one side; what was chosen stays chosen if it is still there. */
void folder_tree_show(HWND tree, const struct board *b, enum board_side side);
size_t folder_tree_chosen(HWND tree); /* BOARD_NONE: nothing */
/* Chooses the folder of this account and id, if it is there. */
void folder_tree_choose(
    HWND tree, const struct board *b, enum board_side side, const char *account, const char *id);
void folder_tree_choose_row(HWND tree, size_t row);

/* ---- folder_drag.c: a folder of one tree dragged onto one of the other ---- */
enum folder_drag_event {
    FOLDER_DRAG_NOTHING, /* the message has nothing to do with it */
    FOLDER_DRAG_MOVED,   /* it may be over another place */
    FOLDER_DRAG_DROPPED, /* there; it has ended */
    FOLDER_DRAG_ENDED,   /* without a drop */
};
struct folder_drag {
    HWND window, to;    /* whose messages; the tree dragged to, NULL: nothing is dragged */
    bool to_right;      /* that is the right one */
    size_t left, right; /* the rows it is about: what is dragged, and what the mouse is over, if
                           anything (BOARD_NONE) */
};
/* Begins; `window` gets the mouse. */
void folder_drag_begin(
    struct folder_drag *d, HWND window, HWND to, enum board_side side, size_t row);
/* For the procedure of `window`. Escape (as IDCANCEL), the other button or another program's window end
 * it. After FOLDER_DRAG_MOVED say whether it could be dropped there. */
enum folder_drag_event folder_drag_message(
    struct folder_drag *d, UINT message, WPARAM w, LPARAM lparam);
/* Shows it by the cursor, and returns what to say (of the string table); `busy`: not now. */
UINT folder_drag_show(const struct folder_drag *d, const struct board *b, bool busy);

/* ---- link_list.c ---- */
/* A list_view.h list with a row for each link. */
void link_list_prepare(HWND list); /* the columns */
void link_list_fit(HWND list);     /* the same to its new width */
/* When links are synced next. */
struct link_times {
    const struct schedule *schedule;
    const struct schedule_facts *facts;
};
/* `p` NULL: nothing is being synced. */
void link_list_show(HWND list, const struct board *b, const struct tray_progress *p,
    const struct link_times *times);

#endif
