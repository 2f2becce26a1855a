"""Bytes to findings, piece by piece: what is found, and where, is what would be found in the whole text at once.

A detector says how much of a growing text it has made up its mind about (`settled`), as in a stream; so a file of any size
needs the memory of one piece. Only a detector that must see the whole text (`reach` None) keeps all of it.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, NamedTuple

from guardrails.model import Detector, Finding, Segment

DISGUISE = "OBFUSCATION"  # a second finding over the same place: the value was written so as not to be found
PIECE = 1 << 18  # bytes read at a time
AROUND = 120  # characters of its line that are shown on either side of a finding

#: Byte order marks, the longer ones first: one begins like another.
_BOMS = (
    *((mark, "utf-32") for mark in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),
    *((mark, "utf-16") for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)
_PROBE = 8192  # bytes in which a zero byte tells that a file is no text


class NotText(Exception):
    """These bytes are no text in this encoding. `binary`: nor in any other; its message says what to do."""

    def __init__(self, why: str, *, binary: bool) -> None:
        super().__init__(why)
        self.binary = binary


class Failed(Exception):
    """A detector could not look. Its message names the detector and the class of its error."""


class Hit(NamedTuple):
    """A finding and where a person finds it. Lines and columns count from 1, and both ends are part of it.

    `shown`: the part of its first line around it, which begins at `begin` (offset in the text); `cut`: whether the line has
    more before and after that.
    """

    finding: Finding
    line: int
    column: int
    last_line: int
    last_column: int
    begin: int
    shown: str
    cut: tuple[bool, bool]

    def __repr__(self) -> str:
        return f"Hit({self.finding!r}, line={self.line})"


def pieces(file: IO[bytes], encoding: str | None, read: Callable[[int], None]) -> Iterator[str]:
    """The text of a file, line ends kept. `encoding` None: UTF-8, or what a byte order mark says. Raises NotText, OSError.

    `read` is told of each piece how many bytes it has.
    """
    raw = getattr(file, "read1", file.read)
    data = raw(PIECE)
    found = encoding or next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    decoder, lines, head = codecs.getincrementaldecoder(found)(), 1, data[:_PROBE]
    if not encoding and found == "utf-8" and _looks_wide(head):
        raise _no_text(found, encoding, head, 1)
    while data:
        try:
            text = decoder.decode(data)
        except UnicodeError as error:
            raise _no_text(found, encoding, head, lines + data[: getattr(error, "start", 0)].count(b"\n")) from None
        read(len(data))
        lines += text.count("\n")
        yield text
        data = raw(PIECE)
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeError:
        raise _no_text(found, encoding, head, lines) from None


def _no_text(found: str, asked: str | None, head: bytes, line: int) -> NotText:
    if asked:
        return NotText(f"is not {asked} text (line {line})", binary=False)
    if found == "utf-8" and b"\0" not in head:
        return NotText(f"is not UTF-8 text (line {line}); if it is Latin-1, try --encoding latin-1", binary=False)
    if half := _looks_wide(head):
        return NotText(f"is not UTF-8 text; it looks like UTF-16, try --encoding {half}", binary=False)
    return NotText("is not UTF-8 text, and looks like no other", binary=True)


def _looks_wide(head: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte of Western text is zero, and nearly none of the others."""
    if len(head) < 4:
        return None
    pairs = len(head) // 2
    high, low = head[1::2].count(0) / pairs, head[::2].count(0) / pairs
    return "utf-16-le" if high > 0.7 and low < 0.05 else "utf-16-be" if low > 0.7 and high < 0.05 else None


def in_text(detectors: Iterable[Detector], text: str) -> list[Finding]:
    """What all of them find in a whole text, in order. Raises Failed."""
    return sorted({found for one in detectors for found in _asked(one, Segment("", text), 0)}, key=order)


def order(finding: Finding) -> tuple[int, int, bool, Finding]:
    """As they stand in the text; that a value is in disguise is said after what it is."""
    return finding.start, finding.end, finding.entity == DISGUISE, finding


def _asked(detector: Detector, segment: Segment, start: int) -> list[Finding]:
    try:
        return list(detector.find(segment, start))
    except Exception as error:
        raise Failed(f"the detector {detector.name} failed ({type(error).__name__})") from error


@dataclass(slots=True)
class Search:
    """One text through these detectors. `hits` reads it once."""

    detectors: Sequence[Detector]
    around: int = AROUND
    _text: str = field(default="", repr=False)  # from `_base` on
    _base: int = 0
    _starts: list[int] = field(default_factory=list)  # per detector: all before it is settled
    _found: list[Finding] = field(default_factory=list)  # settled, not told yet
    _at: int = 0  # lines are counted as far as here
    _line: int = 1
    _begin: int = 0  # where that line begins

    def hits(self, texts: Iterable[str]) -> Iterator[Hit]:
        """In the order of their beginnings. Raises Failed, and what `texts` raises, after what was found before."""
        self._starts = [0] * len(self.detectors)
        first = True
        for text in texts:
            if first and text:
                first, self._begin = False, 1 if text[0] == "\ufeff" else 0  # a mark, which no editor counts
            self._text += text
            self._find(final=False)
            yield from self._told(final=False)
            self._trim()
        self._find(final=True)
        yield from self._told(final=True)

    def _find(self, *, final: bool) -> None:
        size, segment = len(self._text), Segment("", self._text)
        for number, detector in enumerate(self.detectors):
            start = self._starts[number] - self._base
            end = size if final else 0 if detector.reach is None else max(start, detector.settled(self._text, start))
            if end <= start:
                continue
            known = {_moved(f, self._base) for f in _asked(detector, segment, start) if f.end <= end}
            self._found += known.difference(self._found)
            self._starts[number] = self._base + end

    def _told(self, *, final: bool) -> Iterator[Hit]:
        """What nothing can come before any more, and whose line is known as far as it is shown."""
        edge, known = min(self._starts, default=0), self._base + len(self._text)
        self._found.sort(key=order)
        told = 0
        for finding in self._found:
            if not final and (finding.start >= edge or (finding.end + self.around >= known and not self._ends(finding))):
                break
            told += 1
            yield self._hit(finding)
        del self._found[:told]

    def _ends(self, finding: Finding) -> bool:
        """Is the end of the line that it begins in known?"""
        return self._text.find("\n", finding.start - self._base) >= 0

    def _hit(self, finding: Finding) -> Hit:
        self._count(finding.start)
        text, base, start, end = self._text, self._base, finding.start - self._base, finding.end - self._base
        later = text.count("\n", start, end - 1)
        last = end - 1 - text.rfind("\n", start, end - 1) if later else finding.end - self._begin
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        first = max(self._begin - base, start - self.around, 0)
        behind = min(stop, max(start, min(end, stop)) + self.around)
        return Hit(
            finding=finding,
            line=self._line,
            column=finding.start - self._begin + 1,
            last_line=self._line + later,
            last_column=last,
            begin=base + first,
            shown=text[first:behind].rstrip("\r"),
            cut=(base + first > self._begin, behind < stop),
        )

    def _count(self, at: int) -> None:
        """Count lines up to this offset."""
        here, to = self._at - self._base, at - self._base
        if (lines := self._text.count("\n", here, to)) and to > here:
            self._line += lines
            self._begin = self._base + self._text.rfind("\n", here, to) + 1
        self._at = max(self._at, at)

    def _trim(self) -> None:
        """Forget what no detector looks at any more and no finding is shown with."""
        reaches = [one.reach for one in self.detectors]
        if any(reach is None for reach in reaches):
            return
        keep = min([*self._starts, *(f.start for f in self._found[:1])]) - max([self.around, *(r or 0 for r in reaches)])
        if keep > self._base:
            self._count(keep)
            self._text, self._base = self._text[keep - self._base :], keep


def _moved(finding: Finding, by: int) -> Finding:
    return replace(finding, start=finding.start + by, end=finding.end + by) if by else finding
