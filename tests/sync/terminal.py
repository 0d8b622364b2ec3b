"""Run a command on a terminal of its own and answer its prompt: terminal.py ANSWER COMMAND...

Prints what appeared on the terminal; ends with the command's exit status."""
import os
import pty
import sys

answer, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
seen, answered = b'', False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:  # Linux says EIO when the other end is closed
        break
    if not data:
        break
    seen += data
    if not answered and seen.rstrip().endswith(b':'):
        os.write(terminal, answer.encode() + b'\n')
        answered = True
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
