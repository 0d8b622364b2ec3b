/* Asks whether a link is to go, and whether what Lockstep has put on its items in Outlook goes with
 * it; and lets it go. */
#include "client/tray/tray.h"

#include "client/platform/win32/text.h"
#include "resources/ids.h"

struct unlink_box {
    HWND main;
    struct worker *worker;
    char *link; /* owned */
};

static struct unlink_box *box_of(HWND box)
{
    return (struct unlink_box *)GetWindowLongPtrW(box, DWLP_USER);
}

static void tell(HWND box, UINT id)
{
    CLEANUP(mem_free) WCHAR *text = text_load(id, NULL, NULL);
    SetDlgItemTextW(box, UNLINK_RESULT, text);
}

static void show(HWND box)
{
    CLEANUP(mem_free) WCHAR *link = win32_wide(box_of(box)->link);
    CLEANUP(mem_free) WCHAR *question = text_load(TEXT_UNLINK_SURE, link, NULL);
    SetDlgItemTextW(box, UNLINK_QUESTION, question);
}

static void set_busy(HWND box, bool busy)
{
    EnableWindow(GetDlgItem(box, UNLINK_MARKS), !busy);
    EnableWindow(GetDlgItem(box, IDOK), !busy);
}

static void unlinked(struct job *job)
{
    HWND box = job->window;
    if (job->rc == RC_OK) {
        main_window_reload(box_of(box)->main, false);
        DestroyWindow(box);
        return;
    }
    CLEANUP(mem_free) WCHAR *text = text_error(job->rc, job->error);
    SetDlgItemTextW(box, UNLINK_RESULT, text);
    set_busy(box, false);
    SetFocus(GetDlgItem(box, IDOK));
}

static void command_ok(HWND box)
{
    bool marks = IsDlgButtonChecked(box, UNLINK_MARKS) == BST_CHECKED;
    struct json *arg = json_object();
    json_set_str(arg, "link", box_of(box)->link);
    json_set_bool(arg, "marks", marks);
    set_busy(box, true);
    tell(box, marks ? TEXT_UNLINK_MARKS : TEXT_UNLINKING);
    worker_do(box_of(box)->worker, job_new(box, job_unlink, unlinked, arg));
}

static INT_PTR CALLBACK unlink_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        show(box);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && IsWindowEnabled(GetDlgItem(box, IDOK))) {
            command_ok(box);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        }
        return TRUE;
    case WM_DESTROY:
        free(box_of(box)->link);
        free(box_of(box));
        SetWindowLongPtrW(box, DWLP_USER, 0);
        return TRUE;
    }
    return FALSE;
}

void unlink_box_open(HWND main, struct worker *w, const char *link)
{
    struct unlink_box *b = NEW(struct unlink_box);
    *b = (struct unlink_box){main, w, mem_strdup(link)};
    ShowWindow(dialog_open(DIALOG_UNLINK, main, unlink_proc, (LPARAM)b), SW_SHOW);
}
