"""What is known of one kind of value: how it is written, what people call it, which arithmetic it satisfies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from guardrails.detectors.checksums import Check, plain


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: a value of this form is found behind one of its names wherever it stands, and where its country is looked for
    like any other pattern."""

    entity: str
    country: str | None  # ISO 3166-1 alpha-2; None: of no country
    form: str  # a regular expression for what stands inside one island; bounded, linear
    names: str  # what people write before it, in its languages and in English, divided by "|"
    check: Check | None = None
    #: The score without a name before it, where its check does not refuse it; below the threshold it needs one.
    alone: float = 0.0
    everywhere: bool = False  # so particular a form that it is looked for in every country
    decisive: bool = True  # a value that fails the check is none, even behind its name

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.names.split("|"))


def stdnum(name: str) -> Check:
    """The validator of `stdnum.<name>`, imported when first asked: all of them at once cost 75 ms and 11 MB."""
    return lambda value: bool(_module(name).is_valid(plain(value)))


@cache
def _module(name: str) -> Any:
    return import_module(f"stdnum.{name}")


def digits_of(count: int) -> str:
    """So many digits, with or without something between them: for values that a check digit proves."""
    return rf"\d(?:[ .-]?\d){{{count - 1}}}"


def either(*checks: Check) -> Check:
    """True where one holds; no opinion where one has none; else False."""

    def check(value: str) -> bool | None:
        results = [c(value) for c in checks]
        return True if True in results else None if None in results else False

    return check


def enough(digits: int) -> Check:
    """False below so many digits, no opinion otherwise."""
    return lambda value: None if sum("0" <= c <= "9" for c in value) >= digits else False


def of(check: Callable[[list[int]], bool | None]) -> Check:
    """A check of a value's digits alone."""
    return lambda value: check([int(c) for c in value if "0" <= c <= "9"])
