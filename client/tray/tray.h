/* What the files of the tray program share. UTF-16 here, UTF-8 in client/app. */
#ifndef LOCKSTEP_TRAY_TRAY_H
#define LOCKSTEP_TRAY_TRAY_H

#include "client/app/schedule.h"

#include <windows.h>

#define TRAY_CLASS L"LockstepTray" /* of the hidden window; its title is the icon's tooltip */

#define TRAY_MSG_ICON (WM_APP + 1) /* from the shell: something happened to the icon */
#define TRAY_MSG_PROGRESS                                                                          \
    (WM_APP + 2) /* from the worker: lparam is the name of the link at work (mem_free it), UTF-8   \
                  */
#define TRAY_MSG_DONE (WM_APP + 3) /* from the worker: a pass ended with exit code wparam */

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

/* ---- worker.c: passes on a thread of their own ---- */
struct worker;
enum rc worker_new(HWND window, struct worker **ret, struct err *err) WARN_UNUSED;
void worker_start(struct worker *w); /* a pass; TRAY_MSG_DONE follows */
void worker_stop(struct worker *w);  /* ask the running pass to end at its next safe point */
bool worker_wait(
    struct worker *w, DWORD milliseconds); /* for the running pass to end; true if it has */
void worker_free(struct worker *w);        /* waits for the running pass without limit */

/* ---- text.c ---- */
/* A text of the string table with its first and second %s filled in (NULL = nothing). Caller frees.
 */
WCHAR *text_load(UINT id, const WCHAR *first, const WCHAR *second);
/* "14:35" as this user writes times. Caller frees. */
WCHAR *text_time(int64_t utc);

/* ---- about.c ---- */
/* Opens the box, or brings it to the front; `tray` remembers it. The message loop asks
 * about_message first. */
void about_open(HWND tray, const char *data_dir);
BOOL about_message(HWND tray, MSG *message);

/* ---- window.c ---- */
/* Makes the hidden window with icon, schedule and worker. */
enum rc tray_open(HINSTANCE instance, HWND *ret, struct err *err) WARN_UNUSED;

#endif
