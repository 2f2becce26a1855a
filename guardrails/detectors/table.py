"""What Presidio's shipped recognizers say, as plain data: the engine reads this table and never Presidio itself.

`guardrails/recognizers.py` fills it from the installed package; nothing of Presidio stands in this repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = 1  # grows when the shape below changes, so that an old cache is never misread

#: Presidio writes "uk" for the country whose ISO 3166-1 code is GB.
_ISO = {"UK": "GB"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression in the dialect of the `regex` module, and how sure a match makes us (0 to 1)."""

    regex: str
    score: float
    flags: int


@dataclass(frozen=True, slots=True)
class Recognizer:
    """One of Presidio's recognizers. `checks`: it has a validator, which `checksums.CHECKS` must hold under `name`."""

    name: str
    entity: str
    patterns: tuple[Pattern, ...]
    context: tuple[str, ...]
    country: str | None  # ISO 3166-1 alpha-2, upper case; None: everywhere
    checks: bool
    default: bool  # Presidio itself switches it on


@dataclass(frozen=True, slots=True)
class Table:
    """All recognizers of one version of Presidio, and the top-level domains its e-mail check knows."""

    version: str
    recognizers: tuple[Recognizer, ...]
    domains: frozenset[str]

    def as_data(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "version": self.version,
            "domains": sorted(self.domains),
            "recognizers": [
                {
                    "name": r.name,
                    "entity": r.entity,
                    "patterns": [[p.regex, p.score, p.flags] for p in r.patterns],
                    "context": list(r.context),
                    "country": r.country,
                    "checks": r.checks,
                    "default": r.default,
                }
                for r in self.recognizers
            ],
        }


def iso_country(code: str | None) -> str | None:
    """`"uk"` becomes `"GB"`; None stays None."""
    return None if not code else _ISO.get(code.upper(), code.upper())


def from_data(data: Mapping[str, Any]) -> Table:
    """The inverse of `Table.as_data`. Raises KeyError, TypeError or ValueError where the data is of another shape."""
    if data["schema"] != SCHEMA:
        raise ValueError("another schema")
    return Table(
        version=str(data["version"]),
        domains=frozenset(data["domains"]),
        recognizers=tuple(
            Recognizer(
                name=r["name"],
                entity=r["entity"],
                patterns=tuple(Pattern(str(x), float(s), int(f)) for x, s, f in r["patterns"]),
                context=tuple(r["context"]),
                country=r["country"],
                checks=bool(r["checks"]),
                default=bool(r["default"]),
            )
            for r in data["recognizers"]
        ),
    )
