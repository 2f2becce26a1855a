"""Which workers are there, as the machine says."""

from __future__ import annotations

import subprocess


def workers(parent: int | None = None) -> list[int]:
    """The processes that run recognizers: all, or those that this process started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    mine = [row for row in rows if len(row) == 4 and row[3].endswith("-m guardrails.own") and not row[2].startswith("Z")]
    return [int(pid) for pid, above, *_ in mine if parent is None or int(above) == parent]


def lives(pid: int) -> bool:
    stat = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return bool(stat) and not stat.startswith("Z")


def sleepers(parent: int) -> list[int]:
    """What the recognizer that starts children has started in a worker of this process."""
    listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split(None, 1)[0]) for line in listed.splitlines() if line.endswith(f" sleep 9{parent}")]
