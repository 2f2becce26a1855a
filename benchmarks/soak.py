"""Ten minutes of everything at once: the guard's memory must not grow, and its log must verify afterwards.

    python -m benchmarks.soak [--quick] [--seconds N] [--json FILE]

Plain calls and streams, with personal data and without, conversations that grow, clients that hang up in the middle, a provider
that is busy, breaks, ends its answers too early or says nonsense. Resident memory is looked at once a second; growth is the
median of the last tenth of the run over the median of the tenth after the second minute (of a shorter run: the first fifth).
What is not an error of the upstream's making must be answered with 200.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import orjson
import uvloop

from benchmarks import load, proxy, targets, texts
from benchmarks.measure import median
from benchmarks.report import Report, options, shown
from benchmarks.servers import upstream
from benchmarks.targets import ROOT, Target

SECONDS, QUICK_SECONDS = 600, 60
WARM_SECONDS = 120
LONG_ENOUGH = 300
CLIENTS = 8
PAUSE_S = 0.05  # of each client between two calls: busy, not drowned
GROWTH = 3.0  # percent
#: What a client may hear where the upstream fails on purpose. "in_stream" and "cut" end what had begun with 200.
ALLOWED = {"busy": {429}, "error": {500}, "garbage": {502}, "cut": {200, 502}, "in_stream": {200, 502}, "": {200}}


@dataclass(slots=True)
class Tally:
    calls: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    rss_mb: list[float] = field(default_factory=list)


async def client(target: Target, number: int, until: float, serials: count[int], tally: Tally) -> None:
    """One client: call after call of whatever kind, until the time is over."""
    dice = random.Random(number)
    connection = await load.connect(target.port)
    talk: list[bytes] = []
    while time.monotonic() < until:
        await asyncio.sleep(PAUSE_S * dice.random() * 2)
        if connection.transport is None:
            connection = await load.connect(target.port)
        serial, kind = next(serials), dice.choices(*zip(*KINDS.items(), strict=True))[0]
        if kind == "growing" and not talk:
            talk = texts.growing(serial, 8)
        body = (
            talk.pop(0)
            if kind == "growing"
            else texts.request(serial, stream="stream" in kind, chunks=dice.choice((20, 80, 200)), with_data="data" in kind)
        )
        tally.calls[kind] += 1
        if kind.startswith("hang up"):
            await hung_up(connection, body, dice.random() * 0.02)
            continue
        try:
            async with asyncio.timeout(60):
                answer = await connection.send(body)
        except (load.Broken, TimeoutError) as error:
            tally.wrong[f"{kind}: {type(error).__name__}"] += 1
            connection.close()
            continue
        seed = int(orjson.loads(body)["seed"])
        if answer.status not in ALLOWED[upstream.fault(seed)]:
            tally.wrong[f"{kind}: {answer.status} where the upstream did {upstream.fault(seed) or 'well'}"] += 1
    connection.close()


KINDS = {
    "plain": 30,
    "plain with data": 20,
    "growing": 15,
    "stream": 15,
    "stream with data": 10,
    "hang up": 5,
    "hang up on a stream": 5,
}


async def hung_up(connection: load.Connection, body: bytes, after_s: float) -> None:
    """Send a call and go before its answer is there."""
    answering = connection.send(body)
    await asyncio.sleep(after_s)
    connection.close()
    with contextlib.suppress(load.Broken):
        await answering


async def run(seconds: float, report: Report) -> None:
    warm, tally, serials = min(WARM_SECONDS, seconds / 5), Tally(), count(1)
    with targets.upstream() as below, targets.folder() as data:
        with targets.ours(below, data) as ours:
            await proxy.check(ours)
            await load.control(below.port, echo=True, faults=True, delay_ms=0, stamp=False)
            began = time.monotonic()
            until = began + seconds
            clients = [asyncio.create_task(client(ours, n, until, serials, tally)) for n in range(CLIENTS)]
            while time.monotonic() < until:
                await asyncio.sleep(1)
                tally.rss_mb.append(ours.rss_kb() / 1000)
            await asyncio.gather(*clients)
            cpu = ours.cpu_s()
            await load.control(below.port, echo=False, faults=False)
            await proxy.check(ours)
        log = sum(file.stat().st_size for file in data.glob("*") if file.is_file())
        verified = verify(data)
    told(report, tally, warm, seconds)
    report.add("calls", sum(tally.calls.values()), note=", ".join(f"{kind} {n}" for kind, n in tally.calls.most_common()))
    report.add("calls with a wrong end", sum(tally.wrong.values()), bound=0, note="; ".join(tally.wrong))
    report.add("CPU", 100 * cpu / seconds, "% of a core", note=f"{log / 1e6:.1f} MB of log and keys")
    report.add("guardrails audit verify ended with", verified.returncode, bound=0, note=last_line(verified.stdout))
    report.raw = {"rss_mb": tally.rss_mb, "calls": tally.calls, "wrong": tally.wrong}


def told(report: Report, tally: Tally, warm: float, seconds: float) -> None:
    seen = tally.rss_mb
    tenth = max(1, len(seen) // 10)
    first = int(len(seen) * warm / seconds)
    early, late = median(seen[first : first + tenth]), median(seen[-tenth:])
    growth = 100 * (late / early - 1)
    note = f"{shown(early)} MB after {warm:.0f} s, {shown(late)} at the end of {seconds:.0f} s, most {shown(max(seen))}"
    bound = GROWTH if seconds >= LONG_ENOUGH else None  # caches fill for minutes
    report.add("growth of resident memory", growth, "%", bound=bound, note=note)


def verify(data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guardrails", "audit", "verify", "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[0].strip() if lines else ""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, help=f"default {SECONDS}, with --quick {QUICK_SECONDS}")
    chosen = parser.parse_args(arguments)
    report = Report("A soak")
    uvloop.run(run(chosen.seconds or (QUICK_SECONDS if chosen.quick else SECONDS), report))
    return report.end(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
