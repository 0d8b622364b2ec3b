/* POSIX: a port of this computer that waits for one browser. */
#include "client/platform/platform.h"

#include "client/base/buf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX 16384
#define SLOW_MS  2000 /* so long a caller may take to say what it wants */
#define WAITING  16

extern char **environ;

struct platform_listener {
    int port_fd, caller;
};

static void hang_up(struct platform_listener *l)
{
    if (l->caller >= 0) {
        close(l->caller);
    }
    l->caller = -1;
}

enum rc platform_listener_new(struct platform_listener **ret, int *ret_port, struct err *err)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof own;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, len) != 0 || listen(fd, WAITING) != 0 ||
        getsockname(fd, (struct sockaddr *)&own, &len) != 0) {
        (void)err_set(err, RC_IO, errno, "this computer gives no port to wait for the browser at");
        if (fd >= 0) {
            close(fd);
        }
        return RC_IO;
    }
    struct platform_listener *l = NEW(struct platform_listener);
    *l = (struct platform_listener){fd, -1};
    *ret = l;
    *ret_port = ntohs(own.sin_port);
    return RC_OK;
}

static bool is_ready(int fd, long ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return ms > 0 && poll(&p, 1, (int)ms) > 0;
}

/* NULL: it said nothing that ends, in time. */
static char *read_head(int fd)
{
    struct buf head = BUF_INIT(HEAD_MAX);
    int64_t end = platform_ticks_ms() + SLOW_MS;
    char piece[2048];
    while (!head.overflow && !strstr(buf_str(&head), "\r\n\r\n")) {
        ssize_t n =
            is_ready(fd, (long)(end - platform_ticks_ms())) ? recv(fd, piece, sizeof piece, 0) : 0;
        if (n <= 0) {
            buf_fini(&head);
            return NULL;
        }
        buf_add(&head, piece, (size_t)n);
    }
    return buf_take(&head);
}

enum rc platform_listener_next(
    struct platform_listener *l, long ms, char **ret_head, struct err *err)
{
    (void)err;
    hang_up(l);
    *ret_head = NULL;
    if (is_ready(l->port_fd, ms)) {
        l->caller = accept4(l->port_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        *ret_head = l->caller >= 0 ? read_head(l->caller) : NULL;
    }
    return RC_OK;
}

void platform_listener_answer(struct platform_listener *l, const void *data, size_t len)
{
    if (l->caller >= 0) {
        ssize_t sent = send(l->caller, data, len, MSG_NOSIGNAL); /* some KB: fits the buffer */
        (void)sent;
        shutdown(l->caller, SHUT_WR);
    }
    hang_up(l);
}

void platform_listener_free(struct platform_listener *l)
{
    if (l) {
        hang_up(l);
        close(l->port_fd);
        free(l);
    }
}

/* Only where there is a screen: a browser within a terminal would take that away from us. */
bool platform_browse(const char *url)
{
    CLEANUP(mem_free) char *x11 = platform_env("DISPLAY");
    CLEANUP(mem_free) char *wayland = platform_env("WAYLAND_DISPLAY");
    char *args[] = {(char[]){"xdg-open"}, (char *)(uintptr_t)url, NULL};
    pid_t pid;
    return (!str_empty(x11) || !str_empty(wayland)) &&
           posix_spawnp(&pid, args[0], NULL, NULL, args, environ) == 0;
}
