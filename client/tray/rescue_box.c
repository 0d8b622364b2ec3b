/* Backups and repair of a link: both sides written to files now, one item or all of a backup brought
 * back, one side made equal to the other. What would write is shown before, by the preview box. */
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/list_view.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

#include <commctrl.h>

struct rescue_box {
    HWND main, tray;
    struct worker *worker;
    struct json *links, *backups; /* owned; NULL until they are loaded */
    bool busy;
};

static struct rescue_box *box_of(HWND box)
{
    return (struct rescue_box *)GetWindowLongPtrW(box, DWLP_USER);
}

enum column { COLUMN_WHEN, COLUMN_WHY, COLUMN_LEFT, COLUMN_RIGHT, COLUMNS };
static const int SHARES[COLUMNS] = {26, 30, 22, 22};

/* ---- what is chosen ---- */

static const struct json *chosen_link(HWND box)
{
    LRESULT i = SendDlgItemMessageW(box, RESCUE_LINK, CB_GETCURSEL, 0, 0);
    return i == CB_ERR ? NULL : json_at(box_of(box)->links, (size_t)i);
}

/* The n-th backup of the chosen link, or NULL. */
static const struct json *backup_at(HWND box, size_t n)
{
    const char *link = json_get_str(chosen_link(box), "name");
    const struct json *b = json_first(box_of(box)->backups);
    for (; b; b = json_next(b)) {
        if (str_eq(json_get_str(b, "link"), link) && n-- == 0) {
            break;
        }
    }
    return b;
}

static const struct json *chosen_backup(HWND box)
{
    size_t row = list_view_chosen(GetDlgItem(box, RESCUE_LIST));
    return row == LIST_VIEW_NONE ? NULL : backup_at(box, row);
}

/* ---- what is shown ---- */

static void show_state(HWND box)
{
    static const int FOR_LINK[] = {RESCUE_LINK, RESCUE_BACKUP, RESCUE_REPAIR, RESCUE_REPAIR + 1};
    static const int FOR_BACKUP[] = {RESCUE_SIDE, RESCUE_ITEM, RESCUE_EXACT, RESCUE_RESTORE};
    bool link = !box_of(box)->busy && chosen_link(box);
    bool backup = link && chosen_backup(box);
    for (size_t i = 0; i < ARRAY_LEN(FOR_LINK); i++) {
        EnableWindow(GetDlgItem(box, FOR_LINK[i]), link);
    }
    for (size_t i = 0; i < ARRAY_LEN(FOR_BACKUP); i++) {
        EnableWindow(GetDlgItem(box, FOR_BACKUP[i]), backup);
    }
    ShowWindow(GetDlgItem(box, RESCUE_PROGRESS), box_of(box)->busy ? SW_SHOWNA : SW_HIDE);
    SendDlgItemMessageW(box, RESCUE_PROGRESS, PBM_SETMARQUEE, box_of(box)->busy, 0);
}

static void set_busy(HWND box, bool busy)
{
    box_of(box)->busy = busy;
    show_state(box);
}

static WCHAR *text_of_reason(const char *reason)
{
    static const char *const REASONS[] = {"first sync", "repair", "restore", "asked"};
    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        if (str_eq(REASONS[i], reason)) {
            return text_load(TEXT_BACKUP_WHY_FIRST + (UINT)i, NULL, NULL);
        }
    }
    return win32_wide(reason);
}

static const char *account_of(const struct json *link, int side)
{
    return json_get_str(json_get(link, side ? "right" : "left"), "account");
}

/* Accounts have their names where they are meant: headings, choices, buttons. */
static void show_accounts(HWND box)
{
    HWND sides = GetDlgItem(box, RESCUE_SIDE);
    CLEANUP(mem_free) WCHAR *both = text_load(TEXT_RESCUE_SIDE_FIRST, NULL, NULL);
    SendMessageW(sides, CB_RESETCONTENT, 0, 0);
    SendMessageW(sides, CB_ADDSTRING, 0, (LPARAM)both);
    for (int s = 0; s < 2; s++) {
        const char *name = account_of(chosen_link(box), s);
        CLEANUP(mem_free) WCHAR *account = win32_wide(name);
        CLEANUP(mem_free) WCHAR *label = text_label(name);
        CLEANUP(mem_free) WCHAR *only = text_load(TEXT_RESCUE_SIDE_FIRST + 1, account, NULL);
        CLEANUP(mem_free) WCHAR *right = text_load(TEXT_RIGHT_FIRST + (UINT)s, label, NULL);
        list_view_heading(GetDlgItem(box, RESCUE_LIST), COLUMN_LEFT + s, account ? account : L"");
        SendMessageW(sides, CB_ADDSTRING, 0, (LPARAM)only);
        SetDlgItemTextW(box, RESCUE_REPAIR + s, right);
    }
    SendMessageW(sides, CB_SETCURSEL, 0, 0);
}

/* Lists what there is of the link. Chosen is the backup of this name, else the newest: by its place
 * another one would be chosen as soon as there is one more. */
static void show_backups(HWND box, const char *name)
{
    HWND list = GetDlgItem(box, RESCUE_LIST);
    size_t count = 0, chosen = 0;
    for (const struct json *b; (b = backup_at(box, count)); count++) {
        chosen = str_eq(json_get_str(b, "name"), name) ? count : chosen;
    }
    list_view_begin(list);
    list_view_resize(list, count);
    for (size_t i = 0; i < count; i++) {
        const struct json *b = backup_at(box, i);
        list_view_cell(list, i, COLUMN_WHEN, text_time(json_get_int(b, "time", 0)));
        list_view_cell(list, i, COLUMN_WHY, text_of_reason(json_get_str(b, "reason")));
        for (int s = 0; s < 2; s++) {
            const struct json *side = json_get(b, s ? "right" : "left");
            list_view_cell(list, i, COLUMN_LEFT + s, text_number(json_get_int(side, "count", 0)));
        }
    }
    list_view_end(list);
    if (count) {
        list_view_choose(list, chosen);
    }
}

static void show_link(HWND box, const char *backup)
{
    show_accounts(box);
    show_backups(box, backup);
    show_state(box);
}

static void tell(HWND box, UINT id, const char *detail)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(detail);
    CLEANUP(mem_free) WCHAR *text = text_load(id, wide, NULL);
    SetDlgItemTextW(box, RESCUE_RESULT, text);
}

static void tell_error(HWND box, enum rc rc, const char *message)
{
    CLEANUP(mem_free) WCHAR *text = text_error(rc, message);
    SetDlgItemTextW(box, RESCUE_RESULT, text);
}

static void loaded(struct job *job)
{
    HWND box = job->window, links = GetDlgItem(box, RESCUE_LINK);
    struct rescue_box *b = box_of(box);
    CLEANUP(mem_free) char *link = mem_strdup(json_get_str(chosen_link(box), "name"));
    CLEANUP(mem_free) char *backup = mem_strdup(json_get_str(chosen_backup(box), "name"));
    WPARAM count = 0, chosen = 0;
    if (job->rc != RC_OK) {
        tell_error(box, job->rc, job->error);
    }
    json_free(b->links);
    json_free(b->backups);
    b->links = json_detach(job->ret, "links");
    b->backups = json_detach(job->ret, "backups");
    SendMessageW(links, CB_RESETCONTENT, 0, 0);
    for (const struct json *l = json_first(b->links); l; l = json_next(l), count++) {
        chosen = str_eq(json_get_str(l, "name"), link) ? count : chosen;
        CLEANUP(mem_free) WCHAR *name = win32_wide(json_get_str(l, "name"));
        SendMessageW(links, CB_ADDSTRING, 0, (LPARAM)name);
    }
    SendMessageW(links, CB_SETCURSEL, chosen, 0);
    b->busy = false;
    show_link(box, backup);
}

static void load(HWND box)
{
    set_busy(box, true);
    worker_do(box_of(box)->worker, job_new(box, job_backups, loaded, NULL));
}

/* ---- what can be done ---- */

static void backed_up(struct job *job)
{
    HWND box = job->window;
    const struct json *failed = json_first(json_get(job->ret, "failed"));
    if (job->rc != RC_OK) {
        tell_error(box, job->rc, job->error);
    } else if (failed) {
        tell_error(box, rc_from_name(json_get_str(failed, "rc")), json_get_str(failed, "error"));
    } else {
        tell(box, TEXT_BACKED_UP, json_get_str(json_first(json_get(job->ret, "backups")), "name"));
    }
    load(box);
}

static void command_backup(HWND box)
{
    struct json *arg = json_object();
    json_set_str(arg, "link", json_get_str(chosen_link(box), "name"));
    tell(box, TEXT_BACKING_UP, NULL);
    set_busy(box, true);
    worker_do(box_of(box)->worker, job_new(box, job_backup, backed_up, arg));
}

static void preview(HWND box, const char *what, struct json *request /* owned */)
{
    struct json *v = json_object();
    json_set(v, what, request);
    SetDlgItemTextW(box, RESCUE_RESULT, L"");
    preview_box_open(box, box_of(box)->main, box_of(box)->tray, box_of(box)->worker, v);
}

static void command_restore(HWND box)
{
    static const char *const SIDES[] = {NULL, "left", "right"};
    LRESULT side = SendDlgItemMessageW(box, RESCUE_SIDE, CB_GETCURSEL, 0, 0);
    CLEANUP(mem_free) char *item = text_of(box, RESCUE_ITEM);
    struct json *request = json_object();
    json_set_str(request, "backup", json_get_str(chosen_backup(box), "name"));
    json_set_str(request, "side", side >= 0 && side < 3 ? SIDES[side] : NULL);
    json_set_str(request, "item", *item ? item : NULL);
    json_set_bool(request, "exact", IsDlgButtonChecked(box, RESCUE_EXACT) == BST_CHECKED);
    preview(box, "restore", request);
}

static void command_repair(HWND box, int side)
{
    struct json *request = json_object();
    json_set_str(request, "link", json_get_str(chosen_link(box), "name"));
    json_set_str(request, "right", side ? "right" : "left");
    preview(box, "repair", request);
}

/* ---- the box ---- */

static void begin(HWND box, struct rescue_box *b)
{
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)b);
    list_view_prepare(GetDlgItem(box, RESCUE_LIST), TEXT_BACKUP_COLUMN_FIRST, SHARES, COLUMNS);
    load(box);
}

static void end(HWND box)
{
    struct rescue_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    worker_abandon(b->worker, box);
    json_free(b->links);
    json_free(b->backups);
    free(b);
}

static void on_command(HWND box, int id, int code)
{
    bool ready = !box_of(box)->busy && chosen_link(box);
    if (id == IDCANCEL) {
        DestroyWindow(box);
    } else if (id == RESCUE_LINK && code == CBN_SELCHANGE) {
        show_link(box, NULL);
    } else if (id == RESCUE_BACKUP && ready) {
        command_backup(box);
    } else if (id == RESCUE_RESTORE && ready && chosen_backup(box)) {
        command_restore(box);
    } else if ((id == RESCUE_REPAIR || id == RESCUE_REPAIR + 1) && ready) {
        command_repair(box, id - RESCUE_REPAIR);
    }
}

static INT_PTR CALLBACK rescue_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        begin(box, (struct rescue_box *)l);
        return TRUE;
    }
    struct rescue_box *b = box_of(box);
    const NMLISTVIEW *changed = (const NMLISTVIEW *)l;
    switch (b ? message : WM_NULL) {
    case WM_COMMAND:
        on_command(box, LOWORD(w), HIWORD(w));
        return TRUE;
    case WM_NOTIFY:
        if (changed->hdr.idFrom == RESCUE_LIST && changed->hdr.code == LVN_ITEMCHANGED &&
            ((changed->uNewState ^ changed->uOldState) & LVIS_SELECTED)) {
            show_state(box);
        }
        return FALSE;
    case TRAY_MSG_CHANGED: /* something was brought back or repaired, after a backup of its own */
        load(box);
        return TRUE;
    case WM_DESTROY:
        end(box);
        return TRUE;
    }
    return FALSE;
}

void rescue_box_open(HWND main, HWND tray, struct worker *w)
{
    struct rescue_box *b = NEW(struct rescue_box);
    *b = (struct rescue_box){.main = main, .tray = tray, .worker = w};
    /* No owner, as with check_box.c. */
    HWND box = dialog_open(DIALOG_RESCUE, NULL, rescue_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
    SetForegroundWindow(box);
}
