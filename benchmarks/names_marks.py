"""Texts whose marks stand in them, `Tell [PERSON:Jane Cooper] that it rains`: people read them, programs take them apart.

A mark is `[ENTITY:text]`, the entity in capitals; `[~ENTITY:text]` neither rewards nor punishes. `↵` is a line break, so that
each text is one line of a file. Anything else in brackets is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

NAMES = frozenset({"PERSON", "ADDRESS", "LOCATION", "ORGANIZATION"})
LANGUAGES = ("en", "id", "zh", "da")
#: The group of a language's sentences in which nobody is named.
HARMLESS = "harmless"

Mark = tuple[int, int, str]
#: (start, end, entity, score); offsets are Python string indices.
Span = tuple[int, int, str, float]
#: What finds names in a text of a language (BCP 47).
Spans = Callable[[str, str], list[Span]]

_MARK = re.compile(r"\[(~?)([A-Z]+):([^\[\]]+)\]")


class Marked(NamedTuple):
    """A text and what is marked in it; `optional` neither rewards nor punishes."""

    language: str
    kind: str
    text: str
    marks: tuple[Mark, ...]
    optional: tuple[Mark, ...] = ()


def read(written: str, language: str = "en", kind: str = "") -> Marked:
    """Raises ValueError where a mark's entity is none of `NAMES`."""
    text, last = "", 0
    marks: list[Mark] = []
    optional: list[Mark] = []
    written = written.replace("↵", "\n")
    for match in _MARK.finditer(written):
        free, entity, value = match.groups()
        if entity not in NAMES:
            raise ValueError(f"no name is a {entity}")
        text += written[last : match.start()]
        (optional if free else marks).append((len(text), len(text) + len(value), entity))
        text, last = text + value, match.end()
    return Marked(language, kind, text + written[last:], tuple(marks), tuple(optional))


def sentences(file: Path) -> list[Marked]:
    """A file of `language: {kind: lines of text}`."""
    data: dict[str, dict[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        read(line, language, kind)
        for language, kinds in data.items()
        for kind, block in kinds.items()
        for line in block.splitlines()
    ]


class Conversation(NamedTuple):
    """What it is about, and its turns: who speaks, and the marked text."""

    about: str
    turns: tuple[tuple[str, Marked], ...]


def conversations(file: Path) -> list[Conversation]:
    """A file of `[{about, turns: lines "user: text"}]`; the file's name is its language."""
    data: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        Conversation(
            one["about"],
            tuple(
                (who, read(text, file.stem, "conversations"))
                for who, _, text in (t.partition(": ") for t in one["turns"].splitlines())
            ),
        )
        for one in data
    ]


def meet(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    """Do two spans share a character?"""
    return bool(a[0] < b[1] and b[0] < a[1])
