/* What Outlook shows of a series is what its rule says: generated rules of every kind that Outlook
 * has go into a document, through the map into a blob, and the blob is expanded here by [MS-OXOCAL]
 * section 2.2.1.44.1 alone; libical expands the rule of the document and the rule that the blob
 * reads as. All three must give the same days over 20 years. expansion N [SEED] for more. */
#include "client/base/buf.h"
#include "client/item/recur.h"
#include "mapi/map/event.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdio.h>
#include <string.h>

#define YEARS    20
#define DAYS_MAX (YEARS * 366 + 2)

static const struct map_env ENV = {"Europe/Berlin", 1700000000, NULL};

struct random {
    uint64_t state;
};

static unsigned pick(struct random *r, unsigned n)
{
    r->state = r->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(r->state >> 33) % n;
}

struct days {
    int64_t at[DAYS_MAX]; /* days since 1970 */
    size_t count;
};

/* ---- a rule ---- */

static const char *const DAYS[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};

static void add_number(struct json *rule, const char *member, int number)
{
    struct json *list = json_get(rule, member);
    if (!list) {
        json_set(rule, member, json_array());
        list = json_get(rule, member);
    }
    json_append(list, json_int(number));
}

static void add_day(struct json *rule, unsigned day, int nth)
{
    struct json *list = json_get(rule, "byDay"), *v = json_object();
    if (!list) {
        json_set(rule, "byDay", json_array());
        list = json_get(rule, "byDay");
    }
    json_set_str(v, "@type", "NDay");
    json_set_str(v, "day", DAYS[day]);
    if (nth) {
        json_set_int(v, "nthOfPeriod", nth);
    }
    json_append(list, v);
}

static void add_days(struct random *r, struct json *rule)
{
    unsigned mask = pick(r, 127) + 1;
    for (unsigned i = 0; i < 7; i++) {
        if (mask & 1u << i) {
            add_day(rule, i, 0);
        }
    }
}

/* Days of a month: the first 28, the last one, or one that shorter months have as their last. */
static void add_month_day(struct random *r, struct json *rule)
{
    unsigned day = pick(r, 32);
    if (day == 0) {
        add_number(rule, "byMonthDay", -1);
    } else if (day <= 28) {
        add_number(rule, "byMonthDay", (int)day);
    } else if (day == 31) {
        add_number(rule, "byMonthDay", -1);
    } else {
        for (int d = 28; d <= (int)day; d++) {
            add_number(rule, "byMonthDay", d);
        }
        add_number(rule, "bySetPosition", -1);
    }
}

static void add_nth(struct random *r, struct json *rule)
{
    static const int NTH[] = {1, 2, 3, 4, -1};
    int nth = NTH[pick(r, 5)];
    if (pick(r, 2)) {
        add_day(rule, pick(r, 7), nth);
    } else {
        add_days(r, rule);
        add_number(rule, "bySetPosition", nth);
    }
}

static struct json *make_rule(struct random *r)
{
    static const char *const FREQUENCIES[] = {
        "daily", "weekly", "monthly", "monthly", "yearly", "yearly"};
    unsigned kind = pick(r, 6);
    struct json *rule = json_object();
    unsigned interval = pick(r, 3) ? 1 : pick(r, kind < 4 ? 14 : 4) + 1;
    json_set_str(rule, "@type", "RecurrenceRule");
    json_set_str(rule, "frequency", FREQUENCIES[kind]);
    if (interval > 1) {
        json_set_int(rule, "interval", interval);
    }
    if (kind == 1) {
        add_days(r, rule);
        if (pick(r, 2)) {
            json_set_str(rule, "firstDayOfWeek", DAYS[pick(r, 7)]);
        }
    } else if (kind > 1) {
        if (kind >= 4) {
            struct json *months = json_array();
            CLEANUP(mem_free) char *month = str_printf("%u", pick(r, 12) + 1);
            json_append(months, json_str(month));
            json_set(rule, "byMonth", months);
        }
        if (kind % 2) {
            add_nth(r, rule);
        } else {
            add_month_day(r, rule);
        }
    }
    return rule;
}

/* ---- libical ---- */

static bool walk(const struct json *rule, const struct civil *start, size_t max, struct days *ret)
{
    CLEANUP(recur_free) struct recur *w = NULL;
    struct civil c;
    int64_t first = date_days(start->year, start->month, start->day);
    ret->count = 0;
    if (recur_new(rule, start, &w, NULL) != RC_OK) {
        return false;
    }
    while (ret->count < max && recur_next(w, &c)) {
        int64_t day = date_days(c.year, c.month, c.day);
        if (day > first + (int64_t)YEARS * 366) {
            break;
        }
        ret->at[ret->count++] = day;
    }
    return true;
}

/* ---- the blob, by the specification ---- */

static bool on_nth(const struct recur_blob *b, int y, int m, int d, int64_t day)
{
    int length = date_month_length(y, m), hits = 0;
    if (!(b->week_days & 1u << date_weekday(day))) {
        return false;
    }
    if (b->nth == 5) {
        for (int i = d + 1; i <= length; i++) {
            if (b->week_days & 1u << date_weekday(day + i - d)) {
                return false;
            }
        }
        return true;
    }
    for (int i = 1; i <= d; i++) {
        hits += (b->week_days & 1u << date_weekday(day + i - d)) != 0;
    }
    return hits == (int)b->nth;
}

/* Is `day` a day of the pattern, counted from 1601-01-01 and FirstDateTime on, not from the start? */
static bool on_pattern(const struct recur_blob *b, int64_t day)
{
    int64_t epoch = date_days(1601, 1, 1), since = day - epoch;
    int y, m, d;
    if (b->pattern == RECUR_DAY) {
        return (since * 1440 - b->first_date_time) % b->period == 0;
    }
    if (b->pattern == RECUR_WEEK) {
        int64_t weekday = date_weekday(day),
                week = since - (weekday - b->first_day_of_week + 7) % 7;
        return (b->week_days & 1u << weekday) != 0 &&
               (week * 1440 - b->first_date_time) % ((int64_t)b->period * 7 * 1440) == 0;
    }
    date_from_days(day, &y, &m, &d);
    int first_y, first_m, first_d;
    date_from_days(epoch + b->first_date_time / 1440, &first_y, &first_m, &first_d);
    int months = (y - first_y) * 12 + m - first_m, length = date_month_length(y, m);
    if (months % (int)b->period) {
        return false;
    }
    if (b->pattern == RECUR_MONTH) {
        int wanted = (int)b->day_of_month;
        return d == (wanted < length ? wanted : length);
    }
    return b->pattern == RECUR_MONTH_NTH ? on_nth(b, y, m, d, day) : d == length;
}

static void expand_blob(const struct recur_blob *b, struct days *ret)
{
    int64_t epoch = date_days(1601, 1, 1), start = epoch + b->start_date / 1440;
    int64_t end = epoch + b->end_date / 1440, last = start + (int64_t)YEARS * 366;
    bool ends = b->end_type != RECUR_END_NEVER;
    ret->count = 0;
    for (int64_t day = start; day <= last && !(ends && day > end); day++) {
        if (b->end_type == RECUR_END_COUNT && ret->count == b->count) {
            break;
        }
        if (on_pattern(b, day)) {
            ret->at[ret->count++] = day;
        }
    }
}

/* ---- one series ---- */

static void add_end(struct random *r, struct json *rule, const struct civil *start)
{
    unsigned kind = pick(r, 3);
    if (kind == 0) {
        json_set_int(rule, "count", pick(r, 60) + 1);
    } else if (kind == 1) {
        struct civil end =
            civil_from_seconds(civil_seconds(start) + (int64_t)(pick(r, 3000)) * 86400 +
                               (int)pick(r, 3) * 3600 - 3600);
        char text[CIVIL_TEXT_SIZE];
        if (civil_seconds(&end) < civil_seconds(start)) {
            end = *start;
        }
        civil_format_iso(&end, false, text);
        json_set_str(rule, "until", text);
    }
}

static struct json *make_series(struct random *r, struct civil *ret_start)
{
    struct json *rule = make_rule(r), *doc = json_object(), *rules = json_array();
    struct civil any = civil_from_seconds(
        ((int64_t)date_days(1990, 1, 1) + pick(r, 20000)) * 86400 + (int64_t)pick(r, 96) * 900);
    struct days first;
    char text[CIVIL_TEXT_SIZE];
    if (!walk(rule, &any, 1, &first) || !first.count) {
        json_free(rule);
        json_free(doc);
        json_free(rules);
        return NULL;
    }
    *ret_start = any;
    date_from_days(first.at[0], &ret_start->year, &ret_start->month, &ret_start->day);
    add_end(r, rule, ret_start);
    civil_format_iso(ret_start, false, text);
    json_set_str(doc, "@type", "Event");
    json_set_str(doc, "title", "S");
    json_set_str(doc, "start", text);
    json_set_str(doc, "timeZone", "Europe/Berlin");
    json_set_str(doc, "duration", "PT1H");
    json_append(rules, rule);
    json_set(doc, "recurrenceRules", rules);
    return doc;
}

static void compare(struct check *c, const char *what, const struct days *got,
    const struct days *want, const struct json *doc)
{
    size_t i = 0;
    while (i < got->count && i < want->count && got->at[i] == want->at[i]) {
        i++;
    }
    if (i < got->count || i < want->count) {
        CLEANUP(mem_free) char *text = json_print(doc);
        int y = 0, m = 0, d = 0;
        date_from_days(i < want->count ? want->at[i] : got->at[i], &y, &m, &d);
        check_fail(c, "%s: %zu days, want %zu, first at %04d-%02d-%02d: %s", what, got->count,
            want->count, y, m, d, text);
    }
}

static void check_series(struct check *c, struct random *r, struct days days[3])
{
    struct civil start;
    CLEANUP(json_free) struct json *doc = make_series(r, &start), *back = NULL;
    struct map_change change = {0};
    struct props none = {0};
    struct recur_blob blob = {0};
    struct err err = ERR_INIT;
    if (!doc) {
        return;
    }
    const struct json *rule = json_at(json_get(doc, "recurrenceRules"), 0);
    check_true(c, walk(rule, &start, DAYS_MAX, &days[0]));
    enum rc rc = map_write(ITEM_EVENT, &none, doc, &ENV, &change, &err);
    check_ok(c, rc, &err);
    if (rc == RC_OK) {
        check_ok(c, event_recur_get(&change.set, &blob, &err), &err);
        expand_blob(&blob, &days[1]);
        compare(c, "the blob", &days[1], &days[0], doc);
        check_ok(c, rule_from_blob(&blob, &start, &back, &err), &err);
        check_true(c, walk(back, &start, DAYS_MAX, &days[2]));
        compare(c, "the rule read back", &days[2], &days[0], doc);
        if (blob.end_type != RECUR_END_NEVER && days[0].count && blob.end_type == RECUR_END_COUNT &&
            days[0].count == blob.count) {
            check_int(
                c, blob.end_date / 1440, days[0].at[days[0].count - 1] - date_days(1601, 1, 1));
        }
    }
    recur_blob_fini(&blob);
    map_change_fini(&change);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    bool numbered = argc > 1 && *argv[1] && strspn(argv[1], "0123456789") == strlen(argv[1]);
    unsigned long count = numbered ? strtoul(argv[1], NULL, 10) : 2000;
    struct random r = {numbered && argc > 2 ? strtoull(argv[2], NULL, 10) : 1};
    struct days *days = mem_alloc(3 * sizeof *days);
    check_init(&c, numbered ? 1 : argc, argv);
    if (check_case(&c, "map/expansion/generated")) {
        for (unsigned long i = 0; i < count && c.failed < 10; i++) {
            check_series(&c, &r, days);
        }
    }
    free(days);
    return check_end(&c);
}
