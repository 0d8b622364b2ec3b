/* Recurrence rules over libical's iterator. A rule is checked and spelled as an RRULE of our own
 * making before libical sees it, so that nothing an outsider wrote reaches its parser. */
#include "client/item/recur.h"

#include "client/base/buf.h"

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

#define RULE_TEXT_MAX 8192
#define INTERVAL_MAX  9999
#define COUNT_MAX     100000

struct recur {
    icalrecur_iterator *iterator; /* owned */
};

static const char *const FREQUENCIES[] = {
    "yearly", "monthly", "weekly", "daily", "hourly", "minutely", "secondly"};
static const char *const DAYS[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};

static bool is_one_of(const char *s, const char *const *words, size_t count)
{
    for (size_t i = 0; s && i < count; i++) {
        if (str_eq(s, words[i])) {
            return true;
        }
    }
    return false;
}

static void add_upper(struct buf *b, const char *s)
{
    for (; *s; s++) {
        buf_addc(b, *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s);
    }
}

/* "BYMONTHDAY=1,15" out of an array of numbers, each of magnitude low..high. */
static enum rc add_numbers(struct buf *b, const struct json *rule, const char *member,
    const char *part, int low, int high, struct err *err)
{
    const struct json *list = json_get(rule, member);
    if (!list) {
        return RC_OK;
    }
    if (!json_is_array(list) || !json_count(list)) {
        return err_set(err, RC_INVALID, 0, "recurrence rule: %s is not a list of numbers", member);
    }
    char separator = '=';
    buf_addf(b, ";%s", part);
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        int64_t n =
            json_is_str(v) ? strtol(json_str_value(v), NULL, 10) : json_int_value(v, INT64_MIN);
        if ((n < low || n > high) && (low == 0 || n > -low || n < -high)) {
            return err_set(
                err, RC_INVALID, 0, "recurrence rule: %s has a value out of range", member);
        }
        buf_addf(b, "%c%d", separator, (int)n);
        separator = ',';
    }
    return RC_OK;
}

static enum rc add_days(struct buf *b, const struct json *rule, struct err *err)
{
    const struct json *list = json_get(rule, "byDay");
    if (!list) {
        return RC_OK;
    }
    char separator = '=';
    buf_adds(b, ";BYDAY");
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        const char *day = json_get_str(v, "day");
        int64_t nth = json_get_int(v, "nthOfPeriod", 0);
        if (!is_one_of(day, DAYS, ARRAY_LEN(DAYS)) || nth < -53 || nth > 53) {
            return err_set(
                err, RC_INVALID, 0, "recurrence rule: byDay has something that is no weekday");
        }
        buf_addc(b, separator);
        if (nth) {
            buf_addf(b, "%d", (int)nth);
        }
        add_upper(b, day);
        separator = ',';
    }
    return separator == ',' ? RC_OK
                            : err_set(err, RC_INVALID, 0, "recurrence rule: byDay is empty");
}

/* "skip": "backward" with one day of the month means the last day where the month is shorter: the
 * last of 28..n. */
static enum rc add_month_days(struct buf *b, const struct json *rule, struct err *err)
{
    const char *skip = json_get_str(rule, "skip");
    const struct json *list = json_get(rule, "byMonthDay");
    if (!skip || str_eq(skip, "omit")) {
        return add_numbers(b, rule, "byMonthDay", "BYMONTHDAY", 1, 31, err);
    }
    int64_t day = json_int_value(json_at(list, 0), 0);
    if (!str_eq(skip, "backward") || json_count(list) != 1 || json_get(rule, "bySetPosition") ||
        day < 1 || day > 31) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "recurrence rule: \"skip\": \"%s\" is not supported here", skip);
    }
    if (day <= 28) {
        buf_addf(b, ";BYMONTHDAY=%d", (int)day);
        return RC_OK;
    }
    buf_adds(b, ";BYMONTHDAY=28");
    for (int d = 29; d <= day; d++) {
        buf_addf(b, ",%d", d);
    }
    buf_adds(b, ";BYSETPOS=-1");
    return RC_OK;
}

static enum rc add_end(struct buf *b, const struct json *rule, struct err *err)
{
    int64_t count = json_get_int(rule, "count", 0);
    const char *until = json_get_str(rule, "until");
    if (count < 0 || count > COUNT_MAX) {
        return err_set(err, RC_INVALID, 0, "recurrence rule: count is out of range");
    }
    if (count) {
        buf_addf(b, ";COUNT=%d", (int)count);
    } else if (until) {
        struct civil end;
        char text[CIVIL_TEXT_SIZE];
        if (!civil_parse_iso(until, &end, NULL)) {
            return err_set(err, RC_INVALID, 0, "recurrence rule: until is no date and time");
        }
        civil_format_basic(&end, false, text);
        buf_addf(b, ";UNTIL=%s", text);
    }
    return RC_OK;
}

static enum rc spell(const struct json *rule, struct buf *b, struct err *err)
{
    const char *frequency = json_get_str(rule, "frequency"),
               *first = json_get_str(rule, "firstDayOfWeek");
    const char *calendar = json_get_str(rule, "rscale");
    int64_t interval = json_get_int(rule, "interval", 1);
    if (!is_one_of(frequency, FREQUENCIES, ARRAY_LEN(FREQUENCIES)) || interval < 1 ||
        interval > INTERVAL_MAX || (first && !is_one_of(first, DAYS, ARRAY_LEN(DAYS)))) {
        return err_set(err, RC_INVALID, 0,
            "recurrence rule: frequency, interval or firstDayOfWeek makes no sense");
    }
    if (calendar && !str_ieq(calendar, "gregorian")) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "recurrence rule: the %s calendar is not supported", calendar);
    }
    buf_adds(b, "FREQ=");
    add_upper(b, frequency);
    buf_addf(b, ";INTERVAL=%d", (int)interval);
    if (first) {
        buf_adds(b, ";WKST=");
        add_upper(b, first);
    }
    static const struct {
        const char *member, *part;
        int low, high;
    } LISTS[] = {{"byMonth", "BYMONTH", 1, 12}, {"byYearDay", "BYYEARDAY", 1, 366},
        {"byWeekNo", "BYWEEKNO", 1, 53}, {"byHour", "BYHOUR", 0, 23},
        {"byMinute", "BYMINUTE", 0, 59}, {"bySecond", "BYSECOND", 0, 59},
        {"bySetPosition", "BYSETPOS", 1, 366}};
    enum rc rc = add_end(b, rule, err);
    rc = rc ? rc : add_days(b, rule, err);
    rc = rc ? rc : add_month_days(b, rule, err);
    for (size_t i = 0; !rc && i < ARRAY_LEN(LISTS); i++) {
        rc = add_numbers(b, rule, LISTS[i].member, LISTS[i].part, LISTS[i].low, LISTS[i].high, err);
    }
    return rc ? rc : b->overflow ? err_set(err, RC_TOO_BIG, 0, "recurrence rule: too long") : RC_OK;
}

enum rc recur_new(
    const struct json *rule, const struct civil *start, struct recur **ret, struct err *err)
{
    struct buf text = BUF_INIT(RULE_TEXT_MAX);
    enum rc rc = spell(rule, &text, err);
    if (!rc) {
        icalerror_set_errors_are_fatal(0);
        struct icalrecurrencetype parsed = icalrecurrencetype_from_string(buf_str(&text));
        struct icaltimetype first = icaltime_null_time();
        first.year = start->year;
        first.month = start->month;
        first.day = start->day;
        first.hour = start->hour;
        first.minute = start->minute;
        first.second = start->second;
        icalrecur_iterator *iterator =
            parsed.freq == ICAL_NO_RECURRENCE ? NULL : icalrecur_iterator_new(parsed, first);
        if (iterator) {
            *ret = NEW(struct recur);
            (*ret)->iterator = iterator;
        } else {
            rc = err_set(err, RC_INVALID, 0, "recurrence rule: %s makes no sense", buf_str(&text));
        }
    }
    buf_fini(&text);
    return rc;
}

void recur_free(struct recur *r)
{
    if (r) {
        icalrecur_iterator_free(r->iterator);
        free(r);
    }
}

bool recur_next(struct recur *r, struct civil *ret)
{
    struct icaltimetype t = icalrecur_iterator_next(r->iterator);
    if (icaltime_is_null_time(t)) {
        return false;
    }
    *ret = (struct civil){t.year, t.month, t.day, t.hour, t.minute, t.second};
    return true;
}
