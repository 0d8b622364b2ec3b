#!/usr/bin/env python3
"""dns.py FILE - a name server on 127.0.0.1, UDP port 53, for a namespace of its own. Each line of FILE is a record, read at each question:
NAME SRV PRIORITY WEIGHT PORT HOST, NAME TXT TEXT, NAME A ADDRESS. What is not there is answered with NXDOMAIN (RFC 1035, RFC 2782)."""
import socket
import struct
import sys

TYPES = {'A': 1, 'TXT': 16, 'SRV': 33}


def wire(name):
    return b''.join(bytes([len(label)]) + label.encode() for label in name.rstrip('.').split('.') if label) + b'\0'


def data(words):
    if words[1] == 'A':
        return socket.inet_aton(words[2])
    if words[1] == 'TXT':
        text = ' '.join(words[2:]).encode()
        return bytes([len(text)]) + text
    return struct.pack('>HHH', *map(int, words[2:5])) + wire(words[5])


def question(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return '.'.join(labels).lower(), struct.unpack('>H', packet[at + 1:at + 3])[0], packet[12:at + 5]


def answer(packet):
    name, wanted, asked = question(packet)
    with open(sys.argv[1], encoding='utf-8') as file:
        records = [line.split() for line in file if line.strip()]
    known = [words for words in records if words[0].lower() == name]
    found = [words for words in known if TYPES[words[1]] == wanted]
    head = packet[:2] + struct.pack('>HHHHH', 0x8180 | (0 if known else 3), 1, len(found), 0, 0)
    body = b''
    for words in found:
        rdata = data(words)
        body += b'\xc0\x0c' + struct.pack('>HHIH', TYPES[words[1]], 1, 60, len(rdata)) + rdata
    return head + asked + body


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(('127.0.0.1', 53))
    print('ready', flush=True)
    while True:
        packet, sender = server.recvfrom(4096)
        try:
            server.sendto(answer(packet), sender)
        except (IndexError, ValueError, UnicodeDecodeError):
            pass
