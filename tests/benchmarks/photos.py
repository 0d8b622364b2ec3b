"""10,000 contacts of which 2,000 have photos: peak memory of a first sync, of one that finds nothing, and the size of the state file.

The photos have 20 to 100 KB, and 200 of them, one after another, 500 KB. One line a measure: NAME <TAB> ours <TAB> limit <TAB>
limit/ours, as in bench.py; ends with 1 if a limit is passed."""
import base64
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests'))
from photo import photo

LOCKSTEP = os.path.join(ROOT, 'build', 'native-release', 'client', 'cli', 'lockstep')
MEMORY_LIMIT = 64  # MB


def contact(number, picture):
    lines = ['BEGIN:VCARD', 'VERSION:3.0', f'UID:contact-{number}', f'FN:Person {number}', f'N:{number};Person;;;',
             f'EMAIL:person{number}@example.com', f'TEL;TYPE=CELL:+43 660 {number:07}', f'NOTE:Known since {1950 + number % 70}']
    if picture:
        text = 'PHOTO;ENCODING=b;TYPE=JPEG:' + base64.b64encode(picture).decode()
        lines.append('\r\n '.join(text[i:i + 74] for i in range(0, len(text), 74)))
    return '\r\n'.join(lines + ['END:VCARD', ''])


def fill(folder, contacts, photos):
    noise = random.Random(4)
    with_photo = set(range(0, contacts, max(1, contacts // max(1, photos))))
    os.makedirs(folder)
    for number in range(contacts):
        has = number in with_photo and number >= photos // 10 or number < photos // 10
        size = 500000 if number < photos // 10 else noise.randint(20000, 100000)
        with open(os.path.join(folder, f'contact-{number}.vcf'), 'w', encoding='utf-8', newline='') as out:
            out.write(contact(number, photo(size, number) if has else None))


def run(env, *command):
    started = time.perf_counter()
    process = subprocess.Popen([LOCKSTEP, *command], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read().decode(errors='replace')
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f'bench: lockstep {" ".join(command)} failed:\n{output[-800:]}')
    return usage.ru_maxrss / 1024, time.perf_counter() - started, output


def main(contacts=10000, photos=2000):
    work = tempfile.mkdtemp(prefix='lockstep-photos.', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
    try:
        fill(os.path.join(work, 'a', 'items'), contacts, photos)
        os.makedirs(os.path.join(work, 'b', 'items'))
        env = {**os.environ, 'LOCKSTEP_HOME': os.path.join(work, 'home')}
        run(env, 'account', 'add', 'a', '--dir', os.path.join(work, 'a'))
        run(env, 'account', 'add', 'b', '--dir', os.path.join(work, 'b'))
        run(env, 'link', 'a:items', 'b:items', '--name', 'bench', '--kind', 'contact')
        failed = False
        name = f'photos/{contacts}-with-{photos}'
        for operation in ('first', 'no-change'):
            memory, wall, _ = run(env, 'sync', 'bench', '--release')
            failed |= memory > MEMORY_LIMIT
            print(f'{name}/{operation}/memory\t{memory:.4g}\t{MEMORY_LIMIT}\t{MEMORY_LIMIT / memory:.2f}', flush=True)
            print(f'# {name}/{operation}/wall: {wall:.1f} s', flush=True)
        arrived = len(os.listdir(os.path.join(work, 'b', 'items')))
        size = lambda *p: sum(os.path.getsize(os.path.join(w, f)) for w, _, fs in os.walk(os.path.join(work, *p)) for f in fs)
        print(f'# items {size("a") >> 20} MB, arrived {arrived}, {size("b") >> 20} MB; state file '
              f'{os.path.getsize(os.path.join(work, "home", "lockstep.db")) >> 20} MB', flush=True)
        return 1 if failed or arrived != contacts else 0
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main(*[int(a) for a in sys.argv[1:] if a.isdigit()]))
