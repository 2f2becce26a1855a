"""How what is found compares with what is marked, by two definitions that are both in use; they differ in what is passed over.

names     every finding of a type counts. strict: offsets and type are the marks'; overlap: the type and one character; hidden:
          characters that are no blanks, whatever their type, by precision and recall.
pii       what touches nothing but an optional mark is passed over, and `covered` is the share of the marks' characters, blanks
          among them, that lies in any finding.

A set whose rows name their `labels` marks these types alone. Where no address is marked in a set, an ADDRESS is a LOCATION.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import isnan
from typing import NamedTuple

from benchmarks.names_marks import NAMES, Mark, meet


class Row(NamedTuple):
    """One text of a set."""

    source: str
    language: str
    text: str
    marked: tuple[Mark, ...]
    optional: tuple[Mark, ...]  # what is of no type of names is optional too: passed over by `pii`
    labels: frozenset[str] | None  # None: everything is marked


class Scores(NamedTuple):
    """nan where nothing was there to be scored. `marked`: how many marks."""

    precision: float
    recall: float
    f1: float
    overlap_precision: float
    overlap_recall: float
    overlap_f1: float
    marked: int


class Result(NamedTuple):
    """One set: by type and together ("ALL"), characters hidden, and the same by the other definition."""

    types: dict[str, Scores]
    hidden_precision: float
    hidden_recall: float
    pii: dict[str, Scores]
    covered: float


class Tally:
    """Counts for one set."""

    def __init__(self, types: frozenset[str] = NAMES, *, addresses: bool = False) -> None:
        """`types`: those that count; `addresses`: the set marks them."""
        self.types, self.addresses = types, addresses
        self.names: dict[str, Counter[str]] = {}
        self.pii: dict[str, Counter[str]] = {}
        self.characters: Counter[str] = Counter()

    def add(self, row: Row, found: Iterable[Sequence[object]]) -> None:
        """`found`: (start, end, entity, ...), of any entity."""
        spans = sorted({(int(str(f[0])), int(str(f[1])), self._type(str(f[2]))) for f in found})
        spans = [s for s in spans if s[2] in self.types]
        counted = [s for s in spans if row.labels is None or s[2] in row.labels]
        gold = [m for m in row.marked if m[2] in self.types]
        _count(self.names, gold, counted)
        free = [*row.optional, *(m for m in row.marked if m[2] not in self.types)]
        _count(self.pii, gold, [s for s in counted if any(meet(s, g) for g in gold) or not any(meet(s, o) for o in free)])
        everything = {i for m in (*gold, *(m for m in row.marked if m[2] not in self.types)) for i in _shown(row.text, m)}
        wanted = {i for m in gold for i in _shown(row.text, m)}
        hidden = {i for s in counted for i in _shown(row.text, s)}
        self.characters["right"] += len(hidden & wanted)
        self.characters["wrong"] += len(hidden - everything)
        self.characters["left"] += len(wanted - hidden)
        covered = {i for s in spans for i in range(s[0], s[1])}
        self.characters["marked"] += sum(m[1] - m[0] for m in gold)
        self.characters["covered"] += sum(i in covered for m in gold for i in range(m[0], m[1]))

    def _type(self, entity: str) -> str:
        return "LOCATION" if entity == "ADDRESS" and not self.addresses else entity

    def result(self) -> Result:
        c = self.characters
        return Result(
            _scored(self.names),
            ratio(c["right"], c["right"] + c["wrong"]),
            ratio(c["right"], c["right"] + c["left"]),
            _scored(self.pii),
            ratio(c["covered"], c["marked"]),
        )


def _count(counts: dict[str, Counter[str]], gold: Sequence[Mark], found: Sequence[Mark]) -> None:
    marks, spans = set(gold), set(found)
    for s in found:
        c = counts.setdefault(s[2], Counter())
        c["found"] += 1
        c["right"] += s in marks
        c["touching"] += any(s[2] == m[2] and meet(s, m) for m in gold)
    for m in gold:
        c = counts.setdefault(m[2], Counter())
        c["marked"] += 1
        c["exact"] += m in spans
        c["touched"] += any(s[2] == m[2] and meet(s, m) for s in found)


def _scored(counts: dict[str, Counter[str]]) -> dict[str, Scores]:
    together: Counter[str] = sum(counts.values(), Counter())
    return {entity: _scores(c) for entity, c in (*sorted(counts.items()), ("ALL", together))}


def _scores(c: Counter[str]) -> Scores:
    precision, recall = ratio(c["right"], c["found"]), ratio(c["exact"], c["marked"])
    over_precision, over_recall = ratio(c["touching"], c["found"]), ratio(c["touched"], c["marked"])
    return Scores(
        *(precision, recall, f1(precision, recall)),
        *(over_precision, over_recall, f1(over_precision, over_recall)),
        c["marked"],
    )


def _shown(text: str, span: Mark) -> Iterable[int]:
    """Where its characters are that can be seen."""
    return (i for i in range(span[0], min(span[1], len(text))) if not text[i].isspace())


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def f1(precision: float, recall: float) -> float:
    """0 where either is 0 or was never tried."""
    if isnan(precision) or isnan(recall):
        return 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
