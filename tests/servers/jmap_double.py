#!/usr/bin/python3
"""A JMAP server for contacts (RFC 8620, RFC 9610) and calendars: small, strict, in memory, and able to misbehave on demand.

    jmap_double.py PORT

Users are alice:alicepw and bob:bobpw. It refuses what a strict server may refuse: unknown members, wrong types, patches whose way is not
there, more than its limits. What it does to cards and events is what real servers were seen to do (jmap-double.test replays their recordings, where
they lie): nested "@type" and defaults go, name parts are put into an order, a photo gets another blob id with every version of the card.

POST /control takes a JSON object of wishes, GET /control tells what is there and what was asked for:
    lose N            the next N requests that change something are carried out and not answered
    twice N           the next N requests that change something are carried out twice, the second answer is given
    cut N             the next N answers end in the middle
    huge N, deep N    the next N answers are 70 MB, or 1000 objects deep
    garbage N         the next N answers are no JSON
    deep_card ID      every answer with this card is 200 objects deep
    status [S, N, R]  the next N requests get the HTTP status S, with Retry-After R if that is not null
    calendars DIALECT there are calendars, in the dialect "1.0" or "2.0" (jmap_calendars.py); contacts false: there are no contacts
    busy N            before each of the next N sets of items somebody else changes another one
    forget N          the next N changes of items cannot be calculated
    short N           the next N queries leave out the last item
    moving N          the query state of the next N queries is another one
    changes N         changes of items are given N at a time; stuck: they never get on
    no_filter         queries know no filter by calendar
    no_hint           the rights in calendars do not tell the dialect
    colors            categories "Red" and "Blue" are shown as colour, hidden, and dropped by the next write, as by Cyrus (in 1.0)
    same_uids         two cards may have one uid, so that whatever is made twice is there twice
    odd_ids           ids of new cards have characters that RFC 8620 does not allow, as those of Cyrus may
    refuse MEMBER     a card that has it is refused for it
    hidden_fails N    the next N ContactCard/get that name members fail
    no_blobs          there is no photo to be downloaded
    uid_ids           the id of a new card is its uid
    one_book          a card is in one book only
    silent N          the next N sets of items do not say what became of the items
    limits {..}       over those of the core capability
    vendor WORD       keep (default), hide (shown only when asked by name, as Cyrus does), refuse
    api URL, session {..}   members of the session are other ones
    other_host URL    the session is redirected there
    kill [PATH, N, WHEN]  ends the process whose id is in the file at the N-th request from now: "before" it is carried out, or "after"
    push {"how": W}   the stream of changes goes wrong: "status" (with "status": N, "after": SECONDS), "redirect" (with "location"), "drop", "close"
                      (at once), "html", "line" (one that never ends), "comments", "garbage", "silent" (never a ping). Without "how": {"retry": MS},
                      {"ping": SECONDS}, {"seconds": N} until it ends, {"mute": N} until it says nothing more, {"no_replay": true}: Last-Event-ID means nothing; push_ends true: all end now
    snapshot, restore     what is there is remembered, and brought back
    reset             everything as at the beginning but for the cards
"""
import base64
import copy
import hashlib
import http.server
import json
import os
import re
import signal
import socketserver
import sys
import threading
import time
import urllib.parse

import jmap_calendars
import jmap_push

USERS = {'alice': 'alicepw', 'bob': 'bobpw'}
CORE, CONTACTS, CALENDARS = (f'urn:ietf:params:jmap:{name}' for name in ('core', 'contacts', 'calendars'))
CYRUS = 'https://cyrusimap.org/ns/jmap/calendars'
LIMITS = {'maxSizeUpload': 5000000, 'maxConcurrentUpload': 4, 'maxSizeRequest': 10000000, 'maxConcurrentRequests': 4,
          'maxCallsInRequest': 16, 'maxObjectsInGet': 500, 'maxObjectsInSet': 500, 'collationAlgorithms': []}
RIGHTS = ('mayRead', 'mayWrite', 'mayShare', 'mayDelete')


class MethodError(Exception):
    pass


class SetError(Exception):
    def __init__(self, kind, properties=None):
        super().__init__(kind)
        self.value = {'type': kind}
        if properties is not None:
            self.value['properties'] = properties


# --- what a card may say (RFC 9553) -------------------------------------------------------------------------------
def map_of(entry):
    return ('map', entry)


COMMON = {'contexts': 'set', 'pref': 'int', 'label': 'str'}
RESOURCE = {**COMMON, 'kind': 'str', 'uri': 'str', 'mediaType': 'str'}
DATE = {'year': 'int', 'month': 'int', 'day': 'int', 'calendarScale': 'str', 'utc': 'str'}
ADDRESS = {**COMMON, 'components': ('list', {'kind': 'str', 'value': 'str', 'phonetic': 'str'}), 'isOrdered': 'bool', 'countryCode': 'str',
           'coordinates': 'str', 'timeZone': 'str', 'full': 'str', 'defaultSeparator': 'str', 'phoneticScript': 'str', 'phoneticSystem': 'str'}
CARD = {
    'version': 'str', 'uid': 'str', 'kind': 'str', 'created': 'str', 'updated': 'str', 'language': 'str', 'prodId': 'str', 'members': 'set',
    'keywords': 'set', 'relatedTo': map_of({'relation': 'set'}), 'speakToAs': 'any', 'localizations': 'any', 'preferredContactChannels': 'any',
    'name': {'full': 'str', 'isOrdered': 'bool', 'defaultSeparator': 'str', 'sortAs': 'any', 'phoneticScript': 'str', 'phoneticSystem': 'str',
             'components': ('list', {'kind': 'str', 'value': 'str', 'phonetic': 'str'})},
    'nicknames': map_of({'name': 'str', 'contexts': 'set', 'pref': 'int'}),
    'organizations': map_of({'name': 'str', 'units': ('list', {'name': 'str', 'sortAs': 'str'}), 'sortAs': 'str', 'contexts': 'set'}),
    'titles': map_of({'name': 'str', 'kind': 'str', 'organizationId': 'str'}),
    'emails': map_of({**COMMON, 'address': 'str'}),
    'phones': map_of({**COMMON, 'number': 'str', 'features': 'set'}),
    'onlineServices': map_of({**COMMON, 'service': 'str', 'uri': 'str', 'user': 'str'}),
    'addresses': map_of(ADDRESS),
    'anniversaries': map_of({'kind': 'str', 'date': DATE, 'place': ADDRESS}),
    'personalInfo': map_of({'kind': 'str', 'value': 'str', 'level': 'str', 'listAs': 'int', 'label': 'str'}),
    'notes': map_of({'note': 'str', 'created': 'str', 'author': 'any'}),
    'media': map_of({**RESOURCE, 'blobId': 'str'}), 'links': map_of(RESOURCE), 'calendars': map_of(RESOURCE), 'cryptoKeys': map_of(RESOURCE),
    'directories': map_of({**RESOURCE, 'listAs': 'int'}), 'schedulingAddresses': map_of({'uri': 'str', **COMMON}),
    'preferredLanguages': map_of({'language': 'str', 'contexts': 'set', 'pref': 'int'}),
}
ID = re.compile(r'[A-Za-z0-9_-]{1,255}$')
SIMPLE = {'str': str, 'bool': bool, 'int': int, 'any': object}


def is_vendor(name):
    return ':' in name


def check(value, kind, path, bad, vendor):
    """Adds to `bad` the path of whatever is not of that kind."""
    if isinstance(kind, str) and kind != 'set':
        if not isinstance(value, SIMPLE[kind]) or (kind == 'int' and isinstance(value, bool)):
            bad.append(path)
    elif kind == 'set':
        if not isinstance(value, dict) or any(v is not True for v in value.values()):
            bad.append(path)
        elif not vendor:
            bad += [path for key in value if is_vendor(key) and '/relation' in path]
    elif isinstance(kind, tuple):
        if not isinstance(value, dict if kind[0] == 'map' else list):
            bad.append(path)
            return
        for key, entry in value.items() if kind[0] == 'map' else enumerate(value):
            if kind[0] == 'map' and not path.startswith('relatedTo') and not ID.match(key):
                bad.append(f'{path}/{key}')
            check(entry, kind[1], f'{path}/{key}', bad, vendor)
    elif not isinstance(value, dict):
        bad.append(path)
    else:
        for key, entry in value.items():
            inner = f'{path}/{key}' if path else key
            if is_vendor(key):
                if not vendor:
                    bad.append(inner)
            elif key == '@type':
                if not isinstance(entry, str):
                    bad.append(inner)
            elif key not in kind:
                bad.append(inner)
            else:
                check(entry, kind[key], inner, bad, vendor)


ORDER = ['surname', 'surname2', 'given', 'given2', 'title', 'credential', 'generation']


def normal(card):
    """As a server of the kind that keeps vCards gives it back."""
    def plain(v):
        if isinstance(v, dict):
            return {k: plain(x) for k, x in v.items() if k != '@type'}
        return [plain(x) for x in v] if isinstance(v, list) else v
    card = {k: plain(v) for k, v in card.items() if v != {}}
    card['@type'] = 'Card'
    name = card.get('name', {})
    for thing in [name, *card.get('addresses', {}).values()]:
        if thing.get('isOrdered') is False:
            del thing['isOrdered']
    if 'components' in name and not name.get('isOrdered'):
        name['components'].sort(key=lambda c: ORDER.index(c['kind']) if c.get('kind') in ORDER else len(ORDER))
    for title in card.get('titles', {}).values():
        if title.get('kind') == 'title':
            del title['kind']
    card.setdefault('kind', 'individual')
    return card


# --- what is there ------------------------------------------------------------------------------------------------
class Account:
    def __init__(self, owner):
        self.owner, self.state, self.serial = owner, 1, 0
        self.books = {'Default': {'name': 'Personal', 'description': None, 'sortOrder': 0, 'isDefault': True, 'isSubscribed': True,
                                  'shareWith': {}}}
        self.cards = {}    # id -> card with addressBookIds, without id
        self.changed = {}  # id -> (state it was made in, state it was last changed in, is it there)
        self.calendars = {'Default': copy.deepcopy(jmap_calendars.CALENDAR)}
        self.events, self.events_changed = {}, {}  # likewise, with calendarIds
        self.moved = {}  # type -> state when something of it changed last

    def new_id(self, letter):
        self.serial += 1
        return f'{letter}{self.serial}'

    def move(self, name):
        self.state += 1
        self.moved[name] = str(self.state)

    def touch(self, kind, item_id, there=True):
        self.move(kind.types[1])
        changed = kind.changed(self)
        made = changed.get(item_id, (self.state, 0, True))[0]
        changed[item_id] = (made, self.state, there)

    def rights(self, kind, user, folder_id):
        if user == self.owner:
            return dict.fromkeys(kind.rights(), True)
        return kind.folders(self)[folder_id]['shareWith'].get(user)

    def visible(self, kind, user):
        return [f for f in kind.folders(self) if (self.rights(kind, user, f) or {}).get(kind.may_read)]


class Cards:
    """Contacts in address books."""
    types = jmap_push.TYPES['contacts']
    capability, ids, may_read, may_write = CONTACTS, 'addressBookIds', 'mayRead', 'mayWrite'
    has_contents, remove_contents = 'addressBookHasContents', 'onDestroyRemoveContents'
    may_be_set = ('name', 'description', 'sortOrder', 'isSubscribed')
    folders, items, changed = (staticmethod(lambda a: a.books), staticmethod(lambda a: a.cards), staticmethod(lambda a: a.changed))

    @staticmethod
    def rights():
        return RIGHTS

    @staticmethod
    def new_folder():
        return {'description': None, 'sortOrder': 0, 'isDefault': False, 'isSubscribed': True, 'shareWith': {}}

    @staticmethod
    def folder_shown(folder, own):
        return folder

    @staticmethod
    def filters():
        return FILTERS


class Events:
    """Appointments in calendars."""
    types = jmap_push.TYPES['calendars']
    capability, ids, may_read, may_write = CALENDARS, 'calendarIds', 'mayReadItems', 'mayWriteAll'
    has_contents, remove_contents = 'calendarHasEvent', 'onDestroyRemoveEvents'
    may_be_set = jmap_calendars.MAY_BE_SET
    folders, items, changed = (staticmethod(lambda a: a.calendars), staticmethod(lambda a: a.events), staticmethod(lambda a: a.events_changed))

    @staticmethod
    def rights():
        return jmap_calendars.RIGHTS if WORLD.wishes.get('no_hint') else jmap_calendars.rights(dialect())

    @staticmethod
    def new_folder():
        return {**copy.deepcopy(jmap_calendars.CALENDAR), 'isDefault': False}

    @staticmethod
    def folder_shown(folder, own):
        hidden = {'isDefault'} if dialect() == '1.0' else set()  # default alerts are of each person
        return {k: v for k, v in folder.items() if k not in hidden and (own or not k.startswith('defaultAlerts'))}

    @staticmethod
    def filters():
        uid = {'uid': lambda e, v: e.get('uid') == v, 'text': FILTERS['text']}
        if WORLD.wishes.get('no_filter'):
            return uid
        if dialect() == '1.0':
            return {**uid, 'inCalendars': lambda e, v: bool(set(v) & set(e['calendarIds']))}
        return {**uid, 'inCalendar': lambda e, v: v in e['calendarIds']}


def dialect():
    return WORLD.wishes.get('calendars') or '2.0'


def serves(kind):
    return bool(WORLD.wishes.get('calendars')) if kind is Events else WORLD.wishes.get('contacts', True)


class World:
    def __init__(self):
        self.lock = threading.Lock()
        self.accounts = {u: Account(u) for u in USERS}
        self.blobs = {}
        self.wishes = {}
        self.log = []
        self.requests = 0  # with method calls
        self.rejected = 0  # requests with a wrong password
        self.pushes = []  # of each question for the stream: when, who, Last-Event-ID, types
        self.mailed = 0  # sets of events that did not say that nobody is to be written to
        self.kept = None

    def kill(self, when):
        """Ends the client, if this is its moment; the answer goes to nobody."""
        wish = self.wishes.get('kill')
        if wish and wish[2] == when:
            wish[1] -= 1
            if not wish[1]:
                with open(wish[0], encoding='ascii') as file:
                    os.kill(int(file.read()), signal.SIGKILL)

    def wish(self, name):
        """Is it wished this time?"""
        n = self.wishes.get(name, 0)
        if n:
            self.wishes[name] = n - 1
        return bool(n)


WORLD = World()


def account_of(kind, user, args):
    account = WORLD.accounts.get(args.get('accountId'))
    if not account or (account.owner != user and not account.visible(kind, user)):
        raise MethodError('accountNotFound')
    return account


def known_args(args, *names):
    if set(args) - {'accountId', *names}:
        raise MethodError('invalidArguments')


def limit(name):
    return WORLD.wishes.get('limits', {}).get(name, LIMITS[name])


def show_blobs(entries, owner, item_id, version):
    for entry in entries.values():
        if 'blobId' in entry:
            mark = f'{owner}|{item_id}|{version}|{entry["blobId"]}'
            entry['blobId'] = 'V' + base64.urlsafe_b64encode(mark.encode()).decode().rstrip('=')


def shown_card(account, card_id, properties):
    card = copy.deepcopy(account.cards[card_id])
    show_blobs(card.get('media', {}), account.owner, card_id, account.changed[card_id][1])
    card['id'] = card_id
    if WORLD.wishes.get('deep_card') == card_id:
        card['example.com:deep'] = json.loads('{"a":' * 200 + '1' + '}' * 200)
    if properties is not None:
        return {k: v for k, v in card.items() if k in properties or k == 'id'}
    if WORLD.wishes.get('vendor') == 'hide':
        return {k: v for k, v in card.items() if not is_vendor(k)}
    return card


def shown_event(account, event_id, properties):
    event = {**jmap_calendars.shown(copy.deepcopy(account.events[event_id]), dialect()), 'id': event_id}
    show_blobs(event.get('links') or {}, account.owner, event_id, account.events_changed[event_id][1])
    if WORLD.wishes.get('colors'):
        event = jmap_calendars.hide_colors(event)
        event['blobId'] = f'E{account.owner}|{event_id}|{account.events_changed[event_id][1]}'
    if properties is not None:
        return {k: v for k, v in event.items() if k in (*properties, 'id', 'uid', '@type')}
    return event


Cards.shown, Events.shown = staticmethod(shown_card), staticmethod(shown_event)


# --- methods ------------------------------------------------------------------------------------------------------
def get_ids(args, known):
    ids = args.get('ids')
    if ids is not None and (not isinstance(ids, list) or not all(isinstance(i, str) for i in ids)):
        raise MethodError('invalidArguments')
    if ids is None:
        return list(known)  # not limited, as on Cyrus
    ids = list(dict.fromkeys(ids))
    if len(ids) > limit('maxObjectsInGet'):
        raise MethodError('requestTooLarge')
    return ids


def folder_get(kind):
    def method(user, args):
        known_args(args, 'ids', 'properties')
        account = account_of(kind, user, args)
        visible = account.visible(kind, user)
        found, missing = [], []
        for i in get_ids(args, visible):
            if i in visible:
                folder = kind.folder_shown(kind.folders(account)[i], user == account.owner)
                value = {'id': i, **{k: v for k, v in folder.items() if k != 'shareWith'}, 'myRights': account.rights(kind, user, i),
                         'shareWith': folder['shareWith'] or None}
                wanted = args.get('properties')
                found.append(value if wanted is None else {k: v for k, v in value.items() if k in (*wanted, 'id')})
            else:
                missing.append(i)
        return {'state': str(account.state), 'list': found, 'notFound': missing}
    return method


def folder_create(kind):
    def act(account, user, value):
        if user != account.owner:
            raise SetError('forbidden')
        bad = [k for k in value if k not in kind.may_be_set]
        if bad or not isinstance(value.get('name'), str) or not 0 < len(value['name'].encode()) <= 255:
            raise SetError('invalidProperties', bad or ['name'])
        i = account.new_id('book-')
        kind.folders(account)[i] = {**kind.new_folder(), **value}
        account.move(kind.types[0])
        return {'id': i, 'myRights': account.rights(kind, user, i)}
    return act


def folder_update(kind):
    def act(account, user, i, patch):
        if i not in account.visible(kind, user):
            raise SetError('notFound')
        if user != account.owner:
            raise SetError('forbidden')
        folder = copy.deepcopy(kind.folders(account)[i])
        apply_patch(folder, patch)
        strange = set(folder) ^ set(kind.folders(account)[i])
        if strange - set(kind.may_be_set):
            raise SetError('invalidProperties', sorted(strange))
        folder['shareWith'] = {who: {**dict.fromkeys(kind.rights(), False), **may} if kind is Events else may
                               for who, may in (folder['shareWith'] or {}).items()}
        kind.folders(account)[i] = folder
        account.move(kind.types[0])
    return act


def folder_destroy(kind):
    def act(account, user, i, args):
        if i not in account.visible(kind, user):
            raise SetError('notFound')
        if user != account.owner or kind.folders(account)[i]['isDefault']:
            raise SetError('forbidden')
        items = kind.items(account)
        inside = [c for c, item in items.items() if i in item[kind.ids]]
        if inside and not args.get(kind.remove_contents):
            raise SetError(kind.has_contents)
        for c in inside:
            del items[c][kind.ids][i]
            if not items[c][kind.ids]:
                del items[c]
            account.touch(kind, c, c in items)
        del kind.folders(account)[i]
        account.move(kind.types[0])
    return act


def apply_patch(target, patch):
    paths = sorted(patch)
    if any(b.startswith(a + '/') for a, b in zip(paths, paths[1:])):
        raise SetError('invalidPatch')
    for path, value in patch.items():
        parts = [p.replace('~1', '/').replace('~0', '~') for p in path.split('/')]
        at = target
        for part in parts[:-1]:
            at = at.get(part) if isinstance(at, dict) else None
        if not isinstance(at, dict):
            raise SetError('invalidPatch')
        if value is None and not (len(parts) == 1 and parts[0] == 'shareWith'):
            at.pop(parts[-1], None)
        else:
            at[parts[-1]] = value


def wrong_place(kind, account, user, item, most):
    folders = item.get(kind.ids)
    writable = [f for f in account.visible(kind, user) if account.rights(kind, user, f).get(kind.may_write)]
    return (not isinstance(folders, dict) or not 0 < len(folders) <= most or any(v is not True for v in folders.values()) or
            bool(set(folders) - set(writable)))


def same_uid(items, item, item_id):
    return not WORLD.wishes.get('same_uids') and any(i != item_id and c.get('uid') == item.get('uid') for i, c in items.items())


def check_event(account, user, event, event_id):
    bad = jmap_calendars.check_event(event, dialect(), check, dialect() == '2.0' and WORLD.wishes.get('vendor', 'keep') == 'keep')
    if same_uid(account.events, event, event_id):
        bad.append('uid')
    if WORLD.wishes.get('refuse') in event:
        bad.append(WORLD.wishes['refuse'])
    if wrong_place(Events, account, user, event, 1 if dialect() == '1.0' else 1000):
        bad.append('calendarIds')
    take_blobs(event, 'links', bad)
    if bad:
        raise SetError('invalidProperties', sorted(set(bad)))
    return jmap_calendars.normal(event, dialect())


def check_card(account, user, card, card_id):
    bad = []
    members = {k: v for k, v in card.items() if k != 'addressBookIds'}
    check(members, CARD, '', bad, WORLD.wishes.get('vendor') != 'refuse')
    if card.get('@type') != 'Card':
        bad.append('@type')
    if WORLD.wishes.get('refuse') in card:
        bad.append(WORLD.wishes['refuse'])
    if card.get('version') != '1.0':
        bad.append('version')
    if same_uid(account.cards, card, card_id):
        bad.append('uid')
    if wrong_place(Cards, account, user, card, 1 if WORLD.wishes.get('one_book') else 1000):
        bad.append('addressBookIds')
    take_blobs(card, 'media', bad)
    if bad:
        raise SetError('invalidProperties', sorted(set(bad)))
    return normal(card)


def take_blobs(item, member, bad):
    """Blobs that an item names must be there; it keeps them by their own names."""
    for key, entry in item[member].items() if isinstance(item.get(member), dict) else ():
        blob = entry.get('blobId') if isinstance(entry, dict) else None
        if blob is not None:
            found = find_blob(blob)
            if not found:
                bad.append(f'{member}/{key}/blobId')
            else:
                entry['blobId'] = found


def find_blob(blob):
    """The name by which the bytes are kept, of either kind of id."""
    if blob in WORLD.blobs:
        return blob
    try:
        mark = base64.urlsafe_b64decode(blob[1:] + '=' * (-len(blob[1:]) % 4)).decode()
    except ValueError:
        return None
    return mark.rsplit('|', 1)[1] if '|' in mark and mark.rsplit('|', 1)[1] in WORLD.blobs else None


def item_create(kind):
    def act(account, user, value):
        if 'id' in value:
            raise SetError('invalidProperties', ['id'])
        item = copy.deepcopy(value)
        made = {'created': '2026-11-28T12:00:00Z'}
        if kind is Cards:
            made['prodId'] = '-//double//EN'
        if 'uid' not in item:
            item['uid'] = made['uid'] = 'made-' + account.new_id('u')
        item = kind.check(account, user, {'prodId': '-//double//EN', 'updated': made['created'], **made, **item} if kind is Events
                          else {**made, **item}, None)
        i = account.new_id('k')
        i = f'{i}:/ä%41"' if WORLD.wishes.get('odd_ids') else item['uid'] if WORLD.wishes.get('uid_ids') else i
        kind.items(account)[i] = item
        account.touch(kind, i)
        return {'id': i, **made}
    return act


def may_change(kind, account, user, i):
    item = kind.items(account).get(i)
    if not item or not set(item[kind.ids]) & set(account.visible(kind, user)):
        raise SetError('notFound')
    if not all((account.rights(kind, user, f) or {}).get(kind.may_write) for f in item[kind.ids]):
        raise SetError('forbidden' if kind is Events else 'accountReadOnly')


def item_update(kind):
    def act(account, user, i, patch):
        may_change(kind, account, user, i)
        before = kind.items(account)[i]
        item = copy.deepcopy(before)
        if not isinstance(patch, dict) or (kind is Events and any(p.startswith('calendarIds/') for p in patch)):
            raise SetError('invalidPatch')
        if kind is Events and WORLD.wishes.get('colors'):
            item = {k: v for k, v in jmap_calendars.hide_colors(item).items() if v is not None}
        apply_patch(item, patch)
        if item.get('uid') != before.get('uid'):
            raise SetError('invalidProperties', ['uid'])
        broken = jmap_calendars.breaks_occurrences(before, item, patch, dialect()) if kind is Events else None
        if broken:
            raise SetError('invalidProperties', broken)
        item = kind.check(account, user, item, i)
        item['updated'] = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())
        kind.items(account)[i] = item
        account.touch(kind, i)
        return {'updated': item['updated']}
    return act


def item_destroy(kind):
    def act(account, user, i, args):
        may_change(kind, account, user, i)
        del kind.items(account)[i]
        account.touch(kind, i, False)
    return act


def item_get(kind):
    def method(user, args):
        known_args(args, 'ids', 'properties')
        account = account_of(kind, user, args)
        visible = set(account.visible(kind, user))
        mine = [i for i, c in kind.items(account).items() if visible & set(c[kind.ids])]
        properties = args.get('properties')
        if properties is not None and WORLD.wish('hidden_fails'):
            raise MethodError('serverFail')
        if properties is not None and WORLD.wishes.get('vendor') == 'refuse' and any(is_vendor(p) for p in properties):
            raise MethodError('invalidArguments')
        ids = get_ids(args, mine)
        return {'state': str(account.state), 'list': [kind.shown(account, i, properties) for i in ids if i in mine],
                'notFound': [i for i in ids if i not in mine]}
    return method


def item_changes(kind):
    def method(user, args):
        known_args(args, 'sinceState', 'maxChanges')
        account = account_of(kind, user, args)
        since = args.get('sinceState')
        if not isinstance(since, str):
            raise MethodError('invalidArguments')
        if WORLD.wish('forget') or not since.isdigit() or not int(since):
            raise MethodError('cannotCalculateChanges')
        most = min(args.get('maxChanges') or 10 ** 9, WORLD.wishes.get('changes') or 10 ** 9)
        moved = sorted((c[1], i, c) for i, c in kind.changed(account).items() if c[1] > int(since))
        more = len(moved) > most
        moved = moved[:most]
        new = str(moved[-1][0] if more else account.state)
        lists = {'created': [], 'updated': [], 'destroyed': []}
        for _, i, (made, _, there) in moved:
            if there or made <= int(since):
                lists['destroyed' if not there else 'created' if made > int(since) else 'updated'].append(i)
        if WORLD.wishes.get('stuck'):
            new, more = since, True
        return {'oldState': since, 'newState': new, 'hasMoreChanges': more, **lists}
    return method


FILTERS = {
    'inAddressBook': lambda c, v: v in c['addressBookIds'],
    'uid': lambda c, v: c.get('uid') == v,
    'email': lambda c, v: any(v in e.get('address', '') for e in c.get('emails', {}).values()),
    'text': lambda c, v: v.lower() in json.dumps(c, ensure_ascii=False).lower(),
}


def item_query(kind):
    def method(user, args):
        known_args(args, 'filter', 'sort', 'position', 'limit', 'calculateTotal')
        account = account_of(kind, user, args)
        conditions, known = args.get('filter') or {}, kind.filters()
        if set(conditions) - set(known):
            raise MethodError('invalidArguments' if kind is Events and dialect() == '1.0' else 'unsupportedFilter')
        visible = set(account.visible(kind, user))
        ids = [i for i, c in kind.items(account).items()
               if visible & set(c[kind.ids]) and all(known[k](c, v) for k, v in conditions.items())]
        position, total = args.get('position', 0), len(ids)
        if WORLD.wish('short'):
            ids = ids[:-1]
        state = str(account.state) + ('-' + str(len(WORLD.log)) if WORLD.wish('moving') else '')
        page = ids[position:][:min(args.get('limit') or 10 ** 9, 500)]
        told = 0 if kind is Events and dialect() == '1.0' else position  # as Cyrus 3.10
        return {'queryState': state, 'canCalculateChanges': False, 'position': told, 'ids': page, 'total': total}
    return method


def identity_get(user, args):
    known_args(args, 'ids')
    account_of(Events, user, args)
    address = f'mailto:{user}@example.test'
    how = {'sendTo': {'imip': address}} if dialect() == '1.0' else {'calendarAddress': address}
    return {'state': '0', 'list': [{'id': '1', 'name': user, **how}], 'notFound': []}


Cards.check, Events.check = staticmethod(check_card), staticmethod(check_event)


def set_method(kind, acts, items, extra=()):
    def method(user, args):
        known_args(args, 'ifInState', 'create', 'update', 'destroy', *extra)
        account = account_of(kind, user, args)
        if sum(len(args.get(k) or ()) for k in ('create', 'update', 'destroy')) > limit('maxObjectsInSet'):
            raise MethodError('requestTooLarge')
        if items and WORLD.wish('busy'):
            account.move(kind.types[1])
        if items and kind is Events and args.get('sendSchedulingMessages') is not False:
            WORLD.mailed += 1
        if args.get('ifInState') not in (None, str(account.state)):
            raise MethodError('stateMismatch')
        answer = {'oldState': str(account.state)}
        for name, act in zip(('create', 'update', 'destroy'), acts):
            done, refused = {}, {}
            wanted = args.get(name) or {}
            for key in wanted:
                try:
                    done[key] = (act(account, user, wanted[key]) if name == 'create' else
                                 act(account, user, key, wanted[key] if name == 'update' else args))
                except SetError as error:
                    refused[key] = error.value
            past = {'create': 'created', 'update': 'updated', 'destroy': 'destroyed'}[name]
            answer[past] = (list(done) if name == 'destroy' else done) or None
            answer['not' + past[0].upper() + past[1:]] = refused or None
        answer['newState'] = str(account.state)
        if WORLD.wish('silent'):
            answer = {'oldState': answer['oldState'], 'newState': answer['newState']}
        return answer
    return method


def methods_of(kind, folder, item, item_extra=()):
    folder_acts = (folder_create(kind), folder_update(kind), folder_destroy(kind))
    item_acts = (item_create(kind), item_update(kind), item_destroy(kind))
    return {f'{folder}/get': (kind, folder_get(kind)), f'{folder}/set': (kind, set_method(kind, folder_acts, False, (kind.remove_contents,))),
            f'{item}/get': (kind, item_get(kind)), f'{item}/set': (kind, set_method(kind, item_acts, True, item_extra)),
            f'{item}/changes': (kind, item_changes(kind)), f'{item}/query': (kind, item_query(kind))}


METHODS = {**methods_of(Cards, 'AddressBook', 'ContactCard'), **methods_of(Events, 'Calendar', 'CalendarEvent', ('sendSchedulingMessages',)),
           'ParticipantIdentity/get': (Events, identity_get)}


def request_error(kind, **more):
    return 400, {'type': 'urn:ietf:params:jmap:error:' + kind, 'status': 400, **more}


def run(user, body):
    """A whole request: status and answer."""
    if len(body) > limit('maxSizeRequest'):
        return request_error('limit', limit='maxSizeRequest')
    try:
        request = json.loads(body)
    except ValueError:
        return request_error('notJSON')
    calls = request.get('methodCalls') if isinstance(request, dict) else None
    if not isinstance(calls, list) or not isinstance(request.get('using'), list) or not all(
            isinstance(c, list) and len(c) == 3 and isinstance(c[1], dict) and isinstance(c[2], str) for c in calls):
        return request_error('notRequest')
    offered = {CORE, CYRUS if WORLD.wishes.get('colors') else CORE, *(kind.capability for kind in (Cards, Events) if serves(kind))}
    if set(request['using']) - offered or CORE not in request['using']:
        return request_error('unknownCapability')
    if len(calls) > limit('maxCallsInRequest'):
        return request_error('limit', limit='maxCallsInRequest')
    answers, made = [], {}
    for name, args, call_id in calls:
        WORLD.log.append(name)
        try:
            kind, method = METHODS.get(name, (None, None))
            if not kind or kind.capability not in request['using']:
                raise MethodError('unknownMethod')
            if isinstance(args.get('ids'), list):
                args = {**args, 'ids': [made.get(i, i) if isinstance(i, str) else i for i in args['ids']]}
            answer = method(user, args)
            made.update({'#' + k: v['id'] for k, v in (answer.get('created') or {}).items() if isinstance(v, dict)}
                        if isinstance(answer.get('created'), dict) else {})
            answers.append([name, {'accountId': args.get('accountId'), **answer}, call_id])
        except MethodError as error:
            answers.append(['error', {'type': str(error)}, call_id])
    return 200, {'methodResponses': answers, 'sessionState': '0'}


def session(user):
    accounts, kinds = {}, [kind for kind in (Cards, Events) if serves(kind)]
    about = {CONTACTS: {'maxAddressBooksPerCard': None}, CALENDARS: {'maxCalendarsPerEvent': 1 if dialect() == '1.0' else None}}
    for name, account in WORLD.accounts.items():
        has = [kind for kind in kinds if name == user or account.visible(kind, user)]
        if has:
            accounts[name] = {'name': name, 'isPersonal': name == user, 'isReadOnly': False, 'accountCapabilities': {
                CORE: {}, **{kind.capability: about[kind.capability] for kind in has}}}
    capabilities = {CORE: {**LIMITS, **WORLD.wishes.get('limits', {})}, **{kind.capability: {} for kind in kinds}}
    if WORLD.wishes.get('colors'):
        capabilities[CYRUS] = {}
    if WORLD.wishes.get('vendor') == 'hide':
        capabilities['https://cyrusimap.org/ns/jmap/contacts'] = {}
    answer = {'username': user, 'apiUrl': '/jmap/', 'downloadUrl': '/jmap/download/{accountId}/{blobId}/{name}?accept={type}',
              'uploadUrl': '/jmap/upload/{accountId}/', 'eventSourceUrl': '/jmap/eventsource/?types={types}&closeafter={closeafter}&ping={ping}', 'state': '0', 'capabilities': capabilities,
              'accounts': accounts, 'primaryAccounts': {kind.capability: user for kind in kinds}}
    if 'api' in WORLD.wishes:
        answer['apiUrl'] = WORLD.wishes['api']
    return {**answer, **WORLD.wishes.get('session', {})}


# --- HTTP ---------------------------------------------------------------------------------------------------------
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wbufsize = -1  # head and body in one packet: else each answer waits for the client's acknowledgement

    def log_message(self, *args):
        pass

    def answer(self, status, value, content_type='application/json', **headers):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        cut = status == 200 and self.command == 'POST' and self.path == '/jmap/' and WORLD.wish('cut')
        self.send_response(status)
        self.send_header('Content-Type', content_type)
        self.send_header('Content-Length', str(len(body)))
        for name, text in headers.items():
            self.send_header(name.replace('_', '-'), text)
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if cut else body)
        self.wfile.flush()
        if cut:
            self.close_connection = True

    def user(self):
        try:
            kind, text = self.headers.get('Authorization', '').split(' ', 1)
            if kind == 'Bearer':  # the tokens are alice-token, ...
                return next((name for name in USERS if text == f'{name}-token'), None)
            name, password = base64.b64decode(text).decode().split(':', 1)
        except ValueError:
            return None
        return name if kind == 'Basic' and USERS.get(name) == password else None

    def refused(self):
        """The answers that need no request to be understood."""
        status = WORLD.wishes.get('status')
        if status and status[1]:
            status[1] -= 1
            self.answer(status[0], {}, **({'Retry_After': str(status[2])} if status[2] is not None else {}))
        elif not self.user():
            WORLD.rejected += 'Authorization' in self.headers
            self.answer(401, b'', 'text/plain', WWW_Authenticate='Basic realm="double"')
        else:
            return False
        return True

    def stream(self):
        """The stream of changes; without the lock, as it lasts."""
        parts = urllib.parse.urlsplit(self.path)
        with WORLD.lock:
            user = self.user()
            WORLD.pushes.append([time.time(), user, self.headers.get('Last-Event-ID'), parts.query])
            if self.refused():
                return
            kinds = [kind for kind in (Cards, Events) if serves(kind)]
        try:
            if 'text/event-stream' not in self.headers.get('Accept', ''):
                raise jmap_push.Refused('Accept')
            wanted = jmap_push.question(parts.query, [t for kind in kinds for t in kind.types])
        except jmap_push.Refused as error:
            self.answer(400, str(error).encode(), 'text/plain')
            return

        def states():
            return {n: {t: a.moved.get(t, '0') for kind in kinds if n == user or a.visible(kind, user) for t in kind.types}
                    for n, a in WORLD.accounts.items()}
        stream = jmap_push.Stream(self, WORLD, states, lambda: str(sum(a.state for a in WORLD.accounts.values())))
        try:
            stream.serve(*wanted, self.headers.get('Last-Event-ID'))
        except OSError:
            pass  # the other end is gone
        self.close_connection = True

    def do_GET(self):
        if urllib.parse.urlsplit(self.path).path == '/jmap/eventsource/':
            self.stream()
            return
        with WORLD.lock:
            path = urllib.parse.urlsplit(self.path).path
            if path != '/control':
                WORLD.kill('before')
            if path == '/control':
                self.answer(200, {'wishes': WORLD.wishes, 'log': WORLD.log, 'requests': WORLD.requests, 'pushes': WORLD.pushes, 'rejected': WORLD.rejected, 'mailed': WORLD.mailed, 'accounts': {
                    n: {'cards': a.cards, 'books': a.books, 'events': a.events, 'calendars': a.calendars, 'state': a.state}
                    for n, a in WORLD.accounts.items()}})
            elif path == '/.well-known/jmap':
                where = WORLD.wishes.get('other_host') or f'http://{self.headers["Host"]}/jmap/'
                self.answer(301, b'', 'text/plain', Location=where)
            elif self.refused():
                pass
            elif path == '/jmap/':
                self.answer(200, session(self.user()))
            elif path.startswith('/jmap/download/'):
                parts = [urllib.parse.unquote(p) for p in path.split('/')]
                blob = parts[4] if len(parts) == 6 and not WORLD.wishes.get('no_blobs') else None
                if blob and blob.startswith('E'):
                    event = WORLD.accounts[blob[1:].split('|')[0]].events.get(blob.split('|')[1], {})
                    self.answer(200, jmap_calendars.icalendar(event), 'text/calendar')
                    return
                blob = find_blob(blob) if blob else None
                self.answer(200 if blob else 404, WORLD.blobs.get(blob, b''), 'application/octet-stream')
            else:
                self.answer(404, b'', 'text/plain')

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        with WORLD.lock:
            if self.path == '/control':
                wishes = json.loads(body)
                if wishes.pop('snapshot', False):
                    WORLD.kept = copy.deepcopy(WORLD.accounts)
                if wishes.pop('restore', False):
                    WORLD.accounts = copy.deepcopy(WORLD.kept)
                if wishes.pop('reset', False):
                    WORLD.wishes.clear()
                    WORLD.log.clear()
                    WORLD.requests = 0
                    WORLD.pushes.clear()
                    WORLD.mailed = 0
                WORLD.wishes.update(wishes)
                self.answer(200, WORLD.wishes)
            elif self.refused():
                pass
            elif self.path == '/jmap/':
                self.api(body)
            elif self.path == f'/jmap/upload/{self.user()}/':
                name = 'G' + hashlib.sha1(body).hexdigest()
                WORLD.blobs[name] = body
                self.answer(201, {'accountId': self.user(), 'blobId': name, 'size': len(body), 'type': self.headers.get('Content-Type')})
            else:
                self.answer(404, b'', 'text/plain')

    def api(self, body):
        changes = b'/set"' in body
        WORLD.requests += 1
        WORLD.kill('before')
        status, answer = run(self.user(), body)
        WORLD.kill('after')
        if changes and WORLD.wish('twice'):
            status, answer = run(self.user(), body)
        if changes and WORLD.wish('lose'):
            self.close_connection = True
            self.connection.shutdown(2)
        elif WORLD.wish('huge'):
            self.answer(200, b'[' + b' ' * (70 << 20) + b']')
        elif WORLD.wish('deep'):
            self.answer(200, b'{"a":' * 1000 + b'1' + b'}' * 1000)
        elif WORLD.wish('garbage'):
            self.answer(200, b'<html>Welcome</html>', 'text/html')
        else:
            self.answer(status, answer, 'application/json' if status == 200 else 'application/problem+json')

    def do_PROPFIND(self):
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if self.user():
            self.answer(405, b'', 'text/plain')
        else:
            self.answer(401, b'', 'text/plain', WWW_Authenticate='Basic realm="double"')


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


if __name__ == '__main__':
    Server(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
