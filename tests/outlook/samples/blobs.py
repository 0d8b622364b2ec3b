"""Outlook's binary values for the samples: time-zone definitions, recurrence patterns, global object ids and one-off
entry ids, as [MS-OXOCAL] 2.2.1.39 to 2.2.1.44 and [MS-OXCDATA] 2.2.5.1 lay them out."""
import datetime as dt
import struct
import uuid
from zoneinfo import ZoneInfo

NEVER = 0x5AE980DF  # minutes of 4500-12-31T23:59: a series without end

# Windows name: IANA name, bias, daylight bias, start of standard time, start of daylight time as
# (month, day of week, week of month, hour); None: no daylight saving time.
# Tokyo carries a daylight bias without dates, as Outlook writes it.
ZONES = {
    'W. Europe Standard Time': ('Europe/Berlin', -60, -60, (10, 0, 5, 3), (3, 0, 5, 2)),
    'GMT Standard Time': ('Europe/London', 0, -60, (10, 0, 5, 2), (3, 0, 5, 1)),
    'Eastern Standard Time': ('America/New_York', 300, -60, (11, 0, 1, 2), (3, 0, 2, 2)),
    'Pacific Standard Time': ('America/Los_Angeles', 480, -60, (11, 0, 1, 2), (3, 0, 2, 2)),
    'AUS Eastern Standard Time': ('Australia/Sydney', -600, -60, (4, 0, 1, 3), (10, 0, 1, 2)),
    'Tokyo Standard Time': ('Asia/Tokyo', -540, -60, None, None),
    'India Standard Time': ('Asia/Kolkata', -330, 0, None, None),
    'UTC': ('UTC', 0, 0, None, None),
}


def system_time(rule):
    if rule is None:
        return bytes(16)
    month, weekday, week, hour = rule
    return struct.pack('<8H', 0, month, weekday, week, hour, 0, 0, 0)


def zone_struct(name):
    """PidLidTimeZoneStruct: only series have it."""
    _, bias, daylight, standard_start, daylight_start = ZONES[name]
    return (struct.pack('<3i', bias, 0, daylight) + struct.pack('<H', 0) + system_time(standard_start)
            + struct.pack('<H', 0) + system_time(daylight_start))


def zone_definition(name):
    """PidLidAppointmentTimeZoneDefinition...: one rule, effective since 1601."""
    _, bias, daylight, standard_start, daylight_start = ZONES[name]
    key = name.encode('utf-16-le')
    header = struct.pack('<BBHHH', 2, 1, 6 + len(key), 2, len(name)) + key + struct.pack('<H', 1)
    since = struct.pack('<8H', 1601, 1, 0, 1, 0, 0, 0, 0)
    rule = (struct.pack('<BBHH', 2, 1, 0x3E, 2) + since + struct.pack('<3i', bias, 0, daylight)
            + system_time(standard_start) + system_time(daylight_start))
    return header + rule


def to_utc(local, zone):
    return local.replace(tzinfo=ZoneInfo(ZONES[zone][0])).astimezone(dt.timezone.utc).replace(tzinfo=None)


def minutes(date):
    return int((date - dt.datetime(1601, 1, 1)).total_seconds() // 60)


def day(local):
    return dt.datetime(local.year, local.month, local.day)


class Rule:
    """`kind` daily, weekly, monthly, monthly-nth, yearly; `interval` in its units; `days` a mask, Sunday = 1;
    `nth` 1 to 4, 5 = last; `count` occurrences or `until` a date, else without end."""

    def __init__(self, kind, interval=1, days=0, nth=0, count=None, until=None, first_weekday=1):
        self.kind, self.interval, self.days, self.nth = kind, interval, days, nth
        self.count, self.until, self.first_weekday = count, until, first_weekday

    def occurrences(self, start):
        """Local dates, without end."""
        date, month = day(start), 0
        while True:
            if self.kind == 'daily':
                yield date
                date += dt.timedelta(days=self.interval)
            elif self.kind == 'weekly':
                week = lambda d: (d - dt.timedelta(days=(d.isoweekday() - self.first_weekday) % 7))
                weeks = (week(date) - week(day(start))).days // 7
                if self.days >> (date.isoweekday() % 7) & 1 and weeks % self.interval == 0:
                    yield date
                date += dt.timedelta(days=1)
            else:
                step = self.interval * (12 if self.kind == 'yearly' else 1)
                index = start.year * 12 + start.month - 1 + month
                month += step
                year, index = divmod(index, 12)
                if self.kind == 'monthly-nth':
                    candidates = [d for d in (dt.datetime(year, index + 1, 1) + dt.timedelta(days=i) for i in range(31))
                                  if d.month == index + 1 and self.days >> (d.isoweekday() % 7) & 1]
                    candidate = candidates[-1] if self.nth == 5 else candidates[self.nth - 1]
                else:
                    candidate = dt.datetime(year, index + 1, start.day)
                if candidate >= day(start):
                    yield candidate

    def last(self, start):
        if self.count:
            dates = self.occurrences(start)
            return [next(dates) for _ in range(self.count)][-1]
        return self.until

    def blob(self, start, end, deleted=(), task=False):
        """PidLidAppointmentRecur; for a task only its first part."""
        frequency, pattern, period, specific = {
            'daily': (0x200A, 0, self.interval * 1440, b''),
            'weekly': (0x200B, 1, self.interval, struct.pack('<I', self.days)),
            'monthly': (0x200C, 2, self.interval, struct.pack('<I', start.day)),
            'monthly-nth': (0x200C, 3, self.interval, struct.pack('<II', self.days, self.nth)),
            'yearly': (0x200D, 2, self.interval * 12, struct.pack('<I', start.day)),
        }[self.kind]
        last = self.last(start)
        end_type = 0x2022 if self.count else 0x2021 if self.until else 0x2023
        count = self.count or 10
        if self.until:
            count = self.count_until(start)
        out = struct.pack('<HHHHH', 0x3004, 0x3004, frequency, pattern, 0)
        out += struct.pack('<III', self.first_date_time(start, period), period, 0) + specific
        out += struct.pack('<III', end_type, count, self.first_weekday % 7)
        dates = sorted(minutes(day(d)) for d in deleted)
        out += struct.pack('<I', len(dates)) + b''.join(struct.pack('<I', d) for d in dates) + struct.pack('<I', 0)
        out += struct.pack('<II', minutes(day(start)), minutes(last) if last else NEVER)
        if task:
            return out
        offset = start.hour * 60 + start.minute
        out += struct.pack('<IIII', 0x3006, 0x3009, offset, offset + int((end - start).total_seconds() // 60))
        return out + struct.pack('<HII', 0, 0, 0)

    def count_until(self, start):
        total = 0
        for date in self.occurrences(start):
            if date > self.until:
                return total
            total += 1

    def first_date_time(self, start, period):
        if self.kind == 'daily':
            return minutes(day(start)) % period
        if self.kind == 'weekly':
            week = day(start) - dt.timedelta(days=(start.isoweekday() - self.first_weekday) % 7)
            return minutes(week) % (period * 10080)
        months = (start.year - 1601) * 12 + start.month - 1
        years, month = divmod(months % period, 12)
        return minutes(dt.datetime(1601 + years, month + 1, 1))


def global_object_id(name):
    """Always the same for the same item."""
    unique = uuid.uuid5(uuid.NAMESPACE_URL, 'sample:' + name).bytes
    return (bytes.fromhex('040000008200e00074c5b7101a82e008') + bytes(4)
            + bytes.fromhex('0050843228420ed9') + bytes(8) + struct.pack('<I', 16) + unique)


def one_off_entry_id(name, address):
    """The recipient as an address book entry of its own, Unicode."""
    out = bytes(4) + bytes.fromhex('812b1fa4bea310199d6e00dd010f5402') + struct.pack('<HH', 0, 0x8001)
    return out + b''.join((text + '\0').encode('utf-16-le') for text in (name, 'SMTP', address))
