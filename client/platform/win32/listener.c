/* Windows: a port of this computer that waits for one browser. Bound to 127.0.0.1, it concerns no firewall. */
#include <winsock2.h>

#include "client/platform/platform.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <shellapi.h>
#include <string.h>

#define HEAD_MAX 16384
#define SLOW_MS  2000 /* so long a caller may take to say what it wants */
#define WAITING  16

struct platform_listener {
    SOCKET port_socket, caller;
};

static void hang_up(struct platform_listener *l)
{
    if (l->caller != INVALID_SOCKET) {
        closesocket(l->caller);
    }
    l->caller = INVALID_SOCKET;
}

/* Nobody else may bind to the same port and so get the answer. */
static SOCKET open_port(int *ret_port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int len = sizeof own;
    BOOL alone = TRUE;
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (s == INVALID_SOCKET) {
        return s;
    }
    SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0);
    setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&alone, sizeof alone);
    if (bind(s, (struct sockaddr *)&own, len) != 0 || listen(s, WAITING) != 0 ||
        getsockname(s, (struct sockaddr *)&own, &len) != 0) {
        closesocket(s);
        return INVALID_SOCKET;
    }
    *ret_port = ntohs(own.sin_port);
    return s;
}

enum rc platform_listener_new(struct platform_listener **ret, int *ret_port, struct err *err)
{
    WSADATA data;
    bool started = WSAStartup(MAKEWORD(2, 2), &data) == 0;
    SOCKET s = started ? open_port(ret_port) : INVALID_SOCKET;
    if (s == INVALID_SOCKET) {
        (void)err_set(err, RC_IO, WSAGetLastError(),
            "this computer gives no port to wait for the browser at");
        if (started) {
            WSACleanup();
        }
        return RC_IO;
    }
    struct platform_listener *l = NEW(struct platform_listener);
    *l = (struct platform_listener){s, INVALID_SOCKET};
    *ret = l;
    return RC_OK;
}

static bool is_ready(SOCKET s, long ms)
{
    fd_set set;
    struct timeval wait = {ms / 1000, ms % 1000 * 1000};
    FD_ZERO(&set);
    FD_SET(s, &set);
    return ms > 0 && select(0, &set, NULL, NULL, &wait) > 0;
}

/* NULL: it said nothing that ends, in time. */
static char *read_head(SOCKET s)
{
    struct buf head = BUF_INIT(HEAD_MAX);
    int64_t end = platform_ticks_ms() + SLOW_MS;
    char piece[2048];
    while (!head.overflow && !strstr(buf_str(&head), "\r\n\r\n")) {
        int n =
            is_ready(s, (long)(end - platform_ticks_ms())) ? recv(s, piece, sizeof piece, 0) : 0;
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
    if (is_ready(l->port_socket, ms)) {
        l->caller = accept(l->port_socket, NULL, NULL);
        *ret_head = l->caller != INVALID_SOCKET ? read_head(l->caller) : NULL;
    }
    return RC_OK;
}

void platform_listener_answer(struct platform_listener *l, const void *data, size_t len)
{
    if (l->caller != INVALID_SOCKET) {
        send(l->caller, data, (int)len, 0); /* some KB: fits the buffer */
        shutdown(l->caller, SD_SEND);
    }
    hang_up(l);
}

void platform_listener_free(struct platform_listener *l)
{
    if (l) {
        hang_up(l);
        closesocket(l->port_socket);
        WSACleanup();
        free(l);
    }
}

bool platform_browse(const char *url)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(url);
    return (INT_PTR)ShellExecuteW(NULL, L"open", wide, NULL, NULL, SW_SHOWNORMAL) > 32;
}
