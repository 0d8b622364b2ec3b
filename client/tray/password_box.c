/* Asks for a new password of an account, keeps it and tries it. */
#include "client/tray/tray.h"

#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

struct password_box {
    HWND main;
    struct worker *worker;
    char *account; /* owned */
    bool busy;
};

static struct password_box *box_of(HWND box)
{
    return (struct password_box *)GetWindowLongPtrW(box, DWLP_USER);
}

static void tell(HWND box, int control, UINT id, const char *detail)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(detail);
    CLEANUP(mem_free) WCHAR *text = text_load(id, wide, NULL);
    SetDlgItemTextW(box, control, text);
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
        tell(box, PASSWORD_RESULT, TEXT_DETAIL, job->error);
        SetFocus(GetDlgItem(box, PASSWORD_TEXT));
        return;
    }
    main_window_reload(box_of(box)->main, true);
    DestroyWindow(box);
}

static void command_ok(HWND box)
{
    CLEANUP(platform_secret_free) char *password = text_of(box, PASSWORD_TEXT);
    struct json *arg = json_object();
    json_set_str(arg, "account", box_of(box)->account);
    json_set_str(arg, "password", password);
    set_busy(box, true);
    tell(box, PASSWORD_RESULT, TEXT_CONNECTING, box_of(box)->account);
    worker_do(box_of(box)->worker, job_new(box, job_set_password, tried, arg));
}

static INT_PTR CALLBACK password_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        tell(box, PASSWORD_LABEL, TEXT_PASSWORD_OF, box_of(box)->account);
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

void password_box_open(HWND main, struct worker *w, const char *account)
{
    struct password_box *b = NEW(struct password_box);
    *b = (struct password_box){.main = main, .worker = w, .account = mem_strdup(account)};
    HWND box = CreateDialogParamW(
        GetModuleHandleW(NULL), MAKEINTRESOURCEW(DIALOG_PASSWORD), main, password_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
