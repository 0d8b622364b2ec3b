/* Are the third-party libraries of the Windows build what Lockstep counts on? They come from our
 * own overlays, where a forgotten switch or source file shows only when the program runs. */
#include "tests/unit/check.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <expat.h>
#include <libical/ical.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

static void check_curl(struct check *c)
{
    const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

    check_case(c, "libraries/curl");
    check_str(c, v->ssl_version, "Schannel");
    check_true(c, v->features & CURL_VERSION_HTTP2);
    check_true(c, v->features & CURL_VERSION_LIBZ);
    check_true(c, v->features & CURL_VERSION_IDN);
    check_true(c, v->features & CURL_VERSION_SSPI);
    check_true(c, v->features & CURL_VERSION_IPV6);
    check_true(c, v->features & CURL_VERSION_LARGEFILE);

    /* No other protocol: a redirect or an address typed in must not reach files or mail servers. */
    check_case(c, "libraries/curl/protocols");
    check_str(c, v->protocols[0], "http");
    check_str(c, v->protocols[1], "https");
    check_true(c, !v->protocols[2]);
}

static void check_sqlite(struct check *c)
{
    sqlite3 *db = NULL;

    /* 3.7.0 to 3.51.2 can corrupt a database in WAL mode. */
    check_case(c, "libraries/sqlite/version");
    check_true(c, sqlite3_libversion_number() >= 3051003);
    check_true(c, sqlite3_threadsafe());

    check_case(c, "libraries/sqlite/wal");
    remove("libraries-test.db");
    check_int(c, sqlite3_open("libraries-test.db", &db), SQLITE_OK);
    check_int(c,
        sqlite3_exec(db,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (x); INSERT INTO t "
            "VALUES (1)",
            NULL, NULL, NULL),
        SQLITE_OK);
    check_int(c, sqlite3_close(db), SQLITE_OK);
    remove("libraries-test.db");
}

static void check_parsers(struct check *c)
{
    cJSON *json = cJSON_Parse("{\"a\":[1,2,3]}");
    char *text = cJSON_PrintUnformatted(json);
    XML_Parser xml = XML_ParserCreate(NULL);

    check_case(c, "libraries/cjson");
    check_str(c, text, "{\"a\":[1,2,3]}");

    check_case(c, "libraries/expat");
    check_int(c, XML_Parse(xml, "<a><b/></a>", 11, 1), XML_STATUS_OK);
    XML_ParserFree(xml);
    cJSON_free(text);
    cJSON_Delete(json);
}

static void check_ical(struct check *c)
{
    /* Two years of the third Thursday, from a start before 1970 and across the end of 32-bit time.
     */
    static const struct {
        const char *start, *rule, *last;
    } rows[] = {
        {"19690116T100000", "FREQ=MONTHLY;BYDAY=3TH;COUNT=24", "19701217T100000"},
        {"20370115T100000", "FREQ=MONTHLY;BYDAY=3TH;COUNT=24", "20381216T100000"},
    };

    check_case(c, "libraries/libical");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct icalrecurrencetype rule = icalrecurrencetype_from_string(rows[i].rule);
        icalrecur_iterator *at = icalrecur_iterator_new(rule, icaltime_from_string(rows[i].start));
        struct icaltimetype last = icaltime_null_time();

        for (struct icaltimetype t; !icaltime_is_null_time(t = icalrecur_iterator_next(at));) {
            last = t;
        }
        check_str(c, icaltime_as_ical_string(last), rows[i].last);
        icalrecur_iterator_free(at);
    }
}

static void check_time(struct check *c)
{
    time_t in_2100 = 4102444800LL;
    const struct tm *tm = gmtime(&in_2100);

    check_case(c, "libraries/time");
    check_int(c, sizeof(time_t), 8);
    check_int(c, tm ? tm->tm_year : -1, 200);
}

int main(int argc, char **argv)
{
    struct check c;

    check_init(&c, argc, argv);
    check_curl(&c);
    check_sqlite(&c);
    check_parsers(&c);
    check_ical(&c);
    check_time(&c);
    return check_end(&c);
}
