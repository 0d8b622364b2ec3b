/* Asks for a server and adds it as an account: the address or an e-mail address, user name and
 * password. What goes wrong is told in the box, which stays, so that nothing has to be typed twice.
 * "Test" tries it and tells each step. */
#include "client/tray/tray.h"

#include "client/app/guess.h"
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

struct server_box {
    HWND main;
    struct worker *worker;
    bool busy;
};

static struct server_box *box_of(HWND box)
{
    return (struct server_box *)GetWindowLongPtrW(box, DWLP_USER);
}

static void tell(HWND box, UINT id, const char *detail)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(detail ? detail : "");
    CLEANUP(mem_free) WCHAR *text = text_load(id, wide, NULL);
    SetDlgItemTextW(box, SERVER_RESULT, text);
}

static void tell_error(HWND box, const struct job *job)
{
    CLEANUP(mem_free) WCHAR *text = text_error(job->rc, job->error);
    SetDlgItemTextW(box, SERVER_RESULT, text);
}

/* ---- how to sign in ---- */

/* In the order of the list, and of its texts. */
static const char *const WAYS[] = {"password", "token", "windows", "oauth"};

static const char *way_of(HWND box)
{
    LRESULT i = SendDlgItemMessageW(box, SERVER_SIGN_IN, CB_GETCURSEL, 0, 0);
    return WAYS[i >= 0 && i < (LRESULT)ARRAY_LEN(WAYS) ? i : 0];
}

static void fill_ways(HWND box)
{
    for (size_t i = 0; i < ARRAY_LEN(WAYS); i++) {
        CLEANUP(mem_free) WCHAR *text = text_load(TEXT_SIGN_IN_FIRST + (UINT)i, NULL, NULL);
        SendDlgItemMessageW(box, SERVER_SIGN_IN, CB_ADDSTRING, 0, (LPARAM)text);
    }
    SendDlgItemMessageW(box, SERVER_SIGN_IN, CB_SETCURSEL, 0, 0);
}

/* What is asked for depends on it. */
static void show_way(HWND box)
{
    const char *way = way_of(box);
    bool password = str_eq(way, "password"), token = str_eq(way, "token");
    CLEANUP(mem_free)
    WCHAR *label = text_load(token ? TEXT_TOKEN_LABEL : SERVER_PASSWORD_LABEL, NULL, NULL);
    SetDlgItemTextW(box, SERVER_PASSWORD_LABEL, label);
    EnableWindow(GetDlgItem(box, SERVER_USER), password);
    EnableWindow(GetDlgItem(box, SERVER_PASSWORD), password || token);
    EnableWindow(GetDlgItem(box, SERVER_TEST), !str_eq(way, "oauth"));
}

static void set_busy(HWND box, bool busy)
{
    static const int CONTROLS[] = {SERVER_ADDRESS, SERVER_USER, SERVER_PASSWORD, SERVER_NAME,
        SERVER_SIGN_IN, SERVER_PLAIN, SERVER_TEST, IDOK};
    box_of(box)->busy = busy;
    for (size_t i = 0; i < ARRAY_LEN(CONTROLS); i++) {
        EnableWindow(GetDlgItem(box, CONTROLS[i]), !busy);
    }
    if (!busy) {
        show_way(box);
    }
}

static void added(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    if (job->rc != RC_OK) {
        tell_error(box, job);
        SetFocus(GetDlgItem(box, job->rc == RC_AUTH ? SERVER_PASSWORD : SERVER_ADDRESS));
        return;
    }
    main_window_reload(box_of(box)->main, true);
    DestroyWindow(box);
}

/* ---- a test ---- */

static const char *const STEPS[] = {"reach", "secure", "sign-in", "folders"};

static UINT step_text(const struct json *step)
{
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(STEPS) && !str_eq(json_get_str(step, "step"), STEPS[i])) {
        i++;
    }
    bool ok = json_get_bool(step, "ok", false);
    return json_get_bool(step, "plain", false)
               ? TEXT_STEP_PLAIN
               : (ok ? TEXT_STEP_GOOD_FIRST : TEXT_STEP_BAD_FIRST) + (UINT)i;
}

static void tried(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    struct buf lines CLEANUP_FINI(buf_fini) = BUF_INIT(16384);
    for (const struct json *s = json_first(json_get(job->ret, "steps")); s; s = json_next(s)) {
        const char *said = json_get_str(s, "text");
        CLEANUP(mem_free) WCHAR *detail = text_said(said ? said : "");
        CLEANUP(mem_free) WCHAR *wide = text_load(step_text(s), detail, NULL);
        CLEANUP(mem_free) char *line = win32_utf8(wide);
        buf_addf(&lines, "%s%s", lines.len ? "\r\n" : "", line);
    }
    if (job->rc == RC_OK) {
        tell(box, TEXT_DETAIL, buf_str(&lines));
    } else {
        tell_error(box, job);
    }
    SetFocus(GetDlgItem(box, json_get_bool(job->ret, "ok", false) ? IDOK : SERVER_TEST));
}

/* ---- adding ---- */

/* Fills in what follows from the address, where the user has said nothing else. */
static enum rc guess(HWND box, struct guess *ret, struct err *err)
{
    CLEANUP(mem_free) char *typed = text_of(box, SERVER_ADDRESS);
    enum rc rc = guess_server(typed, ret, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (ret->user && !GetWindowTextLengthW(GetDlgItem(box, SERVER_USER))) {
        CLEANUP(mem_free) WCHAR *user = win32_wide(ret->user);
        SetDlgItemTextW(box, SERVER_USER, user);
    }
    if (!GetWindowTextLengthW(GetDlgItem(box, SERVER_NAME))) {
        CLEANUP(mem_free) WCHAR *name = win32_wide(ret->name);
        SetDlgItemTextW(box, SERVER_NAME, name);
    }
    return RC_OK;
}

/* Tries or adds what was typed, if it makes sense so far. */
static void command_connect(
    HWND box, enum rc (*work)(struct app *, struct job *, struct err *), void (*done)(struct job *))
{
    struct guess g CLEANUP_FINI(guess_fini) = {0};
    struct err err = ERR_INIT;
    bool plain_allowed = IsDlgButtonChecked(box, SERVER_PLAIN) == BST_CHECKED;
    if (guess(box, &g, &err) != RC_OK) {
        tell(box, TEXT_DETAIL, err_text(&err));
        SetFocus(GetDlgItem(box, SERVER_ADDRESS));
    } else if (g.plain && !plain_allowed) {
        tell(box, TEXT_PLAIN, NULL);
        SetFocus(GetDlgItem(box, SERVER_PLAIN));
    } else {
        const char *way = way_of(box);
        bool page = str_eq(way, "oauth") || str_eq(way, "windows");
        CLEANUP(mem_free) char *user = text_of(box, SERVER_USER);
        CLEANUP(mem_free) char *name = text_of(box, SERVER_NAME);
        struct json *arg = json_object();
        json_set_str(arg, "name", name);
        json_set_str(arg, "url", g.url);
        json_set_str(arg, "user", str_eq(way, "password") ? user : NULL);
        json_set_str(arg, "sign_in", way);
        json_set_bool(arg, "allow_http", plain_allowed);
        set_busy(box, true);
        tell(box, str_eq(way, "oauth") ? TEXT_SIGN_IN_PAGE : TEXT_CONNECTING, g.url);
        struct job *job = job_new(box, work, done, arg);
        job->secret = page ? NULL : text_of(box, SERVER_PASSWORD);
        worker_do(box_of(box)->worker, job);
    }
    err_fini(&err);
}

static INT_PTR CALLBACK server_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        SendDlgItemMessageW(box, SERVER_NAME, EM_LIMITTEXT, 64, 0);
        fill_ways(box);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !box_of(box)->busy) {
            command_connect(box, job_add_server, added);
        } else if (LOWORD(w) == SERVER_TEST && !box_of(box)->busy) {
            command_connect(box, job_try_server, tried);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        } else if (LOWORD(w) == SERVER_SIGN_IN && HIWORD(w) == CBN_SELCHANGE) {
            show_way(box);
        } else if (LOWORD(w) == SERVER_ADDRESS && HIWORD(w) == EN_KILLFOCUS) {
            struct guess g CLEANUP_FINI(guess_fini) = {0};
            (void)!guess(box, &g, NULL);
        }
        return TRUE;
    case WM_DESTROY:
        free(box_of(box));
        SetWindowLongPtrW(box, DWLP_USER, 0);
        return TRUE;
    }
    return FALSE;
}

void server_box_open(HWND main, struct worker *w)
{
    struct server_box *b = NEW(struct server_box);
    *b = (struct server_box){.main = main, .worker = w};
    HWND box = dialog_open(DIALOG_SERVER, main, server_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
