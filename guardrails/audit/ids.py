"""Time and chance, which the floors below may not have: ids that sort by time, and the time as records write it."""

from __future__ import annotations

import os
import time
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache

#: Chance drawn ahead, 80 bits each, since every draw is a call of the kernel. Each is used once: a deque gives it to one
#: thread, and a forked process starts without any.
_CHANCE: deque[int] = deque()
os.register_at_fork(after_in_child=_CHANCE.clear)


def uuid7() -> str:
    """A UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, 74 bits of chance."""
    value = (time.time_ns() // 1_000_000) << 80 | _chance()
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _chance() -> int:
    while True:
        try:
            return _CHANCE.pop()
        except IndexError:
            drawn = os.urandom(10 * 128)
            _CHANCE.extend(int.from_bytes(drawn[at : at + 10]) for at in range(0, len(drawn), 10))


def now() -> str:
    """RFC 3339 in UTC with milliseconds: `2026-11-21T10:00:00.123Z`. A claim of this machine; order is the log's index."""
    seconds, rest = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    """Many records come in one second, and `strftime` is dear."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
