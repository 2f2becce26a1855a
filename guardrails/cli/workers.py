"""Several processes that serve the same port and write the same log, and the parent that keeps them alive.

The parent binds the sockets and lays out the memory of the metrics, then forks; it serves nothing itself, opens no log and
starts no thread, so that it can fork again whenever a worker dies. A call in a worker that was killed has its intent in the
log; the next worker that starts writes there that its outcome is unknown. If the parent dies, a pipe closes and the workers end
as at SIGTERM.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from guardrails import logs
from guardrails.metrics import Metrics
from guardrails.watch import RESTARTS, UP

ENDS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WAITED = ENDS | {signal.SIGCHLD, signal.SIGALRM}
SHORT_S = 5.0  # a worker that lived less than this is not started again at once
PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)

#: What a worker does: its number, the pipe of its parent, and what to call once it takes calls; its exit status comes back.
Work = Callable[[int, int, Callable[[], object]], int]


@dataclass(slots=True)
class Parent:
    """`alive`: the worker of each process id, and since when. `due`: workers to be started, and when."""

    work: Work
    metrics: Metrics
    ready: Callable[[], object]  # called once the first worker takes calls
    alive: dict[int, tuple[int, float]] = field(default_factory=dict)
    due: dict[int, float] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)  # how often in a row a worker died early
    came_up: set[int] = field(default_factory=set)
    ending: bool = False
    status: int = 0
    _pipe: tuple[int, int] = field(default_factory=os.pipe)
    _up: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> int:
        """Until all workers have ended: 0, or the status of a worker that could not start."""
        gc.collect()
        gc.freeze()  # the workers share these pages as long as nobody writes to them
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WAITED)
        self._start(0, before)
        if os.read(self._up[0], 1):  # nothing, where it ended before: the log is opened by one before the others come
            self.ready()
            for number in range(1, self.metrics.workers):
                self._start(number, before)
        while self.alive or (self.due and not self.ending):
            got = signal.sigwait(WAITED)
            if got in ENDS and signal.getsignal(got) is not signal.SIG_IGN:  # what is blocked comes even where it is ignored
                self._end()
            for pid, status in _ended():
                self._buried(pid, status)
            self._start_due(before)
        return self.status

    def _start(self, number: int, mask: set[signal.Signals] | set[int]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self.alive[pid] = (number, time.monotonic())
            if self._up[1] >= 0:
                os.close(self._up[1])
                self._up = (self._up[0], -1)
            return
        status = 2
        try:
            os.close(self._pipe[1])
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            status = self.work(number, self._pipe[0], self._came_up)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # a worker never returns into what its parent was doing

    def _came_up(self) -> None:
        """In a worker: the first one tells its parent."""
        if self._up[1] >= 0:
            os.write(self._up[1], b"1")
            os.close(self._up[1])

    def _end(self) -> None:
        self.ending = True
        for pid in self.alive:
            os.kill(pid, signal.SIGTERM)

    def _buried(self, pid: int, status: int) -> None:
        number, since = self.alive.pop(pid)
        if self.metrics.worker(number).cells[self.metrics.worker(number).place(UP)]:
            self.came_up.add(number)
        self.metrics.forget(number)
        if self.ending:
            return
        code = os.waitstatus_to_exitcode(status)
        if number not in self.came_up:
            self.status = code if code > 0 else 2  # it has said why
            self._end()
            return
        early = time.monotonic() - since < SHORT_S
        self.short[number] = self.short.get(number, 0) + 1 if early else 0
        pause = PAUSES_S[min(self.short[number], len(PAUSES_S)) - 1] if self.short[number] else 0.0
        self.due[number] = time.monotonic() + pause
        self.metrics.worker(number).add(self.metrics.worker(number).place(RESTARTS))
        facts = {"worker": number, "pid": pid, "by": _by(code), "again_in_s": pause}
        logs.log.error("a worker died and is started again", extra={"facts": facts})

    def _start_due(self, mask: set[signal.Signals] | set[int]) -> None:
        if self.ending or not self.due:
            return
        for number in [number for number, at in self.due.items() if at <= time.monotonic()]:
            del self.due[number]
            self._start(number, mask)
        if self.due:
            signal.setitimer(signal.ITIMER_REAL, max(0.01, min(self.due.values()) - time.monotonic()))


def _ended() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid, status


def _by(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit status {code}"
