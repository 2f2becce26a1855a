"""`wire/sse.py` against the standard read line by line (WHATWG HTML, 9.2.6), and against itself, cut elsewhere."""

from __future__ import annotations

import re

from guardrails.wire.sse import Decoder, Event
from tests.fuzz.drawing import Draw

MARK = b"\xef\xbb\xbf"
LINE = re.compile(rb"(?P<line>[^\r\n]*)(?:\r\n|\r|\n)")


def expected(stream: bytes) -> list[bytes]:
    """The data of every event that the standard dispatches; an event without data is dispatched by nobody."""
    found: list[bytes] = []
    data: list[bytes] = []
    for match in LINE.finditer(stream.removeprefix(MARK)):
        if not match["line"]:
            found += [b"\n".join(data)] if data else []
            data = []
        else:
            name, _, value = match["line"].partition(b":")
            if name == b"data":
                data.append(value.removeprefix(b" "))
    return found


def decoded(pieces: list[bytes]) -> tuple[list[Event], int]:
    """All events of these pieces, and how many bytes are left."""
    decoder = Decoder()
    return [event for piece in pieces for event in decoder.feed(piece)], decoder.held


def check(data: bytes) -> None:
    draw = Draw(data)
    gaps = [draw.number(64) for _ in range(draw.number(8))]
    stream = draw.rest()
    pieces, at = [], 0
    for gap in gaps:
        pieces.append(stream[at : at + gap])
        at += gap
    whole, left = decoded([stream])
    for cut in ([*pieces, stream[at:]], [stream[n : n + 1] for n in range(len(stream))]):
        events, held = decoded(cut)
        assert b"".join(e.raw for e in events) + stream[len(stream) - held :] == stream
        assert [e.data for e in events if e.data is not None] == [e.data for e in whole if e.data is not None]
        assert held <= left + 1  # where a read ends in CR CR, the LF of the next one begins an event
    assert b"".join(e.raw for e in whole) + stream[len(stream) - left :] == stream
    decoder = Decoder()
    events = decoder.feed(stream)
    rest = decoder.rest()
    said = [e.data for e in [*events, *([rest] if rest else [])] if e.data is not None]
    if MARK not in stream[3:]:  # ours is read more generously: before any event it is no part of a name
        assert said == expected(stream.rstrip(b"\r\n") + b"\n\n")
