/* Event streams: the pieces in which the bytes come make no difference, and nothing outgrows its bound. */
#include "client/net/event_stream.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_event(void *user, const char *type, const char *data, size_t len)
{
    struct buf *b = user;
    if (len > EVENT_STREAM_DATA_MAX) {
        abort();
    }
    buf_addf(b, "[%s|", type);
    buf_add(b, data, len);
    buf_addc(b, ']');
}

static void run(
    const uint8_t *data, size_t size, size_t piece, struct buf *ret, char **ret_id, long *ret_retry)
{
    struct event_stream s;
    event_stream_init(&s, on_event, ret);
    for (size_t at = 0; at < size; at += piece) {
        size_t n = piece < size - at ? piece : size - at;
        if (event_stream_feed(&s, (const char *)data + at, n, NULL) != RC_OK) {
            buf_adds(ret, "(end)");
            break;
        }
    }
    *ret_id = TAKE(s.last_id);
    *ret_retry = s.retry_ms;
    event_stream_fini(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    struct buf pieces CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(mem_free) char *id = NULL;
    CLEANUP(mem_free) char *id_again = NULL;
    long retry, retry_again;
    run(data, size, size ? size : 1, &whole, &id, &retry);
    run(data, size, size % 7 + 1, &pieces, &id_again, &retry_again);
    if (whole.len != pieces.len || (whole.len && memcmp(whole.data, pieces.data, whole.len) != 0) ||
        retry != retry_again || (id ? !id_again || strcmp(id, id_again) != 0 : id_again != NULL)) {
        fprintf(stderr, "violated: the pieces make a difference\n");
        abort();
    }
    return 0;
}
