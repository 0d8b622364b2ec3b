/* The reader of event streams: the format as WHATWG has it, whatever the pieces in which it comes; its bounds. */
#include "client/net/event_stream.h"
#include "tests/unit/check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct heard {
    struct buf text; /* "[TYPE|DATA]" of each event */
};

static void on_event(void *user, const char *type, const char *data, size_t len)
{
    struct heard *h = user;
    buf_addf(&h->text, "[%s|", type);
    buf_add(&h->text, data, len);
    buf_addc(&h->text, ']');
}

/* Fed in pieces of `piece` bytes. */
static void feeds(struct check *c, const char *text, size_t len, size_t piece, const char *want,
    const char *want_id, long want_retry)
{
    struct heard h = {BUF_INIT(1 << 20)};
    struct event_stream s;
    event_stream_init(&s, on_event, &h);
    for (size_t at = 0; at < len; at += piece) {
        check_int(
            c, event_stream_feed(&s, text + at, piece < len - at ? piece : len - at, NULL), RC_OK);
    }
    check_str(c, buf_str(&h.text), want);
    check_str(c, s.last_id, want_id);
    check_int(c, s.retry_ms, want_retry);
    event_stream_fini(&s);
    buf_fini(&h.text);
}

static const struct {
    const char *name, *text, *want, *id;
    long retry;
} CASES[] = {
    {"event-stream/state", "id: 105\nevent: state\ndata: {\"a\":1}\n\n", "[state|{\"a\":1}]", "105",
        -1},
    {"event-stream/crlf", "event: state\r\ndata: x\r\n\r\nevent: ping\r\ndata: y\r\n\r\n",
        "[state|x][ping|y]", NULL, -1},
    {"event-stream/cr", "event: state\rdata: x\r\rdata: y\r\r", "[state|x][message|y]", NULL, -1},
    {"event-stream/mixed-ends", "data: x\r\ndata: y\n\rdata: z\r\n\n", "[message|x\ny][message|z]",
        NULL, -1},
    {"event-stream/no-blank", "data:x\n\n", "[message|x]", NULL, -1},
    {"event-stream/only-one-blank", "data:  x\n\n", "[message| x]", NULL, -1},
    {"event-stream/many-lines", "data: a\ndata\ndata: b\n\n", "[message|a\n\nb]", NULL, -1},
    {"event-stream/comments", ": hello\n:\ndata: x\n: there\n\n", "[message|x]", NULL, -1},
    {"event-stream/no-data", "event: state\nid: 7\n\ndata: x\n\n", "[message|x]", "7", -1},
    {"event-stream/unfinished", "data: x\n\ndata: y\n", "[message|x]", NULL, -1},
    {"event-stream/unfinished-id", "id: 1\ndata: x\n\nid: 2\ndata: y\n", "[message|x]", "1", -1},
    {"event-stream/id-stays", "id: 1\ndata: x\n\ndata: y\n\n", "[message|x][message|y]", "1", -1},
    {"event-stream/id-taken-back", "id: 1\ndata: x\n\nid\ndata: y\n\n", "[message|x][message|y]",
        NULL, -1},
    {"event-stream/retry", "retry: 2500\n\n", "", NULL, 2500},
    {"event-stream/retry-no-number", "retry: 5s\nretry: -1\nretry:\nretry: 99999999999\n\n", "",
        NULL, -1},
    {"event-stream/unknown-field", "hello: there\ndata: x\nDATA: y\n\n", "[message|x]", NULL, -1},
    {"event-stream/bom",
        "\xEF\xBB\xBF"
        "data: x\n\n",
        "[message|x]", NULL, -1},
    {"event-stream/bom-later",
        "\n\xEF\xBB\xBF"
        "data: x\n\ndata: y\n\n",
        "[message|y]", NULL, -1},
    {"event-stream/empty-data", "data:\n\n", "[message|]", NULL, -1},
    {"event-stream/nothing", "\n\n\r\r\n\n", "", NULL, -1},
};

static void test_format(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(c, CASES[i].name)) {
            for (size_t piece = 1; piece <= strlen(CASES[i].text); piece++) {
                feeds(c, CASES[i].text, strlen(CASES[i].text), piece, CASES[i].want, CASES[i].id,
                    CASES[i].retry);
            }
        }
    }
    if (check_case(c, "event-stream/zero-bytes")) {
        static const char TEXT[] = "id: a\0b\nevent: st\0ate\ndata: x\n\n";
        feeds(c, TEXT, sizeof TEXT - 1, 1, "[message|x]", NULL, -1);
    }
    if (check_case(c, "event-stream/new-connection")) {
        struct heard h = {BUF_INIT(1 << 20)};
        struct event_stream s;
        static const char HALF[] = "id: 1\ndata: x\n\nid: 2\nevent: state\ndata: ha",
                          REST[] = "lf\n\ndata: y\n\n";
        event_stream_init(&s, on_event, &h);
        check_int(c, event_stream_feed(&s, HALF, sizeof HALF - 1, NULL), RC_OK);
        event_stream_restart(&s);
        check_int(c, event_stream_feed(&s, REST, sizeof REST - 1, NULL), RC_OK);
        check_str(c, buf_str(&h.text), "[message|x][message|y]"); /* no event of two connections */
        check_str(c, s.last_id, "1");
        event_stream_fini(&s);
        buf_fini(&h.text);
    }
}

/* Feeds the same for ever; how much was taken before it was enough. */
static size_t endless(const char *head, const char *piece, size_t *ret_cap)
{
    struct heard h = {BUF_INIT(1 << 20)};
    struct event_stream s;
    size_t fed = strlen(head);
    event_stream_init(&s, on_event, &h);
    enum rc rc = event_stream_feed(&s, head, fed, NULL);
    while (rc == RC_OK && fed < ((size_t)64 << 20)) {
        rc = event_stream_feed(&s, piece, strlen(piece), NULL);
        fed += strlen(piece);
    }
    *ret_cap = s.line.cap + s.data.cap;
    event_stream_fini(&s);
    buf_fini(&h.text);
    return rc == RC_TOO_BIG ? fed : SIZE_MAX;
}

static void test_bounds(struct check *c)
{
    size_t cap;
    if (check_case(c, "event-stream/endless-line")) {
        check_true(c, endless("data: ", "xxxxxxxxxxxxxxxx", &cap) <= EVENT_STREAM_LINE_MAX + 64);
        check_true(c, cap <= 2 * (EVENT_STREAM_LINE_MAX + 64));
        check_true(c, endless(": ", "xxxxxxxxxxxxxxxx", &cap) <= EVENT_STREAM_LINE_MAX + 64);
    }
    if (check_case(c, "event-stream/endless-event")) {
        check_true(c, endless("", "data: xxxxxxxxxxxxxxxx\n", &cap) <= 3 * EVENT_STREAM_DATA_MAX);
        check_true(c, cap <= 4 * EVENT_STREAM_DATA_MAX);
    }
    if (check_case(c, "event-stream/gigabytes-of-comments-take-no-memory")) {
        check_true(c, endless("", ": xxxxxxxxxxxxxxxx\n", &cap) ==
                          SIZE_MAX); /* whoever reads counts the bytes */
        check_true(c, cap < 1024);
    }
    if (check_case(c, "event-stream/long-id")) {
        CLEANUP(mem_free) char *id = mem_alloc(EVENT_STREAM_ID_MAX + 2);
        memset(id, 'i', EVENT_STREAM_ID_MAX + 1);
        CLEANUP(mem_free) char *text = str_printf("id: 1\n\nid: %s\ndata: x\n\n", id);
        feeds(c, text, strlen(text), 100, "[message|x]", "1", -1);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_format(&c);
    test_bounds(&c);
    return check_end(&c);
}
