"""Values written character by character, `4 1 1 1   1 1 1 1`: looked at without the blanks.

A run of single characters counts only whole, and only up to `LONGEST` of them: a matrix of digits is no number. Where a run
begins is seen by looking back as far as the longest run reaches, so a text that still arrives reads like the whole one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.labels import WINDOW

LONGEST = 48  # characters of a run, without the blanks
BLANKS = 3  # between two of them
FEWEST = 7  # digits
SPAN = (LONGEST + 1) * (BLANKS + 1)
REACH = SPAN + WINDOW + 16
#: What must stand in a text, in RE2's words.
TRIGGERS = (f"(?:[!-~][ \u00a0]{{1,{BLANKS}}}){{5}}",)

_BLANK = rf"[ \u00a0]{{1,{BLANKS}}}"
# A run begins and ends where a word does; a full stop or a comma may follow it.
_WORDLIKE = "A-Za-z0-9\u00c0-\u06ff@_&%$#*/"
_BEFORE = rf"[{_WORDLIKE}.+-]"
_RUN = re.compile(rf"(?<!{_BEFORE})[!-~](?:{_BLANK}[!-~](?![{_WORDLIKE}+-])){{6,}}")
_OPEN = re.compile(rf"[ \u00a0]{{0,{BLANKS}}}[!-~](?:{_BLANK}[!-~])*(?!{_BEFORE})")  # read backwards

Look = Callable[[str, int], list[Hit]]


class Spaced:
    """`look`: finds what stands in a text without such runs, at or after an index."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for m in _RUN.finditer(text, max(0, start - SPAN)):
            places = [i for i in range(m.start(), m.end()) if text[i] not in " \u00a0"]
            if m.end() <= start or len(places) > LONGEST or _goes_back(text, m.start()):
                continue
            close = "".join(text[i] for i in places)
            if sum(c.isdigit() for c in close) < FEWEST and not ("@" in close and "." in close):
                continue
            before = text[max(0, m.start() - WINDOW - 1) : m.start()]
            for hit in self._look(before + close, len(before)):
                first, last = hit.start - len(before), hit.end - len(before) - 1
                if places[first] >= start:
                    yield hit._replace(start=places[first], end=places[last] + 1)

    def settled(self, text: str, start: int = 0) -> int:
        tail = text[max(start, len(text) - SPAN) :]
        m = _OPEN.match(tail[::-1])
        return len(text) - m.end() if m and m.end() < SPAN else len(text)


def _goes_back(text: str, start: int) -> bool:
    """Whether the run began before what was looked at."""
    near = text[max(0, start - BLANKS - 2) : start]
    return near[-1:] in (" ", "\u00a0") and _OPEN.match(near[::-1]) is not None
