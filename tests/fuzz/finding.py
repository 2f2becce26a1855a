"""Normalisation and detection: nothing throws, every finding lies in the text, and what was settled stays settled.

Covers `detectors/folding.py`, `islands.py`, `views.py`, the readers of disguises and the engine, for several countries.
"""

from __future__ import annotations

from functools import cache

from guardrails import recognizers
from guardrails.detectors.folding import fold, known
from guardrails.detectors.personal import Personal, PersonalDetector
from guardrails.model import Segment
from tests.fuzz.drawing import Draw

COUNTRIES = frozenset({"US", "DE", "GB", "ES", "IN", "SG"})


@cache
def detector() -> PersonalDetector:
    return Personal(recognizers.load()).for_context(COUNTRIES, "en")


def check(data: bytes) -> None:
    draw = Draw(data)
    end = draw.number() << 8 | draw.number()
    text = draw.text(60) if draw.number(2) else draw.rest().decode("utf-8", "surrogateescape")
    end %= len(text) + 1
    folded = fold(text)
    for cut in {end, *range(min(len(text), 64))}:
        edge = known(text[:cut])
        assert 0 <= edge <= cut
        here = fold(text[:cut])
        assert folded.text[: folded.folded(edge)] == here.text[: here.folded(edge)]
    whole = spans(text)
    assert all(0 <= start < stop <= len(text) for start, stop, _ in whole)
    settled = detector().settled(text[:end])
    assert 0 <= settled <= end
    assert not [f for f in whole if f[0] < settled < f[1]]
    assert [f for f in whole if f[1] <= settled] == [f for f in spans(text[:end]) if f[1] <= settled]
    assert detector().settled(text) >= settled
    assert [f for f in whole if f[0] >= settled] == spans(text, settled)


def spans(text: str, start: int = 0) -> list[tuple[int, int, str]]:
    return [(f.start, f.end, f.entity) for f in sorted(detector().find(Segment("/t", text), start))]
