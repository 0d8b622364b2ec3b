/* URLs: parsing, resolving and one normal form for comparison. See url.h. */
#include "client/net/url.h"

#include "client/base/buf.h"

#include <string.h>

#define URL_MAX 16384 /* longer ones are hostile */

void url_fini(struct url *u)
{
    free(u->scheme);
    free(u->host);
    free(u->path);
    free(u->query);
    memset(u, 0, sizeof *u);
}

static int default_port(const char *scheme)
{
    return strcmp(scheme, "https") == 0 ? 443 : 80;
}

/* "host", "host:8443", "[::1]:80" */
static bool parse_authority(const char *text, size_t n, struct url *u)
{
    const char *end = text + n, *host_end, *host = text;
    if (n && *text == '[') {
        host++;
        host_end = memchr(text, ']', n);
        if (!host_end) {
            return false;
        }
        text = host_end + 1;
    } else {
        const char *colon = memchr(text, ':', n);
        host_end = colon ? colon : end;
        text = host_end;
    }
    for (const char *p = host; p < host_end; p++) {
        if ((unsigned char)*p <= ' ' || strchr("\"<>\\^`{|}%/?#@[]", *p)) {
            return false;
        }
    }
    if (host_end == host || (text < end && *text != ':')) {
        return false;
    }
    long port = 0;
    for (const char *p = text + 1; p < end; p++) {
        if (*p < '0' || *p > '9' || (port = port * 10 + (*p - '0')) > 65535) {
            return false;
        }
    }
    CLEANUP(mem_free) char *name = mem_strndup(host, (size_t)(host_end - host));
    u->host = str_lower(name);
    u->port = port ? (int)port : default_port(u->scheme);
    return true;
}

enum rc url_parse(const char *text, struct url *ret, struct err *err)
{
    struct url u = {0};
    if (str_istarts(text, "https://")) {
        u.scheme = mem_strdup("https");
    } else if (str_istarts(text, "http://")) {
        u.scheme = mem_strdup("http");
    } else {
        return err_set(err, RC_INVALID, 0, "\"%.200s\" is no http or https address", text);
    }
    const char *authority = text + strlen(u.scheme) + 3;
    size_t n = strcspn(authority, "/?#");
    enum rc rc = RC_OK;
    if (memchr(authority, '@', n)) {
        rc = err_set(err, RC_INVALID, 0,
            "user name and password belong in their own fields, not in the address");
    } else if (strlen(text) > URL_MAX || !parse_authority(authority, n, &u)) {
        rc = err_set(err, RC_INVALID, 0, "\"%.200s\" has no usable host name", text);
    }
    if (rc != RC_OK) {
        url_fini(&u);
        return rc;
    }
    const char *path = authority + n;
    size_t path_len = strcspn(path, "?#");
    u.path = path_len ? mem_strndup(path, path_len) : mem_strdup("/");
    if (path[path_len] == '?') {
        u.query = mem_strndup(path + path_len + 1, strcspn(path + path_len + 1, "#"));
    }
    *ret = u;
    return RC_OK;
}

char *url_origin(const struct url *u)
{
    bool v6 = strchr(u->host, ':') != NULL;
    CLEANUP(mem_free)
    char *port = u->port == default_port(u->scheme) ? mem_strdup("") : str_printf(":%d", u->port);
    return str_printf("%s://%s%s%s%s", u->scheme, v6 ? "[" : "", u->host, v6 ? "]" : "", port);
}

char *url_text(const struct url *u)
{
    CLEANUP(mem_free) char *origin = url_origin(u);
    return str_printf("%s%s%s%s", origin, u->path, u->query ? "?" : "", u->query ? u->query : "");
}

bool url_same_origin(const struct url *a, const struct url *b)
{
    return str_eq(a->scheme, b->scheme) && str_eq(a->host, b->host) && a->port == b->port;
}

bool url_is_loopback(const struct url *u)
{
    return str_starts(u->host, "127.") || str_eq(u->host, "::1") || str_eq(u->host, "localhost");
}

/* ---- paths ---- */
/* Removes "." and ".." segments (RFC 3986 section 5.2.4) and doubled slashes from a path that
 * begins with '/', in place. */
static void remove_dots(char *path)
{
    char *out = path;
    const char *in = path;
    while (*in) {
        while (*in == '/') {
            in++;
        }
        size_t n = strcspn(in, "/");
        bool last = in[n] == 0;
        if (n == 2 && in[0] == '.' && in[1] == '.') {
            while (out > path && *--out != '/') {
            }
            if (last) {
                *out++ = '/';
            }
        } else if ((n == 1 && in[0] == '.') || n == 0) {
            if (last) {
                *out++ = '/';
            }
        } else {
            *out++ = '/';
            memmove(out, in, n);
            out += n;
        }
        in += n;
    }
    if (out == path) {
        *out++ = '/';
    }
    *out = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static void add_encoded(struct buf *out, unsigned char c)
{
    if (unreserved(c)) {
        buf_addc(out, (char)c);
    } else {
        buf_addf(out, "%%%02X", c);
    }
}

char *url_segment_encode(const char *text)
{
    struct buf out = BUF_INIT(4 * URL_MAX);
    for (; *text; text++) {
        add_encoded(&out, (unsigned char)*text);
    }
    return buf_take(&out);
}

/* Decodes and encodes again, octet by octet; a '%' without two digits stands for itself. */
static char *recode(const char *path)
{
    struct buf out = BUF_INIT(4 * URL_MAX);
    for (const char *p = path; *p; p++) {
        int high = *p == '%' ? hex_value(p[1]) : -1, low = high >= 0 ? hex_value(p[2]) : -1;
        if (*p == '/') {
            buf_addc(&out, '/');
        } else if (low >= 0) {
            add_encoded(&out, (unsigned char)(high * 16 + low));
            p += 2;
        } else {
            add_encoded(&out, (unsigned char)*p);
        }
    }
    return buf_take(&out);
}

char *url_path_normalize(const char *path)
{
    char *out = recode(path); /* first, so that "%2e%2e" is seen as what it is */
    if (*out != '/') {
        char *absolute = str_printf("/%s", out);
        free(out);
        out = absolute;
    }
    remove_dots(out);
    return out;
}

bool url_path_equal(const char *a, const char *b)
{
    CLEANUP(mem_free) char *x = url_path_normalize(a);
    CLEANUP(mem_free) char *y = url_path_normalize(b);
    for (size_t n = strlen(x); n > 1 && x[n - 1] == '/';) {
        x[--n] = 0;
    }
    for (size_t n = strlen(y); n > 1 && y[n - 1] == '/';) {
        y[--n] = 0;
    }
    return strcmp(x, y) == 0;
}

char *url_path_name(const char *path)
{
    CLEANUP(mem_free) char *copy = mem_strdup(path);
    size_t n = strlen(copy);
    while (n > 0 && copy[n - 1] == '/') {
        copy[--n] = 0;
    }
    const char *slash = strrchr(copy, '/');
    struct buf out = BUF_INIT(URL_MAX);
    for (const char *p = slash ? slash + 1 : copy; *p; p++) {
        int high = *p == '%' ? hex_value(p[1]) : -1, low = high >= 0 ? hex_value(p[2]) : -1;
        int c = low >= 0 ? high * 16 + low : (unsigned char)*p;
        buf_addc(&out, c < 0x20 || c == 0x7F ? '?' : (char)c);
        p += low >= 0 ? 2 : 0;
    }
    return buf_take(&out);
}

/* ---- references ---- */
/* Does the reference begin with "http://" or "https://"? Other schemes are file names (see
 * url_resolve). */
static bool is_absolute(const char *reference)
{
    return str_istarts(reference, "http://") || str_istarts(reference, "https://");
}

/* `base_path` up to its last slash, and `relative` behind it. */
static char *join(const char *base_path, const char *relative)
{
    const char *slash = strrchr(base_path, '/');
    return str_printf("%.*s/%s", slash ? (int)(slash - base_path) : 0, base_path, relative);
}

char *url_resolve(const struct url *base, const char *reference)
{
    CLEANUP(mem_free) char *absolute = NULL;
    CLEANUP(mem_free) char *origin = url_origin(base);
    if (is_absolute(reference)) {
        absolute = mem_strdup(reference);
    } else if (str_starts(reference, "//")) {
        absolute = str_printf("%s:%s", base->scheme, reference);
    } else if (*reference == '/') {
        absolute = str_printf("%s%s", origin, reference);
    } else if (*reference == '?') {
        absolute = str_printf("%s%s%s", origin, base->path, reference);
    } else if (*reference == 0 || *reference == '#') {
        return url_text(base);
    } else {
        CLEANUP(mem_free) char *path = join(base->path, reference);
        absolute = str_printf("%s%s", origin, path);
    }
    struct url u;
    if (url_parse(absolute, &u, NULL) != RC_OK) {
        return NULL;
    }
    remove_dots(u.path);
    char *text = url_text(&u);
    url_fini(&u);
    return text;
}

char *url_href_path(const char *base_path, const char *href)
{
    CLEANUP(mem_free) char *path = NULL;
    if (is_absolute(href) || str_starts(href, "//")) {
        const char *authority = strstr(href, "//") + 2;
        const char *slash = strchr(authority, '/');
        path = mem_strdup(slash ? slash : "/");
    } else if (*href == '/') {
        path = mem_strdup(href);
    } else {
        path = join(base_path, href);
    }
    return url_path_normalize(path);
}
