"""Detectors: each finds things in one text at a time and says how much of a growing text it has made up its mind about.

`personal.Personal` finds personal data, `presidio` adapts Presidio's results, `TABLE` builds what a rule's author asks to
have looked for in words of their own. A detector that cannot look raises: finding nothing is another thing.
"""

from __future__ import annotations

from collections.abc import Callable

from guardrails.detectors.watches import phrases, regex
from guardrails.model import Detector, Watch

#: Kind of a `Watch` → what builds its detector. A new kind is a row here and a row in the tests' table.
TABLE: dict[str, Callable[[Watch], Detector]] = {
    "phrases": phrases,
    "regex": regex,
}


def build(watch: Watch) -> Detector:
    """The detector for one watch. Raises ValueError, with its reason in words, where a term cannot be looked for."""
    return TABLE[watch.kind](watch)
