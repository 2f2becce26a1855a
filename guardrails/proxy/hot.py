"""One hot route: bytes in, the relay, bytes out. When the client hangs up, the call is cancelled at once, upstream included."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from guardrails.calls import Incoming
from guardrails.errors import GuardrailsError, TooLarge
from guardrails.proxy.callers import Callers
from guardrails.relay import Outgoing, Relay, error_body

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
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
            caller, own_key = self.callers.of(headers)
            incoming = Incoming(scope["path"], headers, await self._body(receive))
        except ClientGone:
            return
        except GuardrailsError as fault:
            await _send(send, _told(fault))
            return
        work = asyncio.ensure_future(self._serve(incoming, caller, own_key, send))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            if not work.done():
                work.cancel()
            await asyncio.wait((work, gone))
        if not work.cancelled():
            work.result()

    async def _serve(self, incoming: Incoming, caller: Any, own_key: bool, send: Send) -> None:
        try:
            outgoing = await self.relay().chat(incoming, caller, own_key=own_key)
        except GuardrailsError as fault:
            outgoing = _told(fault)
        await _send(send, outgoing)

    async def _body(self, receive: Receive) -> bytes:
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            size += len(part)
            if size > self.max_body_bytes:
                raise TooLarge(f"The body is larger than {self.max_body_bytes} bytes, the limit set here (max_body_bytes).")
            parts.append(part)
            if not message.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, outgoing: Outgoing) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in outgoing.headers]
    chunks = outgoing.chunks
    if chunks is None:
        headers.append((b"content-length", str(len(outgoing.body)).encode()))
        await send({"type": "http.response.start", "status": outgoing.status, "headers": headers})
        await send({"type": "http.response.body", "body": outgoing.body})
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
    return Outgoing(fault.status, (("content-type", "application/json"),), error_body(fault))
