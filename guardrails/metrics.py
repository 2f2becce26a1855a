"""What is counted, in one block of memory that all workers share: each has a column of its own, a reader adds them up.

Every series that can ever exist is laid out before the first call, from closed sets of labels: nothing that a client sends can
make a new one or put a word of its own into one. A value outside its set is counted under "other" where the family has such
a row, and refused when the program is written where it has not. Counting is one addition in place: no lock, no file.

How that is written down is prometheus-client's business: `Metrics` is one of its collectors. A series appears once it has
counted something.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, product
from typing import Any

from prometheus_client import exposition
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.openmetrics import exposition as openmetrics

CONTENT_TYPE = exposition.CONTENT_TYPE_PLAIN_0_0_4
OTHER = "other"
Values = tuple[str, ...]
CELL = 8  # bytes of a double


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


SHOWN: Mapping[Kind, type[Any]] = {
    Kind.COUNTER: CounterMetricFamily,
    Kind.GAUGE: GaugeMetricFamily,
    Kind.HISTOGRAM: HistogramMetricFamily,
}


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
        self._series: dict[str, tuple[int, list[Values]]] = {}  # of each family: its first cell, and the labels of its series
        self._constant: list[Metric] = []
        size = 0
        for family in self.families:
            combined = list(product(*family.labels.values()))
            self._series[family.name] = (size, combined)
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
        constant = GaugeMetricFamily(name, about, labels=list(labels))
        constant.add_metric(list(labels.values()), 1)
        self._constant.append(constant)

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """Everything that was counted, of all workers, and its media type: OpenMetrics for whoever asks for it, else
        Prometheus's text. The library's own reading of `Accept` fails on versions that are no numbers, and repeats them."""
        if "application/openmetrics-text" in accept:
            told: bytes = openmetrics.generate_latest(self)  # type: ignore[no-untyped-call]  # the library left out its types here
            return told, openmetrics.CONTENT_TYPE_LATEST
        return exposition.generate_latest(self), CONTENT_TYPE

    def collect(self) -> Iterator[Metric]:
        """What prometheus-client asks of a collector."""
        yield from self._constant
        for family in self.families:
            start, series = self._series[family.name]
            columns = [self._column(worker, start, len(series) * family.width) for worker in range(self.workers)]
            if family.apart:
                shown = SHOWN[family.kind](family.name, family.help, labels=[*family.labels, "worker"])
                for worker, column in enumerate(columns):
                    _fill(shown, family, [(*values, str(worker)) for values in series], column)
            else:
                shown = SHOWN[family.kind](family.name, family.help, labels=list(family.labels))
                _fill(shown, family, series, [sum(cells) for cells in zip(*columns, strict=True)])
            yield shown

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


def _fill(shown: Any, family: Family, series: Sequence[Values], cells: Sequence[float]) -> None:
    bounds = (*map(str, family.bounds), "+Inf")
    for number, values in enumerate(series):
        *counts, last = cells[number * family.width : (number + 1) * family.width]
        if family.kind is Kind.HISTOGRAM:
            shown.add_metric(values, list(zip(bounds, accumulate(counts), strict=True)), last)
        elif last or not family.labels:
            shown.add_metric(values, last)
