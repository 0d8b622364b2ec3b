#!/usr/bin/env python3
"""Writes the table behind client/base/zone.h out of the system's time-zone data.

usage: generate.py OUTPUT.c

Inputs: /usr/share/zoneinfo (package tzdata: the POSIX TZ string at the end of each TZif file, tzdata.zi for the
links, zone.tab for the names in use) and CLDR's windowsZones.xml (package unicode-cldr-core). What it leaves to
zone.c: looking names up. It stops with a message when an input is missing or says something it does not understand,
because a wrong zone moves appointments.
"""
import os
import re
import sys
import xml.etree.ElementTree

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
           '#include "client/base/zone_table.h"', '',
           'const struct zone zone_table[] = {']
    for name in names:
        std, dst, start, end = rule(posix_string(name))
        win = windows.get(name) or by_target.get(target(name))
        quoted = f'"{win}"' if win else 'NULL'
        out.append(f'    {{"{name}", {quoted}, {{{std}, {dst}, {{{", ".join(map(str, start))}}}, '
                   f'{{{", ".join(map(str, end))}}}}}}},')
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
