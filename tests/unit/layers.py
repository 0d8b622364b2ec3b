#!/usr/bin/env python3
"""Checks the table "who may include whom" of client/README.md against every #include, and the other rules it states."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Windows' headers by name; whatever else is in <> and not listed here counts as the C library or POSIX.
WINDOWS = re.compile(r'^(windows|windowsx|winver|winsock2|ws2tcpip|wincrypt|schannel|sspi|security|shlobj|shellapi|shlwapi|commctrl|'
                     r'uxtheme|bcrypt|ole2|oleauto|oleidl|objbase|ocidl|initguid|unknwn|mapi[a-z]*|io|conio|tchar|winnls|'
                     r'winreg|tlhelp32|wtsapi32|dbghelp)\.h$')
SYSTEM = re.compile(r'^(unistd|fcntl|dirent|termios|pthread|pwd|poll|signal|sys/.*)\.h$')
# Third-party headers and the one file (or folder) that may see each.
THIRD_PARTY = re.compile(r'^(curl/|expat|zlib|cjson/|cJSON|sqlite3|libical/)')


def read(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()


def table(text, heading):
    """Rows of the first Markdown table after a heading, as lists of cells without backquotes."""
    part = text.split(heading, 1)[1]
    rows = []
    for line in part.splitlines():
        if line.startswith('|'):
            rows.append([cell.strip().replace('`', '') for cell in line.strip('|').split('|')])
        elif rows:
            break
    return rows[2:]


def folder_of(path, folders):
    """The longest folder of the table that holds this path."""
    fits = [f for f in folders if path.startswith(f + '/')]
    return max(fits, key=len) if fits else None


def sources():
    for top in ('client', 'mapi', 'shim'):
        for where, dirs, names in os.walk(os.path.join(ROOT, top)):
            dirs.sort()
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(where, name), ROOT)


def includes(path):
    for number, line in enumerate(read(os.path.join(ROOT, path)).splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1), found.group(2)


def main():
    readme = read(os.path.join(ROOT, 'client', 'README.md'))
    allowed = {row[0]: set(row[1].replace(',', ' ').split()) for row in table(readme, '## Who may include whom')}
    windows = {row[0] for row in table(readme, '## Where Windows headers are')}
    wrappers = {row[0]: set(row[1].replace(',', ' ').split()) for row in table(readme, '## Where libraries are seen')}
    problems = {'layers/includes': [], 'layers/from-the-root': [], 'layers/windows-headers': [], 'layers/system-headers': [],
                'layers/libraries': [], 'layers/table-is-whole': []}
    seen, count = set(), 0
    for path in sources():
        owner = folder_of(path, allowed)
        if not owner:
            problems['layers/table-is-whole'].append(f'{path}: its folder is not in the table')
            continue
        seen.add(owner)
        for number, quote, name in includes(path):
            count += 1
            place = f'{path}:{number}: {name}'
            if quote == '"':
                target = folder_of(name, allowed)
                if not os.path.exists(os.path.join(ROOT, name)) and not name.startswith('shim/idl/'):
                    problems['layers/from-the-root'].append(place)
                elif target and target != owner and not {target, name} & allowed[owner]:
                    problems['layers/includes'].append(f'{place}: {owner} may not use {target}')
            elif THIRD_PARTY.match(name):
                key = next((k for k in wrappers if name.startswith(k)), None)
                if not key or not any(path == w or path.startswith(w + '/') for w in wrappers[key]):
                    problems['layers/libraries'].append(place)
            elif WINDOWS.match(name) and not any(path == w or path.startswith(w + '/') for w in windows):
                problems['layers/windows-headers'].append(place)
            elif SYSTEM.match(name) and not path.startswith(('client/platform/', 'mapi/com/', 'shim/')):
                problems['layers/system-headers'].append(place)
    problems['layers/table-is-whole'] += [f'{folder} is in the table and has no source' for folder in sorted(set(allowed) - seen)
                                          if not os.path.isdir(os.path.join(ROOT, folder))]
    if count < 100:
        problems['layers/table-is-whole'].append(f'only {count} includes were looked at')
    failed = 0
    for name, found in problems.items():
        if found:
            failed += 1
            for line in found[:20]:
                print(f'FAIL {name}: {line}')
        else:
            print(f'ok {name}')
    print(f'{len(problems) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
