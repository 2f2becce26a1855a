"""Providers and clients that do not behave, on real sockets; and the whole guard between them, watched for what it leaves.

A provider plays a script: a coroutine that gets the request and a `Wire` to say what it wants. Whatever it does, it then
waits for the guard to close the connection, and remembers when that was.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guardrails import app, assembly
from guardrails.audit.read import snapshot
from guardrails.cli.server import Server
from guardrails.settings import Settings

PATIENCE_S = 10.0


@dataclass
class Wire:
    """A provider's end of one connection. `asked`: the bodies that came; `closed`: when the guard closed it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    closed: float = 0.0

    async def say(self, *pieces: bytes, pause: float = 0.0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if pause:
                await asyncio.sleep(pause)

    async def request(self) -> bytes:
        """Read one request, headers and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await self.reader.readexactly(length)
        self.heads.append(head)
        self.asked.append(body)
        return body

    async def hang(self) -> None:
        """Do nothing until the guard closes."""
        while await self.reader.read(65_536):
            pass

    def end(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        """Close with a RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.writer.transport.abort()


Script = Callable[[Wire, bytes], Awaitable[None]]


@dataclass
class Provider:
    """`wires`: every connection that came since it last got a script, in order."""

    url: str = ""
    script: Script | None = None
    reads: bool = True  # read the request before the script plays
    wires: list[Wire] = field(default_factory=list)
    living: list[Wire] = field(default_factory=list)

    @property
    def open(self) -> list[Wire]:
        """The connections that the guard has not closed, nor this side."""
        return [wire for wire in self.living if not wire.closed]

    def plays(self, script: Script, *, reads: bool = True) -> None:
        self.script, self.reads = script, reads
        self.wires.clear()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        self.wires.append(wire)
        self.living = [*self.open, wire]
        try:
            while True:
                body = await wire.request() if self.reads else b""
                if self.script is not None:
                    await self.script(wire, body)
                if writer.is_closing():
                    break
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            wire.closed = time.monotonic()
            writer.close()
            with suppress(ConnectionError, TimeoutError):
                await writer.wait_closed()


@contextmanager
def misbehaving() -> Iterator[Provider]:
    """A provider in a thread of its own."""
    provider, loop, started = Provider(), asyncio.new_event_loop(), threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(provider, "127.0.0.1", 0, limit=2**24)
        provider.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.set()
        try:
            await stop
        finally:
            server.close()
            mine = asyncio.all_tasks() - {asyncio.current_task()}
            for task in mine:
                task.cancel()
            await asyncio.gather(*mine, return_exceptions=True)

    stop = loop.create_future()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="misbehaving", daemon=True)
    thread.start()
    assert started.wait(PATIENCE_S)
    try:
        yield provider
    finally:
        loop.call_soon_threadsafe(stop.set_result, None)
        thread.join(PATIENCE_S)
        loop.close()


class Heard(logging.Handler):
    """What servers complain of while they run."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(self.format(record))


@dataclass
class Guarded:
    """The guard, running. `settled` is what every test ends with."""

    url: str
    data: Path
    loop: asyncio.AbstractEventLoop
    heard: Heard
    server: Server
    tasks: int = 0
    files: int = 0

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def records(self) -> list[dict[str, Any]]:
        with snapshot(self.data) as log:
            return [json.loads(leaf) for (leaf,) in log.execute("SELECT leaf FROM entries ORDER BY idx")]

    def at_rest(self) -> None:
        """Remember how many tasks and open files there are while nothing goes on."""
        settled_in(lambda: self._tasks() <= 2)
        self.records()  # SQLite keeps a reader's file for the next one while a writer in the same process holds locks
        gc.collect()
        gc.freeze()  # `settled` collects what came after this, not all that the tests before have left
        self.tasks, self.files = self._tasks(), files()
        self.heard.words.clear()

    def settled(self) -> None:
        """No task, no open file more than at rest, and nobody has complained."""
        assert settled_in(lambda: self._tasks() <= self.tasks), self._named()
        assert settled_in(lambda: files() <= self.files), (files(), self.files)
        gc.collect()
        self._tasks()  # a turn of the loop, in which it hears of what was collected
        assert self.heard.words == [], self.heard.words

    def _tasks(self) -> int:
        return len(self._named())

    def _named(self) -> list[str]:
        async def count() -> list[str]:
            return [repr(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()]

        return asyncio.run_coroutine_threadsafe(count(), self.loop).result(PATIENCE_S)


@contextmanager
def guarding(upstream: str, data: Path, **settings: Any) -> Iterator[Guarded]:
    """The whole guard in a thread, on a real socket, as `guardrails serve` runs it."""
    door = app.build(Settings(upstream=upstream, data=data, **settings), assembly.assemble)
    server, heard = Server(door), Heard()
    listener = socket.create_server(("127.0.0.1", 0))
    loops: list[asyncio.AbstractEventLoop] = []
    logging.getLogger().addHandler(heard)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: heard.words.append(str(context)))
        loops.append(loop)
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=_running, args=(run, server.config.get_loop_factory()), name="guard", daemon=True)
    thread.start()
    assert settled_in(lambda: server.started), "the guard did not start"
    try:
        made = Guarded(f"http://127.0.0.1:{listener.getsockname()[1]}", data, loops[0], heard, server)
        yield made
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()
        logging.getLogger().removeHandler(heard)
        gc.unfreeze()
        assert not thread.is_alive(), "the guard did not stop"


def _running(run: Callable[[], Any], factory: Any) -> None:
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run())


def files() -> int:
    """The open files and sockets of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def settled_in(true: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    """Does it become true in time?"""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@dataclass
class Said:
    """What came back on a raw socket. `whole`: the answer was complete by its own framing."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool

    @property
    def error(self) -> Any:
        return json.loads(self.body)["error"]


class Client:
    """A client on a raw socket that says what it is told to."""

    def __init__(self, address: tuple[str, int], receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(address)
        self.rest = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def post(self, body: bytes, *headers: str, path: str = "/v1/chat/completions", length: int | None = None) -> None:
        lines = [f"POST {path} HTTP/1.1", "host: x", "content-type: application/json", *headers]
        lines += [f"content-length: {len(body) if length is None else length}", "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def read_until(self, mark: bytes) -> bytes:
        """What came up to and with `mark`, or all until the connection ended."""
        while mark not in self.rest:
            if not (data := self.receive()):
                break
            self.rest += data
        at = self.rest.find(mark)
        end = len(self.rest) if at < 0 else at + len(mark)
        out, self.rest = self.rest[:end], self.rest[end:]
        return out

    def receive(self) -> bytes:
        try:
            return self.socket.recv(65_536)
        except ConnectionError:
            return b""

    def answer(self) -> Said:
        """One whole answer."""
        head = self.read_until(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 1"):
            head = self.read_until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        status = int(lines[0].split()[1]) if head else 0
        if "content-length" in headers:
            length = int(headers["content-length"])
            while len(self.rest) < length and (data := self.receive()):
                self.rest += data
            body, self.rest = self.rest[:length], self.rest[length:]
            return Said(status, headers, body, len(body) == length)
        body = b""
        while (size := self.read_until(b"\r\n").strip()) and int(size, 16):
            body += self._exactly(int(size, 16) + 2)[:-2]
        return Said(status, headers, body, size == b"0")

    def _exactly(self, length: int) -> bytes:
        while len(self.rest) < length and (data := self.receive()):
            self.rest += data
        out, self.rest = self.rest[:length], self.rest[length:]
        return out

    def ended(self) -> bool:
        """Has the guard closed the connection (waits for it)?"""
        try:
            while data := self.receive():
                self.rest += data
        except TimeoutError:
            return False
        return True
