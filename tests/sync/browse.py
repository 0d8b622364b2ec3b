#!/usr/bin/env python3
"""browse.py OUT COMMAND... - runs a command that wants somebody to sign in at a server's page, and is the browser: opens the address that it
says on standard error and follows it back to this computer. Writes to OUT what the pages said, one a line; output and exit code are the
command's. BROWSE_FIRST: what a stranger asks of the waiting port before, such as "/" or "/?state=guess&code=mine"."""
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as page:
            return page.status, page.geturl(), page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.geturl(), error.read().decode()


def browse(url, out):
    first, back = os.environ.get('BROWSE_FIRST'), urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)['redirect_uri'][0]
    try:
        if first:
            status, _, text = get(back.rstrip('/') + first)
            out.write(f'{status} {re.sub("<[^>]*>", "", text)}')
        status, where, text = get(url)
        out.write(f'{status} {re.sub("<[^>]*>", "", text).strip()}\n')
        if os.environ.get('BROWSE_TWICE'):
            out.write('again ' + str(get(where)[0]) + '\n')
    except OSError as error:
        out.write(f'failed {error}\n')
    out.flush()


with open(sys.argv[1], 'w', encoding='utf-8') as out_file:
    process = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    threads = []
    for line in process.stderr:
        sys.stderr.write(line)
        if 'code_challenge=' in line:
            threads.append(threading.Thread(target=browse, args=(line.strip(), out_file)))
            threads[-1].start()
    code = process.wait()
    for thread in threads:
        thread.join()
sys.exit(code)
