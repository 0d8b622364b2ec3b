"""Holds jmap_double.py to recordings of a real server: each recorded request, with the ids that the double gave, must get an answer of the
same kind. Started by jmap-double.test: jmap_replay.py URL FOLDER..., where each folder goes on with what the one before it has left.

The same kind: for each call its name or error; for a set which keys were done and how the others were refused; for a get how many were found
and which members each has; for changes and queries how many of what. Values are not compared where servers choose them; of what is wrong with a
card the double may name more.
"""
import base64
import glob
import json
import os
import sys
import urllib.error
import urllib.request

URL, FOLDERS = sys.argv[1], sys.argv[2:]
# What the recordings have and the double does not claim to: sharing by principals, drafts, expanded series; and what a recording shows of
# bytes that it does not hold (the photo is uploaded by us).
CONTACTS = {'AddressBook/get', 'AddressBook/set', 'ContactCard/get', 'ContactCard/set', 'ContactCard/changes', 'ContactCard/query'}
EVENTS = {'Calendar/get', 'Calendar/set', 'CalendarEvent/get', 'CalendarEvent/set', 'CalendarEvent/changes', 'CalendarEvent/query'}
# Of Cyrus alone.
EXTRAS = {'blobId', 'debugBlobId', 'x-href'}
# Refused by the real server in a way of its own, or not refused at all: what it shows is no rule of the RFCs.
LEFT_OUT = {'030-contactcard-of-carddav': 'the card came there by CardDAV',
            '034-bob-write-denied': 'a sharee may rename the book of somebody else',
            '038-addressbook-default-destroy': 'the standard book is made another one',
            '024-jmap-get-of-caldav-event': 'the event came there by CalDAV', '061-event-of-caldav': 'the event came there by CalDAV',
            '026-jmap-after-vtodo': 'the events came there by CalDAV'}


def part(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        text = file.read()
    at = text.find('\n{')
    user = next((line[6:] for line in text.splitlines() if line.startswith('user: ')), None)
    return user, json.loads(text[at:]) if at >= 0 else None


def send(user, request):
    password = base64.b64encode(f'{user}:{user}pw'.encode()).decode()
    call = urllib.request.Request(f'{URL}/jmap/', json.dumps(request).encode(), {'Authorization': f'Basic {password}'})
    try:
        with urllib.request.urlopen(call) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def translated(v, names):
    if isinstance(v, dict):
        return {translated(k, names): translated(x, names) for k, x in v.items()}
    if isinstance(v, list):
        return [translated(x, names) for x in v]
    if isinstance(v, str):
        if v in names:
            return names[v]
        for old, new in names.items():  # within the path of a patch
            if v.endswith('/' + old):
                return v[:-len(old)] + new
    return v


def learn(recorded, got, names):
    """Ids, states and blobs of the double beside those of the recording."""
    for old, new in zip(recorded.get('methodResponses', ()), got.get('methodResponses', ())):
        for key, value in (old[1].get('created') or {}).items() if isinstance(old[1].get('created'), dict) else ():
            other = (new[1].get('created') or {}).get(key) or {}
            for member in ('id', 'uid'):
                if member in value and member in other:
                    names[value[member]] = other[member]
        for member in ('state', 'oldState', 'newState'):
            if isinstance(old[1].get(member), str) and isinstance(new[1].get(member), str):
                names[old[1][member]] = new[1][member]
        for card in old[1].get('list', ()):
            same = [c for c in new[1].get('list', ()) if c['id'] == names.get(card.get('id'), card.get('id'))]
            for key, entry in card.get('media', {}).items() if same else ():
                names[entry.get('blobId', '')] = same[0].get('media', {}).get(key, {}).get('blobId')


def members(v):
    return sorted(k for k in v if not k.startswith('cyrusimap.org:') and not ('start' in v and k in EXTRAS)) if isinstance(v, dict) else v


def refusals(v, theirs=None):
    """Of an item that was refused for several things: those that the real server names, too."""
    out = {}
    for key, error in (v or {}).items():
        wrong = set(error.get('properties', ()))
        other = set((theirs or {}).get(key, {}).get('properties', ()))
        out[key] = (error['type'], sorted(wrong & other if other and other <= wrong else wrong))
    return out


def kind(answer, theirs=None):
    """`theirs`: what the real server answered, in the double's names."""
    name, args = answer[0], answer[1]
    if name == 'error':
        return name, args.get('type')
    if name.endswith('/get'):
        found = sorted(json.dumps(members(c)) for c in args['list'])
        return name, found, len(args['notFound'])
    if name.endswith('/set'):
        done = [sorted(args.get(k) or ()) for k in ('created', 'updated', 'destroyed')]
        refused = [refusals(args.get(n), theirs[1].get(n) if theirs else None) for n in ('notCreated', 'notUpdated', 'notDestroyed')]
        return name, [len(d) for d in done], sorted(args.get('created') or ()), refused
    if name.endswith('/changes'):
        return name, args['hasMoreChanges'], [len(args[k]) for k in ('created', 'updated', 'destroyed')]
    return name, len(args['ids']), args.get('total')


def upload():
    """A photo, for recordings that use one."""
    png = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==')
    password = base64.b64encode(b'alice:alicepw').decode()
    call = urllib.request.Request(f'{URL}/jmap/upload/alice/', png, {'Authorization': f'Basic {password}', 'Content-Type': 'image/png'})
    with urllib.request.urlopen(call) as answer:
        return {'blob': json.load(answer)['blobId']}


def offered():
    """What the double serves now, and the methods of that."""
    password = base64.b64encode(b'alice:alicepw').decode()
    with urllib.request.urlopen(urllib.request.Request(f'{URL}/jmap/', headers={'Authorization': f'Basic {password}'})) as answer:
        capabilities = [c for c in json.load(answer)['capabilities'] if c.startswith('urn:')]
    return capabilities, (CONTACTS if any('contacts' in c for c in capabilities) else set()) | (
        EVENTS if any('calendars' in c for c in capabilities) else set())


def replay(path, names, using, known):
    """None: nothing of it is known."""
    user, request = part(path)
    calls = request.get('methodCalls') if request else None
    if not calls or not {c[0] for c in calls} & known or any('expandRecurrences' in c[1] for c in calls):
        return None
    recorded = part(path.replace('.request', '.response'))[1]
    pairs = [(c, a) for c, a in zip(calls, recorded['methodResponses'])
             if c[0] in known and c[0] != 'AddressBook/changes' and not any(k.startswith('#') for k in c[1])]
    if not pairs:
        return None
    got = send(user, {'using': using, 'methodCalls': translated([c for c, _ in pairs], names)})
    want = {'methodResponses': [a for _, a in pairs]}
    learn(want, got, names)
    want = translated(want['methodResponses'], names)
    return [kind(a) for a in want], [kind(a, b) for a, b in zip(got.get('methodResponses', ()), want)]


def main():
    passed = failed = 0
    using, known = offered()
    names = upload()
    for path in [p for folder in FOLDERS for p in sorted(glob.glob(os.path.join(folder, '*.request')))]:
        name = os.path.basename(path)[:-len('.request')]
        if name == '004-blob-upload':
            names[part(path.replace('.request', '.response'))[1]['blobId']] = names['blob']
        if name in LEFT_OUT:
            print(f'ok {name} (left out: {LEFT_OUT[name]})')
            continue
        result = replay(path, names, using, known)
        if result is None:
            continue
        theirs, ours = result
        if json.dumps(theirs, sort_keys=True) == json.dumps(ours, sort_keys=True):
            passed += 1
            print(f'ok {name}')
        else:
            failed += 1
            print(f'FAIL {name}: the double says {json.dumps(ours)[:600]}, the real server {json.dumps(theirs)[:600]}')
    print(f'{passed} passed, {failed} failed')
    return failed > 0


sys.exit(main())
