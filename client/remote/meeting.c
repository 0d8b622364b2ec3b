/* Documents in, documents out. */
#include "client/remote/meeting.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"

static bool is_own(const struct json *participant, const struct json *own)
{
    const char *email = json_get_str(participant, "email");
    for (const struct json *o = json_first(own); o && !str_empty(email); o = json_next(o)) {
        if (str_ieq(json_str_value(o), email)) {
            return true;
        }
    }
    return false;
}

bool meeting_is_theirs(const struct json *doc, const struct json *own)
{
    for (const struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        if (json_get_bool(json_get(p, "roles"), "owner", false)) {
            return json_count(own) > 0 && !is_own(p, own);
        }
    }
    return false;
}

static const struct json *same_person(const struct json *doc, const struct json *who)
{
    const char *email = json_get_str(who, "email");
    for (const struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        if (str_ieq(json_get_str(p, "email"), email)) {
            return p;
        }
    }
    return NULL;
}

struct json *meeting_own_part(
    const struct json *now, const struct json *want, const struct json *own, bool *ret_less)
{
    static const char *const OURS[] = {
        "alerts", "keywords", "freeBusyStatus", DOC_EXT "busyStatus", "description", DOC_STYLED};
    struct json *part = json_dup(now);
    for (size_t i = 0; i < ARRAY_LEN(OURS); i++) {
        const struct json *v = json_get(want, OURS[i]);
        json_remove(part, OURS[i]);
        if (v) {
            json_set(part, OURS[i], json_dup(v));
        }
    }
    for (struct json *p = json_first(json_get(part, "participants")); p; p = json_next(p)) {
        const struct json *wanted = is_own(p, own) ? same_person(want, p) : NULL;
        if (wanted) {
            json_remove(p, "participationStatus");
            json_set_str(p, "participationStatus", json_get_str(wanted, "participationStatus"));
        }
    }
    CLEANUP(json_free) struct json *wanted = json_dup(want);
    doc_rekey(wanted, now);
    file_keep(wanted, now); /* files that stay on the other side are no change over here */
    *ret_less = !doc_same(part, wanted);
    return part;
}
