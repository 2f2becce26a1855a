"""How a name is written, read from the left to the right, word by word, from a place where one may begin.

The reading stops at the first word that cannot go on with it. So it depends on nothing behind the place where it stopped, and
a text that still arrives reads like the whole one, unless the reading came to its end (`Run.going`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from guardrails.detectors.names.people.common import COMMON, CONTRACTED, NO_GIVEN, PARTICLES, SURNAMES_TOO
from guardrails.detectors.names.people.given import AMBIGUOUS, COMPOUND, DOUBTFUL, GIVEN, PLAIN, SURNAMES

ENTITY = "PERSON"
CERTAIN, LIKELY, WEAK = 0.85, 0.7, 0.5
LONGEST = 60  # characters of a name
MOST = 5  # words of a name
AHEAD = 3  # characters behind a name that may decide
#: The most that one name and what is looked at behind it span: at most two words more, of 64 characters.
SPAN = LONGEST + 2 * 64 + AHEAD

LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_WORD = rf"[{LETTER}]{{1,20}}(?:['\u2019-][{LETTER}]{{1,20}}){{0,2}}"
WORD = re.compile(_WORD)
_STEP = re.compile(rf"(?P<gap>[ \u00a0]{{0,2}})(?P<word>(?:[A-Z]\.){{1,3}}(?![{LETTER}])|[a-z]\.(?= [a-z])|{_WORD})")
_GLUED = re.compile(rf"[\d_@{LETTER}]")  # what goes on like this is no word
_INITIAL = re.compile(r"(?:[A-Z]\.){1,3}|[A-Z]")
_INNER = re.compile(rf"[{LETTER}][a-z\u00df-\u00f6\u00f8-\u00ff]+[A-Z]")
_PREFIXES = ("Mc", "Mac", "De", "La", "Le", "Di", "Du", "Van", "Fitz", "St", "Da", "Al", "Ab", "El")
_ARTICLES = ("al-", "el-", "ul-", "ad-", "as-", "ar-", "ash")
_POSSESSIVES = ("'s", "\u2019s", "'S", "\u2019S")
_HAN = re.compile(r"[\u4e00-\u9fff]{1,6}")


class Run(NamedTuple):
    """Words that may be a name. `going`: the text ended before the reading did."""

    begin: int  # where the first word begins, or would
    spans: tuple[tuple[int, int], ...]
    stop: int
    going: bool

    def words(self, text: str) -> list[str]:
        return [text[s:e] for s, e in self.spans]


def is_capital(word: str) -> bool:
    """Whether a word is written as a name is: `Jane`, `O'Brien`, `McDonald`, `COOPER`; not `JavaScript`."""
    if not word[:1].isupper():
        return False
    inner = _INNER.match(word)
    return inner is None or word.startswith(_PREFIXES)


def is_common(word: str) -> bool:
    """Whether a word says something else than who somebody is. "Will" may be a name, "will" is none."""
    plain = word.lower().replace("\u2019", "'")
    if "'" in plain and plain.partition("'")[0] in CONTRACTED:
        return True
    return plain in COMMON and not (word[:1].isupper() and plain in AMBIGUOUS)


def is_given(word: str) -> bool:
    """Whether it is a known given name; in lower case only one that is no other word."""
    plain = word.lower()
    return plain in (GIVEN if word[:1].isupper() else PLAIN) or ("-" in plain and plain.partition("-")[0] in PLAIN)


def scan(text: str, at: int, *, lower: bool = False, most: int = MOST) -> Run:
    """The words from `at` on that may be one name. `lower`: one that is written in lower case is read as well."""
    spans: list[tuple[int, int]] = []
    first = _STEP.match(text, at)
    begin = first.start("word") if first else at
    capital = first is not None and text[begin].isupper()
    seen, kept = at, 0
    while len(spans) < most:
        m = _STEP.match(text, seen)
        if m is None or (spans and len(m["gap"]) != 1 and text[seen - 1] != "."):
            break
        end, word = m.end(), m["word"]
        if _GLUED.match(text, end):
            return Run(begin, tuple(spans[:kept]), spans[kept - 1][1] if kept else begin, end + AHEAD > len(text))
        if word.endswith(_POSSESSIVES):
            word, end = word[:-2], end - 2
        if end - begin > LONGEST or not _goes_on(word, len(spans), capital=capital, lower=lower):
            return Run(begin, tuple(spans[:kept]), spans[kept - 1][1] if kept else begin, m.end() + AHEAD > len(text))
        spans.append((m.start("word"), end))
        if word.lower() not in PARTICLES or not capital:
            kept = len(spans)
        seen = end
        if end != m.end():
            break
    follows = _STEP.match(text, seen)
    edge = follows.end() if follows else seen + 2
    return Run(begin, tuple(spans[:kept]), spans[kept - 1][1] if kept else begin, edge + AHEAD > len(text))


def _goes_on(word: str, count: int, *, capital: bool, lower: bool) -> bool:
    """Whether a name goes on with this word; `count` words of it are read."""
    plain = word.lower()
    if _INITIAL.fullmatch(word):
        return True
    if word[-1] == ".":
        return lower and not capital
    if is_common(word) and not (count and word[0].isupper() and plain in SURNAMES_TOO):
        return bool(count) and plain in PARTICLES
    if capital:
        return is_capital(word) or (bool(count) and (plain in PARTICLES or word[:3] in _ARTICLES))
    return lower and word == plain


def known(text: str, run: Run) -> Run:
    """Of words in lower case the known given names that they begin with; all of them if the first has a capital."""
    words = run.words(text)
    if not words or words[0][0].isupper():
        return run
    count = next((n for n, word in enumerate(words) if n and not is_given(word)), len(words))
    return run._replace(spans=run.spans[:count], stop=run.spans[count - 1][1])


def score(words: list[str]) -> float:
    """How much these words look like somebody's name, by themselves; 0: like none.

    A known given name among the first two is likely; two words or more that nothing speaks against are weak.
    """
    full = [w for w in words if not _INITIAL.fullmatch(w) and w.lower() not in PARTICLES]
    if not full:
        return 0.0
    if is_given(full[0]):
        return CERTAIN if len(words) > 1 else LIKELY
    if not words[0][0].isupper():
        return 0.0
    return LIKELY if any(map(is_given, full[1:2])) else WEAK if len(words) > 1 else 0.0


def han(text: str, at: int, surnames: frozenset[str] = SURNAMES) -> Run:
    """A Chinese name from `at` on: a surname and one or two characters that are not the next word's."""
    m = _HAN.match(text, at)
    if m is None:
        return Run(at, (), at, at >= len(text))
    going = m.end() == len(text) and m.end() - at < 6
    run = m[0]
    family = 2 if run[:2] in COMPOUND else 1 if run[0] in surnames else 0
    if not family:
        return Run(at, (), at, going)
    end = family
    while end < len(run) and end < family + 2 and run[end] not in NO_GIVEN:
        end += 1
    if end == family:
        return Run(at, (), at, going)
    return Run(at, ((at, at + end),), at + end, going or at + end == len(text))


def is_doubtful(name: str) -> bool:
    """Whether a Chinese name begins with a character that is as often part of another word."""
    return name[0] in DOUBTFUL and name[:2] not in COMPOUND
