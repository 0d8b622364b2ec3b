"""Attached files, read and changed without the program: files.py COMMAND ...

    outlook DUMP SUBJECT          what an item of the emulated Outlook has attached, NAME=HASH each, sorted; "in " before those of a changed
                                  occurrence, "hidden " and "method N " where an attachment is no file that the user sees
    server                        the same of iCalendar text on stdin: a link as it is, "occurrence " before those of one
    change ARGUMENT...            iCalendar text from stdin to stdout: -NAME takes a file of the series away, +NAME=PATH adds one,
                                  PROPERTY:VALUE sets a line of the series
    inside EDIT PATH              an edit that makes an occurrence (series.py), with the file in its message

HASH is the beginning of the SHA-256 of the bytes.
"""
import base64
import hashlib
import json
import os
import re
import sys

NAME, BYTES, METHOD, HIDDEN = '3707001F', '37010102', '37050003', '7FFE000B'


def digest(data):
    return hashlib.sha256(data).hexdigest()[:8]


def get(properties, key):
    return next((v for k, v in properties.items() if k.split(' ')[0] == key), None)


def item_of(path, subject):
    with open(path, encoding='utf-8') as f:
        items = json.load(f)
    return next(i for i in items if get(i['properties'], '0037001F') == subject)


def attached(item, where=''):
    for a in item.get('attachments', []):
        p = a['properties']
        if 'embedded' in a:
            yield from attached(a['embedded'], where + 'in ')
            continue
        method = get(p, METHOD)
        note = ('hidden ' if get(p, HIDDEN) else '') + ('' if method == 1 else 'method %s ' % method)
        yield '%s%s%s=%s' % (where, note, get(p, NAME), digest(bytes.fromhex(get(p, BYTES)['hex'])))


def unfold(text):
    return re.sub(r'\r?\n[ \t]', '', text).splitlines()


def on_server(lines):
    found, start = [], 0
    for i, line in enumerate(lines):
        if re.match(r'BEGIN:V(EVENT|TODO)', line):
            start = i
        if not line.startswith('ATTACH'):
            continue
        head, value = re.match(r'((?:[^":]|"[^"]*")*):(.*)', line).groups()
        end = next(k for k in range(i, len(lines)) if re.match(r'END:V(EVENT|TODO)', lines[k]))
        where = 'occurrence ' if any(k.startswith('RECURRENCE-ID') for k in lines[start:end]) else ''
        name = re.search(r';(?:X-)?FILENAME=("[^"]*"|[^;]*)', head)
        found.append(where + (value if 'BASE64' not in head else '%s=%s' % (name.group(1).strip('"') if name else '', digest(base64.b64decode(value)))))
    return sorted(found)


def change(lines, arguments):
    end = next(i for i, line in enumerate(lines) if re.match(r'END:V(EVENT|TODO)', line))
    begin = next(i for i, line in enumerate(lines) if re.match(r'BEGIN:V(EVENT|TODO)', line))
    body = lines[begin + 1:end]
    for a in arguments:
        if a.startswith('-'):
            body = [k for k in body if not (k.startswith('ATTACH') and re.search(r'FILENAME="?%s[";:]' % re.escape(a[1:]), k))]
        elif a.startswith('+'):
            name, path = a[1:].split('=')
            with open(path, 'rb') as f:
                body.append('ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=%s:%s' % (name, base64.b64encode(f.read()).decode()))
        else:
            body = [k for k in body if not k.startswith(a.split(':')[0])] + [a]
    return lines[:begin + 1] + body + lines[end:]


def fold(line):
    data = line.encode()
    parts = [data[:75]] + [b' ' + data[i:i + 74] for i in range(75, len(data), 74)]
    return b'\r\n'.join(parts) + b'\r\n'


def inside(edits, path):
    with open(path, 'rb') as f:
        data = f.read()
    name = os.path.basename(path)
    edits[0]['attachments'][0]['embedded']['attachments'] = [{'properties': {
        METHOD: 1, NAME: name, '3704001F': name, '3001001F': name, '370B0003': -1, BYTES: {'len': len(data), 'hex': data.hex()}}}]
    return edits


def main(command, *arguments):
    if command == 'outlook':
        print(*sorted(attached(item_of(*arguments))), sep=', ')
    elif command == 'server':
        print(*on_server(unfold(sys.stdin.read())), sep=', ')
    elif command == 'change':
        sys.stdout.buffer.write(b''.join(fold(k) for k in change(unfold(sys.stdin.read()), arguments)))
    else:
        with open(arguments[0], encoding='utf-8') as f:
            print(json.dumps(inside(json.load(f), arguments[1])))


main(*sys.argv[1:])
