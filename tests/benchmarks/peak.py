"""How much memory a program takes at most, by the kernel's own high-water mark of its address space (VmHWM in /proc).

Not ru_maxrss of wait4: that begins with what the process was before it became the program, which is this one. The mark is read every
10 ms, so that what rises in the last 10 ms before the end is missed. If a file tells where in it somebody else's memory lies (the
emulated Outlook, tests/outlook/alloc.c), then every 50 ms what is resident outside that range counts, and what of that range the program has
in its hands."""
import struct
import subprocess
import threading
import time


def status(pid, name):
    try:
        with open(f'/proc/{pid}/status') as lines:
            for line in lines:
                if line.startswith(name + ':'):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def told(path):
    """Where the other's memory begins and ends, and how many MB of it the program has borrowed."""
    with open(path, 'rb') as file:
        start, size, lent = struct.unpack('<3q', file.read(24))
    return start, start + size, lent / 2**20


def outside(pid, start, end):
    """Resident MB of all mappings but those within the range. One that changes while it is read may be told twice: the last word counts."""
    resident, first = {}, None
    try:
        with open(f'/proc/{pid}/smaps') as lines:
            for line in lines:
                if line.startswith('Rss:'):
                    resident[first] = int(line.split()[1])
                elif ':' not in line.split(' ', 1)[0]:
                    first, last = (int(a, 16) for a in line.split(' ', 1)[0].split('-'))
                    if start <= first < last <= end:
                        first = None
    except OSError:
        pass
    resident.pop(None, None)
    return sum(resident.values()) / 1024


def run(command, others=None, **options):
    """Runs it to its end; (exit code, output, peak in MB, that of the whole process, seconds). `others`: the file that tells what is not ours."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    output = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()), daemon=True)
    reader.start()
    peak = whole = 0.0
    while process.poll() is None:
        whole = max(whole, status(process.pid, 'VmHWM'))
        if others:
            start, end, lent = told(others)
            peak = max(peak, outside(process.pid, start, end) + lent)
        else:
            peak = whole
        time.sleep(0.05 if others else 0.01)
    seconds = time.perf_counter() - started
    reader.join(5)  # under Wine, services started by the program may keep its output open
    return process.returncode, b''.join(output).decode(errors='replace'), peak, whole, seconds
