/* Birthday and wedding anniversary. Outlook keeps each twice: as local midnight of the writing
 * machine in UTC, and, since Outlook 2007, as the date itself (mapping trap 1). The date itself
 * counts. */
#include "mapi/map/contact.h"

#include "client/base/date.h"
#include "client/base/zone.h"

#define DAY      INT64_C(86400)
#define HALF_DAY (DAY / 2)
#define NO_YEAR  1604 /* what Outlook and Exchange write for a date without year */

static const struct anniversary {
    const char *id, *kind;
    enum prop_key local, utc;
} ANNIVERSARIES[] = {
    {"birth", "birth", P_BIRTHDAY_LOCAL, P_BIRTHDAY},
    {"wedding", "wedding", P_WEDDING_ANNIVERSARY_LOCAL, P_WEDDING_ANNIVERSARY},
};

static const struct zone_rule *user_rule(const struct map_env *env)
{
    const struct zone *zone = zone_by_tzid(env->zone);
    return &(zone ? zone : zone_by_iana("Etc/UTC"))->rule;
}

static int64_t floor_day(int64_t seconds)
{
    int64_t rest = seconds % DAY;
    return seconds - (rest < 0 ? rest + DAY : rest);
}

/* The day a pair of properties means, as seconds of its midnight; false if neither is set. */
static bool day_of(const struct reader *r, const struct anniversary *a, int64_t *ret)
{
    int64_t local = get_int(r->item, a->local, 0), utc = get_int(r->item, a->utc, 0);
    if (is_date(local)) {
        *ret = floor_day(filetime_to_seconds(local)); /* some writers leave a time of day in it */
        return true;
    }
    if (!is_date(utc)) {
        return false;
    }
    /* Midnight somewhere: our zone's date, moved to the nearest midnight, because the writer's zone
     * is unknown. */
    *ret = floor_day(zone_to_wall(user_rule(r->env), filetime_to_seconds(utc)) + HALF_DAY);
    return true;
}

enum rc contact_anniversaries_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(ANNIVERSARIES); i++) {
        int64_t day;
        if (!day_of(r, &ANNIVERSARIES[i], &day)) {
            continue;
        }
        struct civil c = civil_from_seconds(day);
        struct json *entry = json_object(), *date = json_need_object(entry, "date");
        json_set_str(entry, "kind", ANNIVERSARIES[i].kind);
        json_set_str(date, "@type", "PartialDate");
        if (c.year != NO_YEAR) {
            json_set_int(date, "year", c.year);
        }
        json_set_int(date, "month", c.month);
        json_set_int(date, "day", c.day);
        json_set(json_need_object(r->doc, "anniversaries"), ANNIVERSARIES[i].id, entry);
    }
    return RC_OK;
}

static const struct json *find_kind(const struct json *map, const char *kind)
{
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        if (str_eq(json_get_str(e, "kind"), kind)) {
            return json_get(e, "date");
        }
    }
    return NULL;
}

/* A whole date; false for one without month or day, which Outlook cannot hold. */
static bool wanted_day(const struct json *date, struct civil *ret)
{
    const char *utc = json_get_str(date, "utc");
    if (utc && civil_parse_iso(utc, ret, NULL)) {
        ret->hour = ret->minute = ret->second = 0;
        return true;
    }
    *ret = (struct civil){(int)json_get_int(date, "year", NO_YEAR),
        (int)json_get_int(date, "month", 0), (int)json_get_int(date, "day", 0), 0, 0, 0};
    return civil_valid(ret) && ret->year >= 1601;
}

enum rc contact_anniversaries_write(struct writer *w, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(ANNIVERSARIES); i++) {
        const struct anniversary *a = &ANNIVERSARIES[i];
        const struct json *want = find_kind(json_get(w->want, "anniversaries"), a->kind);
        const struct json *base = find_kind(json_get(w->base, "anniversaries"), a->kind);
        struct civil c;
        if (want == base || (want && base && json_equal(want, base))) {
            continue;
        }
        if (!want) {
            put_removed(w, a->local);
            put_removed(w, a->utc);
        } else if (wanted_day(want, &c)) {
            int64_t wall = civil_seconds(&c);
            put_int(w, a->local, filetime_from_seconds(wall));
            put_int(w, a->utc, filetime_from_seconds(zone_to_utc(user_rule(w->env), wall)));
        }
    }
    return RC_OK;
}
