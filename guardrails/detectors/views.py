"""A long island is looked at view by view, and no value is lost where one view gives way to the next.

A view is `LONG` characters. It gives way where no finding goes across, and so far from its end that every value which begins
before that place was seen whole. Where that is depends on the view alone, not on what comes after it, so a text that still
arrives is looked at as the whole text will be (chop law). Each view begins at least `STEP` after the one before: linear time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.islands import JOINERS, LONG

#: The widest value. What begins before a view's last `WIDEST` characters is seen whole in it.
WIDEST = 96
STEP = LONG // 4

Look = Callable[[str, int, int], list[Hit]]


def views(text: str, at: int, end: int, look: Look) -> Iterator[tuple[int, list[Hit]]]:
    """For all views into the island `at:end` but the last: where the next one begins, and the findings before that.

    `look` gives the findings in `text[begin:end]`, apart and in order. Up to `LONG` characters are one view: nothing is given.
    """
    while end - at > LONG:
        groups = any(text.find(c, at, at + LONG) >= 0 for c in JOINERS)  # else it is one word, and any place will do
        stop = _joiner(text, at, at + LONG + 1) if groups else at + LONG
        hits = look(text, at, stop)
        after = _between(text, hits, at, stop, groups)
        yield after, [h._replace(end=min(h.end, after)) for h in hits if h.start < after]
        at = after


def _joiner(text: str, begin: int, end: int) -> int:
    """The index of the last joiner in `begin:end`; `begin` where there is none."""
    return max(begin, *(text.rfind(c, begin, end) for c in JOINERS))


def _between(text: str, hits: list[Hit], begin: int, end: int, groups: bool) -> int:
    """The last place before the view's last `WIDEST` characters that no finding goes across; else the first one after it."""
    ideal = at = _group_start(text, begin, begin + LONG - WIDEST, groups)
    while (h := _across(hits, at)) is not None and h.start >= begin + STEP:
        at = _group_start(text, begin, h.start, groups)
    if h is None and at >= begin + STEP:
        return at
    at = ideal
    while (h := _across(hits, at)) is not None:
        at = h.end
        while groups and at < end and text[at - 1] not in JOINERS:
            at += 1
    return at if at < end or not groups else end + 1


def _group_start(text: str, begin: int, at: int, groups: bool) -> int:
    return _joiner(text, begin, at) + 1 if groups else at


def _across(hits: list[Hit], at: int) -> Hit | None:
    return next((h for h in hits if h.start < at < h.end), None)
