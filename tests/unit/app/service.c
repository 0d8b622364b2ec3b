/* What of a domain's records is believed. */
#include "client/app/service.h"

#include "client/base/buf.h"
#include "tests/unit/check.h"

#include <stdlib.h>

static void test_domain(struct check *c)
{
    static const struct {
        const char *url, *want;
    } cases[] = {
        {"https://example.org", "example.org"},
        {"https://Mail.example.org/", "Mail.example.org"},
        {"https://example.org/dav/", NULL},
        {"https://example.org:8443", NULL},
        {"https://example.org?x", NULL},
        {"http://example.org", NULL},
        {"https://127.0.0.1", NULL},
        {"https://[::1]", NULL},
        {"https://localhost", NULL},
        {"https://a.localhost", NULL},
        {"example.org", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(mem_free) char *got = service_domain(cases[i].url);
        check_str(c, got, cases[i].want);
    }
}

static void check_taken(struct check *c, const char *host, int port, const char *path,
    const char *want_url, const char *want_foreign)
{
    struct service s CLEANUP_FINI(service_fini) = {0};
    struct platform_service record = {.host = (char *)(uintptr_t)host, .port = port};
    service_take(&s, "example.org", &record, path, false);
    check_str(c, s.url, want_url);
    check_str(c, s.foreign, want_foreign);
}

static void test_take(struct check *c)
{
    check_taken(c, "dav.example.org", 443, NULL, "https://dav.example.org", NULL);
    check_taken(c, "dav.example.org.", 8443, "/dav/", "https://dav.example.org:8443/dav/", NULL);
    check_taken(c, "EXAMPLE.org", 443, "dav", "https://EXAMPLE.org", NULL);
    check_taken(c, "example.org", 443, "/a b", "https://example.org", NULL);
    check_taken(c, "dav.hoster.example", 443, "/x", NULL, "https://dav.hoster.example/x");
    check_taken(c, "evilexample.org", 443, NULL, NULL, "https://evilexample.org");
    check_taken(c, ".", 443, NULL, NULL, NULL); /* there is none */
    check_taken(c, "", 443, NULL, NULL, NULL);
    check_taken(c, "dav.example.org", 0, NULL, NULL, NULL);
    check_taken(c, "user@dav.example.org", 443, NULL, NULL, NULL);
    check_taken(c, "dav/../.example.org", 443, NULL, NULL, NULL);
}

static void test_prefer(struct check *c)
{
    static const int ORDER[][3] = {{10, 5, 1}, {5, 1, 2}, {5, 7, 3}, {20, 99, 4}};
    struct platform_service best = {0};
    for (size_t i = 0; i < ARRAY_LEN(ORDER); i++) {
        struct platform_service one = {.host = str_printf("host%zu", i),
            .priority = ORDER[i][0],
            .weight = ORDER[i][1],
            .port = ORDER[i][2]};
        platform_service_prefer(&best, &one);
    }
    check_str(c, best.host, "host2");
    check_int(c, best.port, 3);
    free(best.host);
}

int main(int argc, char **argv)
{
    static const struct check_entry cases[] = {
        {"service/domain", test_domain},
        {"service/take", test_take},
        {"service/prefer", test_prefer},
    };
    return check_main(argc, argv, cases, ARRAY_LEN(cases));
}
