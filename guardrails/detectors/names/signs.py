"""Readers of names by the signs beside them, as `model.Detector` asks: what is settled stays settled.

A `Cued` sign stands before the name ("Dr."), a `Led` one behind it ("先生"). A table of signs makes one reader: it looks for all
their triggers at once, and at a growing text's end no further back than one name can begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.detectors.hits import Hit
from guardrails.detectors.linear import search_set
from guardrails.detectors.names.common import COMMON, PARTICLES
from guardrails.detectors.names.shapes import AHEAD, LETTER, MOST, SPAN

ENTITY = "PERSON"
CUE = 128  # characters of a sign that stands before a name, and of what stands before the sign
REACH = CUE + SPAN
_LATIN = re.compile(rf"[{LETTER}]")


class Reading(NamedTuple):
    """A name at `start:end` as far as it can be read; score 0: none. `open`: more text could change that."""

    start: int
    end: int
    score: float
    open: bool


@dataclass(frozen=True, slots=True)
class Cued:
    """`read(text, begin)` yields every reading whose sign begins at or after `begin`.

    What is found begins no earlier than the reading. `back`: characters from the beginning of a sign, and of what is looked at
    before it, to the beginning of the name; at most `CUE`.
    """

    recognizer: str
    read: Callable[[str, int], Iterator[Reading]]
    back: int = CUE


@dataclass(frozen=True, slots=True)
class Led:
    """`read(text, begin)` yields every reading whose sign begins at or after `begin`.

    `begins(text, begin)`: where, at or after `begin`, a name may begin whose sign is still to come; else the text's end.
    """

    recognizer: str
    read: Callable[[str, int], Iterator[Reading]]
    begins: Callable[[str, int], int]


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs of one kind, and what stands in every text in which one of them stands (RE2)."""

    triggers: tuple[str, ...]
    cued: tuple[Cued, ...] = ()
    led: tuple[Led, ...] = ()


class Signed:
    """The reader of several kinds of signs (`detectors/personal.py`: Reader)."""

    def __init__(self, table: Sequence[Signs]) -> None:
        self._table = tuple(table)
        self._set = search_set(t for signs in table for t in signs.triggers)
        self._of = [number for number, signs in enumerate(table) for _ in signs.triggers]
        self._led = [led for signs in table for led in signs.led]

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for signs in self._near(text, start):
            for cued in signs.cued:
                for r in cued.read(text, max(0, start - cued.back)):
                    if r.score and r.start >= start:
                        yield Hit(r.start, r.end, ENTITY, r.score, cued.recognizer)
            for led in signs.led:
                for r in led.read(text, start):
                    if r.score and r.start >= start:
                        yield Hit(r.start, r.end, ENTITY, r.score, led.recognizer)

    def settled(self, text: str, start: int = 0) -> int:
        begin = max(start, tail(text))
        edge = len(text)
        for led in self._led:
            edge = min(edge, led.begins(text, begin))
        for signs in self._near(text, begin):
            for cued in signs.cued:
                for r in cued.read(text, max(0, begin - cued.back)):
                    if r.open and r.start < edge:
                        edge = r.start
        return max(start, edge)

    def _near(self, text: str, start: int) -> Iterator[Signs]:
        """Those whose triggers stand in the text from `start` on, or so near before it that a name may begin there."""
        near = text[max(0, start - CUE) :]
        found = self._set.Match(near if near.isascii() else near.encode("utf-8", "replace"))
        return (self._table[k] for k in sorted({self._of[n] for n in found or ()}))


def tail(text: str) -> int:
    """Where the words at the end begin that one open reading could span: behind the last word that no name goes on with."""
    size = len(text)
    if not _LATIN.search(text, max(0, size - 8)):
        return max(0, size - 8)  # a Chinese name and its sign, or what closes a reading
    low, end = max(0, size - SPAN), size
    for _ in range(2 * MOST):
        space = text.rfind(" ", low, end)
        if space < 0:
            return low
        if end + AHEAD <= size and (word := text[space + 1 : end]) in COMMON and word not in PARTICLES:
            return end
        end = space
    return end
