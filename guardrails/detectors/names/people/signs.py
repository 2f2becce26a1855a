"""Readers of names by the signs beside them, as `model.Detector` asks: what is settled stays settled.

A `Cued` sign stands before the name ("Dr."), a `Led` one behind it ("先生"). A table of signs makes one reader: it looks for
all their triggers at once, and at a growing text's end no further back than one name can begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.detectors.hits import Hit
from guardrails.detectors.linear import search_set
from guardrails.detectors.names.people.common import COMMON, PARTICLES
from guardrails.detectors.names.people.shapes import AHEAD, LETTER, LONGEST, MOST, SPAN

ENTITY = "PERSON"
CUE = 96  # characters of a sign that stands before a name, and of what stands before the sign
REACH = CUE + SPAN
_LATIN = re.compile(rf"[{LETTER}]")


class Reading(NamedTuple):
    """A name at `start:end` as far as it can be read; score 0: none. `going`: more text could change that."""

    start: int
    end: int
    score: float
    going: bool


@dataclass(frozen=True, slots=True)
class Cued:
    """A sign before a name. `read(text, begin)` yields every reading whose sign begins at or after `begin`.

    What is found begins no earlier than the reading. `triggers` (RE2): one stands wherever the sign does. `back`: characters
    from the beginning of a sign, and of what is looked at before it, to the beginning of the name; at most `CUE`.
    """

    recognizer: str
    triggers: tuple[str, ...]
    read: Callable[[str, int], Iterator[Reading]]
    back: int = CUE


@dataclass(frozen=True, slots=True)
class Led:
    """A sign behind a name. `read` and `triggers` as above.

    `begins(text, begin)`: where, at or after `begin`, a name may begin whose sign is still to come; else the text's end.
    """

    recognizer: str
    triggers: tuple[str, ...]
    read: Callable[[str, int], Iterator[Reading]]
    begins: Callable[[str, int], int]
    back: int = 0


Sign = Cued | Led


class Signed:
    """The reader of several kinds of signs (`detectors/personal.py`: Reader)."""

    def __init__(self, table: Sequence[Sign]) -> None:
        self._table = tuple(table)
        self._set = search_set(t for sign in table for t in sign.triggers)
        self._of = [number for number, sign in enumerate(table) for _ in sign.triggers]
        self._begins = tuple({sign.begins for sign in table if isinstance(sign, Led)})

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for sign in self._near(text, start):
            for r in sign.read(text, max(0, start - sign.back)):
                if r.score and r.start >= start:
                    yield Hit(r.start, r.end, ENTITY, r.score, sign.recognizer)

    def settled(self, text: str, start: int = 0) -> int:
        begin = max(start, tail(text))
        edge = len(text)
        for begins in self._begins:
            edge = min(edge, begins(text, begin))
        for sign in self._near(text, begin):
            if isinstance(sign, Cued):
                for r in sign.read(text, max(0, begin - sign.back)):
                    if r.going and r.start < edge:
                        edge = r.start
        return max(start, edge if edge == len(text) else self._uncrossed(text, start, edge))

    def _uncrossed(self, text: str, start: int, edge: int) -> int:
        """The last index at or before `edge` that no finding crosses: what one sign leaves open, another may have found."""
        while crossing := [h.start for h in self.find(text, max(start, edge - LONGEST)) if h.start < edge < h.end]:
            edge = min(crossing)
        return edge

    def _near(self, text: str, start: int) -> list[Sign]:
        """Those whose triggers stand in the text from `start` on, or so near before it that a name may begin there."""
        near = text[max(0, start - CUE) :]
        found = self._set.Match(near if near.isascii() else near.encode("utf-8", "replace"))
        return [self._table[k] for k in sorted({self._of[n] for n in found})] if found else []


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
