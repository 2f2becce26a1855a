"""How much is found, how much wrongly, at what cost: our engine and Presidio's defaults on the same texts in one run.

    python benchmarks/detection.py [--public] [--sources 'own_*'] [--only patterns]

The data is not part of the project: GUARDRAILS_BENCH_DATA names its folder (default: ../shared/data beside the checkout), which
holds pii/*.jsonl[.gz] with rows {"id", "lang", "text", "labels", "spans": [{"start", "end", "type", "optional"?}]}.

Names and what needs a model (PERSON, LOCATION, DATE_TIME, ...) are not counted. strict: start, end and entity equal; overlap:
the entity and one character; covered: the share of marked characters that lies in any finding; hits: findings in texts that
hold nothing (source own_hardneg). One finding for each region, score 0.4 or more, for both. `--public` counts public values.
"""

from __future__ import annotations

import argparse
import fnmatch
import gzip
import json
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

from guardrails import recognizers
from guardrails.detectors import presidio
from guardrails.detectors.personal import Personal
from guardrails.model import Detector, Segment

NEEDS_A_MODEL = {"PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME", "TITLE", "AGE"}
#: The data has one word for all countries where recognizers have one each.
FAMILY = {
    "US_PASSPORT": "PASSPORT", "UK_PASSPORT": "PASSPORT", "US_DRIVER_LICENSE": "DRIVER_LICENSE", "GPE": "LOCATION",
    "US_BANK_NUMBER": "BANK_ACCOUNT", "ORG": "ORGANIZATION", "PER": "PERSON", "LOC": "LOCATION", "DOMAIN_NAME": "URL",
}  # fmt: skip
HARD_NEGATIVES = "own_hardneg"

Span = tuple[int, int, str]


class Row(NamedTuple):
    source: str
    language: str
    text: str
    marked: list[Span]
    optional: list[Span]  # neither reward nor punish
    labels: set[str] | None  # None: everything is marked


def rows(folder: Path, sources: str) -> Iterator[Row]:
    for path in sorted(folder.glob("*.jsonl*")):
        source = path.name.split(".")[0]
        if fnmatch.fnmatch(source, sources):
            with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as f:
                yield from (_row(source, json.loads(line)) for line in f)


def _row(source: str, data: dict[str, Any]) -> Row:
    marked, optional = [], []
    for s in data["spans"]:
        span = (s["start"], s["end"], FAMILY.get(s["type"], s["type"]))
        (optional if s.get("optional") or span[2] in NEEDS_A_MODEL else marked).append(span)
    labels = None if data["labels"] is None else {FAMILY.get(x, x) for x in data["labels"]}
    return Row(source, data["lang"], data["text"], sorted(set(marked)), optional, labels)


def meet(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def score(row: Row, found: list[Span], tally: Counter[str]) -> None:
    """Add one text's findings to a tally."""
    counted = [f for f in found if row.labels is None or f[2] in row.labels]
    marked = set(row.marked)
    for f in counted:
        if f in marked:
            tally["right"] += 1
        elif any(meet(f, o) for o in row.optional) and not any(meet(f, m) for m in marked):
            continue
        tally["found"] += 1
        tally["touching"] += any(meet(f, m) and f[2] == m[2] for m in marked)
    covered = {i for f in found for i in range(f[0], f[1])}
    for m in marked:
        tally["marked"] += 1
        tally["touched"] += any(meet(f, m) and f[2] == m[2] for f in counted)
        tally["characters"] += m[1] - m[0]
        tally["covered"] += sum(i in covered for i in range(m[0], m[1]))


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def f1(right: int, found: int, hit: int, marked: int) -> float:
    p, r = ratio(right, found), ratio(hit, marked)
    return 2 * p * r / (p + r) if p + r > 0 else 0.0


def line(name: str, t: Counter[str]) -> str:
    strict = f1(t["right"], t["found"], t["right"], t["marked"])
    overlap = f1(t["touching"], t["found"], t["touched"], t["marked"])
    exact = (ratio(t["right"], t["found"]), ratio(t["right"], t["marked"]))
    figures = (*exact, strict, overlap, ratio(t["covered"], t["characters"]))
    return f"{name:28s}{t['marked']:7d}{t['found']:7d}  " + "".join("   -   " if isnan(v) else f"{v:7.3f}" for v in figures)


def run(name: str, detector: Callable[[str], Detector], data: list[Row]) -> None:
    groups: dict[str, dict[str, Counter[str]]] = {k: defaultdict(Counter) for k in ("entity", "source", "language")}
    total: Counter[str] = Counter()
    hits = 0
    began = time.process_time()
    everything = [_spans(detector(row.language), row.text) for row in data]
    cpu = time.process_time() - began
    for row, found in zip(data, everything, strict=True):
        score(row, found, total)
        score(row, found, groups["source"][row.source])
        score(row, found, groups["language"][row.language])
        for entity in {s[2] for s in (*row.marked, *found)}:
            one = row._replace(marked=[m for m in row.marked if m[2] == entity])
            score(one, [f for f in found if f[2] == entity], groups["entity"][entity])
        hits += len(found) if row.source == HARD_NEGATIVES else 0
    size = sum(len(row.text) for row in data) / 1024
    print(f"\n== {name}: {len(data)} texts, {cpu:.2f} s CPU, {1000 * cpu / size:.2f} ms per KB; hard-negative hits {hits}")
    for group, tallies in groups.items():
        print(f"\n{group:28s} marked  found  strict P      R     F1  overl. covered")
        for key in sorted(tallies):
            if tallies[key]["marked"] or tallies[key]["found"]:
                print(line(key, tallies[key]))
    print(line("ALL", total))


def _spans(detector: Detector, text: str) -> list[Span]:
    found = ((f.start, f.end, FAMILY.get(f.entity, f.entity)) for f in detector.find(Segment("", text)))
    return [s for s in found if s[2] not in NEEDS_A_MODEL]


CHAT = """\
Hi team, could you help me with my booking for next Friday? I tried to call you on +1 415-555-0132 but nobody answered. My name
is Jane, I have been a customer since 2019, and the last invoice said $42.50, which I paid on 3 March. You can also write to
jane.cooper@contoso.com. We would like two rooms, one with a balcony, and breakfast for four. Is there any parking near the
hotel? We will arrive by car around 18:30. If you need it, the card is 4111 1111 1111 1111. A colleague asked me whether the
conference room can be used in the morning, since they have a short meeting with a supplier from Jakarta, and they would need
a projector and some coffee. Please tell me the price. We were very happy with the service last time, when the lift broke and
your people carried our suitcases up to the fourth floor without being asked to do so.
"""


def speed(detectors: dict[str, Callable[[str], Detector]]) -> None:
    """CPU for one message of chat, the least of five rounds."""
    chat = (CHAT * 2)[:1024]
    texts = {
        "1 KB of chat, personal data": chat,
        "1 KB of chat, none": re.sub(r"\S*[\d@]\S*", "so", CHAT * 2)[:1024],
        "10 KB of chat": (CHAT * 20)[:10240],
    }
    print(f"\n{'CPU, ms':32s}" + "".join(f"{n:>12s}" for n in detectors))
    for name, text in texts.items():
        print(f"{name:32s}" + "".join(f"{_least(make('en'), text):12.3f}" for make in detectors.values()))


def _least(detector: Detector, text: str, rounds: int = 5, times: int = 20) -> float:
    segment, best = Segment("", text), float("inf")
    list(detector.find(segment))
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            list(detector.find(segment))
        best = min(best, (time.process_time() - began) / times)
    return best * 1000


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", action="store_true", help="count public values (example.com, 127.0.0.1) as findings")
    parser.add_argument("--sources", default="*")
    parser.add_argument("--only", choices=["patterns", "presidio"])
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    ours = Personal(recognizers.load(), public=chosen.public)
    detectors: dict[str, Callable[[str], Detector]] = {
        "patterns": lambda language: ours.for_context(language=language),
        "presidio": lambda _: presidio.engine(),
    }
    if chosen.only:
        detectors = {chosen.only: detectors[chosen.only]}
    for make in detectors.values():
        list(make("en").find(Segment("", CHAT)))  # what is compiled on first use is not what we measure
    speed(detectors)
    beside = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
    folder = Path(os.environ.get("GUARDRAILS_BENCH_DATA", beside)) / "pii"
    data = list(rows(folder, chosen.sources)) if folder.is_dir() else []
    if not data:
        print("\nNo accuracy: there is no data. GUARDRAILS_BENCH_DATA must name a folder that holds pii/*.jsonl[.gz].")
        return 0
    for name, make in detectors.items():
        run(name, make, data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
