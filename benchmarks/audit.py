"""What a record costs: to build, to hand over, to write. The log in a file beside the log in memory, in one run.

    python -m benchmarks.audit [--quick] [--json FILE]

CPU is of all threads (`time.process_time`), per record. Clients append one record after the other, so many at once; "in a
server" they are calls that work between their two records, as a proxy does, so that the thread that writes must get Python's
lock from a busy loop. A bare `pwrite` and `fdatasync` of one commit is told beside them: the floor of any log that is durable.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.report import Report, options
from guardrails import record
from guardrails.audit import Log, open_log
from guardrails.audit.ids import now, uuid7
from guardrails.model import Context, Decision, Result, Stage
from guardrails.record import Ending, Record

CONTEXT = Context("2026-11-21T10:00:00.123Z", route="/v1/chat/completions", channel="person")
ORIGIN = {"instance": uuid7(), "build": "1", "config_sha256": "ab" * 32}
NOTICE = {"notice_id": "first", "version": 1, "lang": "en", "sha256": "ab" * 32, "placement": "text", "shown": True}
BODY = {"messages": [{"role": "user", "content": "x" * 200}] * 8, "model": "m", "temperature": 1}


def intent(call: str) -> Record:
    """Of a call in which nothing was found."""
    return record.intent(
        id=uuid7(), call=call, at=CONTEXT.now, context=CONTEXT, decision=decision(Stage.INPUT), provider="upstream",
        model="model_0123456789abcdef", bytes_in=1234, guard_us=800, origin=ORIGIN, disclosure=NOTICE,
    )  # fmt: skip


def outcome(call: str) -> Record:
    return record.outcome(
        id=uuid7(), call=call, at=now(), context=CONTEXT, ending=Ending.ALLOWED, decision=decision(Stage.OUTPUT), status=200,
        upstream_us=9000, total_us=12000, bytes_out=2000, origin=ORIGIN, guard_us=1500, served="model_0123456789abcdef",
        disclosure=NOTICE, tokens_in=12, tokens_out=20,
    )  # fmt: skip


def decision(stage: Stage) -> Decision:
    return Decision(stage, "default", "cd" * 32, (), (), (Result.NO_MATCH,) * 9)


@dataclass
class Cost:
    cpu_us: float  # per record
    p50_ms: float  # of an append
    p99_ms: float


@dataclass
class Nothing:
    """A log that writes nothing: what the clients themselves cost."""

    async def append(self, _: Record) -> None:
        await asyncio.sleep(0)

    async def close(self) -> None:
        pass


Client = Callable[[Callable[[Record], Awaitable[None]], int], Awaitable[None]]


async def bare(append: Callable[[Record], Awaitable[None]], number: int) -> None:
    first, second = READY[number % len(READY)]
    await append(first)
    await append(second)


async def served(append: Callable[[Record], Awaitable[None]], number: int) -> None:
    """A call of about 0.4 ms, and an upstream of 1 ms."""
    first, second = READY[number % len(READY)]
    work(15)
    await append(first)
    work(3)
    await asyncio.sleep(0.001)
    work(10)
    await append(second)
    work(3)


def work(times: int) -> None:
    for _ in range(times):
        json.loads(json.dumps(BODY))


READY = [(intent(call), outcome(call)) for call in (f"call-{i}" for i in range(500))]


def measured(make: Callable[[], Any], client: Client, at_once: int, calls: int) -> Cost:
    took: list[float] = []

    async def run() -> float:
        log = make()

        async def append(one: Record) -> None:
            began = time.perf_counter()
            await log.append(one)
            took.append(time.perf_counter() - began)

        numbers = iter(range(calls))

        async def one_client() -> None:
            for number in numbers:
                await client(append, number)

        began = time.process_time()
        await asyncio.gather(*(one_client() for _ in range(at_once)))
        spent = time.process_time() - began
        await log.close()
        return spent

    spent = uvloop.run(run())
    took.sort()
    return Cost(spent / (2 * calls) * 1e6, took[len(took) // 2] * 1e3, took[len(took) * 99 // 100] * 1e3)


def in_file(make: Client, at_once: int, calls: int) -> Cost:
    with tempfile.TemporaryDirectory(prefix="guardrails-bench-") as folder:
        return measured(lambda: open_log("sqlite", Path(folder) / "data"), make, at_once, calls)


def in_memory(make: Client, at_once: int, calls: int) -> Cost:
    return measured(memory, make, at_once, calls)


def memory() -> Log:
    return open_log("memory", Path())


def building(make: Callable[[str], Record]) -> float:
    """Microseconds of CPU for one record: the best of several rounds, since other programs only ever add."""
    best = float("inf")
    for _ in range(7):
        began = time.process_time()
        for _ in range(2000):
            make("call-1")
        best = min(best, (time.process_time() - began) / 2000 * 1e6)
    return best


def floor() -> tuple[float, float]:
    """Microseconds of CPU and milliseconds of a `pwrite` of 20 KB and an `fdatasync`, over and over in a file that is there."""
    with tempfile.TemporaryFile(prefix="guardrails-bench-") as file:
        handle, took, times = file.fileno(), [], 300
        raw = b"x" * 20_480
        for place in range(times):
            os.pwrite(handle, raw, place * len(raw))
        os.fsync(handle)
        cpu = time.process_time()
        for place in range(times):
            began = time.perf_counter()
            os.pwrite(handle, raw, place * len(raw))
            os.fdatasync(handle)
            took.append(time.perf_counter() - began)
        return (time.process_time() - cpu) / times * 1e6, statistics.median(took) * 1e3


def main() -> int:
    asked = options(__doc__).parse_args()
    report, rounds = Report("What a record costs"), 1 if asked.quick else 3
    for make in (intent, outcome):
        report.add(f"build an {make.__name__}", building(make), "µs CPU", bound=25)
    cpu, p50 = floor()
    report.add("bare pwrite + fdatasync", cpu, "µs CPU", note=f"p50 {p50:.2f} ms")
    for at_once in (1, 4, 16, 64, 256):
        calls = 500 if at_once == 1 else 2000
        kept = [in_memory(bare, at_once, calls) for _ in range(rounds)]
        filed = [in_file(bare, at_once, calls) for _ in range(rounds)]
        note = told(filed)
        report.add(f"append, {at_once} at once: in memory", middle(kept), "µs CPU")
        report.add(f"append, {at_once} at once: in the file", middle(filed), "µs CPU", note=note)
    for at_once in (1, 4, 16, 64):
        calls = 300 if at_once == 1 else 1000
        nothing, filed = [], []
        for _ in range(rounds):  # interleaved: the difference of the two is the figure
            nothing.append(measured(Nothing, served, at_once, calls))
            filed.append(in_file(served, at_once, calls))
        report.add(f"in a server, {at_once} at once", middle(filed) - middle(nothing), "µs CPU", note=told(filed))
    return report.end(asked.json)


def middle(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu_us for cost in costs)


def told(costs: list[Cost]) -> str:
    p50, p99 = (statistics.median(getattr(cost, name) for cost in costs) for name in ("p50_ms", "p99_ms"))
    return f"an append takes p50 {p50:.2f} ms, p99 {p99:.2f} ms"


if __name__ == "__main__":
    raise SystemExit(main())
