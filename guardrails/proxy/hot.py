"""One hot route: bytes in, the relay, bytes out. When the client hangs up, the call is cancelled at once, upstream included."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from guardrails.calls import Incoming
from guardrails.deadlines import REQUEST, Clock
from guardrails.errors import GuardrailsError, MalformedRequest, NotJson, TooLarge
from guardrails.providers import Headers
from guardrails.proxy.callers import Callers
from guardrails.proxy.connection import EXTENSION
from guardrails.relay import Outgoing, Relay, error_body

PIECE = 65_536  # bytes of a whole answer that are handed to the connection at a time
_PARAMETER = re.compile(r"api-version=[\w.-]{1,64}", re.ASCII)  # Azure's: a date or a word

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ClientGone(Exception):
    """The client hung up before its request was whole: there is no call to record and nobody to tell."""


@dataclass(slots=True)
class Hot:
    """An ASGI application for one path. `relay` is looked up at each call: it exists only once the server has started."""

    relay: Callable[[], Relay]
    callers: Callers
    max_body_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            headers = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
            caller, own_key = self.callers.of(headers)
            query = _understood(scope.get("query_string") or b"")
            _is_json(headers)
            incoming = Incoming(scope["path"], headers, await self._body(receive), query)
        except ClientGone:
            return
        except GuardrailsError as fault:
            await _send(send, _told(fault))
            return
        loop = asyncio.get_running_loop()
        work = asyncio.current_task(loop)
        leave = Leave(work)
        tell = (scope.get("extensions") or {}).get(EXTENSION)
        gone = None
        if tell:
            tell(leave)
        else:
            gone = loop.create_task(_gone(receive, leave))
        try:
            await self._serve(incoming, caller, own_key, send)
        except asyncio.CancelledError:
            if not leave.gone or work is None or work.uncancel():
                raise  # not the client, but the server ends this call
        finally:
            if gone:
                gone.cancel()
            elif tell:
                tell(None)

    async def _serve(self, incoming: Incoming, caller: Any, own_key: bool, send: Send) -> None:
        try:
            outgoing = await self.relay().chat(incoming, caller, own_key=own_key)
        except GuardrailsError as fault:
            outgoing = _told(fault)
        await _send(send, outgoing)

    async def _body(self, receive: Receive) -> bytes:
        """The whole body. Raises ClientGone, TooLarge, and SlowRequest where it does not come in time."""
        clock = Clock(self.relay().settings)
        try:
            with clock.wait(REQUEST):
                body, more = await self._part(receive, 0)
                if not more:
                    return body
                parts, size = [body], len(body)
                while more:
                    part, more = await self._part(receive, size)
                    parts.append(part)
                    size += len(part)
                return b"".join(parts)
        finally:
            clock.stop()

    async def _part(self, receive: Receive, size: int) -> tuple[bytes, bool]:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        if size + len(part) > self.max_body_bytes:
            raise TooLarge(f"The body is larger than {self.max_body_bytes} bytes, the limit set here (max_body_bytes).")
        return part, message.get("more_body", False)


@dataclass(slots=True)
class Leave:
    """Called when the client hangs up: the call ends."""

    work: asyncio.Task[Any] | None
    gone: bool = False

    def __call__(self) -> None:
        self.gone = True
        if self.work is not None:
            self.work.cancel()


async def _gone(receive: Receive, leave: Leave) -> None:
    """Wait until the client has hung up: for a server that does not tell."""
    while (await receive())["type"] != "http.disconnect":
        pass
    leave()


async def _send(send: Send, outgoing: Outgoing) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in outgoing.headers]
    chunks = outgoing.chunks
    if chunks is None:
        body = outgoing.body
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": outgoing.status, "headers": headers})
        for at in range(0, len(body) - PIECE, PIECE):  # a client that reads slowly is one that reads
            await send({"type": "http.response.body", "body": body[at : at + PIECE], "more_body": True})
        last = (len(body) - 1) // PIECE * PIECE if body else 0
        await send({"type": "http.response.body", "body": body[last:]})
        return
    try:
        await send({"type": "http.response.start", "status": outgoing.status, "headers": headers})
        async for chunk in chunks:
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await chunks.aclose()


def _told(fault: GuardrailsError) -> Outgoing:
    return Outgoing(fault.status, (("content-type", "application/json"), *fault.headers), error_body(fault))


def _understood(query: bytes) -> str:
    """The query string as it goes on to the provider. A parameter may hold text, so one that is not understood is refused."""
    if not query:
        return ""
    asked = query.decode("latin-1")
    if not all(_PARAMETER.fullmatch(part) for part in asked.split("&")):
        raise MalformedRequest(
            "The address holds a parameter after ? that is not understood here, so the call is refused rather than passed on "
            "unscreened. Understood: api-version."
        )
    return asked


def _is_json(headers: Headers) -> None:
    """A body that is said to be a form or plain text is refused: that is what a web page may send to this machine unasked
    (Fetch standard, CORS-safelisted request-header), and a reader behind us could read it as what it says it is."""
    for name, value in headers:
        if name not in ("content-type", "content-encoding"):
            continue
        word = value.partition(";")[0].strip().lower()
        if name == "content-type" and word not in ("application/json", "") and not word.endswith("+json"):
            raise NotJson("The body must be JSON, and its content-type says something else. Send application/json.")
        if name == "content-encoding" and word not in ("identity", ""):
            raise NotJson("The body must come uncompressed. Leave content-encoding out.")
