"""What the kernel says of a tree of processes: CPU time and memory. Linux only, as the benchmarks are."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            children.setdefault(int(after_name[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, ())
    return found


def cpu_s(pid: int) -> float:
    """User and system time of the tree in seconds, all threads, children that have ended included.

    `/proc/PID/stat` counts in hundredths of a second. The process's own CPU clock counts in nanoseconds; its id is made from
    the process's as clock_getcpuclockid(3) does it (linux/posix-timers.h: `(~pid << 3) | CPUCLOCK_SCHED`).
    """
    total = 0.0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += time.clock_gettime((~one << 3) | 2) + (int(fields[13]) + int(fields[14])) / TICKS
        except OSError:
            continue
    return total


def thread_s(pid: int, thread: int) -> float:
    """The CPU time of one thread in seconds; the first thread of a process bears its number."""
    return int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0]) / 1e9


def rss_kb(pid: int) -> int:
    """Resident memory of the tree in KB. Pages that processes share are counted for each."""
    total = 0
    for one in tree(pid):
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
    return total


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie, the nearest rank; nan of none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")
