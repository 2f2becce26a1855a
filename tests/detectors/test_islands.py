"""A text is cut alike however it arrives."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardrails.detectors.folding import fold, known
from guardrails.detectors.hits import OPAQUE, Hit
from guardrails.detectors.islands import LONG, Island, islands, open_island, open_word

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
    "::1",
    "https://contoso.com/a/b",
]
PIECES = [
    *WHOLE,
    *["the", "I", "USA", "x", "ext", "-", "(", ")", "'", '"', ", ", ". ", "\n", "\t", "  ", " ", " ", " ", "\u00a0", "\ufffc"],
    *["a@b(12", "19(a@b", "12/" + "a" * 50, "b" * 50 + ":34", "a@b.c-77", "a@b+1", "x" * 41, "/", ":", "+"],
    *["手机", "，", "nomor", "Ørsted", "12", "7" * 41, "a" * 300, "1 " * 140, "9" * 300, "a.b-" * 80, "x/" * 200, "a@b"],
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=14).map("".join)


@pytest.mark.parametrize("value", WHOLE)
@pytest.mark.parametrize("frame", ["{}", "call {}, now", "“{}”", "a\n{}\nb", "手机{}，谢谢", "\ufffc{}\ufffc", "k={}&b"])
def test_a_value_lies_in_one_island(value: str, frame: str) -> None:
    text = frame.format(value)
    begin = text.index(value)
    assert any(s <= begin and begin + len(value) <= e for s, e in islands(text))


@pytest.mark.parametrize("text", ["", "Hello there, how are you?", "The End. Really: yes", "ØØ", "a" * 1000])
def test_what_can_hold_nothing_is_no_island(text: str) -> None:
    assert list(islands(text)) == []


@given(texts)
def test_islands_are_in_order_and_apart(text: str) -> None:
    found = list(islands(text))
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert all(s < e for s, e in found)


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"jane@contoso.com({CARD}", ["jane@contoso.com(", CARD]),
        (f"mail:jane@contoso.com:{CARD} now", ["mail:jane@contoso.com:", CARD]),
        (f"jane@contoso.com/{CARD}", ["jane@contoso.com/", CARD]),
        (f"jane@contoso.com|{CARD}", ["jane@contoso.com", CARD]),
        (f"jane@contoso.com-{CARD}", ["jane@contoso.com-", CARD]),
        ("jane@contoso.com+1 415-555-0132", ["jane@contoso.com", "+1 415-555-0132"]),
        (f"{CARD}(jane@contoso.com", [CARD, "(jane@contoso.com"]),
        (f"{CARD}/jane@contoso.com/{CARD}", [CARD, "/jane@contoso.com/", CARD]),
        (f"{'a' * 300}/{CARD}", [CARD]),
        (f"{CARD}({'a' * 300}", [CARD]),
        (
            "https://contoso.com/a/rather/long/path/of/pages/2024 and more",
            ["https://contoso.com/a/rather/long/path/of/pages/2024"],
        ),
        ("12 jane@contoso.com 34", ["12", "jane@contoso.com", "34"]),
        ("jane@mail-12.contoso.com 34", ["jane@mail-12.contoso.com", "34"]),
    ],
)
def test_a_number_is_told_from_what_it_is_glued_to(text: str, expected: list[str]) -> None:
    assert [text[s:e] for s, e in islands(text)] == expected


@given(texts, st.lists(st.integers(0, 2000), max_size=8))
@example("1 " * 200 + "end", [250, 300, 399, 401])
@example("a.b-" * 100 + " 12", [255, 256, 257, 258, 399])
@example("9" * 300 + ".jane@contoso.com x", [257, 270, 300, 301, 310])
@example("12 34(a@b " * 60 + "x", [19, 20, 29, 31, 530, 595])
def test_a_growing_text_is_cut_like_the_whole(text: str, cuts: list[int]) -> None:
    whole, got, start = list(islands(text)), [], 0
    for cut in [*sorted(c for c in cuts if c < len(text)), len(text)]:
        edge = open_island(text[:cut], start)[0]
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
    assert text[open_island(text)[0] :] == open_


@pytest.mark.parametrize("unit", ["7", "a", "a.b", "a@", "é", "e\u0301", "手1", "(", "1 ", "12\u00a0"])
def test_how_much_of_an_endless_island_is_known(unit: str) -> None:
    text = unit * 3000
    at, known = open_island(text)
    assert at <= known or len(text) - at <= LONG
    assert len(text) - known <= 42


@given(texts, st.data())
def test_any_index_will_do_where_no_island_is_endless(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    if all(e - s <= LONG for s, e in islands(text)):
        assert list(islands(text, start)) == [i for i in islands(text) if i[1] > start]


PROSE = ["hello", "A", "OK", "ext", "x", "-", "(", "+", "GB", "1", "415", "a.b", "end.", "no:", "\\n", "%3A", "\\", "x1", "词"]
prose = st.lists(st.tuples(st.sampled_from(PROSE), st.sampled_from([" ", "", "\n", "  ", "\u00a0", ", "])), max_size=12)


@given(prose, st.lists(st.integers(1, 12), min_size=1))
@example([("\\nOK", " ")], [1])  # what stands for another character ends a word
def test_the_quick_look_at_prose_agrees_with_the_close_one(pairs: list[tuple[str, str]], cuts: list[int]) -> None:
    text, at, start = "".join(map("".join, pairs)), 0, 0
    for cut in cuts:
        at += cut
        arrived = fold(text[: known(text[:at])]).text
        close = max(start, open_island(arrived, min(start, len(arrived)))[0])
        assert open_word(text[:at], start) in (None, close)
        start = close


@pytest.mark.parametrize("text", ["Dear Sir, your order has come", "好的，", "it ends. Then: new"])
def test_prose_needs_the_quick_look_only(text: str) -> None:
    assert open_word(text, 0) is not None


def test_a_view_shows_what_it_may() -> None:
    """Two characters more where it begins inside a word; what is hidden is not seen, but still stands before what is."""
    text = "call jane@contoso.com/4111"
    inner = Island(text, 10, len(text))
    assert (inner.text, inner.begin, inner.skip) == (text[8:], 8, 2)
    edge = Island(text, 5, 21)
    assert (edge.text, edge.begin, edge.skip) == ("jane@contoso.com", 5, 0)
    assert [word for word, _ in edge.left(5).words] == ["call"]
    edge.hide([Hit(5, 9, "X", 1.0, "x")])
    assert edge.text == OPAQUE * 4 + "@contoso.com"
    assert edge.whole == text
