/* What the driver knows of calendars beside their events: default alerts, and how the server spells
 * events. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

void jmap_calendars_learn(struct jmap *j, const struct json *object)
{
    const struct json *rights = json_get(object, "myRights");
    enum event_dialect told = !rights                        ? event_dialect_of(object)
                              : json_get(rights, "mayShare") ? EVENT_JSCALENDAR_2
                              : json_get(rights, "mayAdmin") ? EVENT_JSCALENDAR_1
                                                             : EVENT_DIALECT_UNKNOWN;
    if (told != EVENT_DIALECT_UNKNOWN) {
        j->calendars.dialect = told;
    }
}

const struct json *jmap_calendars(struct jmap *j, const char *account)
{
    struct json *known = json_get(j->calendars.of, account);
    if (known) {
        return json_is_null(known) ? NULL : known;
    }
    CLEANUP(json_free) struct json *answer = NULL;
    struct json *args = jmap_args(account), *all = json_object(), *names = json_array();
    static const char *const WANTED[] = {
        "id", "name", "myRights", "defaultAlertsWithTime", "defaultAlertsWithoutTime"};
    for (size_t i = 0; i < ARRAY_LEN(WANTED); i++) {
        json_append(names, json_str(WANTED[i]));
    }
    json_set(args, "ids", json_null());
    json_set(args, "properties", names);
    enum rc rc =
        jmap_call_one(j, "the list of calendars", "Calendar/get", args, false, &answer, NULL);
    for (const struct json *c = json_first(json_get(answer, "list")); c; c = json_next(c)) {
        if (json_get_str(c, "id")) {
            json_set(all, json_get_str(c, "id"), json_dup(c));
            jmap_calendars_learn(j, c);
        }
    }
    if (!j->calendars.of) {
        j->calendars.of = json_object();
    }
    if (rc != RC_OK) {
        json_free(all);
        all = json_null();
    }
    json_set(j->calendars.of, account, all);
    return rc == RC_OK ? all : NULL;
}

/* The calendars are asked for only where an event needs them. */
static bool needs_calendars(const struct json *event)
{
    bool needs = json_get_bool(event, "useDefaultAlerts", false);
    for (const struct json *o = json_first(json_get(event, "recurrenceOverrides")); o;
         o = json_next(o)) {
        needs = needs || json_get_bool(o, "useDefaultAlerts", false);
    }
    return needs;
}

enum rc jmap_read(struct jmap *j, const struct jmap_place *p, const struct json *object,
    struct json **ret_doc, struct err *err)
{
    if (!jmap_type_is_event(p->type)) {
        return card_read(object, ret_doc, err);
    }
    const struct json *calendars = needs_calendars(object) ? jmap_calendars(j, p->account) : NULL;
    return event_read(object, calendars, ret_doc, err);
}
