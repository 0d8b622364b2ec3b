/* Participants (RFC 8984 section 4.4.6) in the spellings of servers <-> those of documents, which have one
 * address each: "email", or "sendTo"/"other" where it is no e-mail address (client/codec/ical_people.c).
 *
 * 1.0: "sendTo":{"imip":"mailto:.."}, and "replyTo" of the event; 2.0: "calendarAddress", and
 * "organizerCalendarAddress". What else a participant says (expectReply, delegations, ...) stays. */
#include "client/remote/jmap/event_private.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <string.h>

#define MAILTO "mailto:"
/* The id of an organizer in documents who is no participant. */
#define ORGANIZER "organizer"

static const char *const ROLES[] = {"owner", "attendee", "chair", "optional", "informational"};
static const char *const KINDS[] = {"group", "resource", "location"};
static const char *const REPLIES[] = {"accepted", "declined", "tentative", "delegated"};

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i], word)) {
            return true;
        }
    }
    return false;
}

/* ---- addresses ---- */
/* The URI by which the participant is reached. NULL: there is none. */
static const char *uri_of(const struct json *participant)
{
    const char *uri = json_get_str(participant, "calendarAddress");
    const struct json *ways = json_get(participant, "sendTo");
    uri = str_empty(uri) ? json_get_str(ways, "imip") : uri;
    return str_empty(uri) ? json_str_value(json_first(ways)) : uri;
}

static const char *organizer_of(const struct json *event)
{
    const char *uri = json_get_str(event, "organizerCalendarAddress");
    return str_empty(uri) ? json_get_str(json_get(event, "replyTo"), "imip") : uri;
}

static void set_address(struct json *p, const char *uri, const char *email)
{
    if (str_istarts(uri, MAILTO)) {
        json_set_str(p, "email", uri + strlen(MAILTO));
    } else if (!str_empty(email)) {
        json_set_str(p, "email", email);
    } else if (!str_empty(uri)) {
        json_set_str(json_need_object(p, "sendTo"), "other", uri);
    }
}

/* The URI of a participant of a document. Caller frees; NULL: nobody can say who it is. */
static char *uri_of_doc(const struct json *p)
{
    const char *email = json_get_str(p, "email");
    const char *other = json_get_str(json_get(p, "sendTo"), "other");
    return !str_empty(email)   ? str_printf(MAILTO "%s", email)
           : !str_empty(other) ? mem_strdup(other)
                               : NULL;
}

/* ---- reading ---- */
bool event_person_is_read(const struct json *participant)
{
    return uri_of(participant) || !str_empty(json_get_str(participant, "email"));
}

/* A room takes no part: it is said to be informational, or to attend, by different servers. */
static void read_roles(struct json *p, const struct json *native, const char *kind)
{
    struct json *roles = json_need_object(p, "roles");
    bool thing = str_eq(kind, "resource") || str_eq(kind, "location");
    for (size_t i = 0; i < ARRAY_LEN(ROLES); i++) {
        bool has = json_get_bool(json_get(native, "roles"), ROLES[i], false);
        if (has && !(thing && str_eq(ROLES[i], "informational"))) {
            json_set_bool(roles, ROLES[i], true);
        }
    }
    if (!json_get_bool(roles, "owner", false)) {
        json_set_bool(roles, "attendee", true);
    }
}

static struct json *person_read(const struct json *native)
{
    struct json *p = json_object();
    const char *name = json_get_str(native, "name"), *kind = json_get_str(native, "kind"),
               *reply = json_get_str(native, "participationStatus"), *uri = uri_of(native);
    json_set_str(p, "@type", "Participant");
    set_address(p, uri, json_get_str(native, "email"));
    const char *address = json_get_str(p, "email");
    json_set_str(p, "name", str_empty(name) || str_ieq(name, address) ? NULL : name);
    json_set_str(p, "kind", is_one_of(kind, KINDS, ARRAY_LEN(KINDS)) ? kind : NULL);
    read_roles(p, native, kind);
    json_set_str(
        p, "participationStatus", is_one_of(reply, REPLIES, ARRAY_LEN(REPLIES)) ? reply : NULL);
    json_set_str(p, "sentBy", json_get_str(native, "sentBy"));
    return p;
}

static bool has_owner(const struct json *participants)
{
    for (const struct json *p = json_first(participants); p; p = json_next(p)) {
        if (json_get_bool(json_get(p, "roles"), "owner", false)) {
            return true;
        }
    }
    return false;
}

/* Where nobody has the role, whoever is to be replied to organizes: one of them, or somebody else. */
static void add_organizer(struct json *people, const char *uri)
{
    for (struct json *p = json_first(people); p; p = json_next(p)) {
        CLEANUP(mem_free) char *there = uri_of_doc(p);
        if (str_ieq(there, uri)) {
            json_set_bool(json_need_object(p, "roles"), "owner", true);
            return;
        }
    }
    if (!json_get(people, ORGANIZER)) {
        struct json *p = json_need_object(people, ORGANIZER);
        json_set_str(p, "@type", "Participant");
        set_address(p, uri, NULL);
        json_set_bool(json_need_object(p, "roles"), "owner", true);
    }
}

void event_people_read(const struct json *event, struct json *doc)
{
    CLEANUP(json_free) struct json *people = json_object();
    for (const struct json *p = json_first(json_get(event, "participants")); p; p = json_next(p)) {
        if (json_is_object(p) && event_person_is_read(p)) {
            json_set(people, json_key(p), person_read(p));
        }
    }
    if (!has_owner(people) && !str_empty(organizer_of(event))) {
        add_organizer(people, organizer_of(event));
    }
    json_remove(doc, "participants");
    if (json_count(people)) {
        json_set(doc, "participants", TAKE(people));
    }
}

/* ---- writing ---- */
static void put_address(struct json *native, const struct json *want, enum event_dialect dialect)
{
    CLEANUP(mem_free) char *uri = uri_of_doc(want);
    json_remove(native, "calendarAddress");
    json_remove(native, "sendTo");
    json_remove(native, "email");
    if (uri && dialect == EVENT_JSCALENDAR_2) {
        json_set_str(native, "calendarAddress", uri);
    } else if (uri) {
        const char *way = str_istarts(uri, MAILTO) ? "imip" : "other";
        json_set_str(json_need_object(native, "sendTo"), way, uri);
    }
}

static void put_roles(struct json *native, const struct json *want)
{
    struct json *roles = json_need_object(native, "roles");
    for (size_t i = 0; i < ARRAY_LEN(ROLES); i++) {
        bool has = json_get_bool(json_get(want, "roles"), ROLES[i], false);
        json_remove(roles, ROLES[i]);
        if (has) {
            json_set_bool(roles, ROLES[i], true);
        }
    }
}

static bool differs(const struct json *a, const struct json *b, const char *member)
{
    return !json_equal(json_get(a, member), json_get(b, member));
}

/* `now` is NULL for a new one, of whom only clients are to write to anybody. */
static void person_put(struct json *native, const struct json *now, const struct json *want,
    enum event_dialect dialect)
{
    static const struct {
        const char *member, *usual;
    } TEXTS[] = {{"name", NULL}, {"kind", "individual"}, {"participationStatus", "needs-action"},
        {"sentBy", NULL}};
    if (differs(now, want, "email") || differs(now, want, "sendTo")) {
        put_address(native, want, dialect);
    }
    if (differs(now, want, "roles")) {
        put_roles(native, want);
    }
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        const char *text = json_get_str(want, TEXTS[i].member);
        if (differs(now, want, TEXTS[i].member)) {
            json_set_str(native, TEXTS[i].member, text ? text : TEXTS[i].usual);
        }
    }
    if (!now) {
        json_set_str(native, "@type", "Participant");
        json_set_str(native, "scheduleAgent", "client");
    }
}

static const struct json *owner_of(const struct json *doc)
{
    for (const struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        if (json_get_bool(json_get(p, "roles"), "owner", false)) {
            return p;
        }
    }
    return NULL;
}

static void organizer_put(
    struct json *event, const struct json *now, const struct json *want, enum event_dialect dialect)
{
    CLEANUP(mem_free) char *was = owner_of(now) ? uri_of_doc(owner_of(now)) : NULL;
    CLEANUP(mem_free) char *uri = owner_of(want) ? uri_of_doc(owner_of(want)) : NULL;
    if (str_ieq(was, uri)) {
        return;
    }
    json_remove(event, "organizerCalendarAddress");
    json_remove(event, "replyTo");
    if (uri && dialect == EVENT_JSCALENDAR_2) {
        json_set_str(event, "organizerCalendarAddress", uri);
    } else if (uri) {
        json_set_str(json_need_object(event, "replyTo"), "imip", uri);
    }
}

void event_people_put(
    struct json *event, const struct json *now, const struct json *want, enum event_dialect dialect)
{
    const struct json *old = json_get(now, "participants"),
                      *people = json_get(want, "participants");
    if (json_equal(old, people)) {
        return;
    }
    organizer_put(event, now, want, dialect);
    for (const struct json *p = json_first(old); p; p = json_next(p)) {
        if (!json_get(people, json_key(p))) {
            json_remove(json_get(event, "participants"), json_key(p));
        }
    }
    for (const struct json *p = json_first(people); p; p = json_next(p)) {
        const struct json *was = json_get(old, json_key(p));
        bool apart = was && !json_get(json_get(event, "participants"), json_key(p));
        if (!json_equal(was, p) && !apart) {
            struct json *all = json_need_object(event, "participants");
            person_put(json_need_object(all, json_key(p)), was, p, dialect);
        }
    }
}
