"""An author's own words: what they match, and that a stream finds the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors import TABLE, build
from guardrails.detectors.widths import width
from guardrails.model import Watch
from tests.detectors.streams import cuts_of, streamed, values, whole


def phrases(*terms: str, ignore_case: bool = True) -> Watch:
    return Watch("phrases/r", "phrases", terms, ignore_case=ignore_case)


def regex(*terms: str, ignore_case: bool = False) -> Watch:
    return Watch("regex/r", "regex", terms, "PATTERN", ignore_case)


@pytest.mark.parametrize(
    ("watch", "text", "found"),
    [
        (phrases("acme"), "Acme, ACME and acmes", ["Acme", "ACME"]),
        (phrases("Acme", ignore_case=False), "Acme ACME", ["Acme"]),
        (phrases("new york"), "in New  York or new\n  york, newyork", ["New  York", "new\n  york"]),
        (phrases("kjøb", "ærø"), "KJØB på Ærø, ærøen", ["KJØB", "Ærø"]),
        (phrases("竞争对手"), "他们是竞争对手吗", ["竞争对手"]),
        (phrases("acme"), "买acme的", ["acme"]),
        (phrases("york", "new york", "new"), "new york new yorks", ["new york", "new"]),
        (phrases("c++", "a.b"), "C++ a.b axb c++x", ["C++", "a.b", "c++"]),
        (regex(r"\bINV-\d{6}\b"), "INV-123456 inv-123456 INV-1234567", ["INV-123456"]),
        (regex(r"foo|bar", ignore_case=True), "FOO é bar", ["FOO", "bar"]),
        (regex(r"x*"), "axxb", ["xx"]),
    ],
)
def test_matches(watch: Watch, text: str, found: list[str]) -> None:
    assert values(build(watch), text) == [(watch.entity, v) for v in found]


@pytest.mark.parametrize("watch", [phrases(), phrases("  "), regex("("), regex("(?=a)"), regex(r"(a)\1")])
def test_what_cannot_be_looked_for_is_refused_with_a_reason(watch: Watch) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        build(watch)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", 0), ("abc", 3), (r"\bab{2,3}c?\b", 5), ("(?i)foo|barbaz", 6), (r"[[:alpha:]]{3}\d{2}", 5), ("[]a]{3}", 3),
        ("[^]a]", 1), (r"[^a]\x{41}\Qa.b\E", 5), ("(?P<n>a|bc){2}", 4), (r"\pL{4}\p{Greek}", 5), ("(?m)x$", 1),
        (r"\[a\]\(", 4), (r"\^a", 2), ("(?:a{2}){3}", 6), ("a*", None), ("a+", None), ("a{2,}", None), ("(?:ab?)*", None),
        ("^a", None), (r"\Aa", None), ("[^a]^", None),
    ],
)  # fmt: skip
def test_width(pattern: str, expected: int | None) -> None:
    assert width(pattern) == expected


def test_an_endless_pattern_holds_the_stream() -> None:
    watcher = build(regex("a.*b"))
    assert watcher.reach is None
    assert watcher.settled("aaaa", 2) == 2


WATCHES = {
    "phrases": phrases("new york", "york city hall", "acme", "竞争对手", "对手", "c++", "the"),
    "regex": regex(r"\bINV-\d{2,6}\b", "ab{0,3}c", r"(?m)x$", r"\d\d"),
}
PIECES = [
    "new",
    "york",
    "city hall",
    "acme",
    "竞争",
    "对手",
    "c++",
    "the",
    "INV-",
    "12",
    "3456",
    "ab",
    "b",
    "c",
    "x",
    " ",
    " ",
    "\n",
    "é",
]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def test_every_kind_is_streamed_below() -> None:
    assert set(WATCHES) == set(TABLE)


@pytest.mark.parametrize("kind", sorted(TABLE))
@settings(max_examples=200, deadline=None)
@given(text=texts, cuts=st.lists(st.integers(0, 150), max_size=10))
def test_a_stream_finds_what_the_whole_text_holds(kind: str, text: str, cuts: list[int]) -> None:
    watcher = build(WATCHES[kind])
    assert sorted(streamed(watcher, text, cuts_of(text, cuts))) == sorted(whole(watcher, text))
    assert sorted(streamed(watcher, text, range(len(text)))) == sorted(whole(watcher, text))


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=8), st.text("abc ", max_size=40))
def test_the_tree_of_phrases_finds_what_a_plain_search_finds(terms: list[str], text: str) -> None:
    words = set(text.split())
    assert {v for _, v in values(build(phrases(*terms)), text)} == words & set(terms)


@pytest.mark.parametrize(
    "watch", [phrases("acme"), regex(r"\bacme\b"), regex("acme$"), phrases("a"), regex(r"\ba\b"), phrases("acme", "acmes")]
)
@pytest.mark.parametrize("text", ["acme", "acmes", "an acmes", "acme acmes acme", "acmesacme", "ab a ba"])
def test_a_word_that_grows(watch: Watch, text: str) -> None:
    assert streamed(build(watch), text, range(len(text))) == whole(build(watch), text)
