/* Proxies as people and Windows write them. */
#include "client/net/proxy.h"

#include "client/base/buf.h"
#include "tests/unit/check.h"

#include <string.h>

static void test_parse(struct check *c)
{
    static const struct {
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {"proxy.example.com:8080", "http://proxy.example.com:8080"},
        {"http://Proxy.example.com:8080/", "http://proxy.example.com:8080"},
        {"proxy", "http://proxy"},
        {"[::1]:3128", "http://[::1]:3128"},
        {"https://proxy:8443", NULL},
        {"socks=proxy:1080", NULL},
        {"anna:secret@proxy:8080", NULL},
        {"http://proxy/path", NULL},
        {"proxy:99999", NULL},
        {"", NULL},
        {"a b", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(mem_free) char *got = NULL;
        struct err err = ERR_INIT;
        enum rc rc = proxy_parse(cases[i].text, &got, &err);
        check_int(c, rc, cases[i].want ? RC_OK : RC_INVALID);
        check_str(c, got, cases[i].want);
        check_true(c, !err.text || !strstr(err.text, "secret"));
        err_fini(&err);
    }
}

static void test_choose(struct check *c)
{
    static const struct {
        const char *list, *without, *url, *want;
    } cases[] = {
        {"proxy:8080", NULL, "https://dav.example.com/", "http://proxy:8080"},
        {"http=a:80;https=b:443", NULL, "https://dav.example.com/", "http://b:443"},
        {"http=a:81;https=b:443", NULL, "http://dav.example.com/", "http://a:81"},
        {"ftp=a:81", NULL, "http://dav.example.com/", NULL},
        {"socks=s:1080;proxy:8080", NULL, "http://dav.example.com/", "http://proxy:8080"},
        {" first:1  second:2 ", "", "http://dav.example.com/", "http://first:1"},
        {"proxy:8080", "*.example.com", "https://dav.example.com/", NULL},
        {"proxy:8080", "*.EXAMPLE.com", "https://dav.example.com/", NULL},
        {"proxy:8080", "*.example.com", "https://example.com/", "http://proxy:8080"},
        {"proxy:8080", "10.*;<local>", "https://10.1.2.3/", NULL},
        {"proxy:8080", "10.*;<local>", "https://intranet/", NULL},
        {"proxy:8080", "10.*;<local>", "https://dav.example.com/", "http://proxy:8080"},
        {"proxy:8080", "https://dav.example.com:443", "https://dav.example.com/",
            "http://proxy:8080"},
        {"proxy:8080", "https://dav.*", "https://dav.example.com/", NULL},
        {"proxy:8080", "dav.example.com:443", "https://dav.example.com/", NULL},
        {"proxy:8080", "*", "https://dav.example.com/", NULL},
        {"proxy:8080", "*a*b*c*", "https://xaxbxxc.d/", NULL},
        {"https://odd:1;plain:2", NULL, "https://dav.example.com/", "http://plain:2"},
        {"", NULL, "https://dav.example.com/", NULL},
        {NULL, NULL, "https://dav.example.com/", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct url to;
        check_int(c, url_parse(cases[i].url, &to, NULL), RC_OK);
        CLEANUP(mem_free) char *got = proxy_choose(cases[i].list, cases[i].without, &to);
        check_str(c, got, cases[i].want);
        url_fini(&to);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "proxy/parse")) {
        test_parse(&c);
    }
    if (check_case(&c, "proxy/choose")) {
        test_choose(&c);
    }
    return check_end(&c);
}
