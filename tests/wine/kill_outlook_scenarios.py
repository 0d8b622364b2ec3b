"""The scenarios of kill_outlook.py: what is in Outlook, in the files and in the state file when a call to MAPI fails or the program ends.

`case-N/...` is the case of client/sync/README.md ("Cases other tools lost data by") that the scenario comes from.
"""
import glob
import json
import os
from dataclasses import dataclass
from typing import Callable, Optional, Tuple

FOLDERS = {'Contacts': 'people', 'Calendar': 'dates', 'Tasks': 'todo'}
CONTACT, EVENT, TASK = 'Anna Müller', 'Team meeting', 'Buy milk'  # of the samples
MOBILE, BUSINESS, NOTE, TITLE, LOCATION = '3A1C001F', '3A08001F', '1000001F', '3A17001F', 'PSETID_Appointment:8208:001F'
FIRST = r'C:\items'  # what set_up made of the samples


def unfolded(path):
    with open(path, encoding='utf-8', newline='') as file:
        return file.read().replace('\r\n ', '')


class Sides:
    """A mailbox and folders of files, and what other programs do in them. kill_outlook.py adds the program itself."""

    def __init__(self, files, items):
        self.files, self.items = files, items

    # --- Outlook's user: outlook() carries out commands of outlookctl

    def set(self, folder, item, key, value):
        self.outlook(('set', 'default', folder, item, key, value))

    def edit_in_outlook(self, folder, item, values):
        with open(f'{self.items}/edit.json', 'w', encoding='utf-8') as out:
            json.dump([{'where': {'0037001F': item}, 'set': values}], out)
        self.outlook(('edit', 'default', folder, rf'{FIRST}\edit.json'))

    def delete(self, folder, *names):
        self.outlook(*(('delete', 'default', folder, name) for name in names))

    def move(self, item, source, target):
        self.outlook(('move', 'default', source, item, 'default', target))

    def outlook_person(self, given, surname, email=None):
        properties = {'001A001F': 'IPM.Contact', '0037001F': f'{given} {surname}', '3001001F': f'{given} {surname}', '3A06001F': given,
                      '3A11001F': surname}
        if email:
            properties.update({'PSETID_Address:8083:001F': email, 'PSETID_Address:8082:001F': 'SMTP', 'PSETID_Address:8080:001F': email})
        with open(f'{self.items}/one.json', 'w', encoding='utf-8') as out:
            json.dump([{'properties': properties}], out)
        self.outlook(('import', 'default', 'Contacts', rf'{FIRST}\one.json'))

    # --- another program's files

    def write(self, folder, name, *lines):
        os.makedirs(f'{self.files}/{folder}', exist_ok=True)
        with open(f'{self.files}/{folder}/{name}', 'w', encoding='utf-8', newline='') as out:
            out.write('\r\n'.join([*lines, '']))

    def person(self, uid, given, surname, *more, email=True):
        mail = [f'EMAIL:{given.lower()}@example.org'] if email else []
        self.write('people', f'{uid}.vcf', 'BEGIN:VCARD', 'VERSION:3.0', f'UID:{uid}', f'FN:{given} {surname}', f'N:{surname};{given};;;',
                   *mail, *more, 'END:VCARD')

    def people(self, count, first='Extra'):
        for i in range(count):
            self.person(f'{first.lower()}-{i}', f'{first}{i}', f'Person{i}')

    def component(self, folder, kind, uid, *lines):
        self.write(folder, f'{uid}.ics', 'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//', f'BEGIN:{kind}', f'UID:{uid}',
                   'DTSTAMP:20261101T100000Z', *lines, f'END:{kind}', 'END:VCALENDAR')

    def event(self, uid, title, day, *more, month='202612'):
        self.component('dates', 'VEVENT', uid, f'SUMMARY:{title}', f'DTSTART:{month}{day:02}T090000Z', f'DTEND:{month}{day:02}T100000Z', *more)

    def task(self, uid, title, *more):
        self.component('todo', 'VTODO', uid, f'SUMMARY:{title}', 'DUE;VALUE=DATE:20261210', *more)

    def find(self, folder, text):
        found = [p for p in self.all(folder) if text in unfolded(p)]
        if len(found) != 1:
            raise AssertionError(f'{len(found)} files in {folder} have {text}')
        return found[0]

    def edit(self, folder, text, before, after):
        path = self.find(folder, text)
        whole = unfolded(path)
        if before not in whole:
            raise AssertionError(f'no {before} in {path}')
        self.write(folder, os.path.basename(path), *whole.replace(before, after, 1).split('\r\n')[:-1])

    def add_line(self, folder, text, line):
        end = {'people': 'END:VCARD', 'dates': 'END:VEVENT', 'todo': 'END:VTODO'}[folder]
        self.edit(folder, text, end, f'{line}\r\n{end}')

    def remove(self, folder, *texts):
        for text in texts:
            os.unlink(self.find(folder, text))

    def rename(self, folder, text, name):
        os.rename(self.find(folder, text), f'{self.files}/{folder}/{name}')

    def all(self, folder):
        return sorted(glob.glob(f'{self.files}/{folder}/*.*'))

    # --- what kill_outlook.py adds

    picture = ''  # a JPEG in base64

    def outlook(self, *commands):
        raise NotImplementedError

    def run(self, *arguments, codes=(0,)):
        """The program itself, undisturbed."""
        raise NotImplementedError

    def put_state(self, kept):
        """Puts the program's data of another start in the place of its own."""
        raise NotImplementedError

    def last_run(self):
        """The number of the last run of Contacts."""
        raise NotImplementedError


@dataclass
class Scenario:
    name: str
    act: Callable
    start: str = 'base'  # 'empty' (linked, never synced), 'base' (in step), 'saved' (and with a backup), 'worked', 'deleted' (after such a run)
    link: str = 'Contacts'  # of the last runs, and of the disturbed one; '' is all
    command: Tuple[str, ...] = ()  # the disturbed one, if it is no sync; LAST: the last run, BACKUP: the newest backup
    codes: Tuple[int, ...] = (0,)  # with which it may end undisturbed
    ends: Tuple[int, ...] = (0,)  # with which the runs after it end
    expect: Optional[Tuple[int, int]] = None  # how many items are in Outlook and in files then
    check: Optional[Callable] = None  # of the sides, then

    @property
    def sync(self):
        return ('sync', '--json', *([self.link] if self.link else []))


scenarios = []


def scenario(name, **options):
    def register(act):
        scenarios.append(Scenario(name, act, **options))
        return act
    return register


# --- the sides that the scenarios begin with: three contacts, events and two tasks of Outlook, and two, one and one of files -----------------

def fill_outlook(s):
    s.outlook(*(('import', 'default', folder, rf'{FIRST}\{folder}.json') for folder in FOLDERS))


def fill_files(s):
    s.person('grace-1', 'Grace', 'Holm', 'X-KEPT:by the file')
    s.person('ines-1', 'Ines', 'Ito')
    s.event('date-1', 'A file event', 12, 'X-KEPT:by the file')
    s.task('todo-1', 'A file task', 'X-KEPT:by the file')


def work(s):
    """An edit of each kind on each side."""
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.set('Calendar', EVENT, LOCATION, 'Room 9')
    s.set('Tasks', TASK, '0037001F', 'Buy oat milk')
    s.edit('people', 'FN:Grace Holm', 'grace@example.org', 'grace@holm.example')
    s.edit('dates', 'SUMMARY:A file event', 'DTSTART:20261212T090000Z', 'DTSTART:20261212T093000Z')
    s.edit('todo', 'SUMMARY:A file task', 'SUMMARY:A file task', 'SUMMARY:A file task, renamed')


def remove_some(s):
    s.delete('Contacts', CONTACT)
    s.delete('Calendar', 'A file event')
    s.delete('Tasks', TASK)
    s.remove('people', 'FN:Grace Holm')
    s.remove('dates', f'SUMMARY:{EVENT}')


# --- case 1: a state file lost or old ---------------------------------------------------------------------------------------------------------

@scenario('case-1/initial-upload', start='empty', expect=(3, 3))
def _(s):
    fill_outlook(s)


@scenario('case-1/initial-download', start='empty', link='', expect=(2, 2))
def _(s):
    fill_files(s)


@scenario('case-1/state-file-lost', start='worked', link='', expect=(5, 5))
def _(s):
    s.put_state('empty')


@scenario('case-1/state-file-lost-before-edits', expect=(5, 5))
def _(s):
    s.put_state('empty')
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.add_line('people', 'FN:Ines Ito', 'NOTE:not yet synced')


@scenario('case-1/state-file-older', expect=(6, 6))
def _(s):
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.person('since-1', 'Sina', 'Ceto')
    s.run('sync')
    s.put_state('base')
    s.run('state', 'restore')


# --- case 2: what came a moment ago is edited before the next listing ------------------------------------------------------------------------

@scenario('case-2/just-created-and-edited-at-once', expect=(7, 7))
def _(s):
    s.person('new-1', 'Nora', 'Neu')
    s.outlook_person('Otto', 'Neu', 'otto@example.org')
    s.run('sync')
    s.set('Contacts', 'Nora Neu', MOBILE, '+49 170 3')
    s.add_line('people', 'FN:Otto Neu', 'TITLE:Baker')


# --- case 3: the first sync --------------------------------------------------------------------------------------------------------------------

@scenario('case-3/both-different', start='empty', link='', expect=(5, 5))
def _(s):
    fill_outlook(s)
    fill_files(s)


@scenario('case-3/both-the-same', start='base', link='Calendar', expect=(4, 4))
def _(s):
    s.put_state('empty')


@scenario('case-3/both-the-same-but-for-a-field', link='Tasks', expect=(3, 3))
def _(s):
    s.put_state('empty')
    s.set('Tasks', TASK, NOTE, 'from Outlook')
    s.add_line('todo', 'SUMMARY:A file task', 'PRIORITY:1')


def strangers(s):
    s.outlook(('import', 'default', 'Contacts', rf'{FIRST}\twelve.json'))
    s.people(12, 'Other')


@scenario('case-3/wrong-folder-is-held', start='empty', codes=(8,), ends=(8,), expect=(12, 12))
def _(s):
    strangers(s)


@scenario('case-3/wrong-folder-is-released', start='empty', command=('sync', '--json', 'Contacts', '--release'), expect=(24, 24))
def _(s):
    strangers(s)
    s.run('sync', 'Contacts', codes=(8,))


# --- case 4: many deletes -----------------------------------------------------------------------------------------------------------------------

def twelve_gone_of_fifteen(s):
    s.people(10)
    s.run('sync', 'Contacts')
    s.delete('Contacts', 'Grace Holm', 'Ines Ito', *(f'Extra{i} Person{i}' for i in range(10)))


@scenario('case-4/many-deletes-are-held', codes=(8,), ends=(8,), expect=(3, 15))
def _(s):
    twelve_gone_of_fifteen(s)
    s.set('Contacts', CONTACT, MOBILE, 'the rest goes on')


@scenario('case-4/held-deletes-are-released', command=('sync', '--json', 'Contacts', '--release'), expect=(3, 3))
def _(s):
    twelve_gone_of_fifteen(s)
    s.run('sync', 'Contacts', codes=(8,))


@scenario('case-4/refused-items-come-back', expect=(15, 15))
def _(s):
    twelve_gone_of_fifteen(s)
    s.run('sync', 'Contacts', codes=(8,))
    s.run('held', '--refuse', 'Contacts')


@scenario('case-4/many-files-gone', codes=(8,), ends=(8,), expect=(15, 3))
def _(s):
    s.people(10)
    s.run('sync', 'Contacts')
    s.remove('people', 'FN:Grace Holm', 'FN:Ines Ito', *(f'FN:Extra{i} ' for i in range(10)))


# --- cases 5 and 6: a side that is empty, or another one -----------------------------------------------------------------------------------------

def contacts(s):
    return [line.split('\t')[2] for line in s.outlook(('list', 'default', 'Contacts')).splitlines()]


@scenario('case-5/outlook-suddenly-empty', codes=(8,), ends=(8,), expect=(0, 5))
def _(s):
    s.delete('Contacts', *contacts(s))


def all_come_back(s):
    """Outlook gives what is moved back new ids."""
    gone = contacts(s)
    s.delete('Contacts', *gone)
    s.run('sync', 'Contacts', codes=(8,))
    for name in gone:
        s.move(name, 'Deleted Items', 'Contacts')


@scenario('case-5/items-come-back', codes=(8,), ends=(8,), expect=(5, 5))
def _(s):
    all_come_back(s)


@scenario('case-5/items-come-back-and-are-released', command=('sync', '--json', 'Contacts', '--release'), expect=(5, 5))
def _(s):
    all_come_back(s)


@scenario('case-6/folder-filled-with-others', codes=(8,), ends=(8,), expect=(2, 5))
def _(s):
    s.delete('Contacts', *contacts(s))
    s.outlook_person('Otto', 'Neu', 'otto@example.org')
    s.outlook_person('Olga', 'Neu', 'olga@example.org')


# --- case 7: what cannot be read --------------------------------------------------------------------------------------------------------------------

@scenario('case-7/unreadable-file-among-edits', codes=(1,), ends=(0, 1), expect=(6, 6))
def _(s):
    s.write('people', os.path.basename(s.find('people', 'FN:Ines Ito')), 'BEGIN:VCARD', 'this is none')
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.person('new-1', 'Nora', 'Neu')


@scenario('case-7/unreadable-file-is-mended', expect=(5, 5))
def _(s):
    name = os.path.basename(s.find('people', 'FN:Ines Ito'))
    whole = unfolded(s.find('people', 'FN:Ines Ito'))
    s.write('people', name, 'BEGIN:VCARD', 'this is none')
    s.run('sync', 'Contacts', codes=(1,))
    s.write('people', name, *whole.replace('Ines', 'Inês').split('\r\n')[:-1])


# --- case 8: copies that carry the marks of the original ---------------------------------------------------------------------------------------------

@scenario('case-8/copy-with-the-marks-of-another', expect=(6, 6))
def _(s):
    s.outlook(('copy', 'default', 'Contacts', CONTACT, 'default', 'Contacts'))


@scenario('case-8/moved-out-and-back', link='Tasks', expect=(3, 3))
def _(s):
    s.outlook(('mkfolder', 'default', 'Elsewhere', 'IPF.Task'))
    s.move(TASK, 'Tasks', 'Elsewhere')
    s.move(TASK, 'Elsewhere', 'Tasks')


@scenario('case-8/moved-out-synced-and-back', link='Tasks', expect=(3, 3))
def _(s):
    s.outlook(('mkfolder', 'default', 'Elsewhere', 'IPF.Task'))
    s.move(TASK, 'Tasks', 'Elsewhere')
    s.run('sync', 'Tasks')
    s.move(TASK, 'Elsewhere', 'Tasks')


@scenario('case-8/renamed-file', expect=(5, 5))
def _(s):
    s.rename('people', 'FN:Grace Holm', 'another-name.vcf')


# --- case 9: one item by two ways ---------------------------------------------------------------------------------------------------------------------

@scenario('case-9/same-event-on-both-sides', link='Calendar', expect=(4, 4))
def _(s):
    s.put_state('empty')
    s.rename('dates', 'SUMMARY:A file event', 'by-mail.ics')
    s.set('Calendar', 'A file event', LOCATION, 'by mail')
    s.add_line('dates', 'SUMMARY:A file event', 'DESCRIPTION:by sync')


@scenario('case-9/same-person-by-another-uid', start='empty', expect=(2, 2))
def _(s):
    s.outlook_person('Grace', 'Holm', 'Grace@Example.org')
    s.outlook_person('Ines', 'Ito', 'ines@example.org')
    s.person('else-1', 'Grace', 'Holm', 'NOTE:theirs')
    s.person('else-2', 'Ines', 'Ito')


def doubtful(s):
    s.outlook_person('Jane', 'Doe')
    s.person('jane-1', 'Jane', 'Doe', 'TITLE:theirs', email=False)


@scenario('case-9/doubtful-pair-waits', expect=(7, 7))
def _(s):
    doubtful(s)
    s.person('new-1', 'Nora', 'Neu')


@scenario('case-9/doubtful-pair-is-the-same', expect=(6, 6))
def _(s):
    doubtful(s)
    s.run('sync', 'Contacts')
    s.run('review', 'Contacts', '1', 'same')


@scenario('case-9/doubtful-pair-is-two', expect=(7, 7))
def _(s):
    doubtful(s)
    s.run('sync', 'Contacts')
    s.run('review', 'Contacts', '1', 'different')


# --- case 10: new items ---------------------------------------------------------------------------------------------------------------------------------

@scenario('case-10/new-on-both-sides', expect=(9, 9))
def _(s):
    s.people(2)
    s.outlook_person('Otto', 'Neu', 'otto@example.org')
    s.outlook_person('Olga', 'Neu', 'olga@example.org')


# --- cases 11 and 12: meetings ----------------------------------------------------------------------------------------------------------------------------

MEETING = ('ORGANIZER;CN=Alice:mailto:alice@example.org', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org',
           'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org')


@scenario('case-11/meeting-is-edited', link='Calendar', expect=(5, 5))
def _(s):
    s.event('meeting', 'Meeting', 14, *MEETING)
    s.run('sync', 'Calendar')
    s.set('Calendar', 'Meeting', LOCATION, 'Room 2')
    s.edit('dates', 'SUMMARY:Meeting', 'DTSTART:20261214T090000Z', 'DTSTART:20261214T093000Z')


@scenario('case-12/meeting-of-another-is-answered', link='Calendar', expect=(5, 5))
def _(s):
    s.event('meeting', 'Meeting', 14, *(line.replace('alice', 'carol') for line in MEETING))
    s.run('sync', 'Calendar')
    s.edit('dates', 'SUMMARY:Meeting', 'NEEDS-ACTION', 'ACCEPTED')
    s.set('Calendar', 'Meeting', NOTE, 'our own note')


# --- cases 13 and 14: rewriting ----------------------------------------------------------------------------------------------------------------------------

@scenario('case-13/item-in-a-loop-is-frozen', codes=(8,), ends=(0, 8), expect=(5, 5))
def _(s):
    for i in range(6):
        s.edit('people', 'FN:Ines Ito', 'EMAIL', f'X-{i}:1\r\nEMAIL')
        s.edit('people', 'FN:Ines Ito', '@example.org' if i % 2 == 0 else '@ito.example', '@ito.example' if i % 2 == 0 else '@example.org')
        if i < 5:
            s.run('sync', 'Contacts')
    s.set('Contacts', CONTACT, MOBILE, 'goes on')


@scenario('case-14/all-touched', expect=(5, 5))
def _(s):
    for name in contacts(s):
        s.set('Contacts', name, '3A1A001F', '+49 30 1')
        s.outlook(('unset', 'default', 'Contacts', name, '3A1A001F'))
    for path in s.all('people'):
        os.utime(path, (1, 1))
    s.set('Contacts', CONTACT, MOBILE, 'the one that was edited')


# --- case 24: long ago and far ahead --------------------------------------------------------------------------------------------------------------------------

@scenario('case-24/window-and-far-away-events', link='Calendar', expect=(6, 8))
def _(s):
    s.run('link', 'set', 'Calendar', '--past', '3650d', '--future', '3650d')
    s.event('old', 'Long ago', 3, month='197005')
    s.event('far', 'Far ahead', 3, month='209905')
    s.event('near', 'Soon', 3)
    s.run('sync', 'Calendar')
    s.add_line('dates', 'SUMMARY:Soon', 'LOCATION:still there')
    s.event('near-too', 'Soon too', 4)


@scenario('case-24/window-is-widened', link='Calendar', expect=(6, 6))
def _(s):
    s.run('link', 'set', 'Calendar', '--past', '3650d', '--future', '3650d')
    s.event('old', 'Long ago', 3, month='197005')
    s.event('far', 'Far ahead', 3, month='209905')
    s.run('sync', 'Calendar')
    s.run('link', 'set', 'Calendar', '--past', 'all', '--future', 'all')


# --- edits, conflicts, deletes -----------------------------------------------------------------------------------------------------------------------------------

@scenario('edits-of-everything', link='')
def _(s):
    work(s)


@scenario('edits-of-the-same-items')
def _(s):
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.add_line('people', f'FN:{CONTACT}', 'TITLE:Director')
    s.set('Contacts', 'Ines Ito', TITLE, 'Baker')
    s.edit('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')


def conflicts(s):
    s.set('Contacts', 'Grace Holm', NOTE, 'from Outlook')
    s.set('Tasks', TASK, NOTE, 'from Outlook')
    s.add_line('people', 'FN:Grace Holm', 'NOTE:from the file')
    s.add_line('todo', f'SUMMARY:{TASK}', 'DESCRIPTION:from the file')


@scenario('conflict/newest-wins', link='')
def _(s):
    conflicts(s)


@scenario('conflict/outlook-wins', link='')
def _(s):
    for link in ('Contacts', 'Tasks'):
        s.run('link', 'set', link, '--policy', 'left')
    conflicts(s)


@scenario('conflict/is-asked', link='Tasks', codes=(8,), ends=(8,))
def _(s):
    s.run('link', 'set', 'Tasks', '--policy', 'ask')
    conflicts(s)


@scenario('deletes-on-both-sides', link='')
def _(s):
    remove_some(s)


@scenario('edit-beats-delete', link='')
def _(s):
    s.delete('Contacts', CONTACT)
    s.edit('people', f'FN:{CONTACT}', 'BDAY:1975-04-09', 'BDAY:1975-04-10')
    s.set('Tasks', TASK, NOTE, 'needed after all')
    s.remove('todo', f'SUMMARY:{TASK}')


@scenario('everything-at-once', link='')
def _(s):
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.delete('Tasks', TASK)
    s.person('new-1', 'Nora', 'Neu')
    s.event('new-2', 'Brand new', 20)
    s.edit('dates', 'SUMMARY:A file event', 'SUMMARY:A file event', 'SUMMARY:A file event, moved')
    s.remove('people', 'FN:Grace Holm')


# --- what is more than properties ---------------------------------------------------------------------------------------------------------------------------------

@scenario('photos/new-and-changed')
def _(s):
    s.outlook(('attach', 'default', 'Contacts', CONTACT, 'ContactPicture.jpg', rf'{FIRST}\one.jpg', 'photo'))
    s.add_line('people', 'FN:Ines Ito', f'PHOTO;ENCODING=b;TYPE=JPEG:{s.picture}')
    s.run('sync', 'Contacts')
    s.outlook(('attach', 'default', 'Contacts', CONTACT, 'ContactPicture.jpg', rf'{FIRST}\two.jpg', 'photo'))
    s.edit('people', 'FN:Ines Ito', 'PHOTO', 'X-NO-PHOTO')


SEVERAL = ('NOTE:one', 'NOTE:two', 'NICKNAME:Bo,Bobby')  # Outlook has one text for the notes, and one nickname


def outlook_has(s, name, **texts):
    items = json.loads(s.outlook(('dump', 'default', 'Contacts', '--subject', name)))
    found = {key: items[0]['properties'].get(f'{key[1:]}001F') for key in texts}
    if len(items) != 1 or found != texts:
        raise AssertionError(f'{name} has {found} in Outlook, not {texts}')


def file_has(s, name, *lines):
    found = sorted(line for line in unfolded(s.find('people', f'FN:{name}')).split('\r\n') if line.startswith(('NOTE', 'NICKNAME')))
    if found != sorted(lines):
        raise AssertionError(f'{name} has {found} in its file, not {lines}')


def first_text_is_edited(s):
    outlook_has(s, 'Uno Due', _1000='uno\r\n\r\ntwo', _3A4F='Bo, Bobby, Bert')
    file_has(s, 'Uno Due', 'NOTE:uno', 'NOTE:two', 'NICKNAME:Bo,Bobby,Bert')


@scenario('texts/one-of-several-is-edited', expect=(6, 6), check=first_text_is_edited)
def _(s):
    s.person('uno-1', 'Uno', 'Due', *SEVERAL)
    s.run('sync', 'Contacts')
    s.edit('people', 'FN:Uno Due', 'NOTE:one', 'NOTE:uno')
    s.edit('people', 'FN:Uno Due', 'NICKNAME:Bo,Bobby', 'NICKNAME:Bo,Bobby,Bert')
    s.set('Contacts', 'Uno Due', MOBILE, '+49 170 1')


def whole_text_is_edited(s):
    outlook_has(s, 'Uno Due', _1000='one\r\n\r\ntwo, edited', _3A4F='Bo')
    file_has(s, 'Uno Due', r'NOTE:one\n\ntwo\, edited', 'NICKNAME:Bo')


@scenario('texts/all-of-them-are-edited-in-outlook', expect=(6, 6), check=whole_text_is_edited)
def _(s):
    s.person('uno-1', 'Uno', 'Due', *SEVERAL)
    s.run('sync', 'Contacts')
    s.edit_in_outlook('Contacts', 'Uno Due', {NOTE: 'one\r\n\r\ntwo, edited', '3A4F001F': 'Bo'})
    s.add_line('people', 'FN:Uno Due', 'TITLE:Baker')


@scenario('lists/members-come-and-go', expect=(6, 6))
def _(s):
    s.write('people', 'list.vcf', 'BEGIN:VCARD', 'VERSION:3.0', 'UID:list-1', 'FN:Team', 'N:Team;;;;', 'X-ADDRESSBOOKSERVER-KIND:group',
            'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:grace-1', 'END:VCARD')
    s.run('sync', 'Contacts')
    s.add_line('people', 'FN:Team', 'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ines-1')
    s.edit('people', 'FN:Grace Holm', 'grace@example.org', 'grace@holm.example')


SERIES = ('RRULE:FREQ=WEEKLY;COUNT=8', 'EXDATE:20261208T090000Z')


@scenario('events/series-and-edits', link='Calendar', expect=(6, 6))
def _(s):
    s.event('series', 'Weekly', 1, *SERIES)
    s.event('gone', 'Not any more', 4)
    s.run('sync', 'Calendar')
    s.set('Calendar', 'Weekly', LOCATION, 'Room 9')
    s.edit('dates', 'SUMMARY:Weekly', 'EXDATE:20261208T090000Z', 'EXDATE:20261208T090000Z,20261215T090000Z')
    s.remove('dates', 'SUMMARY:Not any more')
    s.event('new', 'New', 5)


@scenario('tasks/done-on-one-side', link='Tasks', expect=(4, 4))
def _(s):
    s.add_line('todo', 'SUMMARY:A file task', 'STATUS:COMPLETED\r\nCOMPLETED:20261120T100000Z\r\nPERCENT-COMPLETE:100')
    s.set('Tasks', TASK, NOTE, 'more of it')
    s.task('new', 'New')


# --- one way -------------------------------------------------------------------------------------------------------------------------------------------------------

@scenario('one-way/edits-and-deletes', expect=(5, 6))
def _(s):
    s.run('link', 'set', 'Contacts', '--direction', 'left-to-right')
    s.run('sync', 'Contacts')
    s.set('Contacts', CONTACT, MOBILE, 'goes over')
    s.edit('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')
    s.person('theirs-1', 'Thea', 'Irs')
    s.outlook_person('Otto', 'Neu', 'otto@example.org')
    s.delete('Contacts', 'Grace Holm')


@scenario('one-way/back', expect=(6, 6))
def _(s):
    s.run('link', 'set', 'Contacts', '--direction', 'right-to-left')
    s.run('sync', 'Contacts')
    s.edit('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')
    s.person('new-1', 'Nora', 'Neu')
    s.set('Contacts', CONTACT, MOBILE, 'stays here')


# --- undo, repair, restore, preview -----------------------------------------------------------------------------------------------------------------------------------

@scenario('undo/edits', start='worked', command=('undo', 'LAST'))
def _(_s):
    pass


@scenario('undo/creates', command=('undo', 'LAST'))
def _(_s):
    pass


@scenario('undo/deletes', start='deleted', command=('undo', 'LAST'))
def _(_s):
    pass


@scenario('undo/of-an-undo', start='worked', command=('undo', 'LAST'))
def _(s):
    s.run('undo', s.last_run())


@scenario('undo/after-later-edits', start='worked', command=('undo', 'LAST'), codes=(0, 1))
def _(s):
    s.set('Contacts', CONTACT, BUSINESS, '+49 30 1')
    s.edit('people', 'FN:Grace Holm', 'grace@holm.example', 'grace@holm.test')


REPAIR = ('repair', 'Contacts', '--yes', '--right-is')


def apart(s):
    """Contacts that differ in every way."""
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.delete('Contacts', 'Grace Holm')
    s.outlook(('copy', 'default', 'Contacts', CONTACT, 'default', 'Contacts'))
    s.person('new-1', 'Nora', 'Neu')
    s.edit('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')


@scenario('repair/files-are-right', command=(*REPAIR, 'files'))
def _(s):
    apart(s)


@scenario('repair/outlook-is-right', command=(*REPAIR, 'outlook'))
def _(s):
    apart(s)


@scenario('restore-after-deletes', start='saved', command=('restore', 'BACKUP'))
def _(s):
    s.delete('Contacts', CONTACT, 'Grace Holm')
    s.edit('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')
    s.run('sync')


@scenario('preview', command=('sync', '--json', '--preview', 'Contacts'))
def _(s):
    s.set('Contacts', CONTACT, MOBILE, '+49 170 1')
    s.remove('people', 'FN:Grace Holm')
    s.person('new-1', 'Nora', 'Neu')
