"""The table of signs that are certain about the names of people, and the reader of them all."""

from __future__ import annotations

from guardrails.detectors.names.people import display, greetings, labels, signatures, titles
from guardrails.detectors.names.people.signs import REACH, Signed

SIGNS = (*titles.SIGNS, *labels.SIGNS, *greetings.SIGNS, *signatures.SIGNS, *display.SIGNS)
TRIGGERS = tuple(t for sign in SIGNS for t in sign.triggers)

__all__ = ["REACH", "SIGNS", "TRIGGERS", "rules"]


def rules() -> Signed:
    """Reads at most `REACH` characters before where it is asked to begin; finds nothing where none of `TRIGGERS` matches."""
    return Signed(SIGNS)
