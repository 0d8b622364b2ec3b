/* The settings of one link: which way it leads, who wins where both sides changed a field, how large a photo or file
 * may be, from when to when new items are fetched and which the filter takes, what becomes of
 * meetings of others, when it is synced by itself. Only what the link's kind of items has is shown. */
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

#include <stdio.h>

struct link_box {
    HWND main;
    struct worker *worker;
    struct json *link; /* owned; as from app_status */
    bool busy;
};

static struct link_box *box_of(HWND box)
{
    return (struct link_box *)GetWindowLongPtrW(box, DWLP_USER);
}

/* ---- choices ---- */

static const char *const DIRECTIONS[] = {"two-way", "left-to-right", "right-to-left", NULL};
static const char *const POLICIES[] = {"newest", "left", "right", "ask", NULL};
static const char *const INVITATIONS[] = {"leave", "answer", NULL};

/* Texts from `first` on, an account's name in those that have a place for one. */
static void fill_choices(HWND box, int control, UINT first, const char *const *values,
    const char *const *accounts, const char *now)
{
    for (int i = 0; values[i]; i++) {
        CLEANUP(mem_free) WCHAR *account = win32_wide(accounts ? accounts[i] : NULL);
        CLEANUP(mem_free) WCHAR *text = text_load(first + (UINT)i, account, NULL);
        SendDlgItemMessageW(box, control, CB_ADDSTRING, 0, (LPARAM)text);
        if (str_eq(values[i], now)) {
            SendDlgItemMessageW(box, control, CB_SETCURSEL, (WPARAM)i, 0);
        }
    }
}

static const char *chosen(HWND box, int control, const char *const *values)
{
    LRESULT i = SendDlgItemMessageW(box, control, CB_GETCURSEL, 0, 0);
    return i == CB_ERR ? NULL : values[i];
}

static const struct {
    const char *member;
    int control;
} SWITCHES[] = {{"on_change", LINK_ON_CHANGE}, {"on_battery", LINK_ON_BATTERY},
    {"on_metered", LINK_ON_METERED}};
static const long INTERVALS[] = {
    APP_EVERY_DEFAULT, APP_EVERY_HAND, 5, 15, 30, 60, 120, 240, 720, 1440};

static WCHAR *text_of_interval(long minutes)
{
    if (minutes <= 0) {
        return text_load(TEXT_EVERY_FIRST + (minutes == APP_EVERY_HAND), NULL, NULL);
    }
    bool hours = minutes > 60 && minutes % 60 == 0;
    CLEANUP(mem_free) WCHAR *number = text_number(hours ? minutes / 60 : minutes);
    return text_load(hours ? TEXT_EVERY_HOURS : TEXT_EVERY_MINUTES, number, NULL);
}

static void add_interval(HWND list, long minutes, bool chosen)
{
    CLEANUP(mem_free) WCHAR *text = text_of_interval(minutes);
    LRESULT i = SendMessageW(list, CB_ADDSTRING, 0, (LPARAM)text);
    SendMessageW(list, CB_SETITEMDATA, (WPARAM)i, minutes);
    if (chosen) {
        SendMessageW(list, CB_SETCURSEL, (WPARAM)i, 0);
    }
}

/* Those in the list, and the present one if it is another. */
static void fill_intervals(HWND list, const char *every)
{
    long now = str_eq(every, "hand")      ? APP_EVERY_HAND
               : str_eq(every, "default") ? APP_EVERY_DEFAULT
                                          : strtol(every, NULL, 10);
    bool listed = false;
    for (size_t i = 0; i < ARRAY_LEN(INTERVALS); i++) {
        listed = listed || INTERVALS[i] == now;
        add_interval(list, INTERVALS[i], INTERVALS[i] == now);
    }
    if (!listed) {
        add_interval(list, now, true);
    }
}

/* As in struct app_when. Caller frees. */
static char *chosen_interval(HWND list)
{
    LRESULT i = SendMessageW(list, CB_GETCURSEL, 0, 0);
    long minutes = (long)SendMessageW(list, CB_GETITEMDATA, (WPARAM)i, 0);
    return minutes == APP_EVERY_HAND      ? mem_strdup("hand")
           : minutes == APP_EVERY_DEFAULT ? mem_strdup("default")
                                          : str_printf("%ld", minutes);
}

/* ---- what is shown ---- */

static void show(HWND box, const int *controls, size_t count, bool shown)
{
    for (size_t i = 0; i < count; i++) {
        ShowWindow(GetDlgItem(box, controls[i]), shown ? SW_SHOWNA : SW_HIDE);
    }
}

/* A number, or nothing where there is no limit. */
static void set_number(HWND box, int control, const struct json *of, const char *member)
{
    if (json_get(of, member)) {
        SetDlgItemInt(box, control, (UINT)json_get_int(of, member, 0), FALSE);
    }
}

/* Names as they may be typed. */
static void set_names(HWND box, int control, const struct json *names)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (struct json *n = json_first(names); n; n = json_next(n)) {
        buf_addf(&b, "%s%s", b.len ? ", " : "", json_str_value(n));
    }
    CLEANUP(mem_free) char *text = buf_take(&b);
    CLEANUP(mem_free) WCHAR *wide = win32_wide(text);
    SetDlgItemTextW(box, control, wide);
}

static void fill_filter(HWND box, const struct json *filter)
{
    set_names(box, LINK_ONLY, json_get(filter, "categories"));
    set_names(box, LINK_WITHOUT, json_get(filter, "not_categories"));
    CheckDlgButton(box, LINK_PRIVATE, json_get(filter, "private") == NULL);
}

static void fill(HWND box, const struct json *link)
{
    static const int WINDOW[] = {LINK_WINDOW_LABEL, LINK_PAST_LABEL, LINK_PAST, LINK_FUTURE_LABEL,
        LINK_FUTURE, LINK_WINDOW_NOTE};
    static const int LIMIT[] = {LINK_LIMIT_LABEL, LINK_LIMIT, LINK_LIMIT_NOTE};
    static const int ON_CHANGE[] = {LINK_ON_CHANGE};
    static const int MEETINGS[] = {LINK_INVITATIONS_LABEL, LINK_INVITATIONS};
    const char *kind = json_get_str(link, "kind");
    const char *left = json_get_str(json_get(link, "left"), "account");
    const char *right = json_get_str(json_get(link, "right"), "account");
    bool photos = json_get(link, "photo_limit") != NULL;
    bool limited = photos || json_get(link, "attachment_limit");
    CLEANUP(mem_free) WCHAR *name = win32_wide(json_get_str(link, "name"));
    CLEANUP(mem_free) WCHAR *title = text_load(TEXT_LINK_TITLE, name, NULL);
    CLEANUP(mem_free)
    WCHAR *label = text_load(photos ? TEXT_PHOTOS_UP_TO : TEXT_FILES_UP_TO, NULL, NULL);
    SetWindowTextW(box, title);
    SetDlgItemTextW(box, LINK_LIMIT_LABEL, label);
    fill_choices(box, LINK_DIRECTION, TEXT_DIRECTION_FIRST, DIRECTIONS,
        (const char *const[]){NULL, right, left, NULL}, json_get_str(link, "direction"));
    fill_choices(box, LINK_POLICY, TEXT_POLICY_FIRST, POLICIES,
        (const char *const[]){NULL, left, right, NULL}, json_get_str(link, "policy"));
    fill_choices(box, LINK_INVITATIONS, TEXT_INVITATIONS_FIRST, INVITATIONS, NULL,
        json_get_str(link, "invitations"));
    set_number(box, LINK_LIMIT, link, photos ? "photo_limit" : "attachment_limit");
    set_number(box, LINK_PAST, json_get(link, "window"), "past");
    set_number(box, LINK_FUTURE, json_get(link, "window"), "future");
    fill_filter(box, json_get(link, "filter"));
    fill_intervals(GetDlgItem(box, LINK_EVERY), json_get_str(link, "every"));
    for (size_t i = 0; i < ARRAY_LEN(SWITCHES); i++) {
        CheckDlgButton(box, SWITCHES[i].control, json_get_bool(link, SWITCHES[i].member, true));
    }
    show(box, ON_CHANGE, ARRAY_LEN(ON_CHANGE), json_get(link, "on_change") != NULL);
    show(box, LIMIT, ARRAY_LEN(LIMIT), limited);
    show(box, WINDOW, ARRAY_LEN(WINDOW), str_eq(kind, "event") || str_eq(kind, "task"));
    show(box, MEETINGS, ARRAY_LEN(MEETINGS), json_get(link, "invitations") != NULL);
}

/* ---- OK ---- */

static void set_busy(HWND box, bool busy)
{
    box_of(box)->busy = busy;
    EnableWindow(GetDlgItem(box, IDOK), !busy);
}

/* Another direction than the one way it leads now: the next sync is like a first one. */
static bool turned(HWND box)
{
    const char *now = json_get_str(box_of(box)->link, "direction");
    return !str_eq(now, DIRECTIONS[0]) && !str_eq(now, chosen(box, LINK_DIRECTION, DIRECTIONS));
}

static void changed(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    if (job->rc != RC_OK) {
        CLEANUP(mem_free) WCHAR *why = text_error(job->rc, job->error);
        SetDlgItemTextW(box, LINK_RESULT, why);
        return;
    }
    HWND main = box_of(box)->main;
    main_window_reload(main, false);
    if (!json_get_bool(job->ret, "enabled", true) && turned(box)) {
        struct json *links = json_array(); /* what was left alone till now comes across: show it */
        json_append(links, json_dup(json_get(job->ret, "name")));
        main_window_preview(main, links);
    }
    DestroyWindow(box);
}

/* What is not shown is not set: it would be refused for this kind of link. */
static void set_typed(HWND box, struct json *arg, const char *member, int control, const char *none)
{
    if (IsWindowVisible(GetDlgItem(box, control))) {
        CLEANUP(mem_free) char *typed = text_of(box, control);
        json_set_str(arg, member, *typed || !none ? typed : none);
    }
}

static void command_ok(HWND box)
{
    const struct json *link = box_of(box)->link;
    struct json *arg = json_object();
    json_set_str(arg, "link", json_get_str(link, "name"));
    json_set_str(arg, "direction", chosen(box, LINK_DIRECTION, DIRECTIONS));
    if (turned(box)) { /* as a new link: synced when its preview has been seen */
        json_set_str(arg, "enabled", "no");
    }
    json_set_str(arg, "policy", chosen(box, LINK_POLICY, POLICIES));
    set_typed(box, arg, json_get(link, "photo_limit") ? "photo_limit" : "attachment_limit",
        LINK_LIMIT, NULL);
    set_typed(box, arg, "past", LINK_PAST, "all");
    set_typed(box, arg, "future", LINK_FUTURE, "all");
    set_typed(box, arg, "categories", LINK_ONLY, "all");
    set_typed(box, arg, "not_categories", LINK_WITHOUT, "none");
    json_set_str(arg, "private", IsDlgButtonChecked(box, LINK_PRIVATE) ? "all" : "skip");
    if (json_get(link, "invitations")) {
        json_set_str(arg, "invitations", chosen(box, LINK_INVITATIONS, INVITATIONS));
    }
    CLEANUP(mem_free) char *every = chosen_interval(GetDlgItem(box, LINK_EVERY));
    json_set_str(arg, "every", every);
    for (size_t i = 0; i < ARRAY_LEN(SWITCHES); i++) {
        if (json_get(link, SWITCHES[i].member)) {
            json_set_str(arg, SWITCHES[i].member,
                IsDlgButtonChecked(box, SWITCHES[i].control) ? "yes" : "no");
        }
    }
    set_busy(box, true);
    worker_do(box_of(box)->worker, job_new(box, job_set_link, changed, arg));
}

static INT_PTR CALLBACK link_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        fill(box, box_of(box)->link);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK && !box_of(box)->busy) {
            command_ok(box);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        }
        return TRUE;
    case WM_DESTROY:
        json_free(box_of(box)->link);
        free(box_of(box));
        SetWindowLongPtrW(box, DWLP_USER, 0);
        return TRUE;
    }
    return FALSE;
}

void link_box_open(HWND main, struct worker *w, struct json *link)
{
    struct link_box *b = NEW(struct link_box);
    *b = (struct link_box){.main = main, .worker = w, .link = link};
    HWND box = dialog_open(DIALOG_LINK, main, link_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
