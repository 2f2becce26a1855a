"""The engine: Presidio's patterns, found Presidio's way where that is right, at a fraction of its cost.

folded text → island, or views into a long one → what could match there (one set match) → the exact pattern → check digits → the
words before it → the strongest finding of each region. Its findings are named after the recognizer: `pii/CreditCardRecognizer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import takewhile

import regex

from guardrails.detectors import labelled
from guardrails.detectors.checksums import CHECKS, STRONG, Check, is_issued
from guardrails.detectors.countries import countries_of
from guardrails.detectors.finders import INSTEAD, TRIGGERS, Finder, finders, is_address
from guardrails.detectors.hits import OPAQUE, SHORTEST, Hit, covers, strongest, veiled
from guardrails.detectors.ids import ENTITIES, KINDS
from guardrails.detectors.ids.kind import Kind
from guardrails.detectors.islands import BACK, LONG, Island, cut, is_of_interest, islands, open_island
from guardrails.detectors.labels import CARD, WINDOW, Label, is_other, label, nearest
from guardrails.detectors.prefilter import Prefilter
from guardrails.detectors.table import Pattern, Recognizer, Table
from guardrails.detectors.views import views

THRESHOLD = 0.4  # Presidio's own evaluations use it
#: Presidio's LemmaContextAwareEnhancer: what a word beside a match adds.
CONTEXT_GAIN = 0.35
UNPROVEN = 0.35  # a bare number that passes a weak check, and no word says what it is
#: No one's personal data by themselves: found only where a rule asks for them by name.
ON_REQUEST = frozenset({"UUID"})
#: Numbers that are easily something else: a word such as "order" right before them settles it.
_DOUBTED = frozenset({"CREDIT_CARD", "IP_ADDRESS", "US_BANK_NUMBER", "DATE_TIME"})
#: Longest look to the left of a segment's `start`: a run of number groups, the words before it, and one character more.
REACH = BACK + WINDOW + 64
#: Presidio's context words that stand before any number: "gave us 123456789" names no passport.
_VAGUE = frozenset({"us", "united", "states", "number", "pi", "it", "is"})

_MORE = {"CREDIT_CARD": CARD}
#: A price, a year, a time, a day: too little for a value that no word names.
_DULL = re.compile(r"[$(]?(?P<number>\d{1,4}(?:[.:,]\d{1,2})?)(?:st|nd|rd|th|[ap]m|%|:)?[.)]?")
DULLEST = 12
#: A section of a manual, a version, an operator between two names: an address where a word says so.
_FAINT = re.compile(r"\d(?:\.\d){3}|(?!::1\b)[0-9A-Fa-f]{0,2}::[0-9A-Fa-f]{0,2}")
_PLUS = re.compile(r"(?:\A|[\W_])?\+\Z")
#: What cannot be anything else where it is all that stands there.
_ITSELF = frozenset({"EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS", "CRYPTO"})
_FLAGS = regex.compile(r"\(\?[a-zA-Z]+\)")
#: A pattern that says what stands before it, or that begins with a sign.
_HAS_EDGE = regex.compile(r"(?:\((?:\?:)?)*(?:\\b|\(\?<|\^|[^\w\\\[(?])")
_SEPARATOR = regex.compile(r"[ \u00a0-]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern ready for use."""

    entity: str
    recognizer: str
    compiled: regex.Pattern[str]
    score: float
    check: Check | None
    strong: bool
    words: Label
    behind: bool  # it looks at the words before it by itself
    doubted: bool  # easily something else: a word such as "order" right before it settles it
    bare: float  # the score of a proven value without separators that no word names


class Patterns:
    """All recognizers of a table. `for_context` gives the detector for one call's countries and language."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.entities = ENTITIES.union(r.entity for r in table.recognizers)  #: the names that a rule can use
        self._checks = CHECKS | {"EmailRecognizer": partial(is_address, domains=table.domains)}
        self._rule = lru_cache(maxsize=None)(self._compile)
        self._engine = lru_cache(maxsize=64)(self._bind)

    def for_context(
        self, countries: frozenset[str] = frozenset(), language: str = "en", asked: frozenset[str] = frozenset()
    ) -> PatternDetector:
        """`countries`: ISO 3166-1 alpha-2, empty: those of the language (BCP 47). `asked`: entities that rules name."""
        asked &= self.entities
        return self._engine(countries_of(countries, language), bool(countries), asked)

    def _bind(self, countries: tuple[str, ...], named: bool, asked: frozenset[str]) -> PatternDetector:
        chosen = [r for r in self._table.recognizers if _is_wanted(r, countries, named, asked)]
        chosen.sort(key=lambda r: (r.entity != "CREDIT_CARD", r.name))
        pairs = [(r, _with_edge(p)) for r in chosen if r.name not in INSTEAD for p in r.patterns]
        known = frozenset(r.entity for r in chosen)
        kinds = [k for k in KINDS if _is_rule(k, countries, known)]
        return PatternDetector(
            rules=(*(self._rule(r, p) for r, p in pairs), *map(_own_rule, kinds)),
            prefilter=Prefilter(
                [p for _, p in pairs], TRIGGERS, [Pattern(_edged(k), k.alone, regex.I) for k in kinds], labelled.TRIGGERS
            ),
            finders=(*finders(chosen, countries, self._table.domains), partial(labelled.find, countries=frozenset(countries))),
        )

    def _compile(self, recognizer: Recognizer, pattern: Pattern) -> _Rule:
        return _Rule(
            entity=recognizer.entity,
            recognizer=recognizer.name,
            compiled=regex.compile(pattern.regex, pattern.flags),
            score=pattern.score,
            check=self._checks.get(recognizer.name),
            strong=recognizer.name in STRONG or recognizer.name == "EmailRecognizer",
            words=label([w for w in recognizer.context if w.lower() not in _VAGUE] + sorted(_MORE.get(recognizer.entity, ()))),
            behind="(?<=" in pattern.regex,
            doubted=recognizer.entity in _DOUBTED,
            bare=1.0 if recognizer.entity == "CREDIT_CARD" else min(pattern.score, UNPROVEN),
        )


def _with_edge(pattern: Pattern) -> Pattern:
    """A value begins where a word does: a pattern that leaves its left edge open gets one.

    It is not only a matter of being right: where any `1` in a long word may begin a match of up to sixty characters, RE2's
    automaton needs a new state for nearly every character (12 instead of 0.03 µs each).
    """
    flags = _FLAGS.match(pattern.regex)
    at = flags.end() if flags else 0
    if _HAS_EDGE.match(pattern.regex, at):
        return pattern
    return replace(pattern, regex=rf"{pattern.regex[:at]}\b(?:{pattern.regex[at:]})")


def _edged(kind: Kind) -> str:
    return rf"\b(?:{kind.form})(?!\w)" if kind.form.endswith(r"\)") else rf"\b(?:{kind.form})\b"


@cache
def _own_rule(kind: Kind) -> _Rule:
    return _Rule(
        entity=kind.entity,
        recognizer=kind.entity,
        compiled=regex.compile(_edged(kind)),
        score=kind.alone,
        check=kind.check,
        strong=False,
        words=label(kind.labels),
        behind=False,
        doubted=True,
        bare=kind.alone,
    )


def _is_rule(kind: Kind, countries: tuple[str, ...], known: frozenset[str]) -> bool:
    """Whether a kind is looked for without its name right before it, or with it at some distance, where a check can tell."""
    if kind.alone >= THRESHOLD:
        return kind.everywhere or kind.country in countries
    return kind.check is not None and kind.decisive and kind.country in countries and kind.entity not in known


def _is_wanted(r: Recognizer, countries: tuple[str, ...], named: bool, asked: frozenset[str]) -> bool:
    """The country gate. What Presidio leaves off and no check digit proves runs where its country or its entity is named."""
    if r.entity in ON_REQUEST:
        return r.entity in asked
    return r.country is None or (r.country in countries and (named or r.default or r.checks or r.entity in asked))


@dataclass(frozen=True, slots=True, eq=False)
class PatternDetector:
    """The engine bound to one set of countries; what it reads is folded (`folding.py`), and `personal.py` asks it."""

    rules: tuple[_Rule, ...]
    prefilter: Prefilter
    finders: tuple[Finder, ...]  # the last one goes by the words before a value, and may know better than what is certain

    def settled(self, text: str, start: int = 0) -> int:
        """As `model.Detector` says, of a folded text."""
        at, seen = open_island(text, start)
        return max([start, at, *(after for after, _ in views(text, at, seen, self._hits))])

    def beginning(self, text: str, start: int, upto: int) -> int:
        """The last index from `start` up to `upto` at which `find` may begin: one that lies in no long island, or where a view
        begins."""
        at, seen = open_island(text, start)
        if upto > at:
            return self._view(text, at, seen, upto) if seen - at > LONG else upto
        for begin, end in islands(text, start):
            if begin >= upto:
                break
            if upto < end and end - begin > LONG:
                return self._view(text, max(begin, start), end, upto)
        return upto

    def _view(self, text: str, at: int, end: int, upto: int) -> int:
        starts = (after for after, _ in views(text, at, end, self._hits))
        return max([at, *takewhile(lambda after: after <= upto, starts)])

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        """What is found in a folded text at or after `start`, island by island, one for each region."""
        for begin, end in islands(text, start):
            found = self._hits(text, begin, end) if end - begin <= LONG else self._found(text, begin, end)
            for hit in found:
                if hit.start >= start:
                    yield hit

    def _found(self, text: str, begin: int, end: int) -> Iterator[Hit]:
        """The findings of an island of any length."""
        for after, hits in views(text, begin, end, self._hits):
            yield from hits
            begin = after
        yield from self._hits(text, begin, end)

    def _hits(self, text: str, begin: int, end: int) -> list[Hit]:
        """The findings of one view, one for each region, in order.

        What is found is then taken for a gap, and what is left is searched again: a card beside another number is found, and
        hiding a value never brings another to light (hidden text is a fixed point).
        """
        hits = [] if self._nothing_in(text, begin, end) else self._once(text, begin, end)
        if not hits or covers(hits, begin, end):
            return hits
        before = max(0, begin - REACH)
        shown, found = text[before:end], hits
        while found:
            shown = veiled(shown, before, found)
            rest = (span for span in cut(shown, begin - before) if OPAQUE not in shown[slice(*span)])
            found = [h for b, e in rest for h in self._once(shown, b, e)]
            found = [h._replace(start=h.start + before, end=h.end + before) for h in found]
            hits += found
        return sorted(hits)

    def _nothing_in(self, text: str, begin: int, end: int) -> bool:
        dull = _DULL.fullmatch(text, begin, end) if end - begin <= DULLEST else None
        if dull is not None and not labelled.is_named(text, dull.start("number")):
            return True
        return not is_of_interest(text, begin, end) or self.prefilter.nothing_in(text[begin:end])

    def _once(self, text: str, begin: int, end: int) -> list[Hit]:
        """The findings of one look at an island."""
        island = Island(text, begin, end)
        found: list[Hit] = []
        for n in self.prefilter.maybe(island.text):
            found += _matches(self.rules[n], island)
            if found and found[-1].score == 1.0 and covers(found[-1:], begin, end):
                break  # cards come first: what proves itself and is all that stands there needs no other pattern
        if found and all(h.entity in _ITSELF for h in found) and covers(strongest(found), begin, end):
            return strongest(found)
        certain = [h for h in found if h.score == 1.0]
        island.hide(certain)
        for finder in self.finders[-1:] if certain and covers(strongest(certain), begin, end) else self.finders:
            found.extend(finder(island))
        return strongest(found) if found else found


def _matches(rule: _Rule, island: Island) -> Iterator[Hit]:
    if rule.behind:
        base = max(0, island.begin - WINDOW)
        text = island.whole[base : island.end]
    else:
        base, text = island.begin, island.text
    at = island.begin - base + island.skip
    while (m := rule.compiled.search(text, at)) is not None:
        start, end = m.span()
        at = end if end > start else end + 1
        if end > start:
            score = _score(rule, island, start + base, end + base)
            if score >= THRESHOLD:
                yield Hit(start + base, end + base, rule.entity, score, rule.recognizer)
            elif rule.check and (group := _SEPARATOR.search(text, start, end)) is not None:
                at = group.end()  # another value may begin with its second group


def _score(rule: _Rule, island: Island, start: int, end: int) -> float:
    """The pattern's score, what its check proves, and what the words before it say; 0 where the check refuses."""
    value = island.whole[start:end]
    proven = rule.check(value) if rule.check else None
    part = _is_part if rule.score < THRESHOLD else _is_in_a_row
    if proven is False or (not proven and part(island.whole, start, end)) or _is_short(value):
        return 0.0
    if rule.entity == "CREDIT_CARD" and (not is_issued(value) or _PLUS.match(island.whole, max(0, start - 2), start)):
        return 0.0  # a telephone number, or another id, that passes Luhn
    if proven and rule.strong:
        return 1.0
    left = island.left(start)
    named = nearest(rule.words, left)
    faint = rule.entity == "IP_ADDRESS" and named < 0 and _FAINT.fullmatch(value) is not None
    doubted = proven or rule.score < THRESHOLD or rule.doubted
    if faint or (doubted and is_other(left, named, closely=rule.entity == "CREDIT_CARD")):
        return 0.0
    if proven:
        return 1.0 if named >= 0 or rule.entity == "CREDIT_CARD" else rule.bare if value.isalnum() else rule.score
    return min(1.0, max(rule.score + CONTEXT_GAIN, THRESHOLD)) if named >= 0 and rule.score else rule.score


def _is_short(value: str) -> bool:
    """Letters and digits too few for a value of any kind: `h1`."""
    return len(value) < SHORTEST and value.isalnum()


def _is_in_a_row(text: str, start: int, end: int) -> bool:
    """Whether more groups of digits belong to it: `978-81-7533` of an ISBN."""
    return (start > 1 and text[start - 1] == "-" and text[start - 2].isdigit() and text[start].isdigit()) or (
        end + 1 < len(text) and text[end] == "-" and text[end + 1].isdigit() and text[end - 1].isdigit()
    )


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether a match is only a part of what stands there: `730254` of `WH-730254`."""
    return (start > 1 and text[start - 1] in "-/." and text[start - 2].isalnum()) or (
        end + 1 < len(text) and text[end] in "-/" and text[end + 1].isalnum()
    )
