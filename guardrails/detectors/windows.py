r"""A tagger that reads whole sentences as a detector of a text that still arrives: fixed windows, cut where the text says.

A model marks names in a piece of text at once and what it says of one word may depend on every other. So it is shown windows
whose ends depend on the text alone, and on no more of it than `NEAR` characters around: how a stream was cut, or how much of
the text before it is still there, changes nothing.

A window ends where a sentence or a line does. One that would be longer than `MOST` characters ends at lesser marks too (commas,
then blanks that a checksum chooses, then any blank); what is longer even so is no text in words and is not read. The characters
before a window are shown with it; what is found in them belongs to the window before.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from guardrails.detectors.hits import OPAQUE
from guardrails.detectors.linear import readable
from guardrails.model import Finding, Segment

MOST = 320  # characters of a window
BEFORE = 120  # characters shown before it
NEAR = MOST + BEFORE + 16  # how far what is found can look back, marks of sentences included

#: What models call what they find, in lower case without B- and I-, and what it is called here.
LABELS = {
    **dict.fromkeys(("per", "person", "name", "pers", "people", "nr"), "PERSON"),
    **dict.fromkeys(("loc", "gpe", "location", "fac", "facility", "lok", "ns", "scene"), "LOCATION"),
    **dict.fromkeys(("address", "street", "adresse", "street_address"), "ADDRESS"),
    **dict.fromkeys(("org", "organization", "organisation", "company", "nt"), "ORGANIZATION"),
}
ENTITIES = frozenset(LABELS.values())

_SIGNS = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
SIGN = re.compile(rf"[{_SIGNS}]")  # of a script without blanks
_BLANK = re.compile(rf"\s|[{_SIGNS}]")
_EDGES = re.compile(rf"[\s{OPAQUE}]*(.*?)[\s{OPAQUE}]*", re.DOTALL)


class Tagged(NamedTuple):
    """What a model says of `start:end` of the text that it was shown."""

    start: int
    end: int
    label: str
    score: float


Tag = Callable[[str], Iterable[Tagged]]


def _ends(pattern: str) -> Callable[[str, int, int], Iterator[int]]:
    compiled = re.compile(pattern)
    return lambda text, begin, end: (m.end() for m in compiled.finditer(text, begin, end))


def _chosen(text: str, begin: int, end: int) -> Iterator[int]:
    """One blank of sixteen, by the four characters up to it."""
    for match in _BLANK.finditer(text, begin, end):
        near = text[max(0, match.end() - 4) : match.end()]
        if zlib.crc32(near.encode("utf-8", "surrogatepass")) % 16 == 0:
            yield match.end()


#: Where windows end, from the strongest mark to the weakest. Each says so from at most seven characters before the place.
_MARKS: tuple[Callable[[str, int, int], Iterator[int]], ...] = (
    _ends(r"""\n|[.!?…][.!?"'”’)\]]{0,4}\s|[。！？；]"""),
    _ends(r"[,;:|)\]]\s|\t|[，、：）]"),
    _chosen,
    _ends(_BLANK.pattern),
)


class Window(NamedTuple):
    start: int
    end: int
    ended: bool  # its end is a mark, not the end of what has arrived


def windows(text: str, start: int = 0) -> Iterator[Window]:
    """Those that reach beyond `start`, in order. What lies between them is not read."""
    yield from _cut(text, 0, len(text), start, 0)


def _cut(text: str, begin: int, end: int, start: int, level: int) -> Iterator[Window]:
    """The windows of `begin:end`, which is too long for one, by the marks of a level. An end at `len(text)` may be no mark."""
    at = begin
    for mark in _MARKS[level](text, begin, end):
        yield from _piece(text, Window(at, mark, ended=True), start, level)
        at = mark
    if at < end:
        yield from _piece(text, Window(at, end, end < len(text)), start, level)


def _piece(text: str, window: Window, start: int, level: int) -> Iterator[Window]:
    if window.end <= start or window.start == window.end:
        return
    if window.end - window.start <= MOST:
        yield window
    elif level + 1 < len(_MARKS):
        yield from _cut(text, window.start, window.end, start, level + 1)


def _from(text: str, start: int) -> int:
    """Where what is shown with a window begins: not inside a word, if one ends there."""
    first = max(0, start - BEFORE)
    blank = _BLANK.search(text, first, start) if first else None
    return blank.end() if blank else first


@dataclass(frozen=True, slots=True)
class Windowed:
    """A detector around a tagger (`model.Detector`). Raises what the tagger raises."""

    name: str
    tag: Tag = field(repr=False)
    allowed: Callable[[str], bool] = field(default=lambda _: False, repr=False)  # whether a value is public here
    reach: int = NEAR

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        text = readable(segment.text)
        for window in windows(text, start):
            if any(map(str.isalpha, text[window.start : window.end])):
                for begin, end, entity, score in self._in(text, window):
                    if begin >= start:
                        yield Finding(segment.path, begin, end, entity, score, self.name, segment.stage, segment.origin)

    def _in(self, text: str, window: Window) -> Iterator[tuple[int, int, str, float]]:
        shown = _from(text, window.start)
        for begin, end, label, score in self.tag(text[shown : window.end]):
            entity = LABELS.get(label.lower())
            first, last = max(begin + shown, window.start), min(end + shown, window.end)
            if entity is None or first >= last:
                continue
            inner = _EDGES.fullmatch(text, first, last)
            if inner and inner[1] and OPAQUE not in inner[1] and not self.allowed(inner[1]):
                yield *inner.span(1), entity, score

    def settled(self, text: str, start: int = 0) -> int:
        """The first index of the window that is still open; no finding crosses the beginning of a window."""
        for window in windows(readable(text), start):
            if not window.ended:
                return max(start, window.start)
        return max(start, len(text))
