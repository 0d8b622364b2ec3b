/* The links as a list: what is joined with what, when it was last synced, and what needs the user. */
#include "client/tray/list_view.h"
#include "client/tray/views.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <string.h>

enum column {
    COLUMN_LEFT,
    COLUMN_DIRECTION,
    COLUMN_RIGHT,
    COLUMN_LAST,
    COLUMN_NEXT,
    COLUMN_STATE,
    COLUMNS
};

static const int SHARES[COLUMNS] = {23, 10, 20, 11, 13, 23};

void link_list_prepare(HWND list)
{
    list_view_prepare(list, TEXT_COLUMN_FIRST, SHARES, COLUMNS);
}

void link_list_fit(HWND list)
{
    list_view_fit(list, SHARES, COLUMNS);
}

/* "Contacts (Outlook: Outlook Data File)": first what tells links apart. */
static WCHAR *text_of_side(const struct board_link *link, int side)
{
    const char *folder = link->folder[side], *slash = strrchr(folder, '/');
    CLEANUP(mem_free) char *above = mem_strndup(folder, slash ? (size_t)(slash - folder) : 0);
    CLEANUP(mem_free) WCHAR *first = win32_wide(slash ? slash + 1 : folder);
    CLEANUP(mem_free) WCHAR *account = win32_wide(link->account[side]);
    CLEANUP(mem_free) WCHAR *wide_above = win32_wide(above);
    CLEANUP(mem_free) WCHAR *where = text_load(TEXT_OF_ACCOUNT, account, wide_above);
    return text_load(TEXT_LINK_SIDE, first, slash ? where : account);
}

static WCHAR *text_of_direction(const struct board_link *link)
{
    UINT id = str_eq(link->direction, "two-way")         ? TEXT_BOTH_WAYS
              : str_eq(link->direction, "left-to-right") ? TEXT_TO_RIGHT
                                                         : TEXT_TO_LEFT;
    return text_load(id, NULL, NULL);
}

static void add_count(WCHAR **list, UINT id, int64_t count)
{
    if (count) {
        *list = text_list_add(*list, text_count(id, count));
    }
}

static WCHAR *text_of_progress(const struct tray_progress *p)
{
    if (!p->writing || !p->total) {
        return text_load(TEXT_COMPARING, NULL, NULL);
    }
    CLEANUP(mem_free) WCHAR *done = text_number((int64_t)p->done);
    CLEANUP(mem_free) WCHAR *total = text_number((int64_t)p->total);
    return text_load(TEXT_WRITING, done, total);
}

static WCHAR *text_of_state(const struct board_link *link)
{
    WCHAR *needs = NULL;
    add_count(&needs, TEXT_NEEDS_HELD, link->held);
    add_count(&needs, TEXT_NEEDS_DOUBT, link->doubtful);
    add_count(&needs, TEXT_NEEDS_CHOICE, link->conflicts);
    add_count(&needs, TEXT_NEEDS_FAILED, link->failed);
    if (needs) {
        return needs;
    }
    if (!link->enabled) {
        return text_load(TEXT_WAITS_FOR_YOU, NULL, NULL);
    }
    if (!link->rc) {
        return text_load(TEXT_NEVER_SYNCED, NULL, NULL);
    }
    if (!str_eq(link->rc, "ok")) {
        return text_error(rc_from_name(link->rc), link->text ? link->text : link->rc);
    }
    return text_count(TEXT_IN_STEP, link->pairs);
}

static void show_row(HWND list, size_t row, const struct board_link *link,
    const struct tray_progress *p, const struct link_times *times)
{
    list_view_cell(list, row, COLUMN_LEFT, text_of_side(link, 0));
    list_view_cell(list, row, COLUMN_DIRECTION, text_of_direction(link));
    list_view_cell(list, row, COLUMN_RIGHT, text_of_side(link, 1));
    list_view_cell(list, row, COLUMN_LAST, link->last ? text_time(link->last) : NULL);
    list_view_cell(list, row, COLUMN_NEXT, tip_next(times->schedule, times->facts, link->name));
    list_view_cell(list, row, COLUMN_STATE,
        p && str_eq(p->link, link->name) ? text_of_progress(p) : text_of_state(link));
}

/* Rows are changed where they are, so that what is chosen stays so and nothing flickers. */
void link_list_show(
    HWND list, const struct board *b, const struct tray_progress *p, const struct link_times *times)
{
    list_view_resize(list, board_link_count(b));
    for (size_t i = 0; i < board_link_count(b); i++) {
        show_row(list, i, board_link(b, i), p, times);
    }
}
