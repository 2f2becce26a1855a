"""What a reader sees, and the way back: offsets, what is certain of a growing text, and that most text is left as it is."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.folding import BEFORE, FILL, GAP, MOST, fold, is_plain, known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skriv til os på dansk, tak – i dag", None),
        ("你好，世界：１", "你好，世界：1"),
        (r"a\nb", f"a{GAP * 2}b"),
        (r"a\\nb", f"a\\{GAP * 2}b"),
        (r"\\", r"\\"),
        (r"\x2eb", ".b"),
        (r"\u00e9b", f"{GAP * 6}b"),
        (r"a\u0040b\x40c\\u0040d", "a@b@c@d"),
        (r"\d \w \u12 \xg", None),
        ("a%40b%3Ac%4", f"a@b{FILL * 3}c%4"),
        ("4111%204111 a%20b", f"4111 4111 a{FILL * 3}b"),
        ("4111+1111+1111+1111 12+13 %2B1+415-555", "4111 1111 1111 1111 12+13 +1 415-555"),
        (r"1\u00202&#32;3\x204", "1 2 3 4"),
        ("a&#64;b&#x40;c&commat;d&nbsp;e&lt;", "a@b@c@d e&lt;"),
        ("ｊａｎｅ＠ｘ．ｄｋ", "jane@x.dk"),
        ("𝐣𝓪𝙣ⓔ④", "jane4"),
        ("٠١٢३४๕", "012345"),
        ("a\u200bb\u00adc\ufeffd\U000e0041e", "abcde"),
        ("4\u03361\u0336", "41"),
        ("e\u0301", "e"),
        ("1\u20132 a\u2013b 3\u20114", "1-2 a\u2013b 3-4"),
        ("jаne@соntoso.com", "jane@contoso.com"),
        ("привет, мир", None),
        ("1 о", None),
        ("Ω 5 µm №7 ™ ℃ ½ ²", None),
    ],
)
def test_fold(text: str, expected: str | None) -> None:
    assert fold(text).text == (text if expected is None else expected)
    assert is_plain(text) or expected is not None or fold(text).text == text


def test_the_way_back() -> None:
    folded = fold("x\u200bj\u200bane%40y.dk\u0336!")
    assert folded.text == "xjane@y.dk!"
    at = folded.text.index("j")
    assert (folded.start(at), folded.end(at), folded.start(5), folded.end(6)) == (2, 1, 7, 10)
    assert (folded.end(10), folded.behind(10)) == (14, 15)
    assert folded.is_disguised(0, 3)
    assert not folded.is_disguised(7, 14)


def test_only_so_much_vanishes() -> None:
    text = "\u200b" * 100_000 + "x"
    before = time.process_time()
    folded = fold(text)
    assert MOST <= len(text) - len(folded.text) <= MOST
    assert time.process_time() - before < 10
    spread = fold("1\u200b\u200b\u200b" * 500).text
    assert spread.count("1") == 500
    assert len(spread) > 500 + 250


PIECES = [
    "\\",
    "n",
    "u",
    "x",
    "0",
    "4",
    "u0040",
    "x40",
    "%",
    "40",
    "20",
    "A",
    "'",
    " ",
    "é",
    "&",
    "#",
    "64",
    ";",
    "commat",
    "\u2013",
    "о",
    "о" * 9,
]
PIECES += ["+", "41", "%2B", "(", ")", "%28"]
PIECES += ["\u200b", "\u200b" * 200, "\u0336", "４", "𝟒", "٤", "@", ".", "\ud800", "д", "b" * 17]
texts = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


@settings(max_examples=500)
@given(texts, texts)
def test_what_is_known_stays(text: str, more: str) -> None:
    edge = known(text)
    here, later = fold(text), fold(text + more)
    assert here.text[: here.folded(edge)] == later.text[: later.folded(edge)]
    assert edge <= known(text + more)
    assert len(text) - edge <= 72


@settings(max_examples=500)
@given(texts)
def test_offsets_go_both_ways(text: str) -> None:
    folded = fold(text)
    size = len(folded.text)
    starts = [folded.start(i) for i in range(size)]
    assert starts == sorted(set(starts))
    assert all(folded.start(i) < folded.end(i + 1) <= len(text) for i in range(size))
    assert all(folded.end(i) <= folded.start(i) for i in range(size))
    assert [folded.folded(s) for s in starts] == list(range(size))
    assert is_plain(text) is False or folded.text == text


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*PIECES, "\u200b" * 400]), min_size=20, max_size=60).map("".join), st.data())
def test_what_lies_far_back_changes_nothing(text: str, data: st.DataObject) -> None:
    """A stream forgets what lies more than `BEFORE` characters back."""
    at = data.draw(st.integers(0, len(text)))
    whole, late = fold(text), fold(text[at:])
    low = at + BEFORE + 64
    if low < len(text):
        assert whole.text[whole.folded(low) :] == late.text[late.folded(low - at) :]
