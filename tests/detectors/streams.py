"""The contract of `model.Detector`, as a stream uses it: a growing text, its settled part trimmed to what `reach` allows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from guardrails.model import Detector, Finding, Segment


def streamed(detector: Detector, text: str, cuts: Iterable[int]) -> list[Finding]:
    """What is found when `text` arrives in pieces. Asserts on the way that what is settled stays settled."""
    assert detector.reach is not None
    found: list[Finding] = []
    base = start = 0
    for cut in [*cuts, len(text)]:
        window = text[base:cut]
        edge = detector.settled(window, start - base)
        assert start - base <= edge <= len(window)
        found += _moved(detector, window, start - base, edge, base)
        start = base + edge
        base = max(base, start - detector.reach)
    return found + _moved(detector, text[base:], start - base, len(text), base)


def _moved(detector: Detector, window: str, start: int, edge: int, base: int) -> list[Finding]:
    here = detector.find(Segment("/t", window), start)
    return [replace(f, start=f.start + base, end=f.end + base) for f in here if f.end <= edge]


def whole(detector: Detector, text: str) -> list[Finding]:
    return list(detector.find(Segment("/t", text)))


def values(detector: Detector, text: str) -> list[tuple[str, str]]:
    """(entity, the text that was found), in order."""
    return [(f.entity, text[f.start : f.end]) for f in whole(detector, text)]


def cuts_of(text: str, wanted: Sequence[int]) -> list[int]:
    return sorted({c for c in wanted if c <= len(text)})
