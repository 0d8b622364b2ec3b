/* The iCalendar lens: finding the item in an object, reading master and overrides, and putting a
 * document back. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/base/map.h"
#include "client/codec/text.h"
#include "client/item/doc.h"
#include "client/item/file.h"

#define PRODID "-//Lockstep//Lockstep " LOCKSTEP_VERSION "//EN"

/* An occurrence of the series that has a component of its own. */
struct override {
    struct lines_comp *comp;
    char *key;        /* owned; in recurrenceOverrides */
    struct json *doc; /* owned; the occurrence as a whole document */
    bool used;
};

/* One item: its components and what they say. */
struct item {
    struct ical ic;
    struct lines_comp *master;
    struct lines_comp *last;    /* of those known so far; none is removed before all are written */
    struct json *doc;           /* owned; the master's document, overrides included */
    struct ical_zone zone;      /* of the master's local times */
    struct override *overrides; /* owned */
    size_t count, cap;
    bool fresh; /* there was no native object */
    bool lone; /* the "master" is one occurrence without its series: it has no recurrence of its own
                */
};

static void item_fini(struct item *it)
{
    for (size_t i = 0; i < it->count; i++) {
        free(it->overrides[i].key);
        json_free(it->overrides[i].doc);
    }
    free(it->overrides);
    json_free(it->doc);
    ical_zone_fini(&it->zone);
    lines_free(it->ic.lines);
    memset(it, 0, sizeof *it);
}

/* ---- finding the components ---- */
const char *ical_component(enum item_kind kind)
{
    static const char *const NAMES[ITEM_KINDS] = {NULL, "VEVENT", "VTODO", "VJOURNAL"};
    return NAMES[kind];
}

static enum rc open_lines(
    const char *text, size_t len, enum item_kind kind, struct ical *ic, struct err *err)
{
    ic->kind = kind;
    ic->name = ical_component(kind);
    enum rc rc = lines_parse(text, len, &ic->lines, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (ic->lines->not_utf8) {
        return err_set(err, RC_INVALID, 0, "line %d is not UTF-8", ic->lines->not_utf8);
    }
    if (ic->lines->not_line) {
        return err_set(
            err, RC_INVALID, 0, "line %d is no content line (NAME:value)", ic->lines->not_line);
    }
    ic->cal = lines_comp_find(ic->lines, NULL, "VCALENDAR", NULL);
    if (!ic->cal) {
        return err_set(err, RC_INVALID, 0, "no BEGIN:VCALENDAR");
    }
    if (lines_comp_find(ic->lines, NULL, "VCALENDAR", ic->cal)) {
        return err_set(err, RC_INVALID, 0, "holds several VCALENDAR objects");
    }
    const struct line *version = lines_find(ic->cal, "VERSION");
    if (version && str_starts(version->value, "1.")) {
        return err_set(err, RC_UNSUPPORTED, 0, "is vCalendar 1.0, not iCalendar 2.0");
    }
    static const char *const lists[] = {"CATEGORIES", "EXDATE", "RDATE", NULL};
    return lines_check_lists(ic->lines, lists, err);
}

static char *uid_of(const struct lines_comp *comp)
{
    const struct line *line = lines_find(comp, "UID");
    return line ? text_unescape(line->value) : mem_strdup("");
}

static enum rc check_uids(const struct ical *ic, struct err *err)
{
    struct lines_comp *first = lines_comp_find(ic->lines, ic->cal, ic->name, NULL);
    if (!first) {
        return err_set(err, RC_INVALID, 0, "holds no %s", ic->name);
    }
    CLEANUP(mem_free) char *uid = uid_of(first);
    for (struct lines_comp *c = first; c; c = lines_comp_find(ic->lines, ic->cal, ic->name, c)) {
        CLEANUP(mem_free) char *other = uid_of(c);
        if (!str_eq(uid, other)) {
            return err_set(
                err, RC_INVALID, 0, "holds several items: UID %.80s and UID %.80s", uid, other);
        }
    }
    return RC_OK;
}

enum rc ical_open(
    const char *text, size_t len, enum item_kind kind, struct ical *ret, struct err *err)
{
    if (!ical_component(kind)) {
        return err_set(err, RC_UNSUPPORTED, 0, "iCalendar holds events, tasks and notes only");
    }
    enum rc rc = open_lines(text, len, kind, ret, err);
    return rc == RC_OK ? check_uids(ret, err) : rc;
}

static enum rc find_master(struct item *it, struct err *err)
{
    size_t lone = 0;
    struct lines_comp *last = NULL;
    for (struct lines_comp *c = lines_comp_find(it->ic.lines, it->ic.cal, it->ic.name, NULL); c;
         c = lines_comp_find(it->ic.lines, it->ic.cal, it->ic.name, c)) {
        const struct line *id = lines_find(c, "RECURRENCE-ID");
        if (id && line_param(id, "RANGE")) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "line %d: a change for this and all future occurrences", id->number);
        }
        if (!id && it->master) {
            return err_set(err, RC_INVALID, 0, "line %d: a second %s with the same UID",
                c->begin->number, it->ic.name);
        }
        it->master = id ? it->master : c;
        lone += id != NULL;
        last = c;
    }
    if (!it->master && lone > 1) {
        return err_set(err, RC_UNSUPPORTED, 0, "%zu single occurrences without their series", lone);
    }
    it->lone = !it->master;
    it->master = it->lone ? last : it->master;
    return RC_OK;
}

/* ---- reading ---- */
static struct json *new_doc(const struct ical *ic, const struct lines_comp *comp)
{
    struct json *doc = json_object();
    CLEANUP(mem_free) char *uid = uid_of(comp);
    json_set_str(doc, "@type",
        ic->kind == ITEM_EVENT  ? "Event"
        : ic->kind == ITEM_TASK ? "Task"
                                : DOC_NOTE);
    if (*uid) {
        json_set_str(doc, "uid", uid);
    }
    const struct line *prodid = lines_find(ic->cal, "PRODID");
    json_set_str(doc, "prodId", prodid ? prodid->value : NULL);
    return doc;
}

/* One component as a document of its own, without recurrence. */
static enum rc comp_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *home, struct json **ret_doc, struct ical_zone *ret_zone,
    struct err *err)
{
    CLEANUP(json_free) struct json *doc = new_doc(ic, comp);
    enum rc rc = ical_times_read(ic, comp, home, doc, ret_zone, err);
    if (rc == RC_OK) {
        ical_rows_read(ic, comp, doc);
        ical_alarms_read(ic, comp, doc);
        *ret_doc = TAKE(doc);
    }
    return rc;
}

/* Members that an override cannot change (RFC 8984 section 4.3.5), or that we keep for the series
 * only. */
static const char *const series_only[] = {DOC_STYLED, "links", "uid", "prodId", "created",
    "updated", "sequence", "privacy", "participants", "timeZones", "endTimeZone", "recurrenceRules",
    "excludedRecurrenceRules", "recurrenceOverrides", "recurrenceId", "recurrenceIdTimeZone"};

static bool is_series_only(const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(series_only); i++) {
        if (str_eq(series_only[i], member)) {
            return true;
        }
    }
    return false;
}

static void drop_series_only(struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(series_only); i++) {
        json_remove(doc, series_only[i]);
    }
}

/* The occurrence `key` of a series as it is without an override: moved there, with its due date.
 * Caller frees. */
static struct json *occurrence(const struct json *series, const char *key)
{
    struct json *doc = json_object();
    for (const struct json *m = json_first(series); m; m = json_next(m)) {
        if (!is_series_only(json_key(m))) { /* not copied to be dropped: overrides are many */
            json_set(doc, json_key(m), json_dup(m));
        }
    }
    const char *start = json_get_str(series, "start"), *due = json_get_str(series, "due");
    struct civil from, to, end;
    if (start && due && civil_parse_iso(start, &from, NULL) && civil_parse_iso(key, &to, NULL) &&
        civil_parse_iso(due, &end, NULL)) {
        struct civil moved =
            civil_from_seconds(civil_seconds(&end) + civil_seconds(&to) - civil_seconds(&from));
        CLEANUP(mem_free) char *text = ical_iso(&moved);
        json_set_str(doc, "due", text);
    }
    json_set_str(doc, start || !due ? "start" : "due", key);
    return doc;
}

static enum rc override_read(struct item *it, struct lines_comp *comp, struct err *err)
{
    const struct line *id = lines_find(comp, "RECURRENCE-ID");
    CLEANUP_FINI(ical_time_fini) struct ical_time t = {0};
    if (!ical_time_parse(&it->ic, id, id->value, &t)) {
        return err_set(
            err, RC_INVALID, 0, "line %d: RECURRENCE-ID has no usable date or time", id->number);
    }
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP_FINI(ical_zone_fini) struct ical_zone zone = {0};
    enum rc rc = comp_read(&it->ic, comp, &it->zone, &doc, &zone, err);
    if (rc != RC_OK) {
        return rc;
    }
    drop_series_only(doc);
    ARRAY_RESERVE(it->overrides, it->count, it->cap);
    it->overrides[it->count++] =
        (struct override){comp, ical_override_key(&t, &it->zone, it->doc), TAKE(doc), false};
    return RC_OK;
}

/* Adds the override's difference from the plain occurrence to the master's document. */
static void override_add(struct item *it, struct override *o)
{
    struct json *all = json_need_object(it->doc, "recurrenceOverrides");
    CLEANUP(json_free) struct json *plain = occurrence(it->doc, o->key);
    doc_rekey(o->doc, plain);
    json_set(all, o->key, doc_diff(plain, o->doc));
}

static enum rc overrides_read(struct item *it, struct err *err)
{
    CLEANUP(map_free) struct map *seen = map_new();
    for (struct lines_comp *c = lines_comp_find(it->ic.lines, it->ic.cal, it->ic.name, NULL); c;
         c = lines_comp_find(it->ic.lines, it->ic.cal, it->ic.name, c)) {
        if (c == it->master) {
            continue;
        }
        enum rc rc = override_read(it, c, err);
        if (rc != RC_OK) {
            return rc;
        }
        struct override *last = &it->overrides[it->count - 1];
        if (map_has(seen, last->key)) { /* the first counts; the other stays as it is */
            free(last->key);
            json_free(last->doc);
            it->count--;
        } else {
            map_put(seen, last->key, seen);
            override_add(it, last);
        }
    }
    return RC_OK;
}

static void lone_occurrence_read(struct item *it)
{
    const struct line *id = lines_find(it->master, "RECURRENCE-ID");
    CLEANUP_FINI(ical_time_fini) struct ical_time t = {0};
    if (id && ical_time_parse(&it->ic, id, id->value, &t)) {
        CLEANUP(mem_free) char *key = ical_iso(&t.at);
        json_set_str(it->doc, "recurrenceId", key);
        json_set_str(it->doc, "recurrenceIdTimeZone", t.zone.name);
    }
}

static enum rc item_read(
    const char *text, size_t len, enum item_kind kind, struct item *it, struct err *err)
{
    enum rc rc = ical_open(text, len, kind, &it->ic, err);
    rc = rc == RC_OK ? find_master(it, err) : rc;
    rc = rc == RC_OK ? comp_read(&it->ic, it->master, NULL, &it->doc, &it->zone, err) : rc;
    if (rc == RC_OK && kind != ITEM_NOTE) {
        ical_files_read(it->master, it->doc);
    }
    if (rc == RC_OK && it->lone) {
        lone_occurrence_read(it);
        return RC_OK;
    }
    rc = rc == RC_OK ? ical_rules_read(&it->ic, it->master, &it->zone, it->doc, err) : rc;
    if (rc == RC_OK) {
        ical_dates_read(&it->ic, it->master, &it->zone, it->doc);
        rc = overrides_read(it, err);
    }
    return rc;
}

enum rc ical_read(
    const char *text, size_t len, enum item_kind kind, struct json **ret_doc, struct err *err)
{
    CLEANUP_FINI(item_fini) struct item it = {0};
    enum rc rc = item_read(text, len, kind, &it, err);
    if (rc != RC_OK) {
        return err_prefix(err, "reading the iCalendar object"), rc;
    }
    *ret_doc = TAKE(it.doc);
    return RC_OK;
}

/* ---- writing one component ---- */
static size_t count_lines(const struct lines_comp *comp, bool *ret_changed)
{
    size_t count = 0;
    for (const struct line *l = comp->begin; l; l = l == comp->end ? NULL : l->next) {
        *ret_changed = *ret_changed || l->changed || !l->raw;
        count++;
    }
    return count;
}

static void bump_sequence(struct ical *ic, struct lines_comp *comp)
{
    const struct line *line = lines_find(comp, "SEQUENCE");
    long n = line ? strtol(line->value, NULL, 10) : 0;
    CLEANUP(mem_free) char *next = str_printf("%ld", n >= 0 && n < 1000000000 ? n + 1 : 1);
    ical_put(ic, comp, "SEQUENCE", next);
}

static void stamp(struct lines_comp *comp, const struct json *doc)
{
    CLEANUP(mem_free) char *updated = ical_utc_from_iso(json_get_str(doc, "updated"));
    static const char *const names[] = {"DTSTAMP", "LAST-MODIFIED"};
    for (size_t i = 0; i < ARRAY_LEN(names) && updated; i++) {
        struct line *line = lines_find(comp, names[i]);
        if (line && strcmp(line->value, updated) < 0) {
            line_set_value(line, updated);
        }
    }
}

/* Makes a component say what `doc` says where that differs from `before`. Recurrence only where it
 * is a master. */
static enum rc comp_write(struct item *it, struct lines_comp *comp, const struct json *before,
    const struct json *doc, const struct json *stamps, struct err *err)
{
    struct ical *ic = &it->ic;
    bool changed = false, ignored = false, is_new = !before;
    size_t lines = count_lines(comp, &ignored);
    ic->rescheduled = false;
    enum rc rc = ical_times_write(ic, comp, before, doc, err);
    if (rc == RC_OK && comp == it->master && !it->lone) {
        rc = ical_rules_write(ic, comp, before, doc, err);
        rc = rc == RC_OK ? ical_dates_write(ic, comp, before, doc, err) : rc;
    }
    if (rc != RC_OK) {
        return rc;
    }
    ical_rows_write(ic, comp, before, doc);
    ical_alarms_write(ic, comp, before, doc);
    if (comp == it->master && ic->kind != ITEM_NOTE) {
        ical_files_write(ic, comp, before, doc);
    }
    changed = count_lines(comp, &changed) != lines || changed;
    if (changed && !is_new) {
        if (ic->rescheduled && !it->fresh) {
            bump_sequence(ic, comp);
        }
        stamp(comp, stamps);
    }
    return RC_OK;
}

/* ---- writing overrides ---- */
static bool is_component(const struct json *patch)
{
    return json_count(patch) > 0 && !json_get_bool(patch, "excluded", false);
}

static struct override *find_override(struct item *it, const char *key, bool same_day)
{
    for (size_t i = 0; i < it->count; i++) {
        struct override *o = &it->overrides[i];
        if (!o->used && (str_eq(o->key, key) || (same_day && strncmp(o->key, key, 10) == 0))) {
            return o;
        }
    }
    return NULL;
}

static enum rc recurrence_id_write(struct item *it, struct lines_comp *comp, const char *key,
    const struct json *doc, struct err *err)
{
    CLEANUP_FINI(ical_zone_fini) struct ical_zone zone = {0};
    bool all_day = json_get_bool(doc, "showWithoutTime", false);
    enum rc rc =
        ical_zone_of_doc(&it->ic, doc, all_day ? NULL : json_get_str(doc, "timeZone"), &zone, err);
    struct civil c;
    if (rc == RC_OK && (!civil_parse_iso(key, &c, NULL) || !civil_valid(&c))) {
        rc = err_set(
            err, RC_INVALID, 0, "\"recurrenceOverrides/%.40s\" is no local date and time", key);
    }
    if (rc != RC_OK) {
        return rc;
    }
    char text[CIVIL_TEXT_SIZE];
    ical_time_format(&c, all_day, &zone, text);
    struct line *line = lines_find(comp, "RECURRENCE-ID");
    if (!line) {
        struct line *uid = lines_find(comp, "UID");
        line = lines_insert(it->ic.lines, uid ? uid->next : comp->begin->next, "RECURRENCE-ID", "");
        line->comp = comp;
    }
    ical_time_params(line, all_day, &zone);
    line_set_value(line, text);
    return RC_OK;
}

/* A new occurrence component is a copy of the master, so that who comes and all we do not know is in
 * it, too. */
static enum rc override_new(
    struct item *it, const char *key, const struct json *doc, struct override *ret, struct err *err)
{
    static const char *const rule_lines[] = {"RRULE", "EXRULE", "RDATE", "EXDATE"};
    for (struct lines_comp *c = it->last ? it->last : it->master; c;
         c = lines_comp_find(it->ic.lines, it->ic.cal, it->ic.name, c)) {
        it->last = c;
    }
    struct lines_comp *comp = lines_comp_copy(it->ic.lines, it->master, it->last->end->next);
    it->last = comp;
    ical_files_drop(&it->ic, comp);
    for (size_t i = 0; i < ARRAY_LEN(rule_lines); i++) {
        for (struct line *l; (l = lines_find(comp, rule_lines[i]));) {
            lines_remove(it->ic.lines, l);
        }
    }
    CLEANUP_FINI(ical_zone_fini) struct ical_zone zone = {0};
    *ret = (struct override){.comp = comp};
    enum rc rc = comp_read(&it->ic, comp, NULL, &ret->doc, &zone, err);
    if (rc == RC_OK) {
        drop_series_only(ret->doc);
        rc = recurrence_id_write(it, comp, key, doc, err);
    }
    return rc;
}

struct change {
    const struct json *before, *doc; /* the whole documents, master's level */
    bool new_form; /* zone or all-day changed: RECURRENCE-IDs must be written anew */
};

static void people_set(struct json *doc, const struct json *series)
{
    const struct json *people = json_get(series, "participants");
    if (people) {
        json_set(doc, "participants", json_dup(people));
    }
}

static enum rc override_write(struct item *it, const char *key, const struct json *patch,
    const struct change *ch, bool same_day, struct err *err)
{
    struct override *found = find_override(it, key, same_day), made = {0};
    enum rc rc = RC_OK;
    if (!found && !is_component(patch)) {
        return RC_OK; /* a plain additional date */
    }
    if (found) {
        found->used = true;
        if (ch->new_form || !str_eq(found->key, key)) {
            rc = recurrence_id_write(it, found->comp, key, ch->doc, err);
        }
    } else {
        rc = override_new(it, key, ch->doc, &made, err);
    }
    CLEANUP(json_free) struct json *before = found ? json_dup(found->doc) : made.doc;
    CLEANUP(json_free) struct json *want = occurrence(ch->doc, key);
    rc = rc == RC_OK ? doc_apply(want, patch, err) : rc;
    if (rc != RC_OK) {
        return rc;
    }
    drop_series_only(want);
    if (json_get(ch->doc, "timeZones")) {
        json_set(want, "timeZones", json_dup(json_get(ch->doc, "timeZones")));
    }
    doc_rekey(want, before);
    if (found) { /* a private series whose exceptions stayed public would tell what it should not */
        json_set_str(before, "privacy", json_get_str(ch->before, "privacy"));
        json_set_str(want, "privacy", json_get_str(ch->doc, "privacy"));
        /* and one whose exceptions kept a guest who was uninvited would let them in */
        people_set(before, ch->before);
        people_set(want, ch->doc);
    }
    return comp_write(it, found ? found->comp : made.comp, before, want, ch->doc, err);
}

static enum rc overrides_write(struct item *it, const struct change *ch, struct err *err)
{
    const struct json *all = json_get(ch->doc, "recurrenceOverrides");
    CLEANUP(map_free) struct map *done = map_new();
    enum rc rc = RC_OK;
    for (int pass = 0; pass < 2;
         pass++) { /* exact matches first, then those that moved within their day */
        for (const struct json *o = json_first(all); o && rc == RC_OK; o = json_next(o)) {
            bool wanted = !json_get_bool(o, "excluded", false) && !map_has(done, json_key(o));
            if (!wanted || (pass == 0 && !find_override(it, json_key(o), false))) {
                continue;
            }
            map_put(done, json_key(o), done);
            rc = override_write(it, json_key(o), o, ch, pass == 1 && is_component(o), err);
        }
    }
    for (size_t i = 0; i < it->count && rc == RC_OK; i++) {
        struct override *o = &it->overrides[i];
        /* One that is both excluded and written out was so before: only what changed is touched. */
        bool same = json_equal(
            json_get(json_get(ch->before, "recurrenceOverrides"), o->key), json_get(all, o->key));
        if (!o->used && !same) {
            lines_comp_remove(it->ic.lines, o->comp);
        }
    }
    return rc;
}

/* ---- writing the object ---- */
static enum rc new_object(
    enum item_kind kind, const struct json *doc, struct item *it, struct err *err)
{
    if (!ical_component(kind)) {
        return err_set(err, RC_UNSUPPORTED, 0, "iCalendar holds events, tasks and notes only");
    }
    struct ical *ic = &it->ic;
    it->fresh = true;
    ic->kind = kind;
    ic->name = ical_component(kind);
    ic->lines = lines_new();
    ic->cal = lines_comp_insert(ic->lines, NULL, NULL, "VCALENDAR");
    lines_insert(ic->lines, ic->cal->end, "VERSION", "2.0");
    lines_insert(ic->lines, ic->cal->end, "PRODID", PRODID);
    it->master = lines_comp_insert(ic->lines, ic->cal, ic->cal->end, ic->name);
    CLEANUP(mem_free)
    char *uid = text_escape(json_get_str(doc, "uid") ? json_get_str(doc, "uid") : "");
    CLEANUP(mem_free) char *created = ical_utc_from_iso(json_get_str(doc, "created"));
    CLEANUP(mem_free) char *updated = ical_utc_from_iso(json_get_str(doc, "updated"));
    if (!*uid) {
        return err_set(err, RC_INVALID, 0, "a new item needs a \"uid\"");
    }
    ical_put(ic, it->master, "UID", uid);
    ical_put(ic, it->master, "DTSTAMP", updated ? updated : created ? created : "19700101T000000Z");
    ical_put(ic, it->master, "CREATED", created);
    ical_put(ic, it->master, "LAST-MODIFIED", updated);
    int64_t sequence = json_get_int(doc, "sequence", 0);
    CLEANUP(mem_free) char *number = sequence > 0 ? str_printf("%lld", (long long)sequence) : NULL;
    ical_put(ic, it->master, "SEQUENCE", number);
    return RC_OK;
}

static bool same_form(const struct json *before, const struct json *doc)
{
    bool all_day = json_get_bool(doc, "showWithoutTime", false);
    return all_day == json_get_bool(before, "showWithoutTime", false) &&
           (all_day || str_eq(json_get_str(before, "timeZone"), json_get_str(doc, "timeZone")));
}

static enum rc item_write(struct item *it, const struct json *doc, struct err *err)
{
    CLEANUP(json_free) struct json *wanted = json_dup(doc);
    struct json *before = it->doc;
    if (before) {
        doc_rekey(wanted, before);
    }
    file_keep(wanted, before);
    struct change ch = {before, wanted, before && !same_form(before, wanted)};
    enum rc rc = comp_write(it, it->master, before, wanted, wanted, err);
    rc = rc == RC_OK && !it->lone ? overrides_write(it, &ch, err) : rc;
    if (rc == RC_OK) {
        ical_zone_define_all(&it->ic);
    }
    return rc;
}

enum rc ical_write(const char *native, enum item_kind kind, const struct json *doc, char **ret_text,
    struct err *err)
{
    CLEANUP_FINI(item_fini) struct item it = {0};
    enum rc rc = native ? item_read(native, strlen(native), kind, &it, err)
                        : new_object(kind, doc, &it, err);
    rc = rc == RC_OK ? item_write(&it, doc, err) : rc;
    rc = rc == RC_OK ? lines_print(it.ic.lines, ret_text, err) : rc;
    if (rc != RC_OK) {
        err_prefix(err, "writing the iCalendar object");
    }
    return rc;
}
