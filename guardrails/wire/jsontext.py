"""A JSON document that travels inside a string: tool arguments, tool results, answers in JSON mode.

Its string leaves, its keys and its numbers of seven or more digits are segments. An edit rewrites only the literal it touches:
white space, order, number formats and even repeated keys stay as they were, and the document stays valid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from guardrails.model import Edit, Kind

#: A string and whether it is a key, a number, a mark. What a valid document holds beside these is skipped.
_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|(-?[0-9][0-9.eE+-]*)|([\[\]{},])')
_DECODER = json.JSONDecoder(strict=False)
_DIGITS = re.compile(r"[0-9]")
LONG_NUMBER = 7  # digits: from here on a number may be a phone, an account, a card


class Leaf(NamedTuple):
    """One literal of the document at `start:end` of its source, quotes included; `text` is what it says."""

    steps: str  # "/~0/2": positions all the way, since every key of the document was chosen by its author
    kind: Kind
    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Leaf({self.steps!r}, {self.kind!r})"


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
        own, below = _apart(edits)
        taken = {(_parent(leaf), leaf.text) for leaf in self.leaves if leaf.kind is Kind.KEY and leaf.steps not in own}
        counts: dict[str, dict[str, int]] = {}
        for leaf in self.leaves:
            if leaf.steps in self.inner:
                changes = below.get(leaf.steps)
                new = quoted(self.inner[leaf.steps].rewritten(changes)) if changes else None
            else:
                new = _literal(leaf, own[leaf.steps], taken, counts) if leaf.steps in own else None
            if new is not None:
                parts += [self.source[at : leaf.start], new]
                at = leaf.end
        return "".join([*parts, self.source[at:]])


def _apart(edits: Mapping[str, Sequence[Edit]]) -> tuple[dict[str, Sequence[Edit]], dict[str, dict[str, Sequence[Edit]]]]:
    """The edits of a document's own literals, and those of the documents inside it by where these stand."""
    own: dict[str, Sequence[Edit]] = {}
    below: dict[str, dict[str, Sequence[Edit]]] = {}
    for steps, changes in edits.items():
        leaf, inside, rest = steps.partition("/~json")
        if inside:
            below.setdefault(leaf, {})[rest] = changes
        else:
            own[leaf] = changes
    return own, below


def _literal(leaf: Leaf, changes: Sequence[Edit], taken: set[tuple[str, str]], counts: dict[str, dict[str, int]]) -> str:
    text = applied(leaf.text, changes)
    if any(edit.number for edit in changes):
        return text
    if leaf.kind is Kind.KEY:
        parent = _parent(leaf)
        text = unused(text, lambda name: (parent, name) in taken, counts.setdefault(parent, {}))
        taken.add((parent, text))
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
    return list(_walk(source, offset, steps))


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


def unused(name: str, is_taken: Callable[[str], bool], counts: dict[str, int]) -> str:
    """`name`, with a number added where it is taken. `counts`: the number to go on with, so that each costs the same."""
    free, count = name, counts.get(name, 2)
    while is_taken(free):
        free, count = f"{name}_{count}", count + 1
    counts[name] = count
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


def _walk(source: str, offset: int, steps: str) -> Iterator[Leaf]:
    """Leaves of a document that is known to be valid: no recursion, one pass. `steps`: where the document itself stands."""
    around: list[tuple[str, int]] = []  # the containers around this one: where they stand, which member it is
    head, position = "", 0  # the container: what its members' steps begin with, which member comes next
    for match in _TOKEN.finditer(source):
        which = match.lastindex
        if which == 4:
            mark = match[4]
            if mark == ",":
                position += 1
            elif mark in "{[":
                around.append((head, position))
                here = f"{head}{position}" if head else steps
                head, position = here + ("/~" if mark == "{" else "/"), 0
            else:
                head, position = around.pop()
            continue
        here = f"{head}{position}" if head else steps
        start, end = match.span(which if which == 3 else 1)
        start, end = start + offset, end + offset
        if which == 3:
            if end - start >= LONG_NUMBER and digits(match[3]) >= LONG_NUMBER:
                yield Leaf(here, Kind.NUMBER, start, end, match[3])
        else:
            literal = match[1]
            text = _DECODER.decode(literal) if "\\" in literal else literal[1:-1]
            yield Leaf(f"{here}/~key", Kind.KEY, start, end, text) if which == 2 else Leaf(here, Kind.TEXT, start, end, text)
