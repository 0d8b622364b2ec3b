/* Method calls (RFC 8620 section 3): as many in a request as the server takes, each answered on its
 * own. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

void jmap_call_fini(struct jmap_call *c)
{
    json_free(c->args);
    json_free(c->ret);
    free(c->error);
    err_fini(&c->err);
    c->args = c->ret = NULL;
    c->error = NULL;
}

struct json *jmap_args(const char *account)
{
    struct json *args = json_object();
    json_set_str(args, "accountId", account);
    return args;
}

/* ---- a request ---- */
#define OVERHEAD 256 /* of the request itself, and of a call: names, brackets */

/* How many of the calls go into one request; *ret_text is theirs. At least one. */
static size_t fill(
    const struct jmap *j, const struct jmap_call *calls, size_t count, char **ret_text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    size_t n = 0;
    for (; n < count && n < j->limits.calls; n++) {
        CLEANUP(mem_free) char *args = json_print(calls[n].args);
        if (n && b.len + strlen(args) + 2 * OVERHEAD > j->limits.request) {
            break;
        }
        buf_addf(&b, "%s[\"%s\",", n ? "," : "", calls[n].method);
        buf_adds(&b, args);
        buf_addf(&b, ",\"%zu\"]", n);
    }
    CLEANUP(mem_free) char *list = buf_take(&b);
    *ret_text = str_printf("{\"using\":%s,\"methodCalls\":[%s]}", j->using, list);
    return n;
}

/* What the server said to call number i. NULL: nothing. */
static const struct json *answer_to(const struct json *responses, size_t i)
{
    CLEANUP(mem_free) char *id = str_printf("%zu", i);
    for (const struct json *r = json_first(responses); r; r = json_next(r)) {
        if (json_is_array(r) && json_count(r) == 3 && str_eq(json_str_value(json_at(r, 2)), id)) {
            return r;
        }
    }
    return NULL;
}

static void settle(struct jmap_call *c, const struct json *answer, const char *what)
{
    const char *name = json_str_value(json_at(answer, 0));
    const struct json *args = json_at(answer, 1);
    if (str_eq(name, "error")) {
        c->error = mem_strdup(json_get_str(args, "type"));
        c->rc = jmap_method_error(what, args, &c->err);
    } else if (!str_eq(name, c->method) || !json_is_object(args)) {
        c->rc = err_set(&c->err, RC_SERVER, 0, "%s: the server did not answer the question", what);
    } else {
        c->rc = RC_OK;
        c->ret = json_dup(args);
    }
}

static enum rc send(struct jmap *j, const char *what, const char *text, bool once,
    struct json **ret, struct err *err)
{
    struct http_header headers[] = {
        {"Content-Type", "application/json"}, {"Accept", "application/json"}};
    struct http_request request = {.method = "POST",
        .url = j->api,
        .what = what,
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .body = text,
        .body_len = strlen(text),
        .once = once};
    struct http_response r = {0};
    enum rc rc = http_send(j->http, &request, &r, err);
    if (rc == RC_OK && r.status != 200) {
        rc = jmap_request_error(what, &r, err);
    } else if (rc == RC_OK) {
        rc = json_parse(r.body, r.body_len, ret, err);
        if (rc == RC_INVALID) { /* garbage is the server's failure, not an item's */
            rc = err_set(err, RC_SERVER, 0, "%s: the server's answer cannot be read: %s", what,
                err_text(err));
        } else if (rc != RC_OK) {
            (void)err_prefix(err, "%s: the server's answer", what);
        }
    }
    if (rc == RC_TOO_BIG && once && r.status < 400) {
        rc = err_set(
            err, RC_SERVER, 0, "%s", err_text(err)); /* it was carried out, or may have been */
    }
    http_response_fini(&r);
    return rc;
}

enum rc jmap_calls(struct jmap *j, const char *what, struct jmap_call *calls, size_t count,
    bool once, struct err *err)
{
    enum rc rc = jmap_session(j, err);
    for (size_t i = 0; i < count; i++) {
        calls[i].rc = rc == RC_OK ? RC_CANCELLED : rc;
    }
    for (size_t at = 0; at < count && rc == RC_OK;) {
        CLEANUP(mem_free) char *text = NULL;
        CLEANUP(json_free) struct json *answer = NULL;
        size_t n = fill(j, calls + at, count - at, &text);
        rc = send(j, what, text, once, &answer, err);
        const struct json *responses = json_get(answer, "methodResponses");
        for (size_t i = 0; i < n; i++) {
            if (rc == RC_OK) {
                settle(&calls[at + i], answer_to(responses, i), what);
            } else {
                calls[at + i].rc = rc;
            }
        }
        at += n;
    }
    return rc;
}

enum rc jmap_call_one(struct jmap *j, const char *what, const char *method, struct json *args,
    bool once, struct json **ret, struct err *err)
{
    struct jmap_call call = {.method = method, .args = args};
    enum rc rc = jmap_calls(j, what, &call, 1, once, err);
    if (rc == RC_OK && call.rc != RC_OK) {
        rc = err_set(err, call.rc, call.err.native, "%s", err_text(&call.err));
    }
    if (rc == RC_OK) {
        *ret = TAKE(call.ret);
    }
    jmap_call_fini(&call);
    return rc;
}
