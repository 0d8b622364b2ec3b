"""The scenarios of kill.test: what is on the two sides, and in the state file, when the program is killed.

`case-N/...` is the case of client/sync/README.md ("Cases other tools lost data by") that the scenario comes from.
"""
import glob
import os
import shutil
from dataclasses import dataclass
from typing import Callable, Optional, Tuple

IGNORED = ('REV', 'PRODID', 'VERSION', 'DTSTAMP', 'LAST-MODIFIED', 'CREATED')


def card(uid, name, **fields):
    lines = ['BEGIN:VCARD', 'VERSION:3.0', f'UID:{uid}', f'FN:{name}', f'N:{name};;;;']
    lines += [f'{key.upper()}:{value}' for key, value in fields.items()]
    return '\r\n'.join(lines + ['END:VCARD', ''])


def calendar(uid, kind, *lines):
    return '\r\n'.join(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//', f'BEGIN:{kind}', f'UID:{uid}',
                        'DTSTAMP:20261101T100000Z', *lines, f'END:{kind}', 'END:VCALENDAR', ''])


def event(uid, title, day, *lines, month='202612'):
    return calendar(uid, 'VEVENT', f'SUMMARY:{title}', f'DTSTART:{month}{day:02}T090000Z', f'DTEND:{month}{day:02}T100000Z',
                    *lines)


def task(uid, title, *lines):
    return calendar(uid, 'VTODO', f'SUMMARY:{title}', 'DUE;VALUE=DATE:20261210', *lines)


def read(path):
    with open(path, encoding='utf-8', newline='') as file:
        return file.read().replace('\r\n ', '')


def items(folder):
    return sorted(glob.glob(os.path.join(folder, '*.vcf')) + glob.glob(os.path.join(folder, '*.ics')))


class Sides:
    """Two folders and what other programs do in them. kill.test adds the program itself."""

    def __init__(self, left, right):
        self.left, self.right = left, right

    def put(self, folder, name, text):
        """As another program would: a new file in the place of the old."""
        path = os.path.join(folder, name)
        with open(path + '.tmp', 'w', encoding='utf-8', newline='') as out:
            out.write(text)
        os.rename(path + '.tmp', path)

    def add(self, folder, count, stem, **fields):
        for i in range(count):
            self.put(folder, f'{stem}{i}.vcf', card(f'{stem}-{i}', f'New {stem} {i}', **fields))

    def find(self, folder, uid):
        for path in items(folder):
            if f'UID:{uid}\r' in read(path):
                return path
        raise AssertionError(f'no {uid} in {folder}')

    def edit(self, folder, uid, key, value):
        """Replaces a property of the (last) component, or adds it before its end."""
        path = self.find(folder, uid)
        lines = read(path).split('\r\n')
        kept = [line for line in lines if line.split(':')[0].split(';')[0] != key]
        at = max(i for i, line in enumerate(kept) if line in ('END:VCARD', 'END:VEVENT', 'END:VTODO'))
        self.put(folder, os.path.basename(path), '\r\n'.join([*kept[:at], f'{key}:{value}', *kept[at:]]))

    def remove(self, folder, uid):
        os.unlink(self.find(folder, uid))

    def content(self, uids=True):
        """Everything on both sides, whatever the files are called and the order of lines is."""
        ignored = IGNORED + (() if uids else ('UID',))
        return tuple(sorted('\n'.join(sorted(line for line in read(path).split('\r\n') if line and not line.startswith(ignored)))
                            for path in items(folder)) for folder in (self.left, self.right))


@dataclass
class Scenario:
    name: str
    act: Callable
    before: int = 3  # how many contacts both sides hold, in step, when it begins
    link: str = 'people'  # kill.test makes them
    command: Tuple[str, ...] = ('sync', '--json')  # what is killed; LAST: the number of the last run
    codes: Tuple[int, ...] = (0,)  # with which it may end undisturbed
    ends: Tuple[int, ...] = (0,)  # with which the syncs after it end
    syncs: int = 1  # how many of those until nothing is left to do
    uids: bool = True  # they are the same in every run
    most: int = 10 ** 9  # kills of each kind, where all would take too long
    expect: Optional[Callable] = None  # is the undisturbed end what it should be?

    @property
    def kind(self):
        return self.link if self.link in ('dates', 'todo') else 'people'


scenarios = []


def scenario(name, **options):
    def register(act):
        scenarios.append(Scenario(name, act, **options))
        return act
    return register


def counts(left, right):
    def check(sides):
        found = len(items(sides.left)), len(items(sides.right))
        assert found == (left, right), f'undisturbed it ends with {found[0]} and {found[1]} items, not {left} and {right}'
    return check


# --- case 1: a state file lost or old -------------------------------------------------------------------------------------

@scenario('case-1/initial-upload', before=0, expect=counts(4, 4))
def _(s):
    s.add(s.left, 4, 'n', email='e@example.test')


@scenario('case-1/initial-download', before=0, expect=counts(4, 4))
def _(s):
    s.add(s.right, 4, 'n', note='from the server')


@scenario('case-1/state-file-lost', before=5, expect=counts(5, 5))
def _(s):
    s.edit(s.left, 'base-1', 'NOTE', 'edited and not yet synced')
    s.lose_state('empty-people')


@scenario('case-1/state-file-older', before=4, expect=counts(5, 5))
def _(s):
    s.keep('before')
    s.edit(s.left, 'base-0', 'NOTE', 'since the copy')
    s.add(s.right, 1, 'since')
    s.run('sync')
    s.lose_state('before')
    s.run('state', 'restore')


@scenario('case-1/state-being-restored', before=4, command=('state', 'restore'), expect=counts(4, 4))
def _(s):
    s.run('sync')
    s.edit(s.left, 'base-0', 'NOTE', 'not yet synced')


# --- case 2: a listing that is late or starts anew --------------------------------------------------------------------------

@scenario('case-2/server-forgets-the-token', before=5, expect=counts(5, 5))
def _(s):
    shutil.rmtree(os.path.join(s.right, '.Radicale.cache', 'sync-token'))
    s.edit(s.right, 'base-0', 'NOTE', 'found by a full listing')
    s.remove(s.right, 'base-1')
    s.add(s.left, 1, 'l')


# --- case 3: the first sync -------------------------------------------------------------------------------------------------

@scenario('case-3/both-different', before=0, expect=counts(4, 4))
def _(s):
    s.add(s.left, 2, 'l')
    s.add(s.right, 2, 'r')


@scenario('case-3/both-the-same', before=0, expect=counts(3, 3))
def _(s):
    for folder in (s.left, s.right):
        s.add(folder, 3, 'n')


@scenario('case-3/both-the-same-but-for-a-field', before=0, expect=counts(3, 3))
def _(s):
    s.add(s.left, 3, 'n', email='left@example.test')
    s.add(s.right, 3, 'n', note='right')


@scenario('case-3/more-than-one-batch', before=0, most=3, expect=counts(520, 520))
def _(s):
    s.add(s.right, 520, 'many')


@scenario('case-3/wrong-folder-is-held', before=0, codes=(8,), ends=(8,), expect=counts(12, 12))
def _(s):
    s.add(s.left, 12, 'mine', email='mine@example.test')
    s.add(s.right, 12, 'yours', email='yours@example.test')


@scenario('case-3/wrong-folder-is-released', before=0, command=('sync', '--json', '--release'), expect=counts(24, 24), most=30)
def _(s):
    s.add(s.left, 12, 'mine', email='mine@example.test')
    s.add(s.right, 12, 'yours', email='yours@example.test')
    s.run('sync', codes=(8,))


# --- case 4: many deletes ---------------------------------------------------------------------------------------------------

def lose(s, folder, count):
    for i in range(count):
        s.remove(folder, f'base-{i}')


@scenario('case-4/many-deletes-are-held', before=20, codes=(8,), ends=(8,), expect=counts(8, 20))
def _(s):
    lose(s, s.left, 12)
    s.edit(s.right, 'base-19', 'NOTE', 'the rest goes on')


@scenario('case-4/held-deletes-are-released', before=20, command=('sync', '--json', '--release'), expect=counts(8, 8))
def _(s):
    lose(s, s.left, 12)
    s.run('sync', codes=(8,))


@scenario('case-4/held-deletes-are-refused', before=14, command=('held', '--refuse', 'link'), expect=counts(14, 14))
def _(s):
    lose(s, s.left, 12)
    s.run('sync', codes=(8,))


@scenario('case-4/refused-items-come-back', before=14, expect=counts(14, 14))
def _(s):
    lose(s, s.left, 12)
    s.run('sync', codes=(8,))
    s.run('held', '--refuse', 'link')


# --- cases 5 and 6: a side that is empty, or another one ----------------------------------------------------------------------

@scenario('case-5/side-suddenly-empty', before=4, codes=(8,), ends=(8,), expect=counts(0, 4))
def _(s):
    lose(s, s.left, 4)


@scenario('case-5/items-come-back', before=4, expect=counts(5, 5))
def _(s):
    s.keep('full')
    lose(s, s.left, 4)
    s.run('sync', codes=(8,))
    s.bring_back_left('full')
    s.add(s.right, 1, 'r')


@scenario('case-6/folder-made-again-with-others', before=3, codes=(8,), ends=(8,), expect=counts(2, 3))
def _(s):
    lose(s, s.left, 3)
    s.add(s.left, 2, 'stranger')


# --- case 7: what cannot be read ----------------------------------------------------------------------------------------------

@scenario('case-7/unreadable-item-among-edits', codes=(1,), ends=(0, 1), expect=counts(4, 4))
def _(s):
    s.put(s.left, os.path.basename(s.find(s.left, 'base-0')), 'BEGIN:VCARD\r\nthis is none\r\n')
    s.edit(s.left, 'base-1', 'NOTE', 'left')
    s.add(s.right, 1, 'r')


@scenario('case-7/unreadable-item-is-mended', expect=counts(3, 3))
def _(s):
    name = os.path.basename(s.find(s.left, 'base-0'))
    s.put(s.left, name, 'BEGIN:VCARD\r\nthis is none\r\n')
    s.run('sync', codes=(1,))
    s.put(s.left, name, card('base-0', 'Mended', email='base@example.test'))


# --- case 8: copies that carry the id of the original ---------------------------------------------------------------------------

@scenario('case-8/copy-with-the-uid-of-another', uids=False, expect=counts(4, 4))
def _(s):
    s.put(s.left, 'a copy.vcf', card('base-0', 'A copy of it'))


# The engine takes it for another item, which gets a uid of its own while the old one is still on the server.
@scenario('case-8/renamed-file', uids=False, expect=counts(3, 3))
def _(s):
    os.rename(s.find(s.left, 'base-0'), os.path.join(s.left, 'another-name.vcf'))


# --- case 9: one item by two ways -----------------------------------------------------------------------------------------------

@scenario('case-9/same-event-on-both-sides', before=0, link='dates', expect=counts(2, 2))
def _(s):
    for i in range(2):
        s.put(s.left, f'e{i}.ics', event(f'e-{i}', f'Event {i}', 10 + i, 'LOCATION:by mail'))
        s.put(s.right, f'other-name-{i}.ics', event(f'e-{i}', f'Event {i}', 10 + i, 'DESCRIPTION:by sync'))


@scenario('case-9/same-content-by-another-uid', before=0, uids=False, expect=counts(3, 3))
def _(s):
    for i in range(3):
        s.put(s.left, f'l{i}.vcf', card(f'left-{i}', f'Person Number{i}', email=f'p{i}@example.test'))
        s.put(s.right, f'r{i}.vcf', card(f'right-{i}', f'Person Number{i}', email=f'P{i}@Example.test', note='theirs'))


@scenario('case-9/adopted-folders', before=0, uids=False, expect=counts(7, 7))
def _(s):
    for i in range(5):
        s.put(s.left, f'l{i}.vcf', card(f'{i}A2F-0', f'Person Number{i}', email=f'p{i}@example.test', tel=f'+49 30 12345{i}'))
        s.put(s.right, f'r{i}.vcf', card(f'{i}a2f-0', f'Person Number{i}', email=f'p{i}@example.test', tel=f'03012345{i}'))
    s.add(s.left, 1, 'only-here')
    s.add(s.right, 1, 'only-there')


@scenario('case-9/doubtful-pair-waits', before=2, expect=counts(4, 4))
def _(s):
    s.put(s.left, 'l.vcf', card('left', 'Jane Doe'))
    s.put(s.right, 'r.vcf', card('right', 'Jane Doe'))
    s.add(s.left, 1, 'l')


@scenario('case-9/doubtful-pair-is-the-same', before=2, uids=False, expect=counts(3, 3))
def _(s):
    s.put(s.left, 'l.vcf', card('left', 'Jane Doe', note='left'))
    s.put(s.right, 'r.vcf', card('right', 'Jane Doe', title='right'))
    s.run('sync')
    s.run('review', 'link', '1', 'same')


@scenario('case-9/doubtful-pair-is-two', before=2, expect=counts(4, 4))
def _(s):
    s.put(s.left, 'l.vcf', card('left', 'Jane Doe', note='left'))
    s.put(s.right, 'r.vcf', card('right', 'Jane Doe', title='right'))
    s.run('sync')
    s.run('review', 'link', '1', 'different')


# --- case 10: new items -----------------------------------------------------------------------------------------------------------

@scenario('case-10/new-on-both-sides', expect=counts(7, 7))
def _(s):
    s.add(s.left, 2, 'l')
    s.add(s.right, 2, 'r')


# --- cases 11 and 12: meetings ------------------------------------------------------------------------------------------------------

MEETING = ('ORGANIZER;CN=Alice:mailto:alice@example.test', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.test',
           'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.test')


def meeting_is_one(s):
    counts(1, 1)(s)
    assert os.path.exists(os.path.join(s.right, 'meeting.ics')), 'the meeting on the server is another one now'


@scenario('case-11/meeting-is-edited', before=0, link='dates', expect=meeting_is_one)
def _(s):
    s.put(s.right, 'meeting.ics', event('meeting', 'Meeting', 14, *MEETING))
    s.run('sync')
    s.edit(s.left, 'meeting', 'SUMMARY', 'Meeting, moved')
    s.edit(s.left, 'meeting', 'DTSTART', '20261214T093000Z')
    s.edit(s.right, 'meeting', 'LOCATION', 'Room 2')


@scenario('case-12/meeting-of-another-is-answered', before=0, link='dates', expect=meeting_is_one)
def _(s):
    s.put(s.right, 'meeting.ics', event('meeting', 'Meeting', 14, *(line.replace('alice', 'carol') for line in MEETING)))
    s.run('sync')
    path = s.find(s.right, 'meeting')
    s.put(s.right, 'meeting.ics', read(path).replace('NEEDS-ACTION', 'ACCEPTED'))
    s.edit(s.left, 'meeting', 'DESCRIPTION', 'our own note')


# --- cases 13 and 14: rewriting ---------------------------------------------------------------------------------------------------

@scenario('case-13/item-in-a-loop-is-frozen', codes=(8,), ends=(0, 8), expect=counts(3, 3))
def _(s):
    for i in range(6):
        s.edit(s.right, 'base-0', 'NOTE', f'form {i % 2}')
        if i < 5:
            s.run('sync')
    s.edit(s.left, 'base-1', 'NOTE', 'goes on')


@scenario('case-14/files-touched', before=5, expect=counts(5, 5))
def _(s):
    for path in items(s.left):
        os.utime(path, (1, 1))
    s.edit(s.left, 'base-2', 'NOTE', 'the one that was edited')


# --- case 24: long ago and far ahead -------------------------------------------------------------------------------------------------

@scenario('case-24/long-ago-and-far-ahead', before=0, link='dates', expect=counts(4, 4))
def _(s):
    s.put(s.left, 'old.ics', event('old', 'Long ago', 3, month='197005'))
    s.put(s.left, 'far.ics', event('far', 'Far ahead', 3, month='209905'))
    s.put(s.right, 'mid.ics', event('mid', 'Now', 3))
    s.run('sync')
    s.edit(s.right, 'old', 'LOCATION', 'still there')
    s.edit(s.left, 'far', 'LOCATION', 'already there')
    s.put(s.right, 'older.ics', event('older', 'Longer ago', 3, month='195005'))


# --- edits, conflicts, deletes ---------------------------------------------------------------------------------------------------------

@scenario('edits-left')
def _(s):
    for i in range(3):
        s.edit(s.left, f'base-{i}', 'NOTE', f'left {i}')


@scenario('edits-right')
def _(s):
    for i in range(3):
        s.edit(s.right, f'base-{i}', 'NOTE', f'right {i}')


@scenario('edits-both-sides-other-fields')
def _(s):
    for i in range(3):
        s.edit(s.left, f'base-{i}', 'NOTE', f'left {i}')
        s.edit(s.right, f'base-{i}', 'TITLE', f'right {i}')


def both_edit_notes(s):
    for i in range(3):
        s.edit(s.left, f'base-{i}', 'NOTE', f'left {i}')
        s.edit(s.right, f'base-{i}', 'NOTE', f'right {i}')


scenario('conflict/newest-wins')(both_edit_notes)
scenario('conflict/left-wins', link='left-wins')(both_edit_notes)


@scenario('deletes-both-sides', before=6, expect=counts(3, 3))
def _(s):
    s.remove(s.left, 'base-0')
    s.remove(s.right, 'base-1')
    s.remove(s.left, 'base-2')
    s.remove(s.right, 'base-2')


@scenario('edit-beats-delete', before=4, expect=counts(4, 4))
def _(s):
    s.remove(s.left, 'base-0')
    s.edit(s.right, 'base-0', 'NOTE', 'still needed')
    s.remove(s.right, 'base-1')
    s.edit(s.left, 'base-1', 'NOTE', 'needed here')


@scenario('everything-at-once', before=6, expect=counts(6, 6))
def _(s):
    s.add(s.left, 1, 'l')
    s.add(s.right, 1, 'r')
    s.edit(s.left, 'base-0', 'NOTE', 'left')
    s.edit(s.right, 'base-1', 'NOTE', 'right')
    s.remove(s.left, 'base-2')
    s.remove(s.right, 'base-3')


# --- events and tasks -----------------------------------------------------------------------------------------------------------------

SERIES = ('RRULE:FREQ=WEEKLY;COUNT=8', 'EXDATE:20261208T090000Z')


@scenario('events/series-and-edits', before=0, link='dates', expect=counts(4, 4))
def _(s):
    s.put(s.left, 'series.ics', event('series', 'Weekly', 1, *SERIES))
    s.put(s.right, 'single.ics', event('single', 'Once', 2))
    s.put(s.left, 'gone.ics', event('gone', 'Not any more', 4))
    s.run('sync')
    s.edit(s.right, 'series', 'LOCATION', 'Room 9')
    s.edit(s.left, 'series', 'SUMMARY', 'Weekly, renamed')
    s.edit(s.left, 'single', 'DTEND', '20261202T110000Z')
    s.remove(s.right, 'gone')
    s.put(s.left, 'new.ics', event('new', 'New', 5))
    s.put(s.right, 'day.ics', calendar('day', 'VEVENT', 'SUMMARY:All day', 'DTSTART;VALUE=DATE:20261224'))


@scenario('tasks/done-on-one-side', before=0, link='todo', expect=counts(4, 4))
def _(s):
    for i in range(3):
        s.put(s.left, f't{i}.ics', task(f't-{i}', f'Task {i}'))
    s.run('sync')
    s.edit(s.left, 't-0', 'STATUS', 'COMPLETED')
    s.edit(s.right, 't-1', 'PRIORITY', '1')
    s.edit(s.left, 't-1', 'DESCRIPTION', 'more of it')
    s.put(s.right, 'new.ics', task('new', 'New'))


# --- one-way and read-only ----------------------------------------------------------------------------------------------------------------

@scenario('one-way/initial', before=0, link='one-way', expect=counts(3, 4))
def _(s):
    s.add(s.left, 3, 'l')
    s.add(s.right, 1, 'theirs')


@scenario('one-way/edits-and-deletes', before=5, link='one-way', expect=counts(5, 5))
def _(s):
    s.edit(s.left, 'base-0', 'NOTE', 'goes over')
    s.edit(s.right, 'base-1', 'NOTE', 'stays there')
    s.remove(s.right, 'base-2')
    s.remove(s.left, 'base-3')
    s.add(s.left, 1, 'l')
    s.add(s.right, 1, 'theirs')


@scenario('one-way/back', before=0, link='one-way-back', expect=counts(4, 3))
def _(s):
    s.add(s.right, 3, 'r')
    s.run('sync')
    s.edit(s.right, 'r-0', 'NOTE', 'comes over')
    s.add(s.left, 1, 'ours')


@scenario('read-only/edits-wait', before=0, link='read-only', codes=(1,), ends=(0, 1), expect=counts(5, 4))
def _(s):
    s.add(s.right, 3, 'r')
    s.run('sync')
    s.edit(s.right, 'r-0', 'NOTE', 'comes over')
    s.edit(s.left, 'r-1', 'NOTE', 'waits')
    s.edit(s.left, 'r-0', 'TITLE', 'waits too')
    s.add(s.left, 1, 'l')
    s.add(s.right, 1, 'more')


# --- undo and preview -----------------------------------------------------------------------------------------------------------------------

def carry_edits_over(s):
    s.edit(s.left, 'base-0', 'NOTE', 'left')
    s.edit(s.right, 'base-1', 'NOTE', 'right')
    s.edit(s.right, 'base-0', 'TITLE', 'right')
    s.run('sync')


scenario('undo/edits', command=('undo', 'LAST'))(carry_edits_over)


@scenario('undo/creates', command=('undo', 'LAST'), expect=counts(4, 4))
def _(s):
    s.add(s.left, 1, 'l')
    s.add(s.right, 1, 'r')
    s.run('sync')


@scenario('undo/deletes', before=5, command=('undo', 'LAST'), expect=counts(5, 5))
def _(s):
    s.remove(s.left, 'base-0')
    s.remove(s.right, 'base-1')
    s.run('sync')


@scenario('undo/after-later-edits', command=('undo', 'LAST'), codes=(0, 1))
def _(s):
    carry_edits_over(s)
    s.edit(s.left, 'base-0', 'TEL', '+49 30 1')
    s.edit(s.right, 'base-1', 'NOTE', 'edited again')


@scenario('undo/of-an-undo', command=('undo', 'LAST'))
def _(s):
    carry_edits_over(s)
    s.run('undo', s.last_run())


@scenario('preview', before=5, command=('sync', '--json', '--preview'))
def _(s):
    s.edit(s.left, 'base-0', 'NOTE', 'left')
    s.remove(s.right, 'base-1')
    s.add(s.right, 1, 'r')
