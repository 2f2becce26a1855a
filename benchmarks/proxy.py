"""What a request and a stream cost, beside a bare pass-through that guards nothing, in one interleaved run.

    python -m benchmarks.proxy [--quick] [--rounds N] [--only PART] [--json FILE]

Three processes share the machine with this one: an upstream that answers at once, the pass-through (`servers/bare.py`) and
the guard as `guardrails serve` starts it. Each round loads one after the other, in changing order, with the same bodies; CPU is
user and system time of the whole tree of processes. A ratio is the median of the rounds' ratios, since what disturbs one round
disturbs both; the least of all rounds stands beside it. Every conversation is new (only system prompts come again), unless the
row says otherwise, and no answer is like another.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import uvloop

from benchmarks import load, settle, targets, texts
from benchmarks.measure import median, percentile
from benchmarks.report import Report, options, shown
from benchmarks.targets import Target

ROUNDS, QUICK_ROUNDS = 9, 3
CHUNKS = 200
#: Bodies that stood nowhere else in this run are made from these numbers.
SERIAL = count(1)


@dataclass(frozen=True, slots=True)
class Case:
    """One load: so many bodies, so many at once. `bound`, `aim`: of the guard's CPU in pass-throughs."""

    name: str
    at_once: int
    bodies: Callable[[int], list[bytes]] = field(repr=False)
    calls: int
    per: str  # what one body is
    bound: float | None = None
    aim: float | None = None
    upstream: dict[str, float | bool] = field(default_factory=dict)


@dataclass(slots=True)
class Measured:
    """One target in one case: CPU milliseconds for each body, by round, and the latencies of all rounds."""

    cpu_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list, repr=False)
    p50s: list[float] = field(default_factory=list)
    log_ms: list[float] = field(default_factory=list, repr=False)
    failed: int = 0


def requests(calls: int, *, with_data: bool = False) -> list[bytes]:
    return [texts.request(next(SERIAL), with_data=with_data) for _ in range(calls)]


def streams(calls: int, *, with_data: bool = False) -> list[bytes]:
    return [texts.request(next(SERIAL), stream=True, chunks=CHUNKS, with_data=with_data) for _ in range(calls)]


def conversations(calls: int, turns: int = 8, notice: str = "") -> list[bytes]:
    """Conversations that grow turn by turn, several side by side; in each the order of the turns is kept."""
    made = [texts.growing(next(SERIAL), turns, notice) for _ in range(-(-calls // turns))]
    return [call for turn in zip(*made, strict=True) for call in turn][:calls]


def cases(notice: str) -> list[Case]:
    quiet: dict[str, float | bool] = {"echo": True}
    return [
        Case("request, 1 at a time", 1, requests, 400, "request", 4.0, 3.0),
        Case("request, 16 at once", 16, requests, 1600, "request", 2.5, 2.0),
        Case("request, 64 at once", 64, requests, 1600, "request"),
        Case("stream, 1 at a time", 1, streams, 60, "stream"),
        Case("stream, 16 at once", 16, streams, 160, "stream", 2.2, 1.5),
        Case("paced stream (5 ms a chunk), 16 at once", 16, streams, 48, "stream", upstream={"delay_ms": 5}),
        Case("growing conversation, 16 at once", 16, partial(conversations, notice=notice), 1600, "request"),
        Case("request with personal data, 16 at once", 16, partial(requests, with_data=True), 1600, "request", upstream=quiet),
        Case("stream with personal data, 16 at once", 16, partial(streams, with_data=True), 96, "stream", upstream=quiet),
    ]


async def measured(case: Case, bodies: Sequence[bytes], target: Target, into: Measured) -> None:
    """One round of one target."""
    await load.run(target.port, bodies[: case.at_once], case.at_once, key=target.key)  # connections are made, code is warm
    before = target.cpu_s()
    done = await load.run(target.port, bodies[case.at_once :], case.at_once, key=target.key)
    spent = target.cpu_s() - before
    into.cpu_ms.append(1000 * spent / (len(bodies) - case.at_once))
    into.per_second.append(done.per_second)
    into.latencies += done.latencies
    into.p50s.append(percentile(done.latencies, 0.5))
    into.failed += done.failed


async def rounds(
    all_cases: Sequence[Case], pair: Sequence[Target], below: Target, times: int, share: float = 1.0
) -> dict[str, dict[str, Measured]]:
    """Every case, `times` rounds, the targets one after the other in changing order. By case, then by target."""
    found: dict[str, dict[str, Measured]] = defaultdict(lambda: {t.name: Measured() for t in pair})
    for turn in range(times):
        for case in all_cases:
            bodies = case.bodies(case.at_once + max(case.at_once, int(case.calls * share)))
            await load.control(below.port, **{"delay_ms": 0, "stamp": False, "echo": False, **case.upstream})
            for target in pair if turn % 2 else [*reversed(pair)]:
                await measured(case, bodies, target, found[case.name][target.name])
        print(".", end="", flush=True)
    print(flush=True)
    return found


def ratios(ours: Sequence[float], bare: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(ours, bare, strict=True)]


async def check(target: Target) -> str:
    """One plain and one streamed call must say what the model said. Returns the notice that stood before it, if any."""
    before = ""
    for stream in (False, True):
        serial = next(SERIAL) * 2 + 1  # a single question: nothing in it that could count as a notice
        answer = await load.once(target.port, texts.request(serial, stream=stream), target.key)
        meant = "".join(texts.streamed(serial, CHUNKS)) if stream else texts.answer(serial)
        said = load.said(answer) if answer.status == 200 else ""
        before, found, after = said.partition(meant)
        if not found or after:
            raise RuntimeError(f"{target.name} does not say what the model said (status {answer.status})")
    return before


async def first_text(ours: Target, bare: Target, below: Target, streams_each: int, report: Report) -> None:
    """The time to the first text of the model, one stream at a time, 5 ms between chunks."""
    chunks, seeds = 24, list(range(500_000_001, 500_000_013))
    known = await settle.learn(ours.port, below.port, seeds, chunks)
    await load.control(below.port, delay_ms=5, stamp=True, echo=False)
    firsts: dict[str, list[float]] = {ours.name: [], bare.name: []}
    commits = []
    for target in (bare, ours, bare, ours):
        connection = await load.connect(target.port)
        for n in range(streams_each // 2):
            seed = seeds[n % len(seeds)]
            heard, answer = await settle.listen(connection, seed, chunks, next(SERIAL))
            firsts[target.name].append(heard.first_ms(known[seed] if target is ours else None))
            if (committed := answer.phase("log")) is not None:
                commits.append(committed)
        connection.close()
    first, through, commit = median(firsts[ours.name]), median(firsts[bare.name]), median(commits)
    waits = [known[s][min(known[s])] - min(known[s]) for s in seeds]
    report.add("stream: commit of the intent, p50", commit, "ms", note="the guard's own phase header, same run")
    report.add(
        "stream: first text of the model, added p50",
        first - through,
        "ms",
        bound=3 + commit,
        note=f"from the event that settles it ({shown(median(waits))} after it); {shown(first)} against {shown(through)} ms",
    )
    report.raw["first text"] = {"ms": firsts, "commit_ms": commits, "settled_after_events": waits}


async def latency(ours: Target, bare: Target, below: Target, calls: int, report: Report) -> None:
    """What the guard adds to a call when there is no other: interleaved blocks of 25."""
    await load.control(below.port, delay_ms=0, stamp=False, echo=False)
    took: dict[str, list[float]] = {ours.name: [], bare.name: []}
    commits = []
    for _ in range(calls // 25):
        bodies = requests(25)
        for target in (bare, ours):
            done = await load.run(target.port, bodies, 1, keep=True)
            took[target.name] += done.latencies
            commits += [spent for a in done.answers if (spent := a.phase("log")) is not None]
    both = {name: (percentile(ms, 0.5), percentile(ms, 0.99)) for name, ms in took.items()}
    (p50, p99), (through50, through99) = both[ours.name], both[bare.name]
    commit = median(commits)
    told = f"{shown(p50)} against {shown(through50)} ms; two commits take {shown(commit)} of it"
    report.add("request, 1 at a time: added p50", p50 - through50, "ms", bound=2, note=told)
    report.add("request, 1 at a time: added p99", p99 - through99, "ms", note=f"{shown(p99)} against {shown(through99)} ms")
    report.raw["latency"] = {"ms": took, "commits_ms": commits}


def judged(found: dict[str, dict[str, Measured]], all_cases: Sequence[Case], report: Report) -> None:
    for case in all_cases:
        ours, bare = found[case.name]["ours"], found[case.name]["bare"]
        each = ratios(ours.cpu_ms, bare.cpu_ms)
        told = f"{shown(median(ours.cpu_ms))} against {shown(median(bare.cpu_ms))} ms, "
        told += f"least {shown(min(ours.cpu_ms))} against {shown(min(bare.cpu_ms))}; "
        told += f"rounds {shown(min(each))} to {shown(max(each))}"
        report.add(f"{case.name}: CPU", median(each), "x bare", bound=case.bound, aim=case.aim, note=told)
    for case in all_cases:
        ours, bare = found[case.name]["ours"], found[case.name]["bare"]
        if case.name == "request, 64 at once":
            each = ratios(ours.per_second, bare.per_second)
            told = f"{shown(median(ours.per_second))} against {shown(median(bare.per_second))} a second"
            report.add("request, 64 at once: throughput", 100 * median(each), "% of bare", bound=60, more=True, note=told)
        p50, p99 = percentile(ours.latencies, 0.5), percentile(ours.latencies, 0.99)
        through = f"bare {shown(percentile(bare.latencies, 0.5))} and {shown(percentile(bare.latencies, 0.99))} ms"
        report.add(f"{case.name}: p50", p50, "ms", note=f"p99 {shown(p99)}; {through}")
    failed = sum(m.failed for one in found.values() for m in one.values())
    report.add("calls that failed", failed, bound=0)
    report.raw["rounds"] = {
        name: {t: {"cpu_ms": m.cpu_ms, "per_second": m.per_second, "p50_ms": m.p50s} for t, m in one.items()}
        for name, one in found.items()
    }


def started(below: Target, times: int, report: Report) -> None:
    """From the start of the process to the first answer of /healthz; and once where the recognizers have to be read anew."""
    ready = []
    for _ in range(times):
        with targets.folder() as data, targets.ours(below, data) as one:
            ready.append(one.ready_s)
    with targets.folder() as data, targets.ours(below, data, {"XDG_CACHE_HOME": str(data / "no-cache")}) as one:
        first = one.ready_s
    report.add("ready after", median(ready), "s", bound=1.5, note=f"of {times}: {', '.join(shown(r) for r in ready)}")
    report.add("ready after, first start after an install", first, "s", bound=5)


PARTS = ("start", "first", "latency", "rounds")


async def run(report: Report, parts: Sequence[str], times: int, *, share: float, only: str = "") -> None:
    with ExitStack() as open_:
        below = open_.enter_context(targets.upstream())
        bare = open_.enter_context(targets.bare(below))
        if "start" in parts:
            started(below, 3, report)
        ours = open_.enter_context(targets.ours(below, open_.enter_context(targets.folder())))
        await check(bare)
        notice = await check(ours)
        empty = {t.name: t.rss_kb() for t in (ours, bare)}
        if "rounds" in parts:
            chosen = [c for c in cases(notice) if only in c.name]
            found = await rounds(chosen, (bare, ours), below, times, share)
            judged(found, chosen, report)
        if "latency" in parts:
            await latency(ours, bare, below, int(600 * share), report)
        if "first" in parts:
            await first_text(ours, bare, below, max(8, int(80 * share)), report)
        after = {t.name: t.rss_kb() / 1000 for t in (ours, bare)}
        told = f"bare {shown(after['bare'])}; before the load {shown(empty['ours'] / 1000)} and {shown(empty['bare'] / 1000)}"
        report.add("RSS after the load", after["ours"], "MB", bound=130, note=told)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, metavar="N", help=f"default {ROUNDS}, with --quick {QUICK_ROUNDS}")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--only", default="", metavar="WORDS", help='only rounds whose name holds this: "stream, 16"')
    parser.add_argument("--share", type=float, help="of the calls of a round; default 1, with --quick 0.4")
    chosen = parser.parse_args(arguments)
    report = Report("The guard beside a bare pass-through")
    times = chosen.rounds or (QUICK_ROUNDS if chosen.quick else ROUNDS)
    share = chosen.share or (0.4 if chosen.quick else 1.0)
    uvloop.run(run(report, chosen.parts.split(","), times, share=share, only=chosen.only))
    return report.end(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
