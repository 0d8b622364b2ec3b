/* What our lists have in common: columns by shares of the width, cells by their text. */
#ifndef LOCKSTEP_TRAY_LIST_VIEW_H
#define LOCKSTEP_TRAY_LIST_VIEW_H

#include <stddef.h>
#include <stdint.h>
#include <windows.h>

#define LIST_VIEW_NONE SIZE_MAX

/* Headings are the texts from `first` on; shares are in percent of the width. */
void list_view_prepare(HWND list, UINT first, const int *shares, int count);
/* The same shares of the width it has now, for WM_SIZE. */
void list_view_fit(HWND list, const int *shares, int count);
void list_view_heading(HWND list, int column, const WCHAR *text);
/* Makes as many rows as that. Those that stay keep what they show, and stay chosen. */
void list_view_resize(HWND list, size_t rows);
void list_view_cell(HWND list, size_t row, int column, WCHAR *text /* owned; NULL: nothing */);
void list_view_utf8(
    HWND list, size_t row, int column, const char *text); /* the same; NULL: nothing */
size_t list_view_count(HWND list);
size_t list_view_chosen(HWND list); /* LIST_VIEW_NONE: nothing */
void list_view_choose(HWND list, size_t row);
/* Between the two nothing is drawn: for many rows at once. */
void list_view_begin(HWND list);
void list_view_end(HWND list);

#endif
