"""How a name is read from its first word on, and where the reading stops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.detectors.names.people.common import COMMON, PARTICLES
from guardrails.detectors.names.people.given import AMBIGUOUS, GIVEN, PLAIN
from guardrails.detectors.names.people.shapes import CERTAIN, LIKELY, SPAN, WEAK, han, known, scan, score
from tests.detectors.names.contract import TEXTS


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jane Cooper went", "Jane Cooper"),
        ("Jane Cooper's car", "Jane Cooper"),
        ("Ludwig van der Beek is", "Ludwig van der Beek"),
        ("Ludwig van", "Ludwig"),
        ("J. R. Thornton", "J. R. Thornton"),
        ("Siti binti Rahman", "Siti binti Rahman"),
        ("Omar al-Rashid said", "Omar al-Rashid"),
        ("Larry Page", "Larry Page"),
        ("Jane  Cooper", "Jane"),  # a column
        ("Jane\nCooper", "Jane"),
        ("JavaScript Cooper", ""),
        ("Jane1", ""),
        ("jane cooper", ""),
    ],
)
def test_a_name_ends_where_the_first_other_word_begins(text, name):
    run = scan(text, 0)
    assert text[run.begin : run.stop] == name


@pytest.mark.parametrize(
    ("text", "name"), [("jane cooper and", "jane cooper"), ("donald k. duckworth,", "donald k. duckworth"), ("the jane", "")]
)
def test_a_name_in_lower_case(text, name):
    run = scan(text, 0, lower=True)
    assert text[run.begin : run.stop] == name


def test_of_words_in_lower_case_only_the_known_count():
    text = "rina dewi udah"
    run = known(text, scan(text, 0, lower=True))
    assert text[run.begin : run.stop] in {"rina", "rina dewi"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明。", "王小明"),
        ("王小明今天", "王小明"),
        ("欧阳娜娜说", "欧阳娜娜"),
        ("李娜的", "李娜"),
        ("我们", ""),
        ("王", ""),
    ],
)
def test_a_chinese_name(text, name):
    run = han(text, 0)
    assert text[run.begin : run.stop] == name


@pytest.mark.parametrize(
    ("words", "sure"),
    [
        (["Jane", "Cooper"], CERTAIN),
        (["Jane"], LIKELY),
        (["Xq", "Jane"], LIKELY),
        (["Build", "Tools"], WEAK),
        (["Xq"], 0),
        (["J."], 0),
    ],
)
def test_how_much_words_look_like_a_name(words, sure):
    assert score(words) == sure


def test_the_lists_hold_what_they_say():
    assert all(word == word.lower() for word in GIVEN | COMMON | PARTICLES)
    assert PLAIN == GIVEN - AMBIGUOUS
    assert not PLAIN & PARTICLES


@given(TEXTS, st.text("abcABC .'-é", max_size=20), st.integers(0, 60), st.booleans())
def test_a_reading_that_ended_never_changes(text, more, at, lower):
    run = scan(text, at, lower=lower)
    assert run.stop - run.begin <= SPAN
    if not run.going:
        assert scan(text + more, at, lower=lower) == run
