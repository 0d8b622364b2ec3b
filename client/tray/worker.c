/* The worker: one thread that runs jobs in the order they came. It opens the app layer for each and
 * closes it afterwards, so that between them the command line can work on the same data; it talks
 * to the windows by posted messages only. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

#define WEIGH_MS    1000 /* so often at most it is asked whether somebody types */
#define PROGRESS_MS 100  /* so often at most: the window is to be told, not flooded */

struct worker {
    HWND tray;                      /* gets TRAY_MSG_PROGRESS and TRAY_MSG_JOB */
    struct platform_worker *thread; /* owned */
    volatile LONG stop;             /* Interlocked */
    HANDLE idle;                    /* owned; manual-reset event, set while nothing is to do */
    CRITICAL_SECTION lock;          /* of the next four lines */
    struct job **jobs;              /* owned; waiting, the oldest first */
    HWND at_work;                   /* whose job is running; NULL: none is */
    size_t count, cap;
    bool ending;
    volatile LONG hurry;         /* Interlocked: somebody waits for the running job */
    struct surroundings *around; /* borrowed */
    bool quiet;                  /* the running job is to keep out of the way. The thread's, as */
    bool background;             /* whether it does, */
    ULONGLONG weighed;           /* and when that was decided */
    char *link; /* owned; named last in a TRAY_MSG_PROGRESS. This and `told` are the thread's. */
    ULONGLONG told;
};

void worker_progress(void *user, const char *link, const char *phase, size_t done, size_t total)
{
    struct worker *w = user;
    ULONGLONG now = GetTickCount64();
    if (str_eq(w->link, link) && now - w->told < PROGRESS_MS) {
        return;
    }
    str_replace(&w->link, link);
    w->told = now;
    struct tray_progress *p = NEW(struct tray_progress);
    *p = (struct tray_progress){
        .link = mem_strdup(link), .writing = str_eq(phase, "write"), .done = done, .total = total};
    if (!PostMessageW(w->tray, TRAY_MSG_PROGRESS, 0, (LPARAM)p)) {
        tray_progress_free(p);
    }
}

void tray_progress_free(struct tray_progress *p)
{
    if (p) {
        free(p->link);
        free(p);
    }
}

/* ---- keeping out of the way ---- */

static void set_background(struct worker *w, bool on)
{
    if (on != w->background) {
        surroundings_background(on);
        w->background = on;
    }
}

/* People begin and stop typing during a pass. */
static void weigh(struct worker *w)
{
    ULONGLONG now = GetTickCount64();
    if (w->quiet && now - w->weighed >= WEIGH_MS) {
        struct schedule_facts facts = surroundings_facts(w->around);
        bool hurry = InterlockedCompareExchange(&w->hurry, 0, 0) != 0;
        w->weighed = now;
        set_background(w, schedule_in_background(hurry, &facts));
    }
}

void worker_quiet(struct worker *w, bool quiet)
{
    w->quiet = quiet;
    w->weighed = 0;
    if (quiet) {
        InterlockedExchange(&w->hurry, 0);
        weigh(w);
    } else {
        set_background(w, false);
    }
}

void worker_hurry(struct worker *w)
{
    InterlockedExchange(&w->hurry, 1);
}

bool worker_stopping(void *user)
{
    struct worker *w = user;
    weigh(w);
    return InterlockedCompareExchange(&w->stop, 0, 0) != 0;
}

/* The next job; NULL: none is left, and whoever waits for that is told. */
static struct job *take(struct worker *w)
{
    struct job *job = NULL;
    EnterCriticalSection(&w->lock);
    if (w->count && !w->ending) {
        job = w->jobs[0];
        w->count--;
        w->at_work = job->window;
        InterlockedExchange(&w->stop, 0); /* whoever asked to stop meant the one before */
        memmove(w->jobs, w->jobs + 1, w->count * sizeof *w->jobs);
    } else {
        w->at_work = NULL;
        SetEvent(w->idle);
    }
    LeaveCriticalSection(&w->lock);
    return job;
}

static void work(void *user)
{
    struct worker *w = user;
    for (struct job *job = take(w); job; job = take(w)) {
        str_replace(&w->link, NULL);
        job_run(job);
        if (!PostMessageW(w->tray, TRAY_MSG_JOB, 0, (LPARAM)job)) {
            job_free(job);
        }
    }
}

void worker_stop(struct worker *w)
{
    InterlockedExchange(&w->stop, 1);
}

void worker_abandon(struct worker *w, HWND window)
{
    size_t kept = 0;
    EnterCriticalSection(&w->lock);
    for (size_t i = 0; i < w->count; i++) {
        if (w->jobs[i]->window == window) {
            job_free(w->jobs[i]);
        } else {
            w->jobs[kept++] = w->jobs[i];
        }
    }
    w->count = kept;
    if (w->at_work == window) {
        worker_stop(w);
    }
    LeaveCriticalSection(&w->lock);
}

void worker_end(struct worker *w)
{
    EnterCriticalSection(&w->lock);
    w->ending = true;
    LeaveCriticalSection(&w->lock);
    worker_stop(w);
}

enum rc worker_new(HWND tray, struct surroundings *around, struct worker **ret, struct err *err)
{
    struct worker *w = NEW(struct worker);
    w->tray = tray;
    w->around = around;
    w->idle = CreateEventW(NULL, TRUE, TRUE, NULL);
    InitializeCriticalSection(&w->lock);
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
        worker_end(w);
        platform_worker_free(w->thread);
        for (size_t i = 0; i < w->count; i++) {
            job_free(w->jobs[i]);
        }
        free(w->jobs);
        DeleteCriticalSection(&w->lock);
        CloseHandle(w->idle);
        free(w->link);
        free(w);
    }
}

void worker_do(struct worker *w, struct job *job)
{
    job->worker = w;
    EnterCriticalSection(&w->lock);
    if (w->count == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 8;
        w->jobs = mem_realloc(w->jobs, w->cap, sizeof *w->jobs);
    }
    w->jobs[w->count++] = job;
    ResetEvent(w->idle);
    LeaveCriticalSection(&w->lock);
    platform_worker_wake(w->thread);
}

bool worker_wait(struct worker *w, DWORD milliseconds)
{
    return WaitForSingleObject(w->idle, milliseconds) == WAIT_OBJECT_0;
}
