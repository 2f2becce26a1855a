"""The door: every request comes in here, is counted, and goes to the route that it names. It decides nothing about text.

A plain ASGI application with a table of the paths of calls, since a router takes more time than it (docs/decisions/0002).
Whatever is not in the table goes to the FastAPI application of its port (operators.py), which refuses what it does not know:
nothing is passed on unscreened. While the server ends, and while too many calls are open, new calls are told to come back later
before anything of them is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from guardrails import logs
from guardrails.errors import Busy, GuardrailsError
from guardrails.proxy.hot import Receive, Scope, Send
from guardrails.proxy.life import Life, Opened
from guardrails.record import Ending
from guardrails.relay import error_body
from guardrails.settings import Settings

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Open = Callable[[], Awaitable[Opened]]

GOODBYE_S = 1.0  # how long the answer to a call that the server ends may take to leave
JSON = (b"content-type", b"application/json")
LATER = (b"retry-after", b"1")
CLOSE = (b"connection", b"close")

SHUTTING_DOWN = "The guard is shutting down; try again, another one answers soon."
TOO_MANY = "Too many calls are open here (max_open_calls); try again in a moment."


@dataclass(slots=True)
class Door:
    """`open`: makes the relay inside the server's own loop when it starts. `hot`: the guarded paths and what serves them.
    `others`: what serves everything else; `admin`: what serves the operators' port."""

    settings: Settings
    life: Life
    open: Open = field(repr=False)
    hot: Mapping[str, App] = field(repr=False)
    others: App = field(repr=False)
    admin: App = field(repr=False)
    failed: BaseException | None = None  # why it could not start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            admin = self.settings.admin_port and (scope.get("server") or ("", 0))[1] == self.settings.admin_port
            hot = None if admin or scope["method"] != "POST" else self.hot.get(scope["path"])
            if hot is not None:
                await self._call(hot, scope, receive, send)
            else:
                answer = Answer(send, time.perf_counter_ns(), self.life)
                await (self.admin if admin else self.others)(scope, receive, answer)

    # --- calls ----------------------------------------------------------------------------------------------------

    async def _call(self, hot: App, scope: Scope, receive: Receive, send: Send) -> None:
        life, began = self.life, time.perf_counter_ns()
        answer = Answer(send, began, life)
        if life.draining or len(life.calls) >= self.settings.max_open_calls:
            await (_goodbye(answer) if life.draining else _later(answer, TOO_MANY))
            return
        task = asyncio.current_task()
        if task is None:
            raise GuardrailsError("a call outside the server's loop")
        life.calls.add(task)
        try:
            await hot(scope, receive, answer)
        except asyncio.CancelledError:
            if not life.draining or answer.started:
                raise  # the client has gone, or has half a stream, which must not look whole
            with suppress(TimeoutError):
                await asyncio.wait_for(_goodbye(answer), GOODBYE_S)
        finally:
            life.calls.discard(task)
            if answer.streaming:
                life.streams -= 1

    def end_calls(self) -> None:
        """What is still open is ended by the server: each call is cancelled and writes its outcome, `aborted`."""
        if self.life.opened is not None:
            self.life.opened.relay.cut = Ending.ABORTED
        for task in tuple(self.life.calls):
            task.cancel()

    # --- beginning and end ----------------------------------------------------------------------------------------

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self.life.opened = opened = await self.open()
        except BaseException as error:  # noqa: BLE001 whoever started the server tells it, in a sentence
            self.failed = error
            await send({"type": "lifespan.startup.failed", "message": ""})
            return
        self.life.started = True
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.life.drain()
        try:
            await opened.relay.close()
        except Exception:  # noqa: BLE001 the end goes on, and says what it could not do
            logs.log.exception("the log or the provider could not be closed")
        await send({"type": "lifespan.shutdown.complete"})


@dataclass(slots=True)
class Answer:
    """`send`, watched: what is started, whether it is a stream. An answer without a call says itself how long it took."""

    send: Send
    began: int
    life: Life
    started: bool = False
    streaming: bool = False

    def __call__(self, message: Any) -> Awaitable[None]:
        if not self.started:
            self.started = True
            self._begin(message)
        return self.send(message)

    def _begin(self, message: Any) -> None:
        headers, named = message["headers"], False
        for name, value in headers:
            if name == b"content-type" and value.startswith(b"text/event-stream"):
                self.streaming = True
                self.life.streams += 1
            named = named or name == b"x-guardrails-decision"
        if not named:
            spent = (time.perf_counter_ns() - self.began) / 1e6
            message["headers"] = [*headers, (b"x-guardrails-duration-ms", b"total=%.1f" % spent)]
            if message["status"] >= 400:
                self.life.refused(message["status"])


async def _later(send: Send, why: str) -> None:
    """The connection stays open: what follows of the body is thrown away, so that the client gets to read this."""
    await _whole(send, Busy.status, error_body(Busy(why)), JSON, LATER)


async def _goodbye(send: Send) -> None:
    await _whole(send, Busy.status, error_body(Busy(SHUTTING_DOWN)), JSON, LATER, CLOSE)


async def _whole(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    told = [*(headers or (JSON,)), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
