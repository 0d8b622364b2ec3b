#!/usr/bin/env python3
"""many.py N: N plain contacts as a dump, for the tests of speed."""
import json
import sys

items = []
for i in range(int(sys.argv[1])):
    props = {'001A001F': 'IPM.Contact', '0037001F': f'Person {i:05}', '3001001F': f'Person {i:05}',
             '3A06001F': 'Person', '3A11001F': f'{i:05}', '3A1C001F': f'+49 170 {i:07}',
             '1000001F': f'Note of person {i}\r\n' * 10, 'PSETID_Address:8083:001F': f'p{i}@example.com',
             'PSETID_Address:8082:001F': 'SMTP', "PS_PUBLIC_STRINGS:'Keywords':101F": ['Many', f'Group {i % 7}']}
    props.update({f'PSETID_Common:{0x8600 + j:04X}:0003': j for j in range(40)})
    items.append({'properties': props, 'recipients': [], 'attachments': []})
json.dump(items, sys.stdout)
