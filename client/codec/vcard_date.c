/* Anniversaries: BDAY and its relatives <-> a PartialDate or Timestamp (RFC 9553 section 2.8.1, RFC
 * 9555 section 2.6.1). */
#include "client/codec/vcard_private.h"

#include "client/base/date.h"

#include <ctype.h>
#include <string.h>

struct partial {
    int year, month, day; /* 0 = unknown */
    bool dashes;          /* written 1980-03-22, not 19800322 */
};

/* Exactly n digits at *s; moves on. */
static bool take_digits(const char **s, int n, int *ret)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)(*s)[i])) {
            return false;
        }
        value = value * 10 + ((*s)[i] - '0');
    }
    *s += n;
    *ret = value;
    return true;
}

/* Moves over a dash if there is one. */
static bool take_dash(const char **s)
{
    bool dash = **s == '-';
    *s += dash;
    return dash;
}

/* A year, a month of a year, a day of a month, or all: RFC 9553 section 2.8.1 has no month or day
 * alone, which a vCard could say. */
static bool is_partial_date(int year, int month, int day)
{
    return year || (month && day);
}

/* The forms of RFC 6350 section 4.3.1 and of RFC 2426; what follows a 'T' is not looked at. */
static bool partial_parse(const char *s, struct partial *ret)
{
    struct partial p = {0};
    const char *start = s;
    if (str_starts(s, "---")) {
        s += 3;
        if (!take_digits(&s, 2, &p.day)) {
            return false;
        }
    } else if (str_starts(s, "--")) {
        s += 2;
        if (!take_digits(&s, 2, &p.month)) {
            return false;
        }
        p.dashes = take_dash(&s);
        if (isdigit((unsigned char)*s) && !take_digits(&s, 2, &p.day)) {
            return false;
        }
    } else {
        if (!take_digits(&s, 4, &p.year)) {
            return false;
        }
        p.dashes = take_dash(&s);
        if (isdigit((unsigned char)*s)) {
            if (!take_digits(&s, 2, &p.month)) {
                return false;
            }
            take_dash(&s);
            if (isdigit((unsigned char)*s) && !take_digits(&s, 2, &p.day)) {
                return false;
            }
        }
    }
    bool bare = s == start || (*s && *s != 'T' && *s != 't' && *s != ' ');
    if (bare || p.month > 12 || p.day > 31 || !is_partial_date(p.year, p.month, p.day)) {
        return false;
    }
    *ret = p;
    return true;
}

static char *partial_format(const struct partial *p)
{
    const char *dash = p->dashes ? "-" : "";
    if (p->year && p->month && p->day) {
        return str_printf("%04d%s%02d%s%02d", p->year, dash, p->month, dash, p->day);
    }
    if (p->year) {
        return p->month ? str_printf("%04d-%02d", p->year, p->month) : str_printf("%04d", p->year);
    }
    if (p->month) {
        return p->day ? str_printf("--%02d%s%02d", p->month, dash, p->day)
                      : str_printf("--%02d", p->month);
    }
    return str_printf("---%02d", p->day);
}

char *vcard_timestamp(const char *s)
{
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(64);
    for (; *s && *s != '.'; s++) { /* 1995-10-31T22:27:10.123Z -> 19951031T222710Z */
        if (*s != '-' && *s != ':') {
            buf_addc(&b, *s);
        }
    }
    if (*s == '.') {
        buf_adds(&b, s + strcspn(s, "Z"));
    }
    struct civil c;
    bool utc = false, date_only = false;
    if (!civil_parse_basic(buf_str(&b), &c, &utc, &date_only) || date_only || !civil_valid(&c)) {
        return NULL;
    }
    char text[CIVIL_TEXT_SIZE];
    civil_format_iso(&c, true, text);
    return mem_strdup(text);
}

static bool is_label_of_kind(const struct vcard *v, const struct line *line, const char *kind)
{
    CLEANUP(mem_free) char *label = vcard_label(v, line);
    return str_ieq(label, str_eq(kind, "wedding") ? "anniversary" : kind);
}

static bool date_read(
    const struct vcard *v, const struct vcard_row *row, const struct line *line, struct json *entry)
{
    if (str_ieq(row->property, "X-ABDATE") && !is_label_of_kind(v, line, row->fixed_value)) {
        return false;
    }
    CLEANUP(mem_free) char *text = vcard_text(v, line);
    struct partial p;
    if (line_param_has(line, "VALUE", "text") || !partial_parse(text, &p)) {
        return false;
    }
    const char *omit = line_param(line, "X-APPLE-OMIT-YEAR");
    if (omit && p.year == atoi(omit) && p.month) {
        p.year = 0;
    }
    json_set_str(entry, "kind", row->fixed_value);
    struct json *date = json_need_object(entry, "date");
    CLEANUP(mem_free) char *instant = str_ends(text, "Z") ? vcard_timestamp(text) : NULL;
    if (instant &&
        !strstr(instant, "T00:00:00Z")) { /* midnight is how some programs write a plain date */
        json_set_str(date, "@type", "Timestamp");
        json_set_str(date, "utc", instant);
        return true;
    }
    json_set_str(date, "@type", "PartialDate");
    const struct {
        const char *name;
        int value;
    } parts[] = {{"year", p.year}, {"month", p.month}, {"day", p.day}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].value) {
            json_set_int(date, parts[i].name, parts[i].value);
        }
    }
    return true;
}

static void write_instant(const struct vcard *v, struct line *line, const char *utc)
{
    struct civil c;
    if (civil_parse_iso(utc, &c, NULL)) {
        char text[CIVIL_TEXT_SIZE];
        civil_format_basic(&c, true, text);
        line_param_set(line, "VALUE", NULL);
        vcard_set_text(v, line, text);
    }
}

/* Which of the three known parts is a usable number. */
static int part_of(const struct json *date, const char *name, int max)
{
    int64_t value = json_get_int(date, name, 0);
    return value > 0 && value <= max ? (int)value : 0;
}

static void date_write(
    const struct vcard *v, const struct vcard_row *row, struct line *line, const struct json *entry)
{
    (void)row;
    const struct json *date = json_get(entry, "date");
    const char *utc = json_get_str(date, "utc");
    if (utc) {
        write_instant(v, line, utc);
        return;
    }
    CLEANUP(mem_free) char *now = vcard_text(v, line);
    struct partial p = {0};
    if (!partial_parse(now, &p)) {
        p.dashes = v->version == VCARD_3_0;
    }
    p.year = part_of(date, "year", 9999);
    p.month = part_of(date, "month", 12);
    p.day = part_of(date, "day", 31);
    bool omit = v->version != VCARD_4_0 && !p.year && p.month && p.day;
    if (omit) { /* vCard 3 has no dates without a year; this is Apple's way, which others read */
        p.year = 1604;
    }
    line_param_set(line, "X-APPLE-OMIT-YEAR", omit ? "1604" : NULL);
    if (line_param_has(line, "VALUE", "date-time")) {
        line_param_set(line, "VALUE", "date");
    }
    CLEANUP(mem_free) char *text = partial_format(&p);
    vcard_set_text(v, line, text);
}

static bool date_takes(const struct vcard *v, const struct vcard_row *row, const struct json *entry)
{
    (void)v;
    const struct json *date = json_get(entry, "date");
    struct civil c;
    const char *utc = json_get_str(date, "utc");
    bool known = utc ? civil_parse_iso(utc, &c, NULL)
                     : is_partial_date(part_of(date, "year", 9999), part_of(date, "month", 12),
                           part_of(date, "day", 31));
    return known && str_eq(json_get_str(entry, "kind"), row->fixed_value);
}

const struct vcard_shape vcard_shape_date = {date_read, date_write, date_takes};
