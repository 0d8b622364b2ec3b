/* client/base: errors, buffers, strings, JSON, maps, dates and the redaction of logs. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/json.h"
#include "client/base/log.h"
#include "client/base/map.h"
#include "tests/unit/check.h"

static void test_err(struct check *c)
{
    struct err err = ERR_INIT;
    if (check_case(c, "base/err/text")) {
        check_int(c, err_set(&err, RC_INVALID, 42, "item '%s' is odd", "x"), RC_INVALID);
        check_str(c, err_text(&err), "item 'x' is odd");
        check_int(c, err.native, 42);
        check_int(c, err_prefix(&err, "link %d", 7), RC_INVALID);
        check_str(c, err_text(&err), "link 7: item 'x' is odd");
        err_set(&err, RC_IO, 0, "again: %s", err.text);
        check_str(c, err_text(&err), "again: link 7: item 'x' is odd");
        err_fini(&err);
        check_str(c, err_text(&err), "ok");
    }
    if (check_case(c, "base/err/names")) {
        for (int i = 0; i <= RC_INTERNAL; i++) {
            check_int(c, rc_from_name(rc_name((enum rc)i)), i);
        }
        check_int(c, rc_from_name("nonsense"), RC_INTERNAL);
    }
}

static void test_buf(struct check *c)
{
    if (check_case(c, "base/buf/limit")) {
        struct buf b = BUF_INIT(5);
        buf_adds(&b, "abc");
        buf_adds(&b, "def");
        check_true(c, b.overflow);
        check_str(c, buf_str(&b), "abc");
        buf_adds(&b, "d"); /* stays refused, so that nothing is left out of the middle */
        check_str(c, buf_str(&b), "abc");
        buf_fini(&b);
    }
    if (check_case(c, "base/str/base64")) {
        static const char *const PAIRS[][2] = {
            {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
        for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
            size_t n = 99;
            CLEANUP(mem_free) char *text = base64_encode(PAIRS[i][0], strlen(PAIRS[i][0]));
            check_str(c, text, PAIRS[i][1]);
            CLEANUP(mem_free) unsigned char *back = base64_decode(PAIRS[i][1], 100, &n);
            check_true(c, back && n == strlen(PAIRS[i][0]) && memcmp(back, PAIRS[i][0], n) == 0);
        }
        static const char *const BAD[] = {"Zg=", "Z", "Zg==Zg==", "Zm9v!", "====", "Zg=a"};
        for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
            size_t n;
            check_true(c, base64_decode(BAD[i], 100, &n) == NULL);
        }
        size_t n;
        check_true(c, base64_decode("Zm9vYmFy", 5, &n) == NULL);
    }
    if (check_case(c, "base/str/utf8")) {
        check_true(c, str_utf8_valid("J\xC3\xBCrgen \xE6\x97\xA5 \xF0\x9F\x98\x80", 16));
        check_true(c, !str_utf8_valid("\xC0\x80", 2));
        check_true(c, !str_utf8_valid("\xED\xA0\x80", 3));
        check_true(c, !str_utf8_valid("\xE6\x97", 2));
        check_true(c, !str_utf8_valid("\xF4\x90\x80\x80", 4));
    }
    if (check_case(c, "base/str/trim")) {
        CLEANUP(mem_free) char *t = str_trim(" \t a b\r\n");
        check_str(c, t, "a b");
        check_true(c,
            str_ieq("Content-TYPE", "content-type") && !str_ieq("a", "ab") && !str_ieq(NULL, "a"));
        check_true(c, str_ieq("", "") && !str_ieq("", " ") && !str_ieq("[", "{") &&
                          !str_ieq("\xC3\x84", "\xC3\xA4") && !str_ieq("ab", "a"));
    }
}

static void test_json(struct check *c)
{
    struct err err = ERR_INIT;
    if (check_case(c, "base/json/canonical")) {
        static const char A[] = "{\"b\":[1,{\"z\":1,\"a\":2}],\"a\":\"x\"}",
                          B[] = "{\"a\":\"x\",\"b\":[1,{\"a\":2,\"z\":1}]}";
        CLEANUP(json_free) struct json *a = NULL;
        CLEANUP(json_free) struct json *b = NULL;
        check_ok(c, json_parse(A, strlen(A), &a, &err), &err);
        check_ok(c, json_parse(B, strlen(B), &b, &err), &err);
        check_true(c, json_equal(a, b));
        CLEANUP(mem_free) char *pa = json_print_canonical(a);
        check_str(c, pa, B);
        json_append(json_get(b, "b"), json_null());
        check_true(c, !json_equal(a, b));
    }
    if (check_case(c, "base/json/refuses")) {
        static const char *const BAD[] = {"", "{", "{\"a\":}", "[1,]", "nul", "{} x", "{\"a\":1}}"};
        for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
            struct json *v = NULL;
            check_int(c, json_parse(BAD[i], strlen(BAD[i]), &v, &err), RC_INVALID);
            check_true(c, v == NULL);
        }
        char deep[203];
        memset(deep, '[', 100);
        memset(deep + 100, ']', 100);
        struct json *v = NULL;
        check_int(c, json_parse(deep, 200, &v, &err), RC_TOO_BIG);
        err_fini(&err);
    }
    if (check_case(c, "base/json/pointer")) {
        CLEANUP(json_free) struct json *v = json_object();
        check_ok(c, json_pointer_set(v, "a/b~1c/d", json_int(5), &err), &err);
        check_int(c, json_int_value(json_pointer(v, "a/b~1c/d"), 0), 5);
        check_int(c, json_get_int(json_get(json_get(v, "a"), "b/c"), "d", 0), 5);
        check_int(c, json_pointer_set(v, "a/b~1c/d/e", json_int(1), &err), RC_INVALID);
        check_ok(c, json_pointer_set(v, "a/b~1c/d", NULL, &err), &err);
        check_true(c, json_pointer(v, "a/b~1c/d") == NULL);
        check_ok(c, json_pointer_set(v, "x/y/z", NULL, &err), &err);
        check_true(c, json_get(v, "x") == NULL);
        err_fini(&err);
    }
    if (check_case(c, "base/json/numbers")) {
        CLEANUP(json_free) struct json *v = json_int(INT64_C(999999999999999));
        CLEANUP(mem_free) char *text = json_print(v);
        check_str(c, text, "999999999999999");
        static const char LIST[] = "[0,-7,2147483648,0.5,-1.25e+30,true,false,null]";
        CLEANUP(json_free) struct json *list = NULL;
        check_ok(c, json_parse(LIST, strlen(LIST), &list, NULL), NULL);
        CLEANUP(mem_free) char *printed = json_print(list);
        check_str(c, printed, LIST);
    }
    if (check_case(c, "base/json/escapes")) {
        static const char TEXT[] = "{\"k\\\"\":\"\\b\\t\\n\\f\\r\\u0001\\u001f\\\\/\x7F\xC3\xA4\"}";
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, json_parse(TEXT, strlen(TEXT), &v, NULL), NULL);
        check_str(c, json_get_str(v, "k\""), "\b\t\n\f\r\x01\x1F\\/\x7F\xC3\xA4");
        CLEANUP(mem_free) char *printed = json_print(v);
        check_str(c, printed, TEXT);
    }
}

static void test_map(struct check *c)
{
    if (!check_case(c, "base/map/many")) {
        return;
    }
    CLEANUP(map_free) struct map *m = map_new();
    static int values[1000];
    char key[16];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 1000; i++) {
            snprintf(key, sizeof key, "k%d", i);
            map_put(m, key, &values[i]);
        }
        for (int i = round; i < 1000; i += 2) {
            snprintf(key, sizeof key, "k%d", i);
            check_true(c, map_remove(m, key) == &values[i]);
        }
        check_int(c, map_count(m), 1000 - (1000 - round + 1) / 2);
    }
    size_t n = 0;
    const char *name;
    void *value;
    for (size_t at = 0; map_entry(m, &at, &name, &value); n++) {
        check_true(c, map_get(m, name) == value);
    }
    check_int(c, n, map_count(m));
    check_true(c, map_get(m, "absent") == NULL && map_get(m, NULL) == NULL);
}

static void test_date(struct check *c)
{
    if (check_case(c, "base/date/days")) {
        check_int(c, date_days(1970, 1, 1), 0);
        check_int(c, date_days(2000, 3, 1), 11017);
        check_int(c, date_weekday(date_days(2026, 11, 23)), 1);
        for (int64_t d = date_days(1, 1, 1); d < date_days(9999, 12, 31); d += 997) {
            int y, m, day;
            date_from_days(d, &y, &m, &day);
            check_true(c, date_days(y, m, day) == d && day <= date_month_length(y, m));
        }
    }
    if (check_case(c, "base/date/filetime")) {
        check_int(c, filetime_to_seconds(0), -INT64_C(11644473600));
        check_int(c, filetime_from_seconds(0), INT64_C(116444736000000000));
        check_int(c, minutes1601_from_seconds(minutes1601_to_seconds(0x5AE980DF)), 0x5AE980DF);
        struct civil end = civil_from_seconds(minutes1601_to_seconds(0x5AE980DF));
        check_true(c, end.year == 4500 && end.month == 12 && end.day == 31 && end.hour == 23 &&
                          end.minute == 59);
    }
    if (check_case(c, "base/date/text")) {
        struct civil t;
        bool utc, date_only;
        char text[CIVIL_TEXT_SIZE];
        check_true(c, civil_parse_iso("2026-02-28T23:59:60Z", &t, &utc) && utc && t.second == 59);
        check_true(c, !civil_parse_iso("2026-02-29T00:00:00", &t, &utc));
        check_true(c, !civil_parse_iso("2026-02-28 00:00:00", &t, &utc));
        check_true(c, civil_parse_basic("20240229", &t, &utc, &date_only) && date_only && !utc);
        civil_format_basic(&t, true, text);
        check_str(c, text, "20240229T000000Z");
        check_true(c, !civil_parse_basic("20240229T", &t, &utc, &date_only));
    }
    if (check_case(c, "base/date/duration")) {
        static const struct {
            const char *text;
            int64_t seconds;
            const char *canonical;
        } ROWS[] = {{"PT15M", 900, "PT15M"}, {"-PT15M", -900, "-PT15M"}, {"P1W", 604800, "P7D"},
            {"P1DT2H", 93600, "P1DT2H"}, {"PT0S", 0, "PT0S"}, {"PT90M", 5400, "PT1H30M"}};
        for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
            int64_t s = -1;
            char text[DURATION_TEXT_SIZE];
            check_true(c, duration_parse(ROWS[i].text, &s) && s == ROWS[i].seconds);
            duration_format(s, text);
            check_str(c, text, ROWS[i].canonical);
        }
        static const char *const BAD[] = {
            "", "P", "PT", "15M", "P1H", "PT1D", "P1.5D", "P99999999999D", "PT5"};
        for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
            int64_t s;
            check_true(c, !duration_parse(BAD[i], &s));
        }
    }
}

struct capture {
    char text[256];
    int lines;
};

static void capture_line(void *user, enum log_level level, const char *area, const char *line)
{
    struct capture *cap = user;
    snprintf(cap->text, sizeof cap->text, "%s %s %s", log_level_name(level), area, line);
    cap->lines++;
}

static void test_log(struct check *c)
{
    if (check_case(c, "base/log/lines")) {
        struct capture cap = {{0}, 0};
        struct log log = {capture_line, &cap, LOG_LEVEL_INFO, "Work"};
        log_line(&log, LOG_LEVEL_DEBUG, "sync", "hidden");
        check_int(c, cap.lines, 0);
        log_line(&log, LOG_LEVEL_WARN, "sync", "two\nlines");
        check_str(c, cap.text, "warn sync [Work] two lines");
        log_line(NULL, LOG_LEVEL_ERROR, "sync", "nowhere");
    }
    if (check_case(c, "base/log/redaction")) {
        CLEANUP(mem_free) char *a = log_redact("Dentist", 7);
        CLEANUP(mem_free) char *b = log_redact("Dentist", 7);
        CLEANUP(mem_free) char *other = log_redact("Dentist", 8);
        check_str(c, a, b);
        check_true(c, strcmp(a, other) != 0 && !strstr(a, "Dent"));
        CLEANUP(mem_free) char *h = log_redact_header("authorization: Basic c2VjcmV0");
        check_str(c, h, "Authorization: <redacted>");
        CLEANUP(mem_free) char *u = log_redact_url("https://me:p@ss@host/x@y");
        check_str(c, u, "https://<redacted>@host/x@y");
        CLEANUP(mem_free) char *plain = log_redact_url("https://host/x@y");
        check_str(c, plain, "https://host/x@y");
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_err(&c);
    test_buf(&c);
    test_json(&c);
    test_map(&c);
    test_date(&c);
    test_log(&c);
    return check_end(&c);
}
