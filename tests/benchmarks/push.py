"""tests/bench push [EDITS] - from an edit on a server that tells (the JMAP double) to the item on the other side, with lockstep watch: EDITS
(200) edits of ten contacts at random moments. Beside it the moment in which the event itself was on the wire, read by a program that does nothing
else. Fails where the 99th percentile is over LIMIT seconds, or an edit does not arrive."""
import base64
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import bench

LIMIT = 2.0
CONTACTS = 10  # in turn: one that changes in twenty passes in a row is frozen (client/sync/loop.c)


class Events(threading.Thread):
    """When an event came last, by a connection of its own."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.came = 0.0
        self.connection = http.client.HTTPConnection('127.0.0.1', port)
        login = base64.b64encode(f'{bench.USER}:{bench.PASSWORD}'.encode()).decode()
        self.connection.request('GET', '/jmap/eventsource/?types=ContactCard&closeafter=no&ping=0',
                                headers={'Authorization': f'Basic {login}', 'Accept': 'text/event-stream'})
        self.answer = self.connection.getresponse()

    def run(self):
        while line := self.answer.readline():
            if line.startswith(b'data: {"@type"'):
                self.came = time.perf_counter()


def call(url, method, args):
    request = {'using': ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:contacts'], 'methodCalls': [[method, {'accountId': 'alice', **args}, '0']]}
    return json.loads(bench.request('POST', url + '/jmap/', json.dumps(request), {'Content-Type': 'application/json'}))['methodResponses'][0][1]


def content(folder):
    text = ''
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding='utf-8', errors='replace') as item:
            text += item.read()
    return text


def wait_for(condition, seconds):
    until = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > until:
            sys.exit('bench: an edit did not arrive')
        time.sleep(0.005)


def edits(url, folder, count, events):
    rnd, ours, theirs = random.Random(7), [], []
    made = call(url, 'ContactCard/set', {'create': {f'x{i}': {'@type': 'Card', 'version': '1.0', 'uid': f'uid{i}', 'name': {'full': f'Anna {i}'},
                                                              'addressBookIds': {'Default': True}} for i in range(CONTACTS)}})['created']
    wait_for(lambda: len(os.listdir(folder)) == CONTACTS, 30)
    for number in range(count):
        time.sleep(rnd.uniform(0.5, 2.5))
        name = f'Anna number {number} of all'
        started = time.perf_counter()
        call(url, 'ContactCard/set', {'update': {made[f'x{number % CONTACTS}']['id']: {'name/full': name}}})
        done = time.perf_counter()
        wait_for(lambda: name in content(folder), 30)
        ours.append(time.perf_counter() - done)
        theirs.append(max(events.came - started, 0.0))
    return ours, theirs


def measure(work, count):
    server, files = os.path.join(work, 'server'), os.path.join(work, 'files', 'items')
    os.makedirs(files)
    url = subprocess.run([os.path.join(bench.SERVERS, 'start-jmap'), server], check=True, capture_output=True, text=True).stdout.strip()
    peer = bench.Ours(work, url, 'contacts', files, 'contacts')
    events = Events(int(url.rsplit(':', 1)[1]))
    events.start()
    with open(os.path.join(work, 'out'), 'wb') as out, subprocess.Popen([bench.LOCKSTEP, 'watch'], env={**os.environ, **peer.env}, stdout=out) as watch:
        try:
            wait_for(lambda: 'told at once' in open(os.path.join(work, 'out'), encoding='utf-8').read(), 30)
            time.sleep(3)
            results = edits(url, files, count, events)
            control = json.loads(bench.request('GET', url + '/control'))
        finally:
            watch.terminate()
            subprocess.run([os.path.join(bench.SERVERS, 'stop-server'), server], check=False)
    calls = control['log'].count('ContactCard/changes')
    return (*results, calls)


def main(arguments):
    count = int(arguments[0]) if arguments else 200
    shm = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    work = tempfile.mkdtemp(prefix='lockstep-push.', dir=shm)
    try:
        ours, theirs, calls = measure(work, count)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    ours.sort()
    theirs.sort()
    last = min(count - 1, int(count * 0.99))
    for name, of in (('median', statistics.median), ('p99', lambda v: v[last]), ('most', max)):
        bench.report(f'push/{count}/{name}', of(ours), of(theirs))
    bench.report(f'push/{count}/passes', calls, count)
    if ours[last] > LIMIT:
        sys.exit(f'bench: the 99th percentile is over {LIMIT} s')


if __name__ == '__main__':
    main(sys.argv[1:])
