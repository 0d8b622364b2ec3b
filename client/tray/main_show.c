/* What the main window shows: folders, links, which buttons can be pressed, how far a pass is. */
#include "client/tray/list_view.h"
#include "client/tray/main_window.h"

#include "client/base/buf.h"
#include "resources/ids.h"

#include <commctrl.h>

HWND main_control(const struct main_window *m, int id)
{
    return GetDlgItem(m->box, id);
}

void main_set_text(const struct main_window *m, int id, WCHAR *text /* owned */)
{
    WCHAR now[512];
    GetDlgItemTextW(m->box, id, now, ARRAY_LEN(now));
    if (wcscmp(now, text) != 0) { /* else it would flicker */
        SetDlgItemTextW(m->box, id, text);
    }
    free(text);
}

static const UINT WHY[] = {[BOARD_CHOOSE] = TEXT_WHY_CHOOSE,
    [BOARD_CAN_LINK] = TEXT_WHY_LINK,
    [BOARD_CAN_UNLINK] = TEXT_WHY_UNLINK,
    [BOARD_OTHER_KIND] = TEXT_WHY_OTHER_KIND,
    [BOARD_READ_ONLY] = TEXT_WHY_READ_ONLY};

struct board_offer main_offer(const struct main_window *m)
{
    return board_offer(m->board, folder_tree_chosen(main_control(m, MAIN_LEFT)),
        folder_tree_chosen(main_control(m, MAIN_RIGHT)));
}

struct board_proposal main_proposal(const struct main_window *m, int side)
{
    return board_propose(m->board, side ? BOARD_RIGHT : BOARD_LEFT,
        folder_tree_chosen(main_control(m, MAIN_LEFT)),
        folder_tree_chosen(main_control(m, MAIN_RIGHT)));
}

const struct board_link *main_chosen_link(const struct main_window *m)
{
    return board_link(m->board, list_view_chosen(main_control(m, MAIN_LINKS)));
}

/* "Needs you (3)". */
static void show_needs(const struct main_window *m)
{
    int64_t count = 0;
    for (size_t i = 0; i < board_link_count(m->board); i++) {
        const struct board_link *link = board_link(m->board, i);
        count += link->failed + link->held + link->doubtful + link->conflicts;
    }
    main_set_text(
        m, MAIN_ATTENTION, text_count(count ? TEXT_NEEDS_YOU : TEXT_NEEDS_NOTHING, count));
}

void main_show_buttons(const struct main_window *m)
{
    struct board_offer offer = main_offer(m);
    bool unlink = offer.action == BOARD_CAN_UNLINK, ready = !m->running && !m->jobs;
    struct board_match first;
    main_set_text(m, MAIN_LINK, text_load(unlink ? TEXT_UNLINK : TEXT_LINK, NULL, NULL));
    main_set_text(m, MAIN_WHY, text_load(WHY[offer.action], NULL, NULL));
    EnableWindow(main_control(m, MAIN_LINK), ready && (unlink || offer.action == BOARD_CAN_LINK));
    for (int s = 0; s < 2; s++) {
        EnableWindow(main_control(m, s ? MAIN_NEW_RIGHT : MAIN_NEW_LEFT),
            ready && main_proposal(m, s).account);
    }
    EnableWindow(main_control(m, MAIN_MATCH), ready && board_matches(m->board, &first, 1) > 0);
    EnableWindow(main_control(m, MAIN_PREVIEW), ready && board_link_count(m->board) > 0);
    EnableWindow(main_control(m, MAIN_PROPERTIES), ready && main_chosen_link(m) != NULL);
    EnableWindow(main_control(m, MAIN_HISTORY), ready && board_link_count(m->board) > 0);
    EnableWindow(main_control(m, MAIN_ATTENTION), ready && board_link_count(m->board) > 0);
    show_needs(m);
    EnableWindow(main_control(m, MAIN_SYNC), m->running || board_link_count(m->board) > 0);
    main_set_text(m, MAIN_SYNC, text_load(m->running ? TEXT_STOP : TEXT_SYNC, NULL, NULL));
}

void main_show_progress(const struct main_window *m)
{
    HWND bar = main_control(m, MAIN_PROGRESS);
    const struct tray_progress *p = m->progress.link ? &m->progress : NULL;
    bool known = p && p->writing && p->total;
    SendMessageW(bar, PBM_SETRANGE32, 0, (LPARAM)(known ? p->total : 1));
    SendMessageW(bar, PBM_SETPOS, known ? p->done : 0, 0);
    ShowWindow(bar, m->running ? SW_SHOWNA : SW_HIDE);
    const struct link_times times = {m->schedule, &m->facts};
    link_list_show(main_control(m, MAIN_LINKS), m->board, p, &times);
}

static void show_tree(struct main_window *m, int id, enum board_side side, const struct board *old)
{
    HWND tree = main_control(m, id);
    size_t chosen = folder_tree_chosen(tree);
    const struct board_row *row = board_row(old, side, chosen);
    CLEANUP(mem_free) char *account = mem_strdup(row ? row->account : NULL);
    CLEANUP(mem_free) char *folder = mem_strdup(row ? row->id : NULL);
    folder_tree_show(tree, m->board, side);
    if (account) {
        folder_tree_choose(tree, m->board, side, account, folder);
    }
}

void main_show_all(struct main_window *m)
{
    struct board *old = m->board;
    if (m->drag.to) { /* its rows are those of the old one */
        ReleaseCapture();
    }
    m->board = board_new(json_dup(m->accounts), json_dup(m->folders), json_dup(m->status));
    show_tree(m, MAIN_LEFT, BOARD_LEFT, old);
    show_tree(m, MAIN_RIGHT, BOARD_RIGHT, old);
    board_free(old);
    main_show_progress(m);
    main_show_buttons(m);
}
