"""What no pattern describes well: phone numbers, links, IBANs, and addresses in words without end. Each reads one island."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import regex

from guardrails.detectors.checksums import IBAN_LENGTHS, iban
from guardrails.detectors.hits import Hit
from guardrails.detectors.islands import Island
from guardrails.detectors.labels import IDS, PHONE, is_other, nearest
from guardrails.detectors.phones import Around, phones
from guardrails.detectors.table import Recognizer
from guardrails.detectors.urls import urls

Finder = Callable[[Island], Iterator[Hit]]

#: Presidio's recognizers whose own patterns are not asked.
INSTEAD = frozenset({"PhoneRecognizer", "UrlRecognizer", "IbanRecognizer"})
#: What must stand where one of the functions below finds something: seven digits, the beginning of an IBAN, a name with a dot,
#: an `@`. In RE2's words, and more than they find.
TRIGGERS = (
    r"\d(?:[ ()./-]*\d){6}",
    r"[A-Za-z]{2}\d{2}[ -]?[A-Za-z0-9]",
    r"[A-Za-z0-9-]\.[A-Za-z]{2}",
    "@",
)
_DIGITS = regex.compile("[0-9]")
_NAME = regex.compile(r"[A-Za-z0-9-]\.[A-Za-z]{2}")
_IBAN = regex.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")
# Where a view begins inside a word, no edge of a word says where an address does; its local part has 64 characters (RFC 5321).
_RUNNING = regex.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b")
_RESERVED = frozenset({"test", "example", "invalid", "localhost"})


class _For(NamedTuple):
    """Whose findings they are, and what is known beside the text."""

    recognizer: Recognizer
    regions: tuple[str, ...]  # ISO 3166-1 alpha-2, the likeliest first
    domains: frozenset[str]

    def hit(self, start: int, end: int, score: float) -> Hit:
        return Hit(start, end, self.recognizer.entity, score, self.recognizer.name)


def finders(chosen: Iterable[Recognizer], countries: tuple[str, ...], domains: frozenset[str]) -> tuple[Finder, ...]:
    """One for each recognizer that the table below names. `domains`: the top-level domains that exist."""
    regions = tuple("GB" if c == "UK" else c for c in countries)
    return tuple(partial(find, _For(r, regions, domains)) for r in chosen if (find := _OF.get(r.name)))


def is_address(value: str, domains: frozenset[str]) -> bool:
    """Whether the domain ends in a top-level domain that exists, may exist in another script, or is for tests (RFC 6761)."""
    top = value.rpartition(".")[2].lower()
    return top in domains or top.startswith("xn--") or not top.isascii() or top in _RESERVED


def _phones(whose: _For, island: Island) -> Iterator[Hit]:
    begin = island.begin
    if len(_DIGITS.findall(island.text)) < 7:
        return

    def around(at: int) -> Around:
        left = island.left(begin + at)
        named = nearest(PHONE, left)
        return Around(whose.regions, labelled=named >= 0, other=is_other(left, named, IDS))

    for start, end, score in phones(island.text, around, island.skip):
        yield whose.hit(start + begin, end + begin, score)


def _running(whose: _For, island: Island) -> Iterator[Hit]:
    """An e-mail address in a word without end, of which this view shows a piece."""
    if island.skip and "@" in island.text:
        text = island.whole[island.begin : island.end]
        for m in _RUNNING.finditer(text, island.skip):
            if is_address(m[0], whose.domains):
                yield whose.hit(m.start() + island.begin, m.end() + island.begin, 1.0)


def _urls(whose: _For, island: Island) -> Iterator[Hit]:
    if _NAME.search(island.text):
        for start, end, score in urls(island.text, whose.domains, island.skip):
            yield whose.hit(start + island.begin, end + island.begin, score)


def _ibans(whose: _For, island: Island) -> Iterator[Hit]:
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
            yield whose.hit(m.start() + begin, at + begin, 1.0)


#: By the recognizer of Presidio whose findings they give.
_OF: dict[str, Callable[[_For, Island], Iterator[Hit]]] = {
    "PhoneRecognizer": _phones,
    "EmailRecognizer": _running,
    "UrlRecognizer": _urls,
    "IbanRecognizer": _ibans,
}
