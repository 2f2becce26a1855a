"""What is wrong with a policy file: where, what, and what to do about it, for people who do not program.

Every fault is one line that begins `file:line:column:` (an editor jumps to it). All faults of all files are collected before
anything is refused, so that an author mends them in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from guardrails.errors import PolicyError

SHOWN = 100  # faults written out in one message; the rest is counted
GUESSED = 200  # faults for which the nearest right word is looked up: a file this wrong is not a policy
NOT_YET = "is not in this version"


class Level(StrEnum):
    """An error keeps the policy from being loaded. A warning and an advice do not, unless `--strict` says so."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file, counted from 1 as editors do; columns are characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    place: Place
    what: str
    remedy: str = ""
    level: Level = Level.ERROR

    def __str__(self) -> str:
        label = "" if self.level is Level.ERROR else f"{self.level}: "
        return f"{self.place}: {label}{self.what}{'; ' if self.remedy else ''}{self.remedy}"

    def row(self) -> dict[str, str | int]:
        """The fault as other programs read it."""
        where: dict[str, str | int] = {"file": self.place.file, "line": self.place.line, "column": self.place.column}
        return where | {"level": self.level.value, "what": self.what, "remedy": self.remedy}


class BrokenPolicy(PolicyError):
    """The files cannot be used; nothing of them was loaded. `faults` holds every error, the message one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults))
        more = len(self.faults) - SHOWN
        lines = [str(fault) for fault in self.faults[:SHOWN]]
        super().__init__("\n".join([*lines, f"… and {more} more"] if more > 0 else lines))


@dataclass(slots=True)
class Faults:
    """Collects what is found while reading. A second error at the same place is only the echo of the first."""

    errors: dict[Place, Fault] = field(default_factory=dict)
    warnings: list[Fault] = field(default_factory=list)

    def error(self, place: Place, what: str, remedy: str = "") -> None:
        self.errors.setdefault(place, Fault(place, what, remedy))

    def warn(self, place: Place, what: str, remedy: str = "") -> None:
        self.warnings.append(Fault(place, what, remedy, Level.WARNING))

    def advise(self, place: Place, what: str, remedy: str = "") -> None:
        self.warnings.append(Fault(place, what, remedy, Level.ADVICE))

    def later(self, place: Place, what: str, remedy: str, *, fatal: bool) -> None:
        """A word of the language that this version does not act on. `fatal`: leaving it out would change what is enforced."""
        (self.error if fatal else self.warn)(place, f"{what} {NOT_YET}", remedy)

    def nearest(self, word: str, words: Iterable[str] | Mapping[str, str], fallback: str = "") -> str:
        """`did you mean "…"?`, or else the fallback, or else the words to choose from.

        Of a mapping, keys are compared and values said.
        """
        said = words if isinstance(words, Mapping) else {w: w for w in words}
        close = get_close_matches(word[:60], sorted(said), n=1, cutoff=0.6) if len(self.errors) < GUESSED else []
        if close:
            return f'did you mean "{said[close[0]]}"?'
        return fallback or f"write {one_of(sorted(set(said.values())))}"


def one_of(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def shown(text: str) -> str:
    """An author's word as it may stand in a message: quoted, on one line, not endless."""
    flat = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return f'"{flat}"' if len(flat) <= 60 else f'"{flat[:59]}…"'
