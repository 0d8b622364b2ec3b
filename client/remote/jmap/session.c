/* The session resource (RFC 8620 section 2): where requests go, which accounts there are, what the
 * server can take at once. It is looked for at the address as typed, then at the well-known one. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define SESSION_MAX ((size_t)4 << 20)

/* Bounds within which we believe a server's limit, and what we take where it gives none. */
static size_t limit(const struct json *core, const char *name, size_t usual, size_t most)
{
    int64_t n = json_get_int(core, name, (int64_t)usual);
    return n < 1 ? 1 : (uint64_t)n > most ? most : (size_t)n;
}

static void take_limits(struct jmap *j, const struct json *core)
{
    j->limits = (struct jmap_limits){
        .calls = limit(core, "maxCallsInRequest", 16, 50),
        .get = limit(core, "maxObjectsInGet", 500, 500),
        .set = limit(core, "maxObjectsInSet", 500, 500),
        .request = limit(core, "maxSizeRequest", 1000000, (size_t)8 << 20),
        .upload = limit(core, "maxSizeUpload", 50000000, (size_t)1 << 30),
        .requests_at_once = limit(core, "maxConcurrentRequests", 4, 8),
    };
}

/* The URL that a session means: relative to where the session was read, on the account's own server,
 * since the password goes with it. Scheme and port may be a proxy's inner ones; the host may not.
 * Templates have braces, which are not to be touched. */
static enum rc own_url(
    const struct jmap *j, const struct url *page, const char *text, char **ret, struct err *err)
{
    CLEANUP(mem_free) char *origin = url_origin(&j->url);
    if (text[0] == '/' && text[1] != '/') {
        *ret = str_printf("%s%s", origin, text);
        return RC_OK;
    }
    size_t plain = strcspn(text, "{?");
    CLEANUP(mem_free) char *head = mem_strndup(text, plain);
    CLEANUP(mem_free) char *absolute = url_resolve(page, head);
    struct url u;
    if (!absolute || url_parse(absolute, &u, NULL) != RC_OK) {
        return err_set(err, RC_SERVER, 0, "%s names an address that cannot be used", j->url.host);
    }
    enum rc rc = RC_OK;
    if (!str_eq(u.host, j->url.host)) {
        CLEANUP(mem_free) char *there = url_origin(&u);
        rc = err_set(err, RC_REFUSED, 0,
            "%s answers requests on %s; the password is not given to another server: if that is "
            "the right one, enter its address",
            j->url.host, there);
    } else {
        *ret = str_printf("%s%s%s", origin, u.path, text + plain);
    }
    url_fini(&u);
    return rc;
}

/* A server refuses a request that names what it does not offer (RFC 8620 section 3.6.1). */
static char *using_of(const struct json *capabilities)
{
    CLEANUP(json_free) struct json *list = json_array();
    json_append(list, json_str(CAPABILITY_CORE));
    for (size_t i = 0; i < JMAP_TYPES; i++) {
        if (json_get(capabilities, jmap_type_at(i)->capability)) {
            json_append(list, json_str(jmap_type_at(i)->capability));
        }
    }
    if (json_get(capabilities, CAPABILITY_CALENDARS) && json_get(capabilities, CAPABILITY_CYRUS)) {
        json_append(list, json_str(CAPABILITY_CYRUS)); /* for the "blobId" of events */
    }
    return json_print(list);
}

static void take_events(struct jmap *j, const struct url *page, const char *form)
{
    struct err err = ERR_INIT;
    if (!str_empty(form) && own_url(j, page, form, &j->events, &err) != RC_OK) {
        str_replace(&j->events_elsewhere, err_text(&err));
    }
    err_fini(&err);
}

static enum rc take_session(
    struct jmap *j, const struct http_response *r, const struct json *session, struct err *err)
{
    const char *api = json_get_str(session, "apiUrl"), *up = json_get_str(session, "uploadUrl"),
               *down = json_get_str(session, "downloadUrl");
    const struct json *capabilities = json_get(session, "capabilities");
    struct url page;
    enum rc rc = url_parse(r->url, &page, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = own_url(j, &page, api, &j->api, err);
    if (rc == RC_OK) { /* photos alone need these */
        enum rc ignored = up ? own_url(j, &page, up, &j->upload, NULL) : RC_OK;
        ignored = down ? own_url(j, &page, down, &j->download, NULL) : RC_OK;
        (void)ignored;
        take_events(j, &page, json_get_str(session, "eventSourceUrl"));
        take_limits(j, json_get(capabilities, CAPABILITY_CORE));
        j->accounts = json_dup(json_get(session, "accounts"));
        j->primary = json_dup(json_get(session, "primaryAccounts"));
        j->using = using_of(capabilities);
        j->is_cyrus = json_get(capabilities, CAPABILITY_CYRUS) != NULL;
        /* Known by trial of an unreleased version: they are stored and not shown. */
        j->hides_vendor = json_get(capabilities, "https://cyrusimap.org/ns/jmap/contacts") != NULL;
    }
    url_fini(&page);
    return rc;
}

/* RC_NOT_FOUND: there is something else. */
static enum rc try_at(struct jmap *j, const char *path, const char *query, struct err *err)
{
    CLEANUP(mem_free) char *origin = url_origin(&j->url);
    CLEANUP(mem_free)
    char *url = str_printf("%s%s%s%s", origin, path, query ? "?" : "", query ? query : "");
    struct http_header accept = {"Accept", "application/json"};
    struct http_request request = {.method = "GET",
        .url = url,
        .what = "the JMAP session",
        .headers = &accept,
        .header_count = 1};
    struct http_response r = {0};
    CLEANUP(json_free) struct json *session = NULL;
    enum rc rc = http_send(j->http, &request, &r, err);
    if (rc == RC_OK) {
        rc = http_check(&r, "the JMAP session", err);
    }
    if (rc == RC_OK) {
        bool json =
            r.body_len <= SESSION_MAX && json_parse(r.body, r.body_len, &session, NULL) == RC_OK;
        bool is = json && json_get_str(session, "apiUrl") &&
                  json_is_object(json_get(session, "accounts")) &&
                  json_is_object(json_get(session, "capabilities"));
        rc = is ? take_session(j, &r, session, err)
                : err_set(err, RC_NOT_FOUND, 0, "%s%s is no JMAP session", j->url.host, path);
    }
    http_response_fini(&r);
    return rc;
}

/* What every other address would meet as well; and a pointer to another server, which the person must
 * decide on. */
static bool hopeless(enum rc rc, const struct err *err)
{
    return rc == RC_AUTH || rc == RC_TLS || rc == RC_OFFLINE ||
           (rc == RC_REFUSED && err->native < 400);
}

enum rc jmap_session(struct jmap *j, struct err *err)
{
    if (j->api) {
        return RC_OK;
    }
    struct err why = ERR_INIT;
    bool bare = str_eq(j->url.path, "/") && !j->url.query;
    enum rc rc = bare ? RC_NOT_FOUND : try_at(j, j->url.path, j->url.query, &why);
    if (rc != RC_OK && !hopeless(rc, &why)) {
        struct err second = ERR_INIT;
        enum rc known = try_at(j, "/.well-known/jmap", NULL, &second);
        if (known == RC_OK || bare || hopeless(known, &second) || rc == RC_NOT_FOUND) {
            rc = known;
            err_move(&why, &second);
        }
        err_fini(&second);
    }
    if (rc == RC_NOT_FOUND) {
        rc = err_set(err, rc, why.native, "no JMAP server was found at %s%s", j->url.host,
            bare ? "" : j->url.path);
    } else if (rc != RC_OK) {
        (void)err_set(err, rc, why.native, "%s", err_text(&why));
    }
    err_fini(&why);
    return rc;
}

const struct json *jmap_account(const struct jmap *j, const struct jmap_type *type, const char *id)
{
    const struct json *account = json_get(j->accounts, id);
    return json_get(json_get(account, "accountCapabilities"), type->capability) ? account : NULL;
}

char *jmap_expand_all(const char *form, const struct jmap_variable *variables, size_t count)
{
    struct buf out = BUF_INIT(64 << 10);
    while (form && *form) {
        size_t i = 0;
        while (i < count && !str_starts(form, variables[i].name)) {
            i++;
        }
        if (i < count) {
            CLEANUP(mem_free)
            char *encoded = url_segment_encode(variables[i].value ? variables[i].value : "");
            buf_adds(&out, encoded);
            form += strlen(variables[i].name);
        } else {
            buf_addc(&out, *form++);
        }
    }
    return buf_take(&out);
}

char *jmap_expand(const char *form, const char *account, const char *blob)
{
    const struct jmap_variable variables[] = {{"{accountId}", account}, {"{blobId}", blob},
        {"{name}", "photo"}, {"{type}", "application/octet-stream"}};
    return jmap_expand_all(form, variables, ARRAY_LEN(variables));
}
