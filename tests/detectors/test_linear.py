"""RE2 as it is used here."""

import re
import sys

import pytest
import re2

from guardrails.detectors.linear import BLANK, WORD, options, search_set


def test_a_set_says_which_patterns_stand_somewhere() -> None:
    made = search_set(["b", "c$", "a.c"])
    assert sorted(made.Match("xabc")) == [0, 1, 2]
    assert not made.Match("x")


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(re2.error):
        search_set(["(?=a)"])


@pytest.mark.parametrize(("theirs", "ours"), [(r"\w", WORD), (r"\s", BLANK)])
def test_no_letter_and_no_blank_is_forgotten(theirs: str, ours: str) -> None:
    every = "".join(map(chr, [*range(0x3100), *range(0xFF00, 0x11000), 0x1D7D8, 0x20000, sys.maxunicode]))
    assert not re.search(theirs, re2.compile(f"[{ours}]", options()).sub("", every))
