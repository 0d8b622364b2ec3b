/* The scripted server. See server.h. A thread accepts, a thread serves each connection; the script
 * is under one lock. */
#include "tests/wire/server.h"

#include "client/base/buf.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 256
#define MAX_REQUEST     ((size_t)16 << 20)

struct wire_server {
    int listener, port;
    int wake[2]; /* closing the write end stops every thread */
    pthread_t acceptor, workers[MAX_CONNECTIONS];
    size_t worker_count;
    pthread_mutex_t lock;
    struct wire_exchange *exchanges;
    size_t count;
    struct buf complaints;
};

struct connection {
    struct wire_server *server;
    int fd;
};

/* Waits until there is something to read; false when the server is being ended. */
static bool readable(const struct wire_server *s, int fd)
{
    struct pollfd p[2] = {{fd, POLLIN, 0}, {s->wake[0], POLLIN, 0}};
    while (poll(p, 2, -1) < 0) {
    }
    return !p[1].revents;
}

/* One request, head and body; false at the end of the connection. */
static bool read_request(struct connection *c, struct buf *request)
{
    char piece[65536];
    size_t need = 0;
    buf_clear(request);
    while (!need || request->len < need) {
        if (!readable(c->server, c->fd)) {
            return false;
        }
        ssize_t n = recv(c->fd, piece, sizeof piece, 0);
        if (n <= 0) {
            return false;
        }
        buf_add(request, piece, (size_t)n);
        const char *end = strstr(buf_str(request), "\r\n\r\n");
        if (end && !need) {
            const char *length = strstr(buf_str(request), "\r\nContent-Length: ");
            need = (size_t)(end + 4 - request->data);
            need += length && length < end ? strtoul(length + 18, NULL, 10) : 0;
        }
    }
    return true;
}

static void send_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return; /* the client has gone, as it should when an answer is too large */
        }
        data += n;
        len -= (size_t)n;
    }
}

static bool request_is(const char *request, const struct wire_exchange *e)
{
    CLEANUP(mem_free) char *line = str_printf("%s %s HTTP/1.1\r\n", e->method, e->path);
    return str_starts(request, line);
}

/* The first exchange not used yet that is about this request. Complaints are collected under the
 * lock. */
/* "Name: value" must be a whole header line's beginning: "If-Match: x" is not in "X-If-Match: x". */
static bool request_has(const char *request, const char *text)
{
    size_t name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
    bool header = name && strncmp(text + name, ": ", 2) == 0;
    const char *at = strstr(request, text);
    while (at && header && at != request && at[-1] != '\n') {
        at = strstr(at + 1, text);
    }
    return at != NULL;
}

static struct wire_exchange *find_exchange(struct wire_server *s, const char *request)
{
    struct wire_exchange *found = NULL;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->count && !found; i++) {
        if (!s->exchanges[i].used && request_is(request, &s->exchanges[i])) {
            found = &s->exchanges[i];
            found->used = true;
        }
    }
    if (!found) {
        buf_addf(
            &s->complaints, "unexpected request: %.*s\n", (int)strcspn(request, "\r"), request);
    }
    for (char **t = found ? found->has : NULL; t && *t; t++) {
        if (!request_has(request, *t)) {
            buf_addf(&s->complaints, "%s %s lacks: %s\n", found->method, found->path, *t);
        }
    }
    for (char **t = found ? found->lacks : NULL; t && *t; t++) {
        if (request_has(request, *t)) {
            buf_addf(&s->complaints, "%s %s has: %s\n", found->method, found->path, *t);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

static void add_with_port(struct buf *out, const char *text, int port)
{
    for (const char *hole; (hole = strstr(text, "{port}")); text = hole + 6) {
        buf_add(out, text, (size_t)(hole - text));
        buf_addf(out, "%d", port);
    }
    buf_adds(out, text);
}

/* False if the connection is over. */
static bool answer(const struct connection *c, const struct wire_exchange *e)
{
    struct buf head = BUF_INIT(1 << 20), body = BUF_INIT(64 << 20);
    if (e->end == WIRE_DIE) {
        return false;
    }
    if (e->end == WIRE_STALL) {
        char byte;
        while (readable(c->server, c->fd) && recv(c->fd, &byte, 1, 0) > 0) {
        }
        return false;
    }
    add_with_port(&head, e->head, c->server->port);
    add_with_port(&body, e->body, c->server->port);
    if (!strstr(e->head, "Content-Length:") && !strstr(e->head, "Transfer-Encoding:")) {
        size_t more = e->end == WIRE_CUT || e->end == WIRE_FILL ? e->amount : 0;
        buf_addf(&head, "Content-Length: %zu\r\n", body.len + more);
    }
    buf_adds(&head, "\r\n");
    send_all(c->fd, head.data, head.len);
    send_all(c->fd, buf_str(&body), body.len);
    if (e->end == WIRE_FILL) {
        char piece[65536];
        memset(piece, 'x', sizeof piece);
        for (size_t left = e->amount; left; left -= left < sizeof piece ? left : sizeof piece) {
            send_all(c->fd, piece, left < sizeof piece ? left : sizeof piece);
        }
    }
    buf_fini(&head);
    buf_fini(&body);
    return e->end == WIRE_KEEP || e->end == WIRE_FILL;
}

static void *serve(void *user)
{
    struct connection *c = user;
    struct buf request = BUF_INIT(MAX_REQUEST);
    while (read_request(c, &request)) {
        const struct wire_exchange *e = find_exchange(c->server, buf_str(&request));
        if (!e) {
            static const char REFUSAL[] =
                "HTTP/1.1 418 Not in the script\r\nContent-Length: 0\r\n\r\n";
            send_all(c->fd, REFUSAL, sizeof REFUSAL - 1);
        } else if (!answer(c, e)) {
            break;
        }
    }
    buf_fini(&request);
    close(c->fd);
    free(c);
    return NULL;
}

static void *accept_all(void *user)
{
    struct wire_server *s = user;
    while (readable(s, s->listener) && s->worker_count < MAX_CONNECTIONS) {
        int fd = accept(s->listener, NULL, NULL), on = 1;
        if (fd < 0) {
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = NEW(struct connection);
        *c = (struct connection){s, fd};
        if (pthread_create(&s->workers[s->worker_count], NULL, serve, c) == 0) {
            s->worker_count++;
        }
    }
    return NULL;
}

struct wire_server *wire_server_new(struct wire_exchange *exchanges, size_t count)
{
    struct wire_server *s = NEW(struct wire_server);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    s->exchanges = exchanges;
    s->count = count;
    buf_init(&s->complaints, 1 << 20);
    pthread_mutex_init(&s->lock, NULL);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (pipe(s->wake) || s->listener < 0 || bind(s->listener, (struct sockaddr *)&a, sizeof a) ||
        listen(s->listener, 64) || getsockname(s->listener, (struct sockaddr *)&a, &n) ||
        pthread_create(&s->acceptor, NULL, accept_all, s)) {
        abort(); /* no loopback: nothing can be tested */
    }
    s->port = ntohs(a.sin_port);
    return s;
}

int wire_server_port(const struct wire_server *s)
{
    return s->port;
}

char *wire_server_free(struct wire_server *s)
{
    close(s->wake[1]);
    pthread_join(s->acceptor, NULL);
    for (size_t i = 0; i < s->worker_count; i++) {
        pthread_join(s->workers[i], NULL);
    }
    close(s->wake[0]);
    close(s->listener);
    for (size_t i = 0; i < s->count; i++) {
        if (!s->exchanges[i].used) {
            buf_addf(&s->complaints, "never asked: %s %s\n", s->exchanges[i].method,
                s->exchanges[i].path);
        }
    }
    char *text = buf_take(&s->complaints);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return text;
}
