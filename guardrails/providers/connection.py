"""One connection to a provider (HTTP/1.1, RFC 9112): llhttp reads, this file counts, bounds and remembers.

A connection answers one call at a time. It is used again only after an answer that was whole, said so itself, and left nothing
behind; whoever leaves an answer unread ends the connection, so that the provider stops at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import lru_cache

import httptools

from guardrails.errors import UpstreamError
from guardrails.providers import Headers
from guardrails.providers.coding import Plain, decoder

MOST_HEADER_BYTES = 131_072  # all headers of an answer together, those of interim answers (1xx) included
MOST_WAITING_BYTES = 262_144  # read and not yet asked for: beyond it nothing more is read from the socket

NOT_HTTP = "The provider answered something that is not HTTP. Check that the upstream address speaks plain HTTP/1.1."
NO_ANSWER = "The provider closed the connection without an answer."
BROKEN_HEADERS = "The connection to the provider broke in the middle of its headers."
BROKEN_BODY = "The connection to the provider broke in the middle of its answer."
LARGE_HEADERS = f"The provider's headers are larger than {MOST_HEADER_BYTES} bytes."


@lru_cache(maxsize=1024)
def _name(raw: bytes) -> str:
    return raw.lower().decode("latin-1")


def _ignore(_: bytes) -> None:
    """What belongs to no answer."""


class Answer:
    """One answer: status and headers when `begun` returns, pieces from `chunks`, which may be read once."""

    __slots__ = ("_connection", "_decoder", "_waiter", "_waiting", "fault", "headers", "known", "pieces", "status", "whole")

    def __init__(self, connection: Connection) -> None:
        self.status = 0
        self.headers: Headers = ()
        self.known = False  # status and headers are there
        self.whole = False
        self.fault: UpstreamError | None = None
        self._connection = connection
        self._decoder: Plain | None = None  # none: the bytes are the content
        self.pieces: list[bytes] = []
        self._waiting = 0
        self._waiter: asyncio.Future[None] | None = None

    async def begun(self) -> None:
        """Wait for status and headers. Raises UpstreamError."""
        while not self.known:
            if self.fault is not None:
                raise self.fault
            await self._more()
        self._decoder = decoder([value for name, value in self.headers if name == "content-encoding"])

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The content, decoded, as it comes. Raises UpstreamError where it breaks, after what came before."""
        while True:
            if self.pieces:
                piece = self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)
                self.pieces.clear()
                self._waiting = 0
                self._connection.resume(self)
                if self._decoder is None:
                    yield piece
                else:
                    for decoded in self._decoder.feed(piece):
                        yield decoded
            elif self.fault is not None:
                raise self.fault
            elif self.whole:
                if self._decoder is not None:
                    self._decoder.end()
                return
            else:
                await self._more()

    async def close(self) -> None:
        """End the call at the provider too, unless its answer is whole."""
        self.pieces.clear()
        if not self.whole:
            self._connection.drop()

    # --- what the connection tells ---

    def begin(self, status: int, headers: Headers) -> None:
        self.status, self.headers, self.known = status, headers, True
        self._wake()

    def came(self, size: int) -> bool:
        """A read has brought pieces, of `size` bytes at most; is more waiting now than should?"""
        self._waiting += size
        self._wake()
        return self._waiting > MOST_WAITING_BYTES

    def finish(self, fault: UpstreamError | None = None) -> None:
        self.fault, self.whole = fault, fault is None
        self._wake()

    async def _more(self) -> None:
        self._waiter = self._connection.loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Connection(asyncio.Protocol):
    """`free` is called when it may be used again, `gone` when it is closed, whoever closed it."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, free: Callable[[Connection], None], gone: Callable[[Connection], None]
    ) -> None:
        self.loop = loop
        self.since = 0.0  # when it became free, on the event loop's clock
        self._free, self._gone = free, gone
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)
        self._answer: Answer | None = None
        self._take: Callable[[bytes], object] = _ignore  # what is done with a piece of a body
        self._headers: list[tuple[str, str]] = []
        self._header_bytes = 0
        self._framed = False  # the answer says itself where it ends: length or chunks (RFC 9112, 6.3)
        self._interim = False  # what is read is a 1xx, after which the answer is still to come (RFC 9110, 15.2)
        self._whole = False  # the answer ended in what is being read
        self._dirty = False  # more came than belongs to the answer
        self._paused = False
        self._keeps = False  # it said that the connection stays open (RFC 9112, 9.3)

    @property
    def usable(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, head: bytes, body: bytes) -> Answer:
        """Send a request; the connection must be usable and free."""
        self._answer = answer = Answer(self)
        self._headers, self._header_bytes, self._framed, self._whole = [], 0, False, False
        if self._transport is not None:
            self._transport.writelines((head, body))
        return answer

    def resume(self, answer: Answer) -> None:
        """What was waiting has been taken."""
        if self._paused and answer is self._answer and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()

    def drop(self) -> None:
        """Close at once, whatever was still to be sent or read."""
        self._answer, self._take = None, _ignore
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a protocol of a stream gets a transport of one

    def data_received(self, data: bytes) -> None:
        answer, parser = self._answer, self._parser
        if answer is None or parser is None:  # nobody asked
            self.drop()
            return
        if not answer.known:
            self._header_bytes += len(data)
        try:
            parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._dirty = True
        except httptools.HttpParserError:
            self._dirty = True
        if answer.pieces and answer.came(len(data)) and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        if self._whole and not self._dirty:
            self._end()
        elif self._whole:  # the answer is what its length says; what stands behind it is nobody's
            self.drop()
        elif self._dirty:
            self._fail(answer, BROKEN_BODY if answer.known else NOT_HTTP)
        elif not answer.known and self._header_bytes > MOST_HEADER_BYTES:
            self._fail(answer, LARGE_HEADERS)

    def eof_received(self) -> None:
        return None  # the transport closes itself

    def connection_lost(self, exc: Exception | None) -> None:
        answer, self._answer = self._answer, None
        self._transport = self._parser = None  # the parser holds this object
        self._gone(self)
        if answer is None or answer.whole:
            return
        if answer.known and not self._framed and exc is None:
            answer.finish()  # such an answer ends with its connection
        else:
            reason = BROKEN_BODY if answer.known else BROKEN_HEADERS if self._header_bytes else NO_ANSWER
            answer.finish(UpstreamError(reason))

    def _end(self) -> None:
        """The answer is whole: the connection is free, or closed where either side wants that."""
        self._answer = None
        transport, parser = self._transport, self._parser
        if transport is None or parser is None:
            return
        if self._keeps and not transport.get_write_buffer_size() and not transport.is_closing():
            if self._paused:
                self._paused = False
                transport.resume_reading()
            self._free(self)
        else:
            transport.abort()

    def _fail(self, answer: Answer, reason: str) -> None:
        self.drop()
        answer.finish(UpstreamError(reason))

    # --- llhttp ---

    def on_message_begin(self) -> None:
        if self._whole:
            self._dirty = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._answer is None or self._answer.known or self._whole:
            return  # a trailer, or what nobody asked for
        known = _name(name)
        if known == "content-length" or (known == "transfer-encoding" and b"chunked" in value.lower()):
            self._framed = True
        self._headers.append((known, value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        answer, parser = self._answer, self._parser
        if answer is None or parser is None or self._whole:
            return
        status = parser.get_status_code()
        if status < 200:
            self._interim, self._headers, self._framed = True, [], False
            self._dirty = self._dirty or status == 101
            return
        self._take = answer.pieces.append
        answer.begin(status, tuple(self._headers))

    def on_body(self, body: bytes) -> None:
        self._take(body)

    def on_message_complete(self) -> None:
        if self._interim:
            self._interim = False
            return
        answer, parser = self._answer, self._parser
        if answer is None or parser is None or self._whole:
            return
        self._whole, self._take = True, _ignore
        self._keeps = parser.should_keep_alive()
        answer.finish()
