"""Server-sent events (WHATWG HTML, 9.2): bytes in, whole events out, however the bytes were cut.

Each event keeps the bytes it came as, so that one that nobody edits leaves as it came: comments, CRLF, several data lines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: The end of an event: two line ends. After one that holds LF, a CR at the end of what has come is half of a CRLF: wait for it.
_END = re.compile(rb"(?>\r\n|\n)(?:\r\n|\n|\r(?=[^\n]))|\r(?>\r\n|\r)")
_LINE = re.compile(rb"\r\n|\r|\n")
_ASIDE = re.compile(rb"(?:event|id|retry): ?[\w.-]{0,64}|:")
DONE = b"data: [DONE]\n\n"


class Event(NamedTuple):
    """One event. `data` is None for a comment or an event with no data lines; `raw` ends with its blank line.

    `plain`: nothing stands in `raw` beside the data but an event's name, an id, a time, each a short word. (A tuple, since a
    stream has thousands: making one costs half of what a frozen dataclass does.)
    """

    raw: bytes
    data: bytes | None
    plain: bool = True

    def __repr__(self) -> str:
        return f"Event({len(self.raw)} bytes)"


class Decoder:
    """Feed it chunks; it gives the events that are complete. What is left at the end comes from `rest`."""

    __slots__ = ("_buffer", "_more", "_searched")

    def __init__(self) -> None:
        self._buffer = b""
        self._more = bytearray()  # what came after it without any end of a line: put together once there is one
        self._searched = 0

    def feed(self, chunk: bytes) -> list[Event]:
        return [event(raw) for raw in self.raws(chunk)]

    def raws(self, chunk: bytes) -> list[bytes]:
        """The bytes of each event that is complete; `event` says what they are."""
        if self._buffer:
            if not (b"\n" in chunk or b"\r" in chunk or self._buffer.endswith(b"\r")):
                self._more += chunk
                return []
            buffer = b"".join((self._buffer, self._more, chunk))
            self._more.clear()
        else:
            buffer = chunk
        found, at = [], 0
        for end in _ends(buffer, self._searched):
            found.append(buffer[at:end])
            at = end
        self._buffer = buffer[at:]
        self._searched = max(0, len(self._buffer) - 3)  # an end that began in the last bytes may still complete
        return found

    @property
    def held(self) -> int:
        """Bytes of an event that is not complete yet."""
        return len(self._buffer) + len(self._more)

    def rest(self) -> Event | None:
        """The last event of a stream that ended without its blank line, made whole."""
        raw = self._buffer + self._more
        self._buffer, self._more, self._searched = b"", bytearray(), 0
        return event(raw.rstrip(b"\r\n") + b"\n\n") if raw.strip() else None


def _ends(buffer: bytes, search: int) -> list[int]:
    """Where each event that is complete ends."""
    if b"\r" in buffer:
        return [found.end() for found in _END.finditer(buffer, search)]
    ends = []
    while (line := buffer.find(b"\n", search)) >= 0:  # two searches for one byte are faster than one for two
        search = line + 1
        if buffer.startswith(b"\n", search):
            search += 1
            ends.append(search)
    return ends


def event(raw: bytes) -> Event:
    """The event these bytes are. Fields other than `data` stay in `raw` alone."""
    if raw.startswith(b"data: ") and raw.find(b"\n") == len(raw) - 2 and b"\r" not in raw:
        return Event(raw, raw[6:-2])  # one data line: nearly every event
    lines = [line for line in _LINE.split(raw.removeprefix(b"\xef\xbb\xbf")) if line]
    data = [line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:") or line == b"data"]
    plain = all(line.startswith(b"data:") or line == b"data" or _ASIDE.fullmatch(line) for line in lines)
    return Event(raw, b"\n".join(data) if data else None, plain)


def beside(raw: bytes) -> str:
    """What an event says beside its data: comments, its name, its id."""
    lines = (line for line in _LINE.split(raw) if not line.startswith(b"data:"))
    return b"\n".join(lines).decode("utf-8", "replace").strip()


def encode(data: bytes) -> bytes:
    """One event of one data line."""
    return b"data: " + data + b"\n\n"
