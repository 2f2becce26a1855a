"""The texts that the tagger learns from: the rows of a folder, copies of them with other people's names, and source code.

A row is `{"text", "lang", "source", "spans": [{"start", "end", "type"}]}`. A text that is also in an evaluation set is dropped.
"""

from __future__ import annotations

import gzip
import json
import re
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guardrails.detectors.names.compact.network import TYPES
from guardrails.training.made import Made

Span = tuple[int, int, str]

#: How many copies with other names are made of each text that holds a person, by how a source was written.
COPIES = 2
_ABOUT_PEOPLE = re.compile(r"author|copyright|maintain|contribut|@|licen[cs]e|thanks|credit|written by|\bName\b|http", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    text: str = field(repr=False)
    spans: tuple[Span, ...]
    language: str
    source: str


def read(folder: Path, without: frozenset[str] = frozenset()) -> list[Row]:
    """The rows of all files in a folder, but those whose text (in lower case) is in `without`."""
    rows = []
    for file in sorted(folder.glob("*.jsonl*")):
        for row in _lines(file):
            if row["text"].casefold() not in without:
                spans = tuple(sorted((s["start"], s["end"], s["type"]) for s in row["spans"] if s["type"] in TYPES))
                rows.append(Row(row["text"], spans, row["lang"], row["source"]))
    return rows


def texts(folders: Iterable[Path]) -> frozenset[str]:
    """All texts of these folders in lower case: what must not be learnt."""
    return frozenset(row["text"].casefold() for f in folders for file in sorted(f.glob("*.jsonl*")) for row in _lines(file))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    packed = file.read_bytes()
    yield from map(json.loads, (gzip.decompress(packed) if file.suffix == ".gz" else packed).split(b"\n")[:-1])


def corpus(rows: list[Row], seed: int) -> list[Row]:
    """The rows and what is made of them, in an order that depends on the seed alone."""
    made = Made(seed)
    draw = made.draw
    draw.shuffle(rows)
    portuguese = 0
    mix: list[Row] = []
    for row in rows:
        portuguese += row.language == "pt"
        if row.language == "pt" and portuguese > 3000:
            continue  # a language that is only there to help the others
        mix.append(row)
        real = not row.source.startswith("synth")
        people = any(kind == "PERSON" for _, _, kind in row.spans)
        for _ in range(COPIES if real and people else int(people and draw.random() < 0.5)):
            if (copy := swapped(row, made)) is not None:
                mix.append(cased(copy, made) if draw.random() < 0.12 else copy)
        if real and row.language != "zh" and row.source != "nerp" and draw.random() < 0.12:
            mix.append(cased(row, made))
    mix += code(made, 6000)
    draw.shuffle(mix)
    return mix


def swapped(row: Row, made: Made) -> Row | None:
    """The text with other people, places and firms in it; None where spans overlap."""
    draw, language = made.draw, row.language
    text, spans, at = "", [], 0
    for start, end, kind in row.spans:
        if start < at:
            return None
        old = row.text[start:end]
        text += row.text[at:start]
        new = _instead(old, kind, language, made) if draw.random() < (0.9 if kind == "PERSON" else 0.5) else old
        spans.append((len(text), len(text) + len(new), kind))
        text, at = text + new, end
    return Row(text + row.text[at:], tuple(spans), language, row.source)


def _instead(old: str, kind: str, language: str, made: Made) -> str:
    if kind == "PERSON":
        if " " in old or (language == "zh" and len(old) >= 3):
            new = made.name(language)
        elif language == "zh":
            new = made.last("zh") if len(old) == 1 else made.first("zh")
        else:
            new = made.first(language) if made.draw.random() < 0.6 else made.last(language)
    else:
        new = {"LOCATION": made.city, "ORGANIZATION": made.firm, "ADDRESS": made.address}[kind](language)
    if language == "zh":
        return new
    return new.lower() if old.islower() else new.upper() if old.isupper() and len(old) > 3 else new


def cased(row: Row, made: Made) -> Row:
    """As people write in chats: all small, seldom all large; the row itself where that would move the offsets."""
    text = row.text.lower() if made.draw.random() < 0.85 else row.text.upper()
    return Row(text, row.spans, row.language, row.source) if len(text) == len(row.text) else row


def code(made: Made, count: int) -> list[Row]:
    """Pieces of Python's own library in which nobody is named."""
    pieces = []
    for file in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        for at in range(0, len(lines), 4):
            piece = "\n".join(lines[at : at + 4]).strip()
            if len(piece) > 30 and not _ABOUT_PEOPLE.search(piece):
                pieces.append(Row(piece[:400], (), "code", "code"))
    made.draw.shuffle(pieces)
    return pieces[:count]
