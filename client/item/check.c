/* Is a document what its kind requires? A table of member types, then the few rules that go beyond
 * a type. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#define MAX_ENTRIES 20000 /* of one map: more occurrences or members than any real item has */

enum member_type {
    TYPE_STRING,
    TYPE_BOOLEAN,
    TYPE_NUMBER,
    TYPE_OBJECT,
    TYPE_ARRAY,
    TYPE_LOCAL,
    TYPE_DURATION,
    TYPE_ZONE
};

struct member_rule {
    const char *name;
    enum member_type type;
};

static const struct member_rule RULES[] = {
    {"uid", TYPE_STRING},
    {"kind", TYPE_STRING},
    {"title", TYPE_STRING},
    {"description", TYPE_STRING},
    {DOC_STYLED, TYPE_STRING},
    {"name", TYPE_OBJECT},
    {"start", TYPE_LOCAL},
    {"due", TYPE_LOCAL},
    {"duration", TYPE_DURATION},
    {"estimatedDuration", TYPE_DURATION},
    {"timeZone", TYPE_ZONE},
    {"endTimeZone", TYPE_ZONE},
    {"showWithoutTime", TYPE_BOOLEAN},
    {"recurrenceRules", TYPE_ARRAY},
    {"priority", TYPE_NUMBER},
    {"percentComplete", TYPE_NUMBER},
    {"privacy", TYPE_STRING},
    {"freeBusyStatus", TYPE_STRING},
    {"status", TYPE_STRING},
    {"progress", TYPE_STRING},
    {"color", TYPE_STRING},
};

static bool has_type(const struct json *v, enum member_type type)
{
    struct civil c;
    int64_t seconds;
    bool utc = false;
    switch (type) {
    case TYPE_STRING:
        return json_is_str(v);
    case TYPE_BOOLEAN:
        return json_is_bool(v);
    case TYPE_NUMBER:
        return json_is_number(v);
    case TYPE_OBJECT:
        return json_is_object(v);
    case TYPE_ARRAY:
        return json_is_array(v);
    case TYPE_LOCAL:
        return civil_parse_iso(json_str_value(v), &c, &utc) && !utc;
    case TYPE_DURATION:
        return duration_parse(json_str_value(v), &seconds) && seconds >= 0;
    case TYPE_ZONE:
        return json_is_null(v) || json_is_str(v);
    }
    return false;
}

static enum rc check_map(const struct json *m, struct err *err)
{
    if (!json_is_object(m)) {
        return err_set(err, RC_INVALID, 0, "\"%s\" must be an object", json_key(m));
    }
    if (json_count(m) > MAX_ENTRIES) {
        return err_set(
            err, RC_TOO_BIG, 0, "\"%s\" has more than %d entries", json_key(m), MAX_ENTRIES);
    }
    bool objects = shape_id_map(json_key(m)) != NULL;
    for (const struct json *e = json_first(m); e && objects; e = json_next(e)) {
        if (!json_is_object(e)) {
            return err_set(
                err, RC_INVALID, 0, "\"%s/%s\" must be an object", json_key(m), json_key(e));
        }
    }
    return RC_OK;
}

static enum rc check_members(const struct json *doc, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        const struct json *v = json_get(doc, RULES[i].name);
        if (v && !has_type(v, RULES[i].type)) {
            return err_set(
                err, RC_INVALID, 0, "\"%s\" has a value that it cannot have", RULES[i].name);
        }
    }
    for (const struct json *m = json_first(doc); m; m = json_next(m)) {
        if (shape_is_map(json_key(m))) {
            enum rc rc = check_map(m, err);
            if (rc != RC_OK) {
                return rc;
            }
        }
    }
    return RC_OK;
}

static enum rc check_overrides(const struct json *doc, struct err *err)
{
    for (const struct json *o = json_first(json_get(doc, "recurrenceOverrides")); o;
         o = json_next(o)) {
        struct civil c;
        bool utc = false;
        if (!json_is_object(o) || !civil_parse_iso(json_key(o), &c, &utc) || utc) {
            return err_set(
                err, RC_INVALID, 0, "\"recurrenceOverrides/%s\" is no occurrence", json_key(o));
        }
    }
    return RC_OK;
}

enum rc doc_check(enum item_kind kind, const struct json *doc, struct err *err)
{
    static const char *const TYPES[ITEM_KINDS] = {"Card", "Event", "Task", DOC_NOTE};
    const char *type = json_get_str(doc, "@type");
    if (!json_is_object(doc) || !str_eq(type, TYPES[kind])) {
        return err_set(
            err, RC_INVALID, 0, "\"@type\" is '%s', not '%s'", type ? type : "(none)", TYPES[kind]);
    }
    enum rc rc = check_members(doc, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (kind == ITEM_EVENT && !json_get(doc, "start")) {
        return err_set(err, RC_INVALID, 0, "\"start\" is missing");
    }
    return check_overrides(doc, err);
}
