"""What names cost: CPU for each KB, whole and streamed, loading, memory, and what a stream holds back.

CPU is `process_time` without the garbage collector, after one round that warms, the median of the rounds; texts of about 1 KB
are made of our own conversations and sentences, where names stand close together, and of the marked sets where they are there.
A stream arrives in pieces of 4 characters: streamed is what a window asks of the detectors (`settled`, then `find` in what is
settled), and that is judged; through the window is the same with `stream.window.Window`, whose own work is told too.
Loading and memory are those of a fresh process, beyond what it takes without names.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks import marked, names_engines, names_sets
from benchmarks.measure import median, percentile
from benchmarks.names_marks import Marked
from benchmarks.names_peers import Absent
from benchmarks.report import Report
from benchmarks.targets import ROOT
from guardrails.assembly import Parts
from guardrails.guard import Guard
from guardrails.model import Context, Detector, Segment
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Vault
from guardrails.settings import Settings
from guardrails.stream.window import Judge, Window

MS, MS_AIM = 1.5, 0.5
JUDGED = frozenset({"whole", "streamed"})
LOAD_S, RSS_MB = 0.3, 40.0
HELD = 60  # characters, the median
PIECE = 4
PROSE = {"en": "uner_en", "id": "nergrit_id", "zh": "uner_zh", "da": "uner_da"}

_FRESH = """
import gc, json, sys, time
from guardrails.assembly import scanner
from guardrails.settings import Settings
def rss():
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS:"))
def built(*names):
    before = time.perf_counter()
    find = scanner(Settings(names=names))
    find("Please call Jane Cooper. 王小明 hej", "en")
    return time.perf_counter() - before, find
gc.disable()
first, _ = built("off")
again, kept = built("off")
before = rss()
names, found = built(*sys.argv[1:])
print(json.dumps({"again": again, "names": names, "before": before, "after": rss()}))
"""


class Asked(NamedTuple):
    """Some of the detectors; `judged`: they have bounds."""

    name: str
    bound: Callable[[str], Sequence[Detector]]
    judged: bool


def told(report: Report, settings: Settings, texts: Mapping[str, Sequence[Marked]], *, quick: bool) -> None:
    asked = [
        Asked("everything", names_engines.detectors(settings), judged=False),
        Asked("the window by itself", lambda _: (), judged=False),
    ]
    try:
        asked.insert(0, Asked("names", names_engines.of_names(settings), judged=True))
    except Absent as error:
        print(f"\nNo cost of names by themselves: {error}.", flush=True)
    for language, own in texts.items():
        kinds = {"chat": list(packed(one.text for one in own)), "prose": list(packed(_prose(language)))}
        for one in asked:
            for kind, given in kinds.items():
                if given:
                    _cost(report, one, (language, kind), given[: 8 if quick else 40], 3 if quick else 7)
            if one.bound(language):
                _held(report, one, language, kinds["chat"] + kinds["prose"][:20])
    _load(report, settings)


def packed(texts: Iterable[str], size: int = 1024) -> Iterator[str]:
    """Texts one below the other, until there is 1 KB."""
    now = ""
    for text in texts:
        now += text + "\n"
        if len(now.encode()) >= size:
            yield now
            now = ""


def _prose(language: str) -> list[str]:
    """Texts of a marked set, or none."""
    wanted = [one for one in names_sets.SETS if one.name == PROSE.get(language)]
    return [row.text for one in wanted for row in names_sets.rows(marked.folder(), one)]


def _cost(report: Report, asked: Asked, what: tuple[str, str], given: Sequence[str], rounds: int) -> None:
    language, kind = what
    detectors = asked.bound(language)
    size = sum(len(text.encode()) for text in given) / 1024
    ways = {
        "whole": lambda: _whole(detectors, given),
        "streamed": lambda: _streamed(detectors, given),
        "through the window": lambda: _windowed(detectors, language, given),
    }
    for way, run in ways.items() if detectors else [("through the window", ways["through the window"])]:
        spent = _cpu(run, rounds if way == "whole" else max(2, rounds // 2))
        bound, aim = (MS, MS_AIM) if asked.judged and way in JUDGED else (None, None)
        name = f"{asked.name}: {language} {kind}, {way}"
        report.add(name, 1000 * median(spent) / size, "ms/KB", bound=bound, aim=aim, note=f"{size:.0f} KB")


def _whole(detectors: Sequence[Detector], given: Sequence[str]) -> None:
    for text in given:
        segment = Segment("", text)
        for detector in detectors:
            for _ in detector.find(segment):
                pass


def _streamed(detectors: Sequence[Detector], given: Sequence[str]) -> None:
    """What a window asks of the detectors, without the window."""
    for text in given:
        edges = [0] * len(detectors)
        for at in [*range(PIECE, len(text), PIECE), len(text)]:
            segment = Segment("", text[:at])
            for number, detector in enumerate(detectors):
                start = edges[number]
                edges[number] = at if at == len(text) else detector.settled(segment.text, start)
                if edges[number] > start:
                    for _ in detector.find(segment, start):
                        pass


def _windowed(detectors: Sequence[Detector], language: str, given: Sequence[str]) -> None:
    judge = judge_of(detectors, language)
    for text in given:
        window = Window(judge, "/choices/0/message/content")
        for at in range(0, len(text), PIECE):
            window.feed(text[at : at + PIECE])
        window.feed("", final=True)


def judge_of(detectors: Sequence[Detector], language: str) -> Judge:
    """What an answer's windows share, with these detectors alone."""
    parts = Parts.of(Settings())
    guard = Guard(parts.policy(), lambda _: tuple(detectors))
    return Judge(guard, Context(now="1970-01-01T00:00:00.000Z", language=language), Vault(Words.of(b"\0" * 32, "bench", None)))


def _cpu(run: Callable[[], None], rounds: int) -> list[float]:
    """Seconds of each round; the first one warms and does not count."""
    spent = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds + 1):
            began = time.process_time()
            run()
            spent.append(time.process_time() - began)
    finally:
        gc.enable()
    return spent[1:]


def held(detectors: Sequence[Detector], text: str) -> Iterator[int]:
    """After each piece, the characters that came and are not settled by all."""
    edges = [0] * len(detectors)
    for at in [*range(PIECE, len(text), PIECE)]:
        for number, detector in enumerate(detectors):
            edges[number] = detector.settled(text[:at], edges[number])
        yield at - min(edges, default=at)


def _held(report: Report, asked: Asked, language: str, given: Sequence[str]) -> None:
    every = [n for text in given for n in held(asked.bound(language), text)]
    name, most = f"{asked.name}: {language}, held back", f"most: {max(every, default=0)}"
    report.add(f"{name} (median)", median(every), "characters", bound=HELD if asked.judged else None)
    report.add(f"{name} (99 of 100)", percentile(every, 0.99), "characters", note=most)


def _load(report: Report, settings: Settings) -> None:
    if "off" in settings.names:
        print("\nNo loading and no memory: names are off.", flush=True)
        return
    command = [sys.executable, "-c", _FRESH, *settings.names]
    fresh = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(3)]
    runs = [json.loads(said) for said in fresh]
    report.add("names: loading", median([r["names"] - r["again"] for r in runs]), "s", bound=LOAD_S)
    report.add("names: memory", median([(r["after"] - r["before"]) / 1000 for r in runs]), "MB", bound=RSS_MB)
