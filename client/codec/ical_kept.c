/* What an iCalendar object holds beyond its document: lines that stay where they are through every edit
 * and reach nobody else, by name or, where people have a word for it, in words. A table of names, not a
 * reading without each line, as of vCards: a series may have thousands of occurrences. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/base/buf.h"
#include "client/base/map.h"

/* Read in other files than ical_rows.c, or bookkeeping of whoever wrote the object. */
static const char *const READ[] = {"UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "DUE",
    "DURATION", "RRULE", "EXRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "LOCATION", "CATEGORIES",
    "STYLED-DESCRIPTION", "X-ALT-DESC", "REQUEST-STATUS"};
static const char *const READ_OF_EVENTS[] = {"TRANSP", "ORGANIZER", "ATTENDEE"};
static const char *const READ_OF_BOTH[] = {"ATTACH", "CONFERENCE", "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK"};
/* What Exchange says a second time in its own words ([MS-OXCICAL] section 2.1.3.1.1.20). */
#define COPIES "X-MICROSOFT-CDO-"

static const struct word {
    const char *name, *words;
} PROPERTIES[] = {
    {"ATTACH", "attached files"},   /* of a note */
    {"ATTENDEE", "who takes part"}, /* of a task or note */
    {"ORGANIZER", "who gave it"},
    {"COMMENT", "comments"},
    {"CONTACT", "whom to ask"},
    {"GEO", "where it is on the map"},
    {"IMAGE", "a picture"},
    {"RELATED-TO", "what it belongs to"},
    {"RESOURCES", "what is needed for it"},
    {"URL", "a web page"},
    {NULL, NULL},
};
/* At ORGANIZER and ATTENDEE, of which everything else is in documents or how a server delivers. */
static const struct word PARAMETERS[] = {
    {"RSVP", "of whom a reply is wanted"},
    {"DELEGATED-TO", "who comes for whom"},
    {"DELEGATED-FROM", "who comes for whom"},
    {"MEMBER", "through which list people are invited"},
    {NULL, NULL},
};
#define GUESTS_OF_OCCURRENCES "guests and replies of single occurrences"
#define FILES_OF_OCCURRENCES  "files of single occurrences"

static const char *words_of(const struct word *list, const char *name)
{
    for (; list->name; list++) {
        if (str_ieq(list->name, name)) {
            return list->words;
        }
    }
    return NULL;
}

static bool listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_ieq(list[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_read(enum item_kind kind, const char *name)
{
    return ical_row_reads(kind, name) || listed(READ, ARRAY_LEN(READ), name) ||
           str_istarts(name, COPIES) ||
           (kind == ITEM_EVENT && listed(READ_OF_EVENTS, ARRAY_LEN(READ_OF_EVENTS), name)) ||
           (kind != ITEM_NOTE && listed(READ_OF_BOTH, ARRAY_LEN(READ_OF_BOTH), name));
}

/* ---- the list ---- */
static void count(struct json *list, const char *property, const char *words, const char *line)
{
    struct json *e = json_first(list);
    while (e && !(words ? str_eq(json_get_str(e, "what"), words)
                        : str_ieq(json_get_str(e, "property"), property))) {
        e = json_next(e);
    }
    if (!e) {
        e = json_object();
        json_set_str(e, "property", property);
        json_set_str(e, "what", words);
        json_set_str(e, "line", line);
        json_append(list, e);
    }
    json_set_int(e, "count", json_get_int(e, "count", 0) + 1);
}

static void count_parameters(struct json *list, const struct line *line)
{
    CLEANUP(mem_free) char *text = lines_text(line);
    for (size_t i = 0; i < line->param_count; i++) {
        const struct line_param *p = &line->params[i];
        const char *words = words_of(PARAMETERS, p->name);
        bool default_said = str_ieq(p->name, "RSVP") && p->count && str_ieq(p->values[0], "FALSE");
        if (words && !default_said) {
            count(list, p->name, words, text);
        }
    }
}

static bool is_person(const struct line *line)
{
    return str_ieq(line->name, "ATTENDEE") || str_ieq(line->name, "ORGANIZER");
}

/* Who comes, in which part, and what they answered. Caller frees. */
static char *guest_key(const struct line *line)
{
    static const char *const PARAMS[] = {"PARTSTAT", "ROLE", "CUTYPE"};
    struct buf b = BUF_INIT(LINES_MAX_SIZE);
    buf_adds(&b, line->value);
    for (size_t i = 0; i < ARRAY_LEN(PARAMS); i++) {
        const char *value = line_param(line, PARAMS[i]);
        buf_addf(&b, ";%s", value ? value : "");
    }
    CLEANUP(mem_free) char *key = buf_take(&b);
    return str_lower(key);
}

static struct map *guests_of(const struct lines_comp *comp)
{
    struct map *guests = map_new();
    for (struct line *l = comp ? lines_find(comp, "ATTENDEE") : NULL; l;
         l = lines_find_next(comp, "ATTENDEE", l)) {
        CLEANUP(mem_free) char *key = guest_key(l);
        map_put(guests, key, l);
    }
    return guests;
}

static bool same_guests(const struct map *a, const struct map *b)
{
    const char *key;
    bool same = map_count(a) == map_count(b);
    for (size_t i = 0; same && map_entry(a, &i, &key, NULL);) {
        same = map_has(b, key);
    }
    return same;
}

/* A file of an occurrence that its series has not. */
static bool is_own_file(const struct lines_comp *series, const struct line *line)
{
    bool own = str_ieq(line->name, "ATTACH");
    for (struct line *l = lines_find(series, "ATTACH"); l && own;
         l = lines_find_next(series, "ATTACH", l)) {
        own = !str_eq(l->value, line->value);
    }
    return own;
}

/* `series`: NULL of the series itself. */
static void count_lines(const struct ical *ic, const struct lines_comp *comp,
    const struct lines_comp *series, struct json *list)
{
    for (struct line *l = lines_next_in(comp, NULL); l; l = lines_next_in(comp, l)) {
        if (!*l->name) {
            continue;
        }
        if (ic->kind == ITEM_EVENT && is_person(l)) {
            if (!series) {
                count_parameters(list, l);
            }
        } else if (series && ic->kind != ITEM_NOTE && is_own_file(series, l)) {
            count(list, l->name, FILES_OF_OCCURRENCES, NULL);
        } else if (!is_read(ic->kind, l->name)) {
            CLEANUP(mem_free) char *text = lines_text(l);
            count(list, l->name, words_of(PROPERTIES, l->name), text);
        }
    }
}

/* NULL: there is no component of the series itself. */
static const struct lines_comp *series_of(const struct ical *ic)
{
    for (struct lines_comp *c = lines_comp_find(ic->lines, ic->cal, ic->name, NULL); c;
         c = lines_comp_find(ic->lines, ic->cal, ic->name, c)) {
        if (!lines_find(c, "RECURRENCE-ID")) {
            return c;
        }
    }
    return NULL;
}

static struct json *kept_list(const struct ical *ic)
{
    struct json *list = json_array();
    const struct lines_comp *series = series_of(ic);
    CLEANUP(map_free) struct map *guests = guests_of(series);
    for (struct lines_comp *c = lines_comp_find(ic->lines, ic->cal, ic->name, NULL); c;
         c = lines_comp_find(ic->lines, ic->cal, ic->name, c)) {
        bool occurrence = series && c != series;
        CLEANUP(map_free) struct map *own = guests_of(c);
        count_lines(ic, c, occurrence ? series : NULL, list);
        if (ic->kind == ITEM_EVENT && occurrence && !same_guests(own, guests)) {
            count(list, "ATTENDEE", GUESTS_OF_OCCURRENCES, NULL);
        }
    }
    return list;
}

enum rc ical_kept(
    const char *text, size_t len, enum item_kind kind, struct json **ret_list, struct err *err)
{
    struct ical ic = {0};
    enum rc rc = ical_open(text, len, kind, &ic, err);
    if (rc == RC_OK) {
        *ret_list = kept_list(&ic);
    } else {
        err_prefix(err, "reading the iCalendar object");
    }
    lines_free(ic.lines);
    return rc;
}
