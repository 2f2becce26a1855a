"""Where the time goes, for a request and for a stream: samples of the guard under load, by whose code it is.

    python -m benchmarks.hotspots [--quick] [--case request|stream|...] [--top N] [--json FILE]

py-spy (in an environment of its own) looks at the running server 250 times a second. A sample belongs to the innermost frame
of the guard or of a library that is named below; what a frame calls in the standard library or in C counts as its own. py-spy
takes a thread that waits for the disk for one that runs, so samples are counted by thread, and each thread's share of the
server's CPU comes from the kernel. They are estimates: no bound is judged here.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvloop

from benchmarks import load, measure, proxy, targets, venvs
from benchmarks.report import Report, options
from benchmarks.targets import ROOT, WORK, Target

PY_SPY = "py-spy==0.4.3"
RATE = 250
#: A library's frames count for it, wherever it was called from.
LIBRARIES = ("aiohttp", "uvicorn", "starlette", "fastapi", "uvloop", "asyncio", "sqlite3", "phonenumbers", "cryptography")
#: Where threads wait for work: py-spy does not always see that they do.
WAITING = ("_worker (", "Writer._next (", "Condition.wait (")
_FRAME = re.compile(r"(?P<function>.+?) \((?P<file>.+?)(?::\d+)?\)$")

CASES: dict[str, tuple[int, Callable[[int], list[bytes]]]] = {
    "request": (16, proxy.requests),
    "request-alone": (1, proxy.requests),
    "stream": (16, proxy.streams),
    "growing": (16, proxy.conversations),
    "personal": (16, partial(proxy.requests, with_data=True)),
}


def owner(stack: Sequence[str]) -> tuple[str, str]:
    """Whose the sample is, and the function that has it: the innermost frame with an owner. `stack`: the outermost first."""
    for frame in reversed(stack):
        match = _FRAME.match(frame)
        file = match["file"] if match else ""
        if match and file.startswith(str(ROOT / "guardrails")):
            module = str(Path(file).relative_to(ROOT).with_suffix("")).replace("/", ".")
            return module, f"{module}.{match['function']}"
        for library in LIBRARIES:
            if match and f"/{library}/" in file:
                return library, f"{library}: {match['function']} ({Path(file).name})"
    return "elsewhere (the loop, the interpreter)", stack[-1] if stack else ""


@dataclass(slots=True)
class Sampled:
    """Stacks with their counts while a server works, the main thread's share of its CPU, and milliseconds for each body."""

    stacks: list[tuple[list[str], int]]
    main: float
    cpu_ms: float

    def weighed(self) -> Iterator[tuple[list[str], float]]:
        """Each stack with its share of the CPU."""
        sums = {True: 0, False: 0}
        for stack, times in self.stacks:
            sums[_other(stack)] += times
        for stack, times in self.stacks:
            other = _other(stack)
            yield stack, times / sums[other] * (1 - self.main if other else self.main)


def _other(stack: Sequence[str]) -> bool:
    """Is this a stack of a thread that Python started?"""
    return any("/threading.py" in frame for frame in stack[:4])


async def sampled(server: Target, below: Target, at_once: int, bodies: list[bytes], programs: Path) -> Sampled:
    await load.control(below.port, delay_ms=0, stamp=False, echo=True)
    await load.run(server.port, bodies[: at_once * 4], at_once)
    file = WORK / "stacks.txt"
    spy = [str(programs / "py-spy"), "record", "--pid", str(server.pid), "--rate", str(RATE), "--format", "raw"]
    watching = await asyncio.create_subprocess_exec(
        *spy, "--full-filenames", "--function", "--duration", "3600", "--output", str(file), stdout=subprocess.DEVNULL
    )
    await asyncio.sleep(1)
    before, main = server.cpu_s(), measure.thread_s(server.pid, server.pid)
    await load.run(server.port, bodies[at_once * 4 :], at_once)
    spent, main = server.cpu_s() - before, measure.thread_s(server.pid, server.pid) - main
    watching.send_signal(2)
    await watching.wait()
    stacks = []
    for line in file.read_text().splitlines():
        frames, _, times = line.rpartition(" ")
        stack = frames.split(";")
        if not stack[-1].startswith(WAITING):
            stacks.append((stack, int(times)))
    return Sampled(stacks, min(1.0, main / spent), 1000 * spent / (len(bodies) - at_once * 4))


async def run(report: Report, names: Sequence[str], calls: int, top: int, programs: Path) -> None:
    for name in names:
        at_once, make = CASES[name]
        with ExitStack() as open_:
            below = open_.enter_context(targets.upstream())
            ours = open_.enter_context(targets.ours(below, open_.enter_context(targets.folder())))
            share = 12 if name == "stream" else 1
            found = await sampled(ours, below, at_once, make(calls // share), programs)
        owners: dict[str, float] = defaultdict(float)
        functions: dict[str, float] = defaultdict(float)
        for stack, part in found.weighed():
            whose, function = owner(stack)
            owners[whose] += part
            functions[function] += part
        print(f"\n## {name}, {at_once} at once: {found.cpu_ms:.3f} ms of CPU, {found.main:.0%} of it in the loop's thread\n")
        for title, told in (("room", owners), ("function", functions)):
            for whose, part in sorted(told.items(), key=lambda row: -row[1])[:top]:
                print(f"{part:7.1%} {1000 * found.cpu_ms * part:8.1f} µs  {whose}")
                report.add(f"{name}: {title}: {whose}", 100 * part, "%")
            print()
        report.raw[name] = {"cpu_ms": found.cpu_ms, "main": found.main, "rooms": owners, "functions": functions}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--case", choices=CASES, action="append", help="may be repeated; default: request and stream")
    parser.add_argument("--calls", type=int, metavar="N", help="requests of a case; a twelfth of it for streams")
    parser.add_argument("--top", type=int, default=25)
    chosen = parser.parse_args(arguments)
    try:
        programs = venvs.installed("py-spy", PY_SPY, command="py-spy")
    except venvs.Unobtainable as error:
        print(f"Nothing measured: {error}")
        return 2
    calls = chosen.calls or (2000 if chosen.quick else 8000)
    report = Report("Where the time goes")
    uvloop.run(run(report, chosen.case or ["request", "stream"], calls, chosen.top, programs))
    if chosen.json is not None:
        report.save(chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
