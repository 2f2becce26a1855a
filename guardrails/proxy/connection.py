"""One connection, with bounds on what comes before a call (how large its headers are, how many, and how slowly they come) and
on what waits behind it: an answer that the client does not read.

uvicorn's protocol over httptools, which itself bounds neither: a request whose headers never end would fill the memory, and a
client that sends one byte a minute would keep its connection for ever. Errors have OpenAI's shape here too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from guardrails.errors import ClientError
from guardrails.relay import error_body
from guardrails.settings import Settings

MOST_HEADERS = 256
EXTENSION = "guardrails.leave"  # of ASGI's scope: what tells a call that its client hangs up


class HeadersTooLarge(ClientError):
    """431 (RFC 6585, section 5)."""

    status = 431
    code = "headers_too_large"


class HeadersTooSlow(ClientError):
    """408 (RFC 9110, section 15.5.9)."""

    status = 408
    code = "request_timeout"


class NotHttp(ClientError):
    code = "malformed_request"


class Connection(HttpToolsProtocol):
    """`max_header_bytes`: request line and headers together; `request_s`: from the first byte of a request to the end of its
    headers, and from the beginning of a connection to its first request; `write_s`: how long a client may read nothing.
    `refused`: told the status of every request that ends here."""

    def __init__(self, *parts: Any, settings: Settings, refused: Callable[[int], None], **more: Any) -> None:
        super().__init__(*parts, **more)
        self.refused = refused
        self.write_s = settings.write_s
        self.max_header_bytes = settings.max_header_bytes
        self.request_s = settings.request_s
        self.fault: ClientError | None = None
        self._deaf = False
        self._in_headers = True
        self._came = 0  # bytes of headers that are not yet whole, without the first read
        self._clock: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._leave: Callable[[], object] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._clock = self.loop.call_later(self.request_s, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._was_read()
        super().connection_lost(exc)
        if self._leave is not None:
            self._leave()

    def tell(self, leave: Callable[[], object] | None) -> None:
        """Call `leave` when the client hangs up; None: no more. A task that waits for it would cost more than the rest."""
        self._leave = leave
        if leave is not None:
            self.flow.resume_reading()  # else nobody would see it

    def data_received(self, data: bytes) -> None:
        if self._deaf or self.transport.is_closing():
            return
        if self._in_headers:
            self._came += len(data)
            if self._came > self.max_header_bytes + len(data):  # what one read brought is judged when it has been parsed
                self._refuse(self._too_large())
                return
        super().data_received(data)
        if self._in_headers and self._clock is None and self._came:
            self._clock = self.loop.call_later(self.request_s, self._late)

    def on_message_begin(self) -> None:
        self._in_headers = True
        self._came = 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """An error that is raised here ends the parsing, and uvicorn then calls `send_400_response`."""
        self._in_headers = False
        self._came = 0
        self._stop()
        headers = self.headers
        size = len(self.url) + sum([len(name) + len(value) + 4 for name, value in headers])
        if size > self.max_header_bytes or len(headers) > MOST_HEADERS:
            self.fault = self._too_large()
            raise self.fault
        self.scope["extensions"] = {EXTENSION: self.tell}  # type: ignore[dict-item]  # our own
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 uvicorn's signature; it would send the words as plain text
        self._refuse(self.fault or NotHttp("This is not a request in HTTP/1.1."))

    # --- a client that does not read: what waits for it is let go, and a call that is open sees that its client has gone ---

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.write_s, self.transport.abort)

    def resume_writing(self) -> None:
        self._was_read()
        super().resume_writing()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            self._unread = self._unread or self.loop.call_later(self.write_s, self.transport.abort)

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _was_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _late(self) -> None:
        self._clock = None
        if self._came:
            self._refuse(HeadersTooSlow(f"The headers of the request did not come within {self.request_s:g} s (request_s)."))
        else:
            self.transport.close()

    def _too_large(self) -> ClientError:
        return HeadersTooLarge(
            f"The headers of the request are larger than {self.max_header_bytes} bytes, the limit set here "
            f"(max_header_bytes), or more than {MOST_HEADERS}."
        )

    def _refuse(self, fault: ClientError) -> None:
        """Tell it and close. Where an answer is under way or due first, it is finished, and what came after it is not heard."""
        self._stop()
        self._deaf = True
        cycle = self.cycle
        unread = cycle is not None and cycle.more_body and not cycle.response_started and not self.pipeline
        if cycle is not None and not cycle.response_complete and not unread:
            cycle.keep_alive = False
            return
        self.refused(fault.status)
        body = error_body(fault)
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[fault.status] + head + body)
        self.transport.close()

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
