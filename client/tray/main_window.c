/* The main window: Outlook's folders on the left, the servers' on the right, between them a button
 * that reads "Link" or "Unlink" by what is chosen, and below the links. It decides nothing: what is
 * offered is client/app/board.h's, what takes time is a job of the worker. What is shown: main_show.c. */
#include "client/tray/layout.h"
#include "client/tray/list_view.h"
#include "client/tray/main_window.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>
#include <windowsx.h>

static struct main_window *window_of(HWND box)
{
    return box && IsWindow(box) ? (struct main_window *)GetWindowLongPtrW(box, DWLP_USER) : NULL;
}

/* ---- jobs ---- */

static struct main_window *ended(struct job *job)
{
    struct main_window *m = window_of(job->window);
    m->jobs--;
    return m;
}

static void do_job(struct main_window *m, enum rc (*work)(struct app *, struct job *, struct err *),
    void (*done)(struct job *), struct json *arg)
{
    m->jobs++;
    worker_do(m->worker, job_new(m->box, work, done, arg));
    main_show_buttons(m);
}

static void take(struct json **member, struct json *ret, const char *key)
{
    struct json *v = json_detach(ret, key);
    if (v) {
        json_free(*member);
        *member = v;
    }
}

static void loaded(struct job *job)
{
    struct main_window *m = ended(job);
    if (job->rc != RC_OK) {
        CLEANUP(mem_free) WCHAR *why = text_error(job->rc, job->error);
        main_set_text(m, MAIN_STATUS, text_load(TEXT_CANNOT_LOAD, why, NULL));
        main_show_buttons(m);
        return;
    }
    take(&m->accounts, job->ret, "accounts");
    take(&m->folders, job->ret, "folders");
    take(&m->status, job->ret, "status");
    if (json_get_bool(job->arg, "folders", false)) {
        str_replace(&m->outlook, json_get_str(job->ret, "outlook"));
        CLEANUP(mem_free) WCHAR *why = win32_wide(m->outlook);
        main_set_text(m, MAIN_OUTLOOK, text_load(why ? TEXT_NO_OUTLOOK : TEXT_NOTHING, why, NULL));
    }
    main_show_all(m);
}

void main_window_reload(HWND main, bool folders)
{
    struct main_window *m = window_of(main);
    if (!m) {
        return;
    }
    struct json *arg = json_object();
    json_set_bool(arg, "folders", folders);
    if (folders) {
        main_set_text(m, MAIN_OUTLOOK, text_load(TEXT_LOOKING, NULL, NULL));
    }
    do_job(m, job_load, loaded, arg);
}

static void failed(const struct main_window *m, const struct job *job)
{
    text_tell_error(m->box, job->rc, job->error);
}

static void open_preview(const struct main_window *m, struct json *links /* owned */)
{
    struct json *what = json_object();
    json_set(what, "links", links);
    preview_box_open(m->box, m->box, m->tray, m->worker, what);
}

void main_window_preview(HWND main, struct json *links)
{
    open_preview(window_of(main), links);
}

static void linked(struct job *job)
{
    struct main_window *m = ended(job);
    const struct json *why = json_first(json_get(job->ret, "failed"));
    const struct json *links = json_get(job->ret, "links");
    main_window_reload(m->box, false);
    if (job->rc != RC_OK || why) {
        text_ask(
            m->box, MB_ICONWARNING | MB_OK, TEXT_FAILED, why ? json_str_value(why) : job->error);
    }
    if (json_count(links)) { /* a first sync always has a preview to look at */
        open_preview(m, json_dup(links));
    }
}

static void account_removed(struct job *job)
{
    struct main_window *m = ended(job);
    if (job->rc != RC_OK) {
        failed(m, job);
    }
    main_window_reload(m->box, true);
}

void main_window_folder_made(HWND main, const struct json *folder)
{
    struct main_window *m = window_of(main);
    struct json *list = m ? json_get(m->folders, "folders") : NULL;
    if (!list) {
        return;
    }
    json_append(list, json_dup(folder));
    main_show_all(m);
    for (int s = 0; s < 2; s++) {
        folder_tree_choose(main_control(m, s ? MAIN_RIGHT : MAIN_LEFT), m->board,
            s ? BOARD_RIGHT : BOARD_LEFT, json_get_str(folder, "account"),
            json_get_str(folder, "id"));
    }
    main_show_buttons(m);
}

/* ---- commands ---- */

static void add_link(
    struct json *links, const struct board_row *l, const struct board_row *r, enum item_kind kind)
{
    CLEANUP(mem_free) char *left = str_printf("%s:%s", l->account, l->id);
    CLEANUP(mem_free) char *right = str_printf("%s:%s", r->account, r->id);
    struct json *v = json_object();
    json_set_str(v, "left", left);
    json_set_str(v, "right", right);
    json_set_str(v, "kind", item_kind_name(kind));
    json_append(links, v);
}

static void do_link(struct main_window *m, struct json *links /* owned */)
{
    struct json *arg = json_object();
    json_set(arg, "links", links);
    do_job(m, job_link, linked, arg);
}

/* Where two folders can hold several kinds of items, the user says which is meant. -1: none. */
static int ask_kind(const struct main_window *m, unsigned kinds)
{
    HMENU menu = CreatePopupMenu();
    int only = -1, count = 0;
    for (int k = 0; k < ITEM_KINDS; k++) {
        if (kinds & (1u << k)) {
            CLEANUP(mem_free) WCHAR *text = text_load((UINT)(TEXT_KIND_FIRST + k), NULL, NULL);
            AppendMenuW(menu, MF_STRING, (UINT_PTR)(k + 1), text);
            only = k;
            count++;
        }
    }
    if (count > 1) {
        RECT r;
        GetWindowRect(main_control(m, MAIN_LINK), &r);
        only = (int)TrackPopupMenu(menu, TPM_RETURNCMD, r.left, r.bottom, 0, m->box, NULL) - 1;
    }
    DestroyMenu(menu);
    return only;
}

static void command_link(struct main_window *m)
{
    struct board_offer offer = main_offer(m);
    if (offer.action == BOARD_CAN_UNLINK) {
        unlink_box_open(m->box, m->worker, offer.link);
        return;
    }
    int kind = offer.action == BOARD_CAN_LINK ? ask_kind(m, offer.kinds) : -1;
    if (kind >= 0) {
        struct json *links = json_array();
        add_link(links,
            board_row(m->board, BOARD_LEFT, folder_tree_chosen(main_control(m, MAIN_LEFT))),
            board_row(m->board, BOARD_RIGHT, folder_tree_chosen(main_control(m, MAIN_RIGHT))),
            (enum item_kind)kind);
        do_link(m, links);
    }
}

static void command_new_folder(const struct main_window *m, int side)
{
    struct board_proposal p = main_proposal(m, side);
    if (p.account) {
        folder_box_open(m->box, m->worker, p.account, p.name, p.kind);
    }
}

/* A folder as "Office: Team calendar". */
static void add_folder(struct buf *text, const struct board_row *row)
{
    CLEANUP(mem_free) WCHAR *account = win32_wide(row->account);
    CLEANUP(mem_free) WCHAR *name = win32_wide(row->name);
    CLEANUP(mem_free) WCHAR *wide = text_load(TEXT_OF_ACCOUNT, account, name);
    CLEANUP(mem_free) char *folder = win32_utf8(wide);
    buf_addf(text, "%s", folder);
}

static void command_match(struct main_window *m)
{
    struct board_match matches[64];
    size_t count = board_matches(m->board, matches, ARRAY_LEN(matches));
    struct json *links = json_array();
    struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(64 * 1024);
    for (size_t i = 0; i < count && i < ARRAY_LEN(matches); i++) {
        const struct board_row *l = board_row(m->board, BOARD_LEFT, matches[i].left);
        const struct board_row *r = board_row(m->board, BOARD_RIGHT, matches[i].right);
        add_link(links, l, r, matches[i].kind);
        buf_addf(&text, "\n");
        add_folder(&text, l);
        buf_addf(&text, " \xe2\x80\x93 ");
        add_folder(&text, r);
    }
    if (text_ask(m->box, MB_ICONQUESTION | MB_YESNO, TEXT_MATCH_SURE, buf_str(&text)) == IDYES) {
        do_link(m, links);
    } else {
        json_free(links);
    }
}

/* All there are, by their names: also those that wait for that. */
static void command_sync(const struct main_window *m)
{
    if (m->running) {
        PostMessageW(m->tray, WM_COMMAND, CMD_STOP, 0);
        return;
    }
    struct json *names = json_array();
    for (size_t i = 0; i < board_link_count(m->board); i++) {
        json_append(names, json_str(board_link(m->board, i)->name));
    }
    PostMessageW(m->tray, TRAY_MSG_SYNC, 0, (LPARAM)names);
}

static void command_properties(const struct main_window *m)
{
    const struct board_link *link = main_chosen_link(m);
    const struct json *all = json_get(m->status, "links");
    for (const struct json *v = link ? json_first(all) : NULL; v; v = json_next(v)) {
        if (str_eq(json_get_str(v, "name"), link->name)) {
            link_box_open(m->box, m->worker, json_dup(v));
        }
    }
}

static void command_preview(struct main_window *m)
{
    const struct board_link *link = main_chosen_link(m);
    struct json *links = json_array();
    if (link) {
        json_append(links, json_str(link->name));
    }
    open_preview(m, links);
}

/* Choosing a link chooses its two folders, so that the button reads "Unlink". */
static void choose_folders(struct main_window *m)
{
    const struct board_link *link = main_chosen_link(m);
    for (int s = 0; link && s < 2; s++) {
        folder_tree_choose(
            main_control(m, MAIN_LEFT), m->board, BOARD_LEFT, link->account[s], link->id[s]);
        folder_tree_choose(
            main_control(m, MAIN_RIGHT), m->board, BOARD_RIGHT, link->account[s], link->id[s]);
    }
}

static void remove_account(struct main_window *m, const char *account)
{
    if (text_ask(m->box, MB_ICONQUESTION | MB_YESNO, TEXT_REMOVE_SURE, account) == IDYES) {
        struct json *arg = json_object();
        json_set_str(arg, "account", account);
        do_job(m, job_remove_account, account_removed, arg);
    }
}

/* ---- dragging a folder onto one of the other side: as choosing both and pressing Link ---- */

static void drag_begin(struct main_window *m, const NMTREEVIEWW *n)
{
    enum board_side side = n->hdr.idFrom == MAIN_LEFT ? BOARD_LEFT : BOARD_RIGHT;
    const struct board_row *row = board_row(m->board, side, (size_t)n->itemNew.lParam);
    if (row && row->id) {
        folder_drag_begin(&m->drag, m->box,
            main_control(m, side == BOARD_LEFT ? MAIN_RIGHT : MAIN_LEFT), side,
            (size_t)n->itemNew.lParam);
    }
}

static void drop(struct main_window *m, size_t left, size_t right)
{
    if (board_offer(m->board, left, right).action == BOARD_CAN_LINK && !m->running && !m->jobs) {
        folder_tree_choose_row(main_control(m, MAIN_LEFT), left);
        folder_tree_choose_row(main_control(m, MAIN_RIGHT), right);
        main_show_buttons(m);
        command_link(m);
    }
}

/* True if the message was part of it. */
static bool drag_message(struct main_window *m, UINT message, WPARAM w, LPARAM l)
{
    switch (folder_drag_message(&m->drag, message, w, l)) {
    case FOLDER_DRAG_NOTHING:
        return false;
    case FOLDER_DRAG_MOVED:
        main_set_text(m, MAIN_STATUS,
            text_load(folder_drag_show(&m->drag, m->board, m->running || m->jobs), NULL, NULL));
        return true;
    case FOLDER_DRAG_DROPPED:
    case FOLDER_DRAG_ENDED:
        break;
    }
    main_set_text(m, MAIN_STATUS, text_one_line(m->told));
    if (message == WM_LBUTTONUP) {
        drop(m, m->drag.left, m->drag.right);
    }
    return true;
}

static void folder_menu(struct main_window *m, int x, int y)
{
    HMENU bar = dialog_menu(MENU_FOLDER);
    bool can = IsWindowEnabled(main_control(m, MAIN_NEW_LEFT));
    EnableMenuItem(bar, MAIN_NEW_LEFT, MF_BYCOMMAND | (can ? MF_ENABLED : MF_GRAYED));
    if (x == -1 && y == -1) { /* from the keyboard */
        RECT r;
        GetWindowRect(main_control(m, MAIN_LEFT), &r);
        x = r.left;
        y = r.top;
    }
    int id = (int)TrackPopupMenu(GetSubMenu(bar, 0), TPM_RETURNCMD, x, y, 0, m->box, NULL);
    DestroyMenu(bar);
    if (id == MAIN_NEW_LEFT) {
        command_new_folder(m, 0);
    }
}

/* As from app_account_list; NULL: it is gone. */
static const struct json *account_of(const struct main_window *m, const char *name)
{
    const struct json *a = json_first(json_get(m->accounts, "accounts"));
    while (a && !str_eq(json_get_str(a, "name"), name)) {
        a = json_next(a);
    }
    return a;
}

/* An account without a password of its own is signed in again. */
static void name_sign_in(HMENU bar, const struct json *account)
{
    const char *way = json_get_str(account, "sign_in");
    if (str_eq(way, "windows") || str_eq(way, "oauth")) {
        CLEANUP(mem_free) WCHAR *text = text_load(TEXT_SIGN_IN_AGAIN, NULL, NULL);
        ModifyMenuW(bar, MAIN_PASSWORD, MF_BYCOMMAND | MF_STRING, MAIN_PASSWORD, text);
    }
}

/* What can be done with a server: right click, or the menu key. */
static void server_menu(struct main_window *m, int x, int y)
{
    size_t chosen = folder_tree_chosen(main_control(m, MAIN_RIGHT));
    const struct board_row *row = board_row(m->board, BOARD_RIGHT, chosen);
    HMENU bar = dialog_menu(MENU_SERVER);
    UINT state = row && !m->running && !m->jobs ? MF_ENABLED : MF_GRAYED;
    name_sign_in(bar, row ? account_of(m, row->account) : NULL);
    EnableMenuItem(bar, MAIN_PASSWORD, MF_BYCOMMAND | state);
    EnableMenuItem(bar, MAIN_REMOVE, MF_BYCOMMAND | state);
    bool can = IsWindowEnabled(main_control(m, MAIN_NEW_RIGHT));
    EnableMenuItem(bar, MAIN_NEW_RIGHT, MF_BYCOMMAND | (can ? MF_ENABLED : MF_GRAYED));
    if (x == -1 && y == -1) { /* from the keyboard */
        RECT r;
        GetWindowRect(main_control(m, MAIN_RIGHT), &r);
        x = r.left;
        y = r.top;
    }
    int id = (int)TrackPopupMenu(GetSubMenu(bar, 0), TPM_RETURNCMD, x, y, 0, m->box, NULL);
    CLEANUP(mem_free) char *account = mem_strdup(row ? row->account : NULL);
    DestroyMenu(bar);
    if (id == MAIN_ADD) {
        server_box_open(m->box, m->worker);
    } else if (id == MAIN_NEW_RIGHT) {
        command_new_folder(m, 1);
    } else if (id == MAIN_PASSWORD && account_of(m, account)) {
        password_box_open(m->box, m->tray, m->worker, account_of(m, account), false);
    } else if (id == MAIN_REMOVE && account) {
        remove_account(m, account);
    }
}

static void on_command(struct main_window *m, int id)
{
    switch (id) {
    case MAIN_LINK:
        command_link(m);
        break;
    case MAIN_MATCH:
        command_match(m);
        break;
    case MAIN_NEW_LEFT:
    case MAIN_NEW_RIGHT:
        command_new_folder(m, id == MAIN_NEW_RIGHT);
        break;
    case MAIN_ADD:
        server_box_open(m->box, m->worker);
        break;
    case MAIN_REFRESH:
        main_window_reload(m->box, true);
        break;
    case MAIN_PREVIEW:
        command_preview(m);
        break;
    case MAIN_PROPERTIES:
        command_properties(m);
        break;
    case MAIN_HISTORY:
        history_box_open(m->box, m->tray, m->worker);
        break;
    case MAIN_ATTENTION:
        attention_box_open(m->box, m->worker);
        break;
    case MAIN_SYNC:
        command_sync(m);
        break;
    case IDCANCEL:
        DestroyWindow(m->box);
        break;
    }
}

static void on_notify(struct main_window *m, const NMHDR *n)
{
    if (n->code == TVN_SELCHANGEDW && m->board) {
        main_show_buttons(m);
    } else if (n->code == TVN_BEGINDRAGW) {
        drag_begin(m, (const NMTREEVIEWW *)n);
    } else if (n->idFrom == MAIN_LINKS &&
               (n->code == NM_CLICK || (n->code == LVN_ITEMCHANGED &&
                                           (((const NMLISTVIEW *)n)->uNewState & LVIS_SELECTED)))) {
        choose_folders(m);
        main_show_buttons(m);
    } else if (n->idFrom == MAIN_LINKS && n->code == NM_DBLCLK && !m->running) {
        command_properties(m);
    }
}

/* ---- the window ---- */

static const struct layout_rule RULES[] = {
    {MAIN_LEFT_LABEL, 0, 0, 50, 0},
    {MAIN_LEFT, 0, 0, 50, 55},
    {MAIN_NEW_LEFT, 0, 55, 0, 0},
    {MAIN_OUTLOOK, 0, 55, 50, 0},
    {MAIN_LINK, 50, 0, 0, 0},
    {MAIN_MATCH, 50, 0, 0, 0},
    {MAIN_WHY, 50, 0, 0, 55},
    {MAIN_RIGHT_LABEL, 50, 0, 50, 0},
    {MAIN_RIGHT, 50, 0, 50, 55},
    {MAIN_ADD, 50, 55, 0, 0},
    {MAIN_REFRESH, 50, 55, 0, 0},
    {MAIN_NEW_RIGHT, 50, 55, 0, 0},
    {MAIN_LINKS_LABEL, 0, 55, 100, 0},
    {MAIN_LINKS, 0, 55, 100, 45},
    {MAIN_STATUS, 0, 100, 100, 0},
    {MAIN_PROGRESS, 100, 100, 0, 0},
    {MAIN_SYNC, 100, 100, 0, 0},
    {MAIN_PREVIEW, 100, 100, 0, 0},
    {MAIN_PROPERTIES, 100, 100, 0, 0},
    {MAIN_HISTORY, 100, 100, 0, 0},
    {MAIN_ATTENTION, 100, 100, 0, 0},
    {IDCANCEL, 100, 100, 0, 0},
};

static void on_init(HWND box, struct main_window *m)
{
    m->box = box;
    m->layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    m->board = board_new(NULL, NULL, NULL);
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)m);
    HINSTANCE self = GetModuleHandleW(NULL);
    SendMessageW(box, WM_SETICON, ICON_BIG, (LPARAM)LoadIconW(self, MAKEINTRESOURCEW(1)));
    SendMessageW(box, WM_SETICON, ICON_SMALL,
        (LPARAM)LoadImageW(self, MAKEINTRESOURCEW(ICON_LOCKSTEP), IMAGE_ICON,
            GetSystemMetrics(SM_CXSMICON), GetSystemMetrics(SM_CYSMICON), LR_SHARED));
    link_list_prepare(main_control(m, MAIN_LINKS));
    main_window_reload(box, true);
    main_show_all(m);
}

static void on_destroy(struct main_window *m)
{
    SetWindowLongPtrW(m->box, DWLP_USER, 0);
    layout_free(m->layout);
    board_free(m->board);
    json_free(m->accounts);
    json_free(m->folders);
    json_free(m->status);
    free(m->outlook);
    free(m->progress.link);
    free(m);
}

static INT_PTR CALLBACK main_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        on_init(box, (struct main_window *)l);
        return TRUE;
    }
    struct main_window *m = window_of(box);
    if (!m) {
        return FALSE;
    }
    if (layout_message(m->layout, message, w, l)) {
        link_list_fit(main_control(m, MAIN_LINKS));
    }
    if (drag_message(m, message, w, l)) {
        return TRUE;
    }
    switch (message) {
    case WM_COMMAND:
        on_command(m, LOWORD(w));
        return TRUE;
    case WM_NOTIFY:
        on_notify(m, (const NMHDR *)l);
        return FALSE;
    case WM_CONTEXTMENU:
        if ((HWND)w == main_control(m, MAIN_LEFT)) {
            folder_menu(m, GET_X_LPARAM(l), GET_Y_LPARAM(l));
            return TRUE;
        }
        if ((HWND)w == main_control(m, MAIN_RIGHT)) {
            server_menu(m, GET_X_LPARAM(l), GET_Y_LPARAM(l));
            return TRUE;
        }
        return FALSE;
    case WM_DESTROY:
        on_destroy(m);
        return TRUE;
    }
    return FALSE;
}

HWND main_window_open(HWND main, HWND tray, struct worker *w, const struct schedule *schedule)
{
    if (!window_of(main)) {
        struct main_window *m = NEW(struct main_window);
        *m = (struct main_window){.tray = tray, .worker = w, .schedule = schedule};
        /* No owner: a window owned by a hidden one could not be reached with Alt+Tab. */
        main = dialog_open(DIALOG_MAIN, NULL, main_proc, (LPARAM)m);
    }
    ShowWindow(main, IsIconic(main) ? SW_RESTORE : SW_SHOW);
    SetForegroundWindow(main);
    return main;
}

void main_window_status(HWND main, const struct schedule_facts *facts, const WCHAR *text)
{
    struct main_window *m = window_of(main);
    if (!m) {
        return;
    }
    bool running = m->schedule->running, ended_now = m->running && !running;
    m->running = running;
    m->facts = *facts;
    main_set_text(m, MAIN_STATUS, text_one_line(text));
    main_show_buttons(m);
    if (wcsncmp(m->told, text, TIP_SIZE - 1) != 0) { /* else the list would flicker */
        wcsncpy(m->told, text, TIP_SIZE - 1);
        main_show_progress(m);
    }
    if (ended_now) {
        free(TAKE(m->progress.link));
        main_show_progress(m);
        main_window_reload(main, false);
    }
}

void main_window_progress(HWND main, const struct tray_progress *p)
{
    struct main_window *m = window_of(main);
    if (m) {
        str_replace(&m->progress.link, p->link);
        m->progress.writing = p->writing;
        m->progress.done = p->done;
        m->progress.total = p->total;
        main_show_progress(m);
    }
}
