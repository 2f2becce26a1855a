"""A name that was found once is hidden wherever it stands: known names spread.

A detector sees one text at a time, and a name where its sentence shows one. What it found with confidence is looked for by
itself in every text of a request, and in an answer behind the place where it was found (forward only, within one text: what has
left cannot be called back, so the whole answer must come to the same).

Whole words, capitals or not, however the blanks between them are written; of a name of several words each part that is no
ordinary word. One pass over the words of a text, whatever is known: the names are a tree of words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from guardrails.detectors.hits import OPAQUE
from guardrails.detectors.ordinary import LANGUAGES, ORDINARY, PARTICLES, TITLES
from guardrails.model import Finding, Kind, Segment

NAME = "pii/spread"
SPREADS = frozenset({"PERSON", "ADDRESS"})
CONFIDENT = 0.6  # a finding below it is hidden where it stands, and teaches nothing
FULL, PART = 0.05, 0.1  # how much less sure than its source a mention of the whole name is, and of a part of it
SHORTEST = 3  # letters of a single word
MOST_WORDS, MOST_LETTERS = 32, 64  # of an address, signs of Chinese counted; of a word

MOST_NAMES = 10  # of a person
FEW = 50  # words that are sooner looked for one by one than in a set of all that a text has

#: Scripts that are written without blanks, or whose words take their endings without one: each sign is a word by itself.
_SIGNS = "\u1100-\u11ff\u2e80-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
#: Marks that are neither letters nor borders: accents, vowel signs of Hebrew, Arabic, the scripts of India, Thai.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0d7f\u0e31-\u0e3a\u0e47-\u0e4e"
_LETTER = rf"[^\W_{_SIGNS}]"
_LETTERS = rf"(?<!{_LETTER})(?<![{_MARKS}]){_LETTER}{{1,64}}(?:[{_MARKS}]{{1,8}}{_LETTER}{{0,64}}){{0,8}}"
_WORD = re.compile(rf"[{_SIGNS}]|{_LETTERS}")
_RUN = re.compile(rf"[{_SIGNS}]+|{_LETTERS}")
_SIGN = re.compile(rf"[{_SIGNS}]+")
_GAP = re.compile(r"[\s.,\-_/#'’·\u2010-\u2015]{1,8}")
_LISTS = re.compile(r"[,/#]")  # stand between two names, or inside an address
#: What may be glued to the end of a name: the Danish genitive, the Indonesian "its" or "the".
_GENITIVE, _CLITIC = "s", "nya"


class _Mark(NamedTuple):
    """What a mention says. `cut`: characters at its end that do not belong to the name."""

    score: float
    entity: str
    cut: int = 0


@dataclass(slots=True, repr=False)
class _Node:
    """One more word of the names that begin alike."""

    next: dict[str, _Node] = field(default_factory=dict)
    loose: _Mark | None = None  # capitals or not
    exact: dict[str, _Mark] = field(default_factory=dict)  # by the very spelling


class _Source(NamedTuple):
    """Where a name was found: it is known from `end` on."""

    end: int
    value: str
    entity: str
    score: float


class _Mention(NamedTuple):
    start: int
    end: int
    mark: _Mark


class Names:
    """The names that are known. Its `repr` shows none."""

    def __init__(self) -> None:
        self._root = _Node()
        self.begins = self._root.next  # by their first words, as `_key` has them
        self.signs: set[str] = set()  # the first signs of those in signs

    def __repr__(self) -> str:
        return "Names()"

    def learn(self, value: str, entity: str, score: float) -> None:
        """`value`: what was found, as it was written."""
        words = [match[0] for match in _WORD.finditer(value)]
        if not words or len(words) > MOST_WORDS or OPAQUE in value or any(len(w) > MOST_LETTERS for w in words):
            return
        if entity == "PERSON":
            self._person(words, score)
        elif len(words) > 2 and any(w[0].isdecimal() or _SIGN.match(w) for w in words):
            self._whole(words, _Mark(_less(score, FULL), entity))

    def _person(self, words: list[str], score: float) -> None:
        while words and _key(words[0]) in TITLES:
            words = words[1:]
        if len(words) > 1 and words[-1] == _GENITIVE:  # the name was found with its 's
            words = words[:-1]
        if len(words) > 1 and all(_SIGN.fullmatch(w) for w in words):
            if "".join(words) not in ORDINARY:
                self._add(words, _Mark(_less(score, FULL), "PERSON"))
            return
        single = len(words) == 1
        if 1 < len(words) <= MOST_NAMES and any(len(w) >= SHORTEST for w in words):
            self._whole(words, _Mark(_less(score, FULL), "PERSON"))
        for word in words:
            if len(word) >= SHORTEST and word.isalpha() and _key(word) not in PARTICLES:
                self._part(word, _Mark(_less(score, FULL if single else PART), "PERSON"))

    def _whole(self, words: list[str], mark: _Mark) -> None:
        """A name of several words: as a whole it is rarely anything else, but for "will may"."""
        if any(language.issuperset(map(_key, words)) for language in LANGUAGES):
            self._add(words, mark, exact=True)
            return
        *front, last = words
        self._add(words, mark)
        for ending in (_GENITIVE, _CLITIC):
            self._add([*front, last + ending], mark._replace(cut=len(ending)))

    def _part(self, word: str, mark: _Mark) -> None:
        """A single word, which may be another word as well."""
        if _key(word) in ORDINARY:
            if word[0].isupper():
                self._add([word], mark, exact=True)
            return
        self._add([word], mark)
        if _key(word + _GENITIVE) not in ORDINARY:
            self._add([word + _GENITIVE], mark._replace(cut=len(_GENITIVE)), exact=True)
        self._add([word + _CLITIC], mark._replace(cut=len(_CLITIC)))

    def _add(self, words: Sequence[str], mark: _Mark, *, exact: bool = False) -> None:
        node = self._root
        if _SIGN.match(words[0]):
            self.signs.add(words[0])
        for word in words:
            node = node.next.setdefault(_key(word), _Node())
        if exact:
            spelling = " ".join(words)
            node.exact[spelling] = _surer(mark, node.exact.get(spelling))
        else:
            node.loose = _surer(mark, node.loose)

    def in_words(self, text: str) -> bool:
        """May one of them begin somewhere in the text? Quicker than to read it."""
        if not (text.isascii() or unicodedata.is_normalized("NFKC", text)):
            return True
        folded = text.casefold()
        if len(self.begins) <= FEW:
            return any(word in folded for word in self.begins)
        return not self.signs.isdisjoint(folded) or not self.begins.keys().isdisjoint(_WORD.findall(folded))


class Reader:
    """Reads one text from its beginning to its end, as far as it is there. Offsets are those of the whole text.

    `forward`: a name is looked for behind the place where it was learnt; else `names` knows them all.
    """

    def __init__(self, names: Names | None = None) -> None:
        self.names = names or Names()
        self.at = 0  # whether a mention begins before it is decided
        self._waiting: list[_Source] = []

    def __repr__(self) -> str:
        return f"Reader(at={self.at})"

    def learn(self, finding: Finding, value: str) -> None:
        """A finding of the text, which spreads if its detector was sure."""
        if teaches(finding):
            self._waiting.append(_Source(finding.end, value, finding.entity, finding.score))
            self._waiting.sort(reverse=True)

    def read(self, text: str, stop: int, *, base: int = 0, final: bool = True) -> list[_Mention]:
        """The mentions that begin before `stop`, where all names are known that were learnt before it.

        `text`: the text from `base` on. Not `final`: more will come, and a mention that may still grow waits for it.
        """
        if stop <= self.at or not (self._waiting or self.names.begins):  # nothing new, or nothing to look for
            self.at = max(self.at, stop)
            return []
        found: list[_Mention] = []
        at, edge = self.at - base, stop - base
        size = -1 if final else len(text)
        for run in _RUN.finditer(text, at):
            if run.start() >= edge:
                break
            if self._waiting:
                self._wake(run.start() + base)
            word = run[0]
            if word.isascii() and run.end() != size and word.lower() not in self.names.begins:
                continue  # nearly every word
            for begin in self._begin(run, edge, base, open_=_open(text, run, final=final)):
                if begin < at:
                    continue
                mention = self._mention(text, begin, final=final)
                if mention is None:
                    self.at = begin + base
                    return found
                at = mention.end
                if mention.mark.entity:
                    found.append(_Mention(begin + base, mention.end - mention.mark.cut + base, mention.mark))
        self.at = max(stop, at + base)
        return found

    def _begin(self, run: re.Match[str], edge: int, base: int, *, open_: bool) -> Iterable[int]:
        """Where in a word, or in a row of signs, a name may begin."""
        start, word = run.start(), run[0]
        if not _SIGN.match(word):
            return (start,) if open_ or _key(word) in self.names.begins else ()
        if self.names.signs.isdisjoint(word) and not (self._waiting and self._waiting[-1].end < run.end() + base):
            return ()
        return self._signs(word, start, edge, base)

    def _signs(self, signs: str, start: int, edge: int, base: int) -> Iterator[int]:
        for begin, sign in enumerate(signs[: edge - start], start):
            self._wake(begin + base)
            if sign in self.names.signs:
                yield begin

    def _wake(self, at: int) -> None:
        while self._waiting and self._waiting[-1].end <= at:
            source = self._waiting.pop()
            self.names.learn(source.value, source.entity, source.score)

    def _mention(self, text: str, begin: int, *, final: bool) -> _Mention | None:
        """The longest name that begins here, or the word alone without a mark; None: more text may say."""
        word = _WORD.match(text, begin)
        if word is None or _open(text, word, final=final):
            return None
        node = self.names.begins.get(_key(word[0])) if len(word[0]) <= MOST_LETTERS else None
        best = _Mention(begin, word.end(), _NOTHING)
        spelling, listed = [word[0]], False
        while node is not None:
            mark = _surest(node, spelling)
            if mark is not None and not (listed and mark.entity == "PERSON"):
                alone = len(spelling) > 1 or _stands_alone(text, word, final=final)
                if alone is None:
                    return None
                if alone:
                    best = _Mention(best.start, word.end(), mark)
            if not node.next:
                break
            gap = _GAP.match(text, word.end())
            after = gap.end() if gap else word.end()
            if after == len(text) and not final:
                return None
            listed = listed or (gap is not None and _LISTS.search(gap[0]) is not None)
            following = _WORD.match(text, after)
            if following is None:
                break
            if _open(text, following, final=final):
                return None
            word = following
            spelling.append(word[0])
            node = node.next.get(_key(word[0])) if len(word[0]) <= MOST_LETTERS else None
        return best


_NOTHING = _Mark(0.0, "")


def teaches(finding: Finding) -> bool:
    return finding.entity in SPREADS and finding.score >= CONFIDENT and finding.detector != NAME


def spread(findings: Sequence[Finding], segments: Sequence[Segment]) -> list[Finding]:
    """Where else in a request the names stand that were found in it. `segments`: its texts as detectors see them."""
    sure = [f for f in findings if teaches(f)]
    if not sure:
        return []
    texts = {segment.path: segment.text for segment in segments}
    where: dict[str, list[Finding]] = {}
    for finding in findings:
        where.setdefault(finding.path, []).append(finding)
    names = Names()
    for value, entity, score in sorted({(texts[f.path][f.start : f.end], f.entity, f.score) for f in sure}):
        names.learn(value, entity, score)
    found: list[Finding] = []
    for segment in segments:
        if segment.kind is not Kind.NUMBER and names.in_words(segment.text):
            mentions = Reader(names).read(segment.text, len(segment.text))
            found += told(mentions, segment, where.get(segment.path, ()))
    return found


def surest(findings: Iterable[Finding]) -> list[Finding]:
    """Of findings of one kind in one place the surest, for whoever counts them."""
    best: dict[tuple[str, int, int, str], Finding] = {}
    for one in findings:
        place = (one.path, one.start, one.end, one.entity)
        best[place] = max(best.get(place, one), one, key=lambda f: (f.score, f.detector))
    return list(best.values())


def forward(findings: Sequence[Finding], segment: Segment) -> list[Finding]:
    """Where else in one text of an answer the names stand that were found in it before: what a stream finds."""
    if segment.kind is Kind.NUMBER or not any(map(teaches, findings)):
        return []
    reader = Reader()
    for finding in findings:
        reader.learn(finding, segment.text[finding.start : finding.end])
    return list(told(reader.read(segment.text, len(segment.text)), segment, findings))


def told(mentions: Iterable[_Mention], segment: Segment, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The mentions as findings, but for those that one of `findings`, of the same text, says already."""
    near: list[Finding] = []
    rest = sorted(findings, key=lambda f: f.start, reverse=True)
    for start, end, (score, entity, _) in mentions:
        while rest and rest[-1].start <= start:
            near.append(rest.pop())
        near = [f for f in near if f.end > start]
        if not any(f.end >= end and f.entity == entity and f.score >= score for f in near):
            yield Finding(segment.path, start, end, entity, score, NAME, segment.stage, segment.origin)


def _open(text: str, word: re.Match[str], *, final: bool) -> bool:
    """May the word go on? Signs are words by themselves."""
    return not final and word.end() == len(text) and len(word[0]) <= MOST_LETTERS and not _SIGN.match(word[0])


def _stands_alone(text: str, word: re.Match[str], *, final: bool) -> bool | None:
    """Is a single word one in prose, not a part of a domain or of a programmer's name? None: more text may say."""
    before, after = text[max(0, word.start() - 2) : word.start()], text[word.end() : word.end() + 2]
    if before[-1:] == "_" or (before[-1:] == "." and before[:1].isalnum()) or after[:1] in ("_", "@"):
        return False
    if after[:1] == "." and len(after) == 1 and not final:
        return None
    return not (after[:1] == "." and after[1:].isalnum())


def _surest(node: _Node, spelling: Sequence[str]) -> _Mark | None:
    exact = node.exact.get(" ".join(spelling)) if node.exact else None
    return exact if node.loose is None else _surer(node.loose, exact)


def _surer(one: _Mark, other: _Mark | None) -> _Mark:
    return one if other is None else max(one, other, key=lambda mark: (-mark.cut, mark.score, mark.entity))


def _key(word: str) -> str:
    return word.lower() if word.isascii() else unicodedata.normalize("NFKC", word).casefold()


def _less(score: float, by: float) -> float:
    return round(score - by, 4)
