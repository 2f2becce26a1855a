"""`wire/sse.py` against the standard read line by line (WHATWG HTML, 9.2.6), and against itself, cut elsewhere."""

from __future__ import annotations

import re

from guardrails.wire.sse import Decoder
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


def decoded(pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    """The bytes of all events of these pieces, and their data, what is left at the end made whole."""
    decoder = Decoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    raw, held = b"".join(e.raw for e in events), decoder.held
    rest = decoder.rest()
    assert all(e.data is None or b"\r" not in e.data for e in events)
    said = [e.data for e in [*events, *([rest] if rest else [])] if e.data is not None]
    assert decoder.held == 0
    assert rest or held == 0 or not b"".join(pieces)[-held:].strip()
    return raw + b"".join(pieces)[len(raw) :], said


def check(data: bytes) -> None:
    """Where a read ends in CR CR, the LF of the next one begins an event: blank lines may fall to another, data never."""
    draw = Draw(data)
    gaps = [draw.number(64) for _ in range(draw.number(8))]
    stream = draw.rest()
    pieces, at = [], 0
    for gap in gaps:
        pieces.append(stream[at : at + gap])
        at += gap
    whole = decoded([stream])
    for cut in ([stream], [*pieces, stream[at:]], [stream[n : n + 1] for n in range(len(stream))]):
        raw, said = decoded(cut)
        assert raw == stream
        if MARK not in stream[3:]:  # ours is read more generously: before any event it is no part of a name
            assert said == whole[1] == expected(stream.rstrip(b"\r\n") + b"\n\n")
