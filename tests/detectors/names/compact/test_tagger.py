"""What the tagger says of a text does not depend on how the text came, nor on how much of it is looked at."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.names.compact.tagger import RUN, _runs
from guardrails.detectors.names.compact.tokens import GAP, LONG
from guardrails.detectors.names.detector import Names
from tests.detectors.names.compact.networks import KINDS, tagger
from tests.detectors.streams import cuts_of, streamed, whole

WORDS = [
    *(
        "Jane",
        "Cooper",
        "the",
        "a",
        "Leeds",
        "12",
        "Mill",
        "lane",
        "O",
        "'",
        "-",
        ".",
        ",",
        "\n",
        "\n\n",
        "Mette",
        "budi",
        "saya",
        "og",
    ),
    *(
        "王",
        "小明",
        "上海",
        "大学生",
        "我",
        "在",
        "。",
        "a" * (LONG - 1),
        "b" * (LONG + 1),
        "c" * 200,
        " " * (GAP + 2),
        "\t",
        "é",
        "\u0301",
    ),
    *("😀", "\ufffc", "_", "x_y", "1990", "@", "和", "북", "ひ"),
]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "", "  ", " "])), max_size=60).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


def names(seed: int = 0, low: float = 0.1) -> Names:
    return Names(tagger(seed, low), entities=KINDS)


ONE = names()
GREEDY = names(1, low=-1.0)  # lets most tokens through, so that runs are long


@pytest.mark.parametrize("detector", [ONE, GREEDY], ids=["choosy", "greedy"])
@settings(deadline=None)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 400), max_size=30))
def test_a_text_that_comes_in_pieces_gives_the_same(detector: Names, text: str, cuts: list[int]) -> None:
    assert streamed(detector, text, cuts_of(text, cuts)) == whole(detector, text)


@pytest.mark.parametrize("detector", [ONE, GREEDY], ids=["choosy", "greedy"])
@settings(deadline=None)
@given(text=TEXTS.filter(lambda t: len(t) < 160))
def test_character_by_character(detector: Names, text: str) -> None:
    assert streamed(detector, text, range(len(text))) == whole(detector, text)


def test_it_finds_something_at_all() -> None:
    """Or the tests above would prove nothing."""
    text = " ".join(WORDS) * 4
    assert len(whole(ONE, text)) > 5
    assert len(whole(GREEDY, text)) > 5


def test_the_end_of_a_text_does_not_change_its_beginning() -> None:
    text = "Jane Cooper saya 王小明 Mill Lane 12 , og " * 40
    all_of_it = whole(ONE, text)
    half = whole(ONE, text[: len(text) // 2])
    assert half[:-3] == all_of_it[: len(half) - 3]


def test_a_run_has_an_end() -> None:
    runs = _runs([True] * (2 * RUN + 5), [], 7)
    assert runs == [(7, 7 + RUN), (7 + RUN, 7 + 2 * RUN), (7 + 2 * RUN, 12 + 2 * RUN)]


def test_words_are_forgotten_before_they_are_too_many() -> None:
    one = tagger()
    for k in range(0, 20_000, 1000):
        list(one.find(" ".join(f"Name{n}x" for n in range(k, k + 1000))))
    assert len(one.words.memory.rows) <= 8192
    assert repr(one) == "Tagger()"
