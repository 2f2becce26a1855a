"""Connections that are used again, and those that never are. Real sockets."""

import asyncio
import gc
import socket

import pytest

from guardrails.errors import UpstreamError
from guardrails.providers import Call
from guardrails.providers.http import NOT_HTTP, READ_AHEAD, HttpProvider
from tests.misbehaving import Wire, files, misbehaving, settled_in

HEAD = b"HTTP/1.1 200 OK\r\nX-Name: Va lue\xe9\r\n"
BODY = b'{"a":1}'
ANSWERS = {
    "length": HEAD + b"content-length: 7\r\n\r\n" + BODY,
    "chunks": HEAD + b"transfer-encoding: Chunked\r\n\r\n4\r\n" + BODY[:4] + b"\r\n3\r\n" + BODY[4:] + b"\r\n0\r\n\r\n",
    "trailers": HEAD + b"transfer-encoding: chunked\r\n\r\n7;x=y\r\n" + BODY + b"\r\n0\r\nx-t: 1\r\n\r\n",
    "interim": b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\nx: y\r\n\r\n" + HEAD + b"content-length: 7\r\n\r\n" + BODY,
}
OTHER = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nanother"


def says(*pieces: bytes, pause: float = 0.0, close: bool = False):
    async def script(wire: Wire, _: bytes) -> None:
        await wire.say(*pieces, pause=pause)
        if close:
            wire.end()

    return script


@pytest.fixture(scope="module")
def upstream():
    with misbehaving() as it:
        yield it


def asked(body: bytes = b"{}") -> Call:
    return Call("POST", "/v1/x", (("content-type", "application/json"),), body)


async def read(provider):
    """Status, headers and body of the answer to one call."""
    reply = await provider.call(asked())
    try:
        return reply.status, reply.headers, b"".join([piece async for piece in reply.chunks()])
    finally:
        await reply.close()


def run(upstream, use):
    """What `use` gives for a provider of its own."""

    async def main():
        provider = HttpProvider(upstream.url, 5.0)
        try:
            return await use(provider)
        finally:
            await provider.close()

    return asyncio.run(asyncio.wait_for(main(), 30))


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_byte_by_byte(upstream, name):
    for pieces in ([ANSWERS[name]], [bytes([b]) for b in ANSWERS[name]]):
        upstream.plays(says(*pieces, pause=0.0005))
        status, headers, body = run(upstream, read)
        assert (status, headers[0], body) == (200, ("x-name", "Va lue\xe9"), BODY)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_cut_off_anywhere_is_not_whole(upstream, name):
    async def every(provider):
        for end in range(len(ANSWERS[name])):
            upstream.plays(says(ANSWERS[name][:end], close=True))
            with pytest.raises(UpstreamError, match=r"closed the connection without|in the middle of"):
                await read(provider)

    run(upstream, every)


@pytest.mark.parametrize("more", [b"x", OTHER, b"\0" * 9, b"HTTP/1.1 408 Late\r\ncontent-length: 0\r\n\r\n"])
@pytest.mark.parametrize("name", ["length", "chunks"])
def test_what_comes_unasked_is_nobodys_answer(upstream, name, more):
    """A connection that speaks while it is free is not used again."""

    async def twice(provider):
        upstream.plays(says(ANSWERS[name]))
        assert (await read(provider))[2] == BODY
        wire = upstream.wires[0]
        asyncio.run_coroutine_threadsafe(wire.say(more), wire.reader._loop).result(5)
        await asyncio.sleep(0.1)  # it has arrived
        said = await read(provider)
        return said[0], said[2], [len(wire.asked) for wire in upstream.wires]

    assert run(upstream, twice) == (200, BODY, [1, 1])


@pytest.mark.parametrize("more", [b"x", OTHER])
def test_what_stands_behind_an_answer_is_nobodys(upstream, more):
    async def twice(provider):
        upstream.plays(says(ANSWERS["length"] + more))
        said = []
        for _ in "12":
            try:
                said.append((await read(provider))[2])
            except UpstreamError as fault:
                said.append(str(fault))
        return said, [len(wire.asked) for wire in upstream.wires]

    expected = [BODY] * 2 if more == OTHER else [NOT_HTTP] * 2
    assert run(upstream, twice) == (expected, [1, 1])


def test_more_than_is_read_waits_at_the_provider(upstream):
    size, sent = 64_000_000, []

    async def much(wire: Wire, _: bytes) -> None:
        await wire.say(HEAD + b"content-length: %d\r\n\r\n" % size)
        for _ in range(size // 64_000):
            await wire.say(b"x" * 64_000)
            sent.append(64_000)

    async def slowly(provider):
        upstream.plays(much)
        reply = await provider.call(asked())
        await asyncio.sleep(0.3)
        before = sum(sent)
        pieces = [len(piece) async for piece in reply.chunks()]
        await reply.close()
        return before, max(pieces), sum(pieces)

    before, largest, got = run(upstream, slowly)
    assert before < size / 3, "what the system keeps in its own buffers, and READ_AHEAD"
    assert largest <= 4 * READ_AHEAD, "twice as much, and one read of the socket"
    assert got == size


def test_whoever_leaves_an_answer_unread_closes_the_connection(upstream):
    async def leave(provider):
        upstream.plays(says(ANSWERS["chunks"][:-9]))
        reply = await provider.call(asked())
        await reply.close()
        assert await asyncio.to_thread(settled_in, lambda: all(wire.closed for wire in upstream.wires))
        upstream.plays(says(ANSWERS["chunks"]))
        for _ in "12":  # whole though nobody read it
            reply = await provider.call(asked())
            await asyncio.sleep(0.1)
            await reply.close()
        return [len(wire.asked) for wire in upstream.wires]

    assert run(upstream, leave) == [2]


@pytest.mark.parametrize("answer", [b"", OTHER], ids=["silent", "answers-at-once"])
def test_a_provider_that_does_not_read_holds_no_connection(answer):
    """The request is larger than the system's buffers, so some of it is still here when the call ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        async def give_up():
            provider = HttpProvider(f"http://127.0.0.1:{listener.getsockname()[1]}", 5.0)
            loop, at_rest = asyncio.get_running_loop(), len(asyncio.all_tasks())
            listener.setblocking(False)
            task = asyncio.create_task(provider.call(asked(b"x" * 30_000_000)))
            peer, _ = await loop.sock_accept(listener)
            before = files()
            peer.send(answer)
            done, _ = await asyncio.wait([task], timeout=0.5)
            if done:
                await task.result().close()
            else:
                task.cancel()
                await asyncio.wait([task])
            gone = await asyncio.to_thread(settled_in, lambda: files() == before - 1, 3.0)
            tasks = len(asyncio.all_tasks()) - at_rest
            peer.close()
            await provider.close()
            return gone, bool(done), tasks

        assert asyncio.run(asyncio.wait_for(give_up(), 20)) == (True, bool(answer), 0)


def test_a_post_is_sent_once_also_where_its_connection_was_closed_meanwhile(upstream):
    async def script(wire: Wire, _: bytes) -> None:
        if len(wire.asked) > 1:
            wire.reset()
        else:
            await wire.say(ANSWERS["length"])

    async def twice(provider):
        upstream.plays(script)
        await read(provider)
        with pytest.raises(UpstreamError, match="without an answer"):
            await read(provider)
        return [len(wire.asked) for wire in upstream.wires]

    assert run(upstream, twice) == [2]


def test_a_free_connection_that_breaks_is_not_complained_of(upstream):
    """asyncio tells its handler of errors that nobody has looked at."""
    heard = []

    async def broken(provider):
        asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
        upstream.plays(says(ANSWERS["length"][:-3], ANSWERS["length"][-3:], pause=0.05))
        await read(provider)
        wire = upstream.wires[0]
        wire.reader._loop.call_soon_threadsafe(wire.reset)
        await asyncio.sleep(0.2)
        upstream.plays(says(ANSWERS["length"]))
        assert (await read(provider))[0] == 200
        gc.collect()

    run(upstream, broken)
    assert heard == []
