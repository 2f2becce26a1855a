"""The queue before the file, and the thread that empties it.

A commit costs what it costs (an fsync, a signature) however many records share it. So where records come fast and other calls
are under way, a moment passes between two commits, for them to share the next: until COMPANY records can have come, or
LONGEST_PAUSE_S. Otherwise the thread writes at once; a single caller never waits for company.

A caller waits PATIENCE_S at most. An intent of which it was told that it is not written, and which was written after all, is
ended by the thread itself: none stays without an ending while its process lives on.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from guardrails.audit import Receipt
from guardrails.errors import AuditUnavailable, LogBroken, SettingsError
from guardrails.record import Record, Type

LARGEST_BATCH = 512  # records in one commit
LARGEST_QUEUE = 8192  # records waiting; beyond it the log counts as unavailable
PATIENCE_S = 5.0
COMPANY = 8  # records in one commit that are worth waiting for
LONGEST_PAUSE_S = 0.004  # from one commit to the next
LOOK_S = 3.0


class Store(Protocol):
    """A file or a database, used by one thread at a time; may block, and may raise anything. It opens itself when used."""

    @property
    def name(self) -> str:
        """The log's name."""

    @property
    def writer(self) -> str:
        """This writer's id."""

    def commit(self, records: Sequence[Record]) -> int:
        """Append these records, durably, under one checkpoint; the size of the tree after them. All or none."""

    def recover(self) -> int:
        """Write the unknown ending of every call whose writer is dead; how many."""

    def settle(self, due: set[str]) -> int:
        """The same for this writer's own calls, but for those that are still `due`."""

    def abandon(self) -> None:
        """Something failed: trust nothing that is open, look at everything anew the next time."""

    def close(self) -> None:
        """The end: let go of everything."""


@dataclass(slots=True)
class Waiting:
    """A record in the queue and who waits for it. `late`: it was told that the log is unavailable, and waits no more."""

    record: Record
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Receipt]
    late: bool = False


class Writer:
    """A log before a store: any number of callers, one thread that writes.

    `patience_s`: how long a caller waits at most. `look_s`: how often to look whether another writer of this log died.
    """

    def __init__(self, store: Store, *, patience_s: float = PATIENCE_S, look_s: float = LOOK_S) -> None:
        self.name = store.name
        self.instance = store.writer
        self._store = store
        self._patience_s, self._look_s = patience_s, look_s
        self._queue: deque[Waiting] = deque()
        self._bell = threading.Condition(threading.Lock())
        self._asleep = False
        self._open = True
        self._due: set[str] = set()  # calls whose intent is written and whose ending is not
        self._endings = 0  # how many of them have it in the queue
        self._strays = False  # an intent may be written whose caller was told that it is not
        self._began = 0.0  # the last commit
        self._rate = 0.0  # records in a second, lately
        self._looked = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="audit-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def append(self, record: Record) -> Receipt:
        loop = asyncio.get_running_loop()
        waiting = Waiting(record, loop, loop.create_future())
        with self._bell:
            self._admit(waiting)
        timer = loop.call_later(self._patience_s, _give_up, waiting, self._patience_s)
        try:
            return await waiting.future
        finally:
            timer.cancel()

    def _admit(self, waiting: Waiting) -> None:
        if not self._open:
            raise AuditUnavailable("the log is closed")
        if len(self._queue) >= LARGEST_QUEUE:
            raise AuditUnavailable(f"{LARGEST_QUEUE} records are waiting to be written: the log's disk does not keep up")
        self._queue.append(waiting)
        self._endings += bool(waiting.record.index.ending)
        if self._asleep and (len(self._queue) in (1, LARGEST_BATCH) or not self._pause()):
            self._asleep = False  # one ring is enough
            self._bell.notify()

    async def close(self) -> None:
        with self._bell:
            self._open = False
            self._bell.notify()
        await asyncio.to_thread(self._thread.join)

    # --- the thread ---

    def _run(self) -> None:
        while True:
            batch = self._next()
            if batch:
                self._write(batch)
            elif not self._open:
                break
            if time.monotonic() - self._looked >= self._look_s:
                self._look()
        self._store.close()

    def _next(self) -> list[Waiting]:
        """What is queued, at most one batch; waits for it, and for company. Empty: it is time to look around, or to end."""
        with self._bell:
            while self._open:
                moment = time.monotonic()
                full = len(self._queue) >= LARGEST_BATCH
                until = (0.0 if full else self._began + self._pause()) if self._queue else self._looked + self._look_s
                if until <= moment:
                    break
                self._asleep = True
                self._bell.wait(until - moment)
                self._asleep = False
            taken = [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_BATCH))]
            self._endings -= sum(bool(waiting.record.index.ending) for waiting in taken)
        return taken

    def _pause(self) -> float:
        """Seconds from the last commit to the next. None where the calls under way are all waiting for it, or few come."""
        if len(self._due) <= self._endings or self._rate * LONGEST_PAUSE_S < 2:
            return 0.0
        return min(LONGEST_PAUSE_S, COMPANY / self._rate)

    def _write(self, batch: Sequence[Waiting]) -> None:
        moment = time.monotonic()
        self._rate = 0.7 * self._rate + 0.3 * len(batch) / max(moment - self._began, 1e-6)
        self._began = moment
        wanted = [waiting for waiting in batch if not waiting.late]
        ended = {waiting.record.index.call for waiting in batch if waiting.record.index.ending}
        begun = {waiting.record.index.call for waiting in wanted if waiting.record.index.type == Type.INTENT}
        error: AuditUnavailable | None = None
        size = 0
        if wanted:
            try:
                size = self._store.commit([waiting.record for waiting in wanted])
            except Exception as fault:  # noqa: BLE001  whatever it was, the callers must hear of it and the thread must live
                self._store.abandon()
                error, begun = unavailable(fault), set()
        self._due |= begun
        self._due -= ended
        self._strays = self._strays or error is not None or len(wanted) < len(batch)
        self._answer(wanted, size, error)

    def _answer(self, batch: Sequence[Waiting], size: int, error: AuditUnavailable | None) -> None:
        """Tell every waiting caller, with one call into each event loop. A loop that is gone needs no answer."""
        loops: dict[asyncio.AbstractEventLoop, list[tuple[Waiting, int]]] = {}
        for index, waiting in enumerate(batch, size - len(batch)):
            loops.setdefault(waiting.loop, []).append((waiting, index))
        for loop, answers in loops.items():
            with suppress(RuntimeError):  # the loop was closed meanwhile; the records are written all the same
                loop.call_soon_threadsafe(self._resolve, answers, size, error)

    def _resolve(self, answers: Sequence[tuple[Waiting, int]], size: int, error: AuditUnavailable | None) -> None:
        """In the callers' own thread."""
        for waiting, index in answers:
            if waiting.late and not error and waiting.record.index.type == Type.INTENT:
                with self._bell:
                    self._due.discard(waiting.record.index.call)
                    self._strays = True
            if waiting.future.done():  # the caller stopped waiting
                continue
            if error is None:
                waiting.future.set_result(Receipt(index, size))
            else:
                waiting.future.set_exception(AuditUnavailable(*error.args))  # one for each: a traceback belongs to one caller

    def _look(self) -> None:
        """Write the ends of what the dead left open, and of our own calls that nobody will end any more."""
        try:
            self._store.recover()
            if self._strays:
                with self._bell:
                    self._strays = False
                    due = set(self._due)
                self._store.settle(due)
        except Exception:  # noqa: BLE001  nobody waits for it: the next append meets the same fault and tells it
            self._store.abandon()
            self._strays = True
        self._looked = time.monotonic()


def _give_up(waiting: Waiting, after_s: float) -> None:
    if not waiting.future.done():
        waiting.late = True
        waiting.future.set_exception(AuditUnavailable(f"the log has not answered for {after_s:g} seconds"))


def unavailable(error: Exception) -> AuditUnavailable:
    """What a caller is told of a fault of the store."""
    if isinstance(error, (AuditUnavailable, LogBroken, SettingsError)):
        return AuditUnavailable(str(error))
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return AuditUnavailable(f"the log could not be written ({name}); nothing was recorded")
