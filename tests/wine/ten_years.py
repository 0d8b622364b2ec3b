"""Ten years of appointments up to a month from now, for ten-years-*.test: ten_years.py COMMAND ...

    make FILE                     one a line, as JSON: days from now 3650 .. -30 in steps of ten; every second is a meeting of alice's with
                                  bob and a guest elsewhere, every fifth is a series; all have a reminder
    put URL FILE                  all of them onto the server, as alice
    count FILE                    how many
    reminders FILE DUMP           a line for each item of the dump whose reminder would fire for something that is over, or would not
                                  fire for something to come
"""
import base64
import datetime
import http.client
import json
import sys
import urllib.parse

DAYS = range(3650, -31, -10)
NEVER = '4501-01-01'
SET, SIGNAL = 'PSETID_Common:8503:000B', 'PSETID_Common:8560:0040'
STAMP = '%Y%m%dT%H%M%SZ'


def make(path):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    with open(path, 'w', encoding='utf-8') as out:
        for n, days in enumerate(DAYS):
            kind = 'meeting' if n % 2 else 'plain'
            start = now - datetime.timedelta(days=days, hours=-2)
            rule = ['', 'FREQ=WEEKLY;COUNT=4', 'FREQ=MONTHLY;BYMONTHDAY=%d' % min(start.day, 28)][n // 5 % 3] if n % 5 == 0 else ''
            if 'BYMONTHDAY' in rule:
                start = start.replace(day=min(start.day, 28))
            last = start + datetime.timedelta(weeks=3) if 'COUNT' in rule else start
            over = last - datetime.timedelta(minutes=15) < now and 'BYMONTHDAY' not in rule
            out.write(json.dumps({'uid': f'{kind}-{days}', 'title': f'{kind.capitalize()} {days}', 'start': start.strftime(STAMP),
                                  'rule': rule, 'meeting': kind == 'meeting', 'over': over}) + '\n')


def events(path):
    with open(path, encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def text(event):
    lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//Ten years//EN', 'BEGIN:VEVENT', 'UID:' + event['uid'],
             'DTSTAMP:20100101T000000Z', 'DTSTART:' + event['start'], 'DURATION:PT1H', 'SUMMARY:' + event['title']]
    lines += ['RRULE:' + event['rule']] if event['rule'] else []
    if event['meeting']:
        lines += ['ORGANIZER;CN=Alice:mailto:alice@example.test', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.test',
                  'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.test',
                  'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:guest@elsewhere.example']
    lines += ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:' + event['title'], 'TRIGGER:-PT15M', 'END:VALARM', 'END:VEVENT',
              'END:VCALENDAR', '']
    return '\r\n'.join(lines)


def put(url, path):
    at = urllib.parse.urlparse(url)
    server = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    login = 'Basic ' + base64.b64encode(b'alice:alicepw').decode()
    for event in events(path):
        server.request('PUT', f'{at.path}{event["uid"]}.ics', text(event), {'Authorization': login, 'Content-Type': 'text/calendar'})
        answer = server.getresponse()
        data = answer.read()
        if answer.status >= 300:
            sys.exit(f'{event["uid"]}: {answer.status} {data[:200]}')


def count(path):
    print(len(events(path)))


def reminders(path, dump):
    expected = {event['title']: event for event in events(path)}
    with open(dump, encoding='utf-8') as lines:
        items = [item['properties'] for item in json.load(lines)]
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    if len(items) != len(expected):
        print(f'{len(items)} items, want {len(expected)}')
    for item in items:
        event, signal = expected[item['0037001F']], item.get(SIGNAL, {}).get('utc', 'none')
        silent = signal.startswith(NEVER)
        if not item.get(SET) or silent != event['over'] or (not silent and signal <= now):
            print(f'{event["title"]} ({event["start"]} {event["rule"]}): set {item.get(SET)}, fires {signal}')


COMMANDS = {'make': make, 'put': put, 'count': count, 'reminders': reminders}
if __name__ == '__main__':
    COMMANDS[sys.argv[1]](*sys.argv[2:])
