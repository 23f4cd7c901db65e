"""Runs a command on one core and says what it cost: wall time, CPU time, and memory over all of its processes."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Cost:
    wall: float
    cpu: float
    """Sum over the processes of the most memory each held at once, MiB: never less than what they held together."""
    memory: float
    output: str


def processes_below(root):
    """Process ids of a process and its descendants."""
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        try:
            for thread in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{thread}/children", encoding="ascii") as file:
                    waiting += [int(word) for word in file.read().split()]
        except OSError:
            pass
    return found


def peak_kilobytes(process):
    try:
        with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def run(command, core=None, environment=None):
    """Raises RuntimeError with what the command said when it fails."""
    peaks, ended = {}, threading.Event()

    def pin():
        if core is not None:
            os.sched_setaffinity(0, {core})

    before = time.monotonic()
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=pin,
        env={**os.environ, **(environment or {})})

    def watch():
        while not ended.wait(0.02):
            for process in processes_below(child.pid):
                peaks[process] = max(peaks.get(process, 0), peak_kilobytes(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = [], []
    readers = [threading.Thread(target=lambda stream, into: into.append(stream.read()), args=pair)
               for pair in ((child.stdout, out), (child.stderr, err))]
    for reader in readers:
        reader.start()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - before
    child.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    for thread in [watcher, *readers]:
        thread.join()
    said, complained = (b"".join(part).decode("utf-8", "replace") for part in (out, err))
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}: {complained.strip()[-400:]}")
    memory = max(sum(peaks.values()), usage.ru_maxrss) / 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, memory, said)
