"""Draw the program's icons: make.py STATE OUTPUT.ico

Two arrows chasing each other on a rounded tile. Each state differs in shape and not in colour alone:
  lockstep   the program, and the tray icon when all is in step
  sync0..5   the arrows turn (frames of 30 degrees; after six the picture repeats)
  attention  with a warning sign in the corner
  paused     grey, with two bars instead of arrows
  offline    grey, the arrows struck through
Shapes are distance functions in a unit square (negative inside), so every size is drawn sharp, not scaled.
"""
import math
import struct
import sys
import zlib

SIZES = [16, 20, 24, 32, 40, 48, 64]
BLUE, GREY, AMBER = (0x1B, 0x6E, 0xC2), (0x6B, 0x74, 0x80), (0xF5, 0xA6, 0x23)
WHITE, DARK = (0xFF, 0xFF, 0xFF), (0x33, 0x22, 0x00)


def box(x, y, cx, cy, half_w, half_h, radius=0.0):
    dx, dy = abs(x - cx) - half_w + radius, abs(y - cy) - half_h + radius
    return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius


def polygon(x, y, points):
    """Distance to a polygon (Inigo Quilez' formula)."""
    distance, sign, previous = math.inf, 1.0, points[-1]
    for point in points:
        ex, ey = previous[0] - point[0], previous[1] - point[1]
        wx, wy = x - point[0], y - point[1]
        along = min(max((wx * ex + wy * ey) / (ex * ex + ey * ey), 0), 1)
        distance = min(distance, (wx - ex * along) ** 2 + (wy - ey * along) ** 2)
        above, below, left = y >= point[1], y < previous[1], ex * wy > ey * wx
        if (above and below and left) or not (above or below or left):
            sign = -sign
        previous = point
    return sign * math.sqrt(distance)


def line(x, y, start, end):
    """Distance to a stretch between two points."""
    ex, ey = end[0] - start[0], end[1] - start[1]
    along = min(max(((x - start[0]) * ex + (y - start[1]) * ey) / (ex * ex + ey * ey), 0), 1)
    return math.hypot(x - start[0] - ex * along, y - start[1] - ey * along)


def arrow(x, y, turn, width, radius=0.27):
    """Half a ring with a head at its end, turned clockwise by `turn` degrees."""
    angle = math.radians(-turn)
    dx, dy = x - 0.5, y - 0.5
    rx, ry = dx * math.cos(angle) - dy * math.sin(angle), dx * math.sin(angle) + dy * math.cos(angle)
    at = math.degrees(math.atan2(ry, rx))
    ring = abs(math.hypot(rx, ry) - radius) - width / 2
    if not -168 <= at <= -48:  # beyond its ends: distance to the nearer round end
        ring = min(math.hypot(rx - radius * math.cos(math.radians(end)), ry - radius * math.sin(math.radians(end)))
                   for end in (-168, -48)) - width / 2
    # The head points along the chord from its base to its tip; its base stands across that.
    tip, base = math.radians(-4), math.radians(-56)
    tip_x, tip_y = radius * math.cos(tip), radius * math.sin(tip)
    base_x, base_y = radius * math.cos(base), radius * math.sin(base)
    reach = width * 1.25 / math.hypot(tip_x - base_x, tip_y - base_y)
    across_x, across_y = -(tip_y - base_y) * reach, (tip_x - base_x) * reach
    head = polygon(rx, ry, [(tip_x, tip_y), (base_x + across_x, base_y + across_y), (base_x - across_x, base_y - across_y)])
    return min(ring, head)


def layers(state, x, y, pixel):
    """(distance, colour) from back to front. `pixel` is a pixel's size: thin lines keep a minimum width."""
    width = max(0.115, 1.7 * pixel)
    yield box(x, y, 0.5, 0.5, 0.485, 0.485, 0.19), GREY if state in ('paused', 'offline') else BLUE
    if state == 'paused':
        yield box(x, y, 0.37, 0.5, 0.075, 0.22, 0.02), WHITE
        yield box(x, y, 0.63, 0.5, 0.075, 0.22, 0.02), WHITE
        return
    turn = 30 * int(state[4:]) if state.startswith('sync') else 0
    yield arrow(x, y, turn, width), WHITE
    yield arrow(x, y, turn + 180, width), WHITE
    if state == 'offline':
        stroke = line(x, y, (0.2, 0.8), (0.8, 0.2))
        yield stroke - 1.2 * width, GREY
        yield stroke - width / 2, WHITE
    if state == 'attention':
        sign = [(0.68, 0.42), (0.96, 0.95), (0.40, 0.95)]
        edge = polygon(x, y, sign)
        yield edge - 0.045, WHITE
        yield edge, AMBER
        yield box(x, y, 0.68, 0.70, 0.034, 0.105), DARK
        yield box(x, y, 0.68, 0.875, 0.034, 0.034), DARK


def draw(state, size):
    """Rows of (r, g, b, a), top first."""
    rows = []
    for row in range(size):
        line = []
        for column in range(size):
            x, y = (column + 0.5) / size, (row + 0.5) / size
            r = g = b = alpha = 0.0
            for distance, colour in layers(state, x, y, 1 / size):
                cover = min(max(0.5 - distance * size, 0), 1)
                r, g, b = (old * (1 - cover) + new * cover for old, new in zip((r, g, b), colour))
                alpha = alpha * (1 - cover) + cover
            if alpha:
                r, g, b = r / alpha, g / alpha, b / alpha
            line.append(tuple(min(255, int(v + 0.5)) for v in (r, g, b, alpha * 255)))
        rows.append(line)
    return rows


def bitmap(rows):
    """An ICO's BMP entry: no file header, double height, BGRA bottom-up, then an (unused) mask."""
    size = len(rows)
    header = struct.pack('<IiiHHIIiiII', 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    pixels = b''.join(bytes((b, g, r, a)) for line in reversed(rows) for r, g, b, a in line)
    mask_row = (size + 31) // 32 * 4
    return header + pixels + b'\0' * (mask_row * size)


def png(rows):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    size = len(rows)
    raw = b''.join(b'\0' + bytes(v for pixel in line for v in pixel) for line in rows)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 6, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(raw, 9)) + chunk(b'IEND', b''))


def main(state, output):
    images = [(size, bitmap(draw(state, size))) for size in SIZES]
    if state == 'lockstep':  # Explorer's large view; the tray never asks for it
        images.append((256, png(draw(state, 256))))
    offset = 6 + 16 * len(images)
    directory = struct.pack('<HHH', 0, 1, len(images))
    for size, data in images:
        directory += struct.pack('<BBBBHHII', size % 256, size % 256, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    with open(output, 'wb') as out:
        out.write(directory + b''.join(data for _, data in images))


if __name__ == '__main__':
    main(*sys.argv[1:])
