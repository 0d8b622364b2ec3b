/* What a sync would do, before it does it: created, changed field by field, deleted, paired. The
 * preview writes nothing. */
#include "client/tray/layout.h"
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <commctrl.h>

struct preview_box {
    HWND main, tray;
    struct worker *worker;
    struct json *links;    /* owned; names, none: all */
    struct layout *layout; /* owned */
    bool busy;
};

static struct preview_box *box_of(HWND box)
{
    return (struct preview_box *)GetWindowLongPtrW(box, DWLP_USER);
}

/* ---- the list ---- */

enum column { COLUMN_WHAT, COLUMN_WHERE, COLUMN_ITEM, COLUMN_DETAIL, COLUMNS };

static void prepare_list(HWND list)
{
    static const int SHARES[COLUMNS] = {15, 18, 27, 40}; /* percent of the width */
    RECT r;
    GetClientRect(list, &r);
    int width = r.right - GetSystemMetrics(SM_CXVSCROLL);
    SendMessageW(list, LVM_SETEXTENDEDLISTVIEWSTYLE, 0,
        LVS_EX_FULLROWSELECT | LVS_EX_LABELTIP | LVS_EX_DOUBLEBUFFER);
    for (int i = 0; i < COLUMNS; i++) {
        CLEANUP(mem_free) WCHAR *text = text_load((UINT)(TEXT_PLAN_COLUMN_FIRST + i), NULL, NULL);
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_SUBITEM,
            .cx = width * SHARES[i] / 100,
            .pszText = text,
            .iSubItem = i};
        SendMessageW(list, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
}

static void add_row(HWND list, UINT what, const char *where, const char *item, const char *detail)
{
    CLEANUP(mem_free) WCHAR *first = text_load(what, NULL, NULL);
    const char *const rest[] = {where, item, detail};
    LVITEMW row = {.mask = LVIF_TEXT, .iItem = ListView_GetItemCount(list), .pszText = first};
    row.iItem = (int)SendMessageW(list, LVM_INSERTITEMW, 0, (LPARAM)&row);
    for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
        CLEANUP(mem_free) WCHAR *text = win32_wide(rest[i] ? rest[i] : "");
        LVITEMW cell = {
            .mask = LVIF_TEXT, .iItem = row.iItem, .iSubItem = (int)i + 1, .pszText = text};
        SendMessageW(list, LVM_SETITEMW, 0, (LPARAM)&cell);
    }
}

static void add_value(struct buf *text, const struct json *v)
{
    CLEANUP(mem_free) char *printed = json_is_str(v) || !v ? NULL : json_print(v);
    const char *s = printed ? printed : json_str_value(v);
    buf_addf(text, "%s", s ? s : "\xe2\x80\x93");
}

/* "Mobile phone: 1 -> 2; ..." */
static void add_fields(struct buf *text, const struct json *fields)
{
    for (const struct json *f = json_first(fields); f; f = json_next(f)) {
        buf_addf(text, "%s%s: ", text->len ? "; " : "", json_get_str(f, "field"));
        add_value(text, json_get(f, "old"));
        buf_addf(text, " \xe2\x86\x92 ");
        add_value(text, json_get(f, "new"));
    }
}

static UINT word_of(const char *what)
{
    return str_eq(what, "create")   ? TEXT_PLAN_CREATE
           : str_eq(what, "update") ? TEXT_PLAN_UPDATE
           : str_eq(what, "delete") ? TEXT_PLAN_DELETE
                                    : TEXT_PLAN_PAIR;
}

static const char *account_of(const struct json *link, const struct json *entry)
{
    const char *side = json_get_str(entry, "side");
    return side ? json_get_str(json_get(link, side), "account") : NULL;
}

static void show_link(HWND list, const struct json *link)
{
    if (json_get_str(link, "error")) {
        add_row(
            list, TEXT_PLAN_FAILED, NULL, json_get_str(link, "name"), json_get_str(link, "error"));
    }
    for (const struct json *m = json_first(json_get(link, "messages")); m; m = json_next(m)) {
        add_row(list, json_get_bool(m, "held", false) ? TEXT_PLAN_HELD : TEXT_PLAN_FAILED,
            account_of(link, m), json_get_str(m, "title"), json_get_str(m, "text"));
    }
    for (const struct json *p = json_first(json_get(link, "planned")); p; p = json_next(p)) {
        struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(64 * 1024);
        const char *what = json_get_str(p, "what");
        add_fields(&text, json_get(p, "fields"));
        add_row(list, word_of(what), str_eq(what, "pair") ? NULL : account_of(link, p),
            json_get_str(p, "title"), buf_str(&text));
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
    CLEANUP(mem_free) WCHAR *number = text_number(n);
    *list = text_list_add(*list, text_load(id, number, NULL));
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

static void previewed(struct job *job)
{
    HWND box = job->window, list = GetDlgItem(box, PREVIEW_LIST);
    set_busy(box, false);
    if (job->rc != RC_OK) {
        CLEANUP(mem_free) WCHAR *why = win32_wide(job->error);
        SetDlgItemTextW(box, PREVIEW_SUM, why);
        EnableWindow(GetDlgItem(box, IDOK), FALSE);
        return;
    }
    show_sum(box, job->ret);
    SendMessageW(list, WM_SETREDRAW, FALSE, 0);
    for (const struct json *l = json_first(json_get(job->ret, "links")); l; l = json_next(l)) {
        show_link(list, l);
    }
    SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    SetFocus(GetDlgItem(box, IDOK));
}

static void begin(HWND box, struct preview_box *b)
{
    static const struct layout_rule RULES[] = {{PREVIEW_SUM, 0, 0, 100, 0},
        {PREVIEW_LIST, 0, 0, 100, 100}, {PREVIEW_NOTE, 0, 100, 100, 0},
        {PREVIEW_PROGRESS, 0, 100, 100, 0}, {IDOK, 100, 100, 0, 0}, {IDCANCEL, 100, 100, 0, 0}};
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)b);
    b->layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    prepare_list(GetDlgItem(box, PREVIEW_LIST));
    set_busy(box, true);
    struct json *arg = json_object();
    json_set(arg, "links", json_dup(b->links));
    json_set_bool(arg, "preview", true);
    worker_do(b->worker, job_new(box, job_sync, previewed, arg));
}

static void end(HWND box)
{
    struct preview_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    if (b->busy) {
        worker_stop(b->worker); /* nobody waits for it any more */
    }
    layout_free(b->layout);
    json_free(b->links);
    free(b);
}

static INT_PTR CALLBACK preview_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        begin(box, (struct preview_box *)l);
        return TRUE;
    }
    struct preview_box *b = box_of(box);
    switch (b ? message : WM_NULL) {
    case WM_SIZE:
        layout_apply(b->layout);
        return TRUE;
    case WM_GETMINMAXINFO:
        ((MINMAXINFO *)l)->ptMinTrackSize = layout_smallest(b->layout);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !b->busy) {
            PostMessageW(b->tray, TRAY_MSG_SYNC, 0, (LPARAM)json_dup(b->links));
            DestroyWindow(box);
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

void preview_box_open(HWND main, HWND tray, struct worker *w, const struct json *links)
{
    struct preview_box *b = NEW(struct preview_box);
    *b = (struct preview_box){.main = main, .tray = tray, .worker = w, .links = json_dup(links)};
    HWND box = CreateDialogParamW(
        GetModuleHandleW(NULL), MAKEINTRESOURCEW(DIALOG_PREVIEW), main, preview_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
