"""What a program that was cut off has left behind, as a key: two ends with the same key left the same.

The kill tests end the program at every step. Most steps change nothing that lasts (a read, a flush, a write that is not committed), so many
ends leave what an earlier one left; what the next run makes of it need only be seen once. Three things that differ without a difference are
taken out of the comparison:
  * a time within this run is "now", whichever second it was;
  * a message that names the step which failed is left out;
  * an id that was made in it (a UID, a version, an ETag, a hash) gets a number in the order of its appearance. Where the ids of two
    states are equal or different in other places, the keys differ.
Everything else is compared octet by octet, databases by their rows. A difference that this does not know costs a further run, nothing else.
"""
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
import time

DAY = 86400
FILETIME_EPOCH = 11644473600  # seconds between 1601 and 1970
MESSAGES = (('problem', 'text'), ('run', 'text'), ('link', 'last_text'))  # said to people, never asked by the program
PASSED_OVER = ('-shm', '-wal', '.Radicale.lock', '.Radicale.cache', 'log')


def filetime(at):
    return int((at + FILETIME_EPOCH) * 10_000_000)


def tokens(begun):
    """What may be new without being different; each form is a group of its own."""
    year = re.escape(filetime(begun).to_bytes(8, 'little')[6:].decode('latin-1'))  # the upper octets, the same for most of one
    return re.compile(
        r'(?P<text_time>\d{4}-\d\d-\d\d[T ]\d\d:?\d\d(?::?\d\d)?(?:\.\d+)?Z?|\d{8}T\d{6}Z?)'
        r'|(?P<search_key>\x02\x01\x0b\x30\x10\x00\x00\x00.{16})'  # PR_SEARCH_KEY, as the emulated Outlook stores it
        r'|(?P<goid>\x04\x00\x00\x00\x82\x00\xe0\x00\x74\xc5\xb7\x10\x1a\x82\xe0\x08.{20}\x10\x00\x00\x00.{16})'  # [MS-OXOCAL] 2.2.1.27
        rf'|(?P<filetime>.{{6}}{year})'
        r'|(?P<wide>(?:[0-9A-Fa-f-]\x00){32,})'
        r'|(?P<uuid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})'
        r'|(?P<number>(?=[A-Fa-f]*\d)[0-9A-Fa-f]{7,})', re.DOTALL)


class LeftBehind:
    """The keys of the ends of one scenario; made in the state in which each of its runs begins.

    `places` are folders and files. `versions` are those among them whose files' times and inodes the program takes for versions.
    """

    def __init__(self, places, versions=()):
        self.places, self.versions = places, versions
        begun = time.time()
        self.token = tokens(begun)
        self.days = [time.strftime(form, time.gmtime(begun + n * DAY)) for n in (-1, 0, 1) for form in ('%Y-%m-%d', '%Y%m%d')]
        self.begun = begun
        self.first = set(self.records())
        self.known = {m.group() for record in self.first for m in self.token.finditer(record)}

    def records(self):
        """Files and rows, as text with a character an octet."""
        for place in self.places:
            if os.path.isfile(place):
                yield from self.of_file(place)
            for folder, folders, names in os.walk(place):
                folders[:] = sorted(f for f in folders if not f.endswith(PASSED_OVER))
                yield f'{folder} is there'
                for name in sorted(n for n in names if not n.endswith(PASSED_OVER)):
                    yield from self.of_file(os.path.join(folder, name))

    def of_file(self, path):
        if path.endswith('.db'):
            if os.path.exists(f'{path}-wal') and os.path.getsize(f'{path}-wal'):
                yield f'{path} was not closed'  # so the program checks it before anything else
            yield from rows(path)
            return
        with open(path, 'rb') as file:
            content = file.read()
        about = hashlib.sha256(content).hexdigest()  # of which ETags are made
        if path.startswith(tuple(self.versions)):
            at = os.stat(path)
            about += f' {at.st_mtime_ns}-{at.st_size}-{at.st_ino} {at.st_mtime_ns // 100 * 100}-{at.st_size}'
        yield f'{path} {content.decode("latin-1")} {about}'

    def is_now(self, match):
        text = match.group()
        if match.lastgroup == 'filetime':
            return abs(int.from_bytes(text.encode('latin-1'), 'little') - filetime(self.begun)) < DAY * 10_000_000
        if match.lastgroup == 'text_time':
            return text.startswith(tuple(self.days))
        if match.lastgroup == 'number' and text.isdigit() and len(text) in (10, 13):
            return abs(int(text[:10]) - self.begun) < DAY
        return False

    def key(self):
        return hashlib.sha256(self.text().encode()).digest()

    def text(self):
        numbers = {}

        def unnamed(match):
            if match.group() in self.known:
                return match.group()
            if self.is_now(match):
                return '<now>'
            return match.group() if match.lastgroup in ('text_time', 'filetime') else '<new>'

        def named(match):
            known = unnamed(match)
            return known if known != '<new>' else f'<{numbers.setdefault(match.group(), len(numbers))}>'

        def masked(record, name):
            return record if record in self.first else self.token.sub(name, record)

        records = sorted(self.records(), key=lambda record: masked(record, unnamed))
        return '\n'.join(masked(record, named) for record in records)


class Ends:
    """Follows up each different end of a scenario once; made in the state in which its runs begin."""

    def __init__(self, places, versions=()):
        self.left, self.outcome = LeftBehind(places, versions), {}

    @property
    def count(self):
        return len(self.outcome)

    def follow(self, look):
        """`look` goes on from the state there is now and raises AssertionError if it goes wrong; so does this, for each end alike."""
        key = self.left.key()
        if key not in self.outcome:
            try:
                look()
                self.outcome[key] = None
            except AssertionError as error:
                self.outcome[key] = error
        if self.outcome[key]:
            raise self.outcome[key]


def rows(path):
    """What of a database is committed, a row a record; the database itself is not opened, which would change it."""
    with tempfile.TemporaryDirectory(dir=os.environ.get('LOCKSTEP_SCRATCH')) as copy:
        for end in ('', '-wal'):
            if os.path.exists(path + end):
                shutil.copy(path + end, f'{copy}/db{end}')
        db = sqlite3.connect(f'{copy}/db')
        db.text_factory = lambda octets: octets.decode('latin-1')
        try:
            for (table, sql) in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
                yield f'{path} {sql}'
                found = db.execute(f'SELECT * FROM "{table}"')
                kept = [n for n, column in enumerate(found.description) if (table, column[0]) not in MESSAGES]
                for row in found:
                    yield f'{path} {table} ' + '|'.join(v.decode('latin-1') if isinstance(v, bytes) else str(v)
                                                        for v in (row[n] for n in kept))
        except sqlite3.DatabaseError as error:
            yield f'{path} {error}'
        finally:
            db.close()
