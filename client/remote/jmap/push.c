/* What the server tells by itself that it changed: its stream of events (RFC 8620 section 7.3). One store
 * listens and does nothing else: the stream has its connection to itself, beside those of the passes.
 *
 * A StateChange (section 7.1) names accounts and types, not folders: every watched folder of that account and
 * type may have changed. The state it names is not used: whoever is told asks for changes since its own. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"
#include "client/net/event_stream.h"

#include <string.h>
#include <time.h>

#define PING_USUAL  30 /* seconds: what we ask for */
#define PING_MOST   900
#define RETRY_MOST  86400
#define FLOOD_BYTES ((size_t)4 << 20) /* more than so many */
#define FLOOD_TIME  60                /* in so many seconds is no news any more */

struct jmap_push {
    struct http_stream *stream; /* owned; NULL: none */
    struct http_request request;
    struct http_header headers[2];
    struct event_stream events;
    char *url, *last_id; /* owned; of the request */
    char *folders;       /* owned; what is watched, as a text to compare */
    struct map *changed; /* owned; "ACCOUNT\nTYPE" that something was said of */
    long ping;           /* seconds; what the server says, or what we asked for */
    bool begun;
    size_t received; /* bytes since */
    time_t since;
    struct err err; /* why we ended it */
};

static char *change_key(const char *account, const struct jmap_type *type)
{
    return str_printf("%s\n%s", account, type->data);
}

/* ---- events ---- */

static void take_change(struct jmap_push *p, const struct json *account)
{
    for (size_t i = 0; i < JMAP_TYPES; i++) {
        const struct jmap_type *type = jmap_type_at(i);
        if (json_get(account, type->data) || json_get(account, type->folder)) {
            CLEANUP(mem_free) char *key = change_key(json_key(account), type);
            map_put(p->changed, key, p);
        }
    }
}

/* What else a server may send concerns somebody else. */
static void on_event(void *user, const char *type, const char *data, size_t len)
{
    struct jmap_push *p = user;
    CLEANUP(json_free) struct json *v = NULL;
    if (json_parse(data, len, &v, NULL) != RC_OK) {
        return;
    }
    if (str_eq(type, "ping")) {
        int64_t told = json_get_int(v, "interval", 0);
        p->ping = told >= 1 && told <= PING_MOST ? (long)told : p->ping;
    } else if (str_eq(type, "state") && str_eq(json_get_str(v, "@type"), "StateChange")) {
        for (const struct json *a = json_first(json_get(v, "changed")); a; a = json_next(a)) {
            take_change(p, a);
        }
    }
}

static bool on_data(void *user, const char *data, size_t len)
{
    struct jmap_push *p = user;
    time_t now = time(NULL);
    if (now < p->since || now >= p->since + FLOOD_TIME) {
        p->since = now;
        p->received = 0;
    }
    p->received += len;
    if (p->received > FLOOD_BYTES) {
        (void)err_set(&p->err, RC_SERVER, 0, "the server sends more than anybody can have to tell");
        return false;
    }
    return event_stream_feed(&p->events, data, len, &p->err) == RC_OK;
}

/* ---- the connection ---- */

static void stop(struct jmap_push *p)
{
    http_stream_free(TAKE(p->stream));
    p->begun = false;
}

void jmap_push_free(struct jmap_push *p)
{
    if (p) {
        stop(p);
        event_stream_fini(&p->events);
        map_free(p->changed);
        err_fini(&p->err);
        free(p->url);
        free(p->last_id);
        free(p->folders);
        free(p);
    }
}

int64_t jmap_push_again(const struct jmap_push *p)
{
    long ms = p ? p->events.retry_ms : -1;
    int64_t seconds = ms < 0 ? 0 : (ms + 999) / 1000;
    return ms == 0 ? 1 : seconds > RETRY_MOST ? RETRY_MOST : seconds;
}

/* The types of items and folders that the server has at all: one that it does not know it might refuse. */
static char *types_of(const struct jmap *j)
{
    struct buf b = BUF_INIT(1024);
    for (size_t i = 0; i < JMAP_TYPES; i++) {
        const struct jmap_type *type = jmap_type_at(i);
        if (strstr(j->using, type->capability)) {
            buf_addf(&b, "%s%s,%s", b.len ? "," : "", type->folder, type->data);
        }
    }
    return buf_take(&b);
}

static enum rc no_stream(const struct jmap *j, struct err *err)
{
    return j->events_elsewhere
               ? err_set(err, RC_UNSUPPORTED, 0, "its changes: %s", j->events_elsewhere)
               : err_set(
                     err, RC_UNSUPPORTED, 0, "%s does not tell of changes by itself", j->url.host);
}

static enum rc start(struct jmap *j, struct jmap_push *p, struct err *err)
{
    enum rc rc = jmap_session(j, err);
    if (rc == RC_OK && !j->events) {
        rc = no_stream(j, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    p->ping = j->timeout > 1 && j->timeout < 2 * PING_USUAL ? j->timeout / 2 : PING_USUAL;
    CLEANUP(mem_free) char *ping = str_printf("%ld", p->ping);
    CLEANUP(mem_free) char *types = types_of(j);
    const struct jmap_variable variables[] = {
        {"{types}", types}, {"{closeafter}", "no"}, {"{ping}", ping}};
    free(p->url);
    p->url = jmap_expand_all(j->events, variables, ARRAY_LEN(variables));
    str_replace(&p->last_id, p->events.last_id);
    p->headers[0] = (struct http_header){"Accept", "text/event-stream"};
    p->headers[1] = (struct http_header){"Last-Event-ID", p->last_id};
    p->request = (struct http_request){.method = "GET",
        .url = p->url,
        .what = "the stream of changes",
        .headers = p->headers,
        .header_count = p->last_id ? 2 : 1,
        .identity = true, /* a compressor would keep events back */
        .sink = on_data,
        .sink_user = p};
    event_stream_restart(&p->events);
    err_fini(&p->err);
    p->since = 0;
    p->stream = http_stream_open(j->http, &p->request);
    return RC_OK;
}

static enum rc check_type(const struct jmap *j, const char *type, struct err *err)
{
    return type && str_istarts(type, "text/event-stream")
               ? RC_OK
               : err_set(err, RC_UNSUPPORTED, 0,
                     "%s does not tell of changes by itself (it answers with %.60s)", j->url.host,
                     type ? type : "something else");
}

/* Why it ended. What a server answers with that is no stream is taken at its word: it does not tell. */
static enum rc why_over(const struct jmap *j, const struct jmap_push *p, struct err *err)
{
    const struct http_response *r = http_stream_response(p->stream);
    if (p->err.rc != RC_OK) {
        return err_set(err, p->err.rc, 0, "%s", err_text(&p->err));
    }
    if (r->rc == RC_REFUSED) { /* sent elsewhere */
        return err_set(err, RC_UNSUPPORTED, 0, "its changes: %s", err_text(&r->err));
    }
    enum rc rc = http_check(r, "the stream of changes", err);
    if (rc == RC_OK && r->status == 204) { /* section 9.2.3 of WHATWG: do not come back */
        return err_set(err, RC_UNSUPPORTED, 204, "%s does not tell of changes by itself (HTTP 204)",
            j->url.host);
    }
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *type = http_response_header(r, "Content-Type");
        rc = check_type(j, type, err);
        return rc != RC_OK
                   ? rc
                   : err_set(err, RC_OFFLINE, 0, "%s ended the stream of changes", j->url.host);
    }
    return r->rc == RC_OK && rc != RC_AUTH && rc != RC_SERVER && rc != RC_OFFLINE
               ? err_set(err, RC_UNSUPPORTED, r->status, "%s", err_text(err))
               : rc;
}

static enum rc check_begun(struct jmap *j, struct jmap_push *p, bool *ret_began, struct err *err)
{
    CLEANUP(mem_free) char *type = NULL;
    if (p->begun || !http_stream_begun(p->stream, &type)) {
        return RC_OK;
    }
    enum rc rc = check_type(j, type, err);
    *ret_began = p->begun = rc == RC_OK;
    return rc;
}

/* Twice the interval of pings without a byte: the connection is dead, whatever TCP believes. */
static enum rc check_alive(const struct jmap *j, const struct jmap_push *p, struct err *err)
{
    int64_t silence = http_stream_silence(p->stream);
    return silence <= 2 * p->ping
               ? RC_OK
               : err_set(err, RC_OFFLINE, 0, "%s has been silent for %lld seconds", j->url.host,
                     (long long)silence);
}

static enum rc listen(
    struct jmap *j, struct jmap_push *p, long milliseconds, bool *ret_began, struct err *err)
{
    if (!http_stream_wait(p->stream, (int)milliseconds)) {
        return why_over(j, p, err);
    }
    enum rc rc = check_begun(j, p, ret_began, err);
    return rc == RC_OK ? check_alive(j, p, err) : rc;
}

/* ---- the store's call ---- */

static char *watched_text(const struct store_watch *folders, size_t count)
{
    struct buf b = BUF_INIT(1 << 20);
    for (size_t i = 0; i < count; i++) {
        buf_addf(&b, "%s\n", folders[i].folder);
    }
    return buf_take(&b);
}

/* Hands out what was said, and forgets it. */
static void answer(struct jmap_push *p, const struct store_watch *folders, size_t count, bool *ret)
{
    for (size_t i = 0; i < count; i++) {
        struct jmap_place place CLEANUP_FINI(jmap_place_fini) = {0};
        ret[i] = false;
        if (jmap_place_parse(folders[i].folder, folders[i].kind, &place, NULL) == RC_OK) {
            CLEANUP(mem_free) char *key = change_key(place.account, place.type);
            ret[i] = map_has(p->changed, key);
        }
    }
    map_free(p->changed);
    p->changed = map_new();
}

enum rc jmap_watch(struct store *s, const struct store_watch *folders, size_t count,
    long milliseconds, bool *ret, bool *ret_began, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    enum rc rc = RC_OK;
    if (!j->push) {
        j->push = NEW(struct jmap_push);
        event_stream_init(&j->push->events, on_event, j->push);
        j->push->changed = map_new();
    }
    struct jmap_push *p = j->push;
    CLEANUP(mem_free) char *watched = watched_text(folders, count);
    *ret_began = p->begun && !str_eq(watched, p->folders);
    str_replace(&p->folders, watched);
    if (!p->stream) {
        rc = start(j, p, err);
    }
    if (rc == RC_OK) {
        rc = listen(j, p, milliseconds, ret_began, err);
    }
    if (rc != RC_OK) {
        stop(p);
    }
    answer(p, folders, count, ret);
    return rc;
}
