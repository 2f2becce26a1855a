"""What a server and its worker say to each other: JSON in UTF-8, each message after its length. No pickle: it would run code.

Texts keep every code point, half surrogates too, so that offsets mean the same on both sides.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

MOST = 10_000  # findings in one text
_HEAD = struct.Struct(">I")
_PIECE = 1 << 20  # bytes asked for at a time


def packed(message: Any) -> bytes:
    """Raises TypeError or ValueError where JSON has no words for it."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _HEAD.pack(len(body)) + body


def received(connection: socket.socket, most: int, seconds: float | None = None) -> Any:
    """The next message, of at most `most` bytes, within so many seconds.

    Raises EOFError where the other side has gone, TimeoutError, ValueError for what is too long or no JSON, OSError.
    """
    until = None if seconds is None else time.monotonic() + seconds
    size = _HEAD.unpack(_whole(connection, _HEAD.size, until))[0]
    if size > most:
        raise ValueError("a message that is too long")
    try:
        return json.loads(_whole(connection, size, until).decode("utf-8", "surrogatepass"))
    except RecursionError:
        raise ValueError("a message that is nested too deeply") from None


def _whole(connection: socket.socket, size: int, until: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        part = connection.recv(min(size, _PIECE))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
