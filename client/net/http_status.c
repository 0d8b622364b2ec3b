/* What an HTTP answer means and what its headers say; nothing here sends anything. See http.h. */
#include "client/net/http.h"

#include "client/base/buf.h"

#include <string.h>

void http_response_fini(struct http_response *r)
{
    err_fini(&r->err);
    free(r->url);
    free(r->headers);
    free(r->body);
    memset(r, 0, sizeof *r);
}

char *http_response_header(const struct http_response *r, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = r->headers; line && *line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) : strlen(line);
        if (len > n && line[n] == ':' && str_istarts(line, name)) {
            CLEANUP(mem_free) char *value = mem_strndup(line + n + 1, len - n - 1);
            return str_trim(value);
        }
        line = end ? end + 1 : NULL;
    }
    return NULL;
}

/* In the order of the question "what can be done about it". */
static const struct meaning {
    long status;
    enum rc rc;
    const char *text;
} MEANINGS[] = {
    {401, RC_AUTH, "the server rejected the user name or password"},
    {403, RC_READONLY, "the server does not allow it"},
    {404, RC_NOT_FOUND, "it is not there"},
    {405, RC_REFUSED, "the server does not know this kind of request there"},
    {407, RC_OFFLINE, "the proxy wants a password of its own"},
    {408, RC_SERVER, "the server waited too long for us"},
    {409, RC_CONFLICT, "the server holds something that contradicts it"},
    {410, RC_NOT_FOUND, "it is gone"},
    {412, RC_CONFLICT, "it was changed or made by somebody else meanwhile"},
    {413, RC_TOO_BIG, "it is larger than the server accepts"},
    {414, RC_TOO_BIG, "its address is longer than the server accepts"},
    {423, RC_SERVER, "it is locked by somebody else"},
    {429, RC_SERVER, "the server asks us to come back later"},
    {500, RC_SERVER, "the server failed"},
    {501, RC_UNSUPPORTED, "the server cannot do this"},
    {502, RC_SERVER, "the server behind the gateway failed"},
    {503, RC_SERVER, "the server is busy or closed for maintenance"},
    {504, RC_SERVER, "the server behind the gateway does not answer"},
    {507, RC_REFUSED, "the server has no room left (quota)"},
};

enum rc http_check(const struct http_response *r, const char *what, struct err *err)
{
    if (r->rc != RC_OK) {
        return err_set(err, r->rc, r->err.native, "%s", err_text(&r->err));
    }
    if (r->status >= 200 && r->status < 300) {
        return RC_OK;
    }
    for (size_t i = 0; i < ARRAY_LEN(MEANINGS); i++) {
        if (MEANINGS[i].status == r->status) {
            return err_set(err, MEANINGS[i].rc, r->status, "%s: %s (HTTP %ld)", what,
                MEANINGS[i].text, r->status);
        }
    }
    if (r->status >= 400 && r->status < 500) {
        return err_set(
            err, RC_REFUSED, r->status, "%s: the server refused it (HTTP %ld)", what, r->status);
    }
    return err_set(err, RC_SERVER, r->status, "%s: the server gave an unexpected answer (HTTP %ld)",
        what, r->status);
}
