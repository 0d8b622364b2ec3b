#!/usr/bin/env python3
"""compare.py FILE... DUMP: every property of every item of the files must be in the dump with the same value.
What a store makes itself (ids, access, sizes and the like) is left out; 8-bit strings come back as Unicode."""
import json
import sys

OWNED = {'0FFF', '0FF9', '0FFE', '0FFB', '0FFA', '340D', '0FF8', '0FF4', '0FF7', '0FF6', '0E09', '65E0', '65E2', '65E1',
         '65E3', '3008', '3007', '6709', '670A', '300B', '0E08', '0E1B', '0E1D', '0E04', '0E03', '0E02', '0E12', '0E13',
         '0E17', '0E07', '0E21', '0E20', '3000', '003D', '0070'}


def key_of(key):
    key = key.split("':")[0] + "':" + key.split("':")[1][:4] if "'" in key else key.split(' ')[0]
    return key[:-4] + {'001E': '001F', '101E': '101F'}.get(key[-4:], key[-4:])


def value_of(value):
    """A time is its FILETIME: the text beside it is for people."""
    return value['filetime'] if isinstance(value, dict) and 'filetime' in value else value


def props_of(props):
    return {key_of(key): value_of(value) for key, value in props.items() if key[:4] not in OWNED and key_of(key)[-4:] != '000D'}


def differences(wanted, got, where):
    have = props_of(got)
    for key, value in props_of(wanted).items():
        if have.get(key) != value:
            yield f'{where} {key}: {value!r:.60} became {have.get(key)!r:.60}'


def item_differences(wanted, got, where):
    yield from differences(wanted['properties'], got['properties'], where)
    for kind in ('recipients', 'attachments'):
        if len(wanted[kind]) != len(got[kind]):
            yield f'{where}: {len(got[kind])} {kind} instead of {len(wanted[kind])}'
    for one, other in zip(wanted['recipients'], got['recipients']):
        yield from differences(one, other, where + ' recipient')
    for one, other in zip(wanted['attachments'], got['attachments']):
        yield from differences(one['properties'], other['properties'], where + ' attachment')
        if 'embedded' in one:
            yield from item_differences(one['embedded'], other['embedded'], where + ' embedded')


wanted = []
for name in sys.argv[1:-1]:
    with open(name, encoding='utf-8') as file:
        content = json.load(file)
    wanted += content if isinstance(content, list) else [content]
with open(sys.argv[-1], encoding='utf-8') as file:
    got = json.load(file)
if len(wanted) != len(got):
    sys.exit(f'{len(got)} items instead of {len(wanted)}')
problems = [text for one, other in zip(wanted, got)
            for text in item_differences(one, other, str(one['properties'].get('0037001F')))]
if problems:
    sys.exit('\n'.join(problems[:10]))
