"""Everything that is found in one text by its form: one detector over several readers.

fold → may anything be there? (two set matches over the whole text) → each reader of what may be there → the surest of what
overlaps → back to the offsets of the original. A value that was written in disguise is a second finding over the same place, an
OBFUSCATION: a rule may ask what somebody wants to hide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from guardrails.detectors import births, encoded, secrets, spaced, spelled, wrapped
from guardrails.detectors.births import Births
from guardrails.detectors.encoded import Encoded
from guardrails.detectors.folding import BEFORE, MOST, Folded, fold, is_plain, known
from guardrails.detectors.hits import OPAQUE, Hit, strongest
from guardrails.detectors.ids import ENTITIES
from guardrails.detectors.islands import open_word
from guardrails.detectors.linear import readable, search_set
from guardrails.detectors.patterns import REACH as NEAR
from guardrails.detectors.patterns import PatternDetector, Patterns
from guardrails.detectors.public import is_allowed, is_public
from guardrails.detectors.secrets import Secrets
from guardrails.detectors.spaced import Spaced
from guardrails.detectors.spelled import Spelled
from guardrails.detectors.table import Table
from guardrails.detectors.wrapped import Wrapped
from guardrails.model import Finding, Segment

NAME = "pii/2"
OBFUSCATION = "OBFUSCATION"
#: At most half of any stretch vanishes when it is folded, `MOST` characters of each `BEFORE`.
REACH = max(2 * max(NEAR, spaced.REACH, spelled.REACH, wrapped.REACH, births.REACH) + MOST + BEFORE, secrets.REACH)

#: Where one of these stands in what is new, it takes a closer look to know what is open; most prose has none.
_STIRS = re.compile(
    rf"[@\n\r]|[\[({{<] ?(?:(?:{'|'.join(spelled.BEGUN)}|[.点])? ?\Z|{spelled.SIGN} ?[\])}}>])"
    rf"|[A-Za-z0-9+/_=-]{{{encoded.FEWEST}}}\Z| {spelled.SIGN} ",
    re.IGNORECASE,
)
_BEGUN = frozenset(spelled.BEGUN)


def known_entities(table: Table) -> frozenset[str]:
    """The names of everything that is found by its form: what a rule can name."""
    return ENTITIES.union([secrets.ENTITY, OBFUSCATION], (r.entity for r in table.recognizers))


class Reader(Protocol):
    """Reads a folded text. The contract is that of `model.Detector`."""

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        """What is found at or after `start`, where nothing crosses `start`."""

    def settled(self, text: str, start: int = 0) -> int:
        """The first index whose findings could still change if more text came."""


#: A finding, and whether it is written in a way that is a disguise.
_Found = tuple[Hit, bool]


class _Part(NamedTuple):
    """A reader of what is written in another way than usual, and whether that is a disguise."""

    reader: Reader
    disguise: bool


class Personal:
    """All of it. `for_context` gives the detector for one call's countries and language."""

    def __init__(self, table: Table, *, allow: frozenset[str] = frozenset(), public: bool = False) -> None:
        """`allow`: values and domains that are no findings. `public`: report also what is no one's, such as 127.0.0.1."""
        self._patterns = Patterns(table)
        self.entities = known_entities(table)
        self._domains = table.domains
        self._allow, self._public = frozenset(a.casefold() for a in allow), public
        self._bound = lru_cache(maxsize=64)(self._bind)
        self._secret = Triggers([secrets.TRIGGERS])
        self._triggers = Triggers([encoded.TRIGGERS, spaced.TRIGGERS, spelled.TRIGGERS, wrapped.TRIGGERS, births.TRIGGERS])

    def for_context(
        self, countries: frozenset[str] = frozenset(), language: str = "en", asked: frozenset[str] = frozenset()
    ) -> PersonalDetector:
        """`countries`: ISO 3166-1 alpha-2, empty: those of the language (BCP 47). `asked`: entities that rules name."""
        return self._bound(self._patterns.for_context(countries, language, asked))

    def _bind(self, patterns: PatternDetector) -> PersonalDetector:
        def is_nobodys(entity: str, value: str) -> bool:
            return (not self._public and is_public(entity, value)) or (bool(self._allow) and is_allowed(value, self._allow))

        def look(text: str, start: int) -> list[Hit]:
            if patterns.prefilter.nothing_in(text):
                return []
            return [hit for hit in patterns.find(text, start) if not is_nobodys(hit.entity, text[hit.start : hit.end])]

        coded = Encoded(look)
        parts = (
            _Part(coded, disguise=True),
            _Part(Spaced(look), disguise=True),
            _Part(Spelled(self._domains, is_nobodys), disguise=True),
            _Part(Wrapped(look), disguise=False),
            _Part(Births(), disguise=False),
        )
        return PersonalDetector(patterns, coded, parts, self._triggers, Secrets(), self._secret, is_nobodys)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PersonalDetector:
    """The readers bound to one set of countries (`model.Detector`)."""

    patterns: PatternDetector
    encoded: Encoded
    parts: tuple[_Part, ...]
    triggers: Triggers
    secrets: Secrets
    secret: Triggers
    is_nobodys: Callable[[str, str], bool]

    @property
    def name(self) -> str:
        return NAME

    @property
    def reach(self) -> int:
        return REACH

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        text = readable(segment.text)
        folded = fold(text)
        found = [*self._secrets(text, start), *self._hits(folded, start, len(folded.text))]
        if not found:
            return ()
        as_written = {hit for hit, disguise in found if not disguise}
        findings = []
        for hit in strongest([hit for hit, _ in found]):
            findings.append(_finding(segment, hit))
            if hit not in as_written or folded.is_disguised(hit.start, hit.end):
                findings.append(_finding(segment, Hit(hit.start, hit.end, OBFUSCATION, 0.5, "Obfuscation")))
        return findings

    def _secrets(self, text: str, start: int) -> Iterator[_Found]:
        """Secrets are read as they are written: what looks like an escape may be part of a password."""
        if self.secret.found(text[max(0, start - secrets.REACH) :]):
            for hit in self.secrets.find(text, start):
                yield hit, False

    def _hits(self, folded: Folded, start: int, stop: int) -> Iterator[_Found]:
        """What the readers of folded text find before its index `stop`, at the original's offsets, overlapping."""
        text = folded.text if stop == len(folded.text) else folded.text[:stop]
        begin = folded.folded(start) if start else 0
        for hit, disguise in self._read(text, begin):
            value = text[hit.start : hit.end]
            if OPAQUE not in value and not self.is_nobodys(hit.entity, value):
                yield hit._replace(start=folded.start(hit.start), end=folded.behind(hit.end)), disguise

    def _read(self, text: str, start: int) -> Iterator[_Found]:
        near = text[start:] if start else text
        if not self.patterns.prefilter.nothing_in(near):
            for hit in self.patterns.find(text, start):
                yield hit, False
        for number in self.triggers.found(text[max(0, start - wrapped.HEAD) :]):
            reader, disguise = self.parts[number]
            for hit in reader.find(text, start):
                yield hit, disguise

    def settled(self, text: str, start: int = 0) -> int:
        if (edge := _open_prose(text, start)) is not None:
            return edge
        text = readable(text)
        folded = fold(text)
        begin = folded.folded(start)
        stop = max(begin, folded.folded(known(text, start)))
        shown = folded.text[:stop]
        inner = min(self.patterns.settled(shown, begin), *(p.reader.settled(shown, begin) for p in self.parts))
        edge = folded.start(inner) if inner < len(folded.text) else folded.end(inner)
        edge = max(start, min(edge, self.secrets.settled(text, start)))
        if edge == start:
            return start
        hits = [hit for hit, _ in (*self._secrets(text, start), *self._hits(folded, start, stop))]
        while True:
            edge = min([edge, *(h.start for h in hits if h.start < edge < h.end)])
            inner = folded.folded(edge)
            begins = min(self.patterns.beginning(shown, begin, inner), self.encoded.beginning(shown, begin, inner))
            if begins == inner and not any(h.start < edge < h.end for h in hits):
                return max(start, edge)
            edge = max(start, folded.start(begins)) if begins < inner else edge


def _open_prose(text: str, start: int) -> int | None:
    """Where the last word of plain prose begins, or the one before it where a mark may follow that; None: look closer."""
    word = open_word(text, start)
    if word is None or _STIRS.search(text, start) or secrets.stirs(text, start) or not is_plain(text, start):
        return None
    last = text[word:]
    if (len(last) > 1 and last.lower() not in _BEGUN) or text[word - 1 : word] != " ":
        return word
    before = text.rfind(" ", start, max(start, word - 1)) + 1 or start
    return before if word - before > 2 else None


def _finding(segment: Segment, hit: Hit) -> Finding:
    """`hit`: its offsets are those of the segment."""
    return Finding(
        segment.path, hit.start, hit.end, hit.entity, hit.score, f"pii/{hit.recognizer}", segment.stage, segment.origin
    )


class Triggers:
    """Which of several readers could find something in a text? One set match."""

    def __init__(self, triggers: Sequence[Sequence[str]]) -> None:
        self._set = search_set(pattern for patterns in triggers for pattern in patterns)
        self._of = [number for number, patterns in enumerate(triggers) for _ in patterns]

    def found(self, text: str) -> list[int]:
        found = self._set.Match(text if text.isascii() else text.encode())
        return sorted({self._of[n] for n in found}) if found else []
