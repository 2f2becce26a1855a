"""Events are the same however the bytes were cut; nothing of a byte is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.wire.sse import Decoder, beside, encode, event

STREAMS = {
    "plain": (b'data: {"a":1}\n\ndata: [DONE]\n\n', [b'{"a":1}', b"[DONE]"]),
    "CRLF": (b"data: x\r\n\r\ndata: y\r\n\r\n", [b"x", b"y"]),
    "CR": (b"data: x\r\rdata: y\r\r", [b"x", b"y"]),
    "comment": (b": ping\n\ndata: x\n\n", [None, b"x"]),
    "several data lines": (b"data: a\ndata: b\n\n", [b"a\nb"]),
    "event name and id": (b"event: delta\nid: 3\ndata: x\n\n", [b"x"]),
    "no blank after the colon": (b"data:x\n\n", [b"x"]),
    "two blanks after the colon": (b"data:  x\n\n", [b" x"]),
    "empty data": (b"data:\n\n", [b""]),
    "byte order mark": (b"\xef\xbb\xbfdata: x\n\n", [b"x"]),
    "lines that end in three ways": (b"data: a\rdata: b\r\ndata: c\n\r\n", [b"a\nb\nc"]),
    "blank lines between": (b"\n\ndata: x\n\n\n\ndata: y\n\n", [None, b"x", None, b"y"]),
    "a character of four bytes": ("data: \U0001f642é\n\n".encode(), ["\U0001f642é".encode()]),
    "a time to wait": (b"retry: 3000\nevent: x\n\ndata: y\n\n", [None, b"y"]),
    "data with no colon": (b"data\n\n", [b""]),
    "another field that begins alike": (b"database: x\ndata: y\n\n", [b"y"]),
}


@pytest.mark.parametrize("name", STREAMS)
def test_read_whole_and_byte_by_byte(name):
    stream, wanted = STREAMS[name]
    whole = list(Decoder().feed(stream))
    assert [e.data for e in whole] == wanted
    decoder = Decoder()
    assert [e.data for i in range(len(stream)) for e in decoder.feed(stream[i : i + 1])] == wanted
    assert decoder.rest() is None


@pytest.mark.parametrize("name", STREAMS)
def test_cut_at_any_two_places_no_byte_is_lost_or_moved(name):
    stream, _ = STREAMS[name]
    stream += b"data: z\n\n"
    wanted = [e.raw for e in Decoder().feed(stream)]
    for a in range(len(stream) + 1):
        for b in range(a, len(stream) + 1):
            decoder = Decoder()
            events = [e for piece in (stream[:a], stream[a:b], stream[b:]) for e in decoder.feed(piece)]
            assert [e.raw for e in events] == wanted
            assert decoder.held == 0
    assert b"".join(wanted) == stream


def test_an_event_of_megabytes_is_put_together_once():
    decoder, began = Decoder(), time.process_time()
    assert [e for _ in range(400) for e in decoder.feed(b"data: " + b"a" * 65_530)] == []
    assert decoder.held == 400 * 65_536
    assert len(decoder.feed(b"\n\n")[0].raw) == 400 * 65_536 + 2
    assert time.process_time() - began < 2, "seconds; put together at every piece it takes many more"


def test_what_an_event_says_beside_its_data():
    assert beside(b": a note\r\nevent: x\ndata: no\nid: 7\n\n") == ": a note\nevent: x\nid: 7"
    assert beside(b"data: {}\n\n") == ""


def test_an_event_shows_nothing_of_itself():
    assert "jane" not in repr(event(b"data: jane.cooper@contoso.com\n\n"))


@given(st.lists(st.sampled_from([s for s, _ in STREAMS.values()]), max_size=6), st.data())
def test_however_it_is_cut(streams, data):
    stream = b"".join(streams).replace(b"\xef\xbb\xbf", b"")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    decoder = Decoder()
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    events = [e for piece in pieces for e in decoder.feed(piece)]
    whole = Decoder().feed(stream)
    assert [e.data for e in events if e.data is not None] == [e.data for e in whole if e.data is not None]
    assert b"".join(e.raw for e in events) == stream


def test_a_last_event_without_its_blank_line_is_made_whole():
    decoder = Decoder()
    assert list(decoder.feed(b"data: x\n\ndata: y")) == [event(b"data: x\n\n")]
    assert decoder.rest() == event(b"data: y\n\n")
    assert decoder.rest() is None


def test_what_is_encoded_is_read_again():
    assert event(encode(b'{"a":1}')).data == b'{"a":1}'
