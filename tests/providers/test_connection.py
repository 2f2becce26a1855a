"""Answers however they are cut, and what may never be read as one. The parser is fed by hand; real sockets are elsewhere."""

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import UpstreamError
from guardrails.providers.connection import MOST_WAITING_BYTES, Connection

HEAD = b"HTTP/1.1 200 OK\r\nX-Name: Va lue\xe9\r\n"
BODY = b'{"a":1}'
ANSWERS = {
    "length": HEAD + b"content-length: 7\r\n\r\n" + BODY,
    "chunks": HEAD + b"transfer-encoding: Chunked\r\n\r\n4\r\n" + BODY[:4] + b"\r\n3\r\n" + BODY[4:] + b"\r\n0\r\n\r\n",
    "trailers": HEAD + b"transfer-encoding: chunked\r\n\r\n7;x=y\r\n" + BODY + b"\r\n0\r\nx-t: 1\r\n\r\n",
    "interim": b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\nx: y\r\n\r\n" + HEAD + b"content-length: 7\r\n\r\n" + BODY,
}


class Transport(asyncio.Transport):
    """Where a connection writes; it remembers what was done to it."""

    def __init__(self):
        super().__init__()
        self.done = []

    def writelines(self, pieces):
        self.done.append("write")

    def get_write_buffer_size(self):
        return 0

    def is_closing(self):
        return "abort" in self.done

    def abort(self):
        self.done.append("abort")

    def pause_reading(self):
        self.done.append("pause")

    def resume_reading(self):
        self.done.append("resume")


def made():
    free, gone = [], []
    connection, transport = Connection(asyncio.get_running_loop(), free.append, gone.append), Transport()
    connection.connection_made(transport)
    return connection, transport, free, gone


async def read(pieces, end=False, error=None):
    """Status, headers, body of an answer that comes in these pieces; whether the connection may be used again."""
    connection, _, free, _ = made()
    answer = connection.ask(b"", b"")
    for piece in pieces:
        if connection.usable:
            connection.data_received(piece)
    if end:
        connection.connection_lost(error)
    await answer.begun()
    body = b"".join([piece async for piece in answer.chunks()])
    return answer.status, answer.headers, body, free == [connection]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_byte_by_byte(name):
    whole = asyncio.run(read([ANSWERS[name]]))
    assert whole[0] == 200
    assert whole[1][0] == ("x-name", "Va lue\xe9")
    assert whole[2:] == (BODY, True)
    assert asyncio.run(read([bytes([b]) for b in ANSWERS[name]])) == whole


@given(st.sampled_from(sorted(ANSWERS)), st.lists(st.integers(0, 200), max_size=6))
def test_an_answer_however_it_is_cut(name, cuts):
    raw = ANSWERS[name]
    at = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    pieces = [raw[a:b] for a, b in itertools.pairwise(at) if a < b]
    assert asyncio.run(read(pieces)) == asyncio.run(read([raw]))


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_cut_off_anywhere_is_not_whole(name):
    for end in range(len(ANSWERS[name])):
        with pytest.raises(UpstreamError, match=r"closed the connection without|in the middle of"):
            asyncio.run(read([ANSWERS[name][:end]] if end else [], end=True))


def test_an_answer_that_ends_with_its_connection():
    raw = HEAD + b"\r\n" + BODY
    assert asyncio.run(read([raw], end=True))[2:] == (BODY, False)
    with pytest.raises(UpstreamError, match="in the middle of its answer"):
        asyncio.run(read([raw], end=True, error=ConnectionResetError()))


@pytest.mark.parametrize("name", ["length", "chunks"])
@pytest.mark.parametrize("more", [b"x", b"HTTP/1.1 200 OK\r\n\r\n", ANSWERS["length"], b"\0" * 9])
def test_what_stands_behind_an_answer_is_nobodys(name, more):
    for pieces in ([ANSWERS[name] + more], [ANSWERS[name], more]):
        status, _, body, _ = asyncio.run(read(pieces))
        assert (status, body) == (200, BODY)

    async def run():
        connection, transport, free, _ = made()
        connection.ask(b"", b"")
        connection.data_received(ANSWERS[name] + more)
        assert ("abort" in transport.done, free) == (True, [])

    asyncio.run(run())


def test_a_connection_that_speaks_unasked_is_closed():
    async def run():
        connection, transport, free, _ = made()
        connection.ask(b"", b"")
        connection.data_received(ANSWERS["length"])
        assert free == [connection]
        connection.data_received(ANSWERS["length"])
        assert "abort" in transport.done

    asyncio.run(run())


def test_more_than_is_read_waits_at_the_provider():
    async def run():
        connection, transport, _, _ = made()
        answer = connection.ask(b"", b"")
        connection.data_received(HEAD + b"content-length: 99999999\r\n\r\n")
        for _ in range(MOST_WAITING_BYTES // 65_536 + 1):
            connection.data_received(b"x" * 65_536)
        assert transport.done == ["write", "pause"]
        await answer.begun()
        pieces = answer.chunks()
        assert len(await anext(pieces)) > MOST_WAITING_BYTES
        assert transport.done == ["write", "pause", "resume"]
        await pieces.aclose()
        await answer.close()
        assert transport.done[-1] == "abort"

    asyncio.run(run())


def test_whoever_leaves_an_answer_unread_closes_the_connection():
    async def run():
        connection, transport, free, gone = made()
        answer = connection.ask(b"", b"")
        connection.data_received(ANSWERS["chunks"][:-9])
        await answer.close()
        assert (transport.done[-1], free) == ("abort", [])
        connection.connection_lost(None)
        assert gone == [connection]
        connection, transport, free, gone = made()
        answer = connection.ask(b"", b"")
        connection.data_received(ANSWERS["chunks"])
        await answer.close()
        assert (transport.done, free) == (["write"], [connection])

    asyncio.run(run())
