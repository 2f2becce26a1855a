"""A JSON document that travels inside a string: tool arguments, tool results, answers in JSON mode.

Its string leaves, its keys and its numbers of seven or more digits are segments. An edit rewrites only the literal it touches:
white space, order, number formats and even repeated keys stay as they were, and the document stays valid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from guardrails.model import Edit, Kind

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*+")|(-?[0-9][0-9.eE+-]*)|([\[\]{}:,])|(true|false|null))')
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


@dataclass(frozen=True, slots=True)
class Document:
    """A document, its literals, and the documents that stand inside its strings."""

    source: str = field(repr=False)
    leaves: tuple[Leaf, ...] = field(repr=False)
    inner: Mapping[str, Document] = field(default_factory=dict, repr=False)

    def texts(self) -> Iterator[tuple[str, Leaf]]:
        """Where each text stands, and the literal; a string that is itself a document gives its own literals instead."""
        for leaf in self.leaves:
            if leaf.steps in self.inner:
                yield from ((f"{leaf.steps}/~json{steps}", below) for steps, below in self.inner[leaf.steps].texts())
            else:
                yield leaf.steps, leaf

    def rewritten(self, edits: Mapping[str, Sequence[Edit]]) -> str:
        """The document with `edits` (by the steps of `texts`) applied; valid again, and no two keys made equal."""
        parts, at = [], 0
        taken = {(_parent(leaf), leaf.text) for leaf in self.leaves if leaf.kind is Kind.KEY and leaf.steps not in edits}
        for leaf in self.leaves:
            new = self._literal(leaf, edits, taken)
            if new is not None:
                parts += [self.source[at : leaf.start], new]
                at = leaf.end
        return "".join([*parts, self.source[at:]])

    def _literal(self, leaf: Leaf, edits: Mapping[str, Sequence[Edit]], taken: set[tuple[str, str]]) -> str | None:
        if leaf.steps in self.inner:
            head = f"{leaf.steps}/~json"
            below = {steps.removeprefix(head): changes for steps, changes in edits.items() if steps.startswith(head)}
            return quoted(self.inner[leaf.steps].rewritten(below)) if below else None
        if not (changes := edits.get(leaf.steps)):
            return None
        text = applied(leaf.text, changes)
        if any(edit.number for edit in changes):
            return text
        if leaf.kind is Kind.KEY:
            text = unused(text, lambda name: (_parent(leaf), name) in taken)
            taken.add((_parent(leaf), text))
        return quoted(text)


def document(source: str, depth: int = 4) -> Document | None:
    """The JSON document that `source` is (an object, an array, a string, or one object a line); None where it is none.

    `depth`: how many documents in strings of documents are opened.
    """
    found = _whole(source, 0)
    found = _lines(source) if found is None else found
    if found is None:
        return None
    inner = {}
    for leaf in found if depth else ():
        if leaf.kind is Kind.TEXT and (below := document(leaf.text, depth - 1)):
            inner[leaf.steps] = below
    return Document(source, tuple(found), inner)


def _whole(source: str, offset: int, steps: str = "") -> list[Leaf] | None:
    """The literals of one document that begins at `offset` of a longer text."""
    if source.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None
    return [Leaf(steps + leaf.steps, leaf.kind, leaf.start + offset, leaf.end + offset, leaf.text) for leaf in _walk(source)]


def _lines(source: str) -> list[Leaf] | None:
    """JSON Lines: every line a document, at least two of them."""
    if source.lstrip()[:1] not in ("{", "[") or "\n" not in source.strip():
        return None
    found: list[Leaf] = []
    at = 0
    for number, line in enumerate(source.split("\n")):
        below = _whole(line, at, f"/{number}") if line.strip() else []
        if below is None:
            return None
        found += below
        at += len(line) + 1
    return found


def unused(name: str, is_taken: Callable[[str], bool]) -> str:
    """`name`, with a number added where it is taken."""
    free, count = name, 2
    while is_taken(free):
        free, count = f"{name}_{count}", count + 1
    return free


def _parent(leaf: Leaf) -> str:
    return leaf.steps.removesuffix("/~key").rpartition("/")[0]


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
            is_key = bool(stack) and stack[-1].key_next
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
