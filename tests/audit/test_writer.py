"""The queue and its thread: who waits for company and who does not, and what becomes of a caller whom the disk keeps waiting.

The store here is a list in memory that can be told to be slow or to fail; the file's own faults stand in test_sqlite.py.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from guardrails.audit import Receipt
from guardrails.audit import writer as queue
from guardrails.audit.writer import Writer
from guardrails.errors import AuditUnavailable
from guardrails.record import Record, outcome_unknown
from tests.audit.logs import calls, until
from tests.test_record import AT, ORIGIN, an_intent, an_outcome


@dataclass
class Paper:
    """A store on paper."""

    name: str = "paper"
    writer: str = "w1"
    pages: list[list[Record]] = field(default_factory=list)
    fault: Exception | None = None
    free: threading.Event = field(default_factory=threading.Event)
    settled: list[str] = field(default_factory=list)
    looked: int = 0

    def __post_init__(self) -> None:
        self.free.set()

    @property
    def records(self) -> list[Record]:
        return [record for page in self.pages for record in page]

    @property
    def open(self) -> set[str]:
        ended = {r.index.call for r in self.records if r.index.ending} | set(self.settled)
        return {r.index.call for r in self.records if not r.index.ending} - ended

    def commit(self, records: Sequence[Record]) -> int:
        self.free.wait(30)
        if self.fault:
            raise self.fault
        self.pages.append(list(records))
        return len(self.records)

    def recover(self) -> int:
        self.looked += 1
        if self.fault:
            raise self.fault
        return 0

    def settle(self, due: set[str]) -> int:
        lost = sorted(self.open - due)
        self.settled += lost
        return len(lost)

    def abandon(self) -> None:
        pass

    def close(self) -> None:
        pass


async def call(log: Writer, name: str, between_s: float = 0.0) -> None:
    await log.append(an_intent(call=name))
    await asyncio.sleep(between_s)
    await log.append(an_outcome(call=name))


def test_one_caller_never_waits_for_company() -> None:
    async def main() -> None:
        log, paper = open_on(Paper())
        began = time.monotonic()
        for i in range(200):
            await call(log, str(i))
        assert time.monotonic() - began < 200 * 2 * queue.LONGEST_PAUSE_S
        assert [len(page) for page in paper.pages] == [1] * 400
        await log.close()

    asyncio.run(main())


def test_many_callers_share_a_commit() -> None:
    async def main() -> None:
        log, paper = open_on(Paper())

        async def client(name: int) -> None:
            for i in range(30):
                await call(log, f"{name}-{i}", 0.001)

        await asyncio.gather(*map(client, range(16)))
        await log.close()
        assert len(paper.records) == 16 * 30 * 2
        assert len(paper.pages) < len(paper.records) / 3
        assert not paper.open

    asyncio.run(main())


def test_where_all_wait_nobody_waits_longer() -> None:
    """Calls whose every record is in the queue: there is no company to wait for."""

    async def main() -> None:
        log, paper = open_on(Paper())
        for i in range(50):
            await asyncio.gather(*(log.append(an_intent(call=f"{i}-{n}")) for n in range(4)))
            began = time.monotonic()
            await asyncio.gather(*(log.append(an_outcome(call=f"{i}-{n}")) for n in range(4)))
            assert time.monotonic() - began < 1
        await log.close()
        assert len(paper.records) == 400

    asyncio.run(main())


def test_a_caller_waits_for_so_long_and_no_longer() -> None:
    """The disk hangs: who waits is told so in time. An intent that is written after all gets its end from the thread itself;
    one that was still in the queue is not written."""

    async def main() -> None:
        log, paper = open_on(Paper(), patience_s=0.3, look_s=0.1)
        paper.free.clear()
        stuck = asyncio.create_task(log.append(an_intent(call="stuck")))
        await asyncio.sleep(0.05)
        queued = asyncio.create_task(log.append(an_intent(call="queued")))
        for task in (stuck, queued):
            with pytest.raises(AuditUnavailable, match=r"has not answered for 0\.3 seconds"):
                await task
        paper.free.set()
        await call(log, "next")
        await asyncio.to_thread(until, lambda: not paper.open)
        assert [r.index.call for r in paper.records] == ["stuck", "next", "next"]
        assert paper.settled == ["stuck"]
        await log.close()

    asyncio.run(main())


def test_an_ending_that_could_not_be_written_is_told_as_unknown() -> None:
    async def main() -> None:
        log, paper = open_on(Paper(), look_s=0.1)
        await log.append(an_intent(call="a"))
        await log.append(an_intent(call="b"))
        paper.fault = OSError(28, "No space left on device")
        with pytest.raises(AuditUnavailable, match="nothing was recorded"):
            await log.append(an_outcome(call="a"))
        with pytest.raises(AuditUnavailable):
            await log.append(an_intent(call="c"))
        paper.fault = None
        assert isinstance(await log.append(an_outcome(call="b")), Receipt)
        await asyncio.to_thread(until, lambda: paper.settled == ["a"])
        await log.close()

    asyncio.run(main())


def test_a_call_under_way_is_not_settled() -> None:
    async def main() -> None:
        log, paper = open_on(Paper(), look_s=0.05)
        await log.append(an_intent(call="long"))
        paper.fault = RuntimeError()
        with pytest.raises(AuditUnavailable):
            await log.append(an_intent(call="x"))
        paper.fault = None
        looked = paper.looked
        await asyncio.to_thread(until, lambda: paper.looked > looked + 3)
        assert paper.settled == []
        await log.append(an_outcome(call="long"))
        await log.close()

    asyncio.run(main())


def test_a_caller_that_hung_up_has_its_record_and_may_end_its_call() -> None:
    async def main() -> None:
        log, paper = open_on(Paper(), look_s=0.05)
        paper.free.clear()
        gone = asyncio.create_task(log.append(an_intent(call="gone")))
        await asyncio.sleep(0.05)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        paper.free.set()
        await asyncio.to_thread(until, lambda: paper.looked > 3)
        assert paper.settled == []
        await log.append(an_outcome(call="gone"))
        await log.close()
        assert len(paper.records) == 2

    asyncio.run(main())


def test_the_thread_looks_around_while_nothing_comes_and_outlives_faults() -> None:
    async def main() -> None:
        log, paper = open_on(Paper(fault=OSError(5, "Input/output error")), look_s=0.02)
        await asyncio.to_thread(until, lambda: paper.looked > 3)
        paper.fault = None
        await call(log, "a")
        await log.close()

    asyncio.run(main())


def test_records_of_no_call_need_no_end() -> None:
    async def main() -> None:
        log, paper = open_on(Paper())
        lost = outcome_unknown(id="u", call="c1", at=AT, intent_index=4, origin=ORIGIN)
        assert await log.append(lost) == Receipt(0, 1)
        assert [await log.append(record) for record in calls(1)] == [Receipt(1, 2), Receipt(2, 3)]
        await log.close()
        assert len(paper.pages) == 3

    asyncio.run(main())


def open_on(paper: Paper, **times: float) -> tuple[Writer, Paper]:
    return Writer(paper, **times), paper
