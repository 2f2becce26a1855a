"""A JSON document that travels inside a string: tool arguments, tool results, answers in JSON mode.

Its string leaves, its keys and its numbers of seven or more digits are segments. An edit rewrites only the literal it touches:
white space, order, number formats and even repeated keys stay as they were, and the document stays valid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from guardrails.model import Edit, Kind

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\\x00-\x1f]|\\.)*")|(-?[0-9][0-9.eE+-]*)|([\[\]{}:,])|(true|false|null))')
_DIGITS = re.compile(r"[0-9]")
LONG_NUMBER = 7  # digits: from here on a number may be a phone, an account, a card


@dataclass(frozen=True, slots=True)
class Leaf:
    """One literal of the document at `start:end` of its source, quotes included; `text` is what it says."""

    steps: str  # "/~0/2": positions all the way, since every key of the document was chosen by its author
    kind: Kind
    start: int
    end: int
    text: str = field(repr=False)


def leaves(source: str) -> list[Leaf] | None:
    """The literals that may hold text, in order; None where `source` is not one JSON object or array."""
    if source.lstrip()[:1] not in ("{", "["):
        return None
    try:
        json.loads(source)
    except (ValueError, RecursionError):
        return None
    return list(_walk(source))


def rewritten(source: str, found: Sequence[Leaf], edits: Mapping[str, Sequence[Edit]]) -> str:
    """`source` with `edits` (by `Leaf.steps`) applied; valid JSON again."""
    parts, at = [], 0
    for leaf in found:
        if changes := edits.get(leaf.steps):
            parts += [source[at : leaf.start], literal(leaf, changes)]
            at = leaf.end
    return "".join([*parts, source[at:]])


def literal(leaf: Leaf, changes: Sequence[Edit]) -> str:
    """The literal that stands for the edited leaf."""
    text = applied(leaf.text, changes)
    if any(edit.number for edit in changes):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """`text` as a JSON string; lone surrogates as escapes, everything else as it is."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


def applied(text: str, changes: Sequence[Edit]) -> str:
    """`text` with edits that do not overlap applied."""
    parts, at = [], 0
    for edit in sorted(changes, key=lambda e: e.start):
        parts += [text[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*parts, text[at:]])


def digits(number: str) -> int:
    return len(_DIGITS.findall(number))


@dataclass(slots=True)
class _Level:
    """One object or array that is open: where in it the next literal stands."""

    is_object: bool
    position: int = 0
    key_next: bool = False

    @property
    def step(self) -> str:
        return f"/~{self.position}" if self.is_object else f"/{self.position}"


def _walk(source: str) -> Iterator[Leaf]:
    """Leaves of a document that is known to be valid: no recursion, one pass."""
    stack: list[_Level] = []
    for match in _TOKEN.finditer(source):
        text, number, mark, _ = match.groups()
        if mark is not None:
            _turn(stack, mark)
        elif text is not None:
            is_key = stack[-1].key_next
            steps = "".join(level.step for level in stack) + ("/~key" if is_key else "")
            yield Leaf(steps, Kind.KEY if is_key else Kind.TEXT, *match.span(1), json.loads(text, strict=False))
        elif number is not None and digits(number) >= LONG_NUMBER:
            yield Leaf("".join(level.step for level in stack), Kind.NUMBER, *match.span(2), number)


def _turn(stack: list[_Level], mark: str) -> None:
    """Follow one punctuation mark."""
    if mark in "{[":
        stack.append(_Level(mark == "{", 0, mark == "{"))
    elif mark in "}]":
        stack.pop()
    elif mark == ":":
        stack[-1].key_next = False
    else:
        stack[-1].position += 1
        stack[-1].key_next = stack[-1].is_object
