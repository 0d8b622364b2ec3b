/* RecurrencePattern, AppointmentRecurrencePattern, ExceptionInfo and ExtendedException ([MS-OXOCAL]
 * sections 2.2.1.44.1 to .5). */
#include "mapi/map/blob_recur.h"

#include "mapi/map/bytes.h"

#include <string.h>

#define VERSION         0x3004
#define READER_VERSION2 0x3006
#define WRITER_VERSION2 0x3009 /* the first that writes ChangeHighlight */
#define WIDE            (OVERRIDE_SUBJECT | OVERRIDE_LOCATION)

static void exception_fini(struct recur_exception *e)
{
    free(e->ansi_subject.data);
    free(e->ansi_location.data);
    free(e->subject);
    free(e->location);
    free(e->change_highlight.data);
    free(e->reserved1.data);
    free(e->reserved2.data);
}

void recur_blob_fini(struct recur_blob *r)
{
    for (size_t i = 0; i < r->exception_count; i++) {
        exception_fini(&r->exceptions[i]);
    }
    free(r->exceptions);
    free(r->deleted);
    free(r->modified);
    free(r->reserved1.data);
    free(r->reserved2.data);
    *r = (struct recur_blob){0};
}

void recur_blob_init(struct recur_blob *r)
{
    *r = (struct recur_blob){.reader_version = VERSION,
        .writer_version = VERSION,
        .reader_version2 = READER_VERSION2,
        .writer_version2 = WRITER_VERSION2};
}

static struct recur_bytes take_bytes(struct bytes *b, size_t n)
{
    struct recur_bytes ret = {NULL, 0};
    const unsigned char *p = bytes_take(b, n);
    if (p && n) {
        ret.data = mem_dup(p, n);
        ret.len = n;
    }
    return ret;
}

static bool is_month(unsigned pattern)
{
    return pattern == RECUR_MONTH || pattern == RECUR_MONTH_END || pattern == RECUR_HIJRI_MONTH ||
           pattern == RECUR_HIJRI_END;
}

static bool is_nth(unsigned pattern)
{
    return pattern == RECUR_MONTH_NTH || pattern == RECUR_HIJRI_NTH;
}

static uint32_t *read_dates(struct bytes *b, size_t *ret_count)
{
    size_t count = bytes_u32(b);
    if (b->failed || count > b->left / 4) {
        b->failed = true;
        return NULL;
    }
    uint32_t *dates = mem_alloc((count + 1) * sizeof *dates);
    for (size_t i = 0; i < count; i++) {
        dates[i] = bytes_u32(b);
    }
    *ret_count = count;
    return dates;
}

static enum rc read_pattern(struct bytes *b, struct recur_blob *r, struct err *err)
{
    r->reader_version = bytes_u16(b);
    r->writer_version = bytes_u16(b);
    r->frequency = bytes_u16(b);
    r->pattern = bytes_u16(b);
    r->calendar = bytes_u16(b);
    r->first_date_time = bytes_u32(b);
    r->period = bytes_u32(b);
    r->sliding = bytes_u32(b);
    if (r->pattern == RECUR_WEEK) {
        r->week_days = bytes_u32(b);
    } else if (is_month(r->pattern)) {
        r->day_of_month = bytes_u32(b);
    } else if (is_nth(r->pattern)) {
        r->week_days = bytes_u32(b);
        r->nth = bytes_u32(b);
    } else if (r->pattern != RECUR_DAY) {
        return err_set(err, RC_INVALID, 0, "recurrence: unknown pattern type %u", r->pattern);
    }
    r->end_type = bytes_u32(b);
    r->count = bytes_u32(b);
    r->first_day_of_week = bytes_u32(b);
    r->deleted = read_dates(b, &r->deleted_count);
    r->modified = b->failed ? NULL : read_dates(b, &r->modified_count);
    r->start_date = bytes_u32(b);
    r->end_date = bytes_u32(b);
    return b->failed ? err_set(err, RC_INVALID, 0, "recurrence: the pattern is cut off") : RC_OK;
}

/* The length stands twice: with and without the NUL that is not there. */
static struct recur_bytes read_ansi(struct bytes *b)
{
    bytes_u16(b);
    return take_bytes(b, bytes_u16(b));
}

static char *ascii_only(const struct recur_bytes *text)
{
    for (size_t i = 0; i < text->len; i++) {
        if (text->data[i] >= 0x80 || !text->data[i]) {
            return NULL;
        }
    }
    return text->len ? mem_strndup((const char *)text->data, text->len) : mem_strdup("");
}

static void read_exception(struct bytes *b, struct recur_exception *e)
{
    e->start = bytes_u32(b);
    e->end = bytes_u32(b);
    e->original = bytes_u32(b);
    e->flags = bytes_u16(b);
    if (e->flags & OVERRIDE_SUBJECT) {
        e->ansi_subject = read_ansi(b);
        e->subject = ascii_only(&e->ansi_subject);
    }
    e->meeting_type = e->flags & OVERRIDE_MEETING_TYPE ? bytes_u32(b) : 0;
    e->reminder_delta = e->flags & OVERRIDE_REMINDER_DELTA ? bytes_u32(b) : 0;
    e->reminder_set = e->flags & OVERRIDE_REMINDER_SET ? bytes_u32(b) : 0;
    if (e->flags & OVERRIDE_LOCATION) {
        e->ansi_location = read_ansi(b);
        e->location = ascii_only(&e->ansi_location);
    }
    e->busy_status = e->flags & OVERRIDE_BUSY_STATUS ? bytes_u32(b) : 0;
    e->attachment = e->flags & OVERRIDE_ATTACHMENT ? bytes_u32(b) : 0;
    e->sub_type = e->flags & OVERRIDE_SUB_TYPE ? bytes_u32(b) : 0;
    e->color = e->flags & OVERRIDE_COLOR ? bytes_u32(b) : 0;
}

static void take_wide(struct bytes *b, char **slot)
{
    char *text = bytes_utf16(b, bytes_u16(b));
    if (text) {
        free(*slot);
        *slot = text;
    }
}

static void read_extended(struct bytes *b, struct recur_exception *e, uint32_t writer_version)
{
    if (writer_version >= WRITER_VERSION2) {
        e->change_highlight = take_bytes(b, bytes_u32(b));
    }
    e->reserved1 = take_bytes(b, bytes_u32(b));
    if (e->flags & WIDE) {
        bytes_take(b, 12); /* start, end, original once more */
    }
    if (e->flags & OVERRIDE_SUBJECT) {
        take_wide(b, &e->subject);
    }
    if (e->flags & OVERRIDE_LOCATION) {
        take_wide(b, &e->location);
    }
    if (e->flags & WIDE) {
        e->reserved2 = take_bytes(b, bytes_u32(b));
    }
}

static enum rc read_appointment(struct bytes *b, struct recur_blob *r, struct err *err)
{
    r->reader_version2 = bytes_u32(b);
    r->writer_version2 = bytes_u32(b);
    r->start_offset = bytes_u32(b);
    r->end_offset = bytes_u32(b);
    size_t count = bytes_u16(b);
    if (b->failed || count * 14 > b->left) {
        return err_set(err, RC_INVALID, 0, "recurrence: the exceptions are cut off");
    }
    r->exceptions = mem_alloc((count + 1) * sizeof *r->exceptions);
    for (; r->exception_count < count; r->exception_count++) {
        read_exception(b, &r->exceptions[r->exception_count]);
        if (b->failed) {
            r->exception_count++;
            return err_set(
                err, RC_INVALID, 0, "recurrence: exception %zu is cut off", r->exception_count);
        }
    }
    r->reserved1 = take_bytes(b, bytes_u32(b));
    for (size_t i = 0; i < count && !b->failed; i++) {
        read_extended(b, &r->exceptions[i], r->writer_version2);
    }
    r->reserved2 = take_bytes(b, bytes_u32(b));
    return RC_OK;
}

enum rc blob_recur_read(
    const unsigned char *data, size_t len, bool task, struct recur_blob *ret, struct err *err)
{
    struct bytes b = {data, len, false};
    CLEANUP_FINI(recur_blob_fini) struct recur_blob r = {0};
    enum rc rc = read_pattern(&b, &r, err);
    if (!rc && !task) {
        rc = read_appointment(&b, &r, err);
    }
    if (!rc) {
        *ret = r;
        r = (struct recur_blob){0};
    }
    return rc;
}

static void write_dates(const uint32_t *dates, size_t count, struct buf *b)
{
    buf_u32(b, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        buf_u32(b, dates[i]);
    }
}

static void write_pattern(const struct recur_blob *r, struct buf *b)
{
    buf_u16(b, (uint16_t)r->reader_version);
    buf_u16(b, (uint16_t)r->writer_version);
    buf_u16(b, (uint16_t)r->frequency);
    buf_u16(b, (uint16_t)r->pattern);
    buf_u16(b, (uint16_t)r->calendar);
    buf_u32(b, r->first_date_time);
    buf_u32(b, r->period);
    buf_u32(b, r->sliding);
    if (r->pattern == RECUR_WEEK || is_nth(r->pattern)) {
        buf_u32(b, r->week_days);
    }
    if (is_month(r->pattern)) {
        buf_u32(b, r->day_of_month);
    }
    if (is_nth(r->pattern)) {
        buf_u32(b, r->nth);
    }
    buf_u32(b, r->end_type);
    buf_u32(b, r->count);
    buf_u32(b, r->first_day_of_week);
    write_dates(r->deleted, r->deleted_count, b);
    write_dates(r->modified, r->modified_count, b);
    buf_u32(b, r->start_date);
    buf_u32(b, r->end_date);
}

static void write_block(const struct recur_bytes *block, struct buf *b)
{
    buf_u32(b, (uint32_t)block->len);
    buf_add(b, block->data, block->len);
}

static void write_ansi(const struct recur_bytes *text, struct buf *b)
{
    buf_u16(b, (uint16_t)(text->len + 1));
    buf_u16(b, (uint16_t)text->len);
    buf_add(b, text->data, text->len);
}

static void write_times(const struct recur_exception *e, struct buf *b)
{
    buf_u32(b, e->start);
    buf_u32(b, e->end);
    buf_u32(b, e->original);
}

static void write_exception(const struct recur_exception *e, struct buf *b)
{
    write_times(e, b);
    buf_u16(b, (uint16_t)e->flags);
    if (e->flags & OVERRIDE_SUBJECT) {
        write_ansi(&e->ansi_subject, b);
    }
    const struct {
        unsigned flag;
        uint32_t value;
    } before[] = {{OVERRIDE_MEETING_TYPE, e->meeting_type},
        {OVERRIDE_REMINDER_DELTA, e->reminder_delta}, {OVERRIDE_REMINDER_SET, e->reminder_set}},
      after[] = {{OVERRIDE_BUSY_STATUS, e->busy_status}, {OVERRIDE_ATTACHMENT, e->attachment},
          {OVERRIDE_SUB_TYPE, e->sub_type}, {OVERRIDE_COLOR, e->color}};
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        if (e->flags & before[i].flag) {
            buf_u32(b, before[i].value);
        }
    }
    if (e->flags & OVERRIDE_LOCATION) {
        write_ansi(&e->ansi_location, b);
    }
    for (size_t i = 0; i < ARRAY_LEN(after); i++) {
        if (e->flags & after[i].flag) {
            buf_u32(b, after[i].value);
        }
    }
}

static void write_wide(const char *text, struct buf *b)
{
    struct buf wide = BUF_INIT(0x20000);
    size_t units = buf_utf16(&wide, text ? text : "");
    buf_u16(b, (uint16_t)units);
    buf_add(b, buf_str(&wide), units * 2);
    buf_fini(&wide);
}

static void write_extended(const struct recur_exception *e, uint32_t writer_version, struct buf *b)
{
    if (writer_version >= WRITER_VERSION2) {
        if (e->change_highlight.len) {
            write_block(&e->change_highlight, b);
        } else {
            buf_u32(b, 4);
            buf_u32(b, 0);
        }
    }
    write_block(&e->reserved1, b);
    if (e->flags & WIDE) {
        write_times(e, b);
    }
    if (e->flags & OVERRIDE_SUBJECT) {
        write_wide(e->subject, b);
    }
    if (e->flags & OVERRIDE_LOCATION) {
        write_wide(e->location, b);
    }
    if (e->flags & WIDE) {
        write_block(&e->reserved2, b);
    }
}

void blob_recur_write(const struct recur_blob *r, bool task, struct buf *ret)
{
    write_pattern(r, ret);
    if (task) {
        return;
    }
    buf_u32(ret, r->reader_version2);
    buf_u32(ret, r->writer_version2);
    buf_u32(ret, r->start_offset);
    buf_u32(ret, r->end_offset);
    buf_u16(ret, (uint16_t)r->exception_count);
    for (size_t i = 0; i < r->exception_count; i++) {
        write_exception(&r->exceptions[i], ret);
    }
    write_block(&r->reserved1, ret);
    for (size_t i = 0; i < r->exception_count; i++) {
        write_extended(&r->exceptions[i], r->writer_version2, ret);
    }
    write_block(&r->reserved2, ret);
}
