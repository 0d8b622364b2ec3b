/* Recurrence of one component: RRULE and EXRULE lines, EXDATE and RDATE lists. Overrides that are
 * components of their own are in ical.c. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/base/map.h"
#include "client/codec/text.h"

static const struct {
    const char *property, *member;
} rules[] = {{"RRULE", "recurrenceRules"}, {"EXRULE", "excludedRecurrenceRules"}};

/* ---- rules ---- */
enum rc ical_rules_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *zone, struct json *doc, struct err *err)
{
    (void)ic;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        CLEANUP(json_free) struct json *list = json_array();
        for (struct line *l = lines_find(comp, rules[i].property); l;
             l = lines_find_next(comp, rules[i].property, l)) {
            struct json *rule = ical_rule_read(l->value, zone);
            if (!rule) {
                return err_set(err, RC_INVALID, 0, "line %d: %s without a known FREQ", l->number,
                    rules[i].property);
            }
            json_append(list, rule);
        }
        if (json_count(list)) {
            json_set(doc, rules[i].member, TAKE(list));
        }
    }
    return RC_OK;
}

struct series {
    bool all_day, old_all_day,
        changed; /* changed: dates must be written in another form than before */
    struct ical_zone zone, old_zone;
};
static void series_fini(struct series *s)
{
    ical_zone_fini(&s->zone);
    ical_zone_fini(&s->old_zone);
}

static enum rc series_init(const struct ical *ic, const struct json *before, const struct json *doc,
    struct series *s, struct err *err)
{
    const char *zone = json_get_str(doc, "timeZone"), *old = json_get_str(before, "timeZone");
    s->all_day = json_get_bool(doc, "showWithoutTime", false);
    s->old_all_day = json_get_bool(before, "showWithoutTime", false);
    s->changed = before && (s->all_day != s->old_all_day || (!s->all_day && !str_eq(zone, old)));
    enum rc rc = ical_zone_of_doc(ic, doc, s->all_day ? NULL : zone, &s->zone, err);
    if (rc == RC_OK && before) {
        rc = ical_zone_of_doc(ic, before, s->old_all_day ? NULL : old, &s->old_zone, err);
    }
    return rc;
}

static enum rc rules_write(struct ical *ic, struct lines_comp *comp, const char *property,
    const struct json *before, const struct json *list, const struct series *s, struct err *err)
{
    struct line *line = lines_find(comp, property);
    for (size_t i = 0; i < json_count(list) || line; i++) {
        const struct json *rule = json_at(list, i), *old = json_at(before, i);
        struct line *next = line ? lines_find_next(comp, property, line) : NULL;
        if (!rule) {
            lines_remove(ic->lines, line);
            ic->rescheduled = true;
            line = next;
            continue;
        }
        CLEANUP(mem_free)
        char *was =
            line && old ? ical_rule_format(old, s->old_all_day, &s->old_zone, line->value) : NULL;
        CLEANUP(mem_free)
        char *want = ical_rule_format(rule, s->all_day, &s->zone, line ? line->value : NULL);
        if (!want) {
            return err_set(err, RC_INVALID, 0, "a recurrence rule has no known frequency");
        }
        if (!str_eq(was, want)) {
            ic->rescheduled = true;
            if (line) {
                line_set_value(line, want);
            } else {
                ical_add(ic, comp, property, want);
            }
        }
        line = next;
    }
    return RC_OK;
}

enum rc ical_rules_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, struct err *err)
{
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        any = any || json_get(doc, rules[i].member) || json_get(before, rules[i].member);
    }
    CLEANUP_FINI(series_fini) struct series s = {0};
    enum rc rc = any ? series_init(ic, before, doc, &s, err) : RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(rules) && any && rc == RC_OK; i++) {
        rc = rules_write(ic, comp, rules[i].property, json_get(before, rules[i].member),
            json_get(doc, rules[i].member), &s, err);
    }
    return rc;
}

/* ---- dates ---- */
char *ical_override_key(
    const struct ical_time *t, const struct ical_zone *zone, const struct json *doc)
{
    struct civil c = ical_time_in(t, zone), start;
    const char *anchor =
        json_get_str(doc, "start") ? json_get_str(doc, "start") : json_get_str(doc, "due");
    if (t->date_only && anchor && civil_parse_iso(anchor, &start, NULL)) {
        c.hour = start.hour;
        c.minute = start.minute;
        c.second = start.second;
    }
    return ical_iso(&c);
}

/* The override key of one value in an EXDATE or RDATE line; NULL if it is none (a period, say).
 * Caller frees. */
static char *date_key(const struct ical *ic, const struct line *line, const char *text,
    const struct ical_zone *zone, const struct json *doc)
{
    CLEANUP_FINI(ical_time_fini) struct ical_time t = {0};
    return ical_time_parse(ic, line, text, &t) ? ical_override_key(&t, zone, doc) : NULL;
}

void ical_dates_read(const struct ical *ic, const struct lines_comp *comp,
    const struct ical_zone *zone, struct json *doc)
{
    static const char *const names[] = {"RDATE", "EXDATE"}; /* an exclusion wins */
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        for (struct line *l = lines_find(comp, names[i]); l;
             l = lines_find_next(comp, names[i], l)) {
            CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
            text_split(l->value, ',', &items);
            for (size_t k = 0; k < items.count; k++) {
                CLEANUP(mem_free) char *key = date_key(ic, l, items.items[k], zone, doc);
                struct json *override = key ? json_object() : NULL;
                if (override && i == 1) {
                    json_set_bool(override, "excluded", true);
                }
                if (override) {
                    json_set(json_need_object(doc, "recurrenceOverrides"), key, override);
                }
            }
        }
    }
}

static bool is_excluded(const struct json *override)
{
    return json_get_bool(override, "excluded", false);
}

/* Should the value with this key stay in a line that excludes (or adds)? Only overrides that
 * changed are looked at. */
static bool date_stays(
    const struct json *before, const struct json *now, const char *key, bool excludes)
{
    const struct json *old = json_get(before, key), *override = json_get(now, key);
    if (json_equal(old, override)) {
        return true;
    }
    return override && is_excluded(override) == excludes;
}

static void dates_prune(struct ical *ic, struct lines_comp *comp, const char *name,
    const struct json *before_doc, const struct json *doc, const struct series *s)
{
    bool excludes = str_eq(name, "EXDATE");
    const struct json *before = json_get(before_doc, "recurrenceOverrides");
    const struct json *now = json_get(doc, "recurrenceOverrides");
    for (struct line *l = lines_find(comp, name), *next; l; l = next) {
        next = lines_find_next(comp, name, l);
        CLEANUP_FINI(text_parts_fini) struct text_parts items = {0}, kept = {0};
        text_split(l->value, ',', &items);
        for (size_t k = 0; k < items.count; k++) {
            CLEANUP(mem_free) char *key = date_key(ic, l, items.items[k], &s->old_zone, before_doc);
            if (!key || (!s->changed && date_stays(before, now, key, excludes))) {
                text_parts_add(&kept, items.items[k]);
            }
        }
        if (!kept.count) {
            lines_remove(ic->lines, l);
            ic->rescheduled = true;
        } else if (kept.count != items.count) {
            CLEANUP(mem_free) char *raw = text_join(&kept, ',');
            line_set_value(l, raw);
            ic->rescheduled = true;
        }
    }
}

/* The keys that lines of this name state. */
static void dates_present(const struct ical *ic, const struct lines_comp *comp, const char *name,
    const struct json *doc, const struct ical_zone *zone, struct map *ret)
{
    for (struct line *l = lines_find(comp, name); l; l = lines_find_next(comp, name, l)) {
        CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
        text_split(l->value, ',', &items);
        for (size_t k = 0; k < items.count; k++) {
            CLEANUP(mem_free) char *key = date_key(ic, l, items.items[k], zone, doc);
            if (key) {
                map_put(ret, key, ret);
            }
        }
    }
}

static enum rc date_add(struct ical *ic, struct lines_comp *comp, const char *name, const char *key,
    const struct series *s, struct err *err)
{
    struct civil c;
    bool utc = false;
    char text[CIVIL_TEXT_SIZE];
    if (!civil_parse_iso(key, &c, &utc) || utc || !civil_valid(&c)) {
        return err_set(
            err, RC_INVALID, 0, "\"recurrenceOverrides/%.40s\" is no local date and time", key);
    }
    ical_time_format(&c, s->all_day, &s->zone, text);
    struct line *line = ical_add(ic, comp, name, text);
    ical_time_params(line, s->all_day, &s->zone);
    ic->rescheduled = true;
    return RC_OK;
}

/* Must this override be stated by a line of this name? Overrides with changes are components;
 * without a rule they need RDATE, too. */
static bool date_needed(const struct json *override, const struct json *doc, bool excludes)
{
    if (is_excluded(override) || excludes) {
        return is_excluded(override) && excludes;
    }
    return json_count(override) == 0 || !json_count(json_get(doc, "recurrenceRules"));
}

enum rc ical_dates_write(struct ical *ic, struct lines_comp *comp, const struct json *before,
    const struct json *doc, struct err *err)
{
    const struct json *overrides = json_get(doc, "recurrenceOverrides");
    const struct json *old = json_get(before, "recurrenceOverrides");
    if (!overrides && !old) {
        return RC_OK;
    }
    CLEANUP_FINI(series_fini) struct series s = {0};
    enum rc rc = series_init(ic, before, doc, &s, err);
    static const char *const names[] = {"EXDATE", "RDATE"};
    for (size_t i = 0; i < ARRAY_LEN(names) && rc == RC_OK; i++) {
        CLEANUP(map_free) struct map *present = map_new();
        if (before && (s.changed || !json_equal(old, overrides))) {
            dates_prune(ic, comp, names[i], before, doc, &s);
        }
        dates_present(ic, comp, names[i], doc, &s.zone, present);
        for (const struct json *o = json_first(overrides); o && rc == RC_OK; o = json_next(o)) {
            bool settled = map_has(present, json_key(o)) ||
                           (!s.changed && json_equal(json_get(old, json_key(o)), o));
            if (!settled && date_needed(o, doc, i == 0)) {
                rc = date_add(ic, comp, names[i], json_key(o), &s, err);
            }
        }
    }
    return rc;
}
