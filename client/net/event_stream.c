/* text/event-stream, line by line; see event_stream.h. */
#include "client/net/event_stream.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_DIGITS 9 /* more is no number of milliseconds anybody means */

void event_stream_init(struct event_stream *s,
    void (*event)(void *user, const char *type, const char *data, size_t len), void *user)
{
    *s = (struct event_stream){.event = event, .user = user, .retry_ms = -1};
    buf_init(&s->line, EVENT_STREAM_LINE_MAX);
    buf_init(&s->data, EVENT_STREAM_DATA_MAX);
}

static void event_forget(struct event_stream *s)
{
    buf_clear(&s->data);
    free(TAKE(s->type));
}

void event_stream_fini(struct event_stream *s)
{
    event_forget(s);
    buf_fini(&s->line);
    buf_fini(&s->data);
    free(s->id);
    free(s->last_id);
    *s = (struct event_stream){0};
}

void event_stream_restart(struct event_stream *s)
{
    event_forget(s);
    buf_clear(&s->line);
    str_replace(&s->id, s->last_id);
    s->begun = s->after_cr = false;
}

/* An empty line ends an event. One without data is none, but its id counts. */
static void event_end(struct event_stream *s)
{
    str_replace(&s->last_id, s->id);
    if (s->data.len) {
        s->event(s->user, str_empty(s->type) ? "message" : s->type, s->data.data, s->data.len - 1);
    }
    event_forget(s);
}

static void retry_take(struct event_stream *s, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    if (digits && digits <= RETRY_DIGITS && !value[digits]) {
        s->retry_ms = strtol(value, NULL, 10);
    }
}

/* `value` has no zero bytes but perhaps in data, where JSON cannot be read then. */
static void field(struct event_stream *s, const char *name, const char *value, size_t len)
{
    if (strcmp(name, "data") == 0) {
        buf_add(&s->data, value, len);
        buf_addc(&s->data, '\n');
    } else if (strlen(value) != len) {
        return; /* section 9.2.6: an id with a zero byte is ignored; the others mean nothing with one */
    } else if (strcmp(name, "event") == 0) {
        str_replace(&s->type, value);
    } else if (strcmp(name, "id") == 0 && len <= EVENT_STREAM_ID_MAX) {
        str_replace(&s->id, len ? value : NULL);
    } else if (strcmp(name, "retry") == 0) {
        retry_take(s, value);
    }
}

static void line_end(struct event_stream *s)
{
    s->begun = true;
    if (!s->line.len) {
        event_end(s);
        return;
    }
    char *text = s->line.data, *colon = memchr(text, ':', s->line.len);
    char *end = text + s->line.len;
    if (colon != text) { /* else a comment */
        char *value = colon ? colon + 1 : end;
        if (colon) {
            *colon = '\0';
        }
        value += value < end && *value == ' ';
        field(s, text, value, (size_t)(end - value));
    }
    buf_clear(&s->line);
}

/* Lines end with CR, LF or both. */
static void take(struct event_stream *s, char c)
{
    bool second = c == '\n' && s->after_cr;
    s->after_cr = c == '\r';
    if (c == '\n' || c == '\r') {
        if (!second) {
            line_end(s);
        }
        return;
    }
    buf_addc(&s->line, c);
    if (!s->begun && s->line.len == 3) {
        s->begun = true;
        if (memcmp(s->line.data, "\xEF\xBB\xBF", 3) == 0) {
            buf_clear(&s->line); /* a byte order mark before the first line */
        }
    }
}

enum rc event_stream_feed(struct event_stream *s, const char *data, size_t len, struct err *err)
{
    for (size_t i = 0; i < len; i++) {
        take(s, data[i]);
        if (s->line.overflow || s->data.overflow) {
            return err_set(err, RC_TOO_BIG, 0,
                "the server sends %s without end where it should tell of changes",
                s->line.overflow ? "a line" : "an event");
        }
    }
    return RC_OK;
}
