"""Windows for taggers: where they end, that they depend on the text alone, and that what is found keeps the contract."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails.detectors.windows import MOST, NEAR, Tagged, Windowed, windows
from guardrails.model import Segment
from tests.detectors.streams import streamed, values, whole


def cut(text: str) -> list[str]:
    return [text[w.start : w.end] for w in windows(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("One. Two! Three", ["One. ", "Two! ", "Three"]),
        ("a line\nanother\n", ["a line\n", "another\n"]),
        ("你好。我是王小明！再见", ["你好。", "我是王小明！", "再见"]),
        ("It costs 1.50, v1.2.3", ["It costs 1.50, v1.2.3"]),
        ('He said "no." Then left', ['He said "no." ', "Then left"]),
        ("x" * (MOST + 1), []),
        ("Ann. " + "x" * (MOST + 1) + " Bo", ["Ann. ", "Bo"]),
    ],
)
def test_where_windows_end(text, pieces):
    assert cut(text) == pieces


@pytest.mark.parametrize("unit", ["word ", "and, so ", "a b c ", "好", "名字", "one two three four five "])
def test_a_text_without_an_end_of_a_sentence_is_read_all_the_same(unit):
    text = unit * 1000
    assert "".join(cut(text)) == text
    assert max(map(len, cut(text))) <= MOST


def everything(text: str) -> Iterator[Tagged]:
    """Marks words by chance, and says of each a number that depends on every character that is shown: nothing may change."""
    known = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    for match in re.finditer(r"\w+(?: \w+)?", text):
        if zlib.crc32(match[0].encode("utf-8", "surrogatepass")) % 3:
            yield Tagged(*match.span(), ("PER", "GPE", "DATE")[len(match[0]) % 3], (known % 997) / 997)


DETECTOR = Windowed("pii/test", everything)
PIECES = [
    "Ann",
    "Bo Lund",
    ". ",
    "! ",
    "\n",
    " ",
    ", ",
    "; ",
    "王小明",
    "。",
    "，",
    "x" * 90,
    "word " * 30,
    "a, " * 40,
    "好" * 120,
]
TEXTS = st.lists(st.sampled_from([*PIECES, "\ufffc", "\ud800", '."', "...", "\t", "é"]), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 3000), max_size=20))
@example("word " * 300 + ". Ann", list(range(0, 1500, 7)))
@example("好" * 700, list(range(0, 700, 3)))
@example("x" * 90 * 12 + " Bo. Ann", list(range(0, 1100, 11)))
def test_the_contract(text, cuts):
    """A stream, whose text is forgotten beyond `reach`, finds what is found in the whole."""
    assert streamed(DETECTOR, text, sorted({c for c in cuts if c <= len(text)})) == whole(DETECTOR, text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
@example("x" * 90 + "好" * 120 + "\ud800" + "好" * 120, "")
def test_what_is_settled_stays(text, more):
    settled = DETECTOR.settled(text)
    before = [f for f in whole(DETECTOR, text) if f.end <= settled]
    after = whole(DETECTOR, text + more)
    assert [f for f in after if f.start < settled] == before


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 2000))
def test_what_lies_beyond_reach_changes_nothing(before, text, start):
    """However much of the text before it is still there."""
    joined = before + text
    at = min(start, len(joined))
    if any(f.start < at < f.end for f in whole(DETECTOR, joined)):
        return
    kept = max(0, at - NEAR)
    here = [(f.start, f.end, f.score) for f in DETECTOR.find(Segment("/t", joined), at)]
    trimmed = [(f.start + kept, f.end + kept, f.score) for f in DETECTOR.find(Segment("/t", joined[kept:]), at - kept)]
    assert trimmed == here


def test_a_search_may_begin_anywhere():
    """Also late in a long window, whose beginning and what is shown before it lie far behind."""
    text = "Ann said so. And then Bo. " * 20 + "all that was said about it " * 11 + "and Ann. So it was."
    everywhere = whole(DETECTOR, text)
    for at in range(len(text)):
        if not any(f.start < at < f.end for f in everywhere):
            kept = max(0, at - NEAR)
            trimmed = DETECTOR.find(Segment("/t", text[kept:]), at - kept)
            here = [(f.start, f.score) for f in everywhere if f.start >= at]
            assert [(f.start + kept, f.score) for f in trimmed] == here


def test_the_end_of_a_sentence_is_waited_for_and_no_longer():
    assert DETECTOR.settled("Ann is here. Bo") == len("Ann is here. ")
    assert DETECTOR.settled("Ann is here. ") == len("Ann is here. ")
    long = "word " * 500
    assert len(long) - DETECTOR.settled(long) <= MOST


def said(text: str, *names: str) -> list[tuple[str, str]]:
    tag = Windowed(
        "pii/t", lambda shown: [Tagged(m.start(), m.end(), "PER", 0.9) for n in names for m in re.finditer(n, shown)]
    )
    return values(tag, text)


def test_a_name_over_two_windows_is_two_findings():
    assert said("I met Jane\nCooper there", "Jane\nCooper", "Jane") == [("PERSON", "Jane"), ("PERSON", "Cooper")]


def test_what_was_found_is_without_blanks_and_placeholders():
    assert said("met  Jane  \ufffc ok", " Jane  \ufffc ") == [("PERSON", "Jane")]
    assert said("met Jane \ufffc Cooper ok", "Jane \ufffc Cooper") == []


def test_what_is_public_here_is_no_finding():
    tag = Windowed("pii/t", lambda shown: [Tagged(m.start(), m.end(), "ORG", 0.9) for m in re.finditer(r"\w+", shown)])
    ours = replace(tag, allowed=lambda value: value == "Contoso")
    assert values(ours, "Contoso Fabrikam") == [("ORGANIZATION", "Fabrikam")]


def test_half_characters_do_not_stop_a_model():
    def strict(text: str) -> list[Tagged]:
        text.encode()
        return [Tagged(0, 3, "PER", 0.9)]

    assert values(Windowed("pii/t", strict), "Ann \ud800") == [("PERSON", "Ann")]


def test_labels_of_many_models_have_one_name_here():
    labels = ["PER", "person", "GPE", "LOC", "ORG", "address", "MISC"]
    tag = Windowed("pii/t", lambda text: [Tagged(i * 2, i * 2 + 1, label, 0.9) for i, label in enumerate(labels)])
    found = [f.entity for f in whole(tag, "a b c d e f g")]
    assert found == ["PERSON", "PERSON", "LOCATION", "LOCATION", "ORGANIZATION", "ADDRESS"]


@pytest.mark.parametrize("unit", ["word ", "x", "好", ". ", "\n", "a, ", "?!"])
def test_no_text_is_slow(unit):
    quiet = Windowed("pii/t", lambda _: ())
    text = unit * (100_000 // len(unit))
    began = time.perf_counter()
    list(quiet.find(Segment("/t", text)))
    quiet.settled(text)
    assert time.perf_counter() - began < 15
