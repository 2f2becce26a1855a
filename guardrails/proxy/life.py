"""Whether this process takes calls: it is starting, it is ready, or it is finishing what is open and takes no more.

One for each process. The signal handler writes it, the door reads it at every request.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

LEAST_FREE_BYTES = 16 * 2**20  # below this the log's disk counts as full: a commit and its journal must fit
PAUSE_S = 5.0  # after a failed write the log counts as unavailable for so long; then calls may try again


class Reason(StrEnum):
    """Why a process does not take calls, in the words of /readyz."""

    STARTING = "starting"
    SHUTTING_DOWN = "shutting_down"
    LOG_UNAVAILABLE = "log_unavailable"
    DISK_FULL = "disk_full"


@dataclass(slots=True)
class Life:
    """`data`: the log's directory, asked at /readyz whether it can still be written."""

    data: Path
    started: bool = False
    draining_since: float = 0.0  # by the steady clock; 0: not at all
    calls: set[asyncio.Task[None]] = field(default_factory=set, repr=False)
    streams: int = 0

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

    def unready(self, log_failed_at: float) -> Reason | None:
        """None: calls are taken. `log_failed_at`: when the log last could not be written, by the steady clock; 0: never."""
        if self.draining:
            return Reason.SHUTTING_DOWN
        if not self.started:
            return Reason.STARTING
        if log_failed_at and time.monotonic() - log_failed_at < PAUSE_S:
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
