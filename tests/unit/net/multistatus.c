/* WebDAV answers as real servers write them, and as broken ones do. */
#include "client/base/buf.h"
#include "client/remote/dav/multistatus.h"
#include "tests/unit/check.h"

static enum rc print_resource(void *user, const struct dav_resource *r, struct err *err)
{
    struct buf *out = user;
    CLEANUP(mem_free) char *etag = dav_prop_etag(r);
    (void)err;
    buf_addf(out, "%s %ld %s %ld|", r->href, r->status, etag ? etag : "-",
        dav_prop_status(r, NS_DAV, "displayname"));
    return RC_OK;
}

/* "href status etag status-of-displayname|...", then the token; or the name of the error. */
static char *read_all(const char *text, size_t piece)
{
    struct buf out = BUF_INIT(1 << 16);
    struct err err = ERR_INIT;
    CLEANUP(multistatus_free) struct multistatus *m = multistatus_new(print_resource, &out);
    enum rc rc = RC_OK;
    for (size_t i = 0, n = strlen(text); i < n && rc == RC_OK; i += piece) {
        rc = multistatus_feed(m, text + i, n - i < piece ? n - i : piece, &err);
    }
    rc = rc == RC_OK ? multistatus_finish(m, &err) : rc;
    if (rc != RC_OK) {
        buf_clear(&out);
        buf_adds(&out, rc_name(rc));
    } else {
        buf_addf(&out, "token %s", multistatus_token(m) ? multistatus_token(m) : "-");
    }
    err_fini(&err);
    return buf_take(&out);
}

static const char *const PAIRS[][2] = {
    /* Cyrus 3.10.1: a change, a deletion, truncation (507 on the collection) and a token */
    {"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\" "
     "xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\n"
     "<D:response><D:href>/d/e1.ics</D:href><D:status>HTTP/1.1 404 Not "
     "Found</D:status></D:response>"
     "<D:response><D:href>/d/m0.ics</D:href><D:propstat><D:prop><D:getetag>\"65ad\"</D:getetag></"
     "D:prop>"
     "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
     "<D:response><D:href>/d/</D:href><D:status>HTTP/1.1 507 Insufficient "
     "Storage</D:status><D:error>"
     "<D:number-of-matches-within-limits/></D:error></D:response><D:sync-token>data:,1-2</"
     "D:sync-token></D:multistatus>",
        "/d/e1.ics 404 - 404|/d/m0.ics 0 \"65ad\" 0|/d/ 507 - 507|token data:,1-2"},
    /* Radicale 3.1.8: the default namespace is DAV:, two propstats */
    {"<?xml version='1.0' encoding='utf-8'?>\n<multistatus "
     "xmlns=\"DAV:\"><response><href>/a/ro1.ics</href><propstat><prop>"
     "<getetag>\"3e\"</getetag></prop><status>HTTP/1.1 200 "
     "OK</status></propstat><propstat><prop><displayname /></prop>"
     "<status>HTTP/1.1 404 Not Found</status></propstat></response></multistatus>",
        "/a/ro1.ics 0 \"3e\" 404|token -"},
    /* Unquoted and weak ETags (SOGo's global list, Yandex, nginx), white space in href */
    {"<m:multistatus xmlns:m='DAV:'><m:response><m:href>\n /x "
     "\n</m:href><m:propstat><m:prop><m:getetag>hash64165067</m:getetag>"
     "</m:prop><m:status>HTTP/1.1 200 "
     "OK</m:status></m:propstat></m:response><m:response><m:href>/y</m:href><m:propstat><m:prop>"
     "<m:getetag>W/\"12\"</m:getetag></m:prop><m:status>HTTP/1.1 200 "
     "OK</m:status></m:propstat></m:response></m:multistatus>",
        "/x 0 \"hash64165067\" 0|/y 0 \"12\" 0|token -"},
    /* Several hrefs with one status; a property that was refused has no value */
    {"<multistatus xmlns='DAV:'><response><href>/1</href><href>/2</href><status>HTTP/1.1 403 "
     "Forbidden</status></response>"
     "<response><href>/3</href><propstat><prop><getetag>\"no\"</getetag></prop><status>HTTP/1.1 "
     "403 Forbidden</status></propstat>"
     "</response><response><propstat/></response></multistatus>",
        "/1 403 - 403|/2 403 - 403|/3 0 - 0|token -"},
    {"<multistatus xmlns='DAV:'/>", "token -"},
    {"<multistatus/>", "invalid"},
    {"<html><body>Please log in</body></html>", "invalid"},
    {"<multistatus xmlns='DAV:'><response><href>/1</href>", "invalid"},
    {"", "invalid"},
    {"{\"error\":1}", "invalid"},
};

static void test_pairs(struct check *c)
{
    static const size_t PIECES[] = {1, 7, 100000};
    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
        for (size_t k = 0; k < ARRAY_LEN(PIECES); k++) {
            CLEANUP(mem_free) char *got = read_all(PAIRS[i][0], PIECES[k]);
            check_str(c, got, PAIRS[i][1]);
        }
    }
}

static void test_conditions(struct check *c)
{
    static const char *const CASES[][3] = {
        {"<?xml version=\"1.0\"?>\n<D:error "
         "xmlns:D=\"DAV:\"><D:valid-sync-token/><D:responsedescription>Invalid</"
         "D:responsedescription>"
         "</D:error>",
            "valid-sync-token", NULL},
        {"<D:error xmlns:D=\"DAV:\" "
         "xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><C:unique-scheduling-object-resource><D:href>/"
         "d/e1.ics"
         "</D:href></C:unique-scheduling-object-resource></D:error>",
            "unique-scheduling-object-resource", "/d/e1.ics"},
        {"<error xmlns=\"DAV\"><no-uid-conflict/></error>", "no-uid-conflict", NULL},
        {"<d:error xmlns:d=\"DAV:\" "
         "xmlns:s=\"http://sabredav.org/ns\"><s:exception>Sabre</s:exception><s:message>m</"
         "s:message>"
         "<d:need-privileges/></d:error>",
            "need-privileges", NULL},
        {"<html/>", NULL, NULL},
        {"plain text", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *href = NULL;
        CLEANUP(mem_free) char *got = dav_error_condition(CASES[i][0], strlen(CASES[i][0]), &href);
        check_str(c, got, CASES[i][1]);
        check_str(c, href, CASES[i][2]);
    }
}

static void test_etag(struct check *c)
{
    static const char *const CASES[][2] = {{"\"a\"", "\"a\""}, {" W/\"a\" ", "\"a\""},
        {"a", "\"a\""}, {"", NULL}, {"W/", NULL}, {"\"a\nIf-None-Match: *\"", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *got = dav_etag(CASES[i][0]);
        check_str(c, got, CASES[i][1]);
    }
    check_true(c, dav_etag(NULL) == NULL);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "multistatus/pairs")) {
        test_pairs(&c);
    }
    if (check_case(&c, "multistatus/conditions")) {
        test_conditions(&c);
    }
    if (check_case(&c, "multistatus/etag")) {
        test_etag(&c);
    }
    return check_end(&c);
}
