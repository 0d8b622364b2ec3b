"""Random but repeatable vCards and events of ordinary size, one file an item (a vdir)."""
import datetime
import os
import random
import uuid

FIRST = 'Anna Ben Clara David Eva Felix Greta Hans Ida Jonas Karl Lena Max Nora Otto Paula Rosa Sven Jürgen Søren José'.split()
LAST = 'Müller Schmidt Fischer Weber Meyer Wagner Becker Schulz Koch Bauer Richter Klein Wolf Krüger Köhler Walter'.split()
COMPANIES = ['Acme GmbH', 'Globex', 'Initech AG', 'Umbrella Ltd', 'Stark KG', 'Wayne & Söhne']
CITIES = ['Berlin', 'Hamburg', 'München', 'Köln', 'Wien', 'Zürich', 'Paris', 'London']
WORDS = 'project budget review customer meeting notes agenda call invoice order delivery team quarter plan draft travel'.split()

ZONE = '''BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE'''.split('\n')


def fold(line):
    data, parts, room = line.encode(), [], 75
    while len(data) > room:
        cut = room
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(data[:cut])
        data, room = data[cut:], 74
    return b'\r\n '.join(parts + [data]) + b'\r\n'


def text(rnd, low, high):
    return ' '.join(rnd.choice(WORDS) for _ in range(rnd.randint(low, high)))


def contact(rnd, uid, number):
    first, last = rnd.choice(FIRST), rnd.choice(LAST)
    lines = ['BEGIN:VCARD', 'VERSION:3.0', f'UID:{uid}', f'N:{last};{first};;;', f'FN:{first} {last}',
             f'ORG:{rnd.choice(COMPANIES)};{rnd.choice(WORDS).title()}', f'TITLE:{rnd.choice(WORDS).title()} Manager',
             f'EMAIL;TYPE=INTERNET,WORK:user{number}@example{number % 17}.test',
             f'TEL;TYPE=WORK,VOICE:+49 30 {rnd.randint(100000, 9999999)}']
    if rnd.random() < .7:
        lines.append(f'TEL;TYPE=CELL:+49 17{rnd.randint(0, 9)} {rnd.randint(1000000, 9999999)}')
    lines.append(f'ADR;TYPE=WORK:;;{rnd.choice(LAST)}straße {rnd.randint(1, 200)};{rnd.choice(CITIES)};;'
                 f'{rnd.randint(10000, 99999)};Deutschland')
    if rnd.random() < .3:
        lines.append(f'BDAY:{rnd.randint(1940, 2005)}-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}')
    if rnd.random() < .4:
        lines.append('NOTE:' + text(rnd, 5, 40))
    if rnd.random() < .3:
        lines.append('CATEGORIES:' + ','.join(rnd.sample(['Business', 'Friends', 'VIP', 'Supplier'], 2)))
    return lines + ['REV:20260101T000000Z', 'END:VCARD']


def event(rnd, uid, _number):
    start = datetime.datetime(2025, 1, 1, 8) + datetime.timedelta(minutes=30 * rnd.randint(0, 48 * 730))
    end = start + datetime.timedelta(minutes=30 * rnd.randint(1, 6))
    lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//EN', *ZONE, 'BEGIN:VEVENT', f'UID:{uid}',
             'DTSTAMP:20260101T000000Z', 'SUMMARY:' + text(rnd, 2, 6).title()]
    if rnd.random() < .1:
        lines += [f'DTSTART;VALUE=DATE:{start:%Y%m%d}', f'DTEND;VALUE=DATE:{start + datetime.timedelta(days=1):%Y%m%d}']
    else:
        lines += [f'DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}', f'DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}']
    if rnd.random() < .15:
        lines.append(rnd.choice(['RRULE:FREQ=WEEKLY;COUNT=10', 'RRULE:FREQ=MONTHLY;COUNT=12', 'RRULE:FREQ=YEARLY;COUNT=5']))
    lines.append(f'LOCATION:{rnd.choice(CITIES)}')
    if rnd.random() < .5:
        lines.append('DESCRIPTION:' + text(rnd, 5, 60))
    if rnd.random() < .4:
        lines += ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Reminder', 'TRIGGER:-PT15M', 'END:VALARM']
    return lines + ['END:VEVENT', 'END:VCALENDAR']


def series(rnd, uid):
    """A weekly appointment of a year, of which three occurrences are changed and one is left out."""
    first = datetime.datetime(2025, 1, 6, rnd.randint(7, 17)) + datetime.timedelta(days=rnd.randint(0, 300))
    title = text(rnd, 2, 6).title()

    def one(start, *extra):
        end = start + datetime.timedelta(minutes=45)
        return ['BEGIN:VEVENT', f'UID:{uid}', 'DTSTAMP:20260101T000000Z', f'SUMMARY:{title}', f'LOCATION:{rnd.choice(CITIES)}',
                f'DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}', f'DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}', *extra, 'END:VEVENT']
    weeks = [first + datetime.timedelta(weeks=w) for w in sorted(rnd.sample(range(1, 52), 4))]
    lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//EN', *ZONE,
             *one(first, 'RRULE:FREQ=WEEKLY;COUNT=52', f'EXDATE;TZID=Europe/Berlin:{weeks[0]:%Y%m%dT%H%M%S}')]
    for week in weeks[1:]:
        lines += one(week + datetime.timedelta(hours=1), f'RECURRENCE-ID;TZID=Europe/Berlin:{week:%Y%m%dT%H%M%S}')
    return lines + ['END:VCALENDAR']


def calendar(rnd, uid, number):
    """One item in ten is a series, no other is."""
    if number % 10 == 0:
        return series(rnd, uid)
    return [line for line in event(rnd, uid, number) if not line.startswith('RRULE')]


def make(kind, count, folder, seed=42):
    """Write `count` items of 'contacts', 'events' or 'calendar' into folder."""
    rnd = random.Random(seed)
    os.makedirs(folder)
    for number in range(count):
        uid = str(uuid.UUID(int=rnd.getrandbits(128), version=4))
        lines = {'contacts': contact, 'events': event, 'calendar': calendar}[kind](rnd, uid, number)
        extension = 'vcf' if kind == 'contacts' else 'ics'
        with open(os.path.join(folder, f'{uid}.{extension}'), 'wb') as out:
            out.write(b''.join(fold(line) for line in lines))
