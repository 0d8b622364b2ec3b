/* Dates and times as data: civil fields, instants, FILETIME, ISO 8601 text and durations. No clock,
 * no locale, no time zone rules (zone.h has those). Valid for the years 1 to 9999. */
#ifndef LOCKSTEP_BASE_DATE_H
#define LOCKSTEP_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Civil (wall-clock) time; month 1..12, day 1..31. */
struct civil {
    int year, month, day, hour, minute, second;
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
int64_t date_days(int year, int month, int day);
void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day);
int date_weekday(int64_t days); /* 0 Sunday .. 6 Saturday */
int date_month_length(int year, int month);
bool civil_valid(const struct civil *c);
/* Seconds since 1970-01-01T00:00:00 of the fields taken as UTC (or as local "wall" seconds). */
int64_t civil_seconds(const struct civil *c);
struct civil civil_from_seconds(int64_t seconds);

/* "2026-11-23T10:00:00" (JSCalendar LocalDateTime) with or without trailing Z; fractions are cut
 * off. Returns false on anything else; *ret_utc (may be NULL) tells whether a Z was there. */
bool civil_parse_iso(const char *s, struct civil *ret, bool *ret_utc);
/* "20261123T100000[Z]" or "20261123" (then *ret_date_only is set). iCalendar DATE-TIME / DATE. */
bool civil_parse_basic(const char *s, struct civil *ret, bool *ret_utc, bool *ret_date_only);
#define CIVIL_TEXT_SIZE 24
void civil_format_iso(const struct civil *c, bool utc, char out[CIVIL_TEXT_SIZE]);
void civil_format_basic(const struct civil *c, bool utc, char out[CIVIL_TEXT_SIZE]);
void civil_format_basic_date(const struct civil *c, char out[CIVIL_TEXT_SIZE]);

/* Durations (RFC 5545 section 3.3.6, the same in JSCalendar): "P1D", "-PT15M", "P1W", "PT1H30M".
 * Days count 86,400 s here; whoever needs nominal days looks at the text. */
bool duration_parse(const char *s, int64_t *ret_seconds);
#define DURATION_TEXT_SIZE 40
void duration_format(
    int64_t seconds, char out[DURATION_TEXT_SIZE]); /* 0 -> "PT0S", whole days -> "PnD" */

/* FILETIME: 100 ns units since 1601-01-01T00:00:00Z, as MAPI's PT_SYSTIME. Fractions of a second
 * are cut. */
int64_t filetime_from_seconds(int64_t unix_seconds);
int64_t filetime_to_seconds(int64_t filetime);
/* Minutes since 1601-01-01, as recurrence blobs use ([MS-OXOCAL] section 2.2.1.44.1). */
int64_t minutes1601_from_seconds(int64_t seconds);
int64_t minutes1601_to_seconds(int64_t minutes);

#endif
