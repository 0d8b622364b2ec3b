/* What both sides are to have where they have different texts: above what each has, to look at and to
 * copy from, below what is to be written. */
#include "client/app/attention.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

struct merge_box {
    HWND from;
    struct worker *worker;
    int64_t id;                       /* of the conflict */
    char *title, *field, *account[2]; /* owned */
    struct json *texts;               /* owned */
    bool busy;
};

static struct merge_box *box_of(HWND box)
{
    return (struct merge_box *)GetWindowLongPtrW(box, DWLP_USER);
}

/* ---- texts, whose lines end otherwise in a control ---- */

static void set_text(HWND box, int control, const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '\n') {
            buf_addc(&b, '\r');
        }
        if (*p != '\r') {
            buf_addc(&b, *p);
        }
    }
    CLEANUP(mem_free) char *lines = buf_take(&b);
    CLEANUP(mem_free) WCHAR *wide = win32_wide(lines);
    SetDlgItemTextW(box, control, wide);
}

/* As documents have it; where it must be one line, line ends become spaces. Caller frees. */
static char *own_text(HWND box)
{
    CLEANUP(mem_free) char *typed = text_of(box, MERGE_OWN);
    bool lines = json_get_bool(box_of(box)->texts, "lines", false);
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const char *p = typed; *p; p++) {
        if (*p != '\r') {
            buf_addc(&b, *p == '\n' && !lines ? ' ' : *p);
        }
    }
    CLEANUP(mem_free) char *text = buf_take(&b);
    return lines ? TAKE(text) : str_trim(text);
}

static void fill(HWND box)
{
    const struct merge_box *b = box_of(box);
    const char *left = json_get_str(b->texts, "left"), *right = json_get_str(b->texts, "right");
    CLEANUP(mem_free) WCHAR *field = text_said(b->field);
    CLEANUP(mem_free) WCHAR *title = win32_wide(b->title);
    CLEANUP(mem_free) WCHAR *what = text_load(TEXT_FIELD, title, field);
    SetDlgItemTextW(box, MERGE_WHAT, what);
    for (int s = 0; s < 2; s++) {
        CLEANUP(mem_free) WCHAR *account = win32_wide(b->account[s]);
        CLEANUP(mem_free) WCHAR *label = text_load(TEXT_MERGE_SIDE, account, NULL);
        SetDlgItemTextW(box, s ? MERGE_RIGHT_LABEL : MERGE_LEFT_LABEL, label);
        set_text(box, s ? MERGE_RIGHT : MERGE_LEFT, s ? right : left);
    }
    set_text(box, MERGE_OWN, left ? left : right);
}

/* ---- OK ---- */

static void set_busy(HWND box, bool busy)
{
    box_of(box)->busy = busy;
    EnableWindow(GetDlgItem(box, MERGE_OWN), !busy);
    EnableWindow(GetDlgItem(box, IDOK), !busy);
}

static void written(struct job *job)
{
    HWND box = job->window;
    const struct json *failed = json_first(json_get(job->ret, "links"));
    const char *why = job->rc != RC_OK ? job->error : json_get_str(failed, "error");
    set_busy(box, false);
    if (why) {
        enum rc rc = job->rc != RC_OK ? job->rc : rc_from_name(json_get_str(failed, "rc"));
        CLEANUP(mem_free) WCHAR *text = text_error(rc, why);
        SetDlgItemTextW(box, MERGE_RESULT, text);
        SetFocus(GetDlgItem(box, MERGE_OWN));
        return;
    }
    PostMessageW(box_of(box)->from, TRAY_MSG_CHANGED, 0, 0);
    DestroyWindow(box);
}

static void command_ok(HWND box)
{
    struct json *arg = json_object();
    CLEANUP(mem_free) char *text = own_text(box);
    json_set_int(arg, "id", box_of(box)->id);
    json_set_str(arg, "text", text);
    set_busy(box, true);
    worker_do(box_of(box)->worker, job_new(box, job_write_own, written, arg));
}

/* ---- the box ---- */

static void end(HWND box)
{
    struct merge_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    free(b->title);
    free(b->field);
    free(b->account[0]);
    free(b->account[1]);
    json_free(b->texts);
    free(b);
}

static INT_PTR CALLBACK merge_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        fill(box);
        SetFocus(GetDlgItem(box, MERGE_OWN));
        return FALSE; /* the focus is where it should be */
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !box_of(box)->busy) {
            command_ok(box);
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

void merge_box_open(HWND from, struct worker *w, const struct attention_row *row)
{
    struct merge_box *b = NEW(struct merge_box);
    *b = (struct merge_box){.from = from,
        .worker = w,
        .id = row->id,
        .title = mem_strdup(row->title),
        .field = mem_strdup(json_get_str(json_first(row->fields), "field")),
        .account = {mem_strdup(row->account[0]), mem_strdup(row->account[1])},
        .texts = json_dup(row->texts)};
    HWND box = dialog_open(DIALOG_MERGE, from, merge_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
