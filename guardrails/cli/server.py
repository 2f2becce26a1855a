"""One process that serves: the application on sockets that are already bound, until it is told to end.

On the first SIGTERM, SIGINT or SIGHUP it takes no more calls (`/readyz` says so) and lets those that are open finish, streams
too, for at most `shutdown_s`; then, or at a second signal, it ends them, and each writes its outcome. The log is closed last.

SIGHUP says that the terminal is gone, so the server ends with it, but as gracefully as otherwise. It is no request to read the
settings again: nothing here could follow it, and a server that ignored it would look as if it had. Who wants it to outlive its
terminal says so (`nohup`), and then it is left ignored.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, cast

import click
import uvicorn

from guardrails import app, assembly, logs
from guardrails.errors import GuardrailsError
from guardrails.guard import Guard
from guardrails.metrics import Metrics
from guardrails.proxy.connection import Connection
from guardrails.proxy.door import Door
from guardrails.settings import Settings

AT_ONCE = 8  # connections that one turn of the loop accepts: libuv takes one from each socket, and a busy loop turns slowly
FLUSH_S = 5  # how long answers that are finished may take to leave
AGAIN_S = 1.0  # signals within this time are one: service managers and terminals signal a whole group of processes


class Server(uvicorn.Server):
    """uvicorn's, with a grace of our own. `parent`: a pipe that closes when the process that started this one is gone;
    `ready`: called once calls are taken."""

    def __init__(self, door: Door, *, parent: int | None = None, ready: Callable[[], object] | None = None) -> None:
        super().__init__(configured(door))
        self.door = door
        self.parent = parent
        self.ready = ready
        self.hurry = False
        self.told = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.door.life.measured(*used())
        if self.parent is not None:
            asyncio.get_running_loop().add_reader(self.parent, self._orphaned)
        if self.ready is not None:
            self.ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's, and SIGHUP."""
        with super().capture_signals():
            caught = threading.current_thread() is threading.main_thread() and hangs_up()
            before = signal.signal(signal.SIGHUP, self.handle_exit) if caught else None
            try:
                yield
            finally:
                if caught:
                    signal.signal(signal.SIGHUP, before)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        life = self.door.life
        if self.should_exit:
            super().handle_exit(sig, frame)
        elif life.draining:
            self.hurry = self.hurry or life.waited() > AGAIN_S
        else:
            life.drain()

    async def on_tick(self, counter: int) -> bool:
        life, settings = self.door.life, self.door.settings
        ended = await super().on_tick(counter)
        life.gauged()
        if counter % 10 == 0:
            life.measured(*used())
        if ended or not life.draining:
            return ended
        if not self.hurry and life.calls and life.waited() < settings.shutdown_s:
            if not self.told:
                self.told = True
                logs.log.warning(
                    "shutting down when the open calls are done",
                    extra={"facts": {"open_calls": len(life.calls), "at_most_s": settings.shutdown_s}},
                )
            return False
        if life.calls:
            logs.log.warning("the calls that are still open are ended", extra={"facts": {"open_calls": len(life.calls)}})
            self.door.end_calls()
        return True

    def _orphaned(self) -> None:
        if self.parent is not None:
            asyncio.get_running_loop().remove_reader(self.parent)
        self.door.life.drain()


def hangs_up() -> bool:
    """Whether SIGHUP is there and not ignored, as `nohup` has it."""
    return hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN


def configured(door: Door) -> uvicorn.Config:
    settings = door.settings
    bounded = partial(Connection, settings=settings, refused=door.life.refused)
    return uvicorn.Config(
        door,
        http=cast("Any", bounded),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here asks where a call came from
        timeout_keep_alive=cast("int", settings.keep_alive_s),  # it goes into call_later, which takes fractions
        timeout_graceful_shutdown=FLUSH_S,
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """What all processes of a server share: made once, before they are forked."""

    settings: Settings
    listeners: tuple[socket.socket, ...]
    guard: Guard
    counted: Metrics

    def serve(self, number: int, parent: int | None, ready: Callable[[], object] | None) -> int:
        """Serve in this process until told to end; its exit status. Raises what kept it from starting."""
        door = app.build(self.settings, partial(assembly.assemble, guard=self.guard), self.counted, number)
        server = Server(door, parent=parent, ready=partial(_settled, ready))
        try:
            server.run(sockets=[one.dup() if times else one for one in self.listeners for times in range(AT_ONCE)])
        except SystemExit:  # uvicorn's way to say that the application did not start
            if door.failed is None:
                raise
        if door.failed is not None:
            raise door.failed
        return 0

    def work(self, number: int, parent: int, ready: Callable[[], object]) -> int:
        """The same as one of several processes: nobody is there to whom it could raise."""
        logs.set_up(self.settings.log_format, self.settings.log_level, number)
        try:
            return self.serve(number, parent, ready)
        except GuardrailsError as error:
            click.echo(f"Error: {error}", err=True)
        except Exception:  # noqa: BLE001 it is told by type and place, as everything here
            logs.log.exception("a worker could not start")
        return 2


def _settled(ready: Callable[[], object] | None) -> None:
    """Calls are taken. What was made until now lives as long as the process: no full collection of garbage walks it any more,
    which would stop every open stream for 20 ms. (Calls leave next to no garbage in circles, 2 µs each for collecting it: the
    thresholds stay Python's.)"""
    gc.collect()
    gc.freeze()
    if ready is not None:
        ready()


def used() -> tuple[float, float]:
    """This process: resident bytes, and seconds of CPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:  # no Linux: the most it ever was
        return float(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)), cpu
    return float(pages * os.sysconf("SC_PAGE_SIZE")), cpu
