"""What outlook-rescue.test asks of dumps of the emulated Outlook: rescue.py COMMAND ...

    differs BEFORE AFTER    items that came (+), went (-) or were written (~, with the ids of the properties that differ)
    reminders NAME          SUBJECT: when its reminder signals (overdue, in the future, never), for all that have one set
    firing BEFORE AFTER     reminders that are overdue after and were not before
    time +SECONDS|never     a PT_SYSTIME for outlookctl
    backup LINK             the name of that link's newest backup, from `backup list --json` on stdin

BEFORE, AFTER, NAME: files, each with the dumps of the four folders one after another."""
import datetime
import json
import re
import sys

FOLDERS = ('Calendar', 'Contacts', 'Deleted Items', 'Tasks')
EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
NEVER = datetime.datetime(4500, 1, 1, tzinfo=datetime.timezone.utc)
SEARCH_KEY, SUBJECT = '300B0102', '0037001F'
OWNED = re.compile('^(0FF[0-9A-F]|300[0-9A-F]|65E[0-9A-F]|0E[0-9A-F]{2}|0070|003D|0C1|3FF|67)')  # by the store, or of the whole item


def items(name, folder):
    decoder, at = json.JSONDecoder(), 0
    with open(name, encoding='utf-8') as file:
        text = file.read()
    for here in FOLDERS:
        found, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        if here == folder:
            return found
    raise KeyError(folder)


def short(item):
    """By key without the word behind it."""
    return {key.split(' ')[0]: value for key, value in item['properties'].items()}


def ident(key):
    """8208 of PSETID_Appointment:8208:001F, 3A1C of 3A1C001F, the name of a named one."""
    return key.split(':')[1].strip("'") if ':' in key else key[:4]


def by_search_key(name, folder):
    return {short(item)[SEARCH_KEY]['hex']: item for item in items(name, folder)}


def changed(old, new):
    a, b = short(old), short(new)
    names = {ident(k) for k in a.keys() | b.keys() if a.get(k) != b.get(k) and not OWNED.match(k)}
    for part in ('recipients', 'attachments'):
        names |= {part} if old.get(part) != new.get(part) else set()
    return sorted(names)


def differs(before, after):
    for folder in FOLDERS:
        old, new, lines = by_search_key(before, folder), by_search_key(after, folder), []
        lines += [f'- {short(old[k])[SUBJECT]}' for k in old.keys() - new.keys()]
        lines += [f'+ {short(new[k])[SUBJECT]}' for k in new.keys() - old.keys()]
        lines += [f'~ {short(old[k])[SUBJECT]}: {" ".join(names)}' for k in old.keys() & new.keys() if (names := changed(old[k], new[k]))]
        for line in sorted(lines):
            print(folder, line)


def signals(item):
    p = short(item)
    when = p.get('PSETID_Common:8560:0040')
    if not p.get('PSETID_Common:8503:000B'):
        return None
    moment = EPOCH + datetime.timedelta(microseconds=when['filetime'] // 10) if when else NEVER
    if moment >= NEVER:
        return 'never'
    return 'in the future' if moment > datetime.datetime.now(datetime.timezone.utc) else 'overdue'


def all_signals(name):
    """By folder and subject. What lies in Deleted Items reminds nobody."""
    return {(folder, short(item).get(SUBJECT)): signals(item) for folder in FOLDERS if folder != 'Deleted Items' for item in items(name, folder)}


def reminders(name):
    for (_, subject), when in all_signals(name).items():
        if when:
            print(f'{subject}: {when}')


def firing(before, after):
    known = all_signals(before)
    for key, when in all_signals(after).items():
        if when == 'overdue' and known.get(key) != 'overdue':
            print(*key)


def time(text):
    if text == 'never':
        moment = datetime.datetime(4501, 1, 1, tzinfo=datetime.timezone.utc)
    else:
        moment = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(seconds=int(text))
    print(moment.strftime('%Y-%m-%dT%H:%M:%SZ'))


def backup(link):
    print(next(b['name'] for b in json.load(sys.stdin)['backups'] if b['link'] == link))


{f.__name__: f for f in (differs, reminders, firing, time, backup)}[sys.argv[1]](*sys.argv[2:])
