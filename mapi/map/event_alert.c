/* The one reminder of an appointment (mapping trap 10). Alerts beyond the one Outlook can hold stay
 * on the other side. */
#include "mapi/map/event.h"

#include "client/item/recur.h"

#define DELTA_DEFAULT           0x5AE980E1 /* [MS-OXORMDR] section 2.2.1.3: use the client's default */
#define MINUTES_DEFAULT         15
#define MINUTES_DEFAULT_ALL_DAY (18 * 60)
#define MINUTES_MAX             (10 * 366 * 1440)
#define OCCURRENCES_MAX         20000

int64_t event_reminder_minutes(int64_t delta, bool all_day)
{
    if (delta == DELTA_DEFAULT || delta < 0 || delta > MINUTES_MAX) {
        return all_day ? MINUTES_DEFAULT_ALL_DAY : MINUTES_DEFAULT;
    }
    return delta;
}

struct json *event_alert(int64_t minutes)
{
    char text[DURATION_TEXT_SIZE];
    struct json *alert = json_object(), *trigger = json_need_object(alert, "trigger");
    duration_format(-minutes * 60, text);
    json_set_str(alert, "@type", "Alert");
    json_set_str(trigger, "@type", "OffsetTrigger");
    json_set_str(trigger, "offset", text);
    return alert;
}

enum rc event_alerts_read(struct reader *r, struct err *err)
{
    (void)err;
    if (get_int(r->item, P_REMINDER_SET, 0)) {
        bool all_day = json_get_bool(r->doc, "showWithoutTime", false);
        int64_t minutes =
            event_reminder_minutes(get_int(r->item, P_REMINDER_DELTA, DELTA_DEFAULT), all_day);
        json_set(json_need_object(r->doc, "alerts"), "a1", event_alert(minutes));
    }
    return RC_OK;
}

/* Minutes before the start, or -1 for an alert Outlook cannot hold: after the start, or by e-mail.
 */
static int64_t alert_minutes(const struct json *alert, const struct event_time *t)
{
    const struct json *trigger = json_get(alert, "trigger");
    const char *offset = json_get_str(trigger, "offset"), *when = json_get_str(trigger, "when");
    int64_t seconds;
    struct civil c;
    if (str_eq(json_get_str(alert, "action"), "email")) {
        return -1;
    }
    if (offset && duration_parse(offset, &seconds)) {
        seconds = -seconds;
        if (str_eq(json_get_str(trigger, "relativeTo"), "end")) {
            seconds -= t->end_utc - t->start_utc;
        }
    } else if (when && civil_parse_iso(when, &c, NULL)) {
        seconds = t->start_utc - civil_seconds(&c);
    } else {
        return -1;
    }
    return seconds >= 0 && seconds / 60 <= MINUTES_MAX ? seconds / 60 : -1;
}

/* The alert that is the item's is the one in its slot, as the document has the ids of the item. */
int64_t event_reminder_of(const struct json *alerts, const struct event_time *t)
{
    const struct json *same = json_get(alerts, "a1");
    int64_t minutes = same ? alert_minutes(same, t) : -1;
    for (const struct json *a = json_first(alerts); a && minutes < 0; a = json_next(a)) {
        minutes = alert_minutes(a, t);
    }
    return minutes;
}

/* When it fires next, or "never" if that is past: then it counts as dismissed. */
static int64_t next_signal(const struct writer *w, const struct event_time *t, int64_t before)
{
    const struct json *rule = json_at(json_get(w->want, "recurrenceRules"), 0);
    if (!rule) {
        return t->start_utc - before > w->env->now ? filetime_from_seconds(t->start_utc - before)
                                                   : NO_DATE;
    }
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil start = civil_from_seconds(t->start_wall), c;
    if (recur_new(rule, &start, &walk, NULL) != RC_OK) {
        return NO_DATE;
    }
    for (int i = 0; i < OCCURRENCES_MAX && recur_next(walk, &c); i++) {
        char key[CIVIL_TEXT_SIZE];
        int64_t signal = zone_to_utc(&t->rule, civil_seconds(&c)) - before;
        civil_format_iso(&c, false, key);
        if (signal > w->env->now && !json_get(json_get(w->want, "recurrenceOverrides"), key)) {
            return filetime_from_seconds(signal);
        }
    }
    return NO_DATE;
}

void event_reminder_put(struct writer *w, const struct event_time *t)
{
    int64_t minutes = event_reminder_of(json_get(w->want, "alerts"), t);
    put_int(w, P_REMINDER_SET, minutes >= 0);
    put_int(w, P_REMINDER_TIME, filetime_from_seconds(t->start_utc));
    if (minutes < 0) {
        if (w->is_new) {
            put_int(w, P_REMINDER_DELTA, MINUTES_DEFAULT);
        }
        put_int(w, P_REMINDER_SIGNAL_TIME, NO_DATE);
        return;
    }
    int64_t now = get_int(w->now, P_REMINDER_DELTA, -1);
    if (now < 0 ||
        event_reminder_minutes(now, t->all_day) != minutes) { /* a stored "default" stays one */
        put_int(w, P_REMINDER_DELTA, minutes);
    }
    put_int(w, P_REMINDER_SIGNAL_TIME, next_signal(w, t, minutes * 60));
}

enum rc event_alerts_write(struct writer *w, struct err *err)
{
    struct event_time t;
    bool keep;
    enum rc rc = event_time_want(w, &t, &keep, err);
    if (!rc) {
        event_reminder_put(w, &t);
    }
    return rc;
}
