"""What is found by functions, in one island, beside the recognizers whose findings they give."""

from collections.abc import Iterator

import pytest
import re2

from guardrails.detectors.finders import INSTEAD, TRIGGERS, Finder, finders, is_address
from guardrails.detectors.hits import Hit
from guardrails.detectors.islands import Island
from guardrails.detectors.table import Table


@pytest.fixture(scope="module")
def british(table: Table) -> tuple[Finder, ...]:
    return finders(table.recognizers, ("UK",), table.domains)


def found(those: tuple[Finder, ...], whole: str, begin: int = 0) -> Iterator[Hit]:
    island = Island(whole, begin, len(whole))
    return (hit for find in those for hit in find(island))


@pytest.mark.parametrize(
    ("text", "value", "recognizer"),
    [
        ("020 7946 0018", "020 7946 0018", "PhoneRecognizer"),
        ("+44 20 7946 0018", "+44 20 7946 0018", "PhoneRecognizer"),
        ("https://www.contoso.com/a.", "https://www.contoso.com/a", "UrlRecognizer"),
        ("GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19", "IbanRecognizer"),
        ("gb29-nwbk60161331926819", "gb29-nwbk60161331926819", "IbanRecognizer"),
    ],
)
def test_what_is_found(british: tuple[Finder, ...], text: str, value: str, recognizer: str) -> None:
    assert [(text[h.start : h.end], h.recognizer) for h in found(british, text)] == [(value, recognizer)]
    assert recognizer in INSTEAD
    assert any(re2.search(trigger, text) for trigger in TRIGGERS)


@pytest.mark.parametrize("text", ["794 600", "contoso.nowhere", "GB29 NWBK 6016 1331 9268 18", "GB29 NWBK 6016 1331 9268 190"])
def test_what_is_not(british: tuple[Finder, ...], text: str) -> None:
    assert not list(found(british, text))


def test_an_address_in_a_word_without_end(british: tuple[Finder, ...]) -> None:
    """Where a view begins inside the word; at the edge of a word its pattern finds it."""
    text = "x" * 200 + "jane@contoso.com"
    [hit] = found(british, text, 100)
    assert (hit.start, hit.end, hit.entity) == (len(text) - 12 - 64, len(text), "EMAIL_ADDRESS")
    assert not list(found(british, " " + text[-100:], 1))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [("a@b.com", True), ("a@b.xn--p1ai", True), ("a@b.рф", True), ("a@b.test", True), ("a@b.nowhere", False), ("a", False)],
)
def test_addresses_end_in_a_domain(table: Table, value: str, is_one: bool) -> None:
    assert is_address(value, table.domains) is is_one
