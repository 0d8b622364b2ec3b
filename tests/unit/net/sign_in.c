/* What a request carries, to whom, and what a 401 leads to. */
#include "client/net/sign_in.h"

#include "client/base/buf.h"
#include "client/net/url.h"
#include "tests/unit/check.h"

#include <string.h>

#define BASIC_ONLY   "WWW-Authenticate: Basic realm=\"x\"\n"
#define DIGEST_ONLY  "Date: today\nwww-authenticate: digest realm=\"x\", nonce=\"1\"\n"
#define DIGEST_FIRST DIGEST_ONLY BASIC_ONLY
#define NEGOTIATE    "WWW-Authenticate: Negotiate\n"

static struct url parsed(const char *text)
{
    struct url u = {0};
    struct err err = ERR_INIT;
    enum rc rc = url_parse(text, &u, &err);
    (void)rc;
    err_fini(&err);
    return u;
}

struct fixture {
    struct url origin;
    struct signer *signer;
};

static struct fixture *begin(const struct sign_in *how)
{
    struct fixture *f = NEW(struct fixture);
    f->origin = parsed("https://dav.example.org/start");
    f->signer = signer_new(how, &f->origin);
    return f;
}

static void end(struct fixture *f)
{
    signer_free(f->signer);
    url_fini(&f->origin);
    free(f);
}

static struct credential to(const struct fixture *f, const char *text)
{
    struct url u = parsed(text);
    struct credential c = signer_credential(f->signer, &u);
    url_fini(&u);
    return c;
}

static enum rc token_never(void *user, const char *refused, char **ret, struct err *err)
{
    (void)user;
    (void)refused;
    (void)ret;
    return err_set(err, RC_AUTH, 0, "sign in again");
}

/* A source whose tokens are "t1", "t2" and so on: a new one for each refused. */
struct source {
    int number, asked;
};

static enum rc token_next(void *user, const char *refused, char **ret, struct err *err)
{
    struct source *s = user;
    (void)err;
    s->asked++;
    CLEANUP(mem_free) char *present = str_printf("t%d", s->number);
    if (refused && str_eq(refused, present)) {
        s->number++;
    }
    *ret = str_printf("t%d", s->number);
    return RC_OK;
}

/* Whatever it is, it goes to scheme, host and port of the account and nowhere else. */
static void test_origin(struct check *c)
{
    static const char *const elsewhere[] = {"http://dav.example.org/", "https://example.org/",
        "https://dav.example.org:8443/", "https://dav.example.org.evil.example/"};
    struct source s = {1, 0};
    const struct sign_in ways[] = {{.user = "anna", .secret = "pw"},
        {.way = SIGN_IN_TOKEN, .secret = "tok"}, {.way = SIGN_IN_WINDOWS},
        {.way = SIGN_IN_OAUTH, .token = token_next, .token_user = &s}};
    static const enum credential_kind kinds[] = {
        CREDENTIAL_BASIC, CREDENTIAL_BEARER, CREDENTIAL_SYSTEM, CREDENTIAL_BEARER};
    for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
        struct fixture *f = begin(&ways[w]);
        struct err err = ERR_INIT;
        check_ok(c, signer_ready(f->signer, "dav.example.org", &err), &err);
        check_int(c, to(f, "https://dav.example.org/other?x=1").kind, kinds[w]);
        check_int(c, to(f, "https://DAV.example.org:443/").kind, kinds[w]);
        for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
            struct credential got = to(f, elsewhere[i]);
            check_int(c, got.kind, CREDENTIAL_NONE);
            check_true(c, !got.secret && !got.user);
        }
        end(f);
    }
}

static void test_nobody(struct check *c)
{
    struct fixture *f = begin(&(struct sign_in){0});
    check_int(c, to(f, "https://dav.example.org/").kind, CREDENTIAL_NONE);
    end(f);
}

static void test_digest(struct check *c)
{
    static const struct {
        const char *headers;
        bool again;
    } cases[] = {{DIGEST_ONLY, true}, {DIGEST_FIRST, false}, {BASIC_ONLY, false}, {"", false},
        {NEGOTIATE, false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture *f = begin(&(struct sign_in){.user = "anna", .secret = "pw"});
        struct credential sent = to(f, "https://dav.example.org/");
        bool again = !cases[i].again;
        check_int(c, signer_again(f->signer, &sent, false, cases[i].headers, &again, NULL), RC_OK);
        check_int(c, again, cases[i].again);
        check_int(c, to(f, "https://dav.example.org/").kind,
            cases[i].again ? CREDENTIAL_DIGEST : CREDENTIAL_BASIC);
        /* Another request of the batch carried Basic, too; and one that carried Digest was wrong. */
        check_int(c, signer_again(f->signer, &sent, false, cases[i].headers, &again, NULL), RC_OK);
        check_int(c, again, cases[i].again);
        sent = to(f, "https://dav.example.org/");
        if (sent.kind == CREDENTIAL_DIGEST) {
            check_int(c, signer_again(f->signer, &sent, false, DIGEST_ONLY, &again, NULL), RC_OK);
            check_true(c, !again);
        }
        end(f);
    }
}

/* Sixteen requests may meet the end of one token: it is renewed once, and each is sent once more. */
static void test_renewed(struct check *c)
{
    struct source s = {1, 0};
    struct fixture *f =
        begin(&(struct sign_in){.way = SIGN_IN_OAUTH, .token = token_next, .token_user = &s});
    struct err err = ERR_INIT;
    bool again;
    check_ok(c, signer_ready(f->signer, "dav.example.org", &err), &err);
    struct credential first = to(f, "https://dav.example.org/");
    check_str(c, first.secret, "t1");
    for (int i = 0; i < 16; i++) {
        check_ok(c, signer_again(f->signer, &first, false, "", &again, &err), &err);
        check_true(c, again);
    }
    check_int(c, s.number, 2);
    struct credential second = to(f, "https://dav.example.org/");
    check_str(c, second.secret, "t2");
    check_ok(c, signer_again(f->signer, &second, true, "", &again, &err), &err);
    check_true(c, !again);
    check_int(c, s.number, 2);
    end(f);
}

static void test_no_token(struct check *c)
{
    struct fixture *f = begin(&(struct sign_in){.way = SIGN_IN_OAUTH, .token = token_never});
    struct err err = ERR_INIT;
    check_int(c, signer_ready(f->signer, "dav.example.org", &err), RC_AUTH);
    err_fini(&err);
    check_int(c, to(f, "https://dav.example.org/").kind, CREDENTIAL_NONE);
    end(f);
}

/* Once refused, never again; and what is said fits the way. */
static void test_refused(struct check *c)
{
    static const struct {
        struct sign_in how;
        const char *headers, *text;
    } cases[] = {
        {{.user = "anna", .secret = "pw"}, BASIC_ONLY, "rejected the user name or password"},
        {{.way = SIGN_IN_TOKEN, .secret = "tok"}, "", "rejected the access token"},
        {{.way = SIGN_IN_WINDOWS}, BASIC_ONLY, "neither Negotiate nor NTLM"},
        {{.way = SIGN_IN_WINDOWS}, NEGOTIATE, "did not let you in by your Windows account"},
        {{.way = SIGN_IN_WINDOWS}, "WWW-Authenticate: NTLM\n", "did not let you in"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture *f = begin(&cases[i].how);
        struct err err = ERR_INIT;
        bool again;
        struct credential sent = to(f, "https://dav.example.org/");
        check_ok(c, signer_ready(f->signer, "dav.example.org", &err), &err);
        check_ok(c, signer_again(f->signer, &sent, false, cases[i].headers, &again, &err), &err);
        check_true(c, !again);
        check_int(c, signer_refused(f->signer, "dav.example.org", cases[i].headers, &err), RC_AUTH);
        if (!strstr(err_text(&err), cases[i].text)) {
            check_fail(c, "'%s' does not say %s", err_text(&err), cases[i].text);
        }
        err_fini(&err);
        check_true(c, signer_is_refused(f->signer));
        check_int(c, signer_ready(f->signer, "dav.example.org", &err), RC_AUTH);
        err_fini(&err);
        end(f);
    }
}

static void test_names(struct check *c)
{
    enum sign_in_way way = SIGN_IN_OAUTH;
    check_true(c, sign_in_of_name(NULL, &way) && way == SIGN_IN_PASSWORD);
    check_true(c, sign_in_of_name("", &way) && way == SIGN_IN_PASSWORD);
    for (int i = 0; i < SIGN_IN_WAYS; i++) {
        check_true(c, sign_in_of_name(sign_in_name((enum sign_in_way)i), &way) && (int)way == i);
    }
    check_true(c, !sign_in_of_name("Windows", &way) && !sign_in_of_name("kerberos", &way));
}

int main(int argc, char **argv)
{
    static const struct check_entry tests[] = {
        {"sign-in/origin", test_origin},
        {"sign-in/nobody", test_nobody},
        {"sign-in/digest", test_digest},
        {"sign-in/renewed", test_renewed},
        {"sign-in/no-token", test_no_token},
        {"sign-in/refused", test_refused},
        {"sign-in/names", test_names},
    };
    return check_main(argc, argv, tests, ARRAY_LEN(tests));
}
