"""Presidio's objects as detectors."""

from types import SimpleNamespace

import pytest

from guardrails.detectors.presidio import Results, engine
from guardrails.model import Segment
from tests.detectors.streams import values


def test_results_become_findings() -> None:
    """Those that are sure enough, one for each region, the surest first; what is raised is raised."""
    found = [SimpleNamespace(entity_type="X", start=0, end=n, score=0.5 + n / 10) for n in (1, 2)]
    found += [SimpleNamespace(entity_type="Y", start=5, end=6, score=0.39)]
    results = Results("pii/own", lambda text: found if text == "abcdefg" else 1 / 0, lambda r: f"pii/{r.entity_type}")
    [one] = results.find(Segment("/a", "abcdefg"))
    assert (one.entity, one.start, one.end, one.score, one.detector) == ("X", 0, 2, 0.7, "pii/X")
    assert not list(results.find(Segment("/a", "abcdefg"), 1))
    assert (results.name, results.reach, results.settled("S-12", 1)) == ("pii/own", None, 1)
    with pytest.raises(ZeroDivisionError):
        list(results.find(Segment("", "abc")))


@pytest.mark.parametrize("language", ["en", "es", "da"])
def test_presidios_own_engine(language: str) -> None:
    found = values(engine(frozenset(), language), "jane.cooper@contoso.com, 4111 1111 1111 1111")
    assert found == [("EMAIL_ADDRESS", "jane.cooper@contoso.com"), ("CREDIT_CARD", "4111 1111 1111 1111")]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "the bank account is 945456787", [("US_BANK_NUMBER", "945456787")]),
        ("en", "the parcel is 945456787", []),
        ("da", "Bank Account: 945456787", [("US_BANK_NUMBER", "945456787")]),
    ],
)
def test_words_before_a_number_count(language: str, text: str, found: list[tuple[str, str]]) -> None:
    assert values(engine(frozenset(), language), text) == found
