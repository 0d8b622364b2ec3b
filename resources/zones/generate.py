#!/usr/bin/env python3
"""Writes the table behind client/base/zone.h out of the system's time-zone data.

usage: generate.py OUTPUT.c

Inputs: /usr/share/zoneinfo (package tzdata: the changes that a TZif file lists and the POSIX TZ string at its end,
tzdata.zi for the links, zone.tab for the names in use) and CLDR's windowsZones.xml (package unicode-cldr-core). What it leaves to
zone.c: looking names up, computing. It stops with a message when an input is missing or says something it does not understand,
because a wrong zone moves appointments.
"""
import datetime
import os
import re
import struct
import sys
import xml.etree.ElementTree

EPOCH = datetime.date(1970, 1, 1).toordinal()
YEAR = 366 * 86400
FIRST = -(1 << 62)  # "always until then"
ZONEINFO = '/usr/share/zoneinfo'
WINDOWS_ZONES = ['/usr/share/unicode/cldr/common/supplemental/windowsZones.xml',
                 '/usr/share/unicode/cldr/core/common/supplemental/windowsZones.xml']


def posix_string(name):
    """The last line of a TZif file of version 2 or later (RFC 8536 section 3.3)."""
    with open(os.path.join(ZONEINFO, name), 'rb') as f:
        data = f.read()
    if data[:4] != b'TZif':
        sys.exit(f'{name}: not a TZif file')
    return data.rstrip(b'\n').rsplit(b'\n', 1)[1].decode()


def listed_changes(name):
    """[(UTC seconds, offset east)] of a TZif file (RFC 8536 section 3), the first with time None: in force before."""
    with open(os.path.join(ZONEINFO, name), 'rb') as f:
        data = f.read()

    def header(at):
        return struct.unpack('>6l', data[at + 20:at + 44])

    isut, isstd, leap, times, types, chars = header(0)
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut  # past the 32-bit part
    _, _, _, times, types, _ = header(at)
    at += 44
    when = struct.unpack(f'>{times}q', data[at:at + 8 * times])
    which = data[at + 8 * times:at + 9 * times]
    at += 9 * times
    offsets = [struct.unpack('>l', data[at + 6 * i:at + 6 * i + 4])[0] for i in range(types)]
    changes = [(None, offsets[0])]
    for t, i in zip(when, which):
        if offsets[i] != changes[-1][1]:
            changes.append((t, offsets[i]))
    return changes


def change_time(year, transition, before):
    """UTC of a yearly transition; `before`: the offset in force until then."""
    month, week, weekday, seconds = transition
    first = datetime.date(year, month, 1)
    day = 1 + (weekday - first.isoweekday()) % 7 + (week - 1) * 7
    length = ((first + datetime.timedelta(days=31)).replace(day=1) - first).days
    while day > length:
        day -= 7
    return (first.toordinal() - EPOCH + day - 1) * 86400 + seconds - before


def rule_offset(the_rule, utc):
    standard, daylight, start, end = the_rule
    if not start[0]:
        return standard
    year = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=utc + standard)).year
    begins, ends = change_time(year, start, standard), change_time(year, end, daylight)
    in_summer = begins <= utc < ends if begins < ends else not ends <= utc < begins
    return daylight if in_summer else standard


def history(name, the_rule):
    """The changes up to the one from which on the rule says all."""
    changes = listed_changes(name)
    latest = max([changes[-1][0] or 0, 0]) + 3 * YEAR
    last = -1  # the last time span that the rule gets wrong
    for i, (begin, seconds) in enumerate(changes):
        end = changes[i + 1][0] if i + 1 < len(changes) else latest
        if begin is None or begin < FIRST:
            begin = max(FIRST, end - YEAR)
        if i + 1 == len(changes) and len(changes) > 1:
            continue  # open-ended: the POSIX string's by definition
        samples = [*range(begin, end, 5 * 86400), end - 1]
        if any(rule_offset(the_rule, t) != seconds for t in samples):
            last = i
    return [(FIRST if t is None else t, o) for t, o in changes[:last + 2]] if last >= 0 else []


def offset(text):
    """"+5:30" of a POSIX TZ string in seconds; POSIX counts west of Greenwich as positive."""
    m = re.fullmatch(r'([+-]?)(\d+)(?::(\d+))?(?::(\d+))?', text)
    if not m:
        sys.exit(f'offset {text!r} not understood')
    seconds = int(m[2]) * 3600 + int(m[3] or 0) * 60 + int(m[4] or 0)
    return -seconds if m[1] == '-' else seconds


def change(text):
    """"M3.5.0/2" as (month, week, weekday, seconds)."""
    m = re.fullmatch(r'M(\d+)\.(\d)\.(\d)(?:/(.+))?', text)
    if not m:
        sys.exit(f'transition {text!r} not understood')
    return int(m[1]), int(m[2]), int(m[3]), offset(m[4]) if m[4] else 7200


def rule(posix):
    """(standard, daylight, to_daylight, to_standard); offsets in seconds east."""
    m = re.fullmatch(r'(?:<[^>]+>|[A-Za-z]+)([-+\d:]+)(?:(?:<[^>]+>|[A-Za-z]+)([-+\d:]*),([^,]+),([^,]+))?', posix)
    if not m:
        sys.exit(f'POSIX TZ string {posix!r} not understood')
    standard = -offset(m[1])
    if not m[3]:
        return standard, standard, (0, 0, 0, 0), (0, 0, 0, 0)
    daylight = -offset(m[2]) if m[2] else standard + 3600
    start, end = change(m[3]), change(m[4])
    if daylight < standard:  # Ireland calls its summer time standard; Windows and iCalendar see it as others do
        standard, daylight, start, end = daylight, standard, end, start
    return standard, daylight, start, end


def read_tzdata():
    """All zone names and the links between them (tzdata.zi: "Z name ...", "L target name")."""
    names, links = set(), {}
    with open(os.path.join(ZONEINFO, 'tzdata.zi'), encoding='utf-8') as f:
        for line in f:
            word = line.split()
            if word and word[0] == 'Z':
                names.add(word[1])
            elif word and word[0] == 'L':
                names.add(word[2])
                links[word[2]] = word[1]
    return names, links


def read_windows():
    """({windows: default zone}, {zone: windows})."""
    path = next((p for p in WINDOWS_ZONES if os.path.exists(p)), None)
    if not path:
        sys.exit('windowsZones.xml is missing: install the package unicode-cldr-core')
    defaults, names = {}, {}
    for zone in xml.etree.ElementTree.parse(path).iter('mapZone'):
        for name in zone.get('type').split():
            if zone.get('territory') == '001':
                defaults[zone.get('other')] = name
            names.setdefault(name, zone.get('other'))
    return defaults, names


def current_names():
    """Names listed for a country (zone.tab): today's spelling, Asia/Kolkata and not Asia/Calcutta."""
    with open(os.path.join(ZONEINFO, 'zone.tab'), encoding='utf-8') as f:
        return {line.split('\t')[2].strip() for line in f if not line.startswith('#')}


def main():
    names, links = read_tzdata()
    defaults, windows = read_windows()
    current = current_names()

    def target(name):
        while name in links:
            name = links[name]
        return name

    by_target = {}
    for name, windows_name in sorted(windows.items()):
        by_target.setdefault(target(name), windows_name)
    for windows_name, name in defaults.items():
        if name not in current and name in links and target(name) in current:
            defaults[windows_name] = target(name)
    names |= set(windows) | set(defaults.values())
    names = sorted((n for n in names if os.path.exists(os.path.join(ZONEINFO, n))), key=lambda n: n.lower())
    # The order of zone.c's binary search is that of its ASCII case-insensitive comparison.
    index = {name: i for i, name in enumerate(names)}

    out = ['/* Made by resources/zones/generate.py from tzdata and CLDR windowsZones; do not edit. */',
           '#include "client/base/zone_table.h"', '']
    rules = {name: rule(posix_string(name)) for name in names}
    shifts = {}  # name of the array by what is in it: zones that are links of others share one
    for name in names:
        listed = tuple(history(name, rules[name]))
        if listed and listed not in shifts:
            shifts[listed] = f'shifts_{len(shifts)}'
            out += [f'static const struct zone_shift {shifts[listed]}[] = {{ /* {name} */',
                    *(f'    {{{"INT64_MIN" if at == FIRST else at}, {east}}},' for at, east in listed), '};']
    out += ['', 'const struct zone zone_table[] = {']
    for name in names:
        std, dst, start, end = rules[name]
        listed = tuple(history(name, rules[name]))
        win = windows.get(name) or by_target.get(target(name))
        quoted = f'"{win}"' if win else 'NULL'
        out.append(f'    {{"{name}", {quoted}, {{{std}, {dst}, {{{", ".join(map(str, start))}}}, '
                   f'{{{", ".join(map(str, end))}}}}}, '
                   f'{shifts.get(listed, "NULL")}, {len(listed)}}},')
    out += ['};', 'const size_t zone_table_count = sizeof zone_table / sizeof zone_table[0];', '',
            'const struct zone_windows zone_windows_table[] = {']
    for win in sorted(defaults, key=lambda w: w.lower()):
        if defaults[win] not in index:
            sys.exit(f'{win}: its default zone {defaults[win]} is unknown to tzdata')
        out.append(f'    {{"{win}", {index[defaults[win]]}}}, /* {defaults[win]} */')
    out += ['};', 'const size_t zone_windows_count = sizeof zone_windows_table / sizeof zone_windows_table[0];', '']
    with open(sys.argv[1], 'w', encoding='utf-8') as f:
        f.write('\n'.join(out))


main()
