"""A team's own recognizers that were written down (`own/written.py` reads them): words, patterns, check digits, context.

Like everything that looks for personal data they see the folded text, so a disguise that hides a card hides no customer number
either. Words and patterns are linear in the text (`watches.py`), and context stands before a value, never behind it. So it is
known how far a finding reaches, and a stream waits no longer than the longest value; one pattern without a bound makes it hold.

Every recognizer is asked for itself and none takes a value away from another: their order has no meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from guardrails.detectors.countries import countries_of
from guardrails.detectors.folding import BEFORE, MOST, fold, known
from guardrails.detectors.hits import OPAQUE, Hit
from guardrails.detectors.labels import WINDOW, Label, label, left_of, nearest
from guardrails.detectors.linear import readable
from guardrails.detectors.patterns import THRESHOLD
from guardrails.detectors.public import is_allowed
from guardrails.detectors.watches import Watcher, phrases, regex
from guardrails.model import Finding, Segment, Watch


@dataclass(frozen=True, slots=True)
class Recognizer:
    """One of a team's own. Its `repr` hides what it looks for, which may be names of people.

    `words` are found whole, `patterns` are RE2's. `check` judges what a pattern matched. `score` is how sure a value is by
    itself, `named` how sure behind one of the `context` words; below `THRESHOLD` it is none.
    """

    name: str
    entity: str
    words: tuple[str, ...] = field(default=(), repr=False)
    patterns: tuple[str, ...] = field(default=(), repr=False)
    ignore_case: tuple[bool, bool] = (True, False)  # of words, of patterns
    check: Callable[[str], bool] | None = None
    context: tuple[str, ...] = field(default=(), repr=False)
    score: float = 1.0
    named: float = 1.0
    languages: frozenset[str] = frozenset()  # primary subtags (BCP 47), lower case; none: all
    countries: frozenset[str] = frozenset()  # ISO 3166-1 alpha-2, upper case; none: all

    def speaks(self, language: str, countries: Iterable[str]) -> bool:
        """Does it look at texts of this language, in these countries?"""
        spoken = language.lower().replace("_", "-").partition("-")[0]
        return (not self.languages or spoken in self.languages) and (
            not self.countries or not self.countries.isdisjoint(countries)
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Ready:
    """A recognizer ready for use: what finds its words, what its patterns, and what may stand before both."""

    recognizer: Recognizer
    words: Watcher | None
    patterns: Watcher | None
    context: Label | None

    @classmethod
    def of(cls, one: Recognizer) -> _Ready:
        """Raises ValueError where RE2 refuses a pattern."""
        words = tuple(fold(word).text for word in one.words)
        return cls(
            one,
            phrases(Watch("", "phrases", words, one.entity, one.ignore_case[0])) if words else None,
            regex(Watch("", "regex", one.patterns, one.entity, one.ignore_case[1])) if one.patterns else None,
            label(one.context) if one.context else None,
        )

    @property
    def width(self) -> int | None:
        """Of the longest value."""
        widths = [watcher.width for watcher in (self.words, self.patterns) if watcher is not None]
        bounded = [width for width in widths if width is not None]
        return max(bounded, default=0) if len(bounded) == len(widths) else None

    def spans(self, text: str, start: int) -> Iterator[tuple[int, int, bool]]:
        """Where a value may stand, and whether a pattern says so."""
        for watcher, by_pattern in ((self.words, False), (self.patterns, True)):
            if watcher is not None:
                for begin, end in watcher.spans(text, start):
                    yield begin, end, by_pattern

    def hits(self, text: str, start: int) -> Iterator[Hit]:
        one = self.recognizer
        for begin, end, by_pattern in self.spans(text, start):
            value = text[begin:end]
            if OPAQUE in value or (by_pattern and one.check is not None and not one.check(value)):
                continue
            score = one.score
            if self.context is not None and score < one.named and nearest(self.context, left_of(text, begin)) >= 0:
                score = one.named
            if score >= THRESHOLD:
                yield Hit(begin, end, one.entity, score, one.name)


class Custom:
    """All of a team's. `for_context` gives the detector for one call's countries and language; None where none is for it."""

    def __init__(self, recognizers: Iterable[Recognizer], allow: frozenset[str] = frozenset()) -> None:
        """`allow`: values and domains that are no findings. Raises ValueError where RE2 refuses a pattern."""
        self._ready = tuple(_Ready.of(one) for one in sorted(recognizers, key=lambda one: one.name))
        self._allow = frozenset(a.casefold() for a in allow)
        self._bound = lru_cache(maxsize=64)(self._bind)

    def for_context(self, countries: frozenset[str] = frozenset(), language: str = "en") -> CustomDetector | None:
        """`countries`: ISO 3166-1 alpha-2, empty: those of the language (BCP 47)."""
        return self._bound(countries_of(countries, language), language)

    def everywhere(self) -> CustomDetector:
        """The detector that asks all of them, whatever the language."""
        return CustomDetector(self._ready, self._allow)

    def _bind(self, countries: tuple[str, ...], language: str) -> CustomDetector | None:
        ready = tuple(one for one in self._ready if one.recognizer.speaks(language, countries))
        return CustomDetector(ready, self._allow) if ready else None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CustomDetector:
    """A team's recognizers bound to one set of countries and a language (`model.Detector`)."""

    ready: tuple[_Ready, ...]
    allow: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return "pii/own"

    @property
    def width(self) -> int | None:
        """Of the longest value; None where one has no bound."""
        widths = [one.width for one in self.ready]
        bounded = [width for width in widths if width is not None]
        return max(bounded, default=0) if len(bounded) == len(widths) else None

    @property
    def reach(self) -> int | None:
        """The longest value, the context before it, and a character on either side, of which folding hides at most half."""
        width = self.width
        return None if width is None else 2 * (width + WINDOW + 2) + MOST + BEFORE

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        folded = fold(readable(segment.text))
        hits = {hit for one in self.ready for hit in one.hits(folded.text, folded.folded(start) if start else 0)}
        for hit in sorted(hits):
            begin, end = folded.start(hit.start), folded.behind(hit.end)
            if not self.allow or not is_allowed(folded.text[hit.start : hit.end], self.allow):
                detector = f"pii/{hit.recognizer}"
                yield Finding(segment.path, begin, end, hit.entity, hit.score, detector, segment.stage, segment.origin)

    def settled(self, text: str, start: int = 0) -> int:
        """All but the last characters that the longest value could still need, and not inside of a value."""
        width = self.width
        if width is None:
            return start
        text = readable(text)
        folded = fold(text[: known(text, start)])
        begin = folded.folded(start)
        edge = max(begin, len(folded.text) - width)
        spans = sorted((s, e) for one in self.ready for s, e, _ in one.spans(folded.text, begin))
        for first, last in reversed(spans):
            if first < edge < last:
                edge = first
        return max(start, folded.start(edge) if edge < len(folded.text) else folded.end(edge))
