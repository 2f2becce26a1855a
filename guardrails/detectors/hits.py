"""Findings before they have won their region, and who wins it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

OPAQUE = "\ufffc"  # stands for a value that is hidden already: nothing goes on across it
SHORTEST = 5  # characters that a value has at least


class Hit(NamedTuple):
    """A finding before it has won its region."""

    start: int
    end: int
    entity: str
    score: float
    recognizer: str


def covers(hits: list[Hit], begin: int, end: int) -> bool:
    """Whether the findings leave too little of the island for another value."""
    return end - begin - sum(h.end - h.start for h in hits) < SHORTEST


def veiled(text: str, offset: int, hits: Iterable[Hit]) -> str:
    for h in hits:
        s, e = h.start - offset, h.end - offset
        text = text[:s] + OPAQUE * (e - s) + text[e:]
    return text


def strongest(hits: list[Hit]) -> list[Hit]:
    """One finding for each region: the surest, then the longest, then by place and name; never by the order of finding."""
    if len(hits) <= 1:
        return hits
    kept: list[Hit] = []  # by place, disjoint: only its neighbours can overlap another
    for hit in sorted(hits, key=lambda h: (-h.score, h.start - h.end, h.start, h.entity, h.recognizer)):
        at = bisect_left(kept, hit.end, key=_start)
        if not at or kept[at - 1].end <= hit.start:
            kept.insert(at, hit)
    return kept


def _start(hit: Hit) -> int:
    return hit.start
