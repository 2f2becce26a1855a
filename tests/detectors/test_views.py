"""One view gives way to the next where nothing is cut, wherever the findings lie."""

import re

from hypothesis import given
from hypothesis import strategies as st

from guardrails.detectors.hits import Hit
from guardrails.detectors.islands import LONG
from guardrails.detectors.views import STEP, WIDEST, views

VALUE = re.compile("[XY]+")


def look(text: str, begin: int, end: int) -> list[Hit]:
    assert end - begin <= LONG
    return [Hit(*m.span(), "E", 1.0, "r") for m in VALUE.finditer(text, begin, end)]


PIECES = ["a", "aaa", "X" * 16, "Y" * 40, "a" * 60]
words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=120).map("a".join)
rows = st.lists(st.sampled_from(["a", "XXXX", "YYYYYYYYYYYYYYYYYYY"]), min_size=1, max_size=300).map(" ".join)


@given(words | rows)
def test_no_value_is_cut(text: str) -> None:
    found, at = [], 0
    for after, hits in views(text, 0, len(text), look):
        assert STEP <= after - at <= LONG + 1
        found += [(h.start, h.end) for h in hits]
        at = after
    assert len(text) - at <= LONG
    found += [m.span() for m in VALUE.finditer(text, at)]
    assert found == [m.span() for m in VALUE.finditer(text)]


@given(words | rows, st.integers(0, 2000))
def test_where_a_view_ends_is_known_before_the_text_ends(text: str, size: int) -> None:
    known = text[: text.rfind(" ", 0, size)] if " " in text[:size] else text[:size]
    every = [after for after, _ in views(text, 0, len(text), look)]
    early = [after for after, _ in views(known, 0, len(known), look)]
    assert early == every[: len(early)]


def test_what_is_wider_than_a_view_is_cut_and_goes_on() -> None:
    text = "X" * 1000
    pieces = [(h.start, h.end) for _, hits in views(text, 0, len(text), look) for h in hits]
    assert pieces[0] == (0, LONG)
    assert pieces[-1][1] >= 1000 - LONG
    assert WIDEST < LONG - STEP
