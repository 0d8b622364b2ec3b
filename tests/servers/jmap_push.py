"""The stream of changes of the JMAP double (RFC 8620 section 7.3): strict about how it is asked for, and wrong in every way it is told to."""
import json
import time
import urllib.parse

LOOK = 0.01  # seconds between two looks at what has changed
TYPES = {'contacts': ('AddressBook', 'ContactCard'), 'calendars': ('Calendar', 'CalendarEvent')}


class Refused(Exception):
    pass


def question(query, offered):
    """Types, whether it ends after a state, and seconds between pings; Refused unless it is asked for exactly as the RFC says."""
    try:
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise Refused('no query') from error
    args = dict(pairs)
    if len(args) != len(pairs) or set(args) != {'types', 'closeafter', 'ping'}:
        raise Refused('types, closeafter and ping, each once')
    if args['closeafter'] not in ('state', 'no'):
        raise Refused('closeafter')
    if not args['ping'].isdigit():
        raise Refused('ping')
    types = offered if args['types'] == '*' else args['types'].split(',')
    if set(types) - set(offered) or len(set(types)) != len(types):
        raise Refused('types')
    return set(types), args['closeafter'] == 'state', int(args['ping'])


def event(name, value, event_id=None):
    head = f'id: {event_id}\n' if event_id is not None else ''
    return f'{head}event: {name}\ndata: {json.dumps(value)}\n\n'.encode()


class Stream:
    """One connection. `states()` gives {account: {type: state}} of what the user sees, `event_id()` where all of it is."""

    def __init__(self, handler, world, states, event_id):
        self.handler, self.world, self.states, self.event_id = handler, world, states, event_id

    def send(self, data):
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def head(self, status=200, kind='text/event-stream', **headers):
        self.handler.close_connection = True
        self.handler.send_response(status)
        self.handler.send_header('Content-Type', kind)
        self.handler.send_header('Connection', 'close')
        for name, text in headers.items():
            self.handler.send_header(name.replace('_', '-'), text)
        self.handler.end_headers()
        self.handler.wfile.flush()

    def misbehave(self, wish):
        """Whether it did, by the wish {"how": .., "status": .., "location": .., "after": seconds}."""
        how = wish.get('how')
        if how == 'status':
            more = {'Retry_After': str(wish['after'])} if 'after' in wish else {}
            self.head(wish['status'], 'text/plain', **more)
        elif how == 'redirect':
            self.head(302, 'text/plain', Location=wish['location'])
        elif how == 'drop':
            self.handler.close_connection = True
            self.handler.connection.shutdown(2)
        elif how == 'html':
            self.head(200, 'text/html')
            self.send(b'<html>Welcome</html>')
        elif how in ('close', 'line', 'comments', 'garbage', 'silent'):
            self.head()
            self.flood(how)
        else:
            return False
        return True

    def flood(self, how):
        piece = {'line': b'data: ' + b'x' * 65536, 'comments': (b': ' + b'y' * 1000 + b'\n') * 64,
                 'garbage': b'\xff\x00data\x00: {]\nevent: state\ndata: {"@type":"StateChange","changed":[[[\n\nid\n\n\r\r'}.get(how)
        while how == 'silent' or piece:
            if how == 'silent':
                time.sleep(0.2)
            elif how == 'garbage':
                self.send(piece)
                time.sleep(0.05)
            else:
                self.send(piece)
                piece = piece.replace(b'data: ', b'')

    def serve(self, types, close_after_state, ping, last_id):
        with self.world.lock:
            told, wish = self.states(), dict(self.world.wishes.get('push') or {})
            missed = last_id not in (None, self.event_id()) and not wish.get('no_replay')
            first = {a: {t: s for t, s in of.items() if t in types} for a, of in told.items()} if missed else {}
        if self.misbehave(wish):
            return
        self.head()
        if 'retry' in wish:
            self.send(f'retry: {wish["retry"]}\n\n'.encode())
        every = wish.get('ping', ping)
        begun = pinged = time.monotonic()
        until = begun + wish.get('seconds', 10 ** 9)
        while time.monotonic() < until:
            with self.world.lock:
                now, event_id = self.states(), self.event_id()
                ends = self.world.wishes.get('push_ends')
            changed = first or {a: {t: s for t, s in of.items() if t in types and told.get(a, {}).get(t) != s} for a, of in now.items()}
            changed, first, told = {a: of for a, of in changed.items() if of}, {}, now
            muted = 'mute' in wish and time.monotonic() >= begun + wish['mute']
            if changed and not muted:
                self.send(event('state', {'@type': 'StateChange', 'changed': changed}, event_id))
                if close_after_state:
                    return
            if ends:
                return
            if every and not muted and time.monotonic() - pinged >= every:
                self.send(event('ping', {'interval': every}))
                pinged = time.monotonic()
            time.sleep(LOOK)
