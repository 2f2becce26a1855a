"""Arithmetic of intervals `[start, end)`. Ground floor: integers and labels, no text.

One question is answered here: several rules want several things of overlapping stretches of a text; who gets which character?
The stronger action wins for each character, stretches of equal action that overlap become one, and its label is the gravest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Claim(Generic[L]):
    """Somebody wants `start:end`. A higher `strength` wins; within one strength the greatest `weight` gives the label."""

    start: int
    end: int
    strength: int
    weight: tuple[int | str, ...]
    label: L


def paint(claims: Iterable[Claim[L]]) -> list[Claim[L]]:
    """The claims as stretches that do not overlap, in order: the stronger wins for each character (POLICY: conflicts)."""
    by_strength: dict[int, list[Claim[L]]] = {}
    for claim in claims:
        if claim.start < claim.end:
            by_strength.setdefault(claim.strength, []).append(claim)
    painted: list[Claim[L]] = []
    for strength in sorted(by_strength, reverse=True):
        taken = sorted((p.start, p.end) for p in painted)
        for whole in joined(by_strength[strength]):
            for start, end in without(whole.start, whole.end, taken):
                painted.append(Claim(start, end, strength, whole.weight, whole.label))
    return sorted(painted, key=lambda p: p.start)


def joined(claims: Sequence[Claim[L]]) -> list[Claim[L]]:
    """Claims that share a character become one, under the label of the weightiest. Claims that only touch stay apart."""
    result: list[Claim[L]] = []
    for claim in sorted(claims, key=lambda c: (c.start, c.end)):
        if result and claim.start < result[-1].end:
            last = result[-1]
            top = max(last, claim, key=lambda c: c.weight)
            result[-1] = Claim(last.start, max(last.end, claim.end), last.strength, top.weight, top.label)
        else:
            result.append(claim)
    return result


def without(start: int, end: int, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of `start:end` once the `taken` stretches (sorted, apart) are cut out."""
    left: list[tuple[int, int]] = []
    for low, high in taken:
        if high <= start or low >= end:
            continue
        if start < low:
            left.append((start, low))
        start = max(start, high)
    if start < end:
        left.append((start, end))
    return left
