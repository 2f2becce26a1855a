"""Values that a line break goes through: a number or an address that was wrapped in a mail or a document.

A seam is a line break with a piece of a value on either side. The lines are looked at as one, with a blank or with nothing at
the seam, and only what goes across it and is certain counts: columns of numbers are no values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.labels import WINDOW
from guardrails.detectors.linear import WORD

SIDE = 48  # characters of a value on one side of the seam
REACH = SIDE + 2 * WINDOW
HEAD = 64  # characters of an address's head: an `@`, and a label of a domain (RFC 1035); it may stand before what is looked at
CERTAIN = 0.8
CELLS = ("\t", "|", ";")  # beside a cell of a table
FEWEST, DIGITS = 7, 34  # of a value; where more stand together they are a table
#: What must stand in a text, in RE2's words: else no line break goes through anything.
TRIGGERS = (r"[0-9(+-]\r?\n[>\t ]*[0-9(-]", rf"@[{WORD}.-]*\r?\n[>\t ]*[{WORD}.]", rf"[{WORD}.-]\r?\n[>\t ]*@")

_QUOTE = r"[>\t ]{0,8}"
_SEAM = re.compile(
    rf"(?:(?<=[0-9(+\-])(?P<number>\r?\n{_QUOTE})(?=[0-9(\-])|(?<=[\w.@-])(?P<mail>\r?\n{_QUOTE})(?=[\w.@]))",
)
_OPEN = re.compile(rf"[\w.@(+-](?:\r|\r?\n{_QUOTE})\Z")
# Rows of a column: this line and the one before it hold a number and nothing else.
_COLUMN = re.compile(rf"(?:^|\n){_QUOTE}[0-9 .()+-]*[0-9][0-9 .()+-]*\r?\n{_QUOTE}[0-9 .()+-]*\Z")
_HEAD = re.compile(r"[\w.+%-]{0,64}@[\w-]{0,63}\Z")  # an address without its end, before the seam
_LOCAL = re.compile(r"[\w.+%-]{1,64}\Z")
_GROUPS = re.compile(r"[0-9A-Z ().+-]*")
# Read backwards: the groups of a number, an address.
_NUMBER = re.compile(r"[(+-]{0,2}[0-9A-Z().+/ -]{0,48}")
_ADDRESS = re.compile(r"[\w.@+%-]{1,64}")
_HEAD_BACK = re.compile(r"[\w-]{0,63}@[\w.+%-]{0,64}")
#: What ends a value on the other side.
_PAST = re.compile(r"[\n,;]| [^\W\d_]{4,} ")
_PAST_ADDRESS = re.compile(r"[^\w.@-]")
_BREAK = re.compile(r"\r?\n")

Look = Callable[[str, int], list[Hit]]


class Wrapped:
    """`look`: finds what stands in one line, at or after an index."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for seam in _SEAM.finditer(text, max(0, start - SIDE)):
            low = max(0, seam.start() - SIDE - WINDOW)
            left = text[low : seam.start()]
            right = text[seam.end() : seam.end() + SIDE]
            if (stop := _BREAK.search(right)) is not None:
                right = right[: stop.start()]
                cut = False
            else:
                cut = len(right) == SIDE
            for hit in self._across(left, right, seam["number"] is not None):
                begin = low + hit.start
                gap = hit.end - hit.start
                end = seam.end() + gap - (len(left) - hit.start)
                if begin >= start and not (cut and end >= seam.end() + len(right)):
                    yield hit._replace(start=begin, end=end)
                    break

    def _across(self, left: str, right: str, numeric: bool) -> Iterator[Hit]:
        """What goes across the seam, its end counted as if nothing stood between the two sides."""
        if not numeric:
            if not (_HEAD.search(left) or (right.startswith("@") and _LOCAL.search(left))):
                return
            yield from (h for h in self._look(left + right, 0) if h.start < len(left) < h.end and h.entity == "EMAIL_ADDRESS")
            return
        begin, end = _groups(left, right)
        digits = sum(map(str.isdigit, left[begin:] + right[:end]))
        is_cell = left[begin - 1 : begin] in CELLS or right[end : end + 1] in CELLS
        if not FEWEST <= digits <= DIGITS or is_cell or _COLUMN.search(left):
            return
        hyphen = left.endswith("-") or right.startswith("-")
        for glue in ("",) if hyphen else (" ", ""):
            for h in self._look(left + glue + right, begin):
                if h.start < len(left) and h.end > len(left) + len(glue) and (h.score >= CERTAIN or hyphen):
                    yield h._replace(end=h.end - len(glue))

    def settled(self, text: str, start: int = 0) -> int:
        edge = len(text)
        if (m := _OPEN.search(text, max(start, len(text) - 12))) is not None:
            edge = max(start, min(_begin(_NUMBER, text, m.start() + 1), _begin(_ADDRESS, text, m.start() + 1)))
        for seam in _SEAM.finditer(text, max(start, len(text) - SIDE - 12)):
            numeric = seam["number"] is not None
            if len(text) - seam.end() < SIDE and not (_PAST if numeric else _PAST_ADDRESS).search(text, seam.end()):
                edge = min(edge, max(start, _begin(_NUMBER if numeric else _HEAD_BACK, text, seam.start())))
        return edge


def _groups(left: str, right: str) -> tuple[int, int]:
    """Where the groups begin on the left, and end on the right, that stand around the seam without a word between them."""
    before, after = _GROUPS.match(left[::-1]), _GROUPS.match(right)
    return len(left) - (before.end() if before else 0), after.end() if after else 0


def _begin(form: re.Pattern[str], text: str, end: int) -> int:
    """Where a value of this form, read backwards, can begin that goes on at `end`."""
    m = form.match(text[max(0, end - SIDE - WINDOW) : end][::-1])
    return end - m.end() if m else end
