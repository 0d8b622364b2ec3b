/* HTTP over libcurl: the one file that sees it. See http.h for the contract.
 *
 * One multi handle lives as long as the object and keeps the connections; a transfer is one request
 * on one easy handle, which may be started again (a redirect, Retry-After, a dead connection,
 * Digest) until its response is settled. The meaning of a status is left to http_status.c and the
 * drivers. */
#include "client/net/http.h"

#include "client/base/buf.h"
#include "client/net/proxy.h"
#include "client/net/sign_in.h"
#include "client/net/tls_check.h"
#include "client/net/url.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX_REDIRECTS 5
#define MAX_WAITS     2  /* for Retry-After */
#define MAX_WAIT      10 /* seconds each */
#define MAX_HEADERS   ((size_t)256 << 10)
#define MAX_CA_FILE   ((size_t)16 << 20)
#define MAX_BROKEN    3  /* answers broken off one after another before the server counts as gone */
#define KEPT          16 /* connections and easy handles kept */

struct http {
    struct url origin;
    struct signer *signer; /* owned; what proves who asks */
    char *user_agent;      /* owned */
    char *proxy;           /* owned; "": none; NULL: libcurl's own choice, by the environment */
    struct buf ca;         /* PEM text, empty = the system's authorities */
    bool allow_plain_http;
    bool negotiate; /* the server offers it: the ticket goes along unasked */
    int64_t asked; /* Retry-After: until when the server asked to be left alone; 0: it did not */
    long connect_timeout, total_timeout, stall_timeout;
    size_t max_response;
    const struct log *log;
    CURLM *multi;
    CURL *idle[KEPT];
    size_t idle_count;
    struct http_stats stats;
};

struct transfer {
    struct http *http;
    const struct http_request *request;
    struct http_response *response;
    CURL *easy;
    struct curl_slist *headers; /* owned */
    struct url url;             /* owned; where it goes at present */
    bool get;                   /* after a 303 */
    struct buf body, header_lines;
    size_t received;
    bool too_big, sink_stopped, retried, fresh;
    struct credential sent; /* what it carried; its texts are not to be looked at any more */
    bool renewed;           /* sent again with a new token */
    int redirects, waits;
    bool endless;       /* of a stream: whoever waits for it sets the limits */
    bool begun;         /* of a stream: the headers of a 2xx answer are complete */
    time_t heard;       /* of a stream: when something came last */
    time_t not_before;  /* waiting for Retry-After; 0 = running or settled */
    struct err tls_err; /* from the check of the certificate */
    char error[CURL_ERROR_SIZE];
};

/* ---- making ---- */
static enum rc read_ca(const char *path, struct buf *ret, struct err *err)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return err_set(
            err, RC_IO, 0, "the file of certificate authorities %s cannot be opened", path);
    }
    char piece[8192];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;) {
        buf_add(ret, piece, n);
    }
    bool bad = ferror(f) || ret->overflow || !strstr(buf_str(ret), "-----BEGIN CERTIFICATE-----");
    fclose(f);
    return bad ? err_set(err, RC_IO, 0, "the file %s holds no certificates (PEM)", path) : RC_OK;
}

static enum rc check_plain(const struct http *h, const struct url *u, struct err *err)
{
    if (strcmp(u->scheme, "http") == 0 && !h->allow_plain_http) {
        return err_set(err, RC_TLS, 0,
            "http://%s would send everything unprotected; use https or allow plain http for this "
            "account",
            u->host);
    }
    return RC_OK;
}

static long or_default(long value, long fallback)
{
    return value > 0 ? value : fallback;
}

/* All requests go to the origin, so it is chosen once. */
static char *choose_proxy(const struct http_config *c, const struct url *origin)
{
    if (c->proxy) {
        return mem_strdup(c->proxy);
    }
    return url_is_loopback(origin) ? mem_strdup("") : proxy_of_system(origin);
}

enum rc http_new(
    const struct http_config *c, const struct log *log, struct http **ret, struct err *err)
{
    struct http *h = NEW(struct http);
    buf_init(&h->ca, MAX_CA_FILE);
    h->log = log;
    h->allow_plain_http = c->allow_plain_http;
    enum rc rc = url_parse(c->origin, &h->origin, err);
    if (rc == RC_OK) {
        rc = check_plain(h, &h->origin, err);
    }
    if (rc == RC_OK && c->ca_file) {
        rc = read_ca(c->ca_file, &h->ca, err);
    }
    if (rc == RC_OK && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        rc = err_set(err, RC_INTERNAL, 0, "libcurl does not start");
    }
    if (rc != RC_OK) {
        url_fini(&h->origin);
        buf_fini(&h->ca);
        free(h);
        return rc;
    }
    h->signer = signer_new(&c->sign_in, &h->origin);
    h->proxy = choose_proxy(c, &h->origin);
    h->user_agent = mem_strdup(c->user_agent ? c->user_agent : "Lockstep/" LOCKSTEP_VERSION);
    h->connect_timeout = or_default(c->connect_timeout, 20);
    h->total_timeout = or_default(c->total_timeout, 600);
    h->stall_timeout = or_default(c->stall_timeout, 120);
    h->max_response = c->max_response ? c->max_response : HTTP_MAX_RESPONSE;
    h->multi = curl_multi_init();
    if (!h->multi) {
        abort(); /* memory is out, as in mem.c */
    }
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)KEPT);
    *ret = h;
    return RC_OK;
}

void http_free(struct http *h)
{
    if (!h) {
        return;
    }
    for (size_t i = 0; i < h->idle_count; i++) {
        curl_easy_cleanup(h->idle[i]);
    }
    curl_multi_cleanup(h->multi);
    curl_global_cleanup();
    url_fini(&h->origin);
    buf_fini(&h->ca);
    signer_free(h->signer);
    free(h->proxy);
    free(h->user_agent);
    free(h);
}

struct http_stats http_stats(const struct http *h)
{
    return h->stats;
}

/* ---- curl's callbacks ---- */
static bool is_success(const struct transfer *t)
{
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300;
}

static size_t on_header(char *data, size_t size, size_t count, void *user)
{
    struct transfer *t = user;
    size_t n = size * count;
    if (n > 5 && memcmp(data, "HTTP/", 5) == 0) {
        buf_clear(&t->header_lines); /* the answer before was an interim one, or a challenge */
        return n;
    }
    size_t len = n;
    while (len && (data[len - 1] == '\n' || data[len - 1] == '\r')) {
        len--;
    }
    if (len) {
        buf_add(&t->header_lines, data, len);
        buf_addc(&t->header_lines, '\n');
    } else {
        t->begun = is_success(t);
    }
    t->heard = time(NULL);
    return t->header_lines.overflow ? 0 : n;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
    struct transfer *t = user;
    size_t n = size * count;
    bool sink = t->request->sink && is_success(t);
    t->received += n;
    t->heard = time(NULL);
    if (t->received > t->http->max_response && !(t->endless && sink)) {
        t->too_big = true;
        return 0;
    }
    if (sink) {
        t->sink_stopped = !t->request->sink(t->request->sink_user, data, n);
        return t->sink_stopped ? 0 : n;
    }
    buf_add(&t->body, data, n);
    return n;
}

#ifdef _WIN32
/* Before the request goes out: what does Windows think of the certificate? With a ca_file libcurl
 * checks by itself. */
static int on_ready(void *user, char *remote, char *local, int remote_port, int local_port)
{
    struct transfer *t = user;
    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    struct curl_tlssessioninfo *info = NULL;
    if (curl_easy_getinfo(t->easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || !info ||
        !info->internals || info->backend != CURLSSLBACKEND_SCHANNEL) {
        (void)err_set(
            &t->tls_err, RC_TLS, 0, "the secure connection to %s cannot be checked", t->url.host);
        return CURL_PREREQFUNC_ABORT;
    }
    return tls_check_schannel(info->internals, t->url.host, &t->tls_err) == RC_OK
               ? CURL_PREREQFUNC_OK
               : CURL_PREREQFUNC_ABORT;
}
#endif

/* ---- starting a transfer ---- */
static const char *transfer_method(const struct transfer *t)
{
    return t->get ? "GET" : t->request->method;
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
    CLEANUP(mem_free) char *line = str_printf("%s: %s", name, value);
    struct curl_slist *list = curl_slist_append(t->headers, line);
    if (!list) {
        abort(); /* memory is out, as in mem.c */
    }
    t->headers = list;
}

static void set_headers(struct transfer *t)
{
    const struct http_request *q = t->request;
    curl_slist_free_all(t->headers);
    t->headers = NULL;
    for (size_t i = 0; i < q->header_count; i++) {
        add_header(t, q->headers[i].name, q->headers[i].value);
    }
    if (t->sent.kind == CREDENTIAL_BEARER) {
        CLEANUP(sign_in_wipe) char *value = str_printf("Bearer %s", t->sent.secret);
        add_header(t, "Authorization", value);
    }
    struct curl_slist *list =
        curl_slist_append(t->headers, "Expect:"); /* never wait for 100 Continue */
    if (list) {
        t->headers = list;
    }
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void set_tls(struct transfer *t)
{
    const struct http *h = t->http;
    if (h->ca.len) {
        struct curl_blob blob = {h->ca.data, h->ca.len, CURL_BLOB_NOCOPY};
        curl_easy_setopt(t->easy, CURLOPT_CAINFO_BLOB, &blob);
        curl_easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
    }
#ifdef _WIN32
    /* Not being able to ask the revocation server is no reason to refuse (it is for a private
     * authority, always). */
    curl_easy_setopt(t->easy, CURLOPT_SSL_OPTIONS, (long)(CURLSSLOPT_REVOKE_BEST_EFFORT));
    if (!h->ca.len && strcmp(t->url.scheme, "https") == 0) {
        curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_ready);
        curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
    }
#endif
}

/* A proxy that asks who we are is told by Windows, as a browser would: the user who is logged on. */
static void set_proxy(struct transfer *t)
{
    const struct http *h = t->http;
    if (h->proxy) {
        curl_easy_setopt(t->easy, CURLOPT_PROXY, h->proxy);
        curl_easy_setopt(t->easy, CURLOPT_NOPROXY, "");
    }
#ifdef _WIN32
    curl_easy_setopt(t->easy, CURLOPT_PROXYAUTH, (long)(CURLAUTH_NEGOTIATE | CURLAUTH_NTLM));
    curl_easy_setopt(t->easy, CURLOPT_PROXYUSERPWD, ":");
#endif
}

/* The system signs in after the server's challenge, on a connection that is then the user's; NTLM, which
 * Windows may choose, knows no HTTP/2. */
static void set_system_sign_in(CURL *e, bool negotiate)
{
    /* With one scheme alone libcurl does not wait to be asked. */
    curl_easy_setopt(e, CURLOPT_HTTPAUTH,
        negotiate ? (long)CURLAUTH_NEGOTIATE : (long)(CURLAUTH_NEGOTIATE | CURLAUTH_NTLM));
    curl_easy_setopt(e, CURLOPT_USERPWD, ":");
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

static void set_credential(struct transfer *t)
{
    CURL *e = t->easy;
    t->sent = t->request->anonymous ? (struct credential){.kind = CREDENTIAL_NONE}
                                    : signer_credential(t->http->signer, &t->url);
    if (t->sent.kind == CREDENTIAL_SYSTEM) {
        set_system_sign_in(e, t->http->negotiate);
    } else if (t->sent.kind == CREDENTIAL_BASIC || t->sent.kind == CREDENTIAL_DIGEST) {
        curl_easy_setopt(e, CURLOPT_HTTPAUTH,
            t->sent.kind == CREDENTIAL_DIGEST ? (long)CURLAUTH_DIGEST : (long)CURLAUTH_BASIC);
        curl_easy_setopt(e, CURLOPT_USERNAME, t->sent.user);
        curl_easy_setopt(e, CURLOPT_PASSWORD, t->sent.secret);
    }
}

static void set_limits(struct transfer *t)
{
    const struct http *h = t->http;
    curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT, h->connect_timeout);
    if (!t->endless) {
        curl_easy_setopt(t->easy, CURLOPT_TIMEOUT, h->total_timeout);
        curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, h->stall_timeout);
    }
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, 128L << 10);
}

static void transfer_start(struct transfer *t)
{
    struct http *h = t->http;
    const struct http_request *q = t->request;
    CURL *e = t->easy;
    CLEANUP(mem_free) char *url = url_text(&t->url);
    curl_easy_reset(e);
    buf_clear(&t->body);
    buf_clear(&t->header_lines);
    t->received = 0;
    t->begun = false;
    t->heard = time(NULL);
    t->not_before = 0;
    t->error[0] = 0;
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(e, CURLOPT_USERAGENT, h->user_agent);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    if (q->body && !t->get) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body_len);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, q->body);
    }
    if (strcmp(transfer_method(t), "HEAD") == 0) {
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    } else {
        curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, transfer_method(t));
    }
    /* Between two programs on one machine compression only costs time. */
    if (!q->identity && !url_is_loopback(&t->url)) {
        curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
    }
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(e, CURLOPT_PIPEWAIT, strcmp(t->url.scheme, "https") == 0 ? 1L : 0L);
    curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, t->fresh || q->once ? 1L : 0L);
    set_credential(t);
    set_headers(t);
    set_tls(t);
    set_proxy(t);
    set_limits(t);
    h->stats.requests++;
    curl_multi_add_handle(h->multi, e);
}

/* ---- what went wrong, in plain words ---- */
/* What OpenSSL and Schannel call it, and what a person would. */
static const struct tls_words {
    const char *part, *words;
} TLS_WORDS[] = {
    {"expired", "has expired"},
    {"not yet valid", "is not valid yet"},
    {"NOT_TIME_VALID", "has expired or is not valid yet"},
    {"CERT_EXPIRED", "has expired"},
    {"alternative certificate subject name", "is for another host"},
    {"does not match target host", "is for another host"},
    {"failed to match connection hostname", "is for another host"},
    {"WRONG_PRINCIPAL", "is for another host"},
    {"self-signed", "comes from an unknown authority"},
    {"self signed", "comes from an unknown authority"},
    {"local issuer", "comes from an unknown authority"},
    {"unable to verify the first", "comes from an unknown authority"},
    {"PARTIAL_CHAIN", "comes from an unknown authority"},
    {"UNTRUSTED_ROOT", "comes from an unknown authority"},
    {"REVOKED", "has been revoked"},
    {"revoked", "has been revoked"},
};

static enum rc tls_failed(const struct transfer *t, CURLcode code, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(TLS_WORDS); i++) {
        if (strstr(t->error, TLS_WORDS[i].part)) {
            return err_set(
                err, RC_TLS, code, "the certificate of %s %s", t->url.host, TLS_WORDS[i].words);
        }
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        return err_set(err, RC_TLS, code, "the certificate of %s is not acceptable (%s)",
            t->url.host, t->error);
    }
    return err_set(err, RC_TLS, code, "no secure connection to %s: %s", t->url.host,
        *t->error ? t->error : curl_easy_strerror(code));
}

static enum rc transport_failed(const struct transfer *t, CURLcode code, struct err *err)
{
    const char *host = t->url.host, *why = *t->error ? t->error : curl_easy_strerror(code);
    CLEANUP(mem_free)
    char *named = t->request->what ? mem_strdup(t->request->what)
                                   : str_printf("%s %s", transfer_method(t), t->url.path);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return err_set(err, RC_OFFLINE, code,
            "the server %s is unknown (no such host name, or no network)", host);
    case CURLE_COULDNT_RESOLVE_PROXY:
        return err_set(err, RC_OFFLINE, code, "the proxy is unknown: %s", why);
    case CURLE_COULDNT_CONNECT:
        return str_empty(t->http->proxy)
                   ? err_set(err, RC_OFFLINE, code, "%s port %d does not take connections", host,
                         t->url.port)
                   : err_set(err, RC_OFFLINE, code, "the proxy %s does not take connections",
                         t->http->proxy);
    case CURLE_OPERATION_TIMEDOUT:
        return err_set(err, RC_OFFLINE, code, "%s: %s did not answer in time", named, host);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return tls_failed(t, code, err);
    case CURLE_AUTH_ERROR:
        return signer_refused(t->http->signer, host, "WWW-Authenticate: Negotiate", err);
    case CURLE_ABORTED_BY_CALLBACK:
        return err_set(err, RC_TLS, t->tls_err.native, "%s", err_text(&t->tls_err));
    case CURLE_URL_MALFORMAT:
        return err_set(err, RC_INVALID, code, "%s: the address cannot be used", named);
    case CURLE_WRITE_ERROR:
        if (t->too_big) {
            return err_set(err, RC_TOO_BIG, code, "%s: the answer of %s is larger than %zu MB",
                named, host, t->http->max_response >> 20);
        }
        if (t->sink_stopped) {
            return err_set(err, RC_CANCELLED, code, "%s: reading the answer was ended", named);
        }
        return err_set(err, RC_SERVER, code, "%s: %s sent headers without end", named, host);
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 and the like */
        return err_set(
            err, RC_SERVER, code, "%s: %s sent something that is no HTTP answer", named, host);
    default:
        return err_set(
            err, RC_OFFLINE, code, "%s: the connection to %s broke off (%s)", named, host, why);
    }
}

static bool method_only_reads(const char *method)
{
    static const char *const READS[] = {"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"};
    for (size_t i = 0; i < ARRAY_LEN(READS); i++) {
        if (strcmp(method, READS[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool connection_died(CURLcode code)
{
    return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
           code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

/* ---- finishing: each of these returns true if the transfer goes on ---- */
static bool again_after_death(struct transfer *t, CURLcode code)
{
    long connects = 1;
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    if (t->retried || t->received || connects > 0 || !connection_died(code) ||
        !method_only_reads(transfer_method(t))) {
        return false;
    }
    t->retried = t->fresh = true;
    return true;
}

int64_t http_response_date(const struct http_response *r)
{
    CLEANUP(mem_free) char *text = http_response_header(r, "Date");
    time_t date = text && strlen(text) <= 64 ? curl_getdate(text, NULL) : 0;
    return date > 0 ? (int64_t)date : 0;
}

/* Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). 0: none that makes sense. */
static int64_t retry_after(const struct http_response *r)
{
    CLEANUP(mem_free) char *after = http_response_header(r, "Retry-After");
    if (!after || strlen(after) > 64) {
        return 0;
    }
    if (*after >= '0' && *after <= '9') {
        return strlen(after) > 8 ? 0 : (int64_t)time(NULL) + atol(after);
    }
    time_t date = curl_getdate(after, NULL);
    return date > time(NULL) ? (int64_t)date : 0;
}

/* What is too long to be waited for here is remembered for whoever plans the next try. */
static bool again_after_wait(struct transfer *t)
{
    const struct http_response *r = t->response;
    if (r->status != 429 && r->status != 503) {
        return false;
    }
    int64_t until = retry_after(r);
    bool doubtful = t->request->once && r->status == 503; /* it may have got through before */
    if (!until || doubtful || t->endless || t->waits == MAX_WAITS ||
        until > (int64_t)time(NULL) + MAX_WAIT) {
        t->http->asked = until > t->http->asked ? until : t->http->asked;
        return false;
    }
    t->waits++;
    t->not_before = (time_t)until;
    log_line(t->http->log, LOG_LEVEL_DEBUG, "http", "%s asks to wait", t->url.host);
    return true;
}

/* With another scheme, or with a new token. */
static bool again_signed_in(struct transfer *t, struct err *err)
{
    bool again = false;
    if (t->response->status != 401 || t->sent.kind == CREDENTIAL_NONE) {
        return false;
    }
    enum rc rc =
        signer_again(t->http->signer, &t->sent, t->renewed, t->response->headers, &again, err);
    t->renewed = t->renewed || (again && t->sent.kind == CREDENTIAL_BEARER);
    return rc == RC_OK && again;
}

static bool again_elsewhere(struct transfer *t, struct err *err)
{
    const struct http_response *r = t->response;
    bool redirect = r->status == 301 || r->status == 302 || r->status == 303 || r->status == 307 ||
                    r->status == 308;
    if (!redirect || t->request->no_redirect) {
        return false;
    }
    CLEANUP(mem_free) char *location = http_response_header(r, "Location");
    CLEANUP(mem_free) char *target = location ? url_resolve(&t->url, location) : NULL;
    struct url next;
    if (++t->redirects > MAX_REDIRECTS) {
        (void)err_set(err, RC_SERVER, r->status, "%s redirects us without end", t->url.host);
        return false;
    }
    if (!target || url_parse(target, &next, NULL) != RC_OK) {
        (void)err_set(err, RC_SERVER, r->status, "%s redirects us to nowhere", t->url.host);
        return false;
    }
    if (!url_same_origin(&next, &t->url) && !t->request->anonymous) {
        CLEANUP(mem_free) char *from = url_origin(&t->url);
        CLEANUP(mem_free) char *to = url_origin(&next);
        (void)err_set(err, RC_REFUSED, r->status,
            "%s sends us on to %s; the password is not given to another server: if that is the "
            "right one, enter its address",
            from, to);
        url_fini(&next);
        return false;
    }
    if (check_plain(t->http, &next, err) != RC_OK) {
        url_fini(&next);
        return false;
    }
    url_fini(&t->url);
    t->url = next;
    t->get = t->get || r->status == 303;
    return true;
}

static void count_bytes(struct transfer *t)
{
    struct http_stats *s = &t->http->stats;
    long request = 0, header = 0, connects = 0;
    curl_off_t down = 0;
    curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request);
    curl_easy_getinfo(t->easy, CURLINFO_HEADER_SIZE, &header);
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    s->connections += (unsigned long)connects;
    s->bytes_sent += (unsigned long long)request;
    s->bytes_received += (unsigned long long)header + (unsigned long long)down;
}

static void fill_response(struct transfer *t)
{
    struct http_response *r = t->response;
    free(r->url);
    free(r->headers);
    r->url = url_text(&t->url);
    r->headers = mem_strdup(buf_str(&t->header_lines));
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r->status);
    curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME, &r->seconds);
}

static void log_outcome(const struct transfer *t)
{
    const struct http_response *r = t->response;
    if (log_wants(t->http->log, LOG_LEVEL_DEBUG)) {
        log_line(t->http->log, LOG_LEVEL_DEBUG, "http", "%s %s: %ld, %zu bytes, %.0f ms%s%s",
            transfer_method(t), r->url, r->status, t->received, r->seconds * 1000,
            r->rc == RC_OK ? "" : ", ", r->rc == RC_OK ? "" : err_text(&r->err));
    }
    if (!log_wants(t->http->log, LOG_LEVEL_TRACE)) {
        return;
    }
    for (const struct curl_slist *l = t->headers; l; l = l->next) {
        CLEANUP(mem_free) char *line = log_redact_header(l->data);
        log_line(t->http->log, LOG_LEVEL_TRACE, "http", "> %s", line);
    }
    for (const char *p = r->headers; p && *p;) {
        size_t n = strcspn(p, "\n");
        CLEANUP(mem_free) char *one = mem_strndup(p, n);
        CLEANUP(mem_free) char *line = log_redact_header(one);
        log_line(t->http->log, LOG_LEVEL_TRACE, "http", "< %s", line);
        p += n + (p[n] == '\n');
    }
}

static void learn_system_sign_in(const struct transfer *t)
{
    long offered = 0;
    curl_easy_getinfo(t->easy, CURLINFO_HTTPAUTH_AVAIL, &offered);
    if (t->sent.kind == CREDENTIAL_SYSTEM && (offered & (long)CURLAUTH_NEGOTIATE)) {
        t->http->negotiate = true;
    }
}

/* curl is done with the transfer: settles the response and returns true, or false if it is to be
 * started again. */
static bool transfer_settle(struct transfer *t, CURLcode code)
{
    struct http_response *r = t->response;
    struct err err = ERR_INIT;
    count_bytes(t);
    learn_system_sign_in(t);
    curl_multi_remove_handle(t->http->multi, t->easy);
    fill_response(t);
    bool again;
    if (code != CURLE_OK) {
        again = again_after_death(t, code);
        if (!again) {
            (void)transport_failed(t, code, &err);
        }
    } else {
        again = again_after_wait(t) || again_signed_in(t, &err) || again_elsewhere(t, &err);
    }
    if (again) {
        err_fini(&err);
        return false;
    }
    if (err.rc == RC_OK && r->status == 401 && !t->request->anonymous) {
        (void)!signer_refused(t->http->signer, t->url.host, r->headers, &err);
    }
    err_move(&r->err, &err);
    r->rc = r->err.rc;
    r->body_len = t->body.len;
    r->body = buf_take(&t->body);
    log_outcome(t);
    return true;
}

/* ---- the loop ---- */
static void transfer_open(
    struct transfer *t, struct http *h, const struct http_request *q, struct http_response *r)
{
    memset(t, 0, sizeof *t);
    t->http = h;
    t->request = q;
    t->response = r;
    buf_init(&t->body, h->max_response);
    buf_init(&t->header_lines, MAX_HEADERS);
    t->easy = h->idle_count ? h->idle[--h->idle_count] : curl_easy_init();
    if (!t->easy) {
        abort(); /* memory is out, as in mem.c */
    }
}

static void transfer_close(struct transfer *t)
{
    struct http *h = t->http;
    curl_slist_free_all(t->headers);
    buf_fini(&t->body);
    buf_fini(&t->header_lines);
    url_fini(&t->url);
    err_fini(&t->tls_err);
    if (h->idle_count < KEPT) {
        curl_easy_reset(t->easy); /* it must not point at t any more */
        h->idle[h->idle_count++] = t->easy;
    } else {
        curl_easy_cleanup(t->easy);
    }
    t->http = NULL;
}

struct batch {
    struct http *http;
    const struct http_request *requests;
    struct http_response *responses;
    size_t count, next;     /* next: the first not started */
    struct transfer *slots; /* owned; free where http is NULL */
    size_t slot_count, active;
    bool endless;    /* of a stream */
    int broken;      /* answers broken off since the last good one */
    struct err stop; /* trouble with the whole server */
};

/* What is wrong before anything can be sent. */
static enum rc refuse_early(struct transfer *t, struct err *err)
{
    enum rc rc = url_parse(t->request->url, &t->url, err);
    if (rc == RC_OK) {
        rc = check_plain(t->http, &t->url, err);
    }
    if (rc == RC_OK && !t->request->anonymous) {
        rc = signer_ready(t->http->signer, t->url.host, err);
    }
    return rc;
}

static void batch_note(struct batch *b, const struct http_response *r)
{
    bool whole = r->rc == RC_AUTH || r->rc == RC_TLS ||
                 (r->rc == RC_OFFLINE && r->err.native == CURLE_COULDNT_RESOLVE_HOST) ||
                 (r->rc == RC_OFFLINE && r->err.native == CURLE_COULDNT_CONNECT);
    b->broken = r->rc == RC_OFFLINE ? b->broken + 1 : 0;
    if ((whole || b->broken == MAX_BROKEN) && b->stop.rc == RC_OK) {
        (void)err_set(&b->stop, r->rc, r->err.native, "%s", err_text(&r->err));
    }
}

static void batch_fill(struct batch *b)
{
    for (size_t i = 0; i < b->slot_count && b->next < b->count && b->stop.rc == RC_OK; i++) {
        struct transfer *t = &b->slots[i];
        while (!t->http && b->next < b->count && b->stop.rc == RC_OK) {
            struct http_response *r = &b->responses[b->next];
            transfer_open(t, b->http, &b->requests[b->next++], r);
            t->endless = b->endless;
            if (refuse_early(t, &r->err) == RC_OK) {
                b->active++;
                transfer_start(t);
            } else {
                r->rc = r->err.rc;
                batch_note(b, r);
                transfer_close(t);
            }
        }
    }
}

static void batch_collect(struct batch *b)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(b->http->multi, &left));) {
        if (m->msg != CURLMSG_DONE) {
            continue;
        }
        struct transfer *t = NULL;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        if (transfer_settle(t, code)) {
            batch_note(b, t->response);
            transfer_close(t);
            b->active--;
        } else if (!t->not_before) {
            transfer_start(t);
        }
    }
}

/* Starts what has waited long enough; returns how many milliseconds the loop may sleep. */
static int batch_wake(struct batch *b)
{
    int sleep = 1000;
    for (size_t i = 0; i < b->slot_count; i++) {
        struct transfer *t = &b->slots[i];
        if (t->http && t->not_before) {
            if (time(NULL) >= t->not_before) {
                transfer_start(t);
                sleep = 0;
            } else if (sleep > 100) {
                sleep = 100;
            }
        }
    }
    return sleep;
}

enum rc http_send_many(struct http *h, const struct http_request *requests, size_t count,
    size_t max_in_flight, struct http_response *ret, struct err *err)
{
    struct batch b = {.http = h, .requests = requests, .responses = ret, .count = count};
    b.slot_count = count < max_in_flight ? count : max_in_flight ? max_in_flight : 1;
    b.slots = mem_alloc(b.slot_count * sizeof *b.slots);
    curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)b.slot_count);
    batch_fill(&b);
    while (b.active) {
        int running = 0, sleep = batch_wake(&b);
        curl_multi_perform(h->multi, &running);
        batch_collect(&b);
        batch_fill(&b);
        if (b.active && sleep) {
            curl_multi_poll(h->multi, NULL, 0, sleep, NULL);
        }
    }
    for (size_t i = b.next; i < count; i++) {
        ret[i].rc = err_set(&ret[i].err, RC_CANCELLED, 0, "not sent: %s", err_text(&b.stop));
    }
    free(b.slots);
    enum rc rc = b.stop.rc;
    if (rc != RC_OK) {
        (void)err_set(err, rc, b.stop.native, "%s", err_text(&b.stop));
    }
    err_fini(&b.stop);
    return rc;
}

/* ---- an answer without an end ---- */
struct http_stream {
    struct batch batch; /* of one */
    struct http_response response;
};

struct http_stream *http_stream_open(struct http *h, const struct http_request *request)
{
    struct http_stream *s = NEW(struct http_stream);
    s->batch =
        (struct batch){.http = h, .requests = request, .responses = &s->response, .count = 1};
    s->batch.slots = NEW(struct transfer);
    s->batch.slot_count = 1;
    s->batch.endless = true;
    curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    batch_fill(&s->batch);
    return s;
}

bool http_stream_wait(struct http_stream *s, int milliseconds)
{
    const struct transfer *t = s->batch.slots;
    size_t before = t->received;
    bool began = t->begun;
    for (int waited = 0; waited < 2 && s->batch.active; waited++) {
        int running = 0;
        curl_multi_perform(s->batch.http->multi, &running);
        batch_collect(&s->batch);
        if (s->batch.active && !waited && t->received == before && t->begun == began) {
            curl_multi_poll(s->batch.http->multi, NULL, 0, milliseconds, NULL);
        }
    }
    return s->batch.active > 0;
}

bool http_stream_begun(const struct http_stream *s, char **ret_type)
{
    const struct transfer *t = s->batch.slots;
    const char *type = NULL;
    if (!s->batch.active || !t->begun) {
        return false;
    }
    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
    *ret_type = mem_strdup(type);
    return true;
}

int64_t http_stream_silence(const struct http_stream *s)
{
    time_t now = time(NULL), heard = s->batch.slots[0].heard;
    return now > heard ? now - heard : 0;
}

const struct http_response *http_stream_response(const struct http_stream *s)
{
    return &s->response;
}

void http_stream_free(struct http_stream *s)
{
    if (s) {
        struct transfer *t = s->batch.slots;
        if (s->batch.active) {
            curl_multi_remove_handle(t->http->multi, t->easy);
            transfer_close(t);
        }
        err_fini(&s->batch.stop);
        http_response_fini(&s->response);
        free(s->batch.slots);
        free(s);
    }
}

enum rc http_send(
    struct http *h, const struct http_request *request, struct http_response *ret, struct err *err)
{
    struct err ignored = ERR_INIT;
    enum rc rc = http_send_many(h, request, 1, 1, ret, &ignored);
    err_fini(&ignored);
    rc = ret->rc;
    if (rc != RC_OK) {
        (void)err_set(err, rc, ret->err.native, "%s", err_text(&ret->err));
    }
    return rc;
}

bool http_rejected(const struct http *h)
{
    return signer_is_refused(h->signer);
}

int64_t http_asked_to_wait(const struct http *h)
{
    return h->asked;
}
