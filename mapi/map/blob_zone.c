/* TZDEFINITION, TZRULE and TZREG. Windows keeps biases in minutes west and transitions as
 * SYSTEMTIMEs whose wDay is the week. */
#include "mapi/map/blob_zone.h"

#include "mapi/map/bytes.h"

#include <string.h>

#define RULES_MAX   1024 /* [MS-OXOCAL] section 2.2.1.41 */
#define BIAS_MAX    (24 * 60)
#define DAY_SECONDS 86400

void zone_definition_fini(struct zone_definition *d)
{
    free(d->key_name);
    free(d->rules);
    *d = (struct zone_definition){0};
}

/* A SYSTEMTIME as a yearly transition. With a year it is one date, taken as the weekday and week it
 * falls on. Returns false if it makes no sense. 23:59 stands for the end of the day, which Windows
 * cannot say. */
static bool read_change(struct bytes *b, struct zone_change *ret)
{
    unsigned year = bytes_u16(b), month = bytes_u16(b), weekday = bytes_u16(b), day = bytes_u16(b);
    unsigned hour = bytes_u16(b), minute = bytes_u16(b), second = bytes_u16(b);
    bytes_u16(b);
    *ret = (struct zone_change){0};
    if (month == 0) {
        return true;
    }
    if (month > 12 || weekday > 6 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 59) {
        return false;
    }
    if (year) {
        weekday = (unsigned)date_weekday(date_days((int)year, (int)month, (int)day));
        day = (day - 1) / 7 + 1;
    }
    if (day > 5) {
        return false;
    }
    int seconds =
        hour == 23 && minute == 59 ? DAY_SECONDS : (int)(hour * 3600 + minute * 60 + second);
    *ret = (struct zone_change){(int)month, (int)day, (int)weekday, seconds};
    return true;
}

static enum rc make_rule(int32_t bias, int32_t standard_bias, int32_t daylight_bias,
    const struct zone_change *standard, const struct zone_change *daylight, struct zone_rule *ret,
    struct err *err)
{
    const int64_t standard_total = (int64_t)bias + standard_bias,
                  daylight_total = (int64_t)bias + daylight_bias;
    if (bias < -BIAS_MAX || bias > BIAS_MAX || standard_total < -BIAS_MAX ||
        standard_total > BIAS_MAX || daylight_total < -BIAS_MAX || daylight_total > BIAS_MAX) {
        return err_set(err, RC_INVALID, 0, "time zone: an offset of more than a day");
    }
    if (!standard->month ||
        !daylight->month) { /* whatever the daylight bias says (mapping trap 19) */
        *ret = (struct zone_rule){-bias * 60, -bias * 60, {0, 0, 0, 0}, {0, 0, 0, 0}};
        return RC_OK;
    }
    *ret = (struct zone_rule){
        (int)-standard_total * 60, (int)-daylight_total * 60, *daylight, *standard};
    return RC_OK;
}

static enum rc read_rule(struct bytes *b, struct zone_definition_rule *ret, struct err *err)
{
    struct zone_change standard, daylight;
    bytes_take(b, 4); /* versions and size */
    ret->flags = bytes_u16(b);
    ret->year = bytes_u16(b);
    bytes_take(b, 14); /* reserved; Outlook leaves things in it */
    int32_t bias = (int32_t)bytes_u32(b), standard_bias = (int32_t)bytes_u32(b),
            daylight_bias = (int32_t)bytes_u32(b);
    bool fits = read_change(b, &standard) && read_change(b, &daylight);
    if (b->failed || !fits) {
        return err_set(err, RC_INVALID, 0, "time zone definition: a rule is %s",
            b->failed ? "cut off" : "nonsense");
    }
    return make_rule(bias, standard_bias, daylight_bias, &standard, &daylight, &ret->rule, err);
}

enum rc blob_zone_definition_read(
    const unsigned char *data, size_t len, struct zone_definition *ret, struct err *err)
{
    struct bytes b = {data, len, false};
    CLEANUP_FINI(zone_definition_fini) struct zone_definition d = {0};
    bytes_take(&b, 6); /* versions, header size, reserved */
    unsigned units = bytes_u16(&b);
    d.key_name = bytes_utf16(&b, units);
    unsigned count = bytes_u16(&b);
    if (b.failed || count > RULES_MAX) {
        return err_set(err, RC_INVALID, 0, "time zone definition: the header is %s",
            b.failed ? "cut off" : "nonsense");
    }
    d.rules = mem_alloc((count + 1) * sizeof *d.rules);
    for (; d.count < count; d.count++) {
        enum rc rc = read_rule(&b, &d.rules[d.count], err);
        if (rc) {
            return rc;
        }
    }
    *ret = d;
    d = (struct zone_definition){0};
    return RC_OK;
}

const struct zone_rule *zone_definition_rule(const struct zone_definition *d)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->rules[i].flags & ZONE_RULE_EFFECTIVE) {
            return &d->rules[i].rule;
        }
    }
    return d->count ? &d->rules[d->count - 1].rule : NULL;
}

/* POSIX may put a transition before or after its day; Windows only within: the weekday moves along.
 */
static void write_change(const struct zone_change *change, struct buf *b)
{
    if (!change->month) {
        buf_zero(b, 16);
        return;
    }
    int weekday = change->weekday, seconds = change->seconds;
    for (; seconds < 0; seconds += DAY_SECONDS) {
        weekday = (weekday + 6) % 7;
    }
    for (; seconds > DAY_SECONDS; seconds -= DAY_SECONDS) {
        weekday = (weekday + 1) % 7;
    }
    bool midnight = seconds == DAY_SECONDS;
    buf_u16(b, 0);
    buf_u16(b, (uint16_t)change->month);
    buf_u16(b, (uint16_t)weekday);
    buf_u16(b, (uint16_t)change->week);
    buf_u16(b, midnight ? 23 : (uint16_t)(seconds / 3600));
    buf_u16(b, midnight ? 59 : (uint16_t)(seconds / 60 % 60));
    buf_u16(b, midnight ? 59 : (uint16_t)(seconds % 60));
    buf_u16(b, midnight ? 999 : 0);
}

static void write_biases(const struct zone_rule *rule, struct buf *b)
{
    bool changes = rule->to_daylight.month != 0;
    buf_u32(b, (uint32_t)(-rule->standard_offset / 60));
    buf_u32(b, 0);
    buf_u32(b, changes ? (uint32_t)((rule->standard_offset - rule->daylight_offset) / 60) : 0);
}

void blob_zone_definition_write(
    const char *key_name, const struct zone_rule *rule, bool recurring, struct buf *ret)
{
    struct buf name = BUF_INIT(BUF_DEFAULT_MAX);
    size_t units = buf_utf16(&name, key_name);
    buf_add(ret, (unsigned char[]){2, 1}, 2);
    buf_u16(ret, (uint16_t)(6 + 2 * units)); /* what of the header follows this field */
    buf_u16(ret, 2);
    buf_u16(ret, (uint16_t)units);
    buf_add(ret, buf_str(&name), name.len);
    buf_u16(ret, 1);
    buf_add(ret, (unsigned char[]){2, 1}, 2);
    buf_u16(ret, 62);
    buf_u16(ret, recurring ? ZONE_RULE_EFFECTIVE | 1 : ZONE_RULE_EFFECTIVE);
    buf_u16(ret, 1601); /* valid since ever, as Outlook writes for zones with one rule */
    buf_zero(ret, 14);
    write_biases(rule, ret);
    write_change(&rule->to_standard, ret);
    write_change(&rule->to_daylight, ret);
    buf_fini(&name);
}

enum rc blob_zone_struct_read(
    const unsigned char *data, size_t len, struct zone_rule *ret, struct err *err)
{
    struct bytes b = {data, len, false};
    struct zone_change standard, daylight;
    int32_t bias = (int32_t)bytes_u32(&b), standard_bias = (int32_t)bytes_u32(&b),
            daylight_bias = (int32_t)bytes_u32(&b);
    bytes_u16(&b);
    bool fits = read_change(&b, &standard);
    bytes_u16(&b);
    fits = read_change(&b, &daylight) && fits;
    if (b.failed || !fits) {
        return err_set(
            err, RC_INVALID, 0, "time zone structure: %s", b.failed ? "cut off" : "nonsense");
    }
    return make_rule(bias, standard_bias, daylight_bias, &standard, &daylight, ret, err);
}

void blob_zone_struct_write(const struct zone_rule *rule, struct buf *ret)
{
    write_biases(rule, ret);
    buf_u16(ret, 0);
    write_change(&rule->to_standard, ret);
    buf_u16(ret, 0);
    write_change(&rule->to_daylight, ret);
}
