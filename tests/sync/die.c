/* Loaded into the program (LD_PRELOAD) by kill.test and disk-full.test: at the n-th call that changes
 * a file below a folder the process dies, before that call, in the middle of it (half of a write
 * arrives) or right after it; or the disk is full from there on, or fails once. The product knows
 * nothing of this.
 *
 *   DIE_BELOW  the folders, separated by ':'
 *   DIE_AT     which call, from 1; 0 = none
 *   DIE_HOW    before, half, after; full: this write arrives in half, then writes, flushes and what
 *              makes files longer answer ENOSPC, while removing still works; broken: this call answers
 *              EIO, the others work
 *   DIE_COUNT  a file that gets a line a call, naming it and its file; kill.test counts them */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long calls;

enum fate { GOES_ON, DIES_AFTER, DIES_HALF, FULL_HALF, FULL, BROKEN };

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

static const char *path_of(int fd, char *path, size_t size)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, size - 1);
    path[n > 0 ? n : 0] = '\0';
    return path;
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

static void note(const char *name, const char *path)
{
    const char *count = getenv("DIE_COUNT");
    int fd = count ? open(count, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (fd >= 0) {
        char line[4200];
        int n = snprintf(line, sizeof line, "%s %s\n", name, path);
        syscall(SYS_write, fd, line, (size_t)n);
        close(fd);
    }
}

/* Counts a call on a file of ours; what is to become of it. */
static enum fate fate_of(const char *name, const char *path)
{
    if (!below(path)) {
        return GOES_ON;
    }
    const char *at_text = getenv("DIE_AT");
    long at = at_text ? atol(at_text) : 0;
    calls++;
    note(name, path);
    if (!at || calls < at) {
        return GOES_ON;
    }
    if (how_is("full")) {
        return calls == at ? FULL_HALF : FULL;
    }
    if (calls > at) {
        return GOES_ON;
    }
    if (how_is("before")) {
        die();
    }
    return how_is("broken") ? BROKEN : how_is("half") ? DIES_HALF : DIES_AFTER;
}

static enum fate fate_of_fd(const char *name, int fd)
{
    char path[4096];
    return fate_of(name, path_of(fd, path, sizeof path));
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A call that is done whole or not at all; `needs_room`: it needs room on the disk. */
#define WHOLE(result, name, parameters, arguments, fate_call, needs_room)                          \
    result name parameters                                                                         \
    {                                                                                              \
        REAL(name);                                                                                \
        enum fate fate = fate_call;                                                                \
        if (fate == BROKEN || ((fate == FULL || fate == FULL_HALF) && (needs_room))) {             \
            errno = fate == BROKEN ? EIO : ENOSPC;                                                 \
            return -1;                                                                             \
        }                                                                                          \
        result r = real arguments;                                                                 \
        if (fate == DIES_AFTER || fate == DIES_HALF) {                                             \
            die();                                                                                 \
        }                                                                                          \
        return r;                                                                                  \
    }

static int longer(int fd, off64_t n)
{
    off64_t at = lseek64(fd, 0, SEEK_CUR), end = lseek64(fd, 0, SEEK_END);
    lseek64(fd, at, SEEK_SET);
    return n > end;
}

WHOLE(int, fsync, (int fd), (fd), fate_of_fd("fsync", fd), 1)
WHOLE(int, fdatasync, (int fd), (fd), fate_of_fd("fdatasync", fd), 1)
WHOLE(int, ftruncate, (int fd, off_t n), (fd, n), fate_of_fd("ftruncate", fd), longer(fd, n))
WHOLE(int, ftruncate64, (int fd, off64_t n), (fd, n), fate_of_fd("ftruncate", fd), longer(fd, n))
WHOLE(int, unlink, (const char *path), (path), fate_of("unlink", path), 0)
WHOLE(int, rename, (const char *from, const char *to), (from, to), fate_of("rename", to), 0)
WHOLE(int, mkdir, (const char *path, mode_t mode), (path, mode), fate_of("mkdir", path), 1)
WHOLE(int, link, (const char *from, const char *to), (from, to), fate_of("link", to), 1)

/* A call that may be done in part. */
#define IN_PART(name, parameters, arguments, half_arguments)                                       \
    ssize_t name parameters                                                                        \
    {                                                                                              \
        REAL(name);                                                                                \
        enum fate fate = fate_of_fd(#name, fd);                                                    \
        if (fate == FULL || fate == BROKEN) {                                                      \
            errno = fate == BROKEN ? EIO : ENOSPC;                                                 \
            return -1;                                                                             \
        }                                                                                          \
        ssize_t r = fate == DIES_HALF || fate == FULL_HALF ? real half_arguments : real arguments; \
        if (fate == DIES_HALF || fate == DIES_AFTER) {                                             \
            die();                                                                                 \
        }                                                                                          \
        return r;                                                                                  \
    }

IN_PART(write, (int fd, const void *data, size_t n), (fd, data, n), (fd, data, n / 2))
IN_PART(pwrite, (int fd, const void *data, size_t n, off_t at), (fd, data, n, at),
    (fd, data, n / 2, at))
IN_PART(pwrite64, (int fd, const void *data, size_t n, off64_t at), (fd, data, n, at),
    (fd, data, n / 2, at))
