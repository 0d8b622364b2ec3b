/* The blob codecs against blobs real Outlook wrote, with independent decodings (where they are at
 * hand), and against our own. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "mapi/map/blob_recur.h"
#include "mapi/map/blob_zone.h"
#include "mapi/map/event.h"
#include "mapi/map/goid.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <dirent.h>

static void minutes_text(uint32_t minutes, char out[CIVIL_TEXT_SIZE])
{
    struct civil c = civil_from_seconds(minutes1601_to_seconds(minutes));
    civil_format_iso(&c, false, out);
    out[16] = 0; /* the decodings have no seconds */
}

static void check_minutes(struct check *c, uint32_t got, const char *want)
{
    char text[CIVIL_TEXT_SIZE];
    minutes_text(got, text);
    if (str_starts(want, "NEVER")) {
        check_int(c, got, RECUR_NO_END_DATE);
    } else {
        check_str(c, text, want);
    }
}

static void check_dates(struct check *c, const uint32_t *got, size_t count, const struct json *want)
{
    check_int(c, count, json_count(want));
    for (size_t i = 0; i < count && i < json_count(want); i++) {
        check_minutes(c, got[i], json_str_value(json_at(want, i)));
    }
}

static void check_exception(
    struct check *c, const struct recur_exception *e, const struct json *want)
{
    check_minutes(c, e->start, json_get_str(want, "start"));
    check_minutes(c, e->end, json_get_str(want, "end"));
    check_minutes(c, e->original, json_get_str(want, "original"));
    check_int(c, e->flags, json_get_int(want, "flags", -1));
    check_str(c, e->subject, json_get_str(want, "subject"));
    check_str(c, e->location, json_get_str(want, "location"));
    check_int(c, e->busy_status, json_get_int(want, "busy", 0));
    check_int(c, e->reminder_delta, json_get_int(want, "reminderDelta", 0));
}

/* A rule made of the pattern gives the same pattern again. */
static void check_rule(struct check *c, const struct recur_blob *r)
{
    struct civil start =
        civil_from_seconds(minutes1601_to_seconds(r->start_date) + (int64_t)r->start_offset * 60);
    struct json *rule = NULL;
    struct recur_blob again;
    struct err err = ERR_INIT;
    recur_blob_init(&again);
    if (r->calendar) {
        check_int(c, rule_from_blob(r, &start, &rule, &err), RC_UNSUPPORTED);
    } else {
        check_ok(c, rule_from_blob(r, &start, &rule, &err), &err);
        check_ok(c, rule_to_blob(rule, &start, &again, &err), &err);
        check_int(c, again.pattern, r->pattern);
        check_int(c, again.period, r->period);
        check_int(c, again.first_date_time, r->first_date_time);
        check_int(c, again.week_days, r->week_days);
        check_int(c, again.day_of_month, r->day_of_month);
        check_int(c, again.nth, r->nth);
    }
    json_free(rule);
    err_fini(&err);
}

static void check_recur(
    struct check *c, const unsigned char *data, size_t len, bool task, const struct json *want)
{
    struct recur_blob r = {0};
    struct err err = ERR_INIT;
    check_ok(c, blob_recur_read(data, len, task, &r, &err), &err);
    check_int(c, r.frequency, json_get_int(want, "freq", -1));
    check_int(c, r.pattern, json_get_int(want, "pattern", -1));
    check_int(c, r.calendar, json_get_int(want, "calendar", -1));
    check_int(c, r.first_date_time, json_get_int(want, "firstDateTime", -1));
    check_int(c, r.period, json_get_int(want, "period", -1));
    check_int(c, r.week_days, json_get_int(want, "weekDays", json_get_int(want, "nthDays", 0)));
    check_int(c, r.day_of_month, json_get_int(want, "dayOfMonth", 0));
    check_int(c, r.nth, json_get_int(want, "nth", 0));
    check_int(c, r.end_type, json_get_int(want, "endType", -1));
    check_int(c, r.count, json_get_int(want, "count", -1));
    check_int(c, r.first_day_of_week, json_get_int(want, "firstDOW", -1));
    check_dates(c, r.deleted, r.deleted_count, json_get(want, "deleted"));
    check_dates(c, r.modified, r.modified_count, json_get(want, "modified"));
    check_minutes(c, r.start_date, json_get_str(want, "start"));
    check_minutes(c, r.end_date, json_get_str(want, "end"));
    if (!task) {
        check_int(c, r.start_offset, json_get_int(want, "startOffset", -1));
        check_int(c, r.end_offset, json_get_int(want, "endOffset", -1));
        check_int(c, r.exception_count, json_count(json_get(want, "exceptions")));
        for (size_t i = 0; i < r.exception_count; i++) {
            check_exception(c, &r.exceptions[i], json_at(json_get(want, "exceptions"), i));
        }
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    blob_recur_write(&r, task, &b);
    size_t trailing = (size_t)json_get_int(want, "_trailing", 0);
    check_int(c, b.len, len - trailing);
    check_true(c, b.len <= len && memcmp(buf_str(&b), data, b.len) == 0);
    check_rule(c, &r);
    buf_fini(&b);
    recur_blob_fini(&r);
    err_fini(&err);
}

static void check_change(struct check *c, const struct zone_change *got, const struct json *want)
{
    check_int(c, got->month, json_get_int(want, "month", -1));
    check_int(c, got->weekday, json_get_int(want, "dow", -1));
    check_int(c, got->week, json_get_int(want, "day", -1));
}

static void check_zone_rule(struct check *c, const struct zone_rule *got, const struct json *want)
{
    int64_t bias = json_get_int(want, "bias", 0);
    const struct json *std = json_get(want, "std"), *dst = json_get(want, "dst");
    if (!json_get_int(std, "month", 0)) {
        check_int(c, got->to_daylight.month, 0);
        check_int(c, got->standard_offset, -bias * 60);
        return;
    }
    check_int(c, got->standard_offset, -(bias + json_get_int(want, "stdBias", 0)) * 60);
    check_int(c, got->daylight_offset, -(bias + json_get_int(want, "dstBias", 0)) * 60);
    check_change(c, &got->to_standard, std);
    check_change(c, &got->to_daylight, dst);
}

static void check_definition(
    struct check *c, const unsigned char *data, size_t len, const struct json *want)
{
    struct zone_definition d = {0}, again = {0};
    struct err err = ERR_INIT;
    const struct json *rules = json_get(want, "rules");
    check_ok(c, blob_zone_definition_read(data, len, &d, &err), &err);
    check_str(c, d.key_name, json_get_str(want, "key"));
    check_int(c, d.count, json_count(rules));
    for (size_t i = 0; i < d.count; i++) {
        check_int(c, d.rules[i].flags, json_get_int(json_at(rules, i), "flags", -1));
        check_int(c, d.rules[i].year, json_get_int(json_at(rules, i), "year", -1));
        check_zone_rule(c, &d.rules[i].rule, json_at(rules, i));
    }
    const struct zone_rule *rule = zone_definition_rule(&d);
    check_true(c, !d.count == !rule);
    check_true(c, zone_by_tzid(d.key_name) != NULL);
    if (rule) {
        struct buf b = BUF_INIT(4096);
        blob_zone_definition_write(d.key_name, rule, false, &b);
        check_ok(c,
            blob_zone_definition_read((const unsigned char *)buf_str(&b), b.len, &again, &err),
            &err);
        check_str(c, again.key_name, d.key_name);
        check_true(c, zone_rule_equal(zone_definition_rule(&again), rule));
        buf_fini(&b);
    }
    zone_definition_fini(&again);
    zone_definition_fini(&d);
    err_fini(&err);
}

static void check_zone_struct(struct check *c, const unsigned char *data, size_t len)
{
    struct zone_rule rule, again;
    struct err err = ERR_INIT;
    check_ok(c, blob_zone_struct_read(data, len, &rule, &err), &err);
    struct buf b = BUF_INIT(4096);
    blob_zone_struct_write(&rule, &b);
    check_int(c, b.len, 48);
    check_ok(
        c, blob_zone_struct_read((const unsigned char *)buf_str(&b), b.len, &again, &err), &err);
    check_true(c, zone_rule_equal(&rule, &again));
    buf_fini(&b);
    err_fini(&err);
}

static void check_goid(struct check *c, const unsigned char *data, size_t len, const char *want)
{
    CLEANUP(mem_free) char *uid = goid_to_uid(data, len);
    check_str(c, uid, want);
    struct buf b = BUF_INIT(4096);
    goid_from_uid(uid ? uid : "", &b);
    CLEANUP(mem_free) unsigned char *clean = mem_dup(data, len);
    memset(clean + 16, 0, 4);
    check_int(c, b.len, len);
    check_true(c, b.len == len && memcmp(buf_str(&b), clean, len) == 0);
    buf_fini(&b);
}

static void check_blob(struct check *c, const struct json *blob)
{
    const char *kind = json_get_str(blob, "kind");
    const struct json *want = json_get(blob, "decoded");
    size_t len;
    CLEANUP(mem_free) char *name = str_printf("map/blob/real/%s", json_get_str(blob, "id"));
    CLEANUP(mem_free) unsigned char *data = hex_decode(json_get_str(blob, "hex"), &len);
    if (!data || !check_case(c, name)) {
        return;
    }
    if (str_eq(kind, "AppointmentRecurrencePattern")) {
        check_recur(c, data, len, false, want);
    } else if (str_starts(kind, "RecurrencePattern")) {
        check_recur(c, data, len, true, want);
    } else if (str_eq(kind, "TimeZoneDefinition")) {
        check_definition(c, data, len, want);
    } else if (str_eq(kind, "TimeZoneStruct")) {
        check_zone_struct(c, data, len);
    } else {
        check_goid(c, data, len, json_get_str(want, "uid"));
    }
    check_close_case(c);
}

static void check_all_real(struct check *c)
{
    CLEANUP(mem_free) char *folder = dump_real_folder();
    CLEANUP(mem_free) char *path = folder ? str_printf("%s/blobs/blobs.json", folder) : NULL;
    size_t len = 0;
    CLEANUP(mem_free) char *text = path ? dump_file(path, &len) : NULL;
    struct json *list = NULL;
    if (!text || json_parse(text, len, &list, NULL) != RC_OK) {
        if (check_case(c, "map/blob/real")) {
            check_skip(c, "no blobs of real Outlook items (set LOCKSTEP_OUTLOOK_DATA)");
        }
        return;
    }
    for (const struct json *b = json_first(list); b; b = json_next(b)) {
        check_blob(c, b);
    }
    json_free(list);
}

/* ---- an independent parser's text (MFCMAPI's) ---- */
static void expect(struct check *c, const char *text, const char *label, uint32_t value)
{
    CLEANUP(mem_free) char *line = str_printf("%s0x%08X", label, (unsigned)value);
    if (!strstr(text, line)) {
        check_fail(c, "no line '%s'", line);
    }
}

static void check_mfcmapi(struct check *c, const char *folder, const char *name, bool task)
{
    CLEANUP(mem_free) char *title = str_printf("map/blob/mfcmapi/%s", name);
    CLEANUP(mem_free) char *hex_path = str_printf("%s/mfcmapi/%s.hex.txt", folder, name);
    CLEANUP(mem_free) char *text_path = str_printf("%s/mfcmapi/%s.expected.txt", folder, name);
    size_t len;
    CLEANUP(mem_free) char *hex = dump_file(hex_path, &len), *text = dump_file(text_path, &len);
    if (!hex || !text || !check_case(c, title)) {
        return;
    }
    CLEANUP(mem_free) char *trimmed = str_trim(hex);
    CLEANUP(mem_free) unsigned char *data = hex_decode(trimmed, &len);
    struct recur_blob r = {0};
    struct err err = ERR_INIT;
    check_ok(c, blob_recur_read(data, len, task, &r, &err), &err);
    expect(c, text, "FirstDateTime: ", r.first_date_time);
    expect(c, text, "Period: ", r.period);
    expect(c, text, "DeletedInstanceCount: ", (uint32_t)r.deleted_count);
    expect(c, text, "ModifiedInstanceCount: ", (uint32_t)r.modified_count);
    expect(c, text, "StartDate: ", r.start_date);
    expect(c, text, "EndDate: ", r.end_date);
    for (size_t i = 0; i < r.deleted_count; i++) {
        expect(c, text, "\t\t\t", r.deleted[i]);
    }
    for (size_t i = 0; i < r.exception_count; i++) {
        expect(c, text, "StartDateTime: ", r.exceptions[i].start);
        expect(c, text, "EndDateTime: ", r.exceptions[i].end);
        expect(c, text, "OriginalStartDate: ", r.exceptions[i].original);
        check_true(c, !r.exceptions[i].subject || strstr(text, r.exceptions[i].subject));
    }
    recur_blob_fini(&r);
    err_fini(&err);
    check_close_case(c);
}

/* ---- our own ---- */
static void check_cut(struct check *c, const struct buf *whole)
{
    /* Each shorter form is refused or read, and never read past its end (the sanitizer watches). */
    for (size_t n = 0; n < whole->len; n++) {
        CLEANUP(mem_free) unsigned char *part = mem_dup(buf_str(whole), n);
        struct recur_blob r = {0};
        enum rc rc = blob_recur_read(part, n, false, &r, NULL);
        check_true(c, rc == RC_OK || rc == RC_INVALID);
        recur_blob_fini(&r);
    }
}

static void check_exceptions(struct check *c)
{
    struct recur_blob r, again = {0};
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX), second = BUF_INIT(BUF_DEFAULT_MAX);
    recur_blob_init(&r);
    r.frequency = RECUR_WEEKLY;
    r.pattern = RECUR_WEEK;
    r.period = 1;
    r.week_days = 2;
    r.end_type = RECUR_END_NEVER;
    r.end_date = RECUR_NO_END_DATE;
    r.exception_count = 1;
    r.exceptions = mem_alloc(sizeof *r.exceptions);
    r.exceptions[0] = (struct recur_exception){.start = 1000,
        .end = 1030,
        .original = 940,
        .flags = OVERRIDE_SUBJECT | OVERRIDE_LOCATION | OVERRIDE_BUSY_STATUS,
        .subject = mem_strdup("Späti \xF0\x9F\x8D\xB0"),
        .location = mem_strdup("Café"),
        .busy_status = 3};
    blob_recur_write(&r, false, &b);
    check_int(
        c, blob_recur_read((const unsigned char *)buf_str(&b), b.len, false, &again, NULL), RC_OK);
    check_int(c, again.exception_count, 1);
    check_str(c, again.exceptions[0].subject, "Späti \xF0\x9F\x8D\xB0");
    check_str(c, again.exceptions[0].location, "Café");
    check_int(c, again.exceptions[0].busy_status, 3);
    check_int(c, again.exceptions[0].original, 940);
    blob_recur_write(&again, false, &second);
    check_true(c, b.len == second.len && memcmp(buf_str(&b), buf_str(&second), b.len) == 0);
    check_cut(c, &b);
    buf_fini(&b);
    buf_fini(&second);
    recur_blob_fini(&again);
    recur_blob_fini(&r);
}

static void check_midnight_zone(struct check *c)
{
    /* Egypt goes back at 24:00, which Windows writes as 23:59:59. */
    const struct zone *cairo = zone_by_iana("Africa/Cairo");
    struct zone_rule again;
    struct buf b = BUF_INIT(4096);
    blob_zone_struct_write(&cairo->rule, &b);
    check_int(
        c, blob_zone_struct_read((const unsigned char *)buf_str(&b), b.len, &again, NULL), RC_OK);
    check_true(c, zone_rule_equal(&again, &cairo->rule));
    buf_fini(&b);
}

static void check_goid_forms(struct check *c)
{
    static const char *const UIDS[] = {"d9b5d3fd-f05d-4168-9890-d7551341cb84", "short",
        "040000008200E008 but no hex",
        "040000008200E00074C5B7101A82E00800000000104C50809830CC01000000000000000010000000693BE90803"
        "FC004FBABCB0ABDD257870"};
    for (size_t i = 0; i < ARRAY_LEN(UIDS); i++) {
        struct buf b = BUF_INIT(4096);
        goid_from_uid(UIDS[i], &b);
        CLEANUP(mem_free) char *uid = goid_to_uid((const unsigned char *)buf_str(&b), b.len);
        check_str(c, uid, UIDS[i]);
        buf_fini(&b);
    }
    check_true(c, !goid_to_uid((const unsigned char *)"x", 1));
}

int main(int argc, char **argv)
{
    static const char *const APPOINTMENTS[] = {"APPOINTMENTRECURRENCEPATTERN-1",
        "APPOINTMENTRECURRENCEPATTERN-2", "APPOINTMENTRECURRENCEPATTERN-3",
        "APPOINTMENTRECURRENCEPATTERN-4"};
    static const char *const TASKS[] = {
        "RECURRENCEPATTERN-1", "RECURRENCEPATTERN-2", "RECURRENCEPATTERN-3"};
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "map/blob/exceptions")) {
        check_exceptions(&c);
    }
    if (check_case(&c, "map/blob/zone at midnight")) {
        check_midnight_zone(&c);
    }
    if (check_case(&c, "map/blob/goid")) {
        check_goid_forms(&c);
    }
    check_all_real(&c);
    CLEANUP(mem_free) char *folder = dump_real_folder();
    for (size_t i = 0; folder && i < ARRAY_LEN(APPOINTMENTS); i++) {
        check_mfcmapi(&c, folder, APPOINTMENTS[i], false);
    }
    for (size_t i = 0; folder && i < ARRAY_LEN(TASKS); i++) {
        check_mfcmapi(&c, folder, TASKS[i], true);
    }
    return check_end(&c);
}
