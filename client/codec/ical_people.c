/* ORGANIZER and ATTENDEE as "participants" (RFC 8984 section 4.4.6).
 *
 * Who has both lines is one participant with both roles. "email" is the address of a mailto: URI (or
 * of EMAIL=, RFC 7986 section 6.2); any other URI is "sendTo"/"other". There is no "replyTo": it
 * would say the organizer's address a second time. Defaults are left out (an individual, required,
 * needs-action). What else a line says (RSVP, MEMBER, DELEGATED-..., SCHEDULE-...) stays in the line.
 *
 * Occurrences have no participants of their own in documents: their lines stay as they are, and a
 * change of the series is made in them, too, where they said the same. */
#include "client/codec/ical_private.h"

#include <string.h>

#define MAILTO "mailto:"

struct word {
    const char *ical, *member_value;
};
static const struct word kinds[] = {
    {"GROUP", "group"}, {"RESOURCE", "resource"}, {"ROOM", "location"}, {NULL, NULL}};
/* Beside "attendee". */
static const struct word roles[] = {{"CHAIR", "chair"}, {"OPT-PARTICIPANT", "optional"},
    {"NON-PARTICIPANT", "informational"}, {NULL, NULL}};
static const struct word replies[] = {{"ACCEPTED", "accepted"}, {"DECLINED", "declined"},
    {"TENTATIVE", "tentative"}, {"DELEGATED", "delegated"}, {NULL, NULL}};

static const char *to_member(const struct word *words, const char *ical)
{
    for (; words->ical; words++) {
        if (str_ieq(words->ical, ical)) {
            return words->member_value;
        }
    }
    return NULL;
}

static const char *to_ical(const struct word *words, const char *member_value)
{
    for (; words->ical; words++) {
        if (str_eq(words->member_value, member_value)) {
            return words->ical;
        }
    }
    return NULL;
}

/* ---- addresses ---- */
static const char *without_mailto(const char *uri)
{
    return str_istarts(uri, MAILTO) ? uri + strlen(MAILTO) : NULL;
}

/* What a line is recognised by: its e-mail address, else its URI. Caller frees. */
static char *line_address(const struct line *line, bool *ret_email)
{
    CLEANUP(mem_free) char *uri = str_trim(line->value);
    const char *email = without_mailto(uri);
    email = email ? email : line_param(line, "EMAIL");
    *ret_email = !str_empty(email);
    return mem_strdup(*ret_email ? email : uri);
}

/* The same of a participant; NULL if nobody can say who it is. */
static const char *address_of(const struct json *participant)
{
    const char *email = json_get_str(participant, "email");
    email = str_empty(email) ? json_get_str(json_get(participant, "sendTo"), "other") : email;
    return str_empty(email) ? NULL : email;
}

static struct line *find_line(const struct lines_comp *comp, const char *name, const char *address)
{
    for (struct line *l = lines_find(comp, name); l && address;
         l = lines_find_next(comp, name, l)) {
        bool email;
        CLEANUP(mem_free) char *there = line_address(l, &email);
        if (str_ieq(there, address)) {
            return l;
        }
    }
    return NULL;
}

static bool has_role(const struct json *participant, const char *role)
{
    return json_get_bool(json_get(participant, "roles"), role, false);
}

static bool is_owner(const struct json *participant)
{
    return has_role(participant, "owner");
}

static bool is_attendee(const struct json *participant)
{
    return participant && address_of(participant) &&
           (has_role(participant, "attendee") || !is_owner(participant));
}

/* ---- reading ---- */
static struct json *entry_of(struct json *doc, const char *address)
{
    for (struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        if (str_ieq(address_of(p), address)) {
            return p;
        }
    }
    return NULL;
}

static struct json *entry_new(struct json *doc, const char *address, bool email)
{
    struct json *map = json_need_object(doc, "participants");
    CLEANUP(mem_free) char *id = str_printf("%zu", json_count(map) + 1);
    struct json *p = json_need_object(map, id);
    json_set_str(p, "@type", "Participant");
    if (email) {
        json_set_str(p, "email", address);
    } else {
        json_set_str(json_need_object(p, "sendTo"), "other", address);
    }
    return p;
}

static void set_name(struct json *p, const struct line *line)
{
    const char *name = line_param(line, "CN");
    if (!str_empty(name) && !str_ieq(name, address_of(p)) && !json_get(p, "name")) {
        json_set_str(p, "name", name);
    }
}

static void attendee_read(struct json *p, const struct line *line)
{
    const char *kind = to_member(kinds, line_param(line, "CUTYPE"));
    const char *role = to_member(roles, line_param(line, "ROLE"));
    /* A room takes no part: Outlook says so of all of them ([MS-OXCICAL] section
     * 2.1.3.1.1.20.2). */
    bool thing = kind && !str_eq(kind, "group");
    json_set_str(p, "kind", kind);
    json_set_bool(json_need_object(p, "roles"), "attendee", true);
    if (role && !(thing && str_eq(role, "informational"))) {
        json_set_bool(json_need_object(p, "roles"), role, true);
    }
    json_set_str(p, "participationStatus", to_member(replies, line_param(line, "PARTSTAT")));
}

void ical_people_read(const struct lines_comp *comp, struct json *doc)
{
    static const char *const NAMES[] = {"ORGANIZER", "ATTENDEE"};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        for (struct line *l = lines_find(comp, NAMES[i]); l;
             l = lines_find_next(comp, NAMES[i], l)) {
            bool email;
            CLEANUP(mem_free) char *address = line_address(l, &email);
            struct json *p = entry_of(doc, address);
            if (!*address || (p && has_role(p, "attendee")) || (p && i == 0)) {
                continue; /* nobody, or a second time: the first counts */
            }
            p = p ? p : entry_new(doc, address, email);
            set_name(p, l);
            if (i == 0) {
                const char *by = line_param(l, "SENT-BY");
                json_set_bool(json_need_object(p, "roles"), "owner", true);
                json_set_str(p, "sentBy", by && without_mailto(by) ? without_mailto(by) : by);
            } else {
                attendee_read(p, l);
            }
        }
    }
}

/* ---- writing ---- */
/* Makes one parameter follow a member, where the line says what the member said before. */
static void follow(
    struct line *line, const char *param, const char *before, const char *now, const char *fallback)
{
    const char *there = line_param(line, param);
    bool as_before = str_ieq(there ? there : fallback, before ? before : fallback);
    if (!str_ieq(before ? before : fallback, now ? now : fallback) && as_before) {
        line_param_set(line, param, now ? now : there ? fallback : NULL);
    }
}

static void follow_name(struct line *line, const struct json *before, const struct json *now)
{
    const char *old = json_get_str(before, "name"), *name = json_get_str(now, "name");
    if (!str_eq(old, name)) {
        line_param_set(line, "CN", str_empty(name) ? NULL : name);
    }
}

static void put_address(struct line *line, const struct json *p)
{
    const char *email = json_get_str(p, "email");
    CLEANUP(mem_free)
    char *uri = str_empty(email) ? mem_strdup(address_of(p)) : str_printf(MAILTO "%s", email);
    line_set_value(line, uri);
    line_param_set(line, "EMAIL", NULL); /* it was the old one's */
}

static const char *role_of(const struct json *p)
{
    for (const struct word *w = roles; p && w->ical; w++) {
        if (has_role(p, w->member_value)) {
            return w->ical;
        }
    }
    return NULL;
}

static void attendee_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *now)
{
    bool is_new = !is_attendee(before);
    struct line *line = find_line(comp, "ATTENDEE", address_of(is_new ? now : before));
    if (!line && !is_new) {
        return; /* an occurrence without them */
    }
    if (!line) {
        line = ical_add(ic, comp, "ATTENDEE", "");
        put_address(line, now);
    } else if (!str_eq(address_of(is_new ? now : before), address_of(now))) {
        put_address(line, now);
    }
    before = is_new ? NULL : before;
    follow_name(line, before, now);
    follow(line, "CUTYPE", to_ical(kinds, json_get_str(before, "kind")),
        to_ical(kinds, json_get_str(now, "kind")), "INDIVIDUAL");
    follow(line, "ROLE", role_of(before), role_of(now), "REQ-PARTICIPANT");
    follow(line, "PARTSTAT", to_ical(replies, json_get_str(before, "participationStatus")),
        to_ical(replies, json_get_str(now, "participationStatus")), "NEEDS-ACTION");
}

static const struct json *owner_of(const struct json *doc)
{
    for (const struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        if (is_owner(p) && address_of(p)) {
            return p;
        }
    }
    return NULL;
}

static void organizer_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *now)
{
    if (json_equal(before, now)) {
        return;
    }
    if (!now) {
        ical_put(ic, comp, "ORGANIZER", NULL);
        return;
    }
    struct line *line = lines_find(comp, "ORGANIZER");
    bool is_new = !line;
    line = line ? line : ical_add(ic, comp, "ORGANIZER", "");
    if (is_new || !str_ieq(address_of(before), address_of(now))) {
        put_address(line, now);
        line_param_set(line, "CN", NULL);
        line_param_set(line, "SENT-BY", NULL);
        before = NULL;
    }
    follow_name(line, before, now);
    const char *old = json_get_str(before, "sentBy"), *by = json_get_str(now, "sentBy");
    if (!str_eq(old, by)) {
        CLEANUP(mem_free) char *uri = str_empty(by) ? NULL : str_printf(MAILTO "%s", by);
        line_param_set(line, "SENT-BY", uri);
    }
}

void ical_people_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const struct json *old = json_get(before, "participants"), *now = json_get(doc, "participants");
    if (json_equal(old, now)) {
        return;
    }
    organizer_write(ic, comp, owner_of(before), owner_of(doc));
    for (const struct json *p = json_first(old); p; p = json_next(p)) {
        struct line *line = is_attendee(p) && !is_attendee(json_get(now, json_key(p)))
                                ? find_line(comp, "ATTENDEE", address_of(p))
                                : NULL;
        if (line) {
            lines_remove(ic->lines, line);
        }
    }
    for (const struct json *p = json_first(now); p; p = json_next(p)) {
        const struct json *was = json_get(old, json_key(p));
        if (is_attendee(p) && !json_equal(was, p)) {
            attendee_write(ic, comp, was, p);
        }
    }
}
