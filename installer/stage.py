#!/usr/bin/env python3
"""stage.py OUT SUBPROJECTS LICENSE STRIP32 STRIP64 FILE...: puts what is installed into the folder OUT.

Programs without what only a debugger wants; the licence and the notices of the libraries as texts that Windows' own editor shows well.
"""
import os
import re
import shutil
import struct
import subprocess
import sys

LICENCES = ('COPYING', 'LICENSE', 'LICENSE.txt', 'LICENSE.LGPL21.txt', 'LICENSE.MPL2.txt')
# strip writes the time into the header of a program: the same one each time, or each build would give other bytes.
STRIP_ENVIRONMENT = {**os.environ, 'SOURCE_DATE_EPOCH': os.environ.get('SOURCE_DATE_EPOCH', '946684800')}
# Linked in, and without a text of their own in the source that is built from.
MORE = (('SQLite', 'In the public domain (https://sqlite.org/copyright.html).'),
        ('zlib', 'Copyright (C) 1995-2022 Jean-loup Gailly and Mark Adler. Used under the zlib licence: this software is provided "as-is", '
                 'without any express or implied warranty.'))


def write(path, text):
    with open(path, 'w', encoding='utf-8', newline='\r\n') as file:
        file.write(text)


def read(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read().replace('\r\n', '\n').strip('\n')


def notices(subprojects):
    parts = []
    for name in sorted(os.listdir(subprojects)):
        folder = os.path.join(subprojects, name)
        texts = [read(os.path.join(folder, text)) for text in LICENCES if os.path.isfile(os.path.join(folder, text))]
        library = re.sub(r'-?[R_0-9.]+$', '', name)
        if texts and 'sqlite' not in name:
            parts.append((library, '\n\n'.join(texts)))
    lines = ['Lockstep is made with these libraries. Their authors ask that the following be said.']
    for name, text in sorted([*parts, *MORE], key=lambda part: part[0].lower()):
        lines += ['', '=' * 78, name, '=' * 78, '', text]
    return '\n'.join(lines) + '\n'


def is_64_bits(path):
    """By the machine in the COFF header, behind what MS-DOS reads (PE format)."""
    with open(path, 'rb') as file:
        head = file.read(4096)
    return head[struct.unpack_from('<I', head, 0x3C)[0] + 4:][:2] == b'\x64\x86'


def main(out, subprojects, licence, strip32, strip64, *files):
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    for path in files:
        target = os.path.join(out, os.path.basename(path))
        if path.endswith(('.exe', '.dll')):
            subprocess.run([strip64 if is_64_bits(path) else strip32, '-o', target, path], check=True, env=STRIP_ENVIRONMENT)
        else:
            shutil.copyfile(path, target)
    write(os.path.join(out, 'LICENSE.txt'), read(licence) + '\n')
    write(os.path.join(out, 'NOTICES.txt'), notices(subprojects))


main(*sys.argv[1:])
