"""What is counted, in one block of memory that all workers share: each has a column of its own, a reader adds them up.

Every series that can ever exist is laid out before the first call, from closed sets of labels: nothing that a client sends can
make a new one or put a word of its own into one. A value outside its set is counted under "other" where the family has such
a row, and refused when the program is written where it has not. Counting is one addition in place: no lock, no file.

The text is Prometheus's (exposition format 0.0.4). A series appears once it has counted something.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from math import isinf

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"
Pairs = tuple[tuple[str, str], ...]
CELL = 8  # bytes of a double


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric. `labels`: each label and every value it can have. `bounds`: a histogram's upper bounds, ascending.

    `apart`: the workers are not added up but told apart by a label `worker`.
    """

    name: str
    help: str
    kind: Kind = Kind.COUNTER
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bounds: tuple[float, ...] = ()
    apart: bool = False

    @property
    def width(self) -> int:
        """The cells of one series: a histogram has one for each bound, one for all above, and the sum."""
        return len(self.bounds) + 2 if self.kind is Kind.HISTOGRAM else 1


class Metrics:
    """The layout, and the memory of all workers. Make it before the workers are forked: they inherit the memory."""

    def __init__(self, families: Iterable[Family], workers: int = 1) -> None:
        self.families = tuple(families)
        self.workers = workers
        self._places: dict[tuple[str, ...], int] = {}
        self._series: dict[str, tuple[int, list[Pairs]]] = {}  # of each family: its first cell, and the labels of its series
        self._constant: list[tuple[str, str, Pairs]] = []
        size = 0
        for family in self.families:
            combined = list(product(*family.labels.values()))
            self._series[family.name] = (size, [tuple(zip(family.labels, values, strict=True)) for values in combined])
            for values in combined:
                self._places[(family.name, *values)] = size
                size += family.width
        self.size = size
        self._cells = memoryview(mmap.mmap(-1, max(1, size * workers) * CELL)).cast("d")

    def worker(self, number: int) -> Meter:
        """The column of one worker. A worker that takes the place of a dead one goes on counting where that one stopped."""
        return Meter(self._places, self._cells[number * self.size : (number + 1) * self.size], self.families)

    def forget(self, number: int) -> None:
        """A worker died: what it held at the moment (its gauges) is gone; what it counted stays counted."""
        for family in self.families:
            if family.kind is Kind.GAUGE:
                start, series = self._series[family.name]
                for cell in range(start, start + len(series)):
                    self._cells[number * self.size + cell] = 0.0

    def told(self, name: str, about: str, **labels: str) -> None:
        """A constant 1 with labels that say what runs here, such as the version."""
        self._constant.append((name, about, tuple(labels.items())))

    def text(self) -> bytes:
        """Everything that was counted, of all workers."""
        lines: list[str] = []
        for name, about, labels in self._constant:
            lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge", f"{name}{_braced(labels)} 1"]
        for family in self.families:
            lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} {family.kind}"]
            start, series = self._series[family.name]
            columns = [self._column(worker, start, len(series) * family.width) for worker in range(self.workers)]
            if family.apart:
                for worker, column in enumerate(columns):
                    lines += _lines(family, [(*labels, ("worker", str(worker))) for labels in series], column)
            else:
                lines += _lines(family, series, [sum(cells) for cells in zip(*columns, strict=True)])
        return ("\n".join(lines) + "\n").encode()

    def _column(self, worker: int, start: int, cells: int) -> list[float]:
        first = worker * self.size + start
        return [float(cell) for cell in self._cells[first : first + cells]]


@dataclass(frozen=True, slots=True)
class Meter:
    """Where one worker counts. `place` is looked up at a series' first use; `add` is what a call costs."""

    _places: Mapping[tuple[str, ...], int]
    cells: memoryview[float]
    families: tuple[Family, ...]

    def place(self, name: str, *values: str) -> int:
        """Where a series counts. A value outside its closed set is "other"; KeyError where the family knows no other."""
        found = self._places.get((name, *values))
        if found is not None:
            return found
        labels = next(family.labels for family in self.families if family.name == name)
        known = zip(values, labels.values(), strict=True)
        return self._places[(name, *(value if value in closed else OTHER for value, closed in known))]

    def add(self, place: int, amount: float = 1.0) -> None:
        self.cells[place] += amount

    def put(self, place: int, value: float) -> None:
        self.cells[place] = value

    def observe(self, place: int, bounds: tuple[float, ...], value: float) -> None:
        """`bounds` are those of the family: the caller has them at hand, and this is called on the hot path."""
        cells = self.cells
        cells[place + bisect_left(bounds, value)] += 1.0
        cells[place + len(bounds) + 1] += value


def _lines(family: Family, series: Sequence[Pairs], cells: Sequence[float]) -> Iterable[str]:
    if family.kind is Kind.HISTOGRAM:
        for number, pairs in enumerate(series):
            yield from _histogram(family, pairs, cells[number * family.width : (number + 1) * family.width])
    else:
        for pairs, value in zip(series, cells, strict=True):
            if value or not family.labels:
                yield f"{family.name}{_braced(pairs)} {_number(value)}"


def _histogram(family: Family, pairs: Pairs, cells: Sequence[float]) -> list[str]:
    *counts, total = cells
    lines, below = [], 0.0
    for bound, count in zip((*family.bounds, float("inf")), counts, strict=True):
        below += count
        lines.append(f"{family.name}_bucket{_braced((*pairs, ('le', _number(bound))))} {_number(below)}")
    return [
        *lines,
        f"{family.name}_sum{_braced(pairs)} {_number(total)}",
        f"{family.name}_count{_braced(pairs)} {_number(below)}",
    ]


def _braced(pairs: Pairs) -> str:
    escaped = ",".join(f'{name}="{_escaped(value)}"' for name, value in pairs)
    return f"{{{escaped}}}" if escaped else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if isinf(value):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(round(value, 9))
