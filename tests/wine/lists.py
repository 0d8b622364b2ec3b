"""Distribution lists for the group suite, by an encoder and a decoder of its own: lists.py COMMAND ...

    make DUMP NAME MEMBER...    a list as an item dump; DUMP is `outlookctl dump` of the contacts, MEMBER a contact's subject,
                                or NAME <ADDRESS> for a one-off
    show DUMP NAME              its members, sorted, one a line: the subjects of contacts, addresses, "gone" for entry ids of nobody
    raw DUMP NAME               the four properties of its members, for comparing
"""
import json
import re
import struct
import sys

ONE_OFF = bytes.fromhex('00000000812b1fa4bea310199d6e00dd010f5402')
WRAPPED = bytes.fromhex('00000000c091add3519dcf11a4a900aa0047faa4')
MEMBERS, ONE_OFFS, CHECKSUM, STREAM = (f'PSETID_Address:{k}' for k in ('8055:1102', '8054:1102', '804C:0003', '8064:0102'))


def load(path):
    with open(path, encoding='utf-8') as text:
        loaded = json.load(text)
    return loaded if isinstance(loaded, list) else [loaded]


def value(item, name):
    return next((v for k, v in item['properties'].items() if k.split(' ')[0] == name), None)


def crc(parts):
    register = 0
    for byte in b''.join(parts):
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    return register - (1 << 32) if register >> 31 else register


def binary(data):
    return {'len': len(data), 'hex': data.hex()}


def one_off(name, address):
    texts = (f'{name} ({address})', 'SMTP', address)
    return ONE_OFF + b'\0\0\x01\x80' + b''.join(t.encode('utf-16-le') + b'\0\0' for t in texts)


def address_of(data):
    if data[:20] != ONE_OFF:
        return None
    return data[24:].decode('utf-16-le').split('\0')[2]


def make(dump, name, *members):
    people = {value(i, '0037001F'): i for i in load(dump) if value(i, '001A001F') == 'IPM.Contact'}
    entries, one_offs = [], []
    for member in members:
        spelled = re.fullmatch(r'(.*) <(.*)>', member)
        if spelled:
            one_offs.append(one_off(*spelled.groups()))
            entries.append(one_offs[-1])
        else:
            person = people[member]
            entries.append(WRAPPED + b'\xc3' + bytes.fromhex(value(person, '0FFF0102')['hex']))
            one_offs.append(one_off(member, value(person, 'PSETID_Address:8083:001F') or ''))
    json.dump({'properties': {
        '001A001F': 'IPM.DistList', '0037001F': name, '3001001F': name, '10800003': 514, 'PSETID_Address:8053:001F': name,
        'PSETID_Address:8005:001F': name, 'PSETID_Address:8006:0003': -1, MEMBERS: [binary(e) for e in entries],
        ONE_OFFS: [binary(o) for o in one_offs], CHECKSUM: crc(entries)}}, sys.stdout)


def list_named(items, name):
    return next(i for i in items if value(i, '001A001F') == 'IPM.DistList' and value(i, '0037001F') == name)


def members_of(item):
    stream = value(item, STREAM)
    if not stream:
        return [bytes.fromhex(m['hex']) for m in value(item, MEMBERS) or []]
    data, at, found = bytes.fromhex(stream['hex']), 28, []
    for _ in range(struct.unpack_from('<I', data, 12)[0]):
        sizes = []
        for _ in range(3):
            size = struct.unpack_from('<I', data, at)[0]
            sizes.append(data[at + 4:at + 4 + size])
            at += 4 + size
        found.append(sizes[0])
    return found


def show(dump, name):
    items = load(dump)
    subjects = {value(i, '0FFF0102')['hex'].lower(): value(i, '0037001F') for i in items}
    item = list_named(items, name)
    members = members_of(item)
    for member in sorted(address_of(m) or subjects.get(m[21:].hex(), 'gone') for m in members):
        print(member)
    if not value(item, STREAM) and members and value(item, CHECKSUM) != crc(members):
        print('wrong checksum')


def raw(dump, name):
    item = list_named(load(dump), name)
    print(json.dumps([value(item, k) for k in (MEMBERS, ONE_OFFS, CHECKSUM, STREAM)]))


{'make': make, 'show': show, 'raw': raw}[sys.argv[1]](*sys.argv[2:])
