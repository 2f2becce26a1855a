"""A light client: so many connections, each with one call at a time, and what became of each call.

Bare asyncio and httptools: about 30 µs for a call, so that what is measured is the server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import httptools
import orjson

PATH = b"/v1/chat/completions"
LONGEST_S = 120.0


class Broken(Exception):
    """The server hung up in the middle of an answer."""


@dataclass(slots=True)
class Answered:
    """One call. Times: nanoseconds of the monotonic clock; `first`: of the first byte of the body."""

    began: int
    status: int = 0
    first: int = 0
    ended: int = 0
    size: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: list[bytes] = field(default_factory=list, repr=False)

    @property
    def ms(self) -> float:
        return (self.ended - self.began) / 1e6

    @property
    def whole(self) -> bytes:
        return b"".join(self.body)

    def phase(self, name: str) -> float | None:
        """Milliseconds that the guard says it spent in a phase of its own."""
        for part in self.headers.get(b"x-guardrails-duration-ms", b"").decode().split(","):
            told, _, value = part.strip().partition("=")
            if told == name:
                return float(value)
        return None


Hear = Callable[[bytes, int], None]


class Connection(asyncio.Protocol):
    """A kept-alive connection. `ask` sends a body and waits for its answer."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[Answered] | None = None
        self.answer = Answered(0)
        self.keep = False
        self.hear: Hear | None = None
        self.parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a client's transport can write

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None
        self._end(Broken())

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.keep:
            self.answer.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        answer, now = self.answer, 0
        if not answer.first:
            answer.first = time.monotonic_ns()
        answer.size += len(body)
        if self.keep:
            answer.body.append(body)
        if self.hear is not None:
            now = time.monotonic_ns()
            self.hear(body, now)

    def on_message_complete(self) -> None:
        self.answer.status = self.parser.get_status_code()
        self.answer.ended = time.monotonic_ns()
        if not self.parser.should_keep_alive():
            self.close()
        self._end(None)

    def _end(self, fault: Exception | None) -> None:
        waiting, self.waiting = self.waiting, None
        if waiting is not None and not waiting.done():
            if fault is None:
                waiting.set_result(self.answer)
            else:
                waiting.set_exception(fault)

    def send(self, body: bytes, *, keep: bool = False, hear: Hear | None = None) -> asyncio.Future[Answered]:
        """Raises Broken, from the future, where the server hangs up."""
        if self.transport is None:
            raise Broken
        self.keep, self.hear = keep, hear
        self.answer = Answered(time.monotonic_ns())
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(self.head + b"content-length: %d\r\n\r\n" % len(body) + body)
        return self.waiting

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()
            self.transport = None


def head(port: int, path: bytes = PATH, key: str = "sk-bench") -> bytes:
    """The request's first lines, as an SDK sends them, without the length."""
    return (
        b"POST %b HTTP/1.1\r\nhost: 127.0.0.1:%d\r\naccept: application/json\r\ncontent-type: application/json\r\n"
        b"user-agent: OpenAI/Python 3.2.0\r\nx-stainless-lang: python\r\nauthorization: Bearer %b\r\n"
        % (path, port, key.encode())
    )


async def connect(port: int, **options: str) -> Connection:
    lines = head(port, **options)  # type: ignore[arg-type]  # only `key` is ever given
    _, connection = await asyncio.get_running_loop().create_connection(lambda: Connection(lines), "127.0.0.1", port)
    return connection


@dataclass(slots=True)
class Round:
    """What a load came to: the answers in the order of their ends, seconds from the first byte out to the last in."""

    answers: list[Answered] = field(repr=False)
    seconds: float
    failed: int

    @property
    def latencies(self) -> list[float]:
        """Milliseconds."""
        return [a.ms for a in self.answers]

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.seconds


async def run(port: int, bodies: Iterable[bytes], at_once: int, *, keep: bool = False, key: str = "sk-bench") -> Round:
    """Send all bodies over `at_once` connections. An answer that is not 200 counts as failed, as does a broken one."""
    todo: Iterator[bytes] = iter(list(bodies))
    answers: list[Answered] = []
    failed = 0

    async def work(connection: Connection) -> None:
        nonlocal failed
        for body in todo:
            if connection.transport is None:
                connection = await connect(port, key=key)
            try:
                answer = await connection.send(body, keep=keep)
            except Broken:
                failed += 1
                continue
            answers.append(answer)
            failed += answer.status != 200
        connection.close()

    connections = [await connect(port, key=key) for _ in range(at_once)]
    began = time.monotonic()
    async with asyncio.timeout(LONGEST_S):
        await asyncio.gather(*(work(c) for c in connections))
    return Round(answers, time.monotonic() - began, failed)


async def once(port: int, body: bytes, key: str = "sk-bench") -> Answered:
    """One call on a connection of its own, kept whole. Raises Broken or OSError."""
    connection = await connect(port, key=key)
    async with asyncio.timeout(LONGEST_S):
        answer = await connection.send(body, keep=True)
    connection.close()
    return answer


async def control(port: int, **settings: float | bool) -> None:
    """Set how the upstream behaves."""
    await _told(port, b"/control", orjson.dumps(settings))


async def last_seen(port: int) -> bytes:
    """The body of the last call that reached the upstream."""
    return (await _told(port, b"/last", b"{}")).whole


async def _told(port: int, path: bytes, body: bytes) -> Answered:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(lambda: Connection(head(port, path)), "127.0.0.1", port)
    answer = await connection.send(body, keep=True)
    connection.close()
    return answer


def said(answer: Answered) -> str:
    """The text of the first choice of an answer, plain or streamed."""
    whole = answer.whole
    if not whole.startswith(b"data:"):
        return str(orjson.loads(whole)["choices"][0]["message"]["content"])
    events = [orjson.loads(line[5:]) for line in whole.split(b"\n") if line.startswith(b"data:") and b"[DONE]" not in line]
    return "".join(c["delta"].get("content") or "" for e in events for c in e["choices"])
