"""kill_outlook.py DRIVE_C [SCENARIO...] - started by kill-outlook.test: faults and crashes at every MAPI call of a sync.

Outlook's contacts, calendar and tasks are linked with folders of files. Each scenario (kill_outlook_scenarios.py) is a state of both sides;
the program brings them in step, and at one of its MAPI calls the emulated Outlook
  * fails with E_FAIL, or says MAPI_E_NOT_FOUND (which must never be taken for a deletion);
  * ends the process before the call acts, or after it has acted and before the answer arrives.
Then the next run must end where the undisturbed run did, on both sides and in Deleted Items: nothing lost, nothing multiplied (I1, I2, I5),
and one more writes nothing (I3). Disturbances that left the same (tests/left_behind.py) are followed up once. No wrong use of MAPI and no
leak may be seen on the way.

By default each scenario is disturbed once by a failing call and once by an end, other ones each day; KILL_STEPS=N takes N calls for each of the
four, evenly spread, and KILL_EVERY=1 all calls.
kill_outlook.py with names runs only the scenarios that have one of these in their name.
"""
import base64
import glob
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zlib

ROOT = os.environ['LOCKSTEP_ROOT']
sys.path[:0] = [os.path.join(ROOT, 'tests', 'wine'), os.path.join(ROOT, 'tests')]
import kill_outlook_scenarios as cases  # noqa: E402
import left_behind  # noqa: E402

C = sys.argv[1]
LOCKSTEP, HOME, FILES, ITEMS = (f'{C}/{name}' for name in ('lockstep', 'home', 'files', 'items'))
KEPT = os.path.join(os.environ['LOCKSTEP_SCRATCH'], 'kept')
DAY = int(time.time()) // 86400
STEPS = int(os.environ.get('KILL_STEPS', '0'))
EVERY = bool(os.environ.get('KILL_EVERY'))
CRASHED = 86  # tests/outlook/fault.c
INSIDE = os.environ.get('LOCKSTEP_OUTLOOK_MODE', 'inside') == 'inside'  # outlook.sh: else it is the host that ends, and the program says so
FAULTS = {'fails': '0x80004005', 'not-found': '0x8004010f', 'dies-before': 'crash', 'dies-after': 'crash-after'}
BY_TURNS = ('fails', 'dies-after'), ('not-found', 'dies-before')
FOLDERS = cases.FOLDERS


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


def outlook(*commands):
    """Outlook's user: commands of outlookctl, in one process."""
    text = ''.join('\t'.join(command) + '\n' for command in commands)
    done = subprocess.run(['wine', 'outlookctl.exe', 'batch'], input=text.encode(), cwd=LOCKSTEP, capture_output=True, timeout=120)
    if done.returncode:
        raise AssertionError(f'outlookctl: {done.stderr.decode()} in {text}')
    return done.stdout.decode('utf-8', 'replace')


# --- the two sides ----------------------------------------------------------------------------------------------------------

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
        result[f'files {folder}'] = sorted('\n'.join(sorted(line for line in cases.unfolded(p).split('\r\n') if line and not line.startswith(volatile)))
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


class Sides(cases.Sides):
    """What the scenarios work on; `picture` is one in base64."""

    def __init__(self):
        super().__init__(FILES, ITEMS)
        with open(f'{ITEMS}/three.jpg', 'rb') as file:
            self.picture = base64.b64encode(file.read()).decode()

    def outlook(self, *commands):
        return outlook(*commands)

    def run(self, *arguments, codes=(0,)):
        return Run(*arguments).need(*codes).out

    def put_state(self, kept):
        shutil.rmtree(HOME)
        shutil.copytree(f'{KEPT}/{kept}/home', HOME)

    def last_run(self):
        return str(json.loads(self.run('history', 'Contacts', '--json'))['runs'][0]['run'])

    def backup(self):
        backups = json.loads(self.run('backup', 'list', '--json'))['backups']
        return next(b['name'] for b in backups if b['link'] == 'Contacts')


# --- preparing -----------------------------------------------------------------------------------------------------------------

def sample_items():
    """A few of the samples: the ones that have names here, and one of each sort that is made of many properties; and pictures."""
    os.makedirs(ITEMS, exist_ok=True)
    for name, source, count in (('Contacts', 'contacts', 3), ('Calendar', 'calendar', 3), ('Tasks', 'tasks', 2), ('twelve', 'contacts', 12)):
        with open(f'{ROOT}/tests/outlook/samples/{source}.json', encoding='utf-8') as file:
            items = json.load(file)
        named = [i for i in items if i['properties'].get('0037001F') in (cases.CONTACT, cases.EVENT, cases.TASK)]
        with open(f'{ITEMS}/{name}.json', 'w', encoding='utf-8') as file:
            json.dump((named + [i for i in items if i not in named])[:count], file)
    for seed, name in enumerate(('one', 'two', 'three')):
        with open(f'{ITEMS}/{name}.jpg', 'wb') as file:
            subprocess.run([sys.executable, f'{ROOT}/tests/photo.py', '3000', str(seed)], stdout=file, check=True)


def set_up():
    sample_items()
    sides = Sides()
    for folder in FOLDERS.values():
        os.makedirs(f'{FILES}/{folder}')
    sides.run('account', 'add', 'outlook', '--outlook')
    sides.run('account', 'add', 'files', '--dir', r'C:\files')
    for folder, files in FOLDERS.items():
        sides.run('link', f'outlook:Outlook Data File/{folder}', f'files:{files}', '--name', folder)
    keep('empty')
    cases.fill_outlook(sides)
    cases.fill_files(sides)
    sides.run('sync')
    keep('base')
    sides.run('backup')
    keep('saved')
    for name, act in (('worked', cases.work), ('deleted', cases.remove_some)):
        restore('base')
        act(sides)
        sides.run('sync')
        keep(name)


def prepared(scenario):
    """Sets the start of the scenario aside; returns the command that is to be disturbed."""
    restore(scenario.start)
    sides = Sides()
    scenario.act(sides)
    named = {'LAST': sides.last_run, 'BACKUP': sides.backup}
    command = [named[word]() if word in named else word for word in scenario.command or scenario.sync]
    keep('start')
    return command


# --- disturbing ----------------------------------------------------------------------------------------------------------------

def sample(steps, kind):
    """Evenly spread, in another place for each scenario, kind and day."""
    limit = steps if EVERY else min(STEPS or 1, steps)
    shift = zlib.crc32(f'{kind}{DAY}'.encode()) % 1000 / 1000
    return sorted({1 + int((i + shift) * steps / limit) for i in range(limit)})


def time_passes():
    """What failed again and again waits for its next try (client/sync/report.c): let that time be over. All programs have ended here."""
    database = sqlite3.connect(f'{HOME}/lockstep.db')
    with database:
        database.execute('UPDATE pair SET next_try=0')
    database.close()


def kinds(number):
    """How the scenario of this number is disturbed."""
    return FAULTS if EVERY or STEPS else BY_TURNS[(DAY + number) % 2]


def settle(scenario, what):
    """What the schedule does afterwards; the last run writes nothing."""
    first = Run(*scenario.sync)
    if first.code == 1 and 'waiting after a failure' in first.out:
        time_passes()
        first = Run(*scenario.sync)
    first.need(*scenario.ends)
    last = Run(*scenario.sync).need(*scenario.ends)
    if last.wrote():
        raise AssertionError(f'the run after the one that {what} wrote something: {last.out[-1500:]}')
    return content()


def finish(scenario, command):
    """What a person or the schedule does next: the same again, which for an undo is to say it again after a sync, else before one."""
    if command[0] == 'undo':
        Run(*scenario.sync).need(*scenario.ends, 1)
    if scenario.command:
        Run(*command).need(*scenario.codes, 1, 2)
    return settle(scenario, 'recovered')


def undisturbed(scenario, command):
    """Runs the scenario through; returns what both sides hold then, and the MAPI calls it took."""
    calls = f'{C}/calls'
    if os.path.exists(calls):
        os.unlink(calls)
    Run(*command, calls=True).need(*scenario.codes)
    with open(calls, encoding='ascii') as file:
        names = file.read().split()
    want = settle(scenario, 'was not disturbed')
    if scenario.expect:
        folder = scenario.link or 'Contacts'
        found = len(want[f'Outlook {folder}']), len(want[f'files {FOLDERS[folder]}'])
        if found != scenario.expect:
            raise AssertionError(f'undisturbed it ends with {found} items in {folder}, not {scenario.expect}')
    if scenario.check:
        scenario.check(Sides())
    return want, names


def disturb(command, n, kind):
    restore('start')
    run = Run(*command, fault=f'*:{n}:{FAULTS[kind]}')
    if (run.code == CRASHED) != (INSIDE and kind.startswith('dies')) or run.code not in (CRASHED, 0, 1, 3, 4, 7, 8):
        raise AssertionError(f'ended with {run.code}: {run.err} {run.out[-600:]}')


def recover(scenario, command, want):
    wrong = differences(finish(scenario, command), want)
    if wrong:
        raise AssertionError(wrong)


def violations():
    done = subprocess.run(['wine', 'outlookctl.exe', 'violations'], cwd=LOCKSTEP, capture_output=True, timeout=60)
    if done.returncode:
        raise AssertionError(done.stdout.decode())


def run_scenario(number, scenario):
    """Returns how often it was disturbed, how many states that left and of how many calls, and what went wrong."""
    command = prepared(scenario)
    ends = left_behind.Ends([HOME, FILES, f'{LOCKSTEP}/mailbox.db'], [FILES])
    want, calls = undisturbed(scenario, command)
    count, wrong = 0, []
    for kind in kinds(number):
        for n in sample(len(calls), scenario.name + kind):
            count += 1
            try:
                disturb(command, n, kind)
                ends.follow(lambda: recover(scenario, command, want))
            except AssertionError as error:
                wrong.append(f'{kind} at call {n} of {len(calls)} ({calls[n - 1]}): {error}')
    try:
        violations()
    except AssertionError as error:
        wrong.append(str(error))
    return count, ends.count, len(calls), wrong


def main(wanted):
    set_up()
    passed = failed = disturbed = 0
    started = time.time()
    for number, scenario in enumerate(cases.scenarios):
        if wanted and not any(w in scenario.name for w in wanted):
            continue
        begun = time.time()
        try:
            count, states, calls, wrong = run_scenario(number, scenario)
        except AssertionError as error:
            count, states, calls, wrong = 0, 0, 0, [str(error)]
        disturbed += count
        if wrong:
            failed += 1
            print('\n'.join(f'FAIL kill-outlook/{scenario.name}: {text}' for text in wrong[:10]), flush=True)
            print(f'note: {len(wrong)} of {count} went wrong', flush=True)
        else:
            passed += 1
            print(f'ok kill-outlook/{scenario.name}: {count} faults at {calls} MAPI calls left {states} states, {time.time() - begun:.0f} s', flush=True)
    print(f'note: {disturbed} faults and crashes in {time.time() - started:.0f} s')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


sys.exit(main(sys.argv[2:]))
