#!/usr/bin/env python3
"""photo.py SIZE [SEED] [png]: a picture of exactly SIZE bytes on standard output, the same for the same seed.

A JPEG of 8x8 pixels, filled up with comment segments, or a PNG with a private chunk: valid, and as incompressible as real ones."""
import base64
import random
import struct
import sys
import zlib

JPEG = base64.b64decode(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI//////////////////////////////////////////'
    '//////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z')


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def jpeg(size, noise):
    room, parts = size - len(JPEG), []
    while room > 0:
        take = min(room, 65000)
        if 0 < room - take < 5:
            take -= 5
        parts.append(b'\xff\xfe' + struct.pack('>H', take - 2) + noise.randbytes(take - 4))
        room -= take
    return JPEG[:2] + b''.join(parts) + JPEG[2:]


def png(size, noise):
    head = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0))
    tail = chunk(b'IDAT', zlib.compress(b'\0\x80')) + chunk(b'IEND', b'')
    return head + chunk(b'noIs', noise.randbytes(size - len(head) - len(tail) - 12)) + tail


def photo(size, seed=0, kind='jpeg'):
    """At least 200 bytes."""
    return (png if kind == 'png' else jpeg)(size, random.Random(seed))


if __name__ == '__main__':
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    sys.stdout.buffer.write(photo(numbers[0], numbers[1] if len(numbers) > 1 else 0, 'png' if 'png' in sys.argv else 'jpeg'))
