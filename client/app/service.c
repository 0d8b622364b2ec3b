/* From a domain to its server by DNS. See service.h. */
#include "client/app/service.h"
#include "client/app/app.h"

#include "client/base/buf.h"

#include <string.h>

void service_fini(struct service *s)
{
    free(s->url);
    free(s->foreign);
    *s = (struct service){0};
}

char *service_domain(const char *url)
{
    if (!str_istarts(url, "https://")) {
        return NULL;
    }
    const char *host = url + strlen("https://");
    size_t len = strcspn(host, ":/?#");
    bool more = host[len] && strcmp(host + len, "/") != 0;
    bool number = strspn(host, "0123456789.") >= len || *host == '[';
    char *domain = more || number ? NULL : mem_strndup(host, len);
    if (domain && (!strchr(domain, '.') || str_ends(domain, ".localhost"))) {
        free(domain);
        return NULL;
    }
    return domain;
}

static bool is_within(const char *host, const char *domain)
{
    CLEANUP(mem_free) char *tail = str_printf(".%s", domain);
    return str_ieq(host, domain) ||
           (strlen(host) > strlen(tail) && str_ieq(host + strlen(host) - strlen(tail), tail));
}

void service_take(struct service *s, const char *domain, const struct platform_service *record,
    const char *path, bool jmap)
{
    CLEANUP(mem_free) char *host = mem_strdup(record->host);
    size_t len = strlen(host);
    if (len && host[len - 1] == '.') {
        host[len - 1] = '\0';
    }
    bool own = is_within(host, domain);
    char **place = own ? &s->url : &s->foreign;
    if (!*host ||
        strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") !=
            strlen(host) ||
        *place || record->port < 1) {
        return;
    }
    CLEANUP(mem_free)
    char *port = record->port == 443 ? mem_strdup("") : str_printf(":%d", record->port);
    bool sane = path && *path == '/' && !strpbrk(path, " \t\r\n?#");
    *place = str_printf("https://%s%s%s", host, port, sane ? path : "");
    s->jmap = own ? jmap : s->jmap;
}

void service_find(const char *domain, const char *type, struct service *ret)
{
    static const struct {
        const char *name;
        bool jmap;
    } SERVICES[] = {{"_caldavs", false}, {"_carddavs", false}, {"_jmap", true}};
    *ret = (struct service){0};
    for (size_t i = 0; i < ARRAY_LEN(SERVICES) && !ret->url; i++) {
        struct platform_service record = {0};
        bool wanted = str_eq(type, APP_SERVER) || str_eq(type, SERVICES[i].jmap ? "jmap" : "dav");
        CLEANUP(mem_free) char *name = str_printf("%s._tcp.%s", SERVICES[i].name, domain);
        if (wanted && platform_service_find(name, &record)) {
            CLEANUP(mem_free) char *path = platform_service_text(name, "path");
            service_take(ret, domain, &record, path, SERVICES[i].jmap);
        }
        free(record.host);
    }
}
