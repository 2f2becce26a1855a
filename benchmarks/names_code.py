"""Texts in which nobody is named: source code and technical prose, as they are installed here. What is found there is false.

Code: Python's standard library, and JavaScript, JSON, TOML and YAML of installed packages. Prose: their METADATA and README
texts, .rst and .md. Lines that may name somebody (an address, a copyright, an author) are left out. 1 KB is 1,024 bytes of
UTF-8.
"""

from __future__ import annotations

import os
import random
import re
import site
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

#: A line that may name a person, or where an organisation sits.
_NAMES = re.compile(
    r"@|copyright|©|\(c\)|author|maintain|contribut|written by|thank|credit|licen[cs]e|(?-i:\bby [A-Z])|https?://",
    re.IGNORECASE,
)
PIECE = 4096
KINDS = {
    "Python": ("stdlib", (".py",)),
    "JavaScript": ("site", (".js", ".mjs", ".ts", ".css", ".html")),
    "data": ("site", (".json", ".toml", ".yaml", ".yml")),
    "technical prose": ("site", ("METADATA", ".rst", ".md", "README.txt")),
}
PROSE = "technical prose"
#: Whose business are names, places or other languages, or what is drawn up of numbers alone.
_ABOUT_THEM = frozenset(
    {"test", "tests", "idlelib", "lib2to3", "encodings", "faker", "phonenumbers", "babel", "pytz", "tzdata"}
)


class Piece(NamedTuple):
    kind: str
    path: str
    text: str

    @property
    def kb(self) -> float:
        return len(self.text.encode("utf-8", "replace")) / 1024


def pieces(kb: int) -> list[Piece]:
    """About so many KB of each kind, pieces of at most 4,096 characters, drawn evenly by lot (the same on every run)."""
    found: list[Piece] = []
    for kind, (where, endings) in KINDS.items():
        files = sorted(p for root in _roots(where) for p in _files(root, endings))
        random.Random(7).shuffle(files)
        size = 0.0
        for piece in (p for file in files for p in islice(_cut(kind, file), 3)):
            if size >= kb:
                break
            size += piece.kb
            found.append(piece)
    return found


def _roots(where: str) -> list[Path]:
    if where == "stdlib":
        return [Path(sysconfig.get_path("stdlib"))]
    return sorted({Path(p) for p in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages())})


def _files(root: Path, endings: tuple[str, ...]) -> list[Path]:
    return [path for path in _every(root) if path.name.endswith(endings)]


@lru_cache(maxsize=8)
def _every(root: Path) -> list[Path]:
    """Its files, but for those about names: what is installed is much."""
    passed = _ABOUT_THEM | ({"site-packages", "dist-packages"} if root == Path(sysconfig.get_path("stdlib")) else set())
    found = []
    for folder, inside, files in os.walk(root):
        inside[:] = [name for name in inside if name not in passed]
        found += [Path(folder, name) for name in files]
    return found


def _cut(kind: str, file: Path) -> Iterator[Piece]:
    source = file.read_text(encoding="utf-8", errors="replace")
    lines = [line[:400] for line in source.splitlines() if not _NAMES.search(line)]
    text = "\n".join(lines)
    for at in range(0, len(text), PIECE):
        if len(text) - at > 200:
            yield Piece(kind, "/".join(file.parts[-2:]), text[at : at + PIECE])
