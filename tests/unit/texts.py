#!/usr/bin/env python3
"""Are the texts of all languages (resources/text_*.rc) whole, and alike where they must be?"""
import glob
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LANGUAGES = ('en', 'de', 'fr', 'es', 'ja')
BUTTONS = {'IDOK': 1, 'IDCANCEL': 2}
# What may be as in English: names, and words that are the same.
SAME = {'': {'OK', 'Lockstep', 'Lockstep %1', '&Outlook:', 'Outlook(&O):', 'KB', '%1 (HTTP %2)'},
        'de': {'%1; %2', 'Name'}, 'es': {'%1; %2', 'color'},
        'fr': {'Contacts', 'Notes', 'date', 'description', 'note', 'participant', 'photo', 'public'}}
# Filled with what has no text of its own: results, errors.
EMPTY = {'MAIN_STATUS'}
STATIC = re.compile(r'(?:LTEXT|RTEXT|CTEXT|PUSHBUTTON|DEFPUSHBUTTON|AUTOCHECKBOX|AUTORADIOBUTTON|GROUPBOX)\s+"",\s*([^,]+),')


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


def plain(text):
    """Without comments."""
    return re.sub(r'/\*.*?\*/', '', text, flags=re.S)


def key(words):
    return re.sub(r'\s+', ' ', words.strip())


def numbers():
    """The numbers of ids.h, and how to come by that of an expression of them."""
    known = dict(BUTTONS)
    for name, value in re.findall(r'^#define (\w+)\s+(\d+)', plain(read('resources/ids.h')), flags=re.M):
        known[name] = int(value)

    def value_of(expression):
        of = re.fullmatch(r'TEXT_OF_BUTTON\((\w+), (\w+)\)', expression)
        if of:
            return 2000 + 4 * known[of.group(1)] + known[of.group(2)]
        return sum(int(part) if part.isdigit() else known[part] for part in expression.split(' + '))
    return known, value_of


def texts(language):
    """[(key, text)] of a language, as they stand in the file."""
    body = plain(read(f'resources/text_{language}.rc')).split('BEGIN', 1)[1].rsplit('END', 1)[0]
    found = re.findall(r'^\s*([A-Z][^"\n]*?)\s*"((?:[^"\n]|"")*)"\s*$', body, flags=re.M)
    lines = [line for line in body.splitlines() if line.strip()]
    if len(found) != len(lines):
        odd = [line for line in lines if not re.fullmatch(r'\s*[A-Z][^"]*?\s*"(?:[^"]|"")*"\s*', line)]
        raise SystemExit(f'text_{language}.rc: not understood: {odd[:1]}')
    return [(key(k), t) for k, t in found]


def layout():
    """{dialog: [(control, has a text of its own)]} and {menu: [items]}."""
    dialogs, menus = {}, {}
    for name, body in re.findall(r'^(DIALOG_\w+) DIALOGEX(.*?)^END', plain(read('resources/layout.rc')), flags=re.S | re.M):
        dialogs[name] = [key(c) for c in STATIC.findall(body)]
    for name, body in re.findall(r'^(MENU_\w+) MENUEX(.*?)^END', plain(read('resources/layout.rc')), flags=re.S | re.M):
        # The words of the layout stand for each level; only keys of one level can be in each other's way.
        depth, levels = 0, {}
        for line in body.splitlines():
            word = line.split('"')[0].strip()
            number = re.search(r'",\s*(\w+)', line)
            if word in ('MENUITEM', 'POPUP') and number and 'MFT_SEPARATOR' not in line:
                levels.setdefault(depth, []).append(number.group(1))
            depth += (word == 'BEGIN') - (word == 'END')
        for depth, items in levels.items():
            menus[f'{name}/{depth}'] = items
    return dialogs, menus


def filled():
    """{(dialog, control): [texts]} that the program puts there itself."""
    result = {}
    for dialog, control, text in re.findall(r'^FILLED\((\w+), ([^,]+), ([^)]+)\)', read('tests/wine/filled.h'), flags=re.M):
        result.setdefault((dialog, key(control)), []).append(key(text))
    return result


def counted():
    """The texts that are shown with a number (text_count): only in those a bar tells one from several."""
    found = set()
    for path in glob.glob(os.path.join(ROOT, 'client/tray/*.c')):
        for call in re.findall(r'\b(?:text_count|add_count|add_some)\(([^;]*);', read(path)):
            found.update(re.findall(r'\bTEXT_\w+', call))
    return found


def places(text):
    return sorted(re.findall(r'%[^ ]', text))


def mnemonic(text):
    found = re.findall(r'&([^&])', text.replace('&&', ''))
    return found[0].lower() if len(found) == 1 else None if not found else '?'


def ending(text):
    """How it ends, however the language writes that."""
    text = re.sub(r'\(&.\)', '', text).rstrip().replace('。', '.')
    return next((end for end in ('...', ':', '.', '?') if text.endswith(end)), '')


def words(text):
    return re.sub(r'%\d|[^\w]', '', text)


def literals():
    """All strings of client/, those beside each other joined, each place of printf as one character."""
    found = set()
    for where, _, names in os.walk(os.path.join(ROOT, 'client')):
        for name in names:
            if name.endswith('.c'):
                for run in re.findall(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', plain(read(os.path.join(where, name)))):
                    text = ''.join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', run))
                    found.add(re.sub(r'%[-.*0-9]*(?:ll|l|z)?[sdu]', '\x01', text))
    return found


def field_names():
    """What client/app/planned.c calls the fields of all fields there are (tests/fields)."""
    source = plain(read('client/app/planned.c'))
    words = dict(re.findall(r'\{"(\w+)", "([^"]*)"\}', source))
    words['styledDescription'] = re.search(r'\{DOC_STYLED, "([^"]*)"\}', source).group(1)

    def listed(name):
        return set(re.findall(r'"(\w+)"', re.search(name + r'\[\] = \{(.*?)\};', source, re.S).group(1)))
    maps, parts = listed('id_maps'), listed('plain_parts')

    def said(path):
        words_of, members = [], path.split('/')
        for i, member in enumerate(members):
            in_entry = i > 1 and members[0] in maps
            if (i == 1 and members[0] in maps) or (in_entry and member in parts):
                continue
            member = member.replace('lockstep.example:', '')
            words_of.append(words.get(member, re.sub(r'(?<!^)([A-Z])', r' \1', member).lower()))
        return ' '.join(w for w in words_of if w)
    found = set(words.values()) - {''}
    for kind in ('contact', 'event', 'task', 'note', 'meeting'):
        for row in json.loads(read(f'tests/fields/{kind}.json')):
            found.update(said(path) for path in [row.get('path'), *(row.get('also') or {})] if path)
    return {name for name in found if not name.startswith('category ')}


def check_phrases(p, english):
    """Is each still said by client/? Is each field named?"""
    said = literals()
    names = {t for k, t in english.items() if k.startswith('PHRASE_FIELD_FIRST')}
    for k, text in english.items():
        if k.split(' + ')[0] != 'PHRASE_FIRST':
            continue
        form = re.sub(r'%\d', '\x01', text)
        words_of = [part.strip() for part in form.split('\x01') if part.strip()]
        if not any(form in literal for literal in said) and not (len(words_of) == 1 and words_of[0] in said):
            p.add('texts/phrases', f'{k} "{text}": nothing in client/ says that')
    for k in ('PHRASE_JOINING_FIRST + 4', 'PHRASE_JOINING_FIRST + 5', 'PHRASE_JOINING_FIRST + 6'):  # what only names another one
        form = re.sub(r'(: )?%2$', '', english[k]).replace('%1', '\x01')
        if form not in said:
            p.add('texts/phrases', f'{k} "{english[k]}": nothing in client/ begins so')
    for name in sorted(field_names() - names):
        p.add('texts/fields', f'"{name}" has no PHRASE_FIELD_FIRST')


class Problems:
    def __init__(self):
        self.found = {}

    def case(self, name):
        self.found.setdefault(name, [])

    def add(self, name, what):
        self.found.setdefault(name, []).append(what)


def check_ids(p, english):
    known, value_of = numbers()
    by_number = {}
    for k in english:
        other = by_number.setdefault(value_of(k), k)
        if other != k:
            p.add('texts/numbers', f'{k} and {other} are the same number')
    for name in known:
        if name.startswith('TEXT_') and not any(k.split(' + ')[0] == name for k in english):
            p.add('texts/ids', f'{name} has no text')


def check_layout(p, english):
    dialogs, menus = layout()
    put = filled()
    if len(dialogs) < 10 or len(menus) < 2:
        p.add('texts/layout', f'only {len(dialogs)} dialogs and {len(menus)} menus were found')
    for dialog, controls in dialogs.items():
        if dialog not in english and not any(d == dialog for d, _ in put):
            p.add('texts/layout', f'{dialog} has no title')
        for control in controls:
            if control in english or (dialog, control) in put or f'TEXT_OF_BUTTON({dialog}, {control})' in english:
                continue
            if control in EMPTY:
                continue
            p.add('texts/layout', f'{dialog}: {control} has no text: in text_*.rc, or in tests/wine/filled.h')
    for menu, items in menus.items():
        for item in items:
            if item not in english:
                p.add('texts/layout', f'{menu}: {item} has no text')


def check_language(p, language, english, own, counts):
    for k in english:
        if k not in own:
            p.add('texts/complete', f'{language}: {k} is missing')
    for k, text in own.items():
        if k not in english:
            p.add('texts/complete', f'{language}: {k} is not in English')
            continue
        compare(p, language, k, english[k], text, counts)


def compare(p, language, k, english, text, counts):
    where = f'{language}: {k} "{text}"'
    halves = text.split('|')
    if len(halves) > 2 or (len(halves) == 2 and k not in counts):
        p.add('texts/plurals', f'{where}: a bar, but the program asks for no number there')
    for half in halves:
        if places(half) != places(english.split('|')[0]):
            p.add('texts/places', f'{where}: not the places of "{english}"')
    if any(place not in ('%1', '%2', '%3', '%4') for place in places(text)):
        p.add('texts/places', f'{where}: write %1 and %2')
    if (mnemonic(text) is None) != (mnemonic(english) is None) or mnemonic(text) == '?':
        p.add('texts/keys', f'{where}: a key as in "{english}"')
    if language == 'ja' and '&' in text and not re.search(r'\(&[A-Z0-9]\)', text):
        p.add('texts/keys', f'{where}: keys are suffixes, as in (&A)')
    if ending(text) != ending(english) or '…' in text:
        p.add('texts/conventions', f'{where}: ends not as "{english}"')
    if text.count('\\n') != english.count('\\n'):
        p.add('texts/conventions', f'{where}: not the lines of "{english}"')
    if text != text.strip() and words(text):
        p.add('texts/conventions', f'{where}: a space at its edge')
    if language == 'fr' and re.search(r'[^\u00a0][:;?!»](?!\w)|«[^\u00a0]', text.replace('...', '')):
        p.add('texts/conventions', f'{where}: a no-break space before : ; ? ! and inside « »')
    if language not in ('en', 'fr') and '\u00a0' in text:
        p.add('texts/conventions', f'{where}: a no-break space')
    if language != 'en' and '""' in text:
        p.add('texts/conventions', f'{where}: quotation marks as this language writes them')
    if language != 'en' and text == english and words(text) and text not in SAME[''] | SAME.get(language, set()):
        p.add('texts/translated', f'{where}: as in English')


def check_keys(p, language, own):
    """No key twice among what can be seen together."""
    dialogs, menus = layout()
    put = filled()
    for menu, items in menus.items():
        seen = {}
        for item in items:
            found = mnemonic(own.get(item, ''))
            if found and seen.setdefault(found, item) != item:
                p.add('texts/keys', f'{language}: {menu}: {item} and {seen[found]} have the key {found}')
    for dialog, controls in dialogs.items():
        seen = {}
        for control in controls:
            keys = put.get((dialog, control), []) + [f'TEXT_OF_BUTTON({dialog}, {control})', control]
            for found in {mnemonic(own[k]) for k in keys if k in own} - {None}:
                if seen.setdefault(found, control) != control:
                    p.add('texts/keys', f'{language}: {dialog}: {control} and {seen[found]} have the key {found}')


def check_colours(p):
    """High contrast: the colours are Windows', everywhere, so nothing is told by one of ours."""
    for path in sorted(glob.glob(os.path.join(ROOT, 'client/tray/*.c'))):
        own = re.search(r'\b(RGB|SetTextColor|SetBkColor|CreateSolidBrush|NM_CUSTOMDRAW|WM_CTLCOLOR\w+|LVM_SETBKCOLOR|ListView_Set\w*Color)\b',
                        plain(read(path)))
        if own:
            p.add('texts/colours', f'{os.path.basename(path)} has colours of its own: {own.group(1)}')


def main():
    p = Problems()
    for name in ('numbers', 'ids', 'layout', 'complete', 'places', 'plurals', 'keys', 'conventions', 'translated', 'twice', 'files', 'phrases',
                 'fields', 'colours'):
        p.case(f'texts/{name}')
    files = {os.path.basename(f)[5:-3] for f in glob.glob(os.path.join(ROOT, 'resources/text_*.rc'))}
    if files != set(LANGUAGES):
        p.add('texts/files', f'{sorted(files)}, not {sorted(LANGUAGES)}')
    tables = {}
    for language in LANGUAGES:
        pairs = texts(language)
        tables[language] = dict(pairs)
        for k in tables[language]:
            if [other for other, _ in pairs].count(k) > 1:
                p.add('texts/twice', f'{language}: {k}')
    english = tables['en']
    counts = counted()
    check_ids(p, english)
    check_layout(p, english)
    check_phrases(p, english)
    check_colours(p)
    for language in LANGUAGES:
        check_language(p, language, english, tables[language], counts)
        check_keys(p, language, tables[language])
    for name, found in p.found.items():
        print(f'FAIL {name}: {"; ".join(found)}' if found else f'ok {name}')
    failed = sum(1 for found in p.found.values() if found)
    print(f'{len(english)} texts in {len(LANGUAGES)} languages')
    print(f'{len(p.found) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
