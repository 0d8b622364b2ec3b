/* Recurrence blobs: PidLidAppointmentRecur ([MS-OXOCAL] section 2.2.1.44) and the bare pattern of
 * tasks (PidLidTaskRecurrence, [MS-OXOTASK] section 2.2.2.2.15). All dates are local wall-clock
 * minutes since 1601 in the series' zone, never UTC.
 *
 * Reading keeps every field, so that writing what was read gives the same bytes (but for stale
 * bytes behind the end). */
#ifndef LOCKSTEP_MAPI_MAP_BLOB_RECUR_H
#define LOCKSTEP_MAPI_MAP_BLOB_RECUR_H

#include "client/base/buf.h"
#include "client/base/rc.h"

#include <stdint.h>

enum recur_frequency {
    RECUR_DAILY = 0x200A,
    RECUR_WEEKLY = 0x200B,
    RECUR_MONTHLY = 0x200C,
    RECUR_YEARLY = 0x200D
};
enum recur_pattern {
    RECUR_DAY = 0,
    RECUR_WEEK = 1,
    RECUR_MONTH = 2,
    RECUR_MONTH_NTH = 3,
    RECUR_MONTH_END = 4,
    RECUR_HIJRI_MONTH = 0xA,
    RECUR_HIJRI_NTH = 0xB,
    RECUR_HIJRI_END = 0xC,
};
enum recur_end {
    RECUR_END_DATE = 0x2021,
    RECUR_END_COUNT = 0x2022,
    RECUR_END_NEVER = 0x2023,
    RECUR_END_NEVER_OLD = -1
};
#define RECUR_NO_END_DATE 0x5AE980DFu /* 4500-12-31T23:59 */
#define RECUR_NTH_LAST    5

enum recur_override { /* ExceptionInfo.OverrideFlags */
    OVERRIDE_SUBJECT = 0x0001,
    OVERRIDE_MEETING_TYPE = 0x0002,
    OVERRIDE_REMINDER_DELTA = 0x0004,
    OVERRIDE_REMINDER_SET = 0x0008,
    OVERRIDE_LOCATION = 0x0010,
    OVERRIDE_BUSY_STATUS = 0x0020,
    OVERRIDE_ATTACHMENT = 0x0040,
    OVERRIDE_SUB_TYPE = 0x0080,
    OVERRIDE_COLOR = 0x0100,
    OVERRIDE_BODY = 0x0200,
};

struct recur_bytes {
    unsigned char *data; /* owned */
    size_t len;
};

struct recur_exception {
    uint32_t start, end, original;
    unsigned flags;                                 /* enum recur_override */
    struct recur_bytes ansi_subject, ansi_location; /* in the writer's code page */
    char *subject,
        *location; /* owned UTF-8 from the extended part, else from ASCII; NULL if unknown */
    uint32_t meeting_type, reminder_delta, reminder_set, busy_status, attachment, sub_type, color;
    struct recur_bytes change_highlight, reserved1, reserved2;
};

struct recur_blob {
    unsigned reader_version, writer_version;
    unsigned frequency, pattern, calendar;
    uint32_t first_date_time, period, sliding;
    uint32_t week_days;    /* RECUR_WEEK, *_NTH: bit 0 Sunday .. bit 6 Saturday */
    uint32_t day_of_month; /* RECUR_MONTH, *_END */
    uint32_t nth;          /* *_NTH: 1..4, 5 = last */
    uint32_t end_type, count, first_day_of_week;
    uint32_t *deleted, *modified; /* owned; midnights */
    size_t deleted_count, modified_count;
    uint32_t start_date, end_date;
    /* appointments only */
    uint32_t reader_version2, writer_version2, start_offset, end_offset;
    struct recur_exception *exceptions; /* owned */
    size_t exception_count;
    struct recur_bytes reserved1, reserved2;
};
void recur_blob_fini(struct recur_blob *r);
/* The version fields a present Outlook writes. */
void recur_blob_init(struct recur_blob *r);

/* `task`: the bare pattern. A blob that ends before or within the extended exceptions still reads:
 * old writers left them out. */
enum rc blob_recur_read(const unsigned char *data, size_t len, bool task, struct recur_blob *ret,
    struct err *err) WARN_UNUSED;
void blob_recur_write(const struct recur_blob *r, bool task, struct buf *ret);

#endif
