/* The lines of text/event-stream (WHATWG HTML, section 9.2 "Server-sent events"): bytes in, events out.
 * Pure: knows nothing of connections, nor of what the events mean.
 *
 * A server may send for days, so nothing is kept but the line and the event at hand, and both are bounded. */
#ifndef LOCKSTEP_NET_EVENT_STREAM_H
#define LOCKSTEP_NET_EVENT_STREAM_H

#include "client/base/buf.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

#define EVENT_STREAM_LINE_MAX ((size_t)64 << 10)
#define EVENT_STREAM_DATA_MAX ((size_t)256 << 10)
#define EVENT_STREAM_ID_MAX   ((size_t)1 << 10)

struct event_stream {
    /* Called for each event: its type ("message" where none is said) and its data, both borrowed. */
    void (*event)(void *user, const char *type, const char *data, size_t len);
    void *user;
    char *last_id; /* owned; to say again as Last-Event-ID; NULL: none */
    long
        retry_ms; /* how long the server wants us to wait before the next connection; -1: not said */
    /* private */
    struct buf line, data;
    char *type, *id; /* owned; of the event at hand */
    bool begun, after_cr;
};

void event_stream_init(struct event_stream *s,
    void (*event)(void *user, const char *type, const char *data, size_t len), void *user);
void event_stream_fini(struct event_stream *s);
/* A new connection: what was not complete is dropped (section 9.2.6); last_id and retry_ms stay. */
void event_stream_restart(struct event_stream *s);
/* RC_TOO_BIG: a line or the data of an event is beyond the bounds above; nothing more can be made of this
 * connection. */
enum rc event_stream_feed(struct event_stream *s, const char *data, size_t len, struct err *err)
    WARN_UNUSED;

#endif
