/* The program's own settings: the language of the windows, how often all links are synced, what is kept, how servers
 * are reached. They are in a file of their own, so that this works during a pass, too, and needs no worker. What an
 * administrator has set is grey. */
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

#include <stddef.h>

static HWND tray_of(HWND box)
{
    return (HWND)GetWindowLongPtrW(box, DWLP_USER);
}

static const struct number {
    const char *name; /* of the setting, as in settings.json */
    int control;
    size_t member; /* of struct app_settings */
} NUMBERS[] = {
    {"interval_minutes", SETTINGS_EVERY, offsetof(struct app_settings, interval_minutes)},
    {"history_days", SETTINGS_HISTORY, offsetof(struct app_settings, history_days)},
    {"backup_keep", SETTINGS_BACKUPS, offsetof(struct app_settings, backup_keep)},
};

static const struct flag {
    const char *name;
    int control;
    size_t member;
} FLAGS[] = {
    {"first_sync_backup", SETTINGS_FIRST_BACKUP, offsetof(struct app_settings, first_sync_backup)},
    {"outlook_apart", SETTINGS_APART, offsetof(struct app_settings, outlook_apart)},
    {"event_log", SETTINGS_EVENTS, offsetof(struct app_settings, event_log)},
};

static long *number_of(struct app_settings *s, const struct number *n)
{
    return (long *)(void *)((char *)s + n->member);
}

static bool *flag_of(struct app_settings *s, const struct flag *f)
{
    return (bool *)(void *)((char *)s + f->member);
}

/* The first two mean what they say, and the third is an address. */
static const char *const PROXIES[] = {"system", "none", NULL};
#define PROXY_OTHER 2

/* ---- what is shown ---- */

/* Each by its own name, so that whoever cannot read the others finds theirs. */
static WCHAR *text_of_language(enum language language)
{
    const char *name = language_name(language == LANGUAGE_AUTO ? language_of_windows() : language);
    WCHAR *wide = win32_wide(name);
    if (language == LANGUAGE_AUTO) {
        WCHAR *text = text_load(TEXT_LANGUAGE_AUTO, wide, NULL);
        free(wide);
        return text;
    }
    return wide;
}

static void fill_language(HWND box, enum language now)
{
    for (int i = 0; i < LANGUAGES; i++) {
        CLEANUP(mem_free) WCHAR *text = text_of_language((enum language)i);
        SendDlgItemMessageW(box, SETTINGS_LANGUAGE, CB_ADDSTRING, 0, (LPARAM)text);
    }
    SendDlgItemMessageW(box, SETTINGS_LANGUAGE, CB_SETCURSEL, (WPARAM)now, 0);
}

static LRESULT chosen(HWND box, int control)
{
    return SendDlgItemMessageW(box, control, CB_GETCURSEL, 0, 0);
}

/* An address is typed only where one is used. */
static void enable_proxy_name(HWND box)
{
    BOOL on = IsWindowEnabled(GetDlgItem(box, SETTINGS_PROXY)) &&
              chosen(box, SETTINGS_PROXY) == PROXY_OTHER;
    EnableWindow(GetDlgItem(box, SETTINGS_PROXY_NAME), on);
}

static void fill_proxy(HWND box, const char *now)
{
    WPARAM is = PROXY_OTHER;
    for (UINT i = 0; i < ARRAY_LEN(PROXIES); i++) {
        CLEANUP(mem_free) WCHAR *text = text_load(TEXT_PROXY_FIRST + i, NULL, NULL);
        SendDlgItemMessageW(box, SETTINGS_PROXY, CB_ADDSTRING, 0, (LPARAM)text);
        is = PROXIES[i] && str_eq(now, PROXIES[i]) ? i : is;
    }
    SendDlgItemMessageW(box, SETTINGS_PROXY, CB_SETCURSEL, is, 0);
    if (is == PROXY_OTHER) {
        CLEANUP(mem_free) WCHAR *address = win32_wide(now);
        SetDlgItemTextW(box, SETTINGS_PROXY_NAME, address);
    }
}

static void lock_enforced(HWND box, const struct app *app, const char *name, int control)
{
    if (app_setting_enforced(app, name)) {
        CLEANUP(mem_free) WCHAR *why = text_load(TEXT_ENFORCED, NULL, NULL);
        EnableWindow(GetDlgItem(box, control), FALSE);
        SetDlgItemTextW(box, SETTINGS_RESULT, why);
    }
}

static void fill(HWND box, const struct app *app)
{
    struct app_settings s = app_settings_get(app);
    fill_language(box, s.language);
    lock_enforced(box, app, "language", SETTINGS_LANGUAGE);
    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        SetDlgItemInt(box, NUMBERS[i].control, (UINT)*number_of(&s, &NUMBERS[i]), FALSE);
        lock_enforced(box, app, NUMBERS[i].name, NUMBERS[i].control);
    }
    for (size_t i = 0; i < ARRAY_LEN(FLAGS); i++) {
        CheckDlgButton(box, FLAGS[i].control, *flag_of(&s, &FLAGS[i]));
        lock_enforced(box, app, FLAGS[i].name, FLAGS[i].control);
    }
    fill_proxy(box, s.proxy);
    lock_enforced(box, app, "proxy", SETTINGS_PROXY);
    enable_proxy_name(box);
}

/* ---- OK ---- */

/* Says what is wrong with what was typed there. Takes the text over. */
static void refuse(HWND box, int control, WCHAR *why)
{
    HWND typed = GetDlgItem(box, control);
    SetDlgItemTextW(box, SETTINGS_RESULT, why);
    SendMessageW(box, WM_NEXTDLGCTL, (WPARAM)typed, TRUE);
    SendMessageW(typed, EM_SETSEL, 0, -1);
    free(why);
}

static bool read_number(HWND box, const struct number *n, struct app_settings *s)
{
    long min = 0, max = 0;
    BOOL is_number = FALSE;
    UINT typed = GetDlgItemInt(box, n->control, &is_number, FALSE);
    if (!app_setting_range(n->name, &min, &max) ||
        (is_number && typed >= (UINT)min && typed <= (UINT)max)) {
        *number_of(s, n) = (long)typed;
        return true;
    }
    CLEANUP(mem_free) WCHAR *from = text_number(min);
    CLEANUP(mem_free) WCHAR *to = text_number(max);
    refuse(box, n->control, text_load(TEXT_RANGE, from, to));
    return false;
}

static bool read_proxy(HWND box, struct app_settings *s)
{
    LRESULT way = chosen(box, SETTINGS_PROXY);
    CLEANUP(mem_free) char *typed = text_of(box, SETTINGS_PROXY_NAME);
    const char *proxy = way >= 0 && way < PROXY_OTHER ? PROXIES[way] : typed;
    if (app_settings_proxy(s, proxy, NULL) == RC_OK) {
        return true;
    }
    refuse(box, SETTINGS_PROXY_NAME, text_load(TEXT_PROXY_BAD, NULL, NULL));
    return false;
}

static bool read_all(HWND box, struct app_settings *s)
{
    LRESULT language = chosen(box, SETTINGS_LANGUAGE);
    s->language = language == CB_ERR ? s->language : (enum language)language;
    for (size_t i = 0; i < ARRAY_LEN(FLAGS); i++) {
        *flag_of(s, &FLAGS[i]) = IsDlgButtonChecked(box, FLAGS[i].control) == BST_CHECKED;
    }
    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        if (!read_number(box, &NUMBERS[i], s)) {
            return false;
        }
    }
    return read_proxy(box, s);
}

static void command_ok(HWND box)
{
    CLEANUP(app_close) struct app *app = NULL;
    struct err err = ERR_INIT;
    enum rc rc = app_open(NULL, &app, &err);
    if (rc == RC_OK) {
        struct app_settings s = app_settings_get(app);
        if (!read_all(box, &s)) {
            err_fini(&err);
            return;
        }
        rc = app_settings_set(app, &s, &err);
    }
    if (rc == RC_OK) {
        PostMessageW(tray_of(box), TRAY_MSG_SETTINGS, 0, 0);
        DestroyWindow(box);
    } else {
        text_ask(box, MB_ICONWARNING | MB_OK, TEXT_FAILED, err_text(&err));
    }
    err_fini(&err);
}

static void open_settings(HWND box)
{
    CLEANUP(app_close) struct app *app = NULL;
    struct err err = ERR_INIT;
    if (app_open(NULL, &app, &err) == RC_OK) {
        fill(box, app);
    } else {
        CLEANUP(mem_free) WCHAR *why = win32_wide(err_text(&err));
        SetDlgItemTextW(box, SETTINGS_RESULT, why);
        EnableWindow(GetDlgItem(box, IDOK), FALSE);
    }
    err_fini(&err);
}

static INT_PTR CALLBACK settings_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(box, DWLP_USER, l);
        open_settings(box);
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(w) == IDOK) {
            command_ok(box);
        } else if (LOWORD(w) == IDCANCEL) {
            DestroyWindow(box);
        } else if (LOWORD(w) == SETTINGS_PROXY && HIWORD(w) == CBN_SELCHANGE) {
            enable_proxy_name(box);
        }
        return TRUE;
    }
    return FALSE;
}

void settings_box_open(HWND tray)
{
    /* No owner: a window owned by a hidden one could not be reached with Alt+Tab. */
    HWND box = dialog_open(DIALOG_SETTINGS, NULL, settings_proc, (LPARAM)tray);
    ShowWindow(box, SW_SHOW);
    SetForegroundWindow(box);
}
