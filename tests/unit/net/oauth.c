/* The pure parts of signing in at a server's page: the forms, the challenge, what is a token and when it is due. */
#include "client/oauth/private.h"

#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <string.h>

/* RFC 7636, appendix B. */
static void test_challenge(struct check *c)
{
    CLEANUP(mem_free) char *got = oauth_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    check_str(c, got, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    CLEANUP(mem_free) char *one = oauth_random(48);
    CLEANUP(mem_free) char *two = oauth_random(48);
    check_int(c, strlen(one), 64);
    check_true(c, !str_eq(one, two));
    check_true(c, !strpbrk(one, "+/=&?%"));
}

static void test_form(struct check *c)
{
    struct buf form CLEANUP_FINI(buf_fini) = BUF_INIT(1000);
    form_add(&form, "a", "x y&z=ü+%");
    form_add(&form, "none", NULL);
    form_add(&form, "b", "");
    check_str(c, buf_str(&form), "a=x%20y%26z%3D%C3%BC%2B%25&b=");
    CLEANUP(json_free) struct json *back = form_parse(buf_str(&form));
    check_str(c, json_get_str(back, "a"), "x y&z=ü+%");
    check_str(c, json_get_str(back, "b"), "");
    static const struct {
        const char *text, *want;
    } cases[] = {{"", "{}"}, {"&&=x&code", "{}"}, {"a=1+2%203", "{\"a\":\"1 2 3\"}"},
        {"a=%", "{\"a\":\"%\"}"}, {"a=%4", "{\"a\":\"%4\"}"}, {"a=%zz", "{\"a\":\"%zz\"}"},
        {"a=%00", "{}"}, {"a=%ff", "{}"}, {"a=1&a=2", "{\"a\":\"2\"}"},
        {"a=b=c", "{\"a\":\"b=c\"}"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(json_free) struct json *v = form_parse(cases[i].text);
        CLEANUP(mem_free) char *got = json_print(v);
        check_str(c, got, cases[i].want);
    }
}

static struct json *parsed(const char *text)
{
    struct json *v = NULL;
    struct err err = ERR_INIT;
    enum rc rc = json_parse(text, strlen(text), &v, &err);
    err_fini(&err);
    return rc == RC_OK ? v : json_object();
}

static void test_tokens(struct check *c)
{
    static const struct {
        const char *answer;
        enum rc want;
    } cases[] = {
        {"{\"access_token\":\"a.b-c~\",\"token_type\":\"bearer\"}", RC_OK},
        {"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":\"60\"}", RC_OK},
        {"{\"access_token\":\"a\",\"token_type\":\"mac\"}", RC_SERVER},
        {"{\"access_token\":\"a\"}", RC_SERVER},
        {"{\"access_token\":\"\",\"token_type\":\"Bearer\"}", RC_SERVER},
        {"{\"access_token\":7,\"token_type\":\"Bearer\"}", RC_SERVER},
        {"{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}", RC_SERVER},
        {"{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}", RC_SERVER},
        {"{\"access_token\":\"\\u00fc\",\"token_type\":\"Bearer\"}", RC_SERVER},
        {"{}", RC_SERVER},
    };
    struct oauth_server s = {
        .token_url = (char[]){"https://login.example.org/token"}, .client_id = (char[]){"me"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *answer = parsed(cases[i].answer);
        CLEANUP(json_free) struct json *v = NULL;
        check_int(c, oauth_tokens_make(&s, answer, NULL, &v, &err), cases[i].want);
        err_fini(&err);
    }
}

/* A server that gives no new refresh token means the old one to go on. */
static void test_kept(struct check *c)
{
    struct oauth_server s = {.token_url = (char[]){"https://login.example.org/token"}};
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *before = parsed("{\"refresh\":\"old\"}");
    CLEANUP(json_free)
    struct json *answer = parsed("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
    CLEANUP(json_free) struct json *v = NULL;
    check_ok(c, oauth_tokens_make(&s, answer, before, &v, &err), &err);
    check_str(c, json_get_str(v, "refresh"), "old");
    json_free(TAKE(v));
    json_set_str(answer, "refresh_token", "new");
    check_ok(c, oauth_tokens_make(&s, answer, before, &v, &err), &err);
    check_str(c, json_get_str(v, "refresh"), "new");
}

static void test_due(struct check *c)
{
    static const struct {
        int64_t life, age;
        bool due;
    } cases[] = {{3600, 0, false}, {3600, 3539, false}, {3600, 3540, true}, {3600, 9999, true},
        {8, 5, false}, {8, 6, true}, {0, 1000000, false}, {3600, -600, true}};
    const int64_t now = 1700000000;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(json_free) struct json *v = parsed("{\"access\":\"a\"}");
        json_set_int(v, "life", cases[i].life);
        json_set_int(v, "expires", cases[i].life ? now + cases[i].life : 0);
        check_int(c, oauth_is_due(v, now + cases[i].age), cases[i].due);
    }
    CLEANUP(json_free) struct json *none = json_object();
    check_true(c, oauth_is_due(none, now));
}

static void test_providers(struct check *c)
{
    check_true(c, oauth_provider_of("www.googleapis.com") != NULL);
    check_true(c, oauth_provider_of("apidata.googleusercontent.com") != NULL);
    check_true(c, oauth_provider_of("evilgoogleapis.com") == NULL);
    check_true(c, oauth_provider_of("googleapis.com.evil.example") == NULL);
    check_true(c, oauth_provider_of("example.org") == NULL);
}

static void test_clients(struct check *c)
{
    static const struct {
        const char *clients, *issuer, *id, *secret;
    } cases[] = {
        {"google=1.apps SECRET", "https://accounts.google.com", "1.apps", "SECRET"},
        {"a.example=x;login.example.org = me ; google=g", "https://login.example.org/tenant", "me",
            NULL},
        {"LOGIN.example.org=me", "https://login.example.org", "me", NULL},
        {"login.example.org.evil=me", "https://login.example.org", NULL, NULL},
        {"", "https://login.example.org", NULL, NULL},
        {NULL, "https://login.example.org", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oauth_server s CLEANUP_FINI(oauth_server_fini) = {
            .issuer = mem_strdup(cases[i].issuer)};
        struct err err = ERR_INIT;
        enum rc rc = oauth_know_client(&s, cases[i].clients, &(struct oauth_net){0}, &err);
        check_int(c, rc, cases[i].id ? RC_OK : RC_UNSUPPORTED);
        check_str(c, s.client_id, cases[i].id);
        check_str(c, s.client_secret, cases[i].secret);
        err_fini(&err);
    }
    static const char *const wrong[] = {"google", "google=", "=id", "google=id a secret", "a=b;c"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct err err = ERR_INIT;
        check_int(c, oauth_clients_check(wrong[i], &err), RC_INVALID);
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    static const struct check_entry tests[] = {
        {"oauth/challenge", test_challenge},
        {"oauth/form", test_form},
        {"oauth/tokens", test_tokens},
        {"oauth/kept", test_kept},
        {"oauth/due", test_due},
        {"oauth/providers", test_providers},
        {"oauth/clients", test_clients},
    };
    return check_main(argc, argv, tests, ARRAY_LEN(tests));
}
