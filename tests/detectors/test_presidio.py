"""Presidio's objects as detectors."""

from types import SimpleNamespace

import pytest
from presidio_analyzer import Pattern, PatternRecognizer

from guardrails.detectors.presidio import engine, recognizer
from guardrails.model import Segment
from tests.detectors.streams import values


def test_a_users_pattern_recognizer() -> None:
    own = PatternRecognizer(
        "STAFF_ID", name="Staff", patterns=[Pattern("id", r"\bS-\d{4}\b", 0.6), Pattern("weak", r"\d{9}", 0.1)]
    )
    detector = recognizer(own)
    [f] = detector.find(Segment("/a", "I am S-1234, not 123456789"))
    assert (f.entity, f.start, f.end, f.score, f.detector) == ("STAFF_ID", 5, 11, 0.6, "pii/Staff")
    assert (detector.name, detector.reach, detector.settled("S-12", 1)) == ("pii/Staff", None, 1)


def test_any_object_of_that_shape_will_do() -> None:
    class Own:
        name = "own"
        supported_entities = ("X",)

        def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> list[SimpleNamespace]:
            assert entities == ["X"]
            return [SimpleNamespace(entity_type="X", start=0, end=n, score=0.5 + n / 10) for n in (1, 2)]

    assert values(recognizer(Own()), "abc") == [("X", "ab")]


def test_what_it_raises_is_raised() -> None:
    class Broken:
        name = "broken"
        supported_entities = ("X",)

        def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> list[SimpleNamespace]:
            raise OSError("no")

    with pytest.raises(OSError, match="no"):
        list(recognizer(Broken()).find(Segment("", "abc")))


@pytest.mark.parametrize("language", ["en", "es", "da"])
def test_presidios_own_engine(language: str) -> None:
    found = values(engine(frozenset(), language), "jane.cooper@contoso.com, 4111 1111 1111 1111")
    assert found == [("EMAIL_ADDRESS", "jane.cooper@contoso.com"), ("CREDIT_CARD", "4111 1111 1111 1111")]
