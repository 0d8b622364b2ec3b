/* RRULE <-> RecurrenceRule (RFC 5545 section 3.3.10, RFC 7529, RFC 8984 section 4.3.3). A table of
 * parts. */
#include "client/codec/ical_private.h"

#include <ctype.h>
#include <string.h>

#include "client/codec/text.h"

enum part_type { PART_WORD, PART_NUMBER, PART_NUMBERS, PART_TEXTS, PART_DAYS, PART_UNTIL };

static const struct part {
    const char *name, *member;
    enum part_type type;
    const char *fallback; /* the default, which is left out of documents */
    int min, max;         /* of numbers */
} parts[] = {
    {"FREQ", "frequency", PART_WORD, NULL, 0, 0},
    {"RSCALE", "rscale", PART_WORD, "gregorian", 0, 0},
    {"SKIP", "skip", PART_WORD, "omit", 0, 0},
    {"INTERVAL", "interval", PART_NUMBER, "1", 1, 1000000},
    {"COUNT", "count", PART_NUMBER, NULL, 1, 10000000},
    {"UNTIL", "until", PART_UNTIL, NULL, 0, 0},
    {"BYMONTH", "byMonth", PART_TEXTS, NULL, 0, 0}, /* texts: "5L" is a leap month */
    {"BYWEEKNO", "byWeekNo", PART_NUMBERS, NULL, -53, 53},
    {"BYYEARDAY", "byYearDay", PART_NUMBERS, NULL, -366, 366},
    {"BYMONTHDAY", "byMonthDay", PART_NUMBERS, NULL, -31, 31},
    {"BYDAY", "byDay", PART_DAYS, NULL, -366, 366},
    {"BYHOUR", "byHour", PART_NUMBERS, NULL, 0, 23},
    {"BYMINUTE", "byMinute", PART_NUMBERS, NULL, 0, 59},
    {"BYSECOND", "bySecond", PART_NUMBERS, NULL, 0, 60},
    {"BYSETPOS", "bySetPosition", PART_NUMBERS, NULL, -366, 366},
    {"WKST", "firstDayOfWeek", PART_WORD, "mo", 0, 0},
};

static const struct part *find_part(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (str_ieq(parts[i].name, name)) {
            return &parts[i];
        }
    }
    return NULL;
}

static bool is_frequency(const char *s)
{
    static const char *const all[] = {
        "yearly", "monthly", "weekly", "daily", "hourly", "minutely", "secondly"};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (str_eq(all[i], s)) {
            return true;
        }
    }
    return false;
}

static bool is_day(const char *s)
{
    static const char *const days[] = {"mo", "tu", "we", "th", "fr", "sa", "su"};
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        if (str_eq(days[i], s)) {
            return true;
        }
    }
    return false;
}

/* ---- reading ---- */
static struct json *read_number(const struct part *p, const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);
    return end != s && !*end && n >= p->min && n <= p->max ? json_int(n) : NULL;
}

/* "2MO", "-1FR", "SU" */
static struct json *read_day(const struct part *p, const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);
    CLEANUP(mem_free) char *day = str_lower(end);
    if (!is_day(day) || n < p->min || n > p->max) {
        return NULL;
    }
    struct json *v = json_object();
    json_set_str(v, "@type", "NDay");
    json_set_str(v, "day", day);
    if (n) {
        json_set_int(v, "nthOfPeriod", n);
    }
    return v;
}

static struct json *read_text(const char *s)
{
    CLEANUP(mem_free) char *upper = mem_strdup(s);
    for (char *c = upper; *c; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    const char *digits = upper + (*upper == '0');
    return *digits ? json_str(digits) : NULL;
}

static struct json *read_list(const struct part *p, const char *s)
{
    CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
    CLEANUP(json_free) struct json *list = json_array();
    text_split(s, ',', &items);
    for (size_t i = 0; i < items.count; i++) {
        struct json *v = p->type == PART_DAYS    ? read_day(p, items.items[i])
                         : p->type == PART_TEXTS ? read_text(items.items[i])
                                                 : read_number(p, items.items[i]);
        if (v) {
            json_append(list, v);
        }
    }
    return json_count(list) ? TAKE(list) : NULL;
}

/* UNTIL is in UTC where the event has a zone, but local in the document. A mere date ends with that
 * day. */
static struct json *read_until(const char *s, const struct ical_zone *zone)
{
    struct civil c;
    bool utc = false, date_only = false;
    if (!civil_parse_basic(s, &c, &utc, &date_only) || !civil_valid(&c) || c.year < 2 ||
        c.year > 9998) {
        return NULL;
    }
    if (date_only && zone->name) {
        c.hour = 23;
        c.minute = c.second = 59;
    } else if (utc && zone->known) {
        c = civil_from_seconds(ical_zone_wall(zone, civil_seconds(&c)));
    }
    CLEANUP(mem_free) char *text = ical_iso(&c);
    return json_str(text);
}

static struct json *read_part(const struct part *p, const char *s, const struct ical_zone *zone)
{
    if (p->type == PART_NUMBER) {
        return read_number(p, s);
    }
    if (p->type == PART_UNTIL) {
        return read_until(s, zone);
    }
    if (p->type != PART_WORD) {
        return read_list(p, s);
    }
    CLEANUP(mem_free) char *lower = str_lower(s);
    return *lower ? json_str(lower) : NULL;
}

struct json *ical_rule_read(const char *value, const struct ical_zone *zone)
{
    CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
    CLEANUP(json_free) struct json *rule = json_object();
    CLEANUP(mem_free) char *trimmed = str_trim(value);
    text_split(trimmed, ';', &items);
    json_set_str(rule, "@type", "RecurrenceRule");
    for (size_t i = 0; i < items.count; i++) {
        char *name = items.items[i], *equals = strchr(name, '=');
        if (!equals) {
            continue;
        }
        *equals = 0;
        const struct part *p = find_part(name);
        struct json *v =
            p && !str_ieq(equals + 1, p->fallback) ? read_part(p, equals + 1, zone) : NULL;
        if (v) {
            json_set(rule, p->member, v);
        }
    }
    return is_frequency(json_get_str(rule, "frequency")) ? TAKE(rule) : NULL;
}

/* ---- writing ---- */
static void add_upper(struct buf *b, const char *s)
{
    for (; *s; s++) {
        if (isalnum((unsigned char)*s) || *s == '-') {
            buf_addc(b, (char)toupper((unsigned char)*s));
        }
    }
}

static void format_list(const struct part *p, const struct json *list, struct buf *b)
{
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        size_t before = b->len;
        buf_adds(b, before ? "," : "");
        if (p->type == PART_TEXTS) {
            add_upper(b, json_str_value(v) ? json_str_value(v) : "");
        } else if (p->type == PART_DAYS) {
            int64_t nth = json_get_int(v, "nthOfPeriod", 0);
            if (nth) {
                buf_addf(b, "%d", (int)nth);
            }
            add_upper(b, json_get_str(v, "day") ? json_get_str(v, "day") : "");
        } else {
            buf_addf(b, "%d", (int)json_int_value(v, 0));
        }
    }
}

static void format_until(
    const char *until, bool date_only, const struct ical_zone *zone, struct buf *b)
{
    struct civil c;
    if (!until || !civil_parse_iso(until, &c, NULL) || !civil_valid(&c) || c.year < 2 ||
        c.year > 9998) {
        return;
    }
    char text[CIVIL_TEXT_SIZE];
    if (date_only) {
        civil_format_basic_date(&c, text);
    } else {
        bool utc = zone->name && zone->known;
        c = utc ? civil_from_seconds(ical_zone_utc(zone, civil_seconds(&c))) : c;
        civil_format_basic(&c, utc, text);
    }
    buf_adds(b, text);
}

static void format_part(const struct part *p, const struct json *v, bool date_only,
    const struct ical_zone *zone, struct buf *b)
{
    if (p->type == PART_NUMBER) {
        int64_t n = json_int_value(v, 0);
        if (n >= p->min && n <= p->max) {
            buf_addf(b, "%d", (int)n);
        }
    } else if (p->type == PART_WORD) {
        add_upper(b, json_str_value(v) ? json_str_value(v) : "");
    } else if (p->type == PART_UNTIL) {
        format_until(json_str_value(v), date_only, zone, b);
    } else {
        format_list(p, v, b);
    }
}

static void keep_unknown(const char *old_value, struct buf *out)
{
    CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
    text_split(old_value, ';', &items);
    for (size_t i = 0; i < items.count; i++) {
        const char *equals = strchr(items.items[i], '=');
        CLEANUP(mem_free)
        char *name = equals ? mem_strndup(items.items[i], (size_t)(equals - items.items[i])) : NULL;
        if (name && !find_part(name)) {
            buf_addc(out, ';');
            buf_adds(out, items.items[i]);
        }
    }
}

char *ical_rule_format(
    const struct json *rule, bool date_only, const struct ical_zone *zone, const char *old_value)
{
    if (!is_frequency(json_get_str(rule, "frequency"))) {
        return NULL;
    }
    struct buf out = BUF_INIT(LINES_MAX_SIZE);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(LINES_MAX_SIZE);
        format_part(&parts[i], json_get(rule, parts[i].member), date_only, zone, &b);
        bool needed = str_eq(parts[i].name, "RSCALE") &&
                      json_get(rule, "skip"); /* RFC 7529: SKIP only with RSCALE */
        if (needed && !b.len) {
            buf_adds(&b, "GREGORIAN");
        }
        if (b.len && (needed || !str_ieq(buf_str(&b), parts[i].fallback))) {
            buf_addf(&out, "%s%s=", out.len ? ";" : "", parts[i].name);
            buf_adds(&out, buf_str(&b));
        }
    }
    if (old_value) {
        keep_unknown(old_value, &out);
    }
    return buf_take(&out);
}
