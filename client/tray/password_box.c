/* A new sign-in of an account: asks for a password or token, keeps it and tries it, or has the person sign in at the
 * server's page, or tries again what Windows knows; or the first one of a server that an administrator has set up, which
 * then gets its account and its links. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

struct password_box {
    HWND main, tray;
    struct worker *worker;
    char *account, *way; /* owned */
    bool preset;         /* set up by an administrator, and not carried out yet */
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

static bool asks_secret(const struct password_box *b)
{
    return !str_eq(b->way, "windows") && !str_eq(b->way, "oauth");
}

static void show_label(HWND box, const struct password_box *b)
{
    bool token = str_eq(b->way, "token"), secret = asks_secret(b);
    UINT id = b->preset ? (token       ? TEXT_PRESET_TOKEN
                              : secret ? TEXT_PRESET_ASK
                                       : TEXT_PRESET_PAGE)
                        : (token       ? TEXT_TOKEN_OF
                              : secret ? TEXT_PASSWORD_OF
                                       : TEXT_SIGN_IN_OF);
    CLEANUP(mem_free) WCHAR *name = text_label(b->account);
    CLEANUP(mem_free) WCHAR *text = text_load(id, name, NULL);
    SetDlgItemTextW(box, PASSWORD_LABEL, text);
    ShowWindow(GetDlgItem(box, PASSWORD_TEXT), secret ? SW_SHOWNA : SW_HIDE);
    if (b->preset || !secret) {
        CLEANUP(mem_free)
        WCHAR *title = text_load(b->preset ? TEXT_PRESET_TITLE : TEXT_SIGN_IN_TITLE, NULL, NULL);
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
    bool page = str_eq(box_of(box)->way, "oauth");
    tell(box, page ? TEXT_SIGN_IN_PAGE : TEXT_CONNECTING, box_of(box)->account);
    struct job *job = job_new(box,
        box_of(box)->preset        ? job_apply_preset
        : asks_secret(box_of(box)) ? job_set_password
                                   : job_sign_in,
        tried, arg);
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
        free(box_of(box)->way);
        free(box_of(box));
        SetWindowLongPtrW(box, DWLP_USER, 0);
        return TRUE;
    }
    return FALSE;
}

void password_box_open(HWND main, HWND tray, struct worker *w, const struct json *what, bool preset)
{
    const char *name = json_get_str(what, preset ? "account" : "name");
    struct password_box *b = NEW(struct password_box);
    *b = (struct password_box){.main = main,
        .tray = tray,
        .worker = w,
        .account = mem_strdup(name),
        .way = mem_strdup(json_get_str(what, "sign_in")),
        .preset = preset};
    HWND box = dialog_open(DIALOG_PASSWORD, b->main, password_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
