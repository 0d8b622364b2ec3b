/* The watchers: one thread that waits for changes in Outlook (app_watch_run), one that listens to servers
 * (app_push_run); they post the names of the links to the tray. Each has a session or connections of its own, so
 * that a pass never waits for it. */
#include "client/tray/tray.h"

#include "client/app/push.h"
#include "client/base/buf.h"

#define END_MS 2500 /* both look every second whether they are to stop */

struct watcher {
    HWND tray;
    UINT message;
    HANDLE thread;         /* owned; NULL until there is a plan */
    CRITICAL_SECTION lock; /* of the next two */
    struct json *plan;     /* owned; a new one to watch by, or NULL */
    bool missed;           /* something may have happened meanwhile */
    volatile LONG stop;    /* Interlocked: leave app_watch_run */
    volatile LONG ending;  /* Interlocked */
};

static bool stopping(void *user)
{
    struct watcher *w = user;
    return InterlockedCompareExchange(&w->stop, 0, 0) != 0;
}

static void changed(void *user, const struct json *names)
{
    struct watcher *w = user;
    struct json *copy = json_dup(names);
    if (!PostMessageW(w->tray, w->message, 0, (LPARAM)copy)) {
        json_free(copy);
    }
}

static struct json *take_plan(struct watcher *w, bool *ret_missed)
{
    EnterCriticalSection(&w->lock);
    struct json *plan = TAKE(w->plan);
    *ret_missed = w->missed;
    w->missed = true;
    InterlockedExchange(&w->stop, InterlockedCompareExchange(&w->ending, 0, 0));
    LeaveCriticalSection(&w->lock);
    return plan;
}

static DWORD WINAPI watcher_main(void *arg)
{
    struct watcher *w = arg;
    while (!InterlockedCompareExchange(&w->ending, 0, 0)) {
        bool missed;
        CLEANUP(json_free) struct json *plan = take_plan(w, &missed);
        struct app_watch watch = {
            .plan = plan, .missed = missed, .changed = changed, .stopping = stopping, .user = w};
        struct app_push push = {.plan = plan, .changed = changed, .stopping = stopping, .user = w};
        if (w->message == TRAY_MSG_TOLD) {
            app_push_run(&push);
        } else {
            app_watch_run(&watch);
        }
    }
    return 0;
}

struct watcher *watcher_new(HWND tray, UINT message)
{
    struct watcher *w = NEW(struct watcher);
    w->tray = tray;
    w->message = message;
    InitializeCriticalSection(&w->lock);
    return w;
}

void watcher_plan(struct watcher *w, const struct json *plan)
{
    EnterCriticalSection(&w->lock);
    json_free(w->plan);
    w->plan = json_dup(plan);
    InterlockedExchange(&w->stop, 1);
    LeaveCriticalSection(&w->lock);
    if (!w->thread) { /* the first pass looks at what happened before */
        w->thread = CreateThread(NULL, 0, watcher_main, w, 0, NULL);
    }
}

void watcher_free(struct watcher *w)
{
    if (w) {
        InterlockedExchange(&w->ending, 1);
        InterlockedExchange(&w->stop, 1);
        /* It may be inside Outlook; then it ends with the process. */
        if (!w->thread || WaitForSingleObject(w->thread, END_MS) == WAIT_OBJECT_0) {
            if (w->thread) {
                CloseHandle(w->thread);
            }
            DeleteCriticalSection(&w->lock);
            json_free(w->plan);
            free(w);
        }
    }
}

/* ---- servers: what is listened to follows what the computer is at ---- */

struct listener {
    struct watcher *watcher; /* owned */
    struct json *plan;       /* owned; as read last; NULL: not yet */
    char *listened;          /* owned; what the watcher was given, as a text to compare */
};

struct listener *listener_new(HWND tray)
{
    struct listener *l = NEW(struct listener);
    l->watcher = watcher_new(tray, TRAY_MSG_TOLD);
    CLEANUP(json_free) struct json *nothing = push_plan(NULL, NULL);
    l->listened = json_print(nothing);
    return l;
}

void listener_plan(struct listener *l, const struct json *plan)
{
    json_free(l->plan);
    l->plan = json_dup(plan);
}

void listener_follow(struct listener *l, const struct json *links)
{
    CLEANUP(json_free) struct json *plan = push_plan(l->plan, links);
    CLEANUP(mem_free) char *text = json_print(plan);
    if (!str_eq(text, l->listened)) {
        str_replace(&l->listened, text);
        watcher_plan(l->watcher, plan);
    }
}

void listener_free(struct listener *l)
{
    if (l) {
        watcher_free(l->watcher);
        json_free(l->plan);
        free(l->listened);
        free(l);
    }
}
