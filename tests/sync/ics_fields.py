"""What an iCalendar object says of an appointment, in one spelling: ics_fields.py FILE. Two servers' or two protocols' copies of one
appointment give the same lines. Times are as they stand; DURATION is told as DTEND. An organizer is no guest of his own, and whether an
appointment is private is left out: Cyrus keeps what JMAP says of that apart from CLASS."""
import datetime
import re
import sys

text = open(sys.argv[1], encoding='utf-8', newline='').read().replace('\r\n', '\n')
text = re.sub(r'\n[ \t]', '', text)
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


for one in sorted(re.findall(r'BEGIN:VEVENT\n(.*?)END:VEVENT', text, re.S), key=lambda e: re.findall(r'RECURRENCE-ID.*', e)):
    print(*told(one), sep='\n')
    print('--')
