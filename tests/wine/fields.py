"""Hands and eyes of fields.sh: fields.py KIND COMMAND ... (KIND: contact, event, meeting, task, note; the rows: tests/fields/README.md)

    objects DIR                   one a row and direction, and some that nobody edits, into DIR
    put URL DIR                   all objects of DIR onto the server
    get URL DIR                   all objects of the server into DIR
    outlook-edits FILE            what Outlook's user does, for `outlookctl edit`
    server-edits DIR OUT          what a user of the server does to the objects of DIR, as files in OUT
    count                         "ROWS OBJECTS"
    check BEFORE EDITED AFTER     a line for each row that did not do exactly what it says; BEFORE, EDITED and AFTER
                                  each name a folder of objects and, with -items.json behind, a dump of Outlook
"""
import base64
import datetime
import http.client
import json
import os
import re
import sys
import urllib.parse

FIELDS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fields')
UID_KEY = "{9E0B1C56-6E1D-4F0A-9A57-4C6F636B5374}:'Uid':001F"
MARK_KEY = 'PSETID_Common:8535:001F'  # billing information: appointments have no uid that can be read
GOID_KEY = 'PSETID_Meeting:0023:0102'  # but one in hexadecimal digits, for servers that hide what is ours
PART, PARTS = (int(n) for n in os.environ.get('FIELDS_PART', '0/1').split('/'))
UNTOUCHED = max(20 // PARTS, 2)
SHOWN = 20  # of what is wrong
SOGO = os.environ.get('FIELDS_SERVER') == 'sogo'
JMAP = os.environ.get('FIELDS_SERVER') == 'cyrus-jmap'
LATE, SOON = ((datetime.date(year, 12, 1) - datetime.date(1601, 1, 1)).days for year in (2099, 2036))
SOONER = (LATE - SOON) * 864 * 10 ** 9  # in filetimes
START_OF_SERIES, START_OF_SERIES_SOONER = ((day * 1440).to_bytes(4, 'little') for day in (LATE, SOON))  # in Outlook's patterns
SETS = {'addr': 'PSETID_Address', 'appt': 'PSETID_Appointment', 'comm': 'PSETID_Common', 'note': 'PSETID_Note', 'task': 'PSETID_Task', 'pub': 'PS_PUBLIC_STRINGS'}


def goid(uid):
    """The GlobalObjectId of an event that has its uid from a server ([MS-OXCICAL] section 2.1.3.1.1.20.26)."""
    data = b'vCal-Uid' + (1).to_bytes(4, 'little') + uid.encode() + b'\0'
    return (bytes.fromhex('040000008200e00074c5b7101a82e008') + bytes(20) + len(data).to_bytes(4, 'little') + data).hex()


class Kind:
    def __init__(self, name, prefix, ending, media, component, mark, key, stamps):
        self.name, self.prefix, self.ending, self.media, self.component = name, prefix, ending, media, component
        self.mark, self.key, self.stamps = mark, key, stamps


KINDS = {kind.name: kind for kind in (
    Kind('contact', 'field', '.vcf', 'text/vcard', 'VCARD', 'UID', UID_KEY, ('REV', 'PRODID')),
    Kind('event', 'event', '.ics', 'text/calendar', 'VEVENT', 'X-LOCKSTEP-BILLING', MARK_KEY, ('DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE')),
    Kind('meeting', 'meeting', '.ics', 'text/calendar', 'VEVENT', 'X-LOCKSTEP-BILLING', MARK_KEY, ('DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE')),
    Kind('note', 'note', '.ics', 'text/calendar', 'VJOURNAL', 'UID', UID_KEY, ('DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE')),
    Kind('task', 'task', '.ics', 'text/calendar', 'VTODO', 'X-LOCKSTEP-BILLING', MARK_KEY, ('DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE')))}
kind = KINDS['contact']  # set by main


def read(name):
    """SOGo keeps times in 32 bits, until 2038: there the rows are 63 years earlier (as many leap days lie between 2036 and 2099 as between
    2037 and 2100)."""
    with open(os.path.join(FIELDS, name), encoding='utf-8') as text:
        found = text.read()
    if not SOGO:
        return found
    found = found.replace(START_OF_SERIES.hex(), START_OF_SERIES_SOONER.hex())
    found = re.sub('20991|21000', lambda year: {'20991': '20361', '21000': '20370'}[year[0]], found)
    return re.sub(r'\b157\d{15}\b', lambda time: str(int(time[0]) - SOONER), found)


def rows():
    taken = [row for row in json.loads(read(f'{kind.name}.json')) if os.environ.get('FIELDS_SERVER') not in row.get('refused', [])]
    return taken[PART:][::PARTS]


def base():
    return read(kind.name + kind.ending).splitlines()


def muted(lines):
    """A server that writes to people by itself is not to write about meetings."""
    return [re.sub('^(ORGANIZER|ATTENDEE)', r'\1;SCHEDULE-AGENT=CLIENT', line) for line in lines]


def uids():
    for n, row in enumerate(rows(), 1):
        yield f'{kind.prefix}-o-{n:03}', 'outlook', row
        yield f'{kind.prefix}-s-{n:03}', 'server', row
    for n in range(UNTOUCHED):
        yield f'{kind.prefix}-u-{n:03}', None, None


def objects(folder):
    os.makedirs(folder, exist_ok=True)
    for uid, _, _ in uids():
        with open(os.path.join(folder, uid + kind.ending), 'w', encoding='utf-8', newline='\r\n') as out:
            out.write('\n'.join(line[:-len('base')] + uid if line in ('UID:base', f'{kind.mark}:base') else line for line in muted(base())) + '\n')


# ---- the server ----
class Server:
    def __init__(self, url):
        at = urllib.parse.urlparse(url)
        self.path = at.path
        self.connection = http.client.HTTPConnection(at.hostname, at.port)
        self.login = 'Basic ' + base64.b64encode(b'alice:alicepw').decode()

    def answer(self, method, name, body):
        headers = {'Authorization': self.login, 'Content-Type': f'{kind.media}; charset=utf-8'}
        self.connection.request(method, self.path + name, body, headers)
        return self.connection.getresponse()

    def ask(self, method, name, body=None):
        try:
            answer = self.answer(method, name, body)
        except ConnectionError:  # SOGo closes after each answer, and does not say so
            self.connection.close()
            answer = self.answer(method, name, body)
        data = answer.read()
        if answer.status >= 300:
            sys.exit(f'{method} {name}: {answer.status} {data[:200]}')
        return data


def put(url, folder):
    server = Server(url)
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), 'rb') as text:
            server.ask('PUT', name, text.read())


def get(url, folder):
    server = Server(url)
    os.makedirs(folder, exist_ok=True)
    for uid, _, _ in uids():
        with open(os.path.join(folder, uid + kind.ending), 'wb') as text:
            text.write(server.ask('GET', uid + kind.ending))


# ---- lines ----
def lines_of(path):
    with open(path, encoding='utf-8', newline='') as text:
        return re.sub(r'\r?\n[ \t]', '', text.read()).splitlines()


def component(lines):
    """Where the component that rows are about begins and ends."""
    return lines.index(f'BEGIN:{kind.component}'), lines.index(f'END:{kind.component}')


def normals(lines):
    """Some servers give each category a line of its own."""
    for line in lines:
        if line.startswith('CATEGORIES:'):
            yield from (normal('CATEGORIES:' + one) for one in line[len('CATEGORIES:'):].split(','))
        else:
            yield normal(line)


def part_of(path):
    lines = lines_of(path)
    begin, end = component(lines)
    return list(normals(lines[begin:end]))


def wanted(row):
    gone, come = list(normals(row['remove'])), list(normals(row['add']))
    return sorted(line for line in gone if line not in come), sorted(line for line in come if line not in gone)


def normal(line):
    """A line as servers may write it: parameters in any order and case, what need not be escaped."""
    head, value = line.split(':', 1)
    name, *params = head.split(';')
    found = []
    for param in params:
        key, _, values = param.partition('=')
        if key.upper() != 'SCHEDULE-AGENT':  # the program's own, see client/remote/dav/README.md
            found += [f'{key.upper()}={v.upper()}' for v in values.strip('"').split(',')]
    if SOGO:  # it adds these to guests
        found = [param for param in found if param not in ('PARTSTAT=NEEDS-ACTION', 'RSVP=TRUE')]
    return name.upper(), tuple(sorted(found)), value.replace('\\:', ':').replace('\\"', '"')


def difference(before, after):
    old, new = part_of(before), part_of(after)
    gone = [line for line in old if line not in new and line[0] not in kind.stamps]
    come = [line for line in new if line not in old and line[0] not in kind.stamps]
    return sorted(gone), sorted(come)


def without_replies(lines):
    return [(name, tuple(p for p in params if not p.startswith('PARTSTAT=')), value) for name, params, value in lines]


def asked_again(row):
    """Does the server take back what the guests replied, as somebody changed what they replied to?"""
    return SOGO and 'sogo' in row.get('asked_again', [])


def server_edits(folder, out):
    os.makedirs(out, exist_ok=True)
    for uid, where, row in uids():
        if where != 'server':
            continue
        lines = lines_of(os.path.join(folder, uid + kind.ending))
        remove, at = [normal(line) for line in row['remove']], None
        for line in remove:
            begin, end = component(lines)
            place = next((i for i in range(begin, end) if normal(lines[i]) == line), None)
            if place is None:
                sys.exit(f'{uid} ({row["name"]}): the server does not hold {line}')
            at = place if at is None else min(at, place)
            del lines[place]
        if at is None:  # behind the properties
            begin, end = component(lines)
            at = next((i for i in range(begin, end) if lines[i] == 'BEGIN:VALARM'), end)
        lines[at:at] = muted(row['add'])
        with open(os.path.join(out, uid + kind.ending), 'w', encoding='utf-8', newline='\r\n') as text:
            text.write('\n'.join(lines) + '\n')


# ---- Outlook ----
def outlook_edits(path):
    edits = [{'where': {GOID_KEY: goid(uid)} if JMAP else {kind.key: uid}, 'set': row['outlook'], **({'recipients': row['recipients']} if 'recipients' in row else {})}
             for uid, where, row in uids() if where == 'outlook']
    with open(path, 'w', encoding='utf-8') as out:
        json.dump(edits, out)


def people(rows):
    """Who is invited, how, and what they said."""
    keys = ('0C150003', '3001001F', '39FE001F', '5FFD0003', '5FFF0003', '39000003', '39050003')
    plain = [{key.split(' ')[0]: value for key, value in row.items()} for row in rows]
    return sorted(tuple(str(row.get(key)) for key in keys) for row in plain)


def items(path):
    with open(path, encoding='utf-8') as text:
        loaded = json.load(text)
    found = {}
    for item in loaded:
        properties = {key.split(' ')[0] if "'" not in key else key: value for key, value in item['properties'].items()}
        for names in ('0E02001F', '0E03001F', '0E04001F'):  # the store's own, of the recipients
            properties.pop(names, None)
        properties['recipients'] = people(item.get('recipients', []))
        found[properties[GOID_KEY]['hex'] if JMAP else properties.get(kind.key)] = properties
    return found


def changed(old, new):
    """The keys that differ; an empty text is as good as none."""
    return sorted(key for key in old.keys() | new.keys() if (old.get(key) or None) != (new.get(key) or None))


def allowed(row):
    """Which keys of a dump the row's properties are."""
    for word in row['props'].split():
        word = word.lstrip('-')
        if word.startswith('to'):
            yield 'recipients'
        elif ':' in word:
            group, name = word.split(':')
            yield f"{SETS[group]}:{name if group != 'pub' else repr(name)}:"
        else:
            yield word


def value_is(got, want):
    if want is None:
        return got in (None, '')
    if isinstance(want, dict) and 'filetime' in want:
        return isinstance(got, dict) and int(got['filetime']) == want['filetime']
    return got == want


def check_server_row(row, old, new):
    if asked_again(row):
        replies = [{**guest, '5FFF0003': 0} if guest['5FFD0003'] == 1 else guest for guest in row['recipients']]
        row = {**row, 'recipients': replies, 'props': row['props'] + ' to'}
    keys = changed(old, new)
    stray = [key for key in keys if not any(key.startswith(prefix) for prefix in allowed(row))]
    wrong = [key for key, want in row['outlook'].items() if not value_is(new.get(key), want)]
    if 'recipients' in row and new['recipients'] != people(row['recipients']):
        wrong.append(f'the recipients are {new["recipients"]}')
    return [f'also changes {key}: {old.get(key)!r} -> {new.get(key)!r}' for key in stray] + \
        [f'{key} is {new.get(key)!r}, want {row["outlook"].get(key)!r}' for key in wrong]


def check(before, edited, after):
    sides = {name: items(f'{name}-items.json') for name in (before, edited, after)}
    bad = 0
    for uid, where, row in uids():
        problems = []
        gone, come = difference(f'{edited}/{uid}{kind.ending}', f'{after}/{uid}{kind.ending}')
        want = ([], [])
        if where == 'outlook':
            want = wanted(row)
        if row and asked_again(row):
            gone, come = without_replies(gone), without_replies(come)
            gone, come = [line for line in gone if line not in come], [line for line in come if line not in gone]
        if (gone, come) != want:
            problems.append(f'the server lost {gone} and got {come}, want {want}')
        old, now, new = (sides[name].get(goid(uid) if JMAP else uid) for name in (before, edited, after))
        if new is None:
            problems.append('no such item in Outlook')
        elif where == 'server':
            problems += check_server_row(row, old, new)
        elif now != new:
            problems.append(f'the item in Outlook changes {changed(now, new)}')
        if problems:
            bad += 1
            if bad > SHOWN:
                continue
            print(f'{row["name"] if row else uid} ({where or "untouched"}): {"; ".join(problems)}')
    if bad > SHOWN:
        print(f'and {bad - SHOWN} more')
    return bad


def count():
    print(len(rows()), len(list(uids())))


COMMANDS = {'objects': objects, 'put': put, 'get': get, 'outlook-edits': outlook_edits, 'server-edits': server_edits,
            'check': check, 'count': count}
if __name__ == '__main__':
    kind = KINDS[sys.argv[1]]
    sys.exit(1 if COMMANDS[sys.argv[2]](*sys.argv[3:]) else 0)
