/* What goes to a sign-in server and comes back: forms and JSON objects. Nothing of it is logged but the address. */
#include "client/oauth/private.h"

#include "client/base/sha256.h"
#include "client/net/http.h"
#include "client/net/url.h"
#include "client/platform/platform.h"

#include <ctype.h>
#include <string.h>

#define ERROR_MAX  64 /* of the word that says what is wrong */
#define FIELDS_MAX 64

void form_add(struct buf *form, const char *name, const char *value)
{
    if (value) {
        CLEANUP(mem_free) char *encoded = url_segment_encode(value);
        buf_addf(form, "%s%s=%s", form->len ? "&" : "", name, encoded);
    }
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

/* NULL if it is no text. Caller frees. */
static char *form_decode(const char *text, size_t len)
{
    struct buf out = BUF_INIT(OAUTH_ANSWER_MAX);
    for (size_t i = 0; i < len; i++) {
        bool escaped =
            text[i] == '%' && i + 2 < len && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        buf_addc(&out, escaped          ? (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]))
                       : text[i] == '+' ? ' '
                                        : text[i]);
        i += escaped ? 2 : 0;
    }
    bool good =
        !out.overflow && str_utf8_valid(buf_str(&out), out.len) && strlen(buf_str(&out)) == out.len;
    if (!good) {
        buf_fini(&out);
        return NULL;
    }
    char *ret = mem_strdup(buf_str(&out));
    buf_fini(&out);
    return ret;
}

struct json *form_parse(const char *text)
{
    struct json *v = json_object();
    for (int i = 0; *text && i < FIELDS_MAX; i++) {
        size_t len = strcspn(text, "&"), name_len = strcspn(text, "=&");
        CLEANUP(mem_free) char *name = form_decode(text, name_len);
        CLEANUP(mem_free)
        char *value = name_len < len ? form_decode(text + name_len + 1, len - name_len - 1) : NULL;
        if (name && value && *name) {
            json_set_str(v, name, value);
        }
        text += len + (text[len] == '&');
    }
    return v;
}

char *oauth_host(const char *url)
{
    struct url u;
    if (!url || url_parse(url, &u, NULL) != RC_OK) {
        return mem_strdup("the sign-in server");
    }
    char *host = mem_strdup(u.host);
    url_fini(&u);
    return host;
}

enum rc oauth_check_url(const struct oauth_net *net, const char *url, struct err *err)
{
    struct url u;
    if (!url || url_parse(url, &u, NULL) != RC_OK) {
        return err_set(err, RC_SERVER, 0, "the sign-in server says an address that is none");
    }
    bool plain = strcmp(u.scheme, "https") != 0;
    enum rc rc =
        plain && !net->allow_http
            ? err_set(err, RC_TLS, 0,
                  "the sign-in page at %s is not encrypted, so nobody signs in there", u.host)
            : RC_OK;
    url_fini(&u);
    return rc;
}

/* ---- randomness ---- */

static char *base64url(const void *data, size_t n)
{
    char *text = base64_encode(data, n);
    size_t out = 0;
    for (size_t i = 0; text[i] && text[i] != '='; i++) {
        text[out++] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    }
    text[out] = '\0';
    return text;
}

char *oauth_random(size_t n)
{
    unsigned char bytes[64];
    n = n < sizeof bytes ? n : sizeof bytes;
    platform_random(bytes, n);
    return base64url(bytes, n);
}

char *oauth_challenge(const char *verifier)
{
    char digits[SHA256_HEX + 1];
    unsigned char bytes[SHA256_HEX / 2];
    sha256_hex(verifier, strlen(verifier), digits);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(hex(digits[2 * i]) << 4 | hex(digits[2 * i + 1]));
    }
    return base64url(bytes, sizeof bytes);
}

/* ---- requests ---- */

static enum rc send(const struct oauth_net *net, const struct http_request *request,
    struct http_response *ret, struct err *err)
{
    CLEANUP(http_free) struct http *http = NULL;
    struct http_config config = {.origin = request->url,
        .ca_file = net->ca_file,
        .proxy = net->proxy,
        .allow_plain_http = net->allow_http,
        .total_timeout = 60,
        .stall_timeout = 30,
        .max_response = OAUTH_ANSWER_MAX};
    enum rc rc = oauth_check_url(net, request->url, err);
    if (rc == RC_OK) {
        rc = http_new(&config, net->log, &http, err);
    }
    return rc == RC_OK ? http_send(http, request, ret, err) : rc;
}

/* NULL: it is no JSON object. */
static struct json *object_of(const struct http_response *r)
{
    struct json *v = NULL;
    struct err ignored = ERR_INIT;
    if (json_parse(r->body, r->body_len, &v, &ignored) != RC_OK) {
        v = NULL;
    }
    err_fini(&ignored);
    if (!json_is_object(v)) {
        json_free(TAKE(v));
    }
    return v;
}

/* A word of RFC 6749, 5.2: letters and signs, no text that a server could have put our own secrets into. */
static char *error_word(const struct json *v)
{
    const char *word = json_get_str(v, "error");
    bool plain = word && *word && strlen(word) <= ERROR_MAX &&
                 !word[strspn(word, "abcdefghijklmnopqrstuvwxyz_-.ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
    return !word ? NULL : mem_strdup(plain ? word : "error");
}

enum rc oauth_post(const struct oauth_net *net, const char *url, const char *text, bool json,
    struct json **ret, char **ret_error, struct err *err)
{
    const struct http_header headers[] = {
        {"Content-Type", json ? "application/json" : "application/x-www-form-urlencoded"},
        {"Accept", "application/json"}};
    const struct http_request request = {.method = "POST",
        .url = url,
        .what = "the sign-in",
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .body = text,
        .body_len = strlen(text),
        .anonymous = true,
        .no_redirect = true,
        .once = true};
    struct http_response r CLEANUP_FINI(http_response_fini) = {0};
    enum rc rc = send(net, &request, &r, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(mem_free) char *host = oauth_host(url);
    CLEANUP(json_free) struct json *v = object_of(&r);
    CLEANUP(mem_free) char *error = error_word(v);
    if (r.status == 429 || r.status >= 500) {
        return err_set(
            err, RC_SERVER, r.status, "the sign-in server %s is busy or out of order", host);
    }
    if (!v || (r.status >= 300 && !error)) {
        return err_set(err, RC_SERVER, r.status,
            "the sign-in server %s answers with something else than it should (HTTP %ld)", host,
            r.status);
    }
    *ret_error = TAKE(error);
    *ret = TAKE(v);
    return RC_OK;
}

enum rc oauth_get(const struct oauth_net *net, const char *url, struct json **ret, struct err *err)
{
    const struct http_header headers[] = {{"Accept", "application/json"}};
    const struct http_request request = {.method = "GET",
        .url = url,
        .what = "how to sign in",
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .anonymous = true,
        .no_redirect = true};
    struct http_response r CLEANUP_FINI(http_response_fini) = {0};
    enum rc rc = send(net, &request, &r, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(json_free) struct json *v = r.status == 200 ? object_of(&r) : NULL;
    if (!v) {
        return err_set(err, RC_NOT_FOUND, r.status, "%s does not say how to sign in", url);
    }
    *ret = TAKE(v);
    return RC_OK;
}
