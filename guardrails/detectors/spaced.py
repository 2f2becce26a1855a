"""Values written character by character, `4 1 1 1   1 1 1 1`: looked at without the blanks.

A run of single characters counts only whole, and only up to `LONGEST` of them: a matrix of digits is no number. Where a run
begins is seen by looking back as far as the longest run reaches, so a text that still arrives reads like the whole one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.labels import WINDOW

LONGEST = 64  # characters of a run, without the blanks
BLANKS = 3  # between two of them
FEWEST = 7  # digits
SPAN = (LONGEST + 1) * (BLANKS + 1)
REACH = SPAN + WINDOW + 16
#: What must stand in a text, in RE2's words.
TRIGGERS = (rf"[!-~] {{1,{BLANKS}}}[!-~] {{1,{BLANKS}}}[!-~] {{1,{BLANKS}}}[!-~] {{1,{BLANKS}}}[!-~] ",)

# What a run begins behind and ends before: a blank, a bracket, a quote, a letter of a script without blanks.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef"
_BEFORE = rf"[^\s\"'(:={_SPACELESS}]"
_AFTER = rf"[^\s.,;:!?)\]\"'{_SPACELESS}]"
_RUN = re.compile(rf"(?<!{_BEFORE})[!-~](?: {{1,{BLANKS}}}[!-~](?!{_AFTER})){{6,}}")
_OPEN = re.compile(rf" {{0,{BLANKS}}}[!-~](?: {{1,{BLANKS}}}[!-~])*(?!{_BEFORE})")  # read backwards

Look = Callable[[str], list[Hit]]


class Spaced:
    """`look`: finds what stands in a text without such runs."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for m in _RUN.finditer(text, max(0, start - SPAN)):
            places = [i for i in range(m.start(), m.end()) if text[i] != " "]
            if m.end() <= start or len(places) > LONGEST or _goes_back(text, m.start()):
                continue
            close = "".join(text[i] for i in places)
            if sum(c.isdigit() for c in close) < FEWEST and not ("@" in close and "." in close):
                continue
            before = text[max(0, m.start() - WINDOW - 1) : m.start()]
            for hit in self._look(before + close):
                first, last = hit.start - len(before), hit.end - len(before) - 1
                if first >= 0 and places[first] >= start:
                    yield hit._replace(start=places[first], end=places[last] + 1)

    def settled(self, text: str, start: int = 0) -> int:
        tail = text[max(start, len(text) - SPAN) :]
        m = _OPEN.match(tail[::-1])
        return len(text) - m.end() if m and m.end() < SPAN else len(text)


def _goes_back(text: str, start: int) -> bool:
    """Whether the run began before what was looked at."""
    near = text[max(0, start - BLANKS - 2) : start]
    return near.endswith(" ") and _OPEN.match(near[::-1]) is not None
