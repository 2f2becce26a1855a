"""Whose numbers are looked for."""

import pytest

from guardrails.detectors.countries import UNKNOWN, countries_of


@pytest.mark.parametrize(
    ("countries", "language", "expected"),
    [
        ({"dk"}, "en", ("DK",)),
        ({"SE", "DK"}, "en", ("DK", "SE")),
        ((), "id", ("ID", "US")),
        ((), "zh-Hans", ("CN", "HK", "TW", "SG", "US")),
        ((), "da_DK", ("DK", "US")),
        ((), "xx", UNKNOWN),
    ],
)
def test_countries(countries: set[str], language: str, expected: tuple[str, ...]) -> None:
    assert countries_of(frozenset(countries), language) == expected


def test_english_first_asks_the_united_states() -> None:
    assert countries_of(frozenset(), "en-GB")[:2] == ("US", "GB")
