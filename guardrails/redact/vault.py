"""One call's vault: hides what the decision says, remembers what must come back, gives it back and nothing else.

`hide` turns a decision into edits. `restore` finds this call's own words in the model's text and turns them into edits too:
exact (a word is given back only whole), never inside a stranger's link, as a number where it was a number. A word it does not
know is left as it is and counted. Two calls never share a vault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from guardrails.model import SPAN_ACTIONS, Action, Decision, Edit, Finding, Kind, Mode, Reason, Result, Segment, Stage
from guardrails.redact import masks
from guardrails.redact.links import GLUE, LOOKAHEAD, Links, host_after
from guardrails.redact.placeholders import LONGEST, OPEN, SHAPE, Words
from guardrails.spans import Claim, paint

OPAQUE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: what detectors see in place of a placeholder
NEAR = 5  # a mark has no more characters
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(rf"[<\[{masks.BULLET}]|(?:anon|hash)_")
_OPENING = re.compile(rf"{_MARK.pattern}|(?<![A-Za-z0-9_])(?:a|an|ano|anon|h|ha|has|hash)\Z")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the edits, and what did not come back and why."""

    edits: tuple[Edit, ...] = ()
    unknown: int = 0  # words of our shape that this call does not know
    kept_back: int = 0  # values not given back because they would have stood in a stranger's link


NOTHING = Restored()


@dataclass(slots=True)
class Vault:
    """`hosts`: the hosts that stood in the user's and the system's own text. Filled by the request, read by the answer."""

    words: Words = field(repr=False)
    hosts: frozenset[str] = field(default=frozenset(), repr=False)
    _values: dict[str, tuple[str, bool]] = field(default_factory=dict, repr=False)
    _given: tuple[str, ...] = field(default=(), repr=False)
    _asked: dict[str, bool] = field(default_factory=dict, repr=False)  # what was asked of `_given` before
    _words: frozenset[str] | None = field(default=None, repr=False)  # of `_given`, once somebody asks for them
    _sent: frozenset[str] = field(default=frozenset(), repr=False)  # the words that the model has seen

    def hide(
        self, decision: Decision, segments: Iterable[Segment], *, identifiers: bool = False, offset: int = 0
    ) -> list[Edit]:
        """The edits that the decision's enforced reasons ask for. `identifiers`: replace every identifier, found in or not.

        `offset`: where in its text a segment begins (a stream keeps only the end); findings and edits count from the beginning.
        """
        by_path: dict[str, list[tuple[Finding, Reason]]] = {}
        for reason in decision.reasons:
            if reason.action in SPAN_ACTIONS and reason.mode is Mode.ENFORCE and reason.result is Result.MATCH:
                for finding in reason.findings:
                    by_path.setdefault(finding.path, []).append((finding, reason))
        edits: list[Edit] = []
        for segment in segments:
            wanted = by_path.get(segment.path, ())
            if segment.kind is Kind.ID:
                if wanted or identifiers:
                    edits.append(Edit(segment.path, 0, len(segment.text), self._identifier(segment.text)))
            elif wanted:
                edits += self._edits(segment, wanted, offset)
        return edits

    def learn(self, segments: Iterable[Segment]) -> None:
        """Remember the texts of a request: a value that stands in one of them is the user's own."""
        self._given, self._asked, self._words = tuple(s.text for s in segments), {}, None
        self._sent = frozenset(self._values)

    def gave(self, value: str) -> bool:
        """Did the request hold this very value, found there or not? Then a model that repeats it invents nothing."""
        if value not in self._asked:  # one name may stand in an answer many times
            self._asked[value] = any(_stands(value, text) for text in self._given)
        return self._asked[value]

    def said(self, name: str) -> bool:
        """Did the request hold every word of a name, in any order, capitals or not? People write to a model as they like, and
        it answers as names are written."""
        if self._words is None:
            self._words = frozenset(word for text in self._given for word in _WORD.findall(text.casefold()))
        words = _WORD.findall(name.casefold())
        return bool(words) and self._words.issuperset(words)

    def opaque(self, text: str) -> str:
        """The model's text as detectors see it: each word that this request put in place of a value, and each masked value, is
        a run of U+FFFC. Another word of that shape is text like any other: `<CARD_4111111111111111>` hides nothing."""
        if self._sent and ("<" in text or "anon_" in text):
            text = SHAPE.sub(lambda m: _run(m) if m[0] in self._sent else m[0], text)
        return unmasked(text)

    @property
    def empty(self) -> bool:
        """Nothing was hidden that could come back."""
        return not self._values

    def restore(self, segment: Segment, *, links: Links | None = None, start: int = 0, end: int | None = None) -> Restored:
        """Give back the values whose words stand in `start:end` of the text. `links` has read the text up to `start`."""
        text, end = segment.text, len(segment.text) if end is None else end
        links, at = links or Links(), start
        edits: list[Edit] = []
        unknown = kept_back = 0
        for match in SHAPE.finditer(text, start):
            if match.start() >= end:
                break
            links.read(text[at : match.start()])
            at = match.end()
            known = self._values.get(match[0])
            if known is None:
                unknown += 1
            elif links.foreign(self.hosts) or self._joins_stranger(text[at : at + LOOKAHEAD]):
                kept_back += 1
            else:
                value, number = known
                whole = segment.kind is Kind.TEXT and match.span() == (0, len(text)) and "/~json" in segment.path
                edits.append(Edit(segment.path, match.start(), at, value, number=number and whole))
            links.skip()
        links.read(text[at:end])
        return Restored(tuple(edits), unknown, kept_back)

    def _joins_stranger(self, rest: str) -> bool:
        host = host_after(rest)
        return host is not None and host not in self.hosts

    def _identifier(self, text: str) -> str:
        word = self.words.identifier(text)
        self._values[word] = (text, False)
        return word

    def _edits(self, segment: Segment, wanted: Sequence[tuple[Finding, Reason]], offset: int) -> list[Edit]:
        whole = (0, len(segment.text)) if segment.kind is Kind.NUMBER else None  # half a number is no number
        claims = [
            Claim(
                *(whole or (f.start, f.end)), int(r.action), (int(r.severity), f.end - f.start, r.rule, f.entity), (f.entity, r)
            )
            for f, r in wanted
        ]
        edits = []
        for claim in paint(claims):
            edits.append(Edit(segment.path, claim.start, claim.end, self._replacement(segment, claim, offset)))
        return edits

    def _replacement(self, segment: Segment, claim: Claim[tuple[str, Reason]], offset: int) -> str:
        start, end, (entity, reason) = claim.start - offset, claim.end - offset, claim.label
        text = segment.text[start:end]
        if reason.action is Action.TOKENIZE:
            return self._placeholder(entity, text, segment.kind is Kind.NUMBER)
        if reason.action is Action.HASH:
            return self.words.hashed(entity, text)
        if reason.action is Action.REDACT:
            return masks.redacted(entity, reason.replacement)
        return masks.mask(entity, text, segment.text[end : end + masks.AFTER])

    def _placeholder(self, entity: str, text: str, number: bool) -> str:
        word = self.words.placeholder(entity, text, number=number)
        if self._values.get(word, (text, number)) != (text, number):  # 2 values in 2^40: the longer word keeps them apart
            word = self.words.placeholder(entity, text, number=number, long=True)
        self._values[word] = (text, number)
        return word


def _stands(value: str, text: str) -> bool:
    """Does the value stand in the text as a whole, not as a part of a longer word or number of the same script?"""
    return any(not _goes_on(text[m.start() - 1 : m.start() + 1]) and not _goes_on(text[m.end() - 1 : m.end() + 1])
               for m in re.finditer(re.escape(value), text))  # fmt: skip


def _goes_on(pair: str) -> bool:
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


def unmasked(text: str) -> str:
    """The text with masked, removed and hashed values opaque: what is hidden already is not found again."""
    return masks.MASKED.sub(_run, text) if masks.is_marked(text) else text


def _run(match: re.Match[str]) -> str:
    return OPAQUE * len(match[0])


def is_marked(text: str, start: int = 0) -> bool:
    """Could anything at or after `start` be a placeholder or a masked value?"""
    return _MARK.search(text, start) is not None


def settled(text: str, start: int = 0) -> int:
    """The first index at or after `start` from which what `Vault.opaque` makes of the text, or what is glued to a placeholder,
    may still change with more text."""
    if _OPENING.search(text, start) is None:
        return len(text)
    near = max(start, len(text) - LONGEST)
    ends = [m.start()] if (m := OPEN.search(text, near)) else []
    ends.append(masks.settled(text, start))
    last = None
    for last in SHAPE.finditer(text, start):  # noqa: B007 the last one is what is wanted
        pass
    if last is not None and len(text) - last.end() < LOOKAHEAD and GLUE.fullmatch(text, last.end()):
        ends.append(last.start())
    return min(ends)


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """The detector of text in a request that looks like one of our words: it is hidden as a value itself, so that nobody can
    make a value come back by guessing or repeating a word. Used on requests only."""

    name: str = "builtin/placeholder"
    reach: int | None = 70

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        if segment.stage not in (Stage.INPUT, Stage.TOOL_RESULT) or not ("<" in segment.text or "anon_" in segment.text):
            return ()
        return [
            Finding(segment.path, m.start(), m.end(), "PLACEHOLDER", 1.0, self.name, segment.stage, segment.origin)
            for m in SHAPE.finditer(segment.text, start)
        ]

    def settled(self, text: str, start: int = 0) -> int:
        return settled(text, start)
