"""10,000 contacts of which 2,000 have photos: peak memory of a first sync, of one that finds nothing, and the size of the state file.

The photos have 20 to 100 KB, and 200 of them, one after another, 500 KB. One line a measure: NAME <TAB> ours <TAB> limit <TAB>
limit/ours, as in bench.py; ends with 1 if a limit is passed."""
import base64
import collections
import hashlib
import os
import random
import re
import shutil
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests'))
import peak
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
    code, output, memory, _, seconds = peak.run([LOCKSTEP, *command], env=env)
    if code:
        sys.exit(f'bench: lockstep {" ".join(command)} failed:\n{output[-800:]}')
    return memory, seconds, output


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
        size = lambda *p: sum(os.path.getsize(os.path.join(w, f)) for w, _, fs in os.walk(os.path.join(work, *p)) for f in fs)
        failed |= same(os.path.join(work, 'a', 'items'), os.path.join(work, 'b', 'items')) != 0
        print(f'# items {size("a") >> 20} MB, arrived {size("b") >> 20} MB; state file '
              f'{os.path.getsize(os.path.join(work, "home", "lockstep.db")) >> 20} MB', flush=True)
        return 1 if failed else 0
    finally:
        shutil.rmtree(work, ignore_errors=True)


def pictures(folder):
    """How often each photo is there, by its bytes."""
    found = collections.Counter()
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding='utf-8', newline='') as text:
            card = re.sub(r'\r?\n[ \t]', '', text.read())
        for value in re.findall(r'^PHOTO[^:]*:(.*?)\r?$', card, re.M):
            found[hashlib.sha256(base64.b64decode(value)).hexdigest()] += 1
    return found


def same(one, other):
    a, b = pictures(one), pictures(other)
    count = len(os.listdir(other))
    print(f'# arrived {count} contacts, {sum(b.values())} photos', flush=True)
    return 0 if a == b and a and count == len(os.listdir(one)) else 1


if __name__ == '__main__':
    if sys.argv[1:2] == ['--fill']:
        sys.exit(fill(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    if sys.argv[1:2] == ['--same']:
        sys.exit(same(sys.argv[2], sys.argv[3]))
    sys.exit(main(*[int(a) for a in sys.argv[1:] if a.isdigit()]))
