/* What the files of the tray program share. UTF-16 here, UTF-8 in client/app. */
#ifndef LOCKSTEP_TRAY_TRAY_H
#define LOCKSTEP_TRAY_TRAY_H

#include "client/app/language.h"
#include "client/app/schedule.h"
#include "client/tray/job.h"
#include "client/tray/surroundings.h"

#include <windows.h>

#define TRAY_CLASS L"LockstepTray" /* of the hidden window; its title is the icon's tooltip */

#define TRAY_MSG_ICON     (WM_APP + 1) /* from the shell: something happened to the icon */
#define TRAY_MSG_PROGRESS (WM_APP + 2) /* from the worker: lparam is a struct tray_progress, ours */
#define TRAY_MSG_JOB      (WM_APP + 3) /* from the worker: lparam is a struct job that has been run */
#define TRAY_MSG_SYNC                                                                              \
    (WM_APP + 4) /* from a window: sync the links lparam names, a JSON array, ours; none: all */

#define TRAY_MSG_CHANGED                                                                           \
    (WM_APP + 5) /* to the box that opened another: that one has done its work */

#define TRAY_MSG_NETWORK (WM_APP + 6) /* from surroundings.c: the network changed */
#define TRAY_MSG_WATCHED                                                                           \
    (WM_APP +                                                                                      \
        7) /* from the watcher: something changed in Outlook; lparam is a JSON array of the   \
                    names of links, ours */
#define TRAY_MSG_TOLD     (WM_APP + 9) /* likewise of something on a server (push.h) */
#define TRAY_MSG_SETTINGS (WM_APP + 8) /* from a window: the settings have been changed */

/* Where a pass is. */
struct tray_progress {
    char *link;   /* owned; UTF-8 */
    bool writing; /* else reading and comparing */
    size_t done, total;
};
void tray_progress_free(struct tray_progress *p);

/* ---- icon.c: the icon in the notification area ---- */
struct icon;
struct icon *icon_new(HWND window);
void icon_free(struct icon *icon); /* removes it */
/* Puts it there. Nothing happens if it is there already, except with `again`: Explorer has
 * restarted and knows nothing of it. Returns whether it is there now; at logon the taskbar may come
 * later than we do. */
bool icon_show(struct icon *icon, bool again);
/* Shows another state; `frame` counts up while syncing. Does nothing if nothing changed. */
void icon_set(struct icon *icon, enum schedule_look look, unsigned frame, const WCHAR *tip);
/* A notification, for what needs the user. */
void icon_notify(struct icon *icon, const WCHAR *title, const WCHAR *text);

/* ---- worker.c: jobs on a thread of their own ---- */
struct worker;
enum rc worker_new(HWND tray, struct surroundings *around, struct worker **ret, struct err *err)
    WARN_UNUSED;
/* After what was given to it before; TRAY_MSG_JOB follows. Takes the job over. */
void worker_do(struct worker *w, struct job *job);
/* Asks the running job to end at its next safe point. */
void worker_stop(struct worker *w);
/* `window` is being closed: its running job is asked to end, its waiting ones are dropped. */
void worker_abandon(struct worker *w, HWND window);
/* Passes nobody asked for keep out of the way of somebody at work; for the job itself, on its thread,
 * at its beginning and its end. */
void worker_quiet(struct worker *w, bool quiet);
/* Somebody waits for the running job now. */
void worker_hurry(struct worker *w);
/* worker_stop for good: what waits is not begun any more. */
void worker_end(struct worker *w);
/* For all jobs to end; true if they have. */
bool worker_wait(struct worker *w, DWORD milliseconds);
void worker_free(struct worker *w); /* waits for the running job without limit, drops the others */
/* For the jobs themselves, on its thread; `user` is the worker. */
void worker_progress(void *user, const char *link, const char *phase, size_t done, size_t total);
bool worker_stopping(void *user);

/* ---- watcher.c: changes in Outlook and on servers as they happen ---- */
struct watcher;
/* `message`: TRAY_MSG_WATCHED for Outlook, TRAY_MSG_TOLD for servers. */
struct watcher *watcher_new(HWND tray, UINT message);
/* Watches by this plan (app_schedule_plan, of servers push_plan; copied) from now on; the message follows. */
void watcher_plan(struct watcher *w, const struct json *plan);
void watcher_free(struct watcher *w);
/* A watcher of servers that listens only while it should. */
struct listener;
struct listener *listener_new(HWND tray);
void listener_plan(struct listener *l, const struct json *plan); /* app_schedule_plan, copied */
/* To the servers of these links (schedule_listens) and no others; asked as often as one likes. */
void listener_follow(struct listener *l, const struct json *links);
void listener_free(struct listener *l);

/* ---- tip.c: when was the last sync, when is the next ---- */
#define TIP_SIZE 128 /* the shell takes no more */
/* `link`: what is being synced, UTF-8, or NULL. */
void tip_make(WCHAR tip[TIP_SIZE], const struct schedule *s, const struct schedule_facts *f,
    const char *link);
/* When one link is synced next, or in a word why it is not; NULL: nothing to say. Caller frees. */
WCHAR *tip_next(const struct schedule *s, const struct schedule_facts *f, const char *link);

/* ---- language.c ---- */
/* Texts are in that language from now on, on this thread, which is the one of all windows; what is open
 * stays as it is. */
void language_use(enum language setting);
enum language language_used(void);       /* never LANGUAGE_AUTO */
enum language language_of_windows(void); /* what LANGUAGE_AUTO comes to */
/* A text of a language's table, without a NUL at its end; *ret_len is 0 if there is none. */
const WCHAR *language_text(enum language language, UINT id, size_t *ret_len);

/* ---- dialog.c ---- */
/* CreateDialogParam, with all texts in the language in use before `proc` gets WM_INITDIALOG. */
HWND dialog_open(UINT dialog, HWND owner, DLGPROC proc, LPARAM param);
HMENU dialog_menu(UINT menu); /* LoadMenu, likewise; to be destroyed */

/* ---- text.c ---- */
/* `text` with the first of `places` put in for each %1 and so on (NULL = nothing). Caller frees. */
WCHAR *text_put(const WCHAR *text, size_t len, const WCHAR *const *places, size_t count);
/* A text of the table with the first put in for each %1 and the second for each %2 (NULL = nothing).
 * Caller frees. */
WCHAR *text_load(UINT id, const WCHAR *first, const WCHAR *second);
/* A text with a number in it. "%1 item|%1 items": what is before the bar is for one, as the language
 * counts. Caller frees. */
WCHAR *text_count(UINT id, int64_t n);
/* "14:35" as this user writes times, with the day if that is not today. Caller frees. */
WCHAR *text_time(int64_t utc);
/* Appends a comma (unless empty) and the text; takes both over. */
WCHAR *text_list_add(WCHAR *list /* owned; may be NULL */, WCHAR *text /* owned */);
/* A name (UTF-8) for the text of a button or label, where '&' marks a key. Caller frees. */
WCHAR *text_label(const char *name);
WCHAR *text_number(int64_t n); /* "1,234" as this user writes numbers; caller frees */
/* Two lines as two sentences of one. Caller frees. */
WCHAR *text_one_line(const WCHAR *text);
/* What was done or is to be done to an item ("create", "update", "delete", "pair"), in a word; 0 for
 * any other. */
UINT text_of_action(const char *action);
/* "Mobile phone: 1 -> 2; ..." of [{"field","old","new"}], in UTF-8. */
struct buf;
void text_add_fields(struct buf *text, const struct json *fields);
/* The value at `path` of a document as people read it; a dash for none. */
void text_add_value(struct buf *text, const char *path, const struct json *v);
/* The text of a control as UTF-8. Caller frees; of it nothing else stays in memory of ours. */
char *text_of(HWND box, int control);
/* A message to the user who asked for something, a text of the table with the UTF-8 `detail` (or NULL)
 * filled in; returns what was chosen (IDOK, IDYES, ...). */
int text_ask(HWND owner, UINT flags, UINT id, const char *detail);
/* Tells that something could not be done. */
void text_tell_error(HWND owner, enum rc rc, const char *message);

/* ---- said.c: what client/app says in English ---- */
/* In the language in use if it is a known phrase, else as it is; UTF-8 in, NULL stays NULL. Caller frees. */
WCHAR *text_said(const char *text);
/* The message of a failure. One that is no known phrase comes after a sentence about what sort of failure
 * it is, unless all is in English. Caller frees. */
WCHAR *text_error(enum rc rc, const char *message);

/* ---- about.c ---- */
/* Opens the box, or brings it to the front; `tray` remembers it. */
void about_open(HWND tray, const char *data_dir);

/* ---- main_window.c: what people see when they open Lockstep ---- */
/* Opens the window, or brings it to the front if `main` is open. */
HWND main_window_open(
    HWND main, HWND tray, struct worker *w, const struct schedule *schedule /* the tray's */);
/* What the tray knows; `main` may be closed. `text`: as the tooltip. */
void main_window_status(HWND main, const struct schedule_facts *facts, const WCHAR *text);
void main_window_progress(HWND main, const struct tray_progress *p);
/* Something was done to accounts, links or items: what is shown is read again. `folders`: servers
 * are asked, too. */
void main_window_reload(HWND main, bool folders);
/* Shows what a first sync of these links (an array of names, owned) would do. */
void main_window_preview(HWND main, struct json *links);

/* A folder has been made, which is as from app_folder_make: it is shown and chosen. */
void main_window_folder_made(HWND main, const struct json *folder);

/* ---- folder_box.c ---- */
/* Asks for the name and kind of a new folder of an account, makes it, and tells `main`. What is
 * proposed is copied; `name` may be NULL. */
void folder_box_open(
    HWND main, struct worker *w, const char *account, const char *name, enum item_kind kind);

/* ---- server_box.c, link_box.c, password_box.c, preview_box.c: opened from the main window ---- */
/* Asks for a server, adds it as an account, and tells `main`. */
void server_box_open(HWND main, struct worker *w);
/* The settings of a link, which is as app_status tells it. */
void link_box_open(HWND main, struct worker *w, struct json *link /* owned */);
/* unlink_box.c: asks whether a link (UTF-8) is to go and how, does it, and tells `main`. */
void unlink_box_open(HWND main, struct worker *w, const char *link);
/* A new sign-in of an account, by whatever it signs in, and tells `main`: `what` has its "name" or "account" and "sign_in"
 * as from app_account_list. `preset`: it is what an administrator has set up; that is carried out, and synced. */
void password_box_open(
    HWND main, HWND tray, struct worker *w, const struct json *what, bool preset);
/* From `from`, the main window or a box of it: shows what a sync of {"links":[names]} (none: of all) or an undo of {"undo":RUN} would do, or a
 * repair or restore (as job_rescue is told it), and does it when asked to; `from` gets TRAY_MSG_CHANGED after what was no sync. */
void preview_box_open(
    HWND from, HWND main, HWND tray, struct worker *w, struct json *what /* owned */);

/* ---- check_box.c ---- */
/* Checks the installation, and writes a report for support. */
void check_box_open(struct worker *w);

/* ---- rescue_box.c ---- */
/* Backups, restoring, repair; `main` may be closed or NULL. */
void rescue_box_open(HWND main, HWND tray, struct worker *w);

/* ---- preset.c ---- */
/* What an administrator has set up and has not been carried out yet, as from app_preset_get; NULL: nothing. Caller frees. */
struct json *preset_waiting(struct app *app);
/* Does somebody have to sign in for it? */
bool preset_asks(const struct json *preset);
/* At the start: a notification leads to what somebody has to do. Returns when (ticks) it is to be carried out by
 * itself; 0: not at all. */
struct icon;
int64_t preset_announce(struct app *app, struct icon *icon);
/* Carries it out if that is `due`; returns when it is to be tried again. */
int64_t preset_follow(HWND tray, struct worker *w, int64_t due, void (*done)(struct job *job));

/* ---- settings_box.c ---- */
/* The program's settings; tells the tray. */
void settings_box_open(HWND tray);

/* ---- attention_box.c, history_box.c ---- */
/* What needs the user, and what can be done about it. */
void attention_box_open(HWND main, struct worker *w);
/* merge_box.c: from the box `from`, which gets TRAY_MSG_CHANGED: a text for both sides in place of what
 * each has, of a row that may be given one. */
struct attention_row;
void merge_box_open(HWND from, struct worker *w, const struct attention_row *row);
/* What was done, run by run and item by item, and undo. */
void history_box_open(HWND main, HWND tray, struct worker *w);

/* ---- restart.c ---- */
/* Asks the instance with this window to end, and waits for it up to a minute; false if it did not.
 * `again`: it is to be started again later, see restart_wanted. */
bool restart_end(HWND running, bool again);
/* Whether an instance was ended to be started again; asked once, it is forgotten. */
bool restart_wanted(void);

/* ---- window.c ---- */
/* Makes the hidden window with icon, schedule and worker. */
enum rc tray_open(HINSTANCE instance, HWND *ret, struct err *err) WARN_UNUSED;

#endif
