/* What was done: the runs, and of the chosen one what became of each item; and undo, which shows
 * first what it would do. */
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/layout.h"
#include "client/tray/list_view.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

#include <commctrl.h>

struct history_box {
    HWND main, tray;
    struct worker *worker;
    struct layout *layout; /* owned */
    struct json *runs;     /* owned; as from app_history, NULL until it is loaded */
};

static struct history_box *box_of(HWND box)
{
    return (struct history_box *)GetWindowLongPtrW(box, DWLP_USER);
}

enum column { COLUMN_TIME, COLUMN_LINK, COLUMN_DONE, COLUMN_NOTE, COLUMNS };
enum detail { DETAIL_ITEM, DETAIL_WHERE, DETAIL_WHAT, DETAIL_FIELDS, DETAILS };
static const int SHARES[COLUMNS] = {20, 20, 40, 20}, DETAIL_SHARES[DETAILS] = {28, 16, 12, 44};

static const struct json *chosen(HWND box)
{
    size_t row = list_view_chosen(GetDlgItem(box, HISTORY_RUNS));
    const struct json *runs = json_get(box_of(box)->runs, "runs");
    return row == LIST_VIEW_NONE ? NULL : json_at(runs, row);
}

/* ---- the runs ---- */

static void add_count(WCHAR **list, UINT id, const struct json *side, const char *what)
{
    int64_t n = json_get_int(side, what, 0);
    if (n) {
        *list = text_list_add(*list, text_count(id, n));
    }
}

/* "Office: 3 new, 1 changed". */
static void add_side(WCHAR **list, const struct json *side)
{
    WCHAR *counts = NULL;
    add_count(&counts, TEXT_DID_CREATE, side, "created");
    add_count(&counts, TEXT_DID_UPDATE, side, "updated");
    add_count(&counts, TEXT_DID_DELETE, side, "deleted");
    if (counts) {
        CLEANUP(mem_free) WCHAR *account = win32_wide(json_get_str(side, "account"));
        *list = text_list_add(*list, text_load(TEXT_OF_ACCOUNT, account, counts));
        free(counts);
    }
}

static WCHAR *text_of_note(const struct json *run)
{
    int64_t undoes = json_get_int(run, "undoes", 0), by = json_get_int(run, "undone_by", 0);
    CLEANUP(mem_free) WCHAR *number = text_number(undoes ? undoes : by);
    return undoes ? text_load(TEXT_UNDOES, number, NULL)
           : by   ? text_load(TEXT_UNDONE_BY, number, NULL)
                  : NULL;
}

static void show_runs(HWND box)
{
    HWND list = GetDlgItem(box, HISTORY_RUNS);
    const struct json *runs = json_get(box_of(box)->runs, "runs");
    size_t i = 0;
    list_view_begin(list);
    list_view_resize(list, json_count(runs));
    for (const struct json *r = json_first(runs); r; r = json_next(r), i++) {
        WCHAR *done = NULL;
        add_side(&done, json_get(r, "left"));
        add_side(&done, json_get(r, "right"));
        CLEANUP(mem_free) WCHAR *time = text_time(json_get_int(r, "start", 0));
        CLEANUP(mem_free) WCHAR *number = text_number(json_get_int(r, "run", 0));
        list_view_cell(list, i, COLUMN_TIME, text_load(TEXT_RUN, number, time));
        list_view_utf8(list, i, COLUMN_LINK, json_get_str(r, "link"));
        list_view_cell(list, i, COLUMN_DONE, done);
        list_view_cell(list, i, COLUMN_NOTE, text_of_note(r));
    }
    list_view_end(list);
}

/* ---- the chosen run ---- */

static void add_item(HWND list, const struct json *change, const char *side_name)
{
    const struct json *side = json_get(change, side_name);
    UINT word = text_of_action(json_get_str(side, "what"));
    size_t row = list_view_count(list);
    if (!word) { /* nothing, or somebody's own edit, which is why the other side was written */
        return;
    }
    struct buf fields CLEANUP_FINI(buf_fini) = BUF_INIT(64 * 1024);
    text_add_fields(&fields, json_get(side, "fields"));
    list_view_resize(list, row + 1);
    list_view_utf8(list, row, DETAIL_ITEM, json_get_str(change, "title"));
    list_view_utf8(list, row, DETAIL_WHERE, json_get_str(side, "account"));
    list_view_cell(list, row, DETAIL_WHAT, text_load(word, NULL, NULL));
    list_view_utf8(list, row, DETAIL_FIELDS, buf_str(&fields));
}

static void items_loaded(struct job *job)
{
    HWND box = job->window, list = GetDlgItem(box, HISTORY_ITEMS);
    const struct json *run = chosen(box);
    if (job->rc != RC_OK || json_get_int(run, "run", 0) != json_get_int(job->arg, "run", 0)) {
        return; /* another one was chosen meanwhile */
    }
    list_view_begin(list);
    list_view_resize(list, 0);
    for (const struct json *c = json_first(json_get(job->ret, "items")); c; c = json_next(c)) {
        add_item(list, c, "left");
        add_item(list, c, "right");
    }
    list_view_end(list);
}

static void show_chosen(HWND box)
{
    const struct json *run = chosen(box);
    list_view_resize(GetDlgItem(box, HISTORY_ITEMS), 0);
    EnableWindow(GetDlgItem(box, IDOK), run && !json_get_int(run, "undone_by", 0));
    if (run) {
        struct json *arg = json_object();
        json_set_int(arg, "run", json_get_int(run, "run", 0));
        worker_do(box_of(box)->worker, job_new(box, job_history, items_loaded, arg));
    }
}

static void runs_loaded(struct job *job)
{
    HWND box = job->window;
    if (job->rc != RC_OK) {
        text_tell_error(box, job->rc, job->error);
        return;
    }
    json_free(box_of(box)->runs);
    box_of(box)->runs = TAKE(job->ret);
    show_runs(box);
    if (list_view_chosen(GetDlgItem(box, HISTORY_RUNS)) == LIST_VIEW_NONE) {
        list_view_choose(GetDlgItem(box, HISTORY_RUNS), 0);
    }
    show_chosen(box);
}

static void load(HWND box)
{
    worker_do(box_of(box)->worker, job_new(box, job_history, runs_loaded, NULL));
}

/* ---- the box ---- */

static void command_undo(HWND box)
{
    struct json *what = json_object();
    json_set_int(what, "undo", json_get_int(chosen(box), "run", 0));
    preview_box_open(box, box_of(box)->main, box_of(box)->tray, box_of(box)->worker, what);
}

static void begin(HWND box, struct history_box *b)
{
    static const struct layout_rule RULES[] = {{HISTORY_RUNS, 0, 0, 100, 50},
        {HISTORY_ITEMS, 0, 50, 100, 50}, {IDOK, 100, 100, 0, 0}, {IDCANCEL, 100, 100, 0, 0}};
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)b);
    b->layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    list_view_prepare(GetDlgItem(box, HISTORY_RUNS), TEXT_RUN_COLUMN_FIRST, SHARES, COLUMNS);
    list_view_prepare(
        GetDlgItem(box, HISTORY_ITEMS), TEXT_CHANGE_COLUMN_FIRST, DETAIL_SHARES, DETAILS);
    EnableWindow(GetDlgItem(box, IDOK), FALSE);
    load(box);
}

static void end(HWND box)
{
    struct history_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    layout_free(b->layout);
    json_free(b->runs);
    free(b);
}

static INT_PTR CALLBACK history_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        begin(box, (struct history_box *)l);
        return TRUE;
    }
    struct history_box *b = box_of(box);
    const NMLISTVIEW *changed = (const NMLISTVIEW *)l;
    if (b && layout_message(b->layout, message, w, l)) {
        list_view_fit(GetDlgItem(box, HISTORY_RUNS), SHARES, COLUMNS);
        list_view_fit(GetDlgItem(box, HISTORY_ITEMS), DETAIL_SHARES, DETAILS);
    }
    switch (b ? message : WM_NULL) {
    case TRAY_MSG_CHANGED: /* by an undo: there is one run more */
        load(box);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && chosen(box)) {
            command_undo(box);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        }
        return TRUE;
    case WM_NOTIFY:
        if (changed->hdr.idFrom == HISTORY_RUNS && changed->hdr.code == LVN_ITEMCHANGED &&
            (changed->uNewState & ~changed->uOldState & LVIS_SELECTED)) {
            show_chosen(box);
        }
        return FALSE;
    case WM_DESTROY:
        end(box);
        return TRUE;
    }
    return FALSE;
}

void history_box_open(HWND main, HWND tray, struct worker *w)
{
    struct history_box *b = NEW(struct history_box);
    *b = (struct history_box){.main = main, .tray = tray, .worker = w};
    HWND box = dialog_open(DIALOG_HISTORY, main, history_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
