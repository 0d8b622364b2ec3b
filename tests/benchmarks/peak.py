"""How much memory a program takes at most, by the kernel's own high-water mark of its address space (VmHWM in /proc).

Not ru_maxrss of wait4: that begins with what the process was before it became the program, which is this one. The mark is read every
10 ms, so that what rises in the last 10 ms before the end is missed. If a file tells how much of it belongs to somebody else (the
emulated Outlook, tests/outlook/alloc.c), ours is the largest difference seen between the resident size and the most that was theirs until then: Wine's heap goes on
holding what they have freed (of a folder's listing of 70 MB, 70 MB were resident when it was long gone). What their heap takes beyond that
counts as ours."""
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
    with open(path, 'rb') as file:
        return int.from_bytes(file.read(8), 'little', signed=True) / 2**20


def run(command, others=None, **options):
    """Runs it to its end; (exit code, output, peak in MB, that of the whole process, seconds). `others`: the file that tells about what is not ours."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    output = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()), daemon=True)
    reader.start()
    peak = whole = theirs = 0.0
    while process.poll() is None:
        resident = status(process.pid, 'VmRSS')
        theirs = max(theirs, told(others)) if others else 0.0
        whole = max(whole, status(process.pid, 'VmHWM'))
        peak = max(peak, resident - theirs) if others else whole
        time.sleep(0.01)
    seconds = time.perf_counter() - started
    reader.join(5)  # under Wine, services started by the program may keep its output open
    return process.returncode, b''.join(output).decode(errors='replace'), peak, whole, seconds
