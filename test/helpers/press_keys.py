"""Runs a command on a terminal of its own and presses keys.

Reads JSON from standard input: argv, cwd, env, columns, rows and steps, each {"wait": text, "keys": text} or {"wait": text,
"signal": number}. Every step waits until the text appears in what was written since the last one. Writes JSON: what was written, the
exit code or minus the signal, and whether the terminal echoes and edits lines at the end, as it does at first.
"""
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

job = json.load(sys.stdin)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", job["rows"], job["columns"], 0, 0))
child = subprocess.Popen(
    job["argv"],
    cwd=job["cwd"],
    env={**os.environ, **job["env"]},
    stdin=slave,
    stdout=slave,
    stderr=slave,
    start_new_session=True,
    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
)
output = b""
seen = 0
end = time.monotonic() + 25


def read(seconds):
    global output
    ready, _, _ = select.select([master], [], [], seconds)
    if ready:
        output += os.read(master, 65536)
    return bool(ready)


for step in job["steps"]:
    wanted = step["wait"].encode()
    while wanted not in output[seen:] and time.monotonic() < end:
        if not read(0.05) and child.poll() is not None:
            break
    if child.poll() is not None or time.monotonic() > end:
        break
    seen = output.find(wanted, seen) + len(wanted)
    if "signal" in step:
        child.send_signal(step["signal"])
    else:
        os.write(master, step["keys"].encode())
while child.poll() is None:
    read(0.05)
    if time.monotonic() > end:
        child.kill()
while read(0.05):
    pass
flags = termios.tcgetattr(slave)[3]
json.dump(
    {
        "output": output.decode(),
        "code": child.returncode,
        "isRestored": bool(flags & termios.ECHO) and bool(flags & termios.ICANON),
    },
    sys.stdout,
)
