"""YAML text to a tree in which every node knows its line and column. Nothing is resolved: a text stays as it was written.

Built from the parser's events, not from `compose`: so nesting, anchors and duplicate keys are judged before they cost anything,
nothing recurses, and YAML 1.1's guesses (`no` is false, `1_0` is ten, `2026-01-01` is a date) never happen; the reader of a key
knows what it expects. Safe by construction: no tag is ever acted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from guardrails.policy.faults import Faults, Place, shown

MAX_TEXT = 8_000_000  # characters; 10,000 rules with tests are about 4 million
MAX_DEPTH = 40
MAX_NODES = 1_000_000  # with every alias counted as what it stands for: "exploding" anchors end here

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is 20 times faster; wheels have it, some systems do not

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML 1.2, 5.1 c-printable
_TABBED = re.compile(r"^ *\t[ \t]*[^\s#]", re.MULTILINE)
_QUOTE_IT = "put the whole text in quotes"
_LINE_UP = f"line it up with them; if it belongs to a text, {_QUOTE_IT}"

#: What the parser says (libyaml's words and PyYAML's), in words for people, and what to do.
_PROBLEMS = (
    ("tab", "a tab is used for indentation", "indent with spaces"),
    ("'\\t'", "a tab is used for indentation", "indent with spaces"),
    ("mapping values are not allowed", "a second colon, or a line that is indented too far", f"{_QUOTE_IT} or move the line"),
    ("unknown escape character", "a backslash inside double quotes", "use single quotes instead: '…'"),
    ("unexpected end of stream", "a quote was opened and never closed", "close it"),
    ("could not find expected ':'", "this line has no colon", "write it as key: value"),
    ("cannot start any token", "a text cannot begin with this sign", _QUOTE_IT),
    ("'-' indicator", "this line does not fit into the list above it", "line it up with the lines of the same item"),
    ("<block mapping start>", "this line does not fit into the list above it", "line it up with the lines of the same item"),
    ("',' or ']'", "a list in [brackets] goes wrong here", "put a comma between items and a ] at the end"),
    ("',' or '}'", "a group in {braces} goes wrong here", "put a comma between pairs and a } at the end"),
    (
        "expected key",
        "this does not fit into the lines above it",
        _LINE_UP,
    ),
    ("<block end>", "this does not fit into the lines above it", _LINE_UP),
    ("alphabetic or numeric", "a text cannot begin with this sign", _QUOTE_IT),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a text. `quoted`: in quotes or a block, so that it is meant literally."""

    place: Place
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Map:
    place: Place
    entries: dict[str, tuple[Text, Node]]


Node = Text | Items | Map


@dataclass(slots=True)
class _Open:
    """A list or map that is still being read."""

    place: Place
    is_map: bool
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


class _Stop(Exception):
    """Nothing after this place can be understood."""


def documents(text: str, file: str, faults: Faults, loader: Any = LOADER) -> list[Node]:
    """The documents of one file (`---` divides them). What is wrong goes to `faults`; then there are none."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_TEXT:
        faults.error(Place(file, 1, 1), f"the file has more than {MAX_TEXT:,} characters", "divide it into several files")
        return []
    if bad := _UNPRINTABLE.search(text):
        faults.error(_place(file, text, bad.start()), f"a character that no text has (U+{ord(bad[0]):04X})", "take it out")
        return []
    builder = _Builder(file, faults)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except _Stop:
        return []
    except yaml.MarkedYAMLError as error:
        _syntax(file, text, error, faults)
        return []
    if (tab := _tab(text, builder.literal)) is not None:
        faults.error(_place(file, text, tab), "a tab is used for indentation", "indent with spaces")
    return builder.documents


def _tab(text: str, literal: Sequence[tuple[int, int]]) -> int | None:
    """Where a line is first indented with a tab outside of quoted and block texts. `literal`: their lines, in order."""
    line, at, spans = 1, 0, iter([*literal, (len(text) + 2, len(text) + 2)])
    first, last = next(spans)
    for found in _TABBED.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        while line > last:
            first, last = next(spans)
        if line <= first:
            return text.index("\t", at)
    return None


def walk(node: Node) -> Iterator[Text]:
    """Every text below a node, keys left out."""
    todo = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, Text):
            yield here
        elif isinstance(here, Items):
            todo += here.items
        else:
            todo += [value for _, value in here.entries.values()]


@dataclass(slots=True)
class _Builder:
    """Takes the parser's events one by one; iterative, so that nesting costs no stack."""

    file: str
    faults: Faults
    documents: list[Node] = field(default_factory=list)
    literal: list[tuple[int, int]] = field(default_factory=list)  # lines of quoted and block texts: tabs are theirs
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int, int] | None] = field(default_factory=dict)  # node, size, height; None: still open
    nodes: int = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.anchors.clear()
            self.nodes = 0
            return
        if not isinstance(event, yaml.NodeEvent):
            if isinstance(event, yaml.CollectionEndEvent):
                self._close(self.stack.pop())
            return
        place, end = _at(self.file, event.start_mark), _at(self.file, event.end_mark)
        if getattr(event, "tag", None) is not None:
            self.stop(place, "a text cannot begin with !", _QUOTE_IT)
        if isinstance(event, yaml.AliasEvent):
            self._alias(place, event.anchor or "")
        elif isinstance(event, yaml.ScalarEvent):
            if event.style not in (None, "") and end.line > place.line:
                self.literal.append((place.line, end.line))
            self._scalar(place, event)
        else:
            if len(self.stack) >= MAX_DEPTH:
                self.stop(place, f"more than {MAX_DEPTH} levels inside one another", "write it flatter")
            if event.anchor is not None:
                self.anchors[event.anchor] = None
            self.stack.append(_Open(place, isinstance(event, yaml.MappingStartEvent), event.anchor))

    def stop(self, place: Place, what: str, remedy: str) -> None:
        self.faults.error(place, what, remedy)
        raise _Stop

    def _scalar(self, place: Place, event: yaml.ScalarEvent) -> None:
        node = Text(place, event.value, quoted=event.style not in (None, ""))
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1, 1)
        self._add(node, 1, 1)

    def _alias(self, place: Place, name: str) -> None:
        if name not in self.anchors:
            self.stop(place, f"*{name} stands for nothing: there is no &{name} above", f"if it is meant as text, {_QUOTE_IT}")
        known = self.anchors[name]
        if known is None:
            self.stop(place, f"*{name} stands inside of what it stands for", "write the part out")
        else:
            node, size, height = known
            if len(self.stack) + height > MAX_DEPTH:
                self.stop(place, f"more than {MAX_DEPTH} levels inside one another", "write it flatter")
            self._add(node, size, height, place)

    def _add(self, node: Node, size: int, height: int, place: Place | None = None) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            self.stop(place or node.place, f"more than {MAX_NODES:,} parts, anchors written out", "use fewer anchors (*…)")
        if not self.stack:
            self.documents.append(node)
            return
        top = self.stack[-1]
        top.children.append(node)
        top.size += size
        top.height = max(top.height, height + 1)

    def _close(self, done: _Open) -> None:
        node: Node = self._map(done) if done.is_map else Items(done.place, tuple(done.children))
        self.nodes -= done.size - 1  # its children were counted as they came
        if done.anchor is not None:
            self.anchors[done.anchor] = (node, done.size, done.height)
        self._add(node, done.size, done.height)

    def _map(self, done: _Open) -> Map:
        entries: dict[str, tuple[Text, Node]] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Text):
                self.faults.error(key.place, "a group of words stands where one word belongs", f"if it is text, {_QUOTE_IT}")
            elif key.text == "<<" and not key.quoted:
                self.faults.error(key.place, "<< is not understood here", "write the keys out")
            elif key.text in entries:
                first = entries[key.text][0].place.line
                what = f"the key {shown(key.text)} stands here a second time"
                self.faults.error(key.place, what, f"keep one: the first is in line {first}")
            else:
                entries[key.text] = (key, value)
        return Map(done.place, entries)


class _Mark(Protocol):
    """libyaml's and PyYAML's marks, which share no class."""

    line: int
    column: int


def _at(file: str, mark: _Mark | None) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)


def _place(file: str, text: str, index: int) -> Place:
    start = text.rfind("\n", 0, index) + 1
    return Place(file, text.count("\n", 0, index) + 1, index - start + 1)


def _syntax(file: str, text: str, error: yaml.MarkedYAMLError, faults: Faults) -> None:
    problem, mark = str(error.problem), error.problem_mark
    what, remedy = f"this is not YAML: {problem}", f"if it belongs to a text, {_QUOTE_IT}"
    for sign, words, cure in _PROBLEMS:
        if sign in problem:
            what, remedy = words, cure
            break
    if ("end of stream" in problem or "expected ':'" in problem) and error.context_mark:
        mark = error.context_mark  # where the quote was opened, or the line without a colon, says more
    place = _at(file, mark)
    if any((known.file, known.line) == (file, place.line) for known in faults.errors):
        return  # an echo of what is already said about this line
    lines = text.splitlines()
    if "cannot start" in problem and place.line <= len(lines) and lines[place.line - 1][place.column - 1 :][:1] == "\t":
        what, remedy = "a tab is used for indentation", "indent with spaces"
    faults.error(place, what, remedy)
