/* Passes on a thread of their own. The thread opens the app layer for each pass and closes it
 * afterwards, so that between passes the command line can work on the same data; it talks to the
 * window by posted messages only. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

struct worker {
    HWND window;
    struct platform_worker *thread; /* owned */
    volatile LONG stop;             /* Interlocked */
    HANDLE idle;                    /* owned; manual-reset event, set while no pass runs */
    char *link; /* owned; named last in a TRAY_MSG_PROGRESS. Used by the thread only. */
};

static void progress(void *user, const char *link, const char *phase, size_t done, size_t total)
{
    struct worker *w = user;
    (void)phase;
    (void)done;
    (void)total;
    if (!str_eq(w->link, link)) {
        str_replace(&w->link, link);
        char *name = mem_strdup(link);
        if (!PostMessageW(w->window, TRAY_MSG_PROGRESS, 0, (LPARAM)name)) {
            free(name);
        }
    }
}

static bool cancelled(void *user)
{
    struct worker *w = user;
    return InterlockedCompareExchange(&w->stop, 0, 0) != 0;
}

static enum app_exit pass(struct worker *w, struct err *err)
{
    CLEANUP(app_close) struct app *app = NULL;
    CLEANUP(json_free) struct json *report = NULL;
    struct app_sync request = {.progress = progress, .cancelled = cancelled, .user = w};
    enum rc rc = app_open(NULL, &app, err);
    if (rc == RC_OK) {
        rc = app_sync_run(app, &request, &report, err);
    }
    if (app && rc != RC_OK) {
        log_line(
            app_log(app), LOG_LEVEL_ERROR, "tray", "the pass could not be made (%s)", rc_name(rc));
    }
    return rc == RC_OK ? app_exit_of_sync(report) : app_exit_of(rc);
}

static void work(void *user)
{
    struct worker *w = user;
    struct err err = ERR_INIT;
    str_replace(&w->link, NULL);
    enum app_exit result = pass(w, &err);
    err_fini(&err);
    SetEvent(w->idle);
    PostMessageW(w->window, TRAY_MSG_DONE, (WPARAM)result, 0);
}

enum rc worker_new(HWND window, struct worker **ret, struct err *err)
{
    struct worker *w = NEW(struct worker);
    w->window = window;
    w->idle = CreateEventW(NULL, TRUE, TRUE, NULL);
    enum rc rc = platform_worker_new(work, w, &w->thread, err);
    if (rc != RC_OK) {
        worker_free(w);
        return rc;
    }
    *ret = w;
    return RC_OK;
}

void worker_free(struct worker *w)
{
    if (w) {
        platform_worker_free(w->thread);
        CloseHandle(w->idle);
        free(w->link);
        free(w);
    }
}

void worker_start(struct worker *w)
{
    InterlockedExchange(&w->stop, 0);
    ResetEvent(w->idle);
    platform_worker_wake(w->thread);
}

void worker_stop(struct worker *w)
{
    InterlockedExchange(&w->stop, 1);
}

bool worker_wait(struct worker *w, DWORD milliseconds)
{
    return WaitForSingleObject(w->idle, milliseconds) == WAIT_OBJECT_0;
}
