"""Series of the emulated Outlook, read and edited as Outlook does it: series.py COMMAND ...

    show DUMP SUBJECT                     deleted dates and exceptions of a series, a line each; faults instead, if there are any
    change DUMP SUBJECT KEY [NAME=VALUE]  edits for `outlookctl edit` that change one occurrence; names: start, minutes, title, place, note
    delete DUMP SUBJECT KEY               edits that delete one occurrence

KEY is 2024-01-15T09:00, local. The blob is read and written by [MS-OXOCAL] section 2.2.1.44 alone, not by code of the program.
"""
import datetime
import json
import struct
import sys
import zoneinfo

EPOCH = datetime.datetime(1601, 1, 1)
ZONE = zoneinfo.ZoneInfo('Europe/Berlin')
RECUR = 'PSETID_Appointment:8216:0102'
CLASS = 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}'


def minutes(text):
    return int((datetime.datetime.fromisoformat(text) - EPOCH).total_seconds() // 60)


def local(count):
    return EPOCH + datetime.timedelta(minutes=count)


def utc(count):
    return local(count).replace(tzinfo=ZONE).astimezone(datetime.timezone.utc).replace(tzinfo=None)


def filetime(when):
    return {'filetime': int((when - EPOCH).total_seconds()) * 10**7, 'utc': when.isoformat() + 'Z'}


class Blob:
    """head: the bytes before the two lists of dates; exceptions: dicts."""

    def __init__(self, data):
        self.data, self.at = data, 0
        self.take(10)
        pattern = struct.unpack('<H', data[6:8])[0]
        self.take(12 + {0: 0, 3: 8}.get(pattern, 4) + 12)
        self.head = data[:self.at]
        self.deleted = [self.number(4) for _ in range(self.number(4))]
        self.modified = [self.number(4) for _ in range(self.number(4))]
        start = self.at
        self.take(16)
        self.start_offset, self.end_offset = self.number(4), self.number(4)
        self.middle = data[start:self.at]
        self.exceptions = [self.exception() for _ in range(self.number(2))]
        assert self.number(4) == 0
        for e in self.exceptions:
            self.take(self.number(4))
            assert self.number(4) == 0
            if e['flags'] & 0x11:
                assert (self.number(4), self.number(4), self.number(4)) == (e['start'], e['end'], e['original'])
                if e['flags'] & 1:
                    e['title'] = self.take(2 * self.number(2)).decode('utf-16-le')
                if e['flags'] & 0x10:
                    e['place'] = self.take(2 * self.number(2)).decode('utf-16-le')
                assert self.number(4) == 0
        assert self.number(4) == 0 and self.at == len(data)

    def take(self, n):
        assert self.at + n <= len(self.data)
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, n):
        return int.from_bytes(self.take(n), 'little')

    def exception(self):
        e = {'start': self.number(4), 'end': self.number(4), 'original': self.number(4), 'flags': self.number(2)}
        for flag, name in ((1, None), (2, 'meeting'), (4, 'delta'), (8, 'set'), (0x10, None), (0x20, 'busy'), (0x40, 'attachment'),
                           (0x80, 'allday'), (0x100, 'color')):
            if e['flags'] & flag and name:
                e[name] = self.number(4)
            elif e['flags'] & flag:
                assert self.number(2) == 1 + (length := self.number(2))
                self.take(length)
        return e

    def write(self):
        def dates(found):
            return struct.pack(f'<I{len(found)}I', len(found), *sorted(found))
        self.exceptions.sort(key=lambda e: e['start'])
        out = self.head + dates(self.deleted) + dates(self.modified) + self.middle + struct.pack('<H', len(self.exceptions))
        for e in self.exceptions:
            out += struct.pack('<IIIH', e['start'], e['end'], e['original'], e['flags'])
            for flag, name in ((1, 'title'), (2, 'meeting'), (4, 'delta'), (8, 'set'), (0x10, 'place'), (0x20, 'busy'),
                               (0x40, 'attachment'), (0x80, 'allday'), (0x100, 'color')):
                if e['flags'] & flag and name in ('title', 'place'):
                    narrow = e[name].encode('cp1252', 'replace')
                    out += struct.pack('<HH', len(narrow) + 1, len(narrow)) + narrow
                elif e['flags'] & flag:
                    out += struct.pack('<I', e[name])
        out += struct.pack('<I', 0)
        for e in self.exceptions:
            out += struct.pack('<III', 4, 0, 0)
            if e['flags'] & 0x11:
                out += struct.pack('<III', e['start'], e['end'], e['original'])
                for flag, name in ((1, 'title'), (0x10, 'place')):
                    if e['flags'] & flag:
                        out += struct.pack('<H', len(e[name])) + e[name].encode('utf-16-le')
                out += struct.pack('<I', 0)
        return out + struct.pack('<I', 0)


def find(path, subject):
    with open(path, encoding='utf-8') as text:
        for item in json.load(text):
            if get(item, '0037001F') == subject:
                return item
    sys.exit(f'no item {subject}')


def get(item, key):
    return next((v for k, v in item['properties'].items() if k.split(' ')[0] == key), None)


def messages(item):
    """The messages of exceptions by the UTC time they replace."""
    found = {}
    for attachment in item['attachments']:
        if get(attachment, '7FFD0003') == 2:
            assert get(attachment, '37050003') == 5 and get(attachment, '7FFE000B') is True
            message = attachment['embedded']
            assert get(message, '001A001F') == CLASS
            key = get(message, 'PSETID_Appointment:8228:0040')['utc']
            assert key not in found, f'two messages for {key}'
            found[key] = message
    return found


def show(path, subject):
    item = find(path, subject)
    blob, by_key = Blob(bytes.fromhex(get(item, RECUR)['hex'])), messages(item)
    assert len(by_key) == len(blob.exceptions), f'{len(by_key)} messages for {len(blob.exceptions)} exceptions'
    assert sorted(e['start'] // 1440 * 1440 for e in blob.exceptions) == blob.modified
    originals = {e['original'] // 1440 * 1440 for e in blob.exceptions}
    assert originals <= set(blob.deleted)
    lines = ['-' + local(d).date().isoformat() for d in blob.deleted if d not in originals]
    for e in blob.exceptions:
        message = by_key[utc(e['original']).isoformat() + 'Z']
        assert get(message, 'PSETID_Appointment:820D:0040')['utc'] == utc(e['start']).isoformat() + 'Z'
        line = f"{local(e['original']):%Y-%m-%dT%H:%M}>{local(e['start']):%Y-%m-%dT%H:%M}/{e['end'] - e['start']}"
        for name in ('title', 'place', 'busy', 'set', 'delta'):
            line += f' {name}={e[name]}' if name in e else ''
        if e['flags'] & 0x200:
            line += ' note=' + (get(message, '1000001F') or '').strip()
        lines.append(line)
    print('\n'.join(lines))


def change(path, subject, key, *values):
    item, wanted = find(path, subject), dict(v.split('=', 1) for v in values)
    blob, original = Blob(bytes.fromhex(get(item, RECUR)['hex'])), minutes(key)
    e = {'original': original, 'flags': 0, 'start': minutes(wanted.get('start', key))}
    e['end'] = e['start'] + int(wanted.get('minutes', blob.end_offset - blob.start_offset))
    for flag, name in ((1, 'title'), (0x10, 'place'), (0x200, 'note')):
        if name in wanted:
            e[name], e['flags'] = wanted[name], e['flags'] | flag
    blob.exceptions.append(e)
    blob.deleted.append(original // 1440 * 1440)
    blob.modified.append(e['start'] // 1440 * 1440)
    start, end = filetime(utc(e['start'])), filetime(utc(e['end']))
    message = {'001A001F': CLASS, '00360003': 0, 'PSETID_Appointment:8205:0003': 2,
               'PSETID_Appointment:8228:0040': filetime(utc(original)), 'PSETID_Common:8502:0040': start}
    for tag in ('Appointment:820D', 'Common:8516', 'Appointment:8235'):
        message[f'PSETID_{tag}:0040'] = start
    for tag in ('Appointment:820E', 'Common:8517', 'Appointment:8236'):
        message[f'PSETID_{tag}:0040'] = end
    message['PSETID_Appointment:8213:0003'] = e['end'] - e['start']
    if 'title' in wanted:
        message['0037001F'] = wanted['title']
    if 'place' in wanted:
        message['PSETID_Appointment:8208:001F'] = wanted['place']
    if 'note' in wanted:
        message.update({'1000001F': wanted['note'], 'PSETID_Appointment:8206:000B': True})
    attachment = {'37050003': 5, '370B0003': -1, '7FFD0003': 2, '7FFE000B': True, '3001001F': 'Untitled',
                  '7FF90040': filetime(local(original)), '7FFB0040': filetime(local(e['start'])), '7FFC0040': filetime(local(e['end']))}
    edit(subject, blob, [{'properties': attachment, 'embedded': {'properties': message}}])


def delete(path, subject, key):
    blob = Blob(bytes.fromhex(get(find(path, subject), RECUR)['hex']))
    blob.deleted.append(minutes(key) // 1440 * 1440)
    edit(subject, blob, [])


def edit(subject, blob, attachments):
    data = blob.write()
    print(json.dumps([{'where': {'0037001F': subject}, 'set': {RECUR: {'len': len(data), 'hex': data.hex()}},
                       'attachments': attachments}]))


{'show': show, 'change': change, 'delete': delete}[sys.argv[1]](*sys.argv[2:])
