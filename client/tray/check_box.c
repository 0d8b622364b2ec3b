/* "Check installation": all that a sync needs, looked at one thing after the other, with what is wrong
 * in words; and a report of it for support. */
#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "client/tray/layout.h"
#include "client/tray/list_view.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

#include <commctrl.h>
#include <commdlg.h>

struct check_box {
    struct worker *worker;
    struct layout *layout; /* owned */
    bool repairable;       /* what the last check found */
};

static struct check_box *box_of(HWND box)
{
    return (struct check_box *)GetWindowLongPtrW(box, DWLP_USER);
}

enum column { COLUMN_OK, COLUMN_WHAT, COLUMN_TEXT, COLUMNS };
static const int SHARES[COLUMNS] = {14, 22, 64};

static void set_busy(HWND box, bool busy)
{
    EnableWindow(GetDlgItem(box, CHECK_REPAIR), !busy && box_of(box)->repairable);
    EnableWindow(GetDlgItem(box, CHECK_AGAIN), !busy);
    EnableWindow(GetDlgItem(box, CHECK_REPORT), !busy);
}

static void tell(HWND box, UINT id, const char *detail)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(detail);
    CLEANUP(mem_free) WCHAR *text = text_load(id, wide, NULL);
    SetDlgItemTextW(box, CHECK_RESULT, text);
}

static void tell_error(HWND box, const struct job *job)
{
    CLEANUP(mem_free) WCHAR *text = text_error(job->rc, job->error);
    SetDlgItemTextW(box, CHECK_RESULT, text);
}

/* ---- the check ---- */

static WCHAR *text_of_what(const struct json *check)
{
    static const char *const WHAT[] = {"program", "folder", "state", "account", "link"};
    const char *what = json_get_str(check, "what");
    CLEANUP(mem_free) WCHAR *name = win32_wide(json_get_str(check, "name"));
    if (str_eq(what, "outlook") || str_eq(what, "scripts")) {
        return text_load(
            str_eq(what, "outlook") ? TEXT_CHECK_OUTLOOK : TEXT_CHECK_SCRIPTS, NULL, NULL);
    }
    for (size_t i = 0; i < ARRAY_LEN(WHAT); i++) {
        if (str_eq(WHAT[i], what)) {
            return text_load(TEXT_CHECK_FIRST + (UINT)i, name, NULL);
        }
    }
    return win32_wide(what);
}

static void checked(struct job *job)
{
    HWND box = job->window, list = GetDlgItem(box, CHECK_LIST);
    if (job->rc != RC_OK) {
        set_busy(box, false);
        tell_error(box, job);
        return;
    }
    const struct json *checks = json_get(job->ret, "checks");
    size_t i = 0;
    box_of(box)->repairable = false;
    list_view_begin(list);
    list_view_resize(list, json_count(checks));
    for (const struct json *c = json_first(checks); c; c = json_next(c), i++) {
        bool ok = json_get_bool(c, "ok", false);
        box_of(box)->repairable |= json_get_bool(c, "repairable", false);
        list_view_cell(list, i, COLUMN_OK, text_load(ok ? TEXT_OK : TEXT_TROUBLE, NULL, NULL));
        list_view_cell(list, i, COLUMN_WHAT, text_of_what(c));
        list_view_cell(list, i, COLUMN_TEXT, text_said(json_get_str(c, "text")));
    }
    list_view_end(list);
    set_busy(box, false);
    tell(box, json_get_bool(job->ret, "ok", false) ? TEXT_ALL_WELL : TEXT_NOT_WELL, NULL);
}

static void command_check(HWND box, bool repair)
{
    struct json *arg = json_object();
    json_set_bool(arg, "repair", repair);
    set_busy(box, true);
    tell(box, repair ? TEXT_REPAIRING : TEXT_CHECKING, NULL);
    worker_do(box_of(box)->worker, job_new(box, job_check, checked, arg));
}

/* ---- the report ---- */

static void reported(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    if (job->rc == RC_OK) {
        tell(box, TEXT_REPORT_WRITTEN, json_get_str(job->ret, "path"));
    } else {
        tell_error(box, job);
    }
}

static void command_report(HWND box)
{
    WCHAR path[1024] = L"";
    CLEANUP(mem_free) WCHAR *title = text_load(TEXT_REPORT_TITLE, NULL, NULL);
    CLEANUP(mem_free) WCHAR *name = text_load(TEXT_REPORT_FILE, NULL, NULL);
    wcscat(wcsncat(path, name, 64), L".zip");
    OPENFILENAMEW ask = {.lStructSize = sizeof ask,
        .hwndOwner = box,
        .lpstrFilter = L"ZIP\0*.zip\0",
        .lpstrFile = path,
        .nMaxFile = ARRAY_LEN(path),
        .lpstrTitle = title,
        .lpstrDefExt = L"zip",
        .Flags = OFN_OVERWRITEPROMPT | OFN_NOCHANGEDIR | OFN_PATHMUSTEXIST | OFN_HIDEREADONLY};
    if (GetSaveFileNameW(&ask) && box_of(box)) { /* it may have been closed under the dialog */
        CLEANUP(mem_free) char *file = win32_utf8(path);
        struct json *arg = json_object();
        json_set_str(arg, "path", file);
        set_busy(box, true);
        tell(box, TEXT_REPORT_BEING_MADE, NULL);
        worker_do(box_of(box)->worker, job_new(box, job_report, reported, arg));
    }
}

/* ---- the box ---- */

static void begin(HWND box, struct check_box *b)
{
    static const struct layout_rule RULES[] = {{CHECK_LIST, 0, 0, 100, 100},
        {CHECK_RESULT, 0, 100, 100, 0}, {CHECK_REPAIR, 100, 100, 0, 0},
        {CHECK_AGAIN, 100, 100, 0, 0}, {CHECK_REPORT, 100, 100, 0, 0}, {IDCANCEL, 100, 100, 0, 0}};
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)b);
    b->layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    list_view_prepare(GetDlgItem(box, CHECK_LIST), TEXT_CHECK_COLUMN_FIRST, SHARES, COLUMNS);
    command_check(box, false);
}

static void end(HWND box)
{
    struct check_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    layout_free(b->layout);
    free(b);
}

static void on_command(HWND box, int id)
{
    switch (id) {
    case CHECK_AGAIN:
    case CHECK_REPAIR:
        command_check(box, id == CHECK_REPAIR);
        break;
    case CHECK_REPORT:
        command_report(box);
        break;
    case IDCANCEL:
        DestroyWindow(box);
        break;
    }
}

static INT_PTR CALLBACK check_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        begin(box, (struct check_box *)l);
        return TRUE;
    }
    struct check_box *b = box_of(box);
    if (b && layout_message(b->layout, message, w, l)) {
        list_view_fit(GetDlgItem(box, CHECK_LIST), SHARES, COLUMNS);
    }
    switch (b ? message : WM_NULL) {
    case WM_COMMAND:
        on_command(box, LOWORD(w));
        return TRUE;
    case WM_DESTROY:
        end(box);
        return TRUE;
    }
    return FALSE;
}

void check_box_open(struct worker *w)
{
    struct check_box *b = NEW(struct check_box);
    *b = (struct check_box){.worker = w};
    /* No owner: a window owned by a hidden one could not be reached with Alt+Tab. */
    HWND box = dialog_open(DIALOG_CHECK, NULL, check_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
    SetForegroundWindow(box);
}
