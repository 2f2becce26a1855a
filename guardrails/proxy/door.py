"""The door: every request comes in here, is counted, and goes to the route that it names. It decides nothing about text.

A plain ASGI application with a table of paths, since a router takes more time than the table (docs/decisions/0002). What is not
in the table is refused, never passed on unscreened. While the server ends, and while too many calls are open, new calls are
told to come back later before anything of them is read.

`/healthz` and `/readyz` say one word to anyone. `/metrics` is for operators: on a port of its own (`admin_port`) without a key;
on the main port where nobody but this machine reaches it and nobody needs a key, or with a caller's key that has the role
`metrics`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from guardrails import __version__, logs, metrics
from guardrails.errors import Busy, GuardrailsError, Unauthorized, UnknownRoute, WrongMethod
from guardrails.proxy import openapi
from guardrails.proxy.callers import Callers
from guardrails.proxy.hot import Receive, Scope, Send
from guardrails.proxy.life import Life
from guardrails.record import Ending
from guardrails.relay import Relay, error_body
from guardrails.settings import Settings, loopback
from guardrails.watch import CPU, OPEN, QUEUE, REFUSALS, REFUSED, RESIDENT, STREAMS, UP, Watcher

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Open = Callable[[], Awaitable[tuple[Relay, metrics.Metrics, Watcher]]]

ASKED = ("/healthz", "/readyz", "/metrics", "/openapi.json")  # for GET and HEAD
METRICS_ROLE = "metrics"
GOODBYE_S = 1.0  # how long the answer to a call that the server ends may take to leave
JSON = (b"content-type", b"application/json")
LATER = (b"retry-after", b"1")
CLOSE = (b"connection", b"close")

SHUTTING_DOWN = "The guard is shutting down; try again, another one answers soon."
TOO_MANY = "Too many calls are open here (max_open_calls); try again in a moment."


@dataclass(slots=True)
class Door:
    """`hot`: the guarded paths and what serves them. `open`: makes the relay inside the server's own loop when it starts."""

    settings: Settings
    life: Life
    callers: Callers
    open: Open = field(repr=False)
    hot: Mapping[str, App] = field(default_factory=dict, repr=False)
    relay: Relay | None = None
    failed: BaseException | None = None  # why it could not start
    _metrics: metrics.Metrics | None = field(default=None, repr=False)
    _watcher: Watcher | None = field(default=None, repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            admin = self.settings.admin_port and (scope.get("server") or ("", 0))[1] == self.settings.admin_port
            hot = None if admin or scope["method"] != "POST" else self.hot.get(scope["path"])
            if hot is None:
                await self._told(scope, send, operator=bool(admin))
            else:
                await self._call(hot, scope, receive, send)

    # --- calls ----------------------------------------------------------------------------------------------------

    async def _call(self, hot: App, scope: Scope, receive: Receive, send: Send) -> None:
        life, began = self.life, time.perf_counter_ns()
        answer = Answer(send, began, self)
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

    def gauged(self) -> None:
        """How much is open, about ten times a second and whenever somebody asks: a call should not pay for it."""
        if self._watcher is not None:
            self._watcher.put(OPEN, len(self.life.calls))
            self._watcher.put(STREAMS, self.life.streams)
        if self._watcher is not None and self.relay is not None:
            self._watcher.put(QUEUE, self.relay.log.waiting)

    def measured(self, resident_bytes: float, cpu_s: float) -> None:
        """What the process says of itself, about once a second."""
        if self._watcher is not None:
            ready = self.life.unready(self._watcher.failed_at) is None
            for series, value in ((UP, float(ready)), (RESIDENT, resident_bytes), (CPU, cpu_s)):
                self._watcher.put(series, value)

    def refused(self, status: int) -> None:
        if self._watcher is not None:
            self._watcher.count(REFUSED, str(status) if str(status) in REFUSALS else metrics.OTHER)

    def end_calls(self) -> None:
        """What is still open is ended by the server: each call is cancelled and writes its outcome, `aborted`."""
        if self.relay is not None:
            self.relay.cut = Ending.ABORTED
        for task in tuple(self.life.calls):
            task.cancel()

    # --- what operators ask ---------------------------------------------------------------------------------------

    async def _told(self, scope: Scope, send: Send, *, operator: bool) -> None:
        answer = Answer(send, time.perf_counter_ns(), self)
        asked = scope["path"] if scope["method"] in ("GET", "HEAD") else ""
        try:
            if asked == "/healthz":
                await _whole(answer, 200, _said(status="ok", version=__version__))
            elif asked == "/readyz":
                await self._ready(answer)
            elif asked == "/openapi.json" and not operator:
                await _whole(answer, 200, openapi.body())
            elif asked == "/metrics" and self._metrics is not None:
                self._may_read(scope, operator=operator)
                self.gauged()
                await _whole(answer, 200, self._metrics.text(), (b"content-type", metrics.CONTENT_TYPE.encode()))
            else:
                raise _strange(scope["path"], self.hot, operator=operator, asked=bool(asked))
        except GuardrailsError as fault:
            more = [(name.encode(), value.encode()) for name, value in fault.headers]
            await _whole(answer, fault.status, error_body(fault), JSON, *more)

    async def _ready(self, answer: Answer) -> None:
        reason = self.life.unready(self._watcher.failed_at if self._watcher else 0.0)
        if reason is None:
            await _whole(answer, 200, _said(status="ready"))
        else:
            await _whole(answer, 503, _said(status="unready", reason=str(reason)), JSON, LATER)

    def _may_read(self, scope: Scope, *, operator: bool) -> None:
        """Raises Unauthorized or UnknownRoute where this is no operator."""
        settings = self.settings
        if operator:
            return
        if settings.admin_port:
            raise UnknownRoute(f"The metrics are at port {settings.admin_port} (admin_port).")
        if loopback(settings.host) and not settings.callers:
            return
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        if not settings.callers or METRICS_ROLE not in self.callers.of(headers)[0].roles:
            raise Unauthorized("The metrics need a caller's key with the role metrics, or a port of their own (admin_port).")

    # --- beginning and end ----------------------------------------------------------------------------------------

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self.relay, self._metrics, self._watcher = await self.open()
        except BaseException as error:  # noqa: BLE001 whoever started the server tells it, in a sentence
            self.failed = error
            await send({"type": "lifespan.startup.failed", "message": ""})
            return
        self.life.started = True
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.life.drain()
        try:
            await self.relay.close()
        except Exception:  # noqa: BLE001 the end goes on, and says what it could not do
            logs.log.exception("the log or the provider could not be closed")
        await send({"type": "lifespan.shutdown.complete"})


@dataclass(slots=True)
class Answer:
    """`send`, watched: what is started, whether it is a stream. An answer without a call says itself how long it took."""

    send: Send
    began: int
    door: Door
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
                self.door.life.streams += 1
            named = named or name == b"x-guardrails-decision"
        if not named:
            spent = (time.perf_counter_ns() - self.began) / 1e6
            message["headers"] = [*headers, (b"x-guardrails-duration-ms", b"total=%.1f" % spent)]
            if message["status"] >= 400:
                self.door.refused(message["status"])


async def _later(send: Send, why: str) -> None:
    """The connection stays open: what follows of the body is thrown away, so that the client gets to read this."""
    await _whole(send, Busy.status, error_body(Busy(why)), JSON, LATER)


async def _goodbye(send: Send) -> None:
    await _whole(send, Busy.status, error_body(Busy(SHUTTING_DOWN)), JSON, LATER, CLOSE)


async def _whole(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    told = [*(headers or (JSON,)), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


def _said(**words: str) -> bytes:
    return ("{" + ",".join(f'"{name}":"{word}"' for name, word in words.items()) + "}").encode()


def _strange(path: str, hot: Mapping[str, App], *, operator: bool, asked: bool) -> GuardrailsError:
    """Why nothing is served: another method would do, or the path is unknown. `asked`: it was asked for with GET or HEAD."""
    if path in ASKED and not asked:
        return WrongMethod("GET, HEAD")
    if operator:
        return UnknownRoute("This port is for operators: GET /metrics, /readyz, /healthz.")
    if path in hot:
        return WrongMethod("POST")
    known = ", ".join(f"POST {path}" for path in hot)
    return UnknownRoute(f"This route is not guarded here, so it is refused rather than passed on unscreened. Guarded: {known}.")
