"""A text is cut alike however it arrives."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardrails.detectors.islands import LONG, islands, settled

WHOLE = [
    "+1 415-555-0132",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "AB 12 34 56 C",
    "(415) 555-0132",
    "415-555-0132 ext. 12",
    "jane.cooper@contoso.com",
    "2001:4860:4860::8888",
    "https://contoso.com/a/b",
]
PIECES = [
    *WHOLE,
    *["the", "I", "USA", "x", "ext", "-", "(", ")", "'", '"', ", ", ". ", "\n", "\t", "  ", " ", " ", " ", "\u00a0", "\ufffc"],
    *["手机", "，", "nomor", "Ørsted", "12", "7" * 41, "a" * 300, "1 " * 140, "9" * 300, "a.b-" * 80, "x/" * 200, "a@b"],
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=14).map("".join)


@pytest.mark.parametrize("value", WHOLE)
@pytest.mark.parametrize("frame", ["{}", "call {}, now", "“{}”", "a\n{}\nb", "手机{}，谢谢", "\ufffc{}\ufffc", "k={}&b"])
def test_a_value_lies_in_one_island(value: str, frame: str) -> None:
    text = frame.format(value)
    begin = text.index(value)
    assert any(s <= begin and begin + len(value) <= e for s, e in islands(text))


@pytest.mark.parametrize("text", ["", "Hello there, how are you?", "The End. Really: yes", "ØØ", "a" * 1000, "7" * 1000])
def test_what_can_hold_nothing_is_no_island(text: str) -> None:
    assert list(islands(text)) == []


@given(texts)
def test_islands_are_in_order_apart_and_bounded(text: str) -> None:
    found = list(islands(text))
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert all(0 < e - s <= LONG for s, e in found)


@given(texts, st.lists(st.integers(0, 2000), max_size=8))
@example("1 " * 200 + "end", [250, 300, 399, 401])
@example("a.b-" * 100 + " 12", [255, 256, 257, 258, 399])
@example("9" * 300 + ".jane@contoso.com x", [257, 270, 300, 301, 310])
def test_a_growing_text_is_cut_like_the_whole(text: str, cuts: list[int]) -> None:
    whole, got, start = list(islands(text)), [], 0
    for cut in [*sorted(c for c in cuts if c < len(text)), len(text)]:
        edge = settled(text[:cut], start)
        assert start <= edge <= cut
        assert not any(s < edge < e for s, e in whole)
        got += [i for i in islands(text[:cut], start) if start <= i[0] and i[1] <= edge]
        start = edge
    got += [i for i in islands(text, start) if start <= i[0]]
    assert got == whole


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("Hello the", "the"),
        ("Hello the ", ""),
        ("call +1 415", "+1 415"),
        ("see 12 ", "12 "),
        ("a 12 AB", "12 AB"),
        ("手机15", "15"),
    ],
)
def test_only_the_last_word_is_held_back(text: str, open_: str) -> None:
    assert text[settled(text) :] == open_


@pytest.mark.parametrize("unit", ["7", "a", "1 ", "a.b", "a@", "é", "e\u0301", "手1", "(", "12\u00a0"])
def test_the_hold_back_is_bounded(unit: str) -> None:
    text = unit * 3000
    assert len(text) - settled(text) <= LONG + 1


@given(texts, st.data())
def test_any_index_will_do_in_runs_that_are_not_endless(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    if "1 " * 140 not in text:
        assert list(islands(text, start)) == [i for i in islands(text) if i[1] > start]
