"""tests/bench jmap [EVENTS...] - the same calendars of the same server by JMAP and by CalDAV, ours both, and by vdirsyncer (CalDAV): Cyrus 3.10,
folders of files on a memory file system. EVENTS (1000 and 10000) are uploaded and downloaded, each into a calendar of its own; then LINKS calendars of
which none has changed. Seconds, and requests and bytes through the counting proxy in runs of their own. One line a measure, with two ratios:
NAME <TAB> JMAP <TAB> ours by DAV <TAB> vdirsyncer <TAB> DAV/JMAP <TAB> vdirsyncer/JMAP."""
import os
import subprocess
import sys

import bench

LINKS = 20


class Jmap(bench.Ours):
    """Ours, by JMAP; a collection is the path of a calendar by CalDAV, as for the others."""

    def __init__(self, work, base, kind, folder, collection, **more):
        self.env = {'LOCKSTEP_HOME': os.path.join(work, 'home'), 'LOCKSTEP_PASSWORD': bench.PASSWORD}
        self.program = bench.LOCKSTEP
        run = lambda *a: bench.Usage([self.program, *a], self.env)
        run('account', 'add', 'files', '--dir', os.path.dirname(folder))
        run('account', 'add', 'server', '--url', base, '--user', bench.USER, '--allow-http', '--jmap')
        name = collection.rstrip('/').rsplit('/', 1)[1]
        run('link', f'files:{os.path.basename(folder)}', f'server:{name}', '--name', 'bench', '--kind', 'event')


TOOLS = (Jmap, bench.Ours, bench.Theirs)


def report(name, values):
    first = values[0]
    ratios = '\t'.join(f'{v / first:.2f}' if first else 'inf' for v in values[1:])
    print(name, *(f'{v:.4g}' for v in values), ratios, sep='\t', flush=True)


class Counted:
    """One sync of each tool through the proxy."""

    def __init__(self, b):
        self.proxy = b.proxy
        self.base = f'http://127.0.0.1:{b.proxy.port}'

    def __call__(self, peer):
        self.proxy.reset()
        peer.sync()
        return self.proxy.requests, self.proxy.up + self.proxy.down


def transfers(b):
    name = f'cyrus-3.10/events/{b.count}'
    counted, filled, seconds = Counted(b), None, {'upload': [], 'download': [], 'no-change': []}
    wire = {'upload': [], 'download': [], 'no-change': []}
    for tool in TOOLS:
        peer, collection, _ = b.fresh(tool, filled=True)
        seconds['upload'].append(peer.sync().wall)
        filled = filled or collection
        if b.count <= 1000:  # as many more for each event beyond
            peer, _, _ = b.fresh(tool, None, counted.base, filled=True)
            wire['upload'].append(counted(peer))
    for tool in TOOLS:
        peer, _, folder = b.fresh(tool, filled)
        seconds['download'].append(peer.sync().wall)
        if len(os.listdir(folder)) != b.count:
            sys.exit(f'bench: {tool.__name__}: {len(os.listdir(folder))} of {b.count} events arrived')
        seconds['no-change'].append(min(peer.sync().wall for _ in range(3)))
        peer, _, _ = b.fresh(tool, filled, counted.base)
        wire['download'].append(counted(peer))
        wire['no-change'].append(counted(peer))
    for operation in seconds:
        report(f'{name}/{operation}/seconds', seconds[operation])
        if wire[operation]:
            report(f'{name}/{operation}/requests', [w[0] for w in wire[operation]])
            report(f'{name}/{operation}/bytes', [w[1] for w in wire[operation]])


def many_links(b):
    """Twenty calendars in one account of each."""
    paths = [f'{bench.HOMES["cyrus"]["events"]}many{i}/' for i in range(LINKS)]
    for path in paths:
        bench.make_collection(b.base + path, 'events')
    counts, seconds = [], []
    for tool in (Jmap, bench.Ours):
        work = os.path.join(b.work, tool.__name__)
        env = {'LOCKSTEP_HOME': os.path.join(work, 'home'), 'LOCKSTEP_PASSWORD': bench.PASSWORD}
        run = lambda *a: bench.Usage([bench.LOCKSTEP, *a], env)
        for i in range(LINKS):
            os.makedirs(os.path.join(work, 'files', f'many{i}'))
        run('account', 'add', 'files', '--dir', os.path.join(work, 'files'))
        run('account', 'add', 'server', '--url', f'http://127.0.0.1:{b.proxy.port}', '--user', bench.USER, '--allow-http',
            *(['--jmap'] if tool is Jmap else []))
        for i, path in enumerate(paths):
            there = path if tool is bench.Ours else f'many{i}'
            run('link', f'files:many{i}', f'server:{there}', '--name', f'many{i}', '--kind', 'event')
        run('sync')
        run('sync')
        b.proxy.reset()
        run('sync')
        counts.append((b.proxy.requests, b.proxy.up + b.proxy.down))
        seconds.append(min(run('sync').wall for _ in range(3)))
    counts.append(theirs_many(b, paths))
    seconds.append(min(bench.Usage(['vdirsyncer', '-c', os.path.join(b.work, 'many.conf'), 'sync']).wall for _ in range(3)))
    name = f'cyrus-3.10/{LINKS}-links/no-change'
    report(f'{name}/requests', [c[0] for c in counts])
    report(f'{name}/bytes', [c[1] for c in counts])
    report(f'{name}/seconds', seconds)


def theirs_many(b, paths):
    work = os.path.join(b.work, 'theirs-many')
    config = os.path.join(b.work, 'many.conf')
    names = [p.rstrip('/').rsplit('/', 1)[1] for p in paths]
    for name in names:
        os.makedirs(os.path.join(work, name))
    with open(config, 'w', encoding='utf-8') as out:
        out.write(f'''[general]
status_path = "{work}-status"
[pair many]
a = "files"
b = "server"
collections = [{", ".join(f'"{n}"' for n in names)}]
[storage files]
type = "filesystem"
path = "{work}"
fileext = ".ics"
[storage server]
type = "caldav"
url = "http://127.0.0.1:{b.proxy.port}{bench.HOMES["cyrus"]["events"]}"
username = "{bench.USER}"
password = "{bench.PASSWORD}"
''')
    for command in ('discover', 'sync', 'sync'):
        bench.Usage(['vdirsyncer', '-c', config, command])
    b.proxy.reset()
    bench.Usage(['vdirsyncer', '-c', config, 'sync'])
    return b.proxy.requests, b.proxy.up + b.proxy.down


def main(arguments):
    got = subprocess.run([os.path.join(bench.SERVERS, 'get-cyrus-jmap')], capture_output=True, text=True, check=False)
    if got.returncode:
        sys.exit(f'bench: no Cyrus with calendars by JMAP: {got.stderr.strip()}')
    os.environ['CYRUS_ROOT'] = got.stdout.strip()
    bench.with_bench('cyrus', 'events', 0, many_links)
    for count in [int(a) for a in arguments] or [1000, 10000]:
        bench.with_bench('cyrus', 'events', count, transfers)


if __name__ == '__main__':
    main(sys.argv[1:])
