"""Helpers of the sync suites: compare.py COMMAND ...

    group DUMP_DIR OUT_DIR          sort item dumps by message class into OUT_DIR/{contacts,calendar,tasks}.json
    differing BEFORE AFTER          which items of two `outlookctl dump --stable` differ, and in what: SUBJECT<TAB>KEY,...
    sync-counts REPORT              "LEFT_CREATED LEFT_UPDATED LEFT_DELETED RIGHT_... FAILED" summed over a sync's JSON
"""
import glob
import json
import os
import sys

FOLDERS = {'IPM.Contact': 'contacts', 'IPM.DistList': 'contacts', 'IPM.Appointment': 'calendar', 'IPM.Task': 'tasks'}


def load(path):
    with open(path, encoding='utf-8') as text:
        return json.load(text)


def value(item, name):
    return next((v for k, v in item.get('properties', {}).items() if k.split(' ')[0] == name), None)


def group(source, target):
    items = {folder: [] for folder in FOLDERS.values()}
    for path in sorted(glob.glob(os.path.join(source, '*.json'))):
        loaded = load(path)
        for item in loaded if isinstance(loaded, list) else [loaded]:
            folder = FOLDERS.get(value(item, '001A001F'))
            if folder:
                items[folder].append(item)
    for folder, found in items.items():
        with open(os.path.join(target, f'{folder}.json'), 'w', encoding='utf-8') as out:
            json.dump(found, out)


def by_key(path):
    """Items by subject; several of one subject are told apart by number."""
    found = {}
    for item in load(path):
        subject, number = value(item, '0037001F') or '', 0
        while (subject, number) in found:
            number += 1
        found[subject, number] = item
    return found


def changes(a, b):
    """Keys in which two items differ."""
    old, new = a.get('properties', {}), b.get('properties', {})
    return [k for k in sorted(old.keys() | new.keys()) if old.get(k) != new.get(k)] + \
        [part for part in ('attachments', 'recipients') if a.get(part) != b.get(part)]


def differing(before, after):
    old, new = by_key(before), by_key(after)
    pairs = [(k, k) for k in old.keys() & new.keys()]
    gone, added = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    if len(gone) == len(added) == 1:  # one item got another subject
        pairs.append((gone.pop(), added.pop()))
    for a, b in sorted(pairs):
        keys = changes(old[a], new[b])
        if keys:
            print(f'{b[0]}\t{",".join(keys)}')
    for key in gone + added:
        print(f'{key[0]}\t{"gone" if key in old else "added"}')


def sync_counts(path):
    links = load(path)['links']
    numbers = [sum(int(link.get(side, {}).get(what, 0)) for link in links)
               for side in ('left', 'right') for what in ('created', 'updated', 'deleted')]
    print(*numbers, sum(int(link.get('failed', 0)) for link in links))


{'group': group, 'differing': differing, 'sync-counts': sync_counts}[sys.argv[1]](*sys.argv[2:])
