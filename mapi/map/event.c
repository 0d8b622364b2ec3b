/* Appointments: the list of sections, and the short ones. */
#include "mapi/map/event.h"

#include "client/item/doc.h"
#include "mapi/map/goid.h"

#define BUSY_TENTATIVE 1
#define BUSY_BUSY      2
#define BUSY_OUT       3
#define BUSY_ELSEWHERE 4
#define ELSEWHERE      "workingElsewhere"

/* ---- uid ---- */
static enum rc uid_read(struct reader *r, struct err *err)
{
    (void)err;
    static const enum prop_key KEYS[] = {P_CLEAN_GLOBAL_OBJECT_ID, P_GLOBAL_OBJECT_ID};
    for (size_t i = 0; i < ARRAY_LEN(KEYS) && !json_get(r->doc, "uid"); i++) {
        size_t len;
        const unsigned char *data = props_binary(r->item, prop_name_of(KEYS[i]), &len);
        CLEANUP(mem_free) char *uid = data ? goid_to_uid(data, len) : NULL;
        json_set_str(r->doc, "uid", uid);
    }
    return RC_OK;
}

/* The identity of an appointment that exists is never changed: invitations and replies are matched
 * by it. */
static enum rc uid_write(struct writer *w, struct err *err)
{
    (void)err;
    const char *uid = json_get_str(w->want, "uid");
    if (w->is_new && !str_empty(uid)) {
        struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
        goid_from_uid(uid, &b);
        put_binary(w, P_GLOBAL_OBJECT_ID, buf_str(&b), b.len);
        put_binary(w, P_CLEAN_GLOBAL_OBJECT_ID, buf_str(&b), b.len);
        buf_fini(&b);
    }
    return RC_OK;
}

/* ---- location: one text in Outlook ---- */
void event_place_show(const char *name, struct json *doc)
{
    if (!str_empty(name)) {
        struct json *location = json_need_object(json_need_object(doc, "locations"), "l1");
        json_set_str(location, "@type", "Location");
        json_set_str(location, "name", name);
    }
}

const char *event_place_of(const struct json *doc)
{
    const struct json *map = json_get(doc, "locations");
    const char *name = json_get_str(json_get(map, "l1"), "name");
    for (const struct json *l = json_first(map); l && str_empty(name); l = json_next(l)) {
        name = json_get_str(l, "name");
    }
    return name;
}

static enum rc location_read(struct reader *r, struct err *err)
{
    (void)err;
    event_place_show(get_text(r->item, P_LOCATION), r->doc);
    return RC_OK;
}

static enum rc location_write(struct writer *w, struct err *err)
{
    (void)err;
    put_text(w, P_LOCATION, event_place_of(w->want));
    return RC_OK;
}

/* ---- busy status: five values against two of iCalendar (mapping trap 7) ---- */
void event_busy_show(int64_t status, struct json *doc)
{
    static const char *const WORDS[] = {"free", "tentative", NULL, "unavailable", "free"};
    if (status >= 0 && status < (int64_t)ARRAY_LEN(WORDS)) {
        json_set_str(doc, "freeBusyStatus", WORDS[status]);
    }
    if (status == BUSY_ELSEWHERE) {
        json_set_str(doc, EVENT_MEMBER_BUSY, ELSEWHERE);
    }
}

int64_t event_busy_of(const struct json *doc)
{
    const char *status = json_get_str(doc, "freeBusyStatus");
    bool elsewhere = str_eq(json_get_str(doc, EVENT_MEMBER_BUSY), ELSEWHERE);
    return str_eq(status, "free")          ? (elsewhere ? BUSY_ELSEWHERE : 0)
           : str_eq(status, "tentative")   ? BUSY_TENTATIVE
           : str_eq(status, "unavailable") ? BUSY_OUT
                                           : BUSY_BUSY;
}

static enum rc busy_read(struct reader *r, struct err *err)
{
    (void)err;
    event_busy_show(get_int(r->item, P_BUSY_STATUS, BUSY_BUSY), r->doc);
    return RC_OK;
}

static enum rc busy_write(struct writer *w, struct err *err)
{
    (void)err;
    put_int(w, P_BUSY_STATUS, event_busy_of(w->want));
    return RC_OK;
}

/* ---- cancelled: [MS-OXOCAL] section 2.2.1.10 ---- */
/* How sure it is that an event takes place (tentative, confirmed) has no property; PidLidBusyStatus
 * says what it means for one's own time, and is read and written by itself. The subject is left
 * alone: whoever cancels says so in it, or does not. */
void event_canceled_show(int64_t state, struct json *doc)
{
    bool canceled = (state & STATE_MEETING) && (state & STATE_CANCELED);
    json_set_str(doc, "status", canceled ? "cancelled" : NULL);
}

int64_t event_canceled_of(const struct json *doc)
{
    return str_eq(json_get_str(doc, "status"), "cancelled") ? STATE_CANCELED : 0;
}

static enum rc status_read(struct reader *r, struct err *err)
{
    (void)err;
    event_canceled_show(get_int(r->item, P_STATE_FLAGS, 0), r->doc);
    return RC_OK;
}

static enum rc status_write(struct writer *w, struct err *err)
{
    (void)err;
    int64_t state = final_int(w, P_STATE_FLAGS, 0);
    if (state & STATE_MEETING) {
        put_int(w, P_STATE_FLAGS, (state & ~STATE_CANCELED) | event_canceled_of(w->want));
    }
    return RC_OK;
}

/* ---- when ---- */
static enum rc schedule_read(struct reader *r, struct err *err)
{
    CLEANUP_FINI(recur_blob_fini) struct recur_blob recur = {0};
    struct event_time t;
    enum rc rc = event_recur_get(r->item, &recur, err);
    bool recurring = rc == RC_OK;
    if (rc != RC_OK && rc != RC_NOT_FOUND) {
        return rc;
    }
    rc = event_time_read(r->item, r->env, recurring ? &recur : NULL, &t, err);
    if (!rc) {
        event_time_show(&t, r->doc);
        rc = recurring ? event_recur_show(&recur, &t, r->doc, err) : RC_OK;
    }
    return rc;
}

static bool any_changed(const struct writer *w, const char *const *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (member_changed(w, members[i])) {
            return true;
        }
    }
    return w->is_new;
}

static enum rc schedule_write(struct writer *w, struct err *err)
{
    static const char *const WHEN[] = {"start", "timeZone", "duration", "showWithoutTime",
        "recurrenceRules", "recurrenceOverrides", "excludedRecurrenceRules", "endTimeZone"};
    static const char *const INHERITED[] = {"title", "locations", "alerts", "description",
        "keywords", "privacy", "priority", "freeBusyStatus", EVENT_MEMBER_BUSY, "status"};
    bool when = any_changed(w, WHEN, ARRAY_LEN(WHEN)), keep_zone;
    if (!when && !(w->now->sub_count && any_changed(w, INHERITED, ARRAY_LEN(INHERITED)))) {
        return RC_OK;
    }
    struct event_time t;
    enum rc rc = event_time_want(w, &t, &keep_zone, err);
    if (rc || !when) {
        return rc ? rc : event_recur_inherit(w, &t, err);
    }
    event_time_put(w, &t, keep_zone);
    rc = event_recur_write(w, &t, keep_zone, err);
    if (!rc && get_int(w->now, P_REMINDER_SET, 0)) {
        event_reminder_put(w, &t); /* it hangs on the start */
    }
    return rc;
}

/* ---- what every appointment of Outlook has ---- */
static enum rc new_write(struct writer *w, struct err *err)
{
    (void)err;
    static const struct fixed ROWS[] = {{P_SIDE_EFFECTS, 369}, {P_INTENDED_BUSY_STATUS, -1},
        {P_STATE_FLAGS, 0}, {P_RESPONSE_STATUS, 0}, {P_INVITED, 0}, {P_SEQUENCE, 0}, {P_COLOR, 0},
        {P_AUXILIARY_FLAGS, 0}, {P_NOT_ALLOW_PROPOSE, 0}, {P_COUNTER_PROPOSAL, 0},
        {P_EXCEPTIONAL_ATTENDEES, 0}, {P_RESPONSE_REQUESTED, 1}, {P_REPLY_REQUESTED, 1},
        {P_AGING_DONT_AGE_ME, 0}, {P_TASK_MODE, 0}};
    if (w->is_new) {
        put_fixed(w, ROWS, ARRAY_LEN(ROWS));
    }
    return RC_OK;
}

/* Reading goes in this order: alerts depend on all-day, overrides are told against everything else.
 * Writing, too: the state flags of a series are settled before its occurrences. */
const struct section event_sections[] = {
    {{"uid"}, uid_read, uid_write},
    {{"updated"}, times_read, NULL},
    {{NULL}, NULL, new_write},
    {{"participants"}, event_people_read, event_people_write},
    {{"status"}, status_read, status_write},
    {{"title"}, title_read, title_write},
    {{"locations"}, location_read, location_write},
    {{NULL}, schedule_read, schedule_write}, /* it looks for itself */
    {{"alerts"}, event_alerts_read, event_alerts_write},
    {{"description", DOC_STYLED}, styled_read, styled_write},
    {{"keywords"}, keywords_read, keywords_write},
    {{"privacy"}, privacy_read, privacy_write},
    {{"priority"}, priority_read, priority_write},
    {{MEMBER_BILLING, MEMBER_MILEAGE}, accounting_read, accounting_write},
    {{"freeBusyStatus", EVENT_MEMBER_BUSY}, busy_read, busy_write},
    {{NULL}, event_overrides_read, NULL},
    {{"links"}, files_read, files_write},
    {{NULL}, NULL, NULL},
};
