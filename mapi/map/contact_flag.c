/* The follow-up flag and the reminder of a contact ([MS-OXOFLAG] section 2.2.1). JSContact has
 * nothing like it: members with our prefix.
 *
 *   followUp            what to do: PidLidFlagRequest; there means flagged
 *   followUpStatus      "completed"
 *   followUpStart, -Due dates "2024-03-08": local dates in the task properties, their midnight in
 *                       the user's zone in the common ones (mapping trap 1b)
 *   reminder            an instant */
#include "mapi/map/contact.h"

#include "client/base/date.h"
#include "client/base/zone.h"

#define FLAG_COMPLETE  1
#define FLAG_SET       2
#define ICON_RED       6
#define TODO_FLAGGED   1 /* todoTimeFlagged */
#define TASK_COMPLETE  2
#define DEFAULT_TEXT   "Follow up" /* what Outlook shows for a flag without text */
#define DATE_TEXT_SIZE 10

static void date_member(struct reader *r, enum prop_key key, const char *member)
{
    int64_t when = get_int(r->item, key, 0);
    if (is_date(when)) {
        char text[CIVIL_TEXT_SIZE];
        struct civil c = civil_from_seconds(filetime_to_seconds(when));
        civil_format_iso(&c, false, text);
        text[DATE_TEXT_SIZE] = 0;
        json_set_str(r->doc, member, text);
    }
}

enum rc contact_flag_read(struct reader *r, struct err *err)
{
    (void)err;
    int64_t status = get_int(r->item, P_FLAG_STATUS, 0),
            when = get_int(r->item, P_REMINDER_TIME, 0);
    if (status == FLAG_SET || status == FLAG_COMPLETE) {
        const char *request = get_text(r->item, P_FLAG_REQUEST);
        json_set_str(r->doc, CONTACT_FOLLOW_UP, request ? request : DEFAULT_TEXT);
        json_set_str(
            r->doc, CONTACT_FOLLOW_UP_STATUS, status == FLAG_COMPLETE ? "completed" : NULL);
        date_member(r, P_TASK_START, CONTACT_FOLLOW_UP_START);
        date_member(r, P_TASK_DUE, CONTACT_FOLLOW_UP_DUE);
    }
    if (get_int(r->item, P_REMINDER_SET, 0) && is_date(when)) {
        char text[CIVIL_TEXT_SIZE];
        struct civil c = civil_from_seconds(filetime_to_seconds(when));
        civil_format_iso(&c, true, text);
        json_set_str(r->doc, CONTACT_REMINDER, text);
    }
    return RC_OK;
}

/* A date in its two forms; none and one that nobody can read are the same. */
static void put_date(struct writer *w, const char *text, enum prop_key local, enum prop_key utc)
{
    CLEANUP(mem_free) char *whole = text ? str_printf("%sT00:00:00", text) : NULL;
    struct civil c;
    if (whole && civil_parse_iso(whole, &c, NULL)) {
        int64_t wall = civil_seconds(&c);
        const struct zone *zone = zone_by_tzid(w->env->zone);
        int64_t instant = zone ? zone_to_utc(&zone->rule, wall) : wall;
        put_int(w, local, filetime_from_seconds(wall));
        put_int(w, utc, filetime_from_seconds(instant));
    } else if (has(w->now, local) || has(w->now, utc)) {
        put_removed(w, local);
        put_removed(w, utc);
    }
}

static void remove_flag(struct writer *w)
{
    static const enum prop_key KEYS[] = {P_FLAG_STATUS, P_FLAG_REQUEST, P_FOLLOWUP_ICON,
        P_TODO_ITEM_FLAGS, P_TODO_TITLE, P_TASK_STATUS, P_PERCENT_COMPLETE, P_TASK_COMPLETE,
        P_TASK_DATE_COMPLETED};
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        if (has(w->now, KEYS[i])) {
            put_removed(w, KEYS[i]);
        }
    }
    put_date(w, NULL, P_TASK_START, P_COMMON_START);
    put_date(w, NULL, P_TASK_DUE, P_COMMON_END);
}

enum rc contact_flag_write(struct writer *w, struct err *err)
{
    (void)err;
    const char *request = json_get_str(w->want, CONTACT_FOLLOW_UP);
    if (str_empty(request)) {
        remove_flag(w);
        return RC_OK;
    }
    bool done = str_eq(json_get_str(w->want, CONTACT_FOLLOW_UP_STATUS), "completed");
    const char *title = final_text(w, P_DISPLAY_NAME);
    put_int(w, P_FLAG_STATUS, done ? FLAG_COMPLETE : FLAG_SET);
    put_text(w, P_FLAG_REQUEST, request);
    put_int(w, P_TODO_ITEM_FLAGS, TODO_FLAGGED);
    if (!done) {
        put_int(w, P_FOLLOWUP_ICON, ICON_RED);
    } else if (has(w->now, P_FOLLOWUP_ICON)) {
        put_removed(w, P_FOLLOWUP_ICON);
    }
    put_text(w, P_TODO_TITLE, title ? title : final_text(w, P_COMPANY_NAME));
    put_int(w, P_TASK_STATUS, done ? TASK_COMPLETE : 0);
    put_double(w, P_PERCENT_COMPLETE, done ? 1.0 : 0.0);
    put_int(w, P_TASK_COMPLETE, done);
    put_date(w, json_get_str(w->want, CONTACT_FOLLOW_UP_START), P_TASK_START, P_COMMON_START);
    put_date(w, json_get_str(w->want, CONTACT_FOLLOW_UP_DUE), P_TASK_DUE, P_COMMON_END);
    return RC_OK;
}

/* A reminder in the past is set, but signals never (map.h). */
enum rc contact_reminder_write(struct writer *w, struct err *err)
{
    (void)err;
    struct civil c;
    bool set = civil_parse_iso(json_get_str(w->want, CONTACT_REMINDER), &c, NULL);
    int64_t when = set ? civil_seconds(&c) : 0;
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
