/* Tasks. Start, due and completion are local dates stored as if they were UTC (mapping trap 1b);
 * only the Common copies are true UTC. */
#include "mapi/map/task.h"

#include "client/base/zone.h"
#include "client/item/doc.h"
#include "mapi/map/event.h"

#include <math.h>

enum task_status { TASK_NOT_STARTED, TASK_IN_PROGRESS, TASK_DONE, TASK_WAITING, TASK_DEFERRED };
#define MEMBER_STATUS DOC_EXT "taskStatus" /* for the two states JSCalendar has no word for */
#define WAITING       "waiting"
#define DEFERRED      "deferred"
#define MEMBER_ACTUAL DOC_EXT "actualEffort"
#define EFFORT_MAX    (1000000)

static const struct zone_rule *user_rule(const struct map_env *env)
{
    const struct zone *zone = zone_by_tzid(env->zone);
    return &(zone ? zone : zone_by_iana("Etc/UTC"))->rule;
}

static int64_t floor_day(int64_t seconds)
{
    int64_t rest = seconds % DAY_SECONDS;
    return seconds - (rest < 0 ? rest + DAY_SECONDS : rest);
}

/* ---- start and due date ---- */

static bool date_of(const struct props *item, enum prop_key key, int64_t *ret_wall)
{
    int64_t filetime = get_int(item, key, 0);
    if (!is_date(filetime)) {
        return false;
    }
    *ret_wall = floor_day(filetime_to_seconds(filetime));
    return true;
}

static bool show_date(struct reader *r, enum prop_key key, const char *member)
{
    int64_t wall;
    if (!date_of(r->item, key, &wall)) {
        return false;
    }
    char text[CIVIL_TEXT_SIZE];
    struct civil c = civil_from_seconds(wall);
    civil_format_iso(&c, false, text);
    json_set_str(r->doc, member, text);
    return true;
}

static enum rc dates_read(struct reader *r, struct err *err)
{
    bool start = show_date(r, P_TASK_START, "start"), due = show_date(r, P_TASK_DUE, "due");
    if (start || due) {
        json_set_bool(r->doc, "showWithoutTime", true);
    }
    int64_t wall;
    bool dated = date_of(r->item, start ? P_TASK_START : P_TASK_DUE, &wall);
    struct civil date = civil_from_seconds(dated ? wall : 0);
    return task_recur_read(r, dated ? &date : NULL, err);
}

static bool recurs(const struct writer *w)
{
    return json_get(w->want, "recurrenceRules") || json_get(w->want, MEMBER_REGENERATE);
}

/* The date wanted, as seconds of its midnight: a time in a zone counts as the date it has for the
 * user, unless the task recurs by rules about the days of its own zone. */
static enum rc want_date(
    const struct writer *w, const char *member, bool *ret_there, int64_t *ret_wall, struct err *err)
{
    const char *text = json_get_str(w->want, member),
               *zone_name = json_get_str(w->want, "timeZone");
    struct civil c;
    *ret_there = text != NULL;
    if (!text) {
        return RC_OK;
    }
    if (!civil_parse_iso(text, &c, NULL) || c.year < 1602 || c.year >= 4500) {
        return err_set(err, RC_INVALID, 0, "task: %s %s is no date Outlook can hold", member, text);
    }
    int64_t wall = civil_seconds(&c);
    const struct zone *zone = zone_name ? zone_by_tzid(zone_name) : NULL;
    if (zone && !recurs(w) && !json_get_bool(w->want, "showWithoutTime", false)) {
        wall = zone_to_wall(user_rule(w->env), zone_utc(zone, wall));
    }
    *ret_wall = floor_day(wall);
    return RC_OK;
}

static void put_date(
    struct writer *w, enum prop_key local, enum prop_key utc, bool there, int64_t wall)
{
    if (there) {
        put_int(w, local, filetime_from_seconds(wall));
        put_int(w, utc, filetime_from_seconds(zone_to_utc(user_rule(w->env), wall)));
        return;
    }
    const enum prop_key keys[] = {local, utc};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (is_date(get_int(w->now, keys[i], 0))) {
            put_removed(w, keys[i]);
        }
    }
}

static bool any_changed(const struct writer *w, const char *const *members, size_t count)
{
    bool changed = w->is_new;
    for (size_t i = 0; i < count; i++) {
        changed = changed || member_changed(w, members[i]);
    }
    return changed;
}

static enum rc dates_write(struct writer *w, struct err *err)
{
    static const char *const DATES[] = {"start", "due", "recurrenceOverrides"};
    static const char *const RULES[] = {"recurrenceRules", MEMBER_REGENERATE};
    bool has_start, has_due, moved = any_changed(w, DATES, ARRAY_LEN(DATES));
    int64_t start = 0, due = 0, days;
    uint32_t done;
    enum rc rc = want_date(w, "start", &has_start, &start, err);
    rc = rc ? rc : want_date(w, "due", &has_due, &due, err);
    if (rc) {
        return rc;
    }
    task_recur_open(w, &done, &days);
    if (moved) {
        bool lone =
            has_start && !has_due; /* [MS-OXOTASK] section 2.2.2.2.4: no start without due */
        start += days * DAY_SECONDS;
        due = lone ? start : due + days * DAY_SECONDS;
        put_date(w, P_TASK_START, P_COMMON_START, has_start, start);
        put_date(w, P_TASK_DUE, P_COMMON_END, has_due || lone, due);
    }
    return moved || any_changed(w, RULES, ARRAY_LEN(RULES)) ? task_recur_write(w, err) : RC_OK;
}

/* ---- progress: status, percent, complete and date completed say one thing ---- */

static enum rc progress_read(struct reader *r, struct err *err)
{
    (void)err;
    int64_t status = get_int(r->item, P_TASK_STATUS, TASK_NOT_STARTED), wall;
    if (get_int(r->item, P_TASK_COMPLETE, 0)) {
        status = TASK_DONE;
    }
    static const char *const WORDS[] = {NULL, "in-process", "completed", "in-process", NULL};
    if (status >= 0 && status < (int64_t)ARRAY_LEN(WORDS)) {
        json_set_str(r->doc, "progress", WORDS[status]);
    }
    json_set_str(r->doc, MEMBER_STATUS,
        status == TASK_WAITING    ? WAITING
        : status == TASK_DEFERRED ? DEFERRED
                                  : NULL);
    double part =
        status == TASK_DONE ? 1 : props_double(r->item, prop_name_of(P_PERCENT_COMPLETE), 0);
    if (part >= 0.005 && part <= 1) {
        json_set_int(
            r->doc, "percentComplete", (int64_t)floor(part * 100 + 0.5)); /* 0.29 is 28.999... */
    }
    if (status == TASK_DONE && date_of(r->item, P_TASK_DATE_COMPLETED, &wall)) {
        char text[CIVIL_TEXT_SIZE];
        struct civil c = civil_from_seconds(wall);
        civil_format_iso(&c, true, text);
        json_set_str(r->doc, "progressUpdated", text);
    }
    return RC_OK;
}

/* The local date of completion; an instant at UTC midnight is taken for a date, as we read it. */
static int64_t completed_on(const struct writer *w)
{
    const char *text = json_get_str(w->want, "progressUpdated");
    struct civil c;
    int64_t instant = text && civil_parse_iso(text, &c, NULL) ? civil_seconds(&c) : w->env->now;
    return text && instant % DAY_SECONDS == 0 ? instant
                                              : floor_day(zone_to_wall(user_rule(w->env), instant));
}

static enum task_status wanted_status(const struct writer *w)
{
    const char *progress = json_get_str(w->want, "progress"),
               *more = json_get_str(w->want, MEMBER_STATUS);
    if (str_eq(progress, "completed") ||
        (!progress && json_get_int(w->want, "percentComplete", 0) >= 100)) {
        return TASK_DONE;
    }
    if (str_eq(progress, "in-process")) {
        return str_eq(more, WAITING) ? TASK_WAITING : TASK_IN_PROGRESS;
    }
    bool given_up = str_eq(progress, "cancelled") || str_eq(progress, "failed");
    return given_up || str_eq(more, DEFERRED) ? TASK_DEFERRED : TASK_NOT_STARTED;
}

static enum rc progress_write(struct writer *w, struct err *err)
{
    (void)err;
    enum task_status status = wanted_status(w);
    bool done = status == TASK_DONE;
    int64_t percent = json_get_int(w->want, "percentComplete", 0);
    percent = done           ? 100
              : percent < 0  ? 0
              : percent > 99 ? 99
                             : percent; /* 100 would complete it */
    put_int(w, P_TASK_STATUS, status);
    put_double(w, P_PERCENT_COMPLETE, (double)percent / 100);
    put_int(w, P_TASK_COMPLETE, done);
    bool dated = json_get(w->want, "progressUpdated") ||
                 !w->is_new; /* no date is made up for what was done long ago */
    if (done && dated) {
        put_int(w, P_TASK_DATE_COMPLETED, filetime_from_seconds(completed_on(w)));
    } else if (!done && is_date(get_int(w->now, P_TASK_DATE_COMPLETED, 0))) {
        put_removed(w, P_TASK_DATE_COMPLETED);
    }
    task_recur_done(w, done);
    return RC_OK;
}

/* ---- effort, estimated and actual, in minutes ---- */

static const struct effort {
    const char *member;
    enum prop_key key;
} EFFORTS[] = {
    {"estimatedDuration", P_TASK_ESTIMATED_EFFORT}, {MEMBER_ACTUAL, P_TASK_ACTUAL_EFFORT}};

static enum rc effort_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(EFFORTS); i++) {
        int64_t minutes = get_int(r->item, EFFORTS[i].key, 0);
        if (minutes > 0 && minutes < EFFORT_MAX) {
            char text[DURATION_TEXT_SIZE];
            duration_format(minutes * 60, text);
            json_set_str(r->doc, EFFORTS[i].member, text);
        }
    }
    return RC_OK;
}

static int64_t want_minutes(const struct writer *w, const char *member)
{
    int64_t seconds = 0;
    const char *text = json_get_str(w->want, member);
    bool fits = text && duration_parse(text, &seconds) && seconds >= 0;
    return fits && seconds / 60 < EFFORT_MAX ? seconds / 60 : 0;
}

static enum rc effort_write(struct writer *w, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(EFFORTS); i++) {
        if (w->is_new || member_changed(w, EFFORTS[i].member)) {
            put_int(w, EFFORTS[i].key, want_minutes(w, EFFORTS[i].member));
        }
    }
    return RC_OK;
}

/* ---- reminder: an absolute time ---- */

static enum rc alerts_read(struct reader *r, struct err *err)
{
    (void)err;
    int64_t when = get_int(r->item, P_REMINDER_TIME, 0);
    if (get_int(r->item, P_REMINDER_SET, 0) && is_date(when)) {
        char text[CIVIL_TEXT_SIZE];
        struct civil c = civil_from_seconds(filetime_to_seconds(when));
        civil_format_iso(&c, true, text);
        struct json *alert = json_need_object(json_need_object(r->doc, "alerts"), "a1");
        json_set_str(alert, "@type", "Alert");
        struct json *trigger = json_need_object(alert, "trigger");
        json_set_str(trigger, "@type", "AbsoluteTrigger");
        json_set_str(trigger, "when", text);
    }
    return RC_OK;
}

/* An offset counts from the due date (RFC 8984 section 4.5.2: "end" of a task), else from the
 * start. */
static bool alert_time(const struct writer *w, const struct json *alert, int64_t *ret_utc)
{
    const struct json *trigger = json_get(alert, "trigger");
    const char *when = json_get_str(trigger, "when"), *offset = json_get_str(trigger, "offset");
    struct civil c;
    int64_t seconds, wall = 0;
    bool there = false;
    if (str_eq(json_get_str(alert, "action"), "email")) {
        return false;
    }
    if (when && civil_parse_iso(when, &c, NULL)) {
        *ret_utc = civil_seconds(&c);
        return true;
    }
    bool from_end =
        str_eq(json_get_str(trigger, "relativeTo"), "end") || !json_get(w->want, "start");
    if (!offset || !duration_parse(offset, &seconds) ||
        want_date(w, from_end ? "due" : "start", &there, &wall, NULL) != RC_OK || !there) {
        return false;
    }
    *ret_utc = zone_to_utc(user_rule(w->env), wall) + seconds;
    return true;
}

static enum rc alerts_write(struct writer *w, struct err *err)
{
    (void)err;
    const struct json *alerts = json_get(w->want, "alerts");
    const struct json *same =
        json_get(json_get(w->base, "alerts"), "a1") ? json_get(alerts, "a1") : NULL;
    int64_t when = 0;
    bool set = same && alert_time(w, same, &when);
    for (const struct json *a = json_first(alerts); a && !set; a = json_next(a)) {
        set = alert_time(w, a, &when);
    }
    put_int(w, P_REMINDER_SET, set);
    if (set) {
        put_int(w, P_REMINDER_TIME, filetime_from_seconds(when));
        put_int(
            w, P_REMINDER_SIGNAL_TIME, when > w->env->now ? filetime_from_seconds(when) : NO_DATE);
    } else if (!w->is_new) {
        put_int(w, P_REMINDER_SIGNAL_TIME, NO_DATE);
    }
    return RC_OK;
}

/* ---- what every task of Outlook has ---- */

static enum rc new_write(struct writer *w, struct err *err)
{
    (void)err;
    static const struct fixed ROWS[] = {{P_ICON_INDEX, 1280}, {P_SIDE_EFFECTS, 272},
        {P_REMINDER_DELTA, 0}, {P_TASK_RECURRING, 0}, {P_TASK_ACTUAL_EFFORT, 0}, {P_TASK_STATE, 1},
        {P_TASK_OWNERSHIP, 0}, {P_TASK_ACCEPTANCE_STATE, 0}, {P_TASK_VERSION, 1},
        {P_TASK_FIX_OFFLINE, 0}, {P_TASK_NO_COMPUTE, 0}, {P_TEAM_TASK, 0},
        {P_TASK_DEAD_OCCURRENCE, 0}, {P_AGING_DONT_AGE_ME, 0}, {P_TASK_MODE, 0}};
    if (w->is_new) {
        put_fixed(w, ROWS, ARRAY_LEN(ROWS));
    }
    return RC_OK;
}

const struct section task_sections[] = {
    {{NULL}, NULL, new_write}, /* first: what the others put counts instead */
    {{"uid"}, own_uid_read, own_uid_write},
    {{"updated"}, times_read, NULL},
    {{"title"}, title_read, title_write},
    {{"start", "due", "showWithoutTime", "recurrenceRules", "recurrenceOverrides",
         MEMBER_REGENERATE},
        dates_read, dates_write},
    {{"progress", "percentComplete", "progressUpdated", MEMBER_STATUS}, progress_read,
        progress_write},
    {{"estimatedDuration", MEMBER_ACTUAL}, effort_read, effort_write},
    {{"alerts"}, alerts_read, alerts_write},
    {{"description", DOC_STYLED}, styled_read, styled_write},
    {{"keywords"}, keywords_read, keywords_write},
    {{"privacy"}, privacy_read, privacy_write},
    {{"priority"}, priority_read, priority_write},
    {{MEMBER_BILLING, MEMBER_MILEAGE}, accounting_read, accounting_write},
    {{"links"}, files_read, files_write},
    {{NULL}, NULL, NULL},
};
