"""kill_outlook.py DRIVE_C [SCENARIO...] - started by kill-outlook.test: faults and crashes at every MAPI call of a sync.

Outlook's contacts, calendar and tasks are linked with folders of files. Each scenario is a state of both sides; the program brings them in
step, and at one of its MAPI calls the emulated Outlook
  * fails with E_FAIL, or says MAPI_E_NOT_FOUND (which must never be taken for a deletion);
  * ends the process before the call acts, or after it has acted and before the answer arrives.
Then the next run must end where the undisturbed run did, on both sides and in Deleted Items: nothing lost, nothing multiplied (I1, I2, I5),
and one more writes nothing (I3). No wrong use of MAPI and no leak may be seen on the way.

By default the calls are sampled evenly (KILL_STEPS, default 2 of each kind in each scenario); KILL_EVERY=1 takes all.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import time
import zlib

ROOT = os.environ['LOCKSTEP_ROOT']
C = sys.argv[1]
LOCKSTEP, HOME, FILES = f'{C}/lockstep', f'{C}/home', f'{C}/files'
KEPT = os.path.join(os.environ['LOCKSTEP_SCRATCH'], 'kept')
STEPS = int(os.environ.get('KILL_STEPS', '2'))
EVERY = bool(os.environ.get('KILL_EVERY'))
CRASHED = 86  # tests/outlook/fault.c
INSIDE = os.environ.get('LOCKSTEP_OUTLOOK_MODE', 'inside') == 'inside'  # outlook.sh: else it is the host that ends, and the program says so
FAULTS = {'fails': '0x80004005', 'not-found': '0x8004010f', 'dies-before': 'crash', 'dies-after': 'crash-after'}
FOLDERS = {'Contacts': 'people', 'Calendar': 'dates', 'Tasks': 'todo'}


# --- running programs -----------------------------------------------------------------------------------------------------

class Run:
    """One run of lockstep-cli.exe; `fault` as in tests/outlook/README.md."""

    def __init__(self, *arguments, fault=None, calls=False):
        env = {**os.environ, 'LOCKSTEP_HOME': r'C:\home'}
        if fault:
            env['LOCKSTEP_OUTLOOK_FAULT'] = fault
        if calls:
            env['LOCKSTEP_OUTLOOK_CALLS'] = r'C:\calls'
        done = subprocess.run(['wine', 'lockstep-cli.exe', *arguments], env=env, cwd=LOCKSTEP, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=300)
        self.code = done.returncode
        self.out, self.err = (t.decode('utf-8', 'replace').replace('\r', '') for t in (done.stdout, done.stderr))

    def need(self, *codes):
        if self.code not in (codes or (0,)):
            raise AssertionError(f'ended with {self.code}: {self.err.strip()} {self.out.strip()[-600:]}')
        return self

    def wrote(self):
        return any(link['wrote'] for link in json.loads(self.out)['links'])


def sync(**options):
    return Run('sync', '--json', **options)


def outlook(*commands):
    """Outlook's user: commands of outlookctl, in one process."""
    text = ''.join('\t'.join(command) + '\n' for command in commands)
    done = subprocess.run(['wine', 'outlookctl.exe', 'batch'], input=text.encode(), cwd=LOCKSTEP, capture_output=True, timeout=120)
    if done.returncode:
        raise AssertionError(f'outlookctl: {done.stderr.decode()} in {text}')
    return done.stdout.decode('utf-8', 'replace')


# --- the two sides ----------------------------------------------------------------------------------------------------------

def write(folder, name, *lines):
    os.makedirs(f'{FILES}/{folder}', exist_ok=True)
    with open(f'{FILES}/{folder}/{name}', 'w', encoding='utf-8', newline='') as out:
        out.write('\r\n'.join([*lines, '']))


def person(uid, given, surname, *more):
    write('people', f'{uid}.vcf', 'BEGIN:VCARD', 'VERSION:3.0', f'UID:{uid}', f'FN:{given} {surname}', f'N:{surname};{given};;;',
          f'EMAIL:{given.lower()}@example.org', *more, 'END:VCARD')


def component(folder, kind, uid, *lines):
    write(folder, f'{uid}.ics', 'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//', f'BEGIN:{kind}', f'UID:{uid}',
          'DTSTAMP:20261101T100000Z', *lines, f'END:{kind}', 'END:VCALENDAR')


def event(uid, title, day, *more):
    component('dates', 'VEVENT', uid, f'SUMMARY:{title}', f'DTSTART:202612{day:02}T090000Z', f'DTEND:202612{day:02}T100000Z', *more)


def task(uid, title, *more):
    component('todo', 'VTODO', uid, f'SUMMARY:{title}', 'DUE;VALUE=DATE:20261210', *more)


def unfolded(path):
    with open(path, encoding='utf-8', newline='') as file:
        return file.read().replace('\r\n ', '')


def the_file(folder, text):
    found = [p for p in sorted(glob.glob(f'{FILES}/{folder}/*.*')) if text in unfolded(p)]
    if len(found) != 1:
        raise AssertionError(f'{len(found)} files in {folder} have {text}')
    return found[0]


def edit_file(folder, text, before, after):
    path = the_file(folder, text)
    whole = unfolded(path)
    if before not in whole:
        raise AssertionError(f'no {before} in {path}')
    write(folder, os.path.basename(path), *whole.replace(before, after, 1).split('\r\n')[:-1])


def content():
    """Everything on both sides but what is new in each run: uids and stamps made, times of writing, names of files."""
    decoder, text = json.JSONDecoder(), outlook(*([('dump', 'default', f, '--stable') for f in (*FOLDERS, 'Deleted Items')]))
    result, at = {}, 0
    for folder in (*FOLDERS, 'Deleted Items'):
        items, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        for item in items:
            for key in [k for k in item['properties'] if "'Stamp'" in k or "'Uid'" in k]:
                del item['properties'][key]
        result[f'Outlook {folder}'] = sorted(json.dumps(item, sort_keys=True) for item in items)
    volatile = ('UID', 'REV', 'PRODID', 'DTSTAMP', 'LAST-MODIFIED', 'CREATED', 'VERSION')
    for folder in FOLDERS.values():
        result[f'files {folder}'] = sorted('\n'.join(sorted(line for line in unfolded(p).split('\r\n') if line and not line.startswith(volatile)))
                                           for p in glob.glob(f'{FILES}/{folder}/*.*'))
    return result


def differences(got, want):
    lines = []
    for place, items in want.items():
        more, less = [list(x) for x in (got[place], items)]
        for item in list(less):
            if item in more:
                more.remove(item)
                less.remove(item)
        if more or less:
            lines.append(f'{place}: {len(got[place])} items, want {len(items)}')
            lines += [f'  - {item[:1500]!r}' for item in less] + [f'  + {item[:1500]!r}' for item in more]
    return '\n'.join(lines)


def copy_all(source, target):
    for path in (source, target):
        os.makedirs(path, exist_ok=True)
    for name in glob.glob(f'{target}/lockstep/mailbox.db*'):
        os.unlink(name)
    os.makedirs(f'{target}/lockstep', exist_ok=True)
    for name in glob.glob(f'{source}/lockstep/mailbox.db*'):
        shutil.copy2(name, f'{target}/lockstep')
    for name in ('home', 'files'):
        shutil.rmtree(f'{target}/{name}', ignore_errors=True)
        shutil.copytree(f'{source}/{name}', f'{target}/{name}')


def keep(name):
    copy_all(C, f'{KEPT}/{name}')


def restore(name):
    copy_all(f'{KEPT}/{name}', C)


# --- the scenarios -----------------------------------------------------------------------------------------------------------

scenarios = {}


def scenario(name, start, command=('sync', '--json')):
    """start: 'empty' (linked, never synced), 'base' (in step), 'saved' (and with a backup) or 'worked' (in step, the last run carried edits over)."""
    def register(act):
        scenarios[name] = (start, command, act)
        return act
    return register


@scenario('first-sync-both-ways', 'empty')
def first_sync():
    outlook(('import', 'default', 'Contacts', r'C:\items\contacts.json'), ('import', 'default', 'Calendar', r'C:\items\calendar.json'),
            ('import', 'default', 'Tasks', r'C:\items\tasks.json'))
    fill_files()


@scenario('first-sync-of-filled-sides', 'worked')
def adopted():
    shutil.rmtree(HOME)
    shutil.copytree(f'{KEPT}/empty/home', HOME)


@scenario('edits-on-both-sides', 'base')
def edits():
    outlook(*OUTLOOK_EDITS)
    file_edits()


@scenario('conflicts', 'base')
def conflicts():
    outlook(('set', 'default', 'Contacts', CONTACT, '3A1C001F', '+49 1 111'), ('set', 'default', 'Tasks', TASK, '1000001F', 'from Outlook'))
    path = the_file('people', f'FN:{CONTACT}')
    edit_file('people', f'FN:{CONTACT}', 'END:VCARD', 'TEL;TYPE=CELL:+49 2 222\r\nEND:VCARD')
    edit_file('todo', f'SUMMARY:{TASK}', 'END:VTODO', 'DESCRIPTION:from the file\r\nEND:VTODO')
    os.utime(path)


@scenario('deletes-on-both-sides', 'base')
def deletes():
    outlook(('delete', 'default', 'Contacts', CONTACT), ('delete', 'default', 'Calendar', 'A file event'), ('delete', 'default', 'Tasks', TASK))
    os.unlink(the_file('people', 'FN:Grace Holm'))
    os.unlink(the_file('dates', f'SUMMARY:{EVENT}'))


@scenario('edit-against-delete', 'base')
def edit_against_delete():
    outlook(('delete', 'default', 'Contacts', CONTACT), ('set', 'default', 'Tasks', TASK, '1000001F', 'needed after all'))
    edit_file('people', f'FN:{CONTACT}', 'BDAY:1975-04-09', 'BDAY:1975-04-10')
    os.unlink(the_file('todo', f'SUMMARY:{TASK}'))


@scenario('everything-at-once', 'base')
def everything():
    outlook(*OUTLOOK_EDITS[:1], ('delete', 'default', 'Tasks', TASK))
    person('new-1', 'Nora', 'Neu')
    event('new-2', 'Brand new', 20)
    edit_file('dates', 'SUMMARY:A file event', 'SUMMARY:A file event', 'SUMMARY:A file event, moved')
    os.unlink(the_file('people', 'FN:Grace Holm'))


@scenario('undo-of-edits', 'worked', ('undo', 'CONTACTS'))
def undo_edits():
    pass


@scenario('undo-of-creates', 'base', ('undo', 'CONTACTS'))
def undo_creates():
    pass


@scenario('undo-of-deletes', 'deleted', ('undo', 'CONTACTS'))
def undo_deletes():
    pass


REPAIR = ('repair', 'Contacts', '--yes', '--right-is')


def apart():
    """Contacts that differ in every way; nothing else is touched, since a repair is about one link."""
    outlook(('set', 'default', 'Contacts', CONTACT, '3A1C001F', '+49 170 1'), ('delete', 'default', 'Contacts', 'Grace Holm'),
            ('copy', 'default', 'Contacts', CONTACT, 'default', 'Contacts'))
    person('new-1', 'Nora', 'Neu')
    edit_file('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')


@scenario('repair-outlook', 'base', (*REPAIR, 'files'))
def repair_outlook():
    apart()


@scenario('repair-files', 'base', (*REPAIR, 'outlook'))
def repair_files():
    apart()


@scenario('restore-after-deletes', 'saved', ('restore', 'BACKUP'))
def restore_deleted():
    outlook(('delete', 'default', 'Contacts', CONTACT), ('delete', 'default', 'Contacts', 'Grace Holm'))
    edit_file('people', 'FN:Ines Ito', 'ines@example.org', 'ines@ito.example')
    sync().need()


CONTACT, EVENT, TASK = 'Anna Müller', 'Team meeting', 'Buy milk'
OUTLOOK_EDITS = [('set', 'default', 'Contacts', CONTACT, '3A1C001F', '+49 170 1'),
                 ('set', 'default', 'Calendar', EVENT, 'PSETID_Appointment:8208:001F', 'Room 9'),
                 ('set', 'default', 'Tasks', TASK, '0037001F', 'Buy oat milk')]


def fill_files():
    person('grace-1', 'Grace', 'Holm', 'X-KEPT:by the file')
    person('ines-1', 'Ines', 'Ito')
    event('date-1', 'A file event', 12, 'X-KEPT:by the file')
    task('todo-1', 'A file task', 'X-KEPT:by the file')


def file_edits():
    edit_file('people', 'FN:Grace Holm', 'grace@example.org', 'grace@holm.example')
    edit_file('dates', 'SUMMARY:A file event', 'DTSTART:20261212T090000Z', 'DTSTART:20261212T093000Z')
    edit_file('todo', 'SUMMARY:A file task', 'SUMMARY:A file task', 'SUMMARY:A file task, renamed')


# --- preparing -----------------------------------------------------------------------------------------------------------------

def sample_items():
    """A few of the samples: the ones that have names here, and one of each sort that is made of many properties."""
    os.makedirs(f'{C}/items', exist_ok=True)
    for name, count in (('contacts', 3), ('calendar', 3), ('tasks', 2)):
        with open(f'{ROOT}/tests/outlook/samples/{name}.json', encoding='utf-8') as file:
            items = json.load(file)
        named = [i for i in items if i['properties'].get('0037001F') in (CONTACT, EVENT, TASK)]
        with open(f'{C}/items/{name}.json', 'w', encoding='utf-8') as file:
            json.dump(named + [i for i in items if i not in named][:count - len(named)], file)


def set_up():
    for folder in FOLDERS.values():
        os.makedirs(f'{FILES}/{folder}')
    Run('account', 'add', 'outlook', '--outlook').need()
    Run('account', 'add', 'files', '--dir', r'C:\files').need()
    for folder, files in FOLDERS.items():
        Run('link', f'outlook:Outlook Data File/{folder}', f'files:{files}', '--name', folder).need()
    sample_items()
    keep('empty')
    first_sync()
    sync().need()
    keep('base')
    Run('backup').need()
    keep('saved')
    restore('base')
    edits()
    sync().need()
    keep('worked')
    restore('base')
    deletes()
    sync().need()
    keep('deleted')


def last_run_of(link):
    history = json.loads(Run('history', link, '--json').need().out)
    return str(history['runs'][0]['run'])


def backup_of(link):
    backups = json.loads(Run('backup', 'list', '--json').need().out)['backups']
    return next(b['name'] for b in backups if b['link'] == link)


def prepared(name):
    """Sets the start of the scenario aside; returns the command that is to be disturbed."""
    start, command, act = scenarios[name]
    restore(start)
    act()
    named = {'CONTACTS': last_run_of, 'BACKUP': backup_of}
    command = [named[word]('Contacts') if word in named else word for word in command]
    keep('start')
    return command


# --- disturbing ----------------------------------------------------------------------------------------------------------------

def sample(steps, kind):
    """Evenly spread, in another place for each scenario and kind."""
    limit = steps if EVERY else min(STEPS, steps)
    shift = zlib.crc32(kind.encode()) % 1000 / 1000
    return sorted({1 + int((i + shift) * steps / limit) for i in range(limit)})


def finish(command):
    """What a person or the schedule does next: the same again, which for an undo is to say it again after a sync, and for a repair or a
    restore before one."""
    if command[0] in ('repair', 'restore'):
        Run(*command).need()
    if command[0] == 'undo':
        sync().need(0, 1)
        Run(*command).need(0, 1, 2)
    sync().need()
    if sync().need().wrote():
        raise AssertionError('the run after the one that recovered wrote something')


def undisturbed(command):
    calls = f'{C}/calls'
    if os.path.exists(calls):
        os.unlink(calls)
    Run(*command, calls=True).need()
    want = content()
    if sync().need().wrote():
        raise AssertionError('a run after the undisturbed run wrote something')
    left = differences(content(), want)
    if left:
        raise AssertionError(f'a run without a write changed something: {left}')
    with open(calls, encoding='ascii') as file:
        return want, file.read().split()


def disturb(command, want, n, kind):
    restore('start')
    run = Run(*command, fault=f'*:{n}:{FAULTS[kind]}')
    if (run.code == CRASHED) != (INSIDE and kind.startswith('dies')) or run.code not in (CRASHED, 0, 1, 3, 4, 7, 8):
        raise AssertionError(f'ended with {run.code}: {run.err} {run.out[-600:]}')
    finish(command)
    wrong = differences(content(), want)
    if wrong:
        raise AssertionError(wrong)


def violations():
    done = subprocess.run(['wine', 'outlookctl.exe', 'violations'], cwd=LOCKSTEP, capture_output=True, timeout=60)
    if done.returncode:
        raise AssertionError(done.stdout.decode())


def run_scenario(name):
    """Returns how often it was disturbed and of how many calls, and what went wrong."""
    command = prepared(name)
    want, calls = undisturbed(command)
    count, wrong = 0, []
    for kind in FAULTS:
        for n in sample(len(calls), name + kind):
            count += 1
            try:
                disturb(command, want, n, kind)
            except AssertionError as error:
                wrong.append(f'{kind} at call {n} of {len(calls)} ({calls[n - 1]}): {error}')
    try:
        violations()
    except AssertionError as error:
        wrong.append(str(error))
    return count, len(calls), wrong


def main(wanted):
    set_up()
    passed = failed = disturbed = 0
    started = time.time()
    for name in wanted or scenarios:
        begun = time.time()
        try:
            count, calls, wrong = run_scenario(name)
        except AssertionError as error:
            count, calls, wrong = 0, 0, [str(error)]
        disturbed += count
        if wrong:
            failed += 1
            print('\n'.join(f'FAIL kill-outlook/{name}: {text}' for text in wrong[:10]), flush=True)
            print(f'note: {len(wrong)} of {count} went wrong', flush=True)
        else:
            passed += 1
            print(f'ok kill-outlook/{name}: {count} faults at {calls} MAPI calls, {time.time() - begun:.0f} s', flush=True)
    print(f'note: {disturbed} faults and crashes in {time.time() - started:.0f} s')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


sys.exit(main(sys.argv[2:]))
