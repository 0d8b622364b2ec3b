"""Build what the chosen test suites need, run them, add up what they report. Started by tests/run.

A suite is a program whose last line of output is `N passed, N failed` (`, N skipped` may follow). There are two kinds:
  * native programs that a meson.build registers with test('NAME', ..., suite: 'FOLDER');
  * executable scripts tests/FOLDER/NAME.test. A comment line `# builds: native windows` in the script says which build
    folders it needs (default: both of these), `# timeout: SECONDS` how long it may take (default: 600). "windows" is
    the Windows build that this machine can run, win32 or win64 (tests/wine/bits). `# waits` says that it hardly uses a
    processor: such suites run beside the others, one at a time.
A suite that ends without that line, or with an exit status that does not fit it, counts as one failure.
"""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, 'build')
LOGS = os.path.join(BUILD, 'test-logs')
COUNTS = re.compile(r'^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$')
SHOWN_LINES = 12
WINDOWS = 'win' + subprocess.run([os.path.join(ROOT, 'tests', 'wine', 'bits')], check=True, capture_output=True,
                                 text=True).stdout.strip()


class Suite:
    def __init__(self, name, command, builds, timeout, env=None, workdir=None, waits=False):
        self.name = name
        self.command = command
        self.builds = builds
        self.timeout = timeout
        self.env = env or {}
        self.workdir = workdir
        self.waits = waits


def native_suites():
    listing = subprocess.run(['meson', 'introspect', '--tests', os.path.join(BUILD, 'native')],
                             check=True, capture_output=True, text=True).stdout
    for test in json.loads(listing):
        folder = test['suite'][0].split(':')[-1] if test['suite'] else 'native'
        yield Suite(f'{folder}/{test["name"]}', test['cmd'], ['native'], test['timeout'],
                    test['env'], test['workdir'])


def script_suites():
    for path in glob.glob(os.path.join(ROOT, 'tests', '*', '*.test')):
        with open(path, encoding='utf-8') as script:
            text = script.read()
        builds = re.search(r'^# builds:(.*)$', text, re.M)
        inside = os.environ.get('LOCKSTEP_OUTLOOK_MODE', 'inside') == 'inside'  # else each program starts another one
        builds = builds.group(1).split() if builds else ['native', 'windows']
        if 'windows' in builds and os.environ.get('LOCKSTEP_OUTLOOK_MODE') == 'host64':
            builds.append('win64')  # tests/wine/outlook.sh
        builds = [WINDOWS if build == 'windows' else build for build in builds]
        timeout = re.search(r'^# timeout: *(\d+)$', text, re.M)
        yield Suite(os.path.relpath(path, os.path.join(ROOT, 'tests'))[:-len('.test')], [path],
                    builds,
                    (int(timeout.group(1)) if timeout else 600) * (1 if inside else 2),
                    waits=bool(re.search(r'^# waits$', text, re.M)))


def build(folder):
    """Of the Windows build that is not the one to test only what is shipped of it, and the Outlook of those bits."""
    targets = {'win32': ['shipped'], 'win64': ['apart']}.get(folder, []) if folder != WINDOWS else []
    started = time.time()
    done = subprocess.run(['ninja', '-C', os.path.join(BUILD, folder), *targets], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    with open(os.path.join(LOGS, f'build-{folder}.log'), 'w', encoding='utf-8') as log:
        log.write(done.stdout)
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if re.search(r'error:|^FAILED|undefined reference', line)]
        print('\n'.join('    ' + line for line in errors[:40]))
    print(f'{"built" if not done.returncode else "DID NOT BUILD":<14} {folder:<44} {time.time() - started:6.1f} s',
          flush=True)
    return done.returncode == 0


def environment(scratch):
    env = dict(os.environ)
    env.update({
        'LOCKSTEP_ROOT': ROOT,
        'LOCKSTEP_NATIVE': os.path.join(BUILD, 'native'),
        'LOCKSTEP_RELEASE': os.path.join(BUILD, 'native-release'),
        'LOCKSTEP_WINDOWS': os.path.join(BUILD, WINDOWS),
        'LOCKSTEP_WIN32': os.path.join(BUILD, 'win32'),
        'LOCKSTEP_WIN64': os.path.join(BUILD, 'win64'),
        'LOCKSTEP_SCRATCH': scratch,
        'ASAN_OPTIONS': 'detect_leaks=1:abort_on_error=0:allocator_may_return_null=1',
        'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
        'TZ': 'UTC', 'LC_ALL': 'C.UTF-8',
    })
    data = os.path.join(os.path.dirname(ROOT), 'shared', 'outlook-data')
    if 'LOCKSTEP_OUTLOOK_DATA' not in env and os.path.isdir(data):
        env['LOCKSTEP_OUTLOOK_DATA'] = data
    return env


def log_path(suite):
    return os.path.join(LOGS, suite.name.replace('/', '-') + '.log')


def run(suite):
    """Run one suite; return (suite, passed, failed, skipped, seconds, lines worth showing)."""
    shm = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    scratch = tempfile.mkdtemp(prefix='lockstep-test.', dir=shm)
    os.chmod(scratch, 0o755)  # servers in it run as users of their own
    log = log_path(suite)
    started = time.time()
    status = None
    with open(log, 'wb') as out:
        process = subprocess.Popen(suite.command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   env={**environment(scratch), **suite.env}, cwd=suite.workdir or ROOT,
                                   start_new_session=True)
        try:
            status = process.wait(suite.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    seconds = time.time() - started
    shutil.rmtree(scratch, ignore_errors=True)
    with open(log, encoding='utf-8', errors='replace') as text:
        lines = [line.rstrip() for line in text]
    shown = [line for line in lines if re.match(r'FAIL|skip', line)]
    counts = COUNTS.match(lines[-1]) if lines else None
    passed, failed, skipped = (int(n or 0) for n in counts.groups()) if counts else (0, 0, 0)
    problem = None
    if status is None:
        problem = f'still running after {suite.timeout} s'
    elif not counts:
        problem = f'ended with status {status} and no count'
    elif passed + failed + skipped == 0:
        problem = 'ran no test'
    elif bool(status) != bool(failed):
        problem = f'status {status} does not fit "{lines[-1]}"'
    if problem:
        failed += 1
        shown += lines[-SHOWN_LINES:] + [f'FAIL {suite.name}: {problem}']
    return suite, passed, failed, skipped, seconds, shown


def say_again(wrong):
    """What failed, once more at the end: between two hundred suites it is easily overlooked, or cut off by who keeps the output."""
    for suite, lines in wrong:
        print(f'failed: {suite.name}')
        for line in [text for text in lines if text.startswith('FAIL')][:SHOWN_LINES]:
            print('    ' + line)


def main(arguments):
    patterns = [a for a in arguments if not a.startswith('-')]
    suites = [s for s in [*native_suites(), *script_suites()]
              if not patterns or any(p in s.name for p in patterns)]
    suites.sort(key=lambda s: s.name)
    if '--list' in arguments:
        print('\n'.join(s.name for s in suites))
        return 0
    shutil.rmtree(LOGS, ignore_errors=True)
    os.makedirs(LOGS)
    totals, wrong = [0, 0, 0], []
    built = {folder: build(folder) for folder in sorted({b for s in suites for b in s.builds})}
    for folder, ok in built.items():
        totals[1] += not ok
    runnable = [s for s in suites if all(built[b] for b in s.builds)]
    runnable.sort(key=lambda s: -s.timeout)  # the longest first, so that none is left alone at the end
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool, \
            concurrent.futures.ThreadPoolExecutor(1) as beside:
        for done in concurrent.futures.as_completed([(beside if s.waits else pool).submit(run, s) for s in runnable]):
            suite, passed, failed, skipped, seconds, shown = done.result()
            totals = [a + b for a, b in zip(totals, (passed, failed, skipped))]
            count = f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else '')
            print(f'{"FAIL" if failed else "ok":<14} {suite.name:<44} {seconds:6.1f} s  {count}')
            different = list(dict.fromkeys(shown))
            if failed:
                wrong.append((suite, different))
            for line in different[:SHOWN_LINES * 2]:
                print('    ' + line)
            if len(different) > SHOWN_LINES * 2:
                print(f'    ... all of it in {os.path.relpath(log_path(suite), ROOT)}')
            sys.stdout.flush()
    if not suites:
        print(f'no suite matches {" ".join(patterns)}')
        totals[1] += 1
    say_again(wrong)
    if totals[2]:
        print(f'{totals[2]} skipped')
    print(f'{totals[0]} passed, {totals[1]} failed')
    return 1 if totals[1] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
