/* The hidden window: joins icon, menu, schedule and worker. Everything here is short; what takes
 * time is the worker's. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <shellapi.h>
#include <wchar.h>
#include <windowsx.h>

enum { TIMER_SCHEDULE = 1, TIMER_FRAME, TIMER_LEAVE };
#define SCHEDULE_MS 5000 /* how often we look whether a pass is due */
#define FRAME_MS    150  /* one picture of the animation */
#define LEAVE_MS                                                                                   \
    10000 /* how long Exit waits for a pass to come to a safe point; the journal covers the rest   \
           */
#define JOB_MS     500  /* how long a job that has told its result may need to be done */
#define SESSION_MS 4000 /* the same when Windows ends, which gives us five seconds */

struct tray {
    HWND window;
    struct icon *icon;     /* owned */
    struct worker *worker; /* owned */
    struct schedule schedule;
    unsigned frame;
    HWND main;            /* the main window, as long as it is open */
    char *link;           /* owned; being synced, or NULL */
    char *home, *log_dir; /* owned */
    UINT taskbar_created;
    bool leaving;
};

/* Reads the settings, lets `change` alter them, stores them. The state file is not touched, so this
 * works during a pass. */
static enum rc with_settings(
    void (*change)(struct app_settings *s), const char *what, struct app_settings *ret)
{
    CLEANUP(app_close) struct app *app = NULL;
    struct err err = ERR_INIT;
    enum rc rc = app_open(NULL, &app, &err);
    if (rc == RC_OK) {
        *ret = app_settings_get(app);
        if (change) {
            change(ret);
            rc = app_settings_set(app, ret, &err);
        }
        if (rc == RC_OK) {
            log_line(app_log(app), LOG_LEVEL_INFO, "tray", "%s", what);
        } else {
            log_line(app_log(app), LOG_LEVEL_ERROR, "tray", "%s: %s", what, err_text(&err));
        }
    }
    err_fini(&err);
    return rc;
}

static void toggle_debug(struct app_settings *s)
{
    s->debug_logging = !s->debug_logging;
}

static void pause_until_resumed(struct app_settings *s)
{
    s->paused = true;
    s->paused_until = 0;
}

static void pause_an_hour(struct app_settings *s)
{
    s->paused = true;
    s->paused_until = platform_now() + 3600;
}

static void resume(struct app_settings *s)
{
    s->paused = false;
}

static void note(const char *what)
{
    struct app_settings unused;
    enum rc rc = with_settings(NULL, what, &unused);
    (void)rc; /* no log, no note */
}

/* ---- what the icon shows ---- */

static WCHAR *first_line(const struct tray *t)
{
    const struct schedule *s = &t->schedule;
    if (s->running) {
        CLEANUP(mem_free) WCHAR *link = win32_wide(t->link);
        return text_load(link ? TEXT_SYNCING_LINK : TEXT_SYNCING, link, NULL);
    }
    if (!s->last) {
        return text_load(TEXT_NEVER, NULL, NULL);
    }
    CLEANUP(mem_free) WCHAR *when = text_time(s->last);
    CLEANUP(mem_free) WCHAR *result = text_load(TEXT_EXIT_FIRST + (UINT)s->last_exit, NULL, NULL);
    return s->last_exit == APP_EXIT_OK ? text_load(TEXT_LAST_OK, when, NULL)
                                       : text_load(TEXT_LAST_TROUBLE, when, result);
}

static WCHAR *second_line(const struct tray *t)
{
    const struct schedule *s = &t->schedule;
    if (s->running) {
        return NULL;
    }
    if (s->paused) {
        CLEANUP(mem_free) WCHAR *until = s->paused_until ? text_time(s->paused_until) : NULL;
        return text_load(until ? TEXT_PAUSED_UNTIL : TEXT_PAUSED, until, NULL);
    }
    if (!s->next) {
        return text_load(TEXT_WAITING, NULL, NULL);
    }
    CLEANUP(mem_free) WCHAR *when = text_time(s->next);
    return text_load(TEXT_NEXT, when, NULL);
}

static void refresh(struct tray *t)
{
    CLEANUP(mem_free) WCHAR *first = first_line(t);
    CLEANUP(mem_free) WCHAR *second = second_line(t);
    WCHAR tip[128] = L""; /* the shell takes no more */
    wcsncat(tip, first, ARRAY_LEN(tip) - 1);
    if (second && wcslen(tip) + wcslen(second) + 1 < ARRAY_LEN(tip)) {
        wcscat(tip, L"\n");
        wcscat(tip, second);
    }
    icon_set(t->icon, schedule_look(&t->schedule), t->frame, tip);
    main_window_status(t->main, t->schedule.running, tip);
}

/* ---- passes ---- */

static struct tray *tray_of(HWND window)
{
    return (struct tray *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static void notify(struct tray *t, enum app_exit result)
{
    CLEANUP(mem_free) WCHAR *title = text_load(TEXT_ATTENTION, NULL, NULL);
    CLEANUP(mem_free) WCHAR *text = text_load(TEXT_EXIT_FIRST + (UINT)result, NULL, NULL);
    text[0] = (WCHAR)(UINT_PTR)CharUpperW(
        (WCHAR *)(UINT_PTR)text[0]); /* the table has it for the middle of a sentence */
    icon_notify(t->icon, title, text);
}

static void pass_done(struct job *job)
{
    struct tray *t = tray_of(job->window);
    enum app_exit result = job->rc == RC_OK ? app_exit_of_sync(job->ret) : app_exit_of(job->rc);
    bool news = result != t->schedule.last_exit;
    KillTimer(t->window, TIMER_FRAME);
    free(TAKE(t->link));
    schedule_ended(&t->schedule, platform_now(), result);
    refresh(t);
    if (news && !t->leaving && schedule_needs_user(result)) {
        notify(t, result);
    }
}

static void start_pass(struct tray *t, struct json *links /* owned; NULL: all */)
{
    struct json *arg = json_object();
    json_set(arg, "links", links);
    if (t->schedule.running || t->leaving) {
        json_free(arg);
        return;
    }
    schedule_started(&t->schedule);
    worker_do(t->worker, job_new(t->window, job_sync, pass_done, arg));
    SetTimer(t->window, TIMER_FRAME, FRAME_MS, NULL);
    refresh(t);
}

static void leave(struct tray *t)
{
    t->leaving = true;
    worker_end(t->worker);
    if (worker_wait(t->worker, 0)) {
        DestroyWindow(t->window);
        return;
    }
    SetTimer(t->window, TIMER_LEAVE, LEAVE_MS, NULL);
}

/* ---- menu ---- */

static void show_menu(struct tray *t, int x, int y)
{
    struct app_settings settings = {0};
    CLEANUP(app_close) struct app *app = NULL;
    if (app_open(NULL, &app, NULL) == RC_OK) {
        settings = app_settings_get(app);
    }
    HMENU bar = LoadMenuW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(MENU_TRAY)),
          menu = GetSubMenu(bar, 0);
    DeleteMenu(menu, t->schedule.running ? CMD_SYNC : CMD_STOP, MF_BYCOMMAND);
    if (t->schedule.paused) {
        DeleteMenu(menu, CMD_PAUSE_HOUR, MF_BYCOMMAND);
        DeleteMenu(menu, CMD_PAUSE, MF_BYCOMMAND);
    } else {
        DeleteMenu(menu, CMD_RESUME, MF_BYCOMMAND);
    }
    CheckMenuItem(
        menu, CMD_DEBUG, MF_BYCOMMAND | (settings.debug_logging ? MF_CHECKED : MF_UNCHECKED));
    SetMenuDefaultItem(menu, CMD_OPEN, FALSE);
    /* Foreground before and a message after: else the menu stays when the user clicks elsewhere
     * (TrackPopupMenu, Remarks). */
    SetForegroundWindow(t->window);
    TrackPopupMenu(menu,
        TPM_RIGHTBUTTON | (GetSystemMetrics(SM_MENUDROPALIGNMENT) ? TPM_RIGHTALIGN : 0), x, y, 0,
        t->window, NULL);
    PostMessageW(t->window, WM_NULL, 0, 0);
    DestroyMenu(bar);
}

static void command_pause(struct tray *t, void (*how)(struct app_settings *s))
{
    struct app_settings s;
    if (with_settings(how, "pause switched", &s) == RC_OK) {
        schedule_pause(&t->schedule, platform_now(), s.paused, s.paused_until);
        refresh(t);
    }
}

static void command_open_log(struct tray *t)
{
    CLEANUP(mem_free) WCHAR *dir = win32_wide(t->log_dir);
    ShellExecuteW(t->window, L"open", dir, NULL, NULL, SW_SHOWNORMAL);
}

/* ---- what an administrator has set up ---- */

/* Its account's name while it has not been carried out; NULL: there is nothing to ask. Caller frees. */
static char *preset_waiting(struct app *app)
{
    CLEANUP(json_free) struct json *preset = NULL;
    if (app_preset_get(app, &preset, NULL) != RC_OK || json_get_bool(preset, "done", false)) {
        return NULL;
    }
    return mem_strdup(json_get_str(preset, "account"));
}

/* No window opens by itself: a notification leads to it. */
static void announce_preset(struct tray *t, struct app *app)
{
    CLEANUP(mem_free) char *account = preset_waiting(app);
    if (account) {
        CLEANUP(mem_free) WCHAR *name = win32_wide(account);
        CLEANUP(mem_free) WCHAR *title = text_load(TEXT_PRESET_TITLE, NULL, NULL);
        CLEANUP(mem_free) WCHAR *text = text_load(TEXT_PRESET_READY, name, NULL);
        icon_notify(t->icon, title, text);
    }
}

static void open_main(struct tray *t)
{
    HWND before = t->main;
    t->main = main_window_open(t->main, t->window, t->worker);
    CLEANUP(app_close) struct app *app = NULL;
    if (t->main != before && app_open(NULL, &app, NULL) == RC_OK) {
        CLEANUP(mem_free) char *account = preset_waiting(app);
        if (account) {
            password_box_preset(t->main, t->window, t->worker, account);
        }
    }
    refresh(t);
}

static void command(struct tray *t, int id)
{
    struct app_settings settings;
    switch (id) {
    case CMD_OPEN:
        open_main(t);
        break;
    case CMD_SYNC:
        start_pass(t, NULL);
        break;
    case CMD_STOP:
        worker_stop(t->worker);
        break;
    case CMD_PAUSE:
        command_pause(t, pause_until_resumed);
        break;
    case CMD_PAUSE_HOUR:
        command_pause(t, pause_an_hour);
        break;
    case CMD_RESUME:
        command_pause(t, resume);
        break;
    case CMD_DEBUG:
        if (with_settings(toggle_debug, "debug logging switched", &settings) != RC_OK) {
            MessageBeep(MB_ICONERROR); /* the log could not be written either */
        }
        break;
    case CMD_OPEN_LOG:
        command_open_log(t);
        break;
    case CMD_CHECK:
        check_box_open(t->worker);
        break;
    case CMD_ABOUT:
        about_open(t->window, t->home);
        break;
    case CMD_EXIT:
        leave(t);
        break;
    case CMD_SHOW_RUNNING:
        note("a second instance was started");
        open_main(t);
        break;
    }
}

static void on_timer(struct tray *t, WPARAM timer)
{
    switch (timer) {
    case TIMER_SCHEDULE:
        icon_show(t->icon, false);
        if (schedule_due(&t->schedule, platform_now())) {
            start_pass(t, NULL);
        }
        break;
    case TIMER_FRAME:
        t->frame++;
        refresh(t);
        break;
    case TIMER_LEAVE:
        DestroyWindow(t->window);
        break;
    }
}

/* ---- the window ---- */

static void on_icon(struct tray *t, WPARAM w, LPARAM l)
{
    /* Version 4 of the icon protocol: the event is in the low word, the place in wparam. The mouse
     * sends WM_RBUTTONUP too; only the higher-level events are looked at, as both would open two
     * menus. */
    switch (LOWORD(l)) {
    case NIN_BALLOONUSERCLICK:
    case NIN_SELECT:
    case NIN_KEYSELECT:
        open_main(t);
        break;
    case WM_CONTEXTMENU:
        show_menu(t, GET_X_LPARAM(w), GET_Y_LPARAM(w));
        break;
    }
}

/* Of a pass; a preview tells its own window. */
static void on_progress(struct tray *t, struct tray_progress *p)
{
    if (t->schedule.running) {
        str_replace(&t->link, p->link);
        refresh(t);
        main_window_progress(t->main, p);
    }
    tray_progress_free(p);
}

static void on_job(struct tray *t, struct job *job)
{
    if (IsWindow(job->window)) {
        job->done(job);
    }
    job_free(job);
    if (t->leaving) {
        DestroyWindow(t->window);
    }
}

static void on_destroy(struct tray *t)
{
    note("stopped");
    icon_free(TAKE(t->icon));
    if (t->main && IsWindow(t->main)) {
        DestroyWindow(t->main);
    }
    if (worker_wait(t->worker, JOB_MS)) {
        worker_free(TAKE(t->worker));
    } /* else the process ends under it; the journal finishes next time what it was at */
    PostQuitMessage(0);
}

static LRESULT CALLBACK tray_proc(HWND window, UINT message, WPARAM w, LPARAM l)
{
    struct tray *t = tray_of(window);
    if (!t) {
        return DefWindowProcW(window, message, w, l);
    }
    if (message == t->taskbar_created) {
        icon_show(t->icon, true);
        return 0;
    }
    switch (message) {
    case TRAY_MSG_ICON:
        on_icon(t, w, l);
        return 0;
    case TRAY_MSG_PROGRESS:
        on_progress(t, (struct tray_progress *)l);
        return 0;
    case TRAY_MSG_JOB:
        on_job(t, (struct job *)l);
        return 0;
    case TRAY_MSG_SYNC:
        start_pass(t, (struct json *)l);
        return 0;
    case WM_COMMAND:
        command(t, LOWORD(w));
        return 0;
    case WM_TIMER:
        on_timer(t, w);
        return 0;
    case WM_ENDSESSION:
        if (w) {
            worker_end(t->worker);
            worker_wait(t->worker, SESSION_MS);
        }
        return 0;
    case WM_CLOSE: /* from installers and taskkill */
        leave(t);
        return 0;
    case WM_DESTROY:
        on_destroy(t);
        return 0;
    }
    return DefWindowProcW(window, message, w, l);
}

static HWND make_window(HINSTANCE instance)
{
    WNDCLASSW wc = {
        .lpfnWndProc = tray_proc,
        .hInstance = instance,
        .lpszClassName = TRAY_CLASS,
        .hIcon = LoadIconW(instance, MAKEINTRESOURCEW(ICON_LOCKSTEP)),
    };
    RegisterClassW(&wc);
    /* Top-level, not message-only: those do not get the broadcast TaskbarCreated. */
    return CreateWindowW(
        TRAY_CLASS, L"Lockstep", WS_OVERLAPPED, 0, 0, 0, 0, NULL, NULL, instance, NULL);
}

enum rc tray_open(HINSTANCE instance, HWND *ret, struct err *err)
{
    CLEANUP(app_close) struct app *app = NULL;
    enum rc rc = app_open(NULL, &app, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct app_settings settings = app_settings_get(app);
    struct tray *t = NEW(struct tray); /* lives as long as the process */
    t->home = mem_strdup(app_home(app));
    t->log_dir = mem_strdup(app_log_dir(app));
    schedule_init(&t->schedule, platform_now(), settings.paused, settings.paused_until,
        settings.interval_minutes);
    t->taskbar_created = RegisterWindowMessageW(L"TaskbarCreated");
    t->window = make_window(instance);
    if (!t->window) {
        return win32_fail(err, "make", "the window");
    }
    rc = worker_new(t->window, &t->worker, err);
    if (rc != RC_OK) {
        return rc;
    }
    t->icon = icon_new(t->window);
    SetWindowLongPtrW(t->window, GWLP_USERDATA, (LONG_PTR)t);
    bool shown = icon_show(t->icon, false);
    refresh(t);
    announce_preset(t, app);
    SetTimer(t->window, TIMER_SCHEDULE, SCHEDULE_MS, NULL);
    log_line(app_log(app), LOG_LEVEL_INFO, "tray", "started, version %s, %s", LOCKSTEP_VERSION,
        shown ? "icon shown" : "no taskbar yet");
    *ret = t->window;
    return RC_OK;
}
