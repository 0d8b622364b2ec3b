/* VALARM <-> alerts (RFC 8984 section 4.5.2). Alarms that a client uses to say "none" (ACTION:NONE)
 * stay as they are. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/codec/text.h"

/* ---- reading ---- */
static struct json *trigger_read(const struct lines_comp *alarm)
{
    const struct line *line = lines_find(alarm, "TRIGGER");
    CLEANUP(mem_free) char *when = line ? ical_utc_to_iso(line->value) : NULL;
    CLEANUP(mem_free) char *offset = line && !when ? ical_duration_normal(line->value) : NULL;
    if (!when && !offset) {
        return NULL;
    }
    struct json *trigger = json_object();
    json_set_str(trigger, "@type", when ? "AbsoluteTrigger" : "OffsetTrigger");
    json_set_str(trigger, when ? "when" : "offset", when ? when : offset);
    if (!when && line_param_has(line, "RELATED", "END")) {
        json_set_str(trigger, "relativeTo", "end");
    }
    return trigger;
}

/* NULL if the alarm is nothing we can tell. */
static struct json *alarm_read(const struct lines_comp *alarm)
{
    const struct line *action = lines_find(alarm, "ACTION"),
                      *seen = lines_find(alarm, "ACKNOWLEDGED");
    struct json *trigger = action && str_ieq(action->value, "NONE") ? NULL : trigger_read(alarm);
    if (!trigger) {
        return NULL;
    }
    struct json *alert = json_object();
    json_set_str(alert, "@type", "Alert");
    json_set(alert, "trigger", trigger);
    if (action && str_ieq(action->value, "EMAIL")) {
        json_set_str(alert, "action", "email");
    }
    CLEANUP(mem_free) char *acknowledged = seen ? ical_utc_to_iso(seen->value) : NULL;
    json_set_str(alert, "acknowledged", acknowledged);
    return alert;
}

void ical_alarms_read(const struct ical *ic, const struct lines_comp *comp, struct json *doc)
{
    size_t n = 0;
    for (struct lines_comp *c = lines_comp_find(ic->lines, comp, "VALARM", NULL); c;
         c = lines_comp_find(ic->lines, comp, "VALARM", c)) {
        struct json *alert = alarm_read(c);
        if (alert) {
            CLEANUP(mem_free) char *id = str_printf("%zu", ++n);
            json_set(json_need_object(doc, "alerts"), id, alert);
        }
    }
}

/* ---- writing ---- */
/* False if the trigger cannot be written. */
static bool trigger_write(struct ical *ic, struct lines_comp *alarm, const struct json *trigger)
{
    CLEANUP(mem_free) char *when = ical_utc_from_iso(json_get_str(trigger, "when"));
    CLEANUP(mem_free)
    char *offset = when ? NULL : ical_duration_normal(json_get_str(trigger, "offset"));
    if (!when && !offset) {
        return false;
    }
    struct line *line = lines_find(alarm, "TRIGGER");
    CLEANUP(json_free) struct json *now = line ? trigger_read(alarm) : NULL;
    bool end = offset && str_eq(json_get_str(trigger, "relativeTo"), "end");
    bool was_end = str_eq(json_get_str(now, "relativeTo"), "end");
    line = line ? line : ical_add(ic, alarm, "TRIGGER", "");
    if (end != was_end) {
        line_param_set(line, "RELATED", end ? "END" : NULL);
    }
    CLEANUP(mem_free) char *old = ical_duration_normal(line->value);
    if (when) {
        line_param_set(line, "VALUE", "DATE-TIME");
        line_set_value(line, when);
    } else if (!str_eq(old, offset)) {
        line_param_set(line, "VALUE", NULL);
        line_set_value(line, offset);
    }
    return true;
}

static bool is_email(const struct json *alert)
{
    return str_eq(json_get_str(alert, "action"), "email");
}

static void alarm_write(
    struct ical *ic, struct lines_comp *alarm, const struct json *before, const struct json *alert)
{
    trigger_write(ic, alarm, json_get(alert, "trigger"));
    if (!before || is_email(before) != is_email(alert)) {
        ical_put(ic, alarm, "ACTION", is_email(alert) ? "EMAIL" : "DISPLAY");
    }
    if (!str_eq(json_get_str(before, "acknowledged"), json_get_str(alert, "acknowledged"))) {
        CLEANUP(mem_free) char *seen = ical_utc_from_iso(json_get_str(alert, "acknowledged"));
        ical_put(ic, alarm, "ACKNOWLEDGED", seen);
    }
}

/* E-mail alarms need a SUMMARY and an ATTENDEE, which documents do not tell: only display alarms
 * are made anew. */
static void alarm_add(
    struct ical *ic, struct lines_comp *comp, const struct json *alert, const struct json *doc)
{
    struct lines_comp *alarm = lines_comp_insert(ic->lines, comp, comp->end, "VALARM");
    const char *title = json_get_str(doc, "title");
    CLEANUP(mem_free) char *text = text_escape(str_empty(title) ? "Reminder" : title);
    ical_add(ic, alarm, "ACTION", "DISPLAY");
    ical_add(ic, alarm, "DESCRIPTION", text);
    CLEANUP(mem_free) char *seen = ical_utc_from_iso(json_get_str(alert, "acknowledged"));
    ical_put(ic, alarm, "ACKNOWLEDGED", seen);
    if (!trigger_write(ic, alarm, json_get(alert, "trigger"))) {
        lines_comp_remove(ic->lines, alarm);
    }
}

void ical_alarms_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const struct json *old = json_get(before, "alerts"), *now = json_get(doc, "alerts");
    if (json_equal(old, now)) {
        return;
    }
    size_t n = 0;
    for (struct lines_comp *c = lines_comp_find(ic->lines, comp, "VALARM", NULL), *next; c;
         c = next) {
        next = lines_comp_find(ic->lines, comp, "VALARM", c);
        CLEANUP(json_free) struct json *alert = alarm_read(c);
        if (!alert) {
            continue;
        }
        CLEANUP(mem_free) char *id = str_printf("%zu", ++n);
        const struct json *want = json_get(now, id);
        if (!want) {
            lines_comp_remove(ic->lines, c);
        } else if (!json_equal(alert, want)) {
            alarm_write(ic, c, alert, want);
        }
    }
    for (const struct json *a = json_first(now); a; a = json_next(a)) {
        if (!json_get(old, json_key(a))) {
            alarm_add(ic, comp, a, doc);
        }
    }
}
