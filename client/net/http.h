/* HTTP for every server driver, over libcurl (http.c is the one file that sees it).
 *
 * One `struct http` stands for one account on one server: it keeps connections alive, sends the
 * account's credentials to the account's own origin and to nobody else, bounds every answer and
 * every wait, and turns what goes wrong on the way into our result codes and one plain line. What a
 * status means for an item is the driver's business; http_check has the usual answer. Used from one
 * thread at a time. */
#ifndef LOCKSTEP_NET_HTTP_H
#define LOCKSTEP_NET_HTTP_H

#include "client/base/log.h"
#include "client/base/mem.h"
#include "client/base/rc.h"
#include "client/net/sign_in.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_MAX_RESPONSE ((size_t)64 << 20)

/* All strings are copied by http_new. Zero and NULL mean "the default". */
struct http_config {
    const char *origin; /* required: any URL of the account's server; its scheme, host and port are
                           where credentials may go */
    struct sign_in sign_in; /* who asks; all zero: nobody in particular */
    const char
        *ca_file; /* PEM file: only this authority is trusted. NULL: the system's authorities */
    const char *proxy;      /* "http://host:port"; "": none; NULL: as the system says (proxy.h).
                               Never to this machine itself unless named here */
    const char *user_agent; /* default "Lockstep/VERSION" */
    bool allow_plain_http;  /* without it an http:// URL is refused with RC_TLS before anything is
                               sent */
    long connect_timeout;   /* seconds, default 20 */
    long total_timeout;     /* seconds for one request with its answer, default 600 */
    long stall_timeout;     /* seconds without a byte in either direction, default 120: some servers
                               think long */
    size_t max_response;    /* bytes of a body after decompression, default HTTP_MAX_RESPONSE */
};

struct http_header {
    const char *name, *value;
};

struct http_request {
    const char *method; /* "GET", "PROPFIND", ... */
    const char *url;    /* absolute */
    const char *what;   /* for messages: "contact anna.vcf", "the list of address books"; NULL =
                           method and URL */
    const struct http_header *headers;
    size_t header_count;
    const char *body; /* borrowed until the call returns; NULL = none */
    size_t body_len;
    bool anonymous;   /* send no credentials */
    bool no_redirect; /* hand out 3xx answers instead of following them within the origin */
    bool once; /* it must not be carried out twice: sent on a new connection, so that libcurl has
                         no reason to send it again, and not after a 503 */
    bool identity; /* ask for an uncompressed answer: where the ETag header matters (some servers
                         alter it when they compress) */
    /* If set, the body of a 2xx answer goes here piece by piece instead of into the response.
     * Returning false stops the transfer: the response says RC_CANCELLED, and why is the sink's to
     * know. */
    bool (*sink)(void *user, const char *data, size_t len);
    void *sink_user;
};

/* Zero it before the first use; http_response_fini afterwards. */
struct http_response {
    enum rc rc; /* RC_OK: an HTTP answer of any status arrived whole. Else see err. */
    struct err err;
    long status;
    char *url;     /* owned; where the answer came from, after redirects */
    char *headers; /* owned; "name: value\n" lines of the final answer */
    char *body;    /* owned; NUL-terminated, never NULL when rc is RC_OK */
    size_t body_len;
    double seconds; /* how long it took */
};
void http_response_fini(struct http_response *r);
/* The value of the first header of that name (case-insensitive), or NULL. Caller frees. */
char *http_response_header(const struct http_response *r, const char *name);
/* The server's clock when it answered (Date), UTC seconds; 0: it does not say. */
int64_t http_response_date(const struct http_response *r);

struct http;
/* RC_INVALID if the origin is no http(s) URL, RC_TLS if it is http:// and that is not allowed. */
enum rc http_new(const struct http_config *config, const struct log *log, struct http **ret,
    struct err *err) WARN_UNUSED;
void http_free(struct http *h);
DEFINE_CLEANUP(struct http *, http_free);

/* Sends one request and waits for the answer. Returns ret->rc, moving the message to err. Any
 * status is RC_OK here, except what makes every further request pointless: 401 is RC_AUTH (and
 * nothing is sent any more with these credentials by this object), unless a token could be renewed:
 * then the request was sent once more with the new one.
 *   RC_TLS      certificate expired, unknown authority, wrong host, no common protocol
 *   RC_OFFLINE  unknown host, refused, timed out, broken off
 *   RC_TOO_BIG  the answer passes max_response
 *   RC_REFUSED  redirected to another host: credentials do not follow; the text names both
 * 429 and 503 with a short Retry-After are waited for and sent again (at most twice, 10 s each). A
 * request that only reads is sent once more when its kept-alive connection turns out to be dead;
 * libcurl does the same for a write of which no answer byte came, so after a 412 the caller looks
 * what is there before believing that somebody else wrote it. */
enum rc http_send(struct http *h, const struct http_request *request, struct http_response *ret,
    struct err *err) WARN_UNUSED;

/* Sends `count` requests, at most `max_in_flight` at a time (HTTP/2 streams where the server offers
 * them, else connections), each with its own outcome in ret[i].rc. Returns RC_OK unless trouble
 * reaches the whole server (rc_is_store_wide): then nothing further is sent, those under way are
 * finished, and those never sent have RC_CANCELLED. The caller owns all responses in every case. */
enum rc http_send_many(struct http *h, const struct http_request *requests, size_t count,
    size_t max_in_flight, struct http_response *ret, struct err *err) WARN_UNUSED;

/* ---- an answer without an end ---- */

/* One request whose answer goes on for as long as both sides like, as a stream of events; its body goes to
 * request->sink, which is required. Neither the total and stall time-outs nor max_response hold for it: whoever
 * waits for it decides how long to bear silence, and how much to take. A Retry-After is not waited for here
 * (http_asked_to_wait), redirects are followed as ever. */
struct http_stream;
/* Sends `request`, which must stay as it is until http_stream_free, and nothing else may be sent with `h` till then.
 * Does not wait; what is wrong at once is told by http_stream_response. */
struct http_stream *http_stream_open(struct http *h, const struct http_request *request);
/* Waits until something came, at most so long. False: it is over, see http_stream_response. */
bool http_stream_wait(struct http_stream *s, int milliseconds);
/* Did the server agree (2xx, headers complete)? *ret_type (caller frees): its Content-Type, or NULL. */
bool http_stream_begun(const struct http_stream *s, char **ret_type);
/* Seconds by the clock since anything came, or since it was opened. */
int64_t http_stream_silence(const struct http_stream *s);
/* What came of it, once it is over: RC_OK if the server ended it properly. Borrowed. */
const struct http_response *http_stream_response(const struct http_stream *s);
void http_stream_free(struct http_stream *s); /* breaks it off if it is not over; NULL allowed */

/* What a status usually means, for the object named by `what`: RC_OK for 2xx, RC_AUTH for 401,
 * RC_READONLY for 403, RC_NOT_FOUND for 404 and 410, RC_CONFLICT for 409 and 412, RC_TOO_BIG for
 * 413 and 414, RC_SERVER (try again later) for 423, 429, 5xx and anything odd, RC_REFUSED for 507
 * and the other 4xx. A transport failure comes back as it is. */
enum rc http_check(const struct http_response *r, const char *what, struct err *err) WARN_UNUSED;

/* Was the sign-in refused (401), or is there no token any more? */
bool http_rejected(const struct http *h);
/* Until when the server asked to be left alone (Retry-After with 429 or 503, RFC 9110 section 10.2.3),
 * UTC seconds; 0: it did not, or so shortly that http_send waited. */
int64_t http_asked_to_wait(const struct http *h);

/* Counted since http_new, for benchmarks and the log. Bytes are bodies and headers as they crossed
 * the wire. */
struct http_stats {
    unsigned long requests, connections;
    unsigned long long bytes_sent, bytes_received;
};
struct http_stats http_stats(const struct http *h);

#endif
