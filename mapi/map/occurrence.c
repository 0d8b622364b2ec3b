/* One occurrence of a series as Outlook can hold it, out of a document. */
#include "mapi/map/exception.h"

#include "client/item/doc.h"

/* Privacy is that of the series (RFC 8984 section 4.3.5), and Outlook offers no other. */
static const char *const MEMBERS[] = {"title", "locations", "freeBusyStatus", EVENT_MEMBER_BUSY,
    "alerts", "description", "keywords", "priority", "timeZone", "duration", "showWithoutTime",
    "status"};

struct json *occurrence_plain(const struct json *series)
{
    struct json *plain = json_object();
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++) {
        json_set(plain, MEMBERS[i], json_dup(json_get(series, MEMBERS[i])));
    }
    return plain;
}

enum rc occurrence_doc(const struct json *plain, const char *key, const struct json *patch,
    struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *doc = json_dup(plain);
    json_set_str(doc, "start", key);
    enum rc rc = patch ? doc_apply(doc, patch, err) : RC_OK;
    if (rc == RC_OK) {
        *ret = TAKE(doc);
        return RC_OK;
    }
    return err_prefix(err, "the changed occurrence %s", key);
}

/* An occurrence may be told in a zone of its own; Outlook has one for all. */
static enum rc local_start(const struct json *doc, const struct json *plain,
    const struct event_time *series, int64_t *wall, struct err *err)
{
    const char *name = json_get_str(doc, "timeZone");
    if (!name || str_eq(name, json_get_str(plain, "timeZone"))) {
        return RC_OK;
    }
    const struct zone *zone = zone_by_tzid(name);
    if (!zone) {
        return err_set(err, RC_UNSUPPORTED, 0, "the time zone %s is unknown here", name);
    }
    *wall = zone_to_wall(&series->rule, zone_utc(zone, *wall));
    return RC_OK;
}

static enum rc times_of(const struct json *doc, const struct json *plain,
    const struct event_time *series, struct occurrence *ret, struct err *err)
{
    struct civil start;
    int64_t days, seconds;
    const char *text = json_get_str(doc, "start");
    if (!text || !civil_parse_iso(text, &start, NULL) || start.year < 1602 || start.year >= 4500) {
        return err_set(err, RC_INVALID, 0, "it has no usable start");
    }
    if (!event_duration_parse(json_get_str(doc, "duration"), &days, &seconds)) {
        return err_set(
            err, RC_INVALID, 0, "the duration %s makes no sense", json_get_str(doc, "duration"));
    }
    ret->start = civil_seconds(&start);
    ret->all_day = json_get_bool(doc, "showWithoutTime", false);
    if (ret->all_day) { /* whole days, at least one */
        ret->start -= ret->start % DAY_SECONDS;
        days += (seconds + DAY_SECONDS - 1) / DAY_SECONDS;
        days = days ? days : 1;
        seconds = 0;
    } else {
        enum rc rc = local_start(doc, plain, series, &ret->start, err);
        if (rc) {
            return rc;
        }
    }
    ret->end = ret->start + days * DAY_SECONDS + seconds;
    return RC_OK;
}

static const char *text_of(const struct json *doc, const char *member)
{
    const char *text = json_get_str(doc, member);
    return text ? text : "";
}

enum rc occurrence_of(const struct json *doc, const struct json *plain,
    const struct event_time *series, struct occurrence *ret, struct err *err)
{
    struct occurrence o = {.title = text_of(doc, "title"),
        .body = text_of(doc, "description"),
        .busy = event_busy_of(doc),
        .importance = importance_of(doc),
        .keywords = json_get(doc, "keywords"),
        .canceled = event_canceled_of(doc)};
    const char *place = event_place_of(doc);
    o.place = place ? place : "";
    enum rc rc = times_of(doc, plain, series, &o, err);
    if (rc) {
        return err_prefix(err, "a changed occurrence (%s)", text_of(doc, "start"));
    }
    struct event_time t = *series;
    t.start_utc = zone_to_utc(&series->rule, o.start);
    t.end_utc = zone_to_utc(&series->rule, o.end);
    o.reminder = event_reminder_of(json_get(doc, "alerts"), &t);
    *ret = o;
    return RC_OK;
}
