"""A thousand open streams at 100 ms a chunk: no stall, little memory, and at 500 no chunk waits long.

    python -m benchmarks.streams [--quick] [--streams N] [--json FILE]

The guard and the bare pass-through one after the other, the same texts, the same upstream. A chunk's delay is counted from the
writing of the event that settles its text (`settle.py`) to its arrival here, for the time in which all streams are open; what
upstream and client need is in it, so the figures of the pass-through, and of no proxy at all, stand beside. One stream of
four is heard chunk by chunk, the others only to their end, lest the listener take the machine from the server. Memory is the
growth of resident memory from the warm idle server to the open streams, for each stream. A stall is a chunk that comes a second
after it was settled.
"""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

import uvloop

from benchmarks import load, proxy, settle, targets, texts
from benchmarks.measure import median, percentile
from benchmarks.report import Report, options, shown
from benchmarks.targets import Target

DELAY_MS = 100.0
OPENING_S = 6.0  # the streams begin one after the other, not all at once
STALL_MS = 1000.0
FILES = 8192
HEARD = 4  # one stream of so many is heard chunk by chunk


@dataclass(slots=True)
class Open:
    """Streams that were open at the same time."""

    heard: list[tuple[int, settle.Heard]] = field(default_factory=list, repr=False)  # with the seed of its text
    failed: int = 0
    cpu_share: float = 0  # of one core
    kb_each: float = 0

    def delays_ms(self, known: dict[int, dict[int, int]] | None, *, always: bool = False) -> list[float]:
        """Of the chunks that were written while all streams were open, or of all."""
        opened = percentile([min(heard.written.values()) for _, heard in self.heard], 0.99)
        closing = percentile([max(heard.written.values()) for _, heard in self.heard], 0.01)
        found = []
        for seed, heard in self.heard:
            by = known[seed] if known else {}
            for number, arrived in heard.arrived.items():
                written = heard.written[by.get(number, number)]
                if always or opened <= written <= closing:
                    found.append((arrived - written) / 1e6)
        return found

    @property
    def longest_start_ms(self) -> float:
        """From a request to the upstream's first event: how long a call waits at the door."""
        return max(min(heard.written.values()) - heard.began for _, heard in self.heard) / 1e6

    @property
    def longest_gap_ms(self) -> float:
        return max(heard.gap for _, heard in self.heard) / 1e6


class Drain(asyncio.Protocol):
    """Reads an answer to its end and looks at nothing but the end: the last chunk of a body (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"0\r\n\r\n") and not self.ended.done():
            self.ended.set_result(True)

    def connection_lost(self, _: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(False)


async def drained(port: int, body: bytes) -> bool:
    """Did the answer come to its end?"""
    try:
        transport, drain = await asyncio.get_running_loop().create_connection(Drain, "127.0.0.1", port)
    except OSError:
        return False
    transport.write(load.head(port) + b"content-length: %d\r\n\r\n" % len(body) + body)
    ended = await drain.ended
    transport.close()
    return ended


async def held_open(target: Target, streams: int, chunks: int, seeds: Sequence[int], serials: count[int]) -> Open:
    """Open so many streams, hear each to its end, look at the server meanwhile."""
    idle = target.rss_kb()
    found = Open()

    async def one(number: int) -> None:
        heed = number % HEARD == 0
        await asyncio.sleep(OPENING_S * random.Random(number).random())  # evenly spaced, they would tick together
        seed = seeds[number // HEARD % len(seeds)]
        if not heed:
            found.failed += not await drained(target.port, texts.request(next(serials), stream=True, chunks=chunks, seed=seed))
            return
        try:
            connection = await load.connect(target.port)
            heard, answer = await settle.listen(connection, seed, chunks, next(serials), keep=False)
            connection.close()
        except (load.Broken, OSError):
            found.failed += 1
            return
        found.heard.append((seed, heard))
        found.failed += answer.status != 200 or len(heard.arrived) < heard.last

    async def look() -> None:
        before, at, most = target.cpu_s(), time.monotonic(), 0
        while True:
            await asyncio.sleep(0.5)
            most = max(most, target.rss_kb())
            found.kb_each = (most - idle) / streams
            found.cpu_share = (target.cpu_s() - before) / (time.monotonic() - at)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(one(n) for n in range(streams)))
    looking.cancel()
    return found


async def run(report: Report, most: int, chunks: int) -> None:
    serials, seeds = count(700_000_000), list(range(600_000_001, 600_000_017))
    with ExitStack() as open_:
        below = open_.enter_context(targets.upstream())
        bare = open_.enter_context(targets.bare(below))
        ours = open_.enter_context(targets.ours(below, open_.enter_context(targets.folder())))
        known = await settle.learn(ours.port, below.port, seeds, chunks)
        found: dict[tuple[str, int], Open] = {}
        for streams in (most, most // 2):
            for target in (bare, ours, below) if streams < most else (bare, ours):
                await load.control(below.port, delay_ms=0, stamp=False)
                await load.run(target.port, proxy.streams(64), 16)
                await load.control(below.port, delay_ms=DELAY_MS, stamp=True)
                gc.collect()
                gc.disable()  # a pause of this process would be counted as the server's
                found[target.name, streams] = await held_open(target, streams, chunks, seeds, serials)
                gc.enable()
                print(".", end="", flush=True)
    print(flush=True)
    told(report, found, known, most)


def told(report: Report, found: dict[tuple[str, int], Open], known: dict[int, dict[int, int]], most: int) -> None:
    waits = [event - chunk for one in known.values() for chunk, event in one.items()]
    report.add("a chunk is settled by an event so many after it, p50", median(waits), note=f"p99 {percentile(waits, 0.99)}")
    for streams in (most, most // 2):
        ours, bare = found["ours", streams], found["bare", streams]
        rows = [("ours", ours, known), ("bare", bare, None)]
        if ("upstream", streams) in found:
            rows.append(("no proxy at all", found["upstream", streams], None))
        for name, one, by in rows:
            delays = one.delays_ms(by)
            figures = [percentile(delays, share) for share in (0.5, 0.99, 0.999)]
            note = f"p50 {shown(figures[0])}, p99.9 {shown(figures[2])}, {len(delays)} chunks; {one.cpu_share:.0%} of a core"
            bound = 10.0 if name == "ours" and streams == most // 2 else None
            report.add(f"{streams} streams: {name}: delay of a chunk, p99", figures[1], "ms", bound=bound, note=note)
            report.raw[f"{streams} {name}"] = {"p50, p99, p99.9": figures, "cpu": one.cpu_share, "kb": one.kb_each}
        longest = max(ours.delays_ms(known, always=True), default=float("nan"))
        gaps = f"the longest silence, with the wait for the next words: {shown(ours.longest_gap_ms)} ms, "
        gaps += f"bare {shown(bare.longest_gap_ms)}"
        report.add(f"{streams} streams: ours: longest delay of a chunk", longest, "ms", bound=STALL_MS, note=gaps)
        start, note = ours.longest_start_ms, f"bare {shown(bare.longest_start_ms)}; streams open for {OPENING_S:g} s"
        report.add(f"{streams} streams: ours: longest wait of a call for its upstream", start, "ms", bound=STALL_MS, note=note)
        report.add(f"{streams} streams: failed", ours.failed + bare.failed, bound=0)
        if streams == most:  # what a server once took it keeps, so the smaller load shows nothing new
            more, both = ours.kb_each - bare.kb_each, f"{shown(ours.kb_each)} against {shown(bare.kb_each)} KB"
            report.add(f"{streams} streams: memory for each, more than bare", more, "KB", bound=15, note=both)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--streams", type=int, default=1000, metavar="N", help="and half as many; default 1000")
    chosen = parser.parse_args(arguments)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        print(f"A process may open only {hard} files here; this takes {FILES}: ulimit -n {FILES}")
        return 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    report = Report("Many open streams")
    uvloop.run(run(report, chosen.streams, 160 if chosen.quick else 240))
    return report.end(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
