#!/usr/bin/env python3
"""forward_proxy.py PORT UPSTREAM - an HTTP proxy on 127.0.0.1 that takes every host for 127.0.0.1:UPSTREAM and prints a line for each
request: METHOD and target. It answers GET /proxy.pac with a script that names it for all hosts. PROXY_CLOSED in the environment: 407 to all."""
import os
import socket
import sys
import threading

PORT, UPSTREAM = int(sys.argv[1]), int(sys.argv[2])
SCRIPT = f'function FindProxyForURL(url, host) {{ return "PROXY 127.0.0.1:{PORT}"; }}'


def copy(source, target):
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(client, first):
    """Both directions until either ends; each request on a connection of its own, as only the first line is rewritten."""
    with socket.create_connection(('127.0.0.1', UPSTREAM)) as server:
        server.sendall(first)
        back = threading.Thread(target=copy, args=(server, client), daemon=True)
        back.start()
        copy(client, server)
        back.join()


def answer(client, status, body='', headers=''):
    client.sendall(f'HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}'.encode())


def serve(client):
    head = b''
    while b'\r\n\r\n' not in head:
        piece = client.recv(65536)
        if not piece:
            return
        head += piece
    line, rest = head.split(b'\r\n', 1)
    method, target, version = line.decode().split(' ')
    print(f'{method} {target}\n', end='', flush=True)  # in one piece: clients are served beside each other
    if os.environ.get('PROXY_CLOSED'):
        answer(client, '407 Proxy Authentication Required', headers='Proxy-Authenticate: Basic realm="proxy"\r\n')
    elif target == '/proxy.pac':
        answer(client, '200 OK', SCRIPT, 'Content-Type: application/x-ns-proxy-autoconfig\r\n')
    elif method == 'CONNECT':
        client.sendall(b'HTTP/1.1 200 Connection established\r\n\r\n')
        join(client, rest.split(b'\r\n\r\n', 1)[1])
    elif target.startswith('http://'):
        path = '/' + target.split('://', 1)[1].partition('/')[2]
        join(client, f'{method} {path} {version}\r\nConnection: close\r\n'.encode() + rest)
    else:
        answer(client, '404 Not Found')


def run(client):
    with client:
        try:
            serve(client)
        except (OSError, ValueError):
            pass


with socket.create_server(('127.0.0.1', PORT)) as listener:
    while True:
        threading.Thread(target=run, args=(listener.accept()[0],), daemon=True).start()
