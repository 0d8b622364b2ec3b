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

enum { TIMER_SCHEDULE = 1, TIMER_FRAME, TIMER_LEAVE, TIMER_SOON };
#define SCHEDULE_MS   5000  /* how often we look whether a pass is due */
#define SOON_MS       250   /* the same after a change in Outlook or on a server */
#define PLAN_AGAIN_MS 30000 /* until the links are read again after that failed */
#define FRAME_MS      150   /* one picture of the animation */
#define LEAVE_MS                                                                                   \
    10000 /* how long Exit waits for a pass to come to a safe point; the journal covers the rest   \
           */
#define JOB_MS     500  /* how long a job that has told its result may need to be done */
#define SESSION_MS 4000 /* the same when Windows ends, which gives us five seconds */

struct tray {
    HWND window;
    struct icon *icon;           /* owned */
    struct worker *worker;       /* owned */
    struct watcher *watcher;     /* owned */
    struct listener *listener;   /* owned */
    struct surroundings *around; /* owned */
    struct schedule schedule;
    char *plan, *watched; /* owned; as last read: all, and what of it is watched */
    int64_t stamp;        /* of the files when it was read */
    int64_t plan_after;   /* ticks; not before */
    int64_t
        preset_due; /* ticks: what an administrator has set up is carried out; 0: nothing is to be */
    bool planning;  /* it is being read */
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

static void refresh(struct tray *t)
{
    WCHAR tip[TIP_SIZE];
    struct schedule_facts facts = surroundings_facts(t->around);
    tip_make(tip, &t->schedule, &facts, t->link);
    icon_set(t->icon, schedule_look(&t->schedule, &facts), t->frame, tip);
    main_window_status(t->main, &facts, tip);
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

/* When one of the files that hold links, accounts and settings was written last; they are others' to
 * change, too. */
static int64_t stamp_of(const struct tray *t)
{
    static const char *const FILES[] = {"lockstep.db", "settings.json", "secrets.json"};
    int64_t latest = 0;
    for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
        CLEANUP(mem_free) char *path = platform_path_join(t->home, FILES[i]);
        CLEANUP(mem_free) WCHAR *wide = win32_wide(path);
        WIN32_FILE_ATTRIBUTE_DATA data;
        if (GetFileAttributesExW(wide, GetFileExInfoStandard, &data)) {
            int64_t written = ((int64_t)data.ftLastWriteTime.dwHighDateTime << 32) |
                              data.ftLastWriteTime.dwLowDateTime;
            latest = written > latest ? written : latest;
        }
    }
    return latest;
}

/* What the watcher would have to know, as a text to compare. Caller frees. */
static char *plan_watched(const struct json *plan)
{
    struct buf text = BUF_INIT(1 << 20);
    for (const struct json *v = json_first(json_get(plan, "links")); v; v = json_next(v)) {
        if (json_get_str(v, "watched") && json_get_bool(v, "enabled", true) &&
            json_get_bool(v, "on_change", false) && !str_eq(json_get_str(v, "every"), "hand")) {
            buf_addf(&text, "%s\n%s\n", json_get_str(v, "name"),
                json_get_str(json_get(v, json_get_str(v, "watched")), "id"));
        }
    }
    return buf_take(&text);
}

static void take_plan(struct tray *t, const struct json *plan)
{
    CLEANUP(mem_free) char *text = json_print(plan);
    t->stamp = stamp_of(t);
    schedule_plan(&t->schedule, platform_now(), plan);
    listener_plan(t->listener, plan);
    if (!str_eq(text, t->plan)) {
        CLEANUP(mem_free) char *watched = plan_watched(plan);
        str_replace(&t->plan, text);
        if (!str_eq(watched, t->watched)) {
            str_replace(&t->watched, watched);
            watcher_plan(t->watcher, plan);
        }
        main_window_reload(t->main, false);
    }
    refresh(t);
}

static void planned(struct job *job)
{
    struct tray *t = tray_of(job->window);
    t->planning = false;
    if (job->rc == RC_OK) {
        take_plan(t, job->ret);
    } else { /* another Lockstep is at work, as like as not */
        t->plan_after = platform_ticks_ms() + PLAN_AGAIN_MS;
    }
}

/* Reads the links again if somebody has changed something. */
static void follow(struct tray *t)
{
    if (!t->schedule.running && !t->planning && !t->leaving &&
        platform_ticks_ms() >= t->plan_after && stamp_of(t) != t->stamp) {
        t->planning = true;
        worker_do(t->worker, job_new(t->window, job_plan, planned, NULL));
    }
}

static void pass_done(struct job *job)
{
    struct tray *t = tray_of(job->window);
    const struct json *report = job->rc == RC_OK ? job->ret : NULL;
    enum app_exit before = schedule_result(&t->schedule);
    enum app_exit result = report ? app_exit_of_sync(report) : app_exit_of(job->rc);
    KillTimer(t->window, TIMER_FRAME);
    free(TAKE(t->link));
    schedule_ended(&t->schedule, platform_now(), result, report);
    refresh(t);
    if (json_get(report, "plan")) {
        take_plan(t, json_get(report, "plan"));
    }
    result = schedule_result(&t->schedule);
    if (result != before && !t->leaving && schedule_needs_user(result)) {
        notify(t, result);
    }
}

/* `asked`: by a person. */
static void start_pass(struct tray *t, struct json *links /* owned; NULL: all */, bool asked)
{
    struct json *arg = json_object();
    json_set(arg, "links", links);
    json_set_bool(arg, "scheduled", !asked);
    if (t->schedule.running || t->leaving) {
        if (asked) {
            worker_hurry(t->worker);
        }
        json_free(arg);
        return;
    }
    schedule_started(&t->schedule, links);
    worker_do(t->worker, job_new(t->window, job_sync, pass_done, arg));
    SetTimer(t->window, TIMER_FRAME, FRAME_MS, NULL);
    refresh(t);
}

/* Begins what is due by itself. */
static void look(struct tray *t)
{
    struct schedule_facts facts = surroundings_facts(t->around);
    follow(t);
    struct json *due = t->planning ? NULL : schedule_due(&t->schedule, platform_now(), &facts);
    CLEANUP(json_free)
    struct json *listens = schedule_listens(&t->schedule, platform_now(), &facts);
    listener_follow(t->listener, listens);
    if (due) {
        start_pass(t, due, false);
    }
    if (!schedule_hurries(&t->schedule, platform_now())) {
        KillTimer(t->window, TIMER_SOON);
    }
    refresh(t);
}

/* `happened`: schedule_changed or schedule_told. */
static void on_watched(struct tray *t, struct json *names /* owned */,
    void (*happened)(struct schedule *s, int64_t now, const char *link))
{
    for (const struct json *n = json_first(names); n; n = json_next(n)) {
        happened(&t->schedule, platform_now(), json_str_value(n));
    }
    json_free(names);
    SetTimer(t->window, TIMER_SOON, SOON_MS, NULL);
}

static void on_woken(struct tray *t)
{
    note("woken up");
    schedule_wake(&t->schedule, platform_now());
    refresh(t);
}

static void on_network(struct tray *t)
{
    note("the network has changed");
    schedule_network(&t->schedule, platform_now());
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
        language_use(settings.language);
    }
    HMENU bar = dialog_menu(MENU_TRAY), menu = GetSubMenu(bar, 0);
    DeleteMenu(menu, t->schedule.running ? CMD_SYNC : CMD_STOP, MF_BYCOMMAND);
    if (t->schedule.paused) {
        DeleteMenu(menu, CMD_PAUSE_HOUR, MF_BYCOMMAND);
        DeleteMenu(menu, CMD_PAUSE, MF_BYCOMMAND);
    } else {
        DeleteMenu(menu, CMD_RESUME, MF_BYCOMMAND);
    }
    CheckMenuItem(
        menu, CMD_DEBUG, MF_BYCOMMAND | (settings.debug_logging ? MF_CHECKED : MF_UNCHECKED));
    if (app && app_setting_enforced(app, "debug_logging")) {
        EnableMenuItem(menu, CMD_DEBUG, MF_BYCOMMAND | MF_GRAYED);
    }
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

/* A sign-in that was refused is told once and not tried again before the next start. */
static void preset_done(struct job *job)
{
    struct tray *t = tray_of(job->window);
    if (job->rc == RC_OK) {
        t->preset_due = 0;
        main_window_reload(t->main, true);
        PostMessageW(t->window, TRAY_MSG_SYNC, 0, 0);
    } else if (job->rc == RC_AUTH) {
        t->preset_due = 0;
        notify(t, APP_EXIT_AUTH);
    }
    note(job->rc == RC_OK ? "set up as the administrator says" : job->error);
}

/* As the settings say now: the command line may have changed them. */
static void read_language(void)
{
    CLEANUP(app_close) struct app *app = NULL;
    if (app_open(NULL, &app, NULL) == RC_OK) {
        language_use(app_settings_get(app).language);
    }
}

static void open_main(struct tray *t)
{
    HWND before = t->main;
    if (!IsWindow(t->main)) {
        read_language();
    }
    t->main = main_window_open(t->main, t->window, t->worker, &t->schedule);
    CLEANUP(app_close) struct app *app = NULL;
    if (t->main != before && app_open(NULL, &app, NULL) == RC_OK) {
        CLEANUP(json_free) struct json *preset = preset_waiting(app);
        if (preset && !t->preset_due) {
            password_box_open(t->main, t->window, t->worker, preset, true);
        }
    }
    refresh(t);
}

static BOOL CALLBACK is_free(HWND window, LPARAM unused)
{
    (void)unused;
    return !IsWindowVisible(window) || IsWindowEnabled(window);
}

/* What is open is opened anew, in place. Not under a message box, which is a question of a window that
 * must still be there when it is answered; then the window changes when it is opened next. */
static void on_settings(struct tray *t)
{
    enum language before = language_used();
    read_language();
    refresh(t);
    WINDOWPLACEMENT place = {.length = sizeof place};
    if (language_used() != before && IsWindow(t->main) && GetWindowPlacement(t->main, &place) &&
        EnumThreadWindows(GetCurrentThreadId(), is_free, 0)) {
        DestroyWindow(t->main);
        open_main(t);
        SetWindowPlacement(t->main, &place);
    }
}

static void command(struct tray *t, int id)
{
    struct app_settings settings;
    switch (id) {
    case CMD_OPEN:
        open_main(t);
        break;
    case CMD_SYNC:
        start_pass(t, NULL, true);
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
    case CMD_RESCUE:
        rescue_box_open(t->main, t->window, t->worker);
        break;
    case CMD_SETTINGS:
        settings_box_open(t->window);
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
        look(t);
        if (!t->leaving) {
            t->preset_due = preset_follow(t->window, t->worker, t->preset_due, preset_done);
        }
        break;
    case TIMER_SOON:
        look(t);
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
    watcher_free(TAKE(t->watcher));
    listener_free(TAKE(t->listener));
    note("stopped");
    icon_free(TAKE(t->icon));
    if (t->main && IsWindow(t->main)) {
        DestroyWindow(t->main);
    }
    if (worker_wait(t->worker, JOB_MS)) {
        worker_free(TAKE(t->worker));
    } /* else the process ends under it; the journal finishes next time what it was at */
    surroundings_free(TAKE(t->around));
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
        start_pass(t, (struct json *)l, true);
        return 0;
    case TRAY_MSG_WATCHED:
        on_watched(t, (struct json *)l, schedule_changed);
        return 0;
    case TRAY_MSG_TOLD:
        on_watched(t, (struct json *)l, schedule_told);
        return 0;
    case TRAY_MSG_NETWORK:
        on_network(t);
        return 0;
    case WM_POWERBROADCAST:
        if (w == PBT_APMRESUMEAUTOMATIC) { /* comes with every wake-up, whoever caused it */
            on_woken(t);
        }
        return TRUE;
    case TRAY_MSG_SETTINGS:
        on_settings(t);
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
    language_use(settings.language);
    struct tray *t = NEW(struct tray); /* lives as long as the process */
    t->home = mem_strdup(app_home(app));
    t->log_dir = mem_strdup(app_log_dir(app));
    uint64_t seed;
    platform_random(&seed, sizeof seed);
    schedule_init(&t->schedule, platform_now(), settings.paused, settings.paused_until,
        settings.interval_minutes, seed);
    t->taskbar_created = RegisterWindowMessageW(L"TaskbarCreated");
    t->window = make_window(instance);
    if (!t->window) {
        return win32_fail(err, "make", "the window");
    }
    t->around = surroundings_new(t->window, TRAY_MSG_NETWORK);
    rc = worker_new(t->window, t->around, &t->worker, err);
    if (rc != RC_OK) {
        return rc;
    }
    t->watcher = watcher_new(t->window, TRAY_MSG_WATCHED);
    t->listener = listener_new(t->window);
    t->icon = icon_new(t->window);
    SetWindowLongPtrW(t->window, GWLP_USERDATA, (LONG_PTR)t);
    bool shown = icon_show(t->icon, false);
    refresh(t);
    t->preset_due = preset_announce(app, t->icon);
    SetTimer(t->window, TIMER_SCHEDULE, SCHEDULE_MS, NULL);
    PostMessageW(t->window, WM_TIMER, TIMER_SCHEDULE, 0); /* the links are read at once */
    log_line(app_log(app), LOG_LEVEL_INFO, "tray", "started, version %s, %s", LOCKSTEP_VERSION,
        shown ? "icon shown" : "no taskbar yet");
    *ret = t->window;
    return RC_OK;
}
