/* A recurrence blob's pattern <-> a JSCalendar rule (mapping.md section 4.1). Where Outlook means
 * "the 30th, or the last day of a shorter month", the rule says it with the last of 28..30, which
 * every calendar program understands. */
#include "mapi/map/event.h"

#include <stdio.h>

#define INTERVAL_MAX 999
#define LAST_DAY     31
#define ALL_DAYS     0x7Fu

static const char *const DAYS[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};

static int day_index(const char *day)
{
    for (int i = 0; i < 7; i++) {
        if (str_eq(day, DAYS[i])) {
            return i;
        }
    }
    return -1;
}

/* ---- blob to rule ---- */

static struct json *n_day(int day, int nth)
{
    struct json *v = json_object();
    json_set_str(v, "@type", "NDay");
    json_set_str(v, "day", DAYS[day]);
    if (nth) {
        json_set_int(v, "nthOfPeriod", nth);
    }
    return v;
}

/* Monday first, as people and most programs list them. */
static struct json *n_days(uint32_t mask)
{
    struct json *list = json_array();
    for (int i = 1; i <= 7; i++) {
        if (mask & 1u << i % 7) {
            json_append(list, n_day(i % 7, 0));
        }
    }
    return list;
}

static struct json *numbers(int from, int to)
{
    struct json *list = json_array();
    for (int i = from; i <= to; i++) {
        json_append(list, json_int(i));
    }
    return list;
}

/* `length`: days of the one month a yearly rule is about; 0 for monthly rules, where months differ.
 */
static void show_month_day(struct json *rule, int day, int length, bool february)
{
    if (day >= LAST_DAY ? !length || length < LAST_DAY || february : february && day >= 29) {
        json_set(rule, "byMonthDay", numbers(-1, -1));
    } else if (length && day > length) {
        json_set(rule, "byMonthDay", numbers(length, length));
    } else if (!length && day > 28) {
        json_set(rule, "byMonthDay", numbers(28, day));
        json_set(rule, "bySetPosition", numbers(-1, -1));
    } else {
        json_set(rule, "byMonthDay", numbers(day, day));
    }
}

static enum rc show_month(const struct recur_blob *r, const struct civil *start, bool yearly,
    struct json *rule, struct err *err)
{
    if (r->pattern == RECUR_MONTH_NTH) {
        uint32_t mask = r->week_days & ALL_DAYS;
        if (!mask || r->nth < 1 || r->nth > RECUR_NTH_LAST) {
            return err_set(err, RC_INVALID, 0, "recurrence: no n-th weekday");
        }
        int nth = r->nth == RECUR_NTH_LAST ? -1 : (int)r->nth;
        if (mask & (mask - 1)) {
            json_set(rule, "byDay", n_days(mask));
            json_set(rule, "bySetPosition", numbers(nth, nth));
        } else {
            int day = 0;
            while (!(mask & 1u << day)) {
                day++;
            }
            struct json *list = json_array();
            json_append(list, n_day(day, nth));
            json_set(rule, "byDay", list);
        }
        return RC_OK;
    }
    int day = r->pattern == RECUR_MONTH_END ? LAST_DAY : (int)r->day_of_month;
    if (day < 1 || day > LAST_DAY) {
        return err_set(err, RC_INVALID, 0, "recurrence: day %d of the month", day);
    }
    int length = start->month == 2 ? 29 : date_month_length(start->year, start->month);
    show_month_day(rule, day, yearly ? length : 0, yearly && start->month == 2);
    return RC_OK;
}

static void show_week(const struct recur_blob *r, const struct civil *start, struct json *rule)
{
    uint32_t mask = r->week_days & ALL_DAYS;
    if (!mask) {
        mask = 1u << date_weekday(date_days(start->year, start->month, start->day));
    }
    json_set(rule, "byDay", n_days(mask));
    if (r->period > 1 && r->first_day_of_week < 7 &&
        r->first_day_of_week != 1) { /* Monday is the default */
        json_set_str(rule, "firstDayOfWeek", DAYS[r->first_day_of_week]);
    }
}

static void show_end(const struct recur_blob *r, const struct civil *start, struct json *rule)
{
    if (r->end_type == RECUR_END_COUNT && r->count) {
        json_set_int(rule, "count", r->count);
    } else if (r->end_type == RECUR_END_DATE && r->end_date != RECUR_NO_END_DATE) {
        struct civil end = civil_from_seconds(minutes1601_to_seconds(r->end_date));
        char text[CIVIL_TEXT_SIZE];
        end.hour = start->hour;
        end.minute = start->minute;
        end.second = start->second;
        civil_format_iso(&end, false, text);
        json_set_str(rule, "until", text);
    }
}

/* Calendars whose months and days are the Gregorian ones, whatever they call the year. */
static bool is_gregorian(unsigned calendar)
{
    return calendar <= 5 || calendar == 7 || (calendar >= 9 && calendar <= 12);
}

enum rc rule_from_blob(
    const struct recur_blob *r, const struct civil *start, struct json **ret, struct err *err)
{
    static const char *const CALENDARS[] = {
        [6] = "Hijri", [8] = "Hebrew", [14] = "Japanese lunar", [15] = "Chinese lunar"};
    if (!is_gregorian(r->calendar) || r->pattern >= RECUR_HIJRI_MONTH) {
        const char *name = r->calendar < ARRAY_LEN(CALENDARS) ? CALENDARS[r->calendar] : NULL;
        return err_set(
            err, RC_UNSUPPORTED, 0, "recurrence in the %s calendar", name ? name : "lunar");
    }
    bool daily = r->pattern == RECUR_DAY, weekly = r->pattern == RECUR_WEEK;
    bool yearly = !daily && !weekly && r->frequency == RECUR_YEARLY && r->period % 12 == 0;
    uint32_t interval = daily ? r->period / DAY_MINUTES : yearly ? r->period / 12 : r->period;
    if (interval < 1 || interval > 9999) {
        return err_set(err, RC_INVALID, 0, "recurrence: a period of %u", (unsigned)r->period);
    }
    CLEANUP(json_free) struct json *rule = json_object();
    json_set_str(rule, "@type", "RecurrenceRule");
    json_set_str(rule, "frequency",
        daily    ? "daily"
        : weekly ? "weekly"
        : yearly ? "yearly"
                 : "monthly");
    if (interval > 1) {
        json_set_int(rule, "interval", interval);
    }
    if (weekly) {
        show_week(r, start, rule);
    } else if (!daily) {
        if (yearly) {
            char month[4];
            snprintf(month, sizeof month, "%u", (unsigned)start->month & 15u);
            struct json *list = json_array();
            json_append(list, json_str(month));
            json_set(rule, "byMonth", list);
        }
        enum rc rc = show_month(r, start, yearly, rule, err);
        if (rc) {
            return rc;
        }
    }
    show_end(r, start, rule);
    *ret = TAKE(rule);
    return RC_OK;
}

/* ---- rule to blob ---- */

static enum rc cannot(struct err *err, const char *what)
{
    return err_set(err, RC_UNSUPPORTED, 0, "Outlook cannot express this recurrence: %s", what);
}

/* The days of "byDay" as a mask; *ret_nth is their common n, 0 if they have none. */
static enum rc want_days(const struct json *rule, uint32_t *ret_mask, int *ret_nth, struct err *err)
{
    *ret_mask = 0;
    *ret_nth = 0;
    for (const struct json *d = json_first(json_get(rule, "byDay")); d; d = json_next(d)) {
        int day = day_index(json_get_str(d, "day")), nth = (int)json_get_int(d, "nthOfPeriod", 0);
        if (day < 0) {
            return err_set(
                err, RC_INVALID, 0, "recurrence rule: byDay has something that is no weekday");
        }
        if (nth && json_count(json_get(rule, "byDay")) > 1) {
            return cannot(err, "several numbered weekdays");
        }
        *ret_mask |= 1u << day;
        *ret_nth = nth;
    }
    return RC_OK;
}

static enum rc want_nth(
    const struct json *rule, uint32_t mask, int nth, struct recur_blob *r, struct err *err)
{
    const struct json *positions = json_get(rule, "bySetPosition");
    if (!nth && json_count(positions) == 1) {
        nth = (int)json_int_value(json_at(positions, 0), 0);
    } else if (positions) {
        return cannot(err, "several weekdays of a month by their number");
    }
    if (json_get(rule, "byMonthDay")) {
        return cannot(err, "weekdays together with days of the month");
    }
    if (nth != -1 && (nth < 1 || nth > 4)) {
        return cannot(err, nth ? "a weekday counted other than first to fourth or last"
                               : "every such weekday of a month");
    }
    r->pattern = RECUR_MONTH_NTH;
    r->week_days = mask;
    r->nth = nth == -1 ? RECUR_NTH_LAST : (uint32_t)nth;
    return RC_OK;
}

/* "28..n, the last of them": day n, or the last of a shorter month. */
static int clipped_day(const struct json *list, const struct json *positions)
{
    int n = (int)json_count(list);
    if (n < 2 || n > 4 || json_count(positions) != 1 ||
        json_int_value(json_at(positions, 0), 0) != -1) {
        return 0;
    }
    for (int i = 0; i < n; i++) {
        if (json_int_value(json_at(list, (size_t)i), 0) != 28 + i) {
            return 0;
        }
    }
    return 27 + n;
}

/* `length`: as in show_month_day, 28 for February: a day that every such month has needs no
 * clipping. */
static enum rc want_month_day(const struct json *rule, const struct civil *start, int length,
    struct recur_blob *r, struct err *err)
{
    const struct json *list = json_get(rule, "byMonthDay"),
                      *positions = json_get(rule, "bySetPosition");
    bool backward = str_eq(json_get_str(rule, "skip"), "backward");
    int day = list ? (int)json_int_value(json_at(list, 0), 0) : start->day,
        clipped = clipped_day(list, positions);
    r->pattern = RECUR_MONTH;
    if (clipped) {
        r->day_of_month = (uint32_t)clipped;
        return RC_OK;
    }
    if (json_count(list) > 1 || positions) {
        return cannot(err, "several days of the month");
    }
    if (day == -1) {
        r->day_of_month = length && length != 28 ? (uint32_t)length : LAST_DAY;
        return RC_OK;
    }
    if (day < 1 || day > LAST_DAY) {
        return cannot(err, "days counted from the end of the month");
    }
    if (day > (length ? length : 28) && !backward) {
        return cannot(err, "a day that is left out in shorter months");
    }
    r->day_of_month = (uint32_t)day;
    return RC_OK;
}

static enum rc want_month(const struct json *rule, const struct civil *start, bool yearly,
    struct recur_blob *r, struct err *err)
{
    const struct json *months = json_get(rule, "byMonth");
    const char *month = json_str_value(json_at(months, 0));
    char own[16];
    uint32_t mask;
    int nth;
    snprintf(own, sizeof own, "%d", start->month);
    if (months && (!yearly || json_count(months) != 1 || !str_eq(month, own))) {
        return cannot(err, "months other than that of the start");
    }
    enum rc rc = want_days(rule, &mask, &nth, err);
    if (rc) {
        return rc;
    }
    if (mask) {
        return yearly && !months ? cannot(err, "a weekday of the year")
                                 : want_nth(rule, mask, nth, r, err);
    }
    int length = !yearly             ? 0
                 : start->month == 2 ? 28
                                     : date_month_length(start->year, start->month);
    return want_month_day(rule, start, length, r, err);
}

static enum rc want_week(
    const struct json *rule, const struct civil *start, struct recur_blob *r, struct err *err)
{
    int nth;
    enum rc rc = want_days(rule, &r->week_days, &nth, err);
    if (rc) {
        return rc;
    }
    if (nth || json_get(rule, "byMonthDay") || json_get(rule, "byMonth") ||
        json_get(rule, "bySetPosition")) {
        return cannot(err, "a weekly rule with more than weekdays");
    }
    if (!r->week_days) {
        r->week_days = 1u << date_weekday(date_days(start->year, start->month, start->day));
    }
    const char *first = json_get_str(rule, "firstDayOfWeek");
    int day = day_index(first);
    r->pattern = RECUR_WEEK;
    r->first_day_of_week = day >= 0 ? (uint32_t)day : r->period > 1 ? 1 : 0;
    return RC_OK;
}

/* Where in its period the series starts, counted from 1601-01-01, a Monday ([MS-OXOCAL]
 * section 2.2.1.44.1, FirstDateTime). */
static uint32_t first_date_time(const struct recur_blob *r, const struct civil *start)
{
    int64_t day = date_days(start->year, start->month, start->day) - date_days(1601, 1, 1);
    if (r->pattern == RECUR_DAY) {
        return (uint32_t)(day * DAY_MINUTES % r->period);
    }
    if (r->pattern == RECUR_WEEK) {
        int64_t weekday = (day + 1) % 7,
                week_start = day - (weekday - r->first_day_of_week + 7) % 7;
        return (uint32_t)(week_start * DAY_MINUTES % ((int64_t)r->period * 7 * DAY_MINUTES));
    }
    int64_t months = ((int64_t)start->year - 1601) * 12 + start->month - 1;
    int months_in = (int)(months % r->period);
    return (uint32_t)((date_days(1601 + months_in / 12, months_in % 12 + 1, 1) -
                          date_days(1601, 1, 1)) *
                      DAY_MINUTES);
}

enum rc rule_to_blob(
    const struct json *rule, const struct civil *start, struct recur_blob *r, struct err *err)
{
    static const struct {
        const char *member, *words;
    } OTHERS[] = {{"byYearDay", "days counted through the year"}, {"byWeekNo", "numbered weeks"},
        {"byHour", "several times a day"}, {"byMinute", "several times a day"},
        {"bySecond", "several times a day"}};
    const char *frequency = json_get_str(rule, "frequency"),
               *calendar = json_get_str(rule, "rscale");
    int64_t interval = json_get_int(rule, "interval", 1);
    for (size_t i = 0; i < ARRAY_LEN(OTHERS); i++) {
        if (json_get(rule, OTHERS[i].member)) {
            return cannot(err, OTHERS[i].words);
        }
    }
    if (interval < 1 || interval > INTERVAL_MAX || (calendar && !str_ieq(calendar, "gregorian"))) {
        return cannot(err, calendar ? "another calendar" : "too long a time between two of them");
    }
    bool daily = str_eq(frequency, "daily");
    if (daily && !json_get(rule, "byDay")) {
        if (json_get(rule, "byMonth") || json_get(rule, "byMonthDay") ||
            json_get(rule, "bySetPosition")) {
            return cannot(err, "a daily rule with more than an interval");
        }
        r->frequency = RECUR_DAILY;
        r->pattern = RECUR_DAY;
        r->period = (uint32_t)interval * DAY_MINUTES;
    } else if (str_eq(frequency, "weekly") || (daily && interval == 1)) {
        r->frequency = RECUR_WEEKLY;
        r->period = (uint32_t)interval;
        enum rc rc = want_week(rule, start, r, err);
        if (rc) {
            return rc;
        }
    } else if (str_eq(frequency, "monthly") || str_eq(frequency, "yearly")) {
        bool yearly = str_eq(frequency, "yearly");
        r->frequency = yearly ? RECUR_YEARLY : RECUR_MONTHLY;
        r->period = (uint32_t)interval * (yearly ? 12 : 1);
        enum rc rc = want_month(rule, start, yearly, r, err);
        if (rc) {
            return rc;
        }
    } else {
        return cannot(err, daily ? "weekdays every few days" : "several times a day");
    }
    r->first_date_time = first_date_time(r, start);
    return RC_OK;
}

/* ---- text ---- */

static const char *const DAY_NAMES[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

static void add_days(struct buf *b, uint32_t mask)
{
    const char *separator = "";
    for (int i = 1; i <= 7; i++) {
        if (mask & 1u << i % 7) {
            buf_addf(b, "%s%s", separator, DAY_NAMES[i % 7]);
            separator = ", ";
        }
    }
}

static void add_every(struct buf *b, uint32_t n, const char *unit)
{
    if (n == 1) {
        buf_addf(b, "every %s", unit);
    } else {
        buf_addf(b, "every %u %ss", (unsigned)n, unit);
    }
}

char *rule_text(const struct recur_blob *r, const struct civil *start)
{
    static const char *const NTH[] = {"", "first", "second", "third", "fourth", "last"};
    struct buf b = BUF_INIT(512);
    if (r->pattern == RECUR_WEEK && r->period == 1) {
        buf_adds(&b, "every ");
        add_days(&b, r->week_days);
    } else if (r->pattern == RECUR_WEEK) {
        add_every(&b, r->period, "week");
        buf_adds(&b, " on ");
        add_days(&b, r->week_days);
    } else if (r->pattern == RECUR_DAY) {
        add_every(&b, r->period / DAY_MINUTES, "day");
    } else {
        if (r->pattern == RECUR_MONTH_NTH) {
            buf_addf(&b, "the %s ", NTH[r->nth <= RECUR_NTH_LAST ? r->nth : 0]);
            add_days(&b, r->week_days);
        } else {
            buf_addf(&b, "day %u", (unsigned)r->day_of_month);
        }
        buf_adds(&b, " of ");
        bool yearly = r->frequency == RECUR_YEARLY;
        add_every(&b, yearly ? r->period / 12 : r->period, yearly ? "year" : "month");
        if (yearly) {
            buf_addf(&b, ", month %d", start->month);
        }
    }
    if (r->end_offset - r->start_offset < DAY_MINUTES) {
        buf_addf(&b, " from %u:%02u to %u:%02u", (unsigned)r->start_offset / 60,
            (unsigned)r->start_offset % 60, (unsigned)r->end_offset / 60 % 24,
            (unsigned)r->end_offset % 60);
    }
    return buf_take(&b);
}
