/* Foo/query (RFC 8620 section 5.5): the ids of a folder in pages, and those of a uid. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

/* The filter by calendar has had several names in the drafts of JMAP Calendars: the current one, that of Cyrus
 * 3.10 to 3.12 (which refuses the current one with invalidArguments), and none at all. What the server takes
 * is known after a question; items of other folders are left out by what they say themselves. */
enum { FILTER_CURRENT, FILTER_LIST, FILTER_NONE };

static void add_filter(const struct jmap *j, const struct jmap_place *p, struct json *filter)
{
    if (!jmap_type_is_event(p->type)) {
        json_set_str(filter, "inAddressBook", p->folder);
    } else if (j->calendars.filter == FILTER_CURRENT) {
        json_set_str(filter, "inCalendar", p->folder);
    } else if (j->calendars.filter == FILTER_LIST) {
        struct json *list = json_array();
        json_append(list, json_str(p->folder));
        json_set(filter, "inCalendars", list);
    }
}

enum rc jmap_query(struct jmap *j, const struct jmap_place *p, const char *what,
    const struct json *args, const struct json *filter, struct json **ret, struct err *err)
{
    for (;;) {
        struct json *all = json_dup(args), *where = filter ? json_dup(filter) : json_object();
        struct jmap_call call = {.method = p->type->query, .args = all};
        add_filter(j, p, where);
        if (json_count(where)) {
            json_set(all, "filter", where);
        } else {
            json_free(where);
        }
        enum rc rc = jmap_calls(j, what, &call, 1, false, err);
        bool other_name =
            rc == RC_OK && jmap_type_is_event(p->type) && j->calendars.filter < FILTER_NONE &&
            (str_eq(call.error, "invalidArguments") || str_eq(call.error, "unsupportedFilter"));
        if (rc == RC_OK && call.rc == RC_OK) {
            *ret = TAKE(call.ret);
        } else if (rc == RC_OK && !other_name) {
            rc = err_set(err, call.rc, call.err.native, "%s", err_text(&call.err));
        }
        jmap_call_fini(&call);
        if (!other_name) {
            return rc;
        }
        j->calendars.filter++;
    }
}

enum rc jmap_query_uid(
    struct jmap *j, const struct jmap_place *p, const char *uid, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *args = jmap_args(p->account);
    CLEANUP(json_free) struct json *filter = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(mem_free) char *what = str_printf("looking for a %s", p->type->item);
    json_set_str(filter, "uid", uid);
    enum rc rc = jmap_query(j, p, what, args, filter, &answer, err);
    if (rc == RC_OK && !json_is_array(json_get(answer, "ids"))) {
        rc = err_set(err, RC_SERVER, 0, "%s: the server did not answer the question", what);
    }
    if (rc == RC_OK) {
        *ret = json_detach(answer, "ids");
    }
    return rc;
}
