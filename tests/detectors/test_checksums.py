"""Our check digits agree with Presidio's own validators, on values made from its patterns."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from presidio_analyzer import PatternRecognizer, predefined_recognizers

from guardrails.detectors import checksums
from guardrails.detectors.checksums import CHECKS

#: Presidio's class → why there is no row of ours.
WITHOUT_A_ROW = {
    "EmailRecognizer": "needs the list of top-level domains: patterns.py",
    "InVehicleRegistrationRecognizer": "a list of a thousand districts, for number plates",
}
#: Where we know better than to copy: Presidio → us, with the reason.
DIFFERENT = {
    "IbanRecognizer": "ISO 13616 lengths are exact here, Presidio also takes what is longer; ours has more countries",
    "ZaTrafficRegisterNumberRecognizer": "south_african() takes a birthday in either century, Presidio the past only",
    "ZaIdNumberRecognizer": "likewise",
    "ZaCompanyRegistrationRecognizer": "Presidio asks today's date; a check without a clock cannot",
    "SgUenRecognizer": "likewise for form B",
}
VALIDATED = {
    name: kind
    for name, kind in sorted(vars(predefined_recognizers).items())
    if isinstance(kind, type)
    and issubclass(kind, PatternRecognizer)
    and any(getattr(kind, m) is not getattr(PatternRecognizer, m) for m in ("validate_result", "invalidate_result"))
}


def test_every_validator_has_a_row_or_a_reason() -> None:
    assert set(VALIDATED) == set(CHECKS) | set(WITHOUT_A_ROW)


def _theirs(recognizer: Any, value: str) -> bool | None:
    if recognizer.invalidate_result(value):
        return False
    result = recognizer.validate_result(value)
    return None if result is None else bool(result)


def _variants(value: str) -> Iterator[str]:
    """The value with each other last character, so that a right check digit is among them."""
    yield value
    for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        yield value[:-1] + c


@pytest.mark.parametrize("name", sorted(set(CHECKS) - set(DIFFERENT)))
def test_like_presidio(name: str) -> None:
    recognizer = VALIDATED[name]()
    patterns = [(p.regex, re.compile(p.regex, recognizer.global_regex_flags)) for p in recognizer.patterns]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of([st.from_regex(re.compile(r, re.ASCII), fullmatch=True) for r, _ in patterns]))
    def check(value: str) -> None:
        for v in _variants(value.strip("\n")):
            if any((m := p.search(v)) and m[0] == v for _, p in patterns):
                try:
                    theirs = _theirs(recognizer, v)
                except (ValueError, IndexError):
                    continue  # theirs fails where ours says no
                assert CHECKS[name](v) is theirs, v

    check()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CreditCardRecognizer", "4111 1111 1111 1111", True),
        ("CreditCardRecognizer", "4111 1111 1111 1112", False),
        ("IbanRecognizer", "DE89 3704 0044 0532 0130 00", True),
        ("IbanRecognizer", "DE89 3704 0044 0532 0130 01", False),
        ("IbanRecognizer", "DE89 3704 0044 0532 0130 000", False),
        ("IbanRecognizer", "GB29NWBK60161331926819", True),
        ("IbanRecognizer", "NO9386011117947", True),
        ("UsSsnRecognizer", "536-90-4399", None),
        ("UsSsnRecognizer", "000-12-3456", False),
        ("UsSsnRecognizer", "536-90.4399", False),
        ("IpRecognizer", "81.2.69.142", None),
        ("IpRecognizer", "81.2.69.342", False),
        ("CryptoRecognizer", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", True),
        ("CryptoRecognizer", "1BoatSLRHtKNngkdXEeobR76b53LETtpyU", False),
        ("NhsRecognizer", "943 476 5919", True),
        ("SgUenRecognizer", "53125226D", True),
        ("ZaIdNumberRecognizer", "8001015009087", True),
        ("ZaIdNumberRecognizer", "8013015009084", False),
        ("ZaCompanyRegistrationRecognizer", "2015/123456/07", True),
    ],
)
def test_known_values(name: str, value: str, expected: bool | None) -> None:
    assert CHECKS[name](value) is expected


@given(st.lists(st.integers(0, 9), min_size=2, max_size=20), st.integers(0, 18), st.integers(1, 9))
def test_luhn_and_verhoeff_see_every_single_error(numbers: list[int], place: int, change: int) -> None:
    place %= len(numbers)
    wrong = [*numbers[:place], (numbers[place] + change) % 10, *numbers[place + 1 :]]
    for check in (checksums.luhn, checksums.verhoeff):
        assert not (check(numbers) and check(wrong))
        assert sum(check([*numbers, n]) for n in range(10)) == 1
