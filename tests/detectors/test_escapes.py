"""Escapes are looked at as what they stand for; a growing text changes nothing but its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.detectors.escapes import FILL, GAP, known, plain

PIECES = ["\\", "n", "u", "x", "0", "4", "u0040", "x40", "%", "40", "A", "Z", "'", " ", "é"]
texts = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a\nb", f"a{GAP * 2}b"),
        (r"a\\nb", f"a\\{GAP * 2}b"),
        (r"\\", r"\\"),
        (r"\x2eb", f"{GAP * 4}b"),
        (r"\u002eb", f"{GAP * 6}b"),
        (r"a\u0040b", f"a%{FILL * 3}40b"),
        (r"a\\u0040b", f"a%{FILL * 4}40b"),
        (r"a\x40b", f"a%{FILL}40b"),
        ("a%40b%3Ac%4", f"a%40b{FILL * 3}c%4"),
        (r"\d \w \u12 \xg", r"\d \w \u12 \xg"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(texts, texts)
def test_what_is_known_stays(text: str, more: str) -> None:
    edge = known(text)
    assert len(plain(text)) == len(text)
    assert plain(text + more)[:edge] == plain(text[:edge]) == plain(text)[:edge]
    assert edge <= known(text + more)
    assert len(text) - edge < 8
