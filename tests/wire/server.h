/* A scripted HTTP server in a thread of the test: it answers with the exact bytes of a case file,
 * and complains about every request that the script does not expect. */
#ifndef LOCKSTEP_TESTS_WIRE_SERVER_H
#define LOCKSTEP_TESTS_WIRE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum wire_end {
    WIRE_KEEP,  /* the connection stays open */
    WIRE_CLOSE, /* it is closed after the answer */
    WIRE_DIE,   /* the request is read and the connection closed without an answer */
    WIRE_STALL, /* nothing is answered until the client gives up */
    WIRE_CUT,   /* Content-Length promises `amount` bytes more than are sent; then closed */
    WIRE_FILL,  /* `amount` more bytes of 'x' follow the body */
};

struct wire_exchange {
    char *method, *path; /* owned; what the request must be */
    char **has,
        **lacks; /* owned, each owned; texts that must (not) be in the request; NULL-terminated */
    char *head,
        *body; /* owned; status and header lines without the last empty one, with CRLF; body */
    enum wire_end end;
    size_t amount;
    bool used;
};

struct wire_server;
/* Starts on 127.0.0.1 with a port of its own. The exchanges are borrowed. "{port}" in heads and
 * bodies becomes the port. */
struct wire_server *wire_server_new(struct wire_exchange *exchanges, size_t count);
int wire_server_port(const struct wire_server *s);
/* Ends the server and returns what it complained about (one line each, "" if nothing). Unused
 * exchanges are complaints. Caller frees the text. */
char *wire_server_free(struct wire_server *s);

#endif
