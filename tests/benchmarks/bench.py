"""Lockstep (native program, vdir <-> server) beside vdirsyncer (the same), and beside the bare requests sent by curl."""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import engine
import items
import journal
import proxy

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOCKSTEP = os.path.join(ROOT, 'build', 'native-release', 'client', 'cli', 'lockstep')
SERVERS = os.path.join(ROOT, 'tests', 'servers')
RUNS = int(os.environ.get('BENCH_RUNS', '3'))
USER, PASSWORD = 'alice', 'alicepw'

HOMES = {
    'cyrus': {'contacts': '/dav/addressbooks/user/alice/', 'events': '/dav/calendars/user/alice/'},
    'radicale': {'contacts': '/alice/', 'events': '/alice/'},
}
SYNC = ('<?xml version="1.0"?><D:sync-collection xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:{ns}">'
        '<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/>{data}</D:prop>'
        '</D:sync-collection>')


class Usage:
    """What one command took: wall and CPU seconds, peak memory in MB."""

    def __init__(self, command, env=None):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.perf_counter() - started
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if status:
            last = '\n'.join(output.decode(errors='replace').splitlines()[-6:])
            sys.exit(f'bench: {" ".join(command)} failed:\n{last}')


def request(method, url, body=None, headers=None):
    made = urllib.request.Request(url, data=body.encode() if body else None, method=method, headers=headers or {})
    import base64
    made.add_header('Authorization', 'Basic ' + base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode())
    with urllib.request.urlopen(made, timeout=300) as answer:
        return answer.read().decode()


def make_collection(url, kind):
    if kind == 'contacts':
        request('MKCOL', url, '<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set>'
                '<D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>',
                {'Content-Type': 'application/xml'})
    else:
        request('MKCALENDAR', url)


class Ours:
    """Lockstep with a state folder of its own."""

    def __init__(self, work, base, kind, folder, collection, home=None, program=LOCKSTEP):
        self.env = {'LOCKSTEP_HOME': home or os.path.join(work, 'home'), 'LOCKSTEP_PASSWORD': PASSWORD}
        self.program = program
        run = lambda *a: Usage([program, *a], self.env)
        run('account', 'add', 'files', '--dir', os.path.dirname(folder))
        run('account', 'add', 'server', '--url', base, '--user', USER, '--allow-http')
        run('link', f'files:{os.path.basename(folder)}', f'server:{collection}', '--name', 'bench', '--kind',
            'contact' if kind == 'contacts' else 'event')

    def sync(self, *options):
        return Usage([self.program, 'sync', 'bench', *options], self.env)


class Theirs:
    """vdirsyncer with a configuration of its own."""

    def __init__(self, work, base, kind, folder, collection):
        home, name = collection.rstrip('/').rsplit('/', 1)
        self.config = os.path.join(work, 'vdirsyncer.conf')
        with open(self.config, 'w', encoding='utf-8') as out:
            out.write(f'''[general]
status_path = "{work}/status"
[pair bench]
a = "files"
b = "server"
collections = [["bench", "{os.path.basename(folder)}", "{name}"]]
[storage files]
type = "filesystem"
path = "{os.path.dirname(folder)}"
fileext = "{'.vcf' if kind == 'contacts' else '.ics'}"
[storage server]
type = "{'carddav' if kind == 'contacts' else 'caldav'}"
url = "{base}{home}/"
username = "{USER}"
password = "{PASSWORD}"
''')
        Usage(['vdirsyncer', '-c', self.config, 'discover'])

    def sync(self):
        return Usage(['vdirsyncer', '-c', self.config, 'sync'])


def report(name, ours, theirs):
    print(f'{name}\t{ours:.4g}\t{theirs:.4g}\t{theirs / ours if ours else float("inf"):.2f}', flush=True)


def median(usages, figure):
    return statistics.median(getattr(u, figure) for u in usages)


class Bench:
    def __init__(self, server, kind, count):
        self.server, self.kind, self.count = server, kind, count
        self.name = f'{server}/{kind}/{count}'
        shm = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
        self.work = tempfile.mkdtemp(prefix='lockstep-bench.', dir=shm)
        os.chmod(self.work, 0o755)
        self.scratch = os.path.join(self.work, 'server')
        self.base = subprocess.run([os.path.join(SERVERS, f'start-{server}'), self.scratch], check=True,
                                   capture_output=True, text=True).stdout.strip()
        self.proxy = proxy.Proxy(int(self.base.rsplit(':', 1)[1]))
        self.numbers = 0

    def close(self):
        self.proxy.close()
        subprocess.run([os.path.join(SERVERS, 'stop-server'), self.scratch], check=False)
        shutil.rmtree(self.work, ignore_errors=True)

    def fresh(self, tool, collection=None, base=None, filled=False):
        """A tool with a folder of files (filled or empty) linked to a collection (new unless given)."""
        self.numbers += 1
        work = os.path.join(self.work, str(self.numbers))
        folder = os.path.join(work, 'files', 'items')
        if filled:
            items.make(self.kind, self.count, folder, seed=self.numbers)  # CalDAV takes a UID once an account
        else:
            os.makedirs(folder)
        if not collection:
            collection = f'{HOMES[self.server][self.kind]}bench{self.numbers}/'
            make_collection(self.base + collection, self.kind)
        return tool(work, base or self.base, self.kind, folder, collection), collection, folder

    def wire(self, tool, collection, filled):
        """Requests and bytes of one sync through the counting proxy."""
        peer, _, _ = self.fresh(tool, collection, f'http://127.0.0.1:{self.proxy.port}', filled)
        self.proxy.reset()
        peer.sync()
        counts = (self.proxy.requests, self.proxy.up + self.proxy.down)
        self.proxy.reset()
        peer.sync()
        return counts, (self.proxy.requests, self.proxy.up + self.proxy.down)

    def operation(self, operation, ours, theirs):
        for figure in ('wall', 'cpu', 'memory'):
            report(f'{self.name}/{operation}/{figure}', median(ours, figure), median(theirs, figure))

    def run(self):
        tools = (Ours, Theirs)
        uploads, filled = ([], []), None
        for _ in range(RUNS if self.count <= 1000 else 1):
            for side, tool in enumerate(tools):
                peer, collection, _ = self.fresh(tool, filled=True)
                uploads[side].append(peer.sync())
                filled = collection
        self.operation('upload', *uploads)
        downloads, idle = ([], []), ([], [])
        for _ in range(RUNS):
            for side, tool in enumerate(tools):
                peer, _, folder = self.fresh(tool, filled)
                downloads[side].append(peer.sync())
                if len(os.listdir(folder)) != self.count:
                    sys.exit(f'bench: {self.name}: {len(os.listdir(folder))} of {self.count} items arrived')
                idle[side].extend(peer.sync() for _ in range(3))
        self.operation('download', *downloads)
        self.operation('no-change', *idle)
        (our_down, our_idle), (their_down, their_idle) = (self.wire(t, filled, False) for t in tools)
        for operation, ours, theirs in (('download', our_down, their_down), ('no-change', our_idle, their_idle)):
            report(f'{self.name}/{operation}/requests', ours[0], theirs[0])
            report(f'{self.name}/{operation}/bytes', ours[1], theirs[1])
        self.limits(filled, median(downloads[0], 'wall'), median(idle[0], 'wall'))

    def limits(self, collection, download, idle):
        """The bare transfer: one sync-collection with all data, and one that finds nothing changed."""
        ns, data = ('carddav', '<C:address-data/>') if self.kind == 'contacts' else ('caldav', '<C:calendar-data/>')
        token = request('REPORT', self.base + collection, SYNC.format(ns=ns, token='', data=''),
                        {'Content-Type': 'application/xml', 'Depth': '1'})
        token = token.rsplit('sync-token>', 2)[1].rsplit('</', 1)[0]
        times = {}
        for name, body in (('download', SYNC.format(ns=ns, token='', data=data)),
                           ('no-change', SYNC.format(ns=ns, token=token, data=''))):
            path = os.path.join(self.work, f'{name}.xml')
            with open(path, 'w', encoding='utf-8') as out:
                out.write(body)
            times[name] = median([Usage(['curl', '-sf', '-o', os.path.join(self.work, 'answer'), '-u', f'{USER}:{PASSWORD}',
                                         '-X', 'REPORT', '-H', 'Content-Type: application/xml', '-H', 'Depth: 1',
                                         '--data-binary', f'@{path}', self.base + collection]) for _ in range(RUNS)], 'wall')
        report(f'limit/{self.name}/download/wall', download, times['download'])
        report(f'limit/{self.name}/no-change/wall', idle, times['no-change'])


def with_bench(server, kind, count, act):
    bench = Bench(server, kind, count)
    try:
        act(bench)
    finally:
        bench.close()


def chosen(name, wanted):
    return not wanted or any(name.startswith(w) or w.startswith(name) for w in wanted)


def main(wanted):
    if chosen('engine/plan', wanted):
        engine.plan(report)
    for server, count in (('cyrus', 1000), ('cyrus', 5000), ('radicale', 1000), ('radicale', 5000)):
        name = f'engine/journal/{server}/contacts/{count}'
        if chosen(name, wanted) and (wanted or count == 1000):
            with_bench(server, 'contacts', count, lambda b: journal.measure(report, b, Ours, RUNS if b.count <= 1000 else 1))
    plan = [(s, k, n) for s in ('cyrus', 'radicale') for k in ('contacts', 'events') for n in (1000, 5000)]
    for server, kind, count in plan:
        name = f'{server}/{kind}/{count}'
        if not chosen(name, wanted):
            continue
        if server == 'radicale' and count > 1000 and not wanted:
            continue  # its PUT takes time in proportion to the items already there: many minutes for either program
        with_bench(server, kind, count, Bench.run)


if __name__ == '__main__':
    main(sys.argv[1:])
