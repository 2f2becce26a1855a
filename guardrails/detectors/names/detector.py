"""THE detector of names: what the compact tagger and the rules beside it find in a text, one finding for each place.

Rules are asked only where one of their triggers stands. What is nobody's (a month, a firm) is no finding, nor is a part of
an address of the net or of an identifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from guardrails.detectors.hits import OPAQUE, Hit, strongest
from guardrails.detectors.linear import readable, search_set
from guardrails.detectors.names.compact.tagger import REACH as TAGGED
from guardrails.detectors.names.compact.tagger import Tagger
from guardrails.detectors.names.known import RECOGNIZER as KNOWN
from guardrails.detectors.names.people.titles import SURE
from guardrails.detectors.names.public import is_public
from guardrails.model import Finding, Segment

NAME = "pii/names-1"
#: What can be found; firms only where they are asked for.
ENTITIES = frozenset({"PERSON", "ADDRESS", "LOCATION", "ORGANIZATION"})
#: A stream that comes in small pieces is looked at in the first 5 of every 80 characters, until 160 have come: a look costs the
#: same however little is new.
LOOKS = (80, 5, 160)
#: Kinds of which a public name is none: the name of a firm or a month is nobody's, but a town is a place.
_PRIVATE = frozenset({"PERSON", "ADDRESS"})
#: Beside a name these say that it is part of an e-mail address, a link, a path or an identifier.
_BEFORE, _BEHIND = (
    re.compile(r"[@/\\_#$]\Z|://[^\s]{0,40}\Z"),
    re.compile(r"[@\\_(]|:[a-z]|\.[\w-]{1,30}@|/[\w-]{1,30}[/.]|\.\w{2,}|://"),
)
_BACK, _AHEAD = 48, 33  # characters that are looked at beside a name for that
_LETTER = re.compile(r"[^\W\d_]")
#: No name of a person has digits in it, or the same letter three times in a row.
_NOBODY = re.compile(r"\d|([^\W\d_])\1\1")
_DIGIT = re.compile(r"\d")
_TITLE = re.compile(rf"(?i:{'|'.join(sorted(SURE))})(?:\. ?| )")


class Reader(Protocol):
    """Finds names in a text. Its contract is that of `model.Detector`."""

    def find(self, text: str, start: int = 0) -> Iterable[Hit]:
        """The names from `start` of the text on."""

    def settled(self, text: str, start: int = 0) -> int:
        """The first index whose names could still change if more text came."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A reader that finds nothing where none of its triggers (patterns of RE2) matches; none: it is always asked."""

    reader: Reader
    reach: int
    triggers: tuple[str, ...] = ()


class Names:
    """A `model.Detector`, the same for every call."""

    def __init__(
        self,
        tagger: Tagger | None,
        rules: Sequence[Rule] = (),
        entities: frozenset[str] = ENTITIES - {"ORGANIZATION"},
        is_allowed: Callable[[str], bool] = lambda _: False,
        name: str = NAME,
    ) -> None:
        """`tagger`: None for rules alone. `entities`: the kinds to report. `is_allowed`: is this value public here?"""
        self.name, self._tagger = name, tagger
        self._settled: tuple[str, int, list[Hit]] | None = None
        self._rules, self._entities, self._is_allowed = tuple(rules), entities, is_allowed
        self._always = tuple(k for k, rule in enumerate(rules) if not rule.triggers)
        self._of = tuple(k for k, rule in enumerate(rules) for _ in rule.triggers)
        self._triggers = search_set(t for rule in rules for t in rule.triggers) if self._of else None
        self._reach = _BACK + _AHEAD + max([TAGGED if tagger else 0, *(rule.reach for rule in rules)])

    def __repr__(self) -> str:
        return "Names()"

    @property
    def reach(self) -> int:
        return self._reach

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        text = readable(segment.text)
        settled, self._settled = self._settled, None
        if settled is not None and settled[0] is text and settled[1] == start:
            hits = settled[2]
        else:
            hits = self._kept(text, self._found(text, start))
        return [
            Finding(segment.path, h.start, h.end, h.entity, h.score, f"pii/{h.recognizer}", segment.stage, segment.origin)
            for h in hits
        ]

    def settled(self, text: str, start: int = 0) -> int:
        """What is found on the way is what a stream asks for next, of the same text from the same place: it is kept."""
        text = readable(text)
        if 0 < len(text) - start < LOOKS[-1] and (len(text) - start) % LOOKS[0] >= LOOKS[1]:
            return start
        tagged, found = self._tagger.read(text, start) if self._tagger else (len(text), [])
        edge = tagged
        for rule in self._rules:
            if edge <= start:
                return start
            edge = min(edge, rule.reader.settled(text, start))
        if edge <= start:
            return start
        found = found + self._by_rule(text, start)
        sure = len(text) - _AHEAD  # of what ends later it is not known yet whose it is
        while edge > start:
            begins = [h.start for h in found if h.start < edge and h.end > min(edge, sure)]
            if not begins and self._tagger and edge < tagged:
                begins = [self._tagger.beginning(text, start, edge)]
            if not begins or min(begins) >= edge:
                break
            edge = min(begins)
        if edge <= start:
            return start
        self._settled = text, start, self._kept(text, [h for h in found if h.end <= edge])
        return edge

    def _found(self, text: str, start: int) -> list[Hit]:
        """What the readers find from `start` on, overlapping."""
        return [*(self._tagger.find(text, start) if self._tagger else ()), *self._by_rule(text, start)]

    def _by_rule(self, text: str, start: int) -> list[Hit]:
        asked = {*self._always, *self._triggered(text, start)}
        return [hit for k in sorted(asked) for hit in self._rules[k].reader.find(text, start)]

    def _kept(self, text: str, found: Sequence[Hit]) -> list[Hit]:
        if not found:
            return []
        return strongest([_bare(text, h) for h in found if h.entity in self._entities and self._is_somebodys(text, h)])

    def _triggered(self, text: str, start: int) -> Iterable[int]:
        if self._triggers is None:
            return ()
        near = text[max(0, start - self._reach) :] if start else text
        found = self._triggers.Match(near if near.isascii() else near.encode())
        return {self._of[k] for k in found or ()}

    def _is_somebodys(self, text: str, hit: Hit) -> bool:
        value = text[hit.start : hit.end]
        if OPAQUE in value or self._is_allowed(value) or not _LETTER.search(value):
            return False
        if hit.recognizer == KNOWN:
            return True
        if hit.entity in _PRIVATE and is_public(value):
            return False
        if hit.entity == "PERSON" and _NOBODY.search(value):
            return False
        if hit.recognizer in GLUE_FREE:
            return True
        return not (
            _BEFORE.search(text[max(0, hit.start - _BACK) : hit.start]) or _BEHIND.match(text[hit.end : hit.end + _AHEAD])
        )


#: Recognizers that say themselves where a name may stand.
GLUE_FREE = frozenset({"NameLabel", "MailDisplayName"})


def _bare(text: str, hit: Hit) -> Hit:
    """The name without the title that a tagger may have taken for a part of it; a place with a number is an address."""
    if hit.entity == "LOCATION" and _DIGIT.search(text, hit.start, hit.end):
        return hit._replace(entity="ADDRESS")
    while hit.entity == "PERSON" and (title := _TITLE.match(text, hit.start, hit.end)) and title.end() < hit.end:
        hit = hit._replace(start=title.end())
    return hit
