/* Calendar arithmetic on the proleptic Gregorian calendar, and the texts dates and durations have
 * in the formats we speak. */
#include "client/base/date.h"

#include <stdio.h>
#include <string.h>

#define SECONDS_1601_TO_1970 INT64_C(11644473600)
#define DAY                  INT64_C(86400)

/* Days from civil date by counting eras of 400 years from 0000-03-01, so that leap days end a year.
 */
int64_t date_days(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *ret_year = (int)(yoe + era * 400 + (*ret_month <= 2));
}

int date_weekday(int64_t days)
{
    int64_t w = (days + 4) % 7; /* 1970-01-01 was a Thursday */
    return (int)(w < 0 ? w + 7 : w);
}

int date_month_length(int year, int month)
{
    static const int LENGTH[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month < 1 || month > 12 ? 0 : LENGTH[month - 1] + (month == 2 && leap);
}

bool civil_valid(const struct civil *c)
{
    return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= date_month_length(c->year, c->month) && c->hour >= 0 && c->hour < 24 &&
           c->minute >= 0 && c->minute < 60 && c->second >= 0 && c->second < 60;
}

int64_t civil_seconds(const struct civil *c)
{
    return date_days(c->year, c->month, c->day) * DAY + c->hour * 3600 + c->minute * 60 + c->second;
}

struct civil civil_from_seconds(int64_t seconds)
{
    int64_t days = seconds / DAY, rest = seconds % DAY;
    if (rest < 0) {
        rest += DAY;
        days--;
    }
    struct civil c;
    date_from_days(days, &c.year, &c.month, &c.day);
    c.hour = (int)(rest / 3600);
    c.minute = (int)(rest / 60 % 60);
    c.second = (int)(rest % 60);
    return c;
}

/* Reads exactly n digits. */
static bool digits(const char **s, int n, int *ret)
{
    int v = 0;
    for (int i = 0; i < n; i++, (*s)++) {
        if (**s < '0' || **s > '9') {
            return false;
        }
        v = v * 10 + (**s - '0');
    }
    *ret = v;
    return true;
}

static bool expect(const char **s, char c)
{
    if (**s != c) {
        return false;
    }
    (*s)++;
    return true;
}

/* Leap seconds (:60) are read as :59, as RFC 5545 section 3.3.12 allows. */
static bool finish(struct civil *c, struct civil *ret)
{
    if (c->second == 60) {
        c->second = 59;
    }
    if (!civil_valid(c)) {
        return false;
    }
    *ret = *c;
    return true;
}

bool civil_parse_iso(const char *s, struct civil *ret, bool *ret_utc)
{
    struct civil c = {0};
    if (!s || !digits(&s, 4, &c.year) || !expect(&s, '-') || !digits(&s, 2, &c.month) ||
        !expect(&s, '-') || !digits(&s, 2, &c.day) || !expect(&s, 'T') || !digits(&s, 2, &c.hour) ||
        !expect(&s, ':') || !digits(&s, 2, &c.minute) || !expect(&s, ':') ||
        !digits(&s, 2, &c.second)) {
        return false;
    }
    if (*s == '.') {
        s++;
        if (*s < '0' || *s > '9') {
            return false;
        }
        s += strspn(s, "0123456789");
    }
    bool utc = *s == 'Z';
    if (utc) {
        s++;
    }
    if (*s || !finish(&c, ret)) {
        return false;
    }
    if (ret_utc) {
        *ret_utc = utc;
    }
    return true;
}

bool civil_parse_basic(const char *s, struct civil *ret, bool *ret_utc, bool *ret_date_only)
{
    struct civil c = {0};
    if (!s || !digits(&s, 4, &c.year) || !digits(&s, 2, &c.month) || !digits(&s, 2, &c.day)) {
        return false;
    }
    bool date_only = !*s, utc = false;
    if (!date_only) {
        if (!expect(&s, 'T') || !digits(&s, 2, &c.hour) || !digits(&s, 2, &c.minute) ||
            !digits(&s, 2, &c.second)) {
            return false;
        }
        utc = *s == 'Z';
        if (utc) {
            s++;
        }
    }
    if (*s || !finish(&c, ret)) {
        return false;
    }
    if (ret_utc) {
        *ret_utc = utc;
    }
    if (ret_date_only) {
        *ret_date_only = date_only;
    }
    return true;
}

void civil_format_iso(const struct civil *c, bool utc, char out[CIVIL_TEXT_SIZE])
{
    snprintf(out, CIVIL_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u%s", (unsigned)c->year % 10000,
        (unsigned)c->month % 100, (unsigned)c->day % 100, (unsigned)c->hour % 100,
        (unsigned)c->minute % 100, (unsigned)c->second % 100, utc ? "Z" : "");
}

void civil_format_basic(const struct civil *c, bool utc, char out[CIVIL_TEXT_SIZE])
{
    snprintf(out, CIVIL_TEXT_SIZE, "%04u%02u%02uT%02u%02u%02u%s", (unsigned)c->year % 10000,
        (unsigned)c->month % 100, (unsigned)c->day % 100, (unsigned)c->hour % 100,
        (unsigned)c->minute % 100, (unsigned)c->second % 100, utc ? "Z" : "");
}

void civil_format_basic_date(const struct civil *c, char out[CIVIL_TEXT_SIZE])
{
    snprintf(out, CIVIL_TEXT_SIZE, "%04u%02u%02u", (unsigned)c->year % 10000,
        (unsigned)c->month % 100, (unsigned)c->day % 100);
}

/* Seconds of one duration unit in the date part (in_time false) or the time part; 0 = not a unit.
 */
static int64_t unit_seconds(char unit, bool in_time)
{
    switch (unit) {
    case 'W':
        return in_time ? 0 : 7 * DAY;
    case 'D':
        return in_time ? 0 : DAY;
    case 'H':
        return in_time ? 3600 : 0;
    case 'M':
        return in_time ? 60 : 0;
    case 'S':
        return in_time ? 1 : 0;
    default:
        return 0;
    }
}

bool duration_parse(const char *s, int64_t *ret_seconds)
{
    if (!s) {
        return false;
    }
    bool negative = *s == '-', in_time = false, any = false;
    if (*s == '-' || *s == '+') {
        s++;
    }
    if (!expect(&s, 'P')) {
        return false;
    }
    int64_t total = 0;
    while (*s) {
        if (*s == 'T' && !in_time) {
            in_time = true;
            s++;
            continue;
        }
        int64_t n = 0;
        int count = 0;
        for (; *s >= '0' && *s <= '9'; s++, count++) {
            n = n * 10 + (*s - '0');
            if (count > 9) {
                return false;
            }
        }
        int64_t unit = unit_seconds(*s, in_time);
        if (!count || !unit) {
            return false;
        }
        total += n * unit;
        any = true;
        s++;
    }
    if (!any) {
        return false;
    }
    *ret_seconds = negative ? -total : total;
    return true;
}

void duration_format(int64_t seconds, char out[DURATION_TEXT_SIZE])
{
    const char *sign = seconds < 0 ? "-" : "";
    int64_t n = seconds < 0 ? -seconds : seconds;
    long long days = n / DAY, h = n % DAY / 3600, m = n % 3600 / 60, s = n % 60;
    size_t at = (size_t)snprintf(out, DURATION_TEXT_SIZE, "%sP", sign);
    if (days) {
        at += (size_t)snprintf(out + at, DURATION_TEXT_SIZE - at, "%lldD", days);
    }
    if (n % DAY || !n) {
        at += (size_t)snprintf(out + at, DURATION_TEXT_SIZE - at, "T");
    }
    if (h) {
        at += (size_t)snprintf(out + at, DURATION_TEXT_SIZE - at, "%lldH", h);
    }
    if (m) {
        at += (size_t)snprintf(out + at, DURATION_TEXT_SIZE - at, "%lldM", m);
    }
    if (s || !n) {
        snprintf(out + at, DURATION_TEXT_SIZE - at, "%lldS", s);
    }
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t filetime_from_seconds(int64_t unix_seconds)
{
    return (unix_seconds + SECONDS_1601_TO_1970) * 10000000;
}

int64_t filetime_to_seconds(int64_t filetime)
{
    return floor_div(filetime, 10000000) - SECONDS_1601_TO_1970;
}

int64_t minutes1601_from_seconds(int64_t seconds)
{
    return floor_div(seconds + SECONDS_1601_TO_1970, 60);
}

int64_t minutes1601_to_seconds(int64_t minutes)
{
    return minutes * 60 - SECONDS_1601_TO_1970;
}
