/* POSIX: the console and the worker thread. */
#include "client/platform/platform.h"

#include "client/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

char **platform_args(int argc, char **argv, int *ret_argc)
{
    char **args = mem_alloc(sizeof *args * ((size_t)argc + 1));
    for (int i = 0; i < argc; i++) {
        args[i] = mem_strdup(argv[i]);
    }
    *ret_argc = argc;
    return args;
}

enum rc platform_prompt_secret(const char *prompt, char **ret_secret, struct err *err)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct termios before, silent;
    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        if (fd >= 0) {
            close(fd);
        }
        return err_set(
            err, RC_UNSUPPORTED, errno, "there is no terminal to ask for the password on");
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fd, TCSAFLUSH, &silent);
    struct buf line = BUF_INIT(4096);
    char c = 0;
    bool asked = write(fd, prompt, strlen(prompt)) > 0;
    while (asked && read(fd, &c, 1) == 1 && c != '\n') {
        buf_addc(&line, c);
    }
    tcsetattr(fd, TCSAFLUSH, &before);
    bool newline = write(fd, "\n", 1) == 1;
    close(fd);
    if (!asked || !newline || c != '\n' || line.overflow) {
        buf_fini(&line);
        return err_set(err, RC_CANCELLED, 0, "no password was entered");
    }
    *ret_secret = buf_take(&line);
    return RC_OK;
}

struct platform_worker {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool woken, stop; /* guarded by mutex */
    void (*work)(void *user);
    void *user;
};

static void *worker_main(void *arg)
{
    struct platform_worker *w = arg;
    pthread_mutex_lock(&w->mutex);
    for (;;) {
        while (!w->woken && !w->stop) {
            pthread_cond_wait(&w->cond, &w->mutex);
        }
        if (w->stop) {
            break;
        }
        w->woken = false;
        pthread_mutex_unlock(&w->mutex);
        w->work(w->user);
        pthread_mutex_lock(&w->mutex);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

enum rc platform_worker_new(
    void (*work)(void *user), void *user, struct platform_worker **ret, struct err *err)
{
    struct platform_worker *w = NEW(struct platform_worker);
    w->work = work;
    w->user = user;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->cond, NULL);
    int e = pthread_create(&w->thread, NULL, worker_main, w);
    if (e) {
        pthread_cond_destroy(&w->cond);
        pthread_mutex_destroy(&w->mutex);
        free(w);
        return err_set(err, RC_IO, e, "cannot start the worker thread: %s", strerror(e));
    }
    *ret = w;
    return RC_OK;
}

void platform_worker_wake(struct platform_worker *w)
{
    pthread_mutex_lock(&w->mutex);
    w->woken = true;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->mutex);
}

void platform_worker_free(struct platform_worker *w)
{
    if (w) {
        pthread_mutex_lock(&w->mutex);
        w->stop = true;
        pthread_cond_signal(&w->cond);
        pthread_mutex_unlock(&w->mutex);
        pthread_join(w->thread, NULL);
        pthread_cond_destroy(&w->cond);
        pthread_mutex_destroy(&w->mutex);
        free(w);
    }
}
