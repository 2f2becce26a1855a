"""One process of the server: whether it takes calls (it is starting, it is ready, or it is finishing what is open and takes no
more), what is open in it, and what it opened when it started.

The signal handler writes it, the door and the operators' routes read it at every request.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from guardrails.metrics import OTHER, Metrics
from guardrails.relay import Relay
from guardrails.watch import CPU, OPEN, QUEUE, REFUSALS, REFUSED, RESIDENT, STREAMS, UP, Watcher

LEAST_FREE_BYTES = 16 * 2**20  # below this the log's disk counts as full: a commit and its journal must fit
PAUSE_S = 5.0  # after a failed write the log counts as unavailable for so long; then calls may try again


class Reason(StrEnum):
    """Why a process does not take calls, in the words of /readyz."""

    STARTING = "starting"
    SHUTTING_DOWN = "shutting_down"
    LOG_UNAVAILABLE = "log_unavailable"
    DISK_FULL = "disk_full"


@dataclass(frozen=True, slots=True)
class Opened:
    """What exists only once the server's own loop runs."""

    relay: Relay
    metrics: Metrics
    watcher: Watcher


@dataclass(slots=True)
class Life:
    """`data`: the log's directory, asked at /readyz whether it can still be written."""

    data: Path
    started: bool = False
    draining_since: float = 0.0  # by the steady clock; 0: not at all
    calls: set[asyncio.Task[None]] = field(default_factory=set, repr=False)
    streams: int = 0
    opened: Opened | None = field(default=None, repr=False)

    @property
    def draining(self) -> bool:
        return self.draining_since > 0

    def drain(self) -> None:
        """No more calls are taken; those that are open go on."""
        if not self.draining_since:
            self.draining_since = time.monotonic()

    def waited(self) -> float:
        """For how many seconds open calls have been let finish."""
        return time.monotonic() - self.draining_since if self.draining_since else 0.0

    def gauged(self) -> None:
        """How much is open, about ten times a second and whenever somebody asks: a call should not pay for it."""
        if self.opened is not None:
            for series, value in ((OPEN, len(self.calls)), (STREAMS, self.streams), (QUEUE, self.opened.relay.log.waiting)):
                self.opened.watcher.put(series, value)

    def measured(self, resident_bytes: float, cpu_s: float) -> None:
        """What the process says of itself, about once a second."""
        if self.opened is not None:
            for series, value in ((UP, float(self.unready() is None)), (RESIDENT, resident_bytes), (CPU, cpu_s)):
                self.opened.watcher.put(series, value)

    def refused(self, status: int) -> None:
        """A request was answered before there was a call."""
        if self.opened is not None:
            self.opened.watcher.count(REFUSED, str(status) if str(status) in REFUSALS else OTHER)

    def unready(self) -> Reason | None:
        """None: calls are taken."""
        if self.draining:
            return Reason.SHUTTING_DOWN
        if not self.started:
            return Reason.STARTING
        failed_at = self.opened.watcher.failed_at if self.opened else 0.0
        if failed_at and time.monotonic() - failed_at < PAUSE_S:
            return Reason.LOG_UNAVAILABLE
        return self._disk()

    def _disk(self) -> Reason | None:
        try:
            room = os.statvfs(self.data)
        except OSError:
            return Reason.LOG_UNAVAILABLE
        if not os.access(self.data, os.W_OK | os.X_OK):
            return Reason.LOG_UNAVAILABLE
        return Reason.DISK_FULL if room.f_bavail * room.f_frsize < LEAST_FREE_BYTES else None
