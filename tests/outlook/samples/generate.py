#!/usr/bin/env python3
"""Writes contacts.json, calendar.json and tasks.json: items as Outlook would hold them, invented by us, in the dump
format (../README.md). Run it after a change here and commit the result; the tests read the JSON only."""
import datetime as dt
import json
import os

from blobs import Rule, global_object_id, one_off_entry_id, to_utc, zone_definition, zone_struct

D = dt.datetime
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = 2, 4, 8, 16, 32
A, C, P, T = 'PSETID_Address', 'PSETID_Common', 'PSETID_Appointment', 'PSETID_Task'


def time(utc):
    ticks = int((utc - D(1601, 1, 1)).total_seconds()) * 10_000_000
    return {'filetime': ticks, 'utc': utc.strftime('%Y-%m-%dT%H:%M:%SZ')}


def binary(data):
    return {'len': len(data), 'hex': data.hex()}


def common(message_class, subject, icon, body, categories, private):
    props = {
        '001A001F': message_class, '0037001F': subject, '00170003': 1, '00260003': 0,
        '00360003': 2 if private else 0, '10800003': icon,
        f'{C}:8506:000B': private, f'{C}:850E:000B': False, f'{C}:8518:0003': 0,
        f'{C}:8552:0003': 165000, f'{C}:8554:001F': '16.0',
    }
    if body is not None:
        props['1000001F'] = body
    if categories:
        props["PS_PUBLIC_STRINGS:'Keywords':101F"] = categories
    return props


# ---- contacts ----

PHONES = {'work': '3A08', 'work2': '3A1B', 'home': '3A09', 'home2': '3A2F', 'mobile': '3A1C', 'other': '3A1F',
          'pager': '3A21', 'car': '3A1E', 'fax': '3A24', 'homefax': '3A25', 'assistant': '3A2E', 'company': '3A57'}
HOME = ('3A5D', '3A59', '3A5C', '3A5B', '3A5A')   # street, city, state, postcode, country
OTHER = ('3A63', '3A5F', '3A62', '3A61', '3A60')
WORK = ('8045', '8046', '8047', '8048', '8049')


def contact(given, surname, *, middle='', prefix='', suffix='', company='', department='', title='', emails=(),
            phones=None, home=None, work=None, other=None, birthday=None, anniversary=None, zone_hours=1, note=None,
            categories=(), nickname='', web='', private=False, im='', spouse='', children=(), yomi=None, extra=None):
    full = ' '.join(part for part in (prefix, given, middle, surname, suffix) if part) or company
    file_as = f'{surname}, {given} {middle}'.strip() if surname and given else surname or given or company
    props = common('IPM.Contact', ' '.join(p for p in (given, middle, surname) if p) or company, 512, note,
                   list(categories), private)
    props['3001001F'] = full
    for tag, value in (('3A06', given), ('3A11', surname), ('3A44', middle), ('3A45', prefix), ('3A05', suffix),
                       ('3A16', company), ('3A18', department), ('3A17', title), ('3A4F', nickname), ('3A51', web),
                       ('3A48', spouse)):
        if value:
            props[tag + '001F'] = value
    if web:
        props[f'{A}:802B:001F'] = web
    if children:
        props['3A58101F'] = list(children)
    props[f'{A}:8005:001F'], props[f'{A}:8006:0003'] = file_as, 32791
    for kind, number in (phones or {}).items():
        props[PHONES[kind] + '001F'] = number
    for tags, address in ((HOME, home), (OTHER, other)):
        for tag, part in zip(tags, address or ()):
            props[tag + '001F'] = part
    for lid, part in zip(WORK, work or ()):
        props[f'{A}:{lid}:001F'] = part
    if work:
        props[f'{A}:801B:001F'] = '{0}\r\n{3} {1}\r\n{4}'.format(*work)
        props[f'{A}:8022:0003'] = 2
    for i, (address, shown) in enumerate(emails):
        base, name = 0x8080 + 16 * i, shown or f'{full} ({address})'
        props[f'{A}:{base:04X}:001F'] = name
        props[f'{A}:{base + 2:04X}:001F'] = 'SMTP'
        props[f'{A}:{base + 3:04X}:001F'] = address
        props[f'{A}:{base + 4:04X}:001F'] = address
        props[f'{A}:{base + 5:04X}:0102'] = binary(one_off_entry_id(name, address))
    if emails:
        props[f'{A}:8028:1003'] = list(range(len(emails)))
        props[f'{A}:8029:0003'] = (1 << len(emails)) - 1
    # Midnight of the machine that wrote it, and the date itself beside it.
    for tag, lid, date in (('3A42', '80DE', birthday), ('3A41', '80DF', anniversary)):
        if date:
            props[tag + '0040'] = time(date - dt.timedelta(hours=zone_hours))
            props[f'{A}:{lid}:0040'] = time(date)
    if im:
        props[f'{A}:8062:001F'] = im
    if yomi:
        props[f'{A}:802C:001F'], props[f'{A}:802D:001F'] = yomi
    props.update(extra or {})
    return {'properties': props, 'recipients': [], 'attachments': []}


def contacts():
    photo = bytes.fromhex('ffd8ffe000104a46494600010100000100010000ffdb004300') + bytes([8]) * 64 + bytes.fromhex('ffd9')
    with_photo = contact('Clara', 'Nowak', emails=[('clara.nowak@example.org', '')], phones={'mobile': '+48 600 100 200'},
                         extra={f'{A}:8015:000B': True})
    with_photo['attachments'].append({'properties': {
        '37050003': 1, '370B0003': -1, '3001001F': 'ContactPicture.jpg', '3704001F': 'ContactPicture.jpg',
        '3707001F': 'ContactPicture.jpg', '3703001F': '.jpg', '7FFF000B': True, '37010102': binary(photo)}})
    return [
        contact('Anna', 'Müller', company='Bäckerei Müller GmbH', title='Geschäftsführerin',
                emails=[('anna.mueller@example.de', ''), ('anna@example.net', 'Anna privat')],
                phones={'work': '+49 30 1234567', 'mobile': '+49 171 1234567', 'fax': '+49 30 1234568'},
                work=('Lange Straße 5', 'Berlin', 'Berlin', '10115', 'Deutschland'),
                home=('Am Grün 7a', 'Potsdam', 'Brandenburg', '14467', 'Deutschland'), birthday=D(1975, 4, 9),
                note='Mag Brezeln.\r\nNur vormittags anrufen.\r\n', categories=['Kunden', 'Berlin']),
        contact('Jörg', 'Weiß', suffix='Jr.', nickname='Joschi', phones={'home': '089 / 99 88 77'},
                emails=[('joerg.weiss@example.de', '')], anniversary=D(2004, 8, 20), spouse='Ute Weiß',
                children=['Lena', 'Max']),
        contact('太郎', '山田', company='株式会社サンプル', department='営業部', emails=[('taro.yamada@example.jp', '')],
                phones={'work': '03-1234-5678'}, birthday=D(2000, 1, 1), zone_hours=9, yomi=('たろう', 'やまだ'),
                work=('千代田1-1', '千代田区', '東京都', '100-0001', '日本')),
        contact('John', 'Smith', middle='Quincy', prefix='Dr.', suffix='III', company='Smith & Sons; Ltd',
                title='Chief, Operations', emails=[('john.smith@example.com', ''), ('jqs@example.com', ''),
                                                   ('smith@example.org', 'Sunday address')],
                phones={'work': '+1 (555) 010-0001', 'work2': '+1 (555) 010-0002', 'home': '+1 555 010 0003',
                        'mobile': '+1 555 010 0004', 'assistant': '+1 555 010 0005', 'pager': '555-0006'},
                home=('1 Main Street\r\nApt. 4', 'Springfield', 'IL', '62701', 'USA'), web='https://example.com/~smith',
                im='jsmith@example.com', categories=['Business']),
        contact('Marie', 'Dupont', company='Éditions du Nord', emails=[('marie.dupont@example.fr', '')],
                phones={'mobile': '06 12 34 56 78'}, work=('12, rue de l’Église', 'Lille', '', '59000', 'France'),
                note='Parle aussi néerlandais.', birthday=D(1988, 2, 29)),
        contact('Σοφία', 'Παπαδοπούλου', emails=[('sofia@example.gr', '')], phones={'mobile': '+30 690 000 0000'}),
        contact('Иван', 'Петров', middle='Сергеевич', company='ООО «Пример»', phones={'work': '+7 495 000-00-00'},
                other=('ул. Ленина, 1', 'Москва', '', '101000', 'Россия')),
        contact('', '', company='Stadtwerke Beispielstadt', phones={'company': '+49 800 000000', 'fax': '+49 800 000001'},
                web='https://stadtwerke.example', categories=['Versorger']),
        contact('Cher', '', emails=[('cher@example.com', '')]),
        contact('', 'Huber', phones={'other': '+43 1 000000'}, note='Vorname unbekannt'),
        contact('Priya', 'Sharma', company='Example Technologies', title='Architect',
                emails=[('priya.sharma@example.in', '')], phones={'mobile': '+91 98100 00000'}, zone_hours=5.5,
                birthday=D(1990, 11, 28), home=('14 MG Road', 'Bengaluru', 'Karnataka', '560001', 'India')),
        contact('Lars', 'Ångström', company='Ångström AB', emails=[('lars@example.se', '')],
                phones={'work': '+46 8 000 00', 'car': '+46 70 000 00'}),
        contact('Bob', 'Private', phones={'home': '555-0100'}, private=True, note='Nobody else may see this.'),
        contact('María José', 'García López', emails=[('mj.garcia@example.es', '')], nickname='Pepa',
                phones={'mobile': '+34 600 000 000', 'homefax': '+34 91 000 0000'}, birthday=D(1969, 12, 31),
                home=('C/ Mayor, 3, 2º B', 'Madrid', 'Madrid', '28013', 'España')),
        with_photo,
        contact('Emoji', 'Tester 😀', note='Line one\r\nTab\there; comma, "quotes" \\ backslash 🎉\r\n\r\nlast',
                emails=[('emoji@example.com', '')]),
        contact('Zoë', 'van der Berg', company='Molen N.V.', department='R&D', phones={'work': '+31 20 000 0000'},
                emails=[('zoe.vandenberg@example.nl', '')], categories=['Friends', 'Netherlands', 'R&D']),
        contact('Old', 'Timer', birthday=D(1899, 12, 31), phones={'home2': '555-0199'}, note='Born before 1900.'),
        contact('Custom', 'Field', emails=[('custom@example.com', '')], extra={
            "PS_PUBLIC_STRINGS:'CustomerNumber':001F": 'K-4711',
            "{8F1A3C52-9D0B-4E6F-8A57-0C1D2E3F4A5B}:'Score':0003": 42,
            "{8F1A3C52-9D0B-4E6F-8A57-0C1D2E3F4A5B}:9001:0102": binary(bytes(range(48)))}),
        contact('Long', 'Note', note=''.join(f'This is line {i} of a note that no table row can hold.\r\n' for i in range(400))),
        contact('Empty', 'Strings', extra={'3A16001F': '', '3A08001F': '', f'{A}:8083:001F': '', f'{A}:8062:001F': ''}),
        contact('Same', 'Name', phones={'mobile': '555-0111'}),
        contact('Same', 'Name', phones={'mobile': '555-0222'}),
    ]


# ---- appointments ----

def appointment(subject, start, end, zone='W. Europe Standard Time', *, all_day=False, location='', body='', rule=None,
                deleted=(), reminder=15, categories=(), private=False, busy=2, pattern='', extra=None):
    utc_start, utc_end = to_utc(start, zone), to_utc(end, zone)
    last = rule.last(start) if rule else None
    length = int((end - start).total_seconds() // 60)
    clip_start = to_utc(D(start.year, start.month, start.day), zone) if rule else utc_start
    clip_end = utc_end if not rule else to_utc(last, zone) if last else D(4500, 8, 31, 23, 59)
    props = common('IPM.Appointment', subject, 1025 if rule else 1024, body, list(categories), private)
    props.update({
        f'{P}:8205:0003': busy, f'{P}:8208:001F': location, f'{P}:820D:0040': time(utc_start),
        f'{P}:820E:0040': time(utc_end), f'{P}:8213:0003': length, f'{P}:8215:000B': all_day, f'{P}:8217:0003': 0,
        f'{P}:8218:0003': 0, f'{P}:8223:000B': rule is not None, f'{P}:8229:000B': False,
        f'{P}:8231:0003': {None: 0, 'daily': 1, 'weekly': 2, 'monthly': 3, 'monthly-nth': 3, 'yearly': 4}[
            rule.kind if rule else None],
        f'{P}:8232:001F': pattern, f'{P}:8235:0040': time(clip_start), f'{P}:8236:0040': time(clip_end),
        f'{P}:825E:0102': binary(zone_definition(zone)), f'{P}:825F:0102': binary(zone_definition(zone)),
        f'{C}:8516:0040': time(utc_start), f'{C}:8517:0040': time(utc_end), f'{C}:8503:000B': reminder is not None,
        f'{C}:8501:0003': reminder or 0, f'{C}:8510:0003': 369,
        'PSETID_Meeting:0003:0102': binary(global_object_id(subject)),
        'PSETID_Meeting:0023:0102': binary(global_object_id(subject)),
    })
    if reminder is not None:
        props[f'{C}:8502:0040'] = time(utc_start)
        props[f'{C}:8560:0040'] = time(utc_start - dt.timedelta(minutes=reminder))
    if rule:
        props[f'{P}:8216:0102'] = binary(rule.blob(start, end, deleted))
        props[f'{P}:8233:0102'] = binary(zone_struct(zone))
        props[f'{P}:8260:0102'] = binary(zone_definition(zone))
    props.update(extra or {})
    return {'properties': props, 'recipients': [], 'attachments': []}


def calendar():
    with_file = appointment('Contract review', D(2026, 11, 27, 9), D(2026, 11, 27, 10, 30), location='Lawyer')
    with_file['attachments'].append({'properties': {
        '37050003': 1, '370B0003': -1, '3001001F': 'draft.txt', '3704001F': 'draft.txt', '3707001F': 'draft.txt',
        '3703001F': '.txt', '37010102': binary('Draft of the contract – confidential\r\n'.encode())}})
    meeting = appointment('Planning with partners', D(2026, 12, 3, 15), D(2026, 12, 3, 16), 'GMT Standard Time',
                          location='London', extra={f'{P}:8217:0003': 1, f'{P}:8218:0003': 1})
    for number, (name, address, kind) in enumerate([('Anna Müller', 'anna.mueller@example.de', 1),
                                                    ('John Smith', 'john.smith@example.com', 2)]):
        entry = binary(one_off_entry_id(name, address))
        meeting['recipients'].append({
            '0C150003': kind, '0FFE0003': 6, '0FFF0102': entry, '3001001F': name, '3002001F': 'SMTP',
            '3003001F': address, '39000003': 0, '39FE001F': address, '5FF6001F': name, '5FF70102': entry,
            '5FFD0003': 1, '5FFF0003': 3 if number else 0})
    return [
        appointment('Team meeting', D(2026, 11, 24, 10), D(2026, 11, 24, 11), location='Room 4',
                    body='Agenda:\r\n- budget\r\n- holidays\r\n'),
        appointment('Zahnarzt', D(2026, 11, 25, 8, 15), D(2026, 11, 25, 9), location='Dr. Groß, Lange Straße 9',
                    private=True, reminder=120),
        appointment('Betriebsferien', D(2026, 12, 24), D(2027, 1, 2), all_day=True, busy=3, reminder=None),
        appointment('Birthday of Anna', D(2026, 12, 9), D(2026, 12, 10), all_day=True, busy=0, reminder=1080,
                    categories=['Birthday']),
        appointment('Call with New York', D(2026, 12, 1, 9, 30), D(2026, 12, 1, 10), 'Eastern Standard Time',
                    location='Phone'),
        appointment('大阪会議', D(2026, 12, 2, 13), D(2026, 12, 2, 14, 30), 'Tokyo Standard Time', location='会議室'),
        appointment('Release review', D(2026, 12, 4, 18, 30), D(2026, 12, 4, 19, 30), 'India Standard Time'),
        appointment('Server maintenance', D(2026, 12, 6, 22), D(2026, 12, 7, 2), 'UTC', busy=3, reminder=60),
        appointment('Sydney hand-over', D(2026, 12, 8, 9), D(2026, 12, 8, 9, 45), 'AUS Eastern Standard Time',
                    categories=['Travel', 'Important']),
        appointment('Stand-up', D(2026, 11, 23, 9, 15), D(2026, 11, 23, 9, 30), reminder=5, busy=4,
                    rule=Rule('weekly', days=MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY, until=D(2026, 12, 18)),
                    pattern='every weekday from 09:15 to 09:30'),
        appointment('Sports', D(2026, 11, 24, 18), D(2026, 11, 24, 19, 30),
                    rule=Rule('weekly', 2, days=TUESDAY | THURSDAY, count=8), location='Gym',
                    deleted=[D(2026, 11, 26)], pattern='every 2 weeks on Tuesday and Thursday'),
        appointment('Take medicine', D(2026, 11, 23, 7), D(2026, 11, 23, 7, 5), busy=0, reminder=0,
                    rule=Rule('daily', 3, count=10), pattern='every 3 days'),
        appointment('Rent', D(2026, 12, 1), D(2026, 12, 2), all_day=True, busy=0, reminder=None,
                    rule=Rule('monthly'), pattern='day 1 of every month'),
        appointment('Board', D(2026, 11, 26, 14), D(2026, 11, 26, 17), 'Pacific Standard Time', location='San Francisco',
                    rule=Rule('monthly-nth', days=THURSDAY, nth=5, count=6, first_weekday=7),
                    pattern='the last Thursday of every month'),
        appointment('Wedding day', D(2026, 12, 20), D(2026, 12, 21), all_day=True, busy=0, reminder=1080,
                    rule=Rule('yearly'), pattern='every 20 December'),
        with_file,
        meeting,
        appointment('Project X', D(2026, 12, 10, 13), D(2026, 12, 10, 15), busy=1, extra={
            "PS_PUBLIC_STRINGS:'ProjectNumber':001F": 'X-0815',
            "{8F1A3C52-9D0B-4E6F-8A57-0C1D2E3F4A5B}:'Budget':0005": 1234.5}),
        appointment('Summer party', D(2026, 7, 17, 16), D(2026, 7, 17, 23), location='Garden', reminder=None,
                    categories=['Fun']),
        appointment('Zero length', D(2026, 12, 11, 12), D(2026, 12, 11, 12), reminder=None, busy=0),
    ]


# ---- tasks ----

def task(subject, *, start=None, due=None, done=None, status=0, percent=0.0, body='', categories=(), private=False,
         importance=1, rule=None, reminder=None, zone='W. Europe Standard Time'):
    props = common('IPM.Task', subject, 1280, body, list(categories), private)
    props['00170003'] = importance
    props.update({
        f'{T}:8101:0003': status, f'{T}:8102:0005': percent, f'{T}:811C:000B': status == 2, f'{T}:8113:0003': 1,
        f'{T}:8110:0003': 0, f'{T}:8111:0003': 0, f'{T}:8112:0003': 1, f'{T}:811F:001F': 'Sample User',
        f'{T}:8126:000B': rule is not None, f'{T}:8129:0003': 0, f'{T}:812A:0003': 0,
        f'{C}:8503:000B': reminder is not None, f'{C}:8501:0003': 0})
    # Task dates are local dates written as if they were UTC; the Common ones are true UTC.
    for lid, common_lid, date in (('8104', '8516', start), ('8105', '8517', due)):
        if date:
            props[f'{T}:{lid}:0040'] = time(date)
            props[f'{C}:{common_lid}:0040'] = time(to_utc(date, zone))
    if done:
        props[f'{T}:810F:0040'] = time(done)
    if reminder:
        props[f'{C}:8502:0040'] = props[f'{C}:8560:0040'] = time(to_utc(reminder, zone))
    if rule:
        props[f'{T}:8116:0102'] = binary(rule.blob(start, start, task=True))
    return {'properties': props, 'recipients': [], 'attachments': []}


def tasks():
    return [
        task('Buy milk', due=D(2026, 11, 24)),
        task('Write report', start=D(2026, 11, 23), due=D(2026, 12, 4), status=1, percent=0.5, importance=2,
             body='Chapters 1–3 are done.\r\n', categories=['Work'], reminder=D(2026, 12, 3, 9)),
        task('Steuererklärung', due=D(2026, 12, 31), private=True, status=3, percent=0.25),
        task('Renew passport', start=D(2026, 11, 2), due=D(2026, 11, 20), done=D(2026, 11, 18), status=2, percent=1.0),
        task('Water the plants', start=D(2026, 11, 27), due=D(2026, 11, 27), rule=Rule('weekly', days=FRIDAY)),
        task('Learn 日本語', status=4, importance=0, body='someday'),
    ]


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, items in (('contacts', contacts()), ('calendar', calendar()), ('tasks', tasks())):
        with open(os.path.join(folder, name + '.json'), 'w', encoding='utf-8', newline='\n') as out:
            json.dump(items, out, ensure_ascii=False, indent=1)
            out.write('\n')


main()
