"""tests/bench calendar [COUNT] - a calendar of 10,000 events, a tenth of them series with changed occurrences: two folders of files on a
memory file system, ours beside vdirsyncer, so that no server's time is in it. First sync (ours without the backup, which vdirsyncer has not), nothing
to do, and a tenth of the items changed. Ours must not be slower than LIMIT times theirs."""
import os
import shutil
import sys
import tempfile

import bench
import items

LIMIT = 1.0  # how much of vdirsyncer's time ours may take


class Ours:
    def __init__(self, work):
        self.env = {'LOCKSTEP_HOME': os.path.join(work, 'home')}
        for side in 'ab':
            bench.Usage([bench.LOCKSTEP, 'account', 'add', side, '--dir', os.path.join(work, side)], self.env)
        bench.Usage([bench.LOCKSTEP, 'link', 'a:cal', 'b:cal', '--name', 'bench', '--kind', 'event'], self.env)

    def sync(self, *options):
        return bench.Usage([bench.LOCKSTEP, 'sync', 'bench', *options], self.env)


class Theirs:
    def __init__(self, work):
        self.config = os.path.join(work, 'vdirsyncer.conf')
        storages = ''.join(f'[storage {side}]\ntype = "filesystem"\npath = "{work}/{side}"\nfileext = ".ics"\n' for side in 'ab')
        with open(self.config, 'w', encoding='utf-8') as out:
            out.write(f'[general]\nstatus_path = "{work}/status"\n[pair bench]\na = "a"\nb = "b"\ncollections = ["cal"]\n{storages}')
        bench.Usage(['vdirsyncer', '-c', self.config, 'discover'])

    def sync(self, *_):
        return bench.Usage(['vdirsyncer', '-c', self.config, 'sync'])


def edit(folder):
    """Every tenth item gets another title, in all its components."""
    changed = 0
    for name in sorted(os.listdir(folder))[::10]:
        path = os.path.join(folder, name)
        with open(path, 'rb') as old:
            data = old.read()
        with open(path, 'wb') as new:
            new.write(data.replace(b'\r\nSUMMARY:', b'\r\nSUMMARY:New '))
        changed += 1
    return changed


def count(folder, what):
    found = 0
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), 'rb') as item:
            found += what in item.read()
    return found


def measure(tool, number, work):
    left, right = os.path.join(work, 'a', 'cal'), os.path.join(work, 'b', 'cal')
    items.make('calendar', number, left)
    os.makedirs(right)
    peer = tool(work)
    figures = {'first': peer.sync('--no-backup'), 'no-change': peer.sync()}
    changed = edit(left)
    figures['a-tenth-changed'] = peer.sync()
    arrived, series, edited = len(os.listdir(right)), count(right, b'RECURRENCE-ID'), count(right, b'SUMMARY:New ')
    if (arrived, series, edited) != (number, number // 10, changed):
        sys.exit(f'bench: {tool.__name__}: {arrived} items, {series} series and {edited} edits arrived of {number}, {number // 10} and {changed}')
    return figures


def main(arguments):
    number, late = int(arguments[0]) if arguments else 10000, []
    shm = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    results = []
    for tool in (Ours, Theirs):
        work = tempfile.mkdtemp(prefix='lockstep-calendar.', dir=shm)
        try:
            results.append(measure(tool, number, work))
        finally:
            shutil.rmtree(work, ignore_errors=True)
    ours, theirs = results
    for name in ours:
        for figure in ('wall', 'cpu', 'memory'):
            bench.report(f'files/calendar/{number}/{name}/{figure}', getattr(ours[name], figure), getattr(theirs[name], figure))
        if ours[name].cpu > LIMIT * theirs[name].cpu:
            late.append(name)
    if late:
        sys.exit(f'bench: slower than vdirsyncer: {", ".join(late)}')


if __name__ == '__main__':
    main(sys.argv[1:])
