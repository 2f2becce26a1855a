"""Work that takes long leaves the event loop, so that other calls go on meanwhile.

Python cannot stop a thread. Whoever waits for one may stop waiting, but its place counts as taken until it has really ended: so
a few texts that take for ever can never become many threads. Threads are daemons: none of them keeps a server from ending.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

PLACES = 2  # threads at most: they share the interpreter with the loop, more would only slow it down


@dataclass(slots=True)
class Turn:
    """One piece of work, for whatever deep inside of it may wait for another process (`own/process.py`).

    `wanted`: somebody still waits for it; `spent`: it has cost one process, and shall not cost another.
    """

    wanted: bool = True
    spent: bool = False


_TURN: ContextVar[Turn | None] = ContextVar("turn", default=None)


def turn() -> Turn | None:
    """The work that this thread is there for; None where it is nobody's."""
    return _TURN.get()


class Aside:
    """One for each event loop."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = asyncio.Semaphore(places)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, worked out in a thread; waits for a place first."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        mine = Turn()
        await self._places.acquire()

        def settle(result: T | None, fault: BaseException | None) -> None:
            self._places.release()
            if done.done():  # nobody waits any more
                return
            if fault is not None:
                done.set_exception(fault)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # None only where T allows it

        def in_thread() -> None:
            result, fault = None, None
            _TURN.set(mine)
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 it is raised where somebody waits for it
                fault = error
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle, result, fault)

        try:
            threading.Thread(target=in_thread, name="aside", daemon=True).start()
        except RuntimeError:  # this machine gives no thread: the place stays free for when it does
            self._places.release()
            raise
        try:
            return await done
        except asyncio.CancelledError:
            mine.wanted = False
            raise
