"""The engine: Presidio's patterns, found Presidio's way where that is right, at a fraction of its cost.

folded text → island, or views into a long one → what could match there (one set match) → the exact pattern → check digits → the
words before it → the strongest finding of each region. Its findings are named after the recognizer: `pii/CreditCardRecognizer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import takewhile

import regex

from guardrails.detectors import labelled
from guardrails.detectors.checksums import CHECKS, IBAN_LENGTHS, STRONG, Check, iban, is_issued
from guardrails.detectors.countries import countries_of
from guardrails.detectors.hits import OPAQUE, SHORTEST, Hit, covers, strongest, veiled
from guardrails.detectors.ids import ENTITIES, KINDS
from guardrails.detectors.ids.kind import Kind
from guardrails.detectors.islands import BACK, LONG, cut, inside, is_of_interest, islands, open_island
from guardrails.detectors.labels import CARD, IDS, PHONE, WINDOW, Label, Left, is_other, label, left_of, nearest
from guardrails.detectors.phones import Around, phones
from guardrails.detectors.prefilter import Prefilter
from guardrails.detectors.table import Pattern, Recognizer, Table
from guardrails.detectors.urls import urls
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
# What their recognizers look for is found by functions of our own, below.
_OWN = frozenset({"PhoneRecognizer", "UrlRecognizer", "IbanRecognizer"})


#: What must stand where one of the functions below finds something: seven digits, the beginning of an IBAN, a name with a dot,
#: an `@`. In RE2's words, and more than they find.
_TRIGGERS = (
    r"\d(?:[ ()./-]*\d){6}",
    r"[A-Za-z]{2}\d{2}[ -]?[A-Za-z0-9]",
    r"[A-Za-z0-9-]\.[A-Za-z]{2}",
    "@",
)
_DIGITS = regex.compile("[0-9]")
#: A price, a year, a time, a day: too little for a value that no word names.
_DULL = re.compile(r"[$(]?(?P<number>\d{1,4}(?:[.:,]\d{1,2})?)(?:st|nd|rd|th|[ap]m|%|:)?[.)]?")
DULLEST = 12
#: A section of a manual, a version, an operator between two names: an address where a word says so.
_FAINT = re.compile(r"\d(?:\.\d){3}|(?!::1\b)[0-9A-Fa-f]{0,2}::[0-9A-Fa-f]{0,2}")
_PLUS = re.compile(r"(?:\A|[\W_])?\+\Z")
#: What cannot be anything else where it is all that stands there.
_ITSELF = frozenset({"EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS", "CRYPTO"})
_NAME = regex.compile(r"[A-Za-z0-9-]\.[A-Za-z]{2}")
_IBAN = regex.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")
# Where a view begins inside a word, no edge of a word says where an address does; its local part has 64 characters (RFC 5321).
_RUNNING = regex.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b")
_GOES_ON = regex.compile(r"[\w.@-]{2}")
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
        self._checks = CHECKS | {"EmailRecognizer": partial(_is_address, domains=table.domains)}
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
        pairs = [(r, _with_edge(p)) for r in chosen if r.name not in _OWN for p in r.patterns]
        known = frozenset(r.entity for r in chosen)
        kinds = [k for k in KINDS if _is_rule(k, countries, known)]
        return PatternDetector(
            rules=(*(self._rule(r, p) for r, p in pairs), *map(_own_rule, kinds)),
            prefilter=Prefilter(
                [p for _, p in pairs], _TRIGGERS, [Pattern(_edged(k), k.alone, regex.I) for k in kinds], labelled.TRIGGERS
            ),
            finders=(*_finders(chosen, countries, self._table.domains), partial(_find_labelled, frozenset(countries))),
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


Finder = Callable[["_Island"], Iterator[Hit]]


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
        island = _Island(text, begin, end)
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


class _Island:
    """A view into a text, and what stands before each number in it, read once.

    `text` is what is seen, from the index `begin` of the whole text on. Values are looked for from `skip` on: a view that
    begins inside a word shows two characters before it.
    """

    __slots__ = ("_lefts", "begin", "end", "skip", "text", "whole")

    def __init__(self, whole: str, begin: int, end: int) -> None:
        self.skip = 2 if begin > 1 and _GOES_ON.match(whole, begin - 1) and inside(whole, begin) else 0
        self.whole, self.begin, self.end = whole, begin - self.skip, end
        self.text = whole[self.begin : end]
        self._lefts: dict[int, Left] = {}

    def hide(self, certain: Iterable[Hit]) -> None:
        """What is certain need not be looked at as a phone number too."""
        for h in certain:
            s, e = h.start - self.begin, h.end - self.begin
            self.text = self.text[:s] + OPAQUE * (e - s) + self.text[e:]

    def left(self, start: int) -> Left:
        if start not in self._lefts:
            self._lefts[start] = left_of(self.whole, start)
        return self._lefts[start]


def _matches(rule: _Rule, island: _Island) -> Iterator[Hit]:
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


def _score(rule: _Rule, island: _Island, start: int, end: int) -> float:
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


def _is_address(value: str, domains: frozenset[str]) -> bool:
    """Whether the domain ends in a top-level domain that exists, may exist in another script, or is for tests (RFC 6761)."""
    top = value.rpartition(".")[2].lower()
    reserved = {"test", "example", "invalid", "localhost"}
    return top in domains or top.startswith("xn--") or not top.isascii() or top in reserved


def _finders(chosen: Iterable[Recognizer], countries: tuple[str, ...], domains: frozenset[str]) -> tuple[Finder, ...]:
    """The functions that look for what no pattern describes well, one for each recognizer of `_OWN` in the table."""
    found: list[Finder] = []
    for r in chosen:
        if r.name == "PhoneRecognizer":
            found.append(partial(_find_phones, r, tuple("GB" if c == "UK" else c for c in countries)))
        elif r.name == "EmailRecognizer":
            found.append(partial(_find_running, r, domains))
        elif r.name == "UrlRecognizer":
            found.append(partial(_find_urls, r, domains))
        elif r.name == "IbanRecognizer":
            found.append(partial(_find_ibans, r))
    return tuple(found)


def _find_labelled(countries: frozenset[str], island: _Island) -> Iterator[Hit]:
    return labelled.find(island, countries)


def _find_phones(r: Recognizer, regions: tuple[str, ...], island: _Island) -> Iterator[Hit]:
    begin = island.begin
    if len(_DIGITS.findall(island.text)) < 7:
        return

    def around(at: int) -> Around:
        left = island.left(begin + at)
        named = nearest(PHONE, left)
        return Around(regions, labelled=named >= 0, other=is_other(left, named, IDS))

    for start, stop, score in phones(island.text, around, island.skip):
        yield Hit(start + begin, stop + begin, r.entity, score, r.name)


def _find_running(r: Recognizer, domains: frozenset[str], island: _Island) -> Iterator[Hit]:
    """An e-mail address in a word without end, of which this view shows a piece."""
    if island.skip and "@" in island.text:
        text = island.whole[island.begin : island.end]
        for m in _RUNNING.finditer(text, island.skip):
            if _is_address(m[0], domains):
                yield Hit(m.start() + island.begin, m.end() + island.begin, r.entity, 1.0, r.name)


def _find_urls(r: Recognizer, domains: frozenset[str], island: _Island) -> Iterator[Hit]:
    if _NAME.search(island.text):
        for start, stop, score in urls(island.text, domains, island.skip):
            yield Hit(start + island.begin, stop + island.begin, r.entity, score, r.name)


def _find_ibans(r: Recognizer, island: _Island) -> Iterator[Hit]:
    """As many letters and digits as the country's numbers have (ISO 13616), in groups or not, and the checksum."""
    text, begin = island.text, island.begin
    for m in _IBAN.finditer(text, island.skip):
        missing = IBAN_LENGTHS.get(m[0][:2].upper(), 0) - 4
        at, end = m.end(), len(text)
        while missing > 0 and at < end:
            at += at + 1 < end and text[at] in " -\u00a0" and text[at + 1].isalnum()
            if not (text[at].isascii() and text[at].isalnum()):
                break
            at, missing = at + 1, missing - 1
        whole = missing == 0 and not (at < end and text[at].isalnum())
        if whole and iban(text[m.start() : at]):
            yield Hit(m.start() + begin, at + begin, r.entity, 1.0, r.name)
