"""Hands and eyes of meetings-*.test: meetings.py COMMAND ...

    item TITLE UID START STATE REPLY ORGANIZER GUEST...   an appointment as Outlook keeps it, as JSON for `outlookctl import`;
                                START "2027-12-01T10:00" (UTC, an hour long); STATE 1 our own, 3 received; people "Name <address>[=STATUS]"
    edit TITLE KEY=VALUE... [-- ORGANIZER GUEST...]       an edit for `outlookctl edit`; VALUE is JSON
    ics TITLE UID START ORGANIZER GUEST...                the same event as iCalendar; ORGANIZER and GUEST are whole lines
    people DUMP TITLE           "address TYPE FLAGS STATUS; ..." of the recipients, then state, reply, invited
    lines FILE NAME...          the lines of these names of a .ics file, unfolded, sorted (their parameters, too), in one line
"""
import datetime
import json
import re
import sys

EPOCH = datetime.datetime(1601, 1, 1)
CLASS_ID = '040000008200E00074C5B7101A82E008'


def filetime(at, hours=0):
    when = datetime.datetime.fromisoformat(at) + datetime.timedelta(hours=hours)
    return {'filetime': int((when - EPOCH).total_seconds()) * 10 ** 7}


def goid(uid):
    if re.fullmatch('[0-9A-Fa-f]{82,}', uid):
        data = uid
    else:
        text = b'vCal-Uid\x01\0\0\0' + uid.encode() + b'\0'
        data = CLASS_ID + '00' * 20 + len(text).to_bytes(4, 'little').hex() + text.hex()
    return {'len': len(data) // 2, 'hex': data}


def recipient(person, organizer):
    name, address, status = re.fullmatch(r'(.*) <(.*)>(?:=(\d))?', person).groups()
    return {'0C150003': 1, '3001001F': name, '3002001F': 'SMTP', '3003001F': address, '39FE001F': address,
            '5FFD0003': 3 if organizer else 1, '5FFF0003': int(status or 0), '39000003': 0}


def recipients(organizer, guests):
    return [recipient(organizer, True)] + [recipient(guest, False) for guest in guests]


def item(title, uid, start, state, reply, organizer, *guests):
    name, address = re.fullmatch(r'(.*) <(.*)>', organizer).groups()
    properties = {
        '001A001F': 'IPM.Appointment', '0037001F': title, '0042001F': name, '0064001F': 'SMTP', '0065001F': address, '5D02001F': address,
        'PSETID_Appointment:820D:0040': filetime(start), 'PSETID_Appointment:820E:0040': filetime(start, 1),
        'PSETID_Appointment:8217:0003': int(state), 'PSETID_Appointment:8218:0003': int(reply), 'PSETID_Appointment:8229:000B': True,
        'PSETID_Meeting:0003:0102': goid(uid), 'PSETID_Meeting:0023:0102': goid(uid)}
    print(json.dumps([{'properties': properties, 'recipients': recipients(organizer, guests)}]))


def edit(title, *rest):
    values, people = (rest[:rest.index('--')], rest[rest.index('--') + 1:]) if '--' in rest else (rest, None)
    one = {'where': {'0037001F': title}, 'set': {key: json.loads(value) for key, value in (pair.split('=', 1) for pair in values)}}
    if people:
        one['recipients'] = recipients(people[0], people[1:])
    print(json.dumps([one]))


def ics(title, uid, start, *people):
    at = datetime.datetime.fromisoformat(start)
    sys.stdout.buffer.write('\r\n'.join(
        ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//Meetings//EN', 'BEGIN:VEVENT', 'UID:' + uid, 'DTSTAMP:20261101T000000Z',
         at.strftime('DTSTART:%Y%m%dT%H%M00Z'), 'DURATION:PT1H', 'SUMMARY:' + title, *people, 'END:VEVENT', 'END:VCALENDAR', '']).encode())


def people(path, title):
    with open(path, encoding='utf-8') as text:
        found = [one for one in json.load(text) if one['properties'].get('0037001F') == title]
    if len(found) != 1:
        print(f'{len(found)} items')
        return
    rows = [{key.split(' ')[0]: value for key, value in row.items()} for row in found[0]['recipients']]
    shown = sorted(f'{row.get("39FE001F")} {row["0C150003"]} {row.get("5FFD0003")} {row.get("5FFF0003")}' for row in rows)
    keys = ('8217:0003', '8218:0003', '8229:000B')
    print('; '.join(shown), '|', *(found[0]['properties'].get('PSETID_Appointment:' + key) for key in keys))


def tidy(line):
    """Parameters in one order, whatever the server made of it."""
    head, value = line.split(':', 1)
    name, *params = head.split(';')
    return ';'.join([name] + sorted(params)) + ':' + value


def lines(path, *names):
    with open(path, encoding='utf-8', newline='') as text:
        all_lines = re.sub(r'\r?\n[ \t]', '', text.read()).splitlines()
    found = [line for line in all_lines if re.split('[:;]', line)[0] in names]
    print(' '.join(sorted(tidy(re.sub(';SCHEDULE-STATUS=[^;:]*', '', line)) for line in found)))


COMMANDS = {'item': item, 'edit': edit, 'ics': ics, 'people': people, 'lines': lines}
if __name__ == '__main__':
    COMMANDS[sys.argv[1]](*sys.argv[2:])
