"""What iCalendar objects say of appointments, in one spelling: two servers' or two protocols' copies of one give the same lines.

    ics_fields.py FILE                      the lines
    ics_fields.py same FOLDER FOLDER        how many appointments (by UID) say the same in both, and those that do not
    ics_fields.py rows FOLDER base|edited   an appointment for each row of tests/fields, as it is before the edit of the row, or after

Times are as they stand; DURATION is told as DTEND. An organizer is no guest of his own, and whether an appointment is private is left out: Cyrus
keeps what JMAP says of that apart from CLASS."""
import datetime
import glob
import json
import os
import re
import sys

FIELDS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fields')
TOLD = ('SUMMARY', 'DESCRIPTION', 'LOCATION', 'RRULE', 'EXDATE', 'CATEGORIES', 'STATUS', 'TRANSP', 'PRIORITY', 'ATTENDEE',
        'ORGANIZER', 'CONFERENCE', 'ATTACH', 'RECURRENCE-ID', 'DTSTART', 'DTEND', 'COLOR')
USUAL = {'STATUS': 'CONFIRMED', 'TRANSP': 'OPAQUE', 'PRIORITY': '0'}


def when(value):
    return datetime.datetime.strptime(value.rstrip('Z'), '%Y%m%dT%H%M%S')


def told(event):
    out, start, length = set(), None, None
    alarms = re.findall(r'^TRIGGER[^:]*:(.*)', event, re.M)
    event = re.sub(r'BEGIN:VALARM\n.*?END:VALARM\n', '', event, flags=re.S)
    organizer = re.search(r'^ORGANIZER.*(mailto:.*)', event, re.M)
    for line in event.splitlines():
        head, _, value = line.partition(':')
        if line.startswith('ATTACH') or line.startswith('ATTENDEE') or line.startswith('ORGANIZER') or 'TZID' in head:
            head, _, value = re.match(r'((?:[^":]|"[^"]*")*)(:)(.*)', line).groups()
        name = head.split(';')[0]
        zone = re.search(r'TZID=([^;:]*)', head)
        if name == 'DTSTART':
            start = (value, zone)
        if name == 'DURATION':
            length = value
        if name not in TOLD or USUAL.get(name) == value:
            continue
        if name == 'CATEGORIES':
            out |= {f'{name} {v}' for v in value.split(',')}
        elif name == 'RRULE':
            out.add(name + ' ' + ';'.join(sorted(p for p in value.split(';') if p not in ('INTERVAL=1', 'WKST=MO'))))
        elif name == 'ATTENDEE' and organizer and value.lower() == organizer.group(1).lower():
            continue
        elif name in ('ATTENDEE', 'ORGANIZER'):
            role = re.search(r'ROLE=(OPT[^;:]*)', head)
            out.add(f'{name} {value.lower()}' + (f' {role.group(1)}' if role else ''))
        else:
            out.add(f'{name} {value}' + (f' {zone.group(1)}' if zone else ''))
    if length and start:
        hours, minutes = (int(x or 0) for x in re.match(r'PT(?:(\d+)H)?(?:(\d+)M)?$', length).groups())
        end = when(start[0]) + datetime.timedelta(hours=hours, minutes=minutes)
        mark = 'Z' if start[0].endswith('Z') else ''
        out.add(f'DTEND {end:%Y%m%dT%H%M%S}{mark}' + (f' {start[1].group(1)}' if start[1] else ''))
    return sorted(out) + sorted('alarm ' + a for a in alarms)


def lines_of(path):
    with open(path, encoding='utf-8', newline='') as file:
        text = re.sub(r'\n[ \t]', '', file.read().replace('\r\n', '\n'))
    events = sorted(re.findall(r'BEGIN:VEVENT\n(.*?)END:VEVENT', text, re.S), key=lambda e: re.findall(r'RECURRENCE-ID.*', e))
    return re.search(r'^UID:(.*)', text, re.M).group(1), [line for event in events for line in (*told(event), '--')]


def compare(left, right):
    both = [dict(lines_of(path) for path in glob.glob(f'{folder}/*.ics')) for folder in (left, right)]
    differ = [uid for uid in sorted(both[0]) if both[0][uid] != both[1].get(uid)]
    for uid in differ:
        print(uid, sorted(set(both[0][uid]) ^ set(both[1].get(uid, ()))))
    print(f'{len(both[0]) - len(differ)} same, {len(differ)} not, {len(set(both[1]) - set(both[0]))} more')


def write_rows(folder, when):
    for kind in ('event', 'meeting'):
        with open(f'{FIELDS}/{kind}.ics', encoding='utf-8') as file:
            lines = file.read().splitlines()
        start, end = lines.index('BEGIN:VEVENT'), lines.index('END:VEVENT')
        with open(f'{FIELDS}/{kind}.json', encoding='utf-8') as file:
            rows = json.load(file)
        for n, row in enumerate(rows):
            if 'cyrus' in row.get('refused', ()):
                continue
            inner = lines[start + 1:end]
            if when == 'edited':
                inner = [line for line in inner if line not in row['remove']]
                at = inner.index('END:VALARM') if any(line.startswith('TRIGGER') for line in row['add']) else 3
                inner[at:at] = row['add']
            inner = [f'UID:{kind}-{n}' if line == 'UID:base' else line for line in inner]
            with open(f'{folder}/{kind}-{n}.ics', 'w', encoding='utf-8', newline='\r\n') as file:
                file.write('\n'.join((*lines[:start + 1], *inner, *lines[end:], '')))


if sys.argv[1] == 'same':
    compare(*sys.argv[2:])
elif sys.argv[1] == 'rows':
    write_rows(*sys.argv[2:])
else:
    print(*lines_of(sys.argv[1])[1], sep='\n')
