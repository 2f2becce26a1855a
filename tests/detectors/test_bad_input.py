"""Hostile text is searched to its end, and what stands in the middle of it is found: nothing is skipped in silence."""

from __future__ import annotations

import time

import pytest

from benchmarks.linearity import TEXTS
from guardrails.detectors.personal import PersonalDetector
from guardrails.model import Segment
from tests.planted import PLANTED

AROUND = 1500
#: A `+` goes on with base64 (RFC 4648): an unclosed key takes it along, and the number behind it stands apart.
TAKEN = {("a PEM key without end", "PHONE_NUMBER")}
VALUES = ("EMAIL_ADDRESS", "CREDIT_CARD", "US_SSN", "PHONE_NUMBER")


@pytest.mark.parametrize("name", TEXTS)
def test_a_value_amid_anything_is_found(english: PersonalDetector, name: str) -> None:
    """All its characters lie in findings, of whatever kind: an open key or an assignment may swallow it."""
    around = TEXTS[name](AROUND)
    for gap in ("\n", " is "):
        for entity in VALUES:
            value = PLANTED[entity]
            text = f"{around}{gap}{value}{gap}{around}"
            at = len(around) + len(gap)
            covered = {i for f in english.find(Segment("/t", text)) for i in range(f.start, f.end)}
            assert covered.issuperset(range(at, at + len(value))) or (name, entity) in TAKEN, (entity, gap)


@pytest.mark.parametrize(
    ("unit", "size"),
    [("a", 10**6), ("字", 10**6), ("=", 10**6), ('\\"', 10**6), ("\u0301", 10**5), ("\ud800", 10**5), ("\u200b", 10**5)],
)
def test_a_million_characters_without_a_blank_end(english: PersonalDetector, unit: str, size: int) -> None:
    """And the address behind them is found. The deadline is no measure: benchmarks/linearity.py has the times."""
    text = (unit * size)[:size] + "\njane.cooper@contoso.com"
    began = time.monotonic()
    found = list(english.find(Segment("/t", text)))
    assert time.monotonic() - began < 60
    assert "EMAIL_ADDRESS" in {f.entity for f in found if f.end == len(text)}
