/* URLs: parsing, resolving and the one spelling in which hrefs are compared. */
#include "client/base/buf.h"
#include "client/net/url.h"
#include "tests/unit/check.h"

static void test_parse(struct check *c)
{
    static const struct {
        const char *text, *origin, *path, *query;
    } GOOD[] = {
        {"https://Dav.Example.COM", "https://dav.example.com", "/", NULL},
        {"http://example.com:8080/a/b?x=1#frag", "http://example.com:8080", "/a/b", "x=1"},
        {"HTTPS://example.com:443/", "https://example.com", "/", NULL},
        {"https://[::1]:8443/x", "https://[::1]:8443", "/x", NULL},
        {"http://h:80?q", "http://h", "/", "q"},
    };
    static const char *const BAD[] = {"", "example.com", "ftp://h/", "https://", "https:///x",
        "https://u:p@h/", "https://h:99999/", "https://h:8a/", "https://a b/", "https://[::1/",
        "https://h\n/", "https://[::1]x/"};
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        struct url u;
        struct err err = ERR_INIT;
        check_ok(c, url_parse(GOOD[i].text, &u, &err), &err);
        CLEANUP(mem_free) char *origin = url_origin(&u);
        check_str(c, origin, GOOD[i].origin);
        check_str(c, u.path, GOOD[i].path);
        check_str(c, u.query, GOOD[i].query);
        url_fini(&u);
        err_fini(&err);
    }
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct url u;
        struct err err = ERR_INIT;
        check_int(c, url_parse(BAD[i], &u, &err), RC_INVALID);
        check_true(c, !str_empty(err.text));
        check_true(c, !strstr(err_text(&err), "u:p")); /* a password never gets into a message */
        err_fini(&err);
    }
}

static void test_resolve(struct check *c)
{
    static const char *const CASES[][2] = {
        {"/other", "https://h/other"},
        {"x.vcf", "https://h/dir/x.vcf"},
        {"../y", "https://h/y"},
        {"./a/../b", "https://h/dir/b"},
        {"//g:81/z", "https://g:81/z"},
        {"http://h/p", "http://h/p"},
        {"a:b.vcf", "https://h/dir/a:b.vcf"},
        {"?q=1", "https://h/dir/base?q=1"},
        {"", "https://h/dir/base"},
        {"../../../../e", "https://h/e"},
        {"sub/", "https://h/dir/sub/"},
        {"..", "https://h/"},
    };
    struct url base;
    check_int(c, url_parse("https://h/dir/base", &base, NULL), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *got = url_resolve(&base, CASES[i][0]);
        check_str(c, got, CASES[i][1]);
    }
    url_fini(&base);
}

static void test_normalize(struct check *c)
{
    static const char *const CASES[][2] = {
        {"/a/b@c.ics", "/a/b%40c.ics"},
        {"/a/b%40c.ics", "/a/b%40c.ics"},
        {"/a/%7euser/", "/a/~user/"},
        {"/a+b", "/a%2Bb"},
        {"/a%2bb", "/a%2Bb"},
        {"/a//b/./c/../d", "/a/b/d"},
        {"/x%2Fy", "/x%2Fy"},
        {"/M\xC3\xBCller", "/M%C3%BCller"},
        {"/100%", "/100%25"},
        {"rel", "/rel"},
        {"/%2e%2e/a", "/a"},
        {"/a/", "/a/"},
        {"", "/"},
        {"/sp ace", "/sp%20ace"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *got = url_path_normalize(CASES[i][0]);
        CLEANUP(mem_free) char *again = url_path_normalize(got);
        check_str(c, got, CASES[i][1]);
        check_str(c, again, CASES[i][1]); /* a normal form is its own */
    }
    check_true(c, url_path_equal("/a/b@c/", "/a/b%40c"));
    check_true(c, !url_path_equal("/a/b", "/a/B"));
}

static void test_href(struct check *c)
{
    static const char *const CASES[][2] = {
        {"/dav/x.vcf", "/dav/x.vcf"},
        {"http://inner:8080/dav/x.vcf", "/dav/x.vcf"},
        {"x.vcf", "/home/x.vcf"},
        {"a:b.vcf", "/home/a%3Ab.vcf"},
        {"//h/x", "/x"},
        {"https://h", "/"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *got = url_href_path("/home/", CASES[i][0]);
        check_str(c, got, CASES[i][1]);
    }
    CLEANUP(mem_free) char *name = url_path_name("/a/Anna%20M%C3%BCller%0A.vcf");
    check_str(c, name, "Anna M\xC3\xBCller?.vcf");
    CLEANUP(mem_free) char *dir = url_path_name("/a/work/");
    check_str(c, dir, "work");
}

static void test_origin(struct check *c)
{
    static const struct {
        const char *a, *b;
        bool same;
    } CASES[] = {
        {"https://h/", "https://H:443/x", true},
        {"https://h/", "http://h/", false},
        {"https://h/", "https://h:8443/", false},
        {"https://h/", "https://h.example/", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct url a, b;
        check_true(c,
            url_parse(CASES[i].a, &a, NULL) == RC_OK && url_parse(CASES[i].b, &b, NULL) == RC_OK);
        check_int(c, url_same_origin(&a, &b), CASES[i].same);
        url_fini(&a);
        url_fini(&b);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    static const struct {
        const char *name;
        void (*run)(struct check *c);
    } CASES[] = {{"url/parse", test_parse}, {"url/resolve", test_resolve},
        {"url/normalize", test_normalize}, {"url/href", test_href}, {"url/origin", test_origin}};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(&c, CASES[i].name)) {
            CASES[i].run(&c);
        }
    }
    return check_end(&c);
}
