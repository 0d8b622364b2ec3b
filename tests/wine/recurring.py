"""What recurring.sh wants to know of a dump of tasks: recurring.py COMMAND DUMP SUBJECT ...

    ids DUMP SUBJECT true|false    the entry ids of those that are done, or not
    show DUMP SUBJECT              of the open one: start, due, the count of its pattern (0: endless, -: none); then how many are done
"""
import json
import struct
import sys

DONE, START, DUE, RECURRING, PATTERN = ('PSETID_Task:811C:000B', 'PSETID_Task:8104:0040', 'PSETID_Task:8105:0040',
                                        'PSETID_Task:8126:000B', 'PSETID_Task:8116:0102')
END_AFTER_COUNT = 0x2022
SPECIFIC = {0: 0, 1: 4, 2: 4, 3: 8}  # bytes of a pattern's own part, by its type


def day(properties, key):
    value = properties.get(key)
    return value['utc'][:10] if value else 'none'


def count(properties):
    if not properties.get(RECURRING):
        return '-'
    data = bytes.fromhex(properties[PATTERN]['hex'])
    end, number = struct.unpack_from('<2I', data, 22 + SPECIFIC[struct.unpack_from('<H', data, 6)[0]])
    return number if end == END_AFTER_COUNT else 0


def main():
    command, dump, subject = sys.argv[1:4]
    with open(dump, encoding='utf-8') as text:
        items = [item['properties'] for item in json.load(text) if item['properties'].get('0037001F') == subject]
    if command == 'ids':
        wanted = sys.argv[4] == 'true'
        print('\n'.join(item['0FFF0102']['hex'] for item in items if bool(item.get(DONE)) == wanted))
    else:
        done = [item for item in items if item.get(DONE)]
        for item in items:
            if not item.get(DONE):
                print(day(item, START), day(item, DUE), count(item), len(done))


main()
