/* How a task recurs: PidLidTaskRecurrence, a bare pattern without exceptions ([MS-OXOTASK] section
 * 2.2.2.2.15).
 *
 * A recurring task of Outlook stands for its present occurrence: when that is done, Outlook puts a
 * completed copy aside and moves start and due date on, while the pattern still tells of the first
 * one. The document begins with the present occurrence, and so does a pattern we write. */
#include "mapi/map/task.h"

#include "client/item/recur.h"
#include "mapi/map/event.h"

#include <stdio.h>
#include <stdlib.h>

#define OCCURRENCES_MAX    10000
#define COUNT_WHEN_ENDLESS 10
#define ICON_TASK          1280 /* [MS-OXOTASK] section 2.2.2.1.2 */
#define ICON_RECURRING     1281
#define REGENERATE_MAX     999

static int64_t midnight(int64_t wall)
{
    return wall - (wall % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS;
}

/* ---- reading ---- */

/* How many occurrences are left from `start` on to the day the pattern ends; 0 if that cannot be
 * told. The count in the pattern is that of the whole series, done ones included. */
static uint32_t occurrences_left(
    const struct json *rule, const struct civil *start, const struct recur_blob *recur)
{
    CLEANUP(json_free) struct json *open = json_dup(rule);
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil c;
    uint32_t left = 0;
    json_remove(open, "count");
    if (recur->end_date == RECUR_NO_END_DATE || recur_new(open, start, &walk, NULL) != RC_OK) {
        return 0;
    }
    int64_t end = minutes1601_to_seconds(recur->end_date);
    while (left < OCCURRENCES_MAX && recur_next(walk, &c) && midnight(civil_seconds(&c)) <= end) {
        left++;
    }
    return left;
}

static enum rc show_rule(
    struct reader *r, const struct recur_blob *recur, const struct civil *start, struct err *err)
{
    struct json *rule;
    enum rc rc = rule_from_blob(recur, start, &rule, err);
    if (rc) {
        return rc;
    }
    uint32_t left = recur->end_type == RECUR_END_COUNT ? occurrences_left(rule, start, recur) : 0;
    if (left) {
        json_set_int(rule, "count", left);
    }
    struct json *rules = json_array();
    json_append(rules, rule);
    json_set(r->doc, "recurrenceRules", rules);
    return RC_OK;
}

static void show_regenerate(struct reader *r, const struct recur_blob *recur)
{
    bool daily = recur->frequency == RECUR_DAILY, weekly = recur->frequency == RECUR_WEEKLY;
    bool yearly = recur->frequency == RECUR_YEARLY && recur->period % 12 == 0;
    /* A period in minutes, as of days, is also what a weekly pattern without weekdays has. */
    uint32_t n = daily                                   ? recur->period / DAY_MINUTES
                 : weekly && recur->pattern == RECUR_DAY ? recur->period / (7 * DAY_MINUTES)
                 : yearly                                ? recur->period / 12
                                                         : recur->period;
    if (n >= 1 && n <= REGENERATE_MAX) {
        CLEANUP(mem_free)
        char *text = str_printf("P%u%c", (unsigned)n,
            daily    ? 'D'
            : weekly ? 'W'
            : yearly ? 'Y'
                     : 'M');
        json_set_str(r->doc, MEMBER_REGENERATE, text);
    }
}

enum rc task_recur_read(struct reader *r, const struct civil *date, struct err *err)
{
    size_t len;
    const unsigned char *data = props_binary(r->item, prop_name_of(P_TASK_RECURRENCE), &len);
    CLEANUP_FINI(recur_blob_fini) struct recur_blob recur = {0};
    if (!data || !get_int(r->item, P_TASK_RECURRING, 0)) {
        return RC_OK;
    }
    enum rc rc = blob_recur_read(data, len, true, &recur, err);
    if (rc) {
        return rc;
    }
    if (recur.sliding) {
        show_regenerate(r, &recur);
        return RC_OK;
    }
    struct civil first = civil_from_seconds(minutes1601_to_seconds(recur.start_date));
    return show_rule(r, &recur, date ? date : &first, err);
}

/* ---- writing ---- */

/* The last occurrence of a rule that ends. RC_UNSUPPORTED if `start` is none of them: Outlook would
 * show it all the same. */
static enum rc find_last(const struct json *rule, const struct civil *start, int64_t *ret_last,
    uint32_t *ret_count, struct err *err)
{
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil c;
    bool ends = json_get(rule, "count") || json_get(rule, "until");
    enum rc rc = recur_new(rule, start, &walk, err);
    if (rc) {
        return rc;
    }
    *ret_count = 0;
    while ((ends || !*ret_count) && recur_next(walk, &c)) {
        if (!*ret_count && civil_seconds(&c) != civil_seconds(start)) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "Outlook cannot express this recurrence: the task's own date is no occurrence of "
                "the rule");
        }
        if (++*ret_count > OCCURRENCES_MAX) {
            return err_set(
                err, RC_UNSUPPORTED, 0, "a task of more than %d occurrences", OCCURRENCES_MAX);
        }
        *ret_last = civil_seconds(&c);
    }
    return *ret_count ? RC_OK
                      : err_set(err, RC_UNSUPPORTED, 0,
                            "Outlook cannot express this recurrence: it has no occurrence");
}

static enum rc rule_pattern(
    const struct json *rule, const struct civil *start, struct recur_blob *recur, struct err *err)
{
    int64_t last = 0;
    uint32_t count = 0;
    enum rc rc = rule_to_blob(rule, start, recur, err);
    rc = rc ? rc : find_last(rule, start, &last, &count, err);
    if (rc) {
        return rc;
    }
    bool counted = json_get(rule, "count");
    bool ends = counted || json_get(rule, "until");
    recur->sliding = 0;
    recur->end_type = counted ? RECUR_END_COUNT : ends ? RECUR_END_DATE : RECUR_END_NEVER;
    recur->count = ends ? count : COUNT_WHEN_ENDLESS;
    recur->end_date = ends ? (uint32_t)minutes1601_from_seconds(midnight(last)) : RECUR_NO_END_DATE;
    return RC_OK;
}

/* "P3D", "P1W", "P2M", "P1Y" as a pattern that slides; one that ends after some times stays so. */
static enum rc regenerate_pattern(
    const char *text, const struct civil *start, struct recur_blob *recur, struct err *err)
{
    char *end = NULL, unit = 0;
    unsigned long n = text[0] == 'P' ? strtoul(text + 1, &end, 10) : 0;
    if (n >= 1 && n <= REGENERATE_MAX && end[0] && !end[1]) {
        unit = end[0];
    }
    bool was = recur->sliding;
    recur->sliding = 1;
    recur->first_date_time = 0;
    recur->pattern = unit == 'D' ? RECUR_DAY : unit == 'W' ? RECUR_WEEK : RECUR_MONTH;
    recur->week_days = 1u << date_weekday(date_days(start->year, start->month, start->day));
    recur->day_of_month = (uint32_t)start->day;
    switch (unit) {
    case 'D':
        recur->frequency = RECUR_DAILY;
        recur->period = (uint32_t)n * DAY_MINUTES;
        break;
    case 'W':
        recur->frequency = RECUR_WEEKLY;
        recur->period = (uint32_t)n;
        break;
    case 'M':
        recur->frequency = RECUR_MONTHLY;
        recur->period = (uint32_t)n;
        break;
    case 'Y':
        recur->frequency = RECUR_YEARLY;
        recur->period = (uint32_t)n * 12;
        break;
    default:
        return err_set(err, RC_UNSUPPORTED, 0,
            "Outlook cannot express that a task comes again after \"%.20s\"", text);
    }
    if (!was) {
        recur->end_type = RECUR_END_NEVER;
        recur->count = COUNT_WHEN_ENDLESS;
        recur->end_date = RECUR_NO_END_DATE;
    }
    return RC_OK;
}

static void forget_instances(struct recur_blob *recur)
{
    free(recur->deleted);
    free(recur->modified);
    recur->deleted = recur->modified = NULL;
    recur->deleted_count = recur->modified_count = 0; /* MUST be zero in tasks */
}

static void put_pattern(struct writer *w, const struct recur_blob *recur)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    blob_recur_write(recur, true, &b);
    put_binary(w, P_TASK_RECURRENCE, buf_str(&b), b.len);
    buf_fini(&b);
}

static void put_icon(struct writer *w, bool recurring)
{
    int64_t icon = final_int(w, P_ICON_INDEX, ICON_TASK);
    if (icon == ICON_TASK || icon == ICON_RECURRING) { /* others tell of assigned tasks */
        put_int(w, P_ICON_INDEX, recurring ? ICON_RECURRING : ICON_TASK);
    }
}

void task_recur_done(struct writer *w, bool done)
{
    if (json_get(w->want, "recurrenceRules") || json_get(w->want, MEMBER_REGENERATE)) {
        put_int(w, P_TASK_DEAD_OCCURRENCE, done);
    }
}

/* The date the task comes at: the pattern is about the start, else about the due date ([MS-OXOTASK]
 * section 3.1.4.6.2). */
static bool want_start(const struct writer *w, struct civil *ret)
{
    const char *start = json_get_str(w->want, "start"), *due = json_get_str(w->want, "due");
    return (start || due) && civil_parse_iso(start ? start : due, ret, NULL);
}

static bool is_open(const struct json *overrides, const struct civil *c)
{
    char key[CIVIL_TEXT_SIZE];
    civil_format_iso(c, false, key);
    const struct json *override = json_get(overrides, key);
    return !json_get_bool(override, "excluded", false) &&
           !str_eq(json_get_str(override, "progress"), "completed");
}

void task_recur_open(const struct writer *w, uint32_t *ret_done, int64_t *ret_days)
{
    const struct json *overrides = json_get(w->want, "recurrenceOverrides"),
                      *rules = json_get(w->want, "recurrenceRules");
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil start, c;
    uint32_t done = 0;
    *ret_done = 0;
    *ret_days = 0;
    if (!overrides || json_count(rules) != 1 || !want_start(w, &start) ||
        recur_new(json_at(rules, 0), &start, &walk, NULL) != RC_OK) {
        return;
    }
    while (done <= json_count(overrides) && recur_next(walk, &c)) {
        if (is_open(overrides, &c)) {
            *ret_done = done;
            *ret_days =
                (midnight(civil_seconds(&c)) - midnight(civil_seconds(&start))) / DAY_SECONDS;
            return;
        }
        done++;
    }
}

/* The rule as it goes on from the first open occurrence; caller owns. */
static struct json *rule_left(const struct writer *w, struct civil *start)
{
    struct json *rule = json_dup(json_at(json_get(w->want, "recurrenceRules"), 0));
    uint32_t done;
    int64_t days, count = json_get_int(rule, "count", 0);
    task_recur_open(w, &done, &days);
    *start = civil_from_seconds(civil_seconds(start) + days * DAY_SECONDS);
    if (count) {
        json_set_int(rule, "count", count - done);
    }
    return rule;
}

enum rc task_recur_write(struct writer *w, struct err *err)
{
    struct civil start;
    const struct json *rules = json_get(w->want, "recurrenceRules");
    const char *after = json_get_str(w->want, MEMBER_REGENERATE);
    size_t len;
    const unsigned char *data = props_binary(w->now, prop_name_of(P_TASK_RECURRENCE), &len);
    CLEANUP_FINI(recur_blob_fini) struct recur_blob recur = {0};
    if (!json_count(rules) && !after) {
        if (data) {
            put_int(w, P_TASK_RECURRING, false);
            put_removed(w, P_TASK_RECURRENCE);
            put_icon(w, false);
        }
        return RC_OK;
    }
    if (json_count(rules) > 1 || json_count(json_get(w->want, "excludedRecurrenceRules"))) {
        return err_set(err, RC_UNSUPPORTED, 0, "Outlook cannot express several recurrence rules");
    }
    if (!want_start(w, &start)) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "Outlook cannot express a recurring task that has neither start nor due date");
    }
    if (!data || blob_recur_read(data, len, true, &recur, NULL) != RC_OK) {
        recur_blob_fini(&recur);
        recur = (struct recur_blob){0};
        recur_blob_init(&recur);
    }
    forget_instances(&recur);
    CLEANUP(json_free) struct json *rule = rules ? rule_left(w, &start) : NULL;
    enum rc rc = rules ? rule_pattern(rule, &start, &recur, err)
                       : regenerate_pattern(after, &start, &recur, err);
    if (rc == RC_OK) {
        recur.start_date = (uint32_t)minutes1601_from_seconds(midnight(civil_seconds(&start)));
        put_pattern(w, &recur);
        put_int(w, P_TASK_RECURRING, true);
        put_icon(w, true);
        task_recur_done(w, str_eq(json_get_str(w->want, "progress"), "completed"));
    }
    return rc;
}
