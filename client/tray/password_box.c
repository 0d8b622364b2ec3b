/* Asks for a new password of an account, keeps it and tries it; or for the first one of a server that an
 * administrator has set up, which then gets its account and its links. */
#include "client/tray/tray.h"

#include "client/platform/win32/text.h"
#include "resources/ids.h"

struct password_box {
    HWND main, tray;
    struct worker *worker;
    char *account; /* owned */
    bool preset;   /* set up by an administrator, and not carried out yet */
    bool busy;
};

static struct password_box *box_of(HWND box)
{
    return (struct password_box *)GetWindowLongPtrW(box, DWLP_USER);
}

static void tell(HWND box, UINT id, const char *detail)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(detail);
    CLEANUP(mem_free) WCHAR *text = text_load(id, wide, NULL);
    SetDlgItemTextW(box, PASSWORD_RESULT, text);
}

static void tell_error(HWND box, const struct job *job)
{
    CLEANUP(mem_free) WCHAR *text = text_error(job->rc, job->error);
    SetDlgItemTextW(box, PASSWORD_RESULT, text);
}

static void show_label(HWND box, const struct password_box *b)
{
    CLEANUP(mem_free) WCHAR *name = text_label(b->account);
    CLEANUP(mem_free)
    WCHAR *text = text_load(b->preset ? TEXT_PRESET_ASK : TEXT_PASSWORD_OF, name, NULL);
    SetDlgItemTextW(box, PASSWORD_LABEL, text);
    if (b->preset) {
        CLEANUP(mem_free) WCHAR *title = text_load(TEXT_PRESET_TITLE, NULL, NULL);
        SetWindowTextW(box, title);
    }
}

static void set_busy(HWND box, bool busy)
{
    box_of(box)->busy = busy;
    EnableWindow(GetDlgItem(box, PASSWORD_TEXT), !busy);
    EnableWindow(GetDlgItem(box, IDOK), !busy);
}

static void tried(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    if (job->rc != RC_OK) {
        tell_error(box, job);
        SetFocus(GetDlgItem(box, PASSWORD_TEXT));
        return;
    }
    if (box_of(box)->preset && !json_count(json_get(job->ret, "links"))) {
        const struct json *why = json_first(json_get(job->ret, "failed"));
        text_ask(box, MB_ICONWARNING | MB_OK, TEXT_FAILED, why ? json_str_value(why) : "");
    }
    main_window_reload(box_of(box)->main, true);
    /* After a rejected one the schedule waits for a person: here is one. */
    PostMessageW(box_of(box)->tray, TRAY_MSG_SYNC, 0, 0);
    DestroyWindow(box);
}

static void command_ok(HWND box)
{
    struct json *arg = json_object();
    json_set_str(arg, "account", box_of(box)->account);
    set_busy(box, true);
    tell(box, TEXT_CONNECTING, box_of(box)->account);
    struct job *job =
        job_new(box, box_of(box)->preset ? job_apply_preset : job_set_password, tried, arg);
    job->secret = text_of(box, PASSWORD_TEXT);
    worker_do(box_of(box)->worker, job);
}

static INT_PTR CALLBACK password_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        show_label(box, box_of(box));
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !box_of(box)->busy) {
            command_ok(box);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        }
        return TRUE;
    case WM_DESTROY:
        free(box_of(box)->account);
        free(box_of(box));
        SetWindowLongPtrW(box, DWLP_USER, 0);
        return TRUE;
    }
    return FALSE;
}

static void open_box(const struct password_box *what)
{
    struct password_box *b = NEW(struct password_box);
    *b = *what;
    HWND box = dialog_open(DIALOG_PASSWORD, b->main, password_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}

void password_box_open(HWND main, HWND tray, struct worker *w, const char *account)
{
    open_box(&(struct password_box){
        .main = main, .tray = tray, .worker = w, .account = mem_strdup(account)});
}

void password_box_preset(HWND main, HWND tray, struct worker *w, const char *account)
{
    open_box(&(struct password_box){
        .main = main, .tray = tray, .worker = w, .account = mem_strdup(account), .preset = true});
}
