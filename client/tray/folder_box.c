/* Asks for the name and kind of a new folder and makes it. What goes wrong, a name that is taken say, is
 * told in the box, which stays. It is asked for once: nothing repeats it but the person. */
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

struct folder_box {
    HWND main;
    struct worker *worker;
    char *account, *name; /* owned; name NULL: none proposed */
    enum item_kind kind;
    bool busy;
};

static struct folder_box *box_of(HWND box)
{
    return (struct folder_box *)GetWindowLongPtrW(box, DWLP_USER);
}

static void tell(HWND box, const char *what)
{
    CLEANUP(mem_free) WCHAR *text = win32_wide(what);
    SetDlgItemTextW(box, FOLDER_RESULT, text);
}

static void set_busy(HWND box, bool busy)
{
    static const int CONTROLS[] = {FOLDER_NAME, FOLDER_KIND, IDOK};
    box_of(box)->busy = busy;
    for (size_t i = 0; i < ARRAY_LEN(CONTROLS); i++) {
        EnableWindow(GetDlgItem(box, CONTROLS[i]), !busy);
    }
}

static void fill(HWND box, const struct folder_box *b)
{
    CLEANUP(mem_free) WCHAR *account = win32_wide(b->account);
    CLEANUP(mem_free) WCHAR *where = text_load(TEXT_FOLDER_WHERE, account, NULL);
    CLEANUP(mem_free) WCHAR *name = win32_wide(b->name);
    SetDlgItemTextW(box, FOLDER_WHERE, where);
    for (int k = 0; k < ITEM_KINDS; k++) {
        CLEANUP(mem_free) WCHAR *kind = text_load((UINT)(TEXT_KIND_FIRST + k), NULL, NULL);
        SendDlgItemMessageW(box, FOLDER_KIND, CB_ADDSTRING, 0, (LPARAM)kind);
    }
    SendDlgItemMessageW(box, FOLDER_KIND, CB_SETCURSEL, (WPARAM)b->kind, 0);
    SendDlgItemMessageW(box, FOLDER_NAME, EM_LIMITTEXT, 200, 0);
    SetDlgItemTextW(box, FOLDER_NAME, name);
    SendDlgItemMessageW(box, FOLDER_NAME, EM_SETSEL, 0, -1);
}

static void made(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    if (job->rc != RC_OK) {
        tell(box, job->error);
        SetFocus(GetDlgItem(box, FOLDER_NAME));
        return;
    }
    main_window_folder_made(box_of(box)->main, job->ret);
    DestroyWindow(box);
}

static void command_ok(HWND box)
{
    CLEANUP(mem_free) char *typed = text_of(box, FOLDER_NAME);
    CLEANUP(mem_free) char *name = str_trim(typed);
    LRESULT kind = SendDlgItemMessageW(box, FOLDER_KIND, CB_GETCURSEL, 0, 0);
    struct json *arg = json_object();
    json_set_str(arg, "account", box_of(box)->account);
    json_set_str(arg, "name", name);
    json_set_str(arg, "kind", item_kind_name((enum item_kind)(kind < 0 ? 0 : kind)));
    set_busy(box, true);
    tell(box, "");
    worker_do(box_of(box)->worker, job_new(box, job_make_folder, made, arg));
}

static void close_box(HWND box)
{
    struct folder_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    free(b->account);
    free(b->name);
    free(b);
}

static INT_PTR CALLBACK folder_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        fill(box, box_of(box));
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !box_of(box)->busy) {
            command_ok(box);
        } else if (LOWORD(w) == IDCANCEL && !box_of(box)->busy) {
            DestroyWindow(
                box); /* not while it is being made: what came of it would be told nowhere */
        }
        return TRUE;
    case WM_DESTROY:
        close_box(box);
        return TRUE;
    }
    return FALSE;
}

void folder_box_open(
    HWND main, struct worker *w, const char *account, const char *name, enum item_kind kind)
{
    struct folder_box *b = NEW(struct folder_box);
    *b = (struct folder_box){.main = main,
        .worker = w,
        .account = mem_strdup(account),
        .name = mem_strdup(name),
        .kind = kind};
    HWND box = dialog_open(DIALOG_FOLDER, main, folder_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
