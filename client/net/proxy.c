/* Proxies: what people write and what Windows keeps. See proxy.h. */
#include "client/net/proxy.h"

#include "client/base/buf.h"

#include <string.h>

enum rc proxy_parse(const char *text, char **ret, struct err *err)
{
    struct url u = {0};
    CLEANUP(mem_free)
    char *full = strstr(text, "://") ? mem_strdup(text) : str_printf("http://%s", text);
    *ret = NULL;
    if (strchr(full, '@')) {
        return err_set(err, RC_INVALID, 0,
            "a proxy is named without user and password: Windows signs in there by itself");
    }
    if (!strchr(full, '=') && url_parse(full, &u, NULL) == RC_OK && str_eq(u.scheme, "http") &&
        str_eq(u.path, "/") && !u.query) {
        *ret = url_origin(&u);
    }
    url_fini(&u);
    return *ret ? RC_OK
                : err_set(err, RC_INVALID, 0,
                      "'%s' is no proxy: write it as proxy.example.com:8080", text);
}

/* ---- Windows' lists ---- */

/* The next entry, without spaces around; NULL at the end. Caller frees. */
static char *next_entry(const char **at)
{
    *at += strspn(*at, "; \t");
    size_t n = strcspn(*at, "; \t");
    char *entry = n ? mem_strndup(*at, n) : NULL;
    *at += n;
    return entry;
}

/* '*' is any text. */
static bool matches(const char *pattern, const char *host)
{
    if (*pattern == '*') {
        for (;; host++) {
            if (matches(pattern + 1, host)) {
                return true;
            }
            if (!*host) {
                return false;
            }
        }
    }
    return *pattern == *host && (!*pattern || matches(pattern + 1, host + 1));
}

/* Patterns are compared with host names in small letters; a scheme before and a port behind count for
 * nothing, as nearly nobody writes them. */
static bool goes_without(const char *entry, const char *host)
{
    CLEANUP(mem_free) char *pattern = str_lower(entry);
    const char *scheme = strstr(pattern, "://");
    char *port = strrchr(pattern, ':');
    if (str_eq(pattern, "<local>")) {
        return !strchr(host, '.') && !strchr(host, ':');
    }
    if (port && port[1] && !port[1 + strspn(port + 1, "0123456789")] &&
        strchr(pattern, ':') == port) {
        *port = '\0';
    }
    return matches(scheme ? scheme + 3 : pattern, host);
}

static bool any_without(const char *list, const char *host)
{
    bool found = false;
    for (char *entry; list && !found && (entry = next_entry(&list)); free(entry)) {
        found = goes_without(entry, host);
    }
    return found;
}

char *proxy_choose(const char *list, const char *without, const struct url *to)
{
    char *chosen = NULL;
    if (any_without(without, to->host)) {
        return NULL;
    }
    for (char *entry; list && !chosen && (entry = next_entry(&list)); free(entry)) {
        char *value = strchr(entry, '=');
        bool fits = !value;
        if (value) {
            *value++ = '\0';
            fits = str_ieq(entry, to->scheme);
        }
        if (fits && proxy_parse(value ? value : entry, &chosen, NULL) != RC_OK) {
            chosen = NULL; /* of a kind that we do not know: the next */
        }
    }
    return chosen;
}

#ifndef _WIN32
char *proxy_of_system(const struct url *to)
{
    (void)to;
    return NULL;
}
#endif
