/* Loaded into the program (LD_PRELOAD) by kill.test: the process dies at the n-th call that changes
 * a file below a folder, before that call, in the middle of it (half of a write arrives) or right
 * after it. The product knows nothing of this.
 *
 *   DIE_BELOW  the folders, separated by ':'
 *   DIE_AT     which call, from 1; 0 = none
 *   DIE_HOW    before, half, after
 *   DIE_COUNT  a file that gets one byte a call, so that its size is the number of calls */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long calls;

static int below(const char *path)
{
    const char *at = getenv("DIE_BELOW");
    while (at && *at) {
        size_t n = strcspn(at, ":");
        if (strncmp(path, at, n) == 0) {
            return 1;
        }
        at += n + (at[n] == ':');
    }
    return 0;
}

static int ours(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) {
        return 0;
    }
    path[n] = '\0';
    return below(path);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;) {
        pause();
    }
}

static int how_is(const char *how)
{
    const char *wanted = getenv("DIE_HOW");
    return wanted && strcmp(wanted, how) == 0;
}

/* Counts the call; true if it is the one to die in. */
static int is_the_one(void)
{
    const char *at = getenv("DIE_AT"), *count = getenv("DIE_COUNT");
    calls++;
    if (count) {
        int fd = open(count, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd >= 0) {
            syscall(SYS_write, fd, ".", 1);
            close(fd);
        }
    }
    int one = at && atol(at) == calls;
    if (one && how_is("before")) {
        die();
    }
    return one;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A call that is done whole or not at all. */
#define WHOLE(result, name, parameters, arguments, mine)                                           \
    result name parameters                                                                         \
    {                                                                                              \
        REAL(name);                                                                                \
        int one = (mine) && is_the_one();                                                          \
        result r = real arguments;                                                                 \
        if (one) {                                                                                 \
            die();                                                                                 \
        }                                                                                          \
        return r;                                                                                  \
    }

WHOLE(int, fsync, (int fd), (fd), ours(fd))
WHOLE(int, fdatasync, (int fd), (fd), ours(fd))
WHOLE(int, ftruncate, (int fd, off_t n), (fd, n), ours(fd))
WHOLE(int, ftruncate64, (int fd, off64_t n), (fd, n), ours(fd))
WHOLE(int, unlink, (const char *path), (path), below(path))
WHOLE(int, rename, (const char *from, const char *to), (from, to), below(to))
WHOLE(int, link, (const char *from, const char *to), (from, to), below(to))

/* A call that may be done in part. */
#define IN_PART(name, parameters, arguments, half_arguments)                                       \
    ssize_t name parameters                                                                        \
    {                                                                                              \
        REAL(name);                                                                                \
        int one = ours(fd) && is_the_one();                                                        \
        ssize_t r = one && how_is("half") ? real half_arguments : real arguments;                  \
        if (one) {                                                                                 \
            die();                                                                                 \
        }                                                                                          \
        return r;                                                                                  \
    }

IN_PART(write, (int fd, const void *data, size_t n), (fd, data, n), (fd, data, n / 2))
IN_PART(pwrite, (int fd, const void *data, size_t n, off_t at), (fd, data, n, at),
    (fd, data, n / 2, at))
IN_PART(pwrite64, (int fd, const void *data, size_t n, off64_t at), (fd, data, n, at),
    (fd, data, n / 2, at))
