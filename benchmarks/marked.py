"""Texts in which people have marked what is personal, and how a detector's findings compare with the marks.

The data is not part of the project: GUARDRAILS_BENCH_DATA names its folder (default: ../shared/data beside the checkout). It
holds pii/*.jsonl[.gz] with rows {"id", "lang", "text", "labels", "spans": [{"start", "end", "type", "optional"?}]}; `labels`
null: everything is marked, a list: these types only.

Names and what needs a model (PERSON, LOCATION, DATE_TIME, ...) are not counted. strict: start, end and entity equal; overlap:
the entity and one character; covered: the share of marked characters that lies in any finding.
"""

from __future__ import annotations

import fnmatch
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.targets import ROOT

NEEDS_A_MODEL = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME", "TITLE", "AGE"})
#: About a finding, not about a value: no engine but ours has it, and no text is marked with it.
ABOUT = frozenset({"OBFUSCATION"})
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


def folder() -> Path:
    """Where the data lies, if it does."""
    return Path(os.environ.get("GUARDRAILS_BENCH_DATA") or ROOT.parent / "shared" / "data")


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as f:
        yield from map(json.loads, f)


def rows(where: Path, sources: str = "*") -> Iterator[Row]:
    for path in sorted(where.glob("*.jsonl*")):
        source = path.name.split(".")[0]
        if fnmatch.fnmatch(source, sources):
            yield from (row(source, data) for data in lines(path))


def row(source: str, data: dict[str, Any]) -> Row:
    marked, optional = [], []
    for s in data["spans"]:
        span = (s["start"], s["end"], FAMILY.get(s["type"], s["type"]))
        (optional if s.get("optional") or span[2] in NEEDS_A_MODEL else marked).append(span)
    labels = None if data["labels"] is None else {FAMILY.get(x, x) for x in data["labels"]}
    return Row(source, data["lang"], data["text"], sorted(set(marked)), optional, labels)


def spans(findings: Iterable[Any]) -> list[Span]:
    """A detector's findings in the data's words."""
    found = ((f.start, f.end, FAMILY.get(f.entity, f.entity)) for f in findings)
    return [s for s in found if s[2] not in NEEDS_A_MODEL and s[2] not in ABOUT]


def meet(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def score(one: Row, found: list[Span], tally: Counter[str]) -> None:
    """Add one text's findings to a tally."""
    counted = [f for f in found if one.labels is None or f[2] in one.labels]
    marked = set(one.marked)
    for f in counted:
        if f in marked:
            tally["right"] += 1
        elif any(meet(f, o) for o in one.optional) and not any(meet(f, m) for m in marked):
            continue
        tally["found"] += 1
        tally["touching"] += any(meet(f, m) and f[2] == m[2] for m in marked)
    covered = {i for f in found for i in range(f[0], f[1])}
    for m in marked:
        tally["marked"] += 1
        tally["touched"] += any(meet(f, m) and f[2] == m[2] for f in counted)
        tally["characters"] += m[1] - m[0]
        tally["covered"] += sum(i in covered for i in range(m[0], m[1]))


class Scores(NamedTuple):
    """Precision and recall, exact; both F1; the share of marked characters that is covered. nan where nothing was there."""

    precision: float
    recall: float
    strict: float
    overlap: float
    covered: float


def scores(t: Counter[str]) -> Scores:
    return Scores(
        ratio(t["right"], t["found"]),
        ratio(t["right"], t["marked"]),
        _f1(t["right"], t["right"], t),
        _f1(t["touching"], t["touched"], t),
        ratio(t["covered"], t["characters"]),
    )


def _f1(right: int, hit: int, t: Counter[str]) -> float:
    p, r = ratio(right, t["found"]), ratio(hit, t["marked"])
    return 2 * p * r / (p + r) if p + r > 0 else 0.0


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


class Tallies:
    """The counts of one engine: in all, and by entity, source and language."""

    GROUPS = ("entity", "source", "language")

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.groups: dict[str, dict[str, Counter[str]]] = {name: {} for name in self.GROUPS}
        self.hits = 0  # in texts that hold nothing
        self.hit_texts = 0

    def add(self, one: Row, found: list[Span]) -> None:
        score(one, found, self.total)
        score(one, found, self.of("source", one.source))
        score(one, found, self.of("language", one.language))
        for entity in {s[2] for s in (*one.marked, *found)}:
            part = one._replace(marked=[m for m in one.marked if m[2] == entity])
            score(part, [f for f in found if f[2] == entity], self.of("entity", entity))
        if one.source == HARD_NEGATIVES:
            self.hits += len(found)
            self.hit_texts += bool(found)

    def of(self, group: str, name: str) -> Counter[str]:
        return self.groups[group].setdefault(name, Counter())
