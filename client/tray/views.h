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
