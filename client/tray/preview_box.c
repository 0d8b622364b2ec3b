/* What a sync, an undo, a repair or a restore would do, before it does it: created, changed field by field,
 * deleted, paired. The preview writes nothing. */
#include "client/tray/layout.h"
#include "client/tray/list_view.h"
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>

struct preview_box {
    HWND from, main, tray;
    struct worker *worker;
    struct json *what; /* owned; see preview_box_open */
    const struct sort *sort;
    int64_t deletes;       /* as shown: what OK agrees to */
    struct layout *layout; /* owned */
    bool busy;
};

/* What is previewed, by the member of `what` that says so. A sync is the tray's, which shows how far it
 * is; the others are done here. */
static const struct sort {
    const char *member;
    UINT title, ok; /* title 0: that of the template */
    enum rc (*work)(struct app *app, struct job *job, struct err *err);
} SORTS[] = {{"undo", TEXT_UNDO_TITLE, TEXT_UNDO_NOW, job_undo},
    {"repair", TEXT_REPAIR_TITLE, TEXT_REPAIR_NOW, job_rescue},
    {"restore", TEXT_RESTORE_TITLE, TEXT_RESTORE_NOW, job_rescue}, {NULL, 0, TEXT_SYNC, job_sync}};

static const struct sort *sort_of(const struct json *what)
{
    const struct sort *sort = SORTS;
    while (sort->member && !json_get(what, sort->member)) {
        sort++;
    }
    return sort;
}

static struct preview_box *box_of(HWND box)
{
    return (struct preview_box *)GetWindowLongPtrW(box, DWLP_USER);
}

/* ---- the list ---- */

enum column { COLUMN_WHAT, COLUMN_WHERE, COLUMN_ITEM, COLUMN_DETAIL, COLUMNS };

static const int SHARES[COLUMNS] = {21, 16, 26, 37};

static void add_row(
    HWND list, UINT what, const char *where, const char *item, WCHAR *detail /* owned */)
{
    size_t row = list_view_count(list);
    list_view_resize(list, row + 1);
    list_view_cell(list, row, COLUMN_WHAT, text_load(what, NULL, NULL));
    list_view_utf8(list, row, COLUMN_WHERE, where);
    list_view_utf8(list, row, COLUMN_ITEM, item);
    list_view_cell(list, row, COLUMN_DETAIL, detail);
}

static const char *account_of(const struct json *link, const struct json *entry)
{
    const char *side = json_get_str(entry, "side");
    return side ? json_get_str(json_get(link, side), "account") : NULL;
}

static void show_link(HWND list, const struct json *link)
{
    if (json_get_str(link, "error")) {
        enum rc rc = rc_from_name(json_get_str(link, "rc"));
        add_row(list, TEXT_PLAN_FAILED, NULL, json_get_str(link, "name"),
            text_error(rc, json_get_str(link, "error")));
    }
    for (const struct json *m = json_first(json_get(link, "messages")); m; m = json_next(m)) {
        add_row(list, json_get_bool(m, "held", false) ? TEXT_PLAN_HELD : TEXT_PLAN_FAILED,
            account_of(link, m), json_get_str(m, "title"), text_said(json_get_str(m, "text")));
    }
    for (const struct json *p = json_first(json_get(link, "planned")); p; p = json_next(p)) {
        struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(64 * 1024);
        const char *what = json_get_str(p, "what");
        text_add_fields(&text, json_get(p, "fields"));
        add_row(list, text_of_action(what), str_eq(what, "pair") ? NULL : account_of(link, p),
            json_get_str(p, "title"), win32_wide(buf_str(&text)));
    }
}

/* ---- the sum above it ---- */

static int64_t sum(const struct json *report, const char *side, const char *what)
{
    int64_t n = 0;
    const struct json *links = json_get(report, "links");
    for (const struct json *l = json_first(links); l; l = json_next(l)) {
        n += json_get_int(side ? json_get(l, side) : l, what, 0);
    }
    return n;
}

static void add_count(WCHAR **list, UINT id, int64_t n)
{
    *list = text_list_add(*list, text_count(id, n));
}

static void add_some(WCHAR **list, UINT id, int64_t n)
{
    if (n) {
        add_count(list, id, n);
    }
}

static void show_sum(HWND box, const struct json *report)
{
    WCHAR *text = NULL;
    add_count(
        &text, TEXT_SUM_CREATED, sum(report, "left", "created") + sum(report, "right", "created"));
    add_count(
        &text, TEXT_SUM_UPDATED, sum(report, "left", "updated") + sum(report, "right", "updated"));
    add_count(
        &text, TEXT_SUM_DELETED, sum(report, "left", "deleted") + sum(report, "right", "deleted"));
    add_some(&text, TEXT_SUM_PAIRED, sum(report, NULL, "paired"));
    add_some(&text, TEXT_SUM_DOUBTED, sum(report, NULL, "doubted"));
    add_some(&text, TEXT_SUM_HELD, sum(report, NULL, "held"));
    SetDlgItemTextW(box, PREVIEW_SUM, text);
    free(text);
}

/* ---- the job ---- */

static void set_busy(HWND box, bool busy)
{
    HWND bar = GetDlgItem(box, PREVIEW_PROGRESS);
    box_of(box)->busy = busy;
    EnableWindow(GetDlgItem(box, IDOK), !busy);
    SendMessageW(bar, PBM_SETMARQUEE, busy, 0);
    ShowWindow(bar, busy ? SW_SHOWNA : SW_HIDE);
    ShowWindow(GetDlgItem(box, PREVIEW_NOTE), busy ? SW_HIDE : SW_SHOWNA);
}

/* The first link that could not be done as a whole, or NULL. */
static const struct json *failed_link(const struct json *report)
{
    const struct json *l = json_first(json_get(report, "links"));
    while (l && !json_get_str(l, "error")) {
        l = json_next(l);
    }
    return l;
}

static void previewed(struct job *job)
{
    HWND box = job->window, list = GetDlgItem(box, PREVIEW_LIST);
    set_busy(box, false);
    if (job->rc != RC_OK) {
        CLEANUP(mem_free) WCHAR *why = text_error(job->rc, job->error);
        SetDlgItemTextW(box, PREVIEW_SUM, why);
        EnableWindow(GetDlgItem(box, IDOK), FALSE);
        return;
    }
    show_sum(box, job->ret);
    box_of(box)->deletes = sum(job->ret, "left", "deleted") + sum(job->ret, "right", "deleted");
    list_view_begin(list);
    for (const struct json *l = json_first(json_get(job->ret, "links")); l; l = json_next(l)) {
        show_link(list, l);
    }
    list_view_end(list);
    if (failed_link(job->ret) && box_of(box)->sort->work == job_rescue) {
        EnableWindow(
            GetDlgItem(box, IDOK), FALSE); /* it is about one link, and that cannot be done */
        return;
    }
    SetFocus(GetDlgItem(box, IDOK));
}

static void begin(HWND box, struct preview_box *b)
{
    static const struct layout_rule RULES[] = {{PREVIEW_SUM, 0, 0, 100, 0},
        {PREVIEW_LIST, 0, 0, 100, 100}, {PREVIEW_NOTE, 0, 100, 100, 0},
        {PREVIEW_PROGRESS, 0, 100, 100, 0}, {IDOK, 100, 100, 0, 0}, {IDCANCEL, 100, 100, 0, 0}};
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)b);
    b->layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    list_view_prepare(GetDlgItem(box, PREVIEW_LIST), TEXT_PLAN_COLUMN_FIRST, SHARES, COLUMNS);
    set_busy(box, true);
    CLEANUP(mem_free) WCHAR *ok = text_load(b->sort->ok, NULL, NULL);
    SetDlgItemTextW(box, IDOK, ok);
    if (b->sort->title) {
        CLEANUP(mem_free) WCHAR *title = text_load(b->sort->title, NULL, NULL);
        SetWindowTextW(box, title);
    }
    struct json *arg = json_dup(b->what);
    json_set_bool(arg, "preview", true);
    worker_do(b->worker, job_new(box, b->sort->work, previewed, arg));
}

static void end(HWND box)
{
    struct preview_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    worker_abandon(b->worker, box);
    layout_free(b->layout);
    json_free(b->what);
    free(b);
}

static void done(struct job *job)
{
    HWND box = job->window;
    const struct json *failed = job->rc == RC_OK ? failed_link(job->ret) : NULL;
    if (job->rc != RC_OK || failed) {
        enum rc rc = failed ? rc_from_name(json_get_str(failed, "rc")) : job->rc;
        set_busy(box, false);
        text_tell_error(box, rc, failed ? json_get_str(failed, "error") : job->error);
        return;
    }
    box_of(box)->busy = false;
    main_window_reload(box_of(box)->main, false);
    PostMessageW(box_of(box)->from, TRAY_MSG_CHANGED, 0, 0);
    DestroyWindow(box);
}

static void command_ok(HWND box, struct preview_box *b)
{
    if (b->sort->member) {
        struct json *arg = json_dup(b->what);
        json_set_int(arg, "deletes", b->deletes);
        set_busy(box, true);
        worker_do(b->worker, job_new(box, b->sort->work, done, arg));
    } else {
        PostMessageW(b->tray, TRAY_MSG_SYNC, 0, (LPARAM)json_dup(json_get(b->what, "links")));
        DestroyWindow(box);
    }
}

static INT_PTR CALLBACK preview_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        begin(box, (struct preview_box *)l);
        return TRUE;
    }
    struct preview_box *b = box_of(box);
    if (b && layout_message(b->layout, message, w, l)) {
        list_view_fit(GetDlgItem(box, PREVIEW_LIST), SHARES, COLUMNS);
    }
    switch (b ? message : WM_NULL) {
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !b->busy) {
            command_ok(box, b);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        }
        return TRUE;
    case WM_DESTROY:
        end(box);
        return TRUE;
    }
    return FALSE;
}

void preview_box_open(HWND from, HWND main, HWND tray, struct worker *w, struct json *what)
{
    struct preview_box *b = NEW(struct preview_box);
    *b = (struct preview_box){
        .from = from, .main = main, .tray = tray, .worker = w, .what = what, .sort = sort_of(what)};
    HWND box = dialog_open(DIALOG_PREVIEW, from, preview_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
