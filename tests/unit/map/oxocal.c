/* [MS-OXOCAL] sections 2.2.1.44.1 (RecurrencePattern) to 2.2.1.44.5, read field by field. */
#include "tests/unit/map/oxocal.h"

#include "client/base/buf.h"
#include "client/base/zone.h"

#include <stdio.h>
#include <string.h>

#define FIELD(set, id)                                                                             \
    (struct prop_name)                                                                             \
    {                                                                                              \
        set, id, NULL                                                                              \
    }

struct exception {
    unsigned start, end, original, flags;
    char subject[300], place[300]; /* of the extended part */
    size_t narrow_subject, narrow_place;
    unsigned set, delta, busy, all_day, state;
};

struct blob {
    const unsigned char *p;
    size_t left;
    const char *fault;
    unsigned deleted[4000], modified[4000], deleted_count, modified_count;
    unsigned pattern, start_date, end_date, start_offset, end_offset, writer;
    struct exception *exceptions; /* owned */
    unsigned exception_count;
};

static unsigned number(struct blob *b, size_t bytes)
{
    unsigned v = 0;
    if (b->left < bytes) {
        b->fault = b->fault ? b->fault : "cut off";
        b->left = 0;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++) {
        v |= (unsigned)b->p[i] << 8 * i;
    }
    b->p += bytes;
    b->left -= bytes;
    return v;
}

static void expect(struct blob *b, bool good, const char *what)
{
    if (!good && !b->fault) {
        b->fault = what;
    }
}

static void skip(struct blob *b, size_t n)
{
    if (n > b->left) {
        expect(b, false, "a block reaches beyond the end");
        n = b->left;
    }
    b->p += n;
    b->left -= n;
}

static void dates(struct blob *b, unsigned *ret, unsigned *ret_count)
{
    unsigned n = number(b, 4);
    expect(b, n <= 4000, "too many dates");
    *ret_count = b->fault ? 0 : n;
    for (unsigned i = 0; i < *ret_count; i++) {
        ret[i] = number(b, 4);
        expect(b, ret[i] % 1440 == 0, "a date that is no midnight");
        expect(b, !i || ret[i] > ret[i - 1], "dates out of order");
    }
}

/* RecurrencePattern. */
static void pattern(struct blob *b)
{
    expect(b, number(b, 2) == 0x3004 && number(b, 2) == 0x3004, "versions");
    unsigned frequency = number(b, 2);
    expect(b, frequency >= 0x200A && frequency <= 0x200D, "RecurFrequency");
    b->pattern = number(b, 2);
    number(b, 2);
    number(b, 4);
    expect(b, number(b, 4) > 0, "Period");
    expect(b, number(b, 4) == 0, "SlidingFlag of an appointment");
    skip(b, b->pattern == 0 ? 0 : b->pattern == 3 || b->pattern == 0xB ? 8 : 4);
    unsigned end = number(b, 4);
    expect(b, end == 0x2021 || end == 0x2022 || end == 0x2023, "EndType");
    number(b, 4);
    expect(b, number(b, 4) < 7, "FirstDOW");
    dates(b, b->deleted, &b->deleted_count);
    dates(b, b->modified, &b->modified_count);
    b->start_date = number(b, 4);
    b->end_date = number(b, 4);
    expect(b, b->start_date % 1440 == 0 && b->end_date >= b->start_date, "StartDate, EndDate");
}

static size_t narrow(struct blob *b)
{
    unsigned with_nul = number(b, 2), n = number(b, 2);
    expect(b, with_nul == n + 1, "the two lengths of an 8-bit text");
    skip(b, n);
    return n;
}

static void exception_info(struct blob *b, struct exception *e)
{
    e->start = number(b, 4);
    e->end = number(b, 4);
    e->original = number(b, 4);
    e->flags = number(b, 2);
    expect(b, e->end >= e->start, "an exception ends before it starts");
    e->narrow_subject = e->flags & 0x0001 ? narrow(b) : 0;
    e->state = e->flags & 0x0002 ? number(b, 4) : 0;
    e->delta = e->flags & 0x0004 ? number(b, 4) : 0;
    e->set = e->flags & 0x0008 ? number(b, 4) : 0;
    e->narrow_place = e->flags & 0x0010 ? narrow(b) : 0;
    e->busy = e->flags & 0x0020 ? number(b, 4) : 0;
    skip(b, e->flags & 0x0040 ? 4 : 0);
    e->all_day = e->flags & 0x0080 ? number(b, 4) : 0;
    skip(b, e->flags & 0x0100 ? 4 : 0);
    expect(
        b, e->set <= 1 && e->all_day <= 1 && e->busy <= 4 && e->state <= 7, "a value out of range");
}

/* Latin letters are enough to recognise a text; the others show as '?'. */
static size_t wide(struct blob *b, char *ret, size_t room)
{
    unsigned n = number(b, 2);
    size_t len = 0;
    for (unsigned i = 0; i < n; i++) {
        unsigned unit = number(b, 2);
        if (len + 1 < room) {
            ret[len++] = unit >= 0x20 && unit < 0x7F ? (char)unit : '?';
        }
    }
    ret[len] = 0;
    return n;
}

static void extended(struct blob *b, struct exception *e)
{
    if (b->writer >= 0x3009) {
        unsigned size = number(b, 4);
        expect(b, size >= 4, "ChangeHighlightSize");
        skip(b, size);
    }
    skip(b, number(b, 4));
    if (!(e->flags & 0x0011)) {
        return;
    }
    expect(b, number(b, 4) == e->start && number(b, 4) == e->end && number(b, 4) == e->original,
        "the times of the extended part");
    if (e->flags & 0x0001) {
        expect(b, wide(b, e->subject, sizeof e->subject) >= e->narrow_subject, "the wide subject");
    }
    if (e->flags & 0x0010) {
        expect(b, wide(b, e->place, sizeof e->place) >= e->narrow_place, "the wide location");
    }
    skip(b, number(b, 4));
}

static void appointment(struct blob *b)
{
    expect(b, number(b, 4) == 0x3006, "ReaderVersion2");
    b->writer = number(b, 4);
    b->start_offset = number(b, 4);
    b->end_offset = number(b, 4);
    expect(b, b->start_offset < 1440 && b->end_offset >= b->start_offset, "the time of day");
    b->exception_count = number(b, 2);
    b->exceptions = mem_alloc((b->exception_count + 1) * sizeof *b->exceptions);
    for (unsigned i = 0; i < b->exception_count && !b->fault; i++) {
        exception_info(b, &b->exceptions[i]);
    }
    skip(b, number(b, 4));
    for (unsigned i = 0; i < b->exception_count && !b->fault; i++) {
        extended(b, &b->exceptions[i]);
    }
    skip(b, number(b, 4));
    expect(b, b->left == 0, "bytes behind the end");
}

static bool has_date(const unsigned *list, unsigned count, unsigned minutes)
{
    for (unsigned i = 0; i < count; i++) {
        if (list[i] == minutes / 1440 * 1440) {
            return true;
        }
    }
    return false;
}

/* What the lists say about each other. */
static void relations(struct blob *b)
{
    expect(b, b->modified_count == b->exception_count, "ModifiedInstanceCount");
    expect(b, b->deleted_count >= b->modified_count, "DeletedInstanceCount");
    for (unsigned i = 0; i < b->exception_count; i++) {
        const struct exception *e = &b->exceptions[i];
        expect(b, has_date(b->deleted, b->deleted_count, e->original), "an original not deleted");
        expect(b, has_date(b->modified, b->modified_count, e->start), "a new date not modified");
        expect(b, e->original % 1440 == b->start_offset, "an original at another time of day");
        expect(b, !i || (e->start > e[-1].start && e->original > e[-1].original),
            "exceptions out of order");
        expect(b, !i || e->start / 1440 > e[-1].start / 1440, "two exceptions on a day");
    }
}

static void decode(const struct props *item, struct blob *b)
{
    *b = (struct blob){0};
    b->p = props_binary(item, FIELD(SET_APPOINTMENT, 0x8216), &b->left);
    if (!b->p) {
        b->fault = "there is none";
        return;
    }
    pattern(b);
    appointment(b);
    relations(b);
}

/* ---- messages ---- */

static bool is_time(const struct props *p, struct prop_name name, int64_t seconds)
{
    return props_int(p, name, 0) == filetime_from_seconds(seconds);
}

static int64_t wall(unsigned minutes)
{
    return minutes1601_to_seconds(minutes);
}

static const char *attachment_fault(const struct props *a, const struct exception *e)
{
    return props_int(a, FIELD(SET_TAG, 0x3705), 0) != 5             ? "PidTagAttachMethod"
           : props_int(a, FIELD(SET_TAG, 0x7FFD), 0) != 2           ? "PidTagAttachmentFlags"
           : !props_int(a, FIELD(SET_TAG, 0x7FFE), 0)               ? "PidTagAttachmentHidden"
           : !is_time(a, FIELD(SET_TAG, 0x7FF9), wall(e->original)) ? "PidTagExceptionReplaceTime"
           : !is_time(a, FIELD(SET_TAG, 0x7FFB), wall(e->start))    ? "PidTagExceptionStartTime"
           : !is_time(a, FIELD(SET_TAG, 0x7FFC), wall(e->end))      ? "PidTagExceptionEndTime"
                                                                    : NULL;
}

static bool states(const struct props *m, struct prop_name name)
{
    return props_find(m, name) != NULL;
}

static const char *message_fault(
    const struct props *m, const struct exception *e, const struct zone *zone)
{
    static const unsigned STARTS[] = {0x820D, 0x8235}, ENDS[] = {0x820E, 0x8236};
    int64_t start = zone_utc(zone, wall(e->start)), end = zone_utc(zone, wall(e->end));
    for (size_t i = 0; i < 2; i++) {
        if (!is_time(m, FIELD(SET_APPOINTMENT, STARTS[i]), start) ||
            !is_time(m, FIELD(SET_APPOINTMENT, ENDS[i]), end)) {
            return "start or end of the message";
        }
    }
    const char *class = props_text(m, FIELD(SET_TAG, 0x001A));
    return !is_time(m, FIELD(SET_APPOINTMENT, 0x8228), zone_utc(zone, wall(e->original)))
               ? "PidLidExceptionReplaceTime"
           : !is_time(m, FIELD(SET_COMMON, 0x8516), start) ||
                   !is_time(m, FIELD(SET_COMMON, 0x8517), end) ||
                   !is_time(m, FIELD(SET_COMMON, 0x8502), start)
               ? "the common times"
           : props_int(m, FIELD(SET_APPOINTMENT, 0x8213), -1) != (end - start) / 60
               ? "PidLidAppointmentDuration"
           : !states(m, FIELD(SET_APPOINTMENT, 0x8205)) || !states(m, FIELD(SET_TAG, 0x0036))
               ? "no busy status or sensitivity"
           : !states(m, FIELD(SET_APPOINTMENT, 0x825E)) ||
                   !states(m, FIELD(SET_APPOINTMENT, 0x825F))
               ? "no zone"
           : (e->flags & 0x0001) != 0 && !states(m, FIELD(SET_TAG, 0x0037))         ? "no subject"
           : (e->flags & 0x0010) != 0 && !states(m, FIELD(SET_APPOINTMENT, 0x8208)) ? "no location"
           : (e->flags & 0x0020) && e->busy != props_int(m, FIELD(SET_APPOINTMENT, 0x8205), -1)
               ? "another busy status"
           : (e->flags & 0x0002) && e->state != props_int(m, FIELD(SET_APPOINTMENT, 0x8217), -1)
               ? "another PidLidAppointmentStateFlags"
           : ((e->flags & 0x0200) != 0) != props_int(m, FIELD(SET_APPOINTMENT, 0x8206), 0)
               ? "PidLidFExceptionalBody"
           : !str_eq(class, "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}") ? "the class"
                                                                                    : NULL;
}

/* The one sub-item whose message replaces this occurrence. */
static const char *exception_fault(
    const struct props *item, const struct exception *e, const struct zone *zone)
{
    const struct props_sub *found = NULL;
    for (size_t i = 0; i < item->sub_count; i++) {
        if (is_time(&item->subs[i].item, FIELD(SET_APPOINTMENT, 0x8228),
                zone_utc(zone, wall(e->original)))) {
            if (found) {
                return "two messages for one exception";
            }
            found = &item->subs[i];
        }
    }
    if (!found) {
        return "an exception without a message";
    }
    const char *fault = attachment_fault(&found->attach, e);
    return fault ? fault : message_fault(&found->item, e, zone);
}

char *oxocal_fault(const struct props *item, const char *zone)
{
    struct blob *b = NEW(struct blob);
    decode(item, b);
    const char *fault = b->fault;
    if (!fault && item->sub_count != b->exception_count) {
        fault = "a message without exception";
    }
    for (unsigned i = 0; i < b->exception_count && !fault; i++) {
        fault = exception_fault(item, &b->exceptions[i], zone_by_iana(zone));
    }
    char *ret = mem_strdup(fault);
    free(b->exceptions);
    free(b);
    return ret;
}

/* ---- as text ---- */

static void add_time(struct buf *out, unsigned minutes, bool date_only)
{
    char text[CIVIL_TEXT_SIZE];
    struct civil c = civil_from_seconds(wall(minutes));
    civil_format_iso(&c, false, text);
    text[date_only ? 10 : 16] = 0;
    buf_adds(out, text);
}

static void add_exception(struct buf *out, const struct exception *e)
{
    add_time(out, e->original, false);
    buf_addc(out, '>');
    add_time(out, e->start, false);
    buf_addf(out, "/%u", e->end - e->start);
    if (e->flags & 0x0001) {
        buf_addf(out, " subject='%s'", e->subject);
    }
    if (e->flags & 0x0010) {
        buf_addf(out, " place='%s'", e->place);
    }
    const struct {
        unsigned flag, value;
        const char *name;
    } ROWS[] = {{0x0020, e->busy, "busy"}, {0x0008, e->set, "set"}, {0x0004, e->delta, "delta"},
        {0x0080, e->all_day, "allday"}, {0x0002, e->state, "state"}};
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        if (e->flags & ROWS[i].flag) {
            buf_addf(out, " %s=%u", ROWS[i].name, ROWS[i].value);
        }
    }
    buf_adds(out, e->flags & 0x0200 ? " body" : "");
}

char *oxocal_text(const struct props *item)
{
    struct blob *b = NEW(struct blob);
    struct buf out = BUF_INIT(BUF_DEFAULT_MAX);
    decode(item, b);
    for (unsigned i = 0; i < b->deleted_count; i++) {
        bool modified = false;
        for (unsigned k = 0; k < b->exception_count; k++) {
            modified = modified || b->exceptions[k].original / 1440 == b->deleted[i] / 1440;
        }
        if (!modified) {
            buf_adds(&out, out.len ? " -" : "-");
            add_time(&out, b->deleted[i], true);
        }
    }
    for (unsigned i = 0; i < b->exception_count; i++) {
        buf_adds(&out, out.len ? " " : "");
        add_exception(&out, &b->exceptions[i]);
    }
    free(b->exceptions);
    free(b);
    return buf_take(&out);
}
